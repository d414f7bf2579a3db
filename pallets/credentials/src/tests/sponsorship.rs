// SPDX-License-Identifier: Apache-2.0

//! Daily allowances and the fees that institutions pay.

use crate::{Allowances, Error, Event, Institutions, Spending, Spent, mock::*};
use contour_primitives::{DAY, InstitutionId, Refusal, Role, Sponsor, Sponsorship};
use frame_support::{assert_noop, assert_ok};

fn quote(fee: Balance) -> Result<(), Refusal> {
	Credentials::quote(&RADIOLOGIST, fee).map(|_| ())
}

/// An institution that pays for a member.
fn sponsor(institution: InstitutionId) -> Sponsor<AccountId> {
	let fee_account = Credentials::fee_account_of(institution);
	Sponsor { institution, fee_account, capped: true }
}

fn left() -> Balance {
	Credentials::allowance_left(RADIOLOGIST).expect("somebody vouches for the radiologist")
}

#[test]
fn should_apply_to_all_members_when_the_institution_sets_its_allowance() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(SOUTH_ADMIN, CUSTODIAN, Role::Custodian);
		events();

		assert_ok!(Credentials::set_allowance(by(NORTH_ADMIN), 250));

		assert_eq!(events(), [Event::AllowanceSet { institution: NORTH, allowance: 250 }]);
		assert_eq!(Institutions::<Test>::get(NORTH).expect("it is a member").allowance, 250);
		assert_eq!(Credentials::allowance_left(RADIOLOGIST), Ok(250));
		assert_eq!(Credentials::allowance_left(CUSTODIAN), Ok(ALLOWANCE));
	});
}

#[test]
fn should_replace_the_general_allowance_when_a_member_has_one() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		enrol(NORTH_ADMIN, PATIENT);
		for (member, general) in
			[(RADIOLOGIST, ALLOWANCE), (PATIENT, PATIENT_ALLOWANCE), (OPERATOR, ALLOWANCE)]
		{
			events();
			let set =
				|allowance| Credentials::set_member_allowance(by(NORTH_ADMIN), member, allowance);
			assert_ok!(set(Some(7)));
			assert_eq!(Allowances::<Test>::get(NORTH, member), Some(7));
			assert_eq!(Credentials::allowance_left(member), Ok(7));
			assert_ok!(set(Some(0)));
			assert_eq!(Credentials::allowance_left(member), Ok(0));
			assert_ok!(set(None));
			assert_eq!(Allowances::<Test>::get(NORTH, member), None);
			assert_eq!(Credentials::allowance_left(member), Ok(general));

			let set =
				|allowance| Event::MemberAllowanceSet { institution: NORTH, member, allowance };
			assert_eq!(events(), [set(Some(7)), set(Some(0)), set(None)]);
		}
	});
}

#[test]
fn should_tell_what_the_fee_account_can_pay_when_it_is_asked() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		let available = Credentials::available_for_fees(NORTH);
		assert_ok!(Credentials::set_member_allowance(
			by(NORTH_ADMIN),
			RADIOLOGIST,
			Some(Balance::MAX)
		));
		assert!(available < DAILY_LIMIT, "it is not what stops anybody here");
		assert_eq!(quote(available), Ok(()));
		assert_eq!(quote(available + 1), Err(Refusal::FeeAccountEmpty));
	});
}

#[test]
fn should_pay_more_when_a_member_has_earned_a_privilege() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		Achievements::privilege(500_000);
		assert_eq!(left(), ALLOWANCE + ALLOWANCE / 2);
		assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), RADIOLOGIST, Some(7)));
		assert_eq!(left(), 10);
		assert_eq!(quote(10), Ok(()));
		assert_eq!(quote(11), Err(Refusal::AllowanceExhausted));
		assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), RADIOLOGIST, Some(0)));
		assert_eq!(left(), 0);
	});
}

#[test]
fn should_refuse_a_members_allowance_when_the_account_is_no_member() {
	ExtBuilder::run(|| {
		vouch(SOUTH_ADMIN, CUSTODIAN, Role::Custodian);
		for who in [STRANGER, CUSTODIAN, SOUTH_ADMIN] {
			assert_noop!(
				Credentials::set_member_allowance(by(NORTH_ADMIN), who, Some(7)),
				Error::<Test>::CredentialNotFound
			);
		}
	});
}

#[test]
fn should_name_the_fee_account_of_the_voucher_when_quoted() {
	ExtBuilder::run(|| {
		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(Credentials::quote(&RADIOLOGIST, 10), Ok(sponsor(SOUTH)));
	});
}

