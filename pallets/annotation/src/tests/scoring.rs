// SPDX-License-Identifier: Apache-2.0

//! What scorers report, and what the chain makes of it.

use crate::{
	AcceptedReports, Attention, Attestations, Call, Copies, Dissents, EndCause, Event, Phase,
	ScorerSignature, Tasks, copies_payload, mock::*,
};
use contour_primitives::{
	Hash, InstitutionId, Refusal, TaskId,
	audit::{Deed, Subject},
};
use contour_scoring::{Method, Outcome, Ppm, Rejection, Report};
use frame_support::{assert_noop, assert_ok, traits::Authorize};
use sp_application_crypto::Pair;
use sp_runtime::{
	BoundedVec,
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
};

type Error = crate::Error<Test>;

/// A task whose three readings are to be scored.
fn handed_in() -> TaskId {
	let task = open();
	read(task, &[ANNA, BEN, CARLA]);
	events();
	history();
	task
}

fn agreeing() -> Report {
	report(900_000, &[950_000, 940_000, 930_000])
}

fn disagreeing() -> Report {
	report(300_000, &[900_000, 880_000, 310_000])
}

/// What the pool says of a report.
fn authorize(
	institution: InstitutionId,
	task: TaskId,
	stage: u8,
	told: &Report,
	signature: ScorerSignature,
) -> TransactionValidity {
	let call = Call::<Test>::report {
		id: task,
		institution,
		stage,
		report: told.clone(),
		commitment: secret(institution, 2),
		signature,
	};
	call.authorize(TransactionSource::External)
		.expect("it is a call that is authorised")
		.map(|(valid, _)| valid)
}

fn sign(institution: InstitutionId, task: TaskId, stage: u8, told: &Report) -> ScorerSignature {
	sign_report(institution, task, stage, told, secret(institution, 2))
}

fn invalid(why: InvalidTransaction) -> TransactionValidity {
	Err(TransactionValidityError::Invalid(why))
}

#[test]
fn should_validate_and_pay_when_enough_scorers_report_that_the_readers_agree() {
	ExtBuilder::run(|| {
		let task = handed_in();
		let told = agreeing();
		let report = Hash::from(told.hash());
		assert_ok!(score(NORTH, task, &told));
		let reported = |institution| Event::ScoresReported { task, institution, report };
		assert_eq!(events(), [reported(NORTH)]);
		assert!(Purse::settled().is_empty());
		assert_eq!(Tasks::<Test>::get(task).expect("it is open").report, None);

		assert_ok!(score(SOUTH, task, &told));
		let consensus = Hash::repeat_byte(77);
		let agreement = Some(Ppm::from_parts(900_000));
		assert_eq!(
			events(),
			[
				reported(SOUTH),
				Event::TaskScored { task, report, agreement },
				Event::TaskValidated { task, consensus },
			]
		);
		let on_task = |what| (Subject::Task(task), None, what);
		let validated = Deed::TaskValidated { task, consensus };
		assert_eq!(
			history(),
			[
				on_task(Deed::ScoresReported { institution: NORTH, report }),
				on_task(Deed::ScoresReported { institution: SOUTH, report }),
				on_task(Deed::TaskScored { report }),
				(Subject::Study(study(1)), None, validated.clone()),
				on_task(validated),
			]
		);
		assert_eq!(AcceptedReports::<Test>::get(task), Some(told));
		assert!(!Attention::<Test>::contains_key(task));
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		assert!(settlement.validated);
		assert_eq!(settlement.custodian, NORTH);
		assert_eq!(settlement.scorers, [NORTH, SOUTH]);
		assert!(settlement.panel.is_empty());
		let readers: Vec<_> =
			settlement.readers.iter().map(|it| (it.who.clone(), it.quality)).collect();
		let quality = |dice| Some(Ppm::from_parts(dice));
		assert_eq!(
			readers,
			[(ANNA, quality(950_000)), (BEN, quality(940_000)), (CARLA, quality(930_000))]
		);
	});
}

#[test]
fn should_draw_a_panel_when_the_lowest_dice_is_below_the_threshold() {
	ExtBuilder::run(|| {
		for (agreement, agree) in [(700_000, true), (699_999, false)] {
			let task = handed_in();
			let told = report(agreement, &[900_000, 880_000, 310_000]);
			assert_ok!(score(NORTH, task, &told));
			assert_ok!(score(SOUTH, task, &told));
			assert_eq!(matches!(phase(task), Phase::Validated { .. }), agree);
			if !agree {
				assert_eq!(phase(task), Phase::Drawing { until: now() + SEED_WINDOW });
				assert!(events().contains(&Event::TaskDisputed { task }));
				let line = (Subject::Task(task), None, Deed::TaskDisputed);
				assert!(history().contains(&line));
			}
		}
	});
}

