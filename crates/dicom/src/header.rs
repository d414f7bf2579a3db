// SPDX-License-Identifier: Apache-2.0

//! Headers of data elements in every encoding (PS3.5, section 7.1), and what to do with headers that
//! are not quite right.

use super::{ScanError, Tag, cursor::Cursor};

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Order {
	/// The least significant byte.
	Little,
	/// The most significant byte.
	Big,
}

/// How a data set is encoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Encoding {
	/// Whether elements carry their VR.
	pub explicit: bool,
	/// The order of bytes in tags, lengths and values.
	pub order: Order,
}

impl Encoding {
	/// Implicit VR Little Endian.
	pub const IMPLICIT: Self = Self { explicit: false, order: Order::Little };
	/// Explicit VR Little Endian, which is that of every meta information and of most data sets.
	pub const EXPLICIT: Self = Self { explicit: true, order: Order::Little };
}

/// A data element's header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
	pub(super) tag: Tag,
	/// Where it starts.
	pub(super) at: u64,
	/// Its VR, if it has one that the standard knows.
	pub(super) vr: Option<[u8; 2]>,
	/// The value's length; none if it is undefined.
	pub(super) length: Option<u32>,
}

/// Where the length is in a header of explicit VR.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
	/// In the two bytes behind the VR.
	Short,
	/// In four bytes, behind two that are reserved.
	Long,
}

impl Order {
	pub(super) fn u16(self, bytes: [u8; 2]) -> u16 {
		match self {
			Self::Little => u16::from_le_bytes(bytes),
			Self::Big => u16::from_be_bytes(bytes),
		}
	}

	pub(super) fn u32(self, bytes: [u8; 4]) -> u32 {
		match self {
			Self::Little => u32::from_le_bytes(bytes),
			Self::Big => u32::from_be_bytes(bytes),
		}
	}

	pub(super) fn tag(self, [a, b, c, d]: [u8; 4]) -> Tag {
		Tag(self.u16([a, b]), self.u16([c, d]))
	}
}

/// The form of headers with this VR, if the standard has it.
pub(super) fn form(vr: [u8; 2]) -> Option<Form> {
	match &vr {
		b"AE" | b"AS" | b"AT" | b"CS" | b"DA" | b"DS" | b"DT" | b"FD" | b"FL" | b"IS" | b"LO"
		| b"LT" | b"PN" | b"SH" | b"SL" | b"SS" | b"ST" | b"TM" | b"UI" | b"UL" | b"US" => {
			Some(Form::Short)
		}
		b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SQ" | b"SV" | b"UC" | b"UN" | b"UR"
		| b"UT" | b"UV" => Some(Form::Long),
		_ => None,
	}
}

/// Whether these two bytes are a VR of the standard.
pub(super) fn is_vr(vr: [u8; 2]) -> bool {
	form(vr).is_some()
}

/// The length that this number stands for; none if it is undefined.
pub(super) fn defined(length: u32) -> Option<u32> {
	(length != u32::MAX).then_some(length)
}

/// Reads one header and moves to the value. Gives nothing at the end of the stream.
pub(super) fn read(
	cursor: &mut impl Cursor,
	encoding: Encoding,
) -> Result<Option<Header>, ScanError> {
	let at = cursor.position();
	let mut raw = [0; 8];
	match cursor.read(&mut raw)? {
		0 => return Ok(None),
		8 => {}
		_ => return Err(truncated(cursor, None, at, at.saturating_add(8))),
	}
	let [a, b, c, d, e, f, g, h] = raw;
	let tag = encoding.order.tag([a, b, c, d]);
	let plain = encoding.order.u32([e, f, g, h]);
	if !encoding.explicit || tag.is_item_mark() {
		return Ok(Some(Header { tag, at, vr: None, length: defined(plain) }));
	}
	let vr = [e, f];
	match form(vr) {
		Some(Form::Short) => {
			let length = Some(u32::from(encoding.order.u16([g, h])));
			Ok(Some(Header { tag, at, vr: Some(vr), length }))
		}
		Some(Form::Long) if [g, h] == [0, 0] => {
			let mut long = [0; 4];
			if cursor.read(&mut long)? < 4 {
				return Err(truncated(cursor, Some(tag), at, at.saturating_add(12)));
			}
			let length = defined(encoding.order.u32(long));
			Ok(Some(Header { tag, at, vr: Some(vr), length }))
		}
		known => {
			let vr = known.map(|_| vr);
			let (header, skip) =
				resolve(cursor, encoding, Header { tag, at, vr, length: None }, raw)?;
			cursor.skip(skip)?;
			Ok(Some(header))
		}
	}
}

