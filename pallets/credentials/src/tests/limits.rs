// SPDX-License-Identifier: Apache-2.0

//! What a hospital cannot be made to pay, whoever has whichever key, and what costs nothing.

use crate::{
	DailyCaps, DailyLimits, Error, Event, Forgetting, FreeSpent, Places, Progress, Spent, SpentBy,
	mock::*,
};
use contour_primitives::{DAY, Refusal, Role, Sponsorship};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use sp_runtime::DispatchError;

fn patient(number: u8) -> AccountId {
	AccountId::repeat_byte(100 + number)
}

/// What everybody together can be paid for today, fee after fee.
fn spend(everybody: &[AccountId], fee: Balance) -> Balance {
	let mut spent = 0;
	for who in everybody {
		while pay(*who, fee).is_ok() {
			spent += fee;
		}
	}
	spent
}

fn idle() {
	Credentials::on_idle(System::block_number(), Weight::MAX);
}

#[test]
fn should_cost_no_more_than_the_cap_when_one_custodian_enrols_patients_without_end() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		assert_ok!(Credentials::set_daily_cap(by(NORTH_ADMIN), Some(200)));
		let patients: Vec<_> = (0..50).map(patient).collect();
		for who in &patients {
			assert_ok!(Credentials::enrol_patient(by(CUSTODIAN), *who));
		}
		assert_eq!(spend(&patients, 10), 200);
		assert_eq!(Credentials::daily_cap_left(NORTH), 0);
		assert_eq!(Credentials::allowance_left(CUSTODIAN), Ok(0));
		assert_eq!(Credentials::quote(&CUSTODIAN, 1), Err(Refusal::InstitutionSpent));
		// Who can do something about it is not held up by it.
		assert_eq!(pay(NORTH_ADMIN, 10), Ok(NORTH));
		assert_eq!(SpentBy::<Test>::get(NORTH).map(|it| it.amount), Some(200));

		Timestamp::set_timestamp(NOW + DAY);
		assert_eq!(pay(CUSTODIAN, 10), Ok(NORTH));
		assert_eq!(Credentials::daily_cap_left(NORTH), 190);
	});
}

#[test]
fn should_pay_less_for_a_patient_than_for_staff_unless_it_is_said() {
	ExtBuilder::run(|| {
		enrol(NORTH_ADMIN, PATIENT);
		assert_eq!(Credentials::allowance_left(PATIENT), Ok(PATIENT_ALLOWANCE));
		assert_ok!(Credentials::set_allowance(by(NORTH_ADMIN), 7));
		assert_eq!(Credentials::allowance_left(PATIENT), Ok(7));
		assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), PATIENT, Some(90)));
		assert_eq!(Credentials::allowance_left(PATIENT), Ok(90));
	});
}

#[test]
fn should_lock_nobody_out_when_the_allowance_is_zero() {
	ExtBuilder::run(|| {
		assert_ok!(Credentials::set_allowance(by(NORTH_ADMIN), 0));
		assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), NORTH_ADMIN, Some(0)));
		assert_ok!(Credentials::set_daily_cap(by(NORTH_ADMIN), Some(0)));
		assert_eq!(Credentials::allowance_left(NORTH_ADMIN), Ok(ADMINISTRATOR_ALLOWANCE));
		assert_eq!(pay(NORTH_ADMIN, ADMINISTRATOR_ALLOWANCE), Ok(NORTH));
		assert_eq!(pay(NORTH_ADMIN, 1), Err(Refusal::AllowanceExhausted));
	});
}

#[test]
fn should_let_the_council_alone_say_what_an_administrator_may_spend() {
	ExtBuilder::run(|| {
		let set = |origin, allowance| {
			Credentials::set_administrator_allowance(origin, NORTH, Some(allowance))
		};
		assert_noop!(set(by(NORTH_ADMIN), 500), DispatchError::BadOrigin);
		assert_ok!(set(council(), 500));
		assert_eq!(Credentials::allowance_left(NORTH_ADMIN), Ok(500));
		assert_ok!(Credentials::set_administrator_allowance(council(), NORTH, None));
		assert_eq!(Credentials::allowance_left(NORTH_ADMIN), Ok(ADMINISTRATOR_ALLOWANCE));
		let set = |allowance| Event::AdministratorAllowanceSet { institution: NORTH, allowance };
		assert_eq!(events(), [set(Some(500)), set(None)]);
		assert_noop!(
			Credentials::set_administrator_allowance(council(), WEST, None),
			Error::<Test>::InstitutionNotFound
		);
	});
}