#[test]
fn should_ask_a_panel_when_only_one_reading_could_be_scored() {
	ExtBuilder::run(|| {
		let task = handed_in();
		let mut told = agreeing();
		told.agreement = None;
		told.outcomes[1] = Outcome::Rejected(Rejection::Geometry);
		told.outcomes[2] = Outcome::Rejected(Rejection::Missing);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		assert!(matches!(phase(task), Phase::Drawing { .. }));
	});
}

#[test]
fn should_pay_a_reading_nothing_for_quality_when_it_could_not_be_scored() {
	ExtBuilder::run(|| {
		let task = handed_in();
		let mut told = agreeing();
		told.outcomes[1] = Outcome::Rejected(Rejection::Malformed);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		let scored: Vec<_> = settlement.readers.iter().map(|it| it.quality.is_some()).collect();
		assert_eq!(scored, [true, false, true]);
	});
}

#[test]
fn should_end_and_free_the_bounty_when_no_reading_can_be_scored() {
	ExtBuilder::run(|| {
		let task = handed_in();
		let mut told = report(0, &[0; 3]);
		told.consensus = None;
		told.agreement = None;
		told.outcomes = BoundedVec::truncate_from(vec![Outcome::Rejected(Rejection::Sealed); 3]);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		let cause = EndCause::Unreadable;
		assert_eq!(phase(task), Phase::Ended { cause, at: now() });
		assert_eq!(Purse::settled(), [(task, None)]);
	});
}

#[test]
fn should_end_and_free_the_bounty_when_too_few_scorers_report_the_same_in_time() {
	ExtBuilder::run(|| {
		let task = handed_in();
		assert_ok!(score(NORTH, task, &agreeing()));
		assert_ok!(score(SOUTH, task, &disagreeing()));
		assert!(matches!(phase(task), Phase::Scoring { .. }));
		events();
		pass(terms().scoring);
		let cause = EndCause::Unscored;
		assert_eq!(events(), [Event::TaskEnded { task, cause }]);
		assert_eq!(Purse::settled(), [(task, None)]);
		assert_eq!(Dissents::<Test>::iter().count(), 0, "nobody knows who is right");
		assert_noop!(score(EAST, task, &agreeing()), Error::WrongPhase);
	});
}

#[test]
fn should_show_who_reported_something_else_when_it_came_before_or_after() {
	ExtBuilder::run(|| {
		let before = handed_in();
		assert_ok!(score(EAST, before, &agreeing()));
		assert_ok!(score(NORTH, before, &disagreeing()));
		assert_eq!(Dissents::<Test>::get(EAST), 0);
		events();
		assert_ok!(score(SOUTH, before, &disagreeing()));
		let dissent = |task| Event::ScorerDissented { task, institution: EAST };
		assert_eq!(events()[1], dissent(before));
		assert_eq!(Dissents::<Test>::get(EAST), 1);

		let after = validated();
		events();
		let report = Hash::from(disagreeing().hash());
		assert_ok!(score(EAST, after, &disagreeing()));
		let reported = Event::ScoresReported { task: after, institution: EAST, report };
		assert_eq!(events(), [reported, dissent(after)]);
		assert_eq!(Dissents::<Test>::get(EAST), 2);
		assert!(matches!(phase(after), Phase::Validated { .. }));
		assert_eq!(Dissents::<Test>::get(NORTH), 0);
	});
}

#[test]
fn should_pay_scorers_only_that_reported_what_holds() {
	ExtBuilder::run(|| {
		let task = handed_in();
		assert_ok!(score(SOUTH, task, &disagreeing()));
		assert_ok!(score(NORTH, task, &agreeing()));
		assert_ok!(score(EAST, task, &agreeing()));
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		assert_eq!(settlement.scorers, [NORTH, EAST]);
	});
}

