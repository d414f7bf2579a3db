// SPDX-License-Identifier: Apache-2.0

//! Places claimed, freed and lapsed; readings handed in and replaced.

use crate::{EndCause, Event, Phase, Readers, Terms, mock::*};
use contour_primitives::{
	AccountId, Refusal, TaskId,
	audit::{Deed, Subject},
};
use contour_scoring::Ppm;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;

type Error = crate::Error<Test>;

fn claim(who: AccountId) -> DispatchResult {
	Annotation::claim(by(who), TASK)
}

fn submit(who: AccountId, number: u8, finished: bool) -> DispatchResult {
	Annotation::submit(by(who), TASK, sealed(number), finished)
}

fn readers() -> Vec<AccountId> {
	Readers::<Test>::get(TASK).into_iter().map(|reader| reader.who).collect()
}

#[test]
fn should_keep_a_place_for_a_while_when_it_is_claimed() {
	ExtBuilder::run(|| {
		let task = open();
		events();
		history();
		assert_ok!(claim(ANNA));
		let until = now() + CLAIM_WINDOW;
		assert_eq!(events(), [Event::PlaceClaimed { task, reader: ANNA, until }]);
		assert_eq!(history(), [(Subject::Task(task), Some(ANNA), Deed::PlaceClaimed)]);
		assert_noop!(claim(ANNA), Error::AlreadyExists);
		wait(9 * HOUR);
		assert_ok!(claim(BEN));
		let last = Readers::<Test>::get(task).into_iter().next_back().expect("there is one");
		assert_eq!(last.until, START + terms().reading, "no longer than readings are taken");
	});
}

