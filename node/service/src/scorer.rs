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
pub(crate) struct ScorerParams {
	/// URL of the scorer beside this node, such as `http://127.0.0.1:9970`
	///
	/// The node asks the scorer to score annotation tasks, and signs its reports with the
	/// institution's scorer key (type `scor`) in the node's keystore. The node remembers the URL;
	/// pass an empty one to remove it.
	#[arg(long, value_name = "URL")]
	scorer_url: Option<String>,

	/// File with the token that the scorer demands
	#[arg(long, value_name = "FILE", requires = "scorer_url")]
	scorer_token_file: Option<PathBuf>,
}

impl ScorerParams {
	/// Writes the flags where the worker reads them.
	pub(crate) fn store(&self, storage: &mut impl OffchainStorage) -> Result<(), Error> {
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
pub(crate) fn register_metrics(
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

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode as _;
	use sp_core::offchain::storage::InMemOffchainStorage;
	use substrate_prometheus_endpoint::prometheus::TextEncoder;

	fn stored(storage: &InMemOffchainStorage) -> [Option<Vec<u8>>; 2] {
		[SCORER_URL, SCORER_TOKEN].map(|key| storage.get(STORAGE_PREFIX, key))
	}

	#[test]
	fn should_remember_the_scorer_when_it_is_named() {
		let folder = tempfile::tempdir().expect("there is space");
		let file = folder.path().join("token");
		fs::write(&file, "secret\n").expect("there is space");
		let url = Some("http://127.0.0.1:9970".to_string());
		let mut storage = InMemOffchainStorage::default();
		ScorerParams { scorer_url: url, scorer_token_file: Some(file) }
			.store(&mut storage)
			.expect("both are in order");
		let both = [Some(b"http://127.0.0.1:9970".to_vec()), Some(b"secret".to_vec())];
		assert_eq!(stored(&storage), both);

		ScorerParams::default().store(&mut storage).expect("nothing was said");
		assert_eq!(stored(&storage), both);

		let forget = ScorerParams { scorer_url: Some(String::new()), scorer_token_file: None };
		forget.store(&mut storage).expect("an empty one is in order");
		assert_eq!(stored(&storage), [Some(vec![]), Some(vec![])]);
	}

	#[test]
	fn should_show_what_the_worker_has_kept_when_it_is_scraped() {
		let scraped = |storage: InMemOffchainStorage| {
			let registry = Registry::new();
			register_metrics(&registry, storage).expect("the names are valid and differ");
			TextEncoder::new().encode_to_string(&registry.gather()).expect("it is text")
		};
		let mut storage = InMemOffchainStorage::default();
		let none = scraped(storage.clone());
		assert!(none.contains("contour_scorer_requests_total 0\n"), "{none}");

		let kept = WorkerStatus { asked: 7, failed: 3 };
		storage.set(STORAGE_PREFIX, WORKER_STATUS, &kept.encode());
		let some = scraped(storage);
		for line in [
			"# TYPE contour_scorer_requests_total counter\n",
			"contour_scorer_requests_total 7\n",
			"contour_scorer_failures_total 3\n",
		] {
			assert!(some.contains(line), "{line:?} is not in {some}");
		}
	}

	#[test]
	fn should_refuse_what_is_no_scorer_when_it_is_named() {
		let mut storage = InMemOffchainStorage::default();
		let url = |url: &str| Some(url.to_string());
		for params in [
			ScorerParams { scorer_url: url("127.0.0.1:9970"), scorer_token_file: None },
			ScorerParams {
				scorer_url: url("http://127.0.0.1:9970"),
				scorer_token_file: Some("/nowhere/token".into()),
			},
		] {
			let error = params.store(&mut storage).expect_err("it is refused").to_string();
			assert!(error.contains("--scorer-"), "{error}");
			assert_eq!(stored(&storage), [None, None]);
		}
	}
}
