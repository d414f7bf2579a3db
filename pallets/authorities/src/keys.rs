// SPDX-License-Identifier: Apache-2.0

//! Which keys are in force in which session, so that whoever misuses one can be found.
//!
//! `pallet-session` proves the ownership of the keys that were set last. These come into force two
//! sessions later, so an authority that sets other keys first could misuse the old ones unpunished.

use crate::{Config, KeySets, OperatorOf, Pallet, SessionKeySets};
use alloc::vec::Vec;
use contour_primitives::{Hash, InstitutionId};
use frame_support::{pallet_prelude::*, traits::KeyOwnerProofSystem};
use pallet_session::historical::{self, IdentificationTuple};
use sp_io::hashing::blake2_256;
use sp_runtime::{KeyTypeId, traits::OpaqueKeys};
use sp_session::MembershipProof;
use sp_staking::SessionIndex;

/// The most keys of an authority, one of each kind.
const MAX_KEYS: u32 = 16;

/// An authority, and hashes of its keys.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct KeyHolder<AccountId> {
	/// Account that set the keys.
	pub account: AccountId,
	/// Institution of which it is the validator.
	pub institution: InstitutionId,
	/// BLAKE2b-256 of the kind of each key and the key.
	pub keys: BoundedVec<Hash, ConstU32<MAX_KEYS>>,
}

/// The authorities of a session, as stored.
pub(crate) type KeyHoldersOf<T> =
	BoundedVec<KeyHolder<<T as frame_system::Config>::AccountId>, <T as Config>::MaxValidators>;

/// What stands for a key.
fn hash_of(kind: KeyTypeId, key: &[u8]) -> Hash {
	Hash::from(blake2_256(&[&kind.0[..], key].concat()))
}

impl<T: Config> Pallet<T> {
	/// Notes the keys that are in force from the beginning of a session on: those that were planned with
	/// it. Sessions with the same ones share a note.
	pub(crate) fn note_keys(session: SessionIndex) {
		let holders =
			pallet_session::QueuedKeys::<T>::get().into_iter().filter_map(|(account, keys)| {
				let institution = OperatorOf::<T>::get(&account)?;
				let hashes =
					T::Keys::key_ids().iter().map(|kind| hash_of(*kind, keys.get_raw(*kind)));
				let keys = BoundedVec::truncate_from(hashes.collect());
				Some(KeyHolder { account, institution, keys })
			});
		let holders = KeyHoldersOf::<T>::truncate_from(holders.collect::<Vec<_>>());
		let former = session.checked_sub(1).and_then(SessionKeySets::<T>::get);
		let set = match former {
			Some(former) if KeySets::<T>::get(former) == holders => former,
			Some(former) => former.saturating_add(1),
			None => 0,
		};
		if former != Some(set) {
			KeySets::<T>::insert(set, holders);
		}
		SessionKeySets::<T>::insert(session, set);
	}

	/// Forgets the keys of a session, the oldest of which any are noted.
	pub(crate) fn forget_keys(session: SessionIndex) {
		let set = SessionKeySets::<T>::take(session);
		let next = session.checked_add(1).and_then(SessionKeySets::<T>::get);
		if let Some(set) = set
			&& next != Some(set)
		{
			KeySets::<T>::remove(set);
		}
	}

	/// Who holds a key in a session, and how many authorities that has; nothing is known of the sessions
	/// before this was noted.
	fn holder(session: SessionIndex, key: Hash) -> Option<(Option<KeyHolder<T::AccountId>>, u32)> {
		let holders = KeySets::<T>::get(SessionKeySets::<T>::get(session)?);
		let count = u32::try_from(holders.len()).unwrap_or(u32::MAX);
		Some((holders.into_iter().find(|holder| holder.keys.contains(&key)), count))
	}
}

/// The proof is the session: what was noted of it says the rest.
impl<T: Config, Key: AsRef<[u8]>> KeyOwnerProofSystem<(KeyTypeId, Key)> for Pallet<T> {
	type IdentificationTuple = IdentificationTuple<T>;
	type Proof = MembershipProof;

	fn prove((kind, key): (KeyTypeId, Key)) -> Option<MembershipProof> {
		let session = pallet_session::Pallet::<T>::current_index();
		match Self::holder(session, hash_of(kind, key.as_ref())) {
			Some((holder, validator_count)) => {
				holder.map(|_| MembershipProof { session, trie_nodes: Vec::new(), validator_count })
			}
			None => historical::Pallet::<T>::prove((kind, key)),
		}
	}

	fn check_proof(
		(kind, key): (KeyTypeId, Key),
		proof: MembershipProof,
	) -> Option<IdentificationTuple<T>> {
		match Self::holder(proof.session, hash_of(kind, key.as_ref())) {
			Some((holder, count)) => holder
				.filter(|_| count == proof.validator_count)
				.map(|holder| (holder.account, holder.institution)),
			None => historical::Pallet::<T>::check_proof((kind, key), proof),
		}
	}
}
