// SPDX-License-Identifier: Apache-2.0

//! What was done to a file: tags and counts, never values, and no name of an original file.

use dicom_core::Tag;
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf};

/// Something that the profile leaves to a human eye.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Warning {
	/// Text in the pixels is stated or likely, and the caller allowed it.
	BurnedInAllowed,
	/// Images of this kind often show text; the file says that this one does not.
	BurnedInDenied,
	/// An overlay hidden in the pixel data was allowed by the caller.
	EmbeddedOverlayAllowed,
	/// (0028,0302) says that a face or the like can be recognised.
	RecognisableFeatures,
	/// A slide's label was allowed by the caller.
	SlideLabelAllowed,
}

/// A code of CID 7050 (PS3.16), scheme `DCM`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct MethodCode {
	/// Code value.
	pub value: &'static str,
	/// Code meaning.
	pub meaning: &'static str,
}

/// All codes of CID 7050.
pub const METHOD_CODES: [MethodCode; 13] = [
	code("113100", "Basic Application Confidentiality Profile"),
	code("113101", "Clean Pixel Data Option"),
	code("113102", "Clean Recognizable Visual Features Option"),
	code("113103", "Clean Graphics Option"),
	code("113104", "Clean Structured Content Option"),
	code("113105", "Clean Descriptors Option"),
	code("113106", "Retain Longitudinal Temporal Information Full Dates Option"),
	code("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
	code("113108", "Retain Patient Characteristics Option"),
	code("113109", "Retain Device Identity Option"),
	code("113110", "Retain UIDs Option"),
	code("113111", "Retain Safe Private Option"),
	code("113112", "Retain Institution Identity Option"),
];

const fn code(value: &'static str, meaning: &'static str) -> MethodCode {
	MethodCode { value, meaning }
}

/// The code of CID 7050 with this value.
pub(crate) fn method_code(value: &str) -> Option<MethodCode> {
	METHOD_CODES.iter().find(|code| code.value == value).copied()
}

/// What happened to the attributes of one file. Keys of the maps are tags (`(0010,0010)`), values
/// say how often, nested data sets included. What lies in a removed or emptied sequence is not
/// counted on its own.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
	/// SOP class UID.
	pub sop_class: String,
	/// SOP instance UID of the copy.
	pub instance: String,
	/// Transfer syntax UID, the same as the original's.
	pub transfer_syntax: String,
	/// Removed by the table, or by the stricter rules of this crate.
	pub removed: BTreeMap<String, u64>,
	/// Private attributes removed.
	pub private_removed: u64,
	/// Removed since their encoding hides what they hold (VR `UN` or not the one of PS3.6).
	pub opaque: BTreeMap<String, u64>,
	/// Left without value.
	pub emptied: BTreeMap<String, u64>,
	/// Given a dummy value.
	pub replaced: BTreeMap<String, u64>,
	/// Given new UIDs.
	pub remapped: BTreeMap<String, u64>,
	/// Dates moved.
	pub shifted: BTreeMap<String, u64>,
	/// Given a dummy value, since text taken out of another attribute was in it.
	pub swept: BTreeMap<String, u64>,
	/// Kept by an option although the Basic Profile would not.
	pub retained: BTreeMap<String, u64>,
	/// Codes in (0012,0064).
	pub codes: Vec<MethodCode>,
	/// What a human should look at.
	pub warnings: Vec<Warning>,
}

pub(crate) fn count(map: &mut BTreeMap<String, u64>, tag: Tag) {
	let times = map.entry(tag.to_string()).or_default();
	*times = times.saturating_add(1);
}

/// What became of a file in a folder.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
	/// There is a copy.
	Copied(Box<FileReport>),
	/// There is none.
	Refused {
		/// Why.
		reason: String,
	},
}

/// A file of a folder.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FolderEntry {
	/// Place in the walk, from 0.
	pub index: usize,
	/// The original; names of files can identify, so it stays out of what is written down.
	#[serde(skip)]
	pub source: PathBuf,
	/// What became of it.
	pub outcome: Outcome,
}

/// What was done to a folder.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
	/// Edition of Table E.1-1.
	pub edition: &'static str,
	/// Its files, sorted by the names of the originals.
	pub files: Vec<FolderEntry>,
}

impl Report {
	/// How many files have a copy.
	pub fn copied(&self) -> usize {
		self.files.iter().filter(|file| matches!(file.outcome, Outcome::Copied(_))).count()
	}
}
