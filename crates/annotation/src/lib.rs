// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! | module | what it is |
//! | --- | --- |
//! | [`geometry`] | where the voxels of a study are, in whole nanometres |
//! | [`brief`] | what scorers have to know of a task, sealed to them by whoever opens it |
//! | [`reading`] | a reader's file, checked against the task, sealed to the scorers |
//! | [`numbering`] | the numbers under which a panel sees the readings |
//! | [`panel`] | the readings under numbers, sealed to the members of a panel |
//! | [`consensus`] | the mask that a report names, sealed to whoever opened the task |
//! | [`drawing`] | a mask as DICOM SEG or NIfTI that names nobody |
//! | [`pictures`] | slices with contours, as PNG |
//!
//! All of them are objects of [`contour_seal::object`]. A reader's command and a scorer check a file
//! by the same function, [`Reading::mask`](reading::Reading::mask), so that what is handed in is what
//! is scored.

pub mod brief;
pub mod consensus;
pub mod drawing;
pub mod geometry;
pub mod numbering;
pub mod panel;
pub mod pictures;
pub mod reading;

use codec::{Decode, DecodeAll, Encode};
use contour_primitives::{AccountId, Hash, StudyId, TaskId};
use contour_seal::{
	keyfile::KeyFile,
	object::{self, Context, Kind, ObjectError, Recipient},
};
use contour_segmentation::seg::SegError;
use zeroize::Zeroizing;

/// The form of briefs, panels' copies and consensuses that is written: their first byte.
const FORM: u8 = 1;

/// A task, as everything that is sealed for it is bound to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Binding {
	/// Hash of the chain's first block.
	pub genesis: Hash,
	/// The task.
	pub task: TaskId,
	/// Its study.
	pub study: StudyId,
}

impl Binding {
	fn context(&self, kind: Kind, author: AccountId) -> Context {
		let Self { genesis, task, study } = *self;
		Context { genesis, kind, task: Some(task), study, author }
	}
}

/// Why something for a task was not sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum AnnotationError {
	/// It was not sealed or opened.
	#[error(transparent)]
	Object(#[from] ObjectError),
	/// It opens but is not what it should be.
	#[error("the object opens but holds no {0} of a form that this program knows: use a newer one")]
	Content(&'static str),
	/// It is for another study, or somebody else's.
	#[error("the {0} inside is for something else than the object around it: ask its author")]
	Mismatch(&'static str),
	/// A mask could not be written.
	#[error(transparent)]
	Seg(#[from] SegError),
}

fn encode(content: &impl Encode) -> Zeroizing<Vec<u8>> {
	let mut bytes = Zeroizing::new(vec![FORM]);
	content.encode_to(&mut *bytes);
	bytes
}

fn decode<T: Decode>(bytes: &[u8], what: &'static str) -> Result<T, AnnotationError> {
	let Some((&FORM, mut rest)) = bytes.split_first() else {
		return Err(AnnotationError::Content(what));
	};
	T::decode_all(&mut rest).map_err(|_| AnnotationError::Content(what))
}

fn seal(
	context: &Context,
	recipients: &[Recipient],
	content: &impl Encode,
) -> Result<Vec<u8>, AnnotationError> {
	Ok(object::seal(context, recipients, &encode(content))?)
}

fn open<T: Decode>(
	object: &[u8],
	context: &Context,
	(recipient, keys): (&AccountId, &KeyFile),
	what: &'static str,
) -> Result<T, AnnotationError> {
	decode(&object::open(object, context, recipient, keys)?, what)
}
