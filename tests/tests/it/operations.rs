// SPDX-License-Identifier: Apache-2.0

//! What operators do with a validator beside letting it run, as `docs/operators` tells them.

use codec::Encode;
use contour_e2e::{
	Chain, Network, Node, NodeBuilder, Person, chain_spec,
	command::{Database, path, succeed},
	council, raw_chain_spec, wait_for,
};
use contour_primitives::{AccountId, InstitutionId, Refusal};
use contour_runtime::{Runtime, RuntimeCall, VERSION};
use pallet_authorities::{Validator, ValidatorStatus, Validators};
use serde_json::{Value, json};
use sp_consensus_aura::sr25519::AuthorityId;
use sp_core::{ByteArray, Bytes, Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use sp_maybe_compressed_blob::{CODE_BLOB_BOMB_LIMIT, compress_strongly, decompress};
use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
};
use tempfile::TempDir;

/// Dave's hospital.
const WEST: InstitutionId = InstitutionId(3);
/// Short, as keys take two sessions to change, and long enough for a transaction to become final.
const SESSION: u32 = 8;
/// How many seconds anything may take.
const PATIENCE: u64 = 240;
/// What the operator keeps a copy of, in the folder of the chain.
const IDENTITY: &str = "network/secret_ed25519";
const KEYSTORE: &str = "keystore";

/// A machine of the west: its disk, while it lasts.
struct Machine {
	disk: TempDir,
	database: Database,
}

impl Machine {
	fn new(spec: &Path) -> Self {
		let disk = tempfile::tempdir().expect("a temporary folder");
		let database = Database::new(disk.path().join("contour"), path(spec));
		Self { disk, database }
	}

	/// Makes the identity among peers, and session keys of known secrets.
	fn set_up(&self) {
		succeed(self.database.with(&["key", "generate-node-key"]));
		let secret = self.disk.path().join("secret");
		fs::write(&secret, "//Dave").expect("the folder is writable");
		for (key_type, scheme) in [("aura", "sr25519"), ("gran", "ed25519")] {
			let insert = ["key", "insert", "--key-type", key_type, "--scheme", scheme, "--suri"];
			succeed(self.database.with(&[&insert[..], &[path(&secret)]].concat()));
		}
	}

	/// Folder of the chain.
	fn chain(&self) -> PathBuf {
		self.database.base_path.join("chains/contour-consortium")
	}

	/// Writes the backup of which the documentation speaks.
	fn back_up(&self, archive: &Path) {
		tar(
			&["--create", "--file", path(archive), "--directory", path(&self.chain())],
			&[KEYSTORE, IDENTITY],
		);
	}

	/// Takes parts of a backup.
	fn restore(&self, archive: &Path, parts: &[&str]) {
		fs::create_dir_all(self.chain()).expect("the folder is writable");
		tar(&["--extract", "--file", path(archive), "--directory", path(&self.chain())], parts);
	}

	/// How many keys there are.
	fn keys(&self) -> usize {
		fs::read_dir(self.chain().join(KEYSTORE)).expect("there is a keystore").count()
	}

	async fn start(&self, network: &Network) -> (Node, Chain) {
		let node = NodeBuilder::validator(&network.spec, None)
			.boot_node(&network.boot)
			.base_path(&self.database.base_path);
		let node = node.start().await.expect("it starts");
		let chain = node.client().await.expect("the node answers");
		(node, chain)
	}
}

fn tar(options: &[&str], members: &[&str]) {
	let status = Command::new("tar").args(options).args(members).status().expect("there is tar");
	assert!(status.success(), "tar {options:?} {members:?}");
}

async fn status(chain: &Chain) -> Value {
	chain.rpc("contour_status", []).await.expect("the node answers")
}

async fn peer_id(chain: &Chain) -> String {
	chain.rpc("system_localPeerId", []).await.expect("the node answers")
}

async fn best(chain: &Chain) -> u32 {
	chain.header(None).await.expect("the node answers").number
}

/// Waits until a node that was away has what the others have made meanwhile.
async fn await_caught_up(chain: &Chain, others: &Chain) {
	let goal = best(others).await;
	wait_for("the node to catch up", PATIENCE, async || {
		let status = status(chain).await;
		let there = status["best"]["number"].as_u64() >= Some(goal.into());
		Ok((there && status["majorSyncing"] == json!(false)).then_some(()))
	})
	.await
	.expect("it catches up");
}

/// Makes sure that nobody with this key made any of the blocks after `from`, up to `to`.
async fn assert_idle(chain: &Chain, key: &AuthorityId, from: u32, to: u32) {
	for number in from + 1..=to {
		let author = chain.author_of(number).await.expect("it is final");
		assert_ne!(author.as_ref(), Some(key), "block {number}");
	}
}

