// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! The profile is applied by Table E.1-1 in the edition of [`EDITION`].
//!
//! The same key gives the same UIDs, subject identifiers and date shifts in every file and every
//! run. Whoever has the key can find the original of a copy, so the key stays with the custodian.
//!
//! ```
//! use contour_deidentify::{Deidentifier, Options};
//! use dicom_core::{DataElement, PrimitiveValue, VR};
//! use dicom_dictionary_std::{tags, uids};
//! use dicom_object::{InMemDicomObject, meta::FileMetaTableBuilder};
//!
//! let image = InMemDicomObject::from_element_iter([
//!     DataElement::new(tags::SOP_CLASS_UID, VR::UI, PrimitiveValue::from(uids::CT_IMAGE_STORAGE)),
//!     DataElement::new(tags::SOP_INSTANCE_UID, VR::UI, PrimitiveValue::from("1.2.3")),
//!     DataElement::new(tags::PATIENT_NAME, VR::PN, PrimitiveValue::from("Lovelace^Ada")),
//! ]);
//! let meta = FileMetaTableBuilder::new().transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN);
//! let mut file = Vec::new();
//! image.with_meta(meta)?.write_all(&mut file)?;
//!
//! let (copy, report) = Deidentifier::new([42; 32], Options::default()).bytes(&file)?;
//! assert!(file.windows(8).any(|it| it == b"Lovelace"));
//! assert!(!copy.windows(8).any(|it| it == b"Lovelace"));
//! assert_ne!(report.instance, "1.2.3");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## What is done
//!
//! | code of the table | here |
//! | --- | --- |
//! | `D`, `Z/D`, `X/D`, `X/Z/D` | dummy value of the VR; in sequences, every value of the items |
//! | `Z`, `X/Z` | no value; sequences without items |
//! | `X` | removed |
//! | `U`, `X/Z/U*` | new UID: `2.25.` and 128 bits of HMAC-SHA256(key, UID) |
//!
//! The patient identifier (0010,0020) becomes a keyed pseudonym, since one dummy for everybody
//! would merge patients. Stricter than the table, of the attributes it does not list, these are
//! removed: names, dates, AE titles, free text, what PS3.6 does not know, what hides behind VR
//! `UN` or a VR of another kind, and all of an overlay's group. Unlisted UIDs are remapped unless
//! they name a class, a syntax or a coding scheme. Short texts (`LO`, `SH`) that stay are searched
//! for what was taken out of other attributes, and get a dummy if they have it.
//!
//! ## What is not done
//!
//! Pixel data stay byte for byte (Clean Pixel Data, 113101, is not done), compressed frames with
//! whatever comments their codec carries. A face can be reconstructed from a head scan. Unlisted
//! short texts and codes (VR `LO`, `SH`, `CS`) stay if the search finds nothing in them. With shifted dates, times of day stay. Retain
//! Safe Private (113111) is not done: private attributes always go. Text in pixels, documents,
//! reports, presentation states and sound are a reason to [refuse](NotCopied) a file.
//!
//! A file is held in memory, a few times over.

mod dummy;
mod error;
mod folder;
mod keyed;
mod not_copied;
mod profile;
mod report;
mod rule;
mod source;
mod sweep;
pub mod table;

pub use dummy::TEXT as DUMMY_TEXT;
pub use error::{DeidentifyError, NotCopied};
pub use folder::Progress;
pub use report::{FileReport, FolderEntry, METHOD_CODES, MethodCode, Outcome, Report, Warning};
pub use table::EDITION;

use dicom_dictionary_std::tags;
use dicom_object::meta::FileMetaTableBuilder;
use keyed::Keyed;
use not_copied::text;
use profile::Pass;
use source::Source;

/// UID of this implementation in (0002,0012), from a random UUID (PS3.5 B.2).
const IMPLEMENTATION: &str = "2.25.277415219120734185844356043361432342026";
const IMPLEMENTATION_VERSION: &str = "CONTOUR_DEID_1";

/// What becomes of dates. Those of birth never stay.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Dates {
	/// As the Basic Profile says: removed, emptied or a dummy.
	#[default]
	Remove,
	/// Code 113107: moved back by 1 to 3650 days, a number that the key gives each study. Times of
	/// day stay.
	ShiftPerStudy,
	/// Code 113107: moved back by a number that the key gives each patient, so that the time
	/// between studies stays. A file without patient identifier is moved by its study.
	ShiftPerPatient,
}

/// Options of the profile; the default is the Basic Profile (113100) alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
	/// Dates (113107).
	pub dates: Dates,
	/// Retain Patient Characteristics (113108): age, sex, size, weight and the like.
	pub retain_patient_characteristics: bool,
	/// Retain Device Identity (113109). AE titles and locations go nevertheless.
	pub retain_device_identity: bool,
	/// Retain UIDs (113110).
	pub retain_uids: bool,
	/// Copies files whose pixels show or may show text, with a warning in the report.
	pub allow_burned_in: bool,
	/// Largest file, and largest inflated data set, in bytes.
	pub max_bytes: u64,
}

impl Default for Options {
	fn default() -> Self {
		Self {
			dates: Dates::Remove,
			retain_patient_characteristics: false,
			retain_device_identity: false,
			retain_uids: false,
			allow_burned_in: false,
			max_bytes: 2 << 30,
		}
	}
}

/// Makes research copies.
#[derive(Debug)]
pub struct Deidentifier {
	keyed: Keyed,
	options: Options,
}

impl Deidentifier {
	/// With a 32-byte secret, from which all pseudonyms follow.
	pub fn new(key: [u8; 32], options: Options) -> Self {
		Self { keyed: Keyed::new(key), options }
	}

	/// Copies a file held in memory.
	///
	/// # Errors
	///
	/// [`DeidentifyError::Refused`] if the content is beyond the profile; the other variants, without
	/// [`DeidentifyError::Io`], if the file cannot be read or written.
	pub fn bytes(&self, file: &[u8]) -> Result<(Vec<u8>, FileReport), DeidentifyError> {
		let source = Source::read(file, self.options.max_bytes)?;
		let syntax = keyed::trim(source.transfer_syntax.uid());
		let class = text(&source.data_set, tags::SOP_CLASS_UID);
		let warnings = not_copied::check(
			&source.data_set,
			[&class, &source.sop_class],
			syntax,
			&self.options,
		)?;
		let mut report = FileReport { warnings, ..FileReport::default() };
		let clean = Pass::new(&source.data_set, &self.keyed, &self.options, &mut report)
			.run(source.data_set);
		report.instance = text(&clean, tags::SOP_INSTANCE_UID);
		report.sop_class = text(&clean, tags::SOP_CLASS_UID);
		report.transfer_syntax = syntax.to_owned();
		// What the file has of another kind than a UID under these tags does not get this far.
		if report.sop_class.is_empty() || report.instance.is_empty() {
			return Err(DeidentifyError::MissingInstance);
		}
		let meta = FileMetaTableBuilder::new()
			.media_storage_sop_class_uid(report.sop_class.as_str())
			.media_storage_sop_instance_uid(report.instance.as_str())
			.transfer_syntax(syntax)
			.implementation_class_uid(IMPLEMENTATION)
			.implementation_version_name(IMPLEMENTATION_VERSION)
			.build()
			.map_err(|_| DeidentifyError::Write)?;
		let mut copy = Vec::new();
		clean.with_exact_meta(meta).write_all(&mut copy).map_err(|_| DeidentifyError::Write)?;
		Ok((copy, report))
	}
}
