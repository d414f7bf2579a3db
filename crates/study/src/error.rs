// SPDX-License-Identifier: Apache-2.0

//! What can go wrong with a study.

use contour_dicom::{PartError, ScanError};
use contour_seal::stream::{OpenError, SealError};
use contour_store::StoreError;
use std::{io, path::PathBuf};

/// What went wrong with a study.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
	/// The store did not do what it should.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// A file could not be read or written.
	#[error("{}: {source}; check the path, its permissions and the room on the disk", .path.display())]
	File {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// A file is no longer the DICOM file that it was.
	#[error("{}: {source}", .path.display())]
	Scan {
		/// The file.
		path: PathBuf,
		/// Why.
		source: ScanError,
	},
	/// A file has another length than when it was surveyed.
	#[error("{} changed while it was read; do not change the folder, and try again", .0.display())]
	Changed(PathBuf),
	/// A file's name is not Unicode.
	#[error("{} has a name that is not Unicode; rename it", .0.display())]
	Name(PathBuf),
	/// Sealing failed.
	#[error("{}: {source}", .path.display())]
	Seal {
		/// The file.
		path: PathBuf,
		/// Why.
		source: SealError,
	},
	/// The manifest does not open.
	#[error(
		"the study's manifest does not open with this key: it is for another study, another lease \
		 or another recipient, or it was changed ({0}); report it to the custodian"
	)]
	ManifestUnopenable(#[source] OpenError),
	/// The manifest is not one.
	#[error("the study's manifest is not valid: {0}; report it to the custodian")]
	ManifestInvalid(String),
	/// A part of an instance does not open.
	#[error("{path}: the sealed {part} does not open: {source}")]
	Open {
		/// The instance.
		path: String,
		/// Metadata or pixels.
		part: &'static str,
		/// Why.
		source: OpenError,
	},
	/// The parts are not those of the file.
	#[error("{path}: {source}")]
	Join {
		/// The instance.
		path: String,
		/// Why.
		source: PartError,
	},
	/// A file came out different from what went in.
	#[error(
		"{0} is not the file that was sealed: its SHA-256 is different; report it to the custodian"
	)]
	NotTheOriginal(String),
	/// The sealed bytes are not those that were registered.
	#[error(
		"the sealed study is not the one that was registered: the root over its instances is not \
		 the one on the chain, so an object was swapped; report it to the custodian"
	)]
	NotAsRegistered,
	/// The originals are not those that were registered.
	#[error(
		"the files are not those that were registered: they do not open the commitment on the \
		 chain; report it to the custodian"
	)]
	CommitmentBroken,
	/// The folder to write to exists.
	#[error(
		"{} exists: pass a folder that does not exist, so that nothing is overwritten",
		.0.display()
	)]
	Exists(PathBuf),
	/// A thread ended early.
	#[error("the work was interrupted; try again")]
	Interrupted,
}

impl StudyError {
	pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
		let path = path.into();
		|source| Self::File { path, source }
	}
}
