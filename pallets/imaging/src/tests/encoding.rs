// SPDX-License-Identifier: Apache-2.0

//! Bytes that storage, transactions and answers are made of. Changing them needs a migration or a
//! new transaction version.

use crate::{
	Basis, Call, Denial, Directive, Emergency, EmergencyCount, EndCause, Holder, Lease, LeaseState,
	Matter, Misuse, RecordedDirective, Review, Study, Tombstone, mock::*,
};
use codec::Encode;
use contour_primitives::{Hash, Modality, Purpose, Purposes, Refusal};
use frame_support::traits::{GetCallIndex, GetCallName};

#[test]
fn should_keep_the_index_of_every_call_when_calls_are_added() {
	let calls = [
		"register",
		"set_locator",
		"withdraw",
		"set_consent",
		"record_consent",
		"set_research_pool",
		"set_consent_defaults",
		"request_access",
		"grant_access",
		"decline_access",
		"renew_access",
		"revoke_access",
		"end_access",
		"record_access",
		"report_misuse",
		"settle_misuse",
		"open_emergency",
		"review_emergency",
		"offer_custody",
		"accept_custody",
	];
	let expected: Vec<u8> = (0..).take(calls.len()).collect();
	assert_eq!(Call::<Test>::get_call_indices(), expected);
	assert_eq!(Call::<Test>::get_call_names(), calls);
	let call = Call::<Test>::set_research_pool { open: true };
	assert_eq!((call.get_call_index(), call.encode()), (5, vec![5, 1]));
}

#[test]
fn should_keep_the_index_of_every_variant_that_is_stored_or_answered() {
	let first = |encoded: Vec<u8>| encoded[0];
	for (index, cause) in (0..).zip([
		EndCause::Expired,
		EndCause::Revoked,
		EndCause::ConsentWithdrawn,
		EndCause::Returned,
		EndCause::CustodyTransferred,
	]) {
		assert_eq!(cause.encode(), [index]);
	}
	for (index, basis) in (0..).zip([Basis::Grant, Basis::Emergency]) {
		assert_eq!(basis.encode(), [index]);
	}
	for (index, review) in (0..).zip([Review::Due { by: 1 }, Review::Escalated { since: 1 }]) {
		assert_eq!(review.encode(), [index, 1, 0, 0, 0, 0, 0, 0, 0]);
	}
	for (index, holder) in
		(0..).zip([Holder::Study(id(1)), Holder::Grantee(READER), Holder::Patient(PATIENT)])
	{
		assert_eq!(first(holder.encode()), index);
	}
	for (index, matter) in (0..).zip([
		Matter::LeaseEnds(id(1), READER),
		Matter::LeaseForgotten(id(1), READER),
		Matter::ReviewDue(id(1), READER),
	]) {
		let expected = [&[index][..], &[1; 32], &[3, 0, 0, 0, 0, 0, 0, 0]].concat();
		assert_eq!(matter.encode(), expected);
	}
	for (index, denial) in (0..).zip([
		Denial::NotFound,
		Denial::Withdrawn,
		Denial::Refused(Refusal::NotVouchedFor),
		Denial::NoConsent,
		Denial::ApprovalMissing,
	]) {
		assert_eq!(first(denial.encode()), index);
	}
}

#[test]
fn should_keep_the_layout_of_a_study_and_of_what_remains_of_it() {
	let study = Study::<AccountId, u8> {
		custodian: SOUTH,
		patient: Some(PATIENT),
		modality: Modality::Mr,
		content_root: Hash::repeat_byte(2),
		metadata_hash: Hash::repeat_byte(3),
		commitment: Hash::repeat_byte(4),
		instances: 5,
		bytes: 6,
		locator: vec![7].try_into().expect("it is short"),
		defaults: Purpose::ClinicalCare.into(),
		registered: 8,
		deposit: 9,
	};
	let expected = [
		&[1, 0, 0, 0][..],
		&[1, 6, 0, 0, 0, 0, 0, 0, 0],
		&Modality::Mr.encode(),
		&[2; 32],
		&[3; 32],
		&[4; 32],
		&[5 << 2],
		&[6 << 2],
		&[1 << 2, 7],
		&[1],
		&[8, 0, 0, 0, 0, 0, 0, 0],
		&[9],
	]
	.concat();
	assert_eq!(study.encode(), expected);

	let tombstone = Tombstone { commitment: Hash::repeat_byte(4), withdrawn: 5 };
	assert_eq!(tombstone.encode(), [&[4; 32][..], &[5, 0, 0, 0, 0, 0, 0, 0]].concat());
}

#[test]
fn should_keep_the_layout_of_a_lease_in_each_state() {
	let moment = |value: u8| [value, 0, 0, 0, 0, 0, 0, 0];
	let lease = |state| {
		let (purpose, approval) = (Purpose::DiseaseResearch, Some(Hash::repeat_byte(1)));
		let lease = Lease { institution: SOUTH, purpose, approval, state, deposit: 9_u8 };
		let encoded = lease.encode();
		let head = [&[1, 0, 0, 0][..], &[3], &[1], &[1; 32]].concat();
		assert_eq!(encoded[..head.len()], head);
		assert_eq!(encoded.last(), Some(&9));
		encoded[head.len()..encoded.len() - 1].to_vec()
	};
	let requested = LeaseState::Requested { since: 1, duration: 2 };
	assert_eq!(lease(requested), [&[0][..], &moment(1), &moment(2)].concat());
	let locator = Some(vec![7].try_into().expect("it is short"));
	let live = LeaseState::Live { start: 1, expires: 2, basis: Basis::Emergency, locator };
	let expected = [&[1][..], &moment(1), &moment(2), &[1], &[1, 1 << 2, 7]].concat();
	assert_eq!(lease(live), expected);
	let ended = LeaseState::Ended { since: 1, cause: EndCause::Returned };
	assert_eq!(lease(ended), [&[2][..], &moment(1), &[3]].concat());
}

#[test]
fn should_keep_the_layout_of_directives_emergencies_and_misuses() {
	let directive = Directive {
		permitted: Purpose::GeneralResearch.into(),
		refused: Purposes::from(Purpose::AncestryResearch),
		ethics_approval: true,
	};
	assert_eq!(directive.encode(), [2, 16, 1]);
	let recorded = RecordedDirective { directive, document: Some(Hash::repeat_byte(5)) };
	assert_eq!(recorded.encode(), [&[2, 16, 1, 1][..], &[5; 32]].concat());

	let emergency = Emergency {
		institution: SOUTH,
		custodian: NORTH,
		reason: Hash::repeat_byte(1),
		opened: 2,
		review: Review::Due { by: 3 },
	};
	let expected = [
		&[1, 0, 0, 0, 0, 0, 0, 0][..],
		&[1; 32],
		&[2, 0, 0, 0, 0, 0, 0, 0],
		&[0, 3, 0, 0, 0, 0, 0, 0, 0],
	]
	.concat();
	assert_eq!(emergency.encode(), expected);
	let count = EmergencyCount { day: 1, count: 2 };
	assert_eq!(count.encode(), [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]);

	let misuse =
		Misuse { reporter: SOUTH, reason: Hash::repeat_byte(1), reported: 2, upheld: Some(3) };
	let expected =
		[&[1, 0, 0, 0][..], &[1; 32], &[2, 0, 0, 0, 0, 0, 0, 0], &[1, 3, 0, 0, 0, 0, 0, 0, 0]]
			.concat();
	assert_eq!(misuse.encode(), expected);
}
