// SPDX-License-Identifier: Apache-2.0

//! Pots: filled, emptied, given back.

use crate::{Error, Event, mock::*};
use contour_primitives::{Bounties as _, InstitutionId, Institutions};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, Mutate},
};
use sp_runtime::TokenError;

#[test]
fn should_fill_the_pot_when_anybody_funds_it() {
	ExtBuilder::run(|| {
		assert_ok!(Rewards::fund(by(FOUNDATION), EAST, 500));
		assert_eq!(pot(EAST), (500, 0));
		assert_eq!(Balances::balance(&FOUNDATION), FUNDS - 500);
		assert_eq!(
			events(),
			[Event::PotFunded { institution: EAST, from: FOUNDATION, amount: 500 }]
		);
	});
}

#[test]
fn should_refuse_to_fund_when_the_pot_or_the_payer_could_not_keep_the_minimum() {
	ExtBuilder::run(|| {
		let fund = |amount| Rewards::fund(by(FOUNDATION), EAST, amount);
		assert_noop!(fund(0), Error::<Test>::NothingToMove);
		assert_noop!(fund(MINIMUM - 1), Error::<Test>::PotBelowMinimum);
		assert_noop!(fund(FUNDS), TokenError::NotExpendable);
		assert_noop!(fund(FUNDS + 1), TokenError::FundsUnavailable);
		assert_ok!(fund(MINIMUM));
		assert_ok!(fund(1));
	});
}

#[test]
fn should_refuse_to_fund_when_the_institution_is_no_active_member() {
	ExtBuilder::run(|| {
		Hospitals::suspend(NORTH);
		for institution in [NORTH, InstitutionId(50)] {
			assert_noop!(
				Rewards::fund(by(FOUNDATION), institution, 500),
				Error::<Test>::InstitutionNotActive
			);
		}
	});
}

#[test]
fn should_move_money_between_fee_account_and_pot_when_the_administrator_says_so() {
	ExtBuilder::run(|| {
		let fee_account = Hospitals::fee_account_of(NORTH);
		assert_ok!(Rewards::allocate(by(HEAD), 500));
		assert_eq!((pot(NORTH), Balances::balance(&fee_account)), ((500, 0), FUNDS - 500));
		assert_ok!(Rewards::reclaim(by(HEAD), 200));
		assert_eq!((pot(NORTH), Balances::balance(&fee_account)), ((300, 0), FUNDS - 300));
		assert_eq!(
			events(),
			[
				Event::Allocated { institution: NORTH, amount: 500 },
				Event::Reclaimed { institution: NORTH, amount: 200 },
			]
		);
	});
}

#[test]
fn should_refuse_to_move_money_when_the_caller_is_no_administrator() {
	ExtBuilder::run(|| {
		open(TASK, 500);
		Hospitals::suspend(SOUTH);
		for stranger in [FOUNDATION, SOUTH_HEAD] {
			assert_noop!(Rewards::allocate(by(stranger), 500), Error::<Test>::NotAuthorized);
			assert_noop!(Rewards::reclaim(by(stranger), 1), Error::<Test>::NotAuthorized);
		}
	});
}

#[test]
fn should_keep_the_fee_account_when_all_of_it_is_to_be_allocated() {
	ExtBuilder::run(|| {
		assert_noop!(Rewards::allocate(by(HEAD), 0), Error::<Test>::NothingToMove);
		assert_noop!(Rewards::allocate(by(HEAD), FUNDS), TokenError::NotExpendable);
		assert_ok!(Rewards::allocate(by(HEAD), FUNDS - MINIMUM));
	});
}

#[test]
fn should_never_leave_less_than_the_minimum_in_a_pot_when_something_is_reclaimed() {
	ExtBuilder::run(|| {
		assert_ok!(Rewards::allocate(by(HEAD), 500));
		assert_noop!(Rewards::reclaim(by(HEAD), 0), Error::<Test>::NothingToMove);
		assert_noop!(Rewards::reclaim(by(HEAD), 501), Error::<Test>::PotTooSmall);
		assert_noop!(Rewards::reclaim(by(HEAD), 499), Error::<Test>::PotBelowMinimum);
		assert_ok!(Rewards::reclaim(by(HEAD), 490));
		assert_ok!(Rewards::reclaim(by(HEAD), MINIMUM));
		assert_eq!(pot(NORTH), (0, 0));
		assert_eq!(Balances::total_issuance(), issuance_at_genesis());
	});
}

#[test]
fn should_leave_the_minimum_and_what_is_held_when_a_task_is_open() {
	ExtBuilder::run(|| {
		open(TASK, 500);
		assert_eq!(pot(NORTH), (MINIMUM, 500));
		assert_noop!(Rewards::reclaim(by(HEAD), MINIMUM), Error::<Test>::PotBelowMinimum);
		assert_noop!(Rewards::reclaim(by(HEAD), MINIMUM + 1), Error::<Test>::PotTooSmall);
		Rewards::release(TASK);
		assert_ok!(Rewards::reclaim(by(HEAD), 500 + MINIMUM));
	});
}

#[test]
fn should_empty_the_pot_to_the_fee_account_when_the_institution_is_not_active() {
	ExtBuilder::run(|| {
		open(TASK, 500);
		assert_noop!(Rewards::sweep(by(NEWCOMER), NORTH), Error::<Test>::InstitutionActive);
		Hospitals::suspend(NORTH);
		// What a task holds stays, and with it the minimum.
		assert_noop!(Rewards::sweep(by(NEWCOMER), NORTH), Error::<Test>::NothingToMove);
		Rewards::release(TASK);
		events();
		assert_ok!(Rewards::sweep(by(NEWCOMER), NORTH));
		assert_eq!(pot(NORTH), (0, 0));
		assert_eq!(Balances::balance(&Hospitals::fee_account_of(NORTH)), FUNDS + 500 + MINIMUM);
		assert_eq!(events(), [Event::PotSwept { institution: NORTH, amount: 500 + MINIMUM }]);
		assert_noop!(Rewards::sweep(by(NEWCOMER), NORTH), Error::<Test>::NothingToMove);
	});
}

#[test]
fn should_show_account_and_money_when_a_pot_is_asked_for() {
	ExtBuilder::run(|| {
		open(TASK, 500);
		let pot = Rewards::pot_of(NORTH);
		assert_eq!((pot.free, pot.held), (MINIMUM, 500));
		assert_eq!(Balances::total_balance(&pot.account), 500 + MINIMUM);
		assert_ne!(pot.account, Rewards::pot_of(SOUTH).account);
	});
}

#[test]
fn should_count_money_that_was_sent_to_a_pot_by_plain_transfer() {
	ExtBuilder::run(|| {
		let account = Rewards::pot_of(NORTH).account;
		let preserve = frame_support::traits::tokens::Preservation::Preserve;
		assert_ok!(<Balances as Mutate<_>>::transfer(&FOUNDATION, &account, 500, preserve));
		assert_ok!(Rewards::reserve(TASK, NORTH, 490));
		assert_eq!(pot(NORTH), (MINIMUM, 490));
	});
}
