// SPDX-License-Identifier: Apache-2.0

//! Whatever the bytes: no panic, no range outside of the file, and parts that join to the file.

#![no_main]

use contour_dicom::{Layout, join};
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Read};

fuzz_target!(|bytes: &[u8]| {
	let Ok(layout) = Layout::read(Cursor::new(bytes)) else { return };
	let (mut metadata, mut pixels, mut joined) = (Vec::new(), Vec::new(), Vec::new());
	let mut reader = layout.metadata(Cursor::new(bytes)).expect("the layout is of this file");
	reader.read_to_end(&mut metadata).expect("memory can be read");
	let mut reader = layout.pixels(Cursor::new(bytes)).expect("the layout is of this file");
	reader.read_to_end(&mut pixels).expect("memory can be read");
	join(&metadata[..], &pixels[..], &layout.pixels, layout.length, &mut joined)
		.expect("the parts are of this file");
	assert_eq!(joined, bytes);
});
