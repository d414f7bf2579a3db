// SPDX-License-Identifier: Apache-2.0

//! Real files, compared with what pydicom says of them.
//!
//! `CONTOUR_DICOM_SAMPLES` is a list of folders, separated like `PATH`. `CONTOUR_PYTHON` is a Python
//! that has pydicom; without it, `python3` is tried, and the comparison is left out if it has none.

use contour_dicom::{Layout, ScanError, survey};
use serde_json::Value;
use std::{
	collections::BTreeMap,
	env, fs,
	io::Write,
	path::{Path, PathBuf},
	process::{Command, Stdio},
};
use walkdir::WalkDir;

fn samples() -> Option<Vec<PathBuf>> {
	let folders = env::var_os("CONTOUR_DICOM_SAMPLES")?;
	let mut files: Vec<_> = env::split_paths(&folders)
		.flat_map(WalkDir::new)
		.map(|entry| entry.expect("a folder of samples can be read"))
		.filter(|entry| entry.file_type().is_file())
		.map(walkdir::DirEntry::into_path)
		.collect();
	files.sort();
	Some(files)
}

#[expect(clippy::explicit_write, reason = "the harness hides `eprintln`")]
fn note(text: &str) {
	// A test that did nothing should say so.
	writeln!(std::io::stderr(), "{text}").unwrap();
}

fn pydicom(files: &[PathBuf]) -> Option<BTreeMap<PathBuf, Value>> {
	let python = env::var_os("CONTOUR_PYTHON").unwrap_or_else(|| "python3".into());
	let probe = Command::new(&python).args(["-c", "import pydicom"]).output().ok()?;
	if !probe.status.success() {
		return None;
	}
	let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dicom/pydicom_layouts.py");
	let mut child = Command::new(python)
		.arg(script)
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::null())
		.spawn()
		.unwrap();
	let mut input = child.stdin.take().unwrap();
	let paths: String = files.iter().map(|path| format!("{}\n", path.display())).collect();
	let writer = std::thread::spawn(move || input.write_all(paths.as_bytes()).unwrap());
	let output = child.wait_with_output().unwrap();
	writer.join().unwrap();
	let said = String::from_utf8(output.stdout).unwrap();
	let said = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
	Some(said.map(|value| (PathBuf::from(value["path"].as_str().unwrap()), value)).collect())
}

#[test]
fn should_agree_with_pydicom_when_files_are_real() {
	let Some(files) = samples() else {
		note("CONTOUR_DICOM_SAMPLES is not set: no sample was read");
		return;
	};
	let theirs = pydicom(&files);
	if theirs.is_none() {
		note("no Python with pydicom: the samples are split and joined, but not compared");
	}
	let (mut passed, mut with_pixels, mut refused) = (0, 0, BTreeMap::new());
	for path in &files {
		let bytes = fs::read(path).unwrap();
		let said = theirs.as_ref().map(|theirs| &theirs[path]);
		let layout = match crate::support::read(&bytes) {
			Ok(layout) => layout,
			Err(error) => {
				if let Some(said) = said {
					is_refused_rightly(path, &error, said);
				}
				refused.entry(error.name()).or_insert_with(Vec::new).push(path);
				continue;
			}
		};
		crate::support::check(&bytes, &layout);
		passed += 1;
		with_pixels += usize::from(!layout.pixels.is_empty());
		if let Some(said) = said {
			agrees(path, &layout, said);
		}
	}
	note(&format!("{} files: {passed} passed, {with_pixels} of them with pixels", files.len()));
	for (name, paths) in refused {
		note(&format!("{name}: {}", paths.len()));
		paths.iter().filter(|_| name != "NotDicom").for_each(|path| note(&format!("  {path:?}")));
	}
}

/// A refusal is right if pydicom does not take the file for DICOM, fails, or reads too few bytes.
fn is_refused_rightly(path: &Path, error: &ScanError, said: &Value) {
	let right = match error {
		ScanError::NotDicom => said["plain"] == "InvalidDicomError",
		// Of values other than pixels, pydicom does not say whether they are short.
		ScanError::Truncated { tag, .. } => {
			said["short"] == true
				|| said["error"] != Value::Null
				|| tag.is_some_and(|tag| tag.0 != 0x7FE0)
		}
		_ => said["error"] != Value::Null,
	};
	assert!(right, "{path:?} was refused: {error}; pydicom: {said}");
}

fn agrees(path: &Path, layout: &Layout, said: &Value) {
	assert_eq!(said["error"], Value::Null, "{path:?}");
	if !layout.deflated {
		let ours: Vec<_> = layout.pixels.iter().map(|range| [range.start, range.end]).collect();
		assert_eq!(serde_json::to_value(ours).unwrap(), said["pixels"], "{path:?}");
	}
	let ours = serde_json::to_value(&layout.identity).unwrap();
	for (name, value) in ours.as_object().unwrap() {
		assert_eq!(value, &said[name], "{name} of {path:?}");
	}
	assert_eq!(layout.deflated, said["deflated"].as_bool().unwrap(), "{path:?}");
}

#[test]
fn should_account_for_every_file_when_the_folders_are_surveyed() {
	let Some(folders) = env::var_os("CONTOUR_DICOM_SAMPLES") else {
		note("CONTOUR_DICOM_SAMPLES is not set: no folder was surveyed");
		return;
	};
	for dir in env::split_paths(&folders) {
		let folder = survey(&dir, None, &|_| {}).unwrap();
		let instances: usize = folder.studies.iter().map(|study| study.instances.len()).sum();
		let count = |name| folder.problems.iter().filter(|p| p.trouble.name() == name).count();
		note(&format!(
			"{dir:?}: {} studies, {instances} instances, {} skipped, {} problems ({} without study, \
			 {} differ, {} cut off)",
			folder.studies.len(),
			folder.skipped.len(),
			folder.problems.len(),
			count("NoStudy"),
			count("Differs"),
			count("Truncated"),
		));
		// A file that differs from its double is in its study, too.
		let left_out = folder.skipped.len() + folder.problems.len() - count("Differs");
		let files = WalkDir::new(&dir).into_iter().flatten().filter(|e| !e.file_type().is_dir());
		assert_eq!(files.count(), instances + left_out);
	}
}
