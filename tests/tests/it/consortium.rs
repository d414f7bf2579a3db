// SPDX-License-Identifier: Apache-2.0

//! Four hospitals; a fifth joins, and one is suspended.

use contour_e2e::{Error, Network, NodeBuilder, council};
use contour_primitives::{AccountId, InstitutionId, Refusal, UNIT};
use contour_runtime::RuntimeCall;
use sp_consensus_aura::sr25519::AuthorityId;
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;

const FIFTH: InstitutionId = InstitutionId(4);
const WEST: InstitutionId = InstitutionId(3);
/// Long enough that a motion passes within one session, short enough for a test.
const SESSION: u32 = 8;

fn account(pair: &sr25519::Pair) -> AccountId {
	pair.public().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn should_go_on_finalizing_when_a_fifth_hospital_joins_and_one_is_suspended() {
	let Network { nodes, spec, boot, .. } = &Network::start(SESSION).await.expect("they start");
	let chain = nodes[0].client().await.expect("the node answers");
	for node in nodes {
		let client = node.client().await.expect("the node answers");
		client.await_finalized(3).await.expect("every node finalizes");
		assert_eq!(
			client.block_hash(3).await.expect("it is there"),
			chain.block_hash(3).await.expect("it is there"),
			"all nodes are on one chain"
		);
	}

	// The council admits a fifth hospital and gives it money for fees.
	let seats = [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie]
		.map(Sr25519Keyring::pair);
	let dave = Sr25519Keyring::Dave.pair();
	let eve = Sr25519Keyring::Eve.pair();
	let admission = pallet_credentials::Call::admit_institution {
		name: b"Fifth Hospital".to_vec().try_into().expect("it is short"),
		administrator: account(&eve),
		allowance: 10 * UNIT,
	};
	council::pass(&chain, &seats, RuntimeCall::Credentials(admission)).await.expect("admitted");
	let four = [seats.as_slice(), std::slice::from_ref(&dave)].concat();
	let top_up = pallet_credentials::Call::top_up { institution: FIFTH, amount: 100 * UNIT };
	council::pass(&chain, &four, RuntimeCall::Credentials(top_up)).await.expect("topped up");

	// It starts a node, sets the node's keys and is admitted as a validator.
	let operator = sr25519::Pair::generate().0;
	let designate = pallet_authorities::Call::designate_validator { account: account(&operator) };
	chain.send(&eve, RuntimeCall::Authorities(designate)).await.expect("Eve designates");
	let fifth = NodeBuilder::validator(spec, None).boot_node(boot).start().await;
	let fifth = fifth.expect("it starts");
	let fifth_chain = fifth.client().await.expect("the node answers");
	let set_keys = fifth_chain.rotate_keys(&account(&operator)).await.expect("it makes keys");
	let pallet_session::Call::set_keys { keys, .. } = &set_keys else {
		panic!("rotate_keys makes that call");
	};
	let key = keys.aura.clone();
	chain.send(&operator, RuntimeCall::Session(set_keys.clone())).await.expect("keys are set");
	let admit = pallet_authorities::Call::admit_validator { institution: FIFTH };
	council::pass(&chain, &four, RuntimeCall::Authorities(admit)).await.expect("admitted");

	let joins = chain.await_authorities(|set| set.len() == 5 && set.contains(&key));
	joins.await.expect("it joins");
	let joined = chain.header(None).await.expect("the node answers").number;
	chain.await_block_by(&key, joined).await.expect("it makes blocks");
	let voters: Vec<([u8; 32], u64)> =
		chain.runtime_api("GrandpaApi_grandpa_authorities", &[]).await.expect("it decodes");
	assert_eq!(voters.len(), 5, "it votes, too");

	// The council suspends a hospital: its people are refused, its node makes no more blocks.
	let suspend = pallet_credentials::Call::suspend_institution { institution: WEST };
	let others = [seats.as_slice(), std::slice::from_ref(&eve)].concat();
	council::pass(&chain, &others, RuntimeCall::Credentials(suspend)).await.expect("suspended");
	let suspended = chain.header(None).await.expect("the node answers").number;
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	let outcome = chain.send(&dave, remark).await;
	assert!(
		matches!(&outcome, Err(error) if error.is(Refusal::InstitutionNotActive)),
		"{outcome:?}"
	);
	let daves: AuthorityId = Sr25519Keyring::Dave.public().into();
	let leaves = chain.await_authorities(|set| set.len() == 4 && !set.contains(&daves));
	leaves.await.expect("it leaves");
	let left = chain.header(None).await.expect("the node answers").number;
	chain.await_finalized(left + 3).await.expect("the rest go on finalizing");
	for number in suspended + 1..=left + 3 {
		let author = chain.author_of(number).await.expect("it is final");
		assert_ne!(author, Some(daves.clone()), "block {number}");
	}
	let status: Result<serde_json::Value, Error> = fifth_chain.rpc("contour_status", []).await;
	assert_eq!(status.expect("it answers")["authority"]["active"], true);
}
