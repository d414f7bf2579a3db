// SPDX-License-Identifier: Apache-2.0

//! What a scorer reports of a task.

#![allow(clippy::as_conversions, reason = "codec's derive writes the variants' indices so")]

use crate::{Consensus, Grid, MAX_READERS, Mask, Method, Overlap, Ppm, surface_distance};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::Serialize;
use sp_crypto_hashing::blake2_256;

/// [`Mask::hash`] of a consensus.
pub type MaskHash = [u8; 32];

/// Why a reading was not scored.
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
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub enum Rejection {
	/// It could not be fetched, or is not what was committed to.
	#[codec(index = 0)]
	Missing,
	/// It could not be opened with the scorer's key for this task, study and reader.
	#[codec(index = 1)]
	Sealed,
	/// It is not a segmentation that can be read.
	#[codec(index = 2)]
	Malformed,
	/// Size, spacing, orientation or frame of reference are not those of the study.
	#[codec(index = 3)]
	Geometry,
	/// It does not have the structure of the task.
	#[codec(index = 4)]
	Structure,
	/// It is larger than a volume may be.
	#[codec(index = 5)]
	TooLarge,
	/// It can be read, but there is no consensus to compare it with: no accepted reading can be read.
	#[codec(index = 6)]
	Unaccepted,
}

impl Rejection {
	/// Each of them.
	pub const ALL: [Self; 7] = [
		Self::Missing,
		Self::Sealed,
		Self::Malformed,
		Self::Geometry,
		Self::Structure,
		Self::TooLarge,
		Self::Unaccepted,
	];

	/// The word for it, in JSON and in metrics.
	#[must_use]
	pub const fn as_str(self) -> &'static str {
		match self {
			Self::Missing => "missing",
			Self::Sealed => "sealed",
			Self::Malformed => "malformed",
			Self::Geometry => "geometry",
			Self::Structure => "structure",
			Self::TooLarge => "tooLarge",
			Self::Unaccepted => "unaccepted",
		}
	}
}

impl fmt::Display for Rejection {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.pad(self.as_str())
	}
}

/// What became of one reading.
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
pub enum Outcome {
	/// Compared with the consensus.
	#[codec(index = 0)]
	Scored {
		/// [`Overlap::dice`] with the consensus.
		dice: Ppm,
		/// [`hd95`](crate::SurfaceDistance::hd95) to the consensus, in micrometres; `None` if one of
		/// them is empty and the other is not.
		hd95: Option<u32>,
		/// [`Mask::hash`] of the reading, by which a panel knows that it sees what was scored.
		mask: MaskHash,
		/// Whether it entered the consensus: it does not when a panel did not accept it, or when
		/// SIMPLE left it out.
		counted: bool,
	},
	/// Not compared, and not part of the consensus.
	#[codec(index = 1)]
	Rejected(Rejection),
}

/// What the chain is told of a task: the same bytes from every scorer that is right.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Report {
	/// How the consensus was made.
	pub method: Method,
	/// Of all readings that were scored.
	pub grid: Grid,
	/// Identifies the consensus; `None` if no reading could be scored.
	pub consensus: Option<MaskHash>,
	/// The lowest Dice of any two of the readings that the consensus was made of; `None` if there are
	/// not two.
	pub agreement: Option<Ppm>,
	/// What became of the readings, in their order.
	pub outcomes: BoundedVec<Outcome, ConstU32<{ MAX_READERS as u32 }>>,
}

impl Report {
	/// What scorers have to agree on: BLAKE2b-256 of the SCALE encoding.
	#[must_use]
	pub fn hash(&self) -> [u8; 32] {
		blake2_256(&self.encode())
	}
}

/// There are more readings than [`MAX_READERS`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TooManyReadings;

impl fmt::Display for TooManyReadings {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "a task has at most {MAX_READERS} readings: open another for the others")
	}
}

impl core::error::Error for TooManyReadings {}

/// A report, and what is behind it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scored {
	/// For the chain.
	pub report: Report,
	/// The consensus, whose readers are those whose readings were scored; `None` if there are none.
	pub consensus: Option<Consensus>,
}

/// Scores the readings of a task on the grid of its study.
///
/// The consensus is made of those readings that `accepted` tells, by their places; all are compared
/// with it. A reading on another grid is rejected; rejected readings keep their place in the report
/// and change nothing for the others.
pub fn score(
	grid: Grid,
	method: Method,
	readings: &[Result<Mask, Rejection>],
	accepted: impl Fn(usize) -> bool,
) -> Result<Scored, TooManyReadings> {
	let fitting: Vec<Result<&Mask, Rejection>> = readings
		.iter()
		.map(|reading| match reading {
			Ok(mask) if mask.grid() == grid => Ok(mask),
			Ok(_) => Err(Rejection::Geometry),
			Err(rejection) => Err(*rejection),
		})
		.collect();
	let (places, masks): (Vec<usize>, Vec<&Mask>) = fitting
		.iter()
		.enumerate()
		.filter_map(|(place, reading)| reading.ok().map(|mask| (place, mask)))
		.filter(|(place, _)| accepted(*place))
		.unzip();
	// Their grids are equal and no readings are no error, so that it fails only if they are too many.
	let consensus = Consensus::of(method, &masks).ok();
	let counted = |place: usize| {
		let at = places.iter().position(|it| *it == place);
		let readers = consensus.as_ref().map(|consensus| &consensus.readers);
		at.zip(readers).and_then(|(at, readers)| readers.get(at)).is_some_and(|it| it.selected)
	};
	let outcome = |(place, reading): (usize, &Result<&Mask, Rejection>)| match (reading, &consensus)
	{
		(Ok(mask), Some(consensus)) => compare(&consensus.mask, mask, counted(place)),
		(Ok(_), None) => Outcome::Rejected(Rejection::Unaccepted),
		(Err(rejection), _) => Outcome::Rejected(*rejection),
	};
	let outcomes: Vec<Outcome> = fitting.iter().enumerate().map(outcome).collect();
	let report = Report {
		method,
		grid,
		consensus: consensus.as_ref().map(|consensus| consensus.mask.hash()),
		agreement: consensus.as_ref().and_then(|consensus| consensus.agreement),
		outcomes: BoundedVec::try_from(outcomes).map_err(|_| TooManyReadings)?,
	};
	Ok(Scored { report, consensus })
}

/// Compares a reading with the consensus; both are on the grid of the task.
fn compare(consensus: &Mask, reading: &Mask, counted: bool) -> Outcome {
	let overlap = Overlap::of(consensus, reading);
	let distance = surface_distance(consensus, reading);
	match (overlap, distance) {
		(Ok(overlap), Ok(distance)) => Outcome::Scored {
			dice: overlap.dice(),
			hd95: distance.map(|distance| distance.hd95),
			mask: reading.hash(),
			counted,
		},
		_ => Outcome::Rejected(Rejection::Geometry),
	}
}
