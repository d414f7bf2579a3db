// SPDX-License-Identifier: Apache-2.0

//! Overlap of two masks.

use crate::{Malformed, Mask, Ppm};

/// How many voxels two masks have in common and apart, the first being the reference.
///
/// Every measure is defined for empty masks too: what has nothing to get wrong is right.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Overlap {
	/// In both (true positives).
	pub both: u64,
	/// In the reference only (false negatives).
	pub missed: u64,
	/// In the other only (false positives).
	pub added: u64,
	/// In neither (true negatives).
	pub neither: u64,
}

impl Overlap {
	/// Counts voxels of a reference and of another mask; both need the same grid.
	pub fn of(reference: &Mask, other: &Mask) -> Result<Self, Malformed> {
		if reference.grid() != other.grid() {
			return Err(Malformed::Grids);
		}
		let words = reference.words().iter().zip(other.words());
		let both = words.map(|(a, b)| u64::from((a & b).count_ones())).sum();
		let missed = reference.count().saturating_sub(both);
		let added = other.count().saturating_sub(both);
		let any = missed.saturating_add(added).saturating_add(both);
		Ok(Self { both, missed, added, neither: reference.grid().voxels().saturating_sub(any) })
	}

	/// Dice's coefficient: `2·both / (|reference| + |other|)`; the whole if both are empty.
	#[must_use]
	pub fn dice(&self) -> Ppm {
		let twice = self.both.saturating_mul(2);
		Ppm::ratio(twice, twice.saturating_add(self.missed).saturating_add(self.added))
	}

	/// Jaccard's index: intersection over union; the whole if both are empty.
	#[must_use]
	pub fn jaccard(&self) -> Ppm {
		Ppm::ratio(self.both, self.both.saturating_add(self.missed).saturating_add(self.added))
	}

	/// How much of the reference was found; all of it if there was nothing to find.
	#[must_use]
	pub fn sensitivity(&self) -> Ppm {
		Ppm::ratio(self.both, self.both.saturating_add(self.missed))
	}

	/// How much of the background was left alone; all of it if there is none.
	#[must_use]
	pub fn specificity(&self) -> Ppm {
		Ppm::ratio(self.neither, self.neither.saturating_add(self.added))
	}

	/// How much larger the other is than the reference, in ppm of the reference, towards zero; negative
	/// if it is smaller. `None` if only the reference is empty; 0 if both are.
	#[must_use]
	pub fn volume_difference(&self) -> Option<i64> {
		let reference = self.both.saturating_add(self.missed);
		let difference = i128::from(self.added).saturating_sub(self.missed.into());
		if reference == 0 {
			return (self.added == 0).then_some(0);
		}
		let parts = difference.saturating_mul(Ppm::ONE.parts().into());
		i64::try_from(parts.checked_div(reference.into())?).ok()
	}
}
