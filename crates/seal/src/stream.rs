// SPDX-License-Identifier: Apache-2.0

//! Sealing files of any size, in a format that Tink opens.
//!
//! The format is Tink's streaming AEAD AES256-GCM-HKDF with 1 MiB segments
//! (<https://developers.google.com/tink/streaming-aead/aes_gcm_hkdf_streaming>): a keyset with
//! template `AES256_GCM_HKDF_1MB` and the 32 bytes of a [`StreamKey`] as key value opens it.
//!
//! ```text
//! header: 40 (1 byte) ‖ salt (32) ‖ nonce prefix (7)
//! key:    HKDF-SHA256(ikm = stream key, salt, info = associated data), 32 bytes
//! nonce:  nonce prefix (7) ‖ segment number (u32 BE) ‖ 1 if last segment, else 0 (1 byte)
//! ```
//!
//! Each segment is AES-256-GCM without associated data, with its 16-byte tag behind it. Segments
//! have 1,048,576 bytes with their tags; the first is 40 bytes shorter, for the header; the last
//! one may be shorter. An empty plaintext is one segment of 16 bytes.
//!
//! ```
//! use contour_seal::{
//!     keys::StudySecret,
//!     stream::{open, seal},
//! };
//!
//! let key = StudySecret::generate()?.manifest_key();
//! let sealed = seal(b"a manifest", &key, b"what it is bound to");
//! assert_eq!(open(&sealed, &key, b"what it is bound to")?, b"a manifest");
//! assert!(open(&sealed, &key, b"something else").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## Sealing twice gives the same bytes
//!
//! An upload that broke off is continued by sealing again. Therefore salt and nonce prefix are not
//! random but synthetic, as in SIV (RFC 5297, RFC 8452): 39 bytes of HKDF-SHA256 with ikm = stream
//! key, salt = a label of ours, info = SHA-256(plaintext) ‖ associated data. Why that is safe:
//!
//! - HKDF is a pseudo-random function of its `info`. Other plaintexts have other digests (SHA-256
//!   has no known collisions), so other plaintexts or associated data get a salt as good as random:
//!   two of them have the same with probability 2^-256, and nobody can aim for it without the key.
//!   So one segment key and its nonces serve one plaintext only.
//! - The same plaintext with the same associated data and key gives the same ciphertext. Whoever sees
//!   two ciphertexts learns that they are equal, under one key, and nothing else: under another key
//!   all is different.
//! - The label is longer than 32 bytes, so that no salt of a header, 32 bytes long, makes the two
//!   uses of HKDF meet.
//!
//! This stands on the digest being that of the plaintext. [`Sealer`] checks it, but can only do so
//! at the end: **bytes written before [`Sealer::finish`] succeeded must not leave the machine.** If
//! a file was changed between hashing and sealing, they are sealed with the nonces that belong to
//! the file as it was.
//!
//! ## What opening tells apart
//!
//! | what was done | [`Opener::new`] | [`Opener::with_len`] |
//! | --- | --- | --- |
//! | cut within the header | [`OpenError::TruncatedHeader`] | same |
//! | cut between segments, or less than a tag behind one | [`OpenError::Truncated`] | same |
//! | cut elsewhere | [`OpenError::Segment`] | [`OpenError::Truncated`] |
//! | appended to a last segment of full length | [`OpenError::TrailingData`] | same |
//! | appended otherwise | [`OpenError::Segment`] | [`OpenError::TrailingData`] |
//! | other key, other associated data, changed or swapped bytes | [`OpenError::Segment`] | same |
//!
//! The format does not say how long a stream is, so a cut within a segment looks like a changed
//! segment unless the caller knows the length, from [`sealed_len`] or the manifest.

mod error;

pub use error::{OpenError, SealError};

use super::keys::{StreamKey, hkdf};
use aws_lc_rs::{
	aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
	constant_time::verify_slices_are_equal,
	digest::{Context, SHA256, digest},
};
use core::fmt;
use std::io::{self, Read, Write};

/// Length of a segment with its tag in bytes.
pub const SEGMENT_LEN: usize = 1 << 20;
/// Length of the header in bytes, which is part of the first segment.
pub const HEADER_LEN: usize = 1 + SALT_LEN + PREFIX_LEN;
/// Length of a segment's tag in bytes.
pub const TAG_LEN: usize = 16;

