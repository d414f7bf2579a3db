// SPDX-License-Identifier: Apache-2.0

//! NIfTI label volumes: what is written is read, in every form that other programs write.

use crate::common::{boxed, series, small};
use contour_segmentation::nifti::{NiftiError, read, write};
use contour_segmentation::{Grid, Volume};
use proptest::prelude::*;
use std::io::Read;

fn unpacked(volume: &Volume) -> Vec<u8> {
	let mut plain = Vec::new();
	flate2::read::GzDecoder::new(&write(volume).unwrap()[..]).read_to_end(&mut plain).unwrap();
	plain
}

fn sample() -> Volume {
	let mut options = small();
	options.oblique = true;
	boxed(series(&options).grid())
}

fn set(file: &mut [u8], at: usize, bytes: &[u8]) {
	file[at..at + bytes.len()].copy_from_slice(bytes);
}

fn assert_same(a: &Volume, b: &Volume) {
	assert!(a.grid().matches(b.grid()), "{:?} {:?}", a.grid(), b.grid());
	assert_eq!(a.voxels(), b.voxels());
}

#[test]
fn should_read_the_same_when_written() {
	let volume = sample();
	let again = read(&write(&volume).unwrap()).unwrap();
	assert_same(&volume, &again);
	assert_eq!(again.grid().spacing, volume.grid().spacing);
	assert_same(&volume, &read(&unpacked(&volume)).unwrap());
}

#[test]
fn should_find_the_same_place_when_only_the_quaternion_is_there() {
	let volume = sample();
	let mut file = unpacked(&volume);
	set(&mut file, 254, &0i16.to_le_bytes());
	assert_same(&volume, &read(&file).unwrap());
	set(&mut file, 252, &0i16.to_le_bytes());
	assert!(matches!(read(&file), Err(NiftiError::NoGeometry)));
}

#[test]
fn should_read_labels_when_stored_as_other_types() {
	let volume = sample();
	let plain = unpacked(&volume);
	type Encode = fn(u8) -> Vec<u8>;
	let types: [(i16, i16, Encode); 6] = [
		(4, 16, |v| i16::from(v).to_le_bytes().to_vec()),
		(512, 16, |v| u16::from(v).to_le_bytes().to_vec()),
		(8, 32, |v| i32::from(v).to_le_bytes().to_vec()),
		(16, 32, |v| f32::from(v).to_le_bytes().to_vec()),
		(64, 64, |v| f64::from(v).to_le_bytes().to_vec()),
		(256, 8, |v| vec![v]),
	];
	for (kind, bits, encode) in types {
		let mut file = plain[..352].to_vec();
		set(&mut file, 70, &kind.to_le_bytes());
		set(&mut file, 72, &bits.to_le_bytes());
		file.extend(volume.voxels().iter().flat_map(|v| encode(*v)));
		assert_same(&volume, &read(&file).unwrap());
	}
	let mut half = plain[..352].to_vec();
	set(&mut half, 70, &16i16.to_le_bytes());
	half.extend(volume.voxels().iter().flat_map(|_| 0.5f32.to_le_bytes()));
	assert!(matches!(read(&half), Err(NiftiError::NotLabel(0))));
}

#[test]
fn should_read_the_same_when_the_byte_order_is_big() {
	let volume = sample();
	let mut file = unpacked(&volume);
	let fields = [(0, 4, 1), (40, 2, 8), (70, 2, 2), (76, 4, 11), (252, 2, 2), (256, 4, 18)];
	for (at, width, count) in fields {
		file[at..at + width * count].chunks_mut(width).for_each(<[u8]>::reverse);
	}
	assert_same(&volume, &read(&file).unwrap());
}

