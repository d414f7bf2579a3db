// SPDX-License-Identifier: Apache-2.0

//! The file in which an institution or a person keeps its keys.
//!
//! An `age` file (<https://age-encryption.org/v1>) with one passphrase recipient (scrypt), in
//! ASCII armour, readable by its owner only. The program `age` decrypts it, too. Inside is JSON:
//!
//! | field | what |
//! | --- | --- |
//! | `version` | `1` |
//! | `kind` | `institution` or `person` |
//! | `root` | root secret, 64 hexadecimal digits; absent if its owner keeps no data |
//! | `xWing` | seed of the X-Wing private key, 64 hexadecimal digits |
//! | `x25519` | X25519 private key, 64 hexadecimal digits |
//! | `account` | SURI of the sr25519 account, or JSON with `polkadotJs`, the text of an account exported there, and its `password`; absent if it is kept elsewhere |
//!
//! Export and import use this very file: copy it, and keep the passphrase apart from it.
//!
//! ```
//! use contour_seal::keyfile::{KeyFile, Kind, SecretString, WorkFactor};
//!
//! let keys = KeyFile::generate(Kind::Person)?;
//! let passphrase = SecretString::from("correct horse battery staple");
//! // Real files use the default, which takes a second.
//! let work = WorkFactor::new(2).ok_or("it is between 1 and 20")?;
//! let text = keys.encrypt(&passphrase, work)?;
//! assert_eq!(KeyFile::decrypt(&text, &passphrase)?.public_keys(), keys.public_keys());
//! assert!(KeyFile::decrypt(&text, &SecretString::from("a guess")).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{
	envelope::PrivateKey,
	keys::{NoRandomness, RootSecret},
};
use age::{
	Decryptor, Encryptor,
	armor::{ArmoredReader, ArmoredWriter, Format},
	scrypt,
};
use contour_primitives::KeySuite;
use core::{fmt, iter};
use serde::{Deserialize, Serialize};
use std::{
	fs::File,
	io::{self, Read, Write},
	path::{Path, PathBuf},
};
use zeroize::Zeroizing;

pub use age::secrecy::{ExposeSecret, SecretString};

const VERSION: u32 = 1;
/// Longest key file that is read, in bytes; real ones have about a thousand.
const MAX_LEN: u64 = 1 << 16;
/// Room for the JSON, so that no copy is left behind by a growing buffer.
const PLAIN_LEN: usize = 1 << 16;

/// Why a key file was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
	/// There is a file already.
	#[error("{0} exists and is not overwritten; move it away or choose another name")]
	Exists(PathBuf),
	/// Others can read it.
	#[error(
		"others can read {path} (mode {mode:03o}); run `chmod 600 {path}`, and make new keys if \
		somebody may have copied it", path = path.display()
	)]
	TooOpen {
		/// The file.
		path: PathBuf,
		/// Its permission bits.
		mode: u32,
	},
	/// The passphrase does not fit.
	#[error("the passphrase is wrong; try again (if you are sure of it, the file was changed)")]
	WrongPassphrase,
	/// The file is something else.
	#[error("this is not a key file: it is not encrypted with a passphrase in the `age` format")]
	NotAgeFile,
	/// The passphrase fits but the rest does not.
	#[error("the key file was damaged; restore it from a copy")]
	Damaged,
	/// Opening it would take too long.
	#[error(
		"the key file asks for scrypt work factor {required}, at most {max} is accepted; if it is \
		yours, encrypt it again with `age`"
	)]
	WorkFactor {
		/// Base-2 logarithm of the scrypt parameter N that the file asks for.
		required: u8,
		/// The highest that is accepted.
		max: u8,
	},
	/// A newer program wrote it.
	#[error("the key file has version {0}, this program reads version 1; use a newer program")]
	Version(u32),
	/// The content is something else.
	#[error("the file opens but contains no keys of Contour: {0}; check which file it is")]
	Content(&'static str),
	/// No random bytes.
	#[error(transparent)]
	NoRandomness(#[from] NoRandomness),
	/// Reading or writing failed.
	#[error(
		"{path}: {source}; check the path, its permissions and the room on the disk",
		path = path.display()
	)]
	Io {
		/// The file.
		path: PathBuf,
		/// What happened.
		source: io::Error,
	},
}

/// How much work a passphrase costs to try: base-2 logarithm of scrypt's parameter N.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct WorkFactor(u8);

impl WorkFactor {
	/// The highest that is written or read: 1 GiB of memory, some seconds.
	pub const MAX: Self = Self(20);

