// SPDX-License-Identifier: Apache-2.0

use crate::common::{BINDING, World, rejections};
use contour_annotation::geometry::Geometry;
use contour_phantom::{Options, phantom};
use contour_primitives::scorer::Readings;
use contour_scoring::Rejection;
use contour_seal::object::{Context, Kind, seal};
use contour_segmentation::{
	Grid, Volume, nifti,
	seg::{self, Author, EmptyFrames, Method, Segment},
};
use std::fs;

async fn with(world: &World, request: &mut Readings, reader: usize, sealed: Vec<u8>) {
	request.readings[reader].1 = world.put(&world.readings(), sealed).await;
}

fn segment(geometry: &Geometry, code: &str) -> Vec<u8> {
	let images = contour_segmentation::Series::unnamed(
		geometry.grid().clone(),
		"1.2".into(),
		geometry.frame_of_reference().into(),
	);
	let voxels = vec![1; geometry.grid().voxels()];
	let volume = Volume::new(geometry.grid().clone(), voxels).unwrap();
	let mut tumour = Segment::brain_tumour("Tumour", Method::Manual);
	tumour.property.value = code.into();
	let author = Author {
		creator: String::new(),
		label: "READING".into(),
		description: String::new(),
		series: "1.3".into(),
		instance: "1.4".into(),
		number: 1,
		date: "20260101".into(),
		time: "000000".into(),
	};
	seg::write(&volume, &[tumour], &images, &author, EmptyFrames::Omit).unwrap()
}

#[tokio::test]
async fn should_name_each_rejection_and_score_the_others_when_readings_are_hostile() {
	let world = World::new();
	let north = world.north.start(&world.readings(), &[]);
	let whole = world.file(0);
	let geometry = &world.geometry;
	let grid = geometry.grid();

	let moved = {
		let [x, y, z] = grid.origin;
		let grid =
			Grid::new(grid.dimensions, grid.spacing, grid.orientation, [x + 1.0, y, z]).unwrap();
		Geometry::new(grid, geometry.frame_of_reference().into()).unwrap()
	};
	let elsewhere = {
		let folder = tempfile::tempdir().unwrap();
		let mut options = Options::default();
		(options.slices, options.rows, options.columns, options.readers) = (16, 64, 64, 1);
		options.seed = 2;
		let report = phantom(folder.path(), &options, &|_| {}).unwrap();
		fs::read(folder.path().join(&report.readers[0].path)).unwrap()
	};
	let bomb = {
		let axial = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
		let grid = Grid::new([512, 512, 128], [1.0; 3], axial, [0.0; 3]).unwrap();
		nifti::write(&Volume::new(grid, vec![0; 1 << 25]).unwrap()).unwrap()
	};
	let reader = |at: usize| Context {
		genesis: BINDING.genesis,
		kind: Kind::Reading,
		task: Some(BINDING.task),
		study: BINDING.study,
		author: world.readers[at].account.clone(),
	};
	let garbage = seal(&reader(0), &world.scorers(), b"\x01garbage").unwrap();
	let unknown = seal(&reader(0), &world.scorers(), b"\xffgarbage").unwrap();
	let empty = seal(&reader(0), &world.scorers(), b"").unwrap();
	let panel = Context { kind: Kind::Panel, ..reader(0) };
	let other = seal(&panel, &world.scorers(), &whole).unwrap();
	let hostile = [
		("truncated", world.sealed(0, whole[..whole.len() - 100].to_vec()), Rejection::Malformed),
		("moved", world.sealed(0, segment(&moved, "108369006")), Rejection::Geometry),
		("elsewhere", world.sealed(0, elsewhere), Rejection::Geometry),
		("another structure", world.sealed(0, segment(geometry, "1")), Rejection::Structure),
		("bomb", world.sealed(0, bomb), Rejection::TooLarge),
		("garbage inside", garbage, Rejection::Malformed),
		("unknown format", unknown, Rejection::Malformed),
		("nothing inside", empty, Rejection::Malformed),
		("another kind", other, Rejection::Sealed),
		("somebody else's", world.sealed(1, whole.clone()), Rejection::Sealed),
		("no object", b"garbage".to_vec(), Rejection::Sealed),
		("nothing", Vec::new(), Rejection::Sealed),
	];
	for (name, sealed, rejection) in hostile {
		let mut request = world.request().await;
		with(&world, &mut request, 0, sealed).await;
		let report = north.report(&request).await;
		assert_eq!(rejections(&report), [Some(rejection), None, None], "{name}");
		assert!(report.consensus.is_some() && report.agreement.is_some(), "{name}");
	}
	// Handed in again, byte for byte.
	let mut request = world.request().await;
	request.readings[0].1 = request.readings[1].1.clone();
	let report = north.report(&request).await;
	assert_eq!(rejections(&report), [Some(Rejection::Sealed), None, None]);
	assert!(!north.log().contains("panicked"));
}

#[tokio::test]
async fn should_be_missing_when_the_object_is_not_there_or_another() {
	let world = World::new();
	let north = world.north.start(&world.readings(), &[]);
	let mut request = world.request().await;
	let name = hex::encode(request.readings[0].1.root);
	let file = world.readings().join("objects").join(&name[..2]).join(&name);
	fs::write(&file, b"another").unwrap();
	request.readings[1].1.root.0[0] ^= 1;
	request.readings[2].1.locator = b"http://127.0.0.1/".to_vec().try_into().unwrap();
	let report = {
		request.urgent = true;
		north.report(&request).await
	};
	assert_eq!(rejections(&report), [Some(Rejection::Missing); 3]);
	assert_eq!(report.consensus, None);
}

#[tokio::test]
async fn should_not_touch_a_folder_when_it_is_not_allowed() {
	let world = World::new();
	let north = world.north.start(&world.readings(), &[]);
	let mut request = world.request().await;
	let folder = world.folder.path().join("private");
	let locator = folder.to_str().unwrap().as_bytes().to_vec();
	request.readings[0].1.locator = locator.try_into().unwrap();
	request.urgent = true;
	let report = north.report(&request).await;
	assert_eq!(rejections(&report), [Some(Rejection::Missing), None, None]);
	assert!(!folder.exists());
}
