// SPDX-License-Identifier: Apache-2.0

//! Annotation tasks on the chain, as they are read.

use super::{Chain, ChainError, account, api, optional_amount_text, view};
use api::runtime_types::pallet_annotation::{
	draw::Seat,
	reading::Reader,
	scoring::{Attestation, PanelCopy},
	status,
	task::Task,
};
use contour_primitives::{
	AccountId, Balance, Code, Hash, InstitutionId, Modality, Moment, Numbers, Sealed, StudyId,
	TaskId,
};
use contour_scoring::{Method, Outcome, Ppm, Rejection, Report};
use serde::Serialize;
use subxt::utils::{AccountId32, Static};

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
	pub terms: TaskTerms,
	/// The sealed brief.
	pub brief: ObjectRecord,
	/// Institutions whose scorers may report.
	pub scorers: Vec<InstitutionId>,
	/// When it was opened, in milliseconds since the Unix epoch.
	pub opened: Moment,
	/// Where it stands.
	pub phase: PhaseRecord,
	/// Panels that were drawn.
	pub panels: u8,
	/// The decision of a panel that stands, unless there is an appeal.
	pub ruling: Option<RulingRecord>,
	/// Numbers of the readings that a panel accepted: then they are scored again.
	pub accepted: Option<Vec<u8>>,
	/// Hash of the report that holds.
	pub report: Option<Hash>,
}

/// What a task wants, fixed when it is opened.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskTerms {
	/// What is to be segmented.
	#[serde(serialize_with = "code")]
	pub structure: Code,
	/// How the consensus is made.
	#[serde(serialize_with = "method")]
	pub method: Method,
	/// Readings that are wanted.
	pub readers: u8,
	/// Lowest Dice of any two readings at which they agree.
	#[serde(serialize_with = "ppm")]
	pub threshold: Ppm,
	/// Members of the panel that decides if they do not.
	pub panel: u8,
	/// For how long readings are taken, in milliseconds, as are the others.
	pub reading: Moment,
	/// For how long scorers may report.
	pub scoring: Moment,
	/// For how long the panel may commit to votes.
	pub voting: Moment,
	/// For how long it may reveal them.
	pub revealing: Moment,
	/// For how long its decision may be appealed against.
	pub appeal: Moment,
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

/// Where a task stands. Moments are in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum PhaseRecord {
	/// Readers claim places and hand in readings.
	Reading {
		/// Until when.
		until: Moment,
	},
	/// Scorers compare the readings.
	Scoring {
		/// Since when.
		since: Moment,
		/// Until when.
		until: Moment,
	},
	/// Scorers reveal what a panel is drawn from.
	Drawing {
		/// Until when.
		until: Moment,
	},
	/// The panel commits to votes.
	Committing {
		/// Until when.
		until: Moment,
	},
	/// The panel reveals its votes.
	Revealing {
		/// Until when.
		until: Moment,
	},
	/// The panel has decided; an appeal is possible.
	Decided {
		/// Until when.
		until: Moment,
	},
	/// There is a consensus.
	Validated {
		/// Hash of its mask.
		consensus: Hash,
		/// Since when.
		at: Moment,
	},
	/// There is none.
	Ended {
		/// Why.
		cause: EndCause,
		/// Since when.
		at: Moment,
	},
}

impl PhaseRecord {
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

	/// Whether there is something left to do.
	pub const fn is_open(&self) -> bool {
		self.deadline().is_some()
	}
}

/// Why a task ended without a consensus.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EndCause {
	/// Taken back before anybody had claimed a place.
	Cancelled,
	/// Fewer than two readings were handed in.
	TooFewReadings,
	/// Too few scorers reported the same in time.
	Unscored,
	/// No reading could be scored.
	Unreadable,
	/// There are too few experts for a panel.
	NoPanel,
	/// Too few of the panel voted.
	NoQuorum,
	/// The panel accepted no reading.
	Rejected,
	/// The study was withdrawn.
	StudyWithdrawn,
}

