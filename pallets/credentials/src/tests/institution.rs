// SPDX-License-Identifier: Apache-2.0

//! Admission, suspension, reinstatement and removal of institutions.

use crate::{
	Administrators, Credentials as Vouchers, Error, Event, Institution, InstitutionStatus,
	Institutions, NextInstitution, Seats, mock::*,
};
use contour_primitives::{
	Action, InstitutionId, Institutions as _, Modality, Refusal, Role, Standing,
};
use frame_support::traits::fungible::Mutate as _;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{
	DispatchError, TokenError,
	traits::{BadOrigin, Zero},
};

fn status_of(institution: InstitutionId) -> InstitutionStatus {
	Institutions::<Test>::get(institution).expect("the institution is known").status
}

#[test]
fn should_refuse_when_the_caller_is_not_the_council() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		for origin in
			[by(NORTH_ADMIN), by(CUSTODIAN), by(STRANGER), by(NEWCOMER), RuntimeOrigin::none()]
		{
			let origin = || origin.clone();
			assert_noop!(
				Credentials::admit_institution(origin(), name(b"West"), NEWCOMER, ALLOWANCE),
				BadOrigin
			);
			assert_noop!(Credentials::suspend_institution(origin(), NORTH), BadOrigin);
			assert_noop!(Credentials::reinstate_institution(origin(), NORTH), BadOrigin);
			assert_noop!(Credentials::remove_institution(origin(), NORTH), BadOrigin);
			assert_noop!(Credentials::top_up(origin(), NORTH, 1), BadOrigin);
			assert_noop!(
				Credentials::set_standard(
					origin(),
					Action::OpenTask,
					None,
					Some(reading_standard())
				),
				BadOrigin
			);
		}
	});
}

#[test]
fn should_have_a_number_a_seat_and_a_fee_account_when_admitted() {
	ExtBuilder::run(|| {
		assert_ok!(admit(NEWCOMER));

		assert_eq!(
			events(),
			[Event::InstitutionAdmitted {
				institution: WEST,
				administrator: NEWCOMER,
				fee_account: Credentials::fee_account_of(WEST),
			}]
		);
		assert_eq!(
			Institutions::<Test>::get(WEST),
			Some(Institution {
				name: name(b"West"),
				administrator: NEWCOMER,
				allowance: ALLOWANCE,
				status: InstitutionStatus::Active,
			})
		);
		assert_eq!(Administrators::<Test>::get(NEWCOMER), Some(WEST));
		assert_eq!(Council::members(), [NORTH_ADMIN, SOUTH_ADMIN, EAST_ADMIN, NEWCOMER]);
		assert_eq!(Credentials::voucher(&NEWCOMER), Ok(WEST));
		assert_eq!(Credentials::administered_by(&NEWCOMER), Some(WEST));
		assert!(Credentials::is_active(WEST));
		assert_eq!(Validators::heard(), []);
	});
}

#[test]
fn should_have_a_fee_account_of_its_own_when_there_are_others() {
	ExtBuilder::run(|| {
		let mut accounts = vec![Credentials::purse_account()];
		accounts.extend((0..100).map(|id| Credentials::fee_account_of(InstitutionId(id))));
		accounts.sort();
		accounts.dedup();
		assert_eq!(accounts.len(), 101);
	});
}

#[test]
fn should_order_the_seats_by_account_when_admitted_in_another_order() {
	ExtBuilder::run(|| {
		assert_ok!(admit(AccountId::zero()));
		assert_eq!(
			Seats::<Test>::get().into_inner(),
			[AccountId::zero(), NORTH_ADMIN, SOUTH_ADMIN, EAST_ADMIN]
		);
	});
}

#[test]
fn should_refuse_admission_when_the_name_is_empty_or_no_utf_8() {
	ExtBuilder::run(|| {
		for bytes in [&b""[..], b"\xff", b"M\xfcnchen", b"\xf0\x9f\x8f"] {
			assert_noop!(
				Credentials::admit_institution(council(), name(bytes), NEWCOMER, ALLOWANCE),
				Error::<Test>::InvalidName
			);
		}
	});
}

