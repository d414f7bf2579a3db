// SPDX-License-Identifier: Apache-2.0

//! What patients permit and refuse, and what follows at once.

use crate::{
	Denial, Directive, EndCause, Event, Leases, RecordedDirective, ResearchPool, StudyDirectives,
	WrappedKeys, mock::*,
};
use contour_primitives::{
	Hash, Purpose, Purposes, Refusal,
	audit::{Deed, Subject},
};
use frame_support::{assert_noop, assert_ok};

type Error = crate::Error<Test>;

const CARE: Purpose = Purpose::ClinicalCare;
const DOCUMENT: Hash = Hash::repeat_byte(5);

fn deed(directive: Directive, document: Option<Hash>) -> Deed<AccountId> {
	let Directive { permitted, refused, ethics_approval } = directive;
	Deed::ConsentSet { permitted, refused, ethics_approval, document }
}

fn permitted() -> Vec<Purpose> {
	Purposes::all().iter().filter(|it| Imaging::consented(id(1), *it).is_ok()).collect()
}

#[test]
fn should_permit_care_only_when_nobody_said_anything() {
	ExtBuilder::run(|| {
		register([1]);
		assert_eq!(permitted(), [CARE]);
	});
}

#[test]
fn should_permit_what_is_a_special_case_of_what_is_permitted() {
	use Purpose::{
		AncestryResearch as Poa, DiseaseResearch as Ds, GeneralResearch as Gru,
		HealthResearch as Hmb,
	};
	for (purpose, expected) in [
		(Gru, &[CARE, Gru, Hmb, Ds, Poa][..]),
		(Hmb, &[CARE, Hmb, Ds]),
		(Ds, &[CARE, Ds]),
		(Poa, &[CARE, Poa]),
		(CARE, &[CARE]),
	] {
		ExtBuilder::run(|| {
			register([1]);
			assert_ok!(Imaging::set_consent(by(PATIENT), None, permit(purpose)));
			assert_eq!(permitted(), expected);
		});
	}
}

#[test]
fn should_refuse_what_is_a_special_case_of_what_is_refused() {
	ExtBuilder::run(|| {
		register([1]);
		let directive = Directive {
			permitted: Purpose::GeneralResearch.into(),
			refused: Purpose::HealthResearch.into(),
			ethics_approval: false,
		};
		assert_ok!(Imaging::set_consent(by(PATIENT), None, directive));
		let expected = [CARE, Purpose::GeneralResearch, Purpose::AncestryResearch];
		assert_eq!(permitted(), expected);
		assert_ok!(Imaging::set_consent(by(PATIENT), None, refuse(CARE)));
		assert_eq!(permitted(), []);
	});
}

#[test]
fn should_go_by_the_directive_for_the_study_before_the_one_for_all() {
	ExtBuilder::run(|| {
		register([1, 2]);
		let research = Purpose::DiseaseResearch;
		assert_ok!(Imaging::set_consent(by(PATIENT), None, refuse(research)));
		assert_ok!(Imaging::set_consent(by(PATIENT), Some(id(1)), permit(research)));
		assert_eq!(permitted(), [CARE, research]);
		assert_eq!(Imaging::consented(id(2), research), Err(Denial::NoConsent));

		assert_ok!(Imaging::set_consent(by(PATIENT), None, permit(research)));
		assert_ok!(Imaging::set_consent(by(PATIENT), Some(id(1)), refuse(research)));
		assert_eq!(permitted(), [CARE]);
		assert_ok!(Imaging::consented(id(2), research));
	});
}

#[test]
fn should_demand_an_approval_for_research_when_the_patient_does() {
	ExtBuilder::run(|| {
		register([1]);
		let purpose = Purpose::DiseaseResearch;
		let directive = Directive {
			permitted: Purposes::from(purpose) | CARE.into(),
			refused: Purposes::empty(),
			ethics_approval: true,
		};
		assert_ok!(Imaging::set_consent(by(PATIENT), None, directive));
		assert_eq!(Imaging::consented(id(1), purpose), Err(Denial::ApprovalMissing));
		assert_ok!(Imaging::consented(id(1), CARE));
		assert_noop!(
			Imaging::request_access(by(READER), id(1), purpose, HOUR, None),
			Error::ApprovalMissing
		);
		assert_ok!(Imaging::request_access(by(READER), id(1), purpose, HOUR, Some(DOCUMENT)));
		assert_ok!(grant(READER, 1, now() + HOUR));
	});
}

#[test]
fn should_tell_of_a_directive_for_all_in_the_patients_history() {
	ExtBuilder::run(|| {
		let directive = permit(Purpose::GeneralResearch);
		assert_ok!(Imaging::set_consent(by(PATIENT), None, directive));
		assert_eq!(
			events(),
			[Event::ConsentSet { patient: Some(PATIENT), study: None, directive }]
		);
		assert_eq!(history(), [(Subject::Patient(PATIENT), Some(PATIENT), deed(directive, None))]);
	});
}

