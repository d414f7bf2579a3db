// SPDX-License-Identifier: Apache-2.0

use codec::{Decode, Encode};
use contour_scoring::{Curve, Point, Ppm, Unpayable, part, split};
use proptest::prelude::*;

fn curve(points: &[(u32, u32)]) -> Result<Curve, Unpayable> {
	let point = |(quality, share): &(u32, u32)| Point {
		quality: Ppm::from_parts(*quality),
		share: Ppm::from_parts(*share),
	};
	Curve::new(points.iter().map(point).collect())
}

#[test]
fn should_follow_the_lines_when_quality_is_between_points() {
	let curve = curve(&[(600_000, 0), (800_000, 500_000), (900_000, 1_000_000)]).unwrap();
	let share = |quality| curve.share(Ppm::from_parts(quality)).parts();
	assert_eq!(share(0), 0);
	assert_eq!(share(600_000), 0);
	assert_eq!(share(700_000), 250_000);
	assert_eq!(share(700_001), 250_002);
	assert_eq!(share(800_000), 500_000);
	assert_eq!(share(899_999), 999_995);
	assert_eq!(share(900_000), 1_000_000);
	assert_eq!(share(1_000_000), 1_000_000);
}

#[test]
fn should_be_level_when_there_is_one_point() {
	let flat = curve(&[(500_000, 300_000)]).unwrap();
	for quality in [0, 500_000, 1_000_000] {
		assert_eq!(flat.share(Ppm::from_parts(quality)).parts(), 300_000);
	}
}

#[test]
fn should_refuse_a_curve_when_its_points_are_no_curve() {
	assert_eq!(curve(&[]), Err(Unpayable::Points));
	assert_eq!(curve(&[(1, 1); 9]), Err(Unpayable::Points));
	assert_eq!(curve(&[(5, 1), (5, 2)]), Err(Unpayable::Order));
	assert_eq!(curve(&[(5, 2), (6, 1)]), Err(Unpayable::Order));
	let falling = vec![(5_u32, 2_u32), (6, 1)].encode();
	assert!(Curve::decode(&mut &falling[..]).is_err());
	let good = curve(&[(5, 1), (6, 2)]).unwrap();
	assert_eq!(Curve::decode(&mut &good.encode()[..]), Ok(good));
	assert!(Ppm::decode(&mut &1_000_001_u32.encode()[..]).is_err());
}

#[test]
fn should_give_the_rest_to_the_largest_remainders_when_it_does_not_divide() {
	assert_eq!(split(100, &[1, 1, 1]), Ok(vec![34, 33, 33]));
	assert_eq!(split(10, &[6, 5, 5]), Ok(vec![4, 3, 3]));
	assert_eq!(split(7, &[0, 1, 0]), Ok(vec![0, 7, 0]));
	assert_eq!(split(1, &[1, 2, 2]), Ok(vec![0, 1, 0]));
	assert_eq!(split(0, &[1, 2]), Ok(vec![0, 0]));
	assert_eq!(split(5, &[0, 0]), Err(Unpayable::NoWeight));
	assert_eq!(split(5, &[]), Err(Unpayable::NoWeight));
	assert_eq!(split(u128::MAX, &[u32::MAX]), Ok(vec![u128::MAX]));
}

#[test]
fn should_take_a_share_when_the_amount_is_as_large_as_can_be() {
	assert_eq!(part(u128::MAX, Ppm::ONE), (u128::MAX, 0));
	assert_eq!(part(u128::MAX, Ppm::ZERO), (0, u128::MAX));
	assert_eq!(part(1_999_999, Ppm::from_parts(500_000)), (999_999, 1_000_000));
}

proptest! {
	#[test]
	fn should_lose_nothing_when_an_amount_is_split(
		amount in any::<u128>(),
		weights in prop::collection::vec(prop_oneof![Just(0), 0..10_u32, any::<u32>()], 1..40),
	) {
		let all: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
		prop_assume!(all > 0);
		let parts = split(amount, &weights).unwrap();
		prop_assert_eq!(parts.len(), weights.len());
		let mut rest = amount;
		for part in &parts {
			rest = rest.checked_sub(*part).unwrap();
		}
		prop_assert_eq!(rest, 0);
		for ((a, part), (b, other)) in weights.iter().zip(&parts).zip(weights.iter().zip(&parts).skip(1)) {
			prop_assert!(a < b || part + 1 >= *other, "who has more weight has at most one less");
		}
		for (weight, part) in weights.iter().zip(&parts) {
			prop_assert!(*weight > 0 || *part == 0);
		}
		// Small enough to say it in one formula: nobody is a whole unit from their exact part.
		let small = amount >> 64;
		for (weight, part) in weights.iter().zip(split(small, &weights).unwrap()) {
			let exact = small * u128::from(*weight) / all;
			prop_assert!(part == exact || part == exact + 1);
		}
	}

	#[test]
	fn should_lose_nothing_when_a_share_is_taken(amount in any::<u128>(), share in 0..=1_000_000_u32) {
		let (taken, rest) = part(amount, Ppm::from_parts(share));
		prop_assert_eq!(taken.checked_add(rest), Some(amount));
		if let Some(product) = amount.checked_mul(share.into()) {
			prop_assert_eq!(taken, product / 1_000_000);
		}
	}

	#[test]
	fn should_never_earn_less_when_quality_is_higher(
		points in prop::collection::btree_map(0..=1_000_000_u32, 0..=1_000_000_u32, 1..=8),
		qualities in [0..=1_000_000_u32, 0..=1_000_000_u32],
	) {
		let mut shares: Vec<u32> = points.values().copied().collect();
		shares.sort_unstable();
		let points: Vec<_> = points.keys().copied().zip(shares).collect();
		let curve = curve(&points).unwrap();
		let [low, high] = qualities.map(|quality| curve.share(Ppm::from_parts(quality)));
		prop_assert!((qualities[0] <= qualities[1]) == (low <= high) || low == high);
		for (quality, share) in points {
			prop_assert_eq!(curve.share(Ppm::from_parts(quality)).parts(), share);
		}
	}
}
