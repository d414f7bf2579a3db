// SPDX-License-Identifier: Apache-2.0

//! The profile on real files: every file below the folders in CONTOUR_DICOM_SAMPLES (separated by
//! colons). CONTOUR_PYTHON names a Python with pydicom, which then reads every copy.

use crate::fixture::{KEY, basic};
use contour_deidentify::{
	DUMMY_TEXT, Dates, Deidentifier, DeidentifyError, Options, Outcome, table,
};
use dicom_core::{Tag, VR, header::Header};
use dicom_dictionary_std::tags;
use dicom_object::{InMemDicomObject, from_reader};
use std::{
	collections::{BTreeMap, BTreeSet},
	io::{self, Write},
	path::{Path, PathBuf},
	process::Command,
};

/// Shorter values say nothing: "M" or "1234" are in any file.
const SHORTEST: usize = 6;
/// Dummy values, which an original may happen to be a part of.
const DUMMIES: [&str; 2] = ["ANONYMISED", "19000101000000"];

#[expect(clippy::explicit_write, reason = "the house has no print macros; a skip says why")]
fn say(text: &str) {
	writeln!(io::stderr(), "{text}").unwrap();
}

fn samples() -> Vec<PathBuf> {
	let Ok(folders) = std::env::var("CONTOUR_DICOM_SAMPLES") else {
		say("skipped: CONTOUR_DICOM_SAMPLES is not set");
		return Vec::new();
	};
	let mut files: Vec<_> = folders
		.split(':')
		.flat_map(walkdir::WalkDir::new)
		.map(|entry| entry.unwrap())
		.filter(|entry| entry.file_type().is_file())
		.map(walkdir::DirEntry::into_path)
		.collect();
	files.sort();
	files
}

/// Values that must not survive: all text of listed attributes, at any depth.
fn identifying(data_set: &InMemDicomObject, values: &mut BTreeSet<String>) {
	for element in data_set {
		let tag = element.tag();
		if let Some(items) = element.items() {
			items.iter().for_each(|item| identifying(item, values));
		}
		let is_text = !matches!(element.vr(), VR::OW | VR::OB | VR::US | VR::SS | VR::FD | VR::TM);
		if table::row(tag).is_none() || !is_text {
			continue;
		}
		let Ok(strings) = element.to_multi_str() else { continue };
		for value in strings.iter().flat_map(|text| text.split(['\\', '^', '='])) {
			let value = value.trim_matches(|c: char| c == '\0' || c.is_whitespace());
			let is_dummy = DUMMIES.iter().any(|dummy| dummy.contains(value));
			// Zero is not a value of anybody.
			let is_zero = value.bytes().all(|byte| b"0.".contains(&byte));
			if value.len() >= SHORTEST
				&& !is_dummy && !is_zero
				&& !value.starts_with("1.2.840.10008.")
			{
				values.insert(value.to_owned());
			}
		}
	}
}

fn pixels(data_set: &InMemDicomObject) -> Option<Vec<Vec<u8>>> {
	let element = data_set.get(tags::PIXEL_DATA)?;
	match element.fragments() {
		Some(fragments) => Some(
			fragments
				.iter()
				.map(|fragment| {
					let mut fragment = fragment.clone();
					fragment.resize(fragment.len().next_multiple_of(2), 0);
					fragment
				})
				.collect(),
		),
		None => {
			let mut bytes = element.to_bytes().ok()?.into_owned();
			// Values have even length in the file (PS3.5, 7.1.1).
			bytes.resize(bytes.len().next_multiple_of(2), 0);
			Some(vec![bytes])
		}
	}
}

fn reason(error: &DeidentifyError) -> String {
	let debug = format!("{error:?}");
	debug.split([' ', '{']).next().unwrap().to_owned()
}

fn leaks(deidentifier: &Deidentifier, file: &Path) -> Result<Vec<String>, DeidentifyError> {
	let original = std::fs::read(file).unwrap();
	let (copy, report) = deidentifier.bytes(&original)?;
	let (before, after) =
		(from_reader(&original[128..]).unwrap(), from_reader(&copy[128..]).unwrap());
	assert!(pixels(&before) == pixels(&after), "pixels of {}", file.display());
	assert_eq!(after.meta().transfer_syntax(), before.meta().transfer_syntax());
	assert_eq!(after.meta().media_storage_sop_instance_uid(), report.instance);
	assert_eq!(copy[..128], [0; 128]);
	let again = deidentifier.bytes(&original)?;
	assert_eq!(again.0, copy, "the same key makes the same copy");
	let mut values = BTreeSet::new();
	identifying(&before, &mut values);
	// The file meta information, too.
	for element in before.meta().to_element_iter() {
		if element.header().tag == Tag(0x0002, 0x0003) {
			let uid = before.meta().media_storage_sop_instance_uid();
			values.extend((!uid.starts_with("1.2.840.10008.")).then(|| uid.to_owned()));
		}
	}
	// Whatever its character set, no name is left.
	names(&after);
	let mut found = Vec::new();
	for value in values.into_iter().filter(|value| crate::fixture::contains(&copy, value)) {
		let mut places = BTreeSet::new();
		holders(&after, &value, &mut places);
		found.push(format!("{value} in {places:?}"));
	}
	Ok(found)
}