	/// `None` unless 1 ≤ `log_n` ≤ 20. Below 15 is for tests only.
	pub const fn new(log_n: u8) -> Option<Self> {
		if log_n >= 1 && log_n <= Self::MAX.0 { Some(Self(log_n)) } else { None }
	}
}

impl Default for WorkFactor {
	/// 18: 256 MiB of memory, about a second.
	fn default() -> Self {
		Self(18)
	}
}

/// Whose keys they are.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
	/// An institution's.
	Institution,
	/// A person's.
	Person,
}

/// The public part of a key file, to be registered or handed to others.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublicKeys {
	/// Whose they are.
	pub kind: Kind,
	/// X-Wing public key, 1216 bytes, as 2432 hexadecimal digits.
	#[serde(with = "hex_array")]
	pub x_wing: Box<[u8; 1216]>,
	/// X25519 public key, 32 bytes, as 64 hexadecimal digits.
	#[serde(with = "hex_array")]
	pub x25519: Box<[u8; 32]>,
}

impl PublicKeys {
	/// The public key of a suite, as [`wrap`](super::envelope::wrap) takes it.
	pub fn of(&self, suite: KeySuite) -> &[u8] {
		match suite {
			KeySuite::X25519 => self.x25519.as_slice(),
			KeySuite::XWing => self.x_wing.as_slice(),
		}
	}
}

mod hex_array {
	use serde::{Deserialize, Deserializer, Serializer, de::Error};

	pub(super) fn serialize<S: Serializer, const N: usize>(
		bytes: &[u8; N],
		serializer: S,
	) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(&hex::encode(bytes))
	}

	pub(super) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
		deserializer: D,
	) -> Result<Box<[u8; N]>, D::Error> {
		let bytes = hex::decode(String::deserialize(deserializer)?).map_err(D::Error::custom)?;
		Box::try_from(bytes.into_boxed_slice())
			.map_err(|_| D::Error::custom(format_args!("a key of {N} bytes is expected")))
	}
}

/// One institution's or person's keys. Wiped on drop, never shown by `Debug`.
#[derive(Clone)]
pub struct KeyFile {
	kind: Kind,
	root: Option<RootSecret>,
	x_wing: PrivateKey,
	x25519: PrivateKey,
	account: Option<SecretString>,
}

#[derive(Deserialize)]
struct Versioned {
	version: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Content {
	version: u32,
	kind: Kind,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	root: Option<Zeroizing<String>>,
	x_wing: Zeroizing<String>,
	x25519: Zeroizing<String>,
	#[serde(default, skip_serializing_if = "Option::is_none")]
	account: Option<Zeroizing<String>>,
}

impl KeyFile {
	/// Fresh X-Wing and X25519 keys, without root secret and account.
	///
	/// # Errors
	///
	/// [`NoRandomness`].
	pub fn generate(kind: Kind) -> Result<Self, NoRandomness> {
		Ok(Self {
			kind,
			root: None,
			x_wing: PrivateKey::generate(KeySuite::XWing)?,
			x25519: PrivateKey::generate(KeySuite::X25519)?,
			account: None,
		})
	}

	/// With a root secret: for custodians.
	#[must_use]
	pub fn with_root(self, root: RootSecret) -> Self {
		Self { root: Some(root), ..self }
	}

	/// With an sr25519 account. It is kept as given and not looked into.
	#[must_use]
	pub fn with_account(self, suri: SecretString) -> Self {
		Self { account: Some(suri), ..self }
	}

	/// Whose keys they are.
	pub const fn kind(&self) -> Kind {
		self.kind
	}

	/// The root secret, if its owner keeps data.
	pub const fn root(&self) -> Option<&RootSecret> {
		self.root.as_ref()
	}

	/// The account, if it is kept here.
	pub const fn account(&self) -> Option<&SecretString> {
		self.account.as_ref()
	}

	/// The private key of a suite.
	pub const fn private_key(&self, suite: KeySuite) -> &PrivateKey {
		match suite {
			KeySuite::X25519 => &self.x25519,
			KeySuite::XWing => &self.x_wing,
		}
	}

	/// The public part.
	pub fn public_keys(&self) -> PublicKeys {
		fn array<const N: usize>(key: &PrivateKey) -> Box<[u8; N]> {
			Box::try_from(key.public_key().into_boxed_slice())
				.expect("public keys have the length of their suite")
		}
		PublicKeys { kind: self.kind, x_wing: array(&self.x_wing), x25519: array(&self.x25519) }
	}

