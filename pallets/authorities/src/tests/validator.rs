// SPDX-License-Identifier: Apache-2.0

//! Designation, admission and retirement of validators.

use crate::{
	Error, Event, OperatorOf, SuspensionCause, Validator, ValidatorStatus, Validators, mock::*,
};
use contour_primitives::Operators;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

#[test]
fn should_refuse_when_the_caller_is_not_the_council() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_ok!(set_keys(node(HARBOUR)));
		for origin in [
			by(administrator(NORTH)),
			by(administrator(HARBOUR)),
			by(node(NORTH)),
			by(STRANGER),
			RuntimeOrigin::none(),
			frame_system::RawOrigin::Authorized.into(),
		] {
			let origin = || origin.clone();
			assert_noop!(Authorities::admit_validator(origin(), HARBOUR), BadOrigin);
			assert_noop!(Authorities::suspend_validator(origin(), NORTH), BadOrigin);
			assert_noop!(Authorities::reinstate_validator(origin(), NORTH), BadOrigin);
			assert_noop!(Authorities::set_minimum(origin(), 2), BadOrigin);
			assert_noop!(Authorities::set_members_only(origin(), true), BadOrigin);
			assert_noop!(Authorities::note_stalled(origin(), 1, 0), BadOrigin);
			assert_noop!(Authorities::withdraw_stall(origin()), BadOrigin);
		}
	});
}

#[test]
fn should_refuse_designation_when_the_caller_administers_no_active_institution() {
	ExtBuilder::run(|| {
		for origin in [council(), RuntimeOrigin::none()] {
			assert_noop!(Authorities::designate_validator(origin, node(HARBOUR)), BadOrigin);
		}
		for who in [node(HARBOUR), node(NORTH), STRANGER] {
			assert_noop!(
				Authorities::designate_validator(by(who), node(HARBOUR)),
				Error::<Test>::NotAuthorized
			);
		}
		assert_ok!(suspend_institution(HARBOUR));
		assert_noop!(designate(HARBOUR, node(HARBOUR)), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn should_be_a_candidate_that_can_set_keys_without_money_when_designated() {
	ExtBuilder::run(|| {
		let account = node(HARBOUR);
		assert_noop!(set_keys(account), pallet_session::Error::<Test>::NoAssociatedValidatorId);

		assert_ok!(designate(HARBOUR, account));

		assert_eq!(events(), [Event::ValidatorDesignated { institution: HARBOUR, account }]);
		assert_eq!(
			Validators::<Test>::get(HARBOUR),
			Some(Validator { account, status: ValidatorStatus::Candidate })
		);
		assert_eq!(OperatorOf::<Test>::get(account), Some(HARBOUR));
		assert_eq!(Authorities::operates_for(&account), Some(HARBOUR));
		assert_eq!(Balances::free_balance(account), 0);
		assert_ok!(set_keys(account));
		assert_eq!(System::consumers(&account), 1);
	});
}

#[test]
fn should_refuse_designation_when_the_institution_has_a_validator() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_noop!(designate(HARBOUR, node(HARBOUR)), Error::<Test>::AlreadyExists);
		assert_noop!(designate(HARBOUR, spare_node(HARBOUR)), Error::<Test>::AlreadyExists);
		assert_noop!(designate(NORTH, spare_node(NORTH)), Error::<Test>::AlreadyExists);
		assert_ok!(suspend(NORTH));
		assert_noop!(designate(NORTH, spare_node(NORTH)), Error::<Test>::AlreadyExists);
	});
}

#[test]
fn should_refuse_designation_when_the_account_runs_or_ran_a_validator_of_another() {
	ExtBuilder::run(|| {
		assert_noop!(designate(HARBOUR, node(NORTH)), Error::<Test>::AccountTaken);
		assert_ok!(retire(NORTH));
		assert_noop!(designate(HARBOUR, node(NORTH)), Error::<Test>::AccountTaken);
		assert_ok!(designate(NORTH, node(NORTH)));
	});
}

#[test]
fn should_refuse_designation_when_the_chain_carries_no_more_validators() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_ok!(designate(VALLEY, node(VALLEY)));
		assert_eq!(Validators::<Test>::count(), MAX_VALIDATORS);
		assert_noop!(designate(LAKE, node(LAKE)), Error::<Test>::TooManyValidators);
		assert_ok!(retire(VALLEY));
		assert_ok!(designate(LAKE, node(LAKE)));
	});
}

