// SPDX-License-Identifier: Apache-2.0

//! Eras: points, claims, forgetting.

use crate::{Era, EraIndex, Eras, Error, Event, OldestEra, Points, mock::*};
use contour_primitives::{Balance, Bounties as _, Moment, Settlement, TaskId};
use frame_support::{
	assert_noop, assert_ok,
	traits::{Hooks, fungible::Inspect},
	weights::Weight,
};

/// A task without a bounty in which these readers did so well.
fn work(task: u32, readers: &[(AccountId, u32)]) {
	assert_ok!(Rewards::reserve(TaskId(task), NORTH, 0));
	let readers = readers.iter().map(|(who, quality)| reading(*who, *quality)).collect();
	Rewards::settle(TaskId(task), Settlement { readers, ..settlement() });
}

fn claim(who: AccountId, era: EraIndex) -> Balance {
	let before = Balances::balance(&who);
	assert_ok!(Rewards::claim(by(who), era));
	Balances::balance(&who) - before
}

#[test]
fn should_earn_points_by_quality_when_work_counts() {
	ExtBuilder::run(|| {
		let [ada, bob, eve] = READERS;
		assert_ok!(Rewards::reserve(TASK, NORTH, 0));
		Rewards::settle(
			TASK,
			Settlement {
				readers: vec![reading(ada, 1_000_000), reading(bob, 750_000), reading(eve, 1)],
				panel: vec![vote(ada, 1_000_000), vote(PANEL[0], 800_000)],
				..settlement()
			},
		);
		let points = |who| Points::<Test>::get(FIRST_ERA, who);
		assert_eq!([ada, bob, eve, PANEL[0]].map(points), [13_000_000, 7_500_000, 0, 2_400_000]);
		let era = Eras::<Test>::get(FIRST_ERA).expect("somebody has contributed");
		assert_eq!(era, Era { points: 22_900_000, cap: 1_000, rate: 20, minted: 0 });
	});
}

#[test]
fn should_mint_what_the_points_are_worth_when_the_era_is_over() {
	ExtBuilder::run(|| {
		let [ada, ..] = READERS;
		work(1, &[(ada, 950_000)]);
		assert_eq!(Rewards::claimable(ada), []);
		assert_noop!(Rewards::claim(by(ada), FIRST_ERA), Error::<Test>::EraNotOver);
		assert_noop!(Rewards::claim(by(ada), FIRST_ERA + 1), Error::<Test>::EraNotOver);
		wait(ERA);
		assert_eq!(Rewards::claimable(ada), [(FIRST_ERA, 190)]);
		events();
		assert_eq!(claim(ada, FIRST_ERA), 190);
		assert_eq!(events(), [Event::Claimed { who: ada, era: FIRST_ERA, amount: 190 }]);
		assert_eq!(Balances::total_issuance(), issuance_at_genesis() + 190);

		assert_noop!(Rewards::claim(by(ada), FIRST_ERA), Error::<Test>::NothingToClaim);
		assert_noop!(Rewards::claim(by(NEWCOMER), FIRST_ERA), Error::<Test>::NothingToClaim);
		assert_eq!(Rewards::claimable(ada), []);
	});
}

#[test]
fn should_share_the_cap_when_the_points_are_worth_more() {
	ExtBuilder::run(|| {
		let [ada, bob, eve] = READERS;
		for task in 0..3 {
			work(task * 2, &[(ada, 1_000_000), (bob, 1_000_000)]);
			work(task * 2 + 1, &[(eve, 1_000_000)]);
		}
		work(6, &[(ada, 1_000_000)]);
		wait(ERA);
		let paid = READERS.map(|who| claim(who, FIRST_ERA));
		assert_eq!(paid, [400, 300, 300]);
	});
}

#[test]
fn should_never_mint_what_rounding_leaves() {
	ExtBuilder::run(|| {
		for task in 0..20 {
			work(task, &READERS.map(|who| (who, 1_000_000)));
		}
		wait(ERA);
		assert_eq!(READERS.map(|who| claim(who, FIRST_ERA)), [333; 3]);
		let era = Eras::<Test>::get(FIRST_ERA).expect("its time is not over");
		assert_eq!((era.minted, era.cap), (999, 1_000));
	});
}

#[test]
fn should_keep_cap_and_rate_of_the_first_contribution_when_the_policy_changes() {
	ExtBuilder::run(|| {
		let [ada, ..] = READERS;
		work(1, &[(ada, 1_000_000)]);
		let mut policy = policy();
		policy.issuance.rate = 40;
		assert_ok!(Rewards::set_policy(council(), policy));
		work(2, &[(ada, 1_000_000)]);
		wait(ERA);
		work(3, &[(ada, 1_000_000)]);
		wait(ERA);
		assert_eq!(Rewards::claimable(ada), [(FIRST_ERA, 400), (FIRST_ERA + 1, 400)]);
	});
}