const HEADER_LEN_BYTE: u8 = 40;
const SALT_LEN: usize = 32;
const PREFIX_LEN: usize = 7;
const FIRST_LEN: usize = SEGMENT_LEN - HEADER_LEN;
const FIRST_PLAIN: u64 = (FIRST_LEN - TAG_LEN) as u64;
const NEXT_PLAIN: u64 = (SEGMENT_LEN - TAG_LEN) as u64;

/// Longest plaintext in bytes, a little below 4 PiB: segment numbers have 32 bits.
pub const MAX_PLAINTEXT: u64 = FIRST_PLAIN + (u32::MAX as u64) * NEXT_PLAIN;

// Longer than the 32 bytes of a header's salt: see the module's documentation.
const SYNTHETIC: &[u8] = b"contour/v1/stream: synthetic salt and nonce prefix";
const _: () = assert!(SYNTHETIC.len() > SALT_LEN && SYNTHETIC.len() <= 64);

/// Length in bytes of what sealing a plaintext of `plain` bytes gives. Meaningless above
/// [`MAX_PLAINTEXT`], which cannot be sealed; it then stops at [`u64::MAX`].
pub const fn sealed_len(plain: u64) -> u64 {
	let segments = 1 + plain.saturating_sub(FIRST_PLAIN).div_ceil(NEXT_PLAIN);
	plain.saturating_add(HEADER_LEN as u64).saturating_add(segments * TAG_LEN as u64)
}

/// The key and nonces of one stream.
struct Segments {
	key: LessSafeKey,
	prefix: [u8; PREFIX_LEN],
	/// Number of the next segment; `None` when numbers have run out.
	next: Option<u32>,
}

impl Segments {
	fn new(key: &StreamKey, associated_data: &[u8], salt: &[u8], prefix: [u8; PREFIX_LEN]) -> Self {
		let derived = hkdf::<32>(key.expose(), salt, &[associated_data]);
		let key = UnboundKey::new(&AES_256_GCM, derived.as_slice())
			.expect("AES-256-GCM takes any 32 bytes as key");
		Self { key: LessSafeKey::new(key), prefix, next: Some(0) }
	}

	fn nonce(&self, segment: u32, last: bool) -> Nonce {
		let mut nonce = [0; 12];
		let (prefix, rest) = nonce.split_at_mut(PREFIX_LEN);
		let (number, flag) = rest.split_at_mut(4);
		prefix.copy_from_slice(&self.prefix);
		number.copy_from_slice(&segment.to_be_bytes());
		flag.fill(last.into());
		Nonce::assume_unique_for_key(nonce)
	}

	/// Length of a whole segment's ciphertext, with its tag.
	const fn len(segment: u32) -> usize {
		if segment == 0 { FIRST_LEN } else { SEGMENT_LEN }
	}
}

/// The header of the plaintext whose SHA-256 is `digest`, and what its segments are sealed with.
fn begin(
	key: &StreamKey,
	associated_data: &[u8],
	digest: &[u8; 32],
) -> ([u8; HEADER_LEN], Segments) {
	let synthetic =
		hkdf::<{ SALT_LEN + PREFIX_LEN }>(key.expose(), SYNTHETIC, &[digest, associated_data]);
	let mut header = [HEADER_LEN_BYTE; HEADER_LEN];
	let (_, body) = header.split_at_mut(1);
	body.copy_from_slice(synthetic.as_slice());
	let (salt, rest) = body.split_at(SALT_LEN);
	let mut prefix = [0; PREFIX_LEN];
	prefix.copy_from_slice(rest);
	let segments = Segments::new(key, associated_data, salt, prefix);
	(header, segments)
}

/// A plaintext in memory, hashed. Nobody can change it before it is sealed, so that sealing need not
/// hash it again, as a [`Sealer`] does.
#[derive(Clone, Copy)]
pub struct Plain<'a> {
	bytes: &'a [u8],
	digest: [u8; 32],
}

impl<'a> Plain<'a> {
	/// Hashes a plaintext.
	pub fn new(bytes: &'a [u8]) -> Self {
		let mut expected = [0; 32];
		expected.copy_from_slice(digest(&SHA256, bytes).as_ref());
		Self { bytes, digest: expected }
	}

	/// Its SHA-256.
	pub fn digest(&self) -> &[u8; 32] {
		&self.digest
	}

