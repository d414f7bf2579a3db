// SPDX-License-Identifier: Apache-2.0

//! Whether somebody may act, under whose credential, and which refusal is shown.

use crate::{CredentialStatus, Credentials as Vouchers, mock::*};
use contour_primitives::{
	Action, InstitutionId, Modality, Refusal, Role, Specialty, Standard, Standing,
};
use frame_support::assert_ok;

fn demand(standard: Standard) {
	assert_ok!(Credentials::set_standard(council(), Action::SubmitReading, None, Some(standard)));
}

fn verdict() -> Result<InstitutionId, Refusal> {
	Credentials::may(&RADIOLOGIST, Action::SubmitReading, Modality::Mr)
}

fn verdict_at(institution: InstitutionId) -> Result<(), Refusal> {
	Credentials::may_at(&RADIOLOGIST, institution, Action::SubmitReading, Modality::Mr)
}

#[test]
fn should_refuse_when_nobody_vouches() {
	ExtBuilder::run(|| {
		demand(reading_standard());
		assert_eq!(Credentials::voucher(&STRANGER), Err(Refusal::NotVouchedFor));
		assert_eq!(verdict(), Err(Refusal::NotVouchedFor));
		assert_eq!(
			Credentials::holds(&STRANGER, NORTH, Role::Radiologist),
			Err(Refusal::NotVouchedFor)
		);
	});
}

#[test]
fn should_answer_with_the_own_institution_when_an_administrator_has_credentials_elsewhere() {
	ExtBuilder::run(|| {
		vouch(SOUTH_ADMIN, NORTH_ADMIN, Role::Radiologist);
		enrol(EAST_ADMIN, NORTH_ADMIN);
		assert_eq!(Credentials::voucher(&NORTH_ADMIN), Ok(NORTH));

		suspend(NORTH);
		assert_eq!(Credentials::voucher(&NORTH_ADMIN), Ok(SOUTH));

		suspend(SOUTH);
		assert_eq!(Credentials::voucher(&NORTH_ADMIN), Ok(EAST));
	});
}

#[test]
fn should_answer_with_the_employer_when_an_operator_has_a_credential() {
	ExtBuilder::run(|| {
		enrol(EAST_ADMIN, OPERATOR);
		assert_eq!(Credentials::voucher(&OPERATOR), Ok(NORTH));
		vouch(SOUTH_ADMIN, OPERATOR, Role::Scorer);
		assert_eq!(Credentials::voucher(&OPERATOR), Ok(SOUTH));

		suspend(SOUTH);
		assert_eq!(Credentials::voucher(&OPERATOR), Ok(NORTH));
		suspend(NORTH);
		assert_eq!(Credentials::voucher(&OPERATOR), Ok(EAST));
	});
}

#[test]
fn should_answer_with_the_first_active_one_when_several_vouch() {
	ExtBuilder::run(|| {
		demand(reading_standard());
		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(EAST_ADMIN, RADIOLOGIST, Role::Radiologist);
		let both = || (Credentials::voucher(&RADIOLOGIST), verdict());
		assert_eq!(both(), (Ok(SOUTH), Ok(SOUTH)));

		suspend(SOUTH);
		assert_eq!(both(), (Ok(NORTH), Ok(NORTH)));

		assert_ok!(Credentials::suspend_credential(by(NORTH_ADMIN), RADIOLOGIST));
		assert_eq!(both(), (Ok(EAST), Ok(EAST)));

		assert_ok!(Credentials::reinstate_institution(council(), SOUTH));
		assert_eq!(both(), (Ok(SOUTH), Ok(SOUTH)));
	});
}

#[test]
fn should_answer_with_the_first_that_meets_the_standard_when_another_comes_first() {
	ExtBuilder::run(|| {
		demand(reading_standard());
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Clinician);
		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Ok(NORTH));
		assert_eq!(verdict(), Ok(SOUTH));
	});
}

#[test]
fn should_name_the_first_failing_requirement_when_a_credential_counts() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Clinician);
		assert_eq!(verdict(), Err(Refusal::NoStandard));

		let strict = Standard {
			any_of: Role::Radiologist.into(),
			specialties: Specialty::Breast.into(),
			contributions: 10,
			reputation: 500_000,
		};
		demand(strict);
		assert_eq!(verdict(), Err(Refusal::MissingRole));

		demand(Standard { any_of: Role::Clinician.into(), ..strict });
		assert_eq!(verdict(), Err(Refusal::MissingSpecialty));

		demand(Standard {
			any_of: Role::Clinician.into(),
			specialties: Specialty::Neuroradiology.into(),
			..strict
		});
		for (merit, expected) in [
			((9, 500_000), Err(Refusal::TooFewContributions)),
			((10, 499_999), Err(Refusal::TooLowReputation)),
			((9, 0), Err(Refusal::TooFewContributions)),
			((10, 500_000), Ok(NORTH)),
		] {
			Achievements::set(merit.0, merit.1);
			assert_eq!(verdict(), expected);
		}
	});
}

#[test]
fn should_refuse_what_needs_a_standard_when_a_misuse_was_reported() {
	ExtBuilder::run(|| {
		demand(reading_standard());
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(verdict(), Ok(NORTH));
		assert_eq!(verdict_at(NORTH), Ok(()));

		Achievements::accuse(RADIOLOGIST);
		assert_eq!(verdict(), Err(Refusal::MisuseReported));
		assert_eq!(verdict_at(NORTH), Err(Refusal::MisuseReported));
		// What needs no standard is still possible: a call to the council's attention, for one.
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Ok(NORTH));
	});
}

