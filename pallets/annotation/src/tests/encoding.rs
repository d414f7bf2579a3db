// SPDX-License-Identifier: Apache-2.0

//! Bytes that storage, transactions and signatures are made of. Changing them needs a migration, a
//! new transaction version, or scorers that know both.

use crate::{
	AnalysisResult, Attestation, Call, Decision, EndCause, HoldReason, PanelCopy, Phase, Reader,
	ResultKind, Ruling, Scorer, Seat, Seed, Submission, Task, Terms, Vote, copies_payload, mock::*,
	report_payload,
};
use codec::Encode;
use contour_primitives::{AccountId, Code, Hash, Modality, Sealed, TaskId};
use contour_scoring::{Method, Ppm};
use frame_support::{
	BoundedVec,
	traits::{GetCallIndex, GetCallName},
};

#[test]
fn should_keep_the_index_of_every_call_when_calls_are_added() {
	let calls = [
		"appoint_scorer",
		"dismiss_scorer",
		"enlist",
		"retire",
		"open",
		"cancel",
		"claim",
		"leave",
		"submit",
		"report",
		"reveal_seed",
		"provide_copies",
		"commit",
		"reveal",
		"appeal",
		"publish",
		"submit_result",
	];
	let expected: Vec<u8> = (0..).take(calls.len()).collect();
	assert_eq!(Call::<Test>::get_call_indices(), expected);
	assert_eq!(Call::<Test>::get_call_names(), calls);
	let call = Call::<Test>::claim { id: TaskId(5) };
	assert_eq!((call.get_call_index(), call.encode()), (6, vec![6, 5, 0, 0, 0]));
}

#[test]
fn should_keep_the_index_of_every_variant_that_is_stored() {
	let moment = |value: u8| vec![value, 0, 0, 0, 0, 0, 0, 0];
	let until = 1;
	let cause = EndCause::Cancelled;
	let (consensus, at) = (Hash::repeat_byte(2), 1);
	for (index, (phase, rest)) in (0..).zip([
		(Phase::Reading { until }, moment(1)),
		(Phase::Scoring { since: 3, until }, [moment(3), moment(1)].concat()),
		(Phase::Drawing { until }, moment(1)),
		(Phase::Committing { until }, moment(1)),
		(Phase::Revealing { until }, moment(1)),
		(Phase::Decided { until }, moment(1)),
		(Phase::Validated { consensus, at }, [vec![2; 32], moment(1)].concat()),
		(Phase::Ended { cause, at }, [vec![0], moment(1)].concat()),
	]) {
		assert_eq!(phase.encode(), [vec![index], rest].concat());
	}
	for (index, cause) in (0..).zip([
		EndCause::Cancelled,
		EndCause::TooFewReadings,
		EndCause::Unscored,
		EndCause::Unreadable,
		EndCause::NoPanel,
		EndCause::NoQuorum,
		EndCause::Rejected,
		EndCause::StudyWithdrawn,
	]) {
		assert_eq!(cause.encode(), [index]);
	}
	assert_eq!(Decision::Accepts(0x0201).encode(), [0, 1, 2]);
	assert_eq!(Decision::NoQuorum.encode(), [1]);
	assert_eq!(Ruling { panel: 2, decision: Decision::NoQuorum }.encode(), [2, 1]);
	assert_eq!(Vote::Awaited.encode(), [0]);
	assert_eq!(Vote::Committed(Hash::repeat_byte(5)).encode(), [&[1][..], &[5; 32]].concat());
	assert_eq!(Vote::Revealed(0x0201).encode(), [2, 1, 2]);
	for (index, kind) in (0..).zip([
		ResultKind::Segmentation,
		ResultKind::Progression,
		ResultKind::TreatmentResponse,
		ResultKind::RecurrenceProbability,
	]) {
		assert_eq!(kind.encode(), [index]);
	}
	assert_eq!(HoldReason::Record.encode(), [0]);
}

fn short(number: u8) -> Sealed {
	Sealed { root: Hash::repeat_byte(number), locator: BoundedVec::truncate_from(vec![7]) }
}

fn short_bytes(number: u8) -> Vec<u8> {
	[&[number; 32][..], &[1 << 2, 7]].concat()
}

