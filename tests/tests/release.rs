// SPDX-License-Identifier: Apache-2.0

//! `scripts/release`, all of it that needs no production build.

use contour_e2e::NodeBuilder;
use sp_io::hashing::blake2_256;
use std::{
	fs,
	os::unix::fs::PermissionsExt as _,
	path::{Path, PathBuf},
	process::{Command, Output},
};
use tempfile::TempDir;

fn root() -> &'static Path {
	Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is above")
}

/// Runs the script of a checkout.
fn release(checkout: &Path, arguments: &[&str]) -> Output {
	let mut command = Command::new(checkout.join("scripts/release"));
	command.args(arguments).output().expect("it runs")
}

fn succeed(checkout: &Path, arguments: &[&str]) -> String {
	let output = release(checkout, arguments);
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	String::from_utf8(output.stdout).expect("it writes UTF-8")
}

fn fail(checkout: &Path, arguments: &[&str]) -> String {
	let output = release(checkout, arguments);
	assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
	String::from_utf8(output.stderr).expect("it writes UTF-8")
}

fn text(path: &Path) -> &str {
	path.to_str().expect("a path of letters")
}

fn wasm() -> &'static [u8] {
	contour_runtime::wasm_binary().expect("the runtime is built with its WASM")
}

/// A folder as the script makes it, with the runtime alone.
fn released() -> TempDir {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let runtime = folder.path().join("runtime");
	fs::create_dir(&runtime).expect("the folder is writable");
	fs::write(runtime.join("contour.wasm"), wasm()).expect("the folder is writable");
	let hash = format!("0x{}", hex(&blake2_256(wasm())));
	let facts =
		serde_json::json!({ "file": "contour.wasm", "blake2_256": hash, "specVersion": 100 });
	fs::write(runtime.join("runtime.json"), facts.to_string()).expect("the folder is writable");
	sign(folder.path());
	folder
}

