// SPDX-License-Identifier: Apache-2.0

//! Votes committed to, revealed and counted; appeals.

use crate::{Decision, EndCause, Event, Panels, Phase, Ruling, Tasks, Terms, Vote, mock::*};
use contour_primitives::{
	AccountId, Hash, Numbers, Refusal, TaskId,
	audit::{Deed, Subject},
	vote_commitment,
};
use contour_scoring::Ppm;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;

type Error = crate::Error<Test>;

fn appeal(who: AccountId) -> DispatchResult {
	Annotation::appeal(by(who), TASK, Hash::repeat_byte(3))
}

fn ruling() -> Option<Ruling> {
	Tasks::<Test>::get(TASK).expect("it is there").ruling
}

/// Lets the second panel be drawn, after a first one decided so.
fn appealed(first: [Numbers; 3]) -> Vec<AccountId> {
	vote(&dispute(), &first);
	assert_ok!(appeal(CARLA));
	reveal_seeds(2);
	members(2)
}

#[test]
fn should_commit_to_a_vote_that_nobody_can_read() {
	ExtBuilder::run(|| {
		let members = dispute();
		events();
		history();
		assert_ok!(commit(&members[0], 0b011));
		let member = members[0].clone();
		assert_eq!(events(), [Event::VoteCommitted { task: TASK, member: member.clone() }]);
		let genesis = Annotation::genesis();
		let salt = salt(&member);
		let commitment = vote_commitment(genesis, TASK, 1, &member, 0b011, salt);
		let deed = Deed::VoteCommitted { commitment };
		assert_eq!(history(), [(Subject::Task(TASK), Some(member.clone()), deed)]);
		assert!(Annotation::votes(TASK, 1).contains(&(member, Vote::Committed(commitment))));
	});
}

#[test]
fn should_replace_a_commitment_while_the_phase_lasts() {
	ExtBuilder::run(|| {
		let members = dispute();
		assert_ok!(commit(&members[0], 0b111));
		assert_ok!(commit(&members[0], 0b001));
		assert_ok!(commit(&members[1], 0b001));
		pass(terms().voting);
		assert_noop!(commit(&members[0], 0b111), Error::WrongPhase);
		assert_noop!(reveal(&members[0], 0b111), Error::NotCommitted);
		assert_ok!(reveal(&members[0], 0b001));
	});
}

#[test]
fn should_let_the_panel_reveal_at_once_when_all_have_committed() {
	ExtBuilder::run(|| {
		let members = dispute();
		for member in &members {
			assert!(matches!(phase(TASK), Phase::Committing { .. }));
			assert_noop!(reveal(member, 1), Error::WrongPhase);
			assert_ok!(commit(member, 1));
		}
		assert_eq!(phase(TASK), Phase::Revealing { until: now() + terms().revealing });
	});
}

