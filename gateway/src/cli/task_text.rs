// SPDX-License-Identifier: Apache-2.0

//! Tasks, as people read them.

use super::{
	error::StudyIdText,
	words::{left, millimetres, numbers, percent, when},
};
use contour_chain::{
	AttestationRecord, OutcomeRecord, Payment, ReaderRecord, ReportRecord, ScorerRecord,
	SeatRecord, TaskDetails, TaskRecord, amount,
};
use contour_primitives::{
	Moment, Share,
	annotation::{self, Decision, EndCause, Phase, Terms, Vote},
};
use contour_scoring::Rejection;
use std::time::Duration;

fn time(phase: Moment) -> String {
	humantime::format_duration(Duration::from_millis(phase)).to_string()
}

/// The terms of a task.
pub(crate) fn terms_text(terms: &Terms) -> String {
	format!(
		"Structure:  {}\nReaders:    {}, {} to read; consensus by {}\n\
		 Agreement:  lowest Dice of any two {}; below, a panel of {}\n\
		 Times:      scoring {}, votes {}, revealing {}, appeal {}",
		terms.structure,
		terms.wanted,
		time(terms.reading),
		terms.method,
		percent(terms.threshold),
		terms.panel,
		time(terms.scoring),
		time(terms.voting),
		time(terms.revealing),
		time(terms.appeal),
	)
}

/// A task in a line.
pub(crate) fn line(task: &TaskRecord) -> String {
	format!(
		"{:>4}  {:<11}  {:<16}  {} readers  study {}  {}",
		task.task.0,
		state(&task.phase),
		task.terms.structure,
		task.terms.wanted,
		StudyIdText(task.study),
		task.phase.deadline().map_or(String::new(), left),
	)
}

/// A scorer in a line.
pub(crate) fn scorer_line(scorer: &ScorerRecord) -> String {
	format!(
		"institution {:>3}  {}  key {:?}  dissented {} times",
		scorer.institution.0, scorer.account, scorer.key, scorer.dissents,
	)
}

fn state(phase: &Phase) -> &'static str {
	match phase {
		Phase::Reading { .. } => "reading",
		Phase::Scoring { .. } => "scoring",
		Phase::Drawing { .. } => "drawing",
		Phase::Committing { .. } => "voting",
		Phase::Revealing { .. } => "revealing",
		Phase::Decided { .. } => "decided",
		Phase::Validated { .. } => "validated",
		Phase::Ended { .. } => "ended",
	}
}

/// The state of a task, in a sentence.
pub(crate) fn phase(phase: &Phase) -> String {
	let what = match phase {
		Phase::Reading { .. } => "readers draw",
		Phase::Scoring { .. } => "scorers compare the readings",
		Phase::Drawing { .. } => "the readers disagree; a panel is drawn by lot",
		Phase::Committing { .. } => "the readers disagree; the panel votes",
		Phase::Revealing { .. } => "the panel reveals its votes",
		Phase::Decided { .. } => "the panel has decided; an appeal is possible",
		Phase::Validated { .. } => "validated: there is a consensus",
		Phase::Ended { cause, .. } => ended(*cause),
	};
	match phase {
		Phase::Validated { at, .. } | Phase::Ended { at, .. } => {
			format!("{what}, {}", when(*at))
		}
		_ => phase.deadline().map_or_else(
			|| what.to_owned(),
			|until| format!("{what} until {} ({})", when(until), left(until)),
		),
	}
}

fn ended(cause: EndCause) -> &'static str {
	match cause {
		EndCause::Cancelled => "cancelled before anybody had claimed a place",
		EndCause::TooFewReadings => "ended: fewer than two readings were handed in",
		EndCause::Unscored => "ended: too few scorers reported the same in time",
		EndCause::Unreadable => "ended: no reading could be scored",
		EndCause::NoPanel => "ended: there are too few experts for a panel",
		EndCause::NoQuorum => "ended: too few members of the panel voted",
		EndCause::Rejected => "ended: the panel accepted no reading",
		EndCause::StudyWithdrawn => "ended: the study was withdrawn",
	}
}

