// SPDX-License-Identifier: Apache-2.0

//! A `contour-scorer` process.

use crate::{Error, Person, program_named};
use std::{
	fs::File,
	path::Path,
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long a scorer may take to listen.
const START: Duration = Duration::from_secs(30);

/// A running scorer. It ends when the value is dropped, and what it remembers with it.
pub struct Scorer {
	process: Child,
	folder: TempDir,
	url: String,
}

impl Scorer {
	/// Starts the scorer of somebody with a key file, which may read what is below a folder.
	pub async fn start(person: &Person, readable: &Path) -> Result<Self, Error> {
		let folder = tempfile::Builder::new().prefix("contour-").tempdir()?;
		let log = File::create(folder.path().join("log"))?;
		let process = Command::new(program_named("contour-scorer")?)
			.args(["--listen", "127.0.0.1:0", "--store", &person.store])
			.arg("--allow-store")
			.arg(readable)
			.arg("--key-file")
			.arg(&person.key)
			.arg("--passphrase-file")
			.arg(&person.passphrase)
			.arg("--cache")
			.arg(folder.path().join("cache"))
			.stdin(Stdio::null())
			.stdout(Stdio::null())
			.stderr(log)
			.spawn()?;
		let mut scorer = Self { process, folder, url: String::new() };
		scorer.url = scorer.await_url().await?;
		Ok(scorer)
	}

	/// Where the node finds it.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// What it wrote into its log.
	pub fn log(&self) -> String {
		std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
	}

	/// It writes the address it was given into its log.
	async fn await_url(&mut self) -> Result<String, Error> {
		let begun = Instant::now();
		while begun.elapsed() < START {
			if let Some(status) = self.process.try_wait()? {
				return Err(Error::Process {
					what: format!("the scorer ended with {status}"),
					log: self.log(),
				});
			}
			let log = self.log();
			let address = log.split("address=").nth(1);
			if let Some(address) = address.and_then(|rest| rest.split_whitespace().next()) {
				return Ok(format!("http://{address}"));
			}
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
		Err(Error::Process { what: "the scorer does not listen".into(), log: self.log() })
	}
}

impl Drop for Scorer {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}