#[test]
fn should_pay_no_more_than_the_councils_limit_when_the_administrator_sets_a_higher_cap() {
	ExtBuilder::run(|| {
		assert_noop!(
			Credentials::set_daily_limit(by(NORTH_ADMIN), NORTH, None),
			DispatchError::BadOrigin
		);
		assert_noop!(Credentials::set_daily_cap(by(STRANGER), None), Error::<Test>::NotAuthorized);
		assert_eq!(Credentials::daily_cap_left(NORTH), DAILY_LIMIT);
		assert_ok!(Credentials::set_daily_cap(by(NORTH_ADMIN), Some(Balance::MAX)));
		assert_eq!(Credentials::daily_cap_left(NORTH), DAILY_LIMIT);
		assert_ok!(Credentials::set_daily_limit(council(), NORTH, Some(400)));
		assert_eq!(Credentials::daily_cap_left(NORTH), 400);
		assert_ok!(Credentials::set_daily_cap(by(NORTH_ADMIN), Some(60)));
		assert_eq!(Credentials::daily_cap_left(NORTH), 60);
		assert_eq!(
			events(),
			[
				Event::DailyCapSet { institution: NORTH, cap: Some(Balance::MAX) },
				Event::DailyLimitSet { institution: NORTH, limit: Some(400) },
				Event::DailyCapSet { institution: NORTH, cap: Some(60) },
			]
		);
		assert_eq!(Credentials::daily_cap_left(SOUTH), DAILY_LIMIT);
		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_eq!((DailyCaps::<Test>::get(NORTH), DailyLimits::<Test>::get(NORTH)), (None, None));
	});
}

#[test]
fn should_give_back_to_the_cap_too_when_a_fee_is_refunded() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		let sponsor = Credentials::quote(&RADIOLOGIST, 60).expect("it has an allowance");
		assert_eq!(pay(RADIOLOGIST, 60), Ok(NORTH));
		Credentials::refund(&RADIOLOGIST, &sponsor, 20);
		assert_eq!(Credentials::daily_cap_left(NORTH), DAILY_LIMIT - 40);
		let administrator = Credentials::quote(&NORTH_ADMIN, 1).expect("it has an allowance");
		assert!(sponsor.capped && !administrator.capped);
	});
}

#[test]
fn should_do_so_much_for_nothing_on_a_day_and_no_more() {
	ExtBuilder::run(|| {
		let may = |fee| Credentials::quote_free(&STRANGER, fee);
		assert_eq!(may(FREE_ALLOWANCE), Ok(()));
		assert_eq!(may(FREE_ALLOWANCE + 1), Err(Refusal::AllowanceExhausted));
		Credentials::record_free(&STRANGER, 40);
		assert_eq!(may(11), Err(Refusal::AllowanceExhausted));
		Credentials::refund_free(&STRANGER, 15);
		assert_eq!(may(25), Ok(()));
		assert_eq!(may(26), Err(Refusal::AllowanceExhausted));
		Timestamp::set_timestamp(NOW + DAY);
		assert_eq!(may(FREE_ALLOWANCE), Ok(()));
	});
}

#[test]
fn should_let_in_who_only_takes_access_away_when_nobody_vouches() {
	ExtBuilder::run(|| {
		assert_eq!(
			at_the_door(by(STRANGER)),
			Err(Refusal::NotVouchedFor.into()),
			"a stranger may do nothing else"
		);
		assert_eq!(with_at_the_door(by(STRANGER), WITHDRAWAL, 100), Ok(()));
	});
}

#[test]
fn should_turn_away_what_is_too_long_unless_it_carries_a_runtime() {
	ExtBuilder::run(|| {
		let door = |remark, length| with_at_the_door(by(NORTH_ADMIN), remark, length);
		assert_eq!(door(b"", MAX_LENGTH), Ok(()));
		assert_eq!(door(b"", MAX_LENGTH + 1), Err(Refusal::TransactionTooLong.into()));
		assert_eq!(door(WITHDRAWAL, MAX_LENGTH + 1), Err(Refusal::TransactionTooLong.into()));
		assert_eq!(door(RUNTIME, 1_000 * MAX_LENGTH), Ok(()));
	});
}

#[test]
fn should_forget_what_was_spent_on_former_days_once_a_day() {
	ExtBuilder::run(|| {
		let patients: Vec<_> = (0..100).map(patient).collect();
		for who in &patients {
			enrol(NORTH_ADMIN, *who);
			assert_eq!(pay(*who, 1), Ok(NORTH));
			Credentials::record_free(who, 1);
		}
		(0..4).for_each(|_| idle());
		let kept = || (Spent::<Test>::iter().count(), FreeSpent::<Test>::iter().count());
		assert_eq!(kept(), (100, 100), "it is all of today");
		assert_eq!(Forgetting::<Test>::get(), Progress::Done { day: NOW / DAY });

		Timestamp::set_timestamp(NOW + DAY);
		assert_eq!(pay(patients[0], 1), Ok(NORTH));
		(0..4).for_each(|_| idle());
		assert_eq!(kept(), (1, 0));
		assert_eq!(Forgetting::<Test>::get(), Progress::Done { day: NOW / DAY + 1 });
		assert_eq!(Credentials::on_idle(1, Weight::zero()), Weight::zero());
	});
}

#[test]
fn should_have_few_places_and_none_when_nobody_vouches() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::take_places(&RADIOLOGIST, MAX_PLACES));
		let full = Error::<Test>::TooManyPlaces;
		assert_noop!(Credentials::take_places(&RADIOLOGIST, 1), full);
		assert_noop!(Credentials::take_places(&STRANGER, 1), refused(Refusal::NotVouchedFor));
		assert_ok!(Credentials::take_places(&STRANGER, 0));
		assert_eq!(Credentials::free_places(&RADIOLOGIST, 1), 0);
		assert_ok!(Credentials::take_places(&RADIOLOGIST, 1));
		assert_eq!(Credentials::free_places(&RADIOLOGIST, MAX_PLACES + 2), 2);
		assert!(!Places::<Test>::contains_key(RADIOLOGIST));
	});
}
