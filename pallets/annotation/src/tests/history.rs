// SPDX-License-Identifier: Apache-2.0

//! No event without a decision about its entry in histories.

use crate::{Decision, EndCause, ResultKind, history::Detail, mock::*};
use codec::Encode;
use contour_primitives::{
	AccountId, Hash,
	audit::{Deed, Subject},
};
use contour_scoring::Ppm;
use scale_info::{TypeDef, TypeInfo};
use std::collections::BTreeSet;

type Event = crate::Event<Test>;
type Entries = (Vec<Subject<AccountId>>, Deed<AccountId>);

/// Each event, with what its entry contains besides, and the entry with those to whom it belongs.
fn decisions() -> Vec<(Event, Detail, Option<Entries>)> {
	let (task, study, published, institution) = (TASK, study(1), study(2), NORTH);
	let [report, root, brief, seed, commitment] = [1, 2, 3, 4, 5].map(Hash::repeat_byte);
	let [reason, consensus, result, model] = [6, 7, 8, 9].map(Hash::repeat_byte);
	let (panel, accepted, members) = (1, 0b101, vec![expert(0), expert(1)]);

	let nowhere = |event| (event, Detail::Nothing, None);
	let told_with = |event, detail, deed| (event, detail, Some((vec![Subject::Task(task)], deed)));
	let told = |event, deed| told_with(event, Detail::Nothing, deed);
	let told_both = |event, detail, deed| {
		(event, detail, Some((vec![Subject::Study(study), Subject::Task(task)], deed)))
	};
	vec![
		nowhere(Event::ScorerAppointed { institution, account: scorer(institution) }),
		nowhere(Event::ScorerDismissed { institution }),
		nowhere(Event::ExpertEnlisted { expert: expert(0) }),
		nowhere(Event::ExpertRetired { expert: expert(0) }),
		told_both(
			Event::TaskOpened { task, study, institution, bounty: BOUNTY },
			Detail::Brief(brief),
			Deed::TaskOpened { task, study, institution, brief },
		),
		told(Event::PlaceClaimed { task, reader: ANNA, until: START }, Deed::PlaceClaimed),
		told(Event::PlaceFreed { task, reader: ANNA }, Deed::PlaceFreed { reader: ANNA }),
		told(
			Event::ReadingSubmitted { task, reader: ANNA, root, finished: true },
			Deed::ReadingSubmitted { root },
		),
		told(
			Event::ScoresReported { task, institution, report },
			Deed::ScoresReported { institution, report },
		),
		told(
			Event::TaskScored { task, report, agreement: Some(Ppm::from_parts(1)) },
			Deed::TaskScored { report },
		),
		nowhere(Event::ScorerDissented { task, institution }),
		told(Event::TaskDisputed { task }, Deed::TaskDisputed),
		nowhere(Event::SeedRevealed { task, institution, panel }),
		told_with(
			Event::PanelDrawn { task, panel, members: members.clone() },
			Detail::Seed(seed),
			Deed::PanelDrawn { members, seed },
		),
		nowhere(Event::CopiesProvided { task, institution, panel, root }),
		told_with(
			Event::VoteCommitted { task, member: expert(0) },
			Detail::Commitment(commitment),
			Deed::VoteCommitted { commitment },
		),
		told(
			Event::VoteRevealed { task, member: expert(0), accepted },
			Deed::VoteRevealed { accepted },
		),
		told(
			Event::PanelDecided { task, panel, decision: Decision::Accepts(accepted) },
			Deed::PanelDecided { accepted: Some(accepted) },
		),
		told(
			Event::PanelDecided { task, panel, decision: Decision::NoQuorum },
			Deed::PanelDecided { accepted: None },
		),
		told(Event::Appealed { task, who: ANNA, reason }, Deed::Appealed { reason }),
		told_both(
			Event::TaskValidated { task, consensus },
			Detail::Study(study),
			Deed::TaskValidated { task, consensus },
		),
		told_both(
			Event::TaskEnded { task, cause: EndCause::Rejected },
			Detail::Study(study),
			Deed::TaskEnded { task },
		),
		nowhere(Event::TaskForgotten { task }),
		told(
			Event::ConsensusPublished { task, study: published },
			Deed::ConsensusPublished { study: published },
		),
		(
			Event::ResultSubmitted {
				study,
				index: 0,
				author: DAVID,
				kind: ResultKind::Segmentation,
			},
			Detail::Analysis { result, model },
			Some((vec![Subject::Study(study)], Deed::ResultSubmitted { result, model })),
		),
	]
}

#[test]
fn should_leave_the_event_and_the_entries_that_were_decided_on_when_something_happens() {
	ExtBuilder::run(|| {
		for (event, detail, entries) in decisions() {
			Annotation::happened_with(Some(KEEPER), event.clone(), detail);
			assert_eq!(events(), [event]);
			let expected: Vec<_> = entries
				.into_iter()
				.flat_map(|(subjects, deed)| {
					subjects.into_iter().map(move |subject| (subject, Some(KEEPER), deed.clone()))
				})
				.collect();
			assert_eq!(history(), expected);
		}
	});
}

#[test]
fn should_have_decided_about_every_event_when_events_are_added() {
	let decided: BTreeSet<u8> = decisions().iter().map(|(event, ..)| event.encode()[0]).collect();
	let TypeDef::Variant(kinds) = Event::type_info().type_def else { panic!("they are an enum") };
	let all: BTreeSet<u8> = kinds.variants.iter().map(|variant| variant.index).collect();
	assert_eq!(decided, all);
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "the entry of this event needs a detail")]
fn should_not_go_unnoticed_in_tests_when_a_detail_is_missing() {
	Event::TaskEnded { task: TASK, cause: EndCause::Rejected }.deed(Detail::Nothing);
}
