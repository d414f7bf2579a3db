// SPDX-License-Identifier: Apache-2.0

//! Surfaces, and how far two of them are apart.
//!
//! A surface here is a set of voxels: those of the mask that have one of their six neighbours outside
//! of it, where everything outside of the grid is outside. Distances are between their centres.
//! DeepMind's surface-distance puts surface elements on the corners between voxels and weighs them by
//! the area of the triangles of marching cubes, whose square roots no two machines need agree on;
//! counts of voxels are integers. Both are within a voxel's diagonal of each other on smooth shapes.

use crate::{
	Block, Malformed, Mask,
	distance::{LANES, in_lanes},
	search::search,
};
use alloc::{vec, vec::Vec};

/// How far the surfaces of two masks are apart, in micrometres, rounded down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SurfaceDistance {
	/// The 95th percentile of the distances from one surface to the other, by nearest rank: the least
	/// distance within which at least 95 of 100 surface voxels lie. The larger of both directions.
	pub hd95: u32,
	/// The largest distance of any surface voxel, in either direction: Hausdorff's distance.
	pub hausdorff: u32,
	/// The mean of the distances of all surface voxels of both masks: the average symmetric surface
	/// distance. Each distance is rounded down, and then the mean.
	pub average: u32,
}

impl SurfaceDistance {
	/// Of two masks without a surface, or with the same.
	pub const ZERO: Self = Self { hd95: 0, hausdorff: 0, average: 0 };
}

/// How far the surfaces of two masks on one grid are apart; the same in either order.
///
/// `None` if one of them is empty and the other is not: there is no distance to nothing. Two empty
/// masks are not apart.
pub fn surface_distance(one: &Mask, other: &Mask) -> Result<Option<SurfaceDistance>, Malformed> {
	if one.grid() != other.grid() {
		return Err(Malformed::Grids);
	}
	let block = match (one.bounds(), other.bounds()) {
		(None, None) => return Ok(Some(SurfaceDistance::ZERO)),
		(Some(a), Some(b)) => a.union(b),
		_ => return Ok(None),
	};
	let (one, other) = (surface(one), surface(other));
	let (there, back) = (directed(&one, &other, block), directed(&other, &one, block));
	let voxels = there.voxels.saturating_add(back.voxels);
	let sum = there.sum.saturating_add(back.sum);
	Ok(Some(SurfaceDistance {
		hd95: micrometres(there.percentile.max(back.percentile)),
		hausdorff: micrometres(there.largest.max(back.largest)),
		average: u32::try_from(sum.checked_div(voxels).unwrap_or(0)).unwrap_or(u32::MAX),
	}))
}

/// The voxels of a mask with one of their six neighbours outside of it.
#[must_use]
#[expect(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "hot: rows are those of the grid, and a row that is not there is taken for empty"
)]
pub fn surface(mask: &Mask) -> Mask {
	let grid = mask.grid();
	let mut found = Mask::empty(grid).into_words();
	let [_, rows, _] = grid.axes();
	let width = grid.row_words();
	let word = |row: Option<&[u64]>, at: usize| row.map_or(0, |row| row[at]);
	for (index, row) in mask.rows().enumerate() {
		if row.iter().all(|word| *word == 0) {
			continue;
		}
		let (y, z) = (index % rows, index / rows);
		let above = y.checked_sub(1).and_then(|y| mask.row(y, z));
		let below = mask.row(y + 1, z);
		let before = z.checked_sub(1).and_then(|z| mask.row(y, z));
		let behind = mask.row(y, z + 1);
		for (at, own) in row.iter().enumerate().filter(|(_, own)| **own != 0) {
			let left = at.checked_sub(1).map_or(0, |at| row[at] >> 63);
			let right = row.get(at + 1).map_or(0, |word| word << 63);
			let inner = (own << 1 | left)
				& (own >> 1 | right)
				& word(above, at)
				& word(below, at)
				& word(before, at)
				& word(behind, at);
			found[index * width + at] = own & !inner;
		}
	}
	Mask::from_words(grid, found)
}

/// Distances from one surface to the other.
struct Directed {
	voxels: u64,
	/// Sum of the distances, in µm; at most 2²⁸ of less than 2²⁹.
	sum: u64,
	/// Squared.
	percentile: u64,
	/// Squared.
	largest: u64,
}

/// Distances from the voxels of `from` to the nearest of `to`; both have voxels, all in the block.
#[expect(clippy::arithmetic_side_effects, reason = "counts are at most MAX_VOXELS")]
fn directed(from: &Mask, to: &Mask, block: Block) -> Directed {
	let mut squares = search(from, to, block).unwrap_or_else(|| transform(from, to, block));
	if squares.is_empty() {
		return Directed { voxels: 0, sum: 0, percentile: 0, largest: 0 };
	}
	// Nearest rank, from one: the least whole number that is not below 95 of 100.
	let rank = (squares.len() * 95).div_ceil(100);
	let percentile = *squares.select_nth_unstable(rank - 1).1;
	Directed {
		voxels: squares.iter().map(|_| 1).sum(),
		sum: squares.iter().map(|square| square.isqrt()).sum(),
		percentile,
		largest: squares.into_iter().max().unwrap_or(0),
	}
}

/// Squared distances from the voxels of `from` to the nearest of `to`, in µm² and in any order; all
/// voxels are in the block.
#[expect(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "hot: indices are those of the block"
)]
pub(crate) fn transform(from: &Mask, to: &Mask, block: Block) -> Vec<u64> {
	let [_, rows, slices] = block.size;
	let row = |at: usize| from.row(block.first[1] + at % rows, block.first[2] + at / rows);
	let bit = |row: &[u64], x: usize| {
		let x = block.first[0] + x;
		row[x / 64] >> (x % 64) & 1 == 1
	};
	// What one sees along z: lines without a voxel need no distances.
	let width = from.grid().row_words();
	let mut seen = vec![0; rows * width];
	for at in 0..rows * slices {
		let first = at % rows * width;
		let words = &mut seen[first..first + width];
		let row = row(at).unwrap_or_default();
		words.iter_mut().zip(row).for_each(|(seen, word)| *seen |= word);
	}
	let wanted = |x: usize, y: usize| bit(&seen[y * width..], x);
	let mut squares = Vec::new();
	in_lanes(to, block, wanted, |first, lanes, lines| {
		for (at, line) in lines.chunks_exact(LANES).enumerate() {
			let row = row(at).unwrap_or_default();
			let chosen = line.iter().take(lanes).enumerate();
			let chosen = chosen.filter(|(lane, _)| bit(row, first + lane));
			squares.extend(chosen.map(|(_, square)| *square));
		}
	});
	squares
}

/// The root of a squared distance, rounded down; below 2²⁹ in any grid.
fn micrometres(square: u64) -> u32 {
	u32::try_from(square.isqrt()).unwrap_or(u32::MAX)
}
