// SPDX-License-Identifier: Apache-2.0

//! What a scorer is told when it starts.

use contour_primitives::{AccountId, MAX_LOCATOR_BYTES};
use contour_seal::keyfile::{KeyFile, SecretString};
use contour_store::StoreError;
use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

/// Why a scorer did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
	/// Anybody could ask.
	#[error(
		"{0} is not this machine alone: give --token-file, whose first line the node has as well, or \
		 listen on 127.0.0.1"
	)]
	Token(SocketAddr),
	/// A token that can be guessed.
	#[error("the token has fewer than 16 characters: make one with `openssl rand -hex 32`")]
	ShortToken,
	/// The address is taken, or not this machine's.
	#[error("cannot listen on {address}: {source}; choose another port with --listen")]
	Listen {
		/// Where.
		address: SocketAddr,
		/// What the system said.
		source: io::Error,
	},
	/// The cache cannot be used.
	#[error("{path}: {source}; check the folder of --cache and its permissions", path = path.display())]
	Cache {
		/// The folder.
		path: PathBuf,
		/// What the system said.
		source: io::Error,
	},
	/// The own store does not open.
	#[error("the store for panels and consensuses: {0}")]
	Store(#[from] StoreError),
	/// The chain takes no locator of this length.
	#[error(
		"the store's URL has {0} characters, a locator has at most {MAX_LOCATOR_BYTES}: use a shorter \
		 one, or --public-store"
	)]
	LongStore(usize),
	/// No limit can be nothing.
	#[error("--{0} must be at least 1")]
	Limit(&'static str),
}

/// How much a scorer takes upon itself.
#[derive(Clone, Debug)]
pub struct Limits {
	/// Requests that are worked on at the same time.
	pub jobs: u32,
	/// Requests that may wait for that.
	pub queue: u32,
	/// MiB of memory that all of them may take.
	pub memory: u32,
	/// How long one may take.
	pub timeout: Duration,
}

impl Default for Limits {
	fn default() -> Self {
		Self { jobs: 2, queue: 64, memory: 4096, timeout: Duration::from_secs(600) }
	}
}

/// What a scorer is told when it starts. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
	/// Where it listens.
	pub listen: SocketAddr,
	/// Its account, to which briefs and readings are sealed.
	pub account: AccountId,
	/// Its keys.
	pub keys: KeyFile,
	/// Where it stores panels' copies and consensuses.
	pub store: String,
	/// The URL under which others reach that store, if it is another.
	pub public_store: Option<String>,
	/// Where readings may be; nothing for every cloud and the own store.
	pub allow_store: Vec<String>,
	/// What the node has to show.
	pub token: Option<SecretString>,
	/// Where answers are kept.
	pub cache: PathBuf,
	/// How much it takes upon itself.
	pub limits: Limits,
}

impl Config {
	pub(crate) fn check(&self) -> Result<(), StartError> {
		use contour_seal::keyfile::ExposeSecret as _;
		match &self.token {
			None if !self.listen.ip().is_loopback() => return Err(StartError::Token(self.listen)),
			Some(token) if token.expose_secret().len() < 16 => return Err(StartError::ShortToken),
			_ => {}
		}
		let Limits { jobs, queue, memory, timeout } = &self.limits;
		for (limit, name) in [
			(u64::from(*jobs), "jobs"),
			((*queue).into(), "queue"),
			((*memory).into(), "max-memory"),
			(timeout.as_secs(), "timeout"),
		] {
			if limit == 0 {
				return Err(StartError::Limit(name));
			}
		}
		Ok(())
	}
}
