// SPDX-License-Identifier: Apache-2.0

//! The council's policy.

use crate::{Error, Event, Policy, Share, mock::*};
use contour_primitives::{Bounties as _, Merit as _};
use contour_scoring::Ppm;
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use sp_runtime::DispatchError;

fn generous() -> Policy {
	let mut policy = policy();
	policy.terms.shares.base = ppm(340_000);
	policy.terms.shares.patient = Ppm::ZERO;
	policy
}

#[test]
fn should_follow_the_default_when_the_council_has_set_nothing() {
	ExtBuilder::run(|| {
		assert_eq!(Rewards::policy(), policy());
		Rewards::integrity_test();
	});
}

#[test]
fn should_follow_the_council_when_it_sets_a_policy() {
	ExtBuilder::run(|| {
		assert_ok!(Rewards::set_policy(council(), generous()));
		assert_eq!(Rewards::policy(), generous());
		assert_eq!(events(), [Event::PolicySet { policy: generous() }]);
		assert_noop!(Rewards::set_policy(by(HEAD), policy()), DispatchError::BadOrigin);
	});
}

#[test]
fn should_refuse_a_policy_when_it_gives_more_than_there_is_or_mints_too_much() {
	ExtBuilder::run(|| {
		let mut shares = generous();
		shares.terms.shares.patient = ppm(1);
		assert_noop!(Rewards::set_policy(council(), shares), Error::<Test>::SharesExceedWhole);
		let mut cap = policy();
		cap.issuance.cap = MAX_ERA_ISSUANCE + 1;
		assert_noop!(Rewards::set_policy(council(), cap.clone()), Error::<Test>::CapTooHigh);
		cap.issuance.cap = MAX_ERA_ISSUANCE;
		assert_ok!(Rewards::set_policy(council(), cap));
	});
}

#[test]
fn should_pay_by_the_terms_of_the_opening_when_the_policy_has_changed_since() {
	ExtBuilder::run(|| {
		open(TASK, 100_000);
		assert_ok!(Rewards::set_policy(council(), generous()));
		events();
		Rewards::settle(TASK, settlement());
		let (task, share) = (TASK, Share::Reading);
		let paid = Event::Paid { task, payee: READERS[0], share, amount: 66_000 };
		assert_eq!(events().first(), Some(&paid));
	});
}

#[test]
fn should_change_the_privilege_at_once_when_the_council_sets_another() {
	ExtBuilder::run(|| {
		open(TASK, 100_000);
		Rewards::settle(TASK, settlement());
		assert_eq!(Rewards::privilege(&READERS[0]), 500_000);
		let mut strict = policy();
		strict.privilege.reputation = ppm(125_001);
		assert_ok!(Rewards::set_policy(council(), strict));
		assert_eq!(Rewards::privilege(&READERS[0]), 0);
	});
}
