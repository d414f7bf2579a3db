// SPDX-License-Identifier: Apache-2.0

//! Volumes: a grid, masks on it, and labels.

use alloc::{vec, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use sp_crypto_hashing::blake2_256;

/// Most voxels along one axis.
pub const MAX_AXIS: u32 = 2_048;
/// Most voxels of a volume: 1,024 slices of 512×512.
pub const MAX_VOXELS: u64 = 1 << 28;
/// Largest distance between neighbouring voxels, in micrometres: ten centimetres.
///
/// With [`MAX_AXIS`] no squared distance in a grid reaches 2⁵⁷ µm².
pub const MAX_SPACING: u32 = 100_000;

const WORD: usize = 64;

/// Why bytes are not a volume.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Malformed {
	/// An axis has no voxels or more than [`MAX_AXIS`], or all together are more than [`MAX_VOXELS`].
	Size,
	/// A spacing is nothing or more than [`MAX_SPACING`] micrometres.
	Spacing,
	/// There are not as many voxels as the grid has.
	Length,
	/// A run goes beyond the end of the grid.
	Run,
	/// Two masks are on different grids.
	Grids,
}

impl fmt::Display for Malformed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Size => write!(
				f,
				"a volume has 1 to {MAX_AXIS} voxels along each axis and at most {MAX_VOXELS}: crop it"
			),
			Self::Spacing => write!(
				f,
				"voxels are 1 to {MAX_SPACING} micrometres apart: check the unit of the spacing"
			),
			Self::Length => {
				f.write_str("the data is not as long as the grid: check the volume's size")
			}
			Self::Run => {
				f.write_str("a run goes beyond the end of the grid: check the volume's size")
			}
			Self::Grids => {
				f.write_str("masks to compare need one size and spacing: resample one of them")
			}
		}
	}
}

impl core::error::Error for Malformed {}

/// Size and spacing of a volume, axes in the order x (fastest in memory), y, z.
#[derive(
	Clone, Copy, Debug, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Grid {
	size: [u32; 3],
	spacing: [u32; 3],
}

impl Grid {
	/// A grid of `size` voxels, `spacing` micrometres apart.
	///
	/// Spacings that are not whole micrometres are rounded by the caller; half a micrometre is a
	/// thousandth of the finest spacing in use.
	pub fn new(size: [u32; 3], spacing: [u32; 3]) -> Result<Self, Malformed> {
		let voxels = size.iter().fold(1, |product: u64, n| product.saturating_mul((*n).into()));
		if size.iter().any(|n| !(1..=MAX_AXIS).contains(n)) || voxels > MAX_VOXELS {
			return Err(Malformed::Size);
		}
		if spacing.iter().any(|step| !(1..=MAX_SPACING).contains(step)) {
			return Err(Malformed::Spacing);
		}
		Ok(Self { size, spacing })
	}

	/// Voxels along x, y and z.
	#[must_use]
	pub const fn size(&self) -> [u32; 3] {
		self.size
	}

	/// Micrometres between neighbours along x, y and z.
	#[must_use]
	pub const fn spacing(&self) -> [u32; 3] {
		self.spacing
	}

	/// Number of voxels, at most [`MAX_VOXELS`].
	#[must_use]
	pub fn voxels(&self) -> u64 {
		self.size.iter().fold(1, |product: u64, n| product.saturating_mul((*n).into()))
	}

	/// Cubic micrometres of one voxel.
	#[must_use]
	pub fn voxel_volume(&self) -> u64 {
		self.spacing.iter().fold(1, |product: u64, step| product.saturating_mul((*step).into()))
	}

	/// Voxels along each axis, as indices.
	#[expect(clippy::as_conversions, reason = "an axis has at most MAX_AXIS voxels")]
	pub(crate) const fn axes(&self) -> [usize; 3] {
		let [x, y, z] = self.size;
		[x as usize, y as usize, z as usize]
	}

