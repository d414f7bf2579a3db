// SPDX-License-Identifier: Apache-2.0

//! Proof that an Aura authority sealed two blocks for one slot.
//!
//! The SDK has this for BABE and GRANDPA (`pallet-babe`, `pallet-grandpa`); for Aura it detects the
//! equivocation but reports it nowhere.

use crate::{Call, Config, EquivocationProofOf, Error, Pallet, SessionStart, SlotDuration};
use alloc::{boxed::Box, vec::Vec};
use codec::{Decode, Encode};
use contour_primitives::{MINUTE, Moment, runtime_api::AuraEquivocationProof};
use frame_support::{pallet_prelude::*, traits::KeyOwnerProofSystem};
use frame_system::offchain::SubmitTransaction;
use pallet_session::historical::IdentificationTuple;
use sp_application_crypto::RuntimeAppPublic;
use sp_consensus_aura::{
	AURA_ENGINE_ID,
	sr25519::{AuthorityId, AuthoritySignature},
};
use sp_consensus_slots::Slot;
use sp_runtime::{
	DigestItem, KeyTypeId, Perbill,
	traits::Header,
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidity,
		ValidTransaction,
	},
};
use sp_session::MembershipProof;
use sp_staking::{
	SessionIndex,
	offence::{Kind, Offence, ReportOffence},
};

/// How long a report may wait in the pool, in milliseconds; the pool counts it in blocks.
const REPORT_LONGEVITY: Moment = 10 * MINUTE;

/// Two blocks for one slot by one authority.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuraEquivocationOffence<Offender> {
	/// The slot.
	pub slot: Slot,
	/// The session that the slot belongs to.
	pub session_index: SessionIndex,
	/// Number of authorities of that session.
	pub validator_set_count: u32,
	/// Who sealed both blocks.
	pub offender: Offender,
}

impl<Offender: Clone> Offence<Offender> for AuraEquivocationOffence<Offender> {
	const ID: Kind = *b"aura:equivocatio";
	type Slot = Slot;

	fn offenders(&self) -> Vec<Offender> {
		alloc::vec![self.offender.clone()]
	}

	fn session_index(&self) -> SessionIndex {
		self.session_index
	}

	fn validator_set_count(&self) -> u32 {
		self.validator_set_count
	}

	fn slot(&self) -> Slot {
		self.slot
	}

	/// Nothing is staked, so nothing is slashed.
	fn slash_fraction(&self, _: u32) -> Perbill {
		Perbill::zero()
	}
}

/// Whether the proof's two headers are different blocks, for the proof's slot, and both sealed by
/// the offender. Two seals on one block are none: sr25519 signatures are randomised.
pub fn is_equivocation<H: Header>(proof: &AuraEquivocationProof<H>) -> bool {
	let sealed = |header: &H| {
		sealed_block(header.clone(), &proof.offender)
			.filter(|(slot, _)| *slot == proof.slot)
			.map(|(_, hash)| hash)
	};
	matches!(
		(sealed(&proof.first_header), sealed(&proof.second_header)),
		(Some(first), Some(second)) if first != second
	)
}

/// The slot of a header and its hash without the seal, if `authority` sealed it.
fn sealed_block<H: Header>(mut header: H, authority: &AuthorityId) -> Option<(Slot, H::Hash)> {
	let DigestItem::Seal(AURA_ENGINE_ID, seal) = header.digest_mut().pop()? else {
		return None;
	};
	let signature = AuthoritySignature::decode(&mut &seal[..]).ok()?;
	let slot = header.digest().logs().iter().find_map(|item| match item {
		DigestItem::PreRuntime(AURA_ENGINE_ID, slot) => Slot::decode(&mut &slot[..]).ok(),
		_ => None,
	})?;
	let hash = header.hash();
	authority.verify(&hash.encode(), &signature).then_some((slot, hash))
}

impl<T: Config> Pallet<T> {
	/// Hands evidence to this node's pool. For the runtime API.
	pub fn submit_report(
		equivocation_proof: EquivocationProofOf<T>,
		key_owner_proof: MembershipProof,
	) -> Option<()> {
		let call = Call::<T>::report_equivocation {
			equivocation_proof: Box::new(equivocation_proof),
			key_owner_proof,
		};
		let transaction = T::create_authorized_transaction(call.into());
		SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).ok()
	}

	/// Proves that `authority` belongs to the present session. For the runtime API.
	pub fn prove_key_ownership(authority: AuthorityId) -> Option<MembershipProof> {
		Self::prove((AuthorityId::ID, authority))
	}

	pub(crate) fn do_authorize_report(
		source: TransactionSource,
		equivocation_proof: &EquivocationProofOf<T>,
		key_owner_proof: &MembershipProof,
	) -> TransactionValidity {
		// A report from the network could fill the pool for nothing; every node sees the blocks.
		ensure!(
			matches!(source, TransactionSource::Local | TransactionSource::InBlock),
			InvalidTransaction::Call
		);
		let offence = Self::offence(equivocation_proof, key_owner_proof.clone())
			.map_err(|_| InvalidTransaction::BadProof)?;
		ensure!(
			!T::ReportOffence::is_known_offence(&[offence.offender], &offence.slot),
			InvalidTransaction::Stale
		);
		ensure!(is_equivocation(equivocation_proof), InvalidTransaction::BadProof);

		let longevity = REPORT_LONGEVITY.checked_div(SlotDuration::<T>::get()).unwrap_or_default();
		ValidTransaction::with_tag_prefix("AuraEquivocation")
			.priority(TransactionPriority::MAX)
			.and_provides((&equivocation_proof.offender, equivocation_proof.slot))
			.longevity(longevity)
			.propagate(false)
			.build()
	}

	/// The proof has been checked by [`Self::do_authorize_report`].
	pub(crate) fn do_report_equivocation(
		equivocation_proof: EquivocationProofOf<T>,
		key_owner_proof: MembershipProof,
	) -> DispatchResult {
		let offence = Self::offence(&equivocation_proof, key_owner_proof)?;
		T::ReportOffence::report_offence(Vec::new(), offence)
			.map_err(|_| Error::<T>::DuplicateReport.into())
	}

	/// The offence that the evidence claims: the key belonged to an authority of the session that
	/// the slot lies in. The headers are not looked at.
	fn offence(
		equivocation_proof: &EquivocationProofOf<T>,
		key_owner_proof: MembershipProof,
	) -> Result<AuraEquivocationOffence<IdentificationTuple<T>>, Error<T>> {
		let session_index = key_owner_proof.session;
		let validator_set_count = key_owner_proof.validator_count;
		let slot = equivocation_proof.slot;
		ensure!(Self::slot_in_session(slot, session_index), Error::<T>::InvalidEquivocationProof);
		let key: (KeyTypeId, &AuthorityId) = (AuthorityId::ID, &equivocation_proof.offender);
		let offender =
			Self::check_proof(key, key_owner_proof).ok_or(Error::<T>::InvalidKeyOwnershipProof)?;
		Ok(AuraEquivocationOffence { slot, session_index, validator_set_count, offender })
	}

	/// A session begins in the first block of its own, which the authorities of the session before
	/// have sealed: its slots are those after that block's, up to the next session's first block.
	fn slot_in_session(slot: Slot, session: SessionIndex) -> bool {
		let begins = SessionStart::<T>::get(session);
		let ends = session.checked_add(1).and_then(SessionStart::<T>::get);
		begins.is_some_and(|first| first < slot)
			&& ends.is_none_or(|last| slot <= last)
			// A block of the future is none of which somebody can be guilty.
			&& (ends.is_some() || slot <= T::CurrentSlot::get())
	}
}
