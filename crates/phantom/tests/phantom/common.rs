// SPDX-License-Identifier: Apache-2.0

//! What several tests need: a small phantom, its series, and ways to spoil a file.

#![allow(dead_code, unreachable_pub, reason = "each test uses its share")]

use contour_phantom::{Options, Report, phantom};
use contour_segmentation::seg::{self, Author, EmptyFrames, Method, Segment};
use contour_segmentation::{Grid, Series, Volume};
use dicom_object::{DefaultDicomObject, from_reader};
use std::fs;
use std::path::Path;

/// The smallest phantom.
pub fn small() -> Options {
	let mut options = Options::default();
	(options.slices, options.rows, options.columns) = (16, 64, 64);
	options
}

pub fn make(options: &Options) -> (tempfile::TempDir, Report) {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let report = phantom(folder.path(), options, &|_| {}).expect("a phantom");
	(folder, report)
}

pub fn images(folder: &Path, report: &Report) -> Vec<Vec<u8>> {
	report.images.iter().map(|image| fs::read(folder.join(&image.path)).unwrap()).collect()
}

pub fn series(options: &Options) -> Series {
	let (folder, report) = make(options);
	Series::read(images(folder.path(), &report)).expect("a series")
}

pub fn author() -> Author {
	Author {
		creator: "Müller^Zoë".into(),
		label: "CONSENSUS".into(),
		description: "Consensus".into(),
		series: "2.25.1".into(),
		instance: "2.25.2".into(),
		number: 7,
		date: "20260102".into(),
		time: "101112".into(),
	}
}

pub fn segments(count: u16) -> Vec<Segment> {
	(1..=count)
		.map(|number| Segment {
			number,
			..Segment::brain_tumour("Tumour", Method::Automatic("Majority".into()))
		})
		.collect()
}

/// A volume on the grid with a box of label 1.
pub fn boxed(grid: &Grid) -> Volume {
	let [columns, rows, slices] = grid.dimensions;
	let voxels = (0..slices)
		.flat_map(|z| (0..rows).flat_map(move |y| (0..columns).map(move |x| (x, y, z))))
		.map(|(x, y, z)| {
			u8::from((9..20).contains(&x) && (5..9).contains(&y) && (3..7).contains(&z))
		})
		.collect();
	Volume::new(grid.clone(), voxels).unwrap()
}

/// A valid SEG of [`boxed`] with all frames.
pub fn valid(series: &Series) -> Vec<u8> {
	seg::write(&boxed(series.grid()), &segments(1), series, &author(), EmptyFrames::Keep).unwrap()
}

/// The file with its data set changed.
pub fn changed(file: &[u8], change: impl FnOnce(&mut DefaultDicomObject)) -> Vec<u8> {
	let mut object = from_reader(file).unwrap();
	change(&mut object);
	let mut out = Vec::new();
	object.write_all(&mut out).unwrap();
	out
}
