// SPDX-License-Identifier: Apache-2.0

//! Who pays, and how much at most.

use crate::chain::*;
use contour_primitives::{DAY, Refusal, Role};
use contour_runtime::{Balances, Credentials, Runtime, RuntimeCall, UNIT};
use frame_support::traits::fungible::{Inspect, Mutate};
use pallet_credentials::Call;

#[test]
fn should_charge_the_institution_that_vouches_when_a_doctor_sends_a_transaction() {
	run(|| {
		send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
		let (north, south, purse_before) = (fees_of(NORTH), fees_of(SOUTH), purse());
		let issuance = Balances::total_issuance();
		send(Eve, remark());
		let fee = south - fees_of(SOUTH);
		assert!(fee > 0);
		assert_eq!(fees_of(NORTH), north);
		assert_eq!(purse(), purse_before + fee, "fees go round");
		assert_eq!(Balances::total_issuance(), issuance);
		assert_eq!(Balances::free_balance(Eve.to_account_id()), 0, "a doctor needs no money");
		let spent = pallet_credentials::Spent::<Runtime>::get(SOUTH, Eve.to_account_id());
		assert_eq!(spent.map(|spent| spent.amount), Some(fee));
	});
}

#[test]
fn should_charge_the_institution_when_the_call_fails() {
	run(|| {
		send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
		let before = fees_of(SOUTH);
		send_failing(Eve, RuntimeCall::Credentials(Call::set_allowance { allowance: UNIT }));
		assert!(fees_of(SOUTH) < before);
	});
}

#[test]
fn should_charge_the_first_active_institution_when_several_vouch() {
	run(|| {
		let eve = Eve.to_account_id();
		send(Bob, credential(&eve, Role::Radiologist));
		send(Charlie, credential(&eve, Role::Radiologist));
		let (south, east) = (fees_of(SOUTH), fees_of(EAST));
		send(Eve, remark());
		assert!(fees_of(SOUTH) < south);
		assert_eq!(fees_of(EAST), east);

		send(Bob, RuntimeCall::Credentials(Call::suspend_credential { holder: eve }));
		let south = fees_of(SOUTH);
		send(Eve, remark());
		assert_eq!(fees_of(SOUTH), south);
		assert!(fees_of(EAST) < east);
	});
}

#[test]
fn should_refuse_when_the_fee_account_is_empty_and_accept_when_the_council_tops_it_up() {
	run(|| {
		send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
		Balances::set_balance(
			&Credentials::fee_account_of(SOUTH),
			<Balances as Inspect<_>>::minimum_balance(),
		);
		assert_eq!(validate(sign(Eve, remark())), Err(Refusal::FeeAccountEmpty.into()));
		assert_eq!(apply(sign(Eve, remark())), Err(Refusal::FeeAccountEmpty.into()));
		let top_up = Call::top_up { institution: SOUTH, amount: UNIT };
		let (north, south) = (fees_of(NORTH), fees_of(SOUTH));
		assert_eq!(pass(&[Alice, Bob, Dave], RuntimeCall::Credentials(top_up)), Ok(()));
		assert_eq!((fees_of(NORTH), fees_of(SOUTH)), (north, south + UNIT), "votes cost nothing");
		send(Eve, remark());
	});
}

#[test]
fn should_refuse_until_the_next_day_when_the_allowance_is_used_up() {
	run(|| {
		send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
		let before = fees_of(SOUTH);
		send(Eve, remark());
		let fee = before - fees_of(SOUTH);
		let allowance = Call::set_member_allowance {
			member: Eve.to_account_id(),
			allowance: Some(fee + fee / 2),
		};
		send(Bob, RuntimeCall::Credentials(allowance));
		assert_eq!(validate(sign(Eve, remark())), Err(Refusal::AllowanceExhausted.into()));
		assert_eq!(apply(sign(Eve, remark())), Err(Refusal::AllowanceExhausted.into()));
		next_block_at(MIDNIGHT + DAY);
		send(Eve, remark());
	});
}

#[test]
fn should_let_nobody_drain_a_hospital_when_one_key_leaks() {
	run(|| {
		send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
		let before = fees_of(SOUTH);
		let big = RuntimeCall::System(frame_system::Call::remark { remark: vec![0; 200_000] });
		while apply(sign(Eve, big.clone())).is_ok() {
			next_block();
		}
		let allowance = 10 * UNIT;
		assert!(before - fees_of(SOUTH) <= allowance, "the preset's allowance is a limit");
		assert!(before - fees_of(SOUTH) > allowance / 2, "and was used");
	});
}

#[test]
fn should_afford_a_runtime_upgrade_when_an_administrator_hands_in_the_code() {
	run(|| {
		let code = vec![0; 1_500_000];
		let call = pallet_governance::Call::apply_upgrade { code };
		assert_eq!(
			send_failing(Alice, call),
			pallet_governance::Error::<Runtime>::NothingAuthorized.into(),
			"it was paid for, and taken"
		);
	});
}
