// SPDX-License-Identifier: Apache-2.0

//! Why a file has no research copy. No text here carries a value from the file.

use serde::Serialize;
use std::{io, path::PathBuf};
use thiserror::Error;

/// Why a file that can be read is not copied.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NotCopied {
	/// Sound may carry a voice.
	#[error("it holds sound, which this profile cannot clean; leave it out")]
	Audio,
	/// (0028,0301) is YES.
	#[error("its pixels show identifying text; redact them, or allow burned-in annotation")]
	BurnedIn,
	/// A media directory, not an instance.
	#[error("it is a directory (DICOMDIR); copy the files it lists instead")]
	Directory,
	/// An overlay in the unused bits of the pixel data.
	#[error(
		"an overlay is hidden in its pixel data; move it out first, or allow burned-in annotation"
	)]
	EmbeddedOverlay,
	/// PDF, CDA, STL and the like.
	#[error("it wraps a document, which this profile cannot clean; leave it out")]
	EncapsulatedDocument,
	/// A kind of image that often shows text, without a statement that it does not.
	#[error(
		"images of its kind often show identifying text; check them, then allow burned-in annotation"
	)]
	LikelyBurnedIn,
	/// Graphics with text on them.
	#[error("it is a presentation state, whose texts this profile cannot clean; leave it out")]
	PresentationState,
	/// Pixel data that are at a URL.
	#[error("its pixel data are at a URL, not in the file; fetch them into the file first")]
	RemotePixels,
	/// The photographed label of a slide.
	#[error("it shows the label of a slide; leave it out, or allow burned-in annotation")]
	SlideLabel,
	/// Structured report or key object selection.
	#[error("it is a structured report, whose texts this profile cannot clean; leave it out")]
	StructuredReport,
}

/// What can go wrong when a research copy is made.
#[derive(Debug, Error)]
pub enum DeidentifyError {
	/// Sequences are nested deeper than in any real file.
	#[error("sequences are nested more than {limit} deep; the file is damaged or hostile")]
	DepthExceeded {
		/// Allowed depth.
		limit: usize,
	},
	/// A file or folder could not be read or written.
	#[error("cannot {verb} {path}: {source}; check that it exists and that you may use it")]
	Io {
		/// What was tried.
		verb: &'static str,
		/// Where.
		path: PathBuf,
		/// The system's error.
		source: io::Error,
	},
	/// The data set breaks the rules of PS3.5.
	#[error("the data set is damaged; ask for the file again or repair it with a DICOM tool")]
	Malformed,
	/// There is no SOP class or SOP instance UID, or something else in their place.
	#[error(
		"the file has no SOP class and SOP instance UID that tell which instance it is; repair it"
	)]
	MissingInstance,
	/// The output folder lies in the input folder or the reverse.
	#[error(
		"one of the input and output folders is inside the other; choose an output folder elsewhere"
	)]
	NestedFolders,
	/// No `DICM` after the preamble.
	#[error("this is not a DICOM file (PS3.10); leave it out or convert it first")]
	NotDicom,
	/// Something else exists at the place of the output.
	#[error("the output exists with different contents; move it away or choose another place")]
	OutputExists,
	/// The content may identify somebody in a way that the profile does not reach.
	#[error("refused: {0}")]
	Refused(NotCopied),
	/// The file, or what it inflates to, is larger than allowed.
	#[error("the file is larger than {limit} bytes; raise the limit if you expect it")]
	TooLarge {
		/// Allowed size in bytes.
		limit: u64,
	},
	/// A length points past the end.
	#[error("the file ends too early; fetch it again")]
	Truncated,
	/// The transfer syntax is absent, private or unknown.
	#[error("the transfer syntax is missing or unknown; convert the file with a DICOM tool first")]
	UnsupportedTransferSyntax,
	/// The cleaned data set could not be encoded.
	#[error(
		"the cleaned data set cannot be written in its transfer syntax; convert the file first"
	)]
	Write,
}
