// SPDX-License-Identifier: Apache-2.0

//! Where the off-chain worker finds the scorer beside this node.
//!
//! The worker runs in the runtime and reads this from the node's local off-chain storage, where the
//! RPC `offchain_localStorageSet` can set it, too. When the node starts, it writes the values of
//! the flags there; without a flag, the previous values stay.

use clap::Args;
use codec::Decode;
use contour_primitives::scorer::{SCORER_TOKEN, SCORER_URL, WORKER_STATUS, WorkerStatus};
use sc_service::Error;
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use std::{fs, path::PathBuf};
use substrate_prometheus_endpoint::{
	MetricSource, Opts, PrometheusError, Registry, SourcedCounter, register,
};

/// The scorer beside this node.
#[derive(Args, Clone, Debug, Default)]
pub struct ScorerParams {
	/// URL of the scorer beside this node, such as `http://127.0.0.1:9970`
	///
	/// The node asks the scorer to score annotation tasks, and signs its reports with the
	/// institution's scorer key (type `scor`) in the node's keystore. The node remembers the URL;
	/// pass an empty one to remove it.
	#[arg(long, value_name = "URL")]
	pub scorer_url: Option<String>,

	/// File with the token that the scorer demands
	#[arg(long, value_name = "FILE", requires = "scorer_url")]
	pub scorer_token_file: Option<PathBuf>,
}

impl ScorerParams {
	/// Writes the flags where the worker reads them.
	///
	/// # Errors
	///
	/// The URL is none, or the file with the token cannot be read.
	pub fn store(&self, storage: &mut impl OffchainStorage) -> Result<(), Error> {
		let Some(url) = &self.scorer_url else {
			return Ok(());
		};
		if !(url.is_empty() || url.starts_with("http://") || url.starts_with("https://")) {
			let advice = "begins with http:// or https://, such as http://127.0.0.1:9970";
			return Err(Error::Other(format!(
				"--scorer-url {url} is not the URL of a scorer: pass one that {advice}"
			)));
		}
		let token = match &self.scorer_token_file {
			Some(file) => fs::read_to_string(file).map_err(|error| {
				Error::Other(format!(
					"cannot read --scorer-token-file {}: {error}; pass the token file with which \
					 contour-scorer was started",
					file.display()
				))
			})?,
			None => String::new(),
		};
		storage.set(STORAGE_PREFIX, SCORER_URL, url.as_bytes());
		storage.set(STORAGE_PREFIX, SCORER_TOKEN, token.trim().as_bytes());
		Ok(())
	}
}

/// What the worker keeps in the local storage, looked up at each scrape.
#[derive(Clone)]
struct Kept<Storage> {
	storage: Storage,
	pick: fn(&WorkerStatus) -> u64,
}

impl<Storage: OffchainStorage> MetricSource for Kept<Storage> {
	type N = u64;

	fn collect(&self, mut set: impl FnMut(&[&str], u64)) {
		let status = self.storage.get(STORAGE_PREFIX, WORKER_STATUS);
		let status = status.and_then(|status| WorkerStatus::decode(&mut &status[..]).ok());
		set(&[], (self.pick)(&status.unwrap_or_default()));
	}
}

/// Shows Prometheus how the worker gets on with the scorer.
///
/// # Errors
///
/// The registry has metrics of these names.
pub fn register_metrics(
	registry: &Registry,
	storage: impl OffchainStorage + 'static,
) -> Result<(), PrometheusError> {
	let counter = |name, help, pick| {
		let kept = Kept { storage: storage.clone(), pick };
		register(SourcedCounter::new(&Opts::new(name, help), kept)?, registry).map(|_| ())
	};
	counter("contour_scorer_requests_total", "How often this node asked its scorer", |status| {
		status.asked
	})?;
	counter(
		"contour_scorer_failures_total",
		"How often that failed: there is no scorer, or it did not answer as it should",
		|status| status.failed,
	)
}
