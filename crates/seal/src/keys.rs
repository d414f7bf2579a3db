// SPDX-License-Identifier: Apache-2.0

//! Every secret of a custodian, derived from one root secret.
//!
//! All derivations are HKDF-SHA256 (RFC 5869) with 32 bytes of output. "none" as salt means the
//! empty salt of the RFC.
//!
//! | derived | from (ikm) | salt | info |
//! | --- | --- | --- | --- |
//! | study secret | root secret | none | `contour/v1/study` ‖ study (32) |
//! | lease secret | root secret | none | `contour/v1/lease` ‖ study (32) ‖ grantee (32) ‖ number (u64 LE) |
//! | study-name key | root secret | none | `contour/v1/name` |
//! | commitment salt | root secret | none | `contour/v1/salt` ‖ study (32) |
//! | key of research copies | root secret | none | `contour/v1/research` |
//! | metadata key | study or lease secret | none | `contour/v1/meta` ‖ instance (32) |
//! | pixel key | study or lease secret | SHA-256(metadata part) | `contour/v1/pixel` |
//! | manifest key | study or lease secret | none | `contour/v1/manifest` |
//! | salt of a vote | secret of an account | none | `contour/v1/ballot` ‖ genesis (32) ‖ task (u32 LE) ‖ panel (1) |
//! | key of a sealed object | 32 fresh bytes, wrapped to each recipient | none | `contour/v1/object` |
//!
//! Why no two of them can meet: no label is the beginning of another one, and what follows a label
//! has a fixed length, so different inputs give different `info`. A pixel key depends on the
//! metadata part through the salt: whoever changed the metadata derives another key and opens
//! nothing.
//!
//! ```
//! use contour_seal::keys::RootSecret;
//!
//! let root = RootSecret::generate()?;
//! let (secret, again) = (root.study_secret(&[1; 32]), root.study_secret(&[1; 32]));
//! let (metadata, changed) = ([2; 32], [3; 32]);
//! assert_eq!(secret.pixel_key(&metadata), again.pixel_key(&metadata));
//! assert_ne!(secret.pixel_key(&metadata), secret.pixel_key(&changed));
//! # Ok::<(), contour_seal::keys::NoRandomness>(())
//! ```

use aws_lc_rs::{
	constant_time::verify_slices_are_equal,
	hkdf::{HKDF_SHA256, KeyType, Salt},
	hmac, rand,
};
use core::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const STUDY: &[u8] = b"contour/v1/study";
const LEASE: &[u8] = b"contour/v1/lease";
const NAME: &[u8] = b"contour/v1/name";
const SALT: &[u8] = b"contour/v1/salt";
const RESEARCH: &[u8] = b"contour/v1/research";
const META: &[u8] = b"contour/v1/meta";
const PIXEL: &[u8] = b"contour/v1/pixel";
const MANIFEST: &[u8] = b"contour/v1/manifest";
const BALLOT: &[u8] = b"contour/v1/ballot";
const OBJECT: &[u8] = b"contour/v1/object";

/// The random generator of the operating system gave nothing. Nothing was made; try again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the operating system gave no random bytes; try again, and check /dev/urandom if it stays")]
pub struct NoRandomness;

/// What hides a vote until it is revealed, derived from the secret of the voter's account: there is
/// nothing to keep besides the account.
pub fn ballot_salt(account: &[u8], genesis: &[u8; 32], task: u32, panel: u8) -> [u8; 32] {
	*hkdf(account, &[], &[BALLOT, genesis, &task.to_le_bytes(), &[panel]])
}

/// Fills an array from the operating system's generator.
///
/// # Errors
///
/// [`NoRandomness`] if there is none.
pub fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, NoRandomness> {
	let mut bytes = Zeroizing::new([0; N]);
	rand::fill(bytes.as_mut_slice()).map_err(|_| NoRandomness)?;
	Ok(bytes)
}

struct Length(usize);

impl KeyType for Length {
	fn len(&self) -> usize {
		self.0
	}
}

/// HKDF-SHA256 with `N` bytes of output; `info` is the concatenation of the parts.
pub(super) fn hkdf<const N: usize>(ikm: &[u8], salt: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; N]> {
	const { assert!(N <= 255 * 32, "RFC 5869 allows no more output") };
	let mut out = Zeroizing::new([0; N]);
	Salt::new(HKDF_SHA256, salt)
		.extract(ikm)
		.expand(info, Length(N))
		.and_then(|okm| okm.fill(out.as_mut_slice()))
		.expect("HKDF fails only for outputs longer than 255 hashes, which N is not");
	out
}

