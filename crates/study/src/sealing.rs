// SPDX-License-Identifier: Apache-2.0

//! One instance, sealed: its metadata, and behind it its pixels.

use super::{
	manifest::{Hashing, Instance},
	merkle::{Digest, sha256},
};
use contour_primitives::StudyId;
use contour_seal::{
	keys::StudySecret,
	stream::{Plain, SealError, Sealer},
};
use std::io::{self, Read, Write};

/// The two parts of an instance that is too long for memory, before they are sealed.
pub(super) struct Parts<Pixels> {
	/// SHA-256 of the file.
	pub(super) digest: Digest,
	pub(super) metadata: Vec<u8>,
	pub(super) pixels: Pixels,
	/// SHA-256 of the pixel part.
	pub(super) pixels_digest: Digest,
}

/// What a log gets of one instance.
pub(super) struct Sealed {
	/// The sealed metadata, and behind it the sealed pixels.
	pub(super) bytes: Vec<u8>,
	/// SHA-256 of these bytes: the leaf of the study's tree.
	pub(super) leaf: Digest,
}

impl<Pixels: Read> Parts<Pixels> {
	/// Seals both parts and returns SHA-256 of what was written.
	///
	/// If this fails, what was written must be thrown away: see [`contour_seal::stream`].
	pub(super) fn seal_to(
		self,
		out: impl Write,
		study: StudyId,
		secret: &StudySecret,
	) -> Result<Digest, SealError> {
		let bound = Instance::associated_data(study, &self.digest);
		let metadata_digest = sha256(&self.metadata);
		let mut out = Hashing::new(out);

		let key = secret.metadata_key(&self.digest);
		let mut sealer = Sealer::new(&mut out, &key, &bound, &metadata_digest);
		sealer.write_all(&self.metadata).map_err(SealError::from)?;
		sealer.finish()?;

		let key = secret.pixel_key(&metadata_digest);
		let mut sealer = Sealer::new(&mut out, &key, &bound, &self.pixels_digest);
		let mut pixels = self.pixels;
		io::copy(&mut pixels, &mut sealer).map_err(SealError::from)?;
		sealer.finish()?;
		Ok(out.finish().1)
	}
}

impl Sealed {
	/// Seals both parts in memory. `digest` is SHA-256 of the file.
	pub(super) fn new(
		digest: &Digest,
		metadata: &[u8],
		pixels: &[u8],
		study: StudyId,
		secret: &StudySecret,
	) -> Self {
		let bound = Instance::associated_data(study, digest);
		let (metadata, pixels) = (Plain::new(metadata), Plain::new(pixels));
		let length = metadata.sealed_len().saturating_add(pixels.sealed_len());
		let mut bytes = Vec::with_capacity(length);
		metadata.seal_to(&secret.metadata_key(digest), &bound, &mut bytes);
		pixels.seal_to(&secret.pixel_key(metadata.digest()), &bound, &mut bytes);
		let leaf = sha256(&bytes);
		Self { bytes, leaf }
	}
}
