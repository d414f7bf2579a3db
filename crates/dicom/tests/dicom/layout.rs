// SPDX-License-Identifier: Apache-2.0

//! Layouts of files in every shape that encodings and writers give them.

#![allow(clippy::single_range_in_vec_init, reason = "ranges are what is tested")]

use crate::support::*;
use contour_dicom::{Identity, Layout, MAX_DEPTH, MAX_RANGES, ScanError};
use flate2::{Compression, write::DeflateEncoder};
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Reads the layout, checks it, and checks that the pixel part is `expected`.
fn pixels(bytes: &[u8], expected: &[&[u8]]) -> Layout {
	let layout = read(bytes).unwrap();
	check(bytes, &layout);
	assert_eq!(layout.pixels.len(), expected.len());
	assert_eq!(taken(bytes, &layout.pixels), expected.concat());
	layout
}

fn is_full(identity: &Identity) -> bool {
	identity.sop_class.as_deref() == Some("1.2.840.10008.5.1.4.1.1.2")
		&& identity.sop_instance.as_deref() == Some("1.2.3.4.5")
		&& identity.study.as_deref() == Some("1.2.3")
		&& identity.series.as_deref() == Some("1.2.3.4")
		&& identity.modality.as_deref() == Some("CT")
}

#[test]
fn should_take_the_value_when_its_length_is_defined() {
	for coding in [IL, EL, EB] {
		for vr in ["OW", "OB", "UN"] {
			let data = [coding.identity(), coding.element(PIXELS, vr, b"pixels")].concat();
			let layout = pixels(&file(coding.syntax(), &data), &[b"pixels"]);
			assert!(is_full(&layout.identity));
			assert_eq!(layout.identity.transfer_syntax.as_deref(), Some(coding.syntax()));
		}
	}
}

#[test]
fn should_take_fragments_without_their_delimiter_when_pixels_are_encapsulated() {
	for vr in ["OB", "OW", "UN"] {
		let fragments = EL.fragments(&[b"", b"one\xFE\xFF\xDD\xE0\0\0\0\0", b"two!"]);
		let element = EL.undefined(PIXELS, vr, &fragments, EL);
		let padding = EL.element((0xFFFC, 0xFFFC), "OB", &[0; 10]);
		let data = [EL.identity(), element, padding].concat();
		let layout = pixels(&file(JPEG, &data), &[&fragments]);
		assert_eq!(layout.trailing, 0);
	}
	let fragments = EB.fragments(&[b"", b"one"]);
	let data = [EB.identity(), EB.undefined(PIXELS, "OB", &fragments, EB)].concat();
	pixels(&file(BIG, &data), &[&fragments]);
	let data = [IL.identity(), IL.undefined(PIXELS, "OB", &EL.fragments(&[b""]), IL)].concat();
	pixels(&file(IMPLICIT, &data), &[&EL.fragments(&[b""])]);
}

#[test]
fn should_leave_icons_in_the_metadata_when_they_are_in_sequences() {
	for coding in [IL, EL, EB] {
		let icon = coding.element(PIXELS, "OB", b"icon");
		let packed = coding.undefined(PIXELS, "OB", &coding.fragments(&[b"", b"icon"]), coding);
		for content in [icon, packed] {
			for undefined in [false, true] {
				let item = coding.item(&content, undefined);
				let tag = (0x0088, 0x0200);
				for sequence in
					[coding.element(tag, "SQ", &item), coding.undefined(tag, "SQ", &item, coding)]
				{
					let own = coding.element(PIXELS, "OW", b"pixels");
					let data = [coding.identity(), sequence, own].concat();
					pixels(&file(coding.syntax(), &data), &[b"pixels"]);
				}
			}
		}
	}
}

#[test]
fn should_read_implicit_vr_when_a_sequence_has_vr_un() {
	for coding in [EL, EB] {
		for inside in [IL, coding] {
			let inner = inside.undefined((0x0009, 0x1002), "SQ", &inside.item(b"", true), inside);
			let content = [inside.element((0x0009, 0x1001), "LO", b"value "), inner].concat();
			let items = inside.item(&content, true);
			let un = coding.undefined((0x0021, 0x1001), "UN", &items, inside);
			let data = [coding.identity(), un, coding.element(PIXELS, "OW", b"pixels")].concat();
			pixels(&file(coding.syntax(), &data), &[b"pixels"]);
		}
	}
}

