// SPDX-License-Identifier: Apache-2.0

use crate::common::{BINDING, Study, person, structure};
use contour_annotation::{
	AnnotationError,
	consensus::{Consensus, folder},
	drawing,
	numbering::Numbering,
	panel::Panel,
	reading::Reading,
};
use contour_primitives::{AccountId, TaskId};
use contour_scoring::Rejection;
use contour_segmentation::seg::Segmentation;

#[test]
fn should_show_numbers_and_no_names_when_a_panel_opens_its_copy() {
	let (study, scorer, member, stranger) = (Study::new(false), person(1), person(2), person(3));
	let geometry = study.geometry();
	let readers: Vec<AccountId> = (10..13).map(|byte| AccountId::new([byte; 32])).collect();
	let mut masks: Vec<_> = (0..2)
		.map(|at| {
			let reading = Reading::new(study.reader(at)).unwrap();
			Ok(reading.mask(&geometry, &structure()).unwrap())
		})
		.collect();
	masks.push(Err(Rejection::Sealed));
	let numbering = Numbering::new(&[5; 32], BINDING.task, &readers);
	let panel = Panel::new(&BINDING, 1, &structure(), &geometry, &numbering, &masks).unwrap();
	let sealed = panel.seal(&BINDING, scorer.account.clone(), &[member.recipient()]).unwrap();

	let (opened, by) = Panel::open(&sealed, &BINDING, &member.account, &member.keys).unwrap();
	assert_eq!((&opened, by), (&panel, scorer.account.clone()));
	let numbers: Vec<u8> = opened.readings.iter().map(|it| it.number).collect();
	assert_eq!(numbers, [1, 2, 3]);
	for (index, mask) in masks.iter().enumerate() {
		let number = numbering.of(index).unwrap();
		let seen = &opened.readings[usize::from(number) - 1].drawing;
		match (mask, seen) {
			(Ok(mask), Ok(drawing)) => {
				assert_eq!(drawing.mask(&geometry, &structure()).unwrap().hash(), mask.hash());
				let seg = Segmentation::read(&drawing.seg).unwrap();
				assert_eq!((seg.creator(), seg.images()), ("", [].as_slice()));
				assert_eq!(seg.segments()[0].label, format!("READING {number}"));
				for name in [b"Reader^".as_slice(), b"PHANTOM", b"Phantom"] {
					assert!(!drawing.seg.windows(name.len()).any(|it| it == name));
				}
			}
			(Err(rejection), Err(told)) => assert_eq!(rejection, told),
			_ => panic!("reading {number} is another one"),
		}
	}
	for it in [stranger, scorer] {
		assert!(Panel::open(&sealed, &BINDING, &it.account, &it.keys).is_err());
	}
}

#[test]
fn should_give_the_mask_on_the_images_when_a_consensus_is_opened() {
	let (study, scorer, opener) = (Study::new(true), person(1), person(2));
	let geometry = study.geometry();
	let mask = Reading::new(study.reader(0)).unwrap().mask(&geometry, &structure()).unwrap();
	let consensus = Consensus::new(&BINDING, &structure(), &geometry, &mask).unwrap();
	let sealed = consensus.seal(&BINDING, scorer.account.clone(), &[opener.recipient()]).unwrap();
	let opened = Consensus::open(&sealed, &BINDING, &opener.account, &opener.keys).unwrap();
	assert_eq!(opened, (consensus, scorer.account.clone()));
	assert!(Consensus::open(&sealed, &BINDING, &scorer.account, &scorer.keys).is_err());

	let mask = opened.0.mask().unwrap();
	let images = study.series();
	let seg =
		drawing::segmentation_on(&mask, &geometry, &structure(), &images, &BINDING, "CONSENSUS");
	let seg = Segmentation::read(&seg.unwrap()).unwrap();
	assert_eq!(seg.study(), images.study());
	assert!(!seg.images().is_empty());
	assert_eq!(folder(BINDING.genesis, TaskId(12)), "consensus/07070707-12");
}

#[test]
fn should_not_give_a_mask_when_its_hash_is_another() {
	let study = Study::new(false);
	let geometry = study.geometry();
	let mask = Reading::new(study.reader(0)).unwrap().mask(&geometry, &structure()).unwrap();
	let mut consensus = Consensus::new(&BINDING, &structure(), &geometry, &mask).unwrap();
	consensus.drawing.hash[0] ^= 1;
	assert!(matches!(consensus.mask(), Err(AnnotationError::Mismatch(_))));
}
