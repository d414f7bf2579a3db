// SPDX-License-Identifier: Apache-2.0

//! Published vectors, and what a wrapped key is bound to.

use aws_lc_rs::{
	aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
	hmac::{HMAC_SHA256, Key, sign},
};
use contour_primitives::KeySuite;
use contour_seal::envelope::{EnvelopeError, LeaseInfo, PrivateKey, unwrap, wrap};
use proptest::prelude::*;

const KEY: [u8; 32] = [0xc4; 32];
const SUITES: [KeySuite; 2] = [KeySuite::X25519, KeySuite::XWing];

const LEASE: LeaseInfo =
	LeaseInfo { genesis: [1; 32], study: [2; 32], grantee: [3; 32], expires: 1_800_000_000 };

fn bytes<const N: usize>(text: &str) -> [u8; N] {
	hex::decode(text).unwrap().try_into().unwrap()
}

/// Key and base nonce of RFC 9180, section 5.1, base mode, HKDF-SHA256 and AES-256-GCM, written
/// down here a second time.
fn key_schedule(kem: u16, shared_secret: &[u8], info: &[u8]) -> ([u8; 32], [u8; 12]) {
	let suite = [b"HPKE", &kem.to_be_bytes()[..], &[0, 1, 0, 2]].concat();
	let hmac = |key: &[u8], message: &[u8]| -> [u8; 32] {
		sign(&Key::new(HMAC_SHA256, key), message).as_ref().try_into().unwrap()
	};
	let extract = |salt: &[u8], label: &[u8], ikm: &[u8]| {
		hmac(salt, &[b"HPKE-v1", &suite[..], label, ikm].concat())
	};
	let context =
		[&[0][..], &extract(b"", b"psk_id_hash", b""), &extract(b"", b"info_hash", info)].concat();
	let secret = extract(shared_secret, b"secret", b"");
	let expand = |label: &[u8], len: u16| {
		let parts = [&len.to_be_bytes()[..], b"HPKE-v1", &suite, label, &context, &[1]];
		hmac(&secret, &parts.concat())
	};
	(expand(b"key", 32), expand(b"base_nonce", 12)[..12].try_into().unwrap())
}

fn aes_seal(key: &[u8; 32], nonce: [u8; 12], aad: &[u8], plain: &[u8]) -> Vec<u8> {
	let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
	let mut sealed = plain.to_vec();
	let nonce = Nonce::assume_unique_for_key(nonce);
	key.seal_in_place_append_tag(nonce, Aad::from(aad), &mut sealed).unwrap();
	sealed
}

/// The vector for DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode, of the vectors
/// that RFC 9180 publishes in machine-readable form (its appendix prints other AEADs only).
#[test]
fn should_unwrap_when_enc_key_and_nonce_are_those_of_rfc_9180() {
	let info = hex::decode("4f6465206f6e2061204772656369616e2055726e").unwrap();
	let private = PrivateKey::from_seed(
		KeySuite::X25519,
		bytes("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"),
	);
	assert_eq!(
		hex::encode(private.public_key()),
		"430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c",
	);
	let enc: [u8; 32] = bytes("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256");
	let key = bytes("f50b0609186798729ed0564b36ef2ef8044f1f9d05636874d1f46c819c7a669f");
	let nonce = bytes("151d9929e2449747889bc923");
	assert_eq!(
		hex::encode(aes_seal(&key, nonce, b"Count-0", b"Beauty is truth, truth beauty")),
		"e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a",
	);
	let secret: [u8; 32] =
		bytes("3101c54c3a4f87439eaac080699ed9bbcc726ffe44e860c0424ccb7e3e2ead7b");
	assert_eq!(key_schedule(0x0020, &secret, &info), (key, nonce));

	let wrapped = [&enc[..], &aes_seal(&key, nonce, b"", &KEY)].concat();
	assert_eq!(*unwrap(&private, &info, &wrapped).unwrap(), KEY);
}

/// The vectors of draft-connolly-cfrg-xwing-kem, with the key schedule checked above.
#[test]
fn should_unwrap_when_ciphertext_and_secret_are_those_of_the_x_wing_draft() {
	#[derive(serde::Deserialize)]
	struct Vector {
		seed: String,
		pk: String,
		ct: String,
		ss: String,
	}
	let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/xwing.json")).unwrap();
	assert_eq!(vectors.len(), 3);
	for vector in vectors {
		let private = PrivateKey::from_seed(KeySuite::XWing, bytes(&vector.seed));
		assert_eq!(hex::encode(private.public_key()), vector.pk);
		let info = LEASE.to_bytes();
		let (key, nonce) = key_schedule(0x647a, &bytes::<32>(&vector.ss), &info);
		let enc = hex::decode(&vector.ct).unwrap();
		let wrapped = [enc, aes_seal(&key, nonce, b"", &KEY)].concat();
		assert_eq!(*unwrap(&private, &info, &wrapped).unwrap(), KEY);
	}
}