#[test]
fn should_refuse_by_name_when_it_is_too_late_to_claim() {
	ExtBuilder::run(|| {
		let [ada, bob, ..] = READERS;
		work(1, &[(ada, 1_000_000), (bob, 1_000_000)]);
		wait(Moment::from(CLAIM_WINDOW) * ERA + ERA - 1);
		assert_eq!(claim(ada, FIRST_ERA), 200);
		wait(1);
		assert_eq!(Rewards::claimable(bob), []);
		assert_noop!(Rewards::claim(by(bob), FIRST_ERA), Error::<Test>::ClaimLapsed);
		pass(0);
		assert_noop!(Rewards::claim(by(bob), FIRST_ERA), Error::<Test>::ClaimLapsed);
	});
}

#[test]
fn should_keep_the_points_when_an_empty_account_would_get_less_than_it_needs() {
	ExtBuilder::run(|| {
		let mut policy = policy();
		policy.issuance.rate = 1;
		policy.terms.merit_floor = ppm(0);
		assert_ok!(Rewards::set_policy(council(), policy));
		work(1, &[(NEWCOMER, 900_000)]);
		wait(ERA);
		work(2, &[(NEWCOMER, 1_000_000)]);
		wait(ERA);
		let below = Error::<Test>::AccountBelowMinimum;
		assert_noop!(Rewards::claim(by(NEWCOMER), FIRST_ERA), below);
		assert_eq!(claim(NEWCOMER, FIRST_ERA + 1), 10);
		assert_eq!(claim(NEWCOMER, FIRST_ERA), 9);
	});
}

#[test]
fn should_forget_an_era_step_by_step_when_nobody_may_claim_any_more() {
	ExtBuilder::run(|| {
		work(1, &READERS.map(|who| (who, 1_000_000)));
		wait(ERA);
		claim(READERS[0], FIRST_ERA);
		work(2, &READERS.map(|who| (who, 1_000_000)));
		events();
		pass(Moment::from(CLAIM_WINDOW) * ERA - 1);
		assert_eq!(events(), []);

		pass(1);
		assert_eq!(events(), [Event::EraClosed { era: FIRST_ERA, minted: 200, unclaimed: 400 }]);
		assert_eq!(OldestEra::<Test>::get(), Some(FIRST_ERA + 1));
		assert_eq!(Points::<Test>::iter_prefix(FIRST_ERA).count(), 0);
		assert_eq!(Points::<Test>::iter_prefix(FIRST_ERA + 1).count(), 3);
	});
}

#[test]
fn should_go_on_with_the_oldest_when_there_was_no_time_to_forget() {
	ExtBuilder::run(|| {
		work(1, &READERS.map(|who| (who, 1_000_000)));
		wait(2 * ERA);
		work(2, &READERS.map(|who| (who, 1_000_000)));
		wait(20 * ERA);
		events();
		let idle = |limit| Rewards::on_idle(System::block_number(), limit);
		let kept = || Points::<Test>::iter().count();
		assert_eq!(idle(Weight::zero()), Weight::zero());
		let look = <Test as frame_system::Config>::DbWeight::get().reads_writes(3, 1);
		assert_eq!(idle(look), look);
		assert_eq!((kept(), events()), (6, vec![]));

		// Two accounts, and then the last one and the era.
		let two = look + STEP * 2;
		assert_eq!(idle(two + STEP - Weight::from_parts(1, 0)), two);
		assert_eq!((kept(), events()), (4, vec![]));
		assert_eq!(idle(two), two);
		let closed = |era| Event::EraClosed { era, minted: 0, unclaimed: 600 };
		assert_eq!((kept(), events()), (3, vec![closed(FIRST_ERA)]));
		assert_eq!(OldestEra::<Test>::get(), Some(FIRST_ERA + 1));

		pass(0);
		assert_eq!((kept(), events()), (0, vec![closed(FIRST_ERA + 2)]));
		assert_eq!(OldestEra::<Test>::get(), Some(Rewards::running_era() - CLAIM_WINDOW));
	});
}

#[test]
fn should_find_no_overflow_when_an_era_is_as_large_as_can_be() {
	let era = Era { points: u64::MAX, cap: Balance::MAX, rate: Balance::MAX, minted: 0 };
	assert_eq!(era.issuance(), Balance::MAX);
	assert_eq!(era.share(u64::MAX), Balance::MAX);
	let third = Balance::from(u64::MAX / 3);
	assert_eq!(era.share(u64::MAX / 3) / third, Balance::MAX / Balance::from(u64::MAX));
	assert_eq!(Era::default().share(1), 0);
}
