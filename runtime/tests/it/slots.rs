// SPDX-License-Identifier: Apache-2.0

//! Slots that are not two seconds long: what is meant as time stays the same time.

use crate::chain::{MIDNIGHT, next_block, next_block_at, run, run_on};
use contour_primitives::{DAY, MINUTE, Moment};
use contour_runtime::{Aura, Runtime, System, configs::CouncilCollective};
use serde_json::json;

/// Half a second, as test networks have it.
const SHORT: Moment = 500;

fn with_short_slots(test: impl FnOnce()) {
	run_on(json!({ "authorities": { "slotDuration": SHORT } }), test);
}

/// How long a motion is open and a transaction may live, in milliseconds.
fn meant_as_time() -> [Moment; 2] {
	let motion = <Runtime as pallet_collective::Config<CouncilCollective>>::MotionDuration::get();
	let hashes = <Runtime as frame_system::Config>::BlockHashCount::get();
	[motion, hashes].map(|blocks| Moment::from(blocks) * Aura::slot_duration())
}

#[test]
fn should_keep_time_when_slots_are_shorter() {
	let test = || assert_eq!(meant_as_time(), [3 * DAY, DAY]);
	run(test);
	with_short_slots(test);
}

#[test]
fn should_make_a_block_in_each_slot_when_slots_are_shorter() {
	with_short_slots(|| {
		assert_eq!(Aura::slot_duration(), SHORT);
		let first = System::block_number();
		next_block();
		next_block();
		assert_eq!(System::block_number(), first + 2);
		assert_eq!(pallet_timestamp::Now::<Runtime>::get(), MIDNIGHT + 2 * SHORT);
	});
}

#[test]
#[should_panic(expected = "must increment by at least <MinimumPeriod>")]
fn should_refuse_a_block_when_it_comes_within_half_a_slot() {
	with_short_slots(|| {
		next_block_at(MIDNIGHT + 2 * SHORT - 1);
		next_block_at(MIDNIGHT + 2 * SHORT);
	});
}

#[test]
fn should_have_sessions_of_ten_minutes_when_slots_are_shorter() {
	with_short_slots(|| {
		let length = (10 * MINUTE / SHORT) as u32;
		assert_eq!(pallet_authorities::SessionLength::<Runtime>::get(), length);
	});
}
