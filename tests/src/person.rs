// SPDX-License-Identifier: Apache-2.0

//! Somebody who uses `contour`.

use crate::program_named;
use contour_primitives::AccountId;
use serde_json::Value;
use std::{
	fs,
	path::{Path, PathBuf},
	process::{Command, Stdio},
};

/// Somebody with a key file, at a terminal. All of a folder share its store and the passphrase.
pub struct Person {
	/// The key file.
	pub key: PathBuf,
	/// The file with the passphrase.
	pub passphrase: PathBuf,
	/// Where sealed objects are.
	pub store: PathBuf,
	/// The node.
	pub url: String,
	/// The account.
	pub account: AccountId,
}

impl Person {
	/// Makes the key file.
	pub fn new(folder: &Path, name: &str, url: &str, custodian: bool) -> Self {
		let custodian = if custodian { &["--custodian"][..] } else { &[] };
		Self::made_by(folder, name, url, &[&["keys", "generate"], custodian].concat())
	}

	/// Makes the key file of an account that has a secret URI.
	pub fn with_account(folder: &Path, name: &str, url: &str, suri: &str) -> Self {
		let file = folder.join(format!("{name}.suri"));
		fs::write(&file, suri).expect("the folder is writable");
		let file = file.to_str().expect("a path of letters");
		Self::made_by(folder, name, url, &["keys", "import", "--secret-file", file])
	}

	/// Makes the key file by a command.
	pub fn made_by(folder: &Path, name: &str, url: &str, arguments: &[&str]) -> Self {
		let passphrase = folder.join("passphrase");
		fs::write(&passphrase, "correct horse battery staple\n").expect("the folder is writable");
		let mut person = Self {
			key: folder.join(name),
			passphrase,
			store: folder.join("store"),
			url: url.into(),
			account: AccountId::new([0; 32]),
		};
		let made = person.succeed(arguments);
		person.account = serde_json::from_value(made["account"].clone()).expect("it is an account");
		person
	}

	/// What the command wrote to stdout, and whether it succeeded.
	pub fn run(&self, arguments: &[&str]) -> (Value, bool) {
		let output = Command::new(program_named("contour").expect("it is built"))
			.args(arguments)
			.args(["--json", "--url", &self.url])
			.arg("--key")
			.arg(&self.key)
			.arg("--passphrase-file")
			.arg(&self.passphrase)
			.arg("--store")
			.arg(&self.store)
			.stdin(Stdio::null())
			.output()
			.expect("it runs");
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

	/// What the error says, as it has to fail.
	pub fn fail(&self, arguments: &[&str]) -> String {
		let (document, ok) = self.run(arguments);
		assert!(!ok, "{arguments:?}: {document}");
		document["error"].as_str().expect("it says why").into()
	}
}
