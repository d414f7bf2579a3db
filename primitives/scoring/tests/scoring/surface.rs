// SPDX-License-Identifier: Apache-2.0

use crate::common::{any_masks, ball, cuboid, grid};
use contour_scoring::{
	Grid, Malformed, Mask, SurfaceDistance, squared_distances, surface, surface_distance,
};
use proptest::prelude::*;

#[test]
fn should_be_the_shell_when_the_mask_is_a_box() {
	let grid = grid([80, 20, 20]);
	let whole = cuboid(grid, [3, 4, 5], [70, 6, 8]);
	let inside = cuboid(grid, [4, 5, 6], [68, 4, 6]);
	let shell = surface(&whole);
	assert_eq!(shell.count(), whole.count() - inside.count());
	assert!(!shell.contains([4, 5, 6]) && shell.contains([3, 4, 5]) && shell.contains([72, 9, 12]));
}

#[test]
fn should_count_the_edge_of_the_grid_as_surface_when_the_mask_reaches_it() {
	let grid = grid([64, 5, 5]);
	let shell = surface(&cuboid(grid, [0; 3], [64, 5, 5]));
	assert_eq!(shell.count(), 64 * 25 - 62 * 9);
}

#[test]
fn should_be_the_shift_when_a_box_is_shifted() {
	for (axis, spacing) in [700, 700, 3_300].into_iter().enumerate() {
		let grid = Grid::new([60, 60, 60], [700, 700, 3_300]).unwrap();
		let mut first = [10; 3];
		let still = cuboid(grid, first, [30; 3]);
		first[axis] += 4;
		let shifted = cuboid(grid, first, [30; 3]);
		let found = surface_distance(&still, &shifted).unwrap().unwrap();
		// Of six faces one is four voxels behind and one is four before: more than 5 of 100.
		assert_eq!((found.hd95, found.hausdorff), (4 * spacing, 4 * spacing), "axis {axis}");
		assert!(found.average < spacing * 4 / 2, "axis {axis}: {found:?}");
	}
}

#[test]
fn should_be_exact_to_the_micrometre_when_two_voxels_are_apart() {
	let grid = Grid::new([50, 50, 50], [488, 488, 1_250]).unwrap();
	let voxel = |x, y, z| cuboid(grid, [x, y, z], [1, 1, 1]);
	let found = surface_distance(&voxel(1, 2, 3), &voxel(40, 30, 17)).unwrap();
	// √((39·488)² + (28·488)² + (14·1250)²) = 29 247.4…
	let square: u64 = (39 * 488_u64).pow(2) + (28 * 488_u64).pow(2) + (14 * 1_250_u64).pow(2);
	let expected = u32::try_from(square.isqrt()).unwrap();
	assert_eq!(
		found,
		Some(SurfaceDistance { hd95: expected, hausdorff: expected, average: expected })
	);
}

#[test]
fn should_be_the_difference_of_radii_when_balls_have_one_centre() {
	let grid = grid([64, 64, 64]);
	let (small, large) = (ball(grid, [31; 3], 18), ball(grid, [31; 3], 25));
	let found = surface_distance(&small, &large).unwrap().unwrap();
	// Voxels lie up to one layer within the sphere.
	for distance in [found.hd95, found.hausdorff, found.average] {
		assert!(distance.abs_diff(7_000) < 900, "{found:?}");
	}
	assert!(found.average <= found.hd95 && found.hd95 <= found.hausdorff);
}

#[test]
fn should_ignore_a_stray_voxel_when_it_is_the_95th_percentile() {
	let grid = grid([90, 40, 40]);
	let clean = ball(grid, [20; 3], 12);
	let mut bytes = clean.to_bytes();
	bytes[89] = 1;
	let stray = Mask::from_bytes(grid, &bytes).unwrap();
	let found = surface_distance(&clean, &stray).unwrap().unwrap();
	assert_eq!(found.hd95, 0);
	assert!(found.hausdorff > 60_000);
}

#[test]
fn should_be_defined_when_masks_are_empty() {
	let grid = grid([9, 9, 9]);
	let (empty, full) = (Mask::empty(grid), cuboid(grid, [0; 3], [9; 3]));
	assert_eq!(surface_distance(&empty, &empty), Ok(Some(SurfaceDistance::ZERO)));
	assert_eq!(surface_distance(&full, &full), Ok(Some(SurfaceDistance::ZERO)));
	assert_eq!(surface_distance(&empty, &full), Ok(None));
	assert_eq!(surface_distance(&full, &empty), Ok(None));
	let other = Mask::empty(Grid::new([9; 3], [1_001; 3]).unwrap());
	assert_eq!(surface_distance(&empty, &other), Err(Malformed::Grids));
}

/// The definitions, word for word.
fn slowly(one: &Mask, other: &Mask) -> SurfaceDistance {
	let [columns, rows, slices] = one.grid().size().map(|n| n as usize);
	let shell = |mask: &Mask| -> Vec<bool> {
		let mut voxels = Vec::new();
		for (z, y) in (0..slices).flat_map(|z| (0..rows).map(move |y| (z, y))) {
			for x in 0..columns {
				let neighbours = [
					[x.wrapping_sub(1), y, z],
					[x + 1, y, z],
					[x, y.wrapping_sub(1), z],
					[x, y + 1, z],
					[x, y, z.wrapping_sub(1)],
					[x, y, z + 1],
				];
				let inner = neighbours.into_iter().all(|voxel| mask.contains(voxel));
				voxels.push(mask.contains([x, y, z]) && !inner);
			}
		}
		voxels
	};
	let directed = |from: &Mask, to: &Mask| -> Vec<u64> {
		let bytes: Vec<u8> = shell(to).into_iter().map(u8::from).collect();
		let squares = squared_distances(&Mask::from_bytes(to.grid(), &bytes).unwrap());
		let chosen = squares.into_iter().zip(shell(from)).filter(|(_, chosen)| *chosen);
		let mut chosen: Vec<u64> = chosen.map(|(square, _)| square.isqrt()).collect();
		chosen.sort_unstable();
		chosen
	};
	let both = [directed(one, other), directed(other, one)];
	let percentile = |list: &Vec<u64>| list[(list.len() * 95).div_ceil(100) - 1];
	let all: Vec<u64> = both.concat();
	SurfaceDistance {
		hd95: both.iter().map(percentile).max().unwrap() as u32,
		hausdorff: *all.iter().max().unwrap() as u32,
		average: (all.iter().sum::<u64>() / all.len() as u64) as u32,
	}
}

proptest! {
	#[test]
	fn should_be_what_the_definition_says_and_symmetric(masks in any_masks(2..=2)) {
		let found = surface_distance(&masks[0], &masks[1]).unwrap();
		prop_assert_eq!(found, surface_distance(&masks[1], &masks[0]).unwrap());
		if masks.iter().all(|mask| !mask.is_empty()) {
			prop_assert_eq!(found, Some(slowly(&masks[0], &masks[1])));
		}
	}
}
