// SPDX-License-Identifier: Apache-2.0

//! The first state of a chain.

use crate::{
	Event, GenesisConfig, Minimum, OperatorOf, Pallet, SessionLength, SessionStart, SlotDuration,
	Validator, ValidatorStatus, Validators, mock::*,
};
use contour_primitives::{InstitutionId, Moment, NodeKey};
use frame_support::traits::{GetStorageVersion, Hooks, StorageVersion};
use sp_runtime::BuildStorage;

fn start(validators: Vec<(InstitutionId, AccountId)>, minimum: u32, session_length: u64) {
	ExtBuilder::build_with(GenesisConfig {
		validators,
		minimum,
		session_length: Some(session_length),
		..Default::default()
	});
}

#[test]
fn should_start_with_the_validators_as_authorities_when_they_are_given() {
	ExtBuilder::run(|| {
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
		for institution in [NORTH, SOUTH, EAST, WEST] {
			let account = node(institution);
			assert_eq!(
				Validators::<Test>::get(institution),
				Some(Validator { account, status: ValidatorStatus::Admitted })
			);
			assert_eq!(OperatorOf::<Test>::get(account), Some(institution));
			assert_eq!(System::consumers(&account), 1);
		}
		assert_eq!(Minimum::<Test>::get(), MINIMUM);
		assert_eq!(SessionLength::<Test>::get(), SESSION_LENGTH);
		assert_eq!(SessionStart::<Test>::get(0), Some(0.into()));
		assert_eq!(Pallet::<Test>::on_chain_storage_version(), StorageVersion::new(1));
		assert_eq!(events(), Vec::<Event<Test>>::new());
	});
}

#[test]
fn should_have_a_minimum_a_slot_and_a_session_length_when_nothing_is_given() {
	let mut ext = sp_io::TestExternalities::new(
		GenesisConfig::<Test>::default().build_storage().expect("nothing contradicts itself"),
	);
	ext.execute_with(|| {
		assert_eq!(Minimum::<Test>::get(), 1);
		assert_eq!(SlotDuration::<Test>::get(), 2_000);
		assert_eq!(SessionLength::<Test>::get(), 300);
	});
}

#[test]
fn should_have_slots_of_two_seconds_when_the_chain_began_with_version_0_1_0() {
	sp_io::TestExternalities::default().execute_with(|| {
		assert!(!SlotDuration::<Test>::exists());
		assert_eq!(SlotDuration::<Test>::get(), 2_000);
	});
}

fn start_with_slots(slot_duration: Moment) -> sp_io::TestExternalities {
	let config = GenesisConfig::<Test> { slot_duration, ..Default::default() };
	sp_io::TestExternalities::new(config.build_storage().expect("nothing contradicts itself"))
}

#[test]
fn should_have_sessions_of_ten_minutes_when_slots_are_shorter() {
	start_with_slots(500).execute_with(|| {
		assert_eq!(SlotDuration::<Test>::get(), 500);
		assert_eq!(SessionLength::<Test>::get(), 1_200);
	});
}

#[test]
#[should_panic(expected = "a slot at genesis is an even number of milliseconds")]
fn should_not_start_when_half_a_slot_is_no_whole_number() {
	start_with_slots(501);
}

#[test]
#[should_panic(expected = "a slot at genesis is an even number of milliseconds")]
fn should_not_start_when_a_slot_is_too_short_for_a_block() {
	start_with_slots(198);
}

#[test]
#[should_panic(expected = "the minimum of authorities at genesis is at least one")]
fn should_not_start_when_the_minimum_is_zero() {
	start(vec![(NORTH, node(NORTH))], 0, SESSION_LENGTH);
}

#[test]
#[should_panic(expected = "no more than its validators")]
fn should_not_start_when_the_minimum_exceeds_the_validators() {
	start(vec![(NORTH, node(NORTH))], 2, SESSION_LENGTH);
}

#[test]
#[should_panic(expected = "as many validators as the chain can carry")]
fn should_not_start_when_there_are_too_many_validators() {
	let validators = (0..7).map(InstitutionId).map(|it| (it, node(it))).collect();
	start(validators, MINIMUM, SESSION_LENGTH);
}

#[test]
#[should_panic(expected = "a session at genesis has at least one block")]
fn should_not_start_when_a_session_has_no_blocks() {
	start(vec![(NORTH, node(NORTH))], 1, 0);
}

#[test]
#[should_panic(expected = "an institution has one validator at genesis")]
fn should_not_start_when_an_institution_has_two_validators() {
	start(vec![(NORTH, node(NORTH)), (NORTH, spare_node(NORTH))], 1, SESSION_LENGTH);
}

#[test]
#[should_panic(expected = "an account one institution")]
fn should_not_start_when_an_account_runs_two_validators() {
	start(vec![(NORTH, node(NORTH)), (SOUTH, node(NORTH))], 1, SESSION_LENGTH);
}

fn start_for_members_only(nodes: Vec<(InstitutionId, NodeKey)>) -> sp_io::TestExternalities {
	let validators = vec![(NORTH, node(NORTH)), (SOUTH, node(SOUTH))];
	let (minimum, session_length) = (1, SESSION_LENGTH);
	ExtBuilder::build_with(GenesisConfig {
		validators,
		minimum,
		session_length: Some(session_length),
		nodes,
		members_only: true,
		..Default::default()
	})
}

#[test]
fn should_start_for_members_only_when_every_validator_has_a_node() {
	let nodes = vec![(NORTH, key(0)), (SOUTH, key(1)), (HARBOUR, key(4)), (NORTH, key(9))];
	start_for_members_only(nodes).execute_with(|| {
		assert_eq!(Authorities::member_nodes(), Some([0, 1, 4, 9].map(key).to_vec()));
		Authorities::do_try_state().expect("the pallet's invariants hold");
	});
}

#[test]
#[should_panic(expected = "every validator has a node")]
fn should_not_start_for_members_only_when_a_validator_has_no_node() {
	start_for_members_only(vec![(NORTH, key(0)), (HARBOUR, key(4))]);
}

#[test]
#[should_panic(expected = "a node is registered once")]
fn should_not_start_when_a_node_is_registered_twice() {
	start_for_members_only(vec![(NORTH, key(0)), (SOUTH, key(1)), (NORTH, key(0))]);
}

#[test]
fn should_hold_together_when_the_runtime_is_built() {
	<Authorities as Hooks<u64>>::integrity_test();
}
