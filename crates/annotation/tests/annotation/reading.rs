// SPDX-License-Identifier: Apache-2.0

use crate::common::{BINDING, Person, Study, flipped, person, structure};
use codec::{DecodeAll, Encode};
use contour_annotation::{
	brief::Brief,
	drawing,
	geometry::{Geometry, GeometryError},
	numbering::Numbering,
	reading::{Format, Reading, Unfit},
};
use contour_primitives::{AccountId, Code, Hash, TaskId};
use contour_scoring::Rejection;
use contour_segmentation::{Grid, Volume, nifti, seg::Segmentation};
use proptest::prelude::*;

fn refused(file: Vec<u8>, geometry: &Geometry) -> (Unfit, Rejection) {
	let refusal = Reading::new(file).and_then(|it| it.mask(geometry, &structure()));
	let refusal = refusal.expect_err("it does not fit");
	let rejection = refusal.rejection();
	(refusal, rejection)
}

fn moved(grid: &Grid, by: f64) -> Grid {
	let [x, y, z] = grid.origin;
	Grid::new(grid.dimensions, grid.spacing, grid.orientation, [x + by, y, z]).unwrap()
}

#[test]
fn should_be_the_same_mask_when_seg_and_nifti_have_the_same() {
	for study in [Study::new(false), Study::new(true)] {
		let (series, geometry) = (study.series(), study.geometry());
		for file in [study.reader(0), study.file(&study.report.truth.path)] {
			let volume = Segmentation::read(&file).unwrap().mask_on(1, series.grid()).unwrap();
			let mask = Reading::new(file).unwrap().mask(&geometry, &structure()).unwrap();
			assert!(!mask.is_empty());
			assert_eq!(mask.to_bytes(), volume.voxels());
			let seg = drawing::segmentation(&mask, &geometry, &structure(), &BINDING, "X").unwrap();
			let files = [
				seg,
				drawing::nifti(&mask, &geometry).unwrap(),
				nifti::write(&flipped(&volume)).unwrap(),
			];
			for file in files {
				let again = Reading::new(file).unwrap().mask(&geometry, &structure()).unwrap();
				assert_eq!(again.hash(), mask.hash());
			}
		}
	}
}

#[test]
fn should_name_what_is_wrong_when_a_file_does_not_fit() {
	let (study, other) = (Study::new(false), Study::new(true));
	let geometry = study.geometry();
	let whole = study.reader(0);

	let cut = refused(whole[..whole.len() / 2].to_vec(), &geometry);
	assert!(matches!(cut, (Unfit::Seg(_), Rejection::Malformed)), "{cut:?}");
	let garbage = refused(b"garbage".to_vec(), &geometry);
	assert!(matches!(garbage, (Unfit::Unknown, Rejection::Malformed)));
	let elsewhere = refused(other.reader(0), &geometry);
	assert!(matches!(elsewhere, (Unfit::FrameOfReference, Rejection::Geometry)));

	let same_frame =
		Geometry::new(moved(geometry.grid(), 0.5), geometry.frame_of_reference().into());
	let shifted = refused(whole.clone(), &same_frame.unwrap());
	assert!(matches!(shifted, (Unfit::Grid { .. }, Rejection::Geometry)), "{shifted:?}");

	let code = Code { value: b"1".to_vec().try_into().unwrap(), ..structure() };
	let wrong = Reading::new(whole).unwrap().mask(&geometry, &code).unwrap_err();
	assert_eq!(wrong.rejection(), Rejection::Structure);
	let said = "no segment is SCT:1, there is SCT:108369006";
	assert!(wrong.to_string().starts_with(said), "{wrong}");

	let grid = geometry.grid();
	let cropped = [grid.dimensions[0] - 1, grid.dimensions[1], grid.dimensions[2]];
	let half = grid.spacing.map(|step| step / 2.0);
	for grid in [
		moved(grid, 0.5),
		Grid::new(cropped, grid.spacing, grid.orientation, grid.origin).unwrap(),
		Grid::new(grid.dimensions, half, grid.orientation, grid.origin).unwrap(),
	] {
		let volume = Volume::new(grid.clone(), vec![1; grid.voxels()]).unwrap();
		let refused = refused(nifti::write(&volume).unwrap(), &geometry);
		assert!(matches!(refused, (Unfit::Grid { .. }, Rejection::Geometry)), "{refused:?}");
	}
}

#[test]
fn should_be_accepted_when_off_by_less_than_a_hundredth_of_a_voxel() {
	let study = Study::new(false);
	let geometry = study.geometry();
	let step = geometry.grid().spacing.into_iter().fold(f64::INFINITY, f64::min);
	let nearby = |part: f64| {
		let grid = moved(geometry.grid(), part * step);
		Geometry::new(grid, geometry.frame_of_reference().into()).unwrap()
	};
	let reading = Reading::new(study.reader(0)).unwrap();
	assert!(reading.mask(&nearby(0.009), &structure()).is_ok());
	assert!(reading.mask(&nearby(0.011), &structure()).is_err());
}

