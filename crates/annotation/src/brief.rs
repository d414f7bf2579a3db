// SPDX-License-Identifier: Apache-2.0

//! What scorers have to know of a task, sealed to them by whoever opens it.
//!
//! It is sealed before the task has a number, so it is bound to the chain, the study and the opener.
//! Inside: `1` ‖ SCALE of [`Brief`]'s fields in their order.
//!
//! ```
//! use contour_annotation::brief::Brief;
//! use contour_primitives::KeySuite;
//! use contour_seal::{
//!     keyfile::{KeyFile, Kind},
//!     object::Recipient,
//! };
//!
//! # let grid = contour_segmentation::Grid::new(
//! #     [8, 8, 10], [0.5, 0.5, 3.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3],
//! # )?;
//! # let geometry = contour_annotation::geometry::Geometry::new(grid, "2.25.1".into())?;
//! # let text = |it: &str| it.as_bytes().to_vec().try_into().expect("it is short");
//! # let structure = contour_primitives::Code { scheme: text("SCT"), value: text("108369006") };
//! # use contour_primitives::{AccountId, Hash, StudyId};
//! # let (genesis, study) = (Hash::repeat_byte(1), StudyId(Hash::repeat_byte(2)));
//! let recipient = |account: &AccountId, keys: &KeyFile| Recipient {
//!     account: account.clone(),
//!     suite: KeySuite::XWing,
//!     key: keys.public_keys().of(KeySuite::XWing).to_vec(),
//! };
//! let (opener, own) = (AccountId::new([1; 32]), KeyFile::generate(Kind::Person)?);
//! let (scorer, keys) = (AccountId::new([2; 32]), KeyFile::generate(Kind::Institution)?);
//!
//! let brief = Brief::new(study, structure, geometry, recipient(&opener, &own))?;
//! let sealed = brief.seal(genesis, &[recipient(&scorer, &keys)])?;
//! assert_eq!(Brief::open(&sealed, genesis, study, &opener, (&scorer, &keys))?, brief);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{AnnotationError, geometry::Geometry, open, seal};
use codec::{Decode, Encode};
use contour_primitives::{AccountId, Code, Hash, KeySuite, StudyId};
use contour_seal::{
	keyfile::KeyFile,
	keys::{NoRandomness, random},
	object::{Context, Kind, Recipient},
};
use zeroize::Zeroizing;

const WHAT: &str = "brief";

/// What scorers have to know of a task.
#[derive(Clone, PartialEq)]
pub struct Brief {
	/// The study.
	pub study: StudyId,
	/// What is to be segmented.
	pub structure: Code,
	/// Where the voxels are.
	pub geometry: Geometry,
	/// Makes the numbers under which a panel sees the readings.
	pub numbering: Zeroizing<[u8; 32]>,
	/// Who opens the task, and gets the consensus.
	pub publisher: Recipient,
}

impl core::fmt::Debug for Brief {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.debug_struct("Brief")
			.field("study", &self.study)
			.field("structure", &self.structure)
			.finish_non_exhaustive()
	}
}

type Fields = (StudyId, Code, Geometry, [u8; 32], AccountId, KeySuite, Vec<u8>);

impl Encode for Brief {
	fn encode_to<T: codec::Output + ?Sized>(&self, out: &mut T) {
		let Recipient { account, suite, key } = &self.publisher;
		(&self.study, &self.structure, &self.geometry, &*self.numbering, account, suite, key)
			.encode_to(out);
	}
}

impl Decode for Brief {
	fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
		let (study, structure, geometry, numbering, account, suite, key) = Fields::decode(input)?;
		let publisher = Recipient { account, suite, key };
		Ok(Self { study, structure, geometry, numbering: numbering.into(), publisher })
	}
}

impl Brief {
	/// A brief with a fresh secret for the numbers.
	///
	/// # Errors
	/// [`NoRandomness`].
	pub fn new(
		study: StudyId,
		structure: Code,
		geometry: Geometry,
		publisher: Recipient,
	) -> Result<Self, NoRandomness> {
		Ok(Self { study, structure, geometry, numbering: random()?, publisher })
	}

	/// Seals it to the scorers, by its publisher.
	///
	/// # Errors
	/// Those of [`object::seal`](contour_seal::object::seal).
	pub fn seal(&self, genesis: Hash, scorers: &[Recipient]) -> Result<Vec<u8>, AnnotationError> {
		let author = self.publisher.account.clone();
		seal(&context(genesis, self.study, author), scorers, self)
	}

	/// Opens a brief as one of the scorers, if `opener` has sealed it.
	///
	/// # Errors
	/// Those of [`object::open`](contour_seal::object::open), [`AnnotationError::Content`], and
	/// [`AnnotationError::Mismatch`] when study or publisher inside are others than outside.
	pub fn open(
		sealed: &[u8],
		genesis: Hash,
		study: StudyId,
		opener: &AccountId,
		(recipient, keys): (&AccountId, &KeyFile),
	) -> Result<Self, AnnotationError> {
		let context = context(genesis, study, opener.clone());
		let brief: Self = open(sealed, &context, (recipient, keys), WHAT)?;
		if brief.study != study || brief.publisher.account != context.author {
			return Err(AnnotationError::Mismatch(WHAT));
		}
		Ok(brief)
	}
}

fn context(genesis: Hash, study: StudyId, author: AccountId) -> Context {
	Context { genesis, kind: Kind::Brief, task: None, study, author }
}