/// Where the length is in the header of an element whose VR is unknown, or whose reserved bytes are
/// not zero.
///
/// The standard's later VRs have the long form (PS3.5, section 7.1.2), but writers were seen that
/// used the short one, or no VR at all for single elements. The forms are tried, and the one behind
/// whose value an element, or the end, follows is right. If that is not exactly one, the file is
/// refused: a guess could put the pixels into the wrong part.
fn resolve(
	cursor: &mut impl Cursor,
	encoding: Encoding,
	header: Header,
	[_, _, _, _, e, f, g, h]: [u8; 8],
) -> Result<(Header, u64), ScanError> {
	let Header { tag, at, .. } = header;
	let order = encoding.order;
	let mut long = [0; 4];
	let value = at.saturating_add(8);
	let read = cursor.look(value, &mut long)?;
	let mut found: Option<(Header, u64)> = None;
	let is_letters = e.is_ascii_uppercase() && f.is_ascii_uppercase();
	let candidates = [
		Some((u32::from(order.u16([g, h])), 0)).filter(|_| read.is_some()),
		(read == Some(4)).then(|| (order.u32(long), 4)),
		(!is_letters).then(|| (order.u32([e, f, g, h]), 0)),
	];
	for (length, skip) in candidates.into_iter().flatten() {
		let start = value.saturating_add(skip);
		let fits = match defined(length) {
			None => items(cursor, start)?.is_some(),
			Some(length) => {
				let end = start.saturating_add(u64::from(length));
				follows(cursor, end, tag, encoding)?
			}
		};
		let length = defined(length);
		match found {
			_ if !fits => {}
			Some((other, before)) if (other.length, before) != (length, skip) => {
				let why = "its VR is not known, and neither is the form of its length";
				return Err(ScanError::Malformed { tag: Some(tag), at, why });
			}
			_ => found = Some((Header { length, ..header }, skip)),
		}
	}
	let why = "its VR is not one of the standard, or its reserved bytes are not zero";
	found.ok_or(ScanError::Malformed { tag: Some(tag), at, why })
}

/// Whether the stream goes on at `position` as it would behind the value of `before`: with a later
/// element, with the end of an item or a sequence, or with the end of the stream.
fn follows(
	cursor: &mut impl Cursor,
	position: u64,
	before: Tag,
	encoding: Encoding,
) -> Result<bool, ScanError> {
	let mut raw = [0; 8];
	let Some(count) = cursor.look(position, &mut raw)? else { return Ok(false) };
	if count < 8 {
		return Ok(count == 0 && cursor.length() == Some(position));
	}
	let [a, b, c, d, e, f, g, h] = raw;
	let tag = encoding.order.tag([a, b, c, d]);
	if tag.is_item_mark() {
		return Ok(tag != Tag::ITEM && [e, f, g, h] == [0; 4]);
	}
	if tag <= before {
		return Ok(false);
	}
	if encoding.explicit {
		return Ok(is_vr([e, f]));
	}
	let end = match defined(encoding.order.u32([e, f, g, h])) {
		None => return Ok(items(cursor, position.saturating_add(8))?.is_some()),
		Some(length) => position.saturating_add(8).saturating_add(u64::from(length)),
	};
	Ok(cursor.length().is_some_and(|length| end <= length))
}

/// The byte order of the items at `position`, if there is an item, or the end of a sequence.
///
/// In a big-endian file a sequence in an element of VR UN is little-endian (PS3.5, section 6.2.2;
/// CP-246), though writers were seen that keep the order of the file. The tags of items tell.
pub(super) fn items(cursor: &mut impl Cursor, position: u64) -> Result<Option<Order>, ScanError> {
	let mut raw = [0; 4];
	if cursor.look(position, &mut raw)? != Some(4) {
		return Ok(None);
	}
	Ok([Order::Little, Order::Big]
		.into_iter()
		.find(|order| matches!(order.tag(raw), Tag::ITEM | Tag::SEQUENCE_END)))
}

