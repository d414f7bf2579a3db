// SPDX-License-Identifier: Apache-2.0

//! The settings with which a scorer starts.
//!
//! ```
//! use contour_primitives::AccountId;
//! use contour_scorer::{
//!     config::{Config, Limits, StartError},
//!     serve,
//! };
//! use contour_seal::keyfile::{KeyFile, Kind};
//! use std::future::ready;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config {
//!     listen: "0.0.0.0:9970".parse()?,
//!     account: AccountId::new([7; 32]),
//!     keys: KeyFile::generate(Kind::Institution)?,
//!     store: "s3://north/scorer".into(),
//!     public_store: None,
//!     allow_store: vec!["s3://north/readings".into()],
//!     token: None,
//!     cache: "/var/cache/contour-scorer".into(),
//!     limits: Limits { jobs: 4, ..Limits::default() },
//! };
//! // Other machines could ask it without a token.
//! let started = serve(config, ready(())).await;
//! assert!(matches!(started, Err(StartError::Token(_))));
//! # Ok(())
//! # }
//! ```

use contour_primitives::{AccountId, MAX_LOCATOR_BYTES};
use contour_seal::keyfile::{KeyFile, SecretString};
use contour_store::StoreError;
use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

/// Why a scorer did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
	/// Anybody could ask it.
	#[error(
		"{0} can be reached from other machines: pass --token-file with a token that the node has, \
		 too, or listen on 127.0.0.1"
	)]
	Token(SocketAddr),
	/// A token that can be guessed.
	#[error("the token has fewer than 16 characters: make one with `openssl rand -hex 32`")]
	ShortToken,
	/// The address is taken, or is not one of this machine.
	#[error("cannot listen on {address}: {source}; choose another port with --listen")]
	Listen {
		/// Where.
		address: SocketAddr,
		/// The system's error.
		source: io::Error,
	},
	/// The cache cannot be used.
	#[error(
		"cannot use {path}: {source}; check the folder of --cache and its permissions",
		path = path.display()
	)]
	Cache {
		/// The folder.
		path: PathBuf,
		/// The system's error.
		source: io::Error,
	},
	/// The scorer's own store does not open.
	#[error("cannot open the store for panels and consensuses: {0}")]
	Store(#[from] StoreError),
	/// The chain does not accept such a long locator.
	#[error(
		"the store's URL has {0} characters, but a locator has at most {MAX_LOCATOR_BYTES}: use a \
		 shorter one, or pass a shorter one with --public-store"
	)]
	LongStore(usize),
	/// No limit can be zero.
	#[error("--{0} must be at least 1")]
	Limit(&'static str),
}

/// How much work a scorer accepts.
#[derive(Clone, Debug)]
pub struct Limits {
	/// Number of requests in work at the same time.
	pub jobs: u32,
	/// Number of requests that may wait for that.
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

/// The settings with which a scorer starts. `Debug` shows no secret.
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
	/// The URL under which others reach that store, if it is a different one.
	pub public_store: Option<String>,
	/// Stores in which readings may be; empty for every cloud and the scorer's own store.
	pub allow_store: Vec<String>,
	/// The token that the node has to show.
	pub token: Option<SecretString>,
	/// Where answers are kept.
	pub cache: PathBuf,
	/// How much work it accepts.
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
