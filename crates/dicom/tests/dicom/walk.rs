// SPDX-License-Identifier: Apache-2.0

//! Walks over data sets: what comes, and where they stop.

use crate::support::*;
use contour_dicom::{
	Tag,
	walk::{Encoding, Form, Header, Kind, Nesting, Order, Rules, Walk, WalkError},
};
use proptest::{collection::vec, prelude::*, sample::select};

const STRICT: Rules =
	Rules { vr: dictionary, unknown: None, nesting: Nesting::Strict, depth: 64, parts: 1000 };
const PARSER: Rules = Rules { unknown: Some(Form::Long), nesting: Nesting::Parser, ..STRICT };

const REFERENCES: (u16, u16) = (0x0008, 0x1140);
const UID: (u16, u16) = (0x0008, 0x1155);
const ICONS: (u16, u16) = (0x0088, 0x0200);
const ROWS: (u16, u16) = (0x0028, 0x0010);

const ITEM: (u16, u16) = (0xFFFE, 0xE000);
const ITEM_END: (u16, u16) = (0xFFFE, 0xE00D);
const SEQUENCE_END: (u16, u16) = (0xFFFE, 0xE0DD);

fn dictionary(Tag(group, element): Tag) -> Option<[u8; 2]> {
	match (group, element) {
		REFERENCES | ICONS => Some(*b"SQ"),
		ROWS => Some(*b"US"),
		PIXELS => Some(*b"OW"),
		_ => None,
	}
}

fn walk(data: &[u8], coding: Coding, rules: Rules) -> Walk<'_> {
	let order = if coding.big { Order::Big } else { Order::Little };
	Walk::new(data, Encoding { explicit: coding.explicit, order }, rules)
}

fn headers(data: &[u8], coding: Coding, rules: Rules) -> Result<Vec<Header>, WalkError> {
	walk(data, coding, rules).collect()
}

fn is_malformed(data: &[u8], coding: Coding, rules: Rules) -> bool {
	matches!(headers(data, coding, rules), Err(WalkError::Malformed { .. }))
}

/// Sequences and items of both kinds of length, an icon in fragments, and pixels.
fn sample(coding: Coding) -> Vec<u8> {
	let uid = coding.element(UID, "UI", b"1.2.3\0");
	let items = [coding.item(&uid, false), coding.item(&uid, true)].concat();
	let fragments = coding.fragments(&[b"", b"icon"]);
	let icon = coding.undefined(PIXELS, "OB", &fragments, coding);
	[
		coding.element((0x0008, 0x0018), "UI", b"1.2.3.4.5\0"),
		coding.element(REFERENCES, "SQ", &items),
		coding.undefined(ICONS, "SQ", &coding.item(&icon, true), coding),
		coding.element(PIXELS, "OW", b"pixels"),
	]
	.concat()
}

fn nested(depth: usize) -> Vec<u8> {
	(0..depth).fold(EL.element(UID, "UI", b"1.2.3\0"), |inner, _| {
		EL.undefined(REFERENCES, "SQ", &EL.item(&inner, true), EL)
	})
}

#[test]
fn should_give_every_header_once_when_a_data_set_is_well_formed() {
	let expected = [
		((0x0008, 0x0018), 0, None),
		(REFERENCES, 0, None),
		(ITEM, 1, Some(Kind::Sequence)),
		(UID, 2, Some(Kind::Item)),
		(ITEM, 1, Some(Kind::Sequence)),
		(UID, 2, Some(Kind::Item)),
		(ITEM_END, 2, Some(Kind::Item)),
		(ICONS, 0, None),
		(ITEM, 1, Some(Kind::Sequence)),
		(PIXELS, 2, Some(Kind::Item)),
		(ITEM, 3, Some(Kind::Fragments)),
		(ITEM, 3, Some(Kind::Fragments)),
		(SEQUENCE_END, 3, Some(Kind::Fragments)),
		(ITEM_END, 2, Some(Kind::Item)),
		(SEQUENCE_END, 1, Some(Kind::Sequence)),
		(PIXELS, 0, None),
	];
	for coding in [IL, EL, EB] {
		for rules in [STRICT, PARSER] {
			let found = headers(&sample(coding), coding, rules).unwrap();
			let found: Vec<_> = found
				.iter()
				.map(|header| ((header.tag.0, header.tag.1), header.depth, header.inside))
				.collect();
			assert_eq!(found, expected, "{coding:?}");
		}
	}
}

