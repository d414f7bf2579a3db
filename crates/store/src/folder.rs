// SPDX-License-Identifier: Apache-2.0

//! Durable writes to a local folder.
//!
//! The local backend of crate `object_store` renames without `fsync`: after a power cut an object
//! could be there with its name and no content. So we write ourselves, and leave reading and listing
//! to that crate. An object goes into a file below `tmp/`, is synced, moved to its name, and then its
//! folder is synced. What has its name is therefore whole, always.

use crate::{Action, ObjectName, Space, StoreError, Verify, name::OBJECTS};
use std::{
	fs::{self, File},
	io::{self, Write},
	path::{Path, PathBuf},
	sync::atomic::{AtomicBool, Ordering},
	time::{Duration, Instant, SystemTime},
};

const TEMPORARY: &str = "tmp";
const TEMPORARY_PREFIX: &str = "put-";
/// An object is written in seconds; a file this old was left behind by a crash.
const TEMPORARY_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// A local folder with objects.
pub(crate) struct Folder {
	root: PathBuf,
	/// Which of the folders `objects/00` to `objects/ff` this process made durable.
	shards: [AtomicBool; 256],
}

impl Folder {
	/// Opens the folder, creates it if it is missing, and removes what crashes left behind.
	pub(crate) fn open(root: &Path) -> Result<Self, StoreError> {
		create(root).map_err(|source| StoreError::io(Action::Create, root, source))?;
		let root =
			root.canonicalize().map_err(|source| StoreError::io(Action::Read, root, source))?;
		let folder = Self { root, shards: [const { AtomicBool::new(false) }; 256] };
		folder.sweep();
		Ok(folder)
	}

	/// The folder's absolute path, without symbolic links.
	pub(crate) fn root(&self) -> &Path {
		&self.root
	}

	/// Writes an object, unless it is there, and returns when it is durable.
	pub(crate) fn put(
		&self,
		name: &ObjectName,
		bytes: &[u8],
		verify: Verify,
	) -> Result<(), StoreError> {
		let path = name.file(&self.root);
		let failed = |action| {
			let path = path.clone();
			move |source| StoreError::io(action, path, source)
		};
		self.create_shard(name)?;
		if is_whole(&path, bytes, verify) {
			// The process that wrote it may have been killed before it synced the folder.
			return self.sync(&path).map_err(failed(Action::Sync));
		}

		let temporary = self.root.join(TEMPORARY);
		create(&temporary).map_err(failed(Action::Write))?;
		let begun = Instant::now();
		// Its file is removed when it is dropped, so also when an error leaves this function.
		let mut file = tempfile::Builder::new()
			.prefix(TEMPORARY_PREFIX)
			.tempfile_in(&temporary)
			.map_err(failed(Action::Write))?;
		file.write_all(bytes).map_err(failed(Action::Write))?;
		let written = begun.elapsed();
		file.as_file().sync_all().map_err(failed(Action::Sync))?;
		file.persist(&path).map_err(|error| failed(Action::Write)(error.error))?;
		sync_parent(&path).map_err(failed(Action::Sync))?;
		let synced = begun.elapsed().saturating_sub(written);

		let found = fs::metadata(&path).map_err(failed(Action::Read))?.len();
		let expected = bytes.len().try_into().unwrap_or(u64::MAX);
		if found != expected {
			return Err(StoreError::WrongLength { name: *name, expected, found });
		}
		if verify == Verify::Content {
			let found = ObjectName::of(&fs::read(&path).map_err(failed(Action::Read))?);
			if found != *name {
				return Err(StoreError::Corrupt { name: *name, found });
			}
		}
		tracing::debug!(
			object = %name,
			bytes = expected,
			write_micros = u64::try_from(written.as_micros()).unwrap_or(u64::MAX),
			sync_micros = u64::try_from(synced.as_micros()).unwrap_or(u64::MAX),
			"object is durable"
		);
		Ok(())
	}

	/// Deletes an object durably. It may be missing.
	pub(crate) fn delete(&self, name: &ObjectName) -> Result<(), StoreError> {
		let path = name.file(&self.root);
		match fs::remove_file(&path).and_then(|()| sync_parent(&path)) {
			Err(error) if error.kind() != io::ErrorKind::NotFound => {
				Err(StoreError::io(Action::Delete, path, error))
			}
			_ => Ok(()),
		}
	}

	/// How large the file system is and what is left of it for this user.
	pub(crate) fn space(&self) -> Result<Space, StoreError> {
		let system = rustix::fs::statvfs(&self.root)
			.map_err(|error| StoreError::io(Action::Measure, &self.root, error.into()))?;
		Ok(Space {
			total: system.f_blocks.saturating_mul(system.f_frsize),
			available: system.f_bavail.saturating_mul(system.f_frsize),
		})
	}

	/// Creates the folder of an object durably.
	fn create_shard(&self, name: &ObjectName) -> Result<(), StoreError> {
		let known = &self.shards[usize::from(name.shard())];
		let objects = self.root.join(OBJECTS);
		let shard = objects.join(hex::encode([name.shard()]));
		if known.load(Ordering::Acquire) && shard.is_dir() {
			return Ok(());
		}
		// Another thread or process may have created them and not synced yet: sync always.
		create(&objects)
			.and_then(|()| sync_folder(&self.root))
			.and_then(|()| create(&shard))
			.and_then(|()| sync_folder(&objects))
			.map_err(|source| StoreError::io(Action::Create, &shard, source))?;
		known.store(true, Ordering::Release);
		Ok(())
	}

	/// Makes an object durable that somebody else wrote.
	fn sync(&self, path: &Path) -> io::Result<()> {
		File::open(path)?.sync_all()?;
		sync_parent(path)
	}

	/// Removes temporary files that nobody writes any more. A store that may only be read stays as
	/// it is.
	fn sweep(&self) {
		let Ok(files) = fs::read_dir(self.root.join(TEMPORARY)) else { return };
		for file in files.flatten() {
			let ours = file.file_name().to_string_lossy().starts_with(TEMPORARY_PREFIX);
			let age = file
				.metadata()
				.and_then(|metadata| metadata.modified())
				.ok()
				.and_then(|modified| SystemTime::now().duration_since(modified).ok());
			if ours && age.is_some_and(|age| age > TEMPORARY_AGE) {
				let path = file.path();
				match fs::remove_file(&path) {
					Ok(()) => tracing::info!(path = %path.display(), "removed an abandoned file"),
					Err(error) => tracing::warn!(
						path = %path.display(), %error, "cannot remove an abandoned file"
					),
				}
			}
		}
	}
}

/// Whether `bytes` are in the file already, as far as `verify` looks.
fn is_whole(path: &Path, bytes: &[u8], verify: Verify) -> bool {
	let length = fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|file| file.len());
	length == bytes.len().try_into().ok()
		&& (verify == Verify::Length || fs::read(path).is_ok_and(|found| found == bytes))
}

/// Creates a folder and those above it, each of them durably.
fn create(folder: &Path) -> io::Result<()> {
	if folder.is_dir() {
		return Ok(());
	}
	match fs::create_dir(folder) {
		Err(error) if error.kind() == io::ErrorKind::NotFound => {
			let parent = folder.parent().ok_or(error)?;
			create(parent)?;
			fs::create_dir(folder)
				.or_else(|error| if folder.is_dir() { Ok(()) } else { Err(error) })
		}
		// Somebody else was faster.
		Err(_) if folder.is_dir() => Ok(()),
		created => created,
	}?;
	sync_parent(folder)
}

pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
	path.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
	File::open(folder)?.sync_all()
}
