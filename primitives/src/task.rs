// SPDX-License-Identifier: Apache-2.0

//! Annotation tasks as every part of Contour names them.

use crate::{Hash, InstitutionId, Modality};
use alloc::{format, string::String, vec::Vec};
use codec::{CompactAs, Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_scoring::Ppm;
use core::{fmt, str::FromStr};
use frame_support::{BoundedVec, traits::ConstU32};
use scale_info::TypeInfo;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sp_runtime::DispatchResult;

/// Number of a task, assigned when it is opened and never assigned again.
#[derive(
	Clone,
	CompactAs,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Deserialize,
	Encode,
	Eq,
	Hash,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
pub struct TaskId(pub u32);

/// A coded concept: a structure of the body, as DICOM names it (PS3.3 section 8.8).
///
/// It is written as scheme and value with a colon between, such as `SCT:4147007`; so JSON has it, too.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Code {
	/// Coding Scheme Designator (0008,0102), such as `SCT` for SNOMED CT.
	pub scheme: BoundedVec<u8, ConstU32<16>>,
	/// Code Value (0008,0100), such as `4147007` for a mass.
	pub value: BoundedVec<u8, ConstU32<16>>,
}

impl fmt::Display for Code {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		let [scheme, value] = [&self.scheme, &self.value].map(|it| String::from_utf8_lossy(it));
		formatter.pad(&format!("{scheme}:{value}"))
	}
}

/// What is no [`Code`]: it lacks a part, or a part is too long or has other characters than the
/// visible ones of ASCII.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotACode;

impl fmt::Display for NotACode {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("a coding scheme and a code, like SCT:4147007 (a mass)")
	}
}

impl core::error::Error for NotACode {}

impl FromStr for Code {
	type Err = NotACode;

	fn from_str(text: &str) -> Result<Self, NotACode> {
		let (scheme, value) = text.split_once(':').ok_or(NotACode)?;
		let part = |part: &str| {
			let plain = !part.is_empty() && part.bytes().all(|it| it.is_ascii_graphic());
			part.as_bytes().to_vec().try_into().ok().filter(|_| plain).ok_or(NotACode)
		};
		Ok(Self { scheme: part(scheme)?, value: part(value)? })
	}
}

impl Serialize for Code {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

impl<'de> Deserialize<'de> for Code {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
	}
}

/// A set of readings of a task, by the numbers under which a panel sees them: bit 0 is number 1.
pub type Numbers = u16;

/// What a member of a panel commits to: BLAKE2b-256 of the SCALE encoding of everything that the
/// vote belongs to, so that a commitment copied from somebody else opens nothing.
pub fn vote_commitment<AccountId: Encode>(
	genesis: Hash,
	task: TaskId,
	panel: u8,
	who: &AccountId,
	accepted: Numbers,
	salt: Hash,
) -> Hash {
	let vote = (b"contour/vote", genesis, task, panel, who, accepted, salt);
	sp_io::hashing::blake2_256(&vote.encode()).into()
}

/// What one reader did for a task.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReaderWork<AccountId> {
	/// The reader.
	pub who: AccountId,
	/// Dice with the consensus; `None` if the reading could not be scored.
	pub quality: Option<Ppm>,
	/// How much of the time for reading was left when the last version was handed in.
	pub earliness: Ppm,
}

/// What one member of a panel did for a task.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PanelWork<AccountId> {
	/// The member.
	pub who: AccountId,
	/// On how many of the readings the member decided as the panel did.
	pub alignment: Ppm,
}

/// How a task ended, for those who pay and those who are paid.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settlement<AccountId> {
	/// What made the images.
	pub modality: Modality,
	/// Whether there is a consensus. Without one only the panel is paid.
	pub validated: bool,
	/// The institution that answers for the study.
	pub custodian: InstitutionId,
	/// The patient's account, if the patient has opened their studies to research projects.
	pub participant: Option<AccountId>,
	/// Number of readings that were wanted: each has an equal part of the readers' share.
	pub wanted: u32,
	/// Those who handed in a reading.
	pub readers: Vec<ReaderWork<AccountId>>,
	/// Those who revealed a vote, of the panel that decided last.
	pub panel: Vec<PanelWork<AccountId>>,
	/// Institutions whose scorers made the accepted report.
	pub scorers: Vec<InstitutionId>,
}

/// For what somebody is paid.
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
pub enum Share {
	/// A reading: its base, and what its quality and its timeliness earned.
	#[codec(index = 0)]
	Reading,
	/// A vote on a panel.
	#[codec(index = 1)]
	Vote,
	/// Answering for the study.
	#[codec(index = 2)]
	Custody,
	/// Computing the scores and keeping what they are about.
	#[codec(index = 3)]
	Storage,
	/// Letting one's images be used.
	#[codec(index = 4)]
	Participation,
}

/// Bounties, as the pallet with the tasks uses them.
pub trait Bounties<AccountId, Balance> {
	/// Holds `bounty` on an institution's pot for a task, under the policy of this moment.
	fn reserve(task: TaskId, institution: InstitutionId, bounty: Balance) -> DispatchResult;

	/// Pays what a task has earned and frees the rest: once, when the task ends.
	fn settle(task: TaskId, settlement: Settlement<AccountId>);

	/// Frees all that is held for a task that ended without merit.
	fn release(task: TaskId);
}

impl<AccountId, Balance> Bounties<AccountId, Balance> for () {
	fn reserve(_: TaskId, _: InstitutionId, _: Balance) -> DispatchResult {
		Ok(())
	}
	fn settle(_: TaskId, _: Settlement<AccountId>) {}
	fn release(_: TaskId) {}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_keep_the_index_and_the_word_of_every_share_when_written() {
		for (index, share, word) in [
			(0u8, Share::Reading, "reading"),
			(1, Share::Vote, "vote"),
			(2, Share::Custody, "custody"),
			(3, Share::Storage, "storage"),
			(4, Share::Participation, "participation"),
		] {
			assert_eq!(share.encode(), [index]);
			assert_eq!(serde_json::json!(share), word);
		}
	}
}