#[test]
fn should_give_the_value_when_its_length_is_defined() {
	for coding in [IL, EL, EB] {
		let data = sample(coding);
		let mut walk = walk(&data, coding, STRICT);
		let mut values = Vec::new();
		while let Some(header) = walk.next() {
			let header = header.unwrap();
			match walk.value(&header) {
				Ok(value) if header.tag == Tag(UID.0, UID.1) => values.push(value),
				Ok(_) => {}
				Err(error) => {
					assert_eq!(header.length, None);
					assert!(matches!(error, WalkError::Malformed { .. }), "{error}");
				}
			}
		}
		assert_eq!(values, [b"1.2.3\0"; 2]);
	}
}

#[test]
fn should_give_the_same_headers_up_to_the_cut_when_a_data_set_is_cut_off() {
	for coding in [IL, EL, EB] {
		for rules in [STRICT, PARSER] {
			let data = sample(coding);
			let whole = headers(&data, coding, rules).unwrap();
			for cut in 0..data.len() {
				let mut found = Vec::new();
				let mut error = None;
				for header in walk(&data[..cut], coding, rules) {
					match header {
						Ok(header) => found.push(header),
						Err(fault) => error = Some(fault),
					}
				}
				assert!(whole.starts_with(&found), "{coding:?} after a cut at {cut}");
				// Between two elements a cut data set is a whole one with fewer elements.
				let is_between =
					whole.iter().any(|header| header.inside.is_none() && header.at == cut);
				match error {
					None => assert!(is_between, "{coding:?} after a cut at {cut}"),
					Some(WalkError::Truncated { at, needed, left, .. }) => {
						assert!(!is_between && needed > left && at + left == cut as u64);
					}
					Some(error) => panic!("{error} after a cut at {cut}"),
				}
			}
		}
	}
}

#[test]
fn should_name_the_limit_when_a_data_set_is_deeper_or_longer() {
	let data = nested(20);
	let count = headers(&data, EL, STRICT).unwrap().len();
	let rules = |depth, parts| Rules { depth, parts, ..STRICT };
	assert!(headers(&data, EL, rules(40, count)).is_ok());
	let error = headers(&data, EL, rules(39, count)).unwrap_err();
	assert_eq!(error, WalkError::TooDeep { limit: 39 });
	let error = headers(&data, EL, rules(40, count - 1)).unwrap_err();
	assert_eq!(error, WalkError::TooMany { limit: count - 1 });
	// Whoever nests without end is stopped by the depth, not by the stack.
	let open = [EL.head(REFERENCES, "SQ", UNDEFINED), EL.mark(0xE000, UNDEFINED)].concat();
	let rules = Rules { parts: usize::MAX, ..STRICT };
	let error = headers(&open.repeat(100_000), EL, rules).unwrap_err();
	assert_eq!(error, WalkError::TooDeep { limit: 64 });
}

#[test]
fn should_stay_inside_when_a_length_is_larger_than_what_encloses_it() {
	for coding in [IL, EL, EB] {
		// The value would end in the element behind the item.
		let uid = [coding.head(UID, "UI", 8), b"1.2.3\0".to_vec()].concat();
		let sequence = coding.element(REFERENCES, "SQ", &coding.item(&uid, false));
		let data = [sequence, coding.element(PIXELS, "OW", b"pixels")].concat();
		let error = headers(&data, coding, STRICT).unwrap_err();
		assert!(matches!(error, WalkError::Truncated { needed: 8, left: 6, .. }), "{error}");
	}
}

#[test]
fn should_refuse_a_delimiter_when_it_has_no_beginning() {
	for coding in [IL, EL, EB] {
		let (item, end) = (coding.mark(0xE000, 0), coding.mark(0xE00D, 0));
		let sequence_end = coding.mark(0xE0DD, 0);
		for data in [&end, &[end.clone(), item.clone()].concat()] {
			assert!(is_malformed(data, coding, STRICT) && is_malformed(data, coding, PARSER));
		}
		for data in [&item, &sequence_end] {
			assert!(is_malformed(data, coding, STRICT));
			assert_eq!(headers(data, coding, PARSER).unwrap().len(), 1);
		}
		// An element or another delimiter where an item should be.
		for inside in [end, coding.element(UID, "UI", b"1.2.3\0")] {
			let data = coding.undefined(REFERENCES, "SQ", &inside, coding);
			assert!(is_malformed(&data, coding, STRICT) && is_malformed(&data, coding, PARSER));
		}
	}
}

