// SPDX-License-Identifier: Apache-2.0

//! A folder with a study, a store and a secret.

use contour_dicom::{Folder, survey};
use contour_phantom::{Options, phantom};
use contour_seal::keys::{RootSecret, StudySecret};
use contour_store::{ObjectName, Store};
use contour_study::{Expected, Manifest, Packed, Plan, StudyError, Work, pack, plan, unpack};
use std::{
	collections::BTreeMap,
	fs,
	num::NonZeroUsize,
	path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use walkdir::WalkDir;

const THREADS: NonZeroUsize = NonZeroUsize::new(3).expect("it is three");

/// What a custodian has.
pub(crate) struct Hospital {
	pub(crate) runtime: Runtime,
	pub(crate) root: RootSecret,
	pub(crate) folder: TempDir,
	pub(crate) store_folder: TempDir,
	pub(crate) store: Store,
}

impl Hospital {
	pub(crate) fn new() -> Self {
		let runtime = Runtime::new().expect("threads can be made");
		let store_folder = tempfile::tempdir().expect("a temporary folder");
		let url = store_folder.path().to_str().expect("it has letters only");
		let store = runtime.block_on(Store::open(url)).expect("it can be written to");
		let folder = tempfile::tempdir().expect("a temporary folder");
		Self { runtime, root: RootSecret::from_bytes([7; 32]), folder, store_folder, store }
	}

	/// With a small phantom in the folder.
	pub(crate) fn with_phantom() -> Self {
		let hospital = Self::new();
		let mut options = Options::default();
		(options.slices, options.rows, options.columns) = (16, 64, 64);
		(options.readers, options.blunder) = (1, false);
		phantom(&hospital.images(), &options, &|_| {}).expect("the folder is new");
		hospital
	}

	/// Where the files to be registered are.
	pub(crate) fn images(&self) -> PathBuf {
		self.folder.path().join("images")
	}

	pub(crate) fn survey(&self) -> Folder {
		survey(&self.images(), None, &|_| {}).expect("the folder is there")
	}

	pub(crate) fn work(&self) -> Work<'_> {
		Work { runtime: self.runtime.handle(), threads: THREADS, progress: &|_| {} }
	}

	/// The one study in the folder.
	pub(crate) fn plan(&self) -> Plan {
		let found = self.survey();
		let [study] = &found.studies[..] else { panic!("one study, not {found:?}") };
		plan(&self.images(), study, &self.root).expect("names are Unicode")
	}

	pub(crate) fn pack(&self) -> Packed {
		pack(&self.plan(), &self.root, &self.store, self.work()).expect("it is a study")
	}

	pub(crate) fn secret(&self, packed: &Packed) -> StudySecret {
		self.root.study_secret(&packed.study.0.0)
	}

	pub(crate) fn manifest(&self, packed: &Packed) -> Manifest {
		self.try_manifest(&packed.manifest, packed, &self.secret(packed)).expect("it is there")
	}

	pub(crate) fn try_manifest(
		&self,
		name: &ObjectName,
		packed: &Packed,
		secret: &StudySecret,
	) -> Result<Manifest, StudyError> {
		self.runtime.block_on(Manifest::fetch(&self.store, name, packed.study, secret))
	}

	/// Opens into a new folder below the hospital's.
	pub(crate) fn unpack(&self, packed: &Packed, to: &str) -> Result<PathBuf, StudyError> {
		let out = self.folder.path().join(to);
		let source = (&self.store, &self.manifest(packed), &self.secret(packed));
		unpack(source, &expected(packed), &out, self.work())?;
		Ok(out)
	}

	/// Files of the store's objects, with their sizes.
	pub(crate) fn objects(&self) -> BTreeMap<PathBuf, u64> {
		files(&self.store_folder.path().join("objects"))
			.into_iter()
			.map(|(path, bytes)| (path, bytes.len() as u64))
			.collect()
	}
}

pub(crate) fn expected(packed: &Packed) -> Expected {
	Expected {
		study: packed.study,
		commitment: packed.commitment,
		content_root: Some(packed.content_root),
	}
}

/// Every file below a folder, by its path in it.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
	WalkDir::new(folder)
		.into_iter()
		.map(|entry| entry.expect("it is readable"))
		.filter(|entry| entry.file_type().is_file())
		.map(|entry| {
			let path = entry.path().strip_prefix(folder).expect("it is below").to_path_buf();
			(path, fs::read(entry.path()).expect("it is readable"))
		})
		.collect()
}
