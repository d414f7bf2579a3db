// SPDX-License-Identifier: Apache-2.0

//! Joining parts that do not fit.

#![allow(clippy::single_range_in_vec_init, reason = "ranges are what is tested")]

use crate::support::*;
use contour_dicom::{Part, PartError, join};
use std::io::Cursor;

fn joined(metadata: &[u8], pixels: &[u8]) -> Result<Vec<u8>, PartError> {
	let mut out = Vec::new();
	join(metadata, pixels, &[2..4, 4..5, 7..8], 10, &mut out)?;
	Ok(out)
}

#[test]
fn should_give_the_file_when_the_parts_fit() {
	assert_eq!(joined(b"abcdef", b"1234").unwrap(), b"ab123cd4ef");
}

#[test]
fn should_name_the_part_when_it_is_too_short_or_too_long() {
	let part = |metadata, pixels| match joined(metadata, pixels).unwrap_err() {
		PartError::Short { part, .. } => (part, false),
		PartError::Long { part, .. } => (part, true),
		error => panic!("{error}"),
	};
	assert_eq!(part(&b"abcde"[..], &b"1234"[..]), (Part::Metadata, false));
	assert_eq!(part(b"abcdefg", b"1234"), (Part::Metadata, true));
	assert_eq!(part(b"abcdef", b"123"), (Part::Pixels, false));
	assert_eq!(part(b"abcdef", b"12345"), (Part::Pixels, true));
}

#[test]
fn should_refuse_ranges_when_they_cannot_be_those_of_the_file() {
	#[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
	for ranges in [
		vec![4..2],
		vec![2..2],
		vec![0..11],
		vec![3..5, 4..6],
		vec![5..6, 1..2],
		vec![0..u64::MAX],
		(0..9).map(|n| n..n + 1).collect(),
	] {
		let mut out = Vec::new();
		let error = join(&b""[..], &b""[..], &ranges, 10, &mut out).unwrap_err();
		assert!(matches!(error, PartError::Ranges { .. }) && out.is_empty());
	}
}

#[test]
fn should_refuse_a_file_when_it_was_changed_since_the_scan() {
	let mut bytes = file(EXPLICIT, &[EL.identity(), EL.element(PIXELS, "OW", b"pix")].concat());
	let mut layout = read(&bytes).unwrap();
	bytes.push(0);
	let error = layout.metadata(Cursor::new(&bytes)).unwrap_err();
	assert!(matches!(error, PartError::Changed { .. }));
	assert!(matches!(layout.split(&bytes).unwrap_err(), PartError::Changed { .. }));
	layout.pixels[0].end += 100;
	let error = layout.pixels(Cursor::new(&bytes)).unwrap_err();
	assert!(matches!(error, PartError::Ranges { .. }));
	assert!(matches!(layout.split(&bytes).unwrap_err(), PartError::Ranges { .. }));
}
