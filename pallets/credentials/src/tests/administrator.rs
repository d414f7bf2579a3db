// SPDX-License-Identifier: Apache-2.0

//! Who acts for an institution, and the hand-over to another account.

use crate::{
	Administrators, Allowances, Credentials as Vouchers, Error, Event, Institutions, mock::*,
};
use contour_primitives::{Refusal, Role, Standing};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchResult, traits::BadOrigin};

/// The calls that only an administrator may make.
const CALLS: [fn(RuntimeOrigin) -> DispatchResult; 7] = [
	|origin| Credentials::set_allowance(origin, 1),
	|origin| Credentials::set_member_allowance(origin, RADIOLOGIST, None),
	|origin| issue_until(origin, NEWCOMER, Role::Clinician.into(), NOW + YEAR),
	|origin| Credentials::renew_credential(origin, RADIOLOGIST, NOW + YEAR),
	|origin| Credentials::suspend_credential(origin, RADIOLOGIST),
	|origin| Credentials::reinstate_credential(origin, RADIOLOGIST),
	|origin| Credentials::revoke_credential(origin, RADIOLOGIST),
];

#[test]
fn should_obey_when_the_caller_administers_an_active_institution() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		for call in CALLS {
			assert_ok!(call(by(NORTH_ADMIN)));
		}
	});
}

#[test]
fn should_refuse_when_the_caller_administers_nothing() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		enrol(NORTH_ADMIN, PATIENT);
		for who in [RADIOLOGIST, CUSTODIAN, PATIENT, OPERATOR, STRANGER] {
			for call in CALLS {
				assert_noop!(call(by(who)), Error::<Test>::NotAuthorized);
			}
		}
	});
}

#[test]
fn should_refuse_when_the_institution_of_the_caller_is_suspended_or_has_left() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		suspend(NORTH);
		for call in CALLS {
			assert_noop!(call(by(NORTH_ADMIN)), Error::<Test>::NotAuthorized);
		}
		assert_ok!(Credentials::remove_institution(council(), NORTH));
		for call in CALLS {
			assert_noop!(call(by(NORTH_ADMIN)), Error::<Test>::NotAuthorized);
		}
	});
}

#[test]
fn should_refuse_when_the_caller_of_an_administrators_call_did_not_sign() {
	ExtBuilder::run(|| {
		for origin in [council(), RuntimeOrigin::none()] {
			for call in CALLS {
				assert_noop!(call(origin.clone()), BadOrigin);
			}
		}
	});
}

#[test]
fn should_touch_no_credential_of_another_institution_when_an_administrator_acts() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		let before = Vouchers::<Test>::get(RADIOLOGIST);

		for call in &CALLS[3..] {
			assert_noop!(call(by(SOUTH_ADMIN)), Error::<Test>::CredentialNotFound);
		}
		assert_eq!(Vouchers::<Test>::get(RADIOLOGIST), before);
	});
}

#[test]
fn should_hand_over_when_the_administrator_names_another() {
	ExtBuilder::run(|| {
		assert_ok!(Credentials::set_administrator(by(NORTH_ADMIN), NORTH, NEWCOMER));

		assert_eq!(
			events(),
			[Event::AdministratorChanged { institution: NORTH, from: NORTH_ADMIN, to: NEWCOMER }]
		);
		assert_eq!(
			Institutions::<Test>::get(NORTH).expect("it is a member").administrator,
			NEWCOMER
		);
		assert_eq!(Administrators::<Test>::get(NORTH_ADMIN), None);
		assert_eq!(Administrators::<Test>::get(NEWCOMER), Some(NORTH));
		assert_eq!(Council::members(), [SOUTH_ADMIN, EAST_ADMIN, NEWCOMER]);
		assert_eq!(Validators::heard(), []);
		assert_eq!(Credentials::voucher(&NEWCOMER), Ok(NORTH));
		assert_eq!(Credentials::voucher(&NORTH_ADMIN), Err(Refusal::NotVouchedFor));
		assert_noop!(Credentials::set_allowance(by(NORTH_ADMIN), 1), Error::<Test>::NotAuthorized);
		assert_ok!(Credentials::set_allowance(by(NEWCOMER), 1));
	});
}

#[test]
fn should_hand_over_when_the_council_names_another() {
	ExtBuilder::run(|| {
		assert_ok!(Credentials::set_administrator(council(), NORTH, NEWCOMER));

		assert_eq!(
			events(),
			[Event::AdministratorChanged { institution: NORTH, from: NORTH_ADMIN, to: NEWCOMER }]
		);
		assert_eq!(Council::members(), [SOUTH_ADMIN, EAST_ADMIN, NEWCOMER]);
	});
}

#[test]
fn should_give_no_seat_when_a_suspended_institution_is_handed_over() {
	ExtBuilder::run(|| {
		suspend(NORTH);
		events();

		assert_ok!(Credentials::set_administrator(council(), NORTH, NEWCOMER));

		assert_eq!(
			events(),
			[Event::AdministratorChanged { institution: NORTH, from: NORTH_ADMIN, to: NEWCOMER }]
		);
		assert_eq!(Council::members(), [SOUTH_ADMIN, EAST_ADMIN]);
		assert_eq!(Credentials::voucher(&NEWCOMER), Err(Refusal::InstitutionNotActive));

		assert_ok!(Credentials::reinstate_institution(council(), NORTH));
		assert_eq!(Council::members(), [SOUTH_ADMIN, EAST_ADMIN, NEWCOMER]);
	});
}

#[test]
fn should_refuse_to_hand_over_when_the_caller_is_neither_council_nor_its_administrator() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		let hand_over = |origin| Credentials::set_administrator(origin, NORTH, NEWCOMER);
		for who in [SOUTH_ADMIN, CUSTODIAN, NEWCOMER, STRANGER] {
			assert_noop!(hand_over(by(who)), Error::<Test>::NotAuthorized);
		}
		assert_noop!(hand_over(RuntimeOrigin::none()), BadOrigin);
		suspend(NORTH);
		assert_noop!(hand_over(by(NORTH_ADMIN)), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn should_refuse_to_hand_over_when_the_account_administers_an_institution() {
	ExtBuilder::run(|| {
		for account in [NORTH_ADMIN, SOUTH_ADMIN] {
			assert_noop!(
				Credentials::set_administrator(by(NORTH_ADMIN), NORTH, account),
				Error::<Test>::AlreadyExists
			);
		}
	});
}

#[test]
fn should_refuse_to_hand_over_when_the_institution_is_not_there() {
	ExtBuilder::run(|| {
		assert_noop!(
			Credentials::set_administrator(council(), WEST, NEWCOMER),
			Error::<Test>::InstitutionNotFound
		);
		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_noop!(
			Credentials::set_administrator(council(), NORTH, NEWCOMER),
			Error::<Test>::InstitutionNotFound
		);
	});
}

#[test]
fn should_clear_the_allowance_when_a_former_administrator_had_one_of_its_own() {
	ExtBuilder::run(|| {
		assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), NORTH_ADMIN, Some(7)));
		assert_ok!(Credentials::set_administrator(by(NORTH_ADMIN), NORTH, NEWCOMER));

		assert_noop!(
			Credentials::set_member_allowance(by(NEWCOMER), NORTH_ADMIN, Some(8)),
			Error::<Test>::CredentialNotFound
		);
		assert_ok!(Credentials::set_member_allowance(by(NEWCOMER), NORTH_ADMIN, None));
		assert_eq!(Allowances::<Test>::get(NORTH, NORTH_ADMIN), None);
	});
}