#[test]
fn should_not_unpack_more_than_the_task_needs_when_a_nifti_file_is_a_bomb() {
	let study = Study::new(false);
	let grid = Grid::new([1024, 1024, 64], [1.0; 3], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3]);
	let volume = Volume::new(grid.unwrap(), vec![0; 1 << 26]).unwrap();
	let bomb = nifti::write(&volume).unwrap();
	assert!(bomb.len() < 1 << 20);
	let refused = refused(bomb, &study.geometry());
	assert!(matches!(refused, (Unfit::Nifti(_), Rejection::TooLarge)), "{refused:?}");
}

#[test]
fn should_be_sealed_against_the_same_reader_task_and_study_when_opened() {
	let (study, reader, thief, scorer) = (Study::new(false), person(1), person(4), person(2));
	let reading = Reading::new(study.reader(0)).unwrap();
	let sealed = reading.seal(&BINDING, reader.account.clone(), &[scorer.recipient()]).unwrap();
	let open = |binding, reader: &AccountId| {
		Reading::open(&sealed, &binding, reader, &scorer.account, &scorer.keys)
	};
	let opened = open(BINDING, &reader.account).unwrap();
	assert_eq!((opened.format(), opened.file()), (Format::Seg, study.reader(0).as_slice()));
	assert_eq!(open(BINDING, &thief.account).unwrap_err(), Rejection::Sealed);
	let other = contour_annotation::Binding { task: TaskId(4), ..BINDING };
	assert_eq!(open(other, &reader.account).unwrap_err(), Rejection::Sealed);
}

#[test]
fn should_open_for_scorers_only_when_a_brief_is_sealed() {
	let (study, opener, scorer) = (Study::new(true), person(1), person(2));
	let brief = study.brief(&opener);
	let sealed = brief.seal(BINDING.genesis, &[scorer.recipient()]).unwrap();
	let open = |genesis, by: &Person, it: &Person| {
		Brief::open(&sealed, genesis, BINDING.study, &by.account, (&it.account, &it.keys))
	};
	assert!(open(BINDING.genesis, &opener, &scorer).unwrap() == brief);
	assert!(open(BINDING.genesis, &opener, &opener).is_err());
	assert!(open(BINDING.genesis, &scorer, &scorer).is_err());
	assert!(open(Hash::zero(), &opener, &scorer).is_err());
}

#[test]
fn should_keep_every_number_when_a_geometry_is_encoded() {
	for oblique in [false, true] {
		let geometry = Study::new(oblique).geometry();
		assert_eq!(Geometry::decode_all(&mut geometry.encode().as_slice()), Ok(geometry));
	}
}

#[test]
fn should_refuse_images_when_a_slice_is_missing_or_off() {
	let study = Study::new(false);
	let mut images = study.images();
	images.remove(5);
	assert!(matches!(Geometry::read(&images), Err(GeometryError::Series(_))));
	images.extend(Study::new(true).images());
	assert!(matches!(Geometry::read(&images), Err(GeometryError::Series(_))));

	// The last slice a tenth of a millimetre farther away, of three.
	let mut images = study.images();
	let [x, y, z] = study.geometry().grid().position(15);
	let text = |z: f64| format!("{x}\\{y}\\{z:.1}").into_bytes();
	let (from, to) = (text(z), text(z + 0.1));
	let file = &mut images[15];
	let at = file.windows(from.len()).position(|it| it == from).expect("its position");
	file[at..at + to.len()].copy_from_slice(&to);
	let refused = Geometry::read(&images);
	assert!(matches!(refused, Err(GeometryError::Uneven { .. })), "{refused:?}");
}

proptest! {
	#[test]
	fn should_number_from_one_without_gaps_when_there_are_any_readers(
		secret in any::<[u8; 32]>(),
		accounts in proptest::collection::btree_set(any::<[u8; 32]>(), 0..16),
	) {
		let readers: Vec<AccountId> = accounts.into_iter().map(AccountId::new).collect();
		let numbering = Numbering::new(&secret, TaskId(1), &readers);
		let mut numbers: Vec<u8> =
			(0..readers.len()).filter_map(|index| numbering.of(index)).collect();
		// Whoever lists the readers otherwise numbers them alike.
		let reversed: Vec<AccountId> = readers.iter().rev().cloned().collect();
		let again = Numbering::new(&secret, TaskId(1), &reversed);
		for (index, number) in numbers.iter().enumerate() {
			prop_assert_eq!(again.of(readers.len() - 1 - index), Some(*number));
			prop_assert!(numbering.is_in(index, 1 << (number - 1)));
			prop_assert!(!numbering.is_in(index, !(1 << (number - 1))));
		}
		numbers.sort_unstable();
		let wanted: Vec<u8> = (1..).take(readers.len()).collect();
		prop_assert_eq!(numbers, wanted);
	}

	#[test]
	fn should_not_panic_when_a_reading_is_anything(
		bytes in proptest::collection::vec(any::<u8>(), 0..2048),
		kind in 0..3_u8,
	) {
		let geometry = {
			let grid = Grid::new([4; 3], [1.0; 3], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3]);
			Geometry::new(grid.unwrap(), "1.2".into()).unwrap()
		};
		let file = match kind {
			0 => bytes,
			1 => [348_i32.to_le_bytes().as_slice(), &bytes].concat(),
			_ => [vec![0; 128], b"DICM".to_vec(), bytes].concat(),
		};
		if let Ok(reading) = Reading::new(file) {
			prop_assert!(reading.mask(&geometry, &structure()).is_err());
		}
	}
}
