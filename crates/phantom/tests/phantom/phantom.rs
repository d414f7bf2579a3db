// SPDX-License-Identifier: Apache-2.0

//! The phantom's files: the same everywhere, and plausible.

use crate::common::{images, make, small};
use contour_phantom::{Drawing, Habit, Options, PhantomError, Progress, Report, phantom};
use contour_segmentation::seg::Segmentation;
use contour_segmentation::{Series, nifti};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::fs;
use std::path::Path;

/// SHA-256 over path, length and bytes of all files of the default phantom.
const GOLDEN: &str = "1d2f1ea75bbda90fd4d6355991cdb85f3d8e6a195a8e7e3d2c80c2ff51a46ab1";
/// The same, oblique, with the blunderer.
const GOLDEN_OBLIQUE: &str = "0ff9333bc4dda047caae0bc7b5165c64541a6af85c2a1f49767337c0f9e74d71";

fn digest(folder: &Path, report: &Report) -> String {
	let mut hash = Sha256::new();
	let paths = report
		.images
		.iter()
		.map(|image| &image.path)
		.chain([&report.truth.path, &report.truth_nifti])
		.chain(report.readers.iter().map(|reader| &reader.path));
	for path in paths {
		let bytes = fs::read(folder.join(path)).unwrap();
		hash.update(path.to_str().unwrap());
		hash.update((bytes.len() as u64).to_le_bytes());
		hash.update(bytes);
	}
	hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Dice's coefficient in thousandths, rounded down.
fn dice(drawing: &Drawing, truth: u64) -> u64 {
	2000 * drawing.common / (drawing.voxels + truth)
}

#[test]
fn should_write_the_golden_bytes_when_options_are_default() {
	let (folder, report) = make(&Options::default());
	assert_eq!(digest(folder.path(), &report), GOLDEN);
}

#[test]
fn should_write_the_golden_bytes_when_oblique() {
	let mut options = Options::default();
	(options.oblique, options.blunder) = (true, true);
	let (folder, report) = make(&options);
	assert_eq!(digest(folder.path(), &report), GOLDEN_OBLIQUE);
}

#[test]
fn should_repeat_itself_and_differ_by_seed() {
	let (a, report_a) = make(&small());
	let (b, report_b) = make(&small());
	assert_eq!(digest(a.path(), &report_a), digest(b.path(), &report_b));
	assert_eq!(
		serde_json::to_string(&report_a).unwrap(),
		serde_json::to_string(&report_b).unwrap()
	);
	let (_c, report_c) = make(&{
		let mut options = small();
		options.seed = 2;
		options
	});
	assert_ne!(report_a.study, report_c.study);
	assert_ne!(report_a.images[0].instance, report_c.images[0].instance);
}

#[test]
fn should_give_every_object_a_uid_of_its_own() {
	let mut options = small();
	options.blunder = true;
	let (_folder, report) = make(&options);
	let mut uids = vec![&report.study, &report.series, &report.frame_of_reference];
	uids.extend(report.images.iter().map(|image| &image.instance));
	for drawing in report.readers.iter().chain([&report.truth]) {
		uids.extend([&drawing.series, &drawing.instance]);
	}
	let count = uids.len();
	for uid in &uids {
		let uuid: u128 = uid.strip_prefix("2.25.").unwrap().parse().unwrap();
		assert_eq!(
			(uuid >> 76 & 0xf, uuid >> 62 & 0b11),
			(8, 0b10),
			"{uid} is a UUID of version 8"
		);
		assert!(uid.len() <= 64);
	}
	uids.sort();
	uids.dedup();
	assert_eq!(uids.len(), count);
}

#[test]
fn should_agree_like_careful_readers_when_seeds_and_grids_vary() {
	let variants = (1..=3).map(|seed| (seed, 256, 32)).chain((4..=12).map(|seed| (seed, 128, 24)));
	for (seed, columns, slices) in variants {
		let mut options = Options::default();
		(options.seed, options.slices, options.blunder) = (seed, slices, true);
		(options.rows, options.columns, options.readers) = (columns, columns, 10);
		let (_folder, report) = make(&options);
		let truth = report.truth.voxels;
		assert_eq!(report.readers.len(), 11);
		for reader in &report.readers {
			let dice = dice(reader, truth);
			match reader.habit {
				Some(Habit::Mirrored) => assert_eq!(dice, 0),
				_ => assert!((800..=970).contains(&dice), "seed {seed}: {reader:?} {dice}"),
			}
		}
		let ratio = |i: usize| report.readers[i].voxels * 1000 / truth;
		assert!(ratio(0) < 950, "tight: {}", ratio(0));
		assert!(ratio(1) > 1050, "generous: {}", ratio(1));
		assert!((950..1050).contains(&ratio(2)), "shifted: {}", ratio(2));
		assert!(ratio(3) < 950, "without a lobe: {}", ratio(3));
	}
}

#[test]
fn should_report_what_is_in_the_files() {
	let mut options = small();
	(options.oblique, options.columns) = (true, 80);
	let (folder, report) = make(&options);
	let read = |path: &Path| fs::read(folder.path().join(path)).unwrap();
	let series = Series::read(images(folder.path(), &report)).unwrap();
	assert_eq!(*series.grid(), report.grid);
	assert_eq!(series.study(), report.study);
	assert_eq!(series.frame_of_reference(), report.frame_of_reference);
	let truth = Segmentation::read(&read(&report.truth.path)).unwrap();
	assert_eq!(*truth.grid(), report.grid);
	let truth = truth.mask(1).unwrap();
	assert_eq!(truth.marked(), report.truth.voxels);
	let nifti = nifti::read(&read(&report.truth_nifti)).unwrap();
	assert!(nifti.grid().matches(&report.grid));
	assert_eq!(nifti.voxels(), truth.voxels());
	for reader in &report.readers {
		let seg = Segmentation::read(&read(&reader.path)).unwrap();
		assert!(seg.grid().dimensions[2] < report.grid.dimensions[2], "empty frames are left out");
		assert_eq!(seg.study(), report.study);
		assert_eq!(seg.frame_of_reference(), report.frame_of_reference);
		assert_eq!(seg.instance(), reader.instance);
		assert!(seg.images().iter().all(|image| series.instances().contains(image)));
		let mask = seg.mask_on(1, series.grid()).unwrap();
		assert_eq!(mask.marked(), reader.voxels);
		assert_eq!(mask.common(&truth), Some(reader.common));
	}
}

#[test]
fn should_read_the_series_in_order_when_files_are_shuffled() {
	let (folder, report) = make(&small());
	let mut files = images(folder.path(), &report);
	files.reverse();
	files.swap(2, 9);
	let series = Series::read(files).unwrap();
	assert!(series.instances().iter().eq(report.images.iter().map(|image| &image.instance)));
	assert_eq!(*series.grid(), report.grid);
	assert!(!format!("{series:?}").contains("Phantom"), "no patient in Debug");
}

#[test]
fn should_tell_progress_for_each_file() {
	let told = RefCell::new(Vec::new());
	let folder = tempfile::tempdir().unwrap();
	phantom(folder.path(), &small(), &|p| told.borrow_mut().push(p)).unwrap();
	let expected: Vec<_> = (1..=23).map(|done| Progress { done, total: 23 }).collect();
	assert_eq!(*told.borrow(), expected);
}

#[test]
fn should_refuse_when_options_are_out_of_range() {
	let folder = tempfile::tempdir().unwrap();
	type Change = fn(&mut Options);
	let cases: [(&str, Change); 6] = [
		("slices", |o| o.slices = 15),
		("slices", |o| o.slices = u32::MAX),
		("rows", |o| o.rows = 0),
		("columns", |o| o.columns = 513),
		("columns", |o| (o.rows, o.columns) = (100, 201)),
		("readers", |o| o.readers = 100),
	];
	for (name, change) in cases {
		let mut options = small();
		change(&mut options);
		match phantom(folder.path(), &options, &|_| {}) {
			Err(PhantomError::Option { option, .. }) => assert_eq!(option, name),
			other => panic!("{name}: {other:?}"),
		}
	}
	assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
}

#[test]
fn should_refuse_when_the_folder_is_not_empty_or_a_file() {
	let folder = tempfile::tempdir().unwrap();
	let file = folder.path().join("file");
	fs::write(&file, b"x").unwrap();
	let refused = phantom(folder.path(), &small(), &|_| {});
	assert!(matches!(refused, Err(PhantomError::NotEmpty(_))));
	let refused = phantom(&file, &small(), &|_| {});
	assert!(matches!(refused, Err(PhantomError::Io { .. })));
}
