// SPDX-License-Identifier: Apache-2.0

//! The scanner: one pass over the headers of a file, values skipped.

use super::{
	Identity, ScanError, Tag,
	cursor::{Cursor, Inflated, Seekable, wide},
	header::{self, Encoding, Header, Order},
	identity::MAX_VALUE,
};
use std::{
	io::{Read, Seek},
	ops::Range,
};

/// How deep sequences of undefined length may be nested. Others are skipped whole, at any depth.
pub const MAX_DEPTH: usize = 512;

/// How many ranges of pixels a file may have.
pub const MAX_RANGES: usize = 8;

/// How much of a deflated data set is inflated at most, in bytes, to find its series.
pub const MAX_INFLATED: u64 = 64 * 1024 * 1024;

const EXPLICIT_BIG: &str = "1.2.840.10008.1.2.2";
const IMPLICIT_LITTLE: &str = "1.2.840.10008.1.2";
/// Deflated Explicit VR Little Endian, JPIP Referenced Deflate, JPIP HTJ2K Referenced Deflate
/// (PS3.6, annex A).
const DEFLATED: [&str; 3] =
	["1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"];

const PREAMBLE: u64 = 128;
const PREFIX: &[u8; 4] = b"DICM";

/// What a scan found.
#[derive(Debug, Default)]
pub(super) struct Found {
	pub(super) length: u64,
	pub(super) pixels: Vec<Range<u64>>,
	pub(super) identity: Identity,
	pub(super) deflated: bool,
	/// Bytes at the end that belong to no element.
	pub(super) trailing: u64,
}

/// Scans a file from its start.
pub(super) fn scan<R: Read + Seek>(source: R) -> Result<Found, ScanError> {
	let mut cursor = Seekable::new(source)?;
	let has_prefix = prefix(&mut cursor)?;
	let meta = meta(&mut cursor)?;
	commands(&mut cursor)?;
	let start = cursor.position();
	let length = cursor.length().unwrap_or(start);
	let is_wrapped = has_prefix || meta.is_some();
	let meta = meta.unwrap_or_default();
	if is_wrapped && start == length {
		// There is nothing behind the meta information.
		let needs = start.saturating_add(8);
		return Err(ScanError::Truncated { tag: None, at: start, needs, length });
	}

	let syntax = meta.transfer_syntax.as_deref();
	if syntax.is_some_and(|syntax| DEFLATED.contains(&syntax)) {
		let inner = inflated(&mut cursor, start)?;
		let identity = inner.or(meta);
		let pixels = std::iter::once(start..length).collect();
		return Ok(Found { length, pixels, identity, deflated: true, trailing: 0 });
	}

	let encoding = encoding(&mut cursor, syntax)?;
	if !is_wrapped && !header::is_data_set(&mut cursor, encoding)? {
		return Err(ScanError::NotDicom);
	}
	let mut data = DataSet::new(&mut cursor, encoding);
	data.read()?;
	let DataSet { identity, pixels, trailing, .. } = data;
	Ok(Found { length, pixels, identity: identity.or(meta), deflated: false, trailing })
}

/// Moves behind the preamble and the prefix (PS3.10, section 7.1), if they are there. Some files
/// have the prefix only.
fn prefix(cursor: &mut impl Cursor) -> Result<bool, ScanError> {
	for at in [PREAMBLE, 0] {
		let mut raw = [0; 4];
		if cursor.look(at, &mut raw)? == Some(4) && raw == *PREFIX {
			return Ok(cursor.skip(at.saturating_add(4))?);
		}
	}
	Ok(false)
}

/// Reads the meta information (PS3.10, section 7.1) element by element as long as the group is
/// 0002: its group length is missing or wrong in many files.
fn meta(cursor: &mut impl Cursor) -> Result<Option<Identity>, ScanError> {
	if !is_meta(cursor)? {
		return Ok(None);
	}
	// Explicit VR always, by the standard; implicit VR was seen.
	let explicit = header::is_explicit(cursor, true, Order::Little)?;
	let mut identity = Identity::default();
	while is_meta(cursor)? {
		let encoding = Encoding { explicit, order: Order::Little };
		let Some(header) = header::read(cursor, encoding)? else { break };
		if header.length.is_none() {
			let why = "an element of the meta information has no length";
			return Err(ScanError::Malformed { tag: Some(header.tag), at: header.at, why });
		}
		value(cursor, &header, Some(&mut identity))?;
	}
	Ok(Some(identity))
}

