// SPDX-License-Identifier: Apache-2.0

//! Writing and reading key files, and what is said when that does not work.

use age::secrecy::ExposeSecret;
use contour_primitives::KeySuite;
use contour_seal::{
	envelope::{unwrap, wrap},
	keyfile::{KeyFile, KeyFileError, Kind, PublicKeys, SecretString, WorkFactor},
	keys::RootSecret,
};
use std::{fs, io::Write, iter, os::unix::fs::PermissionsExt, path::PathBuf};
use tempfile::TempDir;

const SURI: &str = "bottom drive obey lake curtain smoke basket hold race lonely fit walk//Alice";

fn fast() -> WorkFactor {
	WorkFactor::new(2).unwrap()
}

fn passphrase(text: &str) -> SecretString {
	SecretString::from(text.to_owned())
}

fn custodian() -> KeyFile {
	KeyFile::generate(Kind::Institution)
		.unwrap()
		.with_root(RootSecret::from_bytes([0xab; 32]))
		.with_account(passphrase(SURI))
}

fn folder() -> (TempDir, PathBuf) {
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("hospital.key");
	(folder, path)
}

/// An age file with this content, as the program `age` would write it.
fn age_file(plain: &[u8], recipient: &dyn age::Recipient) -> Vec<u8> {
	let mut out = Vec::new();
	let encryptor = age::Encryptor::with_recipients(iter::once(recipient)).unwrap();
	let mut writer = encryptor.wrap_output(&mut out).unwrap();
	writer.write_all(plain).unwrap();
	writer.finish().unwrap();
	out
}

fn with_passphrase(plain: &str, text: &str, log_n: u8) -> Vec<u8> {
	let mut recipient = age::scrypt::Recipient::new(passphrase(text));
	recipient.set_work_factor(log_n);
	age_file(plain.as_bytes(), &recipient)
}

fn json(keys: &KeyFile) -> String {
	let seed = |suite| hex::encode(keys.private_key(suite).expose_seed());
	format!(
		r#"{{"version":1,"kind":"institution","root":"{}","xWing":"{}","x25519":"{}","account":"{SURI}"}}"#,
		hex::encode(keys.root().unwrap().expose()),
		seed(KeySuite::XWing),
		seed(KeySuite::X25519),
	)
}

#[test]
fn should_give_the_keys_back_when_written_and_read() {
	let (folder, path) = folder();
	let keys = custodian();
	keys.write_new(&path, &passphrase("right"), fast()).unwrap();
	let read = KeyFile::read(&path, &passphrase("right")).unwrap();
	assert_eq!(read.kind(), Kind::Institution);
	assert_eq!(read.root(), keys.root());
	assert_eq!(read.account().unwrap().expose_secret(), SURI);
	assert_eq!(read.public_keys(), keys.public_keys());

	let mode = fs::metadata(&path).unwrap().permissions().mode();
	assert_eq!(mode & 0o777, 0o600);
	assert!(fs::read_to_string(&path).unwrap().starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));
	assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");

	let wrapped =
		wrap(KeySuite::XWing, keys.public_keys().of(KeySuite::XWing), b"", &[7; 32]).unwrap();
	assert_eq!(*unwrap(read.private_key(KeySuite::XWing), b"", &wrapped).unwrap(), [7; 32]);
}

#[test]
fn should_give_the_keys_back_when_optional_ones_are_absent() {
	let keys = KeyFile::generate(Kind::Person).unwrap();
	let text = keys.encrypt(&passphrase("right"), fast()).unwrap();
	let read = KeyFile::decrypt(&text, &passphrase("right")).unwrap();
	assert_eq!(read.kind(), Kind::Person);
	assert!(read.root().is_none() && read.account().is_none());
	assert_eq!(read.public_keys(), keys.public_keys());
}

#[test]
fn should_read_the_documented_json_when_age_encrypted_it() {
	let keys = custodian();
	let file = with_passphrase(&json(&keys), "right", 2);
	let read = KeyFile::decrypt(&file, &passphrase("right")).unwrap();
	assert_eq!(read.public_keys(), keys.public_keys());

	let text = keys.encrypt(&passphrase("right"), fast()).unwrap();
	let identity = age::scrypt::Identity::new(passphrase("right"));
	assert_eq!(age::decrypt(&identity, &text).unwrap(), json(&keys).as_bytes());
}

