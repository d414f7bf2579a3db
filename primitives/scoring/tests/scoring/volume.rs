// SPDX-License-Identifier: Apache-2.0

use crate::common::{any_grid, any_mask, cuboid, grid};
use codec::{Decode, Encode};
use contour_scoring::{Block, Grid, Labels, MAX_AXIS, MAX_SPACING, Malformed, Mask};
use proptest::prelude::*;

#[test]
fn should_refuse_grids_when_out_of_bounds() {
	assert_eq!(Grid::new([0, 1, 1], [1; 3]), Err(Malformed::Size));
	assert_eq!(Grid::new([MAX_AXIS + 1, 1, 1], [1; 3]), Err(Malformed::Size));
	assert_eq!(Grid::new([MAX_AXIS; 3], [1; 3]), Err(Malformed::Size));
	assert_eq!(Grid::new([1; 3], [1, 0, 1]), Err(Malformed::Spacing));
	assert_eq!(Grid::new([1; 3], [1, 1, MAX_SPACING + 1]), Err(Malformed::Spacing));
	let largest = Grid::new([512, 512, 1_024], [MAX_SPACING; 3]).unwrap();
	assert_eq!(largest.voxels(), 1 << 28);
	assert_eq!(Grid::decode(&mut &largest.encode()[..]), Ok(largest));
	assert!(Grid::decode(&mut &([0_u32; 3], [1_u32; 3]).encode()[..]).is_err());
}

#[test]
fn should_refuse_data_when_it_does_not_fit_the_grid() {
	let grid = grid([3, 3, 1]);
	assert_eq!(Mask::from_bytes(grid, &[0; 8]), Err(Malformed::Length));
	assert_eq!(Mask::from_bits(grid, &[0; 1]), Err(Malformed::Length));
	assert_eq!(Mask::from_bits(grid, &[0; 3]), Err(Malformed::Length));
	assert_eq!(Mask::from_runs(grid, [(0, 1), (8, 2)]), Err(Malformed::Run));
	assert_eq!(Mask::from_runs(grid, [(u64::MAX, 2)]), Err(Malformed::Run));
	assert_eq!(Labels::new(grid, vec![0; 10]), Err(Malformed::Length));
}

#[test]
fn should_find_the_structures_when_a_volume_has_labels() {
	let grid = grid([3, 2, 1]);
	let labels = Labels::new(grid, vec![0, 4, 4, 0, 255, 4]).unwrap();
	assert_eq!(labels.labels(), [4, 255]);
	assert_eq!(labels.mask(4), Mask::from_runs(grid, [(1, 2), (5, 1)]).unwrap());
	assert!(labels.mask(7).is_empty());
}

#[test]
fn should_tell_size_and_place_when_a_mask_is_a_box() {
	let grid = Grid::new([130, 9, 8], [500, 500, 3_000]).unwrap();
	let mask = cuboid(grid, [60, 2, 3], [70, 4, 5]);
	assert_eq!(mask.count(), 70 * 4 * 5);
	assert_eq!(mask.volume(), 70 * 4 * 5 * 500 * 500 * 3_000);
	assert_eq!(mask.bounds(), Some(Block { first: [60, 2, 3], size: [70, 4, 5] }));
	assert!(
		mask.contains([129, 5, 7]) && !mask.contains([130, 5, 7]) && !mask.contains([59, 2, 3])
	);
	assert_eq!(Mask::empty(grid).bounds(), None);
}

#[test]
fn should_differ_in_hash_when_grid_or_voxels_differ() {
	let mask = |x, spacing| {
		let grid = Grid::new([4, 4, 4], [1_000, 1_000, spacing]).unwrap();
		Mask::from_runs(grid, [(x, 1)]).unwrap()
	};
	let hashes = [mask(1, 1_000), mask(2, 1_000), mask(1, 1_001)].map(|mask| mask.hash());
	assert_ne!(hashes[0], hashes[1]);
	assert_ne!(hashes[0], hashes[2]);
}

proptest! {
	#[test]
	fn should_be_the_same_mask_when_read_from_bytes_bits_or_runs(
		mask in any_grid().prop_flat_map(any_mask),
	) {
		let grid = mask.grid();
		let bytes = mask.to_bytes();
		prop_assert_eq!(&Mask::from_bytes(grid, &bytes).unwrap(), &mask);
		let mut bits = vec![0_u8; bytes.len().div_ceil(8)];
		for (at, byte) in bytes.iter().enumerate() {
			bits[at / 8] |= byte << (at % 8);
		}
		// What is left of the last byte is ignored.
		if bytes.len() % 8 != 0 {
			*bits.last_mut().unwrap() |= 0x80;
		}
		prop_assert_eq!(&Mask::from_bits(grid, &bits).unwrap(), &mask);
		let mut runs: Vec<(u64, u64)> = Vec::new();
		for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == 1) {
			match runs.last_mut() {
				Some((first, length)) if *first + *length == at as u64 => *length += 1,
				_ => runs.push((at as u64, 1)),
			}
		}
		prop_assert_eq!(&Mask::from_runs(grid, runs).unwrap(), &mask);
		prop_assert_eq!(mask.count(), bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>());
	}
}
