// SPDX-License-Identifier: Apache-2.0

//! The consensus of a validated task, looked for in the stores of scorers.
//!
//! ```no_run
//! use contour_chain::Chain;
//! use contour_gateway::validated::Search;
//! use contour_primitives::{AccountId, TaskId};
//! use contour_seal::keyfile::KeyFile;
//!
//! async fn voxels(
//!     (chain, task): (&Chain, TaskId),
//!     (account, keys): (&AccountId, &KeyFile),
//! ) -> Result<u64, Box<dyn std::error::Error>> {
//!     let details = chain.at().await?.task(task).await?;
//!     let search = Search::new(chain.genesis(), &details, Vec::new(), None)?;
//!     let (consensus, store) = search.run(account, keys).await?;
//!     println!("it is in {store}");
//!     Ok(consensus.mask()?.count())
//! }
//! ```

use super::{consensus, recipients};
use contour_annotation::{Binding, consensus::Consensus};
use contour_chain::TaskDetails;
use contour_primitives::{AccountId, Hash, annotation::Phase};
use contour_seal::keyfile::KeyFile;
use contour_store::Store;

/// Why there is no consensus.
#[derive(Debug, thiserror::Error)]
pub enum ValidatedError {
	/// The task is not validated.
	#[error("task {0} has no consensus; `contour task show {0}` shows its phase")]
	NoConsensus(u32),
	/// No store is known.
	#[error(
		"no panel saw this task, so the chain does not know where scorers keep the consensus: ask \
		 a scorer for the URL of its store, and pass it with --from"
	)]
	WhichScorer,
	/// No store has one that opens.
	#[error(
		"the consensus was not found. The account that opened the task can open it, in the store \
		 of any scorer that reported: ask a scorer for the URL of its store, and pass it with \
		 --from:\n\
		 {0}"
	)]
	NotFound(String),
}

/// Where the consensus of a task may be.
pub struct Search {
	binding: Binding,
	hash: Hash,
	stores: Vec<String>,
}

impl Search {
	/// Looks in the stores that are `named`, in those from which scorers showed readings to a panel, and
	/// in one's `own`: a scorer may keep what it makes where its institution keeps everything.
	///
	/// # Errors
	///
	/// [`ValidatedError::NoConsensus`] and [`ValidatedError::WhichScorer`].
	pub fn new(
		genesis: [u8; 32],
		details: &TaskDetails,
		named: Vec<String>,
		own: Option<String>,
	) -> Result<Self, ValidatedError> {
		let Phase::Validated { consensus: hash, .. } = details.task.phase else {
			return Err(ValidatedError::NoConsensus(details.task.task.0));
		};
		let mut stores = named;
		stores.extend(details.copies.iter().map(|copy| copy.object.locator.clone()));
		stores.extend(own);
		stores.dedup();
		if stores.is_empty() {
			return Err(ValidatedError::WhichScorer);
		}
		Ok(Self { binding: recipients::binding(genesis, details), hash, stores })
	}

	/// Hash of the consensus on the chain.
	pub fn hash(&self) -> Hash {
		self.hash
	}

	/// The consensus whose mask has the hash, and the URL of the store in which it is.
	///
	/// # Errors
	///
	/// [`ValidatedError::NotFound`], with what is wrong with each store.
	pub async fn run(
		&self,
		account: &AccountId,
		keys: &KeyFile,
	) -> Result<(Consensus, String), ValidatedError> {
		let mut reasons = Vec::new();
		for url in &self.stores {
			let found = async {
				let store = Store::open(url).await?;
				consensus::find(&store, &self.binding, &self.hash.0, account, keys).await
			};
			match found.await {
				Ok(Some(consensus)) => return Ok((consensus, url.clone())),
				Ok(None) => {
					reasons.push(format!("  {url}: there is no consensus that this key opens"));
				}
				Err(error) => reasons.push(format!("  {url}: {error}")),
			}
		}
		Err(ValidatedError::NotFound(reasons.join("\n")))
	}
}
