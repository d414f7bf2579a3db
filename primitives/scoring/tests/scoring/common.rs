// SPDX-License-Identifier: Apache-2.0

//! Shapes.

use contour_scoring::{Grid, Mask};
use proptest::prelude::*;

/// Voxels a millimetre apart.
pub(crate) fn grid(size: [u32; 3]) -> Grid {
	Grid::new(size, [1_000; 3]).unwrap()
}

/// Voxels for which something is true.
pub(crate) fn drawn(grid: Grid, inside: impl Fn([i64; 3]) -> bool) -> Mask {
	let [columns, rows, slices] = grid.size().map(i64::from);
	let slices = (0..slices).flat_map(|z| (0..rows).map(move |y| (y, z)));
	let voxels = slices.flat_map(|(y, z)| (0..columns).map(move |x| [x, y, z]));
	let bytes: Vec<u8> = voxels.map(|voxel| u8::from(inside(voxel))).collect();
	Mask::from_bytes(grid, &bytes).unwrap()
}

/// A box from its first voxel on.
pub(crate) fn cuboid(grid: Grid, first: [i64; 3], size: [i64; 3]) -> Mask {
	drawn(grid, |voxel| (0..3).all(|axis| (0..size[axis]).contains(&(voxel[axis] - first[axis]))))
}

/// An ellipsoid by the voxels whose centres are in it.
pub(crate) fn ellipsoid(grid: Grid, centre: [i64; 3], radii: [i64; 3]) -> Mask {
	let all: i64 = radii.iter().map(|radius| radius * radius).product();
	drawn(grid, |voxel| {
		let term =
			|axis: usize| (voxel[axis] - centre[axis]).pow(2) * (all / (radii[axis] * radii[axis]));
		(0..3).map(term).sum::<i64>() <= all
	})
}

/// A ball.
pub(crate) fn ball(grid: Grid, centre: [i64; 3], radius: i64) -> Mask {
	drawn(grid, |voxel| {
		(0..3).map(|axis| (voxel[axis] - centre[axis]).pow(2)).sum::<i64>() <= radius * radius
	})
}

/// A mask with its rows bitten by a generator that is the same everywhere.
pub(crate) fn bitten(mask: &Mask, seed: u64, per_mille: u64) -> Mask {
	let mut state = seed;
	let mut bytes = mask.to_bytes();
	for byte in &mut bytes {
		// Knuth's MMIX.
		state =
			state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		*byte ^= u8::from((state >> 33) % 1_000 < per_mille);
	}
	Mask::from_bytes(mask.grid(), &bytes).unwrap()
}

/// Small grids of all spacings.
pub(crate) fn any_grid() -> impl Strategy<Value = Grid> {
	let axis = || prop_oneof![1..6_u32, 60..70_u32];
	let spacing = || prop_oneof![Just(1_000_u32), 1..=100_000_u32];
	((axis(), 1..7_u32, 1..6_u32), [spacing(), spacing(), spacing()])
		.prop_map(|((x, y, z), spacing)| Grid::new([x, y, z], spacing).unwrap())
}

/// A mask on a grid, from empty to full.
pub(crate) fn any_mask(grid: Grid) -> impl Strategy<Value = Mask> {
	let voxels = grid.voxels() as usize;
	let density = prop_oneof![Just(0_u8), Just(2), Just(30), Just(128), Just(255)];
	(density, prop::collection::vec(any::<u8>(), voxels)).prop_map(move |(density, noise)| {
		let bytes: Vec<u8> = noise.iter().map(|byte| u8::from(*byte < density)).collect();
		Mask::from_bytes(grid, &bytes).unwrap()
	})
}

/// Masks on one grid.
pub(crate) fn any_masks(
	count: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Vec<Mask>> {
	any_grid().prop_flat_map(move |grid| prop::collection::vec(any_mask(grid), count.clone()))
}
