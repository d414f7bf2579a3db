// SPDX-License-Identifier: Apache-2.0

//! How often each pattern of readers' decisions occurs.

use crate::{Mask, Overlap, Ppm};
use alloc::{vec, vec::Vec};
use core::fmt;

/// Most readers of one structure: patterns have sixteen bits.
pub const MAX_READERS: usize = 16;

/// Why masks cannot be compared with each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unreadable {
	/// There is no mask, or there are more than [`MAX_READERS`].
	Readers,
	/// A mask has another size or spacing than the first.
	Grid,
}

impl fmt::Display for Unreadable {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Readers => {
				write!(f, "a consensus is of 1 to {MAX_READERS} readings: choose some")
			}
			Self::Grid => {
				f.write_str("readings need one size and spacing: leave out those that differ")
			}
		}
	}
}

impl core::error::Error for Unreadable {}

/// What specificity and STAPLE see: voxels that a reader marked, and as many that nobody did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Region {
	/// Voxels that at least one reader marked.
	pub marked: u64,
	/// Voxels of background.
	pub background: u64,
}

/// How many voxels each combination of readers marked.
///
/// A pattern has one bit for each reader, the first the lowest. The voxels that nobody marked are not
/// counted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Patterns {
	readers: usize,
	/// Patterns that occur, ascending, and how often; no count is zero, no pattern is.
	counts: Vec<(u16, u64)>,
}

impl Patterns {
	/// Counts the patterns of 1 to [`MAX_READERS`] masks on one grid.
	///
	/// Linear in the words of the masks; only voxels on which readers differ are looked at one by one.
	#[expect(
		clippy::arithmetic_side_effects,
		clippy::as_conversions,
		clippy::indexing_slicing,
		reason = "hot: the table has an entry for each pattern, words are those of one grid, and counts \
		          are at most MAX_VOXELS"
	)]
	pub fn of(masks: &[&Mask]) -> Result<Self, Unreadable> {
		let Some(first) = masks.first().filter(|_| masks.len() <= MAX_READERS) else {
			return Err(Unreadable::Readers);
		};
		if masks.iter().any(|mask| mask.grid() != first.grid()) {
			return Err(Unreadable::Grid);
		}
		let mut table = vec![0_u64; 1 << masks.len()];
		let all = table.len() - 1;
		for at in 0..first.words().len() {
			let (any, every) = masks.iter().fold((0, u64::MAX), |(any, every), mask| {
				let word = mask.words()[at];
				(any | word, every & word)
			});
			if any == 0 {
				continue;
			}
			table[all] += u64::from(every.count_ones());
			let mut disputed = any & !every;
			while disputed != 0 {
				table[pattern_at(masks, at, disputed.trailing_zeros())] += 1;
				disputed &= disputed - 1;
			}
		}
		let counts = table.into_iter().enumerate().filter(|(_, count)| *count > 0);
		let counts = counts.map(|(pattern, count)| (pattern as u16, count)).collect();
		Ok(Self { readers: masks.len(), counts })
	}

	/// Number of readers.
	#[must_use]
	pub const fn readers(&self) -> usize {
		self.readers
	}

	/// Patterns that occur, ascending, with the number of their voxels; never the pattern of nobody.
	pub fn iter(&self) -> impl Iterator<Item = (u16, u64)> {
		self.counts.iter().copied()
	}

	/// The region: voxels that a reader marked, and as many that nobody did.
	///
	/// How much background surrounds a structure depends on who cropped the volume; with it, any
	/// specificity approaches one and STAPLE's prior nothing, until every voxel that a single reader
	/// marked belongs to the consensus. A bounding box in its place would depend on how the structure
	/// lies to the axes, and on a single stray voxel. As much background as foreground is what the
	/// bounding box of a ball has (a ball fills π/6 of it), whatever lies around.
	#[must_use]
	pub fn region(&self) -> Region {
		let marked = self.iter().map(|(_, count)| count).sum();
		Region { marked, background: marked }
	}

	/// Overlap of two sets of patterns in the region, the first being the reference.
	pub(crate) fn overlap(
		&self,
		reference: impl Fn(u16) -> bool,
		other: impl Fn(u16) -> bool,
	) -> Overlap {
		let mut overlap = Overlap { neither: self.region().background, ..Overlap::default() };
		for (pattern, count) in self.iter() {
			let place = match (reference(pattern), other(pattern)) {
				(true, true) => &mut overlap.both,
				(true, false) => &mut overlap.missed,
				(false, true) => &mut overlap.added,
				(false, false) => &mut overlap.neither,
			};
			*place = place.saturating_add(count);
		}
		overlap
	}

	/// The lowest Dice of any two readers; `None` if there is only one.
	#[must_use]
	pub fn agreement(&self) -> Option<Ppm> {
		let pairs = (0..self.readers)
			.flat_map(|a| (a.saturating_add(1)..self.readers).map(move |b| (a, b)));
		pairs.map(|(a, b)| self.overlap(|p| marks(p, a), |p| marks(p, b)).dice()).min()
	}
}

/// Whether a reader marked the voxels of a pattern.
pub(crate) fn marks(pattern: u16, reader: usize) -> bool {
	u32::try_from(reader).ok().and_then(|reader| pattern.checked_shr(reader)).unwrap_or(0) & 1 == 1
}

/// The pattern of one voxel.
#[inline]
#[expect(
	clippy::as_conversions,
	clippy::indexing_slicing,
	reason = "hot: words are those of one grid, and there are at most MAX_READERS masks"
)]
pub(crate) fn pattern_at(masks: &[&Mask], word: usize, bit: u32) -> usize {
	let decisions = masks.iter().rev();
	decisions.fold(0, |pattern, mask| (pattern << 1) | (mask.words()[word] >> bit & 1) as usize)
}
