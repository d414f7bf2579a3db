// SPDX-License-Identifier: Apache-2.0

//! Results of analyses.

use crate::{Event, MAX_RESULTS, ResultCounts, ResultKind, Results, mock::*};
use codec::MaxEncodedLen;
use contour_primitives::{
	AccountId, Hash, Purpose, Refusal, StudyId,
	audit::{Deed, Subject},
};
use frame_support::{BoundedVec, assert_noop, assert_ok};
use sp_runtime::DispatchResult;

type Error = crate::Error<Test>;

const KIND: ResultKind = ResultKind::TreatmentResponse;
const MODEL: Hash = Hash::repeat_byte(61);

fn submit(who: AccountId, leases: &[StudyId]) -> DispatchResult {
	let leases = BoundedVec::truncate_from(leases.to_vec());
	Annotation::submit_result(by(who), study(1), KIND, sealed(60), MODEL, leases)
}

#[test]
fn should_record_a_result_and_hold_a_deposit_when_the_study_is_leased_for_research() {
	ExtBuilder::run(|| {
		validated();
		Archive::lease(study(1), &DAVID, Purpose::DiseaseResearch);
		Archive::lease(study(2), &DAVID, Purpose::AncestryResearch);
		assert_eq!(held(SOUTH), 0);
		events();
		history();
		assert_ok!(submit(DAVID, &[study(1), study(2)]));

		let result =
			|index| Event::ResultSubmitted { study: study(1), index, author: DAVID, kind: KIND };
		assert_eq!(events(), [result(0)]);
		let deed = Deed::ResultSubmitted { result: sealed(60).root, model: MODEL };
		assert_eq!(history(), [(Subject::Study(study(1)), Some(DAVID), deed)]);
		let deposit = 10 + crate::ResultOf::<Test>::max_encoded_len() as u64;
		assert_eq!(held(SOUTH), deposit);
		let record = Results::<Test>::get(study(1), 0).expect("it was recorded");
		assert_eq!((record.author, record.institution, record.kind), (DAVID, SOUTH, KIND));
		assert_eq!((record.result, record.model, record.at), (sealed(60), MODEL, now()));
		assert_eq!(record.leases, [study(1), study(2)].to_vec());

		assert_ok!(submit(DAVID, &[]));
		assert_eq!(events(), [result(1)]);
		assert_eq!(held(SOUTH), 2 * deposit);
		let page = Annotation::results(study(1), None);
		assert_eq!((page.entries.len(), page.next), (2, None));
		let first = page.entries[0].0;
		assert_eq!(Annotation::results(study(1), Some(first)).entries.len(), 1);
		assert_eq!(Annotation::results(study(2), None).entries, []);
	});
}

#[test]
fn should_refuse_a_result_when_a_lease_is_missing_or_for_care() {
	ExtBuilder::run(|| {
		validated();
		assert_noop!(submit(DAVID, &[]), Error::NoLease);
		Archive::lease(study(1), &DAVID, Purpose::ClinicalCare);
		assert_noop!(submit(DAVID, &[]), Error::NoLease);
		Archive::lease(study(1), &DAVID, Purpose::GeneralResearch);
		assert_noop!(submit(DAVID, &[study(1), study(2)]), Error::NoLease);
		Archive::lease(study(2), &DAVID, Purpose::ClinicalCare);
		assert_noop!(submit(DAVID, &[study(2)]), Error::NoLease);
		assert_ok!(submit(DAVID, &[]));
		Archive::end_leases();
		assert_noop!(submit(DAVID, &[]), Error::NoLease);
	});
}

#[test]
fn should_refuse_a_result_when_the_study_has_no_consensus() {
	ExtBuilder::run(|| {
		Archive::lease(study(1), &DAVID, Purpose::GeneralResearch);
		assert_noop!(submit(DAVID, &[]), Error::NotValidated);
		open();
		assert_noop!(submit(DAVID, &[]), Error::NotValidated);
		validated();
		Archive::withdraw(study(1));
		assert_noop!(submit(DAVID, &[]), Error::StudyNotFound);
	});
}

#[test]
fn should_refuse_a_result_when_the_author_is_no_data_scientist() {
	ExtBuilder::run(|| {
		validated();
		assert_noop!(submit(ANNA, &[]), Error::Refused(Refusal::MissingRole));
		assert_noop!(submit(STRANGER, &[]), Error::Refused(Refusal::NotVouchedFor));
		Hospitals::suspend(SOUTH);
		assert_noop!(submit(DAVID, &[]), Error::Refused(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_refuse_a_result_when_the_study_has_as_many_as_can_be() {
	ExtBuilder::build().execute_with(|| {
		validated();
		Archive::lease(study(1), &DAVID, Purpose::GeneralResearch);
		ResultCounts::<Test>::insert(study(1), MAX_RESULTS - 1);
		assert_ok!(submit(DAVID, &[]));
		assert_noop!(submit(DAVID, &[]), Error::TooManyResults);
	});
}

#[test]
fn should_keep_results_when_the_tasks_parts_are_forgotten() {
	ExtBuilder::run(|| {
		validated();
		Archive::lease(study(1), &DAVID, Purpose::GeneralResearch);
		assert_ok!(submit(DAVID, &[]));
		pass(2 * RETENTION);
		assert_ok!(submit(DAVID, &[]));
		assert_eq!(Annotation::results(study(1), None).entries.len(), 2);
	});
}