	/// How many bytes sealing it gives.
	pub fn sealed_len(&self) -> usize {
		// What is in memory is far shorter than the longest plaintext.
		let length = u64::try_from(self.bytes.len()).map(sealed_len).ok();
		length.and_then(|length| length.try_into().ok()).unwrap_or(usize::MAX)
	}

	/// Appends it, sealed, to `out`: the same bytes as a [`Sealer`] writes.
	pub fn seal_to(&self, key: &StreamKey, associated_data: &[u8], out: &mut Vec<u8>) {
		let (header, segments) = begin(key, associated_data, &self.digest);
		out.reserve(self.sealed_len());
		out.extend_from_slice(&header);
		let mut rest = self.bytes;
		let mut next = segments.next;
		while let Some(segment) = next {
			let room = Segments::len(segment).saturating_sub(TAG_LEN);
			let (plain, later) = rest.split_at(room.min(rest.len()));
			let begin = out.len();
			out.extend_from_slice(plain);
			let body = out.get_mut(begin..).unwrap_or_default();
			let tag = segments
				.key
				.seal_in_place_separate_tag(
					segments.nonce(segment, later.is_empty()),
					Aad::empty(),
					body,
				)
				.expect("AES-GCM takes segments of 1 MiB");
			out.extend_from_slice(tag.as_ref());
			rest = later;
			next = segment.checked_add(1).filter(|_| !rest.is_empty());
		}
	}
}

impl fmt::Debug for Plain<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Plain").field("length", &self.bytes.len()).finish_non_exhaustive()
	}
}

/// Seals what is written to it and writes that to `W`, holding one segment in memory.
///
/// Nothing is complete before [`finish`](Self::finish). Dropping a sealer leaves a truncated
/// object, which does not open.
pub struct Sealer<W> {
	out: W,
	segments: Segments,
	header: Option<[u8; HEADER_LEN]>,
	buffer: Vec<u8>,
	expected: [u8; 32],
	written: Context,
	broken: bool,
}

impl<W: Write> Sealer<W> {
	/// A sealer for the plaintext whose SHA-256 is `digest`. The opener must be given the same key
	/// and `associated_data`. Nothing is written yet.
	pub fn new(out: W, key: &StreamKey, associated_data: &[u8], digest: &[u8; 32]) -> Self {
		let (header, segments) = begin(key, associated_data, digest);
		Self {
			out,
			segments,
			header: Some(header),
			buffer: Vec::with_capacity(SEGMENT_LEN),
			expected: *digest,
			written: Context::new(&SHA256),
			broken: false,
		}
	}

	/// Seals the last segment, flushes and gives `W` back.
	///
	/// # Errors
	///
	/// [`SealError::Digest`] if what was written is not what was announced; the last segment is not
	/// written then, and what was written must be discarded. [`SealError::Io`] if writing fails.
	pub fn finish(mut self) -> Result<W, SealError> {
		if self.broken {
			return Err(SealError::Broken);
		}
		let digest = self.written.clone().finish();
		verify_slices_are_equal(digest.as_ref(), &self.expected).map_err(|_| SealError::Digest)?;
		self.seal_segment(true)?;
		self.out.flush().map_err(SealError::Io)?;
		Ok(self.out)
	}

	fn seal_segment(&mut self, last: bool) -> Result<(), SealError> {
		let segment = self.segments.next.ok_or(SealError::TooLong)?;
		// A sealed buffer must never be sealed again, so failing from here on is for good.
		self.broken = true;
		let nonce = self.segments.nonce(segment, last);
		self.segments
			.key
			.seal_in_place_append_tag(nonce, Aad::empty(), &mut self.buffer)
			.expect("AES-GCM takes segments of 1 MiB");
		if let Some(header) = self.header.take() {
			self.out.write_all(&header).map_err(SealError::Io)?;
		}
		self.out.write_all(&self.buffer).map_err(SealError::Io)?;
		self.buffer.clear();
		self.segments.next = segment.checked_add(1);
		self.broken = false;
		Ok(())
	}
}

