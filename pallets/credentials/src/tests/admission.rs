// SPDX-License-Identifier: Apache-2.0

//! What the transaction pool lets in.

use crate::{CheckStanding, mock::*};
use codec::Encode;
use contour_primitives::{Refusal, Role};
use frame_support::assert_ok;
use sp_runtime::{
	traits::TransactionExtension,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
};

fn invalid(refusal: Refusal) -> Result<(), TransactionValidityError> {
	Err(InvalidTransaction::Custom(refusal.code()).into())
}

#[test]
fn should_let_in_when_an_institution_vouches_for_the_signer() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		enrol(NORTH_ADMIN, PATIENT);
		for who in [NORTH_ADMIN, RADIOLOGIST, OPERATOR, PATIENT] {
			assert_ok!(at_the_door(by(who)));
		}
	});
}

#[test]
fn should_turn_away_when_the_signer_is_a_stranger() {
	ExtBuilder::run(|| {
		assert_eq!(at_the_door(by(STRANGER)), invalid(Refusal::NotVouchedFor));
		assert_eq!(
			at_the_door(by(STRANGER)),
			Err(TransactionValidityError::Invalid(InvalidTransaction::Custom(1)))
		);
	});
}

#[test]
fn should_turn_away_when_the_institution_is_suspended() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		suspend(NORTH);
		for who in [NORTH_ADMIN, RADIOLOGIST, OPERATOR] {
			assert_eq!(at_the_door(by(who)), invalid(Refusal::InstitutionNotActive));
		}
	});
}

#[test]
fn should_turn_away_when_the_credential_does_not_count() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		Timestamp::set_timestamp(NOW + YEAR);
		assert_eq!(at_the_door(by(RADIOLOGIST)), invalid(Refusal::CredentialExpired));
		assert_ok!(Credentials::suspend_credential(by(NORTH_ADMIN), RADIOLOGIST));
		assert_eq!(at_the_door(by(RADIOLOGIST)), invalid(Refusal::CredentialSuspended));
		assert_ok!(Credentials::revoke_credential(by(NORTH_ADMIN), RADIOLOGIST));
		assert_eq!(at_the_door(by(RADIOLOGIST)), invalid(Refusal::CredentialRevoked));
	});
}

#[test]
fn should_turn_away_when_the_patient_is_discharged() {
	ExtBuilder::run(|| {
		enrol(NORTH_ADMIN, PATIENT);
		assert_ok!(Credentials::discharge_patient(by(NORTH_ADMIN), PATIENT));
		assert_eq!(at_the_door(by(PATIENT)), invalid(Refusal::NotVouchedFor));
	});
}

#[test]
fn should_turn_away_what_is_paused_when_the_brake_is_on() {
	ExtBuilder::run(|| {
		set_braked(true);
		assert_eq!(at_the_door(by(NORTH_ADMIN)), invalid(Refusal::Paused));
		assert_eq!(at_the_door(RuntimeOrigin::none()), invalid(Refusal::Paused));
		assert_eq!(at_the_door(by(STRANGER)), invalid(Refusal::NotVouchedFor));
		set_braked(false);
		assert_ok!(at_the_door(by(NORTH_ADMIN)));
	});
}

#[test]
fn should_leave_it_to_others_when_nobody_signed() {
	ExtBuilder::run(|| {
		assert_ok!(at_the_door(RuntimeOrigin::none()));
		assert_ok!(at_the_door(RuntimeOrigin::root()));
	});
}

#[test]
fn should_write_nothing_when_at_the_door() {
	ExtBuilder::run(|| {
		let before = storage();
		assert_ok!(at_the_door(by(NORTH_ADMIN)));
		assert!(at_the_door(by(STRANGER)).is_err());
		assert_eq!(storage(), before);
	});
}

#[test]
fn should_need_no_support_by_clients_when_signed() {
	let extension = CheckStanding::<Test>::new();
	assert!(extension.encode().is_empty());
	assert_eq!(extension.implicit().map(|implicit| implicit.encode()), Ok(vec![]));
	let [metadata] = &CheckStanding::<Test>::metadata()[..] else {
		panic!("it is one extension");
	};
	assert_eq!(metadata.identifier, "CheckStanding");
}
