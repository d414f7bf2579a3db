// SPDX-License-Identifier: Apache-2.0

//! Properties over random data sets, random bytes, and files that were changed or cut off.

use crate::support::*;
use proptest::{collection::vec, prelude::*, sample::select};
use std::ops::Range;

#[derive(Clone, Debug)]
enum Node {
	Value { vr: &'static str, value: Vec<u8> },
	Sequence { un: bool, undefined: bool, items: Vec<(bool, Vec<Node>)> },
	Icon { undefined: bool, value: Vec<u8> },
}

#[derive(Clone, Debug)]
enum Pixels {
	Defined(Vec<u8>),
	Encapsulated(Vec<Vec<u8>>),
}

#[derive(Clone, Debug)]
struct Set {
	coding: Coding,
	nodes: Vec<Node>,
	pixels: Vec<Pixels>,
	padding: Option<usize>,
	zeros: usize,
	/// Whether there is a preamble and meta information.
	wrapped: bool,
}

fn node() -> impl Strategy<Value = Node> {
	const VRS: [&str; 11] = ["CS", "UI", "LO", "OB", "UN", "UT", "SV", "OV", "US", "UC", "OL"];
	let leaf = prop_oneof![
		4 => (select(&VRS[..]), vec(any::<u8>(), 0..40))
			.prop_map(|(vr, value)| Node::Value { vr, value }),
		1 => (any::<bool>(), vec(any::<u8>(), 0..20))
			.prop_map(|(undefined, value)| Node::Icon { undefined, value }),
	];
	leaf.prop_recursive(5, 40, 4, |inner| {
		(any::<bool>(), any::<bool>(), vec((any::<bool>(), vec(inner, 0..4)), 0..4))
			.prop_map(|(un, undefined, items)| Node::Sequence { un, undefined, items })
	})
}

fn set() -> impl Strategy<Value = Set> {
	let bytes = vec(any::<u8>(), 0..60);
	let pixels = prop_oneof![
		bytes.clone().prop_map(Pixels::Defined),
		vec(bytes, 0..4).prop_map(Pixels::Encapsulated),
	];
	let coding = select(&[IL, EL, EB][..]);
	let padding = proptest::option::of(0_usize..50);
	(coding, vec(node(), 1..6), vec(pixels, 0..4), padding, 0_usize..40, any::<bool>()).prop_map(
		|(coding, nodes, pixels, padding, zeros, wrapped)| Set {
			coding,
			nodes,
			pixels,
			padding,
			zeros,
			wrapped,
		},
	)
}

fn encode(nodes: &[Node], group: u16, coding: Coding) -> Vec<u8> {
	let mut out = Vec::new();
	for (index, node) in nodes.iter().enumerate() {
		let tag = (group, 0x1001 + index as u16);
		match node {
			Node::Value { vr, value } => out.extend(coding.element(tag, vr, value)),
			Node::Icon { undefined: false, value } => {
				out.extend(coding.element(tag, "OB", value));
			}
			Node::Icon { undefined: true, value } => {
				let fragments = coding.fragments(&[b"", value]);
				out.extend(coding.undefined(tag, "OB", &fragments, coding));
			}
			Node::Sequence { un, undefined, items } => {
				let inside = if *un && coding.explicit { IL } else { coding };
				let content: Vec<u8> = items
					.iter()
					.flat_map(|(open, nodes)| inside.item(&encode(nodes, group, inside), *open))
					.collect();
				let vr = if *un { "UN" } else { "SQ" };
				out.extend(if *undefined {
					coding.undefined(tag, vr, &content, inside)
				} else {
					coding.element(tag, vr, &content)
				});
			}
		}
	}
	out
}

impl Set {
	/// The file, and where its pixels are.
	fn file(&self) -> (Vec<u8>, Vec<Range<u64>>) {
		let coding = self.coding;
		let mut out = if self.wrapped { file(coding.syntax(), &[]) } else { Vec::new() };
		let mut ranges = Vec::new();
		out.extend(coding.identity());
		out.extend(encode(&self.nodes, 0x0029, coding));
		for (pixels, element) in self.pixels.iter().zip([0x0008, 0x0009, 0x0010]) {
			let tag = (0x7FE0, element);
			let content = match pixels {
				Pixels::Defined(value) => {
					out.extend(coding.head(tag, "OB", value.len() as u32));
					value.clone()
				}
				Pixels::Encapsulated(fragments) => {
					out.extend(coding.head(tag, "OB", UNDEFINED));
					coding.fragments(&fragments.iter().map(Vec::as_slice).collect::<Vec<_>>())
				}
			};
			let start = out.len() as u64;
			out.extend(&content);
			if !content.is_empty() {
				ranges.push(start..out.len() as u64);
			}
			if matches!(pixels, Pixels::Encapsulated(_)) {
				out.extend(coding.mark(0xE0DD, 0));
			}
		}
		if let Some(padding) = self.padding {
			out.extend(coding.element((0xFFFC, 0xFFFC), "OB", &vec![0x5A; padding]));
		}
		out.resize(out.len() + self.zeros, 0);
		(out, ranges)
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2000))]

	#[test]
	fn should_find_exactly_the_pixels_when_a_data_set_is_sound(set in set()) {
		let (bytes, ranges) = set.file();
		let layout = read(&bytes).unwrap();
		prop_assert_eq!(&layout.pixels, &ranges);
		prop_assert_eq!(layout.identity.study.as_deref(), Some("1.2.3"));
		prop_assert_eq!(layout.trailing, set.zeros as u64);
		check(&bytes, &layout);
	}

	#[test]
	fn should_name_the_damage_when_a_file_is_cut_off_in_its_pixels(
		set in set(),
		at in any::<prop::sample::Index>(),
	) {
		let (bytes, ranges) = set.file();
		let inside: Vec<u64> = ranges.into_iter().flatten().collect();
		prop_assume!(!inside.is_empty());
		let cut = inside[at.index(inside.len())] as usize;
		let error = read(&bytes[..cut]).unwrap_err();
		prop_assert_eq!(error.name(), "Truncated");
	}

	#[test]
	fn should_stay_in_the_file_when_it_is_changed_or_cut_off(
		set in set(),
		changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
		cut in proptest::option::of(any::<prop::sample::Index>()),
	) {
		let (mut bytes, _) = set.file();
		for (at, byte) in changes {
			let at = at.index(bytes.len());
			bytes[at] = byte;
		}
		if let Some(cut) = cut {
			bytes.truncate(cut.index(bytes.len()));
		}
		match read(&bytes) {
			Ok(layout) => check(&bytes, &layout),
			Err(error) => prop_assert_ne!(error.name(), "Io"),
		}
	}

	#[test]
	fn should_stay_in_the_file_when_its_bytes_are_random(
		syntax in select(&[IMPLICIT, EXPLICIT, BIG, DEFLATED, JPEG, "none", ""][..]),
		bytes in vec(any::<u8>(), 0..600),
	) {
		let bytes = match syntax {
			"" => bytes,
			"none" => [b"\x08\0\x05\0", &bytes[..]].concat(),
			_ => file(syntax, &bytes),
		};
		match read(&bytes) {
			Ok(layout) => check(&bytes, &layout),
			Err(error) => prop_assert_ne!(error.name(), "Io"),
		}
	}
}
