// SPDX-License-Identifier: Apache-2.0

//! The readings of a task under numbers, sealed by a scorer to the members of a panel.
//!
//! Inside: `1` ‖ SCALE of [`Panel`]'s fields in their order. The drawings are written anew by the
//! scorer, so that nothing of a reader's program or name is in them; each has the hash that the report
//! on the chain has for it.
//!
//! ```
//! use contour_annotation::{numbering::Numbering, panel::Panel};
//! use contour_scoring::{Mask, Rejection};
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
//! let readers = [1, 2].map(|it| AccountId::new([it; 32]));
//! let numbering = Numbering::new(&[7; 32], binding.task, &readers);
//! let readings = [Ok(mask), Err(Rejection::Sealed)];
//! let panel = Panel::new(&binding, 1, &structure, &geometry, &numbering, &readings)?;
//! assert_eq!(panel.readings.iter().map(|it| it.number).collect::<Vec<_>>(), [1, 2]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{
	AnnotationError, Binding, drawing, geometry::Geometry, numbering::Numbering, open,
	reading::Reading, seal,
};
use codec::{Decode, Encode};
use contour_primitives::{AccountId, Code, TaskId};
use contour_scoring::{Mask, MaskHash, Rejection};
use contour_seal::{
	keyfile::KeyFile,
	object::{self, Kind, Recipient},
};

const WHAT: &str = "readings for a panel";

/// What a panel votes on.
#[derive(Clone, Debug, Decode, Encode, PartialEq)]
pub struct Panel {
	/// The task.
	pub task: TaskId,
	/// Which panel: 1, or 2 after an appeal.
	pub round: u8,
	/// What was to be segmented.
	pub structure: Code,
	/// Where the voxels are.
	pub geometry: Geometry,
	/// The readings, by their numbers.
	pub readings: Vec<Numbered>,
}

/// A reading under its number.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Numbered {
	/// Its number, from 1.
	pub number: u8,
	/// What the reader drew, or why nobody can see it.
	pub drawing: Result<Drawing, Rejection>,
}

/// A mask, written by a scorer.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Drawing {
	/// [`Mask::hash`], as in the report.
	pub hash: MaskHash,
	/// As DICOM SEG, without any name.
	pub seg: Vec<u8>,
}

impl Drawing {
	/// Writes a mask.
	pub(super) fn new(
		mask: &Mask,
		geometry: &Geometry,
		structure: &Code,
		binding: &Binding,
		label: &str,
	) -> Result<Self, AnnotationError> {
		let seg = drawing::segmentation(mask, geometry, structure, binding, label)?;
		Ok(Self { hash: mask.hash(), seg })
	}

	/// The mask, if it is the one with the hash.
	///
	/// # Errors
	/// [`AnnotationError::Mismatch`].
	pub fn mask(&self, geometry: &Geometry, structure: &Code) -> Result<Mask, AnnotationError> {
		let mask = Reading::new(self.seg.clone()).and_then(|it| it.mask(geometry, structure));
		let mask = mask.ok().filter(|mask| mask.hash() == self.hash);
		mask.ok_or(AnnotationError::Mismatch("mask"))
	}
}

impl Panel {
	/// What a panel sees of readings, which are in the order of the task's readers.
	///
	/// # Errors
	/// When a mask is on another grid than the geometry's.
	pub fn new(
		binding: &Binding,
		round: u8,
		structure: &Code,
		geometry: &Geometry,
		numbering: &Numbering,
		readings: &[Result<Mask, Rejection>],
	) -> Result<Self, AnnotationError> {
		let mut numbered = readings
			.iter()
			.enumerate()
			.filter_map(|(index, reading)| Some((numbering.of(index)?, reading)))
			.map(|(number, reading)| {
				let label = format!("READING {number}");
				let drawing = match reading {
					Ok(mask) => Ok(Drawing::new(mask, geometry, structure, binding, &label)?),
					Err(rejection) => Err(*rejection),
				};
				Ok(Numbered { number, drawing })
			})
			.collect::<Result<Vec<_>, AnnotationError>>()?;
		numbered.sort_by_key(|it| it.number);
		Ok(Self {
			task: binding.task,
			round,
			structure: structure.clone(),
			geometry: geometry.clone(),
			readings: numbered,
		})
	}

	/// Seals it to the members, by a scorer.
	///
	/// # Errors
	/// Those of [`object::seal`].
	pub fn seal(
		&self,
		binding: &Binding,
		scorer: AccountId,
		members: &[Recipient],
	) -> Result<Vec<u8>, AnnotationError> {
		seal(&binding.context(Kind::Panel, scorer), members, self)
	}

	/// Opens it as a member; says also which scorer sealed it.
	///
	/// # Errors
	/// Those of [`object::open`], and [`AnnotationError::Content`].
	pub fn open(
		sealed: &[u8],
		binding: &Binding,
		member: &AccountId,
		keys: &KeyFile,
	) -> Result<(Self, AccountId), AnnotationError> {
		let scorer = object::header(sealed)?.author;
		let context = binding.context(Kind::Panel, scorer.clone());
		let panel: Self = open(sealed, &context, (member, keys), WHAT)?;
		if panel.task != binding.task {
			return Err(AnnotationError::Mismatch(WHAT));
		}
		Ok((panel, scorer))
	}
}
