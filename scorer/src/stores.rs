// SPDX-License-Identifier: Apache-2.0

//! Stores from which readings are fetched, and those from which they never are.
//!
//! Anybody can write a locator to the chain. So a folder of this machine is read only if the
//! scorer's settings allow it, and what is fetched has to have the hash that is on the chain.
//!
//! ```
//! use contour_primitives::{Hash, Sealed};
//! use contour_scorer::stores::{Absent, Stores};
//! use contour_store::Store;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let own = Store::open(&folder.path().to_string_lossy()).await?;
//! let name = own.put("a sealed reading".into()).await?;
//! let sealed = |store: &str| Sealed {
//!     root: Hash::from(*name.as_bytes()),
//!     locator: store.as_bytes().to_vec().try_into().expect("it is short"),
//! };
//! let stores = Stores::new(own.clone(), Vec::new());
//! let fetched = stores.fetch(&sealed(&own.to_string())).await;
//! assert_eq!(fetched, Ok("a sealed reading".into()));
//! assert!(matches!(stores.fetch(&sealed("/etc")).await, Err(Absent::Away(_))));
//! # Ok(())
//! # }
//! ```

use contour_primitives::Sealed;
use contour_scoring::Rejection;
use contour_store::{
	BackoffConfig, MANIFEST_LIMIT, ObjectName, RetryConfig, Store, StoreError, StoreOptions,
};
use std::{
	collections::HashMap,
	path::{Path, PathBuf},
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};

/// Stores that are kept open.
const MAX_OPEN: usize = 64;
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long failed requests are repeated; the node asks again in any case.
const RETRIES: Duration = Duration::from_secs(10);

/// Why there is nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Absent {
	/// It is not there, or not what it should be: asking again will not help.
	For(Rejection),
	/// The store cannot be reached now; the text says why.
	Away(String),
}

/// The stores that a scorer reads, and its own.
#[derive(Clone, Debug)]
pub struct Stores {
	own: Store,
	allowed: Arc<[String]>,
	open: Arc<Mutex<HashMap<String, Store>>>,
}

impl Stores {
	/// Reads from stores whose URLs begin with one of `allowed`; without any, from every cloud. The
	/// scorer's own store is always allowed.
	#[must_use]
	pub fn new(own: Store, allowed: Vec<String>) -> Self {
		let allowed = allowed.iter().map(|url| plain(url)).collect();
		Self { own, allowed, open: Arc::default() }
	}

	/// The scorer's own store.
	#[must_use]
	pub fn own(&self) -> &Store {
		&self.own
	}

	/// Fetches a sealed object.
	///
	/// # Errors
	/// [`Absent`].
	pub async fn fetch(&self, sealed: &Sealed) -> Result<bytes::Bytes, Absent> {
		let gone = || Absent::For(Rejection::Missing);
		let url = std::str::from_utf8(&sealed.locator).map_err(|_| gone())?;
		let store = self.store(url).await?;
		let name = ObjectName::from(sealed.root.0);
		store.get_within(&name, MANIFEST_LIMIT).await.map_err(|error| match error {
			StoreError::Missing { .. } if is_gone(store.to_string().as_str()) => {
				Absent::Away(format!("{store} is not there"))
			}
			StoreError::Missing { .. } | StoreError::Corrupt { .. } => gone(),
			StoreError::TooLarge { .. } => Absent::For(Rejection::TooLarge),
			error => Absent::Away(error.to_string()),
		})
	}