#[test]
fn should_not_overwrite_when_a_file_is_there() {
	let (folder, path) = folder();
	fs::write(&path, "precious").unwrap();
	let result = custodian().write_new(&path, &passphrase("right"), fast());
	assert!(matches!(result, Err(KeyFileError::Exists(at)) if at == path));
	assert_eq!(fs::read_to_string(&path).unwrap(), "precious");

	let dangling = folder.path().join("link");
	std::os::unix::fs::symlink(folder.path().join("nowhere"), &dangling).unwrap();
	let result = custodian().write_new(&dangling, &passphrase("right"), fast());
	assert!(matches!(result, Err(KeyFileError::Exists(_))));
}

#[test]
fn should_say_chmod_when_others_can_read() {
	let (_folder, path) = folder();
	custodian().write_new(&path, &passphrase("right"), fast()).unwrap();
	for mode in [0o640, 0o604, 0o644, 0o660, 0o601, 0o610] {
		fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
		let error = KeyFile::read(&path, &passphrase("right")).unwrap_err();
		assert!(matches!(error, KeyFileError::TooOpen { mode: found, .. } if found == mode));
		assert!(error.to_string().contains(&format!("chmod 600 {}", path.display())));
	}
	fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
	assert!(KeyFile::read(&path, &passphrase("right")).is_ok());
}

#[test]
fn should_say_wrong_passphrase_when_it_is_another() {
	let text = custodian().encrypt(&passphrase("right"), fast()).unwrap();
	for wrong in ["wrong", "", "right ", "Right"] {
		let result = KeyFile::decrypt(&text, &passphrase(wrong));
		assert!(matches!(result, Err(KeyFileError::WrongPassphrase)));
	}
}

#[test]
fn should_say_not_an_age_file_when_it_is_something_else() {
	let recipient = age::x25519::Identity::generate().to_public();
	for text in [
		&b""[..],
		b"hello",
		b"-----BEGIN AGE ENCRYPTED FILE-----\nhello\n",
		b"age-encryption.org/v9\n",
		&[0xff; 5_000],
		&age_file(b"{}", &recipient),
	] {
		let result = KeyFile::decrypt(text, &passphrase("right"));
		assert!(matches!(result, Err(KeyFileError::NotAgeFile)), "{result:?}");
	}
	let (_folder, path) = folder();
	fs::write(&path, vec![b'a'; 1 << 17]).unwrap();
	fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
	let result = KeyFile::read(&path, &passphrase("right"));
	assert!(matches!(result, Err(KeyFileError::NotAgeFile)));
}

#[test]
fn should_say_damaged_when_the_content_was_changed_or_cut() {
	let whole = with_passphrase(&json(&custodian()), "right", 2);
	for cut in [1, 17, 100] {
		let result = KeyFile::decrypt(&whole[..whole.len() - cut], &passphrase("right"));
		assert!(matches!(result, Err(KeyFileError::Damaged)), "{result:?}");
	}
	let mut changed = whole.clone();
	*changed.last_mut().unwrap() ^= 1;
	let result = KeyFile::decrypt(&changed, &passphrase("right"));
	assert!(matches!(result, Err(KeyFileError::Damaged)), "{result:?}");
}

#[test]
fn should_never_open_when_any_byte_was_changed() {
	let whole = with_passphrase(&json(&custodian()), "right", 2);
	for at in 0..whole.len() {
		let mut changed = whole.clone();
		changed[at] ^= 1;
		assert!(KeyFile::decrypt(&changed, &passphrase("right")).is_err(), "{at}");
	}
}