#[test]
fn should_refuse_admission_when_there_is_no_candidate() {
	ExtBuilder::run(|| {
		assert_noop!(admit(HARBOUR), Error::<Test>::ValidatorNotFound);
		assert_noop!(admit(NORTH), Error::<Test>::NotCandidate);
		assert_ok!(suspend(NORTH));
		assert_noop!(admit(NORTH), Error::<Test>::NotCandidate);
		assert_ok!(equivocate(SOUTH));
		assert_eq!(
			status(SOUTH),
			Some(ValidatorStatus::Condemned { cause: SuspensionCause::Equivocation })
		);
		assert_noop!(admit(SOUTH), Error::<Test>::NotCandidate);
	});
}

#[test]
fn should_refuse_admission_when_the_keys_are_not_set() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_noop!(admit(HARBOUR), Error::<Test>::KeysNotSet);
	});
}

#[test]
fn should_refuse_admission_when_the_institution_is_not_active() {
	ExtBuilder::run(|| {
		assert_noop!(admit(NOWHERE), Error::<Test>::InstitutionNotActive);
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_ok!(set_keys(node(HARBOUR)));
		assert_ok!(suspend_institution(HARBOUR));
		assert_noop!(admit(HARBOUR), Error::<Test>::InstitutionNotActive);
		reinstate_institution(HARBOUR);
		assert_ok!(admit(HARBOUR));
	});
}

#[test]
fn should_be_an_authority_from_the_session_after_the_next_when_admitted() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_ok!(set_keys(node(HARBOUR)));
		events();

		assert_ok!(admit(HARBOUR));

		assert_eq!(events(), [Event::ValidatorAdmitted { institution: HARBOUR }]);
		assert_eq!(status(HARBOUR), Some(ValidatorStatus::Admitted));
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST, HARBOUR]);
		assert!(pallet_aura::Authorities::<Test>::get().contains(&aura_key(node(HARBOUR))));
		assert_eq!(events(), []);
	});
}

#[test]
fn should_be_no_authority_when_it_was_never_admitted() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_ok!(set_keys(node(HARBOUR)));
		run_to_session(3);
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
	});
}

#[test]
fn should_list_the_authorities_to_come_when_asked() {
	ExtBuilder::run(|| {
		join(HARBOUR);
		assert_ok!(suspend(NORTH));
		let mut next = Authorities::next_authorities();
		next.sort();
		assert_eq!(
			next,
			[SOUTH, EAST, WEST, HARBOUR].map(|institution| (institution, node(institution)))
		);
	});
}

#[test]
fn should_refuse_retirement_when_the_caller_is_neither_council_nor_own_administrator() {
	ExtBuilder::run(|| {
		assert_noop!(Authorities::retire_validator(RuntimeOrigin::none(), NORTH), BadOrigin);
		for who in [administrator(SOUTH), administrator(NOWHERE), node(NORTH), STRANGER] {
			assert_noop!(
				Authorities::retire_validator(by(who), NORTH),
				Error::<Test>::NotAuthorized
			);
		}
		assert_ok!(suspend_institution(NORTH));
		assert_noop!(retire(NORTH), Error::<Test>::NotAuthorized);
		assert_ok!(Authorities::retire_validator(council(), NORTH));
	});
}

#[test]
fn should_refuse_retirement_when_there_is_no_validator() {
	ExtBuilder::run(|| {
		assert_noop!(retire(HARBOUR), Error::<Test>::ValidatorNotFound);
		assert_noop!(
			Authorities::retire_validator(council(), NOWHERE),
			Error::<Test>::ValidatorNotFound
		);
		assert_ok!(retire(NORTH));
		assert_noop!(retire(NORTH), Error::<Test>::ValidatorNotFound);
	});
}

#[test]
fn should_make_no_more_blocks_and_leave_after_the_next_session_when_retired() {
	for origin in [council(), by(administrator(NORTH))] {
		ExtBuilder::run(|| {
			assert_ok!(Authorities::retire_validator(origin, NORTH));

			assert_eq!(
				events(),
				[Event::ValidatorRetired { institution: NORTH, account: node(NORTH) }]
			);
			assert_eq!(Validators::<Test>::get(NORTH), None);
			assert_eq!(Authorities::operates_for(&node(NORTH)), None);
			assert_eq!(disabled(), [NORTH]);
			next_session();
			assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
			assert_eq!(disabled(), [NORTH]);
			next_session();
			assert_eq!(authorities(), [SOUTH, EAST, WEST]);
			assert_eq!(disabled(), []);
		});
	}
}

