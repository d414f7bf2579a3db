// SPDX-License-Identifier: Apache-2.0

//! A consensus: which patterns of decisions belong to the structure, and the mask of them.

#![allow(clippy::as_conversions, reason = "codec's derive writes the variants' indices so")]

use crate::{
	Mask, Patterns, Ppm, Unreadable, majority,
	patterns::{marks, pattern_at},
	simple, staple,
};
use alloc::{vec, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// How a consensus is made.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub enum Method {
	/// What more than half of the readers marked.
	#[codec(index = 0)]
	Majority,
	/// Majority weighted by performance, without those who are far below the others.
	#[codec(index = 1)]
	Simple,
	/// The probable structure, given readers whose sensitivity and specificity are estimated with it.
	#[codec(index = 2)]
	Staple,
}

impl Method {
	/// Each of them.
	pub const ALL: [Self; 3] = [Self::Majority, Self::Simple, Self::Staple];

	/// The word for it.
	#[must_use]
	pub const fn as_str(self) -> &'static str {
		match self {
			Self::Majority => "majority",
			Self::Simple => "simple",
			Self::Staple => "staple",
		}
	}
}

impl fmt::Display for Method {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.pad(self.as_str())
	}
}

/// A word that is no [`Method`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UnknownMethod;

impl fmt::Display for UnknownMethod {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("one of majority, simple, staple")
	}
}

impl core::error::Error for UnknownMethod {}

impl FromStr for Method {
	type Err = UnknownMethod;

	fn from_str(text: &str) -> Result<Self, UnknownMethod> {
		let known = Self::ALL.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(text));
		known.ok_or(UnknownMethod)
	}
}

/// How one reader did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Performance {
	/// How much of the consensus the reader marked.
	pub sensitivity: Ppm,
	/// How much of the rest of the [region](Patterns::region) the reader left alone.
	pub specificity: Ppm,
	/// Whether the reader's decisions entered the consensus; SIMPLE may leave somebody out.
	pub selected: bool,
}

/// Which patterns belong to a consensus; those that nobody marked never do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision {
	/// One bit for each pattern.
	inside: Vec<u64>,
	/// In the order of the readers.
	pub readers: Vec<Performance>,
}

impl Decision {
	/// Decides by a predicate on the patterns that occur.
	pub(crate) fn new(
		patterns: &Patterns,
		mut inside: impl FnMut(u16) -> bool,
		mut performance: impl FnMut(usize, &Self) -> Performance,
	) -> Self {
		let mut table = vec![0_u64; 1 << (MAX_PATTERN_BITS - WORD_BITS)];
		for (pattern, _) in patterns.iter() {
			if inside(pattern) {
				let (word, bit) = place(pattern);
				if let Some(word) = table.get_mut(word) {
					*word |= bit;
				}
			}
		}
		let mut decision = Self { inside: table, readers: Vec::new() };
		decision.readers = (0..patterns.readers()).map(|j| performance(j, &decision)).collect();
		decision
	}

	/// Whether voxels of a pattern belong to the consensus.
	#[must_use]
	pub fn contains(&self, pattern: u16) -> bool {
		let (word, bit) = place(pattern);
		self.inside.get(word).is_some_and(|word| word & bit != 0)
	}

	/// How a reader did, measured against this decision.
	pub(crate) fn measure(
		&self,
		patterns: &Patterns,
		reader: usize,
		selected: bool,
	) -> Performance {
		let overlap = patterns.overlap(|p| self.contains(p), |p| marks(p, reader));
		Performance {
			sensitivity: overlap.sensitivity(),
			specificity: overlap.specificity(),
			selected,
		}
	}

	/// The mask of a decision on the patterns of these masks.
	#[expect(
		clippy::arithmetic_side_effects,
		clippy::as_conversions,
		clippy::indexing_slicing,
		reason = "hot: the words are those of one grid, which Patterns::of has checked"
	)]
	fn paint(&self, masks: &[&Mask], first: &Mask) -> Mask {
		let unanimous =
			if self.contains(((1_u32 << masks.len()) - 1) as u16) { u64::MAX } else { 0 };
		let mut words = vec![0; first.words().len()];
		for (at, painted) in words.iter_mut().enumerate() {
			let (any, every) = masks.iter().fold((0, u64::MAX), |(any, every), mask| {
				let word = mask.words()[at];
				(any | word, every & word)
			});
			if any == 0 {
				continue;
			}
			let mut word = every & unanimous;
			let mut disputed = any & !every;
			while disputed != 0 {
				let bit = disputed.trailing_zeros();
				word |= u64::from(self.contains(pattern_at(masks, at, bit) as u16)) << bit;
				disputed &= disputed - 1;
			}
			*painted = word;
		}
		Mask::from_words(first.grid(), words)
	}
}

/// Bits of a pattern.
const MAX_PATTERN_BITS: u32 = u16::BITS;
/// Bits of the position within a word.
const WORD_BITS: u32 = 6;

/// Where the table has a pattern: a word, and a bit of it.
fn place(pattern: u16) -> (usize, u64) {
	(usize::from(pattern >> WORD_BITS), 1_u64.rotate_left(u32::from(pattern)))
}

/// The consensus of several masks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Consensus {
	/// The structure.
	pub mask: Mask,
	/// How the readers did, in their order.
	pub readers: Vec<Performance>,
	/// The lowest Dice of any two readers; `None` if there is only one.
	pub agreement: Option<Ppm>,
}

impl Consensus {
	/// The consensus of 1 to [`MAX_READERS`](crate::MAX_READERS) masks on one grid.
	///
	/// The order of the masks changes nothing but the order of `readers`.
	pub fn of(method: Method, masks: &[&Mask]) -> Result<Self, Unreadable> {
		let patterns = Patterns::of(masks)?;
		let first = masks.first().ok_or(Unreadable::Readers)?;
		let decision = match method {
			Method::Majority => majority(&patterns),
			Method::Simple => simple(&patterns),
			Method::Staple => staple(&patterns).decision,
		};
		let mask = decision.paint(masks, first);
		Ok(Self { mask, readers: decision.readers, agreement: patterns.agreement() })
	}
}