/// A panel's decision.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RulingRecord {
	/// 1, or 2 after an appeal.
	pub panel: u8,
	/// Numbers of the readings that it accepts; nothing when too few voted.
	pub accepts: Option<Vec<u8>>,
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
	#[serde(serialize_with = "method")]
	pub method: Method,
	/// Voxels along x, y and z.
	pub voxels: [u32; 3],
	/// Their distances in micrometres.
	pub spacing_micrometres: [u32; 3],
	/// Hash of the consensus mask.
	pub consensus: Option<Hash>,
	/// Lowest Dice of any two readings that the consensus was made of, in parts per million.
	#[serde(serialize_with = "optional_ppm")]
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
		#[serde(serialize_with = "ppm")]
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
		#[serde(serialize_with = "rejection")]
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
	pub vote: VoteRecord,
}

/// A vote.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "vote")]
pub enum VoteRecord {
	/// Not yet.
	Awaited,
	/// Committed, which tells nobody how.
	Committed {
		/// The commitment.
		commitment: Hash,
	},
	/// Revealed.
	Revealed {
		/// Numbers of the readings that the member accepts.
		accepts: Vec<u8>,
	},
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
		matches!(self.task.phase, PhaseRecord::Validated { .. })
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

impl Chain {
	/// A task.
	///
	/// # Errors
	///
	/// [`ChainError::NoTask`], and those of reading.
	pub async fn task(&self, task: TaskId) -> Result<TaskDetails, ChainError> {
		let at = self.at().await?;
		let call = api::view_functions().annotation().details(Static(task));
		let details = view(&at, call).await?.ok_or(ChainError::NoTask(task))?;
		let bounty = view(&at, api::view_functions().rewards().bounty_of(Static(task))).await?;
		let record = record(task, details.task);
		let reports = attestations(&record, details.attestations);
		Ok(TaskDetails {
			task: record,
			places: details.readers.into_iter().map(Into::into).collect(),
			reports,
			scores: details.report.map(|it| it.0.into()),
			seats: details.panels.into_iter().map(Into::into).collect(),
			copies: details.copies.into_iter().map(Into::into).collect(),
			published: details.published.map(|it| it.0),
			bounty: bounty.map(|it| it.amount),
		})
	}

	/// The tasks on a study, or all of them, by their numbers.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn tasks(&self, study: Option<StudyId>) -> Result<Vec<TaskRecord>, ChainError> {
		let at = self.at().await?;
		let mut all = Vec::new();
		let mut after = None;
		loop {
			let call = api::view_functions().annotation().tasks(study.map(Static), after);
			let page = view(&at, call).await?;
			all.extend(page.entries.into_iter().map(|(id, task)| record(id.0, task)));
			match page.next {
				Some(next) => after = Some(next),
				None => break,
			}
		}
		all.sort_by_key(|task| task.task);
		Ok(all)
	}

	/// Who claimed places of a task.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn readers(&self, task: TaskId) -> Result<Vec<ReaderRecord>, ChainError> {
		let at = self.at().await?;
		let address = api::storage().annotation().readers();
		let readers = at.storage().try_fetch(address, (Static(task),)).await?;
		let readers = readers.map(|it| it.decode()).transpose()?;
		Ok(readers.map(|it| it.0.into_iter().map(Into::into).collect()).unwrap_or_default())
	}

	/// Who sits, or has sat, on panels of a task.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn seats(&self, task: TaskId) -> Result<Vec<SeatRecord>, ChainError> {
		let at = self.at().await?;
		let address = api::storage().annotation().panels();
		let seats = at.storage().try_fetch(address, (Static(task),)).await?;
		let seats = seats.map(|it| it.decode()).transpose()?;
		Ok(seats.map(|it| it.0.into_iter().map(Into::into).collect()).unwrap_or_default())
	}

	/// The scorers of the institutions.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn scorers(&self) -> Result<Vec<ScorerRecord>, ChainError> {
		let at = self.at().await?;
		let scorers = view(&at, api::view_functions().annotation().scorers()).await?;
		let mut all = Vec::with_capacity(scorers.len());
		for (institution, scorer) in scorers {
			let address = api::storage().annotation().dissents();
			let dissents = at.storage().try_fetch(address, (Static(institution.0),)).await?;
			all.push(ScorerRecord {
				institution: institution.0,
				account: account(&scorer.account),
				key: Hash::from(scorer.key.0),
				dissents: dissents.map(|it| it.decode()).transpose()?.unwrap_or_default(),
			});
		}
		Ok(all)
	}

	/// Whether an account can be drawn for panels.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn is_enlisted(&self, who: &AccountId) -> Result<bool, ChainError> {
		let at = self.at().await?;
		let who = super::account_id(who);
		view(&at, api::view_functions().annotation().is_enlisted(who)).await
	}
}

