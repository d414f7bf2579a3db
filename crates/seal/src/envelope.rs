// SPDX-License-Identifier: Apache-2.0

//! Wrapping a 32-byte key to somebody's public key.
//!
//! HPKE (RFC 9180), base mode, single shot, empty `aad`, one message. What is written is the
//! encapsulated key followed by the ciphertext.
//!
//! | suite | KEM | public key | wrapped key |
//! | --- | --- | --- | --- |
//! | [`KeySuite::X25519`] | `0x0020`, DHKEM(X25519, HKDF-SHA256) | 32 | 32 + 48 = 80 |
//! | [`KeySuite::XWing`] | `0x647a`, X-Wing | 1216 | 1120 + 48 = 1168 |
//!
//! KDF is HKDF-SHA256 (`0x0001`) and AEAD is AES-256-GCM (`0x0002`) in both. X-Wing is that of
//! draft-connolly-cfrg-xwing-kem-06.
//!
//! Private keys are 32 bytes in both suites: the scalar for X25519, the seed for X-Wing. X-Wing is
//! X25519 and ML-KEM-768 together: the wrapped key stays secret as long as one of them holds, so
//! what is recorded today cannot be opened by a quantum computer later. `info` binds a wrapped key
//! to its use; [`LeaseInfo`] is the one for leases.
//!
//! ```
//! use contour_primitives::KeySuite;
//! use contour_seal::envelope::{LeaseInfo, PrivateKey, unwrap, wrap};
//!
//! let reader = PrivateKey::generate(KeySuite::XWing)?;
//! let lease = LeaseInfo { genesis: [1; 32], study: [2; 32], grantee: [3; 32], expires: 1_800_000 };
//! let info = lease.to_bytes();
//! let wrapped = wrap(reader.suite(), &reader.public_key(), &info, &[42; 32])?;
//! assert_eq!(*unwrap(&reader, &info, &wrapped)?, [42; 32]);
//!
//! // Bound to the lease: with another expiry it does not open.
//! let longer = LeaseInfo { expires: lease.expires + 1, ..lease };
//! assert!(unwrap(&reader, &longer.to_bytes(), &wrapped).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::keys::{NoRandomness, random};
use contour_primitives::KeySuite;
use core::fmt;
use hpke::{
	Deserializable, HpkeError, Kem, OpModeR, OpModeS, Serializable, aead::AesGcm256,
	kdf::HkdfSha256, kem, single_shot_open, single_shot_seal,
};
use zeroize::{Zeroize, Zeroizing};

const LEASE_KEY: &[u8] = b"contour/v1/lease-key";

/// Length in bytes of the key that is wrapped.
pub const KEY_LEN: usize = 32;

/// Why a key was not wrapped or unwrapped.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EnvelopeError {
	/// The public key has the wrong length for its suite.
	#[error("a public key of suite {suite} has {expected} bytes, not {found}; fetch the key again")]
	PublicKeyLength {
		/// The suite.
		suite: KeySuite,
		/// What it has, in bytes.
		expected: usize,
		/// What was given, in bytes.
		found: usize,
	},
	/// The public key has the right length but nobody can have it.
	#[error("this is not a valid public key of suite {0}; ask its owner to register it again")]
	PublicKey(KeySuite),
	/// The wrapped key has the wrong length for its suite.
	#[error(
		"a key wrapped with suite {suite} has {expected} bytes, not {found}; \
		fetch it again or use the private key of its suite"
	)]
	WrappedLength {
		/// The suite of the private key.
		suite: KeySuite,
		/// What it has, in bytes.
		expected: usize,
		/// What was given, in bytes.
		found: usize,
	},
	/// It was wrapped to another key, with another `info`, or was changed.
	#[error(
		"the wrapped key does not open: it is for another key, another lease (study, grantee or \
		expiry differ), another chain, or was changed; ask the custodian for a new one"
	)]
	Unopenable,
}

/// Somebody's private key of one suite. Wiped on drop, never shown by `Debug`.
#[derive(Clone)]
pub struct PrivateKey {
	suite: KeySuite,
	seed: Zeroizing<[u8; 32]>,
}

impl PrivateKey {
	/// Takes the 32-byte seed.
	pub fn from_seed(suite: KeySuite, mut seed: [u8; 32]) -> Self {
		let kept = Zeroizing::new(seed);
		seed.zeroize();
		Self { suite, seed: kept }
	}

	/// A fresh one.
	///
	/// # Errors
	///
	/// [`NoRandomness`] if the operating system gives none.
	pub fn generate(suite: KeySuite) -> Result<Self, NoRandomness> {
		Ok(Self { suite, seed: random()? })
	}

	/// Its suite.
	pub const fn suite(&self) -> KeySuite {
		self.suite
	}

	/// The 32-byte seed. Keep copies in types that are wiped.
	pub fn expose_seed(&self) -> &[u8; 32] {
		&self.seed
	}

