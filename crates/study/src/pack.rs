// SPDX-License-Identifier: Apache-2.0

//! From a folder to a sealed study in the store.

use super::{
	Progress, StudyError, Work,
	manifest::{Instance, Manifest, commitment},
	merkle::{Digest, finish, root, sha256},
	ordered::in_order,
	sealing::{Parts, Sealed},
};
use aws_lc_rs::digest::{Context, SHA256};
use contour_dicom::{Layout, PartError};
use contour_primitives::{Hash, StudyId};
use contour_seal::{
	keys::{RootSecret, StudySecret},
	stream::sealed_len,
};
use contour_store::{BlockingLogWriter, Log, LogWriter, ObjectName, Store};
use serde::Serialize;
use std::{
	collections::BTreeMap,
	fs::File,
	io::{self, Read},
	path::{Component, Path, PathBuf},
};
use tokio::runtime::Handle;

/// Files up to this size are sealed in memory, on several threads at once; longer ones one after the
/// other, from a copy on disk.
const IN_MEMORY: u64 = 32 * 1024 * 1024;

/// A study that can be packed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
	/// Its identifier on the chain.
	pub study: StudyId,
	/// Modality of most of its images, by DICOM's code.
	pub modality: Option<String>,
	/// Files.
	pub files: usize,
	/// Their bytes.
	pub bytes: u64,
	#[serde(skip)]
	folder: PathBuf,
	#[serde(skip)]
	instances: Vec<Planned>,
}

#[derive(Clone, Debug)]
struct Planned {
	/// As the manifest has it.
	path: String,
	layout: Layout,
}

/// A study in the store, as it is to be registered.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Packed {
	/// Its identifier on the chain.
	pub study: StudyId,
	/// Root of the tree over the sealed instances.
	pub content_root: Hash,
	/// SHA-256 of the sealed manifest, which is its name in the store.
	pub manifest: ObjectName,
	/// Salted hash of the originals.
	pub commitment: Hash,
	/// Files.
	pub instances: u32,
	/// Bytes of the sealed instances together.
	pub bytes: u64,
}

impl Plan {
	/// Bytes that its sealed instances have together.
	pub fn sealed_bytes(&self) -> u64 {
		self.instances.iter().fold(0, |sum, planned| {
			let metadata = sealed_len(planned.layout.metadata_length());
			let pixels = sealed_len(planned.layout.pixels_length());
			sum.saturating_add(metadata).saturating_add(pixels)
		})
	}
}

/// Plans to pack a study of a surveyed folder.
///
/// The study's identifier is a keyed hash of the Study Instance UID and of the SOP Instance UIDs in
/// it: the same files have the same identifier, wherever they are, so that nothing is registered
/// twice; and a study that got more images is another one.
///
/// # Errors
///
/// [`StudyError::Name`] when a file's name is not Unicode.
pub fn plan(
	folder: &Path,
	study: &contour_dicom::Study,
	root: &RootSecret,
) -> Result<Plan, StudyError> {
	let mut instances = Vec::with_capacity(study.instances.len());
	let mut names = Vec::with_capacity(study.instances.len());
	for instance in &study.instances {
		let path = portable(&instance.path)?;
		let layout = instance.layout.clone();
		names.push(layout.identity.sop_instance.clone().unwrap_or_else(|| path.clone()));
		instances.push(Planned { path, layout });
	}
	names.sort_unstable();
	names.dedup();
	let mut parts = vec![study.uid.as_bytes()];
	parts.extend(names.iter().map(String::as_bytes));
	Ok(Plan {
		study: StudyId(root.name_key().name(&parts).into()),
		modality: modality_of(&instances),
		files: instances.len(),
		bytes: instances.iter().fold(0, |sum, it| sum.saturating_add(it.layout.length)),
		folder: folder.into(),
		instances,
	})
}

/// What made most of the images: segmentations are drawn, and reports have no pixels.
fn modality_of(instances: &[Planned]) -> Option<String> {
	let mut counts = BTreeMap::<&str, usize>::new();
	for planned in instances.iter().filter(|it| !it.layout.pixels.is_empty()) {
		if let Some(modality) = planned.layout.identity.modality.as_deref()
			&& modality != "SEG"
		{
			let count = counts.entry(modality).or_default();
			*count = count.saturating_add(1);
		}
	}
	counts.into_iter().max_by_key(|(_, count)| *count).map(|(modality, _)| modality.into())
}

/// A path as the manifest has it.
fn portable(path: &Path) -> Result<String, StudyError> {
	let parts: Option<Vec<_>> = path
		.components()
		.map(|part| match part {
			Component::Normal(name) => name.to_str(),
			_ => None,
		})
		.collect();
	Ok(parts.ok_or_else(|| StudyError::Name(path.into()))?.join("/"))
}

