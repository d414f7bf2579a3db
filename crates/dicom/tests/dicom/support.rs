// SPDX-License-Identifier: Apache-2.0

//! Builds DICOM streams byte by byte, and checks what every layout must hold.

#![allow(dead_code, reason = "each test binary uses its own part")]

use contour_dicom::{Layout, ScanError, join};
use std::{
	borrow::Cow,
	io::{Cursor, Read},
	ops::Range,
};

pub(crate) const IMPLICIT: &str = "1.2.840.10008.1.2";
pub(crate) const EXPLICIT: &str = "1.2.840.10008.1.2.1";
pub(crate) const BIG: &str = "1.2.840.10008.1.2.2";
pub(crate) const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
pub(crate) const JPEG: &str = "1.2.840.10008.1.2.4.50";
pub(crate) const UNDEFINED: u32 = u32::MAX;
pub(crate) const PIXELS: (u16, u16) = (0x7FE0, 0x0010);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Coding {
	pub(crate) explicit: bool,
	pub(crate) big: bool,
}

pub(crate) const IL: Coding = Coding { explicit: false, big: false };
pub(crate) const EL: Coding = Coding { explicit: true, big: false };
pub(crate) const EB: Coding = Coding { explicit: true, big: true };

impl Coding {
	pub(crate) fn syntax(self) -> &'static str {
		match (self.explicit, self.big) {
			(false, _) => IMPLICIT,
			(true, false) => EXPLICIT,
			(true, true) => BIG,
		}
	}

	pub(crate) fn u16(self, n: u16) -> [u8; 2] {
		if self.big { n.to_be_bytes() } else { n.to_le_bytes() }
	}

	pub(crate) fn u32(self, n: u32) -> [u8; 4] {
		if self.big { n.to_be_bytes() } else { n.to_le_bytes() }
	}

	pub(crate) fn tag(self, (group, element): (u16, u16)) -> Vec<u8> {
		[self.u16(group), self.u16(element)].concat()
	}

	pub(crate) fn head(self, tag: (u16, u16), vr: &str, length: u32) -> Vec<u8> {
		let mut out = self.tag(tag);
		if self.explicit {
			out.extend(vr.as_bytes());
			let long =
				["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];
			if long.contains(&vr) {
				out.extend([0, 0]);
			} else {
				out.extend(self.u16(u16::try_from(length).unwrap()));
				return out;
			}
		}
		out.extend(self.u32(length));
		out
	}

	pub(crate) fn element(self, tag: (u16, u16), vr: &str, value: &[u8]) -> Vec<u8> {
		let mut out = self.head(tag, vr, u32::try_from(value.len()).unwrap());
		out.extend(value);
		out
	}

	pub(crate) fn mark(self, element: u16, length: u32) -> Vec<u8> {
		let mut out = self.tag((0xFFFE, element));
		out.extend(self.u32(length));
		out
	}

	pub(crate) fn item(self, content: &[u8], undefined: bool) -> Vec<u8> {
		if undefined {
			[self.mark(0xE000, UNDEFINED), content.to_vec(), self.mark(0xE00D, 0)].concat()
		} else {
			let length = u32::try_from(content.len()).unwrap();
			[self.mark(0xE000, length), content.to_vec()].concat()
		}
	}

	pub(crate) fn fragments(self, fragments: &[&[u8]]) -> Vec<u8> {
		fragments.iter().flat_map(|fragment| self.item(fragment, false)).collect()
	}

	pub(crate) fn undefined(
		self,
		tag: (u16, u16),
		vr: &str,
		items: &[u8],
		inside: Self,
	) -> Vec<u8> {
		[self.head(tag, vr, UNDEFINED), items.to_vec(), inside.mark(0xE0DD, 0)].concat()
	}

	pub(crate) fn identity(self) -> Vec<u8> {
		[
			self.element((0x0008, 0x0016), "UI", b"1.2.840.10008.5.1.4.1.1.2\0"),
			self.element((0x0008, 0x0018), "UI", b"1.2.3.4.5\0"),
			self.element((0x0008, 0x0060), "CS", b"CT"),
			self.element((0x0010, 0x0010), "PN", b"Doe^Jane"),
			self.element((0x0020, 0x000D), "UI", b"1.2.3\0"),
			self.element((0x0020, 0x000E), "UI", b"1.2.3.4\0"),
		]
		.concat()
	}
}

pub(crate) fn meta(syntax: &str) -> Vec<u8> {
	let mut uid = syntax.as_bytes().to_vec();
	if uid.len() % 2 == 1 {
		uid.push(0);
	}
	let rest = [
		EL.element((0x0002, 0x0001), "OB", &[0, 1]),
		EL.element((0x0002, 0x0002), "UI", b"1.2.840.10008.5.1.4.1.1.2\0"),
		EL.element((0x0002, 0x0003), "UI", b"1.2.3.4.5\0"),
		EL.element((0x0002, 0x0010), "UI", &uid),
	]
	.concat();
	let length = u32::try_from(rest.len()).unwrap().to_le_bytes();
	[EL.element((0x0002, 0x0000), "UL", &length), rest].concat()
}

pub(crate) fn file(syntax: &str, data: &[u8]) -> Vec<u8> {
	[vec![0; 128], b"DICM".to_vec(), meta(syntax), data.to_vec()].concat()
}

pub(crate) fn read(bytes: &[u8]) -> Result<Layout, ScanError> {
	Layout::read(Cursor::new(bytes))
}

/// The bytes of all ranges, one after the other.
pub(crate) fn taken(bytes: &[u8], ranges: &[Range<u64>]) -> Vec<u8> {
	ranges.iter().flat_map(|r| bytes[r.start as usize..r.end as usize].to_vec()).collect()
}

/// What every layout must hold, whatever the file.
pub(crate) fn check(bytes: &[u8], layout: &Layout) {
	assert_eq!(layout.length, bytes.len() as u64);
	let mut before = 0;
	for range in &layout.pixels {
		assert!(before <= range.start && range.start < range.end && range.end <= layout.length);
		before = range.end;
	}
	let (mut metadata, mut pixels) = (Vec::new(), Vec::new());
	layout.metadata(Cursor::new(bytes)).unwrap().read_to_end(&mut metadata).unwrap();
	layout.pixels(Cursor::new(bytes)).unwrap().read_to_end(&mut pixels).unwrap();
	assert_eq!(metadata.len() as u64, layout.metadata_length());
	assert_eq!(pixels.len() as u64, layout.pixels_length());
	assert_eq!(pixels, taken(bytes, &layout.pixels));
	assert_eq!(layout.split(bytes).unwrap(), [Cow::from(&metadata), Cow::from(&pixels)]);
	let mut joined = Vec::new();
	join(&metadata[..], &pixels[..], &layout.pixels, layout.length, &mut joined).unwrap();
	assert!(joined == bytes, "the joined file is not the original");
}