#[test]
fn should_admit_when_the_name_has_the_greatest_length() {
	ExtBuilder::run(|| {
		let longest = name("ü".repeat(32).as_bytes());
		assert_eq!(longest.len(), 64);
		assert_ok!(Credentials::admit_institution(council(), longest, NEWCOMER, ALLOWANCE));
	});
}

#[test]
fn should_refuse_admission_when_the_account_administers_another_institution() {
	ExtBuilder::run(|| {
		assert_noop!(admit(NORTH_ADMIN), Error::<Test>::AlreadyExists);
		suspend(NORTH);
		assert_noop!(admit(NORTH_ADMIN), Error::<Test>::AlreadyExists);
		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_ok!(admit(NORTH_ADMIN));
	});
}

#[test]
fn should_refuse_admission_when_there_is_no_room() {
	ExtBuilder::run(|| {
		for number in 100..100 + MAX_INSTITUTIONS - 3 {
			assert_ok!(admit(AccountId::repeat_byte(number)));
		}
		assert_noop!(admit(NEWCOMER), Error::<Test>::TooManyInstitutions);

		suspend(NORTH);
		assert_noop!(admit(NEWCOMER), Error::<Test>::TooManyInstitutions);

		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_ok!(admit(NEWCOMER));
	});
}

#[test]
fn should_refuse_admission_when_the_numbers_are_used_up() {
	ExtBuilder::run(|| {
		NextInstitution::<Test>::put(InstitutionId(u32::MAX));
		assert_noop!(admit(NEWCOMER), Error::<Test>::TooManyInstitutions);
	});
}

#[test]
fn should_never_give_a_number_again_when_an_institution_has_left() {
	ExtBuilder::run(|| {
		assert_ok!(admit(NEWCOMER));
		assert_ok!(Credentials::remove_institution(council(), WEST));
		assert_ok!(admit(NEWCOMER));

		assert_eq!(status_of(WEST), InstitutionStatus::Removed { since: NOW });
		assert_eq!(Administrators::<Test>::get(NEWCOMER), Some(InstitutionId(4)));
	});
}

#[test]
fn should_lose_its_seat_when_suspended() {
	ExtBuilder::run(|| {
		suspend(NORTH);

		assert_eq!(events(), [Event::InstitutionSuspended { institution: NORTH }]);
		assert_eq!(status_of(NORTH), InstitutionStatus::Suspended { since: NOW });
		assert_eq!(Council::members(), [SOUTH_ADMIN, EAST_ADMIN]);
		assert_eq!(Validators::heard(), [("suspended", NORTH)]);
		assert_eq!(Administrators::<Test>::get(NORTH_ADMIN), Some(NORTH));
		assert_eq!(Credentials::administered_by(&NORTH_ADMIN), None);
		assert!(!Credentials::is_active(NORTH));
	});
}

#[test]
fn should_suspend_everybody_it_vouches_for_when_suspended() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		enrol(NORTH_ADMIN, PATIENT);
		let everybody = [NORTH_ADMIN, RADIOLOGIST, CUSTODIAN, OPERATOR, PATIENT];
		for who in everybody {
			assert_eq!(Credentials::voucher(&who), Ok(NORTH));
		}
		let may_read = || Credentials::may(&RADIOLOGIST, Action::AccessStudy, Modality::Mr);
		let keeps = || Credentials::holds(&CUSTODIAN, NORTH, Role::Custodian);
		assert_eq!((may_read(), keeps()), (Ok(NORTH), Ok(())));

		suspend(NORTH);

		for who in everybody {
			assert_eq!(Credentials::voucher(&who), Err(Refusal::InstitutionNotActive));
			assert_eq!(at_the_door(by(who)), Err(Refusal::InstitutionNotActive.into()));
		}
		assert_eq!(may_read(), Err(Refusal::InstitutionNotActive));
		assert_eq!(keeps(), Err(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_write_no_more_than_the_institution_and_the_seats_when_suspended() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		enrol(NORTH_ADMIN, PATIENT);
		System::reset_events();
		let ours = |storage: std::collections::BTreeMap<Vec<u8>, Vec<u8>>| {
			let prefix = sp_io::hashing::twox_128(b"Credentials");
			storage.into_iter().filter(move |(key, _)| key.starts_with(&prefix))
		};
		let before = storage();

		suspend(NORTH);

		let written: Vec<_> = ours(storage())
			.filter(|(key, value)| before.get(key) != Some(value))
			.map(|(key, _)| key)
			.collect();
		let mut expected =
			[Institutions::<Test>::hashed_key_for(NORTH), Seats::<Test>::hashed_key().to_vec()];
		expected.sort();
		assert_eq!(written, expected);
		assert_eq!(ours(storage()).count(), ours(before).count());
	});
}

