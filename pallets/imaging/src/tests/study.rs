// SPDX-License-Identifier: Apache-2.0

//! Registering, moving and withdrawing studies.

use crate::{
	Event, MAX_BATCH, NewStudy, Studies, StudyDirectives, Tombstones, WrappedKeys, mock::*,
};
use contour_primitives::{
	Hash, InstitutionId, Modality, Purpose, Purposes, Refusal,
	audit::{AccessKind, Deed},
};
use frame_support::{BoundedVec, assert_noop, assert_ok};
use sp_runtime::{
	TokenError,
	traits::{BlakeTwo256, Hash as _},
};

type Error = crate::Error<Test>;

fn batch(
	studies: Vec<NewStudy<AccountId>>,
) -> BoundedVec<NewStudy<AccountId>, frame_support::traits::ConstU32<MAX_BATCH>> {
	studies.try_into().expect("there are not too many")
}

#[test]
fn should_register_every_study_of_a_batch() {
	ExtBuilder::run(|| {
		register([1, 2]);

		let registered = |number| Event::StudyRegistered {
			study: id(number),
			custodian: NORTH,
			patient: Some(PATIENT),
			modality: Modality::Ct,
		};
		assert_eq!(events(), [registered(1), registered(2)]);
		for number in [1, 2] {
			let study = Studies::<Test>::get(id(number)).expect("it is registered");
			let new = new_study(number);
			assert_eq!(
				(study.custodian, study.patient, study.modality, study.locator.clone()),
				(NORTH, new.patient, new.modality, new.locator)
			);
			assert_eq!(
				(study.content_root, study.metadata_hash, study.commitment),
				(new.content_root, new.metadata_hash, new.commitment)
			);
			assert_eq!((study.instances, study.bytes), (new.instances, new.bytes));
			assert_eq!((study.registered, study.defaults), (START, Purpose::ClinicalCare.into()));
		}
		assert!(held(NORTH) > 0);
		assert_eq!(held(NORTH) % 2, 0, "each costs the same");
	});
}

#[test]
fn should_write_the_hash_of_the_record_to_the_history() {
	ExtBuilder::run(|| {
		register([1]);
		let stored = Studies::<Test>::get(id(1)).expect("it is registered");
		let record = BlakeTwo256::hash_of(&stored);
		assert_eq!(
			history_of(id(1)),
			[(Some(KEEPER), Deed::Registered { custodian: NORTH, record })]
		);
	});
}

#[test]
fn should_register_as_many_studies_as_a_batch_can_have() {
	ExtBuilder::run(|| {
		let studies = (0..MAX_BATCH).map(|number| NewStudy {
			id: contour_primitives::StudyId(Hash::from_low_u64_be(number.into())),
			..new_study(0)
		});
		assert_ok!(Imaging::register(by(KEEPER), NORTH, batch(studies.collect())));
		assert_eq!(Studies::<Test>::iter().count(), MAX_BATCH as usize);
	});
}

#[test]
fn should_register_nothing_when_one_id_is_taken() {
	ExtBuilder::run(|| {
		register([1]);
		let twice = batch(vec![new_study(2), new_study(2)]);
		assert_noop!(Imaging::register(by(KEEPER), NORTH, twice), Error::AlreadyExists);
		let known = batch(vec![new_study(2), new_study(1)]);
		assert_noop!(Imaging::register(by(SOUTH_KEEPER), SOUTH, known), Error::AlreadyExists);
		assert_ok!(Imaging::withdraw(by(KEEPER), id(1)));
		let withdrawn = batch(vec![new_study(2), new_study(1)]);
		assert_noop!(Imaging::register(by(KEEPER), NORTH, withdrawn), Error::AlreadyExists);
	});
}

#[test]
fn should_tell_which_ids_are_taken_when_asked() {
	ExtBuilder::run(|| {
		register([1, 2]);
		assert_ok!(Imaging::withdraw(by(KEEPER), id(2)));
		assert_eq!(Imaging::taken(vec![id(3), id(2), id(1)]), [id(2), id(1)]);
		let many: Vec<_> = (0..=MAX_BATCH).map(|_| id(1)).collect();
		assert_eq!(Imaging::taken(many).len(), MAX_BATCH as usize);
	});
}

#[test]
fn should_refuse_to_register_when_there_is_nothing() {
	ExtBuilder::run(|| {
		assert_noop!(
			Imaging::register(by(KEEPER), NORTH, batch(Vec::new())),
			Error::NothingToRegister
		);
	});
}

#[test]
fn should_refuse_to_register_when_the_caller_is_no_custodian_there() {
	ExtBuilder::run(|| {
		for (who, institution, refusal) in [
			(READER, SOUTH, Refusal::MissingRole),
			(KEEPER, SOUTH, Refusal::NotVouchedFor),
			(STRANGER, NORTH, Refusal::NotVouchedFor),
			(KEEPER, InstitutionId(7), Refusal::NotVouchedFor),
		] {
			assert_noop!(
				Imaging::register(by(who), institution, batch(vec![new_study(1)])),
				Error::Refused(refusal)
			);
		}
		Hospitals::suspend(NORTH);
		assert_noop!(
			Imaging::register(by(KEEPER), NORTH, batch(vec![new_study(1)])),
			Error::Refused(Refusal::InstitutionNotActive)
		);
	});
}

#[test]
fn should_refuse_to_register_when_the_council_set_no_standard_for_the_modality() {
	ExtBuilder::run(|| {
		let other = NewStudy { modality: Modality::Other, ..new_study(2) };
		assert_noop!(
			Imaging::register(by(KEEPER), NORTH, batch(vec![new_study(1), other])),
			Error::Refused(Refusal::NoStandard)
		);
	});
}

