// SPDX-License-Identifier: Apache-2.0

//! Measurements of the calls' weights, each with the storage that makes it cost most.
//!
//! A member of the keystore (`KeystoreExt`) has to be there, as under
//! `contour-node benchmark pallet`: the evidence of an equivocation is signed.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "a measurement that cannot be set up has to stop; nothing here is in a runtime in use"
)]

use super::*;
use alloc::vec;
use codec::{Decode, Encode};
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use frame_system::RawOrigin;
use sp_application_crypto::RuntimeAppPublic;
use sp_consensus_aura::AURA_ENGINE_ID;
use sp_runtime::{
	Digest, DigestItem,
	traits::{Hash, Header as _, OpaqueKeys, Zero},
	transaction_validity::TransactionSource,
};

const SEED: u32 = 0;
/// Bytes of the longest session keys that can be made here: sixteen keys of 32 bytes.
const KEYS_BYTES: usize = 512;

/// What the benchmarks need from the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// Makes an institution, whose number was never given, a member in good standing.
	fn activate_institution(institution: InstitutionId, administrator: AccountId);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn designate_validator() {
		fill::<T>(T::MaxValidators::get() - 1);
		let (institution, administrator) = activate::<T>(T::MaxValidators::get());
		let account: T::AccountId = account("node", T::MaxValidators::get(), SEED);

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), account.clone());

		assert_last_event::<T>(Event::ValidatorDesignated { institution, account });
	}

	#[benchmark]
	fn admit_validator() -> Result<(), BenchmarkError> {
		let institution = fill::<T>(T::MaxValidators::get());
		set_status::<T>(institution, ValidatorStatus::Candidate);
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, institution);

		assert_last_event::<T>(Event::ValidatorAdmitted { institution });
		Ok(())
	}

	#[benchmark]
	fn suspend_validator() -> Result<(), BenchmarkError> {
		let institution = fill::<T>(T::MaxValidators::get());
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, institution);

		let cause = SuspensionCause::Council;
		assert_last_event::<T>(Event::ValidatorSuspended { institution, cause });
		Ok(())
	}

	#[benchmark]
	fn reinstate_validator() -> Result<(), BenchmarkError> {
		let institution = fill::<T>(T::MaxValidators::get());
		Pallet::<T>::suspend(institution, SuspensionCause::Council);
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, institution);

		assert_last_event::<T>(Event::ValidatorReinstated { institution });
		Ok(())
	}

	/// By the administrator, who is looked up after the council's origin did not match.
	#[benchmark]
	fn retire_validator() {
		let institution = fill::<T>(T::MaxValidators::get());
		let account = validator::<T>(institution).account;

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator::<T>(institution)), institution);

		assert_last_event::<T>(Event::ValidatorRetired { institution, account });
	}

	#[benchmark]
	fn set_minimum() -> Result<(), BenchmarkError> {
		let minimum = T::MaxValidators::get();
		fill::<T>(minimum);
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, minimum);

		assert_last_event::<T>(Event::MinimumSet { minimum });
		Ok(())
	}

	#[benchmark]
	fn register_node() {
		let institution = fill::<T>(T::MaxValidators::get());
		let nodes = T::MaxNodes::get();
		(1..nodes).for_each(|index| add_node::<T>(institution, index));
		let node = node(institution, nodes);

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator::<T>(institution)), node);

		assert_last_event::<T>(Event::NodeRegistered { institution, node });
	}

	/// The last one, by the administrator, who is looked up after the council's origin did not match.
	#[benchmark]
	fn remove_node() {
		let institution = fill::<T>(T::MaxValidators::get());
		set_status::<T>(institution, ValidatorStatus::Candidate);
		MembersOnly::<T>::put(true);
		add_node::<T>(institution, 1);
		let node = node(institution, 1);

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator::<T>(institution)), institution, node);

		assert_last_event::<T>(Event::NodeRemoved { institution, node });
	}

	#[benchmark]
	fn set_members_only() -> Result<(), BenchmarkError> {
		let validators = T::MaxValidators::get();
		fill::<T>(validators);
		(0..validators).map(number).for_each(|it| add_node::<T>(it, 1));
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, true);

		assert_last_event::<T>(Event::MembersOnlySet { members_only: true });
		Ok(())
	}

	#[benchmark]
	fn note_stalled() -> Result<(), BenchmarkError> {
		let (delay, best_finalized) = (T::MaxStallDelay::get(), Zero::zero());
		frame_system::Pallet::<T>::set_block_number(SessionLength::<T>::get());
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, delay, best_finalized);

		assert_last_event::<T>(Event::StallNoted { delay, best_finalized });
		Ok(())
	}

	#[benchmark]
	fn withdraw_stall() -> Result<(), BenchmarkError> {
		let (delay, best_finalized) = (T::MaxStallDelay::get(), Zero::zero());
		Stall::<T>::put(Stalled { delay, best_finalized });
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);

		assert_last_event::<T>(Event::StallWithdrawn);
		Ok(())
	}

	/// In the session that goes on: the proofs of all its authorities' keys are made anew.
	#[benchmark]
	fn report_equivocation() {
		let (institution, evidence, membership) = equivocation::<T>();

		#[extrinsic_call]
		_(frame_system::Origin::<T>::Authorized, Box::new(evidence), membership);

		let cause = SuspensionCause::Equivocation;
		frame_system::Pallet::<T>::assert_has_event(
			Event::<T>::ValidatorSuspended { institution, cause }.into(),
		);
	}

	#[benchmark]
	fn authorize_report() {
		let (_, evidence, membership) = equivocation::<T>();
		let valid;

		#[block]
		{
			valid =
				Pallet::<T>::do_authorize_report(TransactionSource::Local, &evidence, &membership);
		}

		assert!(valid.is_ok(), "{valid:?}");
	}

	impl_benchmark_test_suite!(Pallet, mock::ExtBuilder::build(), mock::Test);
}

