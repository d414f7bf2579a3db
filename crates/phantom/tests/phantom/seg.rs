// SPDX-License-Identifier: Apache-2.0

//! SEG objects: what is written is read, and what is broken is named.

#![expect(clippy::print_stdout, reason = "a test that is skipped says why")]

use crate::common::{author, boxed, changed, segments, series, small, valid};
use contour_segmentation::seg::{self, EmptyFrames, SegError, Segmentation};
use contour_segmentation::{DatasetError, Grid, GridError, Series, Volume};
use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, Length, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{DefaultDicomObject, InMemDicomObject};
use proptest::prelude::*;
use std::sync::LazyLock;

static SERIES: LazyLock<Series> = LazyLock::new(|| series(&small()));
static OBLIQUE: LazyLock<Series> = LazyLock::new(|| {
	let mut options = small();
	(options.oblique, options.columns) = (true, 72);
	series(&options)
});

fn write(volume: &Volume, count: u16, images: &Series, empty: EmptyFrames) -> Vec<u8> {
	seg::write(volume, &segments(count), images, &author(), empty).unwrap()
}

fn read_error(file: &[u8]) -> SegError {
	Segmentation::read(file).expect_err("a broken file")
}

/// The frames' or shared functional groups, to be changed.
fn groups(object: &mut DefaultDicomObject, tag: Tag, change: impl Fn(&mut Vec<InMemDicomObject>)) {
	let mut items = object.get(tag).unwrap().items().unwrap().to_vec();
	change(&mut items);
	let items = DataSetSequence::new(items, Length::UNDEFINED);
	object.put(DataElement::new(tag, VR::SQ, items));
}

fn set(object: &mut InMemDicomObject, tag: Tag, vr: VR, value: &str) {
	object.put(DataElement::new(tag, vr, PrimitiveValue::from(value)));
}

#[test]
fn should_read_the_same_when_written() {
	for images in [&*SERIES, &*OBLIQUE] {
		let volume = boxed(images.grid());
		let seg = Segmentation::read(&valid(images)).unwrap();
		assert_eq!(seg.mask(1).unwrap(), volume);
		assert_eq!(seg.labels().unwrap(), volume);
		assert_eq!(seg.segments(), segments(1));
		assert_eq!(seg.creator(), "Müller^Zoë");
		assert_eq!(seg.images(), images.instances());
		let omitted = write(&volume, 1, images, EmptyFrames::Omit);
		let seg = Segmentation::read(&omitted).unwrap();
		assert_eq!(seg.grid().dimensions[2], 4);
		assert_eq!(seg.images().len(), 4);
		assert_eq!(seg.mask_on(1, images.grid()).unwrap(), volume);
	}
}

#[test]
fn should_keep_all_frames_when_the_mask_is_empty() {
	let grid = SERIES.grid();
	let volume = Volume::new(grid.clone(), vec![0; grid.voxels()]).unwrap();
	let seg = Segmentation::read(&write(&volume, 1, &SERIES, EmptyFrames::Omit)).unwrap();
	assert_eq!(seg.mask(1).unwrap(), volume);
}

#[test]
fn should_refuse_to_write_when_grid_or_labels_do_not_fit() {
	let volume = boxed(OBLIQUE.grid());
	let refused = seg::write(&volume, &segments(1), &SERIES, &author(), EmptyFrames::Keep);
	assert!(matches!(refused, Err(SegError::GridMismatch)));
	let volume = boxed(SERIES.grid());
	let refused = seg::write(&volume, &[], &SERIES, &author(), EmptyFrames::Keep);
	assert!(matches!(refused, Err(SegError::Labels(0, 1))));
	let refused = seg::write(&volume, &segments(2)[1..], &SERIES, &author(), EmptyFrames::Keep);
	assert!(matches!(refused, Err(SegError::Labels(1, 1))));
}

