// SPDX-License-Identifier: Apache-2.0

//! Whatever bytes a scorer is given, as a sealed object or as a reader's file: no panic, and a mask only
//! on the grid of the task.
//!
//! Whole files, which chance would hardly find, are written to the folder that `CONTOUR_FUZZ_SEEDS`
//! names before the first run.

#![no_main]

use contour_annotation::{Binding, geometry::Geometry, reading::Reading};
use contour_phantom::{Options, phantom};
use contour_primitives::{AccountId, Code, Hash, KeySuite, StudyId, TaskId};
use contour_seal::{
	keyfile::{KeyFile, Kind},
	object::{Recipient, header},
};
use contour_segmentation::Series;
use flate2::read::GzDecoder;
use libfuzzer_sys::fuzz_target;
use std::{env, fs, io::Read as _, path::Path, sync::LazyLock};

/// A task as its scorer knows it.
struct Task {
	geometry: Geometry,
	structure: Code,
	/// Files as readers hand them in, by name.
	readings: Vec<(&'static str, Vec<u8>)>,
}

static TASK: LazyLock<Task> = LazyLock::new(|| {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let mut options = Options::default();
	(options.slices, options.rows, options.columns, options.readers) = (16, 64, 64, 1);
	let report = phantom(folder.path(), &options, &|_| {}).expect("a phantom");
	let file = |path: &Path| fs::read(folder.path().join(path)).expect("it was written");
	let images = report.images.iter().map(|image| file(&image.path));
	let series = Series::read(images).expect("a series");
	let packed = file(&report.truth_nifti);
	let mut nifti = Vec::new();
	GzDecoder::new(&packed[..]).read_to_end(&mut nifti).expect("it is packed");
	let text = |it: &[u8]| it.to_vec().try_into().expect("it is short");
	Task {
		geometry: Geometry::of(&series).expect("a geometry"),
		structure: Code { scheme: text(b"SCT"), value: text(b"108369006") },
		readings: vec![
			("reader.dcm", file(&report.readers[0].path)),
			("truth.dcm", file(&report.truth.path)),
			("truth.nii", nifti),
			("truth.nii.gz", packed),
		],
	}
});

/// Writes the files, each of which must fit the task, and a sealed one.
fn seed(folder: &Path) {
	let Task { geometry, structure, readings } = &*TASK;
	for (name, file) in readings {
		let reading = Reading::new(file.clone()).expect("a known format");
		reading.mask(geometry, structure).expect("it fits");
		fs::write(folder.join(name), file).expect("the folder is writable");
	}
	let keys = KeyFile::generate(Kind::Institution).expect("random bytes");
	let account = AccountId::new([1; 32]);
	let suite = KeySuite::XWing;
	let key = keys.public_keys().of(suite).to_vec();
	let scorer = Recipient { account: account.clone(), suite, key };
	let binding =
		Binding { genesis: Hash::zero(), task: TaskId(1), study: StudyId(Hash::repeat_byte(1)) };
	let reading = Reading::new(readings[0].1.clone()).expect("a known format");
	let sealed = reading.seal(&binding, account, &[scorer]).expect("it is sealed");
	header(&sealed).expect("it is an object");
	fs::write(folder.join("sealed"), sealed).expect("the folder is writable");
}

fuzz_target!(
	init: {
		if let Some(folder) = env::var_os("CONTOUR_FUZZ_SEEDS") {
			seed(folder.as_ref());
		}
	},
	|bytes: &[u8]| {
		let _ = header(bytes);
		let Task { geometry, structure, .. } = &*TASK;
		if let Ok(reading) = Reading::new(bytes.to_vec())
			&& let Ok(mask) = reading.mask(geometry, structure)
		{
			assert_eq!(mask.grid(), geometry.scoring_grid());
		}
	}
);
