// SPDX-License-Identifier: Apache-2.0

//! `contour-node` as somebody at a terminal uses it, beside running a node.

use crate::program;
use std::{
	ffi::OsStr,
	path::{Path, PathBuf},
	process::{Command, Output, Stdio},
};

/// Runs the program to its end.
fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
	let mut command = Command::new(program().expect("it is built"));
	command.args(arguments).stdin(Stdio::null()).output().expect("it runs")
}

/// Runs the program, which has to succeed; gives what it writes to stdout.
pub fn succeed<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> String {
	let output = run(arguments);
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	String::from_utf8(output.stdout).expect("it writes UTF-8")
}

/// Runs the program, which has to fail; gives what it writes to stderr.
pub fn fail<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> String {
	let output = run(arguments);
	assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
	String::from_utf8(output.stderr).expect("it writes UTF-8")
}

/// A node's database, by the arguments that name it.
pub struct Database {
	/// Folder of the node.
	pub base_path: PathBuf,
	/// Chain or file of a chain.
	pub chain: String,
}

impl Database {
	/// The database of a chain in a folder.
	pub fn new(base_path: PathBuf, chain: &str) -> Self {
		Self { base_path, chain: chain.into() }
	}

	/// The arguments of a subcommand for this database.
	pub fn with(&self, arguments: &[&str]) -> Vec<String> {
		let database = ["--chain", &self.chain, "--base-path", path(&self.base_path)];
		arguments.iter().chain(&database).map(|&argument| argument.into()).collect()
	}
}

/// A path as an argument.
pub fn path(path: &Path) -> &str {
	path.to_str().expect("a path of letters")
}