#[test]
fn should_take_a_report_that_agrees_when_it_comes_late() {
	ExtBuilder::run(|| {
		let task = validated();
		assert_ok!(score(EAST, task, &agreeing()));
		assert_eq!(Dissents::<Test>::iter().count(), 0);
		assert_eq!(Attestations::<Test>::get(task).len(), 3);
		let late = Attestations::<Test>::get(task).into_iter().next_back().expect("it is there");
		assert_eq!(late.commitment, Hash::zero(), "who comes late commits to nothing");
		assert_noop!(score(EAST, task, &agreeing()), Error::AlreadyExists);
	});
}

/// What is compared with is gone then, and nothing would remove what is stored.
#[test]
fn should_refuse_a_report_when_all_but_the_consensus_is_forgotten() {
	ExtBuilder::run(|| {
		let task = validated();
		pass(RETENTION);
		let mut told = agreeing();
		assert_noop!(score(EAST, task, &told), Error::WrongPhase);
		told.outcomes.clear();
		assert_noop!(score(EAST, task, &told), Error::WrongPhase);
	});
}

#[test]
fn should_refuse_a_report_when_the_time_is_over_and_no_block_has_ended_it() {
	ExtBuilder::run(|| {
		let task = handed_in();
		assert_ok!(score(NORTH, task, &agreeing()));
		wait(terms().scoring);
		assert!(matches!(phase(task), Phase::Scoring { .. }));
		assert_noop!(score(SOUTH, task, &agreeing()), Error::WrongPhase);
	});
}

/// The report on all readings still holds then, but this one is on those that the panel accepted.
#[test]
fn should_not_compare_a_late_report_after_the_panel_with_the_one_before() {
	ExtBuilder::run(|| {
		vote(&dispute(), &[0b011; 3]);
		pass(terms().appeal);
		wait(terms().scoring);
		assert_noop!(score(NORTH, TASK, &agreeing()), Error::WrongPhase);
		assert_eq!(Dissents::<Test>::iter().count(), 0);
	});
}

#[test]
fn should_pay_the_panel_only_when_nobody_scores_what_it_accepted() {
	ExtBuilder::run(|| {
		vote(&dispute(), &[0b011; 3]);
		pass(terms().appeal);
		pass(terms().scoring);
		let cause = EndCause::Unscored;
		assert_eq!(phase(TASK), Phase::Ended { cause, at: now() });
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		assert!(!settlement.validated);
		assert_eq!(settlement.panel.len(), 3);
	});
}

#[test]
fn should_pay_the_panel_only_when_what_it_accepted_has_no_consensus() {
	ExtBuilder::run(|| {
		vote(&dispute(), &[0b011, 0b011, 0b111]);
		pass(terms().appeal);
		let mut told = agreeing();
		told.consensus = None;
		told.agreement = None;
		assert_ok!(score(NORTH, TASK, &told));
		assert_ok!(score(SOUTH, TASK, &told));
		let cause = EndCause::Rejected;
		assert_eq!(phase(TASK), Phase::Ended { cause, at: now() });
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		assert!(!settlement.validated);
		assert_eq!(settlement.panel.len(), 3);
	});
}

#[test]
fn should_refuse_a_report_when_it_does_not_fit_the_task() {
	ExtBuilder::run(|| {
		let task = handed_in();
		for outcomes in [0, 2, 4, 16] {
			let told = report(900_000, &vec![900_000; outcomes]);
			assert_noop!(score(NORTH, task, &told), Error::InvalidReport);
		}
		let mut told = agreeing();
		told.method = Method::Majority;
		assert_noop!(score(NORTH, task, &told), Error::InvalidReport);
		// A scorer cannot fill blocks for nothing with reports that fail.
		let signature = sign(NORTH, task, 0, &told);
		let validity = authorize(NORTH, task, 0, &told, signature);
		assert_eq!(validity, invalid(InvalidTransaction::Call));
	});
}

#[test]
fn should_refuse_a_report_when_it_is_none_of_the_scorers_of_the_task() {
	ExtBuilder::run(|| {
		assert_noop!(score(NORTH, TASK, &agreeing()), Error::NotFound);
		let task = open();
		assert_noop!(score(NORTH, task, &agreeing()), Error::WrongPhase);
		read(task, &[ANNA, BEN, CARLA]);
		assert_noop!(score(WEST, task, &agreeing()), Error::NotAuthorized);
		let account = scorer(WEST);
		assert_ok!(Annotation::appoint_scorer(by(head(WEST)), account, key(WEST).1));
		assert_noop!(score(WEST, task, &agreeing()), Error::NotAuthorized);
		assert_ok!(Annotation::dismiss_scorer(by(head(SOUTH))));
		assert_noop!(score(SOUTH, task, &agreeing()), Error::NotAuthorized);
		Hospitals::suspend(EAST);
		assert_noop!(score(EAST, task, &agreeing()), Error::Refused(Refusal::InstitutionNotActive));
		assert_ok!(score(NORTH, task, &agreeing()));
		assert_noop!(score(NORTH, task, &agreeing()), Error::AlreadyExists);
		assert_noop!(score(NORTH, task, &disagreeing()), Error::AlreadyExists);
	});
}