/// What can be done, and who can do it.
fn next(details: &TaskDetails) -> String {
	let task = details.task.task.0;
	match &details.task.phase {
		Phase::Reading { .. } => {
			let wanted = usize::from(details.task.terms.wanted);
			let free = wanted.saturating_sub(details.places.len());
			let claim = match free {
				0 => String::new(),
				free => format!("{free} places are free: `contour task claim {task}`. "),
			};
			format!("{claim}Readers with a place: `contour task submit {task} FILE --images DIR`.")
		}
		Phase::Scoring { .. } => "Scorers report by themselves.".into(),
		Phase::Drawing { .. } => "Scorers reveal the secrets for the draw by themselves.".into(),
		Phase::Committing { .. } => format!(
			"Members of the panel: `contour task readings {task} --to DIR`, then `contour task vote \
			 {task} --accept NUMBERS`."
		),
		Phase::Revealing { .. } => {
			format!("Members of the panel: `contour task reveal {task}`.")
		}
		Phase::Decided { .. } => format!(
			"Readers, and the institution that opened the task: `contour task appeal {task} \
			 --reason FILE`. Without an appeal, the task goes on by itself."
		),
		Phase::Validated { .. } if details.published.is_none() => format!(
			"The account that opened it: `contour task consensus {task} --to DIR`, then register \
			 it and `contour task publish {task} --study STUDY`."
		),
		Phase::Validated { .. } => "Data scientists with a lease: `contour result submit`.".into(),
		Phase::Ended { .. } => "Nothing.".into(),
	}
}

/// Everything about a task.
pub(crate) fn text(details: &TaskDetails, paid: Option<&[Payment]>) -> String {
	let task = &details.task;
	let mut lines = vec![
		format!("Task {}, opened {}", task.task.0, when(task.opened)),
		format!("Phase:      {}", phase(&task.phase)),
		format!("Study:      {}", StudyIdText(task.study)),
		format!("Opened by:  {} for institution {}", task.opener, task.institution.0),
		terms_text(&task.terms),
		format!("Bounty:     {}", bounty(details)),
	];
	if !details.places.is_empty() {
		lines.push("Readers:".into());
		lines.extend(details.places.iter().enumerate().map(|(place, reader)| {
			let named = details.are_outcomes_named();
			let outcomes = details.scores.as_ref().filter(|_| named).map(|it| &it.outcomes);
			let outcome = outcomes.and_then(|it| it.get(place));
			format!("  {}  {}", reader.account, place_text(reader, outcome))
		}));
	}
	if !details.reports.is_empty() {
		lines.push(format!("Scorers, of {} that may report:", task.scorers.len()));
		lines.extend(details.reports.iter().map(report));
	}
	if let Some(scores) = &details.scores {
		lines.push(scores_text(scores));
		if !details.are_outcomes_named() {
			let numbered = scores.outcomes.iter().zip(1..);
			lines.extend(
				numbered.map(|(it, number)| format!("  number {number}: {}", outcome_text(it))),
			);
		} else if details.places.is_empty() {
			lines.extend(scores.outcomes.iter().map(|it| format!("  {}", outcome_text(it))));
		}
	}
	if !details.seats.is_empty() {
		lines.push("Panel:".into());
		lines.extend(details.seats.iter().map(seat));
	}
	if let Some(ruling) = &task.ruling {
		let decision = match ruling.decision {
			Decision::Accepts(set) => format!("accepted: {}", numbers(&annotation::numbers(set))),
			Decision::NoQuorum => "too few members voted".into(),
		};
		lines.push(format!("Decision:   panel {}, {decision}", ruling.panel));
	}
	if let Some(published) = details.published {
		lines.push(format!("Published:  study {}", StudyIdText(published)));
	}
	if let Some(paid) = paid.filter(|paid| !paid.is_empty()) {
		lines.push("Paid:".into());
		lines.extend(paid.iter().map(payment));
	}
	lines.push(format!("Next:       {}", next(details)));
	lines.join("\n")
}

fn bounty(details: &TaskDetails) -> String {
	match details.bounty {
		Some(bounty) => format!("{} held", amount::show(bounty)),
		None => "none held any more: what was earned is paid, and the rest is in the pot".into(),
	}
}