	/// Words of one row of a mask.
	pub(crate) const fn row_words(&self) -> usize {
		let [x, _, _] = self.axes();
		x.div_ceil(WORD)
	}

	/// Words of a mask; at most `MAX_VOXELS / 64 + MAX_AXIS²`, that is 64 MiB.
	const fn words(&self) -> usize {
		let [_, y, z] = self.axes();
		self.row_words().saturating_mul(y).saturating_mul(z)
	}
}

impl Decode for Grid {
	fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
		let (size, spacing) = Decode::decode(input)?;
		Self::new(size, spacing).map_err(|_| "size or spacing of a grid out of bounds".into())
	}
}

/// A box of voxels, never empty: first voxel and number of voxels along each axis.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Block {
	/// First voxel along x, y and z.
	pub first: [usize; 3],
	/// Voxels along x, y and z.
	pub size: [usize; 3],
}

impl Block {
	/// The smallest block with all of both.
	#[must_use]
	pub fn union(self, other: Self) -> Self {
		let mut both = self;
		let axes = both.first.iter_mut().zip(&mut both.size);
		for ((first, size), (also, more)) in axes.zip(other.first.iter().zip(&other.size)) {
			let end = first.saturating_add(*size).max(also.saturating_add(*more));
			*first = (*first).min(*also);
			*size = end.saturating_sub(*first);
		}
		both
	}
}

/// Which voxels of a grid belong to a structure.
///
/// Each row along x begins with a new word of 64 voxels, lowest bit first; what is left of the last
/// word of a row is zero.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mask {
	grid: Grid,
	words: Vec<u64>,
}

impl Mask {
	/// A mask without voxels.
	#[must_use]
	pub fn empty(grid: Grid) -> Self {
		Self { grid, words: vec![0; grid.words()] }
	}

	/// A mask from one byte for each voxel, x fastest; whatever is not zero belongs to it.
	pub fn from_bytes(grid: Grid, voxels: &[u8]) -> Result<Self, Malformed> {
		Self::from_test(grid, voxels, |voxel| voxel != 0)
	}

	#[inline]
	fn from_test(grid: Grid, voxels: &[u8], test: impl Fn(u8) -> bool) -> Result<Self, Malformed> {
		if u64::try_from(voxels.len()) != Ok(grid.voxels()) {
			return Err(Malformed::Length);
		}
		let [x, ..] = grid.axes();
		let mut mask = Self::empty(grid);
		let rows = mask.words.chunks_exact_mut(grid.row_words());
		for (row, voxels) in rows.zip(voxels.chunks_exact(x)) {
			for (word, voxels) in row.iter_mut().zip(voxels.chunks(WORD)) {
				// From the last voxel on, so that the first ends in the lowest bit.
				*word = voxels.iter().rev().fold(0, |word, &v| (word << 1) | u64::from(test(v)));
			}
		}
		Ok(mask)
	}

