// SPDX-License-Identifier: Apache-2.0

//! A CT series as a scanner exports it: one file a slice, some eighty elements in front of the pixels.

use dicom_core::{DataElement, Length, PrimitiveValue, Tag, VR, value::DataSetSequence};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{InMemDicomObject, meta::FileMetaTableBuilder};
use std::{
	fs, io,
	ops::Range,
	path::{Path, PathBuf},
};

const EDGE: usize = 512;
/// Different pictures; slices take turns.
const PICTURES: usize = 16;
/// Arbitrary, below the arc for UUIDs.
const ARC: &str = "2.25.3141592653589793238462643383279";

/// Writes the slices `0..count` into a new folder.
pub(crate) fn write(folder: &Path, count: usize) -> io::Result<()> {
	fs::create_dir(folder)?;
	let pictures: Vec<_> = (0..PICTURES).map(picture).collect();
	for (slice, picture) in (0..count).zip(pictures.iter().cycle()) {
		let mut file = header(slice);
		// (7FE0,0010) OW, its length, its value.
		file.extend([0xE0, 0x7F, 0x10, 0x00, b'O', b'W', 0, 0]);
		file.extend(u32::try_from(picture.len()).map_err(io::Error::other)?.to_le_bytes());
		file.extend(picture);
		fs::write(path(folder, slice), file)?;
	}
	Ok(())
}

/// A new folder with some of the slices that are in another.
pub(crate) fn link(from: &Path, slices: Range<usize>, folder: &Path) -> io::Result<()> {
	fs::create_dir(folder)?;
	slices.into_iter().try_for_each(|slice| fs::hard_link(path(from, slice), path(folder, slice)))
}

fn path(folder: &Path, slice: usize) -> PathBuf {
	folder.join(format!("IM{slice:05}.dcm"))
}

/// A body in air, with smooth differences inside and a detector's noise, 16 bit.
fn picture(number: usize) -> Vec<u8> {
	let mut state = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(number as u64 + 1);
	let mut bytes = Vec::with_capacity(EDGE * EDGE * 2);
	for row in 0..EDGE {
		for column in 0..EDGE {
			let at = |index: usize| index as f64 / EDGE as f64 - 0.5;
			let (x, y) = (at(column), at(row));
			let inside = (x / 0.42).powi(2) + (y / 0.32).powi(2) < 1.0;
			let tissue = 60.0 * (x * 21.0 + number as f64 * 0.3).sin() * (y * 17.0).cos();
			// Sum of four bytes: roughly normal, with a standard deviation of 148.
			state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
			let noise: i32 = state.to_be_bytes()[..4].iter().map(|it| i32::from(*it)).sum();
			let value = if inside { 1_064.0 + tissue } else { 24.0 } + f64::from(noise - 510) / 8.0;
			bytes.extend((value.max(0.0) as u16).to_le_bytes());
		}
	}
	bytes
}

/// Everything in front of the pixels.
fn header(slice: usize) -> Vec<u8> {
	let instance = format!("{ARC}.1.{slice}");
	let z = format!("{:.3}", slice as f64 * 0.625);
	let number = (slice + 1).to_string();
	let position = format!("-250\\-250\\{z}");
	let study = format!("{ARC}.0");
	let mut object = InMemDicomObject::new_empty();
	let mut text = |tag: Tag, vr: VR, value: &str| {
		object.put(DataElement::new(tag, vr, PrimitiveValue::from(value)));
	};
	for (tag, vr, value) in FIXED {
		text(*tag, *vr, value);
	}
	text(tags::SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE);
	text(tags::SOP_INSTANCE_UID, VR::UI, &instance);
	text(tags::STUDY_INSTANCE_UID, VR::UI, &study);
	text(tags::SERIES_INSTANCE_UID, VR::UI, &format!("{study}.1"));
	text(tags::FRAME_OF_REFERENCE_UID, VR::UI, &format!("{study}.2"));
	text(tags::INSTANCE_NUMBER, VR::IS, &number);
	text(tags::IMAGE_POSITION_PATIENT, VR::DS, &position);
	text(tags::SLICE_LOCATION, VR::DS, &z);
	for (tag, value) in [
		(tags::SAMPLES_PER_PIXEL, 1),
		(tags::ROWS, EDGE as u16),
		(tags::COLUMNS, EDGE as u16),
		(tags::BITS_ALLOCATED, 16),
		(tags::BITS_STORED, 12),
		(tags::HIGH_BIT, 11),
		(tags::PIXEL_REPRESENTATION, 0),
	] {
		object.put(DataElement::new(tag, VR::US, PrimitiveValue::from(value)));
	}
	for tag in [tags::REFERENCED_STUDY_SEQUENCE, tags::REFERENCED_PATIENT_SEQUENCE] {
		let item = InMemDicomObject::from_element_iter([
			DataElement::new(tags::REFERENCED_SOP_CLASS_UID, VR::UI, "1.2.840.10008.3.1.2.3.1"),
			DataElement::new(tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, study.as_str()),
		]);
		let items = DataSetSequence::new(vec![item], Length::UNDEFINED);
		object.put(DataElement::new(tag, VR::SQ, items));
	}
	let meta = FileMetaTableBuilder::new()
		.transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN)
		.media_storage_sop_class_uid(uids::CT_IMAGE_STORAGE)
		.media_storage_sop_instance_uid(instance)
		.build()
		.expect("all that is needed is there");
	let mut file = Vec::new();
	object.with_exact_meta(meta).write_all(&mut file).expect("memory takes it");
	file
}

