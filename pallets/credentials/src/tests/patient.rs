// SPDX-License-Identifier: Apache-2.0

//! Enrolment and discharge of patients.

use crate::{Allowances, Error, Event, Patients, mock::*};
use contour_primitives::{Action, Modality, Refusal, Role, Standing};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

#[test]
fn should_have_standing_when_enrolled_by_administrator_or_custodian() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		for (who, patient) in [(NORTH_ADMIN, PATIENT), (CUSTODIAN, NEWCOMER)] {
			events();
			assert_ok!(Credentials::enrol_patient(by(who), patient));

			assert_eq!(events(), [Event::PatientEnrolled { institution: NORTH, patient }]);
			assert_eq!(Patients::<Test>::get(patient).into_inner(), [NORTH]);
			assert_eq!(Credentials::voucher(&patient), Ok(NORTH));
			assert_eq!(System::sufficients(&patient), 1);
		}
	});
}

#[test]
fn should_act_for_the_own_institution_when_an_administrator_is_custodian_elsewhere() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, SOUTH_ADMIN, Role::Custodian);
		enrol(SOUTH_ADMIN, PATIENT);
		assert_eq!(Patients::<Test>::get(PATIENT).into_inner(), [SOUTH]);

		suspend(SOUTH);
		enrol(SOUTH_ADMIN, NEWCOMER);
		assert_eq!(Patients::<Test>::get(NEWCOMER).into_inner(), [NORTH]);
	});
}

#[test]
fn should_have_no_role_when_only_enrolled() {
	ExtBuilder::run(|| {
		enrol(NORTH_ADMIN, PATIENT);
		assert_eq!(
			Credentials::may(&PATIENT, Action::AccessStudy, Modality::Mr),
			Err(Refusal::NotVouchedFor)
		);
		assert_eq!(
			Credentials::holds(&PATIENT, NORTH, Role::Clinician),
			Err(Refusal::NotVouchedFor)
		);
	});
}

#[test]
fn should_refuse_when_the_caller_is_no_custodian() {
	ExtBuilder::run(|| {
		enrol(NORTH_ADMIN, PATIENT);
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		assert_ok!(Credentials::suspend_credential(by(NORTH_ADMIN), CUSTODIAN));
		for (who, refusal) in [
			(RADIOLOGIST, Refusal::MissingRole),
			(CUSTODIAN, Refusal::CredentialSuspended),
			(PATIENT, Refusal::NotVouchedFor),
			(OPERATOR, Refusal::NotVouchedFor),
			(STRANGER, Refusal::NotVouchedFor),
		] {
			assert_noop!(Credentials::enrol_patient(by(who), NEWCOMER), refused(refusal));
			assert_noop!(Credentials::discharge_patient(by(who), PATIENT), refused(refusal));
		}
		for origin in [council(), RuntimeOrigin::none()] {
			assert_noop!(Credentials::enrol_patient(origin.clone(), NEWCOMER), BadOrigin);
			assert_noop!(Credentials::discharge_patient(origin, PATIENT), BadOrigin);
		}
	});
}

#[test]
fn should_refuse_when_the_institution_of_the_caller_is_suspended() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		enrol(NORTH_ADMIN, PATIENT);
		suspend(NORTH);
		for (who, refusal) in
			[(CUSTODIAN, Refusal::InstitutionNotActive), (NORTH_ADMIN, Refusal::NotVouchedFor)]
		{
			assert_noop!(Credentials::enrol_patient(by(who), NEWCOMER), refused(refusal));
			assert_noop!(Credentials::discharge_patient(by(who), PATIENT), refused(refusal));
		}
	});
}

#[test]
fn should_refuse_to_enrol_when_the_patient_is_enrolled_there() {
	ExtBuilder::run(|| {
		enrol(NORTH_ADMIN, PATIENT);
		assert_noop!(
			Credentials::enrol_patient(by(NORTH_ADMIN), PATIENT),
			Error::<Test>::AlreadyExists
		);
	});
}

#[test]
fn should_refuse_to_enrol_when_too_many_institutions_did() {
	ExtBuilder::run(|| {
		for administrator in [NORTH_ADMIN, SOUTH_ADMIN, EAST_ADMIN] {
			enrol(administrator, PATIENT);
		}
		assert_ok!(admit(NEWCOMER));
		let by_west = || Credentials::enrol_patient(by(NEWCOMER), PATIENT);

		assert_noop!(by_west(), Error::<Test>::TooManyVouchers);
		suspend(NORTH);
		assert_noop!(by_west(), Error::<Test>::TooManyVouchers);
		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_ok!(by_west());
		assert_eq!(Patients::<Test>::get(PATIENT).into_inner(), [SOUTH, EAST, WEST]);
	});
}

#[test]
fn should_lose_standing_when_discharged() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		for who in [NORTH_ADMIN, CUSTODIAN] {
			enrol(NORTH_ADMIN, PATIENT);
			assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), PATIENT, Some(7)));
			events();

			assert_ok!(Credentials::discharge_patient(by(who), PATIENT));

			assert_eq!(
				events(),
				[Event::PatientDischarged { institution: NORTH, patient: PATIENT }]
			);
			assert!(!Patients::<Test>::contains_key(PATIENT));
			assert_eq!(Allowances::<Test>::get(NORTH, PATIENT), None);
			assert_eq!(Credentials::voucher(&PATIENT), Err(Refusal::NotVouchedFor));
			assert_eq!(System::sufficients(&PATIENT), 1);
		}
	});
}

#[test]
fn should_stay_enrolled_elsewhere_when_discharged() {
	ExtBuilder::run(|| {
		enrol(NORTH_ADMIN, PATIENT);
		enrol(SOUTH_ADMIN, PATIENT);

		assert_ok!(Credentials::discharge_patient(by(NORTH_ADMIN), PATIENT));

		assert_eq!(Patients::<Test>::get(PATIENT).into_inner(), [SOUTH]);
		assert_eq!(Credentials::voucher(&PATIENT), Ok(SOUTH));
	});
}

#[test]
fn should_keep_the_allowance_when_a_discharged_patient_works_there() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		enrol(NORTH_ADMIN, RADIOLOGIST);
		assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), RADIOLOGIST, Some(7)));

		assert_ok!(Credentials::discharge_patient(by(NORTH_ADMIN), RADIOLOGIST));

		assert_eq!(Allowances::<Test>::get(NORTH, RADIOLOGIST), Some(7));
	});
}

#[test]
fn should_refuse_to_discharge_when_the_patient_is_not_enrolled_there() {
	ExtBuilder::run(|| {
		let discharge = || Credentials::discharge_patient(by(NORTH_ADMIN), PATIENT);
		assert_noop!(discharge(), Error::<Test>::PatientNotFound);
		enrol(SOUTH_ADMIN, PATIENT);
		assert_noop!(discharge(), Error::<Test>::PatientNotFound);
	});
}
