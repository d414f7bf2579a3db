// SPDX-License-Identifier: Apache-2.0

//! The DICOM files of a folder, by study.

use super::{Layout, ScanError, cursor::fill};
use serde::{Serialize, Serializer};
use std::{
	cmp::Ordering,
	collections::BTreeMap,
	fmt,
	fs::File,
	io::{self, BufReader, Read},
	num::NonZeroUsize,
	path::{Path, PathBuf},
	sync::{
		atomic::{AtomicUsize, Ordering::Relaxed},
		mpsc,
	},
	thread,
};
use walkdir::WalkDir;

/// What is in a folder. Paths are relative to it, in the form of this system; those that are not
/// Unicode are serialised with replacement characters.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
	/// The studies, by their UIDs.
	pub studies: Vec<Study>,
	/// What is no DICOM file of a study, and is nothing to worry about; by path.
	pub skipped: Vec<Skipped>,
	/// What somebody should look at; by path.
	pub problems: Vec<Problem>,
}

/// The files of one study.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Study {
	/// Study Instance UID.
	pub uid: String,
	/// The files, by series, then by SOP instance, then by path. An instance that is there twice
	/// with the same bytes is here twice, since the folder is to come back as it was.
	pub instances: Vec<Instance>,
}

/// One file of a study.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
	/// Where it is.
	#[serde(serialize_with = "lossy")]
	pub path: PathBuf,
	/// Where its pixels are, and what it is.
	pub layout: Layout,
}

/// Something that is left out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
	/// Where it is.
	#[serde(serialize_with = "lossy")]
	pub path: PathBuf,
	/// Why it is left out.
	pub reason: Reason,
}

/// Why something is left out; serialised as its name, which programs read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub enum Reason {
	/// A DICOMDIR: a table of contents, of no study.
	Directory,
	/// Not a DICOM file.
	NotDicom,
	/// A symbolic link. None is followed, so that nothing from outside of the folder gets in.
	SymbolicLink,
	/// A pipe, a socket or a device.
	NotAFile,
}

impl fmt::Display for Reason {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(match self {
			Self::Directory => "a DICOMDIR, a table of contents",
			Self::NotDicom => "not a DICOM file",
			Self::SymbolicLink => "a symbolic link, which is not followed",
			Self::NotAFile => "a pipe, a socket or a device",
		})
	}
}

/// Something that somebody should look at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
	/// Where it is.
	#[serde(serialize_with = "lossy")]
	pub path: PathBuf,
	/// What it is; serialised as its name and its text.
	#[serde(flatten)]
	pub trouble: Trouble,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
	/// Its layout could not be read.
	#[error(transparent)]
	Scan(#[from] ScanError),
	/// It names no study.
	#[error("the file names no study; keep it apart from the studies, or remove it")]
	NoStudy,
	/// Another file is the same instance of the same study, with other bytes. Neither this nor the
	/// other is left out of the study.
	#[error(
		"this is the same SOP instance as {}, with different bytes; find out which is right, and \
		 remove the other",
		.with.display()
	)]
	Differs {
		/// The other file, which comes first.
		with: PathBuf,
	},
	/// It, or the folder, could not be read.
	#[error("it cannot be read: {0}; check the permissions")]
	Unreadable(#[source] io::Error),
}

impl Trouble {
	/// The name of what is wrong, for reports: stable, without values.
	#[must_use]
	pub fn name(&self) -> &'static str {
		match self {
			Self::Scan(error) => error.name(),
			Self::NoStudy => "NoStudy",
			Self::Differs { .. } => "Differs",
			Self::Unreadable(_) => "Unreadable",
		}
	}
}

impl Serialize for Trouble {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		#[derive(Serialize)]
		struct Shown {
			error: &'static str,
			text: String,
		}
		Shown { error: self.name(), text: self.to_string() }.serialize(serializer)
	}
}

/// How far a survey is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
	/// Files scanned.
	pub done: usize,
	/// Files to be scanned.
	pub total: usize,
}

/// Why a folder could not be surveyed.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
	/// The folder is not there, is no folder, or cannot be opened.
	#[error(
		"cannot read the folder {}: {source}; check the path and the permissions",
		.path.display()
	)]
	Unreadable {
		/// The folder.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
}

