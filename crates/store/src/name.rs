// SPDX-License-Identifier: Apache-2.0

//! The name of an object: the hash of its content.

use aws_lc_rs::digest::{SHA256, digest};
use object_store::path::Path;
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf, str::FromStr};

/// The folder that holds all objects of a store.
pub(crate) const OBJECTS: &str = "objects";

/// SHA-256 (FIPS 180-4) of an object's bytes. Text and JSON form: 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectName([u8; 32]);

impl ObjectName {
	/// The name that `content` has.
	pub fn of(content: &[u8]) -> Self {
		let mut name = [0; 32];
		name.copy_from_slice(digest(&SHA256, content).as_ref());
		Self(name)
	}

	/// The hash itself.
	pub fn as_bytes(&self) -> &[u8; 32] {
		&self.0
	}

	/// The first byte: which of the 256 folders the object is in.
	pub(crate) fn shard(&self) -> u8 {
		let [first, ..] = self.0;
		first
	}

	/// `objects/ab/abcdef…`: where the object is below the store's root.
	pub(crate) fn path(&self) -> Path {
		let name = self.to_string();
		Path::from_iter([OBJECTS, &hex::encode([self.shard()]), &name])
	}

	/// The object's file in the local folder `root`.
	pub(crate) fn file(&self, root: &std::path::Path) -> PathBuf {
		root.join(OBJECTS).join(hex::encode([self.shard()])).join(self.to_string())
	}

	/// The name of the object at `path`, if it is where an object of that name would be.
	pub(crate) fn from_path(path: &Path) -> Option<Self> {
		let name: Self = path.filename()?.parse().ok()?;
		path.as_ref().ends_with(name.path().as_ref()).then_some(name)
	}
}

impl From<[u8; 32]> for ObjectName {
	fn from(hash: [u8; 32]) -> Self {
		Self(hash)
	}
}

impl From<ObjectName> for String {
	fn from(name: ObjectName) -> Self {
		name.to_string()
	}
}

impl fmt::Display for ObjectName {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&hex::encode(self.0))
	}
}

impl fmt::Debug for ObjectName {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}

/// A text is not the name of an object.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
	"an object's name has 64 digits, 0-9 and a-f in lower case: check that it was copied whole"
)]
pub struct NotAName;

impl FromStr for ObjectName {
	type Err = NotAName;

	fn from_str(text: &str) -> Result<Self, NotAName> {
		// One text for one name: upper case would be another file on most systems.
		if text.bytes().any(|digit| digit.is_ascii_uppercase()) {
			return Err(NotAName);
		}
		let mut name = [0; 32];
		hex::decode_to_slice(text, &mut name).map_err(|_| NotAName)?;
		Ok(Self(name))
	}
}

impl TryFrom<String> for ObjectName {
	type Error = NotAName;

	fn try_from(text: String) -> Result<Self, NotAName> {
		text.parse()
	}
}
