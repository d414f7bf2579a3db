// SPDX-License-Identifier: Apache-2.0

//! A network for members only, and a node that no institution has registered.

use contour_e2e::{
	Chain, Network, Node, NodeBuilder, Person, SLOT_MILLIS, council, node_key, wait_for,
};
use contour_primitives::{InstitutionId, NodeKey};
use contour_runtime::RuntimeCall;
use serde_json::{Value, json};
use sp_consensus_aura::sr25519::AuthorityId;
use sp_core::{Bytes, Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::path::Path;

const SESSION: u32 = 8;
/// How many seconds the members go on while somebody tries to get in, which takes one or two where
/// nothing is in the way.
const MEANWHILE: u64 = 8;

/// A node with the right chain spec, the members' addresses, and a key.
async fn stranger(network: &Network, key: &Path) -> Node {
	let mut builder = NodeBuilder::full(&network.spec).node_key_file(key);
	for node in &network.nodes {
		builder = builder.boot_node(&node.address().await.expect("it listens"));
	}
	builder.start().await.expect("the stranger's node starts")
}

async fn status(chain: &Chain) -> Value {
	chain.rpc("contour_status", []).await.expect("the node answers")
}

/// Hands a transaction to a node and does not wait.
async fn hand_in(chain: &Chain, signer: &sr25519::Pair) {
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: b"hello".to_vec() });
	let transaction = chain.sign(signer, remark, None).await.expect("it can be signed");
	let bytes = Bytes(codec::Encode::encode(&transaction));
	let hash: Result<Value, _> = chain.rpc("author_submitExtrinsic", [json!(bytes)]).await;
	hash.expect("the node takes it into its own pool");
}

/// How many transactions an account has had in blocks, as a node has it.
async fn transactions_of(chain: &Chain, signer: &sr25519::Pair) -> u32 {
	let account = contour_primitives::AccountId::from(signer.public());
	chain
		.runtime_api("AccountNonceApi_account_nonce", account.as_ref())
		.await
		.expect("the runtime counts them")
}

/// Waits until the members have finalized the blocks of [`MEANWHILE`]. Gives the last of them.
async fn members_go_on(chain: &Chain) -> u32 {
	let number = chain.finalized().await.expect("the node answers");
	let blocks = MEANWHILE * 1_000 / SLOT_MILLIS;
	let last = number + u32::try_from(blocks).expect("they are few");
	chain.await_finalized(last).await.expect("the members go on");
	last
}

/// Waits until a node has finalized what another one has.
async fn catches_up(chain: &Chain, other: &Chain) {
	let number = other.finalized().await.expect("the node answers");
	chain.await_finalized(number).await.expect("it has the blocks");
}

