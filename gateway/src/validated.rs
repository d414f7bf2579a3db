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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::sample::{geometry, keys, recipient, structure};
	use contour_annotation::consensus::folder;
	use contour_chain::{CopyRecord, ObjectRecord, TaskRecord};
	use contour_primitives::{InstitutionId, Modality, StudyId, TaskId, annotation::Terms};
	use contour_scoring::{Mask, Method, Ppm};

	fn details(phase: Phase, copies: &[&str]) -> TaskDetails {
		let object = |locator: &str| ObjectRecord { root: Hash::zero(), locator: locator.into() };
		let copies = copies.iter().map(|locator| CopyRecord {
			institution: InstitutionId(1),
			panel: 1,
			object: object(locator),
		});
		let terms = Terms {
			structure: structure(),
			method: Method::Majority,
			wanted: 3,
			threshold: Ppm::ONE,
			panel: 3,
			reading: 1,
			scoring: 1,
			voting: 1,
			revealing: 1,
			appeal: 1,
		};
		let task = TaskRecord {
			task: TaskId(3),
			study: StudyId(Hash::repeat_byte(9)),
			modality: Modality::Mr,
			institution: InstitutionId(0),
			opener: AccountId::new([1; 32]),
			terms,
			brief: object("s3://briefs"),
			scorers: Vec::new(),
			opened: 0,
			phase,
			panels: 1,
			ruling: None,
			accepted: None,
			report: None,
		};
		TaskDetails {
			task,
			places: Vec::new(),
			reports: Vec::new(),
			scores: None,
			seats: Vec::new(),
			copies: copies.collect(),
			published: None,
			bounty: None,
		}
	}

	#[test]
	fn should_look_where_it_is_told_first_when_several_stores_are_known() {
		let consensus = Hash::repeat_byte(5);
		let validated = |copies| details(Phase::Validated { consensus, at: 0 }, copies);
		let search = |copies, named: &[&str], own: Option<&str>| {
			let named = named.iter().map(|it| (*it).to_owned()).collect();
			Search::new([7; 32], &validated(copies), named, own.map(String::from))
		};
		let all = search(&["s3://panel"], &["s3://named"], Some("/own"));
		let all = all.expect("it is validated");
		assert_eq!(all.stores, ["s3://named", "s3://panel", "/own"]);
		assert_eq!(all.hash(), consensus);
		assert!(matches!(search(&[], &[], None), Err(ValidatedError::WhichScorer)));
		let open = details(Phase::Reading { until: 1 }, &["s3://panel"]);
		let search = Search::new([7; 32], &open, Vec::new(), None);
		assert!(matches!(search, Err(ValidatedError::NoConsensus(3))));
	}

	#[tokio::test]
	async fn should_name_every_store_when_none_has_a_consensus_that_opens() {
		let home = tempfile::tempdir().expect("there is room");
		let stores = ["empty", "full"].map(|it| home.path().join(it).display().to_string());
		let (opener, own) = (AccountId::new([1; 32]), keys());
		let (task, study) = (TaskId(3), StudyId(Hash::repeat_byte(9)));
		let binding = Binding { genesis: Hash::repeat_byte(7), task, study };
		let geometry = geometry();
		let mask = Mask::from_runs(geometry.scoring_grid(), [(10, 4)]).expect("it is on the grid");
		let consensus = Consensus::new(&binding, &structure(), &geometry, &mask);
		let consensus = consensus.expect("it is on the grid");
		let scorer = AccountId::new([2; 32]);
		let sealed = consensus.seal(&binding, scorer, &[recipient(&opener, &own)]);
		let full = Store::open(&stores[1]).await.expect("the folder is writable");
		let full = full.within(&folder(binding.genesis, task)).await.expect("it is a place");
		full.put(sealed.expect("it is small").into()).await.expect("there is room");

		let hash = Hash::from(consensus.drawing.hash);
		let search = Search { binding, hash, stores: stores.to_vec() };
		let (found, url) = search.run(&opener, &own).await.expect("it is in one of them");
		assert_eq!((found, &url), (consensus, &stores[1]));
		let another = Search { hash: Hash::zero(), binding, stores: stores.to_vec() };
		for found in [search.run(&opener, &keys()).await, another.run(&opener, &own).await] {
			let Err(ValidatedError::NotFound(reasons)) = found else {
				panic!("it was found");
			};
			assert!(stores.iter().all(|url| reasons.contains(url)), "{reasons}");
		}
	}
}
