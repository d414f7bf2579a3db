// SPDX-License-Identifier: Apache-2.0

//! A reader's file, checked against the task, sealed to the scorers.
//!
//! Inside of the object: `1` for DICOM SEG or `2` for NIfTI (1 byte) ‖ the file.
//!
//! ## What fits a task
//!
//! Nothing is resampled. A voxel of the file must be a voxel of the study: less than a hundredth of
//! the smallest spacing elsewhere, at all corners of the volume, and spacings equal to a hundredth.
//!
//! - **SEG**: the Frame of Reference UID is that of the study. Orientation, rows and columns are those
//!   of the images; frames may be absent where the structure is not. What counts are the segments
//!   whose Segmented Property Type is the task's structure, all of them together; other segments are
//!   passed over. Without any such segment it is another structure.
//! - **NIfTI**: as many voxels along each axis as the study has, in any order of the axes and running
//!   either way, since many programs turn rows around; `sform`, else `qform`, says where they are, in
//!   RAS. What is not zero is the structure: the file cannot say which.
//!
//! ```
//! use contour_annotation::{drawing, reading::{Format, Reading}};
//! use contour_scoring::Mask;
//!
//! # let grid = contour_segmentation::Grid::new(
//! #     [8, 8, 10], [0.5, 0.5, 3.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3],
//! # )?;
//! # let geometry = contour_annotation::geometry::Geometry::new(grid, "2.25.1".into())?;
//! # let text = |it: &str| it.as_bytes().to_vec().try_into().expect("it is short");
//! # let structure = contour_primitives::Code { scheme: text("SCT"), value: text("108369006") };
//! let runs = [(10, 4), (74, 4), (138, 4)];
//! let mask = Mask::from_runs(geometry.scoring_grid(), runs)?;
//! let reading = Reading::new(drawing::nifti(&mask, &geometry)?)?;
//! assert_eq!(reading.format(), Format::Nifti);
//! assert_eq!(reading.mask(&geometry, &structure)?, mask);
//! assert!(Reading::new(b"a letter".to_vec()).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{Binding, geometry::Geometry};
use contour_primitives::{AccountId, Code};
use contour_scoring::{Mask, Rejection};
use contour_seal::{
	keyfile::KeyFile,
	object::{self, Kind, ObjectError, Recipient},
};
use contour_segmentation::{
	Grid, GridError, Volume,
	nifti::{self, NiftiError},
	seg::{SegError, Segmentation},
};
use core::fmt;
use thiserror::Error;
use zeroize::Zeroizing;

/// By how much of the smallest spacing a voxel of a reading may be elsewhere than that of the study.
pub const TOLERANCE: f64 = 0.01;
/// Most segments of one structure that are put together.
const MAX_SEGMENTS: usize = 64;
/// Header and extensions that a NIfTI file may have beside its voxels, in bytes.
const NIFTI_SLACK: u64 = 1 << 20;
/// Bytes of the largest voxel that a NIfTI file may have.
const NIFTI_VOXEL: u64 = 8;

/// What kind of file it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
	/// DICOM Segmentation.
	Seg,
	/// NIfTI-1 in one file, packed or not.
	Nifti,
}

/// Why a file is not a reading of a task.
#[derive(Debug, Error)]
pub enum Unfit {
	/// Neither of both formats.
	#[error("this is neither DICOM SEG nor NIfTI: export the mask as one of them")]
	Unknown,
	/// It cannot be read as SEG.
	#[error(transparent)]
	Seg(#[from] SegError),
	/// It cannot be read as NIfTI.
	#[error(transparent)]
	Nifti(#[from] NiftiError),
	/// It was drawn in another frame of reference.
	#[error("the mask is in another frame of reference than the study: draw on the study's images")]
	FrameOfReference,
	/// It has other voxels.
	#[error(
		"the mask has {found:?} voxels of {found_spacing:?} mm, the study {expected:?} of \
		 {expected_spacing:?} mm, and they are not in one place: draw on the study's images, without \
		 cropping or resampling"
	)]
	Grid {
		/// Voxels along each axis of the study.
		expected: [u32; 3],
		/// Their distances.
		expected_spacing: [f64; 3],
		/// Voxels along each axis of the mask.
		found: [u32; 3],
		/// Their distances.
		found_spacing: [f64; 3],
	},
	/// No segment is the structure.
	#[error(
		"no segment is {wanted}, there is {found}: set the segment's type (Segmented Property Type) \
		 to the task's structure"
	)]
	Structure {
		/// The task's structure.
		wanted: String,
		/// What the segments are.
		found: String,
	},
	/// More segments of one structure than are put together.
	#[error("{0} segments are the structure, at most {MAX_SEGMENTS} are read: merge them")]
	TooManySegments(usize),
}

