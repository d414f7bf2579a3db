// SPDX-License-Identifier: Apache-2.0

//! What the profile does to files made for it.

use crate::fixture::{
	KEY, STUDY, basic, contains, encoded, file, item, read, sequence, slice, text, value,
};
use contour_deidentify::{
	DUMMY_TEXT, Dates, Deidentifier, DeidentifyError, NotCopied, Options, Outcome, Warning,
};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR, value::PixelFragmentSequence};
use dicom_dictionary_std::{tags, uids};

fn with(options: Options) -> Deidentifier {
	Deidentifier::new(KEY, options)
}

fn refusal(file: &[u8]) -> Option<NotCopied> {
	match basic().bytes(file) {
		Err(DeidentifyError::Refused(refusal)) => Some(refusal),
		_ => None,
	}
}

#[test]
fn should_clean_preamble_meta_and_root_when_file_is_copied() {
	let original = file(slice());
	let (copy, report) = basic().bytes(&original).unwrap();
	for secret in ["Lovelace", "LOVELACE", "HOSP-1815", "18151210", "18521127", "221530", "1.2.826"]
	{
		assert!(contains(&original, secret) && !contains(&copy, secret), "{secret}");
	}
	let copy = read(&copy);
	assert_eq!(value(&copy, tags::PATIENT_NAME).as_deref(), Some(""));
	assert!(value(&copy, tags::PATIENT_ID).unwrap().starts_with('S'));
	assert_eq!(value(&copy, tags::BODY_PART_EXAMINED).as_deref(), Some("HEAD"));
	assert_eq!(value(&copy, tags::PATIENT_IDENTITY_REMOVED).as_deref(), Some("YES"));
	assert_eq!(
		value(&copy, tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED).as_deref(),
		Some("REMOVED")
	);
	assert_eq!(copy.meta().media_storage_sop_instance_uid(), report.instance);
	assert_eq!(value(&copy, tags::SOP_INSTANCE_UID).unwrap(), report.instance);
	assert_eq!(copy.get(tags::PIXEL_DATA).unwrap().uint16_slice().unwrap(), [1, 2, 3, 0xFFEE]);
	assert_eq!(report.remapped["(0020,000D)"], 1);
	let written = serde_json::to_string(&report).unwrap();
	assert!(!written.contains("Lovelace") && !written.contains(STUDY), "{written}");
}

#[test]
fn should_map_alike_when_files_and_runs_share_the_key() {
	let mut other = slice();
	other.put(text(tags::SOP_INSTANCE_UID, VR::UI, "1.2.826.0.1.3680043.9.1.34"));
	other.put(sequence(
		tags::REFERENCED_IMAGE_SEQUENCE,
		vec![item(vec![
			text(tags::REFERENCED_SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE),
			text(tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, crate::fixture::INSTANCE),
		])],
	));
	let (first, report) = basic().bytes(&file(slice())).unwrap();
	let (second, _) = basic().bytes(&file(other)).unwrap();
	let (first, second) = (read(&first), read(&second));
	for tag in [tags::STUDY_INSTANCE_UID, tags::PATIENT_ID] {
		assert_eq!(value(&first, tag), value(&second, tag));
	}
	let reference = &second.get(tags::REFERENCED_IMAGE_SEQUENCE).unwrap().items().unwrap()[0];
	assert_eq!(value(reference, tags::REFERENCED_SOP_INSTANCE_UID).unwrap(), report.instance);
	assert_eq!(value(reference, tags::REFERENCED_SOP_CLASS_UID).unwrap(), uids::CT_IMAGE_STORAGE);
	let stranger = Deidentifier::new([1; 32], Options::default());
	assert_ne!(stranger.bytes(&file(slice())).unwrap().1.instance, report.instance);
}