#[test]
fn should_refuse_suspension_when_the_institution_is_not_active() {
	ExtBuilder::run(|| {
		let suspend = |institution| Credentials::suspend_institution(council(), institution);
		assert_noop!(suspend(WEST), Error::<Test>::InstitutionNotFound);
		assert_ok!(suspend(NORTH));
		assert_noop!(suspend(NORTH), Error::<Test>::NotActive);
		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_noop!(suspend(NORTH), Error::<Test>::InstitutionNotFound);
	});
}

#[test]
fn should_stay_when_it_is_the_last_active_institution() {
	ExtBuilder::run(|| {
		suspend(NORTH);
		assert_ok!(Credentials::remove_institution(council(), SOUTH));

		assert_noop!(
			Credentials::suspend_institution(council(), EAST),
			Error::<Test>::LastInstitution
		);
		assert_noop!(
			Credentials::remove_institution(council(), EAST),
			Error::<Test>::LastInstitution
		);

		assert_ok!(Credentials::reinstate_institution(council(), NORTH));
		assert_ok!(Credentials::suspend_institution(council(), EAST));
	});
}

#[test]
fn should_stay_when_the_chain_cannot_do_without_it() {
	ExtBuilder::run(|| {
		Validators::make_indispensable(NORTH);
		let indispensable = DispatchError::Other("indispensable");

		assert_noop!(Credentials::suspend_institution(council(), NORTH), indispensable);
		assert_noop!(Credentials::remove_institution(council(), NORTH), indispensable);
		assert_eq!(Validators::heard(), []);

		assert_ok!(Credentials::suspend_institution(council(), SOUTH));
		assert_eq!(Validators::heard(), [("suspended", SOUTH)]);
	});
}

#[test]
fn should_be_as_before_when_reinstated() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		let before = (Institutions::<Test>::get(NORTH), Vouchers::<Test>::get(RADIOLOGIST));
		suspend(NORTH);
		events();
		Validators::heard();

		assert_ok!(Credentials::reinstate_institution(council(), NORTH));

		assert_eq!(events(), [Event::InstitutionReinstated { institution: NORTH }]);
		assert_eq!((Institutions::<Test>::get(NORTH), Vouchers::<Test>::get(RADIOLOGIST)), before);
		assert_eq!(Council::members(), [NORTH_ADMIN, SOUTH_ADMIN, EAST_ADMIN]);
		assert_eq!(Validators::heard(), [("reinstated", NORTH)]);
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Ok(NORTH));
	});
}

#[test]
fn should_refuse_reinstatement_when_the_institution_is_not_suspended() {
	ExtBuilder::run(|| {
		let reinstate = |institution| Credentials::reinstate_institution(council(), institution);
		assert_noop!(reinstate(NORTH), Error::<Test>::NotSuspended);
		assert_noop!(reinstate(WEST), Error::<Test>::InstitutionNotFound);
		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_noop!(reinstate(NORTH), Error::<Test>::InstitutionNotFound);
	});
}