async fn validator_status(chain: &Chain) -> ValidatorStatus {
	let key = Validators::<Runtime>::hashed_key_for(WEST);
	let validator: Option<Validator<AccountId>> =
		chain.storage(key, None).await.expect("it decodes");
	validator.expect("the hospital has a validator").status
}

fn remark() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() })
}

fn authority(key: &Value) -> AuthorityId {
	let key: Bytes = serde_json::from_value(key.clone()).expect("it is a key");
	AuthorityId::from_slice(&key).expect("it has the length of a key")
}

#[tokio::test(flavor = "multi_thread")]
async fn should_stay_one_validator_when_its_machine_is_lost_and_its_keys_leak() {
	let mut network = Network::start(SESSION).await.expect("they start");
	let others = network.nodes[0].client().await.expect("the node answers");
	let first: AuthorityId = Sr25519Keyring::Dave.public().into();

	// The west moves to a machine that has its keys on its disk. It votes about other blocks there than
	// where it was, so that nothing can look like two votes.
	let former = network.nodes.pop().expect("there are four");
	former.stop().await.expect("it stops");
	let moved = best(&others).await;
	others.await_finalized(moved + 2).await.expect("three of four finalize");
	let machine = Machine::new(&network.spec);
	machine.set_up();
	let (node, chain) = machine.start(&network).await;
	others.await_block_by(&first, moved + 2).await.expect("it makes blocks");
	let identity = peer_id(&chain).await;
	let folder = tempfile::tempdir().expect("a temporary folder");
	let backup = folder.path().join("backup.tar");
	machine.back_up(&backup);

	// The machine is lost. The others go on.
	drop(chain);
	node.stop().await.expect("it stops");
	drop(machine);
	let lost = best(&others).await;
	others.await_finalized(lost + 2).await.expect("three of four finalize");

	// Somebody restores the identity only, and forgets the keys: the node says that it is no authority.
	let restored = Machine::new(&network.spec);
	restored.restore(&backup, &[IDENTITY]);
	let (node, chain) = restored.start(&network).await;
	await_caught_up(&chain, &others).await;
	let state = status(&chain).await;
	assert_eq!(state["role"], json!("authority"), "{state}");
	assert_eq!(state["authority"]["active"], json!(false), "{state}");
	assert_eq!(state["authority"]["aura"]["key"], Value::Null, "{state}");
	// More slots than there are authorities.
	let idle = best(&others).await + 4;
	assert_idle(&others, &first, lost, idle).await;
	drop(chain);
	node.stop().await.expect("it stops");

	// With the keys it is what it was.
	restored.restore(&backup, &[KEYSTORE]);
	let (node, chain) = restored.start(&network).await;
	await_caught_up(&chain, &others).await;
	assert_eq!(peer_id(&chain).await, identity);
	let state = status(&chain).await;
	assert_eq!(state["authority"]["active"], json!(true), "{state}");
	let back = best(&others).await;
	others.await_block_by(&first, back).await.expect("it makes blocks again");

	// The backup leaked. The operator lets the node make other keys.
	let person =
		|name: &str, suri: &str| Person::with_account(folder.path(), name, node.url(), suri);
	let operator = person("operator", "//Dave//stash");
	let rotate = ["validator", "rotate-keys"];
	let refused = person("alice", "//Alice").fail(&rotate);
	assert!(refused.contains("not the validator of an institution"), "{refused}");
	let keys = restored.keys();
	let tried = operator.succeed(&[&rotate[..], &["--dry-run"]].concat());
	assert_eq!(tried["heldByNode"], json!(true), "{tried}");
	assert_eq!(restored.keys(), keys, "a dry run makes none");
	let rotated = operator.succeed(&rotate);
	assert_eq!(restored.keys(), keys + 2);
	assert_eq!(rotated["former"], tried["validator"]["set"], "{rotated}");
	let second = authority(&rotated["keys"]["aura"]);
	let joins = others.await_authorities(|set| set.contains(&second) && !set.contains(&first));
	joins.await.expect("the keys change");
	// By the block that was named.
	let from = rotated["from"].as_u64().and_then(|block| u32::try_from(block).ok());
	let set = others.authorities_after(from.expect("it is a block")).await.expect("it is final");
	assert!(set.contains(&second) && !set.contains(&first), "{rotated} and {set:?}");
	let switched = best(&others).await;
	chain.await_finalized(switched).await.expect("it is final here, too");
	let shown = operator.succeed(&["validator", "show"]);
	assert_eq!(shown["heldByNode"], json!(true), "{shown}");
	assert_eq!(shown["present"], shown["set"]["aura"], "{shown}");

	// Who has the backup starts it: it follows, and makes no block, so nothing is proven against the west.
	let thief = Machine::new(&network.spec);
	thief.restore(&backup, &[KEYSTORE]);
	let (_thief, thiefs) = thief.start(&network).await;
	await_caught_up(&thiefs, &others).await;
	let state = status(&thiefs).await;
	assert_eq!(state["authority"]["active"], json!(false), "{state}");
	let watched = best(&others).await + 4;
	assert_idle(&others, &first, switched, watched).await;
	others.await_block_by(&second, switched).await.expect("the operator's node makes blocks");
	assert_eq!(validator_status(&others).await, ValidatorStatus::Admitted, "it ran once at a time");

	// The administrator's key leaked, too: the council names another account.
	let head = person("head", "//West//head");
	let seats = [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie]
		.map(Sr25519Keyring::pair);
	let dave = Sr25519Keyring::Dave.pair();
	others.send(&dave, remark()).await.expect("the leaked key still counts");
	let replace = pallet_credentials::Call::set_administrator {
		institution: WEST,
		administrator: head.account.clone(),
	};
	council::pass(&others, &seats, RuntimeCall::Credentials(replace)).await.expect("replaced");
	let outcome = others.send(&dave, remark()).await;
	assert!(matches!(&outcome, Err(error) if error.is(Refusal::NotVouchedFor)), "{outcome:?}");

	let replaced = best(&others).await;
	chain.await_finalized(replaced).await.expect("it is final where the command looks");

	// And that of the validator's account. The new administrator ends it: at once it makes no more
	// blocks, and sets no more keys.
	head.succeed(&["institution", "retire-validator"]);
	let retired = best(&others).await;
	let refused = operator.fail(&rotate);
	assert!(refused.contains("not the validator of an institution"), "{refused}");
	let stash = sr25519::Pair::from_string("//Dave//stash", None).expect("it is a path");
	let outcome = others.send(&stash, remark()).await;
	assert!(matches!(&outcome, Err(error) if error.is(Refusal::NotVouchedFor)), "{outcome:?}");
	assert_idle(&others, &second, retired, retired + 4).await;

	// Under another account the same machine is to be admitted again.
	let fresh = person("fresh", "//West//validator");
	head.succeed(&["institution", "designate-validator", &fresh.account.to_string()]);
	fresh.succeed(&rotate);
	let admit = pallet_authorities::Call::admit_validator { institution: WEST };
	council::pass(&others, &seats, RuntimeCall::Authorities(admit)).await.expect("admitted");
	assert_eq!(validator_status(&others).await, ValidatorStatus::Admitted);
}

