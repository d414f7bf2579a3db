// SPDX-License-Identifier: Apache-2.0

//! Over every header of a data set in memory, before a parser is let at it.
//!
//! Parsers allocate what a header asks for, call themselves for nested items and may panic at a
//! delimiter without a beginning. A [`Walk`] lets nothing through that is not well formed by PS3.5,
//! section 7: every length inside what encloses it, every end with its beginning, not too deep, not
//! too many. It does not recurse, and its memory is one entry for each level of nesting.
//!
//! What it takes and where it stops is set by [`Rules`], since what is an error depends on who reads
//! next.
//!
//! ```
//! use contour_dicom::{
//!     Tag,
//!     walk::{Encoding, Kind, Nesting, Rules, Walk},
//! };
//!
//! // A sequence of undefined length with one item, which holds a UID, in Implicit VR Little Endian.
//! let data = [
//!     &b"\x08\x00\x40\x11\xFF\xFF\xFF\xFF"[..],
//!     b"\xFE\xFF\x00\xE0\x0E\x00\x00\x00",
//!     b"\x08\x00\x55\x11\x06\x00\x00\x001.2.3\x00",
//!     b"\xFE\xFF\xDD\xE0\x00\x00\x00\x00",
//! ]
//! .concat();
//! let rules = Rules {
//!     vr: |tag| (tag == Tag(0x0008, 0x1140)).then_some(*b"SQ"),
//!     unknown: None,
//!     nesting: Nesting::Strict,
//!     depth: 64,
//!     parts: 1000,
//! };
//!
//! let mut walk = Walk::new(&data, Encoding::IMPLICIT, rules);
//! while let Some(header) = walk.next() {
//!     let header = header?;
//!     if header.tag == Tag(0x0008, 0x1155) {
//!         assert_eq!((header.depth, header.inside), (2, Some(Kind::Item)));
//!         assert_eq!(walk.value(&header)?, b"1.2.3\0");
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Layout`](super::Layout) goes over headers, too, with the opposite aim: it accepts whatever
//! leaves no doubt about where the pixels are, reads from a file or a deflated stream, and passes
//! values of defined length by, whatever is in them. The two have tags, encodings and the forms of
//! headers in common.

pub use super::header::{Encoding, Form, Order};

use super::{Tag, cursor::wide, header};

const PIXEL_DATA: Tag = Tag(0x7FE0, 0x0010);

/// What a walk takes for an error.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
	/// The VR of an element in implicit VR, as a dictionary has it. What it does not know is `UN`.
	pub vr: fn(Tag) -> Option<[u8; 2]>,
	/// Where the length is behind a VR that the standard does not have, which counts as `UN`. Without
	/// it, such an element is an error.
	pub unknown: Option<Form>,
	/// How sequences, items and their ends have to be.
	pub nesting: Nesting,
	/// How many sequences and items may be open. The items of a sequence are a level of their own.
	pub depth: usize,
	/// How many headers may be read, those of items and ends included.
	pub parts: usize,
}

/// How sequences, items and their ends have to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Nesting {
	/// As PS3.5, section 7.5 and annex A.4 have it.
	///
	/// - A length is undefined in sequences, in encapsulated Pixel Data, and in elements of VR `UN`,
	///   whose content is a sequence in implicit VR (PS3.5, section 6.2.2).
	/// - A delimiter has no value, and ends what has an undefined length.
	/// - Items and delimiters are nowhere else.
	/// - A length is that of whole numbers where the VR is binary.
	Strict,
	/// As dicom-parser 0.10 reads it, so that what passes has no other structure for that parser than
	/// for this walk. Other than `Strict`:
	///
	/// - Whatever has an undefined length is a sequence, encoded like what is around it.
	/// - A delimiter also ends what has a defined length.
	/// - Items and ends of sequences that are where an element should be are elements of VR `UN`.
	/// - The end of an item that has none is passed by if the end of a sequence follows it, at the top
	///   level and behind its fragments.
	/// - The last value of a data set may end with a part of a number.
	Parser,
}

/// What a header can stand in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// A sequence, in which items follow.
	Sequence,
	/// An item of a sequence, in which elements follow.
	Item,
	/// Encapsulated Pixel Data, in which fragments follow.
	Fragments,
}

/// The header of an element, of an item, or of the end of one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
	/// The tag.
	pub tag: Tag,
	/// The VR; `UN` if it is not known, and for items and delimiters.
	pub vr: [u8; 2],
	/// The value's length; none if it is undefined.
	pub length: Option<u32>,
	/// Where the header starts, in bytes from the start of the data set.
	pub at: usize,
	/// Where the value starts.
	pub value: usize,
	/// What it stands in; none at the top level.
	pub inside: Option<Kind>,
	/// How many sequences and items are around it.
	pub depth: usize,
	/// Whether what is here is in explicit VR.
	pub explicit: bool,
}

/// Why a walk did not come to the end. Offsets are bytes from the start of the data set.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WalkError {
	/// A header or a value is longer than what encloses it.
	#[error("{tag} needs {needed} bytes at byte {at}, but {left} are left; fetch the file again")]
	Truncated {
		/// The element; (FFFE,E000) if its tag is cut off.
		tag: Tag,
		/// Where the bytes were to be.
		at: u64,
		/// How many they were to be.
		needed: u64,
		/// How many there are.
		left: u64,
	},
	/// The bytes do not follow the encoding.
	#[error(
		"{tag} at byte {at} {why}; have the file repaired or exported again by the system that wrote it"
	)]
	Malformed {
		/// The element.
		tag: Tag,
		/// How far its header was read.
		at: u64,
		/// What is wrong.
		why: &'static str,
	},
	/// Sequences and items are nested deeper than [`Rules::depth`].
	#[error("sequences and items are nested deeper than {limit}; the file is damaged or hostile")]
	TooDeep {
		/// The limit.
		limit: usize,
	},
	/// There are more headers than [`Rules::parts`].
	#[error("there are more than {limit} elements and items; the file is damaged or hostile")]
	TooMany {
		/// The limit.
		limit: usize,
	},
}

/// What encloses the place where the walk is.
#[derive(Clone, Copy)]
struct Level {
	kind: Kind,
	/// Where its value starts.
	start: usize,
	/// None for an undefined length.
	end: Option<usize>,
	/// Whether what is inside is in explicit VR.
	explicit: bool,
}

/// A walk over a data set: an iterator over its headers, in their order.
///
/// The walk goes past a value, or into a sequence or an item, when the header behind it is asked for,
/// and checks it then. After an error, nothing comes.
pub struct Walk<'a> {
	data: &'a [u8],
	at: usize,
	encoding: Encoding,
	rules: Rules,
	levels: Vec<Level>,
	/// What was given last.
	last: Option<Header>,
	/// How many more may come.
	parts: usize,
	is_over: bool,
}

impl<'a> Walk<'a> {
	/// Starts a walk over a data set, which begins with its first element.
	#[must_use]
	pub fn new(data: &'a [u8], encoding: Encoding, rules: Rules) -> Self {
		let parts = rules.parts;
		Self { data, at: 0, encoding, rules, levels: Vec::new(), last: None, parts, is_over: false }
	}

	/// The value of the header that came last.
	///
	/// # Errors
	///
	/// [`WalkError::Malformed`] if its length is undefined, and [`WalkError::Truncated`].
	pub fn value(&self, header: &Header) -> Result<&'a [u8], WalkError> {
		let end = self.end(header)?.ok_or_else(|| self.malformed(header.tag, "has no length"))?;
		Ok(self.data.get(header.value..end).unwrap_or_default())
	}

	fn step(&mut self) -> Result<Option<Header>, WalkError> {
		if let Some(header) = self.last.take() {
			self.enter(&header)?;
			let limit = self.rules.depth;
			if self.levels.len() > limit {
				return Err(WalkError::TooDeep { limit });
			}
		}
		self.close();
		if self.levels.is_empty() && self.at == self.data.len() {
			return Ok(None);
		}
		let limit = self.rules.parts;
		self.parts = self.parts.checked_sub(1).ok_or(WalkError::TooMany { limit })?;
		self.last = Some(self.header()?);
		Ok(self.last)
	}

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

	fn take<const N: usize>(&mut self, tag: Tag) -> Result<[u8; N], WalkError> {
		let rest = self.data.get(self.at..self.limit()).unwrap_or_default();
		let taken = *rest.first_chunk::<N>().ok_or_else(|| self.truncated(tag, N))?;
		self.at = self.at.saturating_add(N);
		Ok(taken)
	}

	fn header(&mut self) -> Result<Header, WalkError> {
		let (at, order) = (self.at, self.encoding.order);
		let level = self.levels.last().copied();
		let explicit = level.map_or(self.encoding.explicit, |level| level.explicit);
		let tag = order.tag(self.take(Tag::ITEM)?);
		let (vr, length) = if tag.0 == Tag::ITEM.0 {
			(*b"UN", header::defined(order.u32(self.take(tag)?)))
		} else if explicit {
			self.vr(tag)?
		} else {
			let length = header::defined(order.u32(self.take(tag)?));
			// Overlay Data (60xx,3000) are OW (PS3.5, annex A.1), also in groups that no dictionary has.
			let is_overlay = (0x6000..=0x60FF).contains(&tag.0) && tag.1 == 0x3000;
			let vr = if is_overlay { Some(*b"OW") } else { (self.rules.vr)(tag) };
			(vr.unwrap_or(*b"UN"), length)
		};
		let inside = level.map(|level| level.kind);
		let (value, depth) = (self.at, self.levels.len());
		Ok(Header { tag, vr, length, at, value, inside, depth, explicit })
	}

	/// The VR and the length of an element in explicit VR.
	fn vr(&mut self, tag: Tag) -> Result<([u8; 2], Option<u32>), WalkError> {
		let order = self.encoding.order;
		let vr = self.take(tag)?;
		let known = header::form(vr);
		let why = "has a value representation that does not exist";
		let form = known.or(self.rules.unknown).ok_or_else(|| self.malformed(tag, why))?;
		let length = match form {
			Form::Short => Some(u32::from(order.u16(self.take(tag)?))),
			Form::Long => {
				let _reserved = self.take::<2>(tag)?;
				header::defined(order.u32(self.take(tag)?))
			}
		};
		Ok((known.map_or(*b"UN", |_| vr), length))
	}

	/// Where the value ends that starts here; none if its length is undefined.
	fn end(&self, header: &Header) -> Result<Option<usize>, WalkError> {
		let Some(length) = header.length else { return Ok(None) };
		let length = usize::try_from(length).unwrap_or(usize::MAX);
		let end = header.value.checked_add(length).filter(|end| *end <= self.limit());
		end.map(Some).ok_or_else(|| self.truncated(header.tag, length))
	}

	/// Goes into a sequence or an item, out of one, or past a value.
	fn enter(&mut self, header: &Header) -> Result<(), WalkError> {
		let Header { tag, vr, inside, explicit, .. } = *header;
		let is_strict = self.rules.nesting == Nesting::Strict;
		if self.is_end(header) {
			return self.leave(header);
		}
		let end = self.end(header)?;
		let start = header.value;
		let level = |kind, explicit| Level { kind, start, end, explicit };
		match inside {
			Some(Kind::Sequence) if tag == Tag::ITEM => {
				self.levels.push(level(Kind::Item, explicit));
			}
			Some(Kind::Fragments) if tag == Tag::ITEM => {
				self.at = end.ok_or_else(|| self.malformed(tag, "has no length"))?;
			}
			None | Some(Kind::Fragments) if self.is_spare(header) => {}
			Some(Kind::Sequence | Kind::Fragments) => {
				return Err(self.malformed(tag, "is where an item should be"));
			}
			None | Some(Kind::Item)
				if tag == Tag::ITEM_END || is_strict && tag.0 == Tag::ITEM.0 =>
			{
				return Err(self.malformed(tag, "is where an element should be"));
			}
			None | Some(Kind::Item) if end.is_some_and(|end| !self.is_whole(header, end)) => {
				return Err(self.malformed(tag, "has a length that its values do not have"));
			}
			None | Some(Kind::Item) => match (&vr, end) {
				(b"SQ", _) => self.levels.push(level(Kind::Sequence, explicit)),
				(_, Some(end)) => self.at = end,
				(b"OB" | b"OW", None) if tag == PIXEL_DATA => {
					self.levels.push(level(Kind::Fragments, explicit));
				}
				(b"UN", None) if is_strict => self.levels.push(level(Kind::Sequence, false)),
				(_, None) if is_strict => return Err(self.malformed(tag, "has no length")),
				(_, None) if tag == PIXEL_DATA => {
					self.levels.push(level(Kind::Fragments, explicit));
				}
				(_, None) => self.levels.push(level(Kind::Sequence, explicit)),
			},
		}
		Ok(())
	}

	/// Whether this is the delimiter of what it stands in.
	fn is_end(&self, header: &Header) -> bool {
		let is_delimiter = match header.inside {
			Some(Kind::Sequence | Kind::Fragments) => header.tag == Tag::SEQUENCE_END,
			Some(Kind::Item) => header.tag == Tag::ITEM_END,
			None => false,
		};
		let is_open = self.levels.last().is_some_and(|level| level.end.is_none());
		is_delimiter
			&& (self.rules.nesting == Nesting::Parser || header.length == Some(0) && is_open)
	}

	fn leave(&mut self, header: &Header) -> Result<(), WalkError> {
		let left = self.levels.pop();
		let is_empty = |level: Level| level.kind == Kind::Fragments && level.start == header.at;
		// Behind Pixel Data without fragments, the parser does not look whether the item ends, too.
		if self.rules.nesting == Nesting::Parser
			&& left.is_some_and(is_empty)
			&& self.levels.last().is_some_and(|level| level.end == Some(self.at))
		{
			return Err(self.malformed(header.tag, "hides the end of the item"));
		}
		Ok(())
	}

	/// Whether this is one delimiter too many, which some writers put behind pixels and sequences.
	fn is_spare(&self, header: &Header) -> bool {
		let next = self.data.get(self.at..).and_then(|rest| rest.first_chunk::<4>());
		let is_followed =
			next.is_some_and(|raw| self.encoding.order.tag(*raw) == Tag::SEQUENCE_END);
		self.rules.nesting == Nesting::Parser
			&& header.tag == Tag::ITEM_END
			&& self.levels.len() <= 1
			&& is_followed
	}

	/// Whether a parser that reads numbers leaves nothing of a value, or nothing that it could take for
	/// a header, because the value is the last of the data set.
	fn is_whole(&self, header: &Header, end: usize) -> bool {
		let is_last = self.levels.is_empty() && end == self.data.len();
		if is_last && self.rules.nesting == Nesting::Parser {
			return true;
		}
		let length = header.length.unwrap_or(0);
		// Where pixels are signed, dicom-parser reads what can be US or SS as SS, whatever the VR is.
		let is_short = || (self.rules.vr)(header.tag) == Some(*b"US");
		length.is_multiple_of(unit(header.vr)) && (length.is_multiple_of(2) || !is_short())
	}

	fn truncated(&self, tag: Tag, needed: usize) -> WalkError {
		let left = wide(self.limit().saturating_sub(self.at));
		WalkError::Truncated { tag, at: wide(self.at), needed: wide(needed), left }
	}

	fn malformed(&self, tag: Tag, why: &'static str) -> WalkError {
		WalkError::Malformed { tag, at: wide(self.at), why }
	}
}

impl Iterator for Walk<'_> {
	type Item = Result<Header, WalkError>;

	fn next(&mut self) -> Option<Self::Item> {
		if self.is_over {
			return None;
		}
		let next = self.step().transpose();
		self.is_over = !matches!(next, Some(Ok(_)));
		next
	}
}

/// Bytes of one value of a binary VR (PS3.5, table 6.2-1). Parsers leave a remainder unread and take
/// it for the next header.
fn unit(vr: [u8; 2]) -> u32 {
	match &vr {
		b"OW" | b"SS" | b"US" => 2,
		b"AT" | b"FL" | b"OF" | b"OL" | b"SL" | b"UL" => 4,
		b"FD" | b"OD" | b"OV" | b"SV" | b"UV" => 8,
		_ => 1,
	}
}
