// SPDX-License-Identifier: Apache-2.0

//! A phantom as a study, people with keys, and a task.

#![allow(dead_code, unreachable_pub, reason = "each test uses its share")]

use contour_annotation::{Binding, brief::Brief, geometry::Geometry};
use contour_phantom::{Options, Report, phantom};
use contour_primitives::{AccountId, Code, Hash, KeySuite, StudyId, TaskId};
use contour_seal::{
	keyfile::{KeyFile, Kind},
	object::Recipient,
};
use contour_segmentation::{Grid, Series, Volume};
use std::{fs, path::PathBuf};

pub struct Person {
	pub account: AccountId,
	pub keys: KeyFile,
	pub suite: KeySuite,
}

pub fn person(byte: u8) -> Person {
	let keys = KeyFile::generate(Kind::Person).expect("random bytes");
	Person { account: AccountId::new([byte; 32]), keys, suite: KeySuite::XWing }
}

impl Person {
	pub fn recipient(&self) -> Recipient {
		let key = self.keys.public_keys().of(self.suite).to_vec();
		Recipient { account: self.account.clone(), suite: self.suite, key }
	}
}

pub const BINDING: Binding = Binding {
	genesis: Hash::repeat_byte(7),
	task: TaskId(3),
	study: StudyId(Hash::repeat_byte(9)),
};

pub fn structure() -> Code {
	let text = |it: &[u8]| it.to_vec().try_into().expect("it is short");
	Code { scheme: text(b"SCT"), value: text(b"108369006") }
}

pub struct Study {
	pub folder: tempfile::TempDir,
	pub report: Report,
}

impl Study {
	pub fn new(oblique: bool) -> Self {
		let folder = tempfile::tempdir().expect("a temporary folder");
		let mut options = Options::default();
		(options.slices, options.rows, options.columns, options.readers) = (16, 64, 80, 3);
		options.oblique = oblique;
		let report = phantom(folder.path(), &options, &|_| {}).expect("a phantom");
		Self { folder, report }
	}

	pub fn file(&self, path: &PathBuf) -> Vec<u8> {
		fs::read(self.folder.path().join(path)).expect("it was written")
	}

	pub fn images(&self) -> Vec<Vec<u8>> {
		self.report.images.iter().map(|image| self.file(&image.path)).collect()
	}

	pub fn series(&self) -> Series {
		Series::read(self.images()).expect("a series")
	}

	pub fn geometry(&self) -> Geometry {
		Geometry::of(&self.series()).expect("a geometry")
	}

	pub fn reader(&self, number: usize) -> Vec<u8> {
		self.file(&self.report.readers[number].path)
	}

	pub fn brief(&self, publisher: &Person) -> Brief {
		let publisher = publisher.recipient();
		Brief::new(BINDING.study, structure(), self.geometry(), publisher).expect("random bytes")
	}
}

/// The volume that a program which turns axes around would write: rows from the bottom.
pub fn flipped(volume: &Volume) -> Volume {
	let grid = volume.grid();
	let [columns, rows, slices] = grid.dimensions.map(|n| n as usize);
	let [a, b, c, d, e, f] = grid.orientation;
	let far = grid.point([0, grid.dimensions[1] - 1, grid.dimensions[2] - 1]);
	let turned =
		Grid::new(grid.dimensions, grid.spacing, [a, b, c, -d, -e, -f], far).expect("a grid");
	let mut voxels = Vec::with_capacity(volume.voxels().len());
	for z in (0..slices).rev() {
		for y in (0..rows).rev() {
			let start = (z * rows + y) * columns;
			voxels.extend_from_slice(&volume.voxels()[start..start + columns]);
		}
	}
	Volume::new(turned, voxels).expect("as many voxels")
}
