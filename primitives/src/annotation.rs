// SPDX-License-Identifier: Apache-2.0

//! Annotation tasks: what they want, where they and their parts stand, and how they count.
//!
//! ```
//! use contour_primitives::{
//!     Hash,
//!     annotation::{Phase, numbers, scorers_needed},
//! };
//!
//! // Something is left to do as long as there is a deadline.
//! let scoring = Phase::Scoring { since: 0, until: 600_000 };
//! let validated = Phase::Validated { consensus: Hash::repeat_byte(1), at: 500_000 };
//! assert_eq!((scoring.deadline(), validated.deadline()), (Some(600_000), None));
//!
//! // Three of four scorers have to report the same. A panel accepted the readings 1 and 3.
//! assert_eq!(scorers_needed(4), 3);
//! assert_eq!(numbers(0b101), [1, 3]);
//! ```

use crate::{Code, Hash, Moment, Numbers, word::words};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_scoring::{Method, Ppm};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct as _};

/// What a task wants, fixed when it is opened.
#[derive(
	Clone,
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
pub struct Terms {
	/// What is to be segmented.
	pub structure: Code,
	/// How the consensus is made.
	pub method: Method,
	/// Readings that are wanted; JSON calls them `readers`.
	#[serde(rename = "readers")]
	pub wanted: u8,
	/// Lowest Dice of any two readings at which they agree.
	pub threshold: Ppm,
	/// Members of the panel that decides if they do not; an odd number.
	pub panel: u8,
	/// For how long readings are taken, in milliseconds.
	pub reading: Moment,
	/// For how long scorers may report, in milliseconds.
	pub scoring: Moment,
	/// For how long the panel may commit to votes, in milliseconds.
	pub voting: Moment,
	/// For how long it may reveal them, in milliseconds.
	pub revealing: Moment,
	/// For how long its decision may be appealed against, in milliseconds.
	pub appeal: Moment,
}

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
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", tag = "state")]
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

	/// The same, while it lasts, by another clock, which is ahead by so much: wall time is ahead of the
	/// working time in which the chain counts deadlines.
	pub fn later(mut self, by: Moment) -> Self {
		if let Self::Scoring { since, .. } = &mut self {
			*since = since.saturating_add(by);
		}
		match &mut self {
			Self::Reading { until }
			| Self::Scoring { until, .. }
			| Self::Drawing { until }
			| Self::Committing { until }
			| Self::Revealing { until }
			| Self::Decided { until } => *until = until.saturating_add(by),
			Self::Validated { .. } | Self::Ended { .. } => {}
		}
		self
	}

	/// Whether there is something left to do.
	pub const fn is_open(&self) -> bool {
		self.deadline().is_some()
	}
}

/// Why a task ended without a consensus.
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

/// The numbers of the accepted readings; nothing when too few voted.
impl Serialize for Decision {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		match self {
			Self::Accepts(accepted) => Some(numbers(*accepted)),
			Self::NoQuorum => None,
		}
		.serialize(serializer)
	}
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
	Serialize,
	TypeInfo,
)]
pub struct Ruling {
	/// 1, or 2 after an appeal.
	pub panel: u8,
	/// What it decided. JSON has as `accepts` the numbers that it accepts, if it did.
	#[serde(rename = "accepts")]
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

impl Vote {
	/// The readings that the member accepts, once revealed.
	pub const fn revealed(&self) -> Option<Numbers> {
		match self {
			Self::Revealed(accepted) => Some(*accepted),
			Self::Awaited | Self::Committed(_) => None,
		}
	}
}

/// As `vote` how it stands, beside it the commitment or the numbers of the accepted readings.
impl Serialize for Vote {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		match self {
			Self::Awaited => {
				let mut fields = serializer.serialize_struct("Vote", 1)?;
				fields.serialize_field("vote", "awaited")?;
				fields.end()
			}
			Self::Committed(commitment) => {
				let mut fields = serializer.serialize_struct("Vote", 2)?;
				fields.serialize_field("vote", "committed")?;
				fields.serialize_field("commitment", commitment)?;
				fields.end()
			}
			Self::Revealed(accepted) => {
				let mut fields = serializer.serialize_struct("Vote", 2)?;
				fields.serialize_field("vote", "revealed")?;
				fields.serialize_field("accepts", &numbers(*accepted))?;
				fields.end()
			}
		}
	}
}

/// What an analysis was for.
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
#[serde(rename_all = "kebab-case")]
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
	#[serde(rename = "recurrence")]
	RecurrenceProbability,
}

words!(ResultKind {
	Segmentation => "segmentation",
	Progression => "progression",
	TreatmentResponse => "treatment-response",
	RecurrenceProbability => "recurrence",
});

