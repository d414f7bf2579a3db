// SPDX-License-Identifier: Apache-2.0

//! What sealing writes, what opening accepts, and what it says otherwise.

use aws_lc_rs::digest::{SHA256, digest};
use contour_seal::{
	keys::StreamKey,
	stream::{
		HEADER_LEN, MAX_PLAINTEXT, OpenError, Opener, SEGMENT_LEN, SealError, Sealer, TAG_LEN,
		open, seal, sealed_len,
	},
};
use proptest::prelude::*;
use std::io::{self, Read, Write};

const FIRST: usize = SEGMENT_LEN - HEADER_LEN - TAG_LEN;
const NEXT: usize = SEGMENT_LEN - TAG_LEN;
const AD: &[u8] = b"instance 1.2.840.99999.1";

fn key(byte: u8) -> StreamKey {
	StreamKey::from_bytes([byte; 32])
}

fn plain(len: usize) -> Vec<u8> {
	(0..len).map(|i| (i.wrapping_mul(0x9e37_79b1) >> 13) as u8).collect()
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
	digest(&SHA256, bytes).as_ref().try_into().unwrap()
}

/// Reads to the end or the first error; gives what came out and that error.
fn drain<R: Read>(mut opener: Opener<R>) -> (Vec<u8>, Option<OpenError>) {
	let (mut out, mut chunk) = (Vec::new(), vec![0; 300_007]);
	loop {
		match opener.read(&mut chunk) {
			Ok(0) => return (out, None),
			Ok(count) => out.extend_from_slice(&chunk[..count]),
			Err(error) => {
				assert!(opener.read(&mut chunk).is_err(), "an error is for good");
				return (out, Some(error.into()));
			}
		}
	}
}

/// Opens in both ways; each gives only a beginning of `plain` made of whole segments, and an error.
fn refuse(sealed: &[u8], len: u64, plain: &[u8]) -> (OpenError, OpenError) {
	let (key, ad) = (key(1), AD);
	let check = |opener: Result<Opener<&[u8]>, OpenError>| match opener {
		Err(error) => error,
		Ok(opener) => {
			let (out, error) = drain(opener);
			assert!(plain.starts_with(&out), "bytes that were not sealed came out");
			assert!(out.is_empty() || (out.len() - FIRST).is_multiple_of(NEXT));
			error.expect("the stream was refused")
		}
	};
	(check(Opener::new(sealed, &key, ad)), check(Opener::with_len(sealed, &key, ad, len)))
}

/// Sizes around the boundaries of the first four segments.
fn boundary_sizes() -> impl Iterator<Item = usize> {
	[0, FIRST, FIRST + NEXT, FIRST + 2 * NEXT]
		.into_iter()
		.flat_map(|at| (at.saturating_sub(17)..=at + 17).collect::<Vec<_>>())
}

#[test]
fn should_give_the_plaintext_back_when_sizes_are_around_boundaries() {
	let all = plain(FIRST + 2 * NEXT + 17);
	for len in boundary_sizes().filter(|len| len % 4 == 0 || len % SEGMENT_LEN < 20) {
		let sealed = seal(&all[..len], &key(1), AD);
		assert_eq!(sealed.len() as u64, sealed_len(len as u64), "{len}");
		assert!(open(&sealed, &key(1), AD).unwrap() == all[..len], "{len}");
	}
	for len in [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + NEXT, FIRST + NEXT + 1, FIRST + 2 * NEXT]
	{
		let sealed = seal(&all[..len], &key(1), AD);
		let opener = Opener::with_len(&sealed[..], &key(1), AD, sealed.len() as u64).unwrap();
		let (out, error) = drain(opener);
		assert!(error.is_none() && out == all[..len], "{len}");
	}
}

#[test]
fn should_count_segments_when_asked_for_the_sealed_length() {
	let (header, tag) = (HEADER_LEN as u64, TAG_LEN as u64);
	let (first, next) = (FIRST as u64, NEXT as u64);
	assert_eq!(sealed_len(0), header + tag);
	assert_eq!(sealed_len(first), SEGMENT_LEN as u64);
	assert_eq!(sealed_len(first + 1), SEGMENT_LEN as u64 + 1 + tag);
	assert_eq!(sealed_len(first + next), 2 * SEGMENT_LEN as u64);
	assert_eq!(sealed_len(MAX_PLAINTEXT), SEGMENT_LEN as u64 * (1 << 32));
	assert_eq!(sealed_len(u64::MAX), u64::MAX);
}

