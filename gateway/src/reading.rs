// SPDX-License-Identifier: Apache-2.0

//! What a reader hands in: whether it may be, whether it fits the task, and how it is sealed to the
//! scorers.
//!
//! ```no_run
//! use contour_chain::Chain;
//! use contour_gateway::{images::Images, reading::{Draft, OwnPlace}};
//! use contour_primitives::TaskId;
//! use contour_seal::signer::account_of;
//! use contour_store::Store;
//! use subxt_signer::sr25519::Keypair;
//!
//! async fn hand_in(
//!     (chain, signer, store): (&Chain, &Keypair, &Store),
//!     (task, file, images): (TaskId, Vec<u8>, &Images),
//! ) -> Result<(), Box<dyn std::error::Error>> {
//!     let details = chain.at().await?.task(task).await?;
//!     let place = OwnPlace::find(chain.genesis(), &details, account_of(signer))?;
//!     let draft = place.check(&Draft::new(file)?, &images.geometry()?)?;
//!     let sealed = place.keep(&draft, &chain.at().await?, store, None).await?;
//!     chain.submit_reading(signer, task, sealed, false).await?;
//!     Ok(())
//! }
//! ```

use super::recipients::{self, RecipientsError};
use contour_annotation::{
	Binding, drawing,
	geometry::Geometry,
	reading::{Reading, Unfit},
};
use contour_chain::{At, TaskDetails};
use contour_primitives::{AccountId, Code, InstitutionId, Sealed, annotation::Phase};
use contour_scoring::Mask;
use contour_seal::object::ObjectError;
use contour_segmentation::seg::SegError;
use contour_store::Store;

/// Why a reading cannot be handed in.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
	/// Time for reading is over.
	#[error(
		"nothing can be handed in in the present phase of task {0}; `contour task show {0}` shows \
		 who can do what"
	)]
	NotNow(u32),
	/// The reader claimed no place, or lost it.
	#[error("you have no place in task {0}; claim one with `contour task claim {0}`")]
	NoPlace(u32),
	/// The reader wanted to replace nothing any more.
	#[error("you have declared your reading finished, so it cannot be replaced")]
	FinishedAlready,
	/// The file is no reading of the task.
	#[error("this file cannot be handed in: {0}")]
	Refused(#[from] Unfit),
	/// The mask is empty.
	#[error(
		"nothing is drawn in this file: export the mask again, or give your place back with \
		 `contour task leave`"
	)]
	NothingDrawn,
	/// The mask could not be written.
	#[error(transparent)]
	Seg(#[from] SegError),
	/// It could not be sealed.
	#[error(transparent)]
	Object(#[from] ObjectError),
	/// The scorers, or the store.
	#[error(transparent)]
	Recipients(#[from] RecipientsError),
}

/// A reader's own place in a task, into which a reading can be handed in now.
pub struct OwnPlace {
	binding: Binding,
	reader: AccountId,
	structure: Code,
	scorers: Vec<InstitutionId>,
}

/// What a reader is about to hand in.
pub struct Draft {
	reading: Reading,
	mask: Option<Mask>,
}

impl Draft {
	/// A reader's file as it is: DICOM SEG or NIfTI.
	///
	/// # Errors
	///
	/// [`ReadingError::Refused`] for another format.
	pub fn new(file: Vec<u8>) -> Result<Self, ReadingError> {
		Ok(Self { reading: Reading::new(file)?, mask: None })
	}

	/// The mask, if it was compared with the images.
	pub fn mask(&self) -> Option<&Mask> {
		self.mask.as_ref()
	}
}

impl OwnPlace {
	/// The place of a reader, on the chain with this genesis hash. Finds out what the chain would
	/// refuse before anything is stored.
	///
	/// # Errors
	///
	/// [`ReadingError::NotNow`], [`ReadingError::NoPlace`] and [`ReadingError::FinishedAlready`].
	pub fn find(
		genesis: [u8; 32],
		details: &TaskDetails,
		reader: AccountId,
	) -> Result<Self, ReadingError> {
		let task = &details.task;
		if !matches!(task.phase, Phase::Reading { .. }) {
			return Err(ReadingError::NotNow(task.task.0));
		}
		match details.place_of(&reader).map(|place| &place.reading) {
			None => return Err(ReadingError::NoPlace(task.task.0)),
			Some(Some(reading)) if reading.finished => return Err(ReadingError::FinishedAlready),
			Some(_) => {}
		}
		Ok(Self {
			binding: recipients::binding(genesis, details),
			reader,
			structure: task.terms.structure.clone(),
			scorers: task.scorers.clone(),
		})
	}

	/// Checks a file against the task's images as scorers will; gives a file with nothing but the
	/// mask in it.
	///
	/// # Errors
	///
	/// [`ReadingError::Refused`] and [`ReadingError::NothingDrawn`].
	pub fn check(&self, draft: &Draft, geometry: &Geometry) -> Result<Draft, ReadingError> {
		let mask = draft.reading.mask(geometry, &self.structure)?;
		if mask.is_empty() {
			return Err(ReadingError::NothingDrawn);
		}
		let (structure, binding) = (&self.structure, &self.binding);
		let file = drawing::segmentation(&mask, geometry, structure, binding, "READING")?;
		Ok(Draft { reading: Reading::new(file)?, mask: Some(mask) })
	}

	/// Seals a reading to the scorers of the task, and stores it; see [`recipients::keep`].
	///
	/// # Errors
	///
	/// [`RecipientsError::NoScorer`], and those of sealing, of the chain and of the store.
	pub async fn keep(
		&self,
		draft: &Draft,
		at: &At,
		store: &Store,
		shared: Option<String>,
	) -> Result<Sealed, ReadingError> {
		let scorers = recipients::scorers_of(at, &self.scorers).await?;
		let object = draft.reading.seal(&self.binding, self.reader.clone(), &scorers)?;
		Ok(recipients::keep(store, shared, object).await?)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::sample::{geometry, structure};
	use contour_annotation::reading::Format;
	use contour_primitives::{Hash, StudyId, TaskId};

	fn place() -> OwnPlace {
		let (task, study) = (TaskId(3), StudyId(Hash::repeat_byte(9)));
		OwnPlace {
			binding: Binding { genesis: Hash::repeat_byte(7), task, study },
			reader: AccountId::new([1; 32]),
			structure: structure(),
			scorers: Vec::new(),
		}
	}

	fn draft(mask: &Mask) -> Draft {
		let file = drawing::nifti(mask, &geometry()).expect("it is small");
		Draft::new(file).expect("it is NIfTI")
	}

	#[test]
	fn should_hand_in_nothing_but_the_mask_when_it_is_checked() {
		let geometry = geometry();
		let mask = Mask::from_runs(geometry.scoring_grid(), [(10, 4)]).expect("it is on the grid");
		let draft = draft(&mask);
		assert!(draft.mask().is_none());
		let checked = place().check(&draft, &geometry).expect("it fits");
		assert_eq!(checked.mask(), Some(&mask));
		assert_eq!(checked.reading.format(), Format::Seg);
	}

	#[test]
	fn should_refuse_when_nothing_is_drawn_or_the_file_is_none() {
		let geometry = geometry();
		let empty = Mask::empty(geometry.scoring_grid());
		let refused = place().check(&draft(&empty), &geometry);
		assert!(matches!(refused, Err(ReadingError::NothingDrawn)));
		let refused = Draft::new(b"a letter".to_vec());
		assert!(matches!(refused, Err(ReadingError::Refused(Unfit::Unknown))));
	}
}