#[test]
fn should_pay_for_nobody_when_no_institution_vouches() {
	ExtBuilder::run(|| {
		assert_eq!(Credentials::quote(&STRANGER, 0), Err(Refusal::NotVouchedFor));
		suspend(NORTH);
		assert_eq!(Credentials::quote(&NORTH_ADMIN, 0), Err(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_pay_exactly_the_allowance_when_spent_in_parts() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(quote(ALLOWANCE), Ok(()));
		assert_eq!(quote(ALLOWANCE + 1), Err(Refusal::AllowanceExhausted));

		assert_eq!(pay(RADIOLOGIST, 60), Ok(NORTH));
		assert_eq!(pay(RADIOLOGIST, 41), Err(Refusal::AllowanceExhausted));
		assert_eq!(pay(RADIOLOGIST, 40), Ok(NORTH));
		assert_eq!(pay(RADIOLOGIST, 1), Err(Refusal::AllowanceExhausted));
		assert_eq!(quote(0), Ok(()));

		assert_eq!(
			Spent::<Test>::get(NORTH, RADIOLOGIST),
			Some(Spending { day: NOW / DAY, amount: ALLOWANCE })
		);
		assert_eq!(Balances::free_balance(Credentials::fee_account_of(NORTH)), FEES - ALLOWANCE);
	});
}

#[test]
fn should_start_at_zero_when_a_day_begins() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(pay(RADIOLOGIST, ALLOWANCE), Ok(NORTH));

		Timestamp::set_timestamp(NOW + DAY - 1);
		assert_eq!(left(), 0);
		Timestamp::set_timestamp(NOW + DAY);
		assert_eq!(left(), ALLOWANCE);

		assert_eq!(pay(RADIOLOGIST, 1), Ok(NORTH));
		assert_eq!(
			Spent::<Test>::get(NORTH, RADIOLOGIST),
			Some(Spending { day: NOW / DAY + 1, amount: 1 })
		);
	});
}

#[test]
fn should_count_what_was_spent_when_the_allowance_changes() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(pay(RADIOLOGIST, 60), Ok(NORTH));
		for (allowance, expected) in [(50, 0), (60, 0), (61, 1), (200, 140)] {
			assert_ok!(Credentials::set_allowance(by(NORTH_ADMIN), allowance));
			assert_eq!(left(), expected);
		}
	});
}

#[test]
fn should_pay_within_its_own_allowance_when_another_institution_takes_over() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(pay(RADIOLOGIST, ALLOWANCE), Ok(NORTH));
		suspend(NORTH);

		assert_eq!(left(), ALLOWANCE);
		assert_eq!(pay(RADIOLOGIST, 70), Ok(SOUTH));

		assert_ok!(Credentials::reinstate_institution(council(), NORTH));
		assert_eq!(left(), 0);
		assert_eq!(pay(RADIOLOGIST, 1), Err(Refusal::AllowanceExhausted));
		suspend(NORTH);
		assert_eq!(left(), ALLOWANCE - 70);
	});
}

#[test]
fn should_have_it_back_when_refunded() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(pay(RADIOLOGIST, 60), Ok(NORTH));
		Credentials::refund(&RADIOLOGIST, &sponsor(NORTH), 20);
		assert_eq!(left(), ALLOWANCE - 40);
		Credentials::refund(&RADIOLOGIST, &sponsor(NORTH), 50);
		assert_eq!(left(), ALLOWANCE);
	});
}

#[test]
fn should_give_no_credit_when_another_day_or_institution_is_refunded() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(pay(RADIOLOGIST, 60), Ok(NORTH));
		Credentials::refund(&RADIOLOGIST, &sponsor(SOUTH), 60);
		assert_eq!(left(), ALLOWANCE - 60);

		Timestamp::set_timestamp(NOW + DAY);
		Credentials::refund(&RADIOLOGIST, &sponsor(NORTH), 60);
		assert_eq!(left(), ALLOWANCE);
	});
}

#[test]
fn should_leave_the_existential_deposit_when_the_fee_account_is_used_up() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::set_allowance(by(NORTH_ADMIN), 2 * FEES));

		assert_eq!(quote(FEES), Err(Refusal::FeeAccountEmpty));
		assert_eq!(pay(RADIOLOGIST, FEES - EXISTENTIAL_DEPOSIT), Ok(NORTH));
		assert_eq!(Balances::free_balance(Credentials::fee_account_of(NORTH)), EXISTENTIAL_DEPOSIT);
		assert_eq!(quote(1), Err(Refusal::FeeAccountEmpty));
		assert_eq!(quote(0), Ok(()));

		assert_ok!(Credentials::top_up(council(), NORTH, 1));
		assert_eq!(quote(1), Ok(()));
	});
}

#[test]
fn should_name_the_allowance_when_the_fee_account_is_empty_too() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(quote(FEES), Err(Refusal::AllowanceExhausted));
	});
}

#[test]
fn should_write_nothing_when_only_quoted() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		let before = storage();
		assert_eq!(quote(10), Ok(()));
		assert_eq!(quote(FEES), Err(Refusal::AllowanceExhausted));
		assert_eq!(storage(), before);
	});
}