#[test]
fn should_seal_to_the_same_bytes_when_key_plaintext_and_associated_data_are_the_same() {
	let text = plain(FIRST + 5);
	let sealed = seal(&text, &key(1), AD);
	let mut sealer = Sealer::new(Vec::new(), &key(1), AD, &sha256(&text));
	for chunk in text.chunks(4_093) {
		sealer.write_all(chunk).unwrap();
	}
	assert!(sealer.finish().unwrap() == sealed);

	let mut other = text.clone();
	other[FIRST + 4] ^= 1;
	let salts: std::collections::BTreeSet<_> = [
		seal(&text, &key(1), AD),
		seal(&other, &key(1), AD),
		seal(&text, &key(2), AD),
		seal(&text, &key(1), b""),
	]
	.iter()
	.map(|sealed| sealed[1..HEADER_LEN].to_vec())
	.collect();
	assert_eq!(salts.len(), 4);
}

#[test]
fn should_keep_its_bytes_when_the_format_is_frozen() {
	assert_eq!(
		hex::encode(seal(
			b"contour",
			&StreamKey::from_bytes(std::array::from_fn(|i| i as u8)),
			b"ad"
		)),
		include_str!("vectors/stream.hex").trim(),
	);
}

#[test]
fn should_fail_at_the_end_when_the_digest_is_another() {
	let text = plain(FIRST + NEXT);
	let mut out = Vec::new();
	let mut sealer = Sealer::new(&mut out, &key(1), AD, &sha256(b"as it was"));
	sealer.write_all(&text).unwrap();
	assert!(matches!(sealer.finish(), Err(SealError::Digest)));
	assert_eq!(out.len(), SEGMENT_LEN, "the last segment is withheld");
	assert!(matches!(open(&out, &key(1), AD), Err(OpenError::Truncated { segment: 1 })));

	let mut out = Vec::new();
	let mut sealer = Sealer::new(&mut out, &key(1), AD, &sha256(b"as it was"));
	sealer.write_all(b"as it is").unwrap();
	assert!(sealer.finish().is_err() && out.is_empty(), "one segment: nothing is written");
}

#[test]
fn should_refuse_to_go_on_when_writing_failed() {
	struct Full(usize);
	impl Write for Full {
		fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
			let taken = bytes.len().min(self.0);
			self.0 -= taken;
			if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
		}
		fn flush(&mut self) -> io::Result<()> {
			Ok(())
		}
	}
	let text = plain(FIRST + 10);
	let mut sealer = Sealer::new(Full(1000), &key(1), AD, &sha256(&text));
	assert_eq!(sealer.write_all(&text).unwrap_err().kind(), io::ErrorKind::StorageFull);
	assert!(matches!(sealer.write(b"x").unwrap_err().into(), SealError::Broken));
	assert!(matches!(sealer.finish(), Err(SealError::Broken)));
}

#[test]
fn should_try_again_when_reading_failed_for_a_while() {
	struct Flaky<'a>(&'a [u8], usize);
	impl Read for Flaky<'_> {
		fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
			self.1 += 1;
			match self.1 % 3 {
				0 => Err(io::ErrorKind::TimedOut.into()),
				1 => Err(io::ErrorKind::Interrupted.into()),
				_ => {
					let some = out.len().min(100_003);
					self.0.read(&mut out[..some])
				}
			}
		}
	}
	let text = plain(FIRST + NEXT + 3);
	let sealed = seal(&text, &key(1), AD);
	let (head, tail) = sealed.split_at(HEADER_LEN);
	let mut opener = Opener::new(head.chain(Flaky(tail, 0)), &key(1), AD).unwrap();
	let (mut out, mut chunk, mut timeouts) = (Vec::new(), vec![0; 70_001], 0);
	loop {
		match opener.read(&mut chunk) {
			Ok(0) => break,
			Ok(count) => out.extend_from_slice(&chunk[..count]),
			Err(error) => {
				assert!(matches!(error.into(), OpenError::Io(_)));
				timeouts += 1;
			}
		}
	}
	assert!(timeouts > 0 && out == text);
}