async fn connected(chain: &Chain, peers: u64) {
	wait_for(&format!("{peers} peers"), 180, || async {
		Ok((status(chain).await["peers"] == peers).then_some(()))
	})
	.await
	.expect("members find each other");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_get_no_block_and_no_transaction_in_when_no_institution_has_registered_the_node() {
	let network = Network::start_for_members_only(SESSION).await.expect("they start");
	let folder = tempfile::tempdir().expect("a temporary folder");
	let (file, key): (_, NodeKey) = node_key(folder.path(), "stranger").expect("it is written");
	let mut members = Vec::new();
	for node in &network.nodes {
		members.push(node.client().await.expect("the node answers"));
	}
	for member in &members {
		// The fourth knows the address of the first only: they tell each other where they are.
		connected(member, 3).await;
		let node = &status(member).await["node"];
		assert_eq!((&node["membersOnly"], &node["registered"]), (&json!(true), &json!(true)));
	}

	// Without registration.
	let node = stranger(&network, &file).await;
	let outside = node.client().await.expect("the stranger's node answers its owner");
	let bob = Sr25519Keyring::Bob.pair();
	hand_in(&outside, &bob).await;
	members_go_on(&members[0]).await;
	let seen = status(&outside).await;
	assert_eq!(seen["best"]["number"], 0, "it got no block");
	assert_eq!(seen["peers"], 0);
	assert_eq!(seen["node"]["peerId"], key.to_string());
	assert_eq!(seen["node"]["registered"], false);
	let advice = format!("contour institution node add {key}");
	assert!(node.has_logged(&advice), "{}", node.log());
	for member in &members {
		assert_eq!(transactions_of(member, &bob).await, 0, "its transaction got nowhere");
		assert_eq!(status(member).await["peers"], 3);
	}

	// The same node, without being started again, when the North vouches for it: what it was kept
	// from works, so it was kept from it by this alone.
	let alice = Person::with_account(folder.path(), "alice", network.nodes[0].url(), "//Alice");
	alice.succeed(&["institution", "node", "add", &key.to_string()]);
	members_go_on(&members[0]).await;
	catches_up(&outside, &members[0]).await;
	wait_for("its transaction in a block", 180, || async {
		Ok((transactions_of(&members[1], &bob).await == 1).then_some(()))
	})
	.await
	.expect("its transaction reaches the authorities");
	assert_eq!(status(&outside).await["node"]["registered"], true);

	// The North does not vouch for it any more.
	alice.succeed(&["institution", "node", "remove", &key.to_string()]);
	connected(&outside, 0).await;
	let last = outside.finalized().await.expect("the stranger's node answers its owner");
	hand_in(&outside, &bob).await;
	assert!(members_go_on(&members[0]).await > last);
	assert_eq!(transactions_of(&members[1], &bob).await, 1, "its second one got nowhere");
	assert_eq!(outside.finalized().await.expect("it answers"), last, "it got no more blocks");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_lose_its_peers_when_the_council_closes_a_network_that_runs() {
	let network = Network::start(SESSION).await.expect("they start");
	let folder = tempfile::tempdir().expect("a temporary folder");
	let (file, _) = node_key(folder.path(), "stranger").expect("it is written");
	let mut members = Vec::new();
	for node in &network.nodes {
		members.push(node.client().await.expect("the node answers"));
	}

	// Everybody may follow an open network.
	let node = stranger(&network, &file).await;
	let outside = node.client().await.expect("the stranger's node answers its owner");
	members_go_on(&members[0]).await;
	catches_up(&outside, &members[0]).await;
	assert_eq!(status(&outside).await["node"]["membersOnly"], false);

	// Three of four hospitals decide, each at its own node.
	let hospital = |number: usize, name: &str, uri: &str| {
		Person::with_account(folder.path(), name, network.nodes[number].url(), uri)
	};
	let alice = hospital(0, "alice", "//Alice");
	let proposed = alice.succeed(&["council", "propose", "close-network"]);
	assert_eq!((&proposed["state"], &proposed["missing"]), (&json!("open"), &json!(2)));
	let index = proposed["index"].to_string();
	for (number, name, uri) in [(1, "bob", "//Bob"), (2, "charlie", "//Charlie")] {
		catches_up(&members[number], &members[0]).await;
		hospital(number, name, uri).succeed(&["council", "vote", &index, "yes"]);
		catches_up(&members[0], &members[number]).await;
	}
	let closed = alice.succeed(&["council", "close", &index]);
	assert_eq!(closed["outcome"]["state"], "done", "{closed}");

	connected(&outside, 0).await;
	let last = outside.finalized().await.expect("the stranger's node answers its owner");
	assert!(members_go_on(&members[0]).await > last);
	assert_eq!(outside.finalized().await.expect("it answers"), last, "it got no more blocks");
	for member in &members {
		connected(member, 3).await;
		assert_eq!(status(member).await["node"]["membersOnly"], true);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn should_go_on_finalizing_when_one_of_three_hospitals_is_removed_from_a_closed_network() {
	let network = Network::start_for_members_only(SESSION).await.expect("they start");
	let chain = network.nodes[0].client().await.expect("the node answers");
	let seats = [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie];
	let seats = seats.map(Sr25519Keyring::pair);
	// The machines of those who left run on, as they have no reason to stop.
	for (institution, minimum, votes, left) in [(3, 3, 3, 3), (2, 2, 2, 2)] {
		let calls = vec![
			RuntimeCall::Authorities(pallet_authorities::Call::set_minimum { minimum }),
			RuntimeCall::Credentials(pallet_credentials::Call::remove_institution {
				institution: InstitutionId(institution),
			}),
		];
		let both = RuntimeCall::Utility(pallet_utility::Call::batch_all { calls });
		council::pass(&chain, &seats[..votes], both).await.expect("the others decide");
		wait_for("the hospital to leave the authorities", 120, async || {
			let set: Vec<AuthorityId> = chain.runtime_api("AuraApi_authorities", &[]).await?;
			Ok((set.len() == left).then_some(()))
		})
		.await
		.expect("its turn is over");
		// With three authorities all three have to vote until the two take over.
		members_go_on(&chain).await;
	}
}
