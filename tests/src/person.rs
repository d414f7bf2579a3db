// SPDX-License-Identifier: Apache-2.0

//! People who use `contour` at a terminal.

use crate::program_named;
use contour_primitives::AccountId;
use serde_json::Value;
use std::{
	fs,
	path::{Path, PathBuf},
	process::{Command, Stdio},
};

/// Somebody with a key file, at a terminal.
pub struct Person {
	/// The key file.
	pub key: PathBuf,
	/// Its passphrase.
	pub passphrase: PathBuf,
	/// Where sealed objects are.
	pub store: String,
	/// What else the store needs.
	pub environment: Vec<(String, String)>,
	/// The node.
	pub url: String,
	/// The account in the key file.
	pub account: AccountId,
}

impl Person {
	/// Makes the key file.
	pub fn new(folder: &Path, name: &str, url: &str, custodian: bool) -> Self {
		fs::create_dir_all(folder).expect("a folder can be made");
		let passphrase = folder.join("passphrase");
		fs::write(&passphrase, "correct horse battery staple\n").expect("the folder is writable");
		let mut person = Self {
			key: folder.join(name),
			passphrase,
			store: folder.join("store").display().to_string(),
			environment: Vec::new(),
			url: url.into(),
			account: AccountId::new([0; 32]),
		};
		let custodian = if custodian { &["--custodian"][..] } else { &[] };
		let made = person.succeed(&[&["keys", "generate"], custodian].concat());
		person.account = serde_json::from_value(made["account"].clone()).expect("it is an account");
		person
	}

	/// The command, ready to be run.
	pub fn command(&self, arguments: &[&str]) -> Command {
		let mut command = Command::new(program_named("contour").expect("it is built"));
		command
			.args(arguments)
			.envs(self.environment.iter().cloned())
			.args(["--json", "--url", &self.url, "--store", &self.store])
			.arg("--key")
			.arg(&self.key)
			.arg("--passphrase-file")
			.arg(&self.passphrase)
			.stdin(Stdio::null());
		command
	}

	/// What the command wrote to stdout, and whether it succeeded.
	pub fn run(&self, arguments: &[&str]) -> (Value, bool) {
		let output = self.command(arguments).output().expect("it runs");
		let text = String::from_utf8_lossy(&output.stdout);
		let log = String::from_utf8_lossy(&output.stderr);
		let document = serde_json::from_str(&text)
			.unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}{log}"));
		(document, output.status.success())
	}

	/// What the command wrote, which has to succeed.
	pub fn succeed(&self, arguments: &[&str]) -> Value {
		let (document, ok) = self.run(arguments);
		assert!(ok, "{arguments:?}: {document}");
		document
	}

	/// What the error says.
	pub fn fail(&self, arguments: &[&str]) -> String {
		let (document, ok) = self.run(arguments);
		assert!(!ok, "{arguments:?}: {document}");
		document["error"].as_str().expect("it says why").into()
	}
}