#[test]
fn should_name_the_segment_when_any_bit_of_a_small_object_is_flipped() {
	let text = b"a small metadata part";
	let sealed = seal(text, &key(1), AD);
	for at in 0..sealed.len() {
		for bit in 0..8 {
			let mut changed = sealed.clone();
			changed[at] ^= 1 << bit;
			let (a, b) = refuse(&changed, sealed.len() as u64, text);
			for error in [a, b] {
				match at {
					0 => assert!(matches!(error, OpenError::Header(_)), "{at}: {error}"),
					_ => {
						assert!(
							matches!(error, OpenError::Segment { segment: 0 }),
							"{at}: {error}"
						);
					}
				}
			}
		}
	}
}

#[test]
fn should_say_truncated_when_a_small_object_is_cut() {
	let text = b"a small metadata part";
	let sealed = seal(text, &key(1), AD);
	for len in 0..sealed.len() {
		let (without, with) = refuse(&sealed[..len], sealed.len() as u64, text);
		if len < HEADER_LEN {
			assert!(matches!(without, OpenError::TruncatedHeader));
			assert!(matches!(with, OpenError::TruncatedHeader));
		} else {
			assert!(matches!(with, OpenError::Truncated { segment: 0 }));
			match without {
				OpenError::Truncated { segment: 0 } => assert!(len < HEADER_LEN + TAG_LEN),
				OpenError::Segment { segment: 0 } => assert!(len >= HEADER_LEN + TAG_LEN),
				other => panic!("{len}: {other}"),
			}
		}
	}
}

#[test]
fn should_say_truncated_when_whole_segments_are_missing() {
	let text = plain(FIRST + 2 * NEXT);
	let sealed = seal(&text, &key(1), AD);
	for (segments, missing) in [(1, 1), (2, 2)] {
		for extra in [0, 1, TAG_LEN - 1] {
			let cut = &sealed[..segments * SEGMENT_LEN + extra];
			let (without, with) = refuse(cut, sealed.len() as u64, &text);
			for error in [without, with] {
				match error {
					OpenError::Truncated { segment } => {
						assert!(segment == missing || segment + 1 == missing, "{error}");
					}
					other => panic!("{segments} {extra}: {other}"),
				}
			}
		}
	}
}

#[test]
fn should_say_trailing_data_when_something_is_appended() {
	for len in [0, 5, FIRST - 1, FIRST, FIRST + 1, FIRST + NEXT] {
		let text = plain(len);
		let sealed = seal(&text, &key(1), AD);
		let last = u32::from(len > FIRST);
		for extra in [1, 16, 17, SEGMENT_LEN] {
			let longer = [&sealed[..], &vec![0; extra]].concat();
			let (without, with) = refuse(&longer, sealed.len() as u64, &text);
			assert!(
				matches!(with, OpenError::TrailingData { segment } if segment == last),
				"{len} {extra}: {with}"
			);
			if sealed.len().is_multiple_of(SEGMENT_LEN) {
				assert!(
					matches!(without, OpenError::TrailingData { segment } if segment == last),
					"{len} {extra}: {without}"
				);
			} else {
				assert!(
					matches!(without, OpenError::Segment { segment } if segment == last),
					"{len} {extra}: {without}"
				);
			}
		}
	}
}

#[test]
fn should_fail_at_the_first_moved_segment_when_segments_are_swapped() {
	let text = plain(FIRST + 3 * NEXT);
	let sealed = seal(&text, &key(1), AD);
	let segments: Vec<_> = sealed.chunks(SEGMENT_LEN).collect();
	for (order, failing) in [([0, 2, 1, 3], 1), ([0, 1, 3, 2], 2), ([0, 1, 1, 3], 2)] {
		let moved = order.map(|i| segments[i]).concat();
		let (a, b) = refuse(&moved, sealed.len() as u64, &text);
		for error in [a, b] {
			assert!(
				matches!(error, OpenError::Segment { segment } if segment == failing),
				"{error}"
			);
		}
	}
	let shorter = [segments[0], segments[1], segments[3]].concat();
	let (without, _) = refuse(&shorter, sealed.len() as u64, &text);
	assert!(matches!(without, OpenError::Segment { segment: 2 }), "{without}");
}

