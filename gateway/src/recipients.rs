// SPDX-License-Identifier: Apache-2.0

//! What is sealed for others and kept beside the chain: to whom it is sealed, what it is bound to, and
//! where it is found.
//!
//! ```no_run
//! use contour_chain::Chain;
//! use contour_gateway::recipients::{self, RecipientsError};
//! use contour_primitives::TaskId;
//!
//! async fn scorers(chain: &Chain, task: TaskId) -> Result<usize, RecipientsError> {
//!     let at = chain.at().await?;
//!     let details = at.task(task).await?;
//!     Ok(recipients::scorers_of(&at, &details.task.scorers).await?.len())
//! }
//! ```

use bytes::Bytes;
use contour_annotation::Binding;
use contour_chain::{At, ChainError, TaskDetails};
use contour_primitives::{AccountId, Hash, InstitutionId, MAX_LOCATOR_BYTES, Sealed};
use contour_seal::object::Recipient;
use contour_store::{Store, StoreError};

/// Why nothing can be handed to others.
#[derive(Debug, thiserror::Error)]
pub enum RecipientsError {
	/// The chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The store.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// Nobody could open it.
	#[error(
		"no scorer has an encryption key; `contour task scorer list` shows the scorers, whom \
		 administrators appoint"
	)]
	NoScorer,
	/// One could not open it oneself.
	#[error("your account has no encryption key; register it with `contour keys register`")]
	NoEncryptionKey,
	/// The chain does not accept such a long locator.
	#[error(
		"the URL of the store has {length} characters, but the chain allows {most}: pass a shorter \
		 URL of the store with --share",
		most = MAX_LOCATOR_BYTES
	)]
	LongStore {
		/// Characters of the URL.
		length: usize,
	},
}

/// All scorers that have an encryption key.
///
/// # Errors
///
/// [`RecipientsError::NoScorer`] when none has, and those of the chain.
pub async fn scorers(at: &At) -> Result<Vec<Recipient>, RecipientsError> {
	let scorers = at.scorers().await?.into_iter();
	with_keys(at, scorers.map(|it| it.account).collect()).await
}

/// The scorers of these institutions that have an encryption key.
///
/// # Errors
///
/// [`RecipientsError::NoScorer`] when none has, and those of the chain.
pub async fn scorers_of(
	at: &At,
	institutions: &[InstitutionId],
) -> Result<Vec<Recipient>, RecipientsError> {
	let scorers = at.scorers().await?.into_iter();
	let scorers = scorers.filter(|it| institutions.contains(&it.institution));
	with_keys(at, scorers.map(|it| it.account).collect()).await
}

/// Somebody who seals to their own registered key.
///
/// # Errors
///
/// [`RecipientsError::NoEncryptionKey`], and those of the chain.
pub async fn own(at: &At, account: AccountId) -> Result<Recipient, RecipientsError> {
	let key = at.encryption_key(&account).await?;
	let (suite, key) = key.ok_or(RecipientsError::NoEncryptionKey)?;
	Ok(Recipient { account, suite, key })
}

/// What everything that is sealed for a task is bound to, on the chain with this genesis hash.
pub fn binding(genesis: [u8; 32], details: &TaskDetails) -> Binding {
	let (task, study) = (details.task.task, details.task.study);
	Binding { genesis: Hash::from(genesis), task, study }
}

/// Stores a sealed object, and returns where others find it: in this store, whose URL is `shared` for
/// them if it is another one.
///
/// # Errors
///
/// [`RecipientsError::LongStore`], before anything is stored, and those of the store.
pub async fn keep(
	store: &Store,
	shared: Option<String>,
	object: Vec<u8>,
) -> Result<Sealed, RecipientsError> {
	let locator = shared.unwrap_or_else(|| store.to_string());
	let length = locator.len();
	let locator =
		locator.into_bytes().try_into().map_err(|_| RecipientsError::LongStore { length })?;
	let name = store.put(Bytes::from(object)).await?;
	Ok(Sealed { root: Hash::from(*name.as_bytes()), locator })
}

/// Those that have an encryption key; at least one has to.
async fn with_keys(at: &At, accounts: Vec<AccountId>) -> Result<Vec<Recipient>, RecipientsError> {
	let mut recipients = Vec::with_capacity(accounts.len());
	for account in accounts {
		match at.encryption_key(&account).await? {
			Some((suite, key)) => recipients.push(Recipient { account, suite, key }),
			None => tracing::warn!(%account, "this scorer has no encryption key and is left out"),
		}
	}
	if recipients.is_empty() { Err(RecipientsError::NoScorer) } else { Ok(recipients) }
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn should_store_nothing_when_the_locator_is_too_long_for_the_chain() {
		let folder = tempfile::tempdir().expect("there is room");
		let url = folder.path().to_string_lossy().into_owned();
		let store = Store::open(&url).await.expect("the folder is writable");
		let most = MAX_LOCATOR_BYTES as usize;
		let long = keep(&store, Some("x".repeat(most + 1)), b"sealed".to_vec()).await;
		assert!(matches!(long, Err(RecipientsError::LongStore { length }) if length == most + 1));
		assert_eq!(store.usage().await.expect("it can be read").objects, 0);
		let kept = keep(&store, Some("x".repeat(most)), b"sealed".to_vec()).await;
		let kept = kept.expect("it fits");
		assert_eq!(kept.locator.len(), most);
		assert!(store.exists(&kept.root.0.into()).await.expect("it can be read"));
	}
}
