// SPDX-License-Identifier: Apache-2.0

//! From quality to money: a curve, and splitting amounts without losing any.

#![allow(clippy::as_conversions, reason = "codec's derive writes the variants' indices so")]

use crate::Ppm;
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// Most points of a [`Curve`].
pub const MAX_POINTS: u32 = 8;

/// Why something cannot be paid so.
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
pub enum Unpayable {
	/// A curve needs at least one point, and at most [`MAX_POINTS`].
	#[codec(index = 0)]
	Points,
	/// Qualities of a curve have to rise from point to point, and shares must not fall.
	#[codec(index = 1)]
	Order,
	/// Nobody has any weight, so that nobody can be given the amount.
	#[codec(index = 2)]
	NoWeight,
}

impl fmt::Display for Unpayable {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Points => write!(f, "a curve has 1 to {MAX_POINTS} points: give as many"),
			Self::Order => f.write_str(
				"from point to point quality has to rise and the share must not fall: sort the points",
			),
			Self::NoWeight => {
				f.write_str("nobody has a weight: return the amount to where it came from")
			}
		}
	}
}

impl core::error::Error for Unpayable {}

/// A corner of a [`Curve`].
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
pub struct Point {
	/// Quality, such as Dice with the consensus.
	pub quality: Ppm,
	/// Share of the full reward.
	pub share: Ppm,
}

/// Which share of the full reward a quality earns: straight lines between points, and level before
/// the first and after the last. More quality never earns less.
#[derive(Clone, Debug, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Curve(BoundedVec<Point, ConstU32<MAX_POINTS>>);

impl Curve {
	/// A curve through these points.
	pub fn new(points: Vec<Point>) -> Result<Self, Unpayable> {
		let points = BoundedVec::try_from(points).map_err(|_| Unpayable::Points)?;
		Self::checked(points)
	}

	fn checked(points: BoundedVec<Point, ConstU32<MAX_POINTS>>) -> Result<Self, Unpayable> {
		if points.is_empty() {
			return Err(Unpayable::Points);
		}
		let mut pairs = points.iter().zip(points.iter().skip(1));
		if pairs.any(|(a, b)| a.quality >= b.quality || a.share > b.share) {
			return Err(Unpayable::Order);
		}
		Ok(Self(points))
	}

	/// Its points, by rising quality.
	#[must_use]
	pub fn points(&self) -> &[Point] {
		&self.0
	}

	/// The share that a quality earns, rounded down.
	#[must_use]
	pub fn share(&self, quality: Ppm) -> Ppm {
		let after = self.0.iter().position(|point| quality < point.quality);
		let after = after.unwrap_or(self.0.len());
		let next = self.0.get(after);
		match (after.checked_sub(1).and_then(|before| self.0.get(before)), next) {
			(Some(a), Some(b)) => {
				let part =
					|low: Ppm, high: Ppm| u64::from(high.parts().saturating_sub(low.parts()));
				let rise = part(a.share, b.share).saturating_mul(part(a.quality, quality));
				let rise = rise.checked_div(part(a.quality, b.quality)).unwrap_or(0);
				Ppm::from_parts(a.share.parts().saturating_add(u32::try_from(rise).unwrap_or(0)))
			}
			(Some(level), None) | (None, Some(level)) => level.share,
			(None, None) => Ppm::ZERO,
		}
	}
}

impl Decode for Curve {
	fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
		Self::checked(Decode::decode(input)?).map_err(|_| "points of a curve out of order".into())
	}
}

/// A share of an amount, rounded down, and the rest, which stays with whoever pays.
#[must_use]
pub fn part(amount: u128, share: Ppm) -> (u128, u128) {
	// Whole millions and what is left of them apart, so that nothing overflows.
	let (million, share) = (u128::from(Ppm::ONE.parts()), u128::from(share.parts()));
	let (whole, left) = divide(amount, million);
	let (of_left, _) = divide(left.saturating_mul(share), million);
	let part = whole.saturating_mul(share).saturating_add(of_left);
	(part, amount.saturating_sub(part))
}

/// Splits an amount by weights, without losing or making any: the parts add up to the amount.
///
/// By largest remainder (Hamilton's method): each gets their exact part rounded down; the units that
/// are left, fewer than there are weights, go one each to those whose part was cut the most, and of
/// those with equal remainders to the first. Who has no weight gets nothing.
pub fn split(amount: u128, weights: &[u32]) -> Result<Vec<u128>, Unpayable> {
	let all = weights.iter().fold(0, |all: u128, weight| all.saturating_add((*weight).into()));
	if all == 0 {
		return Err(Unpayable::NoWeight);
	}
	let (whole, left) = divide(amount, all);
	let (mut parts, mut cuts) = (Vec::new(), Vec::new());
	let mut rest = amount;
	for (index, weight) in weights.iter().enumerate() {
		let weight = u128::from(*weight);
		// `left` is below the sum of the weights, so the product is below 2³² times it.
		let (of_left, cut) = divide(left.saturating_mul(weight), all);
		let part = whole.saturating_mul(weight).saturating_add(of_left);
		rest = rest.saturating_sub(part);
		parts.push(part);
		cuts.push((cut, index));
	}
	// Largest first; sorting is stable, so the first comes first among equals.
	cuts.sort_by(|(a, _), (b, _)| b.cmp(a));
	for (_, index) in cuts.into_iter().take(usize::try_from(rest).unwrap_or(usize::MAX)) {
		if let Some(part) = parts.get_mut(index) {
			*part = part.saturating_add(1);
		}
	}
	Ok(parts)
}

/// Quotient and remainder; by nothing there is neither.
fn divide(amount: u128, by: u128) -> (u128, u128) {
	(amount.checked_div(by).unwrap_or(0), amount.checked_rem(by).unwrap_or(0))
}
