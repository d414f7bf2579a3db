// SPDX-License-Identifier: Apache-2.0

//! The number of authorities below which the set never falls.

use crate::{Error, Event, Minimum, mock::*};
use contour_primitives::Tenure;
use frame_support::{assert_noop, assert_ok};

#[test]
fn should_change_the_minimum_when_there_are_as_many_authorities() {
	ExtBuilder::run(|| {
		for minimum in [4, 1] {
			assert_ok!(set_minimum(minimum));
			assert_eq!(Minimum::<Test>::get(), minimum);
			assert_eq!(events(), [Event::MinimumSet { minimum }]);
		}
	});
}

#[test]
fn should_refuse_a_minimum_when_it_is_zero_or_exceeds_the_authorities() {
	ExtBuilder::run(|| {
		for minimum in [0, 5, u32::MAX] {
			assert_noop!(set_minimum(minimum), Error::<Test>::MinimumOutOfRange);
		}
		assert_ok!(suspend(NORTH));
		assert_noop!(set_minimum(4), Error::<Test>::MinimumOutOfRange);
	});
}

#[test]
fn should_refuse_a_minimum_when_the_last_authority_it_needs_is_not_one_yet() {
	ExtBuilder::run(|| {
		join(HARBOUR);
		assert_noop!(set_minimum(5), Error::<Test>::MinimumOutOfRange);
		next_session();
		assert_noop!(set_minimum(5), Error::<Test>::MinimumOutOfRange);
		next_session();
		assert_ok!(set_minimum(5));
	});
}

#[test]
fn should_refuse_to_lose_an_authority_when_the_minimum_is_reached() {
	ExtBuilder::run(|| {
		assert_ok!(set_minimum(4));

		assert_noop!(suspend(NORTH), Error::<Test>::TooFewAuthorities);
		assert_noop!(retire(NORTH), Error::<Test>::TooFewAuthorities);
		assert_noop!(
			Authorities::retire_validator(council(), NORTH),
			Error::<Test>::TooFewAuthorities
		);
		assert_noop!(Authorities::ensure_dispensable(NORTH), Error::<Test>::TooFewAuthorities);

		assert_ok!(set_minimum(3));
		assert_ok!(Authorities::ensure_dispensable(NORTH));
		assert_ok!(suspend(NORTH));
	});
}

#[test]
fn should_do_without_an_institution_when_it_has_no_authority() {
	ExtBuilder::run(|| {
		assert_ok!(suspend(WEST));
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		for institution in [WEST, HARBOUR, LAKE, NOWHERE] {
			assert_ok!(Authorities::ensure_dispensable(institution));
		}
		assert_noop!(Authorities::ensure_dispensable(EAST), Error::<Test>::TooFewAuthorities);
	});
}

/// All authorities of a session would be disabled in it, and no block could be made any more.
#[test]
fn should_refuse_to_lose_an_authority_when_its_successor_is_none_yet() {
	ExtBuilder::run(|| {
		assert_ok!(set_minimum(1));
		for institution in [NORTH, SOUTH, EAST] {
			assert_ok!(suspend(institution));
		}
		join(HARBOUR);
		for _ in 0..2 {
			assert_noop!(suspend(WEST), Error::<Test>::TooFewAuthorities);
			assert_noop!(retire(WEST), Error::<Test>::TooFewAuthorities);
			assert_noop!(suspend_institution(WEST), Error::<Test>::TooFewAuthorities);
			next_session();
		}
		assert_eq!(authorities(), [WEST, HARBOUR]);
		assert_ok!(suspend(WEST));
		next_session();
		next_session();
		assert_eq!(authorities(), [HARBOUR]);
	});
}

#[test]
fn should_refuse_to_lose_an_authority_when_another_misses_the_next_session() {
	ExtBuilder::run(|| {
		assert_ok!(suspend(NORTH));
		next_session();
		// It may make blocks again in this session, and in the one after the next.
		assert_ok!(reinstate(NORTH));
		assert_eq!(disabled(), []);
		assert_noop!(suspend(SOUTH), Error::<Test>::TooFewAuthorities);
		next_session();
		assert_eq!(authorities(), [SOUTH, EAST, WEST]);
		assert_noop!(suspend(SOUTH), Error::<Test>::TooFewAuthorities);
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
		assert_ok!(suspend(SOUTH));
	});
}

#[test]
fn should_lose_one_that_is_no_authority_yet_when_the_rest_suffice() {
	ExtBuilder::run(|| {
		join(HARBOUR);
		assert_ok!(suspend(HARBOUR));
		assert_eq!(disabled(), []);
		run_to_session(2);
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
	});
}