#[test]
fn should_look_at_one_credential_only_when_asked_about_an_institution() {
	ExtBuilder::run(|| {
		demand(reading_standard());
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Clinician);
		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(verdict_at(NORTH), Err(Refusal::MissingRole));
		assert_eq!(verdict_at(SOUTH), Ok(()));
		assert_eq!(verdict_at(EAST), Err(Refusal::NotVouchedFor));
	});
}

#[test]
fn should_show_the_closest_refusal_when_all_vouchers_fail() {
	ExtBuilder::run(|| {
		demand(reading_standard());
		let both = || (Credentials::voucher(&RADIOLOGIST), verdict());
		let all = |refusal| (Err(refusal), Err(refusal));

		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		suspend(NORTH);
		assert_eq!(both(), all(Refusal::InstitutionNotActive));

		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::revoke_credential(by(SOUTH_ADMIN), RADIOLOGIST));
		assert_eq!(both(), all(Refusal::CredentialRevoked));

		vouch(EAST_ADMIN, RADIOLOGIST, Role::Clinician);
		assert_eq!(both(), (Ok(EAST), Err(Refusal::MissingRole)));
		assert_ok!(Credentials::suspend_credential(by(EAST_ADMIN), RADIOLOGIST));
		assert_eq!(both(), all(Refusal::CredentialSuspended));

		assert_ok!(Credentials::reinstate_credential(by(EAST_ADMIN), RADIOLOGIST));
		Timestamp::set_timestamp(NOW + YEAR);
		assert_eq!(both(), all(Refusal::CredentialExpired));
	});
}

#[test]
fn should_show_the_closest_refusal_when_it_comes_from_an_earlier_credential() {
	ExtBuilder::run(|| {
		demand(reading_standard());
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Clinician);
		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		suspend(SOUTH);
		assert_eq!(verdict(), Err(Refusal::MissingRole));

		Timestamp::set_timestamp(NOW + YEAR);
		assert_eq!(verdict(), Err(Refusal::CredentialExpired));
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Err(Refusal::CredentialExpired));
	});
}

#[test]
fn should_show_the_closest_refusal_when_it_comes_from_another_kind_of_voucher() {
	ExtBuilder::run(|| {
		vouch(SOUTH_ADMIN, NORTH_ADMIN, Role::Radiologist);
		assert_ok!(Credentials::suspend_credential(by(SOUTH_ADMIN), NORTH_ADMIN));
		enrol(EAST_ADMIN, NORTH_ADMIN);
		suspend(NORTH);
		assert_eq!(Credentials::voucher(&NORTH_ADMIN), Ok(EAST));

		assert_ok!(Credentials::discharge_patient(by(EAST_ADMIN), NORTH_ADMIN));
		assert_eq!(Credentials::voucher(&NORTH_ADMIN), Err(Refusal::CredentialSuspended));

		assert_ok!(Credentials::revoke_credential(by(SOUTH_ADMIN), NORTH_ADMIN));
		assert_eq!(Credentials::voucher(&NORTH_ADMIN), Err(Refusal::CredentialRevoked));
	});
}

#[test]
fn should_not_show_expiry_when_the_credential_is_revoked_or_suspended_too() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		Timestamp::set_timestamp(NOW + 2 * YEAR);
		for (status, refusal) in [
			(CredentialStatus::Active, Refusal::CredentialExpired),
			(CredentialStatus::Suspended { since: NOW }, Refusal::CredentialSuspended),
			(CredentialStatus::Revoked { since: NOW }, Refusal::CredentialRevoked),
		] {
			Vouchers::<Test>::mutate(RADIOLOGIST, |held| held[0].status = status);
			assert_eq!(Credentials::voucher(&RADIOLOGIST), Err(refusal));
		}
	});
}

#[test]
fn should_hold_a_role_when_the_credential_of_that_institution_counts() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		vouch(SOUTH_ADMIN, CUSTODIAN, Role::Clinician);
		let holds = |institution, role| Credentials::holds(&CUSTODIAN, institution, role);

		assert_eq!(holds(NORTH, Role::Custodian), Ok(()));
		assert_eq!(holds(SOUTH, Role::Clinician), Ok(()));
		assert_eq!(holds(NORTH, Role::Clinician), Err(Refusal::MissingRole));
		assert_eq!(holds(SOUTH, Role::Custodian), Err(Refusal::MissingRole));
		assert_eq!(holds(EAST, Role::Custodian), Err(Refusal::NotVouchedFor));

		suspend(NORTH);
		assert_eq!(holds(NORTH, Role::Custodian), Err(Refusal::InstitutionNotActive));
		assert_eq!(holds(SOUTH, Role::Clinician), Ok(()));

		Timestamp::set_timestamp(NOW + YEAR);
		assert_eq!(holds(SOUTH, Role::Clinician), Err(Refusal::CredentialExpired));
		assert_ok!(Credentials::suspend_credential(by(SOUTH_ADMIN), CUSTODIAN));
		assert_eq!(holds(SOUTH, Role::Clinician), Err(Refusal::CredentialSuspended));
		assert_ok!(Credentials::revoke_credential(by(SOUTH_ADMIN), CUSTODIAN));
		assert_eq!(holds(SOUTH, Role::Clinician), Err(Refusal::CredentialRevoked));
	});
}

#[test]
fn should_hold_no_role_when_only_administering() {
	ExtBuilder::run(|| {
		demand(reading_standard());
		assert_eq!(
			Credentials::holds(&NORTH_ADMIN, NORTH, Role::Custodian),
			Err(Refusal::NotVouchedFor)
		);
		assert_eq!(
			Credentials::may(&NORTH_ADMIN, Action::SubmitReading, Modality::Mr),
			Err(Refusal::NotVouchedFor)
		);
	});
}
