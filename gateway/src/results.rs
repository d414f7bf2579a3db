// SPDX-License-Identifier: Apache-2.0

//! Results of analyses: sealed to their author, and opened again.
//!
//! ```no_run
//! use contour_chain::Chain;
//! use contour_gateway::results::{self, Fetched, ResultsError};
//! use contour_primitives::{AccountId, StudyId};
//! use contour_seal::keyfile::KeyFile;
//!
//! async fn fetch(
//!     (chain, study, index): (&Chain, StudyId, u32),
//!     (account, keys): (&AccountId, &KeyFile),
//! ) -> Result<Vec<u8>, ResultsError> {
//!     let result = results::find(&chain.at().await?, study, index).await?;
//!     match results::fetch(chain.genesis(), study, &result).await? {
//!         Fetched::Plain(content) => Ok(content),
//!         Fetched::Sealed(sealed) => sealed.open(account, keys),
//!     }
//! }
//! ```

use super::recipients::{self, RecipientsError};
use bytes::Bytes;
use contour_chain::{At, ChainError, ResultRecord};
use contour_primitives::{AccountId, Hash, StudyId};
use contour_seal::{
	keyfile::KeyFile,
	object::{self, Context, Kind, ObjectError},
};
use contour_store::{MANIFEST_LIMIT, ObjectName, Store, StoreError};

/// What goes wrong with the result of an analysis.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
	/// The chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The store.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The author's own key.
	#[error(transparent)]
	Recipients(#[from] RecipientsError),
	/// It was not sealed or opened.
	#[error(transparent)]
	Object(#[from] ObjectError),
	/// Nothing is recorded under this number.
	#[error("there is no result {0}; `contour result list` shows them")]
	NoResult(u32),
}

/// What was fetched, as it is recorded on the chain.
pub enum Fetched {
	/// It was stored as it is.
	Plain(Vec<u8>),
	/// It was stored sealed.
	Sealed(SealedResult),
}

/// A result that only its author opens.
pub struct SealedResult {
	object: Bytes,
	context: Context,
}

/// Seals a result to its author, on the chain with this genesis hash.
///
/// # Errors
///
/// [`RecipientsError::NoEncryptionKey`], and those of the chain and of [`object::seal`].
pub async fn seal(
	at: &At,
	genesis: [u8; 32],
	study: StudyId,
	author: AccountId,
	content: &[u8],
) -> Result<Vec<u8>, ResultsError> {
	let own = recipients::own(at, author.clone()).await?;
	Ok(object::seal(&context(genesis, study, author), &[own], content)?)
}

/// The result with a number.
///
/// # Errors
///
/// [`ResultsError::NoResult`], and those of the chain.
pub async fn find(at: &At, study: StudyId, index: u32) -> Result<ResultRecord, ResultsError> {
	let results = at.results(study).await?;
	let result = results.into_iter().find(|it| it.index == index);
	result.ok_or(ResultsError::NoResult(index))
}

/// Fetches a result from the store in which its author has put it, and compares it with the hash on
/// the chain.
///
/// # Errors
///
/// Those of the store.
pub async fn fetch(
	genesis: [u8; 32],
	study: StudyId,
	result: &ResultRecord,
) -> Result<Fetched, ResultsError> {
	let store = Store::open(&result.object.locator).await?;
	let name = ObjectName::from(result.object.root.0);
	let object = store.get_within(&name, MANIFEST_LIMIT).await?;
	Ok(match object::header(&object) {
		Ok(_) => {
			let context = context(genesis, study, result.author.clone());
			Fetched::Sealed(SealedResult { object, context })
		}
		Err(_) => Fetched::Plain(object.to_vec()),
	})
}

impl SealedResult {
	/// Opens it, as its author.
	///
	/// # Errors
	///
	/// Those of [`object::open`].
	pub fn open(&self, account: &AccountId, keys: &KeyFile) -> Result<Vec<u8>, ResultsError> {
		Ok(object::open(&self.object, &self.context, account, keys)?.to_vec())
	}
}

fn context(genesis: [u8; 32], study: StudyId, author: AccountId) -> Context {
	Context { genesis: Hash::from(genesis), kind: Kind::Result, task: None, study, author }
}