#[test]
fn should_name_the_fault_when_frames_are_miscounted() {
	let file = valid(&SERIES);
	let more = changed(&file, |o| set(o, tags::NUMBER_OF_FRAMES, VR::IS, "17"));
	assert!(matches!(read_error(&more), SegError::FrameCount { declared: 17, described: 16 }));
	let none = changed(&file, |o| {
		o.remove_element(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
	});
	assert!(matches!(read_error(&none), SegError::FrameCount { declared: 16, described: 0 }));
	let zero = changed(&file, |o| {
		set(o, tags::NUMBER_OF_FRAMES, VR::IS, "0");
		o.remove_element(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
	});
	assert!(matches!(read_error(&zero), SegError::Grid(GridError::Empty)));
	for bad in ["-1", "x", "99999999999"] {
		let bad = changed(&file, |o| set(o, tags::NUMBER_OF_FRAMES, VR::IS, bad));
		let error = read_error(&bad);
		assert!(matches!(error, SegError::Dataset(DatasetError::Invalid(_))), "{error}");
	}
}

#[test]
fn should_name_the_fault_when_geometry_is_missing_or_odd() {
	let file = valid(&SERIES);
	let shared = tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE;
	let frames = tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE;
	for (of, tag, name) in [
		(shared, tags::PIXEL_MEASURES_SEQUENCE, "Pixel Measures Sequence"),
		(shared, tags::PLANE_ORIENTATION_SEQUENCE, "Plane Orientation Sequence"),
		(frames, tags::PLANE_POSITION_SEQUENCE, "Plane Position Sequence"),
	] {
		let file = changed(&file, |o| {
			groups(o, of, |items| {
				items.iter_mut().for_each(|item| {
					item.remove_element(tag);
				});
			});
		});
		match read_error(&file) {
			SegError::NoGeometry { frame: 0, sequence } => assert_eq!(sequence, name),
			other => panic!("{other}"),
		}
	}
	let inner = |of: Tag, sequence: Tag, tag: Tag, value: &'static str| {
		changed(&file, |o| {
			groups(o, of, |items| {
				let mut inner = InMemDicomObject::new_empty();
				set(&mut inner, tag, VR::DS, value);
				let inner = DataSetSequence::new(vec![inner], Length::UNDEFINED);
				items[0].put(DataElement::new(sequence, VR::SQ, inner));
			});
		})
	};
	let position = |value| {
		read_error(&inner(
			frames,
			tags::PLANE_POSITION_SEQUENCE,
			tags::IMAGE_POSITION_PATIENT,
			value,
		))
	};
	assert!(matches!(position("1\\2"), SegError::Dataset(DatasetError::Invalid(_))));
	assert!(matches!(position("nan\\0\\0"), SegError::Dataset(DatasetError::Invalid(_))));
	assert!(matches!(position("inf\\0\\0"), SegError::Dataset(DatasetError::Invalid(_))));
	assert!(matches!(position("0\\0\\0"), SegError::Grid(GridError::Uneven(_))));
	assert!(matches!(position("1e300\\0\\0"), SegError::Grid(GridError::Uneven(_))));
	let orientation = |value| {
		let sequence = tags::PLANE_ORIENTATION_SEQUENCE;
		read_error(&inner(shared, sequence, tags::IMAGE_ORIENTATION_PATIENT, value))
	};
	assert!(matches!(orientation("1\\0\\0\\1\\0\\0"), SegError::Grid(_)));
	assert!(matches!(orientation("0\\0\\0\\0\\0\\0"), SegError::Grid(_)));
	let spacing = |value| {
		let sequence = tags::PIXEL_MEASURES_SEQUENCE;
		read_error(&inner(shared, sequence, tags::PIXEL_SPACING, value))
	};
	assert!(matches!(spacing("0\\0"), SegError::Grid(_)));
	assert!(matches!(spacing("-1\\-1"), SegError::Grid(_)));
	assert!(matches!(spacing("1e-300\\1"), SegError::Grid(_)));
}

#[test]
fn should_name_the_fault_when_pixels_do_not_fit() {
	let file = valid(&SERIES);
	let cut = changed(&file, |o| {
		o.put(DataElement::new(tags::PIXEL_DATA, VR::OB, PrimitiveValue::from(vec![0u8; 8190])));
	});
	assert!(matches!(read_error(&cut), SegError::PixelLength { expected: 8192, found: 8190 }));
	let none = changed(&file, |o| {
		o.remove_element(tags::PIXEL_DATA);
	});
	assert!(matches!(read_error(&none), SegError::Dataset(DatasetError::Missing(_))));
	let truncated = &file[..file.len() - 1];
	assert!(matches!(
		read_error(truncated),
		SegError::Dataset(DatasetError::Truncated { needed: 8192, left: 8191, .. })
	));
	let large = changed(&file, |o| {
		for tag in [tags::ROWS, tags::COLUMNS] {
			o.put(DataElement::new(tag, VR::US, PrimitiveValue::from(65535u16)));
		}
	});
	assert!(matches!(read_error(&large), SegError::Grid(GridError::TooLarge { .. })));
}

#[test]
fn should_name_the_fault_when_frames_repeat_or_name_no_segment() {
	let file = valid(&SERIES);
	let frames = tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE;
	let twice = changed(&file, |o| groups(o, frames, |items| items[5] = items[4].clone()));
	assert!(matches!(read_error(&twice), SegError::RepeatedFrame(5)));
	let unknown = changed(&file, |o| {
		o.remove_element(tags::SEGMENT_SEQUENCE);
	});
	assert!(matches!(read_error(&unknown), SegError::UnknownSegment { frame: 0, number: 1 }));
	let seg = Segmentation::read(&file).unwrap();
	assert!(matches!(seg.mask(2), Err(SegError::NoSegment(2))));
}

#[test]
fn should_refuse_when_it_is_no_segmentation() {
	assert!(matches!(read_error(b""), SegError::Dataset(DatasetError::NotDicom)));
	assert!(matches!(read_error(&[0; 4096]), SegError::Dataset(DatasetError::NotDicom)));
	let (folder, report) = crate::common::make(&small());
	let image = crate::common::images(folder.path(), &report).remove(0);
	assert!(matches!(read_error(&image), SegError::NotSegmentation(_)));
}

#[test]
fn should_refuse_a_mask_when_it_is_not_on_the_images_grid() {
	let seg = Segmentation::read(&valid(&SERIES)).unwrap();
	let grid = SERIES.grid();
	let altered = |change: fn(&mut Grid)| {
		let mut grid = grid.clone();
		change(&mut grid);
		seg.mask_on(1, &grid)
	};
	assert!(altered(|_| {}).is_ok());
	let mismatches: [fn(&mut Grid); 6] = [
		|g| g.origin[0] += 1.0,
		|g| g.origin[2] += 1.5,
		|g| g.spacing[0] = 3.0,
		|g| g.dimensions[0] = 63,
		|g| g.orientation = [0.0, 1.0, 0.0, 1.0, 0.0, 0.0],
		// The box is in slices 3 to 6, and they are not all on this grid.
		|g| g.dimensions[2] = 6,
	];
	for change in mismatches {
		assert!(matches!(altered(change), Err(SegError::GridMismatch)));
	}
	assert_eq!(altered(|g| g.dimensions[2] = 7).unwrap().marked(), seg.mask(1).unwrap().marked());
}

#[test]
fn should_find_overlap_when_segments_share_a_voxel() {
	let grid = SERIES.grid();
	let voxels = (0..grid.voxels()).map(|i| u8::from(i % 7 == 0) + u8::from(i % 14 == 0)).collect();
	let volume = Volume::new(grid.clone(), voxels).unwrap();
	let file = write(&volume, 2, &SERIES, EmptyFrames::Keep);
	assert_eq!(Segmentation::read(&file).unwrap().labels().unwrap(), volume);
	let filled = changed(&file, |o| {
		let ones = vec![255u8; grid.voxels() / 4];
		o.put(DataElement::new(tags::PIXEL_DATA, VR::OB, PrimitiveValue::from(ones)));
	});
	let seg = Segmentation::read(&filled).unwrap();
	assert!(matches!(seg.labels(), Err(SegError::Overlap(1, 2))));
	assert_eq!(seg.mask(2).unwrap().marked(), grid.voxels() as u64);
}

#[test]
fn should_read_half_and_more_when_fractional() {
	let voxels = SERIES.grid().voxels();
	let file = changed(&valid(&SERIES), |o| {
		set(o, tags::SEGMENTATION_TYPE, VR::CS, "FRACTIONAL");
		for (tag, value) in [(tags::BITS_ALLOCATED, 8u16), (tags::MAXIMUM_FRACTIONAL_VALUE, 100)] {
			o.put(DataElement::new(tag, VR::US, PrimitiveValue::from(value)));
		}
		let pixels: Vec<u8> = (0..voxels).map(|i| [0, 49, 50, 100][i % 4]).collect();
		o.put(DataElement::new(tags::PIXEL_DATA, VR::OB, PrimitiveValue::from(pixels)));
	});
	let mask = Segmentation::read(&file).unwrap().mask(1).unwrap();
	assert!(mask.voxels().iter().enumerate().all(|(i, v)| *v == u8::from(i % 4 >= 2)));
	let zero = changed(&file, |o| {
		let tag = tags::MAXIMUM_FRACTIONAL_VALUE;
		o.put(DataElement::new(tag, VR::US, PrimitiveValue::from(0u16)));
	});
	assert!(matches!(read_error(&zero), SegError::Dataset(DatasetError::Invalid(_))));
}

#[test]
fn should_read_labels_when_it_is_a_label_map() {
	let volume = boxed(SERIES.grid());
	let two = write(&volume, 2, &SERIES, EmptyFrames::Keep);
	let labels: Vec<u8> = (0..volume.voxels().len()).map(|i| [0, 1, 2][i % 3]).collect();
	let wide: Vec<u16> = labels.iter().map(|label| u16::from(*label)).collect();
	for (bits, pixels) in
		[(8u16, PrimitiveValue::from(labels.clone())), (16, PrimitiveValue::U16(wide.into()))]
	{
		let file = changed(&two, |o| {
			set(o, tags::SOP_CLASS_UID, VR::UI, uids::LABEL_MAP_SEGMENTATION_STORAGE);
			set(o, tags::SEGMENTATION_TYPE, VR::CS, "LABELMAP");
			set(o, tags::NUMBER_OF_FRAMES, VR::IS, "16");
			o.put(DataElement::new(tags::BITS_ALLOCATED, VR::US, PrimitiveValue::from(bits)));
			groups(o, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, |items| items.truncate(16));
			o.put(DataElement::new(tags::PIXEL_DATA, VR::OW, pixels));
		});
		assert_eq!(Segmentation::read(&file).unwrap().labels().unwrap().voxels(), labels);
	}
}

#[test]
fn should_refuse_a_series_when_images_are_absent_repeated_or_mixed() {
	use contour_segmentation::SeriesError;
	let (folder, report) = crate::common::make(&small());
	let files = crate::common::images(folder.path(), &report);
	let mut gap = files.clone();
	gap.remove(4);
	assert!(matches!(Series::read(gap), Err(SeriesError::Gap(4))));
	let mut twice = files.clone();
	twice.push(files[3].clone());
	assert!(matches!(Series::read(twice), Err(SeriesError::Repeated(3))));
	let mut mixed = files.clone();
	mixed[2] = changed(&files[2], |o| set(o, tags::SERIES_INSTANCE_UID, VR::UI, "1.2"));
	assert!(matches!(Series::read(mixed), Err(SeriesError::Mixed { index: 2, .. })));
	let mut bad = files;
	bad[1] = b"no image".to_vec();
	assert!(matches!(Series::read(bad), Err(SeriesError::Image { index: 1, .. })));
	assert!(matches!(Series::read([[]; 0]), Err(SeriesError::Grid(GridError::Empty))));
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

	#[test]
	fn should_read_the_same_when_labels_are_any(
		seed in any::<u64>(),
		count in 1u16..4,
		dense in 1u64..40,
		omit in any::<bool>(),
		oblique in any::<bool>(),
	) {
		let images = if oblique { &*OBLIQUE } else { &*SERIES };
		let mut state = seed | 1;
		let voxels = (0..images.grid().voxels()).map(|_| {
			state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
			let roll = state >> 33;
			if roll % dense == 0 { (roll / dense % (u64::from(count) + 1)) as u8 } else { 0 }
		}).collect();
		let volume = Volume::new(images.grid().clone(), voxels).unwrap();
		let empty = if omit { EmptyFrames::Omit } else { EmptyFrames::Keep };
		let seg = Segmentation::read(&write(&volume, count, images, empty)).unwrap();
		let mut labels = vec![0u8; volume.voxels().len()];
		for number in 1..=count {
			let mask = seg.mask_on(number, images.grid()).unwrap();
			for (label, inside) in labels.iter_mut().zip(mask.voxels()) {
				*label += inside * number as u8;
			}
		}
		prop_assert_eq!(labels, volume.voxels());
	}
}

#[test]
fn should_read_or_name_the_reason_when_samples_are_others() {
	let Some(folders) = std::env::var_os("CONTOUR_DICOM_SAMPLES") else {
		println!("skipped: CONTOUR_DICOM_SAMPLES names no folders of DICOM files");
		return;
	};
	for folder in std::env::split_paths(&folders) {
		let mut paths: Vec<_> =
			std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
		paths.sort();
		for path in paths.iter().filter(|path| path.is_file()) {
			let name = path.file_name().unwrap().to_string_lossy();
			match Segmentation::read(&std::fs::read(path).unwrap()) {
				Ok(seg) => {
					let marked: Vec<_> = seg
						.segments()
						.iter()
						.map(|s| seg.mask(s.number).unwrap().marked())
						.collect();
					println!("{name}: {:?}, marked {marked:?}", seg.grid().dimensions);
				}
				Err(error) => println!("{name}: {error}"),
			}
		}
	}
}
