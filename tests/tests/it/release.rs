// SPDX-License-Identifier: Apache-2.0

//! `scripts/release`, all of it that needs no production build; `scripts/demo` with the programs of a
//! release, and `scripts/versions`, which compares with releases.

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

/// Such a folder with programs, which write their arguments and do nothing.
fn released_with_programs() -> TempDir {
	let folder = released();
	let bin = folder.path().join("bin");
	fs::create_dir(&bin).expect("the folder is writable");
	for program in ["contour", "contour-demo", "contour-node", "contour-scorer"] {
		fs::copy("/bin/echo", bin.join(program)).expect("the folder is writable");
	}
	sign(folder.path());
	folder
}

/// Writes the sums anew, as whoever exchanges a file would.
fn sign(folder: &Path) {
	let sums = "find . -type f ! -name SHA256SUMS -printf '%P\\n' | xargs sha256sum > SHA256SUMS";
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
		("get it again from its source", |folder| {
			let mut bytes = wasm().to_vec();
			bytes[1000] ^= 1;
			fs::write(folder.join("runtime/contour.wasm"), bytes).expect("writable");
		}),
		("not those of SHA256SUMS", |folder| {
			fs::write(folder.join("runtime/extra"), "").expect("writable");
		}),
		("get it again from its source", |folder| {
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
	let programs = ["bin/contour-node", "bin/contour-scorer", "bin/contour-demo"];
	for part in [version, &spec, "completions/*/contour-node", "SHA256SUMS", place]
		.into_iter()
		.chain(programs)
	{
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

/// Runs `scripts/demo --release` with a path and more arguments.
fn demo(path: &Path, arguments: &[&str]) -> Output {
	let mut command = Command::new(root().join("scripts/demo"));
	command.args(["--release", text(path)]).args(arguments).output().expect("it runs")
}

#[test]
fn should_run_the_programs_of_a_release_when_the_demo_gets_its_folder_or_its_archive() {
	let folder = released_with_programs();
	let elsewhere = tempfile::tempdir().expect("a temporary folder");
	let archive = elsewhere.path().join("contour-9.9.9.tar.gz");
	let pack = Command::new("tar")
		.args(["--create", "--gzip", "--file", text(&archive), "--transform", "s,^[.],contour,"])
		.args(["--directory", text(folder.path()), "."])
		.status();
	assert!(pack.expect("there is tar").success());
	for release in [folder.path(), &archive] {
		let output = demo(release, &["--json", "--pictures", "/pictures"]);
		let errors = String::from_utf8_lossy(&output.stderr);
		assert!(output.status.success(), "{errors}");
		assert!(errors.contains("All 6 files are as released"), "{errors}");
		assert_eq!(String::from_utf8_lossy(&output.stdout), "--json --pictures /pictures\n");
	}
}

#[test]
fn should_refuse_and_say_what_to_do_when_the_demo_cannot_run_a_release() {
	type Change = fn(&Path);
	let changes: [(&str, Change); 5] = [
		("is not what was released", |folder| {
			fs::write(folder.join("bin/contour"), "another").expect("writable");
		}),
		("there is no program contour-demo in", |folder| {
			fs::remove_file(folder.join("bin/contour-demo")).expect("writable");
			sign(folder);
		}),
		("was not compiled for the processor of this machine", |folder| {
			let program = folder.join("bin/contour-node");
			let mut bytes = fs::read(&program).expect("it is there");
			// The processor in the header of an ELF file.
			bytes[18] ^= 0xff;
			fs::write(program, bytes).expect("writable");
			sign(folder);
		}),
		("there is no SHA256SUMS", |folder| {
			fs::remove_file(folder.join("SHA256SUMS")).expect("writable");
		}),
		("there is no folder and no archive", |folder| {
			fs::remove_dir_all(folder).expect("writable");
		}),
	];
	for (part, change) in changes {
		let folder = released_with_programs();
		change(folder.path());
		let output = demo(folder.path(), &["--json"]);
		let error = String::from_utf8_lossy(&output.stderr);
		assert!(!output.status.success() && output.stdout.is_empty(), "{part}: {error}");
		assert!(error.contains(part), "{part:?} is not in {error}");
	}
	let output = demo(&root().join("Cargo.toml"), &[]);
	let error = String::from_utf8_lossy(&output.stderr);
	assert!(!output.status.success() && error.contains("cannot be unpacked"), "{error}");
}

/// A checkout with the runtime and one release, recorded from its first commit.
fn checkout_with_a_release() -> TempDir {
	let checkout = checkout();
	let path = checkout.path();
	for file in
		["pallets/imaging/src/lib.rs", "pallets/imaging/src/mock.rs", "primitives/Cargo.toml"]
	{
		let copy = path.join(file);
		fs::create_dir_all(copy.parent().expect("it is in a folder")).expect("it is writable");
		fs::write(copy, "before").expect("it is writable");
	}
	for file in ["Cargo.lock", "scripts/versions"] {
		fs::copy(root().join(file), path.join(file)).expect("it is there");
	}
	fs::write(path.join("metadata.scale"), "metadata").expect("it is writable");
	commit(path);

	let release = path.join("releases/0.1.0");
	fs::create_dir_all(&release).expect("it is writable");
	let head = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(path).output();
	let head = String::from_utf8(head.expect("there is git").stdout).expect("it is a hash");
	let facts = serde_json::json!({
		"commit": head.trim(),
		"specVersion": contour_runtime::VERSION.spec_version,
		"transactionVersion": contour_runtime::VERSION.transaction_version,
	});
	fs::write(release.join("runtime.json"), facts.to_string()).expect("it is writable");
	let output = versions(path, &["--record", "0.1.0"]);
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let metadata = fs::read(release.join("metadata.scale")).expect("it was recorded");
	assert_eq!(metadata, b"metadata");
	checkout
}

fn versions(checkout: &Path, arguments: &[&str]) -> Output {
	let mut command = Command::new(checkout.join("scripts/versions"));
	command.args(arguments).output().expect("it runs")
}

/// Replaces a part of a file.
fn edit(checkout: &Path, file: &str, from: &str, to: &str) {
	let path = checkout.join(file);
	let before = fs::read_to_string(&path).expect("it is there");
	assert!(before.contains(from), "{from:?} is not in {file}");
	fs::write(path, before.replacen(from, to, 1)).expect("it is writable");
}

#[test]
fn should_accept_the_versions_when_the_runtime_is_a_released_one_or_has_greater_ones() {
	let checkout = checkout_with_a_release();
	let path = checkout.path();
	let accepted = || {
		let output = versions(path, &[]);
		assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	};
	accepted();
	edit(path, "pallets/imaging/src/mock.rs", "before", "after");
	accepted();
	edit(path, "pallets/imaging/src/lib.rs", "before", "after");
	let spec = contour_runtime::VERSION.spec_version;
	let (from, to) = (format!("spec_version: {spec}"), format!("spec_version: {}", spec + 1));
	edit(path, "runtime/src/lib.rs", &from, &to);
	accepted();
}

#[test]
fn should_refuse_the_versions_when_another_runtime_has_those_of_a_release() {
	let (spec, transaction) =
		(contour_runtime::VERSION.spec_version, contour_runtime::VERSION.transaction_version);
	let lock = fs::read_to_string(root().join("Cargo.lock")).expect("it is there");
	let (_, rest) = lock.split_once("name = \"frame-system\"\nversion = \"").expect("it is used");
	let system = format!("name = \"frame-system\"\nversion = \"{}", &rest[..1]);
	let number = |name: &str, number: u32| format!("{name}: {number},");
	let changes: [(&str, String, String, &str); 5] = [
		(
			"pallets/imaging/src/lib.rs",
			"before".into(),
			"after".into(),
			"pallets/imaging/src/lib.rs",
		),
		("primitives/Cargo.toml", "before".into(), "after".into(), "primitives/Cargo.toml"),
		("Cargo.lock", system.clone(), format!("{system}9"), "frame-system (Cargo.lock)"),
		(
			"runtime/src/lib.rs",
			number("spec_version", spec),
			number("spec_version", spec - 1),
			"is smaller than",
		),
		(
			"runtime/src/lib.rs",
			number("transaction_version", transaction),
			number("transaction_version", transaction + 1),
			"transaction_version is not that of",
		),
	];
	for (file, from, to, part) in changes {
		let checkout = checkout_with_a_release();
		edit(checkout.path(), file, &from, &to);
		let output = versions(checkout.path(), &[]);
		let error = String::from_utf8_lossy(&output.stderr);
		assert!(!output.status.success() && error.contains(part), "{part:?} is not in {error}");
		assert!(error.contains("releases/0.1.0"), "{error}");
	}
}