#[tokio::test(flavor = "multi_thread")]
async fn should_make_no_keys_when_the_node_is_not_the_validators_or_serves_others() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let node = NodeBuilder::development().safe_methods_only().start().await.expect("it starts");
	let follower = NodeBuilder::follower(&node).await.expect("it listens");
	let follower = follower.start().await.expect("it starts");
	let operator = |name: &str, node: &Node| {
		Person::with_account(folder.path(), name, node.url(), "//Alice//stash")
	};
	let (here, there) = (operator("here", &node), operator("there", &follower));

	let rotate = ["validator", "rotate-keys"];
	let refused = here.fail(&rotate);
	assert!(refused.contains("only for its own machine"), "{refused}");
	let shown = here.succeed(&["validator", "show"]);
	assert_eq!(shown["heldByNode"], Value::Null, "{shown}");
	assert_eq!(shown["status"], json!("admitted"), "{shown}");
	let refused = there.fail(&rotate);
	assert!(refused.contains("was not started with --validator"), "{refused}");
	assert_eq!(here.succeed(&["validator", "show"])["set"], shown["set"], "nothing was set");

	// Nor does the chain give up its only authority.
	let alice = Person::with_account(folder.path(), "alice", node.url(), "//Alice");
	let refused = alice.fail(&["institution", "retire-validator"]);
	assert!(refused.contains("TooFewAuthorities"), "{refused}");
	let refused = alice.fail(&["validator", "show", "7"]);
	assert!(refused.contains("institution 7 runs no validator"), "{refused}");
}

