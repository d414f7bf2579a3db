// SPDX-License-Identifier: Apache-2.0

//! Names of data elements.

use std::fmt;

/// A data element's tag: group and element number (PS3.5, section 7.1).
///
/// `Display` and `Debug` write it as the standard does: `(7FE0,0010)`.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tag(pub u16, pub u16);

impl Tag {
	/// Start of an item (PS3.5, section 7.5).
	pub(super) const ITEM: Self = Self(0xFFFE, 0xE000);
	/// End of an item of undefined length.
	pub(super) const ITEM_END: Self = Self(0xFFFE, 0xE00D);
	/// End of a sequence, or of encapsulated pixel data, of undefined length.
	pub(super) const SEQUENCE_END: Self = Self(0xFFFE, 0xE0DD);

	pub(super) const MEDIA_SOP_CLASS: Self = Self(0x0002, 0x0002);
	pub(super) const MEDIA_SOP_INSTANCE: Self = Self(0x0002, 0x0003);
	pub(super) const TRANSFER_SYNTAX: Self = Self(0x0002, 0x0010);
	pub(super) const SOP_CLASS: Self = Self(0x0008, 0x0016);
	pub(super) const SOP_INSTANCE: Self = Self(0x0008, 0x0018);
	pub(super) const MODALITY: Self = Self(0x0008, 0x0060);
	pub(super) const ROWS: Self = Self(0x0028, 0x0010);
	pub(super) const STUDY: Self = Self(0x0020, 0x000D);
	pub(super) const SERIES: Self = Self(0x0020, 0x000E);

	/// Whether this is Pixel Data, Float Pixel Data or Double Float Pixel Data.
	pub(super) fn is_pixel_data(self) -> bool {
		self.0 == 0x7FE0 && matches!(self.1, 0x0008 | 0x0009 | 0x0010)
	}

	/// Whether this is an item or one of the delimiters, which have no VR in any encoding.
	pub(super) fn is_item_mark(self) -> bool {
		matches!(self, Self::ITEM | Self::ITEM_END | Self::SEQUENCE_END)
	}
}

impl fmt::Display for Tag {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "({:04X},{:04X})", self.0, self.1)
	}
}

impl fmt::Debug for Tag {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}
