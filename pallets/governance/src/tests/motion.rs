// SPDX-License-Identifier: Apache-2.0

//! How many motions a seat can have open, and for how long.

use crate::{Error, OpenMotions, mock::*};
use frame_support::{assert_noop, assert_ok};

#[test]
fn should_refuse_another_motion_when_a_seat_has_as_many_open_as_it_may() {
	ExtBuilder::run(|| {
		for motion in 0..3 {
			assert_ok!(Council::propose(NORTH, motion));
		}
		assert_noop!(Council::propose(NORTH, 3), Error::<Test>::TooManyMotions);
		assert_ok!(Council::propose(SOUTH, 4));

		Council::close(1);
		assert_ok!(Council::propose(NORTH, 5));
		assert_noop!(Council::propose(NORTH, 6), Error::<Test>::TooManyMotions);
		assert_eq!(Council::motions(), [0, 2, 4, 5]);
	});
}

#[test]
fn should_leave_room_for_the_others_when_a_third_of_many_seats_proposes_what_it_can() {
	for seats in 1..=2 * MAX_MOTIONS {
		ExtBuilder::run(|| {
			Council::set_seats(seats);
			let hostile = (seats - 1) / 3;
			let mut motion = 0;
			for seat in 0..hostile {
				while Council::propose(u64::from(100 + seat), motion).is_ok() {
					motion += 1;
				}
			}
			assert_ok!(Council::propose(NORTH, 1_000));
		});
	}
}

#[test]
fn should_lapse_when_nobody_closes_it_in_time() {
	ExtBuilder::run(|| {
		assert_ok!(Council::propose(NORTH, 0));
		blocks(1);
		assert_ok!(Council::propose(SOUTH, 1));
		blocks(MOTION_DURATION - 2);
		assert_eq!(Council::motions(), [0, 1]);
		blocks(1);
		assert_eq!(Council::motions(), [1]);
		blocks(1);
		assert!(Council::motions().is_empty());
		assert!(OpenMotions::<Test>::get().is_empty());
	});
}

#[test]
fn should_count_from_the_last_time_when_a_motion_is_proposed_again() {
	ExtBuilder::run(|| {
		assert_ok!(Council::propose(NORTH, 0));
		Council::close(0);
		blocks(MOTION_DURATION - 1);
		assert_ok!(Council::propose(SOUTH, 0));
		blocks(MOTION_DURATION - 1);
		assert_eq!(Council::motions(), [0], "it is the south's");
		blocks(1);
		assert!(Council::motions().is_empty());
	});
}

#[test]
fn should_remove_the_motions_of_a_seat_when_it_is_lost() {
	ExtBuilder::run(|| {
		assert_ok!(Council::propose(NORTH, 0));
		assert_ok!(Council::propose(SOUTH, 1));
		assert_ok!(Council::propose(NORTH, 2));
		Governance::on_seats_lost(&[NORTH, EAST]);
		assert_eq!(Council::motions(), [0, 1, 2], "one of them may be what took the seat");
		blocks(1);
		assert_eq!(Council::motions(), [1]);
	});
}
