// SPDX-License-Identifier: Apache-2.0

//! Reads a DICOM file (PS3.10) from memory, with limits.
//!
//! `dicom-object` trusts lengths and recurses into sequences, so a walk over the headers comes
//! first, which checks both.

use super::DeidentifyError;
use dicom_core::Length;
use dicom_dictionary_std::uids;
use dicom_encoding::{Codec, TransferSyntax, TransferSyntaxIndex};
use dicom_object::InMemDicomObject;
use dicom_parser::{
	StatefulDecode,
	dataset::{LazyDataToken, lazy_read::LazyDataSetReader},
};
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use std::{
	borrow::Cow,
	io::{Cursor, Read},
};

/// Deepest nesting of sequences that is read. Real structured reports stay below 20.
const MAX_DEPTH: usize = 64;
const PREAMBLE: usize = 128;
/// VRs with a 32-bit length in explicit encodings (PS3.5, section 7.1.2).
const LONG_VRS: [&[u8]; 13] =
	[b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"];

pub(crate) struct Source {
	pub(crate) transfer_syntax: &'static TransferSyntax,
	/// (0002,0002), maybe empty.
	pub(crate) sop_class: String,
	pub(crate) data_set: InMemDicomObject,
}

impl Source {
	pub(crate) fn read(file: &[u8], limit: u64) -> Result<Self, DeidentifyError> {
		let too_large = |length: usize| u64::try_from(length).map_or(true, |length| length > limit);
		if too_large(file.len()) {
			return Err(DeidentifyError::TooLarge { limit });
		}
		let rest = file.get(PREAMBLE..).and_then(|rest| rest.strip_prefix(b"DICM"));
		let meta = Meta::read(rest.ok_or(DeidentifyError::NotDicom)?)?;
		let transfer_syntax = TransferSyntaxRegistry
			.get(&meta.transfer_syntax)
			.ok_or(DeidentifyError::UnsupportedTransferSyntax)?;
		let (body, encoding) = match transfer_syntax.codec() {
			Codec::Dataset(None) => return Err(DeidentifyError::UnsupportedTransferSyntax),
			Codec::Dataset(Some(adapter)) => {
				let mut inflated = Vec::new();
				adapter
					.adapt_reader(Box::new(meta.rest))
					.take(limit.saturating_add(1))
					.read_to_end(&mut inflated)
					.map_err(|_| DeidentifyError::Truncated)?;
				if too_large(inflated.len()) {
					return Err(DeidentifyError::TooLarge { limit });
				}
				let encoding = TransferSyntaxRegistry
					.get(uids::EXPLICIT_VR_LITTLE_ENDIAN)
					.ok_or(DeidentifyError::UnsupportedTransferSyntax)?;
				(Cow::Owned(inflated), encoding)
			}
			_ => (Cow::Borrowed(meta.rest), transfer_syntax),
		};
		check_headers(&body, encoding)?;
		let data_set = InMemDicomObject::read_dataset_with_ts(body.as_ref(), encoding)
			.map_err(|_| DeidentifyError::Malformed)?;
		Ok(Self { transfer_syntax, sop_class: meta.sop_class, data_set })
	}
}

/// What is needed of the file meta information (group 0002).
struct Meta<'a> {
	transfer_syntax: String,
	sop_class: String,
	rest: &'a [u8],
}

impl<'a> Meta<'a> {
	/// Reads the group, always explicit little endian (PS3.10, section 7.1).
	fn read(mut rest: &'a [u8]) -> Result<Self, DeidentifyError> {
		let (mut transfer_syntax, mut sop_class) = (String::new(), String::new());
		while let Some(after) = rest.strip_prefix(&[2, 0]) {
			let (element, after) = take::<2>(after)?;
			let (vr, after) = take::<2>(after)?;
			let (length, after) = if LONG_VRS.contains(&vr.as_slice()) {
				let (_, after) = take::<2>(after)?;
				let (length, after) = take::<4>(after)?;
				(u32::from_le_bytes(length), after)
			} else {
				let (length, after) = take::<2>(after)?;
				(u32::from(u16::from_le_bytes(length)), after)
			};
			let length = usize::try_from(length).map_err(|_| DeidentifyError::Truncated)?;
			let (value, after) =
				after.split_at_checked(length).ok_or(DeidentifyError::Truncated)?;
			let text = || super::keyed::trim(&String::from_utf8_lossy(value)).to_owned();
			match u16::from_le_bytes(element) {
				0x0002 => sop_class = text(),
				0x0010 => transfer_syntax = text(),
				_ => {}
			}
			rest = after;
		}
		Ok(Self { transfer_syntax, sop_class, rest })
	}
}

fn take<const N: usize>(bytes: &[u8]) -> Result<([u8; N], &[u8]), DeidentifyError> {
	let (taken, rest) = bytes.split_first_chunk().ok_or(DeidentifyError::Truncated)?;
	Ok((*taken, rest))
}

/// Walks over the headers and checks that no value reaches past the end, that nesting stays below
/// [`MAX_DEPTH`] and that nothing is left over.
fn check_headers(body: &[u8], encoding: &TransferSyntax) -> Result<(), DeidentifyError> {
	let total = u64::try_from(body.len()).map_err(|_| DeidentifyError::Malformed)?;
	let mut reader = LazyDataSetReader::new_with_ts(Cursor::new(body), encoding)
		.map_err(|_| DeidentifyError::Malformed)?;
	let mut depth = 0_usize;
	while let Some(token) = reader.advance() {
		let token = token.map_err(|_| DeidentifyError::Malformed)?;
		let fits = |position: u64, length: u32| {
			position.checked_add(u64::from(length)).is_some_and(|end| end <= total)
		};
		match &token {
			LazyDataToken::SequenceStart { .. } | LazyDataToken::PixelSequenceStart => {
				depth = depth.saturating_add(1);
				if depth > MAX_DEPTH {
					return Err(DeidentifyError::DepthExceeded { limit: MAX_DEPTH });
				}
			}
			LazyDataToken::SequenceEnd => depth = depth.saturating_sub(1),
			LazyDataToken::LazyValue { header, decoder } => {
				if header.len == Length::UNDEFINED || !fits(decoder.position(), header.len.0) {
					return Err(DeidentifyError::Truncated);
				}
			}
			LazyDataToken::LazyItemValue { len, decoder } if !fits(decoder.position(), *len) => {
				return Err(DeidentifyError::Truncated);
			}
			_ => {}
		}
		token.skip().map_err(|_| DeidentifyError::Truncated)?;
	}
	if depth > 0 || reader.into_decoder().position() < total {
		return Err(DeidentifyError::Truncated);
	}
	Ok(())
}
