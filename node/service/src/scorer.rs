// SPDX-License-Identifier: Apache-2.0

//! Where the off-chain worker finds the scorer beside this node.
//!
//! The worker runs in the runtime and reads this from the node's local off-chain storage, where the
//! RPC `offchain_localStorageSet` can set it, too. What the flags say is written there when the node
//! starts; without a flag what was said before holds.

use clap::Args;
use codec::Decode;
use contour_primitives::scorer::{SCORER_TOKEN, SCORER_URL, WORKER_STATUS, WorkerStatus};
use sc_service::Error;
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use std::{fs, path::PathBuf, time::Duration};
use substrate_prometheus_endpoint::{Gauge, PrometheusError, Registry, U64, register};

/// The scorer beside this node.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ScorerParams {
	/// URL of the scorer beside this node, such as `http://127.0.0.1:9970`
	///
	/// The node asks it to score annotation tasks, and signs what it says with the institution's
	/// scorer key (type `scor`) in its keystore. It is remembered; an empty one makes the node
	/// forget it.
	#[arg(long, value_name = "URL")]
	scorer_url: Option<String>,

	/// File with the token that the scorer demands
	#[arg(long, value_name = "FILE", requires = "scorer_url")]
	scorer_token_file: Option<PathBuf>,
}

impl ScorerParams {
	/// Writes what was said where the worker reads it.
	pub(crate) fn store(&self, storage: &mut impl OffchainStorage) -> Result<(), Error> {
		let Some(url) = &self.scorer_url else {
			return Ok(());
		};
		if !(url.is_empty() || url.starts_with("http://") || url.starts_with("https://")) {
			let advice = "begins with http:// or https://, such as http://127.0.0.1:9970";
			return Err(Error::Other(format!("--scorer-url {url}: the URL of a scorer {advice}")));
		}
		let token = match &self.scorer_token_file {
			Some(file) => fs::read_to_string(file).map_err(|error| {
				Error::Other(format!(
					"--scorer-token-file {}: {error}; it is the file that contour-scorer was \
					 started with",
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

/// Seconds between two looks at what the worker has kept.
const LOOK: Duration = Duration::from_secs(10);

/// How the worker gets on with the scorer, for Prometheus.
struct Metrics {
	asked: Gauge<U64>,
	failed: Gauge<U64>,
	waiting: Gauge<U64>,
}

impl Metrics {
	fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let gauge = |name, help| register(Gauge::new(name, help)?, registry);
		Ok(Self {
			asked: gauge("contour_scorer_requests", "How often this node asked its scorer")?,
			failed: gauge(
				"contour_scorer_failures",
				"How often nothing came of it: there is none, or it does not answer as it should",
			)?,
			waiting: gauge(
				"contour_scorer_tasks_waiting",
				"Annotation tasks that waited for scorers when this node looked last",
			)?,
		})
	}

	fn show(&self, status: &WorkerStatus) {
		self.asked.set(status.asked);
		self.failed.set(status.failed);
		self.waiting.set(status.waiting.into());
	}
}

/// Shows to Prometheus, again and again, what the worker keeps in the local storage.
pub(crate) async fn report(registry: Registry, storage: impl OffchainStorage) {
	let metrics = match Metrics::register(&registry) {
		Ok(metrics) => metrics,
		Err(error) => {
			tracing::warn!("the scorer's metrics are not exported: {error}");
			return;
		}
	};
	loop {
		let status = storage.get(STORAGE_PREFIX, WORKER_STATUS);
		let status = status.and_then(|status| WorkerStatus::decode(&mut &status[..]).ok());
		metrics.show(&status.unwrap_or_default());
		tokio::time::sleep(LOOK).await;
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::offchain::storage::InMemOffchainStorage;

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
