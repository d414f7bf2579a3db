// SPDX-License-Identifier: Apache-2.0

//! Damaged and hostile files: a named error, and no output.

use crate::fixture::{KEY, basic, contains, encoded, file, item, sequence, slice, text};
use contour_deidentify::{Deidentifier, DeidentifyError, Options};
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use proptest::prelude::*;

#[test]
fn should_leave_no_output_when_file_is_cut_anywhere() {
	let whole = file(slice());
	let folder = tempfile::tempdir().unwrap();
	let (input, output) = (folder.path().join("in"), folder.path().join("out"));
	for length in 0..whole.len() {
		std::fs::write(&input, &whole[..length]).unwrap();
		// Between two elements a cut file is a whole file with fewer elements.
		if basic().file(&input, &output).is_ok() {
			std::fs::remove_file(&output).unwrap();
		}
		let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
		assert_eq!(left.len(), 1, "after a cut at {length}");
	}
}

#[test]
fn should_name_the_fault_when_file_is_damaged() {
	let whole = file(slice());
	let error = |bytes: &[u8]| basic().bytes(bytes).unwrap_err();
	assert!(matches!(error(b""), DeidentifyError::NotDicom));
	assert!(matches!(error(&[0; 500]), DeidentifyError::NotDicom));
	assert!(matches!(error(&whole[..140]), DeidentifyError::Truncated));
	assert!(matches!(error(&whole[..whole.len() - 3]), DeidentifyError::Truncated));
	let meta_only = &whole[..whole.windows(4).position(|w| w == [8, 0, 0x16, 0]).unwrap()];
	assert!(matches!(error(meta_only), DeidentifyError::MissingInstance));
	let small = Deidentifier::new(KEY, Options { max_bytes: 100, ..Options::default() });
	assert!(matches!(small.bytes(&whole), Err(DeidentifyError::TooLarge { limit: 100 })));
}

#[test]
fn should_stop_early_when_length_claims_gigabytes() {
	let mut bytes = file(slice());
	bytes.extend([0xE0, 0x7F, 0x11, 0x00, b'O', b'B', 0, 0, 0xFE, 0xFF, 0xFF, 0xFF]);
	assert!(matches!(basic().bytes(&bytes), Err(DeidentifyError::Truncated)));
	let mut meta = vec![0; 128];
	meta.extend(b"DICM\x02\x00\x10\x00UN\x00\x00\xFF\xFF\xFF\xFF");
	assert!(matches!(basic().bytes(&meta), Err(DeidentifyError::Truncated)));
}

#[test]
fn should_stop_when_deflated_data_inflate_past_the_limit() {
	let mut data_set = slice();
	data_set.put(text(tags::TEXT_VALUE, VR::UT, &"0".repeat(4 << 20)));
	let bytes = encoded(data_set, uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN);
	assert!(bytes.len() < 100_000);
	let small = Deidentifier::new(KEY, Options { max_bytes: 1 << 20, ..Options::default() });
	assert!(matches!(small.bytes(&bytes), Err(DeidentifyError::TooLarge { .. })));
}

#[test]
fn should_stop_when_sequences_are_nested_without_end() {
	let mut bytes = file(slice());
	for _ in 0..200_000 {
		bytes.extend([0x08, 0x00, 0x15, 0x11, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
		bytes.extend([0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
	}
	assert!(matches!(basic().bytes(&bytes), Err(DeidentifyError::DepthExceeded { .. })));
}

#[test]
fn should_name_the_fault_when_a_delimiter_has_no_beginning() {
	let end = [0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0];
	let item = [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0];
	for rest in [end.to_vec(), [end, item].concat()] {
		let bytes = [file(slice()), rest].concat();
		assert!(matches!(basic().bytes(&bytes), Err(DeidentifyError::Malformed)));
	}
}

#[test]
fn should_copy_a_file_when_there_are_delimiters_too_many() {
	for rest in
		[&b"\xFE\xFF\xDD\xE0\0\0\0\0"[..], b"\xFE\xFF\x0D\xE0\0\0\0\0\xFE\xFF\xDD\xE0\0\0\0\0"]
	{
		let (copy, _) = basic().bytes(&[file(slice()), rest.to_vec()].concat()).unwrap();
		assert_eq!(copy, basic().bytes(&file(slice())).unwrap().0);
	}
}

#[test]
fn should_name_the_fault_when_a_value_is_longer_than_its_item() {
	let mut bytes = file(slice());
	bytes.extend(b"\xFC\xFF\x01\x00SQ\0\0\x10\0\0\0\xFE\xFF\0\xE0\x08\0\0\0");
	bytes.extend(b"\x08\0\x55\x11UI\x04\x001.2\0");
	assert!(matches!(basic().bytes(&bytes), Err(DeidentifyError::Malformed)));
}

#[test]
fn should_ask_for_the_instance_when_class_or_instance_is_no_uid() {
	for tag in [tags::SOP_CLASS_UID, tags::SOP_INSTANCE_UID] {
		for vr in [VR::UN, VR::DA] {
			let mut data_set = slice();
			data_set.put(text(tag, vr, uids::CT_IMAGE_STORAGE));
			let made = basic().bytes(&file(data_set));
			assert!(matches!(made, Err(DeidentifyError::MissingInstance)), "{tag} {vr:?}");
		}
	}
}

#[test]
fn should_tell_no_value_when_an_error_is_shown() {
	let mut data_set = slice();
	data_set.put(text(tags::SOP_CLASS_UID, VR::UI, uids::BASIC_TEXT_SR_STORAGE));
	let error = basic().bytes(&file(data_set)).unwrap_err();
	for text in [format!("{error}"), format!("{error:?}"), format!("{:?}", basic())] {
		assert!(!text.contains("Lovelace") && !text.contains("42, 42"), "{text}");
	}
}

fn nested() -> Vec<u8> {
	let mut data_set = slice();
	data_set.put(sequence(
		tags::REFERENCED_SERIES_SEQUENCE,
		vec![item(vec![
			text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.826.0.1.3680043.9.1.77"),
			sequence(tags::REFERENCED_INSTANCE_SEQUENCE, vec![item(vec![])]),
		])],
	));
	file(data_set)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2000))]

	#[test]
	fn should_never_panic_when_bytes_are_changed(
		changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
	) {
		let mut bytes = nested();
		for (at, byte) in changes {
			let at = at.index(bytes.len());
			bytes[at] = byte;
		}
		if let Ok((copy, _)) = basic().bytes(&bytes) {
			prop_assert!(!contains(&copy[..132], "Lovelace"));
			prop_assert!(basic().bytes(&copy).is_ok(), "what was written can be read");
		}
	}

	#[test]
	fn should_never_panic_when_data_set_is_noise(noise in prop::collection::vec(any::<u8>(), 0..400)) {
		let mut bytes = file(slice());
		bytes.extend(noise);
		let _ = basic().bytes(&bytes);
	}
}
