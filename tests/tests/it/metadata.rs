// SPDX-License-Identifier: Apache-2.0

//! What wallets and other clients build on the metadata that a node gives them.

use codec::{Decode, Encode};
use contour_e2e::{Chain, Error, Node, NodeBuilder};
use contour_primitives::{
	AccountId, Balance, DAY, Hash, InstitutionId, Moment, Refusal, Role, Specialties,
};
use contour_runtime::{Credentials, RuntimeCall};
use contour_scoring::{Grid, Mask, Method, Rejection, Report, score};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use frame_support::view_functions::ViewFunctionDispatchError;
use merkleized_metadata::{ExtraInfo, generate_metadata_digest};
use serde_json::Value;
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::time::SystemTime;

const NORTH: InstitutionId = InstitutionId(0);
/// Prefix of the call that asks a view function.
const EXECUTE: &str = "RuntimeViewFunction_execute_view_function";

async fn development() -> (Node, Chain) {
	let node = NodeBuilder::development().start().await.expect("the node starts");
	let chain = node.client().await.expect("the node answers");
	(node, chain)
}

async fn metadata(chain: &Chain, version: u32) -> RuntimeMetadata {
	let metadata: Option<Vec<u8>> = chain
		.runtime_api("Metadata_metadata_at_version", &version.encode())
		.await
		.expect("the runtime gives its metadata");
	let metadata = metadata.expect("it has this version of the format");
	RuntimeMetadataPrefixed::decode(&mut &metadata[..]).expect("it is metadata").1
}

/// The hash of the metadata as a hardware wallet computes it, from what the node tells and nothing
/// else (RFC 78 of the Polkadot fellowship).
async fn metadata_hash(chain: &Chain) -> [u8; 32] {
	let version: Value = chain.rpc("state_getRuntimeVersion", []).await.expect("it has one");
	let properties: Value = chain.rpc("system_properties", []).await.expect("it has them");
	let number = |value: &Value| value.as_u64().expect("it is a number");
	let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
	let told = ExtraInfo {
		spec_version: number(&version["specVersion"]) as u32,
		spec_name: text(&version["specName"]),
		base58_prefix: number(&properties["ss58Format"]) as u16,
		decimals: number(&properties["tokenDecimals"]) as u8,
		token_symbol: text(&properties["tokenSymbol"]),
	};
	assert_eq!((told.token_symbol.as_str(), told.decimals, told.base58_prefix), ("CTR", 12, 42));
	let metadata = metadata(chain, 15).await;
	generate_metadata_digest(&metadata, told).expect("the metadata has a digest").hash()
}

fn account(pair: &sr25519::Pair) -> AccountId {
	pair.public().into()
}

/// Identifier of a view function of a pallet.
async fn view_function(chain: &Chain, pallet: &str, name: &str) -> [u8; 32] {
	let RuntimeMetadata::V16(metadata) = metadata(chain, 16).await else {
		panic!("version 16 was asked for");
	};
	let mut pallets = metadata.pallets.into_iter();
	let pallet = pallets.find(|it| it.name == pallet).expect("the pallet is there");
	let mut functions = pallet.view_functions.into_iter();
	let function = functions.find(|function| function.name == name).expect("it is there");
	function.id
}

type Viewed = Result<Vec<u8>, ViewFunctionDispatchError>;

/// Asks a view function by its identifier.
async fn view(chain: &Chain, id: [u8; 32], input: impl Encode) -> Viewed {
	chain.runtime_api(EXECUTE, &(id, input.encode()).encode()).await.expect("the runtime has views")
}

/// Asks a view function of one account.
async fn view_of<T: Decode>(chain: &Chain, name: &str, who: &AccountId) -> Result<T, Refusal> {
	let id = view_function(chain, "Credentials", name).await;
	let answer = view(chain, id, who).await.expect("there is such a view function");
	Decode::decode(&mut &answer[..]).expect("the answer has its type")
}

#[tokio::test]
async fn should_accept_the_hash_of_its_metadata_only_when_the_signer_commits_to_one() {
	let (_node, chain) = development().await;
	let alice = Sr25519Keyring::Alice.pair();
	let remark = || RuntimeCall::System(frame_system::Call::remark { remark: b"hello".to_vec() });

	let right = metadata_hash(&chain).await;
	let mut wrong = right;
	wrong[31] ^= 1;
	let wrong = chain.sign(&alice, remark(), Some(wrong)).await.expect("it can be signed");
	match chain.submit(&wrong).await {
		// The pool's words for `InvalidTransaction::BadProof`.
		Err(Error::Refused { code: None, message }) => {
			assert!(message.contains("bad signature"), "{message}");
		}
		other => panic!("one bit is wrong: {other:?}"),
	}

	let signed = chain.sign(&alice, remark(), Some(right)).await.expect("it can be signed");
	chain.submit(&signed).await.expect("the hash is right");
	chain.send(&alice, remark()).await.expect("without a hash it is accepted, too");
}

