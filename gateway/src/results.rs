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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::sample::{keys, recipient};
	use contour_chain::ObjectRecord;
	use contour_primitives::{InstitutionId, annotation::ResultKind};

	const GENESIS: [u8; 32] = [9; 32];

	fn author() -> AccountId {
		AccountId::new([1; 32])
	}

	fn recorded(store: &Store, name: &ObjectName) -> ResultRecord {
		ResultRecord {
			index: 0,
			author: author(),
			institution: InstitutionId(1),
			kind: ResultKind::Segmentation,
			object: ObjectRecord { root: Hash::from(*name.as_bytes()), locator: store.to_string() },
			model: Hash::zero(),
			leases: Vec::new(),
			at: 0,
		}
	}

	async fn store(folder: &tempfile::TempDir) -> Store {
		Store::open(&folder.path().to_string_lossy()).await.expect("the folder is writable")
	}

	#[tokio::test]
	async fn should_give_the_bytes_when_a_result_is_not_sealed() {
		let folder = tempfile::tempdir().expect("there is room");
		let store = store(&folder).await;
		let name = store.put("a table".into()).await.expect("there is room");
		let fetched = fetch(GENESIS, StudyId::default(), &recorded(&store, &name)).await;
		let Ok(Fetched::Plain(content)) = fetched else { panic!("it is not sealed") };
		assert_eq!(content, b"a table");
		let missing = recorded(&store, &ObjectName::of(b"nothing"));
		let fetched = fetch(GENESIS, StudyId::default(), &missing).await;
		assert!(matches!(fetched, Err(ResultsError::Store(StoreError::Missing { .. }))));
	}

	#[tokio::test]
	async fn should_open_for_its_author_alone_when_a_result_is_sealed() {
		let folder = tempfile::tempdir().expect("there is room");
		let store = store(&folder).await;
		let (study, own) = (StudyId::default(), keys());
		let context = context(GENESIS, study, author());
		let sealed = object::seal(&context, &[recipient(&author(), &own)], b"a table");
		let name = store.put(sealed.expect("it is small").into()).await.expect("there is room");
		let record = recorded(&store, &name);
		let Ok(Fetched::Sealed(sealed)) = fetch(GENESIS, study, &record).await else {
			panic!("it is sealed");
		};
		assert_eq!(sealed.open(&author(), &own).expect("it is the author's"), b"a table");
		assert!(sealed.open(&author(), &keys()).is_err());
		let other = StudyId(Hash::repeat_byte(1));
		let Ok(Fetched::Sealed(sealed)) = fetch(GENESIS, other, &record).await else {
			panic!("it is sealed");
		};
		assert!(sealed.open(&author(), &own).is_err(), "it is bound to its study");
	}
}
