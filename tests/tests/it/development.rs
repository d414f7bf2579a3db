// SPDX-License-Identifier: Apache-2.0

//! One node of the development chain, over WebSocket.

use contour_e2e::{Chain, Error, Included, Node, NodeBuilder};
use contour_primitives::{
	AccountId, DAY, Hash, InstitutionId, KeySuite, Moment, Refusal, Role, Specialties,
};
use contour_runtime::{Runtime, RuntimeCall};
use pallet_credentials::Call;
use serde_json::Value;
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::time::{Duration, SystemTime};

const NORTH: InstitutionId = InstitutionId(0);

async fn development() -> (Node, Chain) {
	let node = NodeBuilder::development().start().await.expect("the node starts");
	let chain = node.client().await.expect("the node answers");
	chain.await_finalized(1).await.expect("the chain finalizes");
	(node, chain)
}

fn account(pair: &sr25519::Pair) -> AccountId {
	pair.public().into()
}

fn in_a_year() -> Moment {
	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
	now.as_millis() as Moment + 365 * DAY
}

fn credential(holder: &sr25519::Pair, role: Role) -> RuntimeCall {
	RuntimeCall::Credentials(Call::issue_credential {
		holder: account(holder),
		roles: role.into(),
		specialties: Specialties::empty(),
		licence_hash: Hash::repeat_byte(1),
		expires: in_a_year(),
	})
}

fn encryption_key() -> RuntimeCall {
	let bytes = vec![7; KeySuite::XWing.public_key_bytes() as usize];
	RuntimeCall::Credentials(Call::set_encryption_key {
		suite: KeySuite::XWing,
		bytes: bytes.try_into().expect("the longest key fits"),
	})
}

fn assert_refused(outcome: Result<Included, Error>, refusal: Refusal) {
	match outcome {
		Err(error) if error.is(refusal) => {}
		other => panic!("expected {refusal:?}, got {other:?}"),
	}
}

#[tokio::test]
async fn should_admit_those_with_standing_only_when_transactions_come_over_the_socket() {
	let (_node, chain) = development().await;
	let alice = Sr25519Keyring::Alice.pair();
	let doctor = sr25519::Pair::generate().0;
	assert_refused(chain.send(&doctor, encryption_key()).await, Refusal::NotVouchedFor);

	chain.send(&alice, credential(&doctor, Role::Radiologist)).await.expect("Alice vouches");
	let before = chain.fees_of(NORTH).await.expect("the account is there");
	let signed = chain.sign(&doctor, encryption_key(), None).await.expect("it can be signed");
	chain.submit(&signed).await.expect("the doctor has standing");
	assert!(chain.fees_of(NORTH).await.expect("it is there") < before, "the hospital paid");
	assert_eq!(chain.balance(&account(&doctor)).await.expect("it is there"), 0);
	let replayed = chain.submit(&signed).await;
	assert!(replayed.is_err(), "replayed: {replayed:?}");

	let suspend = Call::suspend_credential { holder: account(&doctor) };
	chain.send(&alice, RuntimeCall::Credentials(suspend)).await.expect("Alice suspends");
	assert_refused(chain.send(&doctor, encryption_key()).await, Refusal::CredentialSuspended);
	let reinstate = Call::reinstate_credential { holder: account(&doctor) };
	chain.send(&alice, RuntimeCall::Credentials(reinstate)).await.expect("Alice reinstates");
	chain.send(&doctor, encryption_key()).await.expect("the doctor has standing again");
	let key = pallet_credentials::EncryptionKeys::<Runtime>::hashed_key_for(account(&doctor));
	let key: Option<pallet_credentials::EncryptionKey> =
		chain.storage(key, None).await.expect("it decodes");
	assert_eq!(key.map(|key| key.generation), Some(2), "rotated");
}

#[tokio::test]
async fn should_set_session_keys_when_the_node_has_made_them() {
	let (_node, chain) = development().await;
	let operator = Sr25519Keyring::AliceStash.pair();
	let set_keys = chain.rotate_keys(&account(&operator)).await.expect("the node makes keys");
	chain.send(&operator, RuntimeCall::Session(set_keys)).await.expect("the proof is valid");
}

#[tokio::test]
async fn should_tell_the_operator_how_the_node_does_when_asked() {
	let (_node, chain) = development().await;
	let status: Value = chain.rpc("contour_status", []).await.expect("the method is there");
	assert_eq!(status["chain"], "Contour Development");
	assert_eq!(status["offchainIndexing"], true);
	assert_eq!(status["offchainWorkers"], true);
	assert!(status["best"]["number"].as_u64() >= Some(1), "{status}");
	let slot = chain.slot_duration().await.expect("the runtime answers");
	let lag = status["finalityLag"].as_u64().and_then(|blocks| u32::try_from(blocks).ok());
	assert!(slot * lag.expect("it is a number") <= Duration::from_secs(10), "{status}");
}
