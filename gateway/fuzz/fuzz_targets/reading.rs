// SPDX-License-Identifier: Apache-2.0

//! Whatever bytes a scorer is given, as a sealed object or as a reader's file: no panic, and a mask only
//! on the grid of the task.

#![no_main]

use contour_gateway::{
	annotation::{geometry::Geometry, reading::Reading},
	seal::object::header,
	segmentation::Grid,
};
use contour_primitives::Code;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
	let _ = header(bytes);
	let grid = Grid::new([8, 6, 4], [1.0; 3], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3]);
	let geometry = Geometry::new(grid.expect("a grid"), "1.2".into()).expect("a geometry");
	let text = |it: &[u8]| it.to_vec().try_into().expect("it is short");
	let structure = Code { scheme: text(b"SCT"), value: text(b"108369006") };
	if let Ok(reading) = Reading::new(bytes.to_vec())
		&& let Ok(mask) = reading.mask(&geometry, &structure)
	{
		assert_eq!(mask.grid(), geometry.scoring_grid());
	}
});