impl<W: Write> Write for Sealer<W> {
	/// Errors are [`SealError`]s inside an [`io::Error`].
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		if self.broken {
			return Err(SealError::Broken.into());
		}
		if bytes.is_empty() {
			return Ok(0);
		}
		let room = |sealer: &Self| {
			let segment = sealer.segments.next.unwrap_or(u32::MAX);
			Segments::len(segment).saturating_sub(TAG_LEN).saturating_sub(sealer.buffer.len())
		};
		// A full segment waits until it is known not to be the last one.
		if room(self) == 0 {
			self.seal_segment(false)?;
			if self.segments.next.is_none() {
				self.broken = true;
				return Err(SealError::TooLong.into());
			}
		}
		let taken = bytes.get(..room(self)).unwrap_or(bytes);
		self.buffer.extend_from_slice(taken);
		self.written.update(taken);
		Ok(taken.len())
	}

	/// Flushes what is behind; the segment being filled stays here.
	fn flush(&mut self) -> io::Result<()> {
		self.out.flush()
	}
}

impl<W> fmt::Debug for Sealer<W> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Sealer").field("segment", &self.segments.next).finish_non_exhaustive()
	}
}

enum State {
	Opening,
	Done,
	Broken,
}

/// Opens what a [`Sealer`], or Tink, sealed. Holds two segments in memory.
///
/// Only bytes of verified segments are read from it, and it reports the end of the stream only when
/// the last segment was verified and nothing follows. After an error other than [`OpenError::Io`]
/// every read fails.
pub struct Opener<R> {
	input: R,
	segments: Segments,
	/// Bytes expected from here to the end, if the caller knows the length.
	left: Option<u64>,
	/// Ciphertext of a segment and the byte behind it, which tells whether it is the last.
	cipher: Vec<u8>,
	filled: usize,
	ended: bool,
	plain: Vec<u8>,
	/// Verified bytes of `plain` that were not read yet.
	ready: core::ops::Range<usize>,
	state: State,
}

impl<R: Read> Opener<R> {
	/// Reads the header.
	///
	/// # Errors
	///
	/// [`OpenError::TruncatedHeader`], [`OpenError::Header`] and [`OpenError::Io`].
	pub fn new(input: R, key: &StreamKey, associated_data: &[u8]) -> Result<Self, OpenError> {
		Self::start(input, key, associated_data, None)
	}

	/// As [`new`](Self::new), for an object that must have `sealed_len` bytes. It names the error
	/// more precisely: see the module's documentation.
	///
	/// # Errors
	///
	/// As [`new`](Self::new).
	pub fn with_len(
		input: R,
		key: &StreamKey,
		associated_data: &[u8],
		sealed_len: u64,
	) -> Result<Self, OpenError> {
		Self::start(input, key, associated_data, Some(sealed_len))
	}

	fn start(
		mut input: R,
		key: &StreamKey,
		associated_data: &[u8],
		sealed_len: Option<u64>,
	) -> Result<Self, OpenError> {
		let mut read = |part: &mut [u8]| {
			input.read_exact(part).map_err(|error| match error.kind() {
				io::ErrorKind::UnexpectedEof => OpenError::TruncatedHeader,
				_ => OpenError::Io(error),
			})
		};
		let (mut length, mut salt, mut prefix) = ([0; 1], [0; SALT_LEN], [0; PREFIX_LEN]);
		read(&mut length)?;
		let [length] = length;
		if length != HEADER_LEN_BYTE {
			return Err(OpenError::Header(length));
		}
		read(&mut salt)?;
		read(&mut prefix)?;
		Ok(Self {
			input,
			segments: Segments::new(key, associated_data, &salt, prefix),
			left: sealed_len.map(|len| len.saturating_sub(HEADER_LEN as u64)),
			cipher: Vec::new(),
			filled: 0,
			ended: false,
			plain: Vec::new(),
			ready: 0..0,
			state: State::Opening,
		})
	}

	/// Verifies the next segment and makes it ready.
	fn advance(&mut self) -> Result<(), OpenError> {
		let Some(segment) = self.segments.next else { return Err(OpenError::TooLong) };
		let full = Segments::len(segment);
		// The byte behind what is expected tells whether something follows.
		let most = self.left.and_then(|left| left.try_into().ok()).unwrap_or(full).min(full);
		self.fill(most.saturating_add(1))?;
		let seen = u64::try_from(self.filled).unwrap_or(u64::MAX);
		let whole = self.filled.min(full);

		let left = self.left;
		match left {
			Some(left) if seen < left && self.ended => Err(OpenError::Truncated { segment }),
			Some(left) if seen > left => {
				let last = usize::try_from(left).unwrap_or(whole).min(whole);
				if self.open(segment, last, true) {
					Err(OpenError::TrailingData { segment })
				} else {
					Err(OpenError::Segment { segment })
				}
			}
			_ if self.filled > full => {
				if self.open(segment, full, false) {
					self.keep_next(segment, full);
					Ok(())
				} else if self.open(segment, full, true) {
					Err(OpenError::TrailingData { segment })
				} else {
					Err(OpenError::Segment { segment })
				}
			}
			_ if self.filled < TAG_LEN => Err(OpenError::Truncated { segment }),
			_ if self.open(segment, whole, true) => {
				self.ready = 0..whole.saturating_sub(TAG_LEN);
				self.state = State::Done;
				Ok(())
			}
			_ if self.filled == full && self.open(segment, full, false) => {
				Err(OpenError::Truncated { segment: segment.saturating_add(1) })
			}
			_ => Err(OpenError::Segment { segment }),
		}
	}

