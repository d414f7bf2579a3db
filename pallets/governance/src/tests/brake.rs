// SPDX-License-Identifier: Apache-2.0

//! The brake: who pulls it, how long it is on, and the time that stands still meanwhile.

use crate::{Error, Event, Pulled, WorkingTime, mock::*};
use frame_support::{assert_noop, assert_ok, traits::Time};
use sp_runtime::DispatchError::BadOrigin;

fn working() -> Moment {
	WorkingTime::<Test>::now()
}

#[test]
fn should_refuse_when_too_few_decide() {
	ExtBuilder::run(|| {
		for who in [CLINICIAN, TWO_SEATS] {
			assert_noop!(Governance::pull_brake(by(who)), BadOrigin);
			assert_noop!(Governance::release_brake(by(who)), BadOrigin);
		}
		assert_noop!(Governance::pull_brake_briefly(by(CLINICIAN)), BadOrigin);
	});
}

#[test]
fn should_be_on_until_the_council_releases_it_when_the_council_pulls_it() {
	ExtBuilder::run(|| {
		assert_noop!(Governance::release_brake(council()), Error::<Test>::NotPulled);
		assert!(!Governance::is_braked());
		assert_ok!(Governance::pull_brake(council()));
		assert_noop!(Governance::pull_brake(council()), Error::<Test>::AlreadyPulled);
		let pulled = || Governance::pull_brake_briefly(by(TWO_SEATS));
		assert_noop!(pulled(), Error::<Test>::AlreadyPulled);
		wait(3 * WEEK);
		blocks(1);
		assert!(Governance::is_braked());
		assert_eq!(Governance::brake(), Some(Pulled { since: START, until: None }));
		assert_ok!(Governance::release_brake(council()));
		assert!(!Governance::is_braked());
		assert_eq!(events(), [Event::BrakePulled { until: None }, Event::BrakeReleased]);
	});
}

#[test]
fn should_be_on_for_an_hour_and_not_again_within_a_week_when_two_seats_pull_it() {
	ExtBuilder::run(|| {
		let pull = || Governance::pull_brake_briefly(by(TWO_SEATS));
		assert_ok!(pull());
		let until = Some(START + HOUR);
		assert_eq!(events(), [Event::BrakePulled { until }]);
		wait(HOUR - 1);
		assert!(Governance::is_braked());
		wait(1);
		assert!(!Governance::is_braked(), "in this block, too");
		assert_eq!(Governance::brake(), None);
		blocks(1);
		assert_eq!(events(), [Event::BrakeReleased]);
		assert_noop!(pull(), Error::<Test>::PulledLately);
		// The council can.
		assert_ok!(Governance::pull_brake(council()));
		assert_ok!(Governance::release_brake(council()));
		wait(WEEK - HOUR - 2_001);
		assert_noop!(pull(), Error::<Test>::PulledLately);
		wait(1);
		assert_ok!(pull());
	});
}

#[test]
fn should_stay_on_when_the_council_agrees_within_the_hour() {
	ExtBuilder::run(|| {
		assert_ok!(Governance::pull_brake_briefly(by(TWO_SEATS)));
		wait(HOUR / 2);
		assert_ok!(Governance::pull_brake(council()));
		wait(DAY);
		blocks(1);
		assert_eq!(Governance::brake(), Some(Pulled { since: START, until: None }));
	});
}

#[test]
fn should_let_working_time_stand_still_when_the_brake_is_on() {
	ExtBuilder::run(|| {
		wait(HOUR);
		assert_eq!(working(), START + HOUR);
		assert_ok!(Governance::pull_brake(council()));
		for _ in 0..3 {
			wait(HOUR);
			assert_eq!(working(), START + HOUR);
		}
		assert_ok!(Governance::release_brake(council()));
		assert_eq!(working(), START + HOUR);
		wait(HOUR);
		assert_eq!(working(), START + 2 * HOUR);
		assert_eq!(Governance::working_time_offset(), 3 * HOUR);

		// It goes on at the right moment, also when no block noticed it.
		assert_ok!(Governance::pull_brake_briefly(by(TWO_SEATS)));
		wait(3 * HOUR);
		assert_eq!(working(), START + 4 * HOUR);
		blocks(1);
		assert_eq!(working(), START + 4 * HOUR + 2_000);
		assert_eq!(Governance::working_time_offset(), 4 * HOUR);
	});
}