#[test]
fn should_end_unscored_when_all_scorers_of_a_task_are_dismissed() {
	ExtBuilder::run(|| {
		let task = handed_in();
		for institution in SCORING {
			assert_ok!(Annotation::dismiss_scorer(by(head(institution))));
			assert_noop!(score(institution, task, &agreeing()), Error::NotAuthorized);
		}
		pass(terms().scoring);
		let cause = EndCause::Unscored;
		assert_eq!(phase(task), Phase::Ended { cause, at: now() });
		assert_eq!(Purse::settled(), [(task, None)]);
	});
}

#[test]
fn should_let_a_scorer_that_was_appointed_again_report_with_the_new_key() {
	ExtBuilder::run(|| {
		let task = handed_in();
		let (new, public) = key(WEST);
		assert_ok!(Annotation::appoint_scorer(by(head(NORTH)), scorer(NORTH), public));
		let told = agreeing();
		let old = sign(NORTH, task, 0, &told);
		assert_eq!(authorize(NORTH, task, 0, &told, old), invalid(InvalidTransaction::BadProof));
		let hash = told.hash().into();
		let genesis = Annotation::genesis();
		let commitment = secret(NORTH, 2);
		let payload = crate::report_payload(genesis, task, NORTH, 0, hash, commitment);
		assert!(authorize(NORTH, task, 0, &told, new.sign(&payload).into()).is_ok());
	});
}

#[test]
fn should_let_a_report_into_the_pool_when_its_scorer_signed_it() {
	ExtBuilder::run(|| {
		let task = handed_in();
		let told = agreeing();
		let first = authorize(NORTH, task, 0, &told, sign(NORTH, task, 0, &told));
		let other = disagreeing();
		let second = authorize(NORTH, task, 0, &other, sign(NORTH, task, 0, &other));
		let (first, second) = (first.expect("it is signed"), second.expect("it is signed"));
		assert!(first.propagate && first.longevity > 0);
		assert_eq!(first.provides, second.provides, "a scorer says one thing only");
		let third = authorize(SOUTH, task, 0, &told, sign(SOUTH, task, 0, &told));
		assert_ne!(third.expect("it is signed").provides, first.provides);
	});
}

#[test]
fn should_keep_a_report_out_of_the_pool_when_it_is_signed_for_something_else() {
	ExtBuilder::run(|| {
		let task = handed_in();
		let other = handed_in();
		let told = agreeing();
		let bad = invalid(InvalidTransaction::BadProof);
		for signature in [
			sign(SOUTH, task, 0, &told),
			sign(NORTH, other, 0, &told),
			sign(NORTH, task, 1, &told),
			sign(NORTH, task, 0, &disagreeing()),
			sign_report(NORTH, task, 0, &told, Hash::zero()),
		] {
			assert_eq!(authorize(NORTH, task, 0, &told, signature), bad);
		}
		let elsewhere = crate::report_payload(
			Hash::repeat_byte(9),
			task,
			NORTH,
			0,
			told.hash().into(),
			secret(NORTH, 2),
		);
		let signature = key(NORTH).0.sign(&elsewhere).into();
		assert_eq!(authorize(NORTH, task, 0, &told, signature), bad);
	});
}

#[test]
fn should_keep_a_report_out_of_the_pool_when_it_is_too_early_too_late_or_from_nobody() {
	ExtBuilder::run(|| {
		let task = open();
		let told = agreeing();
		let of = |institution, task, stage| {
			authorize(institution, task, stage, &told, sign(institution, task, stage, &told))
		};
		assert_eq!(of(NORTH, task, 0), invalid(InvalidTransaction::Future));
		assert_eq!(of(NORTH, TaskId(9), 0), invalid(InvalidTransaction::Future));
		read(task, &[ANNA, BEN, CARLA]);
		assert_eq!(of(NORTH, task, 1), invalid(InvalidTransaction::Future));
		assert_eq!(of(WEST, task, 0), invalid(InvalidTransaction::Call));
		assert_ok!(score(NORTH, task, &told));
		assert_eq!(of(NORTH, task, 0), invalid(InvalidTransaction::Stale));
	});
}

