// SPDX-License-Identifier: Apache-2.0

//! Research copies of studies that are to be registered.
//!
//! ```
//! use contour_dicom::survey;
//! use contour_gateway::research::Copies;
//! use contour_seal::keys::RootSecret;
//!
//! # let folder = tempfile::tempdir()?;
//! # let mut options = contour_phantom::Options::default();
//! # (options.slices, options.rows, options.columns, options.readers) = (16, 64, 64, 1);
//! # contour_phantom::phantom(folder.path(), &options, &|_| {})?;
//! let images = folder.path().join("mr");
//! let found = survey(&images, None, &|_| ())?;
//! let root = RootSecret::generate()?;
//! let copies = Copies::make(&images, &found, &root, false, &|_| ())?;
//! assert_eq!(copies.report().copied(), 16);
//! assert_ne!(copies.found().studies[0].uid, found.studies[0].uid);
//!
//! // Dropping them deletes them: register them first.
//! let place = copies.folder().to_owned();
//! drop(copies);
//! assert!(!place.exists());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use contour_deidentify::{Deidentifier, DeidentifyError, Options, Outcome, Report};
use contour_dicom::{Folder, SurveyError, survey};
use contour_primitives::StudyId;
use contour_seal::keys::RootSecret;
use contour_study::{Plan, Progress};
use serde::Serialize;
use std::{
	collections::{BTreeMap, BTreeSet},
	path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Files that an error names.
pub(crate) const NAMED: usize = 20;

/// Copies of a folder's studies for research, in a folder that is deleted with the value.
pub struct Copies {
	folder: TempDir,
	found: Folder,
	report: Report,
	/// Paths of the originals' studies in their folder, and of their copies in this one.
	pairs: BTreeSet<(usize, usize)>,
	/// Files of studies that have no copy, and why.
	refused: Vec<String>,
}

/// Why there are no research copies.
#[derive(Debug, thiserror::Error)]
pub enum ResearchError {
	/// The copies cannot be looked through.
	#[error(transparent)]
	Survey(#[from] SurveyError),
	/// They cannot be made.
	#[error(transparent)]
	Deidentify(#[from] DeidentifyError),
	/// A file or a folder cannot be used.
	#[error("{}: {source}; check the path and its permissions", .path.display())]
	File {
		/// Which one.
		path: PathBuf,
		/// Why.
		source: std::io::Error,
	},
	/// Some files have no copy.
	#[error(
		"{count} files of studies cannot be copied for research, so nothing was registered: leave \
		 them out with --keep-going:\n\
		 {list}"
	)]
	NotCopied {
		/// How many.
		count: usize,
		/// Some of them, each on a line.
		list: String,
	},
}

/// A study and its research copy.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Pair {
	/// The study.
	pub original: StudyId,
	/// Its copy, which is a study, too.
	pub copy: StudyId,
}

impl Copies {
	/// Makes the copies of what was found in the folder `dir`. Their key follows from the root secret,
	/// so that they are the same each time. Files that cannot be copied are left out if `keep_going`.
	///
	/// # Errors
	///
	/// [`ResearchError::NotCopied`] unless `keep_going`, and those of reading and writing files.
	pub fn make(
		dir: &Path,
		originals: &Folder,
		root: &RootSecret,
		keep_going: bool,
		progress: &dyn Fn(Progress),
	) -> Result<Self, ResearchError> {
		let failed = |path: &Path| {
			let path = path.to_owned();
			|source| ResearchError::File { path, source }
		};
		let folder = tempfile::Builder::new()
			.prefix("contour-research-")
			.tempdir()
			.map_err(failed(&std::env::temp_dir()))?;
		let deidentifier = Deidentifier::new(*root.research_key(), Options::default());
		let report = deidentifier.folder(dir, folder.path(), |it| {
			progress(Progress { done: it.done, total: it.total });
		})?;

		let real = dir.canonicalize().map_err(failed(dir))?;
		let originals = places(originals);
		let original = |source: &Path| originals.get(source.strip_prefix(&real).ok()?).copied();
		let refused = report.files.iter().filter_map(|file| match &file.outcome {
			Outcome::Refused { reason } if original(&file.source).is_some() => {
				Some(format!("{}: {reason}", file.source.display()))
			}
			_ => None,
		});
		let refused: Vec<_> = refused.collect();
		if !refused.is_empty() && !keep_going {
			let list = refused.iter().take(NAMED).map(|it| format!("  {it}"));
			let list = list.collect::<Vec<_>>().join("\n");
			return Err(ResearchError::NotCopied { count: refused.len(), list });
		}

		let found = survey(folder.path(), None, &|_| ())?;
		let copies = places(&found);
		let pairs = report.files.iter().filter_map(|file| match &file.outcome {
			Outcome::Copied(copied) => {
				let copy = PathBuf::from(format!("{}.dcm", copied.instance));
				Some((original(&file.source)?, *copies.get(&copy)?))
			}
			Outcome::Refused { .. } => None,
		});
		let pairs = pairs.collect();
		Ok(Self { folder, found, report, pairs, refused })
	}

	/// What was removed from each file, without any value of an original.
	pub fn report(&self) -> &Report {
		&self.report
	}

	/// Files of studies that have no copy, and why.
	pub fn refused(&self) -> &[String] {
		&self.refused
	}

	/// The folder in which they are.
	pub fn folder(&self) -> &Path {
		self.folder.path()
	}

	/// Their studies.
	pub fn found(&self) -> &Folder {
		&self.found
	}

	/// Which copy belongs to which original, by the plans of both.
	pub fn pairs(&self, originals: &[Plan], copies: &[Plan]) -> Vec<Pair> {
		let pairs = self.pairs.iter().filter_map(|(original, copy)| {
			Some(Pair { original: originals.get(*original)?.study, copy: copies.get(*copy)?.study })
		});
		pairs.collect()
	}
}

/// In which study each file is.
fn places(folder: &Folder) -> BTreeMap<PathBuf, usize> {
	let studies = folder.studies.iter().enumerate();
	let files = studies.flat_map(|(index, study)| {
		study.instances.iter().map(move |instance| (instance.path.clone(), index))
	});
	files.collect()
}
