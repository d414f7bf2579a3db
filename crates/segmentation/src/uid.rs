// SPDX-License-Identifier: Apache-2.0

//! Identifiers that follow from what they name.
//!
//! A UID here is `2.25.` and the decimal value of a UUID (PS3.5 annex B.2). The UUID is of version 8
//! (RFC 9562 section 5.8): the first 16 bytes of a SHA-256, with the version and variant set.

use sha2::{Digest, Sha256};

/// Makes UIDs for one data set from a name of each thing in it.
#[derive(Clone, Debug)]
pub struct Namespace(Sha256);

impl Namespace {
	/// A namespace. Equal parts give equal UIDs.
	pub fn new(parts: &[u64]) -> Self {
		let mut hash = Sha256::new_with_prefix(b"contour/uid/1/");
		for part in parts {
			hash.update(part.to_le_bytes());
		}
		Self(hash)
	}

	/// The UID of `name`, at most 44 characters.
	pub fn uid(&self, name: &str) -> String {
		let digest: [u8; 32] = self.0.clone().chain_update(name).finalize().into();
		let (head, _) = digest.split_first_chunk::<16>().expect("32 bytes hold 16");
		let version = (u128::from_be_bytes(*head) & !(0xf << 76)) | (8 << 76);
		let uuid = (version & !(0b11 << 62)) | (0b10 << 62);
		format!("2.25.{uuid}")
	}
}