#[test]
fn should_not_mistake_a_length_for_a_vr_when_the_first_value_is_large() {
	// 0x4C55 bytes: the length reads "UL" where explicit VR would have its VR.
	let large = IL.element((0x0008, 0x0008), "CS", &[b'A'; 0x4C55]);
	let next = IL.element((0x0008, 0x0016), "UI", b"1.2.840.10008.5.1.4.1.1.2\0");
	let data = [large.clone(), next, IL.element(PIXELS, "OW", b"pixels")].concat();
	pixels(&file(IMPLICIT, &data), &[b"pixels"]);
	pixels(&data, &[b"pixels"]);
	let un = EL.undefined((0x0021, 0x1001), "UN", &IL.item(&large, true), IL);
	let data = [EL.identity(), un, EL.element(PIXELS, "OW", b"pixels")].concat();
	pixels(&file(EXPLICIT, &data), &[b"pixels"]);
}

#[test]
fn should_follow_the_bytes_when_the_transfer_syntax_names_the_other_vr() {
	let data = [EL.identity(), EL.element(PIXELS, "OW", b"pixels")].concat();
	assert!(is_full(&pixels(&file(IMPLICIT, &data), &[b"pixels"]).identity));
	let data = [IL.identity(), IL.element(PIXELS, "OW", b"pixels")].concat();
	assert!(is_full(&pixels(&file(EXPLICIT, &data), &[b"pixels"]).identity));
}

#[test]
fn should_read_the_data_set_when_the_header_of_the_file_is_missing_or_wrong() {
	for coding in [IL, EL, EB] {
		let data = [coding.identity(), coding.element(PIXELS, "OW", b"pixels")].concat();
		// Nothing but the data set.
		let layout = pixels(&data, &[b"pixels"]);
		assert!(is_full(&layout.identity) && layout.identity.transfer_syntax.is_none());
		// No preamble; no preamble, but the prefix; no meta information.
		pixels(&file(coding.syntax(), &data)[132..], &[b"pixels"]);
		pixels(&file(coding.syntax(), &data)[128..], &[b"pixels"]);
		pixels(&[vec![7; 128], b"DICM".to_vec(), data.clone()].concat(), &[b"pixels"]);
		// A wrong group length, and none.
		let mut wrong = file(coding.syntax(), &data);
		wrong[140] ^= 0x55;
		pixels(&wrong, &[b"pixels"]);
		let mut none = file(coding.syntax(), &data);
		none.drain(132..144);
		pixels(&none, &[b"pixels"]);
		// A command set in front.
		let command = [
			IL.element((0x0000, 0x0000), "UL", &[10, 0, 0, 0]),
			IL.element((0x0000, 0x0100), "US", &[1, 0]),
		]
		.concat();
		pixels(&file(coding.syntax(), &[command, data].concat()), &[b"pixels"]);
	}
}

#[test]
fn should_take_every_pixel_element_when_there_are_several() {
	let data = [
		EL.identity(),
		EL.element((0x7FE0, 0x0001), "OV", &[1; 8]),
		EL.element((0x7FE0, 0x0008), "OF", b"float"),
		EL.element((0x7FE0, 0x0009), "OD", b"doubles!"),
		EL.element(PIXELS, "OW", b"pixels"),
		EL.undefined(PIXELS, "OB", &EL.fragments(&[b"", b"abc"]), EL),
	]
	.concat();
	let fragments = EL.fragments(&[b"", b"abc"]);
	pixels(&file(EXPLICIT, &data), &[b"float", b"doubles!", b"pixels", &fragments]);
	let many = |count| [EL.identity(), EL.element(PIXELS, "OW", b"pixels").repeat(count)].concat();
	let bytes = file(EXPLICIT, &many(MAX_RANGES));
	pixels(&bytes, &[b"pixels".as_slice(); MAX_RANGES]);
	let error = read(&file(EXPLICIT, &many(MAX_RANGES + 1))).unwrap_err();
	assert!(matches!(error, ScanError::TooManyPixels { .. }), "{error}");
}

#[test]
fn should_have_no_ranges_when_there_are_no_pixels() {
	for coding in [IL, EL, EB] {
		let report = coding.element((0x0040, 0xA730), "SQ", &coding.item(b"", true));
		let data = [coding.identity(), report].concat();
		assert_eq!(pixels(&file(coding.syntax(), &data), &[]).trailing, 0);
		let padded = [data, vec![0; 1001]].concat();
		assert_eq!(pixels(&file(coding.syntax(), &padded), &[]).trailing, 1001);
		let empty = [coding.identity(), coding.element(PIXELS, "OW", b"")].concat();
		pixels(&file(coding.syntax(), &empty), &[]);
	}
}

#[test]
fn should_count_what_follows_as_metadata_when_it_belongs_to_no_element() {
	for coding in [IL, EL, EB] {
		let data = [coding.identity(), coding.element(PIXELS, "OW", b"odd")].concat();
		for rest in [&[0; 100][..], &[0xFF; 100], b"x", b"<html>not found</html>", &data] {
			let bytes = file(coding.syntax(), &[data.clone(), rest.to_vec()].concat());
			if rest == data {
				// A second data set is read too: its pixels must not be in the metadata.
				let layout = read(&bytes).unwrap();
				check(&bytes, &layout);
			} else {
				assert_eq!(pixels(&bytes, &[b"odd"]).trailing, rest.len() as u64);
			}
		}
	}
}

