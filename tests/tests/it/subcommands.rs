// SPDX-License-Identifier: Apache-2.0

//! `contour-node` as somebody at a terminal uses it, beside running a node.

use contour_e2e::{
	NodeBuilder,
	command::{Database, fail, path, succeed},
	program,
};
use contour_primitives::Hash;
use contour_runtime::RuntimeCall;
use serde::Deserialize;
use serde_json::{Value, json};
use sp_core::crypto::Ss58Codec;
use sp_keyring::Sr25519Keyring;
use std::{
	collections::BTreeMap,
	fs,
	os::unix::fs::PermissionsExt as _,
	path::{Path, PathBuf},
	process::Command,
	time::SystemTime,
};

fn json(text: &str) -> Value {
	serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What `chain-info` writes.
#[derive(Clone, Debug, Deserialize, PartialEq)]
struct Info {
	best_hash: Hash,
	best_number: u32,
	genesis_hash: Hash,
	finalized_hash: Hash,
	finalized_number: u32,
}

/// What the database says of its chain.
fn chain_info(database: &Database) -> Info {
	serde_json::from_str(&succeed(database.with(&["chain-info"]))).expect("it is JSON")
}

/// Where keys are, in a chain of the preset `development`.
fn keystore(database: &Database) -> PathBuf {
	database.base_path.join("chains/contour-development/keystore")
}

#[test]
fn should_say_which_chains_there_are_when_it_is_told_an_unknown_one_or_none() {
	for arguments in [
		&["--chain", "nonsense"][..],
		&["export-chain-spec", "--chain", "nonsense"],
		&["build-spec", "--chain", "nonsense"],
		&["chain-info", "--chain", "nonsense"],
	] {
		let error = fail(arguments);
		for part in
			["`nonsense` is neither a chain nor a file", "--dev", "consortium", "--chain FILE"]
		{
			assert!(error.contains(part), "{part:?} is not in {error}");
		}
	}
	let error = fail(["--tmp"]);
	assert!(error.contains("no chain given") && error.contains("--chain FILE"), "{error}");
}

#[test]
fn should_complete_a_subcommand_when_the_shell_has_loaded_the_completions() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	for shell in ["bash", "fish", "zsh"] {
		let script = succeed(["completions", shell]);
		for part in ["contour-node", "export-chain-spec", "purge-chain", "offchain-worker"] {
			assert!(script.contains(part), "{part:?} is not in the completions for {shell}");
		}
		fs::write(folder.path().join(shell), script).expect("the folder is writable");
	}

	// What bash does at `contour-node export-` and the tabulator key.
	let press_tab = r#"
		. "$1"
		COMP_WORDS=(contour-node export-) COMP_CWORD=1
		complete=$(complete -p contour-node) && [[ $complete =~ -F\ ([^ ]+) ]] || exit
		"${BASH_REMATCH[1]}" contour-node export- contour-node
		echo "${COMPREPLY[@]}"
	"#;
	let script = folder.path().join("bash");
	let bash = Command::new("bash").args(["-c", press_tab, "-"]).arg(script).output();
	let bash = bash.expect("there is bash");
	let offered = String::from_utf8_lossy(&bash.stdout);
	let errors = String::from_utf8_lossy(&bash.stderr);
	assert_eq!(offered.trim(), "export-blocks export-chain-spec", "{errors}");
}

#[test]
fn should_show_the_same_key_when_it_is_generated_and_inspected() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	for scheme in ["sr25519", "ed25519"] {
		let as_json = ["--scheme", scheme, "--output-type", "json"];
		let generated = json(&succeed(["key", "generate"].iter().chain(&as_json)));
		let phrase = generated["secretPhrase"].as_str().expect("it has a phrase");
		assert_eq!(phrase.split(' ').count(), 12, "{scheme}");

		// The phrase is in a file, as arguments are there for everybody to see.
		let file = folder.path().join(scheme);
		fs::write(&file, phrase).expect("the folder is writable");
		let inspected = json(&succeed(["key", "inspect", path(&file)].iter().chain(&as_json)));
		assert_eq!(inspected, generated, "{scheme}");
	}

	let alice = json(&succeed(["key", "inspect", "//Alice", "--output-type", "json"]));
	assert_eq!(alice["ss58Address"], Sr25519Keyring::Alice.to_account_id().to_ss58check());
}