#[test]
fn should_tell_of_a_directive_for_a_study_in_its_history() {
	ExtBuilder::run(|| {
		register([1]);
		events();
		history();
		let directive = permit(Purpose::GeneralResearch);
		assert_ok!(Imaging::set_consent(by(PATIENT), Some(id(1)), directive));
		assert_eq!(
			events(),
			[Event::ConsentSet { patient: Some(PATIENT), study: Some(id(1)), directive }]
		);
		assert_eq!(history_of(id(1)), [(Some(PATIENT), deed(directive, None))]);
	});
}

#[test]
fn should_refuse_a_directive_when_the_study_is_not_the_callers() {
	ExtBuilder::run(|| {
		register([1]);
		for who in [KEEPER, HEAD, READER, STRANGER] {
			assert_noop!(
				Imaging::set_consent(by(who), Some(id(1)), permit(CARE)),
				Error::NotAuthorized
			);
		}
		assert_noop!(Imaging::set_consent(by(PATIENT), Some(id(2)), permit(CARE)), Error::NotFound);
	});
}

#[test]
fn should_end_a_lease_and_erase_its_key_at_once_when_its_purpose_loses_its_consent() {
	for study in [None, Some(id(1))] {
		ExtBuilder::run(|| {
			register([1, 2]);
			lease(READER, 1, now() + HOUR);
			assert_ok!(request(OTHER_READER, 1));
			assert_ok!(Imaging::open_emergency(by(CLINICIAN), id(2), Hash::zero()));
			events();
			history();

			let directive = refuse(CARE);
			assert_ok!(Imaging::set_consent(by(PATIENT), study, directive));

			let cause = EndCause::ConsentWithdrawn;
			assert_eq!(
				events(),
				[
					Event::ConsentSet { patient: Some(PATIENT), study, directive },
					Event::AccessEnded { study: id(1), grantee: READER, cause },
				]
			);
			let revoked = (Some(PATIENT), Deed::AccessRevoked { grantee: READER });
			assert_eq!(history_of(id(1)).last(), Some(&revoked));
			assert!(!Imaging::is_live(id(1), READER));
			assert_eq!(WrappedKeys::<Test>::iter().count(), 0);
			assert!(Imaging::is_live(id(2), CLINICIAN), "an emergency needs no consent");
			assert_noop!(
				Imaging::grant_access(
					by(KEEPER),
					id(1),
					OTHER_READER,
					key(OTHER_READER),
					now() + HOUR,
					locator(1)
				),
				Error::NoEncryptionKey
			);
		});
	}
}

#[test]
fn should_leave_a_lease_alone_when_its_purpose_keeps_its_consent() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		assert_ok!(Imaging::set_consent(by(PATIENT), None, refuse(Purpose::GeneralResearch)));
		assert_ok!(Imaging::set_consent(by(PATIENT), Some(id(1)), permit(Purpose::HealthResearch)));
		assert!(Imaging::is_live(id(1), READER));
		assert_eq!(Imaging::key_of(id(1), READER), Some(key(READER)));
	});
}

#[test]
fn should_end_a_lease_when_the_patient_demands_an_approval_that_it_lacks() {
	ExtBuilder::run(|| {
		register([1]);
		let purpose = Purpose::DiseaseResearch;
		assert_ok!(Imaging::set_consent(by(PATIENT), None, permit(purpose)));
		assert_ok!(Imaging::request_access(by(READER), id(1), purpose, HOUR, None));
		assert_ok!(grant(READER, 1, now() + HOUR));
		let demanding = Directive { ethics_approval: true, ..permit(purpose) };
		assert_ok!(Imaging::set_consent(by(PATIENT), None, demanding));
		assert!(!Imaging::is_live(id(1), READER));
	});
}

#[test]
fn should_refuse_to_grant_when_consent_was_withdrawn_since_the_request() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(request(READER, 1));
		assert_ok!(Imaging::set_consent(by(PATIENT), None, refuse(CARE)));
		assert_noop!(grant(READER, 1, now() + HOUR), Error::NoConsent);
	});
}

#[test]
fn should_record_consent_on_paper_when_the_custodian_holds_the_document() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		events();
		history();
		let directive = refuse(CARE);
		assert_ok!(Imaging::record_consent(by(KEEPER), id(1), directive, DOCUMENT));

		let document = Some(DOCUMENT);
		assert_eq!(
			StudyDirectives::<Test>::get(id(1)),
			Some(RecordedDirective { directive, document })
		);
		assert_eq!(
			history_of(id(1)),
			[
				(Some(KEEPER), deed(directive, document)),
				(Some(KEEPER), Deed::AccessRevoked { grantee: READER }),
			]
		);
		assert!(!Imaging::is_live(id(1), READER));
		assert_ok!(Imaging::record_consent(by(KEEPER), id(1), permit(CARE), DOCUMENT));
		assert_ok!(Imaging::consented(id(1), CARE));
	});
}