#[test]
fn should_read_on_when_there_is_one_delimiter_too_many() {
	let fragments = EL.fragments(&[b"", b"abcd"]);
	let data = [
		EL.identity(),
		EL.undefined(PIXELS, "OB", &fragments, EL),
		EL.mark(0xE0DD, 0),
		EL.element((0xFFFC, 0xFFFC), "OB", &[0; 4]),
	]
	.concat();
	assert_eq!(pixels(&file(JPEG, &data), &[&fragments]).trailing, 0);
}

#[test]
fn should_find_the_form_when_a_vr_is_not_of_the_standard() {
	let next = [EL.identity(), EL.element(PIXELS, "OW", b"pixels")].concat();
	let tag = EL.tag((0x0008, 0x0001));
	let short = [&tag[..], b"XX\x04\0abcd", &next].concat();
	let long = [&tag[..], b"XX\0\0\x04\0\0\0abcd", &next].concat();
	let none = [&tag[..], b"\x04\0\0\0abcd", &next].concat();
	let reserved = [&tag[..], b"OB\x01\x02\x04\0\0\0abcd", &next].concat();
	for data in [short, long, none, reserved] {
		let before = EL.element((0x0008, 0x0000), "UL", &[0; 4]);
		let layout = pixels(&file(EXPLICIT, &[before, data].concat()), &[b"pixels"]);
		assert!(is_full(&layout.identity));
	}
	// Both forms would do.
	let inner = [&tag[..], b"XX\0\0", &8_u32.to_le_bytes(), &[0; 8]].concat();
	let error = read(&file(EXPLICIT, &[inner, vec![1; 40]].concat())).unwrap_err();
	assert!(matches!(error, ScanError::Malformed { .. }), "{error}");
}

#[test]
fn should_name_the_element_when_the_file_is_cut_off() {
	let fragments = EL.fragments(&[b"", b"abcdefgh"]);
	for element in [EL.element(PIXELS, "OW", b"pixels"), EL.undefined(PIXELS, "OB", &fragments, EL)]
	{
		let bytes = file(EXPLICIT, &[EL.identity(), element.clone()].concat());
		let start = bytes.len() - element.len();
		for cut in start + 1..bytes.len() {
			match read(&bytes[..cut]).unwrap_err() {
				ScanError::Truncated { at, needs, length, .. } => {
					assert!(at >= start as u64 && needs > length && length == cut as u64);
				}
				error => panic!("{error}"),
			}
		}
	}
	let whole = file(EXPLICIT, &[]);
	let error = read(&whole).unwrap_err();
	assert!(matches!(error, ScanError::Truncated { tag: None, .. }));
	let padding = EL.head((0xFFFC, 0xFFFC), "OB", 100);
	let data = [EL.identity(), EL.element(PIXELS, "OW", b"pixels"), padding].concat();
	let error = read(&file(EXPLICIT, &data)).unwrap_err().to_string();
	assert!(error.contains("(FFFC,FFFC)"), "{error}");
}

#[test]
fn should_refuse_zeros_when_they_stand_where_pixels_were_to_come() {
	let rows = EL.element((0x0028, 0x0010), "US", &[2, 0]);
	let error = read(&file(EXPLICIT, &[EL.identity(), rows, vec![0; 512]].concat())).unwrap_err();
	assert!(matches!(error, ScanError::Malformed { .. }), "{error}");
}

#[test]
fn should_limit_depth_when_sequences_are_nested() {
	let nested = |depth: usize| {
		let open =
			[EL.head((0x0040, 0xA730), "SQ", UNDEFINED), EL.mark(0xE000, UNDEFINED)].concat();
		let close = [EL.mark(0xE00D, 0), EL.mark(0xE0DD, 0)].concat();
		let rest = EL.element(PIXELS, "OW", b"pixels");
		file(EXPLICIT, &[EL.identity(), open.repeat(depth), close.repeat(depth), rest].concat())
	};
	pixels(&nested(MAX_DEPTH), &[b"pixels"]);
	let error = read(&nested(MAX_DEPTH + 1)).unwrap_err();
	assert!(matches!(error, ScanError::TooDeep { .. }), "{error}");
}

#[test]
fn should_refuse_what_is_not_dicom_when_there_is_no_header() {
	for bytes in [&b""[..], b"hello", &[0; 4096], &[0xFF; 4096], b"PK\x03\x04....", &[8; 200]] {
		assert!(matches!(read(bytes).unwrap_err(), ScanError::NotDicom));
	}
}

