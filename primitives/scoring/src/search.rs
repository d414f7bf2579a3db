// SPDX-License-Identifier: Apache-2.0

//! The same distances as those of the transform, for surfaces that are close to each other.
//!
//! A transform has to work on every voxel of the block. From one voxel of a surface, the nearest of the
//! other is often a few rows away: rows are looked at by their distance, until no other can be
//! nearer. What it finds is exact, or it gives up and the transform has to do it.

use crate::{
	Block, Mask,
	distance::{FAR, after, before},
};
use alloc::vec::Vec;

/// How many rows away it looks, along y and along z.
const REACH: i32 = 16;
/// Rows that it looks at before it gives up, for each voxel of the block: about what the transform
/// costs.
const ROWS_PER_VOXEL: u64 = 4;

/// Squared distances from the voxels of `from` to the nearest of `to`, in µm² and in any order; all
/// voxels are in the block. `None` if one is too far or there are too many rows to look at.
#[expect(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	reason = "hot: indices are those of the grid, and squares stay below 2⁵⁷ in any grid"
)]
pub(crate) fn search(from: &Mask, to: &Mask, block: Block) -> Option<Vec<u64>> {
	let [dx, dy, dz] = to.grid().spacing().map(u64::from);
	let offsets = offsets(dy, dz);
	let horizon = (dy.min(dz) * (REACH as u64 + 1)).pow(2);
	let mut left = block.size.iter().fold(ROWS_PER_VOXEL, |product, n| product * *n as u64);
	let mut squares = Vec::new();
	let [first, last] = [block.first, [0, 1, 2].map(|axis| end(block, axis))];
	for z in first[2]..last[2] {
		for y in first[1]..last[1] {
			for x in bits(from.row(y, z).unwrap_or_default()) {
				let mut best = FAR;
				for (square, y_off, z_off) in &offsets {
					if *square >= best {
						break;
					}
					left = left.checked_sub(1)?;
					let y = y.checked_add_signed(*y_off as isize);
					let z = z.checked_add_signed(*z_off as isize);
					let row = y.zip(z).and_then(|(y, z)| to.row(y, z));
					if let Some(along) = row.and_then(|row| nearest(row, x)) {
						best = best.min(square + (along * dx).pow(2));
					}
				}
				if best > horizon {
					return None;
				}
				squares.push(best);
			}
		}
	}
	Some(squares)
}

/// Rows around one, the nearest first: squared distance, and how many rows along y and z.
#[expect(clippy::arithmetic_side_effects, reason = "REACH and spacings are small")]
fn offsets(dy: u64, dz: u64) -> Vec<(u64, i32, i32)> {
	let along = |offset: i32, step: u64| (u64::from(offset.unsigned_abs()) * step).pow(2);
	let all = (-REACH..=REACH).flat_map(|z| (-REACH..=REACH).map(move |y| (y, z)));
	let mut offsets: Vec<_> = all.map(|(y, z)| (along(y, dy) + along(z, dz), y, z)).collect();
	offsets.sort_unstable();
	offsets
}

/// The first index after a block.
fn end(block: Block, axis: usize) -> usize {
	let of = |list: [usize; 3]| list.get(axis).copied().unwrap_or_default();
	of(block.first).saturating_add(of(block.size))
}

/// Positions of the bits of a row.
fn bits(row: &[u64]) -> impl Iterator<Item = usize> {
	(0_usize..).step_by(64).zip(row).flat_map(|(first, word)| {
		let mut left = *word;
		core::iter::from_fn(move || {
			let bit = usize::try_from(left.trailing_zeros()).ok().filter(|_| left != 0)?;
			left &= left.wrapping_sub(1);
			first.checked_add(bit)
		})
	})
}

/// How many voxels it is to the nearest bit of a row.
#[inline]
#[expect(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	reason = "hot: positions are below MAX_AXIS"
)]
fn nearest(row: &[u64], x: usize) -> Option<u64> {
	let left = before(row, x).map(|left| (x - left) as u64);
	let right = after(row, x).map(|right| (right - x) as u64);
	match (left, right) {
		(Some(left), Some(right)) => Some(left.min(right)),
		(left, right) => left.or(right),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{Grid, surface, surface::transform};
	use alloc::vec;

	/// Two balls, one of them shifted.
	fn balls(grid: Grid, radius: i64, shift: i64) -> [Mask; 2] {
		let [columns, rows, slices] = grid.axes();
		[0, shift].map(|shift| {
			let mut bytes = vec![];
			for (z, y) in (0..slices).flat_map(|z| (0..rows).map(move |y| (z, y))) {
				bytes.extend((0..columns).map(|x| {
					let off = [x as i64 - 20 - shift, y as i64 - 20, z as i64 - 20];
					u8::from(off.iter().map(|off| off * off).sum::<i64>() <= radius * radius)
				}));
			}
			surface(&Mask::from_bytes(grid, &bytes).unwrap())
		})
	}

	fn both(masks: &[Mask; 2]) -> (Option<Vec<u64>>, Vec<u64>) {
		let [one, other] = masks;
		let block = one.bounds().unwrap().union(other.bounds().unwrap());
		let mut found = search(one, other, block);
		let mut sure = transform(one, other, block);
		found.iter_mut().for_each(|found| found.sort_unstable());
		sure.sort_unstable();
		(found, sure)
	}

	#[test]
	fn should_find_what_the_transform_finds_when_surfaces_are_close() {
		for spacing in [[1_000; 3], [488, 488, 3_000], [3_000, 700, 1_100]] {
			let grid = Grid::new([130, 45, 45], spacing).unwrap();
			for (radius, shift) in [(15, 0), (15, 1), (15, 3)] {
				let (found, sure) = both(&balls(grid, radius, shift));
				assert_eq!(found, Some(sure), "{spacing:?}, radius {radius}, shift {shift}");
			}
		}
	}

	#[test]
	fn should_give_up_when_surfaces_are_far_apart() {
		let grid = Grid::new([130, 45, 45], [1_000; 3]).unwrap();
		let (found, sure) = both(&balls(grid, 6, 70));
		assert_eq!(found, None);
		assert!(!sure.is_empty());
	}
}