/// Writes the sums anew, as who exchanges a file would.
fn sign(folder: &Path) {
	let sums = "sha256sum runtime/contour.wasm runtime/runtime.json > SHA256SUMS";
	let status = Command::new("bash").args(["-c", sums]).current_dir(folder).status();
	assert!(status.expect("there is bash").success());
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A checkout with as much as the script looks at before it builds, in a first commit.
fn checkout() -> TempDir {
	let folder = tempfile::tempdir().expect("a temporary folder");
	for file in
		["Cargo.toml", "CHANGELOG.md", "runtime/src/lib.rs", "scripts/lib.sh", "scripts/release"]
	{
		let copy = folder.path().join(file);
		fs::create_dir_all(copy.parent().expect("it is in a folder")).expect("it is writable");
		fs::copy(root().join(file), copy).expect("it is there");
	}
	let changelog = folder.path().join("CHANGELOG.md");
	let section = format!("## [{}] - 2026-11-21\n\n- All of it.\n", env!("CARGO_PKG_VERSION"));
	fs::write(changelog, format!("# Changelog\n\n## [Unreleased]\n\n{section}")).expect("writable");
	git(folder.path(), &["init", "--quiet"]);
	commit(folder.path());
	folder
}

fn commit(checkout: &Path) {
	git(checkout, &["add", "--all"]);
	git(checkout, &["-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "-m", "x"]);
}

fn git(checkout: &Path, arguments: &[&str]) {
	let status = Command::new("git").args(arguments).current_dir(checkout).status();
	assert!(status.expect("there is git").success(), "git {arguments:?}");
}

#[test]
fn should_tell_the_hash_that_the_chain_computes_when_it_is_asked_for_that_of_a_runtime() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let file = folder.path().join("contour.wasm");
	fs::write(&file, wasm()).expect("the folder is writable");
	let expected = format!("0x{}\n", hex(&blake2_256(wasm())));
	assert_eq!(succeed(root(), &["--hash", text(&file)]), expected);
	let error = fail(root(), &["--hash", "/nowhere"]);
	assert!(error.contains("give the path of a WASM file"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_be_the_hash_that_a_node_tells_when_it_is_asked_for_that_of_its_code() {
	let node = NodeBuilder::development().start().await.expect("the node starts");
	let chain = node.client().await.expect("the node answers");
	// What docs/release.md has people ask; the key is ":code".
	let told: Result<String, _> = chain.rpc("state_getStorageHash", ["0x3a636f6465".into()]).await;
	assert_eq!(told.expect("it knows"), format!("0x{}", hex(&blake2_256(wasm()))));
}

#[test]
fn should_accept_a_release_when_nothing_in_it_was_changed() {
	let folder = released();
	let said = succeed(root(), &["--check", text(folder.path())]);
	assert!(said.contains("All 2 files are as released"), "{said}");
	assert!(said.contains(&hex(&blake2_256(wasm()))), "{said}");
}

#[test]
fn should_refuse_a_release_when_a_file_was_changed_added_or_taken_away() {
	type Change = fn(PathBuf);
	let changes: [(&str, Change); 4] = [
		("it again from where you have it", |folder| {
			let mut bytes = wasm().to_vec();
			bytes[1000] ^= 1;
			fs::write(folder.join("runtime/contour.wasm"), bytes).expect("writable");
		}),
		("not those of SHA256SUMS", |folder| {
			fs::write(folder.join("runtime/extra"), "").expect("writable");
		}),
		("it again from where you have it", |folder| {
			fs::remove_file(folder.join("runtime/runtime.json")).expect("writable");
		}),
		("there is no SHA256SUMS", |folder| {
			fs::remove_file(folder.join("SHA256SUMS")).expect("writable");
		}),
	];
	for (part, change) in changes {
		let folder = released();
		change(folder.path().into());
		let error = fail(root(), &["--check", text(folder.path())]);
		assert!(error.contains(part), "{part:?} is not in {error}");
	}
}

#[test]
fn should_refuse_a_release_when_the_runtime_was_exchanged_with_its_sum() {
	let folder = released();
	fs::write(folder.path().join("runtime/contour.wasm"), "another").expect("writable");
	sign(folder.path());
	let error = fail(root(), &["--check", text(folder.path())]);
	assert!(error.contains("do not propose it, build it yourself"), "{error}");
}

#[test]
fn should_say_what_it_would_make_when_the_tree_is_clean() {
	let checkout = checkout();
	let said = succeed(checkout.path(), &["--dry-run"]);
	let version = concat!("contour-", env!("CARGO_PKG_VERSION"));
	let spec = format!("spec version {}", contour_runtime::VERSION.spec_version);
	let place = "that of /contour";
	for part in [version, &spec, "bin/contour-node", "bin/contour-scorer", "SHA256SUMS", place] {
		assert!(said.contains(part), "{part:?} is not in {said}");
	}
	let runtime = succeed(checkout.path(), &["--dry-run", "--runtime-only"]);
	assert!(runtime.contains(&spec) && !runtime.contains("bin/"), "{runtime}");
	assert!(!checkout.path().join("release").exists(), "nothing is made");
}

#[test]
fn should_refuse_and_say_what_to_do_when_the_tree_is_not_what_a_release_is_made_of() {
	let checkout = checkout();
	let path = checkout.path();
	fs::write(path.join("new.rs"), "").expect("writable");
	let error = fail(path, &["--dry-run"]);
	assert!(error.contains("new.rs") && error.contains("commit them or put them away"), "{error}");
	succeed(path, &["--dry-run", "--allow-dirty"]);
	fs::remove_file(path.join("new.rs")).expect("writable");

	let output = path.join("there");
	fs::create_dir(&output).expect("writable");
	let error = fail(path, &["--dry-run", "--output", text(&output)]);
	assert!(error.contains("delete it, or choose another folder"), "{error}");

	let changelog = path.join("CHANGELOG.md");
	fs::write(&changelog, "# Changelog\n\n## [Unreleased]\n").expect("writable");
	commit(path);
	let error = fail(path, &["--dry-run"]);
	assert!(
		error.contains("CHANGELOG.md has no section") && error.contains("docs/release.md"),
		"{error}"
	);
	let mode =
		fs::metadata(path.join("scripts/release")).expect("it is there").permissions().mode();
	assert_eq!(mode & 0o111, 0o111, "it can be run as it is");
}