#[test]
fn should_keep_the_layout_of_a_task() {
	let terms = Terms {
		structure: Code {
			scheme: BoundedVec::truncate_from(vec![1]),
			value: BoundedVec::truncate_from(vec![2]),
		},
		method: Method::Majority,
		wanted: 3,
		threshold: Ppm::from_parts(4),
		panel: 5,
		reading: 6,
		scoring: 7,
		voting: 8,
		revealing: 9,
		appeal: 10,
	};
	let moment = |value: u8| [value, 0, 0, 0, 0, 0, 0, 0];
	let durations = [6, 7, 8, 9, 10].map(moment).concat();
	let method = Method::Majority.encode();
	let terms_bytes = [&[4, 1, 4, 2][..], &method, &[3], &[4, 0, 0, 0], &[5], &durations].concat();
	assert_eq!(terms.encode(), terms_bytes);

	let task = Task::<AccountId, u8> {
		study: study(1),
		modality: Modality::Mr,
		institution: SOUTH,
		opener: KEEPER,
		terms,
		brief: short(9),
		scorers: BoundedVec::truncate_from(vec![NORTH, EAST]),
		opened: 11,
		phase: Phase::Drawing { until: 12 },
		panels: 1,
		ruling: Some(Ruling { panel: 1, decision: Decision::Accepts(3) }),
		accepted: Some(3),
		report: Some(Hash::repeat_byte(13)),
		deposit: 14,
	};
	let expected = [
		&[1; 32][..],
		&Modality::Mr.encode(),
		&[1, 0, 0, 0],
		KEEPER.as_ref(),
		&terms_bytes,
		&short_bytes(9),
		&[2 << 2, 0, 0, 0, 0, 2, 0, 0, 0],
		&moment(11),
		&[2],
		&moment(12),
		&[1],
		&[1, 1, 0, 3, 0],
		&[1, 3, 0],
		&[&[1][..], &[13; 32]].concat(),
		&[14],
	]
	.concat();
	assert_eq!(task.encode(), expected);
}

#[test]
fn should_keep_the_layout_of_what_belongs_to_a_task() {
	let moment = |value: u8| [value, 0, 0, 0, 0, 0, 0, 0];
	let reading = Submission { sealed: short(3), at: 4, finished: true };
	let reader = Reader { who: ANNA, institution: SOUTH, until: 2, reading: Some(reading) };
	let expected =
		[ANNA.as_ref(), &[1, 0, 0, 0][..], &moment(2), &[1], &short_bytes(3), &moment(4), &[1]]
			.concat();
	assert_eq!(reader.encode(), expected);

	let scorer = Scorer { account: ANNA, key: key(NORTH).1 };
	assert_eq!(scorer.encode(), [ANNA.as_ref(), &key(NORTH).1.encode()[..]].concat());

	let attestation = Attestation {
		institution: SOUTH,
		stage: 1,
		report: Hash::repeat_byte(2),
		commitment: Hash::repeat_byte(3),
	};
	assert_eq!(attestation.encode(), [&[1, 0, 0, 0, 1][..], &[2; 32], &[3; 32]].concat());

	let seat = Seat { who: ANNA, panel: 2, vote: Vote::Awaited };
	assert_eq!(seat.encode(), [ANNA.as_ref(), &[2, 0][..]].concat());

	let seed = Seed { institution: SOUTH, panel: 2, secret: Hash::repeat_byte(3) };
	assert_eq!(seed.encode(), [&[1, 0, 0, 0, 2][..], &[3; 32]].concat());

	let copy = PanelCopy { institution: SOUTH, panel: 2, sealed: short(3) };
	assert_eq!(copy.encode(), [&[1, 0, 0, 0, 2][..], &short_bytes(3)].concat());

	let result = AnalysisResult::<AccountId, u8> {
		author: DAVID,
		institution: SOUTH,
		kind: ResultKind::Progression,
		result: short(3),
		model: Hash::repeat_byte(4),
		leases: BoundedVec::truncate_from(vec![study(5)]),
		at: 6,
		deposit: 7,
	};
	let expected = [
		DAVID.as_ref(),
		&[1, 0, 0, 0][..],
		&[1],
		&short_bytes(3),
		&[4; 32],
		&[1 << 2],
		&[5; 32],
		&moment(6),
		&[7],
	]
	.concat();
	assert_eq!(result.encode(), expected);
}

#[test]
fn should_keep_what_scorers_sign() {
	let hashes =
		|numbers: &[u8]| -> Vec<u8> { numbers.iter().flat_map(|number| [*number; 32]).collect() };
	let hash = Hash::repeat_byte;
	let signed = report_payload(hash(1), TaskId(2), SOUTH, 3, hash(4), hash(5));
	let expected =
		[b"contour/report", &hashes(&[1])[..], &[2, 0, 0, 0, 1, 0, 0, 0, 3], &hashes(&[4, 5])]
			.concat();
	assert_eq!(signed, expected);
	let signed = copies_payload(hash(1), TaskId(2), SOUTH, 3, &short(4));
	let expected =
		[b"contour/copies", &hashes(&[1])[..], &[2, 0, 0, 0, 1, 0, 0, 0, 3], &short_bytes(4)]
			.concat();
	assert_eq!(signed, expected);
}