	/// A mask from one bit for each voxel, x fastest, lowest bit of each byte first, rows without gaps:
	/// as DICOM packs the frames of a binary segmentation (PS3.5 section 8.1.1). Bits after the last
	/// voxel are ignored.
	#[expect(
		clippy::arithmetic_side_effects,
		reason = "bit positions stay below MAX_VOXELS plus a word"
	)]
	pub fn from_bits(grid: Grid, bytes: &[u8]) -> Result<Self, Malformed> {
		if u64::try_from(bytes.len()) != Ok(grid.voxels().div_ceil(8)) {
			return Err(Malformed::Length);
		}
		let [x, ..] = grid.axes();
		let mut mask = Self::empty(grid);
		for (y, row) in mask.words.chunks_exact_mut(grid.row_words()).enumerate() {
			for (at, word) in row.iter_mut().enumerate() {
				let width = (x - at * WORD).min(WORD);
				*word = read_bits(bytes, y * x + at * WORD) & low_bits(width);
			}
		}
		Ok(mask)
	}

	/// A mask from runs of voxels, each its first voxel and its length, in the order of memory.
	#[expect(
		clippy::arithmetic_side_effects,
		clippy::indexing_slicing,
		reason = "every run was compared with the end of the grid"
	)]
	pub fn from_runs(
		grid: Grid,
		runs: impl IntoIterator<Item = (u64, u64)>,
	) -> Result<Self, Malformed> {
		let [x, ..] = grid.axes();
		let mut mask = Self::empty(grid);
		for (first, length) in runs {
			let end = first.checked_add(length).filter(|end| *end <= grid.voxels());
			let end = end.and_then(|end| usize::try_from(end).ok()).ok_or(Malformed::Run)?;
			let mut at = usize::try_from(first).map_err(|_| Malformed::Run)?;
			while at < end {
				let (row, column) = (at / x, at % x);
				let width = (WORD - column % WORD).min(x - column).min(end - at);
				let word = row * grid.row_words() + column / WORD;
				mask.words[word] |= low_bits(width) << (column % WORD);
				at += width;
			}
		}
		Ok(mask)
	}

	/// The grid.
	#[must_use]
	pub const fn grid(&self) -> Grid {
		self.grid
	}

	/// Whether a voxel belongs to it; no voxel outside the grid does.
	#[must_use]
	#[expect(clippy::arithmetic_side_effects, reason = "indices were compared with the grid")]
	pub fn contains(&self, [x, y, z]: [usize; 3]) -> bool {
		let [columns, rows, slices] = self.grid.axes();
		if x >= columns || y >= rows || z >= slices {
			return false;
		}
		let word = (z * rows + y) * self.grid.row_words() + x / WORD;
		self.words.get(word).is_some_and(|word| word >> (x % WORD) & 1 == 1)
	}

	/// Number of voxels that belong to it.
	#[must_use]
	pub fn count(&self) -> u64 {
		self.words.iter().map(|word| u64::from(word.count_ones())).sum()
	}

	/// Cubic micrometres of the structure.
	#[must_use]
	pub fn volume(&self) -> u128 {
		u128::from(self.count()).saturating_mul(self.grid.voxel_volume().into())
	}

	/// Whether no voxel belongs to it.
	#[must_use]
	pub fn is_empty(&self) -> bool {
		self.words.iter().all(|word| *word == 0)
	}

	/// The smallest block with all its voxels; `None` if it is empty.
	#[must_use]
	#[expect(clippy::arithmetic_side_effects, reason = "indices of the grid")]
	pub fn bounds(&self) -> Option<Block> {
		let [_, rows, _] = self.grid.axes();
		let mut least = [usize::MAX; 3];
		let mut most = [0; 3];
		for (at, row) in self.words.chunks_exact(self.grid.row_words()).enumerate() {
			let Some(left) = first_bit(row) else { continue };
			let right = last_bit(row).unwrap_or(left);
			for (axis, (low, high)) in
				[(left, right), (at % rows, at % rows), (at / rows, at / rows)]
					.into_iter()
					.enumerate()
			{
				if let (Some(least), Some(most)) = (least.get_mut(axis), most.get_mut(axis)) {
					*least = low.min(*least);
					*most = high.max(*most);
				}
			}
		}
		if least.contains(&usize::MAX) {
			return None;
		}
		let ([a, b, c], [d, e, f]) = (least, most);
		Some(Block { first: least, size: [d - a + 1, e - b + 1, f - c + 1] })
	}

	/// One byte for each voxel, x fastest: one where the structure is, zero elsewhere.
	#[must_use]
	pub fn to_bytes(&self) -> Vec<u8> {
		let [x, ..] = self.grid.axes();
		let bits = |row: &[u64]| {
			let bytes = row.iter().flat_map(|word| word.to_le_bytes());
			bytes
				.flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1))
				.take(x)
				.collect::<Vec<u8>>()
		};
		self.rows().flat_map(bits).collect()
	}

	/// What identifies a mask: BLAKE2b-256 of the SCALE encoding of its grid and of its words, each of
	/// eight bytes, little-endian.
	#[must_use]
	pub fn hash(&self) -> [u8; 32] {
		blake2_256(&(self.grid, &self.words).encode())
	}

	pub(crate) const fn from_words(grid: Grid, words: Vec<u64>) -> Self {
		Self { grid, words }
	}

	pub(crate) fn into_words(self) -> Vec<u64> {
		self.words
	}

	pub(crate) fn words(&self) -> &[u64] {
		&self.words
	}

	pub(crate) fn rows(&self) -> impl Iterator<Item = &[u64]> {
		self.words.chunks_exact(self.grid.row_words())
	}

	/// A row, `None` outside the grid.
	#[expect(clippy::arithmetic_side_effects, reason = "indices were compared with the grid")]
	pub(crate) fn row(&self, y: usize, z: usize) -> Option<&[u64]> {
		let [_, rows, slices] = self.grid.axes();
		if y >= rows || z >= slices {
			return None;
		}
		let first = (z * rows + y) * self.grid.row_words();
		self.words.get(first..first + self.grid.row_words())
	}
}

