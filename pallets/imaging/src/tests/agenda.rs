// SPDX-License-Identifier: Apache-2.0

//! What time does without anybody's help.

use crate::{Agenda, EndCause, Event, LeaseState, Leases, NextMinute, WrappedKeys, mock::*};
use contour_primitives::{DAY, audit::Deed};
use frame_support::{assert_ok, traits::Hooks, weights::Weight};

#[test]
fn should_end_a_lease_and_erase_its_key_within_a_minute_when_its_time_is_over() {
	ExtBuilder::run(|| {
		register([1]);
		let expires = now() + HOUR + 1;
		lease(READER, 1, expires);
		pass(HOUR);
		events();
		history();
		pass(MINUTE + 1);

		let cause = EndCause::Expired;
		assert_eq!(events(), [Event::AccessEnded { study: id(1), grantee: READER, cause }]);
		let deed = Deed::AccessExpired { grantee: READER, expired: expires };
		assert_eq!(history_of(id(1)), [(None, deed)]);
		assert_eq!(WrappedKeys::<Test>::iter().count(), 0);
	});
}

#[test]
fn should_forget_an_ended_lease_and_return_its_deposit_when_it_was_remembered_long_enough() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		pass(HOUR);
		pass(ATTEMPT_WINDOW - MINUTE);
		assert!(Leases::<Test>::contains_key(id(1), READER));
		assert!(held(SOUTH) > 0);
		pass(3 * MINUTE);
		assert!(!Leases::<Test>::contains_key(id(1), READER));
		assert_eq!(held(SOUTH), 0);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
	});
}

#[test]
fn should_forget_a_request_when_the_custodian_did_not_answer_in_time() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(request(READER, 1));
		pass(REQUEST_WINDOW - MINUTE);
		assert!(Leases::<Test>::contains_key(id(1), READER));
		events();
		history();
		pass(2 * MINUTE);
		assert!(!Leases::<Test>::contains_key(id(1), READER));
		assert_eq!(held(SOUTH), 0);
		assert_eq!(events(), [Event::RequestLapsed { study: id(1), grantee: READER }]);
		assert_eq!(history_of(id(1)), [(None, Deed::RequestLapsed { grantee: READER })]);
	});
}

#[test]
fn should_end_every_lease_in_the_first_block_when_the_chain_stood_still_for_a_day() {
	ExtBuilder::run(|| {
		register(1..=3);
		(1..=3).for_each(|number| lease(READER, number, now() + u64::from(number) * HOUR));
		pass(0);
		wait(DAY);
		for number in 1..=3 {
			assert!(!Imaging::is_live(id(number), READER), "nobody has attended to it yet");
			assert_eq!(Imaging::key_of(id(number), READER), None);
		}
		pass(0);
		assert_eq!(WrappedKeys::<Test>::iter().count(), 0);
		for number in 1..=3 {
			let state = Leases::<Test>::get(id(number), READER).map(|lease| lease.state);
			let cause = EndCause::Expired;
			assert_eq!(state, Some(LeaseState::Ended { since: now(), cause }));
		}
	});
}

#[test]
fn should_do_nothing_when_there_is_no_time_left_in_the_block() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		pass(0);
		wait(DAY);
		let used = Imaging::on_idle(System::block_number(), Weight::zero());
		assert_eq!(used, Weight::zero());
		assert_eq!(WrappedKeys::<Test>::iter().count(), 1);
	});
}

#[test]
fn should_attend_to_one_matter_after_another_when_blocks_have_little_time() {
	ExtBuilder::run(|| {
		register(1..=3);
		(1..=3).for_each(|number| lease(READER, number, now() + u64::from(number) * HOUR));
		pass(0);
		wait(4 * HOUR);
		let weights: frame_support::weights::RuntimeDbWeight =
			frame_support::weights::constants::RocksDbWeight::get();
		let look = weights.reads_writes(2, 1);
		let mut blocks = 0;
		while WrappedKeys::<Test>::iter().next().is_some() {
			let limit = look.saturating_mul(40);
			let used = Imaging::on_idle(System::block_number(), limit);
			assert!(used.all_lte(limit));
			blocks += 1;
			assert!(blocks < 10, "it gets nowhere");
		}
		assert!(blocks > 1);
	});
}

#[test]
fn should_go_on_where_it_stopped_when_minutes_have_been_attended_to() {
	ExtBuilder::run(|| {
		pass(0);
		assert_eq!(NextMinute::<Test>::get(), None);
		register([1]);
		lease(READER, 1, now() + HOUR);
		assert_eq!(NextMinute::<Test>::get(), Some((now() + HOUR) / MINUTE));
		pass(DAY);
		assert_eq!(NextMinute::<Test>::get(), Some(now() / MINUTE + 1));
	});
}