#[test]
fn should_refuse_a_place_when_all_are_taken_or_the_caller_may_not_read() {
	ExtBuilder::run(|| {
		assert_noop!(claim(ANNA), Error::NotFound);
		open();
		assert_noop!(claim(STRANGER), Error::Refused(Refusal::NotVouchedFor));
		assert_noop!(claim(KEEPER), Error::Refused(Refusal::MissingRole));
		for reader in [ANNA, BEN, CARLA] {
			assert_ok!(claim(reader));
		}
		assert_noop!(claim(COLLEAGUE), Error::NoPlaceLeft);
		Hospitals::suspend(SOUTH);
		assert_noop!(submit(BEN, 1, true), Error::Refused(Refusal::InstitutionNotActive));
		assert_noop!(claim(DAVID), Error::Refused(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_free_a_place_when_nothing_was_handed_in_in_time() {
	ExtBuilder::run(|| {
		let task = open();
		assert_ok!(claim(ANNA));
		assert_ok!(claim(BEN));
		assert_ok!(submit(BEN, 1, false));
		events();
		history();
		pass(CLAIM_WINDOW);
		assert_eq!(events(), [Event::PlaceFreed { task, reader: ANNA }]);
		let deed = Deed::PlaceFreed { reader: ANNA };
		assert_eq!(history(), [(Subject::Task(task), None, deed)]);
		assert_eq!(readers(), [BEN], "a reading keeps the place");
		assert_noop!(submit(ANNA, 2, true), Error::NoPlace);
		assert_ok!(claim(ANNA));
		assert_ok!(submit(ANNA, 2, true));
	});
}

#[test]
fn should_give_a_lapsed_place_to_the_next_reader_when_no_block_has_freed_it() {
	ExtBuilder::run(|| {
		let task = open();
		for reader in [ANNA, BEN, CARLA] {
			assert_ok!(claim(reader));
		}
		wait(CLAIM_WINDOW);
		assert_noop!(submit(ANNA, 1, true), Error::NoPlace);
		events();
		assert_ok!(claim(COLLEAGUE));
		let freed = |reader| Event::PlaceFreed { task, reader };
		let until = now() + CLAIM_WINDOW;
		assert_eq!(
			events(),
			[
				freed(ANNA),
				freed(BEN),
				freed(CARLA),
				Event::PlaceClaimed { task, reader: COLLEAGUE, until },
			]
		);
		assert_eq!(readers(), [COLLEAGUE]);
	});
}

#[test]
fn should_take_a_reading_back_when_its_reader_leaves() {
	ExtBuilder::run(|| {
		let task = open();
		assert_noop!(Annotation::leave(by(ANNA), TaskId(9)), Error::NotFound);
		assert_noop!(Annotation::leave(by(ANNA), task), Error::NoPlace);
		assert_ok!(claim(ANNA));
		assert_ok!(submit(ANNA, 1, true));
		events();
		history();
		assert_ok!(Annotation::leave(by(ANNA), task));
		assert_eq!(events(), [Event::PlaceFreed { task, reader: ANNA }]);
		let deed = Deed::PlaceFreed { reader: ANNA };
		assert_eq!(history(), [(Subject::Task(task), Some(ANNA), deed)]);
		assert_eq!(readers(), []);
		assert_noop!(submit(ANNA, 1, true), Error::NoPlace);
		pass(terms().reading);
		assert_noop!(Annotation::leave(by(ANNA), task), Error::PhaseOver);
	});
}

#[test]
fn should_replace_a_reading_until_it_is_finished() {
	ExtBuilder::run(|| {
		let task = open();
		assert_ok!(claim(ANNA));
		events();
		history();
		assert_ok!(submit(ANNA, 1, false));
		wait(HOUR);
		assert_ok!(submit(ANNA, 1, false));
		assert_ok!(submit(ANNA, 2, true));
		let submitted = |number, finished| Event::ReadingSubmitted {
			task,
			reader: ANNA,
			root: sealed(number).root,
			finished,
		};
		assert_eq!(events(), [submitted(1, false), submitted(1, false), submitted(2, true)]);
		let deed = Deed::ReadingSubmitted { root: sealed(2).root };
		assert_eq!(history().last(), Some(&(Subject::Task(task), Some(ANNA), deed)));
		let reading = Readers::<Test>::get(task)[0].reading.clone().expect("it was handed in");
		assert_eq!((reading.sealed, reading.at, reading.finished), (sealed(2), now(), true));
		assert_noop!(submit(ANNA, 3, true), Error::AlreadyFinished);
	});
}

#[test]
fn should_refuse_a_reading_when_somebody_else_has_handed_it_in() {
	ExtBuilder::run(|| {
		open();
		assert_ok!(claim(ANNA));
		assert_ok!(claim(BEN));
		assert_ok!(submit(ANNA, 1, true));
		assert_noop!(submit(BEN, 1, true), Error::AlreadyExists);
		assert_ok!(submit(BEN, 2, true));
	});
}

#[test]
fn should_refuse_a_reading_when_there_is_no_place_or_no_lease() {
	ExtBuilder::run(|| {
		assert_noop!(submit(ANNA, 1, true), Error::NotFound);
		open();
		assert_noop!(submit(ANNA, 1, true), Error::NoPlace);
		assert_ok!(claim(ANNA));
		assert_ok!(claim(expert(1)));
		assert_noop!(submit(expert(1), 1, true), Error::NoLease);
		Archive::end_leases();
		assert_noop!(submit(ANNA, 1, true), Error::NoLease);
		Archive::withdraw(study(1));
		assert_noop!(submit(ANNA, 1, true), Error::StudyNotFound);
		assert_noop!(claim(BEN), Error::StudyNotFound);
	});
}

#[test]
fn should_end_reading_at_once_when_every_reading_is_finished() {
	ExtBuilder::run(|| {
		let task = open();
		read(task, &[ANNA, BEN]);
		assert_ok!(claim(CARLA));
		assert!(matches!(phase(task), Phase::Reading { .. }));
		assert_ok!(submit(CARLA, 3, false));
		assert!(matches!(phase(task), Phase::Reading { .. }));
		wait(MINUTE);
		assert_ok!(submit(CARLA, 4, true));
		let (since, until) = (now(), now() + terms().scoring);
		assert_eq!(phase(task), Phase::Scoring { since, until });
		assert_noop!(submit(CARLA, 5, true), Error::PhaseOver);
		assert_noop!(claim(COLLEAGUE), Error::PhaseOver);
		assert_noop!(Annotation::leave(by(ANNA), task), Error::PhaseOver);
		assert_noop!(Annotation::cancel(by(KEEPER), task), Error::PhaseOver);
	});
}

#[test]
fn should_refuse_readers_when_the_time_is_over_and_no_block_has_ended_it() {
	ExtBuilder::run(|| {
		let task = open();
		assert_ok!(claim(ANNA));
		wait(terms().reading);
		assert!(matches!(phase(task), Phase::Reading { .. }));
		assert_noop!(submit(ANNA, 1, true), Error::PhaseOver);
		assert_noop!(claim(BEN), Error::PhaseOver);
	});
}

#[test]
fn should_score_what_there_is_when_the_time_for_reading_is_over() {
	ExtBuilder::run(|| {
		let task = open();
		read(task, &[ANNA]);
		wait(9 * HOUR);
		assert_ok!(claim(BEN));
		assert_ok!(submit(BEN, 2, false));
		assert_ok!(claim(CARLA));
		events();
		pass(HOUR);
		assert_eq!(events(), [Event::PlaceFreed { task, reader: CARLA }]);
		let (since, until) = (now(), now() + terms().scoring);
		assert_eq!(phase(task), Phase::Scoring { since, until });
		assert_eq!(readers(), [ANNA, BEN]);
		let told = report(900_000, &[950_000, 940_000]);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		let earliness: Vec<_> = settlement.readers.iter().map(|work| work.earliness).collect();
		assert_eq!(earliness, [Ppm::ONE, Ppm::from_parts(100_000)]);
		assert_eq!(settlement.wanted, 3);
	});
}

#[test]
fn should_end_and_free_the_bounty_when_fewer_than_two_readings_came() {
	ExtBuilder::run(|| {
		let task = open();
		read(task, &[ANNA]);
		events();
		pass(terms().reading);
		let cause = EndCause::TooFewReadings;
		assert_eq!(events(), [Event::TaskEnded { task, cause }]);
		assert_eq!(phase(task), Phase::Ended { cause, at: now() });
		assert_eq!(Purse::settled(), [(task, None)]);
	});
}

/// What was handed in by somebody with standing counts: the work was done, blind, in time.
#[test]
fn should_keep_a_reading_when_its_readers_institution_is_suspended_afterwards() {
	ExtBuilder::run(|| {
		let task = open_with(Terms { wanted: 2, ..terms() });
		read(task, &[BEN]);
		Hospitals::suspend(SOUTH);
		assert_ok!(claim(ANNA));
		assert_ok!(submit(ANNA, 2, true));
		assert_eq!(readers(), [BEN, ANNA]);
		let told = report(900_000, &[950_000, 940_000]);
		assert_noop!(score(SOUTH, task, &told), Error::Refused(Refusal::InstitutionNotActive));
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(EAST, task, &told));
		assert!(matches!(phase(task), Phase::Validated { .. }));
	});
}
