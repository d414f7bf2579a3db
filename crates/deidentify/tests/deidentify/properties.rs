// SPDX-License-Identifier: Apache-2.0

//! Every rule of the table, for random attributes at random depths.

use crate::fixture::{KEY, contains, file, item, read, sequence, slice};
use contour_deidentify::{
	Dates, Deidentifier, Options,
	table::{self, Action},
};
use dicom_core::{
	DataElement, PrimitiveValue, Tag, VR,
	dictionary::{DataDictionary, DataDictionaryEntry},
	header::Header,
};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_object::{InMemDicomObject, mem::InMemElement};
use proptest::prelude::*;

/// In every value, so that any value left is found.
const SECRET: &str = "Zzyzx";
/// All that a number can hide.
const NUMBER: u32 = 0x7A79_7A78;

fn vr(tag: Tag) -> VR {
	let entry = StandardDataDictionary.by_tag(tag);
	entry.and_then(|entry| entry.vr().exact()).unwrap_or(VR::LO)
}

/// An element of this tag that identifies somebody, if it can hold a value that is found again.
fn element(tag: Tag) -> InMemElement {
	let vr = vr(tag);
	match vr {
		VR::SQ => sequence(
			tag,
			vec![item(vec![
				DataElement::new(tags::CODE_MEANING, VR::LO, PrimitiveValue::from(SECRET)),
				DataElement::new(tags::PATIENT_NAME, VR::PN, PrimitiveValue::from(SECRET)),
			])],
		),
		VR::UI => DataElement::new(tag, vr, PrimitiveValue::from("1.2.999.31337.5")),
		VR::OB | VR::UN => DataElement::new(
			tag,
			vr,
			PrimitiveValue::U8([SECRET.as_bytes(), b"!"].concat().as_slice().into()),
		),
		VR::OW | VR::US | VR::SS | VR::OL | VR::UL | VR::SL | VR::AT => {
			DataElement::new(tag, VR::UL, PrimitiveValue::from(NUMBER))
		}
		VR::FD | VR::FL | VR::OD | VR::OF | VR::OV | VR::SV | VR::UV => {
			DataElement::new(tag, VR::UL, PrimitiveValue::from(NUMBER))
		}
		vr => DataElement::new(tag, vr, PrimitiveValue::from(SECRET)),
	}
}

/// Attributes of the table that may lie in a data set without the file being refused.
fn listed() -> Vec<Tag> {
	let refused =
		[tags::ENCAPSULATED_DOCUMENT, tags::CONTENT_SEQUENCE, tags::GRAPHIC_ANNOTATION_SEQUENCE];
	// These make the file what it is.
	let fixed = [tags::SOP_INSTANCE_UID, tags::STUDY_INSTANCE_UID];
	table::tags()
		.into_iter()
		.filter(|tag| tag.group() >= 8 && !refused.contains(tag) && !fixed.contains(tag))
		.collect()
}

fn nest(mut inner: InMemDicomObject, depth: usize) -> InMemDicomObject {
	for _ in 0..depth {
		inner = item(vec![sequence(tags::ANATOMIC_REGION_SEQUENCE, vec![inner])]);
	}
	inner
}

fn unnest(outer: &InMemDicomObject, depth: usize) -> &InMemDicomObject {
	(0..depth).fold(outer, |data_set, _| {
		&data_set.get(tags::ANATOMIC_REGION_SEQUENCE).unwrap().items().unwrap()[0]
	})
}

fn options() -> impl Strategy<Value = Options> {
	prop_oneof![Just(Dates::Remove), Just(Dates::ShiftPerStudy), Just(Dates::ShiftPerPatient)]
		.prop_map(|dates| Options { dates, ..Options::default() })
}

fn holds(copy: &[u8]) -> bool {
	let number = NUMBER.to_le_bytes();
	contains(copy, SECRET)
		|| contains(copy, "1.2.999.31337")
		|| copy.windows(4).any(|window| window == number)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(600))]

	#[test]
	fn should_follow_the_table_when_attributes_are_random(
		chosen in prop::sample::subsequence(listed(), 1..30),
		private in prop::collection::vec((0x0009_u16..0x7FFF, 0x0010_u16..0xFFFF), 0..4),
		depth in 0_usize..12,
		options in options(),
	) {
		let mut elements: Vec<_> = chosen.iter().map(|tag| element(*tag)).collect();
		for (group, number) in private {
			elements.push(DataElement::new(
				Tag(group | 1, number), VR::LO, PrimitiveValue::from(SECRET),
			));
		}
		let mut data_set = slice();
		for element in nest(item(elements), depth) {
			data_set.put(element);
		}
		let deidentifier = Deidentifier::new(KEY, options);
		let (copy, _) = deidentifier.bytes(&file(data_set)).unwrap();
		prop_assert!(!holds(&copy), "a value survives");
		let copy = read(&copy);
		let inner = unnest(&copy, depth);
		for element in inner {
			prop_assert!(element.tag().group().is_multiple_of(2), "{}", element.tag());
		}
		for tag in chosen {
			let found = inner.get(tag);
			let length = found.map(|element| element.value().multiplicity());
			match table::row(tag).unwrap().action {
				Action::Remove => prop_assert!(found.is_none(), "{tag}"),
				Action::Empty => prop_assert_eq!(length, Some(0), "{}", tag),
				Action::Dummy => prop_assert!(length.is_some_and(|length| length > 0), "{tag}"),
				Action::Uid if vr(tag) == VR::UI => {
					let uid = found.unwrap().to_str().unwrap().into_owned();
					prop_assert!(uid.starts_with("2.25."), "{tag}");
				},
				Action::Uid | Action::UidItems => {
					prop_assert!(found.is_none() || vr(tag) == VR::SQ, "{tag}");
				},
			}
		}
	}
}

#[test]
fn should_let_no_listed_value_through_when_all_are_in_one_file() {
	for depth in [0, 1, 5] {
		let elements = listed().into_iter().map(element).collect();
		let mut data_set = slice();
		for element in nest(item(elements), depth) {
			data_set.put(element);
		}
		let (copy, report) = crate::fixture::basic().bytes(&file(data_set)).unwrap();
		assert!(!holds(&copy));
		let done: usize = [
			&report.removed,
			&report.emptied,
			&report.replaced,
			&report.remapped,
			&report.opaque,
			&report.shifted,
		]
		.iter()
		.map(|map| map.len())
		.sum();
		assert!(done > 600, "{done}");
	}
}