#[test]
fn should_clean_every_depth_when_sequences_are_nested() {
	let secrets = || {
		vec![
			text(tags::PATIENT_NAME, VR::PN, "Byron^Anne"),
			text(tags::PATIENT_COMMENTS, VR::LT, "Mother of Ada"),
			text(Tag(0x0011, 0x0010), VR::LO, "SECRET CREATOR"),
			text(Tag(0x0011, 0x1001), VR::LO, "secret content"),
			text(tags::DEIDENTIFICATION_METHOD, VR::LO, "by Byron herself"),
		]
	};
	let mut nested = item(secrets());
	for _ in 0..20 {
		let mut elements = secrets();
		elements.push(sequence(tags::ANATOMIC_REGION_SEQUENCE, vec![nested]));
		nested = item(elements);
	}
	let mut data_set = slice();
	data_set.put(sequence(tags::ANATOMIC_REGION_SEQUENCE, vec![nested]));
	let (copy, report) = basic().bytes(&file(data_set)).unwrap();
	for secret in ["Byron", "Mother", "SECRET", "secret"] {
		assert!(!contains(&copy, secret), "{secret}");
	}
	assert_eq!(report.private_removed, 42);
	assert_eq!(report.removed["(0010,4000)"], 21);
}

#[test]
fn should_fill_items_with_dummies_when_sequence_has_code_d() {
	let mut data_set = slice();
	data_set.put(sequence(
		tags::INSTITUTION_CODE_SEQUENCE,
		vec![item(vec![
			text(tags::CODE_VALUE, VR::SH, "STM"),
			text(tags::CODE_MEANING, VR::LO, "St Mary"),
		])],
	));
	let (copy, _) = basic().bytes(&file(data_set)).unwrap();
	assert!(!contains(&copy, "St Mary"));
	let copy = read(&copy);
	let institution = &copy.get(tags::INSTITUTION_CODE_SEQUENCE).unwrap().items().unwrap()[0];
	assert_eq!(value(institution, tags::CODE_MEANING).as_deref(), Some(DUMMY_TEXT));
}

#[test]
fn should_remove_curves_overlays_and_opaque_elements_when_present() {
	let bytes = |tag, vr, bytes: &[u8]| DataElement::new(tag, vr, PrimitiveValue::U8(bytes.into()));
	let mut data_set = slice();
	data_set.put(bytes(Tag(0x6002, 0x3000), VR::OB, b"overlay!"));
	data_set.put(text(Tag(0x6002, 0x4000), VR::LT, "overlay comment"));
	data_set.put(DataElement::new(Tag(0x6002, 0x0010), VR::US, PrimitiveValue::from(8_u16)));
	data_set.put(bytes(Tag(0x5000, 0x3000), VR::OB, b"curve!"));
	data_set.put(bytes(tags::REFERENCED_SERIES_SEQUENCE, VR::UN, b"hidden item "));
	data_set.put(text(tags::COLUMNS, VR::LO, "hidden name"));
	data_set.put(text(tags::SLICE_THICKNESS, VR::DS, "hidden number"));
	data_set.put(text(Tag(0x0018, 0x0002), VR::LO, "unknown tag"));
	data_set.put(bytes(Tag(0xFFFC, 0xFFFC), VR::OB, b"padding!"));
	let (copy, report) = basic().bytes(&file(data_set)).unwrap();
	for secret in ["overlay", "curve", "hidden", "unknown", "padding"] {
		assert!(!contains(&copy, secret), "{secret}");
	}
	assert_eq!(report.opaque.len(), 3);
	assert_eq!(report.removed.len(), 6);
	assert!(read(&copy).get(tags::ROWS).is_some());
}

