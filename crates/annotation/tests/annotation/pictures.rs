// SPDX-License-Identifier: Apache-2.0

use crate::common::{Study, structure};
use contour_annotation::{
	pictures::{COLOURS, Images, PictureError, chosen},
	reading::Reading,
};
use contour_scoring::{Consensus, Mask, Method};

#[test]
fn should_draw_every_reader_and_the_consensus_when_masks_are_given() {
	let study = Study::new(false);
	let geometry = study.geometry();
	let masks: Vec<Mask> = (0..3)
		.map(|at| Reading::new(study.reader(at)).unwrap().mask(&geometry, &structure()).unwrap())
		.collect();
	let readers: Vec<&Mask> = masks.iter().collect();
	let consensus = Consensus::of(Method::Majority, &readers).unwrap().mask;
	let images = Images::read(&study.images()).unwrap();
	let slices = chosen(&readers, 3);
	assert_eq!(slices.len(), 3);
	for slice in slices {
		let png = images.picture(slice, &readers, Some(&consensus)).unwrap();
		let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
		let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
		let info = reader.next_frame(&mut pixels).unwrap();
		// The tumour and its surroundings, enlarged.
		assert!((300..1200).contains(&info.width) && (300..1200).contains(&info.height));
		let has = |colour: [u8; 3]| pixels.as_chunks::<3>().0.contains(&colour);
		assert!(has([255; 3]));
		assert!(COLOURS.iter().take(3).any(|(_, colour)| has(*colour)));
	}
	let beyond = images.picture(99, &readers, None);
	assert!(matches!(beyond, Err(PictureError::NoSlice(99))));
	let small = Mask::empty(contour_scoring::Grid::new([2; 3], [1; 3]).unwrap());
	assert!(matches!(images.picture(0, &[&small], None), Err(PictureError::Mask)));
}
