// SPDX-License-Identifier: Apache-2.0

//! What is in a sealed study: the list of its instances, itself sealed.
//!
//! The manifest is JSON, sealed with the study's manifest key and stored as one object. Whoever has
//! the study's secret and the manifest's name can fetch, open and verify everything else.

use super::{
	error::StudyError,
	merkle::{Digest, root, sha256},
};
use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use contour_primitives::StudyId;
use contour_seal::{
	keys::{CommitmentSalt, StudySecret},
	stream,
};
use contour_store::{Log, MANIFEST_LIMIT, ObjectName, Store};
use serde::{Deserialize, Serialize};
use std::{
	ops::Range,
	path::{Component, Path},
};

/// Version of the format.
const VERSION: u8 = 1;
const MANIFEST: &[u8] = b"contour/v1/manifest";
const INSTANCE: &[u8] = b"contour/v1/instance";
const COMMITMENT: &[u8] = b"contour/v1/commitment";

/// What is in a sealed study.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
	/// Version of the format: 1.
	version: u8,
	/// The study's identifier on the chain.
	#[serde(with = "hex::serde")]
	study: Digest,
	/// Opens the commitment on the chain.
	#[serde(with = "hex::serde")]
	salt: Digest,
	/// Where the sealed instances are.
	pub log: Log,
	/// The instances, in the order of the log.
	pub instances: Vec<Instance>,
}

/// One file of a study.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Instance {
	/// Where it was in the folder, its parts separated by `/`.
	pub path: String,
	/// SHA-256 of the file.
	#[serde(with = "hex::serde")]
	pub digest: Digest,
	/// Length of the file in bytes.
	pub length: u64,
	/// The bytes of the pixel part, by offset in the file.
	pub pixels: Vec<Range<u64>>,
	/// Where its sealed metadata begins in the log; the sealed pixels follow.
	pub offset: u64,
}

impl Instance {
	/// Length of the pixel part in bytes.
	pub fn pixels_length(&self) -> u64 {
		self.pixels
			.iter()
			.fold(0, |sum, range| sum.saturating_add(range.end.saturating_sub(range.start)))
	}

	/// Length of the metadata part in bytes.
	pub fn metadata_length(&self) -> u64 {
		self.length.saturating_sub(self.pixels_length())
	}

	/// Where the sealed metadata is in the log.
	pub fn sealed_metadata(&self) -> Range<u64> {
		let end = self.offset.saturating_add(stream::sealed_len(self.metadata_length()));
		self.offset..end
	}

	/// Where the sealed pixels are in the log.
	pub fn sealed_pixels(&self) -> Range<u64> {
		let start = self.sealed_metadata().end;
		start..start.saturating_add(stream::sealed_len(self.pixels_length()))
	}

	/// What its sealed parts are bound to, besides their keys.
	pub fn associated_data(study: StudyId, digest: &Digest) -> Vec<u8> {
		[INSTANCE, study.0.as_bytes(), digest].concat()
	}
}

/// Commits to the originals: SHA-256(`contour/v1/commitment` ‖ salt ‖ root of the SHA-256 hashes of
/// the files).
pub fn commitment(salt: &Digest, digests: &[Digest]) -> Digest {
	sha256(&[COMMITMENT, salt, &root(digests)].concat())
}

impl Manifest {
	/// Of a study whose instances are in `log`.
	pub(crate) fn new(
		study: StudyId,
		salt: &CommitmentSalt,
		log: Log,
		instances: Vec<Instance>,
	) -> Self {
		Self { version: VERSION, study: study.0.0, salt: *salt.expose(), log, instances }
	}

	/// The same study in another log.
	pub(crate) fn with_log(&self, log: Log, instances: Vec<Instance>) -> Self {
		Self { version: self.version, study: self.study, salt: self.salt, log, instances }
	}

	/// Commits to the originals of all instances.
	pub fn commitment(&self) -> Digest {
		commitment(&self.salt, &self.digests())
	}

	/// SHA-256 of each file.
	pub(crate) fn digests(&self) -> Vec<Digest> {
		self.instances.iter().map(|instance| instance.digest).collect()
	}

	/// Bytes of all files together.
	pub fn bytes(&self) -> u64 {
		self.instances.iter().fold(0, |sum, it| sum.saturating_add(it.length))
	}

	/// Seals it and puts it into the store.
	///
	/// # Errors
	///
	/// Those of the store.
	pub async fn store(
		&self,
		store: &Store,
		secret: &StudySecret,
	) -> Result<ObjectName, StudyError> {
		let plain = serde_json::to_vec(self).expect("it has no map with other keys than strings");
		let bound = [MANIFEST, &self.study].concat();
		let sealed = stream::seal(&plain, &secret.manifest_key(), &bound);
		Ok(store.put(Bytes::from(sealed)).await?)
	}

	/// Fetches, opens and checks the manifest of a study.
	///
	/// # Errors
	///
	/// Those of the store; [`StudyError::ManifestUnopenable`] when the secret is another one, or it
	/// is the manifest of another study; [`StudyError::ManifestInvalid`] when it says what cannot
	/// be.
	pub async fn fetch(
		store: &Store,
		name: &ObjectName,
		study: StudyId,
		secret: &StudySecret,
	) -> Result<Self, StudyError> {
		let sealed = store.get_within(name, MANIFEST_LIMIT).await?;
		let bound = [MANIFEST, study.0.as_bytes()].concat();
		let plain = stream::open(&sealed, &secret.manifest_key(), &bound)
			.map_err(StudyError::ManifestUnopenable)?;
		let manifest: Self = serde_json::from_slice(&plain)
			.map_err(|error| StudyError::ManifestInvalid(error.to_string()))?;
		manifest.check(study)?;
		Ok(manifest)
	}

	/// It may have been made by somebody else.
	fn check(&self, study: StudyId) -> Result<(), StudyError> {
		let invalid = |what: &str| Err(StudyError::ManifestInvalid(what.into()));
		if self.version != VERSION {
			return invalid("it has another version than this program reads; use a newer one");
		}
		if self.study != study.0.0 {
			return invalid("it is of another study");
		}
		let mut end = 0;
		for instance in &self.instances {
			if !is_harmless(&instance.path) {
				return invalid("a path leads out of the folder");
			}
			let mut from = 0;
			for range in &instance.pixels {
				if range.start < from || range.end <= range.start || range.end > instance.length {
					return invalid("pixels are outside of their file");
				}
				from = range.end;
			}
			if instance.offset != end {
				return invalid("the instances are not one behind the other");
			}
			end = instance.sealed_pixels().end;
		}
		if end != self.log.length() {
			return invalid("the log has another length than its instances");
		}
		Ok(())
	}
}

/// Whether a path stays within the folder in which it is put.
fn is_harmless(path: &str) -> bool {
	let mut parts = Path::new(path).components().peekable();
	parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// Hashes what is written through it.
pub(crate) struct Hashing<W> {
	out: W,
	context: Context,
}

impl<W> Hashing<W> {
	pub(crate) fn new(out: W) -> Self {
		Self { out, context: Context::new(&SHA256) }
	}

	pub(crate) fn finish(self) -> (W, Digest) {
		(self.out, super::merkle::finish(self.context))
	}
}

impl<W: std::io::Write> std::io::Write for Hashing<W> {
	fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
		let written = self.out.write(bytes)?;
		self.context.update(bytes.get(..written).unwrap_or(bytes));
		Ok(written)
	}

	fn flush(&mut self) -> std::io::Result<()> {
		self.out.flush()
	}
}
