// SPDX-License-Identifier: Apache-2.0

//! The mask that a report names, sealed by a scorer to whoever opened the task.
//!
//! Inside: `1` ‖ SCALE of [`Consensus`]' fields in their order. Whoever opens it compares the hash of
//! the mask with the report on the chain, and so need not trust the scorer that stored it.
//!
//! A scorer writes it to a place within its own store that follows from chain and task, [`folder`], so
//! that it is found without anything on the chain: list the objects there, and take the one that opens
//! with the hash that the chain has. There may be several, when a panel or an appeal changed what
//! counts.
//!
//! ```
//! use contour_annotation::consensus::Consensus;
//! use contour_scoring::Mask;
//!
//! # let grid = contour_segmentation::Grid::new(
//! #     [8, 8, 10], [0.5, 0.5, 3.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3],
//! # )?;
//! # let geometry = contour_annotation::geometry::Geometry::new(grid, "2.25.1".into())?;
//! # let text = |it: &str| it.as_bytes().to_vec().try_into().expect("it is short");
//! # let structure = contour_primitives::Code { scheme: text("SCT"), value: text("108369006") };
//! # use contour_primitives::{AccountId, Hash, StudyId, TaskId};
//! # let (genesis, study) = (Hash::repeat_byte(1), StudyId(Hash::repeat_byte(2)));
//! # let binding = contour_annotation::Binding { genesis, task: TaskId(3), study };
//! let runs = [(10, 4), (74, 4), (138, 4)];
//! let mask = Mask::from_runs(geometry.scoring_grid(), runs)?;
//! let mut consensus = Consensus::new(&binding, &structure, &geometry, &mask)?;
//! assert_eq!(consensus.mask()?, mask);
//!
//! // The hash is that of the report on the chain: another mask is found out.
//! consensus.drawing.hash = [0; 32];
//! assert!(consensus.mask().is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{AnnotationError, Binding, geometry::Geometry, open, panel::Drawing, seal};
use codec::{Decode, Encode};
use contour_primitives::{AccountId, Code, Hash, TaskId};
use contour_scoring::Mask;
use contour_seal::{
	keyfile::KeyFile,
	object::{self, Kind, Recipient},
};

const WHAT: &str = "consensus";

/// The consensus of a task.
#[derive(Clone, Debug, Decode, Encode, PartialEq)]
pub struct Consensus {
	/// The task.
	pub task: TaskId,
	/// What was segmented.
	pub structure: Code,
	/// Where the voxels are.
	pub geometry: Geometry,
	/// The mask.
	pub drawing: Drawing,
}

impl Consensus {
	/// The consensus of a task.
	///
	/// # Errors
	/// When the mask is on another grid than the geometry's.
	pub fn new(
		binding: &Binding,
		structure: &Code,
		geometry: &Geometry,
		mask: &Mask,
	) -> Result<Self, AnnotationError> {
		Ok(Self {
			task: binding.task,
			structure: structure.clone(),
			geometry: geometry.clone(),
			drawing: Drawing::new(mask, geometry, structure, binding, "CONSENSUS")?,
		})
	}

	/// The mask, if it is the one with the hash.
	///
	/// # Errors
	/// [`AnnotationError::Mismatch`].
	pub fn mask(&self) -> Result<Mask, AnnotationError> {
		self.drawing.mask(&self.geometry, &self.structure)
	}

	/// Seals it by a scorer.
	///
	/// # Errors
	/// Those of [`object::seal`].
	pub fn seal(
		&self,
		binding: &Binding,
		scorer: AccountId,
		recipients: &[Recipient],
	) -> Result<Vec<u8>, AnnotationError> {
		seal(&binding.context(Kind::Consensus, scorer), recipients, self)
	}

	/// Opens it; says also which scorer sealed it.
	///
	/// # Errors
	/// Those of [`object::open`], and [`AnnotationError::Content`].
	pub fn open(
		sealed: &[u8],
		binding: &Binding,
		recipient: &AccountId,
		keys: &KeyFile,
	) -> Result<(Self, AccountId), AnnotationError> {
		let scorer = object::header(sealed)?.author;
		let context = binding.context(Kind::Consensus, scorer.clone());
		let consensus: Self = open(sealed, &context, (recipient, keys), WHAT)?;
		if consensus.task != binding.task {
			return Err(AnnotationError::Mismatch(WHAT));
		}
		Ok((consensus, scorer))
	}
}

/// Where a scorer keeps the consensus of a task within its store: `consensus/`, the first eight digits
/// of the chain's genesis hash, `-`, and the task's number.
#[must_use]
pub fn folder(genesis: Hash, task: TaskId) -> String {
	let [a, b, c, d, ..] = genesis.0;
	format!("consensus/{}-{}", hex::encode([a, b, c, d]), task.0)
}