/// The chain's own code with another version written on it; compressed, as in a release, because a
/// development build's fits into no block.
fn relabelled(code: &[u8], spec_version: u32) -> Vec<u8> {
	let label = |spec_version| {
		let names = (VERSION.spec_name, VERSION.impl_name);
		(names, VERSION.authoring_version, spec_version).encode()
	};
	let (from, to) = (label(VERSION.spec_version), label(spec_version));
	let code = decompress(code, CODE_BLOB_BOMB_LIMIT).expect("the chain runs it");
	let at = code.windows(from.len()).rposition(|window| window == from);
	let at = at.expect("a build writes its version into a section");
	let mut relabelled = code.to_vec();
	relabelled[at..at + to.len()].copy_from_slice(&to);
	compress_strongly(&relabelled, CODE_BLOB_BOMB_LIMIT).expect("it can be compressed")
}

#[tokio::test(flavor = "multi_thread")]
async fn should_run_another_runtime_when_the_council_authorised_it_and_somebody_hands_it_in() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let spec = chain_spec("development", folder.path(), |spec| {
		let delays = json!({ "upgradeDelay": 3_600_000, "urgentDelay": 10_000 });
		spec["genesis"]["runtimeGenesis"]["patch"]["governance"] = delays;
	});
	let spec = raw_chain_spec(&spec.expect("it is written")).expect("its genesis is built");
	let node = NodeBuilder::alone(&spec).start().await.expect("the node starts");
	let chain = node.client().await.expect("the node answers");
	let alice = Person::with_account(folder.path(), "alice", node.url(), "//Alice");
	let code: Option<Bytes> =
		chain.rpc("state_getStorage", [json!("0x3a636f6465")]).await.expect("the node answers");
	let code = code.expect("the chain has a runtime").0;
	let file = |name: &str, bytes: &[u8]| {
		let file = folder.path().join(name);
		fs::write(&file, bytes).expect("the folder is writable");
		path(&file).to_owned()
	};
	let present = file("present.wasm", &code);
	let next = file("next.wasm", &relabelled(&code, VERSION.spec_version + 1));
	let later = file("later.wasm", &relabelled(&code, VERSION.spec_version + 2));
	let cut = file("cut.wasm", &code[..code.len() / 2]);

	let propose = |file| alice.ask(&["council", "propose", "authorize-upgrade", file]);
	let refused = propose(&present).expect_err("it is what the chain runs").to_string();
	assert!(refused.contains("accepts only a higher version"), "{refused}");
	let refused = propose(&cut).expect_err("it is cut off").to_string();
	assert!(refused.contains("this is not a runtime"), "{refused}");
	let refused = alice.fail(&["upgrade", "apply", &next]);
	assert!(refused.contains("authorised no runtime"), "{refused}");

	// A council of one decides at once.
	let proposed = propose(&next).expect("it is newer");
	assert_eq!(proposed["state"], json!("done"), "{proposed}");
	assert_eq!(proposed["code"]["specVersion"], json!(VERSION.spec_version + 1), "{proposed}");
	let shown = alice.succeed(&["upgrade", "show", &next]);
	assert_eq!(shown["authorized"], shown["file"]["hash"], "{shown}");
	let refused = alice.fail(&["upgrade", "apply", &next]);
	assert!(refused.contains("it can be handed in only in about"), "{refused}");

	// It is taken back, and then authorised by nine tenths, which are one of one.
	alice.succeed(&["council", "propose", "cancel-upgrade"]);
	let shown = alice.succeed(&["upgrade", "show", &next]);
	assert_eq!(shown["authorized"], Value::Null, "{shown}");
	alice.succeed(&["council", "propose", "authorize-upgrade", &next, "--urgent"]);
	wait_for("the delay to be over", PATIENCE, || async {
		let shown = alice.succeed(&["upgrade", "show", &next]);
		Ok((shown["obstacle"] == Value::Null).then_some(()))
	})
	.await
	.expect("an urgent runtime waits for ten seconds");
	let refused = alice.fail(&["upgrade", "apply", &later]);
	assert!(refused.contains("get the file on which the council voted"), "{refused}");
	let tried = alice.succeed(&["upgrade", "apply", &next, "--dry-run"]);
	assert_eq!(tried["running"]["specVersion"], json!(VERSION.spec_version), "{tried}");
	assert_ne!(tried["fee"], json!("0"), "{tried}");

	alice.succeed(&["upgrade", "apply", &next]);
	let running = alice.succeed(&["upgrade", "show"]);
	assert_eq!(running["running"]["specVersion"], json!(VERSION.spec_version + 1), "{running}");
	assert_eq!(running["authorized"], Value::Null, "{running}");
	let applied = best(&chain).await;
	chain.await_finalized(applied + 2).await.expect("it goes on");
}