#[tokio::test]
async fn should_answer_who_vouches_when_a_client_finds_the_view_function_in_the_metadata() {
	let (_node, chain) = development().await;
	let alice = Sr25519Keyring::Alice.pair();
	let doctor = sr25519::Pair::generate().0;
	let standing = async |who: &sr25519::Pair| -> Result<InstitutionId, Refusal> {
		view_of(&chain, "standing", &account(who)).await
	};

	assert_eq!(standing(&alice).await, Ok(NORTH), "the administrator");
	assert_eq!(standing(&doctor).await, Err(Refusal::NotVouchedFor), "nobody knows the doctor");
	let allowance: Result<Balance, _> = view_of(&chain, "allowance_left", &account(&doctor)).await;
	assert_eq!(allowance, Err(Refusal::NotVouchedFor));

	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
	let vouch = pallet_credentials::Call::issue_credential {
		holder: account(&doctor),
		roles: Role::Oncologist.into(),
		specialties: Specialties::empty(),
		licence_hash: Hash::repeat_byte(1),
		expires: now.as_millis() as Moment + DAY,
	};
	chain.send(&alice, RuntimeCall::Credentials(vouch)).await.expect("Alice vouches");
	assert_eq!(standing(&doctor).await, Ok(NORTH));
	let allowance: Result<Balance, _> = view_of(&chain, "allowance_left", &account(&doctor)).await;
	assert!(allowance.expect("somebody vouches") > 0, "the hospital pays for the doctor");
}

#[tokio::test]
async fn should_say_what_is_wrong_when_a_view_function_is_asked_wrongly() {
	let (_node, chain) = development().await;
	let fee_account = view_function(&chain, "Credentials", "fee_account").await;

	let answer = view(&chain, fee_account, NORTH).await.expect("there is such a view function");
	assert_eq!(answer, Credentials::fee_account_of(NORTH).encode());

	let mut unknown = fee_account;
	unknown[31] ^= 1;
	let answer = view(&chain, unknown, NORTH).await;
	assert!(matches!(answer, Err(ViewFunctionDispatchError::NotFound(_))), "{answer:?}");
	let answer = view(&chain, fee_account, ()).await;
	assert!(matches!(answer, Err(ViewFunctionDispatchError::Codec)), "{answer:?}");
}

/// Three readers of a box, one of them off by a few voxels, as runs of voxels.
fn boxes() -> Vec<Vec<(u64, u64)>> {
	let rows = |from: [u64; 3], size: [u64; 3]| {
		let [x, y, z] = from;
		(z..z + size[2])
			.flat_map(move |z| (y..y + size[1]).map(move |y| ((z * 64 + y) * 64 + x, size[0])))
			.collect()
	};
	vec![
		rows([10, 12, 3], [20, 18, 9]),
		rows([11, 12, 3], [20, 17, 9]),
		rows([14, 15, 4], [20, 18, 9]),
	]
}

#[tokio::test]
async fn should_score_the_same_bits_in_the_runtimes_wasm_as_in_a_scorer() {
	let (_node, chain) = development().await;
	let id = view_function(&chain, "Annotation", "score").await;
	let grid = Grid::new([64, 64, 16], [937, 937, 3_000]).expect("it is a grid");
	let masks: Vec<_> = boxes().into_iter().map(|runs| Mask::from_runs(grid, runs)).collect();
	let masks: Vec<_> =
		masks.into_iter().map(|mask| mask.map_err(|_| Rejection::Malformed)).collect();
	for method in [Method::Majority, Method::Simple, Method::Staple] {
		let native = score(grid, method, &masks, |_| true).expect("they are three").report;
		let answer = view(&chain, id, (grid, method, boxes())).await;
		let answer = answer.expect("there is such a function");
		let wasm = Option::<Report>::decode(&mut &answer[..]).expect("it is a report");
		assert_eq!(wasm.map(|report| report.hash()), Some(native.hash()));
	}
}
