// SPDX-License-Identifier: Apache-2.0

//! Copies a folder, file by file.

use super::{Deidentifier, DeidentifyError, FileReport, FolderEntry, Outcome, Report, table};
use std::{
	fs,
	io::{self, Write},
	path::{Path, PathBuf},
};
use tempfile::NamedTempFile;
use walkdir::WalkDir;

/// How far a folder is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
	/// Files done.
	pub done: usize,
	/// Files there are.
	pub total: usize,
}

impl Deidentifier {
	/// Copies one file. The output appears whole or not at all, readable by its owner only.
	///
	/// # Errors
	///
	/// As [`Self::bytes`]; [`DeidentifyError::Io`]; [`DeidentifyError::OutputExists`] if another
	/// file is at `output`. The same content there is no error.
	pub fn file(&self, input: &Path, output: &Path) -> Result<FileReport, DeidentifyError> {
		let (copy, report) = self.bytes(&self.load(input)?)?;
		write(output, &copy)?;
		Ok(report)
	}

	/// Copies every file below `input`, in the order of names, to `output`. A copy is named by its
	/// new SOP instance UID, so names and folders of the originals stay behind. Links are not
	/// followed. A file that cannot be copied is noted in the report and does not stop the others.
	///
	/// # Errors
	///
	/// [`DeidentifyError::NestedFolders`]; [`DeidentifyError::Io`] if a folder cannot be used.
	pub fn folder(
		&self,
		input: &Path,
		output: &Path,
		mut progress: impl FnMut(Progress),
	) -> Result<Report, DeidentifyError> {
		fs::create_dir_all(output).map_err(|source| fault("create", output, source))?;
		let real = |path: &Path| path.canonicalize().map_err(|source| fault("open", path, source));
		let (from, to) = (real(input)?, real(output)?);
		if from.starts_with(&to) || to.starts_with(&from) {
			return Err(DeidentifyError::NestedFolders);
		}
		let mut sources = Vec::new();
		for entry in WalkDir::new(&from).sort_by_file_name() {
			let entry = entry.map_err(|error| fault("list", &from, error.into()))?;
			if entry.file_type().is_file() {
				sources.push(entry.into_path());
			}
		}
		let total = sources.len();
		let mut files = Vec::with_capacity(total);
		for (index, source) in sources.into_iter().enumerate() {
			let outcome = match self.place(&source, &to) {
				Ok(report) => Outcome::Copied(Box::new(report)),
				Err(error) => {
					// Names of originals can identify, so they stay out of logs and reports.
					let reason = match error {
						DeidentifyError::Io { verb, source, .. } => {
							format!("cannot {verb} it: {}", source.kind())
						}
						error => error.to_string(),
					};
					tracing::warn!(index, reason, "file has no research copy");
					Outcome::Refused { reason }
				}
			};
			files.push(FolderEntry { index, source, outcome });
			progress(Progress { done: files.len(), total });
		}
		Ok(Report { edition: table::EDITION, files })
	}

	fn place(&self, source: &Path, to: &Path) -> Result<FileReport, DeidentifyError> {
		let (copy, report) = self.bytes(&self.load(source)?)?;
		// Where UIDs are retained the name is remapped nevertheless: it must not tell the original's.
		let name = match self.options.retain_uids {
			true => self.keyed.uid(&report.instance),
			false => report.instance.clone(),
		};
		write(&to.join(name + ".dcm"), &copy)?;
		Ok(report)
	}

	fn load(&self, path: &Path) -> Result<Vec<u8>, DeidentifyError> {
		let limit = self.options.max_bytes;
		let length = fs::metadata(path).map_err(|source| fault("read", path, source))?.len();
		if length > limit {
			return Err(DeidentifyError::TooLarge { limit });
		}
		fs::read(path).map_err(|source| fault("read", path, source))
	}
}

fn write(path: &Path, content: &[u8]) -> Result<(), DeidentifyError> {
	let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
	let folder = folder.unwrap_or(Path::new("."));
	let fail = |source| fault("write", path, source);
	let mut file = NamedTempFile::new_in(folder).map_err(fail)?;
	file.write_all(content).map_err(fail)?;
	file.as_file().sync_all().map_err(fail)?;
	match file.persist_noclobber(path) {
		Ok(_) => Ok(()),
		Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => match fs::read(path) {
			Ok(present) if present == content => Ok(()),
			_ => Err(DeidentifyError::OutputExists),
		},
		Err(error) => Err(fail(error.error)),
	}
}

fn fault(verb: &'static str, path: &Path, source: io::Error) -> DeidentifyError {
	DeidentifyError::Io { verb, path: PathBuf::from(path), source }
}
