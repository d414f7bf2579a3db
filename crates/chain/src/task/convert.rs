// SPDX-License-Identifier: Apache-2.0

//! From what the chain has of tasks to what is shown, and back.

use super::record::{
	AttestationRecord, CopyRecord, EndCause, ObjectRecord, OutcomeRecord, PhaseRecord,
	ReaderRecord, ReadingRecord, ReportRecord, RulingRecord, SeatRecord, TaskRecord, TaskTerms,
	VoteRecord,
};
use crate::{
	account,
	api::runtime_types::pallet_annotation::{
		draw::Seat,
		reading::Reader,
		scoring::{Attestation, PanelCopy},
		status,
		task::{Task, Terms},
	},
};
use contour_primitives::{Hash, Numbers, Sealed, TaskId};
use contour_scoring::{Outcome, Report};
use subxt::utils::{AccountId32, Static};

/// A task as stored.
pub(super) fn record<Deposit>(id: TaskId, task: Task<AccountId32, Deposit>) -> TaskRecord {
	TaskRecord {
		task: id,
		study: task.study.0,
		modality: task.modality.0,
		institution: task.institution.0,
		opener: account(&task.opener),
		terms: task.terms.into(),
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
pub(super) fn attestations(task: &TaskRecord, all: Vec<Attestation>) -> Vec<AttestationRecord> {
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

impl From<Terms> for TaskTerms {
	fn from(terms: Terms) -> Self {
		Self {
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
		}
	}
}

impl From<&TaskTerms> for Terms {
	fn from(terms: &TaskTerms) -> Self {
		Self {
			structure: Static(terms.structure.clone()),
			method: Static(terms.method),
			wanted: terms.readers,
			threshold: Static(terms.threshold),
			panel: terms.panel,
			reading: terms.reading,
			scoring: terms.scoring,
			voting: terms.voting,
			revealing: terms.revealing,
			appeal: terms.appeal,
		}
	}
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

/// The numbers in a set of readings.
pub fn numbers(set: Numbers) -> Vec<u8> {
	(1..=16).filter(|number| set >> (number - 1) & 1 == 1).collect()
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
