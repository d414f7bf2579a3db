// SPDX-License-Identifier: Apache-2.0

//! Suspension and reinstatement, by the council and with the institution.

use crate::{Error, Event, SuspensionCause, ValidatorStatus, Validators, mock::*};
use contour_primitives::{Operators, Tenure};
use frame_support::{assert_noop, assert_ok};

const BY_COUNCIL: ValidatorStatus = ValidatorStatus::Suspended { cause: SuspensionCause::Council };

/// Goes through the sessions in which a suspension that was just pronounced takes effect.
fn assert_leaves(institution: contour_primitives::InstitutionId) {
	assert_eq!(disabled(), [institution]);
	next_session();
	assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST], "this session was planned before");
	assert_eq!(disabled(), [institution], "it makes no block in it");
	next_session();
	assert!(!authorities().contains(&institution));
	assert_eq!(authorities().len(), 3);
	assert_eq!(disabled(), []);
}

#[test]
fn should_be_disabled_at_once_and_leave_after_the_next_session_when_the_council_suspends() {
	ExtBuilder::run(|| {
		assert_ok!(suspend(SOUTH));

		let cause = SuspensionCause::Council;
		assert_eq!(events(), [Event::ValidatorSuspended { institution: SOUTH, cause }]);
		assert_eq!(status(SOUTH), Some(BY_COUNCIL));
		assert_leaves(SOUTH);
	});
}

#[test]
fn should_be_disabled_at_once_and_leave_after_the_next_session_when_the_institution_is_suspended() {
	ExtBuilder::run(|| {
		assert_ok!(suspend_institution(SOUTH));

		assert_eq!(events(), [], "the validator's own state is as it was");
		assert_eq!(status(SOUTH), Some(ValidatorStatus::Admitted));
		assert_leaves(SOUTH);
	});
}

#[test]
fn should_retire_the_validator_when_the_institution_leaves() {
	ExtBuilder::run(|| {
		assert_ok!(remove_institution(SOUTH));

		let account = node(SOUTH);
		assert_eq!(events(), [Event::ValidatorRetired { institution: SOUTH, account }]);
		assert_eq!(Validators::<Test>::get(SOUTH), None);
		assert_eq!(Authorities::operates_for(&account), None);
		assert_eq!(pallet_session::NextKeys::<Test>::get(account), None);
		assert_leaves(SOUTH);
	});
}

#[test]
fn should_retire_the_validator_when_a_suspended_institution_leaves_at_the_minimum() {
	ExtBuilder::run(|| {
		assert_ok!(suspend_institution(SOUTH));
		assert_ok!(remove_institution(SOUTH));
		assert_eq!(Validators::<Test>::get(SOUTH), None);
		assert_leaves(SOUTH);
	});
}

#[test]
fn should_do_nothing_when_an_institution_without_validator_is_suspended_or_leaves() {
	ExtBuilder::run(|| {
		assert_ok!(suspend_institution(HARBOUR));
		reinstate_institution(HARBOUR);
		assert_ok!(remove_institution(HARBOUR));
		assert_eq!(events(), []);
		assert_eq!(disabled(), []);
	});
}

#[test]
fn should_retire_the_candidate_when_its_institution_leaves_before_keys_are_set() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		events();
		assert_ok!(remove_institution(HARBOUR));
		assert_eq!(
			events(),
			[Event::ValidatorRetired { institution: HARBOUR, account: node(HARBOUR) }]
		);
	});
}

#[test]
fn should_refuse_suspension_when_the_validator_takes_no_part() {
	ExtBuilder::run(|| {
		assert_noop!(suspend(HARBOUR), Error::<Test>::ValidatorNotFound);
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_noop!(suspend(HARBOUR), Error::<Test>::NotAdmitted);
		assert_ok!(suspend(SOUTH));
		assert_noop!(suspend(SOUTH), Error::<Test>::NotAdmitted);
	});
}

#[test]
fn should_make_blocks_again_in_the_same_session_when_reinstated() {
	ExtBuilder::run(|| {
		assert_ok!(suspend(SOUTH));
		events();

		assert_ok!(reinstate(SOUTH));

		assert_eq!(events(), [Event::ValidatorReinstated { institution: SOUTH }]);
		assert_eq!(status(SOUTH), Some(ValidatorStatus::Admitted));
		assert_eq!(disabled(), []);
		for _ in 0..3 {
			next_session();
			assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
			assert_eq!(disabled(), []);
		}
	});
}

#[test]
fn should_make_blocks_again_in_the_same_session_when_the_institution_is_reinstated() {
	ExtBuilder::run(|| {
		assert_ok!(suspend_institution(SOUTH));
		reinstate_institution(SOUTH);
		assert_eq!(events(), []);
		assert_eq!(disabled(), []);
		run_to_session(2);
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
	});
}

#[test]
fn should_join_after_the_next_session_when_reinstated_after_it_had_left() {
	ExtBuilder::run(|| {
		assert_ok!(suspend(SOUTH));
		run_to_session(2);
		assert_ok!(reinstate(SOUTH));
		next_session();
		assert_eq!(authorities(), [NORTH, EAST, WEST]);
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
	});
}

#[test]
fn should_refuse_reinstatement_when_the_validator_is_not_suspended() {
	ExtBuilder::run(|| {
		assert_noop!(reinstate(HARBOUR), Error::<Test>::ValidatorNotFound);
		assert_noop!(reinstate(NORTH), Error::<Test>::NotSuspended);
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_noop!(reinstate(HARBOUR), Error::<Test>::NotSuspended);
		// The institution's suspension is not the validator's.
		assert_ok!(suspend_institution(NORTH));
		assert_noop!(reinstate(NORTH), Error::<Test>::NotSuspended);
	});
}

#[test]
fn should_refuse_reinstatement_when_the_keys_are_gone() {
	ExtBuilder::run(|| {
		assert_ok!(suspend(NORTH));
		assert_ok!(Session::purge_keys(by(node(NORTH))));
		assert_noop!(reinstate(NORTH), Error::<Test>::KeysNotSet);
		assert_ok!(set_keys(node(NORTH)));
		assert_ok!(reinstate(NORTH));
	});
}

#[test]
fn should_stay_out_until_both_are_in_good_standing_when_both_were_suspended() {
	ExtBuilder::run(|| {
		assert_ok!(suspend(SOUTH));
		assert_ok!(suspend_institution(SOUTH));
		assert_ok!(reinstate(SOUTH));
		assert_eq!(disabled(), [SOUTH]);
		next_session();
		assert_eq!(disabled(), [SOUTH]);
		reinstate_institution(SOUTH);
		assert_eq!(disabled(), []);
	});
	ExtBuilder::run(|| {
		assert_ok!(suspend_institution(SOUTH));
		assert_ok!(suspend(SOUTH));
		reinstate_institution(SOUTH);
		assert_eq!(disabled(), [SOUTH]);
		assert_ok!(reinstate(SOUTH));
		assert_eq!(disabled(), []);
	});
}

#[test]
fn should_suspend_more_than_one_when_the_rest_suffice() {
	ExtBuilder::run(|| {
		assert_ok!(set_minimum(2));
		assert_ok!(suspend(NORTH));
		assert_ok!(suspend_institution(EAST));
		assert_eq!(disabled(), [NORTH, EAST]);
		assert_noop!(suspend(SOUTH), Error::<Test>::TooFewAuthorities);
		assert_noop!(Authorities::ensure_dispensable(WEST), Error::<Test>::TooFewAuthorities);
		run_to_session(2);
		assert_eq!(authorities(), [SOUTH, WEST]);
	});
}