/// The numbers in a set of readings.
pub fn numbers(set: Numbers) -> Vec<u8> {
	(1..=16).filter(|number| set >> (number - 1) & 1 == 1).collect()
}

fn record<Deposit>(id: TaskId, task: Task<AccountId32, Deposit>) -> TaskRecord {
	let terms = task.terms;
	TaskRecord {
		task: id,
		study: task.study.0,
		modality: task.modality.0,
		institution: task.institution.0,
		opener: account(&task.opener),
		terms: TaskTerms {
			structure: terms.structure.0,
			method: terms.method.0,
			readers: terms.wanted,
			threshold: terms.threshold.0,
			panel: terms.panel,
			reading: terms.reading,
			scoring: terms.scoring,
			voting: terms.voting,
			revealing: terms.revealing,
			appeal: terms.appeal,
		},
		brief: task.brief.0.into(),
		scorers: task.scorers.0.into_iter().map(|it| it.0).collect(),
		opened: task.opened,
		phase: task.phase.into(),
		panels: task.panels,
		ruling: task.ruling.map(|ruling| RulingRecord {
			panel: ruling.panel,
			accepts: match ruling.decision {
				status::Decision::Accepts(set) => Some(numbers(set)),
				status::Decision::NoQuorum => None,
			},
		}),
		accepted: task.accepted.map(numbers),
		report: task.report.map(|it| Hash::from(it.0)),
	}
}

/// What scorers reported, and who of them stands against more than half.
fn attestations(task: &TaskRecord, all: Vec<Attestation>) -> Vec<AttestationRecord> {
	let needed = task.scorers.len() / 2 + 1;
	let holds = |stage: u8, report: &[u8; 32]| {
		let same = all.iter().filter(|it| it.stage == stage && it.report.0 == *report);
		same.count() >= needed
	};
	let record = |it: &Attestation| AttestationRecord {
		institution: it.institution.0,
		stage: it.stage,
		report: Hash::from(it.report.0),
		dissents: !holds(it.stage, &it.report.0)
			&& all.iter().any(|other| other.stage == it.stage && holds(it.stage, &other.report.0)),
	};
	all.iter().map(record).collect()
}

impl From<Sealed> for ObjectRecord {
	fn from(sealed: Sealed) -> Self {
		let locator = String::from_utf8_lossy(&sealed.locator).into_owned();
		Self { root: sealed.root, locator }
	}
}

impl From<status::Phase> for PhaseRecord {
	fn from(phase: status::Phase) -> Self {
		use status::{EndCause as Cause, Phase};
		match phase {
			Phase::Reading { until } => Self::Reading { until },
			Phase::Scoring { since, until } => Self::Scoring { since, until },
			Phase::Drawing { until } => Self::Drawing { until },
			Phase::Committing { until } => Self::Committing { until },
			Phase::Revealing { until } => Self::Revealing { until },
			Phase::Decided { until } => Self::Decided { until },
			Phase::Validated { consensus, at } => {
				Self::Validated { consensus: Hash::from(consensus.0), at }
			}
			Phase::Ended { cause, at } => {
				let cause = match cause {
					Cause::Cancelled => EndCause::Cancelled,
					Cause::TooFewReadings => EndCause::TooFewReadings,
					Cause::Unscored => EndCause::Unscored,
					Cause::Unreadable => EndCause::Unreadable,
					Cause::NoPanel => EndCause::NoPanel,
					Cause::NoQuorum => EndCause::NoQuorum,
					Cause::Rejected => EndCause::Rejected,
					Cause::StudyWithdrawn => EndCause::StudyWithdrawn,
				};
				Self::Ended { cause, at }
			}
		}
	}
}

