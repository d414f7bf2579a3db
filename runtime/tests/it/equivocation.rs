// SPDX-License-Identifier: Apache-2.0

//! Two blocks for one slot.

use crate::chain::*;
use codec::Encode;
use contour_primitives::{InstitutionId, Role, SLOT_DURATION, runtime_api::AuraEquivocationProof};
use contour_runtime::{
	Authorities, Executive, Header, Runtime, RuntimeCall, Session, System, UncheckedExtrinsic,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_authorities::{Call, SuspensionCause, ValidatorStatus};
use sp_consensus_aura::AURA_ENGINE_ID;
use sp_consensus_slots::Slot;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	Digest, DigestItem,
	traits::Header as _,
	transaction_validity::{InvalidTransaction, TransactionSource},
};

fn sealed(signer: Sr25519Keyring, slot: Slot, content: u8) -> Header {
	let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
	let mut header = Header::new(
		2,
		sp_core::H256::repeat_byte(content),
		Default::default(),
		Default::default(),
		digest,
	);
	let seal = signer.sign(header.hash().as_bytes()).encode();
	header.digest_mut().push(DigestItem::Seal(AURA_ENGINE_ID, seal));
	header
}

fn proof(signer: Sr25519Keyring, contents: (u8, u8)) -> AuraEquivocationProof<Header> {
	let slot = pallet_aura::CurrentSlot::<Runtime>::get();
	AuraEquivocationProof {
		offender: signer.public().into(),
		slot,
		first_header: sealed(signer, slot, contents.0),
		second_header: sealed(signer, slot, contents.1),
	}
}

fn report(proof: AuraEquivocationProof<Header>) -> UncheckedExtrinsic {
	let key_owner_proof = Authorities::prove_key_ownership(Bob.public().into())
		.expect("Bob is an authority of this session");
	let call = Call::report_equivocation { equivocation_proof: Box::new(proof), key_owner_proof };
	<Runtime as CreateAuthorizedTransaction<Call<Runtime>>>::create_authorized_transaction(
		RuntimeCall::Authorities(call),
	)
}

fn from_this_node(transaction: UncheckedExtrinsic) -> Result<(), InvalidTransaction> {
	Executive::validate_transaction(TransactionSource::Local, transaction, System::block_hash(0))
		.map(|_| ())
		.map_err(|error| match error {
			sp_runtime::transaction_validity::TransactionValidityError::Invalid(invalid) => invalid,
			unknown => panic!("unexpected: {unknown:?}"),
		})
}

fn status(institution: InstitutionId) -> ValidatorStatus {
	pallet_authorities::Validators::<Runtime>::get(institution).expect("it has one").status
}

#[test]
fn should_suspend_the_validator_but_not_the_doctors_when_an_equivocation_is_proven() {
	run(|| {
		send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
		next_block_at(MIDNIGHT + SLOT_DURATION);
		let evidence = report(proof(Bob, (1, 2)));
		assert_eq!(from_this_node(evidence.clone()), Ok(()));
		apply(evidence.clone()).expect("it is valid").expect("it succeeds");

		let cause = SuspensionCause::Equivocation;
		assert_eq!(status(SOUTH), ValidatorStatus::Suspended { cause });
		assert_eq!(Session::disabled_validators(), [1]);
		send(Eve, remark());
		send(Bob, remark());

		assert_eq!(from_this_node(evidence.clone()), Err(InvalidTransaction::Stale));
		assert_eq!(apply(evidence), Err(InvalidTransaction::Stale.into()));
	});
}

#[test]
fn should_refuse_a_report_when_it_proves_nothing() {
	run(|| {
		next_block_at(MIDNIGHT + SLOT_DURATION);
		let sealed_twice = report(proof(Bob, (1, 1)));
		assert_eq!(from_this_node(sealed_twice), Err(InvalidTransaction::BadProof));
		let somebody_else = report(proof(Eve, (1, 2)));
		assert_eq!(from_this_node(somebody_else), Err(InvalidTransaction::BadProof));
		let mut forged = proof(Bob, (1, 2));
		forged.second_header = sealed(Charlie, forged.slot, 2);
		assert_eq!(from_this_node(report(forged)), Err(InvalidTransaction::BadProof));
		let mut future = proof(Bob, (1, 2));
		future.slot = future.slot + 1;
		future.first_header = sealed(Bob, future.slot, 1);
		future.second_header = sealed(Bob, future.slot, 2);
		assert_eq!(from_this_node(report(future)), Err(InvalidTransaction::BadProof));
		assert_eq!(status(SOUTH), ValidatorStatus::Admitted);
	});
}

#[test]
fn should_refuse_a_report_when_it_comes_from_the_network() {
	run(|| {
		next_block_at(MIDNIGHT + SLOT_DURATION);
		assert_eq!(validate(report(proof(Bob, (1, 2)))), Err(InvalidTransaction::Call.into()));
	});
}

#[test]
fn should_defer_the_suspension_when_the_chain_cannot_spare_the_authority() {
	run(|| {
		pallet_authorities::Minimum::<Runtime>::put(4);
		next_block_at(MIDNIGHT + SLOT_DURATION);
		apply(report(proof(Bob, (1, 2)))).expect("it is valid").expect("it succeeds");
		let cause = SuspensionCause::Equivocation;
		assert_eq!(status(SOUTH), ValidatorStatus::Condemned { cause });
		assert!(Session::disabled_validators().is_empty());
	});
}
