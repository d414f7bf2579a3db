// SPDX-License-Identifier: Apache-2.0

//! What is known of tasks, as it is shown and written as JSON.

use crate::optional_amount_text;
use contour_primitives::{
	AccountId, Balance, Hash, InstitutionId, Modality, Moment, StudyId, TaskId,
	annotation::{Phase, Ruling, Terms, Vote},
};
use contour_scoring::{Method, Ppm, Rejection};
use serde::Serialize;

/// A task as stored.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskRecord {
	/// Its number.
	pub task: TaskId,
	/// The study.
	pub study: StudyId,
	/// What made its images.
	pub modality: Modality,
	/// The institution that opened it, and pays.
	pub institution: InstitutionId,
	/// Who opened it.
	pub opener: AccountId,
	/// What it wants.
	#[serde(flatten)]
	pub terms: Terms,
	/// The sealed brief.
	pub brief: ObjectRecord,
	/// Institutions whose scorers may report.
	pub scorers: Vec<InstitutionId>,
	/// When it was opened, in milliseconds since the Unix epoch.
	pub opened: Moment,
	/// Where it stands.
	pub phase: Phase,
	/// Panels that were drawn.
	pub panels: u8,
	/// The decision of a panel that stands, unless there is an appeal.
	pub ruling: Option<Ruling>,
	/// Numbers of the readings that a panel accepted: then they are scored again.
	pub accepted: Option<Vec<u8>>,
	/// Hash of the report that holds.
	pub report: Option<Hash>,
}

/// Something sealed that is kept off the chain.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRecord {
	/// SHA-256 of the object's bytes, which is its name in the store.
	pub root: Hash,
	/// URL of the store.
	pub locator: String,
}

/// A reader's place.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReaderRecord {
	/// The reader.
	pub account: AccountId,
	/// Under whose credential.
	pub institution: InstitutionId,
	/// Until when the place is kept without a reading.
	pub until: Moment,
	/// What was handed in.
	pub reading: Option<ReadingRecord>,
}

/// A reading that was handed in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadingRecord {
	/// The sealed reading.
	#[serde(flatten)]
	pub object: ObjectRecord,
	/// When.
	pub at: Moment,
	/// Whether the reader will not replace it.
	pub finished: bool,
}

/// That a scorer reported.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttestationRecord {
	/// Its institution.
	pub institution: InstitutionId,
	/// Before or after a panel: 0 or 1.
	pub stage: u8,
	/// Hash of its report.
	pub report: Hash,
	/// Whether more than half of the scorers reported something else.
	pub dissents: bool,
}

/// What holds of a task's readings.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportRecord {
	/// How the consensus was made.
	pub method: Method,
	/// Voxels along x, y and z.
	pub voxels: [u32; 3],
	/// Their distances in micrometres.
	pub spacing_micrometres: [u32; 3],
	/// Hash of the consensus mask.
	pub consensus: Option<Hash>,
	/// Lowest Dice of any two readings that the consensus was made of, in parts per million.
	pub agreement: Option<Ppm>,
	/// What became of the readings: in the order of the readers when the task is validated, else in that
	/// of the numbers under which a panel sees them.
	pub outcomes: Vec<OutcomeRecord>,
}

/// What became of a reading.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "state")]
pub enum OutcomeRecord {
	/// Compared with the consensus.
	Scored {
		/// Dice with the consensus, in parts per million.
		dice: Ppm,
		/// 95th percentile of the surface distances, in micrometres.
		hd95_micrometres: Option<u32>,
		/// Hash of the mask.
		mask: Hash,
		/// Whether it entered the consensus.
		counted: bool,
	},
	/// Not compared.
	Rejected {
		/// Why.
		reason: Rejection,
	},
}

/// A seat on a panel.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatRecord {
	/// The member.
	pub account: AccountId,
	/// Which panel: 1, or 2 after an appeal.
	pub panel: u8,
	/// The vote.
	#[serde(flatten)]
	pub vote: Vote,
}

/// The readings as a scorer shows them to a panel.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyRecord {
	/// The scorer's institution.
	pub institution: InstitutionId,
	/// For which panel.
	pub panel: u8,
	/// The object.
	#[serde(flatten)]
	pub object: ObjectRecord,
}

/// A task with all that belongs to it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskDetails {
	/// The task.
	#[serde(flatten)]
	pub task: TaskRecord,
	/// Its readers, until it is long over.
	pub places: Vec<ReaderRecord>,
	/// What scorers reported.
	pub reports: Vec<AttestationRecord>,
	/// The report that holds.
	pub scores: Option<ReportRecord>,
	/// Members of its panels.
	pub seats: Vec<SeatRecord>,
	/// Readings as scorers show them to panels.
	pub copies: Vec<CopyRecord>,
	/// As which study the consensus was registered.
	pub published: Option<StudyId>,
	/// What is held for those who work, until the task ends.
	#[serde(serialize_with = "optional_amount_text")]
	pub bounty: Option<Balance>,
}

impl TaskDetails {
	/// Whether outcomes are in the order of the readers.
	pub fn are_outcomes_named(&self) -> bool {
		matches!(self.task.phase, Phase::Validated { .. })
	}

	/// The members of the panel that sits, or has sat last.
	pub fn panel(&self) -> impl Iterator<Item = &SeatRecord> {
		self.seats.iter().filter(|seat| seat.panel == self.task.panels)
	}

	/// What somebody has on the panel that sits.
	pub fn seat_of(&self, who: &AccountId) -> Option<&SeatRecord> {
		self.panel().find(|seat| seat.account == *who)
	}

	/// The place of a reader.
	pub fn place_of(&self, who: &AccountId) -> Option<&ReaderRecord> {
		self.places.iter().find(|reader| reader.account == *who)
	}
}

/// The scorer of an institution.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScorerRecord {
	/// The institution.
	pub institution: InstitutionId,
	/// The account to whose encryption key readings are sealed.
	pub account: AccountId,
	/// The key with which the institution's node signs reports: Ed25519.
	pub key: Hash,
	/// How often it reported something else than what holds.
	pub dissents: u32,
}