	/// The encrypted, armoured text.
	///
	/// # Errors
	///
	/// [`KeyFileError::Content`] if the account is longer than any SURI.
	pub fn encrypt(
		&self,
		passphrase: &SecretString,
		work: WorkFactor,
	) -> Result<Vec<u8>, KeyFileError> {
		let plain = self.to_json()?;
		let mut recipient = scrypt::Recipient::new(passphrase.clone());
		recipient.set_work_factor(work.0);
		let encryptor = Encryptor::with_recipients(iter::once(&recipient as _))
			.expect("one passphrase is a valid set of recipients");
		let write = || {
			let armour = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
			let mut writer = encryptor.wrap_output(armour)?;
			writer.write_all(&plain)?;
			writer.finish()?.finish()
		};
		Ok(write().expect("writing to memory does not fail"))
	}

	/// Reads what [`encrypt`](Self::encrypt) made, or `age` from the same JSON.
	///
	/// # Errors
	///
	/// All of [`KeyFileError`] that do not speak of files.
	pub fn decrypt(text: &[u8], passphrase: &SecretString) -> Result<Self, KeyFileError> {
		let decryptor = Decryptor::new_buffered(ArmoredReader::new(text))
			.map_err(|_| KeyFileError::NotAgeFile)?;
		if !decryptor.is_scrypt() {
			return Err(KeyFileError::NotAgeFile);
		}
		let mut identity = scrypt::Identity::new(passphrase.clone());
		identity.set_max_work_factor(WorkFactor::MAX.0);
		let reader =
			decryptor.decrypt(iter::once(&identity as _)).map_err(|error| match error {
				age::DecryptError::ExcessiveWork { required, .. } => {
					KeyFileError::WorkFactor { required, max: WorkFactor::MAX.0 }
				}
				age::DecryptError::InvalidMac | age::DecryptError::Io(_) => KeyFileError::Damaged,
				age::DecryptError::InvalidHeader | age::DecryptError::UnknownFormat => {
					KeyFileError::NotAgeFile
				}
				_ => KeyFileError::WrongPassphrase,
			})?;
		let mut plain = Zeroizing::new(Vec::with_capacity(PLAIN_LEN));
		reader.take(MAX_LEN).read_to_end(&mut plain).map_err(|_| KeyFileError::Damaged)?;
		Self::from_json(&plain)
	}

	/// Writes a new file, mode 0600: complete and on the disk, or not at all.
	///
	/// # Errors
	///
	/// [`KeyFileError::Exists`], [`KeyFileError::Io`] and those of [`encrypt`](Self::encrypt).
	pub fn write_new(
		&self,
		path: &Path,
		passphrase: &SecretString,
		work: WorkFactor,
	) -> Result<(), KeyFileError> {
		let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
		// Before the slow encryption; what decides is the renaming below.
		if path.symlink_metadata().is_ok() {
			return Err(KeyFileError::Exists(path.to_owned()));
		}
		let file = self.stage(path, passphrase, work)?;
		file.persist_noclobber(path).map_err(|error| match error.error.kind() {
			io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
			_ => failed(error.error),
		})?;
		sync_folder(path).map_err(failed)?;
		tracing::info!(path = %path.display(), "key file written");
		Ok(())
	}

	/// Writes the file anew, under another passphrase: complete and on the disk, or the former one
	/// stays.
	///
	/// # Errors
	///
	/// [`KeyFileError::Io`] and those of [`encrypt`](Self::encrypt).
	pub fn replace(
		&self,
		path: &Path,
		passphrase: &SecretString,
		work: WorkFactor,
	) -> Result<(), KeyFileError> {
		let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
		let file = self.stage(path, passphrase, work)?;
		file.persist(path).map_err(|error| failed(error.error))?;
		sync_folder(path).map_err(failed)?;
		tracing::info!(path = %path.display(), "key file replaced");
		Ok(())
	}

	/// Writes the file under a name of its own, beside the right one.
	fn stage(
		&self,
		path: &Path,
		passphrase: &SecretString,
		work: WorkFactor,
	) -> Result<tempfile::NamedTempFile, KeyFileError> {
		let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
		let text = self.encrypt(passphrase, work)?;
		let mut file = new_private_file(folder_of(path)).map_err(failed)?;
		file.write_all(&text).map_err(failed)?;
		file.as_file().sync_all().map_err(failed)?;
		Ok(file)
	}