#[test]
fn should_give_dummy_when_removed_text_returns_elsewhere() {
	let mut data_set = slice();
	data_set.put(text(tags::SERIES_DESCRIPTION, VR::LO, "Brain special"));
	data_set.put(text(tags::POSITION_REFERENCE_INDICATOR, VR::LO, "of brain special 2"));
	data_set.put(text(tags::MANUFACTURER, VR::LO, "Scanner of LOVELACE Ltd"));
	let (copy, report) = basic().bytes(&file(data_set)).unwrap();
	assert!(!contains(&copy, "LOVELACE") && !contains(&copy, "special"));
	assert_eq!(report.swept.len(), 2);
	// A public code keeps its meaning, unless a name is a word of it.
	let code = |meaning| {
		let mut data_set = slice();
		data_set.put(text(tags::SERIES_DESCRIPTION, VR::LO, "Kidney"));
		data_set.put(sequence(
			tags::ANATOMIC_REGION_SEQUENCE,
			vec![item(vec![
				text(tags::CODE_VALUE, VR::SH, "64033007"),
				text(tags::CODING_SCHEME_DESIGNATOR, VR::SH, "SCT"),
				text(tags::CODE_MEANING, VR::LO, meaning),
			])],
		));
		let (copy, _) = basic().bytes(&file(data_set)).unwrap();
		let copy = read(&copy);
		let region = &copy.get(tags::ANATOMIC_REGION_SEQUENCE).unwrap().items().unwrap()[0];
		value(region, tags::CODE_MEANING).unwrap()
	};
	assert_eq!(code("Kidney"), "Kidney");
	assert_eq!(code("Kidney of Lovelace"), DUMMY_TEXT);
}

#[test]
fn should_write_codes_once_when_copy_is_copied_again() {
	let options = Options { dates: Dates::ShiftPerStudy, ..Options::default() };
	let (once, report) = with(options).bytes(&file(slice())).unwrap();
	let values: Vec<_> = report.codes.iter().map(|code| code.value).collect();
	assert_eq!(values, ["113100", "113107"]);
	let (twice, report) = basic().bytes(&once).unwrap();
	// What an earlier run kept is still true.
	assert_eq!(report.codes.iter().map(|code| code.value).collect::<Vec<_>>(), values);
	let twice = read(&twice);
	let codes = twice.get(tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE).unwrap().items().unwrap();
	assert_eq!(codes.len(), 2);
	assert_eq!(value(&codes[0], tags::CODING_SCHEME_DESIGNATOR).as_deref(), Some("DCM"));
	// A mark that the file does not stand by is not taken over.
	let mut claims = slice();
	claims.put(sequence(
		tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE,
		vec![item(vec![
			text(tags::CODE_VALUE, VR::SH, "113101"),
			text(tags::CODING_SCHEME_DESIGNATOR, VR::SH, "DCM"),
		])],
	));
	assert_eq!(basic().bytes(&file(claims)).unwrap().1.codes.len(), 1);
}

#[test]
fn should_shift_dates_by_scope_when_asked() {
	let dates = |options, study: &str, date: &str| {
		let mut data_set = slice();
		data_set.put(text(tags::STUDY_INSTANCE_UID, VR::UI, study));
		data_set.put(text(tags::STUDY_DATE, VR::DA, date));
		data_set.put(text(tags::ACQUISITION_DATE_TIME, VR::DT, "19990101120000.5"));
		let (copy, _) = with(options).bytes(&file(data_set)).unwrap();
		assert!(!contains(&copy, "18151210") && !contains(&copy, "19990101"));
		let copy = read(&copy);
		assert_eq!(
			value(&copy, tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED).as_deref(),
			Some("MODIFIED")
		);
		assert!(value(&copy, tags::ACQUISITION_DATE_TIME).unwrap().ends_with("120000.5"));
		assert_eq!(value(&copy, tags::STUDY_TIME).as_deref(), Some("221530"));
		copy.get(tags::STUDY_DATE).unwrap().to_date().unwrap().to_naive_date().unwrap()
	};
	let study = Options { dates: Dates::ShiftPerStudy, ..Options::default() };
	let days = |options, other| {
		let later: chrono::NaiveDate = dates(options, other, "20200131");
		later.signed_duration_since(dates(options, "1.2.3", "20200101")).num_days()
	};
	assert_eq!(days(study, "1.2.3"), 30);
	assert_ne!(days(study, "1.2.4"), 30);
	let patient = Options { dates: Dates::ShiftPerPatient, ..Options::default() };
	assert_eq!(days(patient, "1.2.4"), 30);
	// What is no date cannot be shifted, and does not stay.
	let mut data_set = slice();
	data_set.put(text(tags::STUDY_DATE, VR::DA, "Lovelace"));
	assert!(!contains(&with(study).bytes(&file(data_set)).unwrap().0, "Lovelace"));
}