/// What all slices have in common, and no study depends on.
const FIXED: &[(Tag, VR, &str)] = &[
	(tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 100"),
	(tags::IMAGE_TYPE, VR::CS, "ORIGINAL\\PRIMARY\\AXIAL\\CT_SOM5 SPI"),
	(tags::INSTANCE_CREATION_DATE, VR::DA, "20260105"),
	(tags::INSTANCE_CREATION_TIME, VR::TM, "101530.250000"),
	(tags::STUDY_DATE, VR::DA, "20260105"),
	(tags::SERIES_DATE, VR::DA, "20260105"),
	(tags::ACQUISITION_DATE, VR::DA, "20260105"),
	(tags::CONTENT_DATE, VR::DA, "20260105"),
	(tags::STUDY_TIME, VR::TM, "101200.000000"),
	(tags::SERIES_TIME, VR::TM, "101400.000000"),
	(tags::ACQUISITION_TIME, VR::TM, "101500.000000"),
	(tags::CONTENT_TIME, VR::TM, "101530.000000"),
	(tags::ACCESSION_NUMBER, VR::SH, "B0000001"),
	(tags::MODALITY, VR::CS, "CT"),
	(tags::MANUFACTURER, VR::LO, "Nobody"),
	(tags::INSTITUTION_NAME, VR::LO, "A hospital that does not exist"),
	(tags::INSTITUTION_ADDRESS, VR::ST, "1 Nowhere Street"),
	(tags::REFERRING_PHYSICIAN_NAME, VR::PN, "Referring^Physician"),
	(tags::STATION_NAME, VR::SH, "CT1"),
	(tags::STUDY_DESCRIPTION, VR::LO, "CT thorax and abdomen"),
	(tags::SERIES_DESCRIPTION, VR::LO, "Axial 0.625"),
	(tags::INSTITUTIONAL_DEPARTMENT_NAME, VR::LO, "Radiology"),
	(tags::PERFORMING_PHYSICIAN_NAME, VR::PN, "Performing^Physician"),
	(tags::OPERATORS_NAME, VR::PN, "Operator"),
	(tags::MANUFACTURER_MODEL_NAME, VR::LO, "Model 1"),
	(tags::PATIENT_NAME, VR::PN, "Benchmark^Patient"),
	(tags::PATIENT_ID, VR::LO, "BENCH-1"),
	(tags::PATIENT_BIRTH_DATE, VR::DA, "19600101"),
	(tags::PATIENT_SEX, VR::CS, "O"),
	(tags::PATIENT_AGE, VR::AS, "066Y"),
	(tags::PATIENT_SIZE, VR::DS, "1.75"),
	(tags::PATIENT_WEIGHT, VR::DS, "75"),
	(tags::BODY_PART_EXAMINED, VR::CS, "CHEST"),
	(tags::SCAN_OPTIONS, VR::CS, "HELICAL MODE"),
	(tags::SLICE_THICKNESS, VR::DS, "0.625"),
	(tags::KVP, VR::DS, "120"),
	(tags::DATA_COLLECTION_DIAMETER, VR::DS, "500"),
	(tags::DEVICE_SERIAL_NUMBER, VR::LO, "000001"),
	(tags::SOFTWARE_VERSIONS, VR::LO, "1.0"),
	(tags::PROTOCOL_NAME, VR::LO, "5.1 Chest Abdomen"),
	(tags::RECONSTRUCTION_DIAMETER, VR::DS, "500"),
	(tags::DISTANCE_SOURCE_TO_DETECTOR, VR::DS, "949.075"),
	(tags::DISTANCE_SOURCE_TO_PATIENT, VR::DS, "541"),
	(tags::GANTRY_DETECTOR_TILT, VR::DS, "0"),
	(tags::TABLE_HEIGHT, VR::DS, "160.5"),
	(tags::ROTATION_DIRECTION, VR::CS, "CW"),
	(tags::EXPOSURE_TIME, VR::IS, "500"),
	(tags::X_RAY_TUBE_CURRENT, VR::IS, "240"),
	(tags::EXPOSURE, VR::IS, "120"),
	(tags::FILTER_TYPE, VR::SH, "BODY FILTER"),
	(tags::GENERATOR_POWER, VR::IS, "28800"),
	(tags::FOCAL_SPOTS, VR::DS, "1.2"),
	(tags::CONVOLUTION_KERNEL, VR::SH, "STANDARD"),
	(tags::PATIENT_POSITION, VR::CS, "FFS"),
	(tags::STUDY_ID, VR::SH, "1"),
	(tags::SERIES_NUMBER, VR::IS, "2"),
	(tags::ACQUISITION_NUMBER, VR::IS, "1"),
	(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, "1\\0\\0\\0\\1\\0"),
	(tags::POSITION_REFERENCE_INDICATOR, VR::LO, "SN"),
	(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2"),
	(tags::PIXEL_SPACING, VR::DS, "0.976562\\0.976562"),
	(tags::WINDOW_CENTER, VR::DS, "40"),
	(tags::WINDOW_WIDTH, VR::DS, "400"),
	(tags::RESCALE_INTERCEPT, VR::DS, "-1024"),
	(tags::RESCALE_SLOPE, VR::DS, "1"),
	(tags::RESCALE_TYPE, VR::LO, "HU"),
];