fn is_meta(cursor: &mut impl Cursor) -> Result<bool, ScanError> {
	let mut raw = [0; 2];
	let count = cursor.look(cursor.position(), &mut raw)?;
	Ok(count == Some(2) && Order::Little.u16(raw) == 0x0002)
}

/// Skips the command set that some programs leave in front of the data set (PS3.7, section 6.3:
/// implicit VR, little-endian, group 0000, starting with its group length).
fn commands(cursor: &mut impl Cursor) -> Result<(), ScanError> {
	let mut raw = [0; 8];
	let count = cursor.look(cursor.position(), &mut raw)?;
	if count != Some(8) || raw != [0, 0, 0, 0, 4, 0, 0, 0] {
		return Ok(());
	}
	while cursor.look(cursor.position(), &mut raw)? == Some(8) && raw.starts_with(&[0, 0]) {
		if raw == [0; 8] {
			break;
		}
		let Some(header) = header::read(cursor, Encoding::IMPLICIT)? else { break };
		if header.length.is_none() {
			let why = "an element of the command set has no length";
			return Err(ScanError::Malformed { tag: Some(header.tag), at: header.at, why });
		}
		value(cursor, &header, None)?;
	}
	Ok(())
}

/// The encoding of the data set. The transfer syntax is believed about the order of bytes; about
/// the VR, the first element is asked too, since many files say one thing and do the other.
fn encoding(cursor: &mut impl Cursor, syntax: Option<&str>) -> Result<Encoding, ScanError> {
	let order = match syntax {
		Some(EXPLICIT_BIG) => Order::Big,
		Some(_) => Order::Little,
		None => {
			let mut raw = [0; 6];
			cursor.look(cursor.position(), &mut raw)?;
			let [a, b, _, _, e, f] = raw;
			// Data sets start with a low group, and big-endian ones are explicit.
			let is_big = a == 0 && b != 0 && header::is_vr([e, f]);
			if is_big { Order::Big } else { Order::Little }
		}
	};
	let declared = match syntax {
		Some(IMPLICIT_LITTLE) | None => false,
		Some(_) => true,
	};
	let explicit = order == Order::Big || header::is_explicit(cursor, declared, order)?;
	Ok(Encoding { explicit, order })
}

/// Reads the identity in a deflated data set, and no further.
fn inflated<R: Read + Seek>(cursor: &mut Seekable<R>, start: u64) -> Result<Identity, ScanError> {
	let mut inner = Inflated::new(cursor.rest(), MAX_INFLATED);
	let wrap = |error| ScanError::Deflated { at: start, source: Box::new(error) };
	let encoding = Encoding {
		explicit: header::is_explicit(&mut inner, true, Order::Little).map_err(wrap)?,
		..Encoding::EXPLICIT
	};
	let mut data = DataSet::new(&mut inner, encoding);
	data.until = Some(Tag::SERIES);
	let result = data.read();
	let identity = data.identity;
	match result {
		Ok(()) if identity.series.is_some() || !inner.is_spent() => Ok(identity),
		Err(error) if !inner.is_spent() => Err(wrap(error)),
		_ => Err(ScanError::TooLarge { limit: MAX_INFLATED }),
	}
}

/// Moves behind a value of defined length, and takes it if it is part of the identity.
fn value(
	cursor: &mut impl Cursor,
	header: &Header,
	identity: Option<&mut Identity>,
) -> Result<(), ScanError> {
	let length = u64::from(header.length.unwrap_or(0));
	let needs = cursor.position().saturating_add(length);
	let mut raw = [0; MAX_VALUE];
	let wanted = identity.filter(|_| length <= wide(MAX_VALUE) && Identity::wants(header.tag));
	let is_whole = match (wanted, usize::try_from(length)) {
		(Some(identity), Ok(length)) => {
			let into = raw.get_mut(..length).unwrap_or_default();
			let count = cursor.read(into)?;
			if count == length {
				identity.take(header.tag, header.at, into)?;
			}
			count == length
		}
		_ => cursor.skip(length)?,
	};
	if is_whole {
		Ok(())
	} else {
		Err(header::truncated(cursor, Some(header.tag), header.at, needs))
	}
}

/// The items of a sequence, or the elements of an item, that are being read.
#[derive(Clone, Copy)]
enum Level {
	/// Behind a sequence's header, or one of its items. The encoding is that of its elements.
	Items(Encoding),
	/// Inside an item of undefined length.
	Elements(Encoding),
}

struct DataSet<C> {
	cursor: C,
	encoding: Encoding,
	identity: Identity,
	pixels: Vec<Range<u64>>,
	/// Whether a pixel element was seen, also an empty one.
	has_pixels: bool,
	/// Whether the data set has rows, so that pixels are to be expected.
	is_image: bool,
	/// The highest tag so far.
	last: Tag,
	/// Stop behind this tag.
	until: Option<Tag>,
	trailing: u64,
}