#[test]
fn should_have_the_documented_lengths_when_wrapped() {
	for (suite, public_len, wrapped_len) in
		[(KeySuite::X25519, 32, 80), (KeySuite::XWing, 1216, 1168)]
	{
		let private = PrivateKey::generate(suite).unwrap();
		let public = private.public_key();
		assert_eq!((public.len(), suite.public_key_bytes() as usize), (public_len, public_len));
		let wrapped = wrap(suite, &public, b"info", &KEY).unwrap();
		assert_eq!((wrapped.len(), suite.wrapped_key_bytes() as usize), (wrapped_len, wrapped_len));
		assert_eq!(*unwrap(&private, b"info", &wrapped).unwrap(), KEY);
		assert_ne!(wrapped, wrap(suite, &public, b"info", &KEY).unwrap());
	}
}

#[test]
fn should_not_open_when_the_lease_or_the_key_is_another() {
	let others = [
		LeaseInfo { genesis: [9; 32], ..LEASE },
		LeaseInfo { study: [9; 32], ..LEASE },
		LeaseInfo { grantee: [9; 32], ..LEASE },
		LeaseInfo { expires: LEASE.expires + 1, ..LEASE },
		LeaseInfo { study: LEASE.grantee, grantee: LEASE.study, ..LEASE },
	];
	for suite in SUITES {
		let private = PrivateKey::generate(suite).unwrap();
		let wrapped = wrap(suite, &private.public_key(), &LEASE.to_bytes(), &KEY).unwrap();
		assert_eq!(*unwrap(&private, &LEASE.to_bytes(), &wrapped).unwrap(), KEY);
		for other in others {
			let result = unwrap(&private, &other.to_bytes(), &wrapped);
			assert_eq!(result.unwrap_err(), EnvelopeError::Unopenable);
		}
		let other = PrivateKey::generate(suite).unwrap();
		let result = unwrap(&other, &LEASE.to_bytes(), &wrapped);
		assert_eq!(result.unwrap_err(), EnvelopeError::Unopenable);
	}
}

#[test]
fn should_keep_its_bytes_when_the_lease_info_is_frozen() {
	let expected = [
		&b"contour/v1/lease-key"[..],
		&[1; 32],
		&[2; 32],
		&[3; 32],
		&[0x00, 0xd2, 0x49, 0x6b, 0, 0, 0, 0],
	]
	.concat();
	assert_eq!(LEASE.to_bytes(), expected);
	assert_eq!(expected.len(), 124);
}

#[test]
fn should_say_what_is_wrong_when_lengths_do_not_fit() {
	for (suite, other) in [(KeySuite::X25519, KeySuite::XWing), (KeySuite::XWing, KeySuite::X25519)]
	{
		let private = PrivateKey::generate(suite).unwrap();
		let wrong = PrivateKey::generate(other).unwrap();
		assert_eq!(
			wrap(suite, &wrong.public_key(), b"", &KEY).unwrap_err(),
			EnvelopeError::PublicKeyLength {
				suite,
				expected: suite.public_key_bytes() as usize,
				found: other.public_key_bytes() as usize,
			},
		);
		let wrapped = wrap(other, &wrong.public_key(), b"", &KEY).unwrap();
		assert_eq!(
			unwrap(&private, b"", &wrapped).unwrap_err(),
			EnvelopeError::WrappedLength {
				suite,
				expected: suite.wrapped_key_bytes() as usize,
				found: other.wrapped_key_bytes() as usize,
			},
		);
	}
}

#[test]
fn should_refuse_when_nobody_can_have_the_public_key() {
	// A point of small order: every shared secret with it is zero.
	let result = wrap(KeySuite::X25519, &[0; 32], b"", &KEY);
	assert_eq!(result.unwrap_err(), EnvelopeError::PublicKey(KeySuite::X25519));
	// Coefficients above the modulus of ML-KEM.
	let result = wrap(KeySuite::XWing, &[0xff; 1216], b"", &KEY);
	assert_eq!(result.unwrap_err(), EnvelopeError::PublicKey(KeySuite::XWing));
}

#[test]
fn should_show_no_seed_when_printed() {
	let private = PrivateKey::from_seed(KeySuite::XWing, [0xab; 32]);
	assert_eq!(format!("{private:?}"), "PrivateKey(X-Wing, redacted)");
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn should_not_open_when_a_bit_is_flipped_anywhere(
		at in any::<prop::sample::Index>(),
		bit in 0..8u8,
	) {
		for suite in SUITES {
			let private = PrivateKey::from_seed(suite, [5; 32]);
			let mut wrapped = wrap(suite, &private.public_key(), b"info", &KEY).unwrap();
			let at = at.index(wrapped.len());
			wrapped[at] ^= 1u8 << bit;
			let result = unwrap(&private, b"info", &wrapped);
			// RFC 7748: the top bit of an X25519 coordinate is ignored, but the KEM hashes all bits.
			prop_assert_eq!(result.unwrap_err(), EnvelopeError::Unopenable);
		}
	}
}