#[test]
fn should_retire_when_the_validator_takes_no_part_and_the_minimum_is_reached() {
	ExtBuilder::run(|| {
		assert_ok!(suspend(WEST));
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_noop!(retire(NORTH), Error::<Test>::TooFewAuthorities);
		assert_ok!(retire(HARBOUR));
		assert_ok!(retire(WEST));
	});
}

#[test]
fn should_free_the_keys_when_retired() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_noop!(
			set_keys_made_by(node(HARBOUR), node(NORTH)),
			pallet_session::Error::<Test>::DuplicatedKey
		);

		assert_ok!(retire(NORTH));

		assert_eq!(pallet_session::NextKeys::<Test>::get(node(NORTH)), None);
		assert_ok!(set_keys_made_by(node(HARBOUR), node(NORTH)));
		assert_ok!(admit(HARBOUR));
		// The key never belongs to two authorities at once.
		for session in 1..4 {
			run_to_session(session);
			let mut keys = pallet_aura::Authorities::<Test>::get().into_inner();
			let all = keys.len();
			keys.sort();
			keys.dedup();
			assert_eq!(keys.len(), all);
		}
		assert_eq!(authorities(), [SOUTH, EAST, WEST, HARBOUR]);
	});
}

#[test]
fn should_leave_the_references_as_they_were_when_retired_and_designated_again() {
	ExtBuilder::run(|| {
		let account = node(HARBOUR);
		let references = || {
			(
				System::providers(&account),
				System::sufficients(&account),
				System::consumers(&account),
			)
		};
		assert_eq!(references(), (0, 0, 0));
		for _ in 0..3 {
			assert_ok!(designate(HARBOUR, account));
			assert_eq!(references(), (1, 1, 0));
			assert_ok!(set_keys(account));
			assert_eq!(references(), (1, 1, 1));
			assert_ok!(set_keys_made_by(account, spare_node(HARBOUR)));
			assert_eq!(references(), (1, 1, 1));
			assert_ok!(retire(HARBOUR));
			assert_eq!(references(), (1, 1, 0));
		}
		assert_eq!(System::providers(&node(NORTH)), 1);
		assert_eq!(System::consumers(&node(NORTH)), 1);
		assert_ok!(retire(NORTH));
		assert_eq!(System::consumers(&node(NORTH)), 0);
	});
}

#[test]
fn should_have_one_seat_at_a_time_when_an_institution_changes_its_account() {
	ExtBuilder::run(|| {
		assert_ok!(retire(NORTH));
		assert_ok!(designate(NORTH, spare_node(NORTH)));
		assert_ok!(set_keys(spare_node(NORTH)));
		assert_ok!(admit(NORTH));
		assert_eq!(disabled(), [NORTH]);
		next_session();
		assert_eq!(Session::validators()[0], node(NORTH));
		assert_eq!(disabled(), [NORTH], "the account of before stays disabled");
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
		assert_eq!(Session::validators()[0], spare_node(NORTH));
		assert_eq!(disabled(), []);
	});
}

#[test]
fn should_not_make_blocks_again_in_this_session_when_retired_and_designated_again() {
	ExtBuilder::run(|| {
		assert_ok!(retire(NORTH));
		assert_ok!(designate(NORTH, node(NORTH)));
		assert_ok!(set_keys(node(NORTH)));
		assert_eq!(disabled(), [NORTH]);
		next_session();
		assert_eq!(disabled(), [NORTH]);
	});
}

#[test]
fn should_not_count_a_validator_when_it_is_disabled_though_admitted_again() {
	ExtBuilder::run(|| {
		assert_ok!(retire(NORTH));
		join(NORTH);
		assert_eq!(disabled(), [NORTH]);
		assert_noop!(retire(SOUTH), Error::<Test>::TooFewAuthorities);
	});
}

#[test]
fn should_make_blocks_from_the_next_session_when_retired_and_admitted_again() {
	ExtBuilder::run(|| {
		for _ in 0..2 {
			assert_ok!(retire(NORTH));
			join(NORTH);
			assert_eq!(disabled(), [NORTH]);
			next_session();
			assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
			assert_eq!(disabled(), []);
		}
	});
}
