// SPDX-License-Identifier: Apache-2.0

//! Two of four authorities are lost: finality stalls, and the council lets the other two go on.

use contour_e2e::{Chain, Network, Person, wait_for};
use contour_primitives::BlockNumber;

const SESSION: BlockNumber = 6;
/// Blocks without finality after which it has certainly stalled.
const LAG: BlockNumber = 6;
const DELAY: BlockNumber = 3;

async fn best(chain: &Chain) -> BlockNumber {
	chain.header(None).await.expect("the node answers").number
}

async fn finalized(chain: &Chain) -> BlockNumber {
	chain.finalized().await.expect("the node answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn should_finalize_again_when_the_council_notes_the_stall_after_two_of_four_are_lost() {
	let mut network = Network::start(SESSION).await.expect("they start");
	let chain = network.nodes[0].client().await.expect("the node answers");
	let other = network.nodes[1].client().await.expect("the node answers");
	chain.await_finalized(3).await.expect("four finalize");

	for lost in network.nodes.drain(2..) {
		lost.stop().await.expect("it ends in order");
	}
	wait_for("finality to stall", 120, || async {
		Ok((best(&chain).await > finalized(&chain).await + LAG).then_some(()))
	})
	.await
	.expect("two of four cannot finalize, but make blocks");
	let stalled = finalized(&chain).await.max(finalized(&other).await);

	// People vote, not nodes: three seats of four are enough. They do not wait for finality.
	let folder = tempfile::tempdir().expect("a temporary folder");
	let person =
		|name, suri| Person::with_account(folder.path(), name, network.nodes[0].url(), suri);
	let [alice, bob, charlie] = [("alice", "//Alice"), ("bob", "//Bob"), ("charlie", "//Charlie")]
		.map(|(a, b)| person(a, b));
	let vote = |who: &Person, arguments: &[&str]| {
		who.succeed(&[&["--without-finality", "council"], arguments].concat())
	};
	let delay = DELAY.to_string();
	let resume = ["propose", "resume-finality", "--lost", "2,3", "--delay", &delay];
	// The best block, which somebody mistakes for the final one.
	let wrong = best(&chain).await.to_string();
	let wrong = [&resume[..], &["--best-finalized", &wrong]].concat();
	let refused = alice.fail(&[&["--without-finality", "council"], &wrong[..]].concat());
	assert!(refused.contains("would stop the chain"), "{refused}");
	let proposed = vote(&alice, &resume);
	let motion = proposed["index"].to_string();
	for seat in [&bob, &charlie] {
		vote(seat, &["vote", &motion, "yes"]);
	}
	assert_eq!(vote(&alice, &["close", &motion])["outcome"]["state"], "done");
	assert!(finalized(&chain).await <= stalled, "nothing is mended by the vote alone");

	let decided = best(&chain).await;
	for node in [&chain, &other] {
		node.await_finalized(decided + SESSION).await.expect("two finalize");
	}
	let voters: Vec<([u8; 32], u64)> =
		chain.runtime_api("GrandpaApi_grandpa_authorities", &[]).await.expect("it decodes");
	assert_eq!(voters.len(), 2);
	let at = finalized(&chain).await.min(finalized(&other).await);
	assert_eq!(
		chain.block_hash(at).await.expect("it is there"),
		other.block_hash(at).await.expect("it is there"),
		"both finalize one chain"
	);

	// A lost node is found again, with the data it had: it follows.
	let found = network.builder(2).start().await.expect("it starts");
	let found = found.client().await.expect("the node answers");
	found.await_finalized(at).await.expect("it catches up, over the change of the set");
	assert_eq!(
		found.block_hash(at).await.expect("it is there"),
		chain.block_hash(at).await.expect("it is there"),
	);
}
