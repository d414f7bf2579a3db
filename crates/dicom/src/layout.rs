// SPDX-License-Identifier: Apache-2.0

//! The layout of a file.

use super::{Identity, MAX_RANGES, Part, PartError, PartReader, ScanError, cursor::wide, scan};
use serde::{Deserialize, Serialize};
use std::{
	borrow::Cow,
	io::{Read, Seek},
	ops::Range,
};

/// Where the pixels of a file are.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Layout {
	/// Length of the file in bytes.
	pub length: u64,
	/// The bytes of the pixel part, by offset in the file: ascending, disjoint, none empty, at most
	/// [`MAX_RANGES`](super::MAX_RANGES). Empty if the file has no pixels.
	pub pixels: Vec<Range<u64>>,
	/// What the file says about where it belongs.
	pub identity: Identity,
	/// Whether the data set is deflated, so that all of it is in the pixel part.
	pub deflated: bool,
	/// How many bytes at the end belong to no data element. They are metadata.
	pub trailing: u64,
}

impl Layout {
	/// Reads the layout of a file, from its start.
	///
	/// Headers are read, values skipped. Of a deflated file, not more is inflated than it takes to
	/// find the series, so that damage further behind stays unnoticed.
	///
	/// # Errors
	///
	/// If the file is not DICOM, is cut off, or does not say clearly where its pixels are.
	pub fn read(source: impl Read + Seek) -> Result<Self, ScanError> {
		let scan::Found { length, pixels, identity, deflated, trailing } = scan::scan(source)?;
		Ok(Self { length, pixels, identity, deflated, trailing })
	}

	/// Length of the pixel part in bytes.
	#[must_use]
	pub fn pixels_length(&self) -> u64 {
		self.pixels
			.iter()
			.fold(0, |sum, range| sum.saturating_add(range.end.saturating_sub(range.start)))
	}

	/// Length of the metadata part in bytes.
	#[must_use]
	pub fn metadata_length(&self) -> u64 {
		self.length.saturating_sub(self.pixels_length())
	}

	/// A reader of the metadata part of `source`, the file with this layout.
	///
	/// # Errors
	///
	/// If the ranges cannot be those of a file of this length, or `source` has another length.
	pub fn metadata<R: Read + Seek>(&self, source: R) -> Result<PartReader<R>, PartError> {
		let gaps = gaps(&self.pixels, self.length)?;
		PartReader::new(source, self.length, Part::Metadata, gaps)
	}

	/// A reader of the pixel part of `source`, the file with this layout.
	///
	/// # Errors
	///
	/// If the ranges cannot be those of a file of this length, or `source` has another length.
	pub fn pixels<R: Read + Seek>(&self, source: R) -> Result<PartReader<R>, PartError> {
		gaps(&self.pixels, self.length)?;
		PartReader::new(source, self.length, Part::Pixels, self.pixels.clone())
	}

	/// The metadata part and the pixel part, in this order, of a file that is in memory. A part that is in one piece
	/// is not copied.
	///
	/// # Errors
	///
	/// If the ranges cannot be those of a file of this length, or `file` has another length.
	pub fn split<'a>(&self, file: &'a [u8]) -> Result<[Cow<'a, [u8]>; 2], PartError> {
		let gaps = gaps(&self.pixels, self.length)?;
		if wide(file.len()) != self.length {
			return Err(PartError::Changed { expected: self.length, actual: wide(file.len()) });
		}
		Ok([pieces(file, &gaps), pieces(file, &self.pixels)])
	}
}

/// The bytes of some ranges, which are within the file.
fn pieces<'a>(file: &'a [u8], ranges: &[Range<u64>]) -> Cow<'a, [u8]> {
	let piece = |range: &Range<u64>| {
		let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
		file.get(place(range.start)..place(range.end)).unwrap_or_default()
	};
	let mut all = ranges.iter().map(piece).filter(|piece| !piece.is_empty());
	match (all.next(), all.next()) {
		(None, _) => Cow::default(),
		(Some(one), None) => one.into(),
		(Some(first), Some(second)) => {
			[first, second].into_iter().chain(all).collect::<Vec<_>>().concat().into()
		}
	}
}

/// What is around the ranges, one more than there are ranges. Fails if they are not as
/// [`Layout::pixels`] says: they may come from outside.
pub(super) fn gaps(ranges: &[Range<u64>], length: u64) -> Result<Vec<Range<u64>>, PartError> {
	let error = || PartError::Ranges { length };
	if ranges.len() > MAX_RANGES {
		return Err(error());
	}
	let mut gaps = Vec::new();
	let mut start = 0;
	for range in ranges {
		if range.start < start || range.end <= range.start || range.end > length {
			return Err(error());
		}
		gaps.push(start..range.start);
		start = range.end;
	}
	gaps.push(start..length);
	Ok(gaps)
}