#[test]
fn should_refuse_to_register_when_the_deposit_cannot_be_held() {
	ExtBuilder::run(|| {
		assert_noop!(
			Imaging::register(by(POOR_KEEPER), POOR, batch(vec![new_study(1)])),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn should_note_where_a_study_is_when_it_was_moved() {
	ExtBuilder::run(|| {
		register([1]);
		events();
		history();
		assert_ok!(Imaging::set_locator(by(KEEPER), id(1), locator(9)));

		assert_eq!(Studies::<Test>::get(id(1)).map(|study| study.locator), Some(locator(9)));
		assert_eq!(events(), [Event::StudyMoved { study: id(1) }]);
		assert_eq!(history_of(id(1)), [(Some(KEEPER), Deed::Moved)]);
	});
}

#[test]
fn should_refuse_to_move_a_study_when_the_caller_is_not_its_custodian() {
	ExtBuilder::run(|| {
		register([1]);
		for who in [PATIENT, SOUTH_KEEPER] {
			assert_noop!(
				Imaging::set_locator(by(who), id(1), locator(9)),
				Error::Refused(Refusal::NotVouchedFor)
			);
		}
		assert_noop!(Imaging::set_locator(by(KEEPER), id(2), locator(9)), Error::NotFound);
	});
}

#[test]
fn should_leave_only_a_tombstone_when_withdrawn() {
	for who in [PATIENT, KEEPER] {
		ExtBuilder::run(|| {
			register([1, 2]);
			let one = held(NORTH) / 2;
			assert_ok!(Imaging::set_consent(
				by(PATIENT),
				Some(id(1)),
				permit(Purpose::ClinicalCare)
			));
			lease(READER, 1, now() + HOUR);
			assert_ok!(request(OTHER_READER, 1));
			assert_ok!(Imaging::open_emergency(by(CLINICIAN), id(1), Hash::zero()));
			assert_ok!(Imaging::offer_custody(by(KEEPER), id(1), Some(SOUTH)));
			events();
			history();
			wait(MINUTE);

			assert_ok!(Imaging::withdraw(by(who), id(1)));

			assert_eq!(events(), [Event::StudyWithdrawn { study: id(1), custodian: NORTH }]);
			let commitment = new_study(1).commitment;
			assert_eq!(history_of(id(1)), [(Some(who), Deed::Withdrawn { commitment })]);
			assert_eq!(
				Tombstones::<Test>::get(id(1)),
				Some(crate::Tombstone { commitment, withdrawn: now() })
			);
			assert!(!Studies::<Test>::contains_key(id(1)));
			assert!(!StudyDirectives::<Test>::contains_key(id(1)));
			assert!(WrappedKeys::<Test>::iter().next().is_none());
			assert!(Imaging::leases_on(id(1), None).entries.is_empty());
			assert_eq!((held(NORTH), held(SOUTH)), (one, 0));
		});
	}
}

#[test]
fn should_know_a_study_no_more_when_withdrawn() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(Imaging::withdraw(by(PATIENT), id(1)));
		let care = Purpose::ClinicalCare;
		let (study, reason) = (id(1), Hash::zero());
		assert_noop!(Imaging::withdraw(by(PATIENT), study), Error::Withdrawn);
		assert_noop!(Imaging::set_locator(by(KEEPER), study, locator(1)), Error::Withdrawn);
		assert_noop!(
			Imaging::set_consent(by(PATIENT), Some(study), permit(care)),
			Error::Withdrawn
		);
		assert_noop!(
			Imaging::record_consent(by(KEEPER), study, permit(care), reason),
			Error::Withdrawn
		);
		assert_noop!(request(READER, 1), Error::Withdrawn);
		assert_noop!(grant(READER, 1, now() + HOUR), Error::Withdrawn);
		assert_noop!(Imaging::open_emergency(by(CLINICIAN), study, reason), Error::Withdrawn);
		assert_noop!(Imaging::record_access(by(READER), study, AccessKind::View), Error::Withdrawn);
		assert_noop!(Imaging::offer_custody(by(KEEPER), study, Some(SOUTH)), Error::Withdrawn);
		assert_noop!(
			Imaging::accept_custody(by(SOUTH_KEEPER), study, locator(1)),
			Error::Withdrawn
		);
	});
}

#[test]
fn should_refuse_to_withdraw_when_the_caller_is_neither_patient_nor_custodian() {
	ExtBuilder::run(|| {
		register([1]);
		for who in [SOUTH_KEEPER, STRANGER] {
			assert_noop!(Imaging::withdraw(by(who), id(1)), Error::Refused(Refusal::NotVouchedFor));
		}
		assert_noop!(Imaging::withdraw(by(HEAD), id(1)), Error::Refused(Refusal::NotVouchedFor));
		assert_noop!(Imaging::withdraw(by(PATIENT), id(2)), Error::NotFound);
	});
}

#[test]
fn should_keep_the_defaults_of_its_registration_when_the_institution_changes_them() {
	ExtBuilder::run(|| {
		register([1]);
		let research = Purposes::from(Purpose::GeneralResearch);
		assert_ok!(Imaging::set_consent_defaults(by(HEAD), research));
		register([2]);

		assert_eq!(Imaging::defaults_of(NORTH), research);
		assert_eq!(Imaging::defaults_of(SOUTH), Purpose::ClinicalCare.into());
		assert_ok!(Imaging::consented(id(1), Purpose::ClinicalCare));
		assert_ok!(Imaging::consented(id(2), Purpose::DiseaseResearch));
		assert_eq!(Imaging::consented(id(2), Purpose::ClinicalCare), Err(crate::Denial::NoConsent));
	});
}