#[test]
fn should_say_version_when_it_is_unknown() {
	for plain in
		[r#"{"version":2}"#, &json(&custodian()).replace(r#""version":1"#, r#""version":2"#)]
	{
		let file = with_passphrase(plain, "right", 2);
		let result = KeyFile::decrypt(&file, &passphrase("right"));
		assert!(matches!(result, Err(KeyFileError::Version(2))));
	}
}

#[test]
fn should_say_no_keys_when_the_content_is_something_else() {
	let good = json(&custodian());
	for plain in [
		"",
		"hello",
		"[]",
		r#"{"version":1}"#,
		r#"{"version":-1}"#,
		&good.replace("institution", "martian"),
		&good.replace("xWing", "yWing"),
		&good.replacen(r#""root":"ab"#, r#""root":""#, 1),
		&good.replacen(r#""root":"ab"#, r#""root":"zz"#, 1),
	] {
		let result = KeyFile::decrypt(&with_passphrase(plain, "right", 2), &passphrase("right"));
		let error = result.unwrap_err();
		assert!(matches!(error, KeyFileError::Content(_)), "{plain}: {error}");
		assert!(!error.to_string().contains("abab"), "no secret in an error");
	}
}

#[test]
fn should_refuse_when_the_work_factor_is_excessive() {
	let file = String::from_utf8_lossy(&with_passphrase("{}", "right", 2)).into_owned();
	assert!(file.contains(" 2\n"), "the stanza ends in the work factor");
	let mut bytes = with_passphrase("{}", "right", 2);
	let at = bytes.windows(3).position(|window| window == b" 2\n").unwrap();
	bytes.splice(at..at + 3, *b" 40\n");
	let result = KeyFile::decrypt(&bytes, &passphrase("right"));
	assert!(
		matches!(result, Err(KeyFileError::WorkFactor { required: 40, max: 20 })),
		"{result:?}"
	);
	assert!(WorkFactor::new(0).is_none() && WorkFactor::new(21).is_none());
	assert_eq!(WorkFactor::new(18), Some(WorkFactor::default()));
}

#[test]
fn should_say_where_when_the_path_is_wrong() {
	let (folder, path) = folder();
	let missing = folder.path().join("missing/hospital.key");
	let result = custodian().write_new(&missing, &passphrase("right"), fast());
	assert!(matches!(result, Err(KeyFileError::Io { path, .. }) if path == missing));
	let result = KeyFile::read(&path, &passphrase("right"));
	assert!(matches!(result, Err(KeyFileError::Io { .. })));
}

#[test]
fn should_refuse_when_the_account_is_longer_than_any_suri() {
	let keys =
		KeyFile::generate(Kind::Person).unwrap().with_account(passphrase(&"a".repeat(1 << 17)));
	let result = keys.encrypt(&passphrase("right"), fast());
	assert!(matches!(result, Err(KeyFileError::Content(_))));
}

#[test]
fn should_show_no_secret_when_printed() {
	let shown = format!("{:?}", custodian());
	assert_eq!(
		shown,
		"KeyFile { kind: Institution, root: Some(RootSecret(redacted)), account: Some(\"redacted\"), .. }"
	);
}

#[test]
fn should_give_public_keys_back_when_sent_as_json() {
	let public = custodian().public_keys();
	let text = serde_json::to_string(&public).unwrap();
	assert!(text.starts_with(r#"{"kind":"institution","xWing":""#));
	assert_eq!(serde_json::from_str::<PublicKeys>(&text).unwrap(), public);
	for wrong in
		[text.replacen("\"x25519\":\"", "\"x25519\":\"00", 1), text.replace("kind", "sort")]
	{
		assert!(serde_json::from_str::<PublicKeys>(&wrong).is_err());
	}
}

#[test]
fn should_open_with_the_new_passphrase_alone_when_replaced() {
	let (folder, path) = folder();
	let keys = custodian();
	keys.write_new(&path, &passphrase("former"), fast()).unwrap();
	keys.replace(&path, &passphrase("new"), fast()).unwrap();
	let error = KeyFile::read(&path, &passphrase("former")).unwrap_err();
	assert!(matches!(error, KeyFileError::WrongPassphrase), "{error}");
	let read = KeyFile::read(&path, &passphrase("new")).unwrap();
	assert_eq!(json(&read), json(&keys));
	assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
	assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}
