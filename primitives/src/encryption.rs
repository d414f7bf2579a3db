// SPDX-License-Identifier: Apache-2.0

//! Encryption keys to which study keys are wrapped.

use crate::word::words;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, traits::ConstU32};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Bytes of the longest public key of any [`KeySuite`].
pub const MAX_PUBLIC_KEY_BYTES: u32 = 1_216;

/// Bytes of the longest wrapped key of any [`KeySuite`].
pub const MAX_WRAPPED_KEY_BYTES: u32 = 1_168;

/// Key encapsulation mechanism of a registered encryption key.
///
/// An enum on chain, so that a broken suite can be replaced without touching the records.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	Hash,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub enum KeySuite {
	/// X-Wing, the hybrid of X25519 and ML-KEM-768 (draft-connolly-cfrg-xwing-kem), in HPKE
	/// (RFC 9180) with HKDF-SHA256 and AES-256-GCM. 1216-byte public keys.
	#[codec(index = 0)]
	XWing,
	/// DHKEM(X25519, HKDF-SHA256) in HPKE (RFC 9180), for hardware that supports nothing newer.
	/// 32-byte public keys.
	#[codec(index = 1)]
	X25519,
}

words!(KeySuite {
	XWing => "X-Wing",
	X25519 => "X25519",
});

impl KeySuite {
	/// Bytes of a public key of this suite.
	pub const fn public_key_bytes(self) -> u32 {
		match self {
			Self::XWing => MAX_PUBLIC_KEY_BYTES,
			Self::X25519 => 32,
		}
	}

	/// Bytes of a 32-byte key wrapped to a public key of this suite: the encapsulated secret, the
	/// key and the 16-byte tag of AES-256-GCM.
	pub const fn wrapped_key_bytes(self) -> u32 {
		match self {
			Self::XWing => MAX_WRAPPED_KEY_BYTES,
			Self::X25519 => 80,
		}
	}
}

/// A public encryption key, of the length of its suite.
pub type PublicKey = BoundedVec<u8, ConstU32<MAX_PUBLIC_KEY_BYTES>>;

/// Where members' public encryption keys are registered.
pub trait KeyRegistry<AccountId> {
	/// The key to which secrets for `who` are wrapped now, if there is one.
	fn key_of(who: &AccountId) -> Option<(KeySuite, PublicKey)>;

	/// Its suite.
	fn suite_of(who: &AccountId) -> Option<KeySuite> {
		Self::key_of(who).map(|(suite, _)| suite)
	}
}

impl<AccountId> KeyRegistry<AccountId> for () {
	fn key_of(_: &AccountId) -> Option<(KeySuite, PublicKey)> {
		None
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_keep_the_index_of_every_suite_when_encoded() {
		assert_eq!(KeySuite::XWing.encode(), [0]);
		assert_eq!(KeySuite::X25519.encode(), [1]);
	}

	#[test]
	fn should_wrap_to_no_more_than_the_longest_when_of_any_suite() {
		for (suite, encapsulated) in [(KeySuite::XWing, 1_120), (KeySuite::X25519, 32)] {
			assert_eq!(suite.wrapped_key_bytes(), encapsulated + 32 + 16);
			assert!(suite.wrapped_key_bytes() <= MAX_WRAPPED_KEY_BYTES);
			assert!(suite.public_key_bytes() <= MAX_PUBLIC_KEY_BYTES);
		}
	}
}
