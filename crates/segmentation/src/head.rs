// SPDX-License-Identifier: Apache-2.0

//! The head of a data set: what stands in front of its pixel data.
//!
//! Nothing reaches the parser in `dicom-object` that a walk over the headers did not find well formed.
//! Besides what the walk needs, there is no memory but for one entry for each top-level element.

use super::error::DatasetError;
use contour_dicom::walk::{Encoding, Kind, Nesting, Rules, Walk, WalkError};
use dicom_core::Tag;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use std::ops::Range;

const RULES: Rules = Rules {
	vr: dictionary,
	unknown: None,
	nesting: Nesting::Strict,
	// Objects of the standard need fewer than 20 levels.
	depth: 64,
	// Enough for 30,000 frames.
	parts: 4_000_000,
};

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

/// Goes over a data set in little endian up to its pixel data. `offset` is where it starts in the
/// file, for errors.
pub(crate) fn head(
	data: &[u8],
	explicit: bool,
	offset: usize,
) -> Result<(Vec<Top>, Pixels<'_>), DatasetError> {
	let encoding = if explicit { Encoding::EXPLICIT } else { Encoding::IMPLICIT };
	let mut walk = Walk::new(data, encoding, RULES);
	let mut tops: Vec<Top> = Vec::new();
	while let Some(header) = walk.next() {
		let header = header.map_err(|error| fault(error, offset))?;
		let tag = Tag(header.tag.0, header.tag.1);
		if header.inside.is_some() {
			if let Some(top) = tops.last_mut() {
				let is_alike = header.explicit == explicit;
				top.plain &= is_alike && header.inside != Some(Kind::Fragments);
			}
			continue;
		}
		end(&mut tops, header.at);
		if tag == tags::PIXEL_DATA {
			if header.length.is_none() {
				return Ok((tops, Pixels::Encapsulated));
			}
			let value = walk.value(&header).map_err(|error| fault(error, offset))?;
			return Ok((tops, Pixels::Native(value)));
		}
		let value = header.value..header.value;
		tops.push(Top { tag, whole: header.at..header.value, value, plain: true });
	}
	end(&mut tops, data.len());
	Ok((tops, Pixels::Absent))
}

/// The last of the elements ends here.
fn end(tops: &mut [Top], at: usize) {
	if let Some(top) = tops.last_mut() {
		(top.whole.end, top.value.end) = (at, at);
	}
}

/// The VR of an element in implicit VR.
fn dictionary(tag: contour_dicom::Tag) -> Option<[u8; 2]> {
	let entry = StandardDataDictionary.by_tag(Tag(tag.0, tag.1))?;
	Some(entry.vr().relaxed().to_bytes())
}

fn fault(error: WalkError, offset: usize) -> DatasetError {
	let place = |at: u64| at.saturating_add(offset as u64);
	match error {
		WalkError::Truncated { tag, at, needed, left } => {
			DatasetError::Truncated { tag: Tag(tag.0, tag.1), at: place(at), needed, left }
		}
		WalkError::Malformed { tag, at, why } => {
			DatasetError::Damaged(format!("element {tag} at byte {} {why}", place(at)))
		}
		WalkError::TooDeep { .. } => DatasetError::Excessive("more levels of nesting"),
		WalkError::TooMany { .. } => DatasetError::Excessive("more elements"),
	}
}
