// SPDX-License-Identifier: Apache-2.0

//! Label volumes as NIfTI-1 files (<https://nifti.nimh.nih.gov/nifti-1>, header `nifti1.h`).
//!
//! Written: `.nii.gz`, unsigned bytes, little endian, the same place in `sform` and `qform`. Read:
//! `.nii` and `.nii.gz` of whole-number types and floats of either byte order, as long as every
//! value is a whole number from 0 to 255.
//!
//! NIfTI's coordinates are millimetres with x to the patient's right and y to the front, the
//! opposite of DICOM in both; z is the same.
//!
//! ```
//! use contour_segmentation::{Grid, Volume, nifti};
//!
//! let grid = Grid::new([8, 8, 2], [0.5, 0.5, 3.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3])?;
//! let mut voxels = vec![0; grid.voxels()];
//! voxels[10..14].fill(1);
//! let mask = Volume::new(grid, voxels)?;
//!
//! let file = nifti::write(&mask)?;
//! assert_eq!(nifti::read(&file)?.voxels(), mask.voxels());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::volume::{Grid, GridError, Volume, axes, count, dot};
use flate2::Crc;
use flate2::read::MultiGzDecoder;
use std::io::Read;
use thiserror::Error;

const HEADER: usize = 348;
/// Header and four bytes that say there is no extension.
const OFFSET: usize = 352;
/// gzip's first two bytes (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Why a file is no label volume.
#[derive(Debug, Error)]
pub enum NiftiError {
	/// No NIfTI-1 header.
	#[error("this is not a NIfTI-1 file in one piece: convert it to .nii or .nii.gz")]
	NotNifti,
	/// The compressed stream is damaged.
	#[error("the file cannot be unpacked: {0}; fetch it again")]
	Unpack(std::io::Error),
	/// Fewer bytes than the header tells.
	#[error("{expected} bytes of voxels are needed, {found} are there: the file is truncated")]
	Truncated {
		/// By dimensions and type.
		expected: u64,
		/// In the file.
		found: u64,
	},
	/// Unpacks to more than the caller permits.
	#[error("the file holds {0} bytes, more than are read: save the mask as unsigned bytes")]
	TooLarge(u64),
	/// A header field that is not handled.
	#[error("{0} is not handled: save the mask as one volume of unsigned bytes")]
	Unsupported(&'static str),
	/// Neither `sform` nor `qform`.
	#[error("the file does not say where the voxels are: save it with an orientation (sform)")]
	NoGeometry,
	/// A voxel that is no label.
	#[error("voxel {0} is not a whole number from 0 to 255: save labels, not intensities")]
	NotLabel(usize),
	/// The geometry cannot be used.
	#[error(transparent)]
	Grid(#[from] GridError),
}

/// Writes a volume as `.nii.gz`. The same volume gives the same bytes.
///
/// # Errors
/// When there are more than 32767 columns, rows or slices, which NIfTI-1 cannot count.
pub fn write(volume: &Volume) -> Result<Vec<u8>, NiftiError> {
	let mut plain = header(volume.grid())?.to_vec();
	plain.extend_from_slice(volume.voxels());
	let mut crc = Crc::new();
	crc.update(&plain);
	// flate2's backend is chosen by features, and so by other crates of a build; this one is always
	// the same. No file name, no time, unknown system.
	let mut file = vec![GZIP[0], GZIP[1], 8, 0, 0, 0, 0, 0, 0, 255];
	file.extend(miniz_oxide::deflate::compress_to_vec(&plain, 6));
	file.extend(crc.sum().to_le_bytes());
	file.extend(crc.amount().to_le_bytes());
	Ok(file)
}

fn header(grid: &Grid) -> Result<[u8; OFFSET], NiftiError> {
	let mut h = [0u8; OFFSET];
	let mut set = |at: usize, bytes: &[u8]| h[at..at + bytes.len()].copy_from_slice(bytes);
	set(0, &348i32.to_le_bytes());
	set(38, b"r");
	set(40, &3i16.to_le_bytes());
	for (i, n) in grid.dimensions.into_iter().chain([1; 4]).enumerate() {
		let n = i16::try_from(n)
			.map_err(|_| NiftiError::Unsupported("a volume with a side above 32767 voxels"))?;
		set(42 + 2 * i, &n.to_le_bytes());
	}
	set(70, &2i16.to_le_bytes());
	set(72, &8i16.to_le_bytes());
	// pixdim[0] is the handedness, which is right.
	let steps = [1.0, grid.spacing[0], grid.spacing[1], grid.spacing[2]];
	for (i, step) in steps.into_iter().chain([0.0; 4]).enumerate() {
		set(76 + 4 * i, &(step as f32).to_le_bytes());
	}
	set(108, &(OFFSET as f32).to_le_bytes());
	set(112, &1f32.to_le_bytes());
	// Millimetres.
	set(123, &[2]);
	set(148, b"Contour label volume");
	set(252, &1i16.to_le_bytes());
	set(254, &1i16.to_le_bytes());
	let affine = affine(grid);
	for (i, number) in quaternion(grid).into_iter().chain(affine.map(|row| row[3])).enumerate() {
		set(256 + 4 * i, &(number as f32).to_le_bytes());
	}
	for (i, number) in affine.iter().flatten().enumerate() {
		set(280 + 4 * i, &(*number as f32).to_le_bytes());
	}
	set(344, b"n+1\0");
	Ok(h)
}

/// From voxel index to millimetres, in NIfTI's coordinates.
fn affine(grid: &Grid) -> [[f64; 4]; 3] {
	let (row, column) = axes(&grid.orientation);
	let directions = [row, column, grid.normal()];
	std::array::from_fn(|i| {
		let sign = if i < 2 { -1.0 } else { 1.0 };
		std::array::from_fn(|j| match directions.get(j) {
			Some(direction) => sign * direction[i] * grid.spacing[j] + 0.0,
			None => sign * grid.origin[i] + 0.0,
		})
	})
}

/// The rotation as `quatern_b`, `c` and `d`; the first part follows from them and is not negative.
fn quaternion(grid: &Grid) -> [f64; 3] {
	let affine = affine(grid);
	let r = |i: usize, j: usize| affine[i][j] / grid.spacing[j];
	// Each square is four times that of a part; the largest is at least 1, so dividing by its root
	// loses nothing.
	let squares = [
		1.0 + r(0, 0) + r(1, 1) + r(2, 2),
		1.0 + r(0, 0) - r(1, 1) - r(2, 2),
		1.0 - r(0, 0) + r(1, 1) - r(2, 2),
		1.0 - r(0, 0) - r(1, 1) + r(2, 2),
	];
	let sums = [
		[squares[0], r(2, 1) - r(1, 2), r(0, 2) - r(2, 0), r(1, 0) - r(0, 1)],
		[r(2, 1) - r(1, 2), squares[1], r(0, 1) + r(1, 0), r(0, 2) + r(2, 0)],
		[r(0, 2) - r(2, 0), r(0, 1) + r(1, 0), squares[2], r(1, 2) + r(2, 1)],
		[r(1, 0) - r(0, 1), r(0, 2) + r(2, 0), r(1, 2) + r(2, 1), squares[3]],
	];
	let largest = (0..4).fold(0, |best, i| if squares[i] > squares[best] { i } else { best });
	let root = 2.0 * squares[largest].sqrt();
	let [a, b, c, d] = sums[largest].map(|x| x / root);
	let sign = if a < 0.0 { -1.0 } else { 1.0 };
	[b, c, d].map(|x| sign * x + 0.0)
}

/// Reads a label volume, packed or not.
///
/// A volume whose slices run against the cross product of rows and columns is turned around, so
/// that its grid is one of DICOM's. Directions are made unit vectors; spacings are `pixdim` where
/// that agrees with the affine.
///
/// # Errors
/// When the file is not NIfTI-1, holds more than one volume, has no geometry, or is no label map.
pub fn read(file: &[u8]) -> Result<Volume, NiftiError> {
	read_within(file, u64::MAX)
}

/// As [`read`], of files that have at most `limit` bytes when unpacked.
///
/// # Errors
/// Those of [`read`], and [`NiftiError::TooLarge`] before more is unpacked than the header.
pub fn read_within(file: &[u8], limit: u64) -> Result<Volume, NiftiError> {
	if !file.starts_with(&GZIP) {
		return parse(file);
	}
	let mut unpacker = MultiGzDecoder::new(file);
	let mut plain = Vec::new();
	let mut take = |limit: u64, plain: &mut Vec<u8>| {
		unpacker.by_ref().take(limit).read_to_end(plain).map_err(NiftiError::Unpack)
	};
	take(OFFSET as u64, &mut plain)?;
	// Unpack what the header tells and no more: a small file can unpack to anything.
	let header = Header::new(&plain)?;
	if header.end() > limit {
		return Err(NiftiError::TooLarge(header.end()));
	}
	take(header.end().saturating_sub(plain.len() as u64), &mut plain)?;
	parse(&plain)
}

#[derive(Clone, Copy)]
enum Type {
	U8,
	I8,
	I16,
	U16,
	I32,
	U32,
	F32,
	F64,
}

struct Header<'a> {
	bytes: &'a [u8; HEADER],
	big: bool,
	dimensions: [u32; 3],
	kind: Type,
	/// Bytes of a voxel.
	width: u64,
	/// Where voxels begin in the file.
	offset: u64,
}

impl<'a> Header<'a> {
	fn new(file: &'a [u8]) -> Result<Self, NiftiError> {
		let bytes = file.first_chunk::<HEADER>().ok_or(NiftiError::NotNifti)?;
		let big = match bytes.first_chunk::<4>().map(|b| i32::from_le_bytes(*b)) {
			Some(348) => false,
			Some(n) if n.swap_bytes() == 348 => true,
			_ => return Err(NiftiError::NotNifti),
		};
		if !bytes.ends_with(b"n+1\0") {
			return Err(NiftiError::NotNifti);
		}
		let mut header =
			Self { bytes, big, dimensions: [1; 3], kind: Type::U8, width: 1, offset: 0 };
		let rank = header.short(40);
		if !(1..=7).contains(&rank) {
			return Err(NiftiError::Unsupported("this number of dimensions"));
		}
		for i in 1..=7usize {
			let n = if i <= rank.unsigned_abs().into() { header.short(40 + 2 * i) } else { 1 };
			let n = u32::try_from(n).map_err(|_| GridError::Empty)?;
			match header.dimensions.get_mut(i - 1) {
				Some(dimension) => *dimension = n,
				None if n > 1 => return Err(NiftiError::Unsupported("more than one volume")),
				None => {}
			}
		}
		count(header.dimensions.map(u64::from))?;
		(header.kind, header.width) = match header.short(70) {
			2 => (Type::U8, 1),
			256 => (Type::I8, 1),
			4 => (Type::I16, 2),
			512 => (Type::U16, 2),
			8 => (Type::I32, 4),
			768 => (Type::U32, 4),
			16 => (Type::F32, 4),
			64 => (Type::F64, 8),
			_ => return Err(NiftiError::Unsupported("this type of voxel")),
		};
		let offset = header.float(108);
		if !(offset >= OFFSET as f64 && offset <= 1e9) {
			return Err(NiftiError::Unsupported("this offset of the voxels"));
		}
		header.offset = offset as u64;
		// A slope of 0 means none.
		let (slope, intercept) = (header.float(112), header.float(116));
		if slope != 0.0 && (slope != 1.0 || intercept != 0.0) {
			return Err(NiftiError::Unsupported("a scaled volume"));
		}
		Ok(header)
	}

