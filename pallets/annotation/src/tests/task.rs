// SPDX-License-Identifier: Apache-2.0

//! Tasks: opened, cancelled, ended, forgotten, published.

use crate::{
	AcceptedReports, Agenda, Attestations, Copies, EndCause, Event, NextTask, Panels, Phase,
	Published, Readers, Scorers, Seeds, StudyTasks, Tasks, Terms, Validations, mock::*,
};
use codec::MaxEncodedLen;
use contour_primitives::{
	Refusal, TaskId,
	audit::{Deed, Subject},
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, DispatchResult};

type Error = crate::Error<Test>;

fn try_open(terms: Terms) -> DispatchResult {
	Annotation::open(by(KEEPER), NORTH, study(1), terms, sealed(9), BOUNTY)
}

fn deposit() -> u64 {
	10 + crate::TaskOf::<Test>::max_encoded_len() as u64
}

#[test]
fn should_hold_the_bounty_and_a_deposit_when_a_task_is_opened() {
	ExtBuilder::run(|| {
		assert_ok!(try_open(terms()));

		let (task, institution) = (TASK, NORTH);
		assert_eq!(
			events(),
			[Event::TaskOpened { task, study: study(1), institution, bounty: BOUNTY }]
		);
		let deed = Deed::TaskOpened { task, study: study(1), institution, brief: sealed(9).root };
		assert_eq!(
			history(),
			[
				(Subject::Study(study(1)), Some(KEEPER), deed.clone()),
				(Subject::Task(task), Some(KEEPER), deed),
			]
		);
		assert_eq!(Purse::reserved(), [(task, BOUNTY)].into());
		assert_eq!(held(NORTH), deposit());
		assert_eq!(NextTask::<Test>::get(), TaskId(1));
		let record = Tasks::<Test>::get(task).expect("it was opened");
		assert_eq!(record.phase, Phase::Reading { until: START + terms().reading });
		assert_eq!(record.scorers, SCORING.to_vec());
		assert_eq!((record.opener, record.opened, record.panels), (KEEPER, START, 0));
		assert_eq!(Annotation::tasks(Some(study(1)), None).entries.len(), 1);
	});
}

#[test]
fn should_give_every_task_another_number_when_several_are_open_on_one_study() {
	ExtBuilder::run(|| {
		assert_eq!([open(), open(), open()], [0, 1, 2].map(TaskId));
		let listed = Annotation::tasks(Some(study(1)), None);
		assert_eq!(listed.entries.len(), 3);
		assert_eq!(Annotation::tasks(None, None).entries.len(), 3);
		assert_eq!(Annotation::tasks(Some(study(2)), None).entries, []);
		let (first, _) = &listed.entries[0];
		assert_eq!(Annotation::tasks(Some(study(1)), Some(*first)).entries.len(), 2);
		assert_eq!(Annotation::tasks(None, Some(*first)).entries.len(), 2);
	});
}

#[test]
fn should_count_on_those_scorers_only_whose_institutions_are_active_when_opened() {
	ExtBuilder::run(|| {
		Hospitals::suspend(EAST);
		assert_ok!(try_open(terms()));
		assert_eq!(Tasks::<Test>::get(TASK).expect("it is open").scorers, [NORTH, SOUTH].to_vec());
		assert_ok!(Annotation::dismiss_scorer(by(head(SOUTH))));
		assert_ok!(try_open(terms()));
		let second = Tasks::<Test>::get(TaskId(1)).expect("it is open");
		assert_eq!((second.scorers.to_vec(), second.scorers_needed()), (vec![NORTH], 1));
		assert_ok!(Annotation::dismiss_scorer(by(head(NORTH))));
		assert_noop!(try_open(terms()), Error::NoScorer);
	});
}

#[test]
fn should_need_more_than_half_of_the_scorers_when_there_are_so_many() {
	ExtBuilder::run(|| {
		assert_ok!(try_open(terms()));
		let mut task = Tasks::<Test>::get(TASK).expect("it is open");
		for (scorers, needed) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (31, 16), (32, 17)] {
			task.scorers.clear();
			task.scorers.try_extend((0..scorers).map(|_| NORTH)).expect("32 are allowed");
			assert_eq!(task.scorers_needed(), needed);
		}
	});
}

