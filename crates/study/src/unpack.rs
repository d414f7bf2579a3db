// SPDX-License-Identifier: Apache-2.0

//! From a sealed study in the store to the original files.

use super::{
	Progress, StudyError, Work,
	manifest::{Hashing, Instance, Manifest},
	merkle::{Digest, root},
	ordered::in_order,
	pack::store_error,
};
use contour_dicom::join;
use contour_primitives::{Hash, StudyId};
use contour_seal::{
	keys::StudySecret,
	stream::{OpenError, Opener},
};
use contour_store::{LogReader, Store};
use std::{
	fs::{self, File},
	io::{self, BufWriter, Read},
	path::{Path, PathBuf},
};
use tokio::runtime::Handle;
use walkdir::WalkDir;

/// What the chain says of a study.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
	/// The study.
	pub study: StudyId,
	/// Salted hash of the originals.
	pub commitment: Hash,
	/// Root of the tree over the sealed instances: of the custodian's own copy only, as a leased
	/// copy is sealed anew.
	pub content_root: Option<Hash>,
}

/// Opens a study into a folder, which must not exist. The folder appears when every file is whole
/// and everything agrees with the chain; nothing is left of an attempt that failed.
///
/// # Errors
///
/// Those of reading, opening and writing; [`StudyError::NotTheOriginal`],
/// [`StudyError::NotAsRegistered`] and [`StudyError::CommitmentBroken`] when something is not what
/// was registered.
pub fn unpack(
	(store, manifest, secret): (&Store, &Manifest, &StudySecret),
	expected: &Expected,
	out: &Path,
	work: Work<'_>,
) -> Result<(), StudyError> {
	let Work { runtime, threads, progress } = work;
	if manifest.commitment() != expected.commitment.0 {
		return Err(StudyError::CommitmentBroken);
	}
	if out.symlink_metadata().is_ok() {
		return Err(StudyError::Exists(out.into()));
	}
	let parent = out.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
	fs::create_dir_all(parent).map_err(StudyError::file(parent))?;
	let folder = tempfile::Builder::new()
		.prefix(".contour-")
		.tempdir_in(parent)
		.map_err(StudyError::file(parent))?;

	let reader = LogReader::new(store, manifest.log.clone());
	let mut leaves = Vec::with_capacity(manifest.instances.len());
	let total = manifest.instances.len();
	progress(Progress { done: 0, total });
	in_order(
		&manifest.instances,
		threads,
		|instance| {
			let opening = Opening { instance, study: expected.study, secret, reader: &reader };
			opening.write(&folder.path().join(&instance.path), runtime)
		},
		|_, leaf| {
			leaves.push(leaf);
			progress(Progress { done: leaves.len(), total });
			Ok(())
		},
	)?;
	if leaves.len() != total {
		return Err(StudyError::Interrupted);
	}
	if expected.content_root.is_some_and(|expected| expected.0 != root(&leaves)) {
		return Err(StudyError::NotAsRegistered);
	}
	sync_folders(folder.path()).map_err(StudyError::file(out))?;
	fs::rename(folder.path(), out).map_err(StudyError::file(out))?;
	File::open(parent).and_then(|it| it.sync_all()).map_err(StudyError::file(parent))
}

/// Makes the names of synced files durable, in this folder and those below.
fn sync_folders(folder: &Path) -> io::Result<()> {
	for entry in WalkDir::new(folder) {
		let entry = entry?;
		if entry.file_type().is_dir() {
			File::open(entry.path())?.sync_all()?;
		}
	}
	Ok(())
}

/// One instance on its way out.
pub(super) struct Opening<'a> {
	pub(super) instance: &'a Instance,
	pub(super) study: StudyId,
	pub(super) secret: &'a StudySecret,
	pub(super) reader: &'a LogReader,
}

