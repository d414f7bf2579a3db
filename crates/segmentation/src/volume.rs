// SPDX-License-Identifier: Apache-2.0

//! A grid of voxels in the patient, and a label for each voxel.

use serde::Serialize;
use thiserror::Error;

/// Why there is no grid.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum GridError {
	/// No voxel at all.
	#[error("the grid has no voxels: columns, rows and slices must each be 1 or more")]
	Empty,
	/// More voxels than this machine should be asked to hold.
	#[error(
		"{columns} × {rows} × {slices} voxels are more than the {limit} that are read: crop the \
		 volume or check that the file is what it should be",
		limit = Grid::MAX_VOXELS
	)]
	TooLarge {
		/// Voxels in a row.
		columns: u64,
		/// Voxels in a column.
		rows: u64,
		/// Slices.
		slices: u64,
	},
	/// A number that no scanner writes.
	#[error("the {0} is not a usable number: check the geometry attributes of the file")]
	Unusable(&'static str),
	/// The directions of rows and columns are not perpendicular unit vectors.
	#[error("the directions of rows and columns are not perpendicular: check the orientation")]
	Skewed,
	/// The planes are not a straight stack with one distance.
	#[error("plane {0} is not on an even, straight stack: export the volume without gaps or tilt")]
	Uneven(usize),
	/// As many voxels as the grid has are needed.
	#[error("{found} voxels were given for a grid of {expected}: pass one byte for each voxel")]
	VoxelCount {
		/// How many the grid has.
		expected: u64,
		/// How many came.
		found: u64,
	},
}

/// Where voxels are in the patient.
///
/// Coordinates are DICOM's: millimetres, x to the patient's left, y to the back, z up (PS3.3
/// C.7.6.2.1.1). Numbers are kept as DICOM's decimal strings can hold them: lengths to 10⁻⁶ mm,
/// direction cosines to 10⁻¹².
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Grid {
	/// Columns (voxels in a row), rows, slices.
	pub dimensions: [u32; 3],
	/// Distance in millimetres of one column, row, slice from the next. Mind the order: DICOM's
	/// Pixel Spacing names the rows' first.
	pub spacing: [f64; 3],
	/// Image Orientation (Patient): the direction in which the column index grows, then that in
	/// which the row index grows. Slices grow along their cross product.
	pub orientation: [f64; 6],
	/// Centre of the first voxel of the first slice.
	pub origin: [f64; 3],
}

impl Grid {
	/// The most voxels of a grid: 2²⁹, which is 512 × 512 × 2048.
	pub const MAX_VOXELS: u64 = 1 << 29;

	/// By how much of the smallest spacing voxels may be elsewhere and still be the same.
	pub(crate) const PART: f64 = 0.1;

	/// A grid, with numbers rounded as said above.
	///
	/// # Errors
	/// When there is no voxel or more than [`Self::MAX_VOXELS`], or when numbers are no geometry.
	pub fn new(
		dimensions: [u32; 3],
		spacing: [f64; 3],
		orientation: [f64; 6],
		origin: [f64; 3],
	) -> Result<Self, GridError> {
		count(dimensions.map(u64::from))?;
		// Written so that NaN is refused as well.
		if !spacing.iter().all(|s| *s >= 1e-3 && *s <= 1e3) {
			return Err(GridError::Unusable("spacing"));
		}
		if !origin.iter().all(|x| x.abs() <= 1e5) {
			return Err(GridError::Unusable("position"));
		}
		let (row, column) = axes(&orientation);
		let is_unit = |v: [f64; 3]| (dot(v, v) - 1.0).abs() < 1e-3;
		if !(is_unit(row) && is_unit(column) && dot(row, column).abs() < 1e-3) {
			return Err(GridError::Skewed);
		}
		Ok(Self {
			dimensions,
			spacing: spacing.map(length),
			orientation: orientation.map(|c| round(c, 1e12)),
			origin: origin.map(length),
		})
	}

	/// Number of voxels.
	pub fn voxels(&self) -> usize {
		self.dimensions.iter().map(|d| *d as usize).product()
	}

	/// Number of voxels in a slice.
	pub fn slice_voxels(&self) -> usize {
		let [columns, rows, _] = self.dimensions;
		columns as usize * rows as usize
	}

	/// The direction in which slices grow.
	pub fn normal(&self) -> [f64; 3] {
		normal(&self.orientation)
	}

