// SPDX-License-Identifier: Apache-2.0

//! From what the chain has of tasks to what is shown.

use super::record::{
	AttestationRecord, CopyRecord, ObjectRecord, OutcomeRecord, ReaderRecord, ReadingRecord,
	ReportRecord, SeatRecord, TaskRecord,
};
use crate::{
	account,
	api::runtime_types::pallet_annotation::{
		draw::Seat,
		reading::Reader,
		scoring::{Attestation, PanelCopy},
		task::Task,
	},
};
use contour_primitives::{
	Hash, Moment, Sealed, TaskId,
	annotation::{numbers, scorers_needed},
	locator_text,
};
use contour_scoring::{Outcome, Report};
use subxt::utils::AccountId32;

/// A task as stored. Its deadlines are in the chain's working time, which wall time is ahead of by
/// `offset`.
pub(super) fn record<Deposit>(
	id: TaskId,
	task: Task<AccountId32, Deposit>,
	offset: Moment,
) -> TaskRecord {
	TaskRecord {
		task: id,
		study: task.study.0,
		modality: task.modality.0,
		institution: task.institution.0,
		opener: account(&task.opener),
		terms: task.terms.0,
		brief: task.brief.0.into(),
		scorers: task.scorers.0.into_iter().map(|it| it.0).collect(),
		opened: task.opened,
		phase: task.phase.0.later(offset),
		panels: task.panels,
		ruling: task.ruling.map(|it| it.0),
		accepted: task.accepted.map(numbers),
		report: task.report.map(|it| Hash::from(it.0)),
	}
}

/// What scorers reported, and who of them stands against more than half.
pub(super) fn attestations(task: &TaskRecord, all: Vec<Attestation>) -> Vec<AttestationRecord> {
	let needed = scorers_needed(task.scorers.len());
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
		Self { root: sealed.root, locator: locator_text(&sealed.locator).into_owned() }
	}
}

/// Who claimed a place, until a moment of the chain's working time.
pub(super) fn reader(reader: Reader<AccountId32>, offset: Moment) -> ReaderRecord {
	ReaderRecord {
		account: account(&reader.who),
		institution: reader.institution.0,
		until: reader.until.saturating_add(offset),
		reading: reader.reading.map(|it| ReadingRecord {
			object: it.sealed.0.into(),
			at: it.at,
			finished: it.finished,
		}),
	}
}

impl From<Seat<AccountId32>> for SeatRecord {
	fn from(seat: Seat<AccountId32>) -> Self {
		Self { account: account(&seat.who), panel: seat.panel, vote: seat.vote.0 }
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