#[test]
fn should_refuse_what_scorers_say_when_nothing_authorised_it() {
	ExtBuilder::run(|| {
		let task = handed_in();
		let told = agreeing();
		let signature = sign(NORTH, task, 0, &told);
		let commitment = secret(NORTH, 2);
		for origin in [by(scorer(NORTH)), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(
				Annotation::report(
					origin.clone(),
					task,
					NORTH,
					0,
					told.clone(),
					commitment,
					signature.clone()
				),
				sp_runtime::traits::BadOrigin
			);
			assert_noop!(
				Annotation::reveal_seed(origin.clone(), task, NORTH, 1, commitment),
				sp_runtime::traits::BadOrigin
			);
			assert_noop!(
				Annotation::provide_copies(origin, task, NORTH, 1, sealed(1), signature.clone()),
				sp_runtime::traits::BadOrigin
			);
		}
	});
}

fn copies(institution: InstitutionId, panel: u8, number: u8) -> Call<Test> {
	let genesis = Annotation::genesis();
	let payload = copies_payload(genesis, TASK, institution, panel, &sealed(number));
	let signature = key(institution).0.sign(&payload).into();
	Call::provide_copies { id: TASK, institution, panel, copies: sealed(number), signature }
}

fn pool_says(call: &Call<Test>) -> TransactionValidity {
	call.authorize(TransactionSource::External)
		.expect("it is a call that is authorised")
		.map(|(valid, _)| valid)
}

fn provide(call: Call<Test>) -> sp_runtime::DispatchResult {
	use sp_runtime::traits::Dispatchable;
	let call = RuntimeCall::from(call);
	call.dispatch(authorized()).map(|_| ()).map_err(|it| it.error)
}

#[test]
fn should_say_where_a_panel_finds_the_readings_when_a_scorer_stored_them() {
	ExtBuilder::run(|| {
		dispute();
		events();
		assert!(pool_says(&copies(NORTH, 1, 40)).is_ok());
		assert_ok!(provide(copies(NORTH, 1, 40)));
		let (institution, root) = (NORTH, sealed(40).root);
		let provided = Event::CopiesProvided { task: TASK, institution, panel: 1, root };
		assert_eq!(events(), [provided]);
		assert_eq!(pool_says(&copies(NORTH, 1, 41)), invalid(InvalidTransaction::Stale));
		assert_noop!(provide(copies(NORTH, 1, 41)), Error::AlreadyExists);
		assert_ok!(provide(copies(SOUTH, 1, 42)));
		let stored = Copies::<Test>::get(TASK);
		let said: Vec<_> = stored.iter().map(|it| (it.institution, it.sealed.clone())).collect();
		assert_eq!(said, [(NORTH, sealed(40)), (SOUTH, sealed(42))]);
	});
}

#[test]
fn should_refuse_copies_when_there_is_no_such_panel_or_no_such_scorer() {
	ExtBuilder::run(|| {
		assert_noop!(provide(copies(NORTH, 1, 40)), Error::NotFound);
		dispute();
		for panel in [0, 2] {
			assert_noop!(provide(copies(NORTH, panel, 40)), Error::WrongPhase);
		}
		assert_noop!(provide(copies(WEST, 1, 40)), Error::NotAuthorized);
		assert_eq!(pool_says(&copies(WEST, 1, 40)), invalid(InvalidTransaction::Call));
		let Call::provide_copies { id, institution, panel, signature, .. } = copies(NORTH, 1, 40)
		else {
			unreachable!("it was just made")
		};
		let copies_of_others = sealed(41);
		let forged =
			Call::provide_copies { id, institution, panel, copies: copies_of_others, signature };
		assert_eq!(pool_says(&forged), invalid(InvalidTransaction::BadProof));
		Hospitals::suspend(EAST);
		assert_noop!(provide(copies(EAST, 1, 40)), Error::Refused(Refusal::InstitutionNotActive));
		assert_ok!(Annotation::dismiss_scorer(by(head(SOUTH))));
		assert_noop!(provide(copies(SOUTH, 1, 40)), Error::NotAuthorized);
		pass(terms().voting);
		assert_noop!(provide(copies(NORTH, 1, 40)), Error::WrongPhase);
	});
}
