// SPDX-License-Identifier: Apache-2.0

//! Where the voxels of a study are, in whole numbers.
//!
//! Spacing and origin are whole nanometres, direction cosines whole 10⁻¹²: as fine as DICOM's decimal
//! strings, so that nothing is lost, and the same bytes everywhere. What is scored is on the grid with
//! spacings in whole micrometres ([`Geometry::scoring_grid`]), rounded half up.
//!
//! ```
//! use contour_annotation::geometry::Geometry;
//! use contour_segmentation::Grid;
//!
//! let axial = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
//! let grid = Grid::new([64, 64, 20], [0.5, 0.5, 3.0], axial, [0.0; 3])?;
//! let geometry = Geometry::new(grid, "2.25.1".into())?;
//! assert_eq!(geometry.scoring_grid().spacing(), [500, 500, 3_000]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use codec::{Decode, Encode};
use contour_scoring::Malformed;
use contour_segmentation::{Grid, GridError, Series, SeriesError};
use thiserror::Error;

/// By how much of the spacing a slice may be elsewhere than on an even stack.
const EVENNESS: f64 = 0.01;
/// Longest UID (PS3.5 section 9.1).
const MAX_UID: usize = 64;

/// Why images have no geometry that can be scored on.
#[derive(Debug, Error)]
pub enum GeometryError {
	/// The files are not one volume.
	#[error(transparent)]
	Series(#[from] SeriesError),
	/// The distances between slices differ.
	#[error(
		"a slice is {off:.3} mm from where slices {spacing:.3} mm apart would have it, more than a \
		 hundredth: choose a series with equal spacing, or resample it and register the result"
	)]
	Uneven {
		/// How far it is off, in millimetres.
		off: f64,
		/// The spacing, in millimetres.
		spacing: f64,
	},
	/// It is no grid on which masks can be compared.
	#[error("masks on these images cannot be scored: {0}")]
	Scoring(Malformed),
	/// Not a geometry.
	#[error(transparent)]
	Grid(#[from] GridError),
	/// It is no UID.
	#[error("the frame of reference has no UID that can be used: have the images exported again")]
	FrameOfReference,
}

/// Where the voxels of a study are in the patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
	grid: Grid,
	frame_of_reference: String,
}

/// As it is encoded.
#[derive(Decode, Encode)]
struct Encoded {
	dimensions: [u32; 3],
	/// Nanometres.
	spacing: [u32; 3],
	/// Units of 10⁻¹².
	orientation: [i64; 6],
	/// Nanometres.
	origin: [i64; 3],
	frame_of_reference: Vec<u8>,
}

impl Geometry {
	/// The geometry of a series: slices of equal distance along the normal of the images.
	///
	/// # Errors
	/// [`GeometryError::Uneven`] and [`GeometryError::Scoring`].
	pub fn of(series: &Series) -> Result<Self, GeometryError> {
		let [.., spacing] = series.grid().spacing;
		let off = series.unevenness();
		if off > EVENNESS * spacing {
			return Err(GeometryError::Uneven { off, spacing });
		}
		Self::new(series.grid().clone(), series.frame_of_reference().to_owned())
	}

	/// The geometry of the images in these files, in any order.
	///
	/// # Errors
	/// Those of [`Series::read`] and of [`Self::of`].
	pub fn read<B: AsRef<[u8]>>(files: impl IntoIterator<Item = B>) -> Result<Self, GeometryError> {
		Self::of(&Series::read(files)?)
	}

	/// A geometry.
	///
	/// # Errors
	/// [`GeometryError::Scoring`] and [`GeometryError::FrameOfReference`].
	pub fn new(grid: Grid, frame_of_reference: String) -> Result<Self, GeometryError> {
		let is_uid = (1..=MAX_UID).contains(&frame_of_reference.len())
			&& frame_of_reference.bytes().all(|c| c == b'.' || c.is_ascii_digit());
		if !is_uid {
			return Err(GeometryError::FrameOfReference);
		}
		let geometry = Self { grid, frame_of_reference };
		geometry.to_scoring().map_err(GeometryError::Scoring)?;
		Ok(geometry)
	}

	/// Where the voxels are.
	#[must_use]
	pub fn grid(&self) -> &Grid {
		&self.grid
	}

	/// Frame of Reference UID.
	#[must_use]
	pub fn frame_of_reference(&self) -> &str {
		&self.frame_of_reference
	}

	/// The grid on which masks are compared.
	///
	/// # Panics
	/// Never: [`Self::new`] has made it once.
	#[must_use]
	pub fn scoring_grid(&self) -> contour_scoring::Grid {
		self.to_scoring().expect("it was made when the geometry was")
	}

	fn to_scoring(&self) -> Result<contour_scoring::Grid, Malformed> {
		// A grid's spacing is at most a metre, so a float holds its micrometres exactly.
		let micrometres = |step: f64| (step * 1e3).round() as u32;
		contour_scoring::Grid::new(self.grid.dimensions, self.grid.spacing.map(micrometres))
	}
}

impl Encode for Geometry {
	fn encode_to<T: codec::Output + ?Sized>(&self, out: &mut T) {
		// A grid keeps its numbers as multiples of these units, within the range of the integers.
		let units = |x: f64, unit: f64| (x * unit).round() as i64;
		let Grid { dimensions, spacing, orientation, origin, .. } = self.grid.clone();
		let encoded = Encoded {
			dimensions,
			spacing: spacing.map(|step| (step * 1e6).round() as u32),
			orientation: orientation.map(|cosine| units(cosine, 1e12)),
			origin: origin.map(|x| units(x, 1e6)),
			frame_of_reference: self.frame_of_reference.clone().into_bytes(),
		};
		encoded.encode_to(out);
	}
}

impl Decode for Geometry {
	fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
		let Encoded { dimensions, spacing, orientation, origin, frame_of_reference } =
			Encoded::decode(input)?;
		let grid = Grid::new(
			dimensions,
			spacing.map(|step| f64::from(step) / 1e6),
			orientation.map(|cosine| cosine as f64 / 1e12),
			origin.map(|x| x as f64 / 1e6),
		)
		.map_err(|_| "a grid that is none")?;
		let uid = String::from_utf8(frame_of_reference).map_err(|_| "a UID that is no text")?;
		Self::new(grid, uid).map_err(|_| "a geometry that cannot be scored on".into())
	}
}
