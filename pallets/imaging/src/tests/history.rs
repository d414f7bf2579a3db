// SPDX-License-Identifier: Apache-2.0

//! No event without a decision about its entry in the history.

use crate::{EndCause, history::Detail, mock::*};
use codec::Encode;
use contour_primitives::{
	Hash, Modality, Purpose,
	audit::{AccessKind, Deed, Subject},
};
use scale_info::{TypeDef, TypeInfo};
use std::collections::BTreeSet;

type Event = crate::Event<Test>;
type Entry = (Subject<AccountId>, Deed<AccountId>);

/// Each event, with what its entry contains besides, and the entry.
fn decisions() -> Vec<(Event, Detail, Option<Entry>)> {
	let (study, grantee, clinician, kind) = (id(1), READER, CLINICIAN, AccessKind::View);
	let (custodian, institution, reporter) = (NORTH, SOUTH, NORTH);
	let (purpose, duration, expires, expired) = (Purpose::ClinicalCare, HOUR, START, START);
	let [record, commitment, document, reason] = [1, 2, 3, 4].map(Hash::repeat_byte);
	let (from, to, modality, patient) = (NORTH, SOUTH, Modality::Ct, PATIENT);
	let directive = permit(purpose);
	let crate::Directive { permitted, refused, ethics_approval } = directive;
	let consented = |document| Deed::ConsentSet { permitted, refused, ethics_approval, document };

	let told_with = |event, detail, deed| (event, detail, Some((Subject::Study(study), deed)));
	let told = |event, deed| told_with(event, Detail::Nothing, deed);
	let ended = |cause, deed| {
		told_with(Event::AccessEnded { study, grantee, cause }, Detail::Expiry(expires), deed)
	};
	vec![
		told_with(
			Event::StudyRegistered { study, custodian, patient: Some(patient), modality },
			Detail::Record(record),
			Deed::Registered { custodian, record },
		),
		told(Event::StudyMoved { study }, Deed::Moved),
		told_with(
			Event::StudyWithdrawn { study, custodian },
			Detail::Commitment(commitment),
			Deed::Withdrawn { commitment },
		),
		told_with(
			Event::ConsentSet { patient: None, study: Some(study), directive },
			Detail::Document(Some(document)),
			consented(Some(document)),
		),
		(
			Event::ConsentSet { patient: Some(patient), study: None, directive },
			Detail::Document(None),
			Some((Subject::Patient(patient), consented(None))),
		),
		(
			Event::ResearchPoolSet { patient, open: true },
			Detail::Nothing,
			Some((Subject::Patient(patient), Deed::ResearchPoolSet { open: true })),
		),
		(
			Event::ConsentDefaultsSet { institution, purposes: purpose.into() },
			Detail::Nothing,
			None,
		),
		told(
			Event::AccessRequested { study, grantee, institution, purpose, duration },
			Deed::AccessRequested { purpose, duration },
		),
		told(
			Event::AccessGranted { study, grantee, institution, purpose, expires },
			Deed::AccessGranted { grantee, purpose, expires },
		),
		told(Event::AccessDeclined { study, grantee }, Deed::AccessDeclined { grantee }),
		told(Event::RequestLapsed { study, grantee }, Deed::RequestLapsed { grantee }),
		told(
			Event::AccessRenewed { study, grantee, expires },
			Deed::AccessRenewed { grantee, expires },
		),
		ended(EndCause::Expired, Deed::AccessExpired { grantee, expired }),
		ended(EndCause::Revoked, Deed::AccessRevoked { grantee }),
		ended(EndCause::ConsentWithdrawn, Deed::AccessRevoked { grantee }),
		ended(EndCause::Returned, Deed::AccessRevoked { grantee }),
		ended(EndCause::CustodyTransferred, Deed::AccessRevoked { grantee }),
		told(Event::Accessed { study, grantee, kind }, Deed::Accessed { kind }),
		told(
			Event::AccessAttempted { study, custodian, grantee, kind },
			Deed::AccessAttempted { kind },
		),
		told(
			Event::MisuseReported { study, grantee, reporter, reason },
			Deed::MisuseReported { grantee, reason },
		),
		told(
			Event::MisuseSettled { study, grantee, upheld: true },
			Deed::MisuseSettled { grantee, upheld: true },
		),
		told(
			Event::EmergencyOpened {
				study,
				clinician,
				institution,
				custodian,
				patient: Some(patient),
				reason,
				expires,
			},
			Deed::EmergencyOpened { reason, expires },
		),
		told(
			Event::EmergencyReviewed { study, clinician, justified: true },
			Deed::EmergencyReviewed { clinician, justified: true },
		),
		told(
			Event::EmergencyEscalated { study, clinician, custodian },
			Deed::EmergencyEscalated { clinician },
		),
		told(Event::CustodyOffered { study, from, to: Some(to) }, Deed::CustodyOffered { to }),
		told(Event::CustodyOffered { study, from, to: None }, Deed::CustodyOfferWithdrawn),
		told(Event::CustodyTransferred { study, from, to }, Deed::CustodyTransferred { from, to }),
	]
}

#[test]
fn should_leave_the_event_and_the_entry_that_was_decided_on_when_something_happens() {
	ExtBuilder::run(|| {
		for (event, detail, entry) in decisions() {
			Imaging::happened_with(Some(KEEPER), event.clone(), detail);
			assert_eq!(events(), [event]);
			let expected = entry.map(|(subject, deed)| (subject, Some(KEEPER), deed));
			assert_eq!(history(), Vec::from_iter(expected));
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
	Event::StudyWithdrawn { study: id(1), custodian: NORTH }.deed(Detail::Nothing);
}