	/// Reads a file that only its owner can read.
	///
	/// # Errors
	///
	/// All of [`KeyFileError`] but [`KeyFileError::Exists`].
	pub fn read(path: &Path, passphrase: &SecretString) -> Result<Self, KeyFileError> {
		let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
		let file = File::open(path).map_err(failed)?;
		check_private(&file, path)?;
		let mut text = Vec::new();
		file.take(MAX_LEN.saturating_add(1)).read_to_end(&mut text).map_err(failed)?;
		if u64::try_from(text.len()).is_ok_and(|length| length > MAX_LEN) {
			return Err(KeyFileError::NotAgeFile);
		}
		Self::decrypt(&text, passphrase)
	}

	fn to_json(&self) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
		let encode = |bytes: &[u8; 32]| Zeroizing::new(hex::encode(bytes));
		let content = Content {
			version: VERSION,
			kind: self.kind,
			root: self.root.as_ref().map(|root| encode(root.expose())),
			x_wing: encode(self.x_wing.expose_seed()),
			x25519: encode(self.x25519.expose_seed()),
			account: self.account.as_ref().map(|suri| suri.expose_secret().to_owned().into()),
		};
		// A slice, not a vector: it cannot grow and leave a copy behind.
		let mut plain = Zeroizing::new(vec![0; PLAIN_LEN]);
		let mut free = plain.as_mut_slice();
		serde_json::to_writer(&mut free, &content)
			.map_err(|_| KeyFileError::Content("the account is too long"))?;
		let left = free.len();
		plain.truncate(PLAIN_LEN.saturating_sub(left));
		Ok(plain)
	}

	fn from_json(plain: &[u8]) -> Result<Self, KeyFileError> {
		// Errors of the parser can quote what they read, so they are not passed on.
		let Versioned { version } = serde_json::from_slice(plain)
			.map_err(|_| KeyFileError::Content("it is not JSON with a version"))?;
		if version != VERSION {
			return Err(KeyFileError::Version(version));
		}
		let content: Content = serde_json::from_slice(plain)
			.map_err(|_| KeyFileError::Content("fields are missing, unknown or of another type"))?;
		let decode = |text: &str| {
			let mut bytes = Zeroizing::new([0; 32]);
			hex::decode_to_slice(text, bytes.as_mut_slice())
				.map_err(|_| KeyFileError::Content("a key is not 64 hexadecimal digits"))?;
			Ok::<_, KeyFileError>(bytes)
		};
		Ok(Self {
			kind: content.kind,
			root: content
				.root
				.map(|root| decode(&root).map(|bytes| RootSecret::from_bytes(*bytes)))
				.transpose()?,
			x_wing: PrivateKey::from_seed(KeySuite::XWing, *decode(&content.x_wing)?),
			x25519: PrivateKey::from_seed(KeySuite::X25519, *decode(&content.x25519)?),
			account: content.account.map(|suri| SecretString::from(suri.as_str())),
		})
	}
}

impl fmt::Debug for KeyFile {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("KeyFile")
			.field("kind", &self.kind)
			.field("root", &self.root)
			.field("account", &self.account.as_ref().map(|_| "redacted"))
			.finish_non_exhaustive()
	}
}

fn folder_of(path: &Path) -> &Path {
	match path.parent() {
		Some(folder) if folder != Path::new("") => folder,
		_ => Path::new("."),
	}
}

/// The name is on the disk only when the folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
	#[cfg(unix)]
	File::open(folder_of(path)).and_then(|folder| folder.sync_all())?;
	Ok(())
}

fn new_private_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
	let mut builder = tempfile::Builder::new();
	builder.prefix(".contour-key-");
	#[cfg(unix)]
	{
		use std::{fs::Permissions, os::unix::fs::PermissionsExt};
		builder.permissions(Permissions::from_mode(0o600));
	}
	builder.tempfile_in(folder)
}

/// Looks at the opened file, so that it cannot be exchanged between looking and reading.
#[cfg(unix)]
fn check_private(file: &File, path: &Path) -> Result<(), KeyFileError> {
	use std::os::unix::fs::PermissionsExt;
	let metadata =
		file.metadata().map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
	let mode = metadata.permissions().mode() & 0o777;
	if mode & 0o077 != 0 {
		return Err(KeyFileError::TooOpen { path: path.to_owned(), mode });
	}
	Ok(())
}

#[cfg(not(unix))]
fn check_private(_: &File, _: &Path) -> Result<(), KeyFileError> {
	Ok(())
}