	/// Hands out segment `segment` and keeps the byte behind it for the next.
	fn keep_next(&mut self, segment: u32, full: usize) {
		self.ready = 0..full.saturating_sub(TAG_LEN);
		self.cipher.copy_within(full..self.filled, 0);
		self.filled = self.filled.saturating_sub(full);
		self.left =
			self.left.map(|left| left.saturating_sub(u64::try_from(full).unwrap_or(u64::MAX)));
		self.segments.next = segment.checked_add(1);
	}

	/// Reads until `wanted` bytes of ciphertext are here or the input ends. What was read stays
	/// when reading fails.
	fn fill(&mut self, wanted: usize) -> Result<(), OpenError> {
		if self.cipher.len() < wanted {
			self.cipher.resize(wanted, 0);
		}
		while !self.ended {
			let Some(room @ [_, ..]) = self.cipher.get_mut(self.filled..wanted) else { break };
			match self.input.read(room) {
				Ok(0) => self.ended = true,
				Ok(count) => self.filled = self.filled.saturating_add(count).min(wanted),
				Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
				Err(error) => return Err(OpenError::Io(error)),
			}
		}
		Ok(())
	}

	/// Whether the first `len` bytes are this segment; its plaintext is in `plain` if so.
	fn open(&mut self, segment: u32, len: usize, last: bool) -> bool {
		let Some(body) = len.checked_sub(TAG_LEN) else { return false };
		let Some((cipher, tag)) =
			self.cipher.get(..len).and_then(|bytes| bytes.split_at_checked(body))
		else {
			return false;
		};
		// Apart from the ciphertext, which stays whole for a second attempt.
		if self.plain.len() < body {
			self.plain.resize(body, 0);
		}
		let Some(plain) = self.plain.get_mut(..body) else { return false };
		let nonce = self.segments.nonce(segment, last);
		self.segments.key.open_separate_gather(nonce, Aad::empty(), cipher, tag, plain).is_ok()
	}
}

impl<R: Read> Read for Opener<R> {
	/// Errors are [`OpenError`]s inside an [`io::Error`].
	fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
		if out.is_empty() {
			return Ok(0);
		}
		if self.ready.is_empty() {
			match self.state {
				State::Opening => {
					self.advance().inspect_err(|error| {
						if !matches!(error, OpenError::Io(_)) {
							self.state = State::Broken;
						}
					})?;
				}
				State::Done => return Ok(0),
				State::Broken => return Err(OpenError::Broken.into()),
			}
		}
		let count = out.len().min(self.ready.len());
		let end = self.ready.start.saturating_add(count);
		if let (Some(out), Some(plain)) =
			(out.get_mut(..count), self.plain.get(self.ready.start..end))
		{
			out.copy_from_slice(plain);
		}
		self.ready.start = end;
		Ok(count)
	}
}

impl<R> fmt::Debug for Opener<R> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Opener").field("segment", &self.segments.next).finish_non_exhaustive()
	}
}

/// Seals a plaintext that is in memory.
pub fn seal(plain: &[u8], key: &StreamKey, associated_data: &[u8]) -> Vec<u8> {
	let mut sealed = Vec::new();
	Plain::new(plain).seal_to(key, associated_data, &mut sealed);
	sealed
}

/// Opens a sealed object that is in memory, and must end where `sealed` ends.
///
/// # Errors
///
/// As [`Opener`], without [`OpenError::Io`].
pub fn open(sealed: &[u8], key: &StreamKey, associated_data: &[u8]) -> Result<Vec<u8>, OpenError> {
	let mut plain = Vec::new();
	Opener::new(sealed, key, associated_data)?.read_to_end(&mut plain)?;
	Ok(plain)
}
