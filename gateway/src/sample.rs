// SPDX-License-Identifier: Apache-2.0

//! What the unit tests of several workflows need.

use contour_annotation::geometry::Geometry;
use contour_phantom::{Options, Report, phantom};
use contour_primitives::{AccountId, Code, KeySuite};
use contour_seal::{
	keyfile::{KeyFile, Kind},
	object::Recipient,
};
use contour_segmentation::Grid;
use std::path::Path;

/// Writes the smallest phantom with one reader: another seed gives another study.
pub(crate) fn images(folder: &Path, seed: u64) -> Report {
	let mut options = Options::default();
	(options.slices, options.rows, options.columns, options.readers) = (16, 64, 64, 1);
	options.seed = seed;
	phantom(folder, &options, &|_| {}).expect("the folder is writable")
}

/// A volume of 8 by 6 by 4 voxels.
pub(crate) fn geometry() -> Geometry {
	let axial = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
	let grid = Grid::new([8, 6, 4], [1.0, 1.0, 2.0], axial, [0.0; 3]).expect("it is a grid");
	Geometry::new(grid, "1.2.3".into()).expect("it has a frame of reference")
}

/// A structure to segment.
pub(crate) fn structure() -> Code {
	"SCT:4147007".parse().expect("it is a code")
}

/// Fresh keys.
pub(crate) fn keys() -> KeyFile {
	KeyFile::generate(Kind::Person).expect("there is randomness")
}

/// Somebody with these keys, as a recipient.
pub(crate) fn recipient(account: &AccountId, keys: &KeyFile) -> Recipient {
	let (suite, public) = (KeySuite::XWing, keys.public_keys());
	Recipient { account: account.clone(), suite, key: public.of(suite).to_vec() }
}
