// SPDX-License-Identifier: Apache-2.0

//! What somebody is known for: arithmetic only.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::Moment;
use contour_scoring::Ppm;
use frame_support::pallet_prelude::TypeInfo;

/// One part in so many of a new contribution goes into the means.
const MEMORY: u32 = 8;
/// A million, as what a fraction is of.
const WHOLE: u64 = 1_000_000;

/// What somebody has contributed, and how well. It belongs to the account and cannot be given away.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Record {
	/// Readings and votes that counted.
	#[codec(compact)]
	pub contributions: u32,
	/// Mean quality of readings (Dice) and votes (alignment): each new one has a weight of an
	/// eighth, the first one all.
	pub quality: Ppm,
	/// The same, but begun at nothing, and halved with each half-life that passed without work: at
	/// the moment of the last work.
	pub reputation: Ppm,
	/// When the last work was.
	pub updated: Moment,
}

impl Record {
	/// The record after one more piece of work, which may count as a contribution or not.
	#[must_use]
	pub fn after(
		before: Option<Self>,
		quality: Ppm,
		counts: bool,
		now: Moment,
		half_life: Moment,
	) -> Self {
		let (contributions, mean, reputation) = match before {
			Some(record) => {
				(record.contributions, record.quality, record.reputation_at(now, half_life))
			}
			None => (0, quality, Ppm::ZERO),
		};
		Self {
			contributions: contributions.saturating_add(counts.into()),
			quality: approach(mean, quality),
			reputation: approach(reputation, quality),
			updated: now,
		}
	}

	/// What is left of the reputation.
	#[must_use]
	pub fn reputation_at(&self, now: Moment, half_life: Moment) -> Ppm {
		decay(self.reputation, now.saturating_sub(self.updated), half_life)
	}
}

/// An eighth of the way from the old to the new, rounded towards the old; hence a mean stays up to
/// 7 ppm short of what is always the same.
fn approach(old: Ppm, new: Ppm) -> Ppm {
	let (old, new) = (old.parts(), new.parts());
	let step = |way: u32| way.checked_div(MEMORY).unwrap_or_default();
	Ppm::from_parts(if new >= old {
		old.saturating_add(step(new.saturating_sub(old)))
	} else {
		old.saturating_sub(step(old.saturating_sub(new)))
	})
}

/// `value · 2^(−elapsed / half_life)`.
///
/// With n whole half-lives and a fraction x of one, the value is shifted right by n, and multiplied
/// by 1 − 0.671573·x + 0.171573·x². The parabola goes through 2^(−x) at 0, ½ and 1, so each
/// half-life ends with the half; in between it differs by the remainder of interpolation, which is
/// less than (ln 2)³ / 3! · max |x·(x−½)·(x−1)| = 0.27 % of what there was when the half-life began.
/// Rounding moves the result by less than 3 ppm. It never rises with time, and never falls as the
/// value rises.
#[must_use]
pub fn decay(value: Ppm, elapsed: Moment, half_life: Moment) -> Ppm {
	const SLOPE: u64 = 671_573;
	const BEND: u64 = 171_573;

	let (Some(halvings), Some(rest)) =
		(elapsed.checked_div(half_life), elapsed.checked_rem(half_life))
	else {
		return Ppm::ZERO;
	};
	let halvings = u32::try_from(halvings).unwrap_or(u32::MAX);
	let halved = value.parts().checked_shr(halvings).unwrap_or_default();
	let x = u64::from(Ppm::ratio(rest, half_life).parts());
	// In millionths of millionths, rounded once, so that it never falls as x rises. The largest
	// product is 671,573 · 10¹².
	let lost = SLOPE
		.saturating_mul(WHOLE)
		.saturating_sub(BEND.saturating_mul(x))
		.saturating_mul(x)
		.div_ceil(WHOLE.saturating_mul(WHOLE));
	let left = WHOLE.saturating_sub(lost).saturating_mul(halved.into());
	let left = left.checked_div(WHOLE).unwrap_or_default();
	Ppm::from_parts(u32::try_from(left).unwrap_or_default())
}
