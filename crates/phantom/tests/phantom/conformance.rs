// SPDX-License-Identifier: Apache-2.0

//! What other people's programs say of the files.
//!
//! `dciodvfy` is in Debian's package dicom3tools. The Python packages are named in `check.py`;
//! `CONTOUR_PYTHON` names the interpreter that has them, `python3` if it is not set.

#![expect(clippy::print_stdout, reason = "a test that is skipped says why")]

use crate::common::{author, boxed, make, segments, series, small};
use contour_phantom::Options;
use contour_segmentation::seg::{self, EmptyFrames};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Lines of errors and warnings; `None` when the program is not installed.
fn complaints(file: &Path) -> Option<Vec<String>> {
	let output = Command::new("dciodvfy").arg("-new").arg(file).output().ok()?;
	let text = [output.stdout, output.stderr].concat();
	let lines = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect::<Vec<_>>();
	let is_complaint = |line: &String| line.starts_with("Error") || line.starts_with("Warning");
	Some(lines.into_iter().filter(is_complaint).collect())
}

fn full(oblique: bool) -> Options {
	let mut options = Options::default();
	(options.blunder, options.oblique) = (true, oblique);
	options
}

#[test]
fn should_have_no_complaint_when_dciodvfy_looks() {
	// A control: without the text, an attribute of type 1 is empty.
	let folder = tempfile::tempdir().unwrap();
	let images = series(&small());
	let mut spoilt = author();
	spoilt.label.clear();
	let volume = boxed(images.grid());
	let file = folder.path().join("spoilt.dcm");
	let bytes = seg::write(&volume, &segments(1), &images, &spoilt, EmptyFrames::Keep).unwrap();
	fs::write(&file, bytes).unwrap();
	let Some(found) = complaints(&file) else {
		println!("skipped: dciodvfy is not installed (Debian package dicom3tools)");
		return;
	};
	assert!(found.iter().any(|line| line.starts_with("Error")), "{found:?}");

	// As the scorer writes it.
	let file = folder.path().join("consensus.dcm");
	let voxels = (0..images.grid().voxels()).map(|i| (i % 3) as u8).collect();
	let volume = contour_segmentation::Volume::new(images.grid().clone(), voxels).unwrap();
	let bytes = seg::write(&volume, &segments(2), &images, &author(), EmptyFrames::Omit).unwrap();
	fs::write(&file, bytes).unwrap();
	assert_eq!(complaints(&file), Some(vec![]));

	for oblique in [false, true] {
		let (folder, report) = make(&full(oblique));
		let drawings = report.readers.iter().chain([&report.truth]).map(|drawing| &drawing.path);
		let mut count = 0;
		for path in report.images.iter().map(|image| &image.path).chain(drawings) {
			assert_eq!(complaints(&folder.path().join(path)), Some(vec![]), "{}", path.display());
			count += 1;
		}
		println!("{count} files without error or warning");
	}
}

#[test]
fn should_look_the_same_when_python_programs_read_it() {
	let python = std::env::var("CONTOUR_PYTHON").unwrap_or_else(|_| "python3".into());
	let needed = "import highdicom, nibabel, numpy, pydicom, SimpleITK";
	let has = Command::new(&python).args(["-c", needed]).output();
	if !has.is_ok_and(|output| output.status.success()) {
		println!("skipped: {python} has not all of highdicom, nibabel, pydicom, SimpleITK");
		return;
	}
	for oblique in [false, true] {
		let (folder, report) = make(&full(oblique));
		let output = Command::new(&python)
			.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/phantom/check.py"))
			.arg(folder.path())
			.output()
			.unwrap();
		let errors = String::from_utf8_lossy(&output.stderr);
		assert!(output.status.success(), "{errors}");
		let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
		for fact in
			["images_readable", "nifti_affine_agrees", "nifti_qform_agrees", "itk_places_agree"]
		{
			assert_eq!(seen[fact], true, "{fact}");
		}
		assert_eq!(seen["slices"], report.images.len());
		assert_eq!(seen["nifti_voxels"], report.truth.voxels);
		let list = seen["segmentations"].as_array().unwrap();
		assert_eq!(list.len(), report.readers.len() + 1);
		for drawing in report.readers.iter().chain([&report.truth]) {
			let path = drawing.path.to_str().unwrap();
			let found = list.iter().find(|found| found["path"] == path).unwrap();
			for program in ["highdicom", "highdicom_by_images", "pydicom"] {
				assert_eq!(found[program], drawing.voxels, "{path} in {program}");
			}
			assert_eq!(found["common"], drawing.common, "{path}");
			assert_eq!(found["on_the_images_grid"], true, "{path}");
			if let Some(error) = found.get("pydicom_seg_error") {
				println!("pydicom-seg skipped: {error}");
			} else {
				assert_eq!(found["pydicom_seg"], drawing.voxels, "{path} in pydicom-seg");
				assert_eq!(found["pydicom_seg_on_grid"], true, "{path} in pydicom-seg");
			}
		}
	}
}
