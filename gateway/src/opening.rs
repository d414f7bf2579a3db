// SPDX-License-Identifier: Apache-2.0

//! A task before it is open: who pays for it, and its brief, sealed to the scorers.
//!
//! ```no_run
//! use contour_chain::Chain;
//! use contour_gateway::{images::Images, opening::{Opening, payer}};
//! use contour_primitives::{Balance, StudyId, annotation::Terms};
//! use contour_seal::signer::account_of;
//! use contour_store::Store;
//! use std::path::Path;
//! use subxt_signer::sr25519::Keypair;
//!
//! async fn open(
//!     (chain, signer, store): (&Chain, &Keypair, &Store),
//!     (study, images): (StudyId, &Path),
//!     (terms, bounty): (&Terms, Balance),
//! ) -> Result<(), Box<dyn std::error::Error>> {
//!     let geometry = Images::find(images, None, &|_| ())?.geometry()?;
//!     let (at, opener) = (chain.at().await?, account_of(signer));
//!     let institution = payer(&at, &opener).await?;
//!     let opening = Opening::new(&at, opener, study, &terms.structure, geometry).await?;
//!     let brief = opening.keep(chain.genesis(), store, None).await?;
//!     let task = chain.open_task(signer, institution, study, terms, brief, bounty).await?;
//!     println!("task {} is open", task.0);
//!     Ok(())
//! }
//! ```

use super::recipients::{self, RecipientsError};
use contour_annotation::{AnnotationError, brief::Brief, geometry::Geometry};
use contour_chain::{At, ChainError, Vouched};
use contour_primitives::{AccountId, Code, Hash, InstitutionId, Sealed, StudyId};
use contour_seal::{keys::NoRandomness, object::Recipient};
use contour_store::Store;

/// Why a task cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
	/// The recipients of the brief, or the store.
	#[error(transparent)]
	Recipients(#[from] RecipientsError),
	/// The brief could not be sealed.
	#[error(transparent)]
	Annotation(#[from] AnnotationError),
	/// There is no secret for the numbers of the readings.
	#[error(transparent)]
	NoRandomness(#[from] NoRandomness),
}

/// A task that can be opened.
pub struct Opening {
	study: StudyId,
	structure: Code,
	geometry: Geometry,
	publisher: Recipient,
	scorers: Vec<Recipient>,
}

/// The institution that pays for what an account does: the one that vouches for it.
///
/// # Errors
///
/// [`ChainError::Refused`] when none does, and those of reading.
pub async fn payer(at: &At, account: &AccountId) -> Result<InstitutionId, ChainError> {
	match at.member(account).await?.standing {
		Vouched::By(institution) => Ok(institution),
		Vouched::Refused(refusal) => Err(ChainError::Refused(refusal)),
	}
}

impl Opening {
	/// A task that `opener` wants to open: to segment `structure` on a study whose voxels are where
	/// `geometry` says.
	///
	/// # Errors
	///
	/// [`RecipientsError::NoEncryptionKey`] and [`RecipientsError::NoScorer`], and those of the chain.
	pub async fn new(
		at: &At,
		opener: AccountId,
		study: StudyId,
		structure: &Code,
		geometry: Geometry,
	) -> Result<Self, OpeningError> {
		let publisher = recipients::own(at, opener).await?;
		let scorers = recipients::scorers(at).await?;
		Ok(Self { study, structure: structure.clone(), geometry, publisher, scorers })
	}

	/// Where the voxels are.
	pub fn geometry(&self) -> &Geometry {
		&self.geometry
	}

	/// To whom the brief is sealed.
	pub fn scorers(&self) -> impl Iterator<Item = &AccountId> {
		self.scorers.iter().map(|it| &it.account)
	}

	/// Seals the brief for the chain with this genesis hash, and stores it; see
	/// [`recipients::keep`].
	///
	/// # Errors
	///
	/// [`OpeningError`].
	pub async fn keep(
		self,
		genesis: [u8; 32],
		store: &Store,
		shared: Option<String>,
	) -> Result<Sealed, OpeningError> {
		let Self { study, structure, geometry, publisher, scorers } = self;
		let brief = Brief::new(study, structure, geometry, publisher)?;
		let object = brief.seal(Hash::from(genesis), &scorers)?;
		Ok(recipients::keep(store, shared, object).await?)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::sample::{geometry, keys, recipient, structure};
	use contour_primitives::locator_text;

	#[tokio::test]
	async fn should_be_open_to_every_scorer_and_to_nobody_else_when_a_brief_is_kept() {
		let folder = tempfile::tempdir().expect("there is room");
		let store = Store::open(&folder.path().to_string_lossy()).await;
		let store = store.expect("the folder is writable");
		let (genesis, study) = ([9; 32], StudyId(Hash::repeat_byte(1)));
		let (opener, own) = (AccountId::new([1; 32]), keys());
		let scorers = [2, 3].map(|it| (AccountId::new([it; 32]), keys()));
		let opening = Opening {
			study,
			structure: structure(),
			geometry: geometry(),
			publisher: recipient(&opener, &own),
			scorers: scorers.iter().map(|(account, keys)| recipient(account, keys)).collect(),
		};
		assert!(opening.scorers().eq(scorers.iter().map(|(account, _)| account)));
		let kept = opening.keep(genesis, &store, None).await.expect("there is room");
		assert_eq!(locator_text(&kept.locator), store.to_string());

		let object = store.get(&kept.root.0.into()).await.expect("it is there");
		let open = |account, keys| {
			Brief::open(&object, Hash::from(genesis), study, &opener, (account, keys))
		};
		for (account, keys) in &scorers {
			let brief = open(account, keys).expect("it is for this scorer");
			assert_eq!((brief.structure, brief.geometry), (structure(), geometry()));
			assert_eq!(brief.publisher.account, opener);
		}
		assert!(open(&opener, &own).is_err());
	}
}