#[test]
fn should_keep_what_options_retain_when_asked() {
	let mut data_set = slice();
	data_set.put(text(tags::PATIENT_SEX, VR::CS, "F"));
	data_set.put(text(tags::DEVICE_SERIAL_NUMBER, VR::LO, "SN-0815-X"));
	let options = Options {
		retain_device_identity: true,
		retain_patient_characteristics: true,
		retain_uids: true,
		..Options::default()
	};
	let (copy, report) = with(options).bytes(&file(data_set.clone())).unwrap();
	let copy = read(&copy);
	assert_eq!(value(&copy, tags::PATIENT_SEX).as_deref(), Some("F"));
	assert_eq!(value(&copy, tags::DEVICE_SERIAL_NUMBER).as_deref(), Some("SN-0815-X"));
	assert_eq!(value(&copy, tags::STUDY_INSTANCE_UID).as_deref(), Some(STUDY));
	let codes: Vec<_> = report.codes.iter().map(|code| code.value).collect();
	assert_eq!(codes, ["113100", "113108", "113109", "113110"]);
	let (copy, _) = basic().bytes(&file(data_set)).unwrap();
	assert!(!contains(&copy, "SN-0815-X"));
	assert_eq!(value(&read(&copy), tags::PATIENT_SEX).as_deref(), Some(""));
}

#[test]
fn should_refuse_when_pixels_may_show_text() {
	let mut data_set = slice();
	data_set.put(text(tags::BURNED_IN_ANNOTATION, VR::CS, "YES"));
	assert_eq!(refusal(&file(data_set.clone())), Some(NotCopied::BurnedIn));
	let allowing = Options { allow_burned_in: true, ..Options::default() };
	let (_, report) = with(allowing).bytes(&file(data_set.clone())).unwrap();
	assert_eq!(report.warnings, [Warning::BurnedInAllowed]);
	for modality in ["US", "SC", "XC", "ES", "GM", "OP"] {
		data_set.put(text(tags::MODALITY, VR::CS, modality));
		data_set.remove_element(tags::BURNED_IN_ANNOTATION);
		assert_eq!(refusal(&file(data_set.clone())), Some(NotCopied::LikelyBurnedIn), "{modality}");
		data_set.put(text(tags::BURNED_IN_ANNOTATION, VR::CS, "NO"));
		let (_, report) = basic().bytes(&file(data_set.clone())).unwrap();
		assert_eq!(report.warnings, [Warning::BurnedInDenied]);
	}
	let mut hidden = slice();
	hidden.put(DataElement::new(Tag(0x6000, 0x0010), VR::US, PrimitiveValue::from(2_u16)));
	assert_eq!(refusal(&file(hidden)), Some(NotCopied::EmbeddedOverlay));
	let mut label = slice();
	label.put(text(tags::SOP_CLASS_UID, VR::UI, uids::VL_WHOLE_SLIDE_MICROSCOPY_IMAGE_STORAGE));
	label.put(text(tags::IMAGE_TYPE, VR::CS, "ORIGINAL\\PRIMARY\\LABEL\\NONE"));
	assert_eq!(refusal(&file(label)), Some(NotCopied::SlideLabel));
}