impl From<Reader<AccountId32>> for ReaderRecord {
	fn from(reader: Reader<AccountId32>) -> Self {
		Self {
			account: account(&reader.who),
			institution: reader.institution.0,
			until: reader.until,
			reading: reader.reading.map(|it| ReadingRecord {
				object: it.sealed.0.into(),
				at: it.at,
				finished: it.finished,
			}),
		}
	}
}

impl From<Seat<AccountId32>> for SeatRecord {
	fn from(seat: Seat<AccountId32>) -> Self {
		let vote = match seat.vote {
			status::Vote::Awaited => VoteRecord::Awaited,
			status::Vote::Committed(it) => VoteRecord::Committed { commitment: Hash::from(it.0) },
			status::Vote::Revealed(set) => VoteRecord::Revealed { accepts: numbers(set) },
		};
		Self { account: account(&seat.who), panel: seat.panel, vote }
	}
}

impl From<PanelCopy> for CopyRecord {
	fn from(copy: PanelCopy) -> Self {
		let object = copy.sealed.0.into();
		Self { institution: copy.institution.0, panel: copy.panel, object }
	}
}

impl From<Report> for ReportRecord {
	fn from(report: Report) -> Self {
		Self {
			method: report.method,
			voxels: report.grid.size(),
			spacing_micrometres: report.grid.spacing(),
			consensus: report.consensus.map(Hash::from),
			agreement: report.agreement,
			outcomes: report.outcomes.iter().copied().map(Into::into).collect(),
		}
	}
}

impl From<Outcome> for OutcomeRecord {
	fn from(outcome: Outcome) -> Self {
		match outcome {
			Outcome::Scored { dice, hd95, mask, counted } => {
				Self::Scored { dice, hd95_micrometres: hd95, mask: Hash::from(mask), counted }
			}
			Outcome::Rejected(reason) => Self::Rejected { reason },
		}
	}
}

/// A code as people write it, such as `SCT:4147007`.
pub fn code_text(code: &Code) -> String {
	crate::annotation::reading::code_text(code)
}

fn code<S: serde::Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
	code_text(code).serialize(serializer)
}

fn method<S: serde::Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
	let name = match method {
		Method::Majority => "majority",
		Method::Simple => "simple",
		Method::Staple => "staple",
	};
	name.serialize(serializer)
}

pub(super) fn ppm<S: serde::Serializer>(ppm: &Ppm, serializer: S) -> Result<S::Ok, S::Error> {
	ppm.parts().serialize(serializer)
}

fn optional_ppm<S: serde::Serializer>(ppm: &Option<Ppm>, serializer: S) -> Result<S::Ok, S::Error> {
	ppm.map(Ppm::parts).serialize(serializer)
}

fn rejection<S: serde::Serializer>(
	rejection: &Rejection,
	serializer: S,
) -> Result<S::Ok, S::Error> {
	let name = match rejection {
		Rejection::Missing => "missing",
		Rejection::Sealed => "sealed",
		Rejection::Malformed => "malformed",
		Rejection::Geometry => "geometry",
		Rejection::Structure => "structure",
		Rejection::TooLarge => "tooLarge",
		Rejection::Unaccepted => "unaccepted",
	};
	name.serialize(serializer)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_be_numbers_from_one_when_a_set_is_shown() {
		assert_eq!(numbers(0), Vec::<u8>::new());
		assert_eq!(numbers(0b101), [1, 3]);
		assert_eq!(numbers(1 << 15), [16]);
		assert_eq!(numbers(u16::MAX).len(), 16);
	}
}