	fn voxels(&self) -> u64 {
		self.dimensions.iter().map(|n| u64::from(*n)).product()
	}

	/// Where voxels end in the file.
	fn end(&self) -> u64 {
		self.offset + self.voxels() * self.width
	}

	fn raw<const N: usize>(&self, at: usize) -> [u8; N] {
		let mut raw: [u8; N] =
			*self.bytes[at..].first_chunk().expect("fields are inside the header");
		if self.big {
			raw.reverse();
		}
		raw
	}

	fn short(&self, at: usize) -> i16 {
		i16::from_le_bytes(self.raw(at))
	}

	fn float(&self, at: usize) -> f64 {
		f32::from_le_bytes(self.raw(at)).into()
	}

	/// The affine in rows, by `sform`, else `qform` (`nifti1.h`, methods 3 and 2).
	fn affine(&self) -> Result<[[f64; 4]; 3], NiftiError> {
		if self.short(254) > 0 {
			return Ok(std::array::from_fn(|i| {
				std::array::from_fn(|j| self.float(280 + 16 * i + 4 * j))
			}));
		}
		if self.short(252) <= 0 {
			return Err(NiftiError::NoGeometry);
		}
		let [b, c, d] = [256, 260, 264].map(|at| self.float(at));
		let a = (1.0 - b * b - c * c - d * d).max(0.0).sqrt();
		let rotation = [
			[a * a + b * b - c * c - d * d, 2.0 * (b * c - a * d), 2.0 * (b * d + a * c)],
			[2.0 * (b * c + a * d), a * a + c * c - b * b - d * d, 2.0 * (c * d - a * b)],
			[2.0 * (b * d - a * c), 2.0 * (c * d + a * b), a * a + d * d - b * b - c * c],
		];
		let hand = if self.float(76) < 0.0 { -1.0 } else { 1.0 };
		let scale = [1.0, 1.0, hand];
		Ok(std::array::from_fn(|i| {
			std::array::from_fn(|j| match rotation[i].get(j) {
				Some(r) => r * scale[j] * self.float(80 + 4 * j),
				None => self.float(268 + 4 * i),
			})
		}))
	}
}

fn parse(file: &[u8]) -> Result<Volume, NiftiError> {
	let header = Header::new(file)?;
	let expected = header.voxels() * header.width;
	let values = usize::try_from(header.offset)
		.ok()
		.and_then(|offset| file.get(offset..))
		.unwrap_or_default();
	let values = usize::try_from(expected)
		.ok()
		.and_then(|length| values.get(..length))
		.ok_or(NiftiError::Truncated { expected, found: values.len() as u64 })?;
	let affine = header.affine()?;
	let mut voxels = labels(values, header.kind, header.big)?;

	let columns: [[f64; 3]; 3] = std::array::from_fn(|j| {
		std::array::from_fn(|i| if i < 2 { -affine[i][j] } else { affine[i][j] })
	});
	let mut origin = [-affine[0][3], -affine[1][3], affine[2][3]];
	let norms = columns.map(|c| dot(c, c).sqrt());
	if !norms.iter().all(|n| *n > 1e-6) {
		return Err(NiftiError::NoGeometry);
	}
	let directions: [[f64; 3]; 3] =
		std::array::from_fn(|j| std::array::from_fn(|i| columns[j][i] / norms[j]));
	let spacing = std::array::from_fn(|j| {
		let stated = header.float(80 + 4 * j);
		if (stated - norms[j]).abs() < 1e-4 * norms[j] { stated } else { norms[j] }
	});
	let [row, column, slice] = directions;
	let orientation = [row[0], row[1], row[2], column[0], column[1], column[2]];
	let along = dot(super::volume::normal(&orientation), slice);
	if along.is_nan() || along.abs() < 0.999 {
		return Err(GridError::Skewed.into());
	}
	let [_, _, slices] = header.dimensions;
	if along < 0.0 {
		let steps = f64::from(slices - 1);
		origin = std::array::from_fn(|i| origin[i] + steps * columns[2][i]);
		let size = voxels.len() / slices as usize;
		voxels = voxels.chunks_exact(size).rev().flatten().copied().collect();
	}
	Ok(Volume::new(Grid::new(header.dimensions, spacing, orientation, origin)?, voxels)?)
}

fn labels(values: &[u8], kind: Type, big: bool) -> Result<Vec<u8>, NiftiError> {
	fn each<const N: usize>(
		values: &[u8],
		big: bool,
		number: impl Fn([u8; N]) -> f64,
	) -> Result<Vec<u8>, NiftiError> {
		let (values, _) = values.as_chunks::<N>();
		values
			.iter()
			.enumerate()
			.map(|(i, raw)| {
				let mut raw = *raw;
				if big {
					raw.reverse();
				}
				let x = number(raw);
				let is_label = x.fract() == 0.0 && (0.0..=255.0).contains(&x);
				// Exact by the check.
				if is_label { Ok(x as u8) } else { Err(NiftiError::NotLabel(i)) }
			})
			.collect()
	}
	match kind {
		Type::U8 => Ok(values.to_vec()),
		Type::I8 => each(values, big, |raw| i8::from_le_bytes(raw).into()),
		Type::I16 => each(values, big, |raw| i16::from_le_bytes(raw).into()),
		Type::U16 => each(values, big, |raw| u16::from_le_bytes(raw).into()),
		Type::I32 => each(values, big, |raw| i32::from_le_bytes(raw).into()),
		Type::U32 => each(values, big, |raw| u32::from_le_bytes(raw).into()),
		Type::F32 => each(values, big, |raw| f32::from_le_bytes(raw).into()),
		Type::F64 => each(values, big, f64::from_le_bytes),
	}
}
