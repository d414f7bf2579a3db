// SPDX-License-Identifier: Apache-2.0

//! Whatever the bytes: no panic, only forward, and never beyond the data set or the limits.

#![no_main]

use contour_dicom::{
	Tag,
	walk::{Encoding, Form, Nesting, Order, Rules, Walk},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, bool, bool, &[u8])| {
	let (explicit, is_big, is_strict, data) = input;
	let order = if is_big { Order::Big } else { Order::Little };
	let rules = Rules {
		vr: |Tag(group, _)| (group == 0x0008).then_some(*b"SQ"),
		unknown: (!is_strict).then_some(Form::Long),
		nesting: if is_strict { Nesting::Strict } else { Nesting::Parser },
		depth: 64,
		parts: 10_000,
	};
	let mut walk = Walk::new(data, Encoding { explicit, order }, rules);
	let (mut behind, mut count) = (0, 0);
	while let Some(Ok(header)) = walk.next() {
		assert!(behind <= header.at && header.at < header.value && header.value <= data.len());
		if let Ok(value) = walk.value(&header) {
			assert!(value.len() <= data.len() - header.value);
		}
		behind = header.value;
		count += 1;
		assert!(header.depth <= rules.depth && count <= rules.parts);
	}
	assert!(walk.next().is_none());
});