/// The compiled runtimes in a folder, and when each was written. Beside them are their statistics.
fn compiled(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
	let mut found = BTreeMap::new();
	for entry in fs::read_dir(folder).expect("the folder is there") {
		let entry = entry.expect("it can be read");
		let metadata = entry.metadata().expect("it can be read");
		if metadata.is_dir() {
			found.append(&mut compiled(&entry.path()));
		} else if entry.path().extension().is_none() {
			found.insert(entry.path(), metadata.modified().expect("there is a clock"));
		}
	}
	found
}

#[test]
fn should_compile_its_runtime_once_when_a_folder_is_named_for_it() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let cache = folder.path().join("runtimes");
	// It asks the runtime how long a slot lasts, and reverts nothing.
	let revert = || {
		let mut command = Command::new(program().expect("it is built"));
		command.args(["revert", "1", "--chain", "development", "--base-path"]).arg(folder.path());
		let output = command.env("CONTOUR_RUNTIME_CACHE", &cache).output().expect("it runs");
		assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	};
	revert();
	let first = compiled(&cache);
	assert_eq!(first.len(), 1, "{first:?}");
	revert();
	assert_eq!(compiled(&cache), first);
}

#[tokio::test]
async fn should_have_the_same_chain_when_it_was_exported_and_imported() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let file = |name: &str| folder.path().join(name);
	let first = Database::new(file("first"), "development");

	// Keys and identity, from before the node first runs.
	let phrase = file("phrase");
	let key = json(&succeed(["key", "generate", "--output-type", "json"]));
	let secret = key["secretPhrase"].as_str().expect("it has a phrase");
	fs::write(&phrase, secret).expect("the folder is writable");
	let insert = ["key", "insert", "--key-type", "aura", "--scheme", "sr25519", "--suri"];
	succeed(first.with(&[&insert[..], &[path(&phrase)]].concat()));
	let node_key = file("node-key");
	succeed(["key", "generate-node-key", "--file", path(&node_key)]);
	let mode = fs::metadata(&node_key).expect("it is there").permissions().mode();
	assert_eq!(mode & 0o077, 0, "nobody else reads it: {mode:o}");
	let peer = succeed(["key", "inspect-node-key", "--file", path(&node_key)]);

	// A node runs, and ends in order. It is that of everybody, with slots of two seconds, as the
	// commands after it name the chain as everybody does.
	let node = NodeBuilder::preset().base_path(&first.base_path).node_key_file(&node_key);
	let node = node.start().await.expect("it starts");
	let chain = node.client().await.expect("the node answers");
	let has_key: bool = chain
		.rpc("author_hasKey", [key["publicKey"].clone(), json!("aura")])
		.await
		.expect("the node answers");
	assert!(has_key, "what was inserted");
	let own: String = chain.rpc("system_localPeerId", []).await.expect("the node answers");
	assert_eq!(own, peer.trim());
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: b"hello".to_vec() });
	let remark = chain.send(&Sr25519Keyring::Alice.pair(), remark).await.expect("it is accepted");
	let remark = chain.header(Some(remark.block)).await.expect("the block is there").number;
	chain.await_finalized(1).await.expect("the chain finalizes");
	let genesis = chain.block_hash(0).await.expect("the node answers").expect("it is there");
	let fail_in_use = fail(first.with(&["chain-info"]));
	assert!(fail_in_use.contains("stop it first"), "{fail_in_use}");
	drop(chain);
	node.stop().await.expect("it stops");

	// It makes some more blocks, which nobody finalizes.
	let node = NodeBuilder::preset().base_path(&first.base_path).without_finality().start().await;
	let node = node.expect("it starts again");
	let chain = node.client().await.expect("the node answers");
	let again = chain.header(None).await.expect("the node answers").number;
	chain.await_block(again + 2).await.expect("it makes blocks");
	drop(chain);
	node.stop().await.expect("it stops");

	// The file is faster than the preset, whose genesis the runtime builds for every subcommand.
	let raw = file("raw.json");
	succeed(["export-chain-spec", "--chain", "dev", "--raw", "--output", path(&raw)]);
	let first = Database { chain: path(&raw).into(), ..first };
	let info = chain_info(&first);
	assert_eq!(info.genesis_hash, genesis);
	assert!(info.best_number >= remark, "{info:?}");
	assert!(info.finalized_number >= 1, "{info:?}");
	assert!(info.best_number > info.finalized_number, "something can be reverted: {info:?}");

	// Its blocks go into other databases, whose chain comes from a file.
	let (text, binary) = (file("blocks.json"), file("blocks"));
	succeed(first.with(&["export-blocks", path(&text)]));
	succeed(first.with(&["export-blocks", "--binary", path(&binary)]));
	let written = |name: &str, text: String| {
		fs::write(file(name), text).expect("the folder is writable");
		file(name)
	};
	let exported = succeed(["export-chain-spec", "--chain", "development"]);
	let builder = Database::new(file("builder"), "development");
	let built = succeed(builder.with(&["build-spec"]));
	assert_eq!(json(&built)["bootNodes"].as_array().map(Vec::len), Some(1), "this machine");
	for (spec, import) in [
		(raw, &["import-blocks", "--binary", path(&binary)][..]),
		(written("exported.json", exported), &["import-blocks", path(&text)]),
		(written("built.json", built), &["import-blocks", path(&text)]),
	] {
		let other = Database::new(spec.with_extension("database"), path(&spec));
		succeed(other.with(import));
		let imported = chain_info(&other);
		assert_eq!(imported.genesis_hash, genesis, "{spec:?}");
		assert_eq!((imported.best_number, imported.best_hash), (info.best_number, info.best_hash));
	}

	// Blocks are checked again, and none is lost by it.
	succeed(first.with(&["check-block", &format!("{:?}", info.best_hash)]));
	let error = fail(first.with(&["check-block", "1000000"]));
	assert!(error.contains("Unknown block"), "{error}");
	assert_eq!(chain_info(&first), info);

	// It goes back, but never behind what is final.
	succeed(first.with(&["revert", "1"]));
	assert_eq!(chain_info(&first).best_number, info.best_number - 1);
	succeed(first.with(&["revert"]));
	let reverted = chain_info(&first);
	assert_eq!(reverted.best_hash, info.finalized_hash);
	assert_eq!(reverted.finalized_hash, info.finalized_hash);

	// From there the node goes on.
	let node = NodeBuilder::preset().base_path(&first.base_path).start().await;
	let node = node.expect("it starts");
	let chain = node.client().await.expect("the node answers");
	chain.await_finalized(info.finalized_number + 1).await.expect("it goes on finalizing");
	let before = chain.block_hash(info.finalized_number).await.expect("the node answers");
	assert_eq!(before, Some(info.finalized_hash));
	drop(chain);
	node.stop().await.expect("it stops");

	// The chain is deleted, keys are not.
	let keys = || fs::read_dir(keystore(&first)).expect("there is a keystore").count();
	assert_eq!(keys(), 1);
	succeed(first.with(&["purge-chain", "-y"]));
	assert_eq!(keys(), 1);
	let purged = chain_info(&first);
	assert_eq!((purged.best_number, purged.genesis_hash), (0, Hash::zero()), "nothing is left");
}
