// SPDX-License-Identifier: Apache-2.0

//! Why a file is no data set.

use dicom_core::Tag;
use thiserror::Error;

/// Why a file cannot be read as DICOM.
#[derive(Debug, Error)]
pub enum DatasetError {
	/// No `DICM` after 128 bytes, or no file meta information after it.
	#[error("this is not a DICOM file (PS3.10): check that the right file was chosen")]
	NotDicom,
	/// The encoding is one that is not read.
	#[error(
		"the transfer syntax {0} is not read here: convert the file to Explicit VR Little Endian, \
		 for example with dcmconv or gdcmconv --raw"
	)]
	TransferSyntax(String),
	/// A value is longer than the rest of the file.
	#[error(
		"element {tag} at byte {at} needs {needed} bytes but {left} are left: the file is \
		 truncated; fetch it again"
	)]
	Truncated {
		/// The element.
		tag: Tag,
		/// Where its value starts in the file.
		at: u64,
		/// Length of its value.
		needed: u64,
		/// Bytes left in the file.
		left: u64,
	},
	/// Nested too deeply or too many elements.
	#[error("the file has {0} than any real object: it is damaged or hostile, do not use it")]
	Excessive(&'static str),
	/// The parser's own complaint.
	#[error("the file is damaged: {0}; fetch it again")]
	Damaged(String),
	/// A data set could not be encoded.
	#[error("a data set cannot be written: {0}; check for characters that its text cannot hold")]
	Encode(String),
	/// A volume in one file, where a file for each slice is read.
	#[error(
		"the image has several frames in one file: convert it to a file for each slice, for example \
		 with emf2sf of dcm4che"
	)]
	MultiFrame,
	/// An attribute that must be there is not.
	#[error("attribute {0} is missing or empty: have the file exported again by its maker")]
	Missing(Tag),
	/// An attribute has a value that makes no sense.
	#[error("attribute {0} has a value that cannot be used: have the file exported again")]
	Invalid(Tag),
}