/// Whether the data set that starts here is explicit VR, looking at its first element.
///
/// `declared` is what it should be, and is taken when the bytes do not say otherwise. Four bytes
/// that hold a VR in one encoding are a length of at least 16 705 in the other, so that few elements
/// are in doubt; in those, what follows the value decides.
pub(super) fn is_explicit(
	cursor: &mut impl Cursor,
	declared: bool,
	order: Order,
) -> Result<bool, ScanError> {
	let at = cursor.position();
	let mut raw = [0; 12];
	let count = cursor.look(at, &mut raw)?.unwrap_or(0);
	let [a, b, c, d, e, f, g, h, long @ ..] = raw;
	let tag = order.tag([a, b, c, d]);
	if count < 8 || tag.is_item_mark() {
		return Ok(declared);
	}
	let plain = order.u32([e, f, g, h]);
	let value = at.saturating_add(8);
	let implicit = Encoding { explicit: false, order };
	let Some(form) = form([e, f]) else {
		if !declared {
			return Ok(false);
		}
		// An unknown VR, or a switch to implicit VR, as some writers do inside of sequences.
		let fits = match defined(plain) {
			None => items(cursor, value)?.is_some(),
			Some(length) => {
				let end = value.saturating_add(u64::from(length));
				follows(cursor, end, tag, implicit)?
			}
		};
		let is_letters = e.is_ascii_uppercase() && f.is_ascii_uppercase();
		return Ok(!fits || is_letters);
	};
	if declared {
		return Ok(true);
	}
	let end = value.saturating_add(u64::from(plain));
	let is_implicit = follows(cursor, end, tag, implicit)?;
	let is_explicit = match form {
		Form::Short => {
			let end = value.saturating_add(u64::from(order.u16([g, h])));
			follows(cursor, end, tag, Encoding { explicit: true, order })?
		}
		Form::Long if [g, h] != [0, 0] || count < 12 => false,
		Form::Long => {
			let start = value.saturating_add(4);
			match defined(order.u32(long)) {
				None => items(cursor, start)?.is_some(),
				Some(length) => {
					let end = start.saturating_add(u64::from(length));
					follows(cursor, end, tag, Encoding { explicit: true, order })?
				}
			}
		}
	};
	// An explicit header behind the value is strong evidence. If neither encoding goes on well, or
	// nobody can look behind the value, the VR is believed.
	Ok(is_explicit || !is_implicit)
}

/// Whether a file that has neither prefix nor meta information may be a data set: its first element
/// is in one of the groups with which data sets start, and another follows it.
pub(super) fn is_data_set(cursor: &mut impl Cursor, encoding: Encoding) -> Result<bool, ScanError> {
	let start = cursor.position();
	let mut raw = [0; 12];
	let count = cursor.look(start, &mut raw)?.unwrap_or(0);
	let [a, b, c, d, e, f, g, h, long @ ..] = raw;
	let tag = encoding.order.tag([a, b, c, d]);
	if count < 8 || !(0x0001..=0x00FF).contains(&tag.0) {
		return Ok(false);
	}
	let (length, value) = match form([e, f]) {
		_ if !encoding.explicit => (encoding.order.u32([e, f, g, h]), 8),
		Some(Form::Short) => (u32::from(encoding.order.u16([g, h])), 8),
		Some(Form::Long) => (encoding.order.u32(long), 12),
		None => return Ok(false),
	};
	let value = start.saturating_add(value);
	match defined(length) {
		None => Ok(items(cursor, value)?.is_some()),
		Some(length) => {
			let end = value.saturating_add(u64::from(length));
			follows(cursor, end, tag, encoding)
		}
	}
}

/// The error for an element that needs the stream to reach `needs`.
pub(super) fn truncated(cursor: &impl Cursor, tag: Option<Tag>, at: u64, needs: u64) -> ScanError {
	// A stream that does not know its length has just come to its end.
	let length = cursor.length().unwrap_or(cursor.position());
	ScanError::Truncated { tag, at, needs, length }
}