impl<C: Cursor> DataSet<C> {
	fn new(cursor: C, encoding: Encoding) -> Self {
		Self {
			cursor,
			encoding,
			identity: Identity::default(),
			pixels: Vec::new(),
			has_pixels: false,
			is_image: false,
			last: Tag(0, 0),
			until: None,
			trailing: 0,
		}
	}

	/// Reads the top level to its end.
	fn read(&mut self) -> Result<(), ScanError> {
		loop {
			let at = self.cursor.position();
			let header = match header::read(&mut self.cursor, self.encoding) {
				Ok(None) => return Ok(()),
				Ok(Some(header)) => header,
				Err(error) => return self.trail(at, error),
			};
			if self.until.is_some_and(|until| header.tag > until) {
				return Ok(());
			}
			if matches!(header.tag, Tag::ITEM_END | Tag::SEQUENCE_END) && header.length == Some(0) {
				// One delimiter too many, which some writers put behind encapsulated pixels.
				continue;
			}
			if !self.is_element(&header) {
				let why = "there is no data element here";
				let error = ScanError::Malformed { tag: Some(header.tag), at, why };
				return self.trail(at, error);
			}
			self.last = self.last.max(header.tag);
			self.is_image |= header.tag == Tag::ROWS;
			self.element(&header)?;
		}
	}

	/// Whether this is an element, and not what comes behind the last one: padding to a block, a
	/// second file, whatever a transfer left. In front of the pixels everything counts as an
	/// element that can be one, so that nothing is taken for the end of the file too early.
	fn is_element(&self, header: &Header) -> bool {
		if header.tag.is_item_mark() || header.tag.0 == 0 {
			return false;
		}
		if !self.has_pixels || header.tag.is_pixel_data() {
			return true;
		}
		let is_later = header.tag > self.last;
		let fits = header.length.is_none_or(|length| {
			let end = self.cursor.position().saturating_add(u64::from(length));
			self.cursor.length().is_none_or(|length| end <= length)
		});
		match header.vr {
			// A file that is cut off behind its pixels is named; garbage that looks like VR is rare.
			Some(_) => is_later || fits && header.length.is_some(),
			None => {
				// Data Set Trailing Padding, Digital Signatures, more pixels.
				matches!(header.tag.0, 0x7FE0 | 0xFFFA | 0xFFFC)
					|| is_later && fits && header.length.is_some()
			}
		}
	}

	/// Takes what starts at `at` for bytes behind the data set if that cannot hide pixels: behind
	/// the pixels, or if it is one byte repeated and no pixels were to come: a copy that broke off
	/// may be filled with zeros. Otherwise gives the error.
	fn trail(&mut self, at: u64, error: ScanError) -> Result<(), ScanError> {
		if matches!(error, ScanError::Io(_)) {
			return Err(error);
		}
		let Some(length) = self.cursor.length() else { return Err(error) };
		if self.has_pixels || !self.is_image && self.is_filler(at)? {
			self.trailing = length.saturating_sub(at);
			return Ok(());
		}
		Err(error)
	}

	/// Whether everything from `at` on is one byte repeated. Fewer than eight bytes may be a header
	/// that was cut off, unless they are zero.
	fn is_filler(&mut self, at: u64) -> Result<bool, ScanError> {
		let mut block = [0; 4096];
		let count = self.cursor.look(at, &mut block)?.unwrap_or(0);
		let [filler, ..] = block;
		if count < 8 && filler != 0 {
			return Ok(false);
		}
		let mut position = at;
		loop {
			let count = self.cursor.look(position, &mut block)?.unwrap_or(0);
			let bytes = block.get(..count).unwrap_or_default();
			if bytes.iter().any(|byte| *byte != filler) {
				return Ok(false);
			}
			if bytes.is_empty() {
				return Ok(true);
			}
			position = position.saturating_add(wide(count));
		}
	}

	/// Moves behind the value of an element of the top level.
	fn element(&mut self, header: &Header) -> Result<(), ScanError> {
		let start = self.cursor.position();
		if header.tag.is_pixel_data() {
			let end = match header.length {
				Some(length) => {
					value(&mut self.cursor, header, None)?;
					start.saturating_add(u64::from(length))
				}
				None => self.fragments(header)?,
			};
			self.has_pixels = true;
			if start < end {
				if self.pixels.len() == MAX_RANGES {
					let (tag, at) = (header.tag, header.at);
					return Err(ScanError::TooManyPixels { tag, at, limit: MAX_RANGES });
				}
				self.pixels.push(start..end);
			}
			return Ok(());
		}
		match header.length {
			Some(_) => value(&mut self.cursor, header, Some(&mut self.identity)),
			None => self.sequence(header),
		}
	}