	async fn store(&self, url: &str) -> Result<Store, Absent> {
		let plain = plain(url);
		if plain == self::plain(&self.own.to_string()) {
			return Ok(self.own.clone());
		}
		if !self.is_allowed(&plain) {
			return Err(Absent::Away(format!("{url} is not one of the stores of --allow-store")));
		}
		// Opening a folder would make it.
		if is_gone(&plain) {
			return Err(Absent::Away(format!("{url} is not there")));
		}
		let known = self.open.lock().unwrap_or_else(PoisonError::into_inner).get(&plain).cloned();
		if let Some(store) = known {
			return Ok(store);
		}
		let retry = RetryConfig {
			backoff: BackoffConfig::default(),
			max_retries: 2,
			retry_timeout: RETRIES,
		};
		let options = StoreOptions { retry, timeout: TIMEOUT, ..StoreOptions::default() };
		let store = Store::open_with(url, options).await.map_err(|error| match error {
			StoreError::NotAStore(_) | StoreError::SecretInUrl => Absent::For(Rejection::Missing),
			error => Absent::Away(error.to_string()),
		})?;
		let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
		if open.len() >= MAX_OPEN {
			open.clear();
		}
		open.insert(plain, store.clone());
		Ok(store)
	}

	fn is_allowed(&self, url: &str) -> bool {
		if self.allowed.is_empty() {
			return folder(url).is_none();
		}
		self.allowed.iter().any(|allowed| match (folder(url), folder(allowed)) {
			(Some(path), Some(allowed)) => path.starts_with(allowed),
			(None, None) => {
				let rest = url.strip_prefix(allowed.as_str());
				rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
			}
			_ => false,
		})
	}
}

/// A URL in one form: folders as absolute paths without links, no slash at the end.
fn plain(url: &str) -> String {
	let url = url.trim_end_matches('/');
	match folder(url) {
		Some(path) => {
			let path = path.canonicalize().or_else(|_| std::path::absolute(&path)).unwrap_or(path);
			// Links and `..` in what does not exist are not to be believed.
			let climbs = path.components().any(|it| it == std::path::Component::ParentDir);
			if climbs { "file:///\0".into() } else { format!("file://{}", path.display()) }
		}
		None => url.to_owned(),
	}
}

fn folder(url: &str) -> Option<PathBuf> {
	match url.strip_prefix("file://") {
		Some(path) => Some(path.into()),
		None => (!url.contains("://")).then(|| url.into()),
	}
}

fn is_gone(url: &str) -> bool {
	folder(url).is_some_and(|path| !Path::is_dir(&path))
}

#[cfg(test)]
mod tests {
	use super::*;

	async fn stores(allowed: &[&str]) -> (tempfile::TempDir, Stores) {
		let folder = tempfile::tempdir().expect("a temporary folder");
		let own = Store::open(folder.path().to_str().expect("text")).await.expect("a store");
		(folder, Stores::new(own, allowed.iter().map(|it| (*it).to_owned()).collect()))
	}

	#[tokio::test]
	async fn should_allow_clouds_only_when_nothing_is_said() {
		let (_folder, stores) = stores(&[]).await;
		assert!(stores.is_allowed("s3://north/contour"));
		assert!(!stores.is_allowed(&plain("file:///srv")));
		assert!(!stores.is_allowed(&plain("/srv")));
	}

	#[tokio::test]
	async fn should_allow_what_is_below_when_stores_are_named() {
		let (_folder, stores) = stores(&["/srv/stores", "s3://north/contour/"]).await;
		for allowed in ["/srv/stores", "file:///srv/stores/a", "s3://north/contour/b"] {
			assert!(stores.is_allowed(&plain(allowed)), "{allowed}");
		}
		for refused in [
			"/srv/stores2",
			"/srv/stores/../../etc",
			"file:///etc",
			"s3://north/contour2",
			"s3://south",
			"../etc",
		] {
			assert!(!stores.is_allowed(&plain(refused)), "{refused}");
		}
	}

	#[tokio::test]
	async fn should_make_no_folder_when_a_locator_names_one_that_is_not_there() {
		let (folder, stores) = stores(&["/tmp"]).await;
		let gone = folder.path().join("gone");
		let locator = gone.to_str().expect("text").as_bytes().to_vec();
		let sealed =
			Sealed { root: Default::default(), locator: locator.try_into().expect("it is short") };
		let fetched = stores.fetch(&sealed).await;
		assert!(matches!(fetched, Err(Absent::Away(_))), "{fetched:?}");
		assert!(!gone.exists());
	}
}
