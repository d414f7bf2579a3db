// SPDX-License-Identifier: Apache-2.0

//! People who use `contour` at a terminal.

use crate::{Error, program_named};
use contour_primitives::AccountId;
use serde_json::Value;
use std::{
	fs,
	path::{Path, PathBuf},
	process::{Command, Stdio},
	thread,
};

/// Somebody with a key file. All of a folder share its passphrase and its store.
#[derive(Clone)]
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
		let custodian = if custodian { &["--custodian"][..] } else { &[] };
		Self::made_by(folder, name, url, &[&["keys", "generate"], custodian].concat())
	}

	/// Makes the key file of an account that has a secret URI.
	pub fn with_account(folder: &Path, name: &str, url: &str, suri: &str) -> Self {
		Self::import(folder, name, url, suri).expect("the key file can be made")
	}

	/// Makes the key file by a command.
	pub fn made_by(folder: &Path, name: &str, url: &str, arguments: &[&str]) -> Self {
		Self::make(folder, name, url, arguments).expect("the key file can be made")
	}

	/// Makes the key file of an account that has a secret URI, or says why not.
	pub fn import(folder: &Path, name: &str, url: &str, suri: &str) -> Result<Self, Error> {
		fs::create_dir_all(folder)?;
		let file = folder.join(format!("{name}.suri"));
		fs::write(&file, suri)?;
		let file = file.display().to_string();
		Self::make(folder, name, url, &["keys", "import", "--secret-file", &file])
	}

	/// Makes the key file by a command, or says why not.
	pub fn make(folder: &Path, name: &str, url: &str, arguments: &[&str]) -> Result<Self, Error> {
		fs::create_dir_all(folder)?;
		let passphrase = folder.join("passphrase");
		fs::write(&passphrase, "correct horse battery staple\n")?;
		let mut person = Self {
			key: folder.join(name),
			passphrase,
			store: folder.join("store").display().to_string(),
			environment: Vec::new(),
			url: url.into(),
			account: AccountId::new([0; 32]),
		};
		let made = person.ask(arguments)?;
		person.account = serde_json::from_value(made["account"].clone())
			.map_err(|error| Error::Answer(error.to_string()))?;
		Ok(person)
	}

	/// The command, ready to be run.
	pub fn command(&self, arguments: &[&str]) -> Result<Command, Error> {
		let mut command = Command::new(program_named("contour")?);
		command
			.args(arguments)
			.envs(self.environment.iter().cloned())
			// The least that is allowed: each command opens the key file.
			.args(["--json", "--work-factor", "15", "--url", &self.url, "--store", &self.store])
			.arg("--key")
			.arg(&self.key)
			.arg("--passphrase-file")
			.arg(&self.passphrase)
			.stdin(Stdio::null());
		Ok(command)
	}

	/// What the command wrote to stdout, and whether it succeeded.
	pub fn run(&self, arguments: &[&str]) -> Result<(Value, bool), Error> {
		let output = self.command(arguments)?.output()?;
		let text = String::from_utf8_lossy(&output.stdout);
		let document = serde_json::from_str(&text).map_err(|error| Error::Process {
			what: format!("contour {} wrote no JSON: {error}: {text}", arguments.join(" ")),
			log: String::from_utf8_lossy(&output.stderr).into_owned(),
		})?;
		Ok((document, output.status.success()))
	}

	/// What the command wrote, or why it failed.
	pub fn ask(&self, arguments: &[&str]) -> Result<Value, Error> {
		match self.run(arguments)? {
			(document, true) => Ok(document),
			(document, false) => Err(Error::Contour {
				command: arguments.join(" "),
				message: document["error"].as_str().unwrap_or("it does not say why").into(),
			}),
		}
	}

	/// What the command wrote, which has to succeed.
	pub fn succeed(&self, arguments: &[&str]) -> Value {
		self.ask(arguments).unwrap_or_else(|error| panic!("{error}"))
	}

	/// What the error says, as it has to fail.
	pub fn fail(&self, arguments: &[&str]) -> String {
		match self.ask(arguments) {
			Err(Error::Contour { message, .. }) => message,
			other => panic!("{arguments:?}: {other:?}"),
		}
	}
}

/// Lets people do something at the same time, each by one command.
pub fn together<'a>(
	acts: impl IntoIterator<Item = (&'a Person, Vec<String>)>,
) -> Result<Vec<Value>, Error> {
	thread::scope(|scope| {
		let acts: Vec<_> = acts
			.into_iter()
			.map(|(who, command)| {
				scope.spawn(move || {
					let command: Vec<_> = command.iter().map(String::as_str).collect();
					who.ask(&command)
				})
			})
			.collect();
		let join = |act: thread::ScopedJoinHandle<'_, _>| act.join().expect("it asks and answers");
		acts.into_iter().map(join).collect()
	})
}
