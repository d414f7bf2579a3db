// SPDX-License-Identifier: Apache-2.0

use crate::common::{any_grid, any_mask};
use contour_scoring::{Grid, MAX_SPACING, Mask, squared_distances};
use proptest::prelude::*;

/// By comparing every voxel with every other.
fn brute_force(mask: &Mask) -> Vec<u64> {
	let [columns, rows, slices] = mask.grid().size().map(u64::from);
	let spacing = mask.grid().spacing().map(u64::from);
	let all = || {
		(0..slices)
			.flat_map(move |z| (0..rows).flat_map(move |y| (0..columns).map(move |x| [x, y, z])))
	};
	let set: Vec<_> = all().filter(|voxel| mask.contains(voxel.map(|x| x as usize))).collect();
	let square = |a: [u64; 3], b: [u64; 3]| -> u64 {
		(0..3).map(|axis| (a[axis].abs_diff(b[axis]) * spacing[axis]).pow(2)).sum()
	};
	all().map(|a| set.iter().map(|b| square(a, *b)).min().unwrap_or(u64::MAX)).collect()
}

#[test]
fn should_be_exact_when_there_is_one_voxel() {
	let grid = Grid::new([70, 40, 30], [977, 977, 5_000]).unwrap();
	let mask = Mask::from_runs(grid, [(66 + 70 * (38 + 40 * 2), 1)]).unwrap();
	assert_eq!(squared_distances(&mask), brute_force(&mask));
}

#[test]
fn should_not_overflow_when_the_grid_is_as_large_as_can_be() {
	let grid = Grid::new([2_048, 1, 2_048], [MAX_SPACING; 3]).unwrap();
	let mask = Mask::from_runs(grid, [(0, 1)]).unwrap();
	let far = (2_047 * u64::from(MAX_SPACING)).pow(2) * 2;
	assert_eq!(squared_distances(&mask).last(), Some(&far));
	assert!(far < 1 << 57);
}

#[test]
fn should_be_far_everywhere_when_the_mask_is_empty() {
	let mask = Mask::empty(Grid::new([9, 2, 2], [1; 3]).unwrap());
	assert_eq!(squared_distances(&mask), [u64::MAX; 36]);
}

proptest! {
	#[test]
	fn should_be_the_least_of_all_distances_when_every_pair_is_compared(
		mask in any_grid().prop_flat_map(any_mask),
	) {
		prop_assert_eq!(squared_distances(&mask), brute_force(&mask));
	}
}
