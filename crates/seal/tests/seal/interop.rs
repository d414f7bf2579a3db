// SPDX-License-Identifier: Apache-2.0

//! What others seal we open, and the other way round. Runs only if `CONTOUR_PYTHON` is the path of
//! a Python that has the packages named in `tests/seal/interop.py`; otherwise the tests do nothing.

use contour_primitives::KeySuite;
use contour_seal::{
	envelope::{LeaseInfo, PrivateKey, unwrap, wrap},
	keys::StreamKey,
	stream::{HEADER_LEN, SEGMENT_LEN, TAG_LEN, open, seal},
};
use std::{ffi::OsStr, fs, path::Path, process::Command};

const FIRST: usize = SEGMENT_LEN - HEADER_LEN - TAG_LEN;
const NEXT: usize = SEGMENT_LEN - TAG_LEN;

/// Runs one command of the script; `None` without a Python, the output otherwise.
fn python<I: AsRef<OsStr>>(arguments: &[I]) -> Option<Result<String, String>> {
	let python = std::env::var_os("CONTOUR_PYTHON")?;
	let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seal/interop.py");
	let output = Command::new(python).arg(script).args(arguments).output().unwrap();
	let text = |bytes| String::from_utf8(bytes).unwrap().trim().to_owned();
	Some(if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) })
}

fn stream_sizes() -> [usize; 9] {
	[0, 1, 5, FIRST - 1, FIRST, FIRST + 1, FIRST + NEXT, FIRST + NEXT + 1, 3 * SEGMENT_LEN + 77]
}

fn plain(len: usize) -> Vec<u8> {
	(0..len).map(|i| (i.wrapping_mul(0x9e37_79b1) >> 13) as u8).collect()
}

#[test]
fn should_be_opened_by_tink_when_sealed_here_and_the_other_way_round() {
	let folder = tempfile::tempdir().unwrap();
	let (from, to) = (folder.path().join("from"), folder.path().join("to"));
	let key = [0x5a; 32];
	let stream_key = StreamKey::from_bytes(key);
	for (len, ad) in stream_sizes().into_iter().flat_map(|len| [(len, &b""[..]), (len, b"study")]) {
		let text = plain(len);
		let run = |command: &str| {
			let (key, ad) = (hex::encode(key), hex::encode(ad));
			let (from, to) = (from.to_str().unwrap(), to.to_str().unwrap());
			python(&[command, &key, &ad, from, to])
		};
		fs::write(&from, seal(&text, &stream_key, ad)).unwrap();
		let Some(result) = run("stream-open") else { return };
		result.unwrap();
		assert!(fs::read(&to).unwrap() == text, "{len}");

		fs::write(&from, &text).unwrap();
		run("stream-seal").unwrap().unwrap();
		let sealed = fs::read(&to).unwrap();
		assert!(open(&sealed, &stream_key, ad).unwrap() == text, "{len}");
		// Equal lengths, and other bytes: Tink's salt is random.
		assert_eq!(sealed.len(), seal(&text, &stream_key, ad).len());
	}
	let mut changed = seal(&plain(FIRST + 9), &stream_key, b"study");
	*changed.last_mut().unwrap() ^= 1;
	fs::write(&from, changed).unwrap();
	let arguments = [hex::encode(key), hex::encode(b"study")];
	let [key, ad] = &arguments;
	let result = python(&["stream-open", key, ad, from.to_str().unwrap(), to.to_str().unwrap()]);
	assert!(result.unwrap().is_err(), "Tink opened changed bytes");
}

#[test]
fn should_match_the_definition_when_the_synthetic_salt_is_made_elsewhere() {
	for (plain, ad) in [(&b""[..], &b""[..]), (b"contour", b"ad"), (&[7; 5_000], &[9; 700])] {
		let arguments = [hex::encode([0x33; 32]), hex::encode(ad), hex::encode(plain)];
		let [key, ad_hex, plain_hex] = &arguments;
		let Some(result) = python(&["stream-vector", key, ad_hex, plain_hex]) else { return };
		let ours = seal(plain, &StreamKey::from_bytes([0x33; 32]), ad);
		assert_eq!(result.unwrap(), hex::encode(ours));
	}
}

#[test]
fn should_be_unwrapped_by_pyhpke_when_wrapped_here_and_the_other_way_round() {
	let lease =
		LeaseInfo { genesis: [1; 32], study: [2; 32], grantee: [3; 32], expires: 1_800_000_000 };
	let info = lease.to_bytes();
	let private = PrivateKey::generate(KeySuite::X25519).unwrap();
	let key = [0xc4; 32];
	for info in [&info[..], b""] {
		let wrapped = wrap(KeySuite::X25519, &private.public_key(), info, &key).unwrap();
		let (seed, hex_info) = (hex::encode(private.expose_seed()), hex::encode(info));
		let Some(result) = python(&["hpke-unwrap", &seed, &hex_info, &hex::encode(&wrapped)])
		else {
			return;
		};
		assert_eq!(result.unwrap(), hex::encode(key));

		let public = hex::encode(private.public_key());
		let theirs = python(&["hpke-wrap", &public, &hex_info, &hex::encode(key)]);
		let theirs = hex::decode(theirs.unwrap().unwrap()).unwrap();
		assert_eq!(theirs.len(), wrapped.len());
		assert_eq!(*unwrap(&private, info, &theirs).unwrap(), key);
	}
}
