// SPDX-License-Identifier: Apache-2.0

use crate::common::{any_masks, cuboid, grid};
use contour_scoring::{Malformed, Mask, Overlap, Ppm};
use proptest::prelude::*;

#[test]
fn should_follow_the_formulas_when_boxes_are_shifted() {
	let grid = grid([30, 12, 12]);
	let reference = cuboid(grid, [2, 1, 1], [10, 10, 10]);
	let shifted = cuboid(grid, [5, 1, 1], [10, 10, 10]);
	let overlap = Overlap::of(&reference, &shifted).unwrap();
	let expected = Overlap { both: 700, missed: 300, added: 300, neither: 4_320 - 1_300 };
	assert_eq!(overlap, expected);
	assert_eq!(overlap.dice().parts(), 700_000);
	assert_eq!(overlap.jaccard().parts(), 538_461);
	assert_eq!(overlap.sensitivity().parts(), 700_000);
	assert_eq!(overlap.specificity().parts(), 909_638);
	assert_eq!(overlap.volume_difference(), Some(0));

	let smaller = cuboid(grid, [2, 1, 1], [10, 10, 7]);
	let overlap = Overlap::of(&reference, &smaller).unwrap();
	assert_eq!(overlap.volume_difference(), Some(-300_000));
	assert_eq!(overlap.dice().parts(), 823_529);
}

#[test]
fn should_be_defined_when_masks_are_empty() {
	let grid = grid([5, 5, 5]);
	let (empty, full) = (Mask::empty(grid), cuboid(grid, [0; 3], [5; 3]));
	let neither = Overlap::of(&empty, &empty).unwrap();
	for measure in [neither.dice(), neither.jaccard(), neither.sensitivity(), neither.specificity()]
	{
		assert_eq!(measure, Ppm::ONE);
	}
	assert_eq!(neither.volume_difference(), Some(0));
	let found_nothing = Overlap::of(&full, &empty).unwrap();
	assert_eq!(found_nothing.dice(), Ppm::ZERO);
	assert_eq!(found_nothing.sensitivity(), Ppm::ZERO);
	assert_eq!(found_nothing.specificity(), Ppm::ONE);
	assert_eq!(found_nothing.volume_difference(), Some(-1_000_000));
	let made_up = Overlap::of(&empty, &full).unwrap();
	assert_eq!((made_up.dice(), made_up.specificity()), (Ppm::ZERO, Ppm::ZERO));
	assert_eq!(made_up.volume_difference(), None);
}

#[test]
fn should_refuse_when_grids_differ() {
	let masks = [[5, 5, 5], [5, 5, 6]].map(|size| Mask::empty(grid(size)));
	assert_eq!(Overlap::of(&masks[0], &masks[1]), Err(Malformed::Grids));
}

#[test]
fn should_be_a_million_only_when_masks_are_equal() {
	let grid = grid([300, 300, 300]);
	let full = cuboid(grid, [0; 3], [300; 3]);
	let almost = cuboid(grid, [0; 3], [300, 300, 300]).to_bytes();
	let mut almost = almost;
	almost[0] = 0;
	let almost = Mask::from_bytes(grid, &almost).unwrap();
	// More than 2²⁴ voxels, of which one is missing.
	let overlap = Overlap::of(&full, &almost).unwrap();
	assert_eq!((overlap.both, overlap.missed), (26_999_999, 1));
	assert_eq!(overlap.dice().parts(), 999_999);
}

proptest! {
	#[test]
	fn should_count_as_one_by_one_and_be_symmetric(masks in any_masks(2..=2)) {
		let overlap = Overlap::of(&masks[0], &masks[1]).unwrap();
		let pairs: Vec<_> = masks[0].to_bytes().into_iter().zip(masks[1].to_bytes()).collect();
		let count = |wanted| pairs.iter().filter(|pair| **pair == wanted).count() as u64;
		prop_assert_eq!(overlap.both, count((1, 1)));
		prop_assert_eq!(overlap.missed, count((1, 0)));
		prop_assert_eq!(overlap.added, count((0, 1)));
		prop_assert_eq!(overlap.neither, count((0, 0)));
		let back = Overlap::of(&masks[1], &masks[0]).unwrap();
		prop_assert_eq!((overlap.dice(), overlap.jaccard()), (back.dice(), back.jaccard()));
		prop_assert!(overlap.jaccard() <= overlap.dice());
		prop_assert!((overlap.dice() == Ppm::ONE) == (masks[0] == masks[1]));
	}
}
