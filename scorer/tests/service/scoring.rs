// SPDX-License-Identifier: Apache-2.0

use crate::common::{BINDING, World, rejections, structure};
use codec::Encode;
use contour_annotation::{
	consensus::{Consensus, folder},
	drawing,
	reading::Reading,
};
use contour_primitives::scorer::Answer;
use contour_scoring::{Mask, Outcome, Ppm, Rejection, Report, score};
use contour_store::Store;
use futures::TryStreamExt;
use std::fs;

#[tokio::test]
async fn should_report_the_same_bytes_when_scorers_have_other_keys_and_stores() {
	let world = World::new();
	let request = world.request().await;
	let north = world.north.start(&world.readings(), &[]);
	let south = world.south.start(&world.readings(), &["--jobs", "1"]);
	let report = north.report(&request).await;
	assert_eq!(report.encode(), south.report(&request).await.encode());

	let masks: Vec<_> = (0..3)
		.map(|at| {
			let reading = Reading::new(world.file(at)).unwrap();
			Ok::<Mask, Rejection>(reading.mask(&world.geometry, &structure()).unwrap())
		})
		.collect();
	let grid = world.geometry.scoring_grid();
	let scored = score(grid, request.method, &masks, |_| true).unwrap();
	assert_eq!(report, scored.report);
	let wanted = scored.consensus.unwrap().mask;

	for scorer in [&world.north, &world.south] {
		let store = Store::open(scorer.store().to_str().unwrap()).await.unwrap();
		let store = store.within(&folder(BINDING.genesis, BINDING.task)).await.unwrap();
		let objects: Vec<_> = store.list("").try_collect().await.unwrap();
		let [object] = &objects[..] else { panic!("one consensus is stored: {objects:?}") };
		let (sealed, opener) = (store.get(&object.name).await.unwrap(), &world.opener);
		let opened = Consensus::open(&sealed, &BINDING, &opener.account, &opener.keys);
		assert_eq!(opened.unwrap().0.mask().unwrap(), wanted);
	}
	assert!(north.stop() && south.stop());
}

#[tokio::test]
async fn should_answer_from_its_cache_when_started_again_without_the_readings() {
	let world = World::new();
	let request = world.request().await;
	let north = world.north.start(&world.readings(), &[]);
	let report = north.report(&request).await;
	assert!(north.stop());
	fs::remove_dir_all(world.readings()).unwrap();
	let north = world.north.start(&world.readings(), &[]);
	assert_eq!(north.score_once(&request).await, Answer::Ready(report));
	let (_, metrics) = north.get("/metrics").await;
	assert!(metrics.contains("contour_scorer_seconds_count 0"), "{metrics}");
}

#[tokio::test]
async fn should_count_what_a_panel_accepted_when_its_numbers_are_given() {
	let world = World::new();
	let mut request = world.request().await;
	let north = world.north.start(&world.readings(), &[]);
	// Number 2 alone is accepted; whose it is follows from the brief.
	request.accepted = Some(0b10);
	let report = north.report(&request).await;
	let counted = report.outcomes.iter().map(|outcome| match outcome {
		Outcome::Scored { counted, .. } => *counted,
		Outcome::Rejected(_) => false,
	});
	let numbering = world.numbering(&request).await;
	let wanted: Vec<bool> = (0..3).map(|index| numbering.of(index) == Some(2)).collect();
	assert_eq!(counted.collect::<Vec<_>>(), wanted);
}

#[tokio::test]
async fn should_tell_outcomes_by_numbers_when_readers_disagree_and_no_panel_has_judged() {
	let world = World::new();
	let mut request = world.request().await;
	let north = world.north.start(&world.readings(), &[]);
	let named = north.report(&request).await;
	request.threshold = Ppm::ONE;
	let numbered = north.report(&request).await;
	assert_eq!(
		Report { outcomes: named.outcomes.clone(), ..numbered.clone() },
		named,
		"nothing else differs"
	);
	let numbering = world.numbering(&request).await;
	let mut expected = named.outcomes.to_vec();
	numbering.order(&mut expected);
	assert_eq!(numbered.outcomes.to_vec(), expected);
	for (index, outcome) in named.outcomes.iter().enumerate() {
		let number = usize::from(numbering.of(index).expect("each has a number"));
		assert_eq!(numbered.outcomes.get(number - 1), Some(outcome));
	}

	// After the panel whose they are is told.
	request.accepted = Some(0b111);
	assert_eq!(north.report(&request).await, named);
}

#[tokio::test]
async fn should_have_the_same_hash_when_a_reader_hands_in_nifti() {
	let world = World::new();
	let mut request = world.request().await;
	let mask = Reading::new(world.file(0)).unwrap().mask(&world.geometry, &structure()).unwrap();
	let nifti = drawing::nifti(&mask, &world.geometry).unwrap();
	let sealed = world.sealed(0, nifti);
	request.readings[0].1 = world.put(&world.readings(), sealed).await;
	let report = world.north.start(&world.readings(), &[]).report(&request).await;
	assert!(matches!(
		report.outcomes[0],
		Outcome::Scored { mask: hash, .. } if hash == mask.hash()
	));
}

#[tokio::test]
async fn should_wait_for_a_store_that_is_away_when_there_is_time() {
	let world = World::new();
	let mut request = world.request().await;
	let away = world.folder.path().join("away");
	let sealed = world.sealed(1, world.file(1));
	request.readings[1].1 = world.put(&away, sealed).await;
	let hidden = world.folder.path().join("hidden");
	fs::rename(&away, &hidden).unwrap();
	let north = world.north.start(world.folder.path(), &[]);
	for _ in 0..10 {
		assert_eq!(north.score_once(&request).await, Answer::Pending);
		tokio::time::sleep(std::time::Duration::from_millis(50)).await;
	}
	request.urgent = true;
	let report = north.report(&request).await;
	assert_eq!(rejections(&report), [None, Some(Rejection::Missing), None]);
	// Who has time again gets all of them once the store is back.
	fs::rename(&hidden, &away).unwrap();
	request.urgent = false;
	assert_eq!(rejections(&north.report(&request).await), [None; 3]);
}

#[tokio::test]
async fn should_be_unable_when_the_brief_is_for_another_structure_or_not_for_it() {
	let world = World::new();
	let mut request = world.request().await;
	let north = world.north.start(&world.readings(), &[]);
	request.structure.value = b"1".to_vec().try_into().unwrap();
	assert_eq!(north.score(&request).await, Answer::Unable);
	request.structure = structure();
	// Somebody else's brief.
	request.opener = world.readers[0].account.clone();
	assert_eq!(north.score(&request).await, Answer::Unable);
	request.opener = world.opener.account.clone();
	request.brief = request.readings[0].1.clone();
	assert_eq!(north.score(&request).await, Answer::Unable);
	assert!(north.log().contains("cannot be answered"));
}
