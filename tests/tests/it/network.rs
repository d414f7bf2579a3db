// SPDX-License-Identifier: Apache-2.0

//! Which chain `scripts/network` starts; the nodes that it starts are those of other tests.

use contour_e2e::{SLOT_MILLIS, chain_spec, program};
use serde_json::Value;
use std::{
	fs,
	path::Path,
	process::{Command, Output},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const PRESET: &str = "consortium";

/// The chain of a network in a folder, with slots of so many milliseconds if they are named.
fn chain(folder: &Path, slot: &str) -> Output {
	let script = r#"set -euo pipefail; . scripts/lib.sh; network_chain "$@""#;
	let mut command = Command::new("bash");
	// What the script keeps of the node's output goes beside the chain.
	command.args(["-c", script, "network"]).env("XDG_CACHE_HOME", folder.join("cache"));
	command.arg(program().expect("it is built")).arg(PRESET).arg(folder).arg(slot);
	command.current_dir(ROOT).output().expect("it runs")
}

fn succeed(folder: &Path, slot: &str) -> String {
	let output = chain(folder, slot);
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	String::from_utf8(output.stdout).expect("it writes UTF-8").trim_end().into()
}

fn fail(folder: &Path, slot: &str) -> String {
	let output = chain(folder, slot);
	assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
	String::from_utf8(output.stderr).expect("it writes UTF-8")
}

fn read(file: &Path) -> Value {
	let text = fs::read(file).expect("it is there");
	serde_json::from_slice(&text).expect("it is JSON")
}

#[test]
fn should_change_nothing_but_the_slots_when_other_slots_are_asked_for() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let slot = SLOT_MILLIS.to_string();
	let file = folder.path().join("consortium.json");
	assert_eq!(Path::new(&succeed(folder.path(), &slot)), file);

	let of_tests = tempfile::tempdir().expect("a temporary folder");
	let expected = chain_spec(PRESET, of_tests.path(), |_| {}).expect("it is written");
	let written = read(&file);
	assert!(written == read(&expected), "{written}");

	// It goes on with these slots, whoever starts it.
	for same in ["", &slot] {
		assert_eq!(Path::new(&succeed(folder.path(), same)), file);
	}
	let error = fail(folder.path(), "2000");
	for part in [format!("has slots of {slot} ms"), "--base".into()] {
		assert!(error.contains(&part), "{part:?} is not in {error}");
	}
	assert_eq!(read(&file), written);
}

#[test]
fn should_be_the_preset_when_no_slots_are_asked_for() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	assert_eq!(succeed(folder.path(), ""), PRESET);

	// It has begun.
	let begun = folder.path().join("alice/chains/contour-consortium");
	fs::create_dir_all(begun).expect("it is writable");
	for same in ["", "2000"] {
		assert_eq!(succeed(folder.path(), same), PRESET);
	}
	let error = fail(folder.path(), "500");
	assert!(error.contains("has slots of 2000 ms"), "{error}");
}

#[test]
fn should_end_before_anything_is_built_when_the_slots_are_none() {
	for slot in ["", "0", "198", "201", "60002", "0500", "2s", "-500"] {
		let mut command = Command::new("scripts/network");
		command.args(["--slot-duration", slot]).current_dir(ROOT);
		let output = command.output().expect("it runs");
		let error = String::from_utf8_lossy(&output.stderr);
		assert_eq!(output.status.code(), Some(2), "{slot}: {error}");
		assert!(error.contains("an even number from 200 to 60000"), "{slot}: {error}");
	}
}