impl Opening<'_> {
	/// Writes the file and returns SHA-256 of its sealed bytes.
	fn write(&self, path: &Path, runtime: &Handle) -> Result<Digest, StudyError> {
		if let Some(folder) = path.parent() {
			fs::create_dir_all(folder).map_err(StudyError::file(folder))?;
		}
		let file = File::create_new(path).map_err(StudyError::file(path))?;
		let (leaf, out) = self.open_to(BufWriter::new(file), runtime)?;
		let file = out.into_inner().map_err(io::IntoInnerError::into_error);
		file.and_then(|file| file.sync_all()).map_err(StudyError::file(path))?;
		Ok(leaf)
	}

	/// Writes the original to `out` and compares it with what the manifest says.
	fn open_to<W: io::Write>(&self, out: W, runtime: &Handle) -> Result<(Digest, W), StudyError> {
		let Instance { path, digest, length, pixels, .. } = self.instance;
		let metadata = self.metadata(runtime)?;
		let bound = Instance::associated_data(self.study, digest);
		let key = self.secret.pixel_key(&metadata.digest);
		let range = self.instance.sealed_pixels();
		let sealed_len = range.end.saturating_sub(range.start);
		let sealed = self.reader.read_blocking(range, runtime.clone())?;
		let mut sealed = Hashed { from: sealed, hash: metadata.leaf };
		let open = |source| StudyError::Open { path: path.clone(), part: "pixels", source };
		let opener = Opener::with_len(&mut sealed, &key, &bound, sealed_len)
			.map_err(|error| named(error, open))?;

		let mut out = Hashing::new(out);
		join(metadata.bytes.as_slice(), opener, pixels, *length, &mut out)
			.map_err(|error| join_error(error, path))?;
		let (out, written) = out.finish();
		if written != *digest {
			return Err(StudyError::NotTheOriginal(path.clone()));
		}
		Ok((super::merkle::finish(sealed.hash), out))
	}

	/// Opens the metadata part.
	pub(super) fn metadata(&self, runtime: &Handle) -> Result<Metadata, StudyError> {
		let Instance { path, digest, .. } = self.instance;
		let range = self.instance.sealed_metadata();
		let sealed_len = range.end.saturating_sub(range.start);
		let from = self.reader.read_blocking(range, runtime.clone())?;
		let hash = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
		let mut sealed = Hashed { from, hash };
		let open = |source| StudyError::Open { path: path.clone(), part: "metadata", source };
		let key = self.secret.metadata_key(digest);
		let bound = Instance::associated_data(self.study, digest);
		let mut opener = Opener::with_len(&mut sealed, &key, &bound, sealed_len)
			.map_err(|error| named(error, open))?;
		let mut bytes = Vec::new();
		opener.read_to_end(&mut bytes).map_err(|error| named(error.into(), open))?;
		drop(opener);
		Ok(Metadata { digest: super::merkle::sha256(&bytes), bytes, leaf: sealed.hash })
	}
}

/// The metadata part of an instance.
pub(super) struct Metadata {
	pub(super) bytes: Vec<u8>,
	pub(super) digest: Digest,
	/// Has been fed with the sealed metadata.
	leaf: aws_lc_rs::digest::Context,
}

/// Hashes what is read through it.
struct Hashed<R> {
	from: R,
	hash: aws_lc_rs::digest::Context,
}

impl<R: Read> Read for Hashed<R> {
	fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
		let read = self.from.read(buffer)?;
		self.hash.update(buffer.get(..read).unwrap_or_default());
		Ok(read)
	}
}

/// What the store says about reading is not about the key.
pub(super) fn named(
	error: OpenError,
	otherwise: impl FnOnce(OpenError) -> StudyError,
) -> StudyError {
	match error {
		OpenError::Io(error) => store_error(error),
		error => otherwise(error),
	}
}

fn join_error(error: contour_dicom::PartError, path: &str) -> StudyError {
	use contour_dicom::PartError;
	match error {
		PartError::Read { source, .. } => {
			let open = |source| StudyError::Open { path: path.into(), part: "pixels", source };
			named(source.into(), open)
		}
		PartError::Write(source) => StudyError::File { path: PathBuf::from(path), source },
		source => StudyError::Join { path: path.into(), source },
	}
}
