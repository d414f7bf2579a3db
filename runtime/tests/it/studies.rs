// SPDX-License-Identifier: Apache-2.0

//! Studies, consent and leases in the assembled runtime.

use crate::chain::*;
use contour_primitives::{
	AccountId, DAY, Hash, KeySuite, Modality, Moment, Purpose, Purposes, Role, StudyId,
	audit::{Head, Subject},
};
use contour_runtime::{
	Audit, Balances, Imaging, MAXIMUM_BLOCK_WEIGHT, Runtime, RuntimeCall, RuntimeHoldReason, UNIT,
};
use frame_support::{dispatch::GetDispatchInfo, traits::fungible::InspectHold};
use pallet_imaging::{Call, Directive, LeaseState, Leases, MAX_BATCH, NewStudy, WrappedKeys};
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::{BlakeTwo256, Hash as _};

const STUDY: StudyId = StudyId(Hash::repeat_byte(42));
const HOUR: Moment = DAY / 24;

fn new_study(id: StudyId) -> NewStudy<AccountId> {
	NewStudy {
		id,
		patient: Some(Ferdie.to_account_id()),
		modality: Modality::Mr,
		content_root: Hash::repeat_byte(1),
		metadata_hash: Hash::repeat_byte(2),
		commitment: Hash::repeat_byte(3),
		instances: 200,
		bytes: 100_000_000,
		locator: vec![1; 64].try_into().expect("it is short"),
	}
}

fn register(studies: Vec<NewStudy<AccountId>>) -> RuntimeCall {
	let studies = studies.try_into().expect("there are not too many");
	RuntimeCall::Imaging(Call::register { custodian: NORTH, studies })
}

fn now() -> Moment {
	pallet_timestamp::Now::<Runtime>::get()
}

/// Dave keeps the north's studies, Eve reads in the south, Ferdie is a patient of the north, who has
/// one study that Eve leases for an hour.
fn lease_to_eve() {
	send(Alice, credential(&Dave.to_account_id(), Role::Custodian));
	send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
	let patient = Ferdie.to_account_id();
	send(Dave, pallet_credentials::Call::enrol_patient { patient });
	send(Dave, register(vec![new_study(STUDY)]));
	let bytes = vec![7; 32].try_into().expect("it is short");
	send(Eve, pallet_credentials::Call::set_encryption_key { suite: KeySuite::X25519, bytes });
	let (study, purpose) = (STUDY, Purpose::ClinicalCare);
	send(Eve, Call::request_access { study, purpose, duration: DAY, approval: None });
	let grantee = Eve.to_account_id();
	let grant = Call::grant_access {
		study,
		grantee,
		key: vec![9; 80].try_into().expect("it is short"),
		expires: now() + HOUR,
		locator: vec![2; 64].try_into().expect("it is short"),
	};
	send(Dave, grant);
	assert!(Imaging::key_of(STUDY, Eve.to_account_id()).is_some());
}

#[test]
fn should_kill_the_lease_and_hide_its_key_in_the_same_block_when_consent_is_withdrawn() {
	run(|| {
		lease_to_eve();
		let directive = Directive {
			permitted: Purposes::empty(),
			refused: Purposes::all(),
			ethics_approval: false,
		};
		let block = frame_system::Pallet::<Runtime>::block_number();
		send(Ferdie, Call::set_consent { study: None, directive });

		assert_eq!(frame_system::Pallet::<Runtime>::block_number(), block);
		assert_eq!(Imaging::key_of(STUDY, Eve.to_account_id()), None);
		assert!(!Imaging::is_live(STUDY, Eve.to_account_id()));
		assert_eq!(WrappedKeys::<Runtime>::iter().count(), 0);
	});
}

#[test]
fn should_end_leases_in_the_first_block_when_the_chain_stood_still_for_a_day() {
	run(|| {
		lease_to_eve();
		let (study, eve) = (STUDY, Eve.to_account_id());
		next_block_at(now() + DAY);

		assert!(!Imaging::is_live(study, eve.clone()));
		assert_eq!(Imaging::key_of(study, eve.clone()), None);
		next_block();
		assert_eq!(WrappedKeys::<Runtime>::iter().count(), 0, "erased when the block was idle");
		let state = Leases::<Runtime>::get(study, eve).map(|lease| lease.state);
		assert!(matches!(state, Some(LeaseState::Ended { .. })), "{state:?}");
	});
}

#[test]
fn should_write_every_deed_to_the_history_when_people_act() {
	run(|| {
		assert_eq!(Audit::head(Subject::Study(STUDY)), Head::default());
		lease_to_eve();
		// Registered, requested, granted.
		assert_eq!(Audit::head(Subject::Study(STUDY)).count, 3);
		send(Ferdie, Call::withdraw { study: STUDY });
		assert_eq!(Audit::head(Subject::Study(STUDY)).count, 4);
	});
}

#[test]
fn should_hold_deposits_from_the_institutions_and_return_them_when_all_is_withdrawn() {
	run(|| {
		let reason = RuntimeHoldReason::Imaging(pallet_imaging::HoldReason::Record);
		let held = |institution| {
			let account = contour_runtime::Credentials::fee_account_of(institution);
			Balances::balance_on_hold(&reason, &account)
		};
		lease_to_eve();
		assert!(held(NORTH) > 0 && held(SOUTH) > 0);
		assert!(held(NORTH) < UNIT, "a study costs less than a token");
		send(Ferdie, Call::withdraw { study: STUDY });
		assert_eq!((held(NORTH), held(SOUTH)), (0, 0));
	});
}

fn weight_of(signer: Sr25519Keyring, call: impl Into<RuntimeCall>) -> u64 {
	sign(signer, call).get_dispatch_info().total_weight().ref_time()
}

#[test]
fn should_cost_at_most_two_transfers_when_one_study_is_registered() {
	run(|| {
		let transfer = pallet_balances::Call::transfer_allow_death {
			dest: Bob.to_account_id().into(),
			value: UNIT,
		};
		let transfer = weight_of(Dave, transfer);
		let registration = weight_of(Dave, register(vec![new_study(STUDY)]));
		assert!(registration <= 2 * transfer, "{registration} and {transfer}");
	});
}

#[test]
fn should_fit_many_times_into_a_block_when_a_whole_batch_is_registered() {
	run(|| {
		send(Alice, credential(&Dave.to_account_id(), Role::Custodian));
		let studies: Vec<_> =
			(0..MAX_BATCH).map(|index| new_study(StudyId(BlakeTwo256::hash_of(&index)))).collect();
		let batch = register(studies);
		let weight = weight_of(Dave, batch.clone());
		assert!(10 * weight < MAXIMUM_BLOCK_WEIGHT.ref_time(), "{weight}");
		send(Dave, batch);
		assert_eq!(pallet_imaging::Studies::<Runtime>::iter().count(), MAX_BATCH as usize);
	});
}