fn names(data_set: &InMemDicomObject) {
	for element in data_set {
		element.items().into_iter().flatten().for_each(names);
		if element.vr() == VR::PN {
			let name = element.to_str().unwrap();
			assert!(["", DUMMY_TEXT].contains(&name.trim()), "{} has a name", element.tag());
		}
	}
}

/// Tags of the copy whose text has the value.
fn holders(data_set: &InMemDicomObject, value: &str, places: &mut BTreeSet<String>) {
	for element in data_set {
		element.items().into_iter().flatten().for_each(|item| holders(item, value, places));
		if element.to_multi_str().is_ok_and(|texts| texts.iter().any(|text| text.contains(value))) {
			places.insert(format!("{} {}", element.tag(), element.vr()));
		}
	}
}

#[test]
fn should_leave_no_identifying_value_when_real_files_are_copied() {
	let files = samples();
	let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
	let mut found = Vec::new();
	let strict = basic();
	let lenient = Deidentifier::new(KEY, Options { allow_burned_in: true, ..Options::default() });
	let mut lenient_copies = 0;
	for file in &files {
		match leaks(&strict, file) {
			Ok(values) => {
				*reasons.entry("copied".into()).or_default() += 1;
				found.extend(values);
			}
			Err(error) => {
				*reasons.entry(reason(&error)).or_default() += 1;
			}
		}
		if let Ok(values) = leaks(&lenient, file) {
			lenient_copies += 1;
			found.extend(values);
		}
	}
	say(&format!("{} files, {reasons:?}; {lenient_copies} with burned-in allowed", files.len()));
	let found: BTreeSet<_> = found.into_iter().collect();
	assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn should_be_read_by_pydicom_when_real_folders_are_copied() {
	let Ok(python) = std::env::var("CONTOUR_PYTHON") else {
		say("skipped: CONTOUR_PYTHON is not set");
		return;
	};
	let Ok(folders) = std::env::var("CONTOUR_DICOM_SAMPLES") else {
		say("skipped: CONTOUR_DICOM_SAMPLES is not set");
		return;
	};
	let options =
		Options { allow_burned_in: true, dates: Dates::ShiftPerStudy, ..Options::default() };
	let out = tempfile::tempdir().unwrap();
	let mut copied = 0;
	for folder in folders.split(':') {
		let mut last = None;
		let report = Deidentifier::new(KEY, options)
			.folder(Path::new(folder), out.path(), |progress| last = Some(progress))
			.unwrap();
		assert_eq!(
			last.map(|last| (last.done, last.total)),
			Some((report.files.len(), report.files.len()))
		);
		copied += report.copied();
		for file in report.files {
			if let Outcome::Refused { reason } = file.outcome {
				assert!(!reason.contains(folder), "{reason}");
			}
		}
	}
	// Every element is read and every value converted; pixel data must have the stated length.
	let script = r#"
import sys, pathlib, warnings, pydicom
warnings.simplefilter("ignore")
count = 0
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    ds = pydicom.dcmread(path)
    assert ds.PatientIdentityRemoved == "YES"
    assert ds.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID == path.stem
    codes = [item.CodeValue for item in ds.DeidentificationMethodCodeSequence]
    assert codes[:2] == ["113100", "113107"], codes
    for element in ds.iterall():
        assert not element.tag.is_private
        str(element.value)
    if "PixelData" in ds and not ds.file_meta.TransferSyntaxUID.is_encapsulated and "Rows" in ds:
        frames = int(ds.get("NumberOfFrames") or 1)
        bits = ds.Rows * ds.Columns * ds.SamplesPerPixel * ds.BitsAllocated * frames
        if len(ds.PixelData) < bits // 8: print("short pixel data", path.name)
    count += 1
print(count)
"#;
	let run = Command::new(python).args(["-c", script]).arg(out.path()).output().unwrap();
	let stdout = String::from_utf8_lossy(&run.stdout);
	let stderr = String::from_utf8_lossy(&run.stderr);
	say(&format!("{copied} copies; pydicom read {}", stdout.trim()));
	assert!(run.status.success(), "{stderr}");
}