#[test]
fn should_fail_at_segment_0_when_key_or_associated_data_are_others() {
	let sealed = seal(&plain(FIRST + 1), &key(1), AD);
	for (key, ad) in [(key(2), AD), (key(1), &b"instance 1.2.840.99999.2"[..]), (key(1), b"")] {
		assert!(matches!(open(&sealed, &key, ad), Err(OpenError::Segment { segment: 0 })));
		let opener = Opener::with_len(&sealed[..], &key, ad, sealed.len() as u64).unwrap();
		let (out, error) = drain(opener);
		assert!(out.is_empty() && matches!(error, Some(OpenError::Segment { segment: 0 })));
	}
}

#[test]
fn should_show_no_key_when_printed() {
	let key = StreamKey::from_bytes([0xab; 32]);
	assert_eq!(format!("{key:?}"), "StreamKey(redacted)");
	let sealer = Sealer::new(Vec::new(), &key, AD, &[0; 32]);
	assert_eq!(format!("{sealer:?}"), "Sealer { segment: Some(0), .. }");
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn should_give_the_plaintext_back_when_written_and_read_in_any_pieces(
		len in prop_oneof![
			0..70_000usize,
			FIRST - 40..FIRST + 40,
			FIRST + NEXT - 40..FIRST + NEXT + 40,
			0..3 * SEGMENT_LEN,
		],
		piece in 1..2 * SEGMENT_LEN,
		ad in prop::collection::vec(any::<u8>(), 0..600),
	) {
		let text = plain(len);
		let mut sealer = Sealer::new(Vec::new(), &key(7), &ad, &sha256(&text));
		for chunk in text.chunks(piece) {
			sealer.write_all(chunk).unwrap();
		}
		let sealed = sealer.finish().unwrap();
		prop_assert_eq!(sealed.len() as u64, sealed_len(len as u64));
		prop_assert!(sealed == seal(&text, &key(7), &ad));
		let opener = Opener::new(&sealed[..], &key(7), &ad).unwrap();
		let (out, error) = drain(opener);
		prop_assert!(error.is_none() && out == text);
	}

	#[test]
	fn should_name_the_segment_when_a_bit_is_flipped_anywhere(
		len in prop_oneof![Just(FIRST + NEXT + 9), FIRST - 20..FIRST + 20, 0..3 * SEGMENT_LEN],
		at in any::<prop::sample::Index>(),
		bit in 0..8u8,
	) {
		let text = plain(len);
		let mut sealed = seal(&text, &key(1), AD);
		let at = at.index(sealed.len() - 1) + 1;
		sealed[at] ^= 1u8 << bit;
		let failing = (at / SEGMENT_LEN) as u32;
		let failing = if at < HEADER_LEN { 0 } else { failing };
		let (a, b) = refuse(&sealed, sealed.len() as u64, &text);
		for error in [a, b] {
			let named = matches!(error, OpenError::Segment { segment } if segment == failing);
			prop_assert!(named, "{error}");
		}
	}

	#[test]
	fn should_say_truncated_when_cut_anywhere_and_the_length_is_known(
		len in prop_oneof![FIRST - 20..FIRST + 20, 0..3 * SEGMENT_LEN],
		at in any::<prop::sample::Index>(),
	) {
		let text = plain(len);
		let sealed = seal(&text, &key(1), AD);
		let cut = at.index(sealed.len());
		let (without, with) = refuse(&sealed[..cut], sealed.len() as u64, &text);
		if cut < HEADER_LEN {
			prop_assert!(matches!(with, OpenError::TruncatedHeader));
		} else {
			prop_assert!(matches!(with, OpenError::Truncated { .. }), "{with}");
			let named =
				matches!(without, OpenError::Truncated { .. } | OpenError::Segment { .. });
			prop_assert!(named, "{without}");
		}
	}

	#[test]
	fn should_not_panic_when_bytes_are_random(
		mut bytes in prop::collection::vec(any::<u8>(), 0..5_000),
		ours in any::<bool>(),
		len in any::<u64>(),
		repeat in 1..500usize,
	) {
		if let (true, Some(first)) = (ours, bytes.first_mut()) {
			*first = 40;
		}
		let bytes = bytes.repeat(repeat);
		prop_assert!(open(&bytes, &key(1), AD).is_err());
		if let Ok(opener) = Opener::with_len(&bytes[..], &key(1), AD, len) {
			let (out, error) = drain(opener);
			prop_assert!(out.is_empty() && error.is_some());
		}
	}
}