macro_rules! secret {
	($(#[$doc:meta])* $name:ident) => {
		$(#[$doc])*
		///
		/// 32 bytes; wiped on drop, never shown by `Debug`, compared in constant time.
		#[derive(Clone, Zeroize, ZeroizeOnDrop)]
		pub struct $name([u8; 32]);

		impl $name {
			/// Takes the 32 bytes.
			pub const fn from_bytes(bytes: [u8; 32]) -> Self {
				Self(bytes)
			}

			/// The 32 bytes. Keep copies in types that are wiped.
			pub const fn expose(&self) -> &[u8; 32] {
				&self.0
			}
		}

		impl fmt::Debug for $name {
			fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
				f.write_str(concat!(stringify!($name), "(redacted)"))
			}
		}

		impl PartialEq for $name {
			fn eq(&self, other: &Self) -> bool {
				verify_slices_are_equal(&self.0, &other.0).is_ok()
			}
		}

		impl Eq for $name {}
	};
}

secret! {
	/// A custodian's only long-lived secret for data: all others follow from it.
	RootSecret
}

secret! {
	/// What opens one study, or one lease's copy of it.
	StudySecret
}

secret! {
	/// What seals and opens one stream: the input keying material of [`stream`](super::stream).
	StreamKey
}

secret! {
	/// What hides the link between a study's identifiers and its name on chain.
	NameKey
}

secret! {
	/// What makes a commitment to a study hide its contents until the salt is shown.
	CommitmentSalt
}

impl RootSecret {
	/// A fresh one.
	///
	/// # Errors
	///
	/// [`NoRandomness`] if the operating system gives none.
	pub fn generate() -> Result<Self, NoRandomness> {
		random().map(|bytes| Self(*bytes))
	}

	/// The secret of a study.
	pub fn study_secret(&self, study: &[u8; 32]) -> StudySecret {
		StudySecret(*hkdf(&self.0, &[], &[STUDY, study]))
	}

	/// The secret of the copy made for `grantee` that has a `number`. It opens that copy alone.
	pub fn lease_secret(&self, study: &[u8; 32], grantee: &[u8; 32], number: u64) -> StudySecret {
		let number = number.to_le_bytes();
		StudySecret(*hkdf(&self.0, &[], &[LEASE, study, grantee, &number]))
	}

	/// The key for study names.
	pub fn name_key(&self) -> NameKey {
		NameKey(*hkdf(&self.0, &[], &[NAME]))
	}

	/// The salt of the commitment to a study.
	pub fn commitment_salt(&self, study: &[u8; 32]) -> CommitmentSalt {
		CommitmentSalt(*hkdf(&self.0, &[], &[SALT, study]))
	}

	/// The key of research copies, from which their pseudonyms follow.
	pub fn research_key(&self) -> Zeroizing<[u8; 32]> {
		hkdf(&self.0, &[], &[RESEARCH])
	}
}

impl StudySecret {
	/// A fresh one, derived from nothing.
	///
	/// # Errors
	///
	/// [`NoRandomness`] if the operating system gives none.
	pub fn generate() -> Result<Self, NoRandomness> {
		random().map(|bytes| Self(*bytes))
	}

	/// The key of an instance's metadata part. `instance` is the instance's 32-byte identifier.
	pub fn metadata_key(&self, instance: &[u8; 32]) -> StreamKey {
		StreamKey(*hkdf(&self.0, &[], &[META, instance]))
	}

	/// The key of an instance's pixel part. `metadata_digest` is the SHA-256 of its metadata part,
	/// byte for byte as split.
	pub fn pixel_key(&self, metadata_digest: &[u8; 32]) -> StreamKey {
		StreamKey(*hkdf(&self.0, metadata_digest, &[PIXEL]))
	}

	/// The key of the study's manifest.
	pub fn manifest_key(&self) -> StreamKey {
		StreamKey(*hkdf(&self.0, &[], &[MANIFEST]))
	}
}

impl StreamKey {
	/// The key of a sealed object, of what its recipients unwrap.
	pub(super) fn of_object(key: &[u8; 32]) -> Self {
		Self(*hkdf(key, &[], &[OBJECT]))
	}
}

impl NameKey {
	/// HMAC-SHA256 of the parts, each preceded by its length in bytes (u64 LE), so that
	/// `["ab", "c"]` and `["a", "bc"]` have different names.
	pub fn name(&self, parts: &[&[u8]]) -> [u8; 32] {
		let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
		for part in parts {
			let length = u64::try_from(part.len()).expect("no slice is longer than 2^64 bytes");
			mac.update(&length.to_le_bytes());
			mac.update(part);
		}
		let mut name = [0; 32];
		name.copy_from_slice(mac.sign().as_ref());
		name
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const LABELS: [&[u8]; 9] = [STUDY, LEASE, NAME, SALT, RESEARCH, META, PIXEL, MANIFEST, OBJECT];

	#[test]
	fn should_match_rfc_5869_when_given_its_first_and_third_vector() {
		let ikm = [0x0b; 22];
		let salt: Vec<u8> = (0x00..=0x0c).collect();
		let info: Vec<u8> = (0xf0..=0xf9).collect();
		assert_eq!(
			hex::encode(*hkdf::<42>(&ikm, &salt, &[&info[..4], &info[4..]])),
			"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
		);
		assert_eq!(
			hex::encode(*hkdf::<42>(&ikm, &[], &[])),
			"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
		);
	}

	#[test]
	fn should_be_told_apart_when_labels_begin_alike() {
		for (i, a) in LABELS.iter().enumerate() {
			for (j, b) in LABELS.iter().enumerate() {
				assert!(i == j || !a.starts_with(b));
			}
		}
	}
}