impl Unfit {
	/// As the report tells it.
	#[must_use]
	pub fn rejection(&self) -> Rejection {
		match self {
			Self::Seg(SegError::Grid(GridError::TooLarge { .. }))
			| Self::Nifti(NiftiError::TooLarge(_) | NiftiError::Grid(GridError::TooLarge { .. })) => {
				Rejection::TooLarge
			}
			Self::FrameOfReference
			| Self::Grid { .. }
			| Self::Nifti(NiftiError::NoGeometry | NiftiError::Grid(_))
			| Self::Seg(
				SegError::NoGeometry { .. }
				| SegError::Mixed(_)
				| SegError::GridMismatch
				| SegError::Grid(_),
			) => Rejection::Geometry,
			Self::Structure { .. } => Rejection::Structure,
			Self::Unknown | Self::Seg(_) | Self::Nifti(_) | Self::TooManySegments(_) => {
				Rejection::Malformed
			}
		}
	}
}

/// A reader's file.
#[derive(Clone)]
pub struct Reading {
	format: Format,
	file: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Reading {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Reading").field("format", &self.format).finish_non_exhaustive()
	}
}

impl Reading {
	/// A file, whose format is told by how it begins.
	///
	/// # Errors
	/// [`Unfit::Unknown`].
	pub fn new(file: Vec<u8>) -> Result<Self, Unfit> {
		let format = if file.get(128..132) == Some(b"DICM") {
			Format::Seg
		} else if file.starts_with(&[0x1f, 0x8b])
			|| file.starts_with(&348_i32.to_le_bytes())
			|| file.starts_with(&348_i32.to_be_bytes())
		{
			Format::Nifti
		} else {
			return Err(Unfit::Unknown);
		};
		Ok(Self { format, file: file.into() })
	}

	/// Its format.
	#[must_use]
	pub const fn format(&self) -> Format {
		self.format
	}

	/// The file.
	#[must_use]
	pub fn file(&self) -> &[u8] {
		&self.file
	}

	/// The structure on the grid of the study, if the file fits the task.
	///
	/// # Errors
	/// [`Unfit`], which says what to do about it, and [`Unfit::rejection`] as the report tells it.
	pub fn mask(&self, geometry: &Geometry, structure: &Code) -> Result<Mask, Unfit> {
		let voxels = match self.format {
			Format::Seg => seg(&self.file, geometry, structure)?,
			Format::Nifti => {
				let limit = geometry.scoring_grid().voxels().saturating_mul(NIFTI_VOXEL);
				let limit = limit.saturating_add(NIFTI_SLACK);
				lay(nifti::read_within(&self.file, limit)?, geometry.grid())?
			}
		};
		let mask = Mask::from_bytes(geometry.scoring_grid(), &voxels);
		Ok(mask.expect("one byte was made for each voxel of the grid"))
	}

	/// Seals it to the scorers, for one task and by its reader.
	///
	/// # Errors
	/// Those of [`object::seal`].
	pub fn seal(
		&self,
		binding: &Binding,
		reader: AccountId,
		scorers: &[Recipient],
	) -> Result<Vec<u8>, ObjectError> {
		let format = match self.format {
			Format::Seg => 1,
			Format::Nifti => 2,
		};
		let content = Zeroizing::new([&[format], self.file.as_slice()].concat());
		object::seal(&binding.context(Kind::Reading, reader), scorers, &content)
	}

	/// Opens what a reader handed in for a task, as one of the scorers.
	///
	/// # Errors
	/// As a report tells it: [`Rejection::Sealed`], [`Rejection::TooLarge`] and
	/// [`Rejection::Malformed`].
	pub fn open(
		sealed: &[u8],
		binding: &Binding,
		reader: &AccountId,
		recipient: &AccountId,
		keys: &KeyFile,
	) -> Result<Self, Rejection> {
		let context = binding.context(Kind::Reading, reader.clone());
		let mut content = match object::open(sealed, &context, recipient, keys) {
			Ok(content) => content,
			Err(ObjectError::TooLarge(_)) => return Err(Rejection::TooLarge),
			Err(ObjectError::Inflate) => return Err(Rejection::Malformed),
			Err(_) => return Err(Rejection::Sealed),
		};
		let format = match content.first() {
			Some(1) => Format::Seg,
			Some(2) => Format::Nifti,
			_ => return Err(Rejection::Malformed),
		};
		content.drain(..1);
		Ok(Self { format, file: content })
	}
}

