// SPDX-License-Identifier: Apache-2.0

//! Who gets a transaction past the pool.

use crate::chain::*;
use contour_primitives::{Refusal, Role};
use contour_runtime::{Runtime, RuntimeCall};
use pallet_credentials::Call;
use sp_keyring::Sr25519Keyring;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

fn refused_as(signer: Sr25519Keyring, refusal: Refusal) {
	let expected = TransactionValidityError::from(refusal);
	assert_eq!(
		expected,
		TransactionValidityError::Invalid(InvalidTransaction::Custom(refusal.code()))
	);
	assert_eq!(validate(sign(signer, remark())), Err(expected), "in the pool");
	assert_eq!(apply(sign(signer, remark())), Err(expected), "in a block");
}

#[test]
fn should_refuse_a_stranger_when_nobody_vouches_for_the_account() {
	run(|| refused_as(Eve, Refusal::NotVouchedFor));
}

#[test]
fn should_refuse_a_stranger_when_the_account_is_rich() {
	run(|| {
		let _ =
			<contour_runtime::Balances as frame_support::traits::fungible::Mutate<_>>::mint_into(
				&Eve.to_account_id(),
				contour_runtime::UNIT,
			);
		refused_as(Eve, Refusal::NotVouchedFor);
	});
}

#[test]
fn should_accept_everybody_whom_an_institution_vouches_for() {
	run(|| {
		send(Alice, credential(&Eve.to_account_id(), Role::Radiologist));
		send(
			Alice,
			RuntimeCall::Credentials(Call::enrol_patient { patient: Ferdie.to_account_id() }),
		);
		for signer in [Alice, Eve, Ferdie, Sr25519Keyring::AliceStash] {
			assert!(validate(sign(signer, remark())).is_ok(), "{signer:?}");
			send(signer, remark());
		}
	});
}

#[test]
fn should_refuse_a_doctor_one_block_later_when_the_credential_is_suspended() {
	run(|| {
		let eve = Eve.to_account_id();
		send(Alice, credential(&eve, Role::Radiologist));
		let waiting = sign(Eve, remark());
		assert!(validate(waiting.clone()).is_ok());
		send(Alice, RuntimeCall::Credentials(Call::suspend_credential { holder: eve }));
		next_block();
		refused_as(Eve, Refusal::CredentialSuspended);
		assert_eq!(apply(waiting), Err(Refusal::CredentialSuspended.into()));
	});
}

#[test]
fn should_refuse_everybody_in_the_same_block_when_the_institution_is_suspended() {
	run(|| {
		send(Dave, credential(&Eve.to_account_id(), Role::Oncologist));
		let institution = contour_primitives::InstitutionId(3);
		assert_eq!(
			pass(TWO_THIRDS, RuntimeCall::Credentials(Call::suspend_institution { institution })),
			Ok(())
		);
		for signer in [Dave, Eve, Sr25519Keyring::DaveStash] {
			refused_as(signer, Refusal::InstitutionNotActive);
		}
		assert_eq!(
			pass(TWO_THIRDS, RuntimeCall::Credentials(Call::reinstate_institution { institution })),
			Ok(())
		);
		send(Eve, remark());
	});
}

#[test]
fn should_refuse_a_doctor_when_the_credential_has_expired() {
	run(|| {
		send(Alice, credential(&Eve.to_account_id(), Role::Radiologist));
		let expires =
			pallet_credentials::Credentials::<Runtime>::get(Eve.to_account_id())[0].expires;
		// A chain that stood still for a year extends nobody's credential.
		next_block_at(expires);
		refused_as(Eve, Refusal::CredentialExpired);
	});
}

#[test]
fn should_refuse_a_transaction_when_it_is_replayed() {
	run(|| {
		let transaction = sign(Alice, remark());
		apply(transaction.clone()).expect("it is valid").expect("it succeeds");
		let stale = TransactionValidityError::Invalid(InvalidTransaction::Stale);
		assert_eq!(validate(transaction.clone()), Err(stale));
		assert_eq!(apply(transaction), Err(stale));
	});
}

#[test]
fn should_keep_the_nonce_when_a_doctor_is_revoked_and_vouched_for_again() {
	run(|| {
		let eve = Eve.to_account_id();
		send(Alice, credential(&eve, Role::Radiologist));
		let old = sign(Eve, remark());
		send(Eve, remark());
		send(Alice, RuntimeCall::Credentials(Call::revoke_credential { holder: eve.clone() }));
		next_block();
		refused_as(Eve, Refusal::CredentialRevoked);
		send(Alice, credential(&eve, Role::Radiologist));
		assert_eq!(apply(old), Err(InvalidTransaction::Stale.into()));
		send(Eve, remark());
	});
}