/// Of so many scorers, those that have to report the same: more than half.
pub const fn scorers_needed(scorers: usize) -> usize {
	scorers.saturating_div(2).saturating_add(1)
}

/// The numbers in a set of readings.
pub fn numbers(set: Numbers) -> Vec<u8> {
	(1..=16).filter(|number| set >> (number - 1) & 1 == 1).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn should_keep_the_form_of_every_state_when_written_as_json() {
		let (until, at, consensus) = (1, 2, Hash::repeat_byte(3));
		let ended = |cause| json!(Phase::Ended { cause, at });
		for (phase, form) in [
			(Phase::Reading { until }, json!({ "state": "reading", "until": 1 })),
			(
				Phase::Scoring { since: 2, until },
				json!({ "state": "scoring", "since": 2, "until": 1 }),
			),
			(Phase::Drawing { until }, json!({ "state": "drawing", "until": 1 })),
			(Phase::Committing { until }, json!({ "state": "committing", "until": 1 })),
			(Phase::Revealing { until }, json!({ "state": "revealing", "until": 1 })),
			(Phase::Decided { until }, json!({ "state": "decided", "until": 1 })),
			(
				Phase::Validated { consensus, at },
				json!({ "state": "validated", "consensus": consensus, "at": 2 }),
			),
		] {
			assert_eq!(json!(phase), form);
			assert_eq!(phase.is_open(), !matches!(phase, Phase::Validated { .. }));
			let later = phase.later(5);
			assert_eq!(later.deadline(), phase.deadline().map(|until| until + 5));
			assert_eq!(later == phase, !phase.is_open());
		}
		for (cause, word) in [
			(EndCause::Cancelled, "cancelled"),
			(EndCause::TooFewReadings, "tooFewReadings"),
			(EndCause::Unscored, "unscored"),
			(EndCause::Unreadable, "unreadable"),
			(EndCause::NoPanel, "noPanel"),
			(EndCause::NoQuorum, "noQuorum"),
			(EndCause::Rejected, "rejected"),
			(EndCause::StudyWithdrawn, "studyWithdrawn"),
		] {
			assert_eq!(ended(cause), json!({ "state": "ended", "cause": word, "at": 2 }));
		}
	}

	#[test]
	fn should_be_numbers_when_decisions_and_votes_are_written_as_json() {
		let ruling = |decision| json!(Ruling { panel: 1, decision });
		assert_eq!(ruling(Decision::Accepts(0b101)), json!({ "panel": 1, "accepts": [1, 3] }));
		assert_eq!(ruling(Decision::NoQuorum), json!({ "panel": 1, "accepts": null }));
		let commitment = Hash::repeat_byte(3);
		for (vote, form) in [
			(Vote::Awaited, json!({ "vote": "awaited" })),
			(Vote::Committed(commitment), json!({ "vote": "committed", "commitment": commitment })),
			(Vote::Revealed(0b10), json!({ "vote": "revealed", "accepts": [2] })),
		] {
			assert_eq!(json!(vote), form);
		}
	}

	#[test]
	fn should_keep_the_form_of_the_terms_when_written_as_json() {
		let terms = Terms {
			structure: "SCT:4147007".parse().expect("it is a code"),
			method: Method::Staple,
			wanted: 3,
			threshold: Ppm::from_parts(700_000),
			panel: 5,
			reading: 6,
			scoring: 7,
			voting: 8,
			revealing: 9,
			appeal: 10,
		};
		let form = json!({
			"structure": "SCT:4147007",
			"method": "staple",
			"readers": 3,
			"threshold": 700_000,
			"panel": 5,
			"reading": 6,
			"scoring": 7,
			"voting": 8,
			"revealing": 9,
			"appeal": 10,
		});
		assert_eq!(json!(terms), form);
	}

	#[test]
	fn should_keep_the_words_of_results_when_written_and_read() {
		let words = ["segmentation", "progression", "treatment-response", "recurrence"];
		for (kind, word) in ResultKind::ALL.into_iter().zip(words) {
			assert_eq!(kind.to_string(), word);
			assert_eq!(word.parse(), Ok(kind));
			assert_eq!(json!(kind), word);
		}
		assert!("guess".parse::<ResultKind>().is_err());
	}

	#[test]
	fn should_be_numbers_from_one_when_a_set_is_shown() {
		assert_eq!(numbers(0), Vec::<u8>::new());
		assert_eq!(numbers(0b101), [1, 3]);
		assert_eq!(numbers(1 << 15), [16]);
		assert_eq!(numbers(u16::MAX).len(), 16);
	}

	#[test]
	fn should_be_more_than_half_when_scorers_have_to_agree() {
		assert_eq!([1, 2, 3, 4, 5].map(scorers_needed), [1, 2, 2, 3, 3]);
	}
}