#[test]
fn should_refuse_a_task_when_its_terms_are_out_of_range() {
	ExtBuilder::run(|| {
		for wanted in [0, 1, 17, u8::MAX] {
			assert_noop!(try_open(Terms { wanted, ..terms() }), Error::ReadersOutOfRange);
		}
		for panel in [0, 2, 6, 8, 9, u8::MAX] {
			assert_noop!(try_open(Terms { panel, ..terms() }), Error::PanelOutOfRange);
		}
		let most = 30 * 24 * HOUR;
		for duration in [0, MINUTE - 1, most + 1, u64::MAX] {
			for terms in [
				Terms { reading: duration, ..terms() },
				Terms { scoring: duration, ..terms() },
				Terms { voting: duration, ..terms() },
				Terms { revealing: duration, ..terms() },
				Terms { appeal: duration, ..terms() },
			] {
				assert_noop!(try_open(terms), Error::DurationOutOfRange);
			}
		}
		for terms in [
			Terms { wanted: 2, panel: 1, reading: MINUTE, appeal: MINUTE, ..terms() },
			Terms { wanted: 16, panel: 7, scoring: most, voting: most, ..terms() },
		] {
			assert_ok!(try_open(terms));
		}
	});
}

#[test]
fn should_refuse_a_task_when_the_caller_may_not_open_it_or_not_spend() {
	ExtBuilder::run(|| {
		let open = |who, institution, bounty| {
			Annotation::open(by(who), institution, study(1), terms(), sealed(9), bounty)
		};
		let refused = |refusal| Error::Refused(refusal);
		assert_noop!(open(STRANGER, NORTH, 0), refused(Refusal::NotVouchedFor));
		assert_noop!(open(DAVID, SOUTH, 0), refused(Refusal::MissingRole));
		assert_noop!(open(KEEPER, SOUTH, 0), refused(Refusal::NotVouchedFor));
		assert_noop!(open(COLLEAGUE, NORTH, 1), refused(Refusal::MissingRole));
		assert_ok!(open(COLLEAGUE, NORTH, 0));
		let empty = DispatchError::Other("the pot is empty");
		let transaction =
			|| frame_support::storage::with_storage_layer(|| open(KEEPER, NORTH, BOUNTY + 1));
		assert_noop!(transaction(), empty);
		assert_eq!(held(NORTH), deposit());
		Archive::withdraw(study(1));
		assert_noop!(open(KEEPER, NORTH, 0), Error::StudyNotFound);
		Hospitals::suspend(NORTH);
		let open = Annotation::open(by(KEEPER), NORTH, study(2), terms(), sealed(9), 0);
		assert_noop!(open, refused(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_refuse_a_task_when_no_number_is_left() {
	ExtBuilder::run(|| {
		NextTask::<Test>::put(TaskId(u32::MAX));
		assert_noop!(try_open(terms()), Error::TooManyTasks);
	});
}

#[test]
fn should_free_the_bounty_when_a_task_is_cancelled() {
	ExtBuilder::run(|| {
		let task = open();
		events();
		history();
		assert_ok!(Annotation::cancel(by(COLLEAGUE), task));

		let cause = EndCause::Cancelled;
		assert_eq!(events(), [Event::TaskEnded { task, cause }]);
		let deed = Deed::TaskEnded { task };
		assert_eq!(
			history(),
			[
				(Subject::Study(study(1)), Some(COLLEAGUE), deed.clone()),
				(Subject::Task(task), Some(COLLEAGUE), deed),
			]
		);
		assert_eq!(phase(task), Phase::Ended { cause, at: now() });
		assert_eq!(Purse::settled(), [(task, None)]);
		assert!(Purse::reserved().is_empty());
		assert_noop!(Annotation::cancel(by(KEEPER), task), Error::PhaseOver);
		assert_noop!(Annotation::claim(by(ANNA), task), Error::PhaseOver);
	});
}

#[test]
fn should_refuse_to_cancel_when_somebody_reads_or_the_caller_may_not() {
	ExtBuilder::run(|| {
		let task = open();
		assert_noop!(Annotation::cancel(by(KEEPER), TaskId(7)), Error::NotFound);
		let not_vouched_for = || Error::Refused(Refusal::NotVouchedFor);
		assert_noop!(Annotation::cancel(by(BEN), task), not_vouched_for());
		assert_noop!(Annotation::cancel(by(STRANGER), task), not_vouched_for());
		assert_ok!(Annotation::claim(by(BEN), task));
		assert_noop!(Annotation::cancel(by(KEEPER), task), Error::PlacesTaken);
		pass(CLAIM_WINDOW);
		assert_ok!(Annotation::cancel(by(KEEPER), task));
	});
}

#[test]
fn should_forget_a_task_and_return_its_deposit_when_it_ended_long_ago() {
	ExtBuilder::run(|| {
		enlist(12);
		let task = open();
		read(task, &[ANNA, BEN, CARLA]);
		let told = report(300_000, &[900_000, 880_000, 310_000]);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		reveal_seeds(1);
		vote(&members(1), &[0, 0, 0]);
		pass(terms().appeal);
		let cause = EndCause::Rejected;
		assert!(matches!(phase(task), Phase::Ended { cause: it, .. } if it == cause));
		let details = Annotation::details(task).expect("it is kept for a while");
		assert_eq!((details.readers.len(), details.panels.len()), (3, 3));
		assert_eq!(held(NORTH), deposit());
		events();

		pass(RETENTION - MINUTE);
		assert_eq!(events(), []);
		pass(MINUTE);
		assert_eq!(events(), [Event::TaskForgotten { task }]);
		assert_eq!(held(NORTH), 0);
		assert!(Annotation::details(task).is_none());
		assert!(!StudyTasks::<Test>::contains_key(study(1), task));
		assert!(!Readers::<Test>::contains_key(task));
		assert!(!Panels::<Test>::contains_key(task));
		assert!(!Attestations::<Test>::contains_key(task));
		assert!(!AcceptedReports::<Test>::contains_key(task));
		assert!(!Seeds::<Test>::contains_key(task));
		assert!(!Copies::<Test>::contains_key(task));
		assert_eq!(open(), TaskId(1), "no number is given again");
	});
}

#[test]
fn should_keep_a_consensus_and_its_deposit_when_it_was_reached_long_ago() {
	ExtBuilder::run(|| {
		let task = validated();
		pass(2 * RETENTION);
		let details = Annotation::details(task).expect("it has a consensus");
		assert!(matches!(details.task.phase, Phase::Validated { .. }));
		assert!(details.report.is_some());
		assert_eq!((details.readers, details.attestations), (vec![], vec![]));
		assert_eq!(held(NORTH), deposit());
		assert_eq!(Validations::<Test>::get(study(1)), Some(task));
		assert_eq!(Agenda::<Test>::iter().count(), 0);
	});
}

#[test]
fn should_name_the_last_consensus_when_a_study_has_several() {
	ExtBuilder::run(|| {
		validated();
		let second = validated();
		assert_eq!(Validations::<Test>::get(study(1)), Some(second));
	});
}

#[test]
fn should_name_the_study_when_the_custodian_registered_the_consensus() {
	ExtBuilder::run(|| {
		let task = validated();
		events();
		history();
		assert_ok!(Annotation::publish(by(KEEPER), task, study(2)));
		assert_eq!(events(), [Event::ConsensusPublished { task, study: study(2) }]);
		let deed = Deed::ConsensusPublished { study: study(2) };
		assert_eq!(history(), [(Subject::Task(task), Some(KEEPER), deed)]);
		assert_eq!(Published::<Test>::get(task), Some(study(2)));
		assert_noop!(Annotation::publish(by(KEEPER), task, study(3)), Error::AlreadyExists);
	});
}

#[test]
fn should_refuse_to_name_a_study_when_there_is_no_consensus_or_it_is_not_the_custodians() {
	ExtBuilder::run(|| {
		let task = open();
		assert_noop!(Annotation::publish(by(KEEPER), task, study(2)), Error::NotValidated);
		assert_noop!(Annotation::publish(by(KEEPER), TaskId(9), study(2)), Error::NotFound);
		let task = validated();
		let publish = |who| Annotation::publish(by(who), task, study(2));
		assert_noop!(publish(ANNA), Error::Refused(Refusal::MissingRole));
		assert_noop!(publish(BEN), Error::Refused(Refusal::NotVouchedFor));
		Archive::entrust(study(2), SOUTH);
		assert_noop!(publish(KEEPER), Error::NotAuthorized);
		let own = Annotation::publish(by(KEEPER), task, study(1));
		assert_noop!(own, Error::NotAuthorized);
		Archive::withdraw(study(2));
		assert_noop!(publish(KEEPER), Error::StudyNotFound);
	});
}

#[test]
fn should_end_and_free_the_bounty_when_the_study_is_withdrawn_in_any_phase() {
	type Reach = fn() -> TaskId;
	let reading: Reach = open;
	let scoring: Reach = || {
		let task = open();
		read(task, &[ANNA, BEN, CARLA]);
		task
	};
	let drawing: Reach = || {
		let task = open();
		read(task, &[ANNA, BEN, CARLA]);
		let told = report(300_000, &[900_000, 880_000, 310_000]);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		task
	};
	let committing: Reach = || {
		dispute();
		TASK
	};
	let revealing: Reach = || {
		dispute();
		assert_ok!(commit(&members(1)[0], 1));
		pass(terms().voting);
		TASK
	};
	let decided: Reach = || {
		vote(&dispute(), &[1, 1, 1]);
		TASK
	};
	let scoring_again: Reach = || {
		vote(&dispute(), &[1, 1, 1]);
		pass(terms().appeal);
		TASK
	};
	for reach in [reading, scoring, drawing, committing, revealing, decided, scoring_again] {
		ExtBuilder::run(|| {
			let task = reach();
			let before = phase(task);
			Archive::withdraw(study(1));
			Purse::settled();
			events();
			pass(terms().reading);
			let cause = EndCause::StudyWithdrawn;
			assert_eq!(events(), [Event::TaskEnded { task, cause }], "{before:?}");
			assert_eq!(Purse::settled(), [(task, None)], "{before:?}");
		});
	}
}

#[test]
fn should_end_without_a_panel_when_the_study_is_withdrawn_before_the_last_secret() {
	ExtBuilder::run(|| {
		enlist(12);
		let task = open();
		read(task, &[ANNA, BEN, CARLA]);
		let told = report(300_000, &[900_000, 880_000, 310_000]);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		Archive::withdraw(study(1));
		reveal_seeds(1);
		let cause = EndCause::StudyWithdrawn;
		assert_eq!(phase(task), Phase::Ended { cause, at: now() });
		assert_eq!(Purse::settled(), [(task, None)]);
	});
}

#[test]
fn should_end_without_a_consensus_when_the_study_is_withdrawn_before_the_last_report() {
	ExtBuilder::run(|| {
		let task = open();
		read(task, &[ANNA, BEN, CARLA]);
		let told = report(900_000, &[900_000; 3]);
		assert_ok!(score(NORTH, task, &told));
		Archive::withdraw(study(1));
		assert_ok!(score(SOUTH, task, &told));
		let cause = EndCause::StudyWithdrawn;
		assert_eq!(phase(task), Phase::Ended { cause, at: now() });
		assert_eq!(Purse::settled(), [(task, None)]);
		assert_eq!(Validations::<Test>::get(study(1)), None);
	});
}

#[test]
fn should_appoint_replace_and_dismiss_a_scorer_when_the_administrator_says_so() {
	ExtBuilder::run(|| {
		let (institution, account) = (EAST, scorer(EAST));
		let other = key(WEST).1;
		assert_ok!(Annotation::appoint_scorer(by(head(EAST)), account.clone(), other.clone()));
		assert_eq!(events(), [Event::ScorerAppointed { institution, account: account.clone() }]);
		assert_eq!(Scorers::<Test>::get(EAST).map(|it| it.key), Some(other));
		assert_eq!(Scorers::<Test>::count(), 3);
		let listed: Vec<_> = Annotation::scorers().into_iter().map(|(it, _)| it).collect();
		assert_eq!(listed, SCORING);
		assert_ok!(Annotation::dismiss_scorer(by(head(EAST))));
		assert_eq!(events(), [Event::ScorerDismissed { institution }]);
		assert_noop!(Annotation::dismiss_scorer(by(head(EAST))), Error::NotFound);
	});
}

#[test]
fn should_refuse_a_scorer_when_its_account_or_key_does_not_serve() {
	ExtBuilder::run(|| {
		let appoint = |who, account, key| Annotation::appoint_scorer(by(who), account, key);
		let free = || key(WEST).1;
		assert_noop!(appoint(KEEPER, scorer(NORTH), free()), Error::NotAuthorized);
		assert_noop!(Annotation::dismiss_scorer(by(KEEPER)), Error::NotAuthorized);
		assert_noop!(appoint(head(NORTH), ANNA, free()), Error::Refused(Refusal::MissingRole));
		assert_noop!(
			appoint(head(NORTH), scorer(SOUTH), free()),
			Error::Refused(Refusal::NotVouchedFor)
		);
		assert_noop!(appoint(head(WEST), scorer(WEST), key(NORTH).1), Error::AlreadyExists);
		Hospitals::lose_key(&scorer(WEST));
		assert_noop!(appoint(head(WEST), scorer(WEST), free()), Error::NoEncryptionKey);
		Hospitals::suspend(NORTH);
		assert_noop!(appoint(head(NORTH), scorer(NORTH), free()), Error::NotAuthorized);
	});
}

#[test]
fn should_refuse_another_scorer_when_there_are_as_many_as_can_be() {
	ExtBuilder::run(|| {
		let record = Scorers::<Test>::get(NORTH).expect("it has one");
		for number in 3..crate::MAX_SCORERS {
			let institution = contour_primitives::InstitutionId(1_000 + number);
			Hospitals::admit(institution);
			Scorers::<Test>::insert(institution, &record);
		}
		let appoint = |institution, number| {
			let public = key(contour_primitives::InstitutionId(number)).1;
			Annotation::appoint_scorer(by(head(institution)), scorer(institution), public)
		};
		assert_noop!(appoint(WEST, 60), Error::TooManyScorers);
		assert_ok!(appoint(NORTH, 61));
	});
}
