// SPDX-License-Identifier: Apache-2.0

//! Where the off-chain worker finds the scorer, and what Prometheus reads of it.

use codec::Encode as _;
use contour_primitives::scorer::{SCORER_TOKEN, SCORER_URL, WORKER_STATUS, WorkerStatus};
use contour_service::tested::{ScorerParams, register_scorer_metrics};
use sp_core::offchain::{OffchainStorage as _, STORAGE_PREFIX, storage::InMemOffchainStorage};
use std::fs;
use substrate_prometheus_endpoint::{Registry, prometheus::TextEncoder};

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
		register_scorer_metrics(&registry, storage).expect("the names are valid and differ");
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