fn payment(payment: &Payment) -> String {
	let what = match payment.share {
		Share::Reading => "for a reading",
		Share::Vote => "for a vote",
		Share::Custody => "to the pot of the study's custodian",
		Share::Storage => "to the pot of a scorer's institution",
		Share::Participation => "to the patient",
	};
	format!("  {}  {}  {what}", payment.payee, amount::show(payment.amount))
}

fn place_text(reader: &ReaderRecord, outcome: Option<&OutcomeRecord>) -> String {
	let institution = reader.institution.0;
	let reading = match &reader.reading {
		None => format!("nothing yet, place kept until {}", when(reader.until)),
		Some(reading) if reading.finished => format!("finished {}", when(reading.at)),
		Some(reading) => format!("handed in {}", when(reading.at)),
	};
	let outcome = outcome.map_or(String::new(), |it| format!("; {}", outcome_text(it)));
	format!("institution {institution}  {reading}{outcome}")
}

fn outcome_text(outcome: &OutcomeRecord) -> String {
	match outcome {
		OutcomeRecord::Scored { dice, hd95_micrometres, counted, .. } => {
			let distance = hd95_micrometres.map_or_else(|| "no distance".into(), millimetres);
			let counted = if *counted { "" } else { ", not part of the consensus" };
			format!("Dice {}, HD95 {distance}{counted}", percent(*dice))
		}
		OutcomeRecord::Rejected { reason } => format!("not scored: {}", rejected(*reason)),
	}
}

/// Why a reading was not scored.
pub(crate) fn rejected(reason: Rejection) -> &'static str {
	match reason {
		Rejection::Missing => "it could not be fetched, or was changed",
		Rejection::Sealed => "it is not sealed to the scorers for this task and reader",
		Rejection::Malformed => "it is not a readable segmentation",
		Rejection::Geometry => "it was not drawn on the study's images",
		Rejection::Structure => "it does not have the task's structure",
		Rejection::TooLarge => "it is too large",
		Rejection::Unaccepted => "there is no consensus to compare it with",
	}
}

fn report(report: &AttestationRecord) -> String {
	let stage = if report.stage == 0 { "" } else { ", after the panel" };
	let dissents = if report.dissents { "  DISSENTS" } else { "" };
	format!("  institution {:>3}  {:?}{stage}{dissents}", report.institution.0, report.report)
}

fn scores_text(scores: &ReportRecord) -> String {
	let consensus =
		scores.consensus.map_or_else(|| "none".into(), |consensus| format!("{consensus:?}"));
	let agreement = scores.agreement.map_or_else(|| "nothing to compare".into(), percent);
	format!("Consensus:  {consensus}\nLowest Dice of any two: {agreement}")
}

fn seat(seat: &SeatRecord) -> String {
	let vote = match &seat.vote {
		Vote::Awaited => "has not voted".into(),
		Vote::Committed(_) => "has voted".into(),
		Vote::Revealed(set) => format!("accepts: {}", numbers(&annotation::numbers(*set))),
	};
	format!("  {}  panel {}  {vote}", seat.account, seat.panel)
}

#[cfg(test)]
mod tests {
	use super::*;
	use contour_primitives::Hash;
	use contour_scoring::Ppm;

	#[test]
	fn should_be_sentences_when_phases_and_outcomes_are_told() {
		let reading = phase(&Phase::Reading { until: 1_000 });
		assert_eq!(reading, "readers draw until 1970-01-01T00:00:01Z (time is over)");
		let ended = phase(&Phase::Ended { cause: EndCause::NoQuorum, at: 1_000 });
		assert_eq!(ended, "ended: too few members of the panel voted, 1970-01-01T00:00:01Z");
		let scored = OutcomeRecord::Scored {
			dice: Ppm::from_parts(912_345),
			hd95_micrometres: Some(2_500),
			mask: Hash::zero(),
			counted: false,
		};
		assert_eq!(outcome_text(&scored), "Dice 91.23 %, HD95 2.500 mm, not part of the consensus");
		let rejected = OutcomeRecord::Rejected { reason: Rejection::Geometry };
		assert_eq!(outcome_text(&rejected), "not scored: it was not drawn on the study's images");
	}
}
