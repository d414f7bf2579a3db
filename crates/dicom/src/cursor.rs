// SPDX-License-Identifier: Apache-2.0

//! Moving forward through a file, or through a data set that is inflated on the way.

use flate2::read::DeflateDecoder;
use std::{
	collections::VecDeque,
	io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
};

/// Small: headers lie close together, and what is buffered behind a skipped value is read in vain.
const BUFFER: usize = 8 * 1024;

/// A place in a stream of bytes.
pub(super) trait Cursor {
	/// Bytes from the start.
	fn position(&self) -> u64;

	/// Length of the stream, when it is known.
	fn length(&self) -> Option<u64>;

	/// Fills `out` as far as the stream goes, and moves behind it. Gives how many bytes there were.
	fn read(&mut self, out: &mut [u8]) -> io::Result<usize>;

	/// Moves on by `count` bytes. Gives whether the stream is that long.
	fn skip(&mut self, count: u64) -> io::Result<bool>;

	/// Like `read`, at another place and without moving. Gives nothing if the cursor cannot look
	/// there.
	fn look(&mut self, position: u64, out: &mut [u8]) -> io::Result<Option<usize>>;
}

impl<C: Cursor + ?Sized> Cursor for &mut C {
	fn position(&self) -> u64 {
		(**self).position()
	}
	fn length(&self) -> Option<u64> {
		(**self).length()
	}
	fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
		(**self).read(out)
	}
	fn skip(&mut self, count: u64) -> io::Result<bool> {
		(**self).skip(count)
	}
	fn look(&mut self, position: u64, out: &mut [u8]) -> io::Result<Option<usize>> {
		(**self).look(position, out)
	}
}

/// A cursor over something that can seek.
pub(super) struct Seekable<R> {
	reader: BufReader<R>,
	position: u64,
	length: u64,
}

impl<R: Read + Seek> Seekable<R> {
	pub(super) fn new(mut source: R) -> io::Result<Self> {
		let length = source.seek(SeekFrom::End(0))?;
		source.rewind()?;
		Ok(Self { reader: BufReader::with_capacity(BUFFER, source), position: 0, length })
	}

	fn shift(&mut self, to: u64) -> io::Result<()> {
		let (Ok(to), Ok(from)) = (i64::try_from(to), i64::try_from(self.position)) else {
			return Err(io::ErrorKind::FileTooLarge.into());
		};
		self.reader.seek_relative(to.saturating_sub(from))
	}

	/// What follows from here on, for an inflater.
	pub(super) fn rest(&mut self) -> &mut impl Read {
		&mut self.reader
	}
}

impl<R: Read + Seek> Cursor for Seekable<R> {
	fn position(&self) -> u64 {
		self.position
	}

	fn length(&self) -> Option<u64> {
		Some(self.length)
	}

	fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
		let count = fill(&mut self.reader, out)?;
		self.position = self.position.saturating_add(wide(count));
		Ok(count)
	}

	fn skip(&mut self, count: u64) -> io::Result<bool> {
		match self.position.checked_add(count) {
			Some(end) if end <= self.length => {
				self.shift(end)?;
				self.position = end;
				Ok(true)
			}
			_ => Ok(false),
		}
	}

	fn look(&mut self, position: u64, out: &mut [u8]) -> io::Result<Option<usize>> {
		if position > self.length {
			return Ok(Some(0));
		}
		let back = self.position;
		self.shift(position)?;
		let count = fill(&mut self.reader, out)?;
		self.position = position.saturating_add(wide(count));
		self.shift(back)?;
		self.position = back;
		Ok(Some(count))
	}
}

/// A cursor over a raw deflate stream (RFC 1951), which inflates no more than it is asked to and at
/// most `limit` bytes. It sees only a few bytes ahead.
pub(super) struct Inflated<R> {
	reader: BufReader<io::Take<DeflateDecoder<R>>>,
	ahead: VecDeque<u8>,
	position: u64,
}

impl<R: Read> Inflated<R> {
	pub(super) fn new(source: R, limit: u64) -> Self {
		let reader = BufReader::with_capacity(BUFFER, DeflateDecoder::new(source).take(limit));
		Self { reader, ahead: VecDeque::new(), position: 0 }
	}

	/// Whether the limit, and not the stream, was the end.
	pub(super) fn is_spent(&self) -> bool {
		self.reader.get_ref().limit() == 0
	}
}

impl<R: Read> Cursor for Inflated<R> {
	fn position(&self) -> u64 {
		self.position
	}

	fn length(&self) -> Option<u64> {
		None
	}

	fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
		let held = self.ahead.read(out)?;
		let rest = out.get_mut(held..).unwrap_or_default();
		let count = held.saturating_add(fill(&mut self.reader, rest)?);
		self.position = self.position.saturating_add(wide(count));
		Ok(count)
	}

	fn skip(&mut self, count: u64) -> io::Result<bool> {
		let mut left = count;
		while left > 0 && self.ahead.pop_front().is_some() {
			left = left.saturating_sub(1);
		}
		while left > 0 {
			let there = self.reader.fill_buf()?.len();
			if there == 0 {
				return Ok(false);
			}
			let step = there.min(usize::try_from(left).unwrap_or(usize::MAX));
			self.reader.consume(step);
			left = left.saturating_sub(wide(step));
		}
		self.position = self.position.saturating_add(count);
		Ok(true)
	}

	fn look(&mut self, position: u64, out: &mut [u8]) -> io::Result<Option<usize>> {
		if position != self.position {
			return Ok(None);
		}
		while self.ahead.len() < out.len() {
			let mut byte = [0];
			if fill(&mut self.reader, &mut byte)? == 0 {
				break;
			}
			self.ahead.extend(byte);
		}
		let mut count: usize = 0;
		for (to, from) in out.iter_mut().zip(&self.ahead) {
			*to = *from;
			count = count.saturating_add(1);
		}
		Ok(Some(count))
	}
}

/// Fills `out` as far as the reader goes.
pub(super) fn fill(reader: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
	let mut count: usize = 0;
	while let Some(rest) = out.get_mut(count..).filter(|rest| !rest.is_empty()) {
		match reader.read(rest) {
			Ok(0) => break,
			Ok(more) => count = count.saturating_add(more),
			Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
			Err(error) => return Err(error),
		}
	}
	Ok(count)
}

/// A length in memory as a length in a file.
pub(super) fn wide(length: usize) -> u64 {
	u64::try_from(length).unwrap_or(u64::MAX)
}
