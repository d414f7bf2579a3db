// SPDX-License-Identifier: Apache-2.0

//! Parts per million.

use codec::{Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::Serialize;

/// A fraction of at most one, in parts per million. JSON has the number of parts.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
pub struct Ppm(u32);

impl Ppm {
	/// Nothing.
	pub const ZERO: Self = Self(0);
	/// The whole.
	pub const ONE: Self = Self(1_000_000);

	/// So many parts per million; more than a million are a million.
	#[must_use]
	pub const fn from_parts(parts: u32) -> Self {
		if parts > Self::ONE.0 { Self::ONE } else { Self(parts) }
	}

	/// `part / whole`, rounded down, so that it is a million only if they are equal. Nothing of
	/// nothing is the whole; a part larger than the whole counts as the whole.
	#[must_use]
	pub fn ratio(part: u64, whole: u64) -> Self {
		let parts = u128::from(part).saturating_mul(Self::ONE.0.into());
		let quotient = parts.checked_div(whole.into()).unwrap_or(Self::ONE.0.into());
		Self::from_parts(u32::try_from(quotient).unwrap_or(Self::ONE.0))
	}

	/// Parts per million, `0..=1_000_000`.
	#[must_use]
	pub const fn parts(self) -> u32 {
		self.0
	}
}

impl Decode for Ppm {
	fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
		match u32::decode(input)? {
			parts if parts <= Self::ONE.0 => Ok(Self(parts)),
			_ => Err("more than a million parts per million".into()),
		}
	}
}

impl fmt::Display for Ppm {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} ppm", self.0)
	}
}
