// SPDX-License-Identifier: Apache-2.0

//! Specifications of the chains that nodes run.

use crate::{Error, program};
use serde_json::Value;
use std::{
	fs,
	path::{Path, PathBuf},
	process::{Command, Stdio},
	time::UNIX_EPOCH,
};

/// Milliseconds of a slot of the chains that tests and the demo run. Nine tenths of their time they
/// wait until something is in a block and final: with half a second instead of two, a quarter as long.
pub const SLOT_MILLIS: u64 = 500;

/// Where the tests keep what takes long to make, beside themselves in cargo's target folder.
const KEPT: &str = "chain-specs";

/// Writes the specification of a chain into `folder`: that of a preset, with slots of
/// [`SLOT_MILLIS`], and its genesis patched by `change`.
pub fn chain_spec(
	preset: &str,
	folder: &Path,
	change: impl FnOnce(&mut Value),
) -> Result<PathBuf, Error> {
	let exported = kept(preset, || export(&["--chain", preset]))?;
	let mut spec: Value = serde_json::from_str(&exported)
		.map_err(|error| Error::Answer(format!("the chain spec is no JSON: {error}")))?;
	spec["genesis"]["runtimeGenesis"]["patch"]["authorities"]["slotDuration"] = SLOT_MILLIS.into();
	change(&mut spec);
	let file = folder.join(format!("{preset}.json"));
	fs::write(&file, spec.to_string())?;
	Ok(file)
}

/// Writes a specification whose genesis is built already, beside the one that it is made from. A node
/// starts faster with it.
pub fn raw_chain_spec(spec: &Path) -> Result<PathBuf, Error> {
	let raw = built(spec)?;
	let file = spec.with_extension("raw.json");
	fs::write(&file, raw)?;
	Ok(file)
}

/// Writes the specification of the tests' chain of one hospital into `folder`: that of the preset
/// `development` with nothing changed but the slots, its genesis built.
pub fn development_spec(folder: &Path) -> Result<PathBuf, Error> {
	let raw = kept(&format!("development-{SLOT_MILLIS}"), || {
		built(&chain_spec("development", folder, |_| {})?)
	})?;
	let file = folder.join("development.raw.json");
	fs::write(&file, raw)?;
	Ok(file)
}

/// A specification with its genesis built.
fn built(spec: &Path) -> Result<String, Error> {
	export(&["--raw", "--chain", &spec.display().to_string()])
}

/// What `export-chain-spec` writes.
fn export(arguments: &[&str]) -> Result<String, Error> {
	let mut command = Command::new(program()?);
	let command = command.arg("export-chain-spec").args(arguments).stdin(Stdio::null());
	let output = command.output()?;
	if !output.status.success() {
		let what =
			format!("export-chain-spec {} ended with {}", arguments.join(" "), output.status);
		let log = String::from_utf8_lossy(&output.stderr).into_owned();
		return Err(Error::Process { what, log });
	}
	String::from_utf8(output.stdout).map_err(|error| Error::Answer(error.to_string()))
}

/// What another test made with the same program under this name, or what `make` makes. The runtime's
/// WASM is compiled to make a specification, which takes seconds, and nearly every test needs one.
fn kept(name: &str, make: impl FnOnce() -> Result<String, Error>) -> Result<String, Error> {
	let own = std::env::current_exe()?;
	let Some(tests) = own.parent().filter(|folder| folder.ends_with("deps")) else {
		// The demo lies beside the node, in a release or anywhere else.
		return make();
	};
	let linked = fs::metadata(program()?)?.modified()?.duration_since(UNIX_EPOCH);
	let present = format!("-{}.json", linked.map_or(0, |since| since.as_nanos()));
	let folder = tests.with_file_name(KEPT);
	let file = folder.join(format!("{name}{present}"));
	if let Ok(kept) = fs::read_to_string(&file) {
		return Ok(kept);
	}
	let made = make()?;
	fs::create_dir_all(&folder)?;
	remove_older(&folder, &present)?;
	// Other tests see all of it or nothing.
	let unfinished = file.with_extension(std::process::id().to_string());
	fs::write(&unfinished, &made)?;
	fs::rename(unfinished, file)?;
	Ok(made)
}

/// Removes what was made by programs that are not there any more.
fn remove_older(folder: &Path, present: &str) -> Result<(), Error> {
	for entry in fs::read_dir(folder)? {
		let path = entry?.path();
		let name = path.display().to_string();
		if name.ends_with(".json") && !name.ends_with(present) {
			// Another test may have been faster.
			let _ = fs::remove_file(path);
		}
	}
	Ok(())
}