	/// Centre of the first voxel of a slice: Image Position (Patient), to 10⁻⁶ mm.
	pub fn position(&self, slice: u32) -> [f64; 3] {
		self.point([0, 0, slice]).map(length)
	}

	/// Centre of the voxel with this column, row and slice, in millimetres.
	pub fn point(&self, index: [u32; 3]) -> [f64; 3] {
		let (row, column) = axes(&self.orientation);
		let step: [f64; 3] =
			std::array::from_fn(|axis| f64::from(index[axis]) * self.spacing[axis]);
		let normal = self.normal();
		std::array::from_fn(|i| {
			self.origin[i] + step[0] * row[i] + step[1] * column[i] + step[2] * normal[i]
		})
	}

	/// Whether two grids are the same but for rounding: equal dimensions, and corners that are less
	/// than a tenth of the smallest spacing from each other.
	pub fn matches(&self, other: &Self) -> bool {
		self.matches_within(other, Self::PART)
	}

	/// As [`Self::matches`], with corners less than `part` of the smallest spacing from each other.
	pub fn matches_within(&self, other: &Self, part: f64) -> bool {
		let limit = self.smallest(part);
		let [columns, rows, slices] = self.dimensions.map(|d| d.saturating_sub(1));
		self.dimensions == other.dimensions
			&& [[0, 0, 0], [columns, 0, 0], [0, rows, 0], [0, 0, slices]]
				.into_iter()
				.all(|corner| distance(self.point(corner), other.point(corner)) < limit)
			// Corners say nothing of a spacing where there is one voxel only.
			&& (0..3).all(|i| (self.spacing[i] - other.spacing[i]).abs() < part * self.spacing[i])
	}

	/// A part of the smallest spacing, in millimetres.
	pub fn smallest(&self, part: f64) -> f64 {
		part * self.spacing.into_iter().fold(f64::INFINITY, f64::min)
	}
}

/// A label for each voxel of a grid; 0 is background.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
	grid: Grid,
	voxels: Vec<u8>,
}

impl Volume {
	/// A volume from labels: columns run fastest, then rows, then slices.
	///
	/// # Errors
	/// When there is not one label for each voxel.
	pub fn new(grid: Grid, voxels: Vec<u8>) -> Result<Self, GridError> {
		if voxels.len() != grid.voxels() {
			return Err(GridError::VoxelCount {
				expected: grid.voxels() as u64,
				found: voxels.len() as u64,
			});
		}
		Ok(Self { grid, voxels })
	}

	/// Where the voxels are.
	pub fn grid(&self) -> &Grid {
		&self.grid
	}

	/// The labels: columns run fastest, then rows, then slices.
	pub fn voxels(&self) -> &[u8] {
		&self.voxels
	}

	/// The labels, without the grid.
	pub fn into_voxels(self) -> Vec<u8> {
		self.voxels
	}

	/// How many voxels are not background.
	pub fn marked(&self) -> u64 {
		self.voxels.iter().filter(|v| **v != 0).count() as u64
	}

	/// How many voxels are not background in both volumes; `None` when the grids differ.
	pub fn common(&self, other: &Self) -> Option<u64> {
		let both = |(a, b): &(&u8, &u8)| **a != 0 && **b != 0;
		self.grid
			.matches(&other.grid)
			.then(|| self.voxels.iter().zip(&other.voxels).filter(both).count() as u64)
	}
}

/// Parallel planes, put in order.
#[derive(Debug, PartialEq)]
pub(crate) struct Stack {
	pub(crate) origin: [f64; 3],
	/// Distance of one plane from the next, in millimetres.
	pub(crate) spacing: f64,
	/// Number of planes from the first to the last, those that are absent included.
	pub(crate) slices: u32,
	/// Which plane each of the positions is.
	pub(crate) index: Vec<u32>,
	/// How far the farthest of the positions is from its plane's, in millimetres.
	pub(crate) unevenness: f64,
}

impl Stack {
	/// Most planes of a stack.
	const MAX: f64 = 16384.0;