/// One byte for each voxel of the study, from a SEG object.
fn seg(file: &[u8], geometry: &Geometry, structure: &Code) -> Result<Vec<u8>, Unfit> {
	let seg = Segmentation::read(file)?;
	if seg.frame_of_reference() != geometry.frame_of_reference() {
		return Err(Unfit::FrameOfReference);
	}
	let is_structure = |value: &str, scheme: &str| {
		value.as_bytes() == structure.value.as_slice()
			&& scheme.as_bytes() == structure.scheme.as_slice()
	};
	let mut numbers: Vec<u16> = seg
		.segments()
		.iter()
		.filter(|it| is_structure(&it.property.value, &it.property.scheme))
		.map(|it| it.number)
		.collect();
	numbers.sort_unstable();
	numbers.dedup();
	let Some((first, others)) = numbers.split_first() else {
		let found = seg.segments().iter().take(MAX_SEGMENTS);
		let found = found.map(|it| format!("{}:{}", it.property.scheme, it.property.value));
		let found = found.collect::<Vec<_>>().join(", ");
		return Err(Unfit::Structure { wanted: structure.to_string(), found });
	};
	if numbers.len() > MAX_SEGMENTS {
		return Err(Unfit::TooManySegments(numbers.len()));
	}
	let grid = geometry.grid();
	let on_grid = |number: u16| match seg.mask_within(number, grid, TOLERANCE) {
		Err(SegError::GridMismatch) => Err(elsewhere(grid, seg.grid())),
		volume => Ok(volume?.into_voxels()),
	};
	let mut voxels = on_grid(*first)?;
	for number in others {
		for (voxel, also) in voxels.iter_mut().zip(on_grid(*number)?) {
			*voxel |= also;
		}
	}
	Ok(voxels)
}

fn elsewhere(expected: &Grid, found: &Grid) -> Unfit {
	Unfit::Grid {
		expected: expected.dimensions,
		expected_spacing: expected.spacing,
		found: found.dimensions,
		found_spacing: found.spacing,
	}
}

/// The voxels of a volume in the order of a grid, if they are the grid's voxels in another order.
fn lay(volume: Volume, grid: &Grid) -> Result<Vec<u8>, Unfit> {
	let own = volume.grid().clone();
	if own.matches_within(grid, TOLERANCE) {
		return Ok(volume.into_voxels());
	}
	let axes = axes_of(&own, grid).ok_or_else(|| elsewhere(grid, &own))?;
	let last = grid.dimensions.map(|n| n.saturating_sub(1));
	// The voxel of the volume at a voxel of the grid.
	let at = |index: [u32; 3]| {
		let mut place = [0; 3];
		for (axis, (on, turned)) in axes.into_iter().enumerate() {
			place[on] = if turned { last[axis] - index[axis] } else { index[axis] };
		}
		place
	};
	let [x, y, z] = last;
	let near = [[0, 0, 0], [x, 0, 0], [0, y, 0], [0, 0, z]].into_iter().all(|corner| {
		let (a, b) = (grid.point(corner), own.point(at(corner)));
		let off = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
		off < grid.smallest(TOLERANCE)
	});
	if !near {
		return Err(elsewhere(grid, &own));
	}
	let [columns, rows, _] = own.dimensions.map(|n| n as usize);
	let source = volume.voxels();
	let mut voxels = Vec::with_capacity(source.len());
	for z in 0..=z {
		for y in 0..=y {
			for x in 0..=x {
				let [i, j, k] = at([x, y, z]).map(|n| n as usize);
				voxels.push(source[(k * rows + j) * columns + i]);
			}
		}
	}
	Ok(voxels)
}

/// For each axis of a grid the axis of another that lies along it, and whether it runs the other way;
/// `None` unless they fit in number and distance.
fn axes_of(own: &Grid, grid: &Grid) -> Option<[(usize, bool); 3]> {
	let directions = |grid: &Grid| {
		let [a, b, c, d, e, f] = grid.orientation;
		[[a, b, c], [d, e, f], grid.normal()]
	};
	let (from, to) = (directions(own), directions(grid));
	let mut axes = [(0, false); 3];
	let mut taken = [false; 3];
	for (axis, direction) in to.iter().enumerate() {
		let along = |other: &[f64; 3]| direction.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
		let on = (0..3).find(|on| along(&from[*on]).abs() > 0.999 && !taken[*on])?;
		let step = (own.spacing[on] - grid.spacing[axis]).abs();
		if own.dimensions[on] != grid.dimensions[axis] || step > TOLERANCE * grid.spacing[axis] {
			return None;
		}
		taken[on] = true;
		axes[axis] = (on, along(&from[on]) < 0.0);
	}
	Some(axes)
}