#[test]
fn should_turn_the_volume_when_slices_run_backwards() {
	let volume = sample();
	let grid = volume.grid();
	let [_, _, slices] = grid.dimensions;
	let mut file = unpacked(&volume);
	let size = grid.slice_voxels();
	let reversed: Vec<u8> = volume.voxels().chunks(size).rev().flatten().copied().collect();
	set(&mut file, 352, &reversed);
	let last = grid.position(slices - 1);
	let normal = grid.normal();
	for i in 0..3 {
		let sign = if i < 2 { -1.0 } else { 1.0 };
		let step = (-sign * normal[i] * grid.spacing[2]) as f32;
		set(&mut file, 280 + 16 * i + 8, &step.to_le_bytes());
		set(&mut file, 280 + 16 * i + 12, &((sign * last[i]) as f32).to_le_bytes());
	}
	assert_same(&volume, &read(&file).unwrap());
}

#[test]
fn should_name_the_fault_when_the_file_is_unfit() {
	let plain = unpacked(&sample());
	let altered = |at: usize, bytes: &[u8]| {
		let mut file = plain.clone();
		set(&mut file, at, bytes);
		read(&file).unwrap_err()
	};
	assert!(matches!(read(b""), Err(NiftiError::NotNifti)));
	assert!(matches!(read(&[0x1f, 0x8b, 1]), Err(NiftiError::Unpack(_))));
	assert!(matches!(read(&plain[..999]), Err(NiftiError::Truncated { .. })));
	assert!(matches!(altered(344, b"ni1\0"), NiftiError::NotNifti));
	assert!(matches!(altered(70, &128i16.to_le_bytes()), NiftiError::Unsupported(_)));
	assert!(matches!(altered(42, &(-4i16).to_le_bytes()), NiftiError::Grid(_)));
	assert!(matches!(altered(40, &9i16.to_le_bytes()), NiftiError::Unsupported(_)));
	assert!(matches!(altered(112, &2f32.to_le_bytes()), NiftiError::Unsupported(_)));
	assert!(matches!(altered(280, &f32::NAN.to_le_bytes()), NiftiError::NoGeometry));
	let grid = Grid::new([40_000, 1, 1], [1.0; 3], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3]);
	let long = Volume::new(grid.unwrap(), vec![0; 40_000]).unwrap();
	assert!(matches!(write(&long), Err(NiftiError::Unsupported(_))));
	let mut four = plain.clone();
	set(&mut four, 40, &4i16.to_le_bytes());
	set(&mut four, 48, &2i16.to_le_bytes());
	assert!(matches!(read(&four), Err(NiftiError::Unsupported(_))));
}

proptest! {
	#![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

	#[test]
	fn should_read_the_same_when_labels_and_places_are_any(
		dimensions in [1u32..12, 1..12, 1..12],
		spacing in [1u32..40_000, 1..40_000, 1..40_000],
		origin in [-400_000i32..400_000, -400_000..400_000, -400_000..400_000],
		(m, n) in (1u32..40, 0u32..40),
		voxels in prop::collection::vec(any::<u8>(), 1331),
	) {
		// A turn by any Pythagorean triple about z.
		let (m, n) = (f64::from(m), f64::from(n));
		let h = m * m + n * n;
		let (c, s) = ((m * m - n * n) / h, 2.0 * m * n / h);
		let grid = Grid::new(
			dimensions,
			spacing.map(|s| f64::from(s) / 1000.0),
			[c, s, 0.0, -s, c, 0.0],
			origin.map(|x| f64::from(x) / 1000.0),
		).unwrap();
		let count = grid.voxels();
		let volume = Volume::new(grid, voxels[..count].to_vec()).unwrap();
		let again = read(&write(&volume).unwrap()).unwrap();
		prop_assert_eq!(again.voxels(), volume.voxels());
		for axis in 0..3 {
			let near = (again.grid().spacing[axis] - volume.grid().spacing[axis]).abs();
			prop_assert!(near <= 1e-5 * volume.grid().spacing[axis] + 1e-6);
			prop_assert!((again.grid().origin[axis] - volume.grid().origin[axis]).abs() < 1e-4);
		}
	}
}
