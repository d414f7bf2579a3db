// SPDX-License-Identifier: Apache-2.0

//! Why something was not sealed, or not opened.

use super::MAX_PLAINTEXT;
use std::io;

/// Why something was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
	/// The plaintext was not the one that was hashed.
	#[error(
		"the file changed while it was sealed: its SHA-256 is not the one taken before; discard \
		what was written, then hash and seal it again"
	)]
	Digest,
	/// The plaintext is too long.
	#[error("more than {MAX_PLAINTEXT} bytes cannot be sealed as one object; split the file")]
	TooLong,
	/// Writing failed before.
	#[error("an earlier write failed; discard what was written and seal again from the start")]
	Broken,
	/// Writing failed.
	#[error("the sealed object could not be written; make room or check the target: {0}")]
	Io(io::Error),
}

/// Why something was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
	/// It ends within the header.
	#[error("the sealed object ends within its header of 40 bytes; fetch it again")]
	TruncatedHeader,
	/// It does not begin as this format does.
	#[error(
		"this is not a sealed object: it begins with byte {0}, not 40; check which object it is"
	)]
	Header(u8),
	/// The last segment is missing, or a part of it.
	#[error("the sealed object was cut off in or before segment {segment}; fetch it again")]
	Truncated {
		/// Number of the segment that is missing or incomplete, from 0.
		segment: u32,
	},
	/// A segment is not what was sealed.
	#[error(
		"segment {segment} does not open: the key or the associated data is wrong (always so if \
		 segment 0 fails and the copy is good), or bytes were changed; fetch it again, then check \
		 which object it is"
	)]
	Segment {
		/// Number of the segment, from 0.
		segment: u32,
	},
	/// Something follows the last segment.
	#[error("bytes follow the end of the sealed object, after segment {segment}; fetch it again")]
	TrailingData {
		/// Number of the last segment, from 0.
		segment: u32,
	},
	/// It has more segments than the format has numbers for.
	#[error(
		"the sealed object has more segments than the format allows, so it is not one of Contour; \
		 check which object it is"
	)]
	TooLong,
	/// Opening failed before.
	#[error("opening failed before; open the object again from its start")]
	Broken,
	/// Reading failed. Reading can be tried again.
	#[error("the sealed object could not be read; try again: {0}")]
	Io(io::Error),
}

macro_rules! through_io {
	($error:ident, $kind:expr) => {
		/// Takes the error back out that [`io::Read`] or [`io::Write`] carried.
		impl From<io::Error> for $error {
			fn from(error: io::Error) -> Self {
				error.downcast().unwrap_or_else(Self::Io)
			}
		}

		impl From<$error> for io::Error {
			fn from(error: $error) -> Self {
				match error {
					$error::Io(error) => error,
					error => Self::new($kind, error),
				}
			}
		}
	};
}

through_io!(SealError, io::ErrorKind::Other);
through_io!(OpenError, io::ErrorKind::InvalidData);