	/// Orders planes by their positions. Planes may be absent, or present more than once.
	///
	/// `stated` are the spacings that the file names, the best first. One that agrees with the
	/// positions is taken as it is; otherwise the spacing is made from the positions. In a `dense`
	/// stack no plane is absent, so a stated spacing that would leave gaps is not taken.
	pub(crate) fn new(
		positions: &[[f64; 3]],
		orientation: &[f64; 6],
		in_plane: [f64; 2],
		stated: &[f64],
		dense: bool,
	) -> Result<Self, GridError> {
		let first = *positions.first().ok_or(GridError::Empty)?;
		let normal = normal(orientation);
		let sideways = 0.1 * in_plane[0].min(in_plane[1]);
		let mut heights = Vec::with_capacity(positions.len());
		for (i, position) in positions.iter().enumerate() {
			let offset: [f64; 3] = std::array::from_fn(|axis| position[axis] - first[axis]);
			let height = dot(offset, normal);
			let foot: [f64; 3] = std::array::from_fn(|axis| height * normal[axis]);
			let off_axis = distance(offset, foot);
			// Negated so that NaN is refused.
			if !(off_axis <= sideways && height.abs() <= 1e5) {
				return Err(GridError::Uneven(i));
			}
			heights.push(height);
		}
		let lowest = (0..heights.len())
			.min_by(|a, b| heights[*a].total_cmp(&heights[*b]))
			.ok_or(GridError::Empty)?;
		let low = heights[lowest];
		let mut sorted = heights.clone();
		sorted.sort_by(f64::total_cmp);
		let gap = sorted
			.windows(2)
			.map(|pair| pair[1] - pair[0])
			.filter(|gap| *gap > 1e-3)
			.fold(f64::INFINITY, f64::min);
		let extent = sorted.last().map_or(0.0, |high| high - low);
		let measured = if gap.is_finite() {
			length(extent / (extent / gap).round())
		} else {
			// One plane: nothing to measure, so any stated spacing will do, else 1 mm.
			1.0
		};
		let place = |spacing: f64| -> Result<Vec<u32>, usize> {
			heights
				.iter()
				.enumerate()
				.map(|(i, height)| {
					let steps = (height - low) / spacing;
					let whole = steps.round();
					let fits = (steps - whole).abs() <= 0.1 && whole < Self::MAX;
					// In range by the check, so the conversion is exact.
					if fits { Ok(whole as u32) } else { Err(i) }
				})
				.collect()
		};
		let least = if dense && gap.is_finite() { 0.99 * gap } else { 1e-3 };
		let stated = stated.iter().copied().filter(|s| *s >= least && *s <= 1.01 * gap);
		let mut misfit = 0;
		for spacing in stated.chain([measured]) {
			match place(spacing) {
				Ok(index) => {
					let slices = index.iter().max().map_or(0, |last| last + 1);
					let origin = positions[lowest];
					let unevenness = positions
						.iter()
						.zip(&index)
						.map(|(position, plane)| {
							let height = f64::from(*plane) * spacing;
							distance(
								*position,
								std::array::from_fn(|i| origin[i] + height * normal[i]),
							)
						})
						.fold(0.0, f64::max);
					return Ok(Self { origin, spacing, slices, index, unevenness });
				}
				Err(i) => misfit = i,
			}
		}
		Err(GridError::Uneven(misfit))
	}
}

/// Checks the number of voxels before anything is allocated for them.
pub(crate) fn count([columns, rows, slices]: [u64; 3]) -> Result<u64, GridError> {
	let voxels = columns
		.checked_mul(rows)
		.and_then(|n| n.checked_mul(slices))
		.filter(|n| *n <= Grid::MAX_VOXELS)
		.ok_or(GridError::TooLarge { columns, rows, slices })?;
	if voxels == 0 { Err(GridError::Empty) } else { Ok(voxels) }
}

pub(crate) fn axes(orientation: &[f64; 6]) -> ([f64; 3], [f64; 3]) {
	let [a, b, c, d, e, f] = *orientation;
	([a, b, c], [d, e, f])
}

pub(crate) fn normal(orientation: &[f64; 6]) -> [f64; 3] {
	let ([a, b, c], [d, e, f]) = axes(orientation);
	[b * f - c * e, c * d - a * f, a * e - b * d]
}

pub(crate) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
	a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
	let offset: [f64; 3] = std::array::from_fn(|i| a[i] - b[i]);
	dot(offset, offset).sqrt()
}

/// Rounds a length in millimetres to 10⁻⁶ mm.
pub(crate) fn length(x: f64) -> f64 {
	round(x, 1e6)
}

fn round(x: f64, scale: f64) -> f64 {
	// The sum turns a negative zero into zero.
	(x * scale).round() / scale + 0.0
}
