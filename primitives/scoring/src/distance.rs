// SPDX-License-Identifier: Apache-2.0

//! The exact squared Euclidean distance transform, by integers.
//!
//! P. F. Felzenszwalb and D. P. Huttenlocher, "Distance transforms of sampled functions", Theory of
//! Computing 8, 415–428, 2012, with the integer comparison of A. Meijster, J. B. T. M. Roerdink and
//! W. H. Hesselink, "A general algorithm for computing distance transforms in linear time",
//! Mathematical Morphology and its Applications to Image and Signal Processing, 331–340, 2000. Along x
//! the nearest voxel is found in the words of the mask; then lower envelopes of parabolas, first
//! along y, then along z. Parabolas are compared at whole voxels only, so nothing is rounded.

use crate::{Block, Mask};
use alloc::{vec, vec::Vec};

/// No voxel of the mask is in this line or plane.
pub(crate) const FAR: u64 = u64::MAX;

/// Columns that are worked on together: a cache line of squared distances. Memory is this many
/// columns of a block (256 MiB for the largest grid), not the block.
pub(crate) const LANES: usize = 8;

/// Squared distances, in µm², from every voxel of the grid to the nearest voxel of the mask, x fastest:
/// eight bytes for each. [`u64::MAX`] everywhere if the mask is empty.
#[must_use]
pub fn squared_distances(mask: &Mask) -> Vec<u64> {
	let size = mask.grid().axes();
	let [columns, rows, slices] = size;
	let mut distances = vec![FAR; columns.saturating_mul(rows).saturating_mul(slices)];
	let whole = Block { first: [0; 3], size };
	let all = |_, _| true;
	in_lanes(mask, whole, all, |first, lanes, lines| {
		for (line, from) in distances.chunks_exact_mut(columns).zip(lines.chunks_exact(LANES)) {
			let to = line.iter_mut().skip(first).take(lanes);
			to.zip(from).for_each(|(to, from)| *to = *from);
		}
	});
	distances
}

/// Hands on the squared distances of a block that has all of the mask, a few columns at a time: the
/// first column, how many they are, and for each row of the block one distance for each of [`LANES`]
/// columns. Only lines along z that are wanted, by x and y in the block, are sure to be done.
#[expect(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "hot: indices are those of the block, and squares stay below 2⁵⁷ in any grid"
)]
pub(crate) fn in_lanes(
	mask: &Mask,
	block: Block,
	wanted: impl Fn(usize, usize) -> bool,
	mut work: impl FnMut(usize, usize, &[u64]),
) {
	let [columns, rows, slices] = block.size;
	let [dx, dy, dz] = mask.grid().spacing().map(u64::from);
	let mut lines = vec![FAR; LANES * rows * slices];
	let mut envelope = Envelope::default();
	for first in (0..columns).step_by(LANES) {
		let lanes = LANES.min(columns - first);
		if !(0..rows).any(|y| (first..first + lanes).any(|x| wanted(x, y))) {
			continue;
		}
		for (at, line) in lines.chunks_exact_mut(LANES).enumerate() {
			let (y, z) = (block.first[1] + at % rows, block.first[2] + at / rows);
			let row = mask.row(y, z).unwrap_or_default();
			let line = &mut line[..lanes];
			nearest(row, block.first[0] + first, line);
			for distance in line.iter_mut().filter(|distance| **distance != FAR) {
				*distance = (*distance * dx).pow(2);
			}
		}
		for plane in lines.chunks_exact_mut(LANES * rows) {
			for lane in 0..lanes {
				envelope.replace(plane, lane, LANES, dy * dy);
			}
		}
		if slices > 1 {
			for line in 0..rows {
				for lane in (0..lanes).filter(|lane| wanted(first + lane, line)) {
					envelope.replace(&mut lines, line * LANES + lane, rows * LANES, dz * dz);
				}
			}
		}
		work(first, lanes, &lines);
	}
}

/// For voxels of a row from `from` on, how many voxels it is to the nearest that is set.
#[expect(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	reason = "hot: positions are below MAX_AXIS"
)]
fn nearest(row: &[u64], from: usize, distances: &mut [u64]) {
	let mut left = before(row, from);
	let mut right = after(row, from);
	for (at, distance) in (from..).zip(distances) {
		if right.is_some_and(|right| right < at) {
			left = right;
			right = after(row, at);
		}
		let to_left = left.map_or(FAR, |left| (at - left) as u64);
		let to_right = right.map_or(FAR, |right| (right - at) as u64);
		*distance = to_left.min(to_right);
	}
}

/// The last set bit at or before a position.
#[expect(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	reason = "hot: positions are below MAX_AXIS"
)]
pub(crate) fn before(row: &[u64], position: usize) -> Option<usize> {
	let mut kept = u64::MAX >> (63 - position % 64);
	for at in (0..=position / 64).rev() {
		let word = row.get(at).copied().unwrap_or(0) & kept;
		if word != 0 {
			return Some(at * 64 + word.ilog2() as usize);
		}
		kept = u64::MAX;
	}
	None
}

/// The first set bit at or after a position.
#[expect(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	reason = "hot: positions are below MAX_AXIS"
)]
pub(crate) fn after(row: &[u64], position: usize) -> Option<usize> {
	let mut kept = u64::MAX << (position % 64);
	for (at, word) in row.iter().enumerate().skip(position / 64) {
		let word = word & kept;
		if word != 0 {
			return Some(at * 64 + word.trailing_zeros() as usize);
		}
		kept = u64::MAX;
	}
	None
}

/// The lower envelope of the parabolas of one line.
#[derive(Default)]
struct Envelope {
	/// Heights before.
	heights: Vec<u64>,
	/// Where a parabola stands, and the first voxel where it is the lowest.
	lowest: Vec<(usize, usize)>,
}

impl Envelope {
	/// Replaces each height `f(p)` of a line by the least `f(q) + unit·(p−q)²`. The line begins at
	/// `first` and takes every `stride`th value.
	#[expect(
		clippy::arithmetic_side_effects,
		clippy::as_conversions,
		clippy::indexing_slicing,
		reason = "hot: indices are those of the line, heights and squares stay below 2⁵⁷ in any grid"
	)]
	fn replace(&mut self, values: &mut [u64], first: usize, stride: usize, unit: u64) {
		self.heights.clear();
		self.heights.extend(values[first..].iter().step_by(stride));
		let heights = &self.heights;
		let at = |p: usize, x: usize| heights[p] + unit * (p.abs_diff(x) as u64).pow(2);
		self.lowest.clear();
		for (q, height) in heights.iter().enumerate().filter(|(_, height)| **height != FAR) {
			loop {
				let Some((p, from)) = self.lowest.last().copied() else {
					self.lowest.push((q, 0));
					break;
				};
				if at(p, from) > at(q, from) {
					self.lowest.pop();
					continue;
				}
				// The last voxel at which p is not higher than q. At `from` it is not, so this is not
				// negative.
				let squares = (q as u64).pow(2) - (p as u64).pow(2);
				let last = (unit * squares + height - heights[p]) / (2 * unit * (q - p) as u64);
				let next = last as usize + 1;
				if next < heights.len() {
					self.lowest.push((q, next));
				}
				break;
			}
		}
		let mut x = heights.len();
		for (p, from) in self.lowest.iter().rev().copied() {
			for x in from..x {
				values[first + x * stride] = at(p, x);
			}
			x = from;
		}
	}
}
