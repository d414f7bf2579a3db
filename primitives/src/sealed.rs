// SPDX-License-Identifier: Apache-2.0

//! What is sealed and kept off chain.

use crate::Hash;
use alloc::{borrow::Cow, string::String};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, traits::ConstU32};
use scale_info::TypeInfo;

/// Longest locator, in bytes.
pub const MAX_LOCATOR_BYTES: u32 = 128;

/// Where something sealed is, in the words of whoever sealed it. It is opaque to the chain, and
/// contains nothing that identifies a patient.
pub type Locator = BoundedVec<u8, ConstU32<MAX_LOCATOR_BYTES>>;

/// A locator as text. What is no UTF-8 in it is replaced.
pub fn locator_text(locator: &Locator) -> Cow<'_, str> {
	String::from_utf8_lossy(locator)
}

/// One sealed object that is kept off chain.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Sealed {
	/// SHA-256 of the object's bytes.
	pub root: Hash,
	/// The object store in which it is.
	pub locator: Locator,
}
