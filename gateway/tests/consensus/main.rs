// SPDX-License-Identifier: Apache-2.0

//! The consensus of a task, in the store of a scorer.

use contour_annotation::{
	Binding,
	consensus::{Consensus, folder},
	geometry::Geometry,
};
use contour_gateway::consensus::find;
use contour_primitives::{AccountId, Code, Hash, KeySuite, StudyId, TaskId};
use contour_scoring::Mask;
use contour_seal::{
	keyfile::{KeyFile, Kind},
	object::Recipient,
};
use contour_segmentation::Grid;
use contour_store::Store;

const BINDING: Binding = Binding {
	genesis: Hash::repeat_byte(7),
	task: TaskId(3),
	study: StudyId(Hash::repeat_byte(9)),
};
/// Columns, rows and slices.
const DIMENSIONS: [u32; 3] = [8, 6, 4];

fn geometry() -> Geometry {
	let axial = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
	let grid = Grid::new(DIMENSIONS, [1.0, 1.0, 2.0], axial, [0.0; 3]).unwrap();
	Geometry::new(grid, "1.2.3".into()).unwrap()
}

/// The first voxels of the grid, so many of them.
fn mask(geometry: &Geometry, marked: usize) -> Mask {
	let mut voxels = vec![0; geometry.grid().voxels()];
	voxels[..marked].fill(1);
	Mask::from_bytes(geometry.scoring_grid(), &voxels).unwrap()
}

#[tokio::test]
async fn should_be_found_by_its_hash_when_several_consensuses_are_stored() {
	let text = |it: &[u8]| it.to_vec().try_into().unwrap();
	let structure = Code { scheme: text(b"SCT"), value: text(b"108369006") };
	let (scorer, opener) = (AccountId::new([1; 32]), AccountId::new([2; 32]));
	let (keys, suite) = (KeyFile::generate(Kind::Person).unwrap(), KeySuite::XWing);
	let key = keys.public_keys().of(suite).to_vec();
	let recipients = [Recipient { account: opener.clone(), suite, key }];
	let (geometry, root) = (geometry(), tempfile::tempdir().unwrap());
	let store = Store::open(root.path().to_str().unwrap()).await.unwrap();
	let within = store.within(&folder(BINDING.genesis, BINDING.task)).await.unwrap();
	within.put(b"something else".as_slice().into()).await.unwrap();

	let masks = [mask(&geometry, 100), mask(&geometry, 120)];
	for mask in &masks {
		let consensus = Consensus::new(&BINDING, &structure, &geometry, mask).unwrap();
		let sealed = consensus.seal(&BINDING, scorer.clone(), &recipients).unwrap();
		within.put(sealed.into()).await.unwrap();
	}
	for mask in &masks {
		let found = find(&store, &BINDING, &mask.hash(), &opener, &keys).await.unwrap();
		assert_eq!(found.expect("it is there").mask().unwrap(), *mask);
	}
	assert!(find(&store, &BINDING, &[0; 32], &opener, &keys).await.unwrap().is_none());
	let stranger = KeyFile::generate(Kind::Person).unwrap();
	let found = find(&store, &BINDING, &masks[0].hash(), &opener, &stranger).await.unwrap();
	assert!(found.is_none());
}
