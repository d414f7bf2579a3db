// SPDX-License-Identifier: Apache-2.0

//! The two parts of a file, and the way back.

use super::{Part, PartError, cursor::wide, layout::gaps};
use std::{
	collections::VecDeque,
	io::{self, Read, Seek, SeekFrom, Write},
	ops::Range,
};

const BLOCK: usize = 64 * 1024;

/// Reads one part of a file. Reading fails with `UnexpectedEof` if the file became shorter.
#[derive(Debug)]
pub struct PartReader<R> {
	source: R,
	/// What is to be read yet; the source stands at the start of the first, once `is_there`.
	left: VecDeque<Range<u64>>,
	is_there: bool,
}

impl<R: Read + Seek> PartReader<R> {
	pub(super) fn new(
		mut source: R,
		length: u64,
		part: Part,
		ranges: Vec<Range<u64>>,
	) -> Result<Self, PartError> {
		let actual = source.seek(SeekFrom::End(0)).map_err(PartError::Source)?;
		if actual != length {
			return Err(PartError::Changed { expected: length, actual });
		}
		tracing::trace!(%part, ranges = ranges.len(), "reading a part");
		Ok(Self { source, left: ranges.into(), is_there: false })
	}
}

impl<R: Read + Seek> Read for PartReader<R> {
	fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
		if out.is_empty() {
			return Ok(0);
		}
		while self.left.front().is_some_and(|range| range.start >= range.end) {
			self.left.pop_front();
			self.is_there = false;
		}
		let Some(range) = self.left.front_mut() else { return Ok(0) };
		if !self.is_there {
			self.source.seek(SeekFrom::Start(range.start))?;
			self.is_there = true;
		}
		let left = range.end.saturating_sub(range.start);
		let most = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
		let count = self.source.read(out.get_mut(..most).unwrap_or_default())?;
		if count == 0 {
			return Err(io::ErrorKind::UnexpectedEof.into());
		}
		range.start = range.start.saturating_add(wide(count));
		Ok(count)
	}
}

/// Writes the file of `length` bytes to `out` whose pixels are at `ranges`.
///
/// Streams: neither part is held in memory. If this fails, what is in `out` is not the file and
/// must be thrown away.
///
/// # Errors
///
/// If the ranges cannot be those of a file of this length, a part is too short or too long, or
/// reading or writing fails.
pub fn join(
	mut metadata: impl Read,
	mut pixels: impl Read,
	ranges: &[Range<u64>],
	length: u64,
	mut out: impl Write,
) -> Result<(), PartError> {
	let gaps = gaps(ranges, length)?;
	let size = |ranges: &[Range<u64>]| {
		ranges
			.iter()
			.fold(0_u64, |sum, range| sum.saturating_add(range.end.saturating_sub(range.start)))
	};
	let mut metadata = Source::new(&mut metadata, Part::Metadata, size(&gaps));
	let mut pixels = Source::new(&mut pixels, Part::Pixels, size(ranges));
	let mut ranges = ranges.iter();
	let mut block = vec![0; BLOCK];
	for gap in &gaps {
		metadata.copy(gap, &mut block, &mut out)?;
		if let Some(range) = ranges.next() {
			pixels.copy(range, &mut block, &mut out)?;
		}
	}
	metadata.end()?;
	pixels.end()?;
	out.flush().map_err(PartError::Write)
}

/// A part that is read to its end.
struct Source<R> {
	reader: R,
	part: Part,
	expected: u64,
	actual: u64,
}

impl<R: Read> Source<R> {
	fn new(reader: R, part: Part, expected: u64) -> Self {
		Self { reader, part, expected, actual: 0 }
	}

	fn read(&mut self, out: &mut [u8]) -> Result<usize, PartError> {
		loop {
			match self.reader.read(out) {
				Ok(count) => return Ok(count),
				Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
				Err(source) => return Err(PartError::Read { part: self.part, source }),
			}
		}
	}

	fn copy(
		&mut self,
		range: &Range<u64>,
		block: &mut [u8],
		out: &mut impl Write,
	) -> Result<(), PartError> {
		let mut left = range.end.saturating_sub(range.start);
		while left > 0 {
			let most = block.len().min(usize::try_from(left).unwrap_or(usize::MAX));
			let into = block.get_mut(..most).unwrap_or_default();
			let count = self.read(into)?;
			if count == 0 {
				let Self { part, expected, actual, .. } = *self;
				return Err(PartError::Short { part, expected, actual });
			}
			out.write_all(into.get(..count).unwrap_or_default()).map_err(PartError::Write)?;
			self.actual = self.actual.saturating_add(wide(count));
			left = left.saturating_sub(wide(count));
		}
		Ok(())
	}

	fn end(&mut self) -> Result<(), PartError> {
		match self.read(&mut [0])? {
			0 => Ok(()),
			_ => Err(PartError::Long { part: self.part, expected: self.expected }),
		}
	}
}
