// SPDX-License-Identifier: Apache-2.0

//! One instance, sealed: its metadata, and behind it its pixels.

use super::{
	manifest::{Hashing, Instance},
	merkle::{Digest, sha256},
};
use crate::seal::{
	keys::StudySecret,
	stream::{SealError, Sealer},
};
use contour_primitives::StudyId;
use std::io::{self, Read, Write};

/// The two parts of an instance, before they are sealed.
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
	/// If this fails, what was written must be thrown away: see [`crate::seal::stream`].
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

impl Parts<&[u8]> {
	/// Seals both parts in memory.
	pub(super) fn seal(self, study: StudyId, secret: &StudySecret) -> Result<Sealed, SealError> {
		// The headers and tags of both, with some to spare.
		let room = self.metadata.len().saturating_add(self.pixels.len()).saturating_add(4_096);
		let mut bytes = Vec::with_capacity(room);
		let leaf = self.seal_to(&mut bytes, study, secret)?;
		Ok(Sealed { bytes, leaf })
	}
}
