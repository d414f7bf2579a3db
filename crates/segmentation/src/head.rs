// SPDX-License-Identifier: Apache-2.0

//! Over the headers of a data set, before a parser is let at it.
//!
//! The parser in `dicom-object` allocates what a header asks for, calls itself for nested items and
//! panics at a delimiter without a beginning. So nothing reaches it that is not a well-formed data
//! set by PS3.5 section 7: every length inside what encloses it, every end with its beginning, not
//! too deep, not too many. No recursion here, and no memory but for one entry for each top-level
//! element.

use super::error::DatasetError;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use std::ops::Range;

/// Deepest nesting of sequences and items that is read. Objects of the standard need fewer than 20.
const MAX_DEPTH: usize = 64;

/// Most parts (elements, items and their ends) that are read: enough for 30,000 frames.
const MAX_PARTS: usize = 4_000_000;

const ITEM: Tag = Tag(0xfffe, 0xe000);
const ITEM_END: Tag = Tag(0xfffe, 0xe00d);
const SEQUENCE_END: Tag = Tag(0xfffe, 0xe0dd);
const UNDEFINED: u32 = u32::MAX;

/// The value of Pixel Data.
#[derive(Clone, Copy, Debug)]
pub enum Pixels<'a> {
	/// There is none.
	Absent,
	/// As it is shown, in the order of bytes of the data set.
	Native(&'a [u8]),
	/// In fragments, so compressed.
	Encapsulated,
}

/// A top-level element in front of the pixel data.
#[derive(Debug)]
pub(crate) struct Top {
	pub(crate) tag: Tag,
	/// Header and value, in bytes from the start of the data set.
	pub(crate) whole: Range<usize>,
	/// The value, delimiters included.
	pub(crate) value: Range<usize>,
	/// Whether everything inside is encoded like the data set itself. It is not where a sequence
	/// of unknown VR or fragments of an icon are.
	pub(crate) plain: bool,
}

/// What encloses the place where the walk is. `end` is none for an undefined length.
#[derive(Clone, Copy)]
struct Level {
	kind: Kind,
	end: Option<usize>,
	/// Whether values inside are in explicit VR.
	explicit: bool,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
	Sequence,
	Item,
	/// Encapsulated pixel data of an icon.
	Fragments,
}

struct Header {
	tag: Tag,
	vr: VR,
	length: u32,
}

struct Walk<'a> {
	data: &'a [u8],
	at: usize,
	/// Where the data set starts in the file.
	offset: usize,
	levels: Vec<Level>,
	explicit: bool,
}

/// Bytes of one value of a binary VR (PS3.5 table 6.2-1). The parser leaves a remainder unread and
/// takes it for the next header.
fn unit(vr: VR) -> u32 {
	match vr {
		VR::SS | VR::US | VR::OW => 2,
		VR::AT | VR::FL | VR::OF | VR::OL | VR::SL | VR::UL => 4,
		VR::FD | VR::OD | VR::OV | VR::SV | VR::UV => 8,
		_ => 1,
	}
}

/// Goes over a data set in little endian up to its pixel data. `offset` is where it starts in the
/// file, for errors.
pub(crate) fn walk(
	data: &[u8],
	explicit: bool,
	offset: usize,
) -> Result<(Vec<Top>, Pixels<'_>), DatasetError> {
	let mut walk = Walk { data, at: 0, offset, levels: Vec::new(), explicit };
	let mut tops: Vec<Top> = Vec::new();
	for _ in 0..MAX_PARTS {
		walk.close();
		if walk.levels.is_empty()
			&& let Some(top) = tops.last_mut()
		{
			(top.whole.end, top.value.end) = (walk.at, walk.at);
		}
		if walk.at == data.len() && walk.levels.is_empty() {
			return Ok((tops, Pixels::Absent));
		}
		let start = walk.at;
		let header = walk.header()?;
		if walk.levels.is_empty() {
			if header.tag == tags::PIXEL_DATA {
				return Ok((tops, walk.pixels(&header)?));
			}
			let value = walk.at..walk.at;
			tops.push(Top { tag: header.tag, whole: start..walk.at, value, plain: true });
		}
		let is_plain = walk.enter(&header)?;
		if let Some(top) = tops.last_mut() {
			top.plain &= is_plain;
		}
		if walk.levels.len() > MAX_DEPTH {
			return Err(DatasetError::Excessive("more levels of nesting"));
		}
	}
	Err(DatasetError::Excessive("more elements"))
}

impl<'a> Walk<'a> {
	/// Leaves all sequences and items of defined length that end here.
	fn close(&mut self) {
		while self.levels.last().is_some_and(|level| level.end == Some(self.at)) {
			self.levels.pop();
		}
	}

	/// Where the innermost defined length ends.
	fn limit(&self) -> usize {
		self.levels.iter().rev().find_map(|level| level.end).unwrap_or(self.data.len())
	}