	/// Moves behind encapsulated pixels (PS3.5, annex A.4), and gives where their delimiter starts.
	fn fragments(&mut self, element: &Header) -> Result<u64, ScanError> {
		let order = self.item_order(element)?;
		loop {
			let header = self.item(element, order)?;
			match (header.tag, header.length) {
				(Tag::ITEM, Some(_)) => value(&mut self.cursor, &header, None)?,
				(Tag::SEQUENCE_END, _) => return Ok(header.at),
				_ => {
					let why = "neither a fragment of pixels nor their end is here";
					return Err(ScanError::Malformed { tag: Some(header.tag), at: header.at, why });
				}
			}
		}
	}

	/// Moves behind a value of undefined length: a sequence, nested as it may be, or fragments.
	fn sequence(&mut self, element: &Header) -> Result<(), ScanError> {
		let mut levels = Vec::from([self.inside(element, self.encoding)?]);
		while let Some(level) = levels.last().copied() {
			match level {
				Level::Items(encoding) => {
					let header = self.item(element, encoding.order)?;
					match (header.tag, header.length) {
						(Tag::ITEM, Some(_)) => value(&mut self.cursor, &header, None)?,
						(Tag::ITEM, None) => {
							let Encoding { explicit, order } = encoding;
							// Implicit VR does not change inside of sequences.
							let explicit = self.encoding.explicit
								&& header::is_explicit(&mut self.cursor, explicit, order)?;
							levels.push(Level::Elements(Encoding { explicit, order }));
						}
						(Tag::SEQUENCE_END, _) => {
							levels.pop();
						}
						// One delimiter too many, behind an item of defined length.
						(Tag::ITEM_END, Some(0)) => {}
						_ => {
							let why = "neither an item nor the end of the sequence is here";
							let (tag, at) = (Some(header.tag), header.at);
							return Err(ScanError::Malformed { tag, at, why });
						}
					}
				}
				Level::Elements(encoding) => {
					let at = self.cursor.position();
					let Some(header) = header::read(&mut self.cursor, encoding)? else {
						let needs = at.saturating_add(8);
						return Err(header::truncated(&self.cursor, Some(element.tag), at, needs));
					};
					match (header.tag, header.length) {
						(Tag::ITEM_END, _) => {
							levels.pop();
						}
						(Tag::ITEM | Tag::SEQUENCE_END, _) => {
							let why = "the item before it has no end";
							return Err(ScanError::Malformed { tag: Some(header.tag), at, why });
						}
						(_, Some(_)) => value(&mut self.cursor, &header, None)?,
						(tag, None) => {
							// Two levels make one sequence.
							if levels.len() >= MAX_DEPTH.saturating_mul(2) {
								return Err(ScanError::TooDeep { tag, at, limit: MAX_DEPTH });
							}
							levels.push(self.inside(&header, encoding)?);
						}
					}
				}
			}
		}
		Ok(())
	}

	/// The level inside an element of undefined length.
	fn inside(&mut self, element: &Header, outside: Encoding) -> Result<Level, ScanError> {
		let order = self.item_order(element)?;
		// Whatever the file's encoding, a sequence in an element of VR UN is implicit VR (CP-246).
		let explicit = outside.explicit && element.vr != Some(*b"UN");
		Ok(Level::Items(Encoding { explicit, order }))
	}

	fn item_order(&mut self, element: &Header) -> Result<Order, ScanError> {
		let start = self.cursor.position();
		if let Some(order) = header::items(&mut self.cursor, start)? {
			return Ok(order);
		}
		let (tag, at) = (Some(element.tag), element.at);
		match self.cursor.length() {
			Some(length) if length < start.saturating_add(8) => {
				Err(header::truncated(&self.cursor, tag, at, start.saturating_add(8)))
			}
			_ => {
				let why = "its length is undefined, but no item follows";
				Err(ScanError::Malformed { tag, at, why })
			}
		}
	}

	/// Reads the header of an item, or of what ends a sequence.
	fn item(&mut self, element: &Header, order: Order) -> Result<Header, ScanError> {
		let at = self.cursor.position();
		header::read(&mut self.cursor, Encoding { explicit: false, order })?.ok_or_else(|| {
			header::truncated(&self.cursor, Some(element.tag), at, at.saturating_add(8))
		})
	}
}
