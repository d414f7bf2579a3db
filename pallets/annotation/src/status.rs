// SPDX-License-Identifier: Apache-2.0

//! Where tasks and their parts stand.

#![allow(clippy::as_conversions, reason = "what derives the codec of an enum converts its indices")]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::{Hash, Moment, Numbers};
use frame_support::pallet_prelude::TypeInfo;

/// Where a task stands. All but the last two have a deadline, at which time moves the task.
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
pub enum Phase {
	/// Readers claim places and hand in sealed readings, blind.
	#[codec(index = 0)]
	Reading {
		/// Until when.
		until: Moment,
	},
	/// Scorers compare the readings.
	#[codec(index = 1)]
	Scoring {
		/// When this began.
		since: Moment,
		/// Until when as many as are needed have to have reported the same.
		until: Moment,
	},
	/// The readers disagree; scorers reveal what the panel is drawn from.
	#[codec(index = 2)]
	Drawing {
		/// Until when.
		until: Moment,
	},
	/// The panel commits to votes.
	#[codec(index = 3)]
	Committing {
		/// Until when.
		until: Moment,
	},
	/// The panel reveals its votes.
	#[codec(index = 4)]
	Revealing {
		/// Until when.
		until: Moment,
	},
	/// The first panel has decided; an appeal is possible.
	#[codec(index = 5)]
	Decided {
		/// Until when.
		until: Moment,
	},
	/// There is a consensus.
	#[codec(index = 6)]
	Validated {
		/// Hash of its mask.
		consensus: Hash,
		/// Since when.
		at: Moment,
	},
	/// There is none.
	#[codec(index = 7)]
	Ended {
		/// Why.
		cause: EndCause,
		/// Since when.
		at: Moment,
	},
}

impl Phase {
	/// When time moves the task.
	pub const fn deadline(&self) -> Option<Moment> {
		match self {
			Self::Reading { until }
			| Self::Scoring { until, .. }
			| Self::Drawing { until }
			| Self::Committing { until }
			| Self::Revealing { until }
			| Self::Decided { until } => Some(*until),
			Self::Validated { .. } | Self::Ended { .. } => None,
		}
	}
}

/// Why a task ended without a consensus.
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
pub enum EndCause {
	/// Who opened it took it back before anybody had claimed a place.
	#[codec(index = 0)]
	Cancelled,
	/// Fewer than two readings were handed in.
	#[codec(index = 1)]
	TooFewReadings,
	/// Too few scorers reported the same in time.
	#[codec(index = 2)]
	Unscored,
	/// No reading could be scored.
	#[codec(index = 3)]
	Unreadable,
	/// There are too few experts from whom a panel could be drawn.
	#[codec(index = 4)]
	NoPanel,
	/// Too few of the panel voted.
	#[codec(index = 5)]
	NoQuorum,
	/// The panel accepted no reading.
	#[codec(index = 6)]
	Rejected,
	/// The study was withdrawn.
	#[codec(index = 7)]
	StudyWithdrawn,
}

/// What a panel decided.
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
pub enum Decision {
	/// The readings that it accepts: those that more than half of the revealed votes accept.
	#[codec(index = 0)]
	Accepts(Numbers),
	/// Half of the panel or less voted.
	#[codec(index = 1)]
	NoQuorum,
}

/// A decision, and which panel made it.
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
pub struct Ruling {
	/// 1, or 2 after an appeal.
	pub panel: u8,
	/// What it decided.
	pub decision: Decision,
}

/// How a member of a panel voted.
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
pub enum Vote {
	/// Not yet.
	#[codec(index = 0)]
	Awaited,
	/// Committed, which tells nobody how.
	#[codec(index = 1)]
	Committed(Hash),
	/// Revealed: the readings that the member accepts.
	#[codec(index = 2)]
	Revealed(Numbers),
}

/// What an analysis was for.
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
pub enum ResultKind {
	/// A segmentation.
	#[codec(index = 0)]
	Segmentation,
	/// Whether the disease progresses.
	#[codec(index = 1)]
	Progression,
	/// Whether it responds to treatment.
	#[codec(index = 2)]
	TreatmentResponse,
	/// How probable it is that it comes back.
	#[codec(index = 3)]
	RecurrenceProbability,
}
