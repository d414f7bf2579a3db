// SPDX-License-Identifier: Apache-2.0

//! Folders.

use crate::support::*;
use contour_dicom::{Progress, Reason, survey};
use std::{cell::RefCell, fs, num::NonZeroUsize, path::Path};

fn instance(study: &str, series: &str, sop: &str, pixels: &[u8]) -> Vec<u8> {
	let data = [
		EL.element((0x0008, 0x0018), "UI", sop.as_bytes()),
		EL.element((0x0020, 0x000D), "UI", study.as_bytes()),
		EL.element((0x0020, 0x000E), "UI", series.as_bytes()),
		EL.element(PIXELS, "OW", pixels),
	];
	file(EXPLICIT, &data.concat())
}

fn fill(dir: &Path) {
	fs::create_dir_all(dir.join("b/c")).unwrap();
	fs::write(dir.join("z.dcm"), instance("1.1", "1.1.1", "1.1.1.1", b"zz")).unwrap();
	fs::write(dir.join("b/c/a.dcm"), instance("1.1", "1.1.1", "1.1.1.2", b"aa")).unwrap();
	fs::write(dir.join("b/same.dcm"), instance("1.1", "1.1.1", "1.1.1.1", b"zz")).unwrap();
	fs::write(dir.join("b/other.dcm"), instance("1.2", "1.2.1", "1.2.1.1", b"oo")).unwrap();
	fs::write(dir.join("b/wrong.dcm"), instance("1.2", "1.2.1", "1.2.1.1", b"xx")).unwrap();
	fs::write(dir.join("cut.dcm"), &instance("1.2", "1.2.1", "1.2.1.2", &[0; 99])[..300]).unwrap();
	fs::write(dir.join("notes.txt"), "no images").unwrap();
	let directory = EL.element((0x0008, 0x0016), "UI", b"1.2.840.10008.1.3.10");
	fs::write(dir.join("DICOMDIR"), file(EXPLICIT, &directory)).unwrap();
	let palette = EL.element((0x0008, 0x0016), "UI", b"1.2.840.10008.5.1.4.39.1");
	fs::write(dir.join("palette.dcm"), file(EXPLICIT, &palette)).unwrap();
}

#[test]
fn should_group_files_by_study_when_a_folder_is_surveyed() {
	let dir = tempfile::tempdir().unwrap();
	fill(dir.path());
	let steps = RefCell::new(Vec::new());
	let folder = survey(dir.path(), None, &|step| steps.borrow_mut().push(step)).unwrap();
	let studies: Vec<_> = folder
		.studies
		.iter()
		.map(|study| {
			let paths = study.instances.iter().map(|instance| instance.path.to_str().unwrap());
			(study.uid.as_str(), paths.collect::<Vec<_>>())
		})
		.collect();
	assert_eq!(
		studies,
		[
			("1.1", vec!["b/same.dcm", "z.dcm", "b/c/a.dcm"]),
			("1.2", vec!["b/other.dcm", "b/wrong.dcm"]),
		]
	);
	let problems: Vec<_> = folder
		.problems
		.iter()
		.map(|problem| (problem.path.to_str().unwrap(), problem.trouble.name()))
		.collect();
	let expected =
		[("b/wrong.dcm", "Differs"), ("cut.dcm", "Truncated"), ("palette.dcm", "NoStudy")];
	assert_eq!(problems, expected);
	let skipped: Vec<_> =
		folder.skipped.iter().map(|skip| (skip.path.to_str().unwrap(), skip.reason)).collect();
	assert_eq!(skipped, [("DICOMDIR", Reason::Directory), ("notes.txt", Reason::NotDicom)]);
	let steps = steps.into_inner();
	assert_eq!(steps.len(), 9);
	assert_eq!(steps.last(), Some(&Progress { done: 9, total: 9 }));
	let json = serde_json::to_value(&folder).unwrap();
	assert_eq!(json["problems"][1]["error"], "Truncated");
	assert_eq!(json["studies"][0]["instances"][0]["path"], "b/same.dcm");
}

#[test]
fn should_keep_the_name_of_every_reason_when_written_as_json() {
	for (reason, name) in [
		(Reason::Directory, "Directory"),
		(Reason::NotDicom, "NotDicom"),
		(Reason::SymbolicLink, "SymbolicLink"),
		(Reason::NotAFile, "NotAFile"),
	] {
		assert_eq!(serde_json::to_value(reason).unwrap(), name);
		assert!(!reason.to_string().contains(name), "people read words, not names");
	}
}

#[test]
fn should_give_the_same_when_the_number_of_threads_differs() {
	let dir = tempfile::tempdir().unwrap();
	fill(dir.path());
	let shown = |threads| {
		let folder = survey(dir.path(), NonZeroUsize::new(threads), &|_| {}).unwrap();
		serde_json::to_string(&folder).unwrap()
	};
	assert_eq!(shown(1), shown(7));
}

#[test]
#[cfg(unix)]
fn should_not_follow_links_when_they_lead_out_of_the_folder() {
	let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
	fill(outside.path());
	std::os::unix::fs::symlink(outside.path(), dir.path().join("folder")).unwrap();
	std::os::unix::fs::symlink(outside.path().join("z.dcm"), dir.path().join("file")).unwrap();
	let folder = survey(dir.path(), None, &|_| {}).unwrap();
	assert!(folder.studies.is_empty() && folder.problems.is_empty());
	assert!(folder.skipped.iter().all(|skipped| skipped.reason == Reason::SymbolicLink));
	assert_eq!(folder.skipped.len(), 2);
}

#[test]
fn should_fail_when_the_folder_is_not_there() {
	let dir = tempfile::tempdir().unwrap();
	assert!(survey(&dir.path().join("none"), None, &|_| {}).is_err());
	let empty = survey(dir.path(), None, &|_| {}).unwrap();
	assert!(empty.studies.is_empty() && empty.skipped.is_empty() && empty.problems.is_empty());
}