#[test]
fn should_take_what_the_parser_takes_when_the_rules_say_so() {
	let uid = EL.element(UID, "UI", b"1.2.3\0");
	let next = EL.element(PIXELS, "OW", b"pixels");

	// An undefined length where the standard has none.
	let items = EL.item(&uid, true);
	let data = EL.undefined((0x0009, 0x1001), "OB", &items, EL);
	assert!(is_malformed(&data, EL, STRICT));
	assert!(headers(&data, EL, PARSER).is_ok());

	// A sequence of unknown VR is in implicit VR, but the parser does not know that.
	let tag = (0x0009, 0x1001);
	let implicit = IL.item(&IL.element(UID, "UI", b"1.2.3\0"), true);
	let data = EL.undefined(tag, "UN", &implicit, IL);
	let found = headers(&data, EL, STRICT).unwrap();
	assert!(found.iter().all(|header| header.explicit == (header.depth == 0)));
	assert!(headers(&data, EL, PARSER).is_err());
	let data = EL.undefined(tag, "UN", &items, EL);
	assert!(headers(&data, EL, STRICT).is_err());
	assert!(headers(&data, EL, PARSER).unwrap().iter().all(|header| header.explicit));

	// A delimiter behind what has a length.
	let inside = [uid, EL.mark(0xE00D, 0)].concat();
	let data = EL.undefined(REFERENCES, "SQ", &EL.item(&inside, false), EL);
	assert!(is_malformed(&data, EL, STRICT));
	assert!(headers(&data, EL, PARSER).is_ok());

	// One delimiter too many.
	let pair = [EL.mark(0xE00D, 0), EL.mark(0xE0DD, 0)].concat();
	let fragments = [EL.fragments(&[b"", b"abcd"]), EL.mark(0xE00D, 0)].concat();
	for data in [[&next[..], &pair].concat(), EL.undefined(PIXELS, "OB", &fragments, EL)] {
		assert!(is_malformed(&data, EL, STRICT));
		assert!(headers(&data, EL, PARSER).is_ok());
	}

	// No fragments at the end of an item, where the parser goes on as if the item did.
	let empty = EL.undefined(PIXELS, "OB", b"", EL);
	let data = EL.undefined(ICONS, "SQ", &EL.item(&empty, false), EL);
	assert!(headers(&data, EL, STRICT).is_ok());
	assert!(is_malformed(&data, EL, PARSER));

	// A part of a number.
	let rows = EL.element(ROWS, "US", b"odd");
	assert!(is_malformed(&rows, EL, STRICT));
	assert!(headers(&rows, EL, PARSER).is_ok());
	let data = [rows, next.clone()].concat();
	assert!(is_malformed(&data, EL, STRICT) && is_malformed(&data, EL, PARSER));
	// The parser may read numbers by the tag alone.
	let data = [EL.element(ROWS, "OB", b"odd"), next.clone()].concat();
	assert!(is_malformed(&data, EL, STRICT) && is_malformed(&data, EL, PARSER));
	let pixels = IL.element(PIXELS, "OW", b"pixels");
	let data = [IL.element((0x6001, 0x3000), "OW", b"odd"), pixels].concat();
	assert!(is_malformed(&data, IL, STRICT) && is_malformed(&data, IL, PARSER));

	// A VR that is not of the standard.
	let tag = EL.tag((0x0008, 0x0001));
	let short = [&tag[..], b"XX\x04\0abcd", &next].concat();
	let long = [&tag[..], b"XX\0\0\x04\0\0\0abcd", &next].concat();
	for (data, form) in [(short, Form::Short), (long, Form::Long)] {
		assert!(is_malformed(&data, EL, STRICT));
		let found = headers(&data, EL, Rules { unknown: Some(form), ..STRICT }).unwrap();
		assert_eq!((found[0].vr, found[0].length, found.len()), (*b"UN", Some(4), 2));
	}
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
	let heads = [
		EL.head(REFERENCES, "SQ", UNDEFINED),
		EL.head(REFERENCES, "SQ", 24),
		EL.head(PIXELS, "OB", UNDEFINED),
		EL.head((0x0009, 0x1001), "UN", UNDEFINED),
		EL.element(UID, "UI", b"1.2.3\0"),
		IL.element(UID, "UI", b"1.2.3\0"),
		EL.mark(0xE000, UNDEFINED),
		EL.mark(0xE000, 16),
		EL.mark(0xE000, 0),
		EL.mark(0xE00D, 0),
		EL.mark(0xE0DD, 0),
	];
	prop_oneof![4 => select(heads.to_vec()), 1 => vec(any::<u8>(), 0..12)]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2000))]

	#[test]
	fn should_go_forward_and_stop_when_bytes_are_random(
		pieces in vec(piece(), 0..24),
		coding in select(&[IL, EL, EB][..]),
		rules in select(vec![STRICT, PARSER]),
	) {
		let data = pieces.concat();
		let mut walk = walk(&data, coding, rules);
		let mut behind = 0;
		while let Some(Ok(header)) = walk.next() {
			prop_assert!(behind <= header.at && header.at < header.value);
			prop_assert!(header.value <= data.len() && header.depth <= rules.depth);
			if let Ok(value) = walk.value(&header) {
				prop_assert_eq!(Some(value.len()), header.length.map(|length| length as usize));
			}
			behind = header.value;
		}
		prop_assert!(walk.next().is_none());
	}
}