#[test]
fn should_refuse_contradictions_when_the_identity_is_there_twice() {
	let other = EL.element((0x0020, 0x000D), "UI", b"9.9.9\0");
	let error = read(&file(EXPLICIT, &[EL.identity(), other].concat())).unwrap_err();
	assert!(matches!(error, ScanError::Contradicting { .. }), "{error}");
	let nested = EL.undefined(
		(0x0008, 0x1115),
		"SQ",
		&EL.item(&EL.element((0x0020, 0x000D), "UI", b"9.9.9\0"), true),
		EL,
	);
	let layout = read(&file(EXPLICIT, &[nested, EL.identity()].concat())).unwrap();
	assert!(is_full(&layout.identity));
}

#[test]
fn should_know_a_directory_when_only_the_meta_information_says_so() {
	let mut uid = file(EXPLICIT, &EL.element((0x0004, 0x1130), "CS", b"DISC"));
	let class = b"1.2.840.10008.5.1.4.1.1.2\0";
	let at = uid.windows(class.len()).position(|window| window == class).unwrap();
	uid[at..at + class.len()].copy_from_slice(b"1.2.840.10008.1.3.10\0\0\0\0\0\0");
	assert!(read(&uid).unwrap().identity.is_directory());
}

#[test]
fn should_show_no_patient_when_a_layout_is_printed() {
	let layout = read(&file(EXPLICIT, &EL.identity())).unwrap();
	let shown = format!("{layout:?}{}", serde_json::to_string(&layout).unwrap());
	assert!(!shown.contains("Doe") && shown.contains("1.2.3.4"));
	let again: Layout = serde_json::from_str(&serde_json::to_string(&layout).unwrap()).unwrap();
	assert_eq!(again, layout);
}

fn deflate(data: &[u8]) -> Vec<u8> {
	let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
	encoder.write_all(data).unwrap();
	encoder.finish().unwrap()
}

#[test]
fn should_take_the_whole_stream_when_the_data_set_is_deflated() {
	let sequence = EL.undefined((0x0008, 0x1115), "SQ", &EL.item(&EL.identity(), true), EL);
	let un = EL.undefined((0x0009, 0x1001), "UN", &IL.item(&IL.identity(), true), IL);
	let first = EL.element((0x0008, 0x0016), "UI", b"1.2.840.10008.5.1.4.1.1.2\0");
	let rest = EL.identity()[first.len()..].to_vec();
	let mut early = rest.clone();
	let modality = EL.element((0x0008, 0x0060), "CS", b"CT").len();
	let at = EL.element((0x0008, 0x0018), "UI", b"1.2.3.4.5\0").len() + modality;
	let late = early.split_off(at);
	let data = [first, early, sequence, un, late, EL.element(PIXELS, "OW", b"pixels")].concat();
	let stream = deflate(&data);
	for syntax in [DEFLATED, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"] {
		let layout = pixels(&file(syntax, &stream), &[&stream]);
		assert!(layout.deflated && is_full(&layout.identity));
	}
	let error = read(&file(DEFLATED, &data)).unwrap_err();
	assert!(matches!(error, ScanError::Deflated { .. }), "{error}");
	let error = read(&file(DEFLATED, &stream[..40])).unwrap_err();
	assert!(matches!(error, ScanError::Deflated { .. }), "{error}");
	let bomb = [EL.head((0x0009, 0x1001), "OB", 0x7FFF_FFFF), vec![0; 65 << 20]].concat();
	let error = read(&file(DEFLATED, &deflate(&bomb))).unwrap_err();
	assert!(matches!(error, ScanError::TooLarge { .. }), "{error}");
}

struct Counting<R>(R, u64);

impl<R: Read> Read for Counting<R> {
	fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
		let count = self.0.read(out)?;
		self.1 += count as u64;
		Ok(count)
	}
}

impl<R: Seek> Seek for Counting<R> {
	fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
		self.0.seek(to)
	}
}

#[test]
fn should_not_read_pixels_when_scanning_a_large_file() {
	let head = file(EXPLICIT, &[EL.identity(), EL.head(PIXELS, "OW", 0xFFFF_FFF0)].concat());
	let tail = EL.element((0xFFFC, 0xFFFC), "OB", b"pad ");
	let mut source = tempfile::tempfile().unwrap();
	source.write_all(&head).unwrap();
	let start = head.len() as u64;
	source.seek(SeekFrom::Start(start + 0xFFFF_FFF0)).unwrap();
	source.write_all(&tail).unwrap();
	let mut source = Counting(source, 0);
	let layout = Layout::read(&mut source).unwrap();
	assert_eq!(layout.pixels, [start..start + 0xFFFF_FFF0]);
	assert!(source.1 < 32 * 1024, "{} bytes were read", source.1);
}
