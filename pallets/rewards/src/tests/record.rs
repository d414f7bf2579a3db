// SPDX-License-Identifier: Apache-2.0

//! The arithmetic of records.

use crate::{Record, decay, mock::*};
use proptest::prelude::*;

/// The most that a decayed value may differ from the real one: what the formula's documentation
/// says.
fn bound(value: u32, halvings: u64) -> f64 {
	0.0027 * f64::from(value) * 0.5_f64.powi(halvings as i32) + 3.0
}

#[test]
fn should_halve_exactly_when_whole_half_lives_pass() {
	for (halvings, left) in [(0, 999_999), (1, 499_999), (2, 249_999), (19, 1), (20, 0), (200, 0)] {
		assert_eq!(decay(ppm(999_999), halvings * HALF_LIFE, HALF_LIFE), ppm(left));
	}
}

#[test]
fn should_have_nothing_left_when_time_is_longer_than_can_be_counted() {
	assert_eq!(decay(ppm(1_000_000), u64::MAX, 1), ppm(0));
	assert_eq!(decay(ppm(1_000_000), 1, 0), ppm(0));
	assert_eq!(decay(ppm(1_000_000), 0, u64::MAX), ppm(1_000_000));
}

#[test]
fn should_not_decay_when_the_clock_is_behind() {
	let record = Record::after(None, ppm(800_000), true, 1_000, HALF_LIFE);
	assert_eq!(record.reputation_at(0, HALF_LIFE), ppm(100_000));
}

#[test]
fn should_stay_within_7_ppm_of_the_quality_when_it_is_always_the_same() {
	for quality in [1_000_000, 876_543, 7, 0] {
		let mut record = None;
		for _ in 0..200 {
			record = Some(Record::after(record, ppm(quality), true, START, HALF_LIFE));
		}
		let record = record.expect("there was work");
		assert_eq!((record.contributions, record.quality), (200, ppm(quality)));
		assert!(quality - record.reputation.parts() <= 7);
	}
}

proptest! {
	#[test]
	fn should_be_as_close_to_the_formula_as_it_says_when_anything_decays(
		value in 0..=1_000_000_u32,
		elapsed in 0..=25 * HALF_LIFE,
		half_life in prop::sample::select(vec![HALF_LIFE, 1, 7, 86_400_000, 3 * HALF_LIFE + 1]),
	) {
		let left = f64::from(decay(ppm(value), elapsed, half_life).parts());
		let exact = f64::from(value) * (-(elapsed as f64 / half_life as f64)).exp2();
		let bound = bound(value, (elapsed / half_life).min(1_000));
		prop_assert!((left - exact).abs() <= bound, "{left} instead of {exact}");
	}

	#[test]
	fn should_never_gain_when_more_time_passes(
		value in 0..=1_000_000_u32,
		elapsed in 0..=5 * HALF_LIFE,
		more in prop_oneof![0..1_000_u64, 0..=HALF_LIFE],
		half_life in prop::sample::select(vec![HALF_LIFE, 1_000, 999_999, 1_000_001]),
	) {
		let elapsed = elapsed % (6 * half_life);
		let (before, after) = (
			decay(ppm(value), elapsed, half_life),
			decay(ppm(value), elapsed + more, half_life),
		);
		prop_assert!(after <= before);
	}

	#[test]
	fn should_never_be_worse_off_when_the_quality_or_the_record_is_better(
		old in 0..=1_000_000_u32,
		better_old in 0..=1_000_000_u32,
		quality in 0..=1_000_000_u32,
		better in 0..=1_000_000_u32,
		elapsed in 0..=5 * HALF_LIFE,
	) {
		let (old, better_old) = (old.min(better_old), old.max(better_old));
		let (quality, better) = (quality.min(better), quality.max(better));
		let after = |old, quality| {
			let before = Record {
				contributions: 1,
				quality: ppm(old),
				reputation: ppm(old),
				updated: START,
			};
			let now = START + elapsed;
			Record::after(Some(before), ppm(quality), true, now, HALF_LIFE)
		};
		let (low, high) = (after(old, quality), after(better_old, better));
		prop_assert!(low.quality <= high.quality && low.reputation <= high.reputation);
		prop_assert!(high.reputation <= ppm(better_old.max(better)));
	}
}
