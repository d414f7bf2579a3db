// SPDX-License-Identifier: Apache-2.0

//! Why a file could not be scanned, and why parts of one could not be made or joined.

use super::Tag;
use std::{fmt, io};

/// Why the layout of a file could not be read.
///
/// Offsets are bytes from the start of the file; inside [`ScanError::Deflated`] they are bytes from
/// the start of the inflated data set.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
	/// The file has neither the prefix `DICM` nor a data element at its start.
	#[error(
		"this is not a DICOM file; leave it out, or check whether it was renamed or compressed"
	)]
	NotDicom,
	/// The file ends inside an element.
	#[error(
		"the file ends at byte {length}, but {} at byte {at} needs it to reach byte {needs}; \
		 fetch the file again from where it came from",
		Named(.tag)
	)]
	Truncated {
		/// The element, unless its tag is cut off too.
		tag: Option<Tag>,
		/// Where the element's header starts.
		at: u64,
		/// How long the file would have to be at least.
		needs: u64,
		/// How long it is.
		length: u64,
	},
	/// The bytes do not follow the encoding, so the place of the pixels is unknown.
	#[error(
		"{} at byte {at}: {why}; have the file repaired or exported again by the system that wrote it",
		Named(.tag)
	)]
	Malformed {
		/// The element, or the one before it.
		tag: Option<Tag>,
		/// Where the element's header starts.
		at: u64,
		/// What is wrong.
		why: &'static str,
	},
	/// Sequences are nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
	#[error(
		"{tag} at byte {at} is nested deeper than {limit} sequences; the file is damaged or hostile"
	)]
	TooDeep {
		/// The sequence.
		tag: Tag,
		/// Where its header starts.
		at: u64,
		/// The limit.
		limit: usize,
	},
	/// The file has more pixel elements than [`MAX_RANGES`](super::MAX_RANGES).
	#[error(
		"{tag} at byte {at} is one more pixel element than the {limit} that are possible; the file \
		 is damaged or hostile"
	)]
	TooManyPixels {
		/// The element.
		tag: Tag,
		/// Where its header starts.
		at: u64,
		/// The limit.
		limit: usize,
	},
	/// An element that identifies the study or instance occurs twice, with different values.
	#[error("{tag} at byte {at} contradicts an earlier one; ask the sender which is right")]
	Contradicting {
		/// The element.
		tag: Tag,
		/// Where its second header starts.
		at: u64,
	},
	/// The deflated data set cannot be read.
	#[error("the deflated data set at byte {at} cannot be read: {source}")]
	Deflated {
		/// Where the deflated stream starts in the file.
		at: u64,
		/// What is wrong with it, with offsets in the inflated data set.
		source: Box<ScanError>,
	},
	/// The deflated data set does not come to its series within the limit.
	#[error(
		"no series was found in the first {limit} inflated bytes; the file is damaged or hostile"
	)]
	TooLarge {
		/// The limit.
		limit: u64,
	},
	/// Reading failed.
	#[error("the file cannot be read: {0}; check the disk and the permissions, then try again")]
	Io(#[from] io::Error),
}

impl ScanError {
	/// The variant's name, for reports: stable, without values.
	#[must_use]
	pub fn name(&self) -> &'static str {
		match self {
			Self::NotDicom => "NotDicom",
			Self::Truncated { .. } => "Truncated",
			Self::Malformed { .. } => "Malformed",
			Self::TooDeep { .. } => "TooDeep",
			Self::TooManyPixels { .. } => "TooManyPixels",
			Self::Contradicting { .. } => "Contradicting",
			Self::Deflated { .. } => "Deflated",
			Self::TooLarge { .. } => "TooLarge",
			Self::Io(_) => "Io",
		}
	}
}

/// Why a file could not be split, or its parts not joined.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
	/// The ranges overlap, are empty, out of order, too many or outside of the file.
	#[error("the pixel ranges do not fit a file of {length} bytes; read the layout again")]
	Ranges {
		/// The length that was given for the file.
		length: u64,
	},
	/// The file has another length than when its layout was read.
	#[error("the file has {actual} bytes, not {expected}; it was changed: read the layout again")]
	Changed {
		/// Length in the layout.
		expected: u64,
		/// Length now.
		actual: u64,
	},
	/// A part has too few bytes.
	#[error("the {part} part ends after {actual} of {expected} bytes; fetch it again")]
	Short {
		/// Which part.
		part: Part,
		/// Bytes needed.
		expected: u64,
		/// Bytes there.
		actual: u64,
	},
	/// A part has too many bytes.
	#[error("the {part} part has more than the {expected} bytes that belong to it; fetch it again")]
	Long {
		/// Which part.
		part: Part,
		/// Bytes needed.
		expected: u64,
	},
	/// A part could not be read.
	#[error("the {part} part cannot be read: {source}")]
	Read {
		/// Which part.
		part: Part,
		/// Why.
		source: io::Error,
	},
	/// The file could not be read.
	#[error("the file cannot be read: {0}")]
	Source(io::Error),
	/// The joined file could not be written.
	#[error("the joined file cannot be written: {0}; check the space on the disk")]
	Write(io::Error),
}

/// One of the two parts of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
	/// Everything outside of the pixel ranges.
	Metadata,
	/// The pixel ranges.
	Pixels,
}

impl fmt::Display for Part {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Metadata => "metadata",
			Self::Pixels => "pixel",
		})
	}
}

struct Named<'a>(&'a Option<Tag>);

impl fmt::Display for Named<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.0 {
			Some(tag) => tag.fmt(f),
			None => f.write_str("the element"),
		}
	}
}