#[test]
fn should_send_its_money_to_the_purse_when_removed() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		events();

		assert_ok!(Credentials::remove_institution(council(), NORTH));

		assert_eq!(events(), [Event::InstitutionRemoved { institution: NORTH, returned: FEES }]);
		assert_eq!(Balances::free_balance(Credentials::fee_account_of(NORTH)), 0);
		assert_eq!(Balances::free_balance(Credentials::purse_account()), PURSE + FEES);
		assert_eq!(status_of(NORTH), InstitutionStatus::Removed { since: NOW });
		assert_eq!(Administrators::<Test>::get(NORTH_ADMIN), None);
		assert_eq!(Council::members(), [SOUTH_ADMIN, EAST_ADMIN]);
		assert_eq!(Validators::heard(), [("removed", NORTH)]);
		assert_eq!(Credentials::voucher(&NORTH_ADMIN), Err(Refusal::NotVouchedFor));
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Err(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_return_nothing_when_the_removed_institution_has_no_money() {
	ExtBuilder::run(|| {
		assert_ok!(admit(NEWCOMER));
		events();

		assert_ok!(Credentials::remove_institution(council(), WEST));

		assert_eq!(
			events(),
			[Event::InstitutionRemoved { institution: WEST, returned: Zero::zero() }]
		);
	});
}

#[test]
fn should_leave_the_seats_alone_when_a_suspended_institution_is_removed() {
	ExtBuilder::run(|| {
		suspend(NORTH);
		// What a suspended institution ran has been replaced already.
		Validators::make_indispensable(NORTH);
		Validators::heard();
		events();

		assert_ok!(Credentials::remove_institution(council(), NORTH));

		assert_eq!(events(), [Event::InstitutionRemoved { institution: NORTH, returned: FEES }]);
		assert_eq!(Council::members(), [SOUTH_ADMIN, EAST_ADMIN]);
		assert_eq!(Validators::heard(), [("removed", NORTH)]);
	});
}

#[test]
fn should_refuse_removal_when_the_institution_is_not_there() {
	ExtBuilder::run(|| {
		let remove = |institution| Credentials::remove_institution(council(), institution);
		assert_noop!(remove(WEST), Error::<Test>::InstitutionNotFound);
		assert_ok!(remove(NORTH));
		assert_noop!(remove(NORTH), Error::<Test>::InstitutionNotFound);
	});
}

#[test]
fn should_send_to_the_purse_what_comes_back_when_the_institution_has_left() {
	ExtBuilder::run(|| {
		let reclaim = || Credentials::reclaim(by(SOUTH_ADMIN), NORTH);
		assert_noop!(reclaim(), Error::<Test>::NotRemoved);
		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_noop!(reclaim(), Error::<Test>::NothingToReclaim);
		assert_ok!(Balances::mint_into(&Credentials::fee_account_of(NORTH), 500));
		events();

		assert_ok!(reclaim());

		assert_eq!(events(), [Event::FeeAccountReclaimed { institution: NORTH, amount: 500 }]);
		assert_eq!(Balances::free_balance(Credentials::purse_account()), PURSE + FEES + 500);
		assert_noop!(reclaim(), Error::<Test>::NothingToReclaim);
		assert_noop!(
			Credentials::reclaim(by(SOUTH_ADMIN), WEST),
			Error::<Test>::InstitutionNotFound
		);
		assert_noop!(Credentials::reclaim(council(), NORTH), BadOrigin);
	});
}

#[test]
fn should_pay_from_the_purse_when_topped_up() {
	ExtBuilder::run(|| {
		assert_ok!(Credentials::top_up(council(), NORTH, 500));
		suspend(SOUTH);
		assert_ok!(Credentials::top_up(council(), SOUTH, 1));

		assert_eq!(
			events(),
			[
				Event::FeeAccountToppedUp { institution: NORTH, amount: 500 },
				Event::InstitutionSuspended { institution: SOUTH },
				Event::FeeAccountToppedUp { institution: SOUTH, amount: 1 },
			]
		);
		assert_eq!(Balances::free_balance(Credentials::fee_account_of(NORTH)), FEES + 500);
		assert_eq!(Balances::free_balance(Credentials::purse_account()), PURSE - 501);
	});
}

#[test]
fn should_refuse_to_top_up_when_the_purse_or_the_institution_is_missing() {
	ExtBuilder::run(|| {
		assert_noop!(Credentials::top_up(council(), WEST, 1), Error::<Test>::InstitutionNotFound);
		assert_noop!(Credentials::top_up(council(), NORTH, PURSE), TokenError::NotExpendable);
		assert_noop!(
			Credentials::top_up(council(), NORTH, PURSE + 1),
			TokenError::FundsUnavailable
		);
		assert_ok!(Credentials::top_up(council(), NORTH, PURSE - 1));
		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_noop!(Credentials::top_up(council(), NORTH, 1), Error::<Test>::InstitutionNotFound);
	});
}
