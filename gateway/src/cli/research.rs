// SPDX-License-Identifier: Apache-2.0

//! Research copies of what is registered (`contour study register --deidentify`).

use super::{error::CliError, output::Output};
use contour_deidentify::{Deidentifier, Options, Outcome, Report};
use contour_dicom::{Folder, survey};
use contour_primitives::StudyId;
use contour_seal::keys::RootSecret;
use contour_study::{Plan, plan};
use serde::Serialize;
use std::{
	collections::{BTreeMap, BTreeSet},
	path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Copies of a folder's studies for research, in a folder that is deleted with the value.
pub(crate) struct Copies {
	folder: TempDir,
	found: Folder,
	report: Report,
	/// Paths of the originals' studies in their folder, and of their copies in this one.
	pairs: BTreeSet<(usize, usize)>,
	/// Files of studies that have no copy, and why.
	refused: Vec<String>,
}

/// A study and its research copy.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Pair {
	pub(crate) original: StudyId,
	pub(crate) copy: StudyId,
}

impl Copies {
	/// Makes the copies. Their key follows from the root secret, so that they are the same each
	/// time.
	pub(crate) fn make(
		dir: &Path,
		originals: &Folder,
		root: &RootSecret,
		keep_going: bool,
		output: &Output,
	) -> Result<Self, CliError> {
		let failed = |path: &Path| {
			let path = path.to_owned();
			|source| CliError::File { path, source }
		};
		let folder = tempfile::Builder::new()
			.prefix("contour-research-")
			.tempdir()
			.map_err(failed(&std::env::temp_dir()))?;
		let bar = output.bar("Copying");
		let deidentifier = Deidentifier::new(*root.research_key(), Options::default());
		let report = deidentifier.folder(dir, folder.path(), |progress| {
			bar.set_length(progress.total as u64);
			bar.set_position(progress.done as u64);
		})?;
		bar.finish_and_clear();

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
			let list = refused.iter().take(20).map(|it| format!("  {it}"));
			let list = list.collect::<Vec<_>>().join("\n");
			return Err(CliError::NotCopied { count: refused.len(), list });
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

	/// Plans to pack them.
	pub(crate) fn plans(&self, root: &RootSecret) -> Result<Vec<Plan>, CliError> {
		let studies = self.found.studies.iter();
		Ok(studies.map(|study| plan(self.folder.path(), study, root)).collect::<Result<_, _>>()?)
	}

	/// Which copy belongs to which original, by the plans of both.
	pub(crate) fn pairs(&self, originals: &[Plan], copies: &[Plan]) -> Vec<Pair> {
		let pairs = self.pairs.iter().filter_map(|(original, copy)| {
			Some(Pair { original: originals.get(*original)?.study, copy: copies.get(*copy)?.study })
		});
		pairs.collect()
	}

	/// How many files have a copy.
	pub(crate) fn copied(&self) -> usize {
		self.report.copied()
	}

	/// Files of studies that have no copy, and why.
	pub(crate) fn refused(&self) -> &[String] {
		&self.refused
	}

	/// Writes what was removed from each file, without any value of an original.
	pub(crate) fn write_report(&self, path: &Path) -> Result<(), CliError> {
		let text = serde_json::to_string_pretty(&self.report).expect("its maps have texts as keys");
		std::fs::write(path, text).map_err(|source| CliError::File { path: path.into(), source })
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