/// A volume with several structures: one byte for each voxel, zero for background.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Labels {
	grid: Grid,
	voxels: Vec<u8>,
}

impl Labels {
	/// Labels of all voxels, x fastest.
	pub fn new(grid: Grid, voxels: Vec<u8>) -> Result<Self, Malformed> {
		if u64::try_from(voxels.len()) != Ok(grid.voxels()) {
			return Err(Malformed::Length);
		}
		Ok(Self { grid, voxels })
	}

	/// The grid.
	#[must_use]
	pub const fn grid(&self) -> Grid {
		self.grid
	}

	/// The labels that occur, ascending, without the background.
	#[must_use]
	pub fn labels(&self) -> Vec<u8> {
		let mut seen = [false; 256];
		for voxel in &self.voxels {
			if let Some(seen) = seen.get_mut(usize::from(*voxel)) {
				*seen = true;
			}
		}
		let found = (0..=u8::MAX).zip(seen).skip(1);
		found.filter(|(_, seen)| *seen).map(|(label, _)| label).collect()
	}

	/// The mask of one label.
	#[must_use]
	pub fn mask(&self, label: u8) -> Mask {
		// There are as many voxels as the grid has, since `new`.
		Mask::from_test(self.grid, &self.voxels, |voxel| voxel == label)
			.unwrap_or_else(|_| Mask::empty(self.grid))
	}
}

/// A word whose `width` lowest bits are set.
pub(crate) const fn low_bits(width: usize) -> u64 {
	if width >= WORD { u64::MAX } else { !(u64::MAX << width) }
}

/// 64 bits from a bit position on; zeros after the end.
fn read_bits(bytes: &[u8], position: usize) -> u64 {
	let mut window = [0; 16];
	let rest = bytes.get(position / 8..).unwrap_or_default();
	for (to, from) in window.iter_mut().zip(rest).take(9) {
		*to = *from;
	}
	let shifted = u128::from_le_bytes(window) >> (position % 8);
	let [low, ..] = split_words(shifted);
	low
}

#[expect(clippy::as_conversions, reason = "cutting off is what it is for")]
const fn split_words(wide: u128) -> [u64; 2] {
	[wide as u64, (wide >> WORD) as u64]
}

/// Position of the lowest bit of a row.
fn first_bit(row: &[u64]) -> Option<usize> {
	let (at, word) = row.iter().enumerate().find(|(_, word)| **word != 0)?;
	at.checked_mul(WORD)?.checked_add(usize::try_from(word.trailing_zeros()).ok()?)
}

/// Position of the highest bit of a row.
fn last_bit(row: &[u64]) -> Option<usize> {
	let (at, word) = row.iter().enumerate().rfind(|(_, word)| **word != 0)?;
	at.checked_mul(WORD)?.checked_add(usize::try_from(word.ilog2()).ok()?)
}