fn assert_last_event<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_last_event(event.into());
}

fn council<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	T::CouncilOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)
}

/// Replaces whatever validators there are by `count` admitted ones, all authorities of the present
/// session and the next one. The last one's institution is returned: it is found last.
fn fill<T: Config>(count: u32) -> InstitutionId {
	let institutions: Vec<_> = (0..count).map(|index| activate::<T>(index).0).collect();
	appoint::<T>(&institutions);
	number(count.saturating_sub(1))
}

/// Replaces whatever validators there are by those of `institutions`, all authorities of the present
/// session and the next one.
pub fn appoint<T: Config>(institutions: &[InstitutionId]) {
	let _ = Validators::<T>::clear(u32::MAX, None);
	Minimum::<T>::put(1);
	pallet_session::DisabledValidators::<T>::kill();
	let authorities: Vec<_> = institutions.iter().map(|it| join::<T>(*it)).collect();
	pallet_session::Validators::<T>::put(
		authorities.iter().map(|(account, _)| account.clone()).collect::<Vec<_>>(),
	);
	pallet_session::QueuedKeys::<T>::put(authorities);
}

/// A number beyond those of the institutions at genesis.
fn number(index: u32) -> InstitutionId {
	InstitutionId(1_000_000 + index)
}

fn administrator<T: Config>(institution: InstitutionId) -> T::AccountId {
	account("administrator", institution.0, SEED)
}

fn activate<T: Config>(index: u32) -> (InstitutionId, T::AccountId) {
	let institution = number(index);
	let administrator = administrator::<T>(institution);
	T::BenchmarkHelper::activate_institution(institution, administrator.clone());
	(institution, administrator)
}

/// An institution's validator with keys made up from its number.
fn join<T: Config>(institution: InstitutionId) -> (T::AccountId, T::Keys) {
	let account: T::AccountId = account("node", institution.0, SEED);
	Pallet::<T>::insert_validator(institution, account.clone(), ValidatorStatus::Admitted);
	frame_system::Pallet::<T>::inc_consumers(&account).expect("it has been introduced");
	let keys = set_keys::<T>(&account, &sp_io::hashing::blake2_256(&institution.encode()));
	(account, keys)
}

/// Lets every session key of `account` consist of `key`, whatever its kind.
fn set_keys<T: Config>(account: &T::AccountId, key: &[u8; 32]) -> T::Keys {
	let bytes: Vec<u8> = key.iter().copied().cycle().take(KEYS_BYTES).collect();
	let keys = T::Keys::decode(&mut &bytes[..]).expect("any bytes are public keys");
	for id in T::Keys::key_ids() {
		pallet_session::KeyOwner::<T>::insert((*id, keys.get_raw(*id).to_vec()), account);
	}
	pallet_session::NextKeys::<T>::insert(account, &keys);
	keys
}

fn validator<T: Config>(institution: InstitutionId) -> Validator<T::AccountId> {
	Validators::<T>::get(institution).expect("it has joined")
}

/// A node's key, made up from its institution and a number.
fn node(institution: InstitutionId, index: u32) -> NodeKey {
	NodeKey(sp_io::hashing::blake2_256(&(institution, index).encode()))
}

fn add_node<T: Config>(institution: InstitutionId, index: u32) {
	Nodes::<T>::mutate(institution, |nodes| nodes.try_insert(node(institution, index)))
		.expect("there are fewer than the most");
}

fn set_status<T: Config>(institution: InstitutionId, status: ValidatorStatus) {
	Validators::<T>::insert(institution, Validator { status, ..validator::<T>(institution) });
}

/// Evidence that the last of the most validators there can be sealed two blocks for one slot.
fn equivocation<T: Config>() -> (InstitutionId, EquivocationProofOf<T>, MembershipProof) {
	let institution = fill::<T>(T::MaxValidators::get());
	let offender = AuthorityId::generate_pair(None);
	let key = offender.to_raw_vec().try_into().expect("an sr25519 key has 32 bytes");
	let keys = set_keys::<T>(&validator::<T>(institution).account, &key);
	assert_eq!(keys.get_raw(AuthorityId::ID), key);

	let slot = Slot::from(2);
	let session = pallet_session::CurrentIndex::<T>::get();
	SessionStart::<T>::insert(session, Slot::from(1));
	SessionStart::<T>::insert(session + 1, Slot::from(3));
	let evidence = EquivocationProofOf::<T> {
		slot,
		first_header: sealed::<T>(&offender, slot, 1),
		second_header: sealed::<T>(&offender, slot, 2),
		offender: offender.clone(),
	};
	// The keys that were set just now are in force already.
	pallet_session::QueuedKeys::<T>::mutate(|queued| {
		let last = queued.last_mut().expect("there are as many as can be");
		last.1 = keys;
	});
	let _ = SessionKeySets::<T>::clear(u32::MAX, None);
	Pallet::<T>::note_keys(session);
	let membership = Pallet::<T>::prove_key_ownership(offender).expect("it is an authority");
	(institution, evidence, membership)
}

fn sealed<T: Config>(authority: &AuthorityId, slot: Slot, content: u8) -> HeaderFor<T> {
	let logs = vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())];
	let root = T::Hashing::hash(&[content]);
	let number = frame_system::Pallet::<T>::block_number();
	let mut header = HeaderFor::<T>::new(number, root, root, root, Digest { logs });
	let seal = authority.sign(&header.hash().encode()).expect("the key is in the keystore");
	header.digest_mut().push(DigestItem::Seal(AURA_ENGINE_ID, seal.encode()));
	header
}