#[test]
fn should_refuse_paper_when_the_patients_account_has_spoken() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(Imaging::record_consent(by(KEEPER), id(1), permit(CARE), DOCUMENT));
		assert_ok!(Imaging::set_consent(by(PATIENT), Some(id(1)), refuse(CARE)));
		assert_noop!(
			Imaging::record_consent(by(KEEPER), id(1), permit(CARE), DOCUMENT),
			Error::PatientDecides
		);
	});
}

#[test]
fn should_go_by_the_stricter_when_paper_and_the_account_for_all_differ() {
	let research = Purpose::HealthResearch;
	for (account, paper) in [
		(refuse(research), permit(research)),
		(permit(research), refuse(research)),
		(refuse(Purpose::GeneralResearch), permit(research)),
	] {
		ExtBuilder::run(|| {
			register([1]);
			assert_ok!(Imaging::set_consent(by(PATIENT), None, account));
			assert_ok!(Imaging::record_consent(by(KEEPER), id(1), paper, DOCUMENT));
			assert_eq!(Imaging::consented(id(1), research), Err(Denial::NoConsent));
		});
	}
	ExtBuilder::run(|| {
		register([1]);
		let demanding = Directive { ethics_approval: true, ..permit(research) };
		assert_ok!(Imaging::set_consent(by(PATIENT), None, demanding));
		assert_ok!(Imaging::record_consent(by(KEEPER), id(1), permit(research), DOCUMENT));
		assert_eq!(Imaging::consented(id(1), research), Err(Denial::ApprovalMissing));
		assert_ok!(Imaging::set_consent(by(PATIENT), Some(id(1)), permit(research)));
		assert_ok!(Imaging::consented(id(1), research));
	});
}

#[test]
fn should_go_by_paper_when_the_account_says_nothing_of_the_purpose() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(Imaging::set_consent(by(PATIENT), None, refuse(CARE)));
		let research = Purpose::HealthResearch;
		assert_ok!(Imaging::record_consent(by(KEEPER), id(1), permit(research), DOCUMENT));
		assert_ok!(Imaging::consented(id(1), research));
	});
}

#[test]
fn should_refuse_paper_when_the_caller_is_not_the_custodian() {
	ExtBuilder::run(|| {
		register([1]);
		for who in [PATIENT, SOUTH_KEEPER] {
			assert_noop!(
				Imaging::record_consent(by(who), id(1), permit(CARE), DOCUMENT),
				Error::Refused(Refusal::NotVouchedFor)
			);
		}
		assert_noop!(
			Imaging::record_consent(by(KEEPER), id(2), permit(CARE), DOCUMENT),
			Error::NotFound
		);
	});
}

#[test]
fn should_open_and_close_the_research_pool_when_the_patient_says_so() {
	ExtBuilder::run(|| {
		assert!(!ResearchPool::<Test>::contains_key(PATIENT));
		for open in [true, false] {
			assert_ok!(Imaging::set_research_pool(by(PATIENT), open));
			assert_eq!(ResearchPool::<Test>::contains_key(PATIENT), open);
			assert_eq!(events(), [Event::ResearchPoolSet { patient: PATIENT, open }]);
			let deed = Deed::ResearchPoolSet { open };
			assert_eq!(history(), [(Subject::Patient(PATIENT), Some(PATIENT), deed)]);
			let pool: Vec<_> = Imaging::research_pool(None).entries;
			assert_eq!(pool, if open { vec![(PATIENT, ())] } else { vec![] });
		}
	});
}

#[test]
fn should_set_defaults_only_when_the_caller_administers_the_institution() {
	ExtBuilder::run(|| {
		let purposes = Purposes::from(CARE) | Purpose::HealthResearch.into();
		for who in [KEEPER, PATIENT, STRANGER] {
			assert_noop!(Imaging::set_consent_defaults(by(who), purposes), Error::NotAuthorized);
		}
		assert_ok!(Imaging::set_consent_defaults(by(HEAD), purposes));
		assert_eq!(events(), [Event::ConsentDefaultsSet { institution: NORTH, purposes }]);
		assert_eq!(Imaging::defaults_of(NORTH), purposes);
	});
}

#[test]
fn should_keep_consent_when_there_is_no_lease_to_end() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(Imaging::set_consent(by(PATIENT), Some(id(1)), refuse(CARE)));
		assert_eq!(Leases::<Test>::iter().count(), 0);
		assert_noop!(request(READER, 1), Error::NoConsent);
	});
}
