// SPDX-License-Identifier: Apache-2.0

//! What `scripts/setup` says about a build before it begins.

use std::{
	fs,
	path::Path,
	process::{Command, Output},
};

/// Announces a build into `target` that needs so many gigabytes.
fn announce(target: &Path, gigabytes: u32, ignore_disk: bool) -> Output {
	let script = format!(
		"set -euo pipefail; . scripts/lib.sh; target_gigabytes={gigabytes}; announce_build"
	);
	let mut command = Command::new("bash");
	command.args(["-c", &script]).env("CARGO_TARGET_DIR", target).env_remove("CONTOUR_IGNORE_DISK");
	if ignore_disk {
		command.env("CONTOUR_IGNORE_DISK", "1");
	}
	command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).output().expect("it runs")
}

#[test]
fn should_say_what_a_build_takes_when_there_is_room_for_it() {
	let target = tempfile::tempdir().expect("a temporary folder");
	let said = || {
		let output = announce(target.path(), 1, false);
		assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
		String::from_utf8(output.stdout).expect("it writes UTF-8")
	};
	let cold = said();
	for part in ["everything once", "minutes", "cores", "1.0 GB more"] {
		assert!(cold.contains(part), "{part:?} is not in {cold}");
	}
	let compiled = target.path().join("debug/deps");
	fs::create_dir_all(&compiled).expect("it is writable");
	fs::write(compiled.join("libsc_service-0.rlib"), "").expect("it is writable");
	let warm = said();
	assert!(warm.contains("The dependencies are compiled"), "{warm}");
}

#[test]
fn should_end_before_anything_is_compiled_when_the_disk_would_be_full() {
	let target = tempfile::tempdir().expect("a temporary folder");
	let output = announce(target.path(), 1_000_000_000, false);
	let error = String::from_utf8_lossy(&output.stderr);
	assert!(!output.status.success(), "it needs an exabyte");
	for part in ["Free some space", "CARGO_TARGET_DIR", "XDG_CACHE_HOME", "CONTOUR_IGNORE_DISK=1"] {
		assert!(error.contains(part), "{part:?} is not in {error}");
	}
	assert!(announce(target.path(), 1_000_000_000, true).status.success());
}