	/// The public key, [`KeySuite::public_key_bytes`] long.
	pub fn public_key(&self) -> Vec<u8> {
		match self.suite {
			KeySuite::X25519 => public_key::<kem::X25519HkdfSha256>(&self.seed),
			KeySuite::XWing => public_key::<kem::XWing>(&self.seed),
		}
	}
}

impl fmt::Debug for PrivateKey {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "PrivateKey({}, redacted)", self.suite)
	}
}

/// Wraps `key` to `public_key` (as registered on chain), bound to `info`.
///
/// # Errors
///
/// [`EnvelopeError::PublicKeyLength`] and [`EnvelopeError::PublicKey`].
///
/// # Panics
///
/// If the operating system gives no random bytes.
pub fn wrap(
	suite: KeySuite,
	public_key: &[u8],
	info: &[u8],
	key: &[u8; KEY_LEN],
) -> Result<Vec<u8>, EnvelopeError> {
	let expected = suite.public_key_bytes() as usize;
	let found = public_key.len();
	if found != expected {
		return Err(EnvelopeError::PublicKeyLength { suite, expected, found });
	}
	match suite {
		KeySuite::X25519 => seal::<kem::X25519HkdfSha256>(public_key, info, key),
		KeySuite::XWing => seal::<kem::XWing>(public_key, info, key),
	}
	.map_err(|_| EnvelopeError::PublicKey(suite))
}

/// Opens what [`wrap`] made for this private key's public key with the same `info`.
///
/// # Errors
///
/// [`EnvelopeError::WrappedLength`] and [`EnvelopeError::Unopenable`].
pub fn unwrap(
	private_key: &PrivateKey,
	info: &[u8],
	wrapped: &[u8],
) -> Result<Zeroizing<[u8; KEY_LEN]>, EnvelopeError> {
	let suite = private_key.suite;
	let expected = suite.wrapped_key_bytes() as usize;
	let found = wrapped.len();
	if found != expected {
		return Err(EnvelopeError::WrappedLength { suite, expected, found });
	}
	match suite {
		KeySuite::X25519 => open::<kem::X25519HkdfSha256>(&private_key.seed, info, wrapped),
		KeySuite::XWing => open::<kem::XWing>(&private_key.seed, info, wrapped),
	}
	.map_err(|_| EnvelopeError::Unopenable)
}

fn public_key<K: Kem>(seed: &[u8; 32]) -> Vec<u8> {
	let private = K::PrivateKey::from_bytes(seed).expect("both suites take any 32 bytes");
	K::sk_to_pk(&private).to_bytes().to_vec()
}

fn seal<K: Kem>(public_key: &[u8], info: &[u8], key: &[u8]) -> Result<Vec<u8>, HpkeError> {
	let public_key = K::PublicKey::from_bytes(public_key)?;
	let (encapsulated, ciphertext) =
		single_shot_seal::<AesGcm256, HkdfSha256, K>(&OpModeS::Base, &public_key, info, key, &[])?;
	let mut wrapped = encapsulated.to_bytes().to_vec();
	wrapped.extend_from_slice(&ciphertext);
	Ok(wrapped)
}

fn open<K: Kem>(
	seed: &[u8; 32],
	info: &[u8],
	wrapped: &[u8],
) -> Result<Zeroizing<[u8; KEY_LEN]>, HpkeError> {
	let private_key = K::PrivateKey::from_bytes(seed)?;
	let (encapsulated, ciphertext) =
		wrapped.split_at_checked(K::EncappedKey::size()).ok_or(HpkeError::OpenError)?;
	let encapsulated = K::EncappedKey::from_bytes(encapsulated)?;
	let opened = Zeroizing::new(single_shot_open::<AesGcm256, HkdfSha256, K>(
		&OpModeR::Base,
		&private_key,
		&encapsulated,
		info,
		ciphertext,
		&[],
	)?);
	let mut key = Zeroizing::new([0; KEY_LEN]);
	if opened.len() != KEY_LEN {
		return Err(HpkeError::OpenError);
	}
	key.copy_from_slice(&opened);
	Ok(key)
}

/// What a lease's key is bound to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LeaseInfo {
	/// The chain's genesis hash.
	pub genesis: [u8; 32],
	/// The study.
	pub study: [u8; 32],
	/// Who may open it.
	pub grantee: [u8; 32],
	/// When the lease ends, in the chain's unit.
	pub expires: u64,
}

impl LeaseInfo {
	/// The canonical bytes, 124 of them, to give as `info`: `contour/v1/lease-key` ‖ genesis (32)
	/// ‖ study (32) ‖ grantee (32) ‖ expires (u64 LE).
	pub fn to_bytes(&self) -> Vec<u8> {
		[LEASE_KEY, &self.genesis, &self.study, &self.grantee, &self.expires.to_le_bytes()].concat()
	}
}