/// Seals a study and puts it into the store. When this returns, everything is durable.
///
/// Doing it again writes only what is missing.
///
/// # Errors
///
/// Those of reading, sealing and storing. Nothing is registered yet, so nothing is lost.
pub fn pack(
	plan: &Plan,
	root_secret: &RootSecret,
	store: &Store,
	work: Work<'_>,
) -> Result<Packed, StudyError> {
	let Work { runtime, threads, progress } = work;
	let id = plan.study.0.0;
	let secret = root_secret.study_secret(&id);
	let mut packing = Packing::new(plan.study, &secret, store, runtime);
	let total = plan.instances.len();
	progress(Progress { done: 0, total });
	in_order(
		&plan.instances,
		threads,
		|planned| {
			let path = plan.folder.join(&planned.path);
			if planned.layout.length > IN_MEMORY {
				return Ok(Ready::Long(path));
			}
			seal_file(planned, path, plan.study, &secret)
		},
		|planned, ready| {
			match ready {
				Ready::Sealed { digest, sealed } => packing.append(planned, digest, &sealed)?,
				Ready::Long(path) => packing.append_long(planned, &path)?,
			}
			progress(Progress { done: packing.instances.len(), total });
			Ok(())
		},
	)?;
	if packing.instances.len() != total {
		return Err(StudyError::Interrupted);
	}

	let (log, leaves, instances) = packing.finish()?;
	let bytes = log.length();
	let salt = root_secret.commitment_salt(&id);
	let manifest = Manifest::new(plan.study, &salt, log, instances);
	let digests = manifest.digests();
	let name = runtime.block_on(manifest.store(store, &secret))?;
	Ok(Packed {
		study: plan.study,
		content_root: root(&leaves).into(),
		manifest: name,
		commitment: commitment(salt.expose(), &digests).into(),
		instances: u32::try_from(total).unwrap_or(u32::MAX),
		bytes,
	})
}

/// What a thread makes of one file.
enum Ready {
	Sealed {
		digest: Digest,
		sealed: Sealed,
	},
	/// To be sealed straight into the log.
	Long(PathBuf),
}

/// Seals a file in memory.
fn seal_file(
	planned: &Planned,
	path: PathBuf,
	study: StudyId,
	secret: &StudySecret,
) -> Result<Ready, StudyError> {
	let whole = std::fs::read(&path).map_err(StudyError::file(&path))?;
	let [metadata, pixels] = planned.layout.split(&whole).map_err(|source| match source {
		PartError::Changed { .. } => StudyError::Changed(path),
		source => StudyError::Join { path: planned.path.clone(), source },
	})?;
	let digest = sha256(&whole);
	let sealed = Sealed::new(&digest, &metadata, &pixels, study, secret);
	Ok(Ready::Sealed { digest, sealed })
}

/// A log that grows.
struct Packing<'a> {
	study: StudyId,
	secret: &'a StudySecret,
	log: BlockingLogWriter,
	leaves: Vec<Digest>,
	instances: Vec<Instance>,
}

impl<'a> Packing<'a> {
	fn new(study: StudyId, secret: &'a StudySecret, store: &Store, runtime: &Handle) -> Self {
		let log = LogWriter::new(store).into_blocking(runtime.clone());
		Self { study, secret, log, leaves: Vec::new(), instances: Vec::new() }
	}

	fn append(
		&mut self,
		planned: &Planned,
		digest: Digest,
		sealed: &Sealed,
	) -> Result<(), StudyError> {
		let offset = self.log.length();
		io::Write::write_all(&mut self.log, &sealed.bytes).map_err(store_error)?;
		self.note(planned, digest, sealed.leaf, offset);
		Ok(())
	}

	/// From a copy, which nobody changes between hashing and sealing.
	fn append_long(&mut self, planned: &Planned, path: &Path) -> Result<(), StudyError> {
		let file = File::open(path).map_err(StudyError::file(path))?;
		let mut copy = tempfile::tempfile().map_err(StudyError::file(path))?;
		let mut whole = Context::new(&SHA256);
		let copied = copy_hashed(file, &mut copy, &mut whole).map_err(StudyError::file(path))?;
		if copied != planned.layout.length {
			return Err(StudyError::Changed(path.into()));
		}
		let part = |source| StudyError::Join { path: planned.path.clone(), source };
		let failed = StudyError::file;
		let mut metadata = Vec::new();
		let mut reader = planned.layout.metadata(&copy).map_err(part)?;
		reader.read_to_end(&mut metadata).map_err(failed(path))?;
		let mut hash = Context::new(&SHA256);
		let pixels = planned.layout.pixels(&copy).map_err(part)?;
		copy_hashed(pixels, io::sink(), &mut hash).map_err(failed(path))?;
		let digest = finish(whole);
		let parts = Parts {
			digest,
			metadata,
			pixels: planned.layout.pixels(&copy).map_err(part)?,
			pixels_digest: finish(hash),
		};

		let offset = self.log.length();
		let leaf = parts
			.seal_to(&mut self.log, self.study, self.secret)
			.map_err(|source| StudyError::Seal { path: path.into(), source })?;
		self.note(planned, digest, leaf, offset);
		Ok(())
	}

	fn note(&mut self, planned: &Planned, digest: Digest, leaf: Digest, offset: u64) {
		self.leaves.push(leaf);
		self.instances.push(Instance {
			path: planned.path.clone(),
			digest,
			length: planned.layout.length,
			pixels: planned.layout.pixels.clone(),
			offset,
		});
	}

	fn finish(self) -> Result<(Log, Vec<Digest>, Vec<Instance>), StudyError> {
		Ok((self.log.finish()?, self.leaves, self.instances))
	}
}

/// Copies and hashes; returns how many bytes there were.
fn copy_hashed(mut from: impl Read, mut to: impl io::Write, hash: &mut Context) -> io::Result<u64> {
	let mut buffer = vec![0; 1 << 20];
	let mut copied = 0u64;
	loop {
		let read = match from.read(&mut buffer) {
			Ok(0) => return Ok(copied),
			Ok(read) => read,
			Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
			Err(error) => return Err(error),
		};
		let bytes = buffer.get(..read).unwrap_or_default();
		hash.update(bytes);
		to.write_all(bytes)?;
		copied = copied.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
	}
}

/// The store's error inside of an I/O error.
pub(super) fn store_error(error: io::Error) -> StudyError {
	match error.downcast::<contour_store::StoreError>() {
		Ok(error) => StudyError::Store(error),
		Err(source) => StudyError::File { path: PathBuf::from("the store"), source },
	}
}