/// Finds the DICOM files in a folder and the folders in it, and groups them by study.
///
/// Files are scanned on `threads` threads, by default as many as the machine has; the result does
/// not depend on it. `progress` is called on the caller's thread after each file.
///
/// # Errors
///
/// If `dir` cannot be read. What is wrong below it is among [`Folder::problems`].
pub fn survey(
	dir: &Path,
	threads: Option<NonZeroUsize>,
	progress: &dyn Fn(Progress),
) -> Result<Folder, SurveyError> {
	std::fs::read_dir(dir)
		.map_err(|source| SurveyError::Unreadable { path: dir.to_owned(), source })?;
	let mut folder = Folder { studies: Vec::new(), skipped: Vec::new(), problems: Vec::new() };
	let files = walk(dir, &mut folder);
	let scanned = scan(dir, &files, threads, progress);

	let mut studies = BTreeMap::<String, Vec<Instance>>::new();
	for (path, result) in files.into_iter().zip(scanned) {
		match result {
			Ok(layout) if layout.identity.is_directory() => {
				folder.skipped.push(Skipped { path, reason: Reason::Directory });
			}
			Ok(layout) => match layout.identity.study.clone() {
				Some(study) => studies.entry(study).or_default().push(Instance { path, layout }),
				None => folder.problems.push(Problem { path, trouble: Trouble::NoStudy }),
			},
			Err(ScanError::NotDicom) => {
				folder.skipped.push(Skipped { path, reason: Reason::NotDicom });
			}
			Err(error) => folder.problems.push(Problem { path, trouble: error.into() }),
		}
	}
	for (uid, mut instances) in studies {
		instances.sort_by(order);
		compare(dir, &instances, &mut folder.problems);
		folder.studies.push(Study { uid, instances });
	}
	folder.skipped.sort_by(|a, b| a.path.cmp(&b.path));
	folder.problems.sort_by(|a, b| a.path.cmp(&b.path));
	tracing::debug!(
		studies = folder.studies.len(),
		skipped = folder.skipped.len(),
		problems = folder.problems.len(),
		"surveyed a folder"
	);
	Ok(folder)
}

/// The files below a folder, by path.
fn walk(dir: &Path, folder: &mut Folder) -> Vec<PathBuf> {
	let mut files = Vec::new();
	let relative = |path: &Path| path.strip_prefix(dir).unwrap_or(path).to_owned();
	// The folder itself may be a link: the user named it.
	for entry in WalkDir::new(dir).min_depth(1).follow_links(false) {
		match entry {
			Ok(entry) => {
				let path = relative(entry.path());
				let kind = entry.file_type();
				if kind.is_file() {
					files.push(path);
				} else if kind.is_symlink() {
					folder.skipped.push(Skipped { path, reason: Reason::SymbolicLink });
				} else if !kind.is_dir() {
					// Opening a pipe would wait for ever.
					folder.skipped.push(Skipped { path, reason: Reason::NotAFile });
				}
			}
			Err(error) => {
				let path = relative(error.path().unwrap_or(dir));
				let trouble = Trouble::Unreadable(error.into());
				folder.problems.push(Problem { path, trouble });
			}
		}
	}
	files.sort();
	files
}

/// Scans the files, in parallel, and gives the results in their order.
fn scan(
	dir: &Path,
	files: &[PathBuf],
	threads: Option<NonZeroUsize>,
	progress: &dyn Fn(Progress),
) -> Vec<Result<Layout, ScanError>> {
	let total = files.len();
	let threads = threads
		.or_else(|| thread::available_parallelism().ok())
		.map_or(1, NonZeroUsize::get)
		.min(total);
	let next = AtomicUsize::new(0);
	let mut results = BTreeMap::new();
	thread::scope(|scope| {
		let (sender, receiver) = mpsc::channel();
		for _ in 0..threads {
			let (sender, next) = (sender.clone(), &next);
			scope.spawn(move || {
				loop {
					let index = next.fetch_add(1, Relaxed);
					let Some(path) = files.get(index) else { break };
					if sender.send((index, layout(&dir.join(path)))).is_err() {
						break;
					}
				}
			});
		}
		drop(sender);
		for (index, result) in receiver {
			results.insert(index, result);
			progress(Progress { done: results.len(), total });
		}
	});
	results.into_values().collect()
}

fn layout(path: &Path) -> Result<Layout, ScanError> {
	Layout::read(File::open(path)?)
}

fn order(a: &Instance, b: &Instance) -> Ordering {
	let key = |instance: &Instance| {
		let identity = &instance.layout.identity;
		(identity.series.clone(), identity.sop_instance.clone(), instance.path.clone())
	};
	key(a).cmp(&key(b))
}

/// Compares files that are the same SOP instance, also in different series, with the first of them.
fn compare(dir: &Path, instances: &[Instance], problems: &mut Vec<Problem>) {
	let mut first = BTreeMap::<&str, &Instance>::new();
	for instance in instances {
		let Some(uid) = instance.layout.identity.sop_instance.as_deref() else { continue };
		let Some(other) = first.get(uid) else {
			first.insert(uid, instance);
			continue;
		};
		let same = if instance.layout == other.layout {
			is_same(&dir.join(&instance.path), &dir.join(&other.path))
		} else {
			Ok(false)
		};
		let trouble = match same {
			Ok(true) => continue,
			Ok(false) => Trouble::Differs { with: other.path.clone() },
			Err(error) => Trouble::Unreadable(error),
		};
		problems.push(Problem { path: instance.path.clone(), trouble });
	}
}

fn is_same(a: &Path, b: &Path) -> io::Result<bool> {
	let (mut a, mut b) = (BufReader::new(File::open(a)?), BufReader::new(File::open(b)?));
	let (mut left, mut right) = ([0; 4096], [0; 4096]);
	loop {
		let count = fill(&mut a.by_ref(), &mut left)?;
		if count != fill(&mut b.by_ref(), &mut right)? || left.get(..count) != right.get(..count) {
			return Ok(false);
		}
		if count == 0 {
			return Ok(true);
		}
	}
}

fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.serialize_str(&path.to_string_lossy())
}
