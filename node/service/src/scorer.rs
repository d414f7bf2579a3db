// SPDX-License-Identifier: Apache-2.0

//! Where the off-chain worker finds the scorer beside this node.
//!
//! The worker runs in the runtime and reads this from the node's local off-chain storage, where the
//! RPC `offchain_localStorageSet` can set it, too. What the flags say is written there when the node
//! starts; without a flag what was said before holds.

use clap::Args;
use contour_primitives::scorer::{SCORER_TOKEN, SCORER_URL};
use sc_service::Error;
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use std::{fs, path::PathBuf};

/// The scorer beside this node.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ScorerParams {
	/// URL of the scorer beside this node, such as `http://127.0.0.1:9700`
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
			let advice = "begins with http:// or https://, such as http://127.0.0.1:9700";
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
		let url = Some("http://127.0.0.1:9700".to_string());
		let mut storage = InMemOffchainStorage::default();
		ScorerParams { scorer_url: url, scorer_token_file: Some(file) }
			.store(&mut storage)
			.expect("both are in order");
		let both = [Some(b"http://127.0.0.1:9700".to_vec()), Some(b"secret".to_vec())];
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
			ScorerParams { scorer_url: url("127.0.0.1:9700"), scorer_token_file: None },
			ScorerParams {
				scorer_url: url("http://127.0.0.1:9700"),
				scorer_token_file: Some("/nowhere/token".into()),
			},
		] {
			let error = params.store(&mut storage).expect_err("it is refused").to_string();
			assert!(error.contains("--scorer-"), "{error}");
			assert_eq!(stored(&storage), [None, None]);
		}
	}
}
