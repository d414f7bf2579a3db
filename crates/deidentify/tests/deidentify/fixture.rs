// SPDX-License-Identifier: Apache-2.0

//! Files made for the tests.

#![allow(dead_code, reason = "every test file takes what it needs")]

use contour_deidentify::{Deidentifier, Options};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR, value::DataSetSequence};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{
	DefaultDicomObject, InMemDicomObject, from_reader, mem::InMemElement,
	meta::FileMetaTableBuilder,
};

pub(crate) const KEY: [u8; 32] = [42; 32];
pub(crate) const STUDY: &str = "1.2.826.0.1.3680043.9.1.11";
pub(crate) const INSTANCE: &str = "1.2.826.0.1.3680043.9.1.33";

pub(crate) fn basic() -> Deidentifier {
	Deidentifier::new(KEY, Options::default())
}

pub(crate) fn text(tag: Tag, vr: VR, value: &str) -> InMemElement {
	DataElement::new(tag, vr, PrimitiveValue::from(value))
}

pub(crate) fn sequence(tag: Tag, items: Vec<InMemDicomObject>) -> InMemElement {
	DataElement::new(tag, VR::SQ, DataSetSequence::from(items))
}

pub(crate) fn item(elements: Vec<InMemElement>) -> InMemDicomObject {
	InMemDicomObject::from_element_iter(elements)
}

/// A CT slice of somebody.
pub(crate) fn slice() -> InMemDicomObject {
	item(vec![
		text(tags::SOP_CLASS_UID, VR::UI, uids::CT_IMAGE_STORAGE),
		text(tags::SOP_INSTANCE_UID, VR::UI, INSTANCE),
		text(tags::STUDY_INSTANCE_UID, VR::UI, STUDY),
		text(tags::SERIES_INSTANCE_UID, VR::UI, "1.2.826.0.1.3680043.9.1.22"),
		text(tags::MODALITY, VR::CS, "CT"),
		text(tags::PATIENT_NAME, VR::PN, "Lovelace^Ada"),
		text(tags::PATIENT_ID, VR::LO, "HOSP-1815"),
		text(tags::PATIENT_BIRTH_DATE, VR::DA, "18151210"),
		text(tags::STUDY_DATE, VR::DA, "18521127"),
		text(tags::STUDY_TIME, VR::TM, "221530"),
		text(tags::BODY_PART_EXAMINED, VR::CS, "HEAD"),
		DataElement::new(tags::ROWS, VR::US, PrimitiveValue::from(2_u16)),
		DataElement::new(
			tags::PIXEL_DATA,
			VR::OW,
			PrimitiveValue::U16([1, 2, 3, 0xFFEE].as_slice().into()),
		),
	])
}

pub(crate) fn file(data_set: InMemDicomObject) -> Vec<u8> {
	encoded(data_set, uids::EXPLICIT_VR_LITTLE_ENDIAN)
}

pub(crate) fn encoded(data_set: InMemDicomObject, transfer_syntax: &str) -> Vec<u8> {
	let meta = FileMetaTableBuilder::new()
		.transfer_syntax(transfer_syntax)
		.source_application_entity_title("LOVELACE_AE");
	let mut bytes = Vec::new();
	data_set.with_meta(meta).unwrap().write_all(&mut bytes).unwrap();
	bytes[..8].copy_from_slice(b"Lovelace");
	bytes
}

pub(crate) fn read(bytes: &[u8]) -> DefaultDicomObject {
	from_reader(&bytes[128..]).unwrap()
}

pub(crate) fn contains(haystack: &[u8], needle: &str) -> bool {
	haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

pub(crate) fn value(data_set: &InMemDicomObject, tag: Tag) -> Option<String> {
	Some(data_set.get(tag)?.to_str().ok()?.trim_end_matches(['\0', ' ']).to_owned())
}