#[test]
fn should_refuse_a_commitment_when_the_caller_is_not_of_the_panel_or_may_not_vote() {
	ExtBuilder::run(|| {
		let members = dispute();
		assert_noop!(
			Annotation::commit(by(members[0].clone()), TaskId(9), Hash::zero()),
			Error::NotFound
		);
		let other = (0..12).map(expert).find(|it| !members.contains(it)).expect("three of twelve");
		assert_noop!(commit(&other, 1), Error::NotAuthorized);
		assert_noop!(commit(&ANNA, 1), Error::NotAuthorized);
		assert_noop!(commit(&KEEPER, 1), Error::Refused(Refusal::MissingRole));
		assert_noop!(commit(&STRANGER, 1), Error::Refused(Refusal::NotVouchedFor));
		wait(terms().voting);
		assert_noop!(commit(&members[0], 1), Error::WrongPhase);
		Hospitals::suspend(WEST);
		pass(0);
		assert!(matches!(phase(TASK), Phase::Decided { .. }));
	});
	ExtBuilder::run(|| {
		let members = dispute();
		Hospitals::suspend(WEST);
		assert_noop!(commit(&members[0], 1), Error::Refused(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_open_nothing_when_a_commitment_was_copied_from_somebody_else() {
	ExtBuilder::run(|| {
		let members = dispute();
		assert_ok!(commit(&members[0], 0b011));
		let (_, Vote::Committed(copied)) = Annotation::votes(TASK, 1)[0].clone() else {
			panic!("it was committed to")
		};
		assert_ok!(Annotation::commit(by(members[1].clone()), TASK, copied));
		pass(terms().voting);
		assert_ok!(reveal(&members[0], 0b011));
		let copy = Annotation::reveal(by(members[1].clone()), TASK, 0b011, salt(&members[0]));
		assert_eq!(copy, Err(Error::NotCommitted.into()));
		pass(terms().revealing);
		let decision = Decision::NoQuorum;
		assert_eq!(ruling(), Some(Ruling { panel: 1, decision }));
	});
}

#[test]
fn should_refuse_a_vote_when_it_is_for_another_task_or_panel_or_salt() {
	ExtBuilder::run(|| {
		let members = dispute();
		let member = &members[0];
		let genesis = Annotation::genesis();
		for commitment in [
			vote_commitment(genesis, TaskId(1), 1, member, 1, salt(member)),
			vote_commitment(genesis, TASK, 2, member, 1, salt(member)),
			vote_commitment(Hash::repeat_byte(1), TASK, 1, member, 1, salt(member)),
			vote_commitment(genesis, TASK, 1, member, 1, Hash::zero()),
			vote_commitment(genesis, TASK, 1, member, 2, salt(member)),
		] {
			let committed = frame_support::storage::with_transaction(|| {
				assert_ok!(Annotation::commit(by(member.clone()), TASK, commitment));
				pass(terms().voting);
				let refused = reveal(member, 1);
				sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(
					refused,
				))
			});
			assert_eq!(committed, Ok(Err(Error::NotCommitted.into())));
		}
	});
}

#[test]
fn should_decide_at_once_when_all_who_committed_have_revealed() {
	ExtBuilder::run(|| {
		let members = dispute();
		assert_ok!(commit(&members[0], 0b011));
		assert_ok!(commit(&members[2], 0b110));
		pass(terms().voting);
		assert_ok!(reveal(&members[0], 0b011));
		events();
		history();
		assert_noop!(reveal(&members[0], 0b011), Error::NotCommitted);
		assert_noop!(reveal(&members[1], 0b011), Error::NotCommitted);
		assert_noop!(reveal(&STRANGER, 0b011), Error::NotAuthorized);
		assert_ok!(reveal(&members[2], 0b110));

		// Two of three are a quorum, and a reading that one of them accepts is not accepted.
		let (task, accepted) = (TASK, 0b110);
		let decision = Decision::Accepts(0b010);
		let member = members[2].clone();
		assert_eq!(
			events(),
			[
				Event::VoteRevealed { task, member: member.clone(), accepted },
				Event::PanelDecided { task, panel: 1, decision },
			]
		);
		let on_task = |who, what| (Subject::Task(task), who, what);
		assert_eq!(
			history(),
			[
				on_task(Some(member), Deed::VoteRevealed { accepted }),
				on_task(None, Deed::PanelDecided { accepted: Some(0b010) }),
			]
		);
		assert_eq!(phase(TASK), Phase::Decided { until: now() + terms().appeal });
		assert_eq!(ruling(), Some(Ruling { panel: 1, decision }));
	});
}

#[test]
fn should_refuse_a_vote_for_a_reading_that_is_not_there() {
	ExtBuilder::run(|| {
		let members = dispute();
		for member in &members {
			assert_ok!(commit(member, 0b1000));
		}
		assert_noop!(reveal(&members[0], 0b1000), Error::NoSuchReading);
		assert_noop!(reveal(&members[0], u16::MAX), Error::NoSuchReading);
	});
}

#[test]
fn should_count_a_vote_like_one_not_given_when_it_is_revealed_late() {
	ExtBuilder::run(|| {
		let members = dispute();
		for member in &members {
			assert_ok!(commit(member, 0b111));
		}
		assert_ok!(reveal(&members[0], 0b111));
		wait(terms().revealing);
		assert_noop!(reveal(&members[1], 0b111), Error::WrongPhase);
		pass(0);
		assert_eq!(ruling(), Some(Ruling { panel: 1, decision: Decision::NoQuorum }));
		assert_noop!(reveal(&members[1], 0b111), Error::WrongPhase);
	});
}

#[test]
fn should_end_without_a_quorum_when_nobody_commits() {
	ExtBuilder::run(|| {
		dispute();
		events();
		history();
		pass(terms().voting);
		let (task, decision) = (TASK, Decision::NoQuorum);
		assert_eq!(events(), [Event::PanelDecided { task, panel: 1, decision }]);
		let deed = Deed::PanelDecided { accepted: None };
		assert_eq!(history(), [(Subject::Task(task), None, deed)]);
		assert!(matches!(phase(task), Phase::Decided { .. }));
		pass(terms().appeal);
		let cause = EndCause::NoQuorum;
		assert_eq!(events(), [Event::TaskEnded { task, cause }]);
		assert_eq!(phase(task), Phase::Ended { cause, at: now() });
		assert_eq!(Purse::settled(), [(task, None)]);
	});
}

#[test]
fn should_accept_what_more_than_half_of_the_votes_accept() {
	for (votes, accepted) in [
		([0b001, 0b001, 0b110], 0b001),
		([0b111, 0b000, 0b000], 0b000),
		([0b011, 0b110, 0b101], 0b111),
		([0b111, 0b111, 0b111], 0b111),
	] {
		ExtBuilder::run(|| {
			vote(&dispute(), &votes);
			assert_eq!(ruling().map(|it| it.decision), Some(Decision::Accepts(accepted)));
		});
	}
}

#[test]
fn should_pay_the_panel_and_nobody_else_when_it_accepts_nothing() {
	ExtBuilder::run(|| {
		let panel = dispute();
		vote(&panel, &[0b001, 0b100, 0b000]);
		pass(terms().appeal);
		let cause = EndCause::Rejected;
		assert_eq!(phase(TASK), Phase::Ended { cause, at: now() });
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		assert!(!settlement.validated);
		let work: Vec<_> =
			settlement.panel.iter().map(|it| (it.who.clone(), it.alignment)).collect();
		let two_thirds = Ppm::from_parts(666_666);
		let expected = [two_thirds, two_thirds, Ppm::ONE];
		assert_eq!(work, panel.into_iter().zip(expected).collect::<Vec<_>>());
	});
}

#[test]
fn should_score_what_was_accepted_when_nobody_appeals() {
	ExtBuilder::run(|| {
		vote(&dispute(), &[0b011, 0b011, 0b110]);
		pass(terms().appeal - MINUTE);
		assert!(matches!(phase(TASK), Phase::Decided { .. }));
		pass(MINUTE);
		let (since, until) = (now(), now() + terms().scoring);
		assert_eq!(phase(TASK), Phase::Scoring { since, until });
		assert_eq!(Tasks::<Test>::get(TASK).expect("it is there").accepted, Some(0b011));
		assert_noop!(appeal(ANNA), Error::WrongPhase);
	});
}

#[test]
fn should_take_an_appeal_of_a_reader_or_of_the_tasks_institution() {
	for who in [ANNA, CARLA, KEEPER, COLLEAGUE] {
		ExtBuilder::run(|| {
			vote(&dispute(), &[1, 1, 1]);
			events();
			history();
			assert_ok!(appeal(who.clone()));
			let reason = Hash::repeat_byte(3);
			assert_eq!(events(), [Event::Appealed { task: TASK, who: who.clone(), reason }]);
			let deed = Deed::Appealed { reason };
			assert_eq!(history(), [(Subject::Task(TASK), Some(who), deed)]);
			assert_eq!(phase(TASK), Phase::Drawing { until: now() + SEED_WINDOW });
			assert_noop!(appeal(ANNA), Error::WrongPhase);
		});
	}
}

#[test]
fn should_refuse_an_appeal_when_it_is_a_strangers_too_early_or_too_late() {
	ExtBuilder::run(|| {
		assert_noop!(appeal(ANNA), Error::NotFound);
		let members = dispute();
		assert_noop!(appeal(ANNA), Error::WrongPhase);
		vote(&members, &[1, 1, 1]);
		for who in [STRANGER, DAVID, members[0].clone()] {
			assert_noop!(appeal(who), Error::NotAuthorized);
		}
		wait(terms().appeal);
		assert_noop!(appeal(ANNA), Error::WrongPhase);
	});
}

#[test]
fn should_follow_the_second_panel_without_another_appeal_when_it_decides() {
	ExtBuilder::run(|| {
		let second = appealed([0b001; 3]);
		vote(&second, &[0b010; 7]);
		let decision = Decision::Accepts(0b010);
		assert_eq!(ruling(), Some(Ruling { panel: 2, decision }));
		let (since, until) = (now(), now() + terms().scoring);
		assert_eq!(phase(TASK), Phase::Scoring { since, until });
		assert_noop!(appeal(ANNA), Error::WrongPhase);
		let told = report(0, &[100_000, 900_000, 200_000]);
		assert_ok!(score(NORTH, TASK, &told));
		assert_ok!(score(SOUTH, TASK, &told));
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		let paid: Vec<_> = settlement.panel.iter().map(|work| work.who.clone()).collect();
		assert_eq!(paid, second, "the panel that decided last is paid");
	});
}

#[test]
fn should_end_at_once_when_the_second_panel_accepts_nothing() {
	ExtBuilder::run(|| {
		let second = appealed([0b001; 3]);
		vote(&second, &[0; 7]);
		let cause = EndCause::Rejected;
		assert_eq!(phase(TASK), Phase::Ended { cause, at: now() });
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		assert_eq!(settlement.panel.len(), 7);
	});
}

#[test]
fn should_let_the_first_decision_stand_when_the_second_panel_has_no_quorum() {
	ExtBuilder::run(|| {
		let second = appealed([0b001; 3]);
		for member in &second[..3] {
			assert_ok!(commit(member, 0b010));
		}
		pass(terms().voting);
		for member in &second[..3] {
			assert_ok!(reveal(member, 0b010));
		}
		assert_eq!(ruling(), Some(Ruling { panel: 1, decision: Decision::Accepts(0b001) }));
		let (since, until) = (now(), now() + terms().scoring);
		assert_eq!(phase(TASK), Phase::Scoring { since, until });
		assert_eq!(Tasks::<Test>::get(TASK).expect("it is there").accepted, Some(0b001));
	});
}

#[test]
fn should_let_the_first_decision_stand_when_nobody_of_the_second_panel_commits() {
	ExtBuilder::run(|| {
		appealed([0b000; 3]);
		pass(terms().voting);
		let cause = EndCause::Rejected;
		assert_eq!(phase(TASK), Phase::Ended { cause, at: now() });
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		assert_eq!(settlement.panel.len(), 3, "the first one decided");
	});
}

#[test]
fn should_let_the_first_decision_stand_when_no_second_panel_can_be_drawn() {
	ExtBuilder::run(|| {
		let first = dispute();
		vote(&first, &[0b001; 3]);
		let others = (0..12).map(expert).filter(|it| !first.contains(it));
		for other in others.skip(3) {
			assert_ok!(Annotation::retire(by(other)));
		}
		assert_ok!(appeal(CARLA));
		events();
		pass(SEED_WINDOW);
		assert_eq!(events(), []);
		assert_eq!(members(2), []);
		let (since, until) = (now(), now() + terms().scoring);
		assert_eq!(phase(TASK), Phase::Scoring { since, until });
		assert_eq!(Tasks::<Test>::get(TASK).expect("it is there").accepted, Some(0b001));
	});
}

#[test]
fn should_end_without_a_quorum_when_neither_panel_has_one() {
	ExtBuilder::run(|| {
		dispute();
		pass(terms().voting);
		assert_ok!(appeal(ANNA));
		reveal_seeds(2);
		pass(terms().voting);
		let cause = EndCause::NoQuorum;
		assert_eq!(phase(TASK), Phase::Ended { cause, at: now() });
		assert_eq!(Purse::settled(), [(TASK, None)]);
	});
}

#[test]
fn should_validate_after_an_appeal_when_the_first_panel_had_no_quorum() {
	ExtBuilder::run(|| {
		dispute();
		pass(terms().voting);
		assert_ok!(appeal(ANNA));
		reveal_seeds(2);
		vote(&members(2), &[0b011; 7]);
		let told = report(900_000, &[900_000, 880_000, 310_000]);
		assert_ok!(score(EAST, TASK, &told));
		assert_ok!(score(SOUTH, TASK, &told));
		assert!(matches!(phase(TASK), Phase::Validated { .. }));
	});
}

#[test]
fn should_let_who_left_the_pool_keep_the_seat() {
	ExtBuilder::run(|| {
		let members = dispute();
		for member in &members {
			assert_ok!(Annotation::retire(by(member.clone())));
		}
		vote(&members, &[1, 1, 1]);
		assert!(matches!(phase(TASK), Phase::Decided { .. }));
	});
}

#[test]
fn should_seat_both_panels_when_they_are_as_large_as_can_be() {
	ExtBuilder::run(|| {
		enlist(30);
		let task = open_with(Terms { panel: 7, ..terms() });
		read(task, &[ANNA, BEN, CARLA]);
		let told = report(300_000, &[900_000, 880_000, 310_000]);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		reveal_seeds(1);
		vote(&members(1), &[1; 7]);
		assert_ok!(appeal(ANNA));
		reveal_seeds(2);
		assert_eq!(members(2).len(), 15);
		assert_eq!(Panels::<Test>::get(task).len(), crate::MAX_SEATS as usize);
	});
}
