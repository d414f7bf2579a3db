// SPDX-License-Identifier: Apache-2.0

//! Files that were made or damaged to hurt: no panic, and no memory beyond what the file justifies.

use crate::common::{series, small, valid};
use contour_segmentation::seg::{SegError, Segmentation};
use contour_segmentation::{DatasetError, Series, Volume, nifti};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const LIMIT: usize = 32 << 20;

fn within_memory<T>(run: impl FnOnce() -> T) -> T {
	let before = MEMORY.current_usage();
	MEMORY.reset_peak_usage();
	let result = run();
	let used = MEMORY.peak_usage().saturating_sub(before);
	assert!(used < LIMIT, "{used} bytes were allocated");
	result
}

/// A file with this data set, in Explicit VR Little Endian.
fn with_dataset(dataset: &[u8]) -> Vec<u8> {
	let uid = b"1.2.840.10008.1.2.1\0";
	let mut file = vec![0; 128];
	file.extend(b"DICM\x02\0\0\0UL\x04\0");
	file.extend((8 + uid.len() as u32).to_le_bytes());
	file.extend(b"\x02\0\x10\0UI");
	file.extend((uid.len() as u16).to_le_bytes());
	file.extend(uid);
	file.extend(dataset);
	file
}

// One test, because the allocator counts for the whole process.
#[test]
fn should_name_the_fault_in_little_memory_when_files_are_hostile() {
	let images = series(&small());
	let file = valid(&images);

	// A value of 4 GB in a file of a few bytes, of every kind that the parser allocates for.
	for vr in [b"OB", b"OW", b"UN", b"UT", b"OF", b"OD", b"OL", b"OV", b"UC"] {
		let mut data = b"\x10\0\x10\x40".to_vec();
		data.extend(vr);
		data.extend(b"\0\0\xf0\xff\xff\xffab");
		let error = within_memory(|| Segmentation::read(&with_dataset(&data)).unwrap_err());
		let named = matches!(
			error,
			SegError::Dataset(DatasetError::Truncated { left: 2, .. } | DatasetError::Damaged(_))
		);
		assert!(named, "{error}");
	}
	// The same in the file meta information.
	let mut meta = file.clone();
	let at = meta.windows(8).position(|w| w == b"\x02\0\x02\0UI\x1c\0").unwrap();
	meta[at + 4..at + 12].copy_from_slice(b"OB\0\0\xf0\xff\xff\xff");
	let error = within_memory(|| Segmentation::read(&meta).unwrap_err());
	assert!(matches!(error, SegError::Dataset(_)), "{error}");

	// A hundred thousand sequences in one another.
	let nested =
		b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff".repeat(100_000);
	let error = within_memory(|| Segmentation::read(&with_dataset(&nested)).unwrap_err());
	assert!(matches!(error, SegError::Dataset(DatasetError::Excessive(_))), "{error}");

	// Cut anywhere; bytes changed anywhere.
	for length in (0..file.len()).step_by(97) {
		within_memory(|| Segmentation::read(&file[..length]).unwrap_err());
	}
	let mut runner = TestRunner::deterministic();
	let changes = prop::collection::vec((0..file.len(), any::<u8>()), 1..8);
	runner
		.run(&changes, |changes| {
			let mut file = file.clone();
			for (at, byte) in changes {
				file[at] = byte;
			}
			within_memory(|| {
				if let Ok(seg) = Segmentation::read(&file) {
					let _ = seg.labels();
					let _ = seg.mask_on(1, images.grid());
				}
			});
			Ok(())
		})
		.unwrap();
	// The headers are what matters, and most of the file is not headers. Besides single bytes,
	// delimiters and headers of items and sequences are put where they do not belong.
	let patches = [
		b"\xfe\xff\0\xe0\xff\xff\xff\xff".to_vec(),
		b"\xfe\xff\0\xe0\0\0\0\0".to_vec(),
		b"\xfe\xff\x0d\xe0\0\0\0\0".to_vec(),
		b"\xfe\xff\xdd\xe0\0\0\0\0".to_vec(),
		b"SQ\0\0\xff\xff\xff\xff".to_vec(),
		b"UN\0\0\xff\xff\xff\xff".to_vec(),
		b"\xff\xff\xff\xff".to_vec(),
	];
	let patch = prop_oneof![
		any::<u8>().prop_map(|byte| vec![byte]),
		prop::sample::select(patches.to_vec())
	];
	let heads = prop::collection::vec((128..file.len() - 8192, patch), 1..4);
	let cases = ProptestConfig::default().cases.max(2000);
	TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..Default::default() })
		.run(&heads, |changes| {
			let mut file = file.clone();
			for (at, patch) in changes {
				file[at..at + patch.len()].copy_from_slice(&patch);
			}
			within_memory(|| Segmentation::read(&file).map(|seg| seg.labels().map(|_| ())).ok());
			within_memory(|| Series::read([&file]).ok());
			Ok(())
		})
		.unwrap();
	// A remainder that a parser could take for a header of 4 GB.
	let rest = b"\x08\0\x01\0UL\x02\0\x10\0\x10\x40OB\0\0\xf0\xff\xff\xff";
	let error = within_memory(|| Segmentation::read(&with_dataset(rest)).unwrap_err());
	assert!(matches!(error, SegError::Dataset(DatasetError::Damaged(_))), "{error}");
	// A delimiter without a beginning.
	for end in [b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"] {
		let error = Segmentation::read(&with_dataset(end)).unwrap_err();
		assert!(matches!(error, SegError::Dataset(DatasetError::Damaged(_))), "{error}");
	}

	// NIfTI: small files that claim or unpack to much.
	let grid = images.grid().clone();
	let volume = Volume::new(grid.clone(), vec![0; grid.voxels()]).unwrap();
	let packed = nifti::write(&volume).unwrap();
	let mut plain = Vec::new();
	std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut plain).unwrap();
	let mut large = plain.clone();
	for i in 0..3 {
		large[42 + 2 * i..44 + 2 * i].copy_from_slice(&700i16.to_le_bytes());
	}
	let error = within_memory(|| nifti::read(&large).unwrap_err());
	assert!(matches!(error, nifti::NiftiError::Truncated { expected: 343_000_000, .. }), "{error}");
	let bomb = {
		let mut data = plain.clone();
		data.resize(256 << 20, 0);
		let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
		std::io::Write::write_all(&mut file, &data).unwrap();
		file.finish().unwrap()
	};
	assert_eq!(within_memory(|| nifti::read(&bomb).unwrap()).voxels(), volume.voxels());
	let changes = prop::collection::vec((0..352usize, any::<u8>()), 1..6);
	runner
		.run(&changes, |changes| {
			let mut file = plain.clone();
			for (at, byte) in changes {
				file[at] = byte;
			}
			within_memory(|| nifti::read(&file).ok());
			within_memory(|| nifti::read(&file[..file.len() / 2]).ok());
			Ok(())
		})
		.unwrap();
}
