// SPDX-License-Identifier: Apache-2.0

//! MR images (PS3.3 A.4) of the phantom.

use contour_segmentation::dataset::{self, decimal_string, object, put, put_u16};
use contour_segmentation::{DatasetError, Grid, Namespace};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};

/// What the images of the phantom have in common.
pub(crate) struct Scan<'a> {
	pub(crate) grid: &'a Grid,
	pub(crate) uids: &'a Namespace,
	/// Told in the patient's ID and the study's description.
	pub(crate) seed: u64,
}

impl Scan<'_> {
	/// One slice as a file; `pixels` are its intensities, columns first.
	pub(crate) fn image(&self, slice: u32, pixels: &[u16]) -> Result<Vec<u8>, DatasetError> {
		let position = self.grid.position(slice);
		let mut image = object(&CONSTANT);
		let height = self.grid.spacing[2] * f64::from(slice);
		let [column_step, row_step, slice_step] = self.grid.spacing;
		let patient = format!("PHANTOM-{:016X}", self.seed);
		for (tag, vr, value) in [
			(tags::PATIENT_ID, VR::LO, patient),
			(tags::STUDY_INSTANCE_UID, VR::UI, self.uids.uid("study")),
			(tags::SERIES_INSTANCE_UID, VR::UI, self.uids.uid("mr")),
			(tags::FRAME_OF_REFERENCE_UID, VR::UI, self.uids.uid("frame of reference")),
			(tags::SOP_INSTANCE_UID, VR::UI, self.uids.uid(&format!("mr/{slice}"))),
			(tags::INSTANCE_NUMBER, VR::IS, (slice + 1).to_string()),
			(tags::IMAGE_POSITION_PATIENT, VR::DS, decimal_string(&position, 6)),
			(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, decimal_string(&self.grid.orientation, 12)),
			(tags::SLICE_LOCATION, VR::DS, decimal_string(&[height], 6)),
			(tags::PIXEL_SPACING, VR::DS, decimal_string(&[row_step, column_step], 6)),
			(tags::SLICE_THICKNESS, VR::DS, decimal_string(&[slice_step], 6)),
			(tags::SPACING_BETWEEN_SLICES, VR::DS, decimal_string(&[slice_step], 6)),
		] {
			put(&mut image, tag, vr, value);
		}
		let [columns, rows, _] = self.grid.dimensions;
		let narrow = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
		for (tag, value) in [
			(tags::SAMPLES_PER_PIXEL, 1),
			(tags::ROWS, narrow(rows)),
			(tags::COLUMNS, narrow(columns)),
			(tags::BITS_ALLOCATED, 16),
			(tags::BITS_STORED, 12),
			(tags::HIGH_BIT, 11),
			(tags::PIXEL_REPRESENTATION, 0),
		] {
			put_u16(&mut image, tag, value);
		}
		image.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(pixels.into())));
		dataset::write(image)
	}
}

/// Date of everything in the phantom.
pub(crate) const DATE: &str = "20260101";

/// A spin echo with contrast, which the intensities resemble.
const CONSTANT: [(Tag, VR, &str); 43] = [
	(tags::IMAGE_TYPE, VR::CS, "ORIGINAL\\PRIMARY\\OTHER"),
	(tags::SOP_CLASS_UID, VR::UI, uids::MR_IMAGE_STORAGE),
	(tags::STUDY_DATE, VR::DA, DATE),
	(tags::SERIES_DATE, VR::DA, DATE),
	(tags::ACQUISITION_DATE, VR::DA, DATE),
	(tags::CONTENT_DATE, VR::DA, DATE),
	(tags::STUDY_TIME, VR::TM, "120000"),
	(tags::SERIES_TIME, VR::TM, "120000"),
	(tags::ACQUISITION_TIME, VR::TM, "120000"),
	(tags::CONTENT_TIME, VR::TM, "120000"),
	(tags::ACCESSION_NUMBER, VR::SH, ""),
	(tags::MODALITY, VR::CS, "MR"),
	(tags::MANUFACTURER, VR::LO, "Contour"),
	(tags::MANUFACTURER_MODEL_NAME, VR::LO, "Contour phantom"),
	(tags::SOFTWARE_VERSIONS, VR::LO, "1"),
	(tags::REFERRING_PHYSICIAN_NAME, VR::PN, ""),
	(tags::STUDY_DESCRIPTION, VR::LO, "Computed phantom, not a person"),
	(tags::SERIES_DESCRIPTION, VR::LO, "Phantom head with tumour"),
	(tags::PATIENT_NAME, VR::PN, "Phantom^Tumour"),
	(tags::PATIENT_BIRTH_DATE, VR::DA, ""),
	(tags::PATIENT_SEX, VR::CS, "O"),
	(tags::QUALITY_CONTROL_SUBJECT, VR::CS, "YES"),
	(tags::BODY_PART_EXAMINED, VR::CS, "HEAD"),
	(tags::PATIENT_POSITION, VR::CS, "HFS"),
	(tags::SCANNING_SEQUENCE, VR::CS, "SE"),
	(tags::SEQUENCE_VARIANT, VR::CS, "NONE"),
	(tags::SCAN_OPTIONS, VR::CS, ""),
	(tags::MR_ACQUISITION_TYPE, VR::CS, "2D"),
	(tags::REPETITION_TIME, VR::DS, "500"),
	(tags::ECHO_TIME, VR::DS, "10"),
	(tags::ECHO_TRAIN_LENGTH, VR::IS, "1"),
	(tags::MAGNETIC_FIELD_STRENGTH, VR::DS, "1.5"),
	(tags::FLIP_ANGLE, VR::DS, "90"),
	(tags::STUDY_ID, VR::SH, "1"),
	(tags::SERIES_NUMBER, VR::IS, "1"),
	(tags::ACQUISITION_NUMBER, VR::IS, "1"),
	(tags::POSITION_REFERENCE_INDICATOR, VR::LO, ""),
	(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2"),
	(tags::BURNED_IN_ANNOTATION, VR::CS, "NO"),
	(tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "00"),
	(tags::WINDOW_CENTER, VR::DS, "550"),
	(tags::WINDOW_WIDTH, VR::DS, "1100"),
	(tags::PATIENT_COMMENTS, VR::LT, "Fictitious: made by a program"),
];
