// SPDX-License-Identifier: Apache-2.0

//! Lifecycle of a validator.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Serialize, Serializer};

/// Sessions from the one in which keys are set, or a validator is admitted, to the first in which
/// that holds: `pallet-session` plans one ahead.
pub const SESSIONS_AHEAD: u32 = 2;

/// Where a validator stands. JSON has one word for it, with the cause of a suspension.
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
pub enum ValidatorStatus {
	/// Designated by its institution, not yet admitted by the council.
	#[codec(index = 0)]
	Candidate,
	/// An authority of every session planned from now on, while its institution is active.
	#[codec(index = 1)]
	Admitted,
	/// An authority that has to be suspended as soon as the chain can spare it.
	#[codec(index = 2)]
	Condemned {
		/// Why.
		cause: SuspensionCause,
	},
	/// No authority until the council reinstates it.
	#[codec(index = 3)]
	Suspended {
		/// Why.
		cause: SuspensionCause,
	},
}

/// Why a validator was suspended.
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
pub enum SuspensionCause {
	/// The council decided so.
	#[codec(index = 0)]
	Council,
	/// It was proven to have equivocated.
	#[codec(index = 1)]
	Equivocation,
}

impl ValidatorStatus {
	/// Whether sessions are planned with the validator.
	pub const fn takes_part(self) -> bool {
		matches!(self, Self::Admitted | Self::Condemned { .. })
	}

	/// The word for it, whatever the cause.
	pub const fn as_str(self) -> &'static str {
		match self {
			Self::Candidate => "candidate",
			Self::Admitted => "admitted",
			Self::Condemned { .. } => "condemned",
			Self::Suspended { .. } => "suspended",
		}
	}
}

impl Serialize for ValidatorStatus {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(match self {
			Self::Suspended { cause: SuspensionCause::Council } => "suspendedByCouncil",
			Self::Suspended { cause: SuspensionCause::Equivocation } => "suspendedForEquivocation",
			other => other.as_str(),
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_keep_the_index_of_every_status_when_encoded() {
		let (council, equivocation) = (SuspensionCause::Council, SuspensionCause::Equivocation);
		assert_eq!(ValidatorStatus::Candidate.encode(), [0]);
		assert_eq!(ValidatorStatus::Admitted.encode(), [1]);
		assert_eq!(ValidatorStatus::Condemned { cause: council }.encode(), [2, 0]);
		assert_eq!(ValidatorStatus::Suspended { cause: equivocation }.encode(), [3, 1]);
	}

	#[test]
	fn should_keep_the_word_of_every_status_when_written() {
		let (council, equivocation) = (SuspensionCause::Council, SuspensionCause::Equivocation);
		for (status, word, json) in [
			(ValidatorStatus::Candidate, "candidate", "candidate"),
			(ValidatorStatus::Admitted, "admitted", "admitted"),
			(ValidatorStatus::Condemned { cause: council }, "condemned", "condemned"),
			(ValidatorStatus::Condemned { cause: equivocation }, "condemned", "condemned"),
			(ValidatorStatus::Suspended { cause: council }, "suspended", "suspendedByCouncil"),
			(
				ValidatorStatus::Suspended { cause: equivocation },
				"suspended",
				"suspendedForEquivocation",
			),
		] {
			assert_eq!(status.as_str(), word);
			assert_eq!(serde_json::json!(status), json);
		}
	}
}
