// SPDX-License-Identifier: Apache-2.0

//! Many sealed streams, one after the other, in objects of one size.
//!
//! One object for each instance would need one `fsync`, or one request, for each instance; a study
//! has thousands. A log is cut at every [`OBJECT_SIZE`] bytes, wherever that falls, so the number of
//! objects depends on the bytes alone. A stream is found by its offset and length in the log.

mod reader;
mod writer;

pub use reader::LogReader;
pub use writer::{BlockingLogWriter, LogWriter};

use crate::{ObjectName, StoreError};
use serde::{Deserialize, Serialize};

/// The size of every object of a log but the last, in bytes: 16 MiB.
pub const OBJECT_SIZE: u64 = 16 * 1024 * 1024;

/// Where the bytes of a log are. Always has as many objects as its length needs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "Fields")]
pub struct Log {
	length: u64,
	objects: Vec<ObjectName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
	length: u64,
	objects: Vec<ObjectName>,
}

impl Log {
	/// A log of `length` bytes in `objects`, in order.
	///
	/// # Errors
	///
	/// [`StoreError::NotALog`] unless there is one object for each [`OBJECT_SIZE`] bytes begun.
	pub fn new(length: u64, objects: Vec<ObjectName>) -> Result<Self, StoreError> {
		let expected = length.div_ceil(OBJECT_SIZE);
		let found = objects.len().try_into().unwrap_or(u64::MAX);
		if found != expected {
			return Err(StoreError::NotALog { length, expected, found });
		}
		Ok(Self { length, objects })
	}

	/// How many bytes it has.
	pub fn length(&self) -> u64 {
		self.length
	}

	/// Its objects, in order.
	pub fn objects(&self) -> &[ObjectName] {
		&self.objects
	}
}

impl TryFrom<Fields> for Log {
	type Error = StoreError;

	fn try_from(fields: Fields) -> Result<Self, StoreError> {
		Self::new(fields.length, fields.objects)
	}
}
