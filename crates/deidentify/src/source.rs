// SPDX-License-Identifier: Apache-2.0

//! Reads a DICOM file (PS3.10) from memory, with limits.
//!
//! `dicom-object` trusts lengths and recurses into sequences, so a walk over the headers comes
//! first, which checks both, and that no delimiter is without a beginning.

use super::DeidentifyError;
use contour_dicom::{
	Tag,
	walk::{Encoding, Form, Nesting, Order, Rules, Walk, WalkError},
};
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::{StandardDataDictionary, uids};
use dicom_encoding::{Codec, Endianness, TransferSyntax, TransferSyntaxIndex};
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use std::{borrow::Cow, io::Read};

/// Deepest nesting of sequences that is read. Real structured reports stay below 20.
const MAX_DEPTH: usize = 64;
const PREAMBLE: usize = 128;

/// What the parser reads is what is copied, also where the standard says otherwise.
const DATA_SET: Rules = Rules {
	vr: dictionary,
	unknown: Some(Form::Long),
	nesting: Nesting::Parser,
	// A sequence is a level, and so is its item.
	depth: 2 * MAX_DEPTH,
	parts: usize::MAX,
};
const META: Rules = Rules { unknown: Some(Form::Short), ..DATA_SET };

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
		while rest.starts_with(&[2, 0]) {
			let mut walk = Walk::new(rest, Encoding::EXPLICIT, META);
			let header = walk.next().and_then(Result::ok).ok_or(DeidentifyError::Truncated)?;
			let value = walk.value(&header).map_err(|_| DeidentifyError::Truncated)?;
			let text = || super::keyed::trim(&String::from_utf8_lossy(value)).to_owned();
			match header.tag {
				Tag(_, 0x0002) => sop_class = text(),
				Tag(_, 0x0010) => transfer_syntax = text(),
				_ => {}
			}
			rest = rest.get(header.value.saturating_add(value.len())..).unwrap_or_default();
		}
		Ok(Self { transfer_syntax, sop_class, rest })
	}
}

/// Walks over the headers and checks that no value reaches past the end, that nesting stays below
/// [`MAX_DEPTH`] and that nothing is left over.
fn check_headers(body: &[u8], syntax: &TransferSyntax) -> Result<(), DeidentifyError> {
	let total = u64::try_from(body.len()).map_err(|_| DeidentifyError::Malformed)?;
	let order = match syntax.endianness() {
		Endianness::Little => Order::Little,
		Endianness::Big => Order::Big,
	};
	let explicit = syntax.uid() != uids::IMPLICIT_VR_LITTLE_ENDIAN;
	for header in Walk::new(body, Encoding { explicit, order }, DATA_SET) {
		header.map_err(|error| match error {
			WalkError::TooDeep { .. } => DeidentifyError::DepthExceeded { limit: MAX_DEPTH },
			WalkError::Truncated { at, needed, .. } if at.saturating_add(needed) > total => {
				DeidentifyError::Truncated
			}
			_ => DeidentifyError::Malformed,
		})?;
	}
	Ok(())
}

/// The VR of an element in implicit VR.
fn dictionary(tag: Tag) -> Option<[u8; 2]> {
	let entry = StandardDataDictionary.by_tag(dicom_core::Tag(tag.0, tag.1))?;
	Some(entry.vr().relaxed().to_bytes())
}