#[test]
fn should_refuse_when_content_is_beyond_attributes() {
	for (class, expected) in [
		(uids::ENCAPSULATED_PDF_STORAGE, NotCopied::EncapsulatedDocument),
		(uids::BASIC_TEXT_SR_STORAGE, NotCopied::StructuredReport),
		(uids::KEY_OBJECT_SELECTION_DOCUMENT_STORAGE, NotCopied::StructuredReport),
		(uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE, NotCopied::PresentationState),
		(uids::BASIC_VOICE_AUDIO_WAVEFORM_STORAGE, NotCopied::Audio),
		(uids::MEDIA_STORAGE_DIRECTORY_STORAGE, NotCopied::Directory),
	] {
		let mut data_set = slice();
		data_set.put(text(tags::SOP_CLASS_UID, VR::UI, class));
		assert_eq!(refusal(&file(data_set)), Some(expected));
	}
	// The same content under the SOP class of an image.
	let mut disguised = slice();
	disguised.put(sequence(tags::CONTENT_SEQUENCE, vec![]));
	assert_eq!(refusal(&file(disguised)), Some(NotCopied::StructuredReport));
}

#[test]
fn should_copy_fragments_exactly_when_pixels_are_encapsulated() {
	let fragments = vec![vec![0xFF, 0xD8, 1, 2], vec![3, 4], vec![0; 6]];
	let mut data_set = slice();
	data_set.put(DataElement::new(
		tags::PIXEL_DATA,
		VR::OB,
		dicom_core::value::Value::PixelSequence(PixelFragmentSequence::new(
			vec![0_u32, 12],
			fragments.clone(),
		)),
	));
	let (copy, _) = basic().bytes(&encoded(data_set, uids::JPEG_BASELINE8_BIT)).unwrap();
	let copy = read(&copy);
	assert_eq!(copy.meta().transfer_syntax(), uids::JPEG_BASELINE8_BIT);
	let pixels = copy.get(tags::PIXEL_DATA).unwrap();
	assert_eq!(pixels.fragments().unwrap(), fragments);
	assert_eq!(pixels.value().offset_table().unwrap(), [0, 12]);
}

#[test]
fn should_keep_encoding_when_syntax_is_implicit_big_endian_or_deflated() {
	for syntax in [
		uids::IMPLICIT_VR_LITTLE_ENDIAN,
		"1.2.840.10008.1.2.2",
		uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
	] {
		let (copy, report) = basic().bytes(&encoded(slice(), syntax)).unwrap();
		assert_eq!(report.transfer_syntax, syntax);
		let copy = read(&copy);
		assert_eq!(copy.get(tags::PIXEL_DATA).unwrap().uint16_slice().unwrap(), [1, 2, 3, 0xFFEE]);
		assert_eq!(value(&copy, tags::PATIENT_NAME).as_deref(), Some(""));
	}
}

#[test]
fn should_name_copies_by_new_uid_when_folder_is_copied() {
	let (input, output) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
	let folder = input.path().join("LOVELACE_ADA");
	std::fs::create_dir(&folder).unwrap();
	std::fs::write(folder.join("a.dcm"), file(slice())).unwrap();
	std::fs::write(folder.join("notes.txt"), "Ada was here").unwrap();
	let mut steps = Vec::new();
	let report =
		basic().folder(input.path(), output.path(), |progress| steps.push(progress.done)).unwrap();
	assert_eq!(steps, [1, 2]);
	assert_eq!(report.copied(), 1);
	let Outcome::Copied(first) = &report.files[0].outcome else { panic!("the slice is copied") };
	let names: Vec<_> =
		std::fs::read_dir(output.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
	assert_eq!(names, [format!("{}.dcm", first.instance).as_str()]);
	let written = serde_json::to_string(&report).unwrap();
	assert!(!written.contains("LOVELACE") && written.contains("not a DICOM file"), "{written}");
	// Again: nothing new, nothing wrong. A different file of that name is not replaced.
	assert_eq!(basic().folder(input.path(), output.path(), |_| ()).unwrap().copied(), 1);
	std::fs::write(output.path().join(&names[0]), "precious").unwrap();
	assert_eq!(basic().folder(input.path(), output.path(), |_| ()).unwrap().copied(), 0);
	assert_eq!(std::fs::read(output.path().join(&names[0])).unwrap(), b"precious");
	assert!(matches!(
		basic().folder(input.path(), &folder, |_| ()),
		Err(DeidentifyError::NestedFolders)
	));
}