	fn take<const N: usize>(&mut self, tag: Tag) -> Result<[u8; N], DatasetError> {
		let value = self
			.data
			.get(self.at..self.limit())
			.and_then(|rest| rest.first_chunk::<N>())
			.ok_or_else(|| self.truncated(tag, N as u64))?;
		self.at += N;
		Ok(*value)
	}

	/// The end of a value of this length that starts here.
	fn end(&self, tag: Tag, length: u32) -> Result<usize, DatasetError> {
		self.at
			.checked_add(length as usize)
			.filter(|end| *end <= self.limit())
			.ok_or_else(|| self.truncated(tag, length.into()))
	}

	fn header(&mut self) -> Result<Header, DatasetError> {
		let [a, b, c, d] = self.take(ITEM)?;
		let tag = Tag(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
		let explicit = self.levels.last().map_or(self.explicit, |level| level.explicit);
		if tag.0 == ITEM.0 {
			let length = u32::from_le_bytes(self.take(tag)?);
			return Ok(Header { tag, vr: VR::UN, length });
		}
		if !explicit {
			let length = u32::from_le_bytes(self.take(tag)?);
			let entry = StandardDataDictionary.by_tag(tag);
			let vr = entry.map_or(VR::UN, |entry| entry.vr().relaxed());
			return Ok(Header { tag, vr, length });
		}
		let letters = self.take::<2>(tag)?;
		let vr = VR::from_binary(letters)
			.ok_or_else(|| self.damaged(tag, "has a value representation that does not exist"))?;
		let length = match vr {
			VR::OB
			| VR::OD
			| VR::OF
			| VR::OL
			| VR::OV
			| VR::OW
			| VR::SQ
			| VR::SV
			| VR::UC
			| VR::UN
			| VR::UR
			| VR::UT
			| VR::UV => {
				let _reserved = self.take::<2>(tag)?;
				u32::from_le_bytes(self.take(tag)?)
			}
			_ => u16::from_le_bytes(self.take(tag)?).into(),
		};
		Ok(Header { tag, vr, length })
	}

	/// Goes into a sequence or an item, out of one, or past a value. Whether the content is encoded
	/// like the rest.
	fn enter(&mut self, header: &Header) -> Result<bool, DatasetError> {
		let Header { tag, vr, length } = *header;
		let level = self.levels.last().copied();
		let explicit = level.map_or(self.explicit, |level| level.explicit);
		let end = if length == UNDEFINED { None } else { Some(self.end(tag, length)?) };
		let inside = level.map(|level| level.kind);
		match (inside, tag) {
			(Some(Kind::Sequence), ITEM) => {
				self.levels.push(Level { kind: Kind::Item, end, explicit });
			}
			(Some(Kind::Fragments), ITEM) => {
				self.at = end.ok_or_else(|| self.damaged(tag, "has no length"))?;
			}
			(Some(Kind::Sequence | Kind::Fragments), SEQUENCE_END)
			| (Some(Kind::Item), ITEM_END)
				if length == 0 && level.is_some_and(|level| level.end.is_none()) =>
			{
				self.levels.pop();
			}
			(Some(Kind::Sequence | Kind::Fragments), _) => {
				return Err(self.damaged(tag, "is where an item should be"));
			}
			(None | Some(Kind::Item), _) if tag.0 == ITEM.0 => {
				return Err(self.damaged(tag, "is where an element should be"));
			}
			(None | Some(Kind::Item), _) => match (vr, end) {
				(VR::SQ, _) => self.levels.push(Level { kind: Kind::Sequence, end, explicit }),
				(_, Some(_)) if !length.is_multiple_of(unit(vr)) => {
					return Err(self.damaged(tag, "has a length that its values do not have"));
				}
				(_, Some(end)) => self.at = end,
				(VR::OB | VR::OW, None) if tag == tags::PIXEL_DATA => {
					self.levels.push(Level { kind: Kind::Fragments, end, explicit });
					return Ok(false);
				}
				// A sequence whose VR the sender did not know is in implicit VR (PS3.5 6.2.2).
				(VR::UN, None) => {
					self.levels.push(Level { kind: Kind::Sequence, end, explicit: false });
					return Ok(!explicit);
				}
				_ => return Err(self.damaged(tag, "has no length")),
			},
		}
		Ok(true)
	}

	fn pixels(&self, header: &Header) -> Result<Pixels<'a>, DatasetError> {
		if header.length == UNDEFINED {
			return Ok(Pixels::Encapsulated);
		}
		let end = self.end(header.tag, header.length)?;
		Ok(self.data.get(self.at..end).map_or(Pixels::Absent, Pixels::Native))
	}

	fn truncated(&self, tag: Tag, needed: u64) -> DatasetError {
		DatasetError::Truncated {
			tag,
			at: self.at.saturating_add(self.offset) as u64,
			needed,
			left: self.limit().saturating_sub(self.at) as u64,
		}
	}

	fn damaged(&self, tag: Tag, what: &str) -> DatasetError {
		let at = self.at.saturating_add(self.offset);
		DatasetError::Damaged(format!("element {tag} at byte {at} {what}"))
	}
}
