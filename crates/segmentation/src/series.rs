// SPDX-License-Identifier: Apache-2.0

//! The image series that a segmentation is drawn on.

use super::dataset::{self, Dataset, decimals, number, text, text_or_empty};
use super::error::DatasetError;
use super::volume::{Grid, GridError, Stack};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::mem::InMemDicomObject;
use std::fmt;
use thiserror::Error;

/// What a segmentation repeats from the images: Patient and General Study module, both as in the
/// first image. These identify the patient, so `Debug` shows none of them.
const REPEATED: [(Tag, VR); 10] = [
	(tags::STUDY_DATE, VR::DA),
	(tags::STUDY_TIME, VR::TM),
	(tags::ACCESSION_NUMBER, VR::SH),
	(tags::REFERRING_PHYSICIAN_NAME, VR::PN),
	(tags::PATIENT_NAME, VR::PN),
	(tags::PATIENT_ID, VR::LO),
	(tags::PATIENT_BIRTH_DATE, VR::DA),
	(tags::PATIENT_SEX, VR::CS),
	(tags::STUDY_ID, VR::SH),
	(tags::STUDY_DESCRIPTION, VR::LO),
];

/// Why files are not a series that can be drawn on.
#[derive(Debug, Error)]
pub enum SeriesError {
	/// One file cannot be read.
	#[error("image {index}: {error}")]
	Image {
		/// Which of the files, from 0.
		index: usize,
		/// What is wrong with it.
		error: DatasetError,
	},
	/// Two files do not belong together.
	#[error("image {index} differs from the first in {attribute}: pass the images of one series")]
	Mixed {
		/// Which of the files, from 0.
		index: usize,
		/// The attribute that differs.
		attribute: &'static str,
	},
	/// Two images are at one place.
	#[error("more than one image is at slice {0}: pass one volume, not several phases or echoes")]
	Repeated(u32),
	/// Images are absent.
	#[error("no image is at slice {0}: add what is missing")]
	Gap(u32),
	/// The images make no volume.
	#[error(transparent)]
	Grid(#[from] GridError),
}

/// A series of single-frame images, in the order of its slices.
#[derive(Clone)]
pub struct Series {
	pub(crate) repeated: InMemDicomObject,
	grid: Grid,
	study: String,
	frame_of_reference: String,
	uid: String,
	sop_class: String,
	instances: Vec<String>,
	unevenness: f64,
}

impl fmt::Debug for Series {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Series")
			.field("grid", &self.grid)
			.field("images", &self.instances.len())
			.finish_non_exhaustive()
	}
}

impl Series {
	/// Makes a series of its images, given as files in any order. Pixel data may be compressed.
	///
	/// # Errors
	/// When a file is not an image with a place in the patient, or when the images are not exactly
	/// one volume.
	pub fn read<B: AsRef<[u8]>>(files: impl IntoIterator<Item = B>) -> Result<Self, SeriesError> {
		let mut first: Option<Image> = None;
		let mut positions = Vec::new();
		let mut instances = Vec::new();
		for (index, file) in files.into_iter().enumerate() {
			let image =
				Image::read(file.as_ref()).map_err(|error| SeriesError::Image { index, error })?;
			positions.push(image.position);
			instances.push(image.instance.clone());
			match &first {
				Some(first) => {
					if let Some(attribute) = first.difference(&image) {
						return Err(SeriesError::Mixed { index, attribute });
					}
				}
				None => first = Some(image),
			}
		}
		let first = first.ok_or(GridError::Empty)?;
		let stack =
			Stack::new(&positions, &first.orientation, first.spacing, &first.slice_spacing, true)?;
		let [row_step, column_step] = first.spacing;
		let grid = Grid::new(
			[first.columns, first.rows, stack.slices],
			[column_step, row_step, stack.spacing],
			first.orientation,
			stack.origin,
		)?;
		let unevenness = stack.unevenness;
		let mut ordered: Vec<Option<String>> = vec![None; stack.slices as usize];
		for (instance, slice) in instances.into_iter().zip(stack.index) {
			let place = ordered.get_mut(slice as usize).ok_or(SeriesError::Gap(slice))?;
			if place.replace(instance).is_some() {
				return Err(SeriesError::Repeated(slice));
			}
		}
		let instances = (0..)
			.zip(ordered)
			.map(|(slice, instance)| instance.ok_or(SeriesError::Gap(slice)))
			.collect::<Result<_, _>>()?;
		Ok(Self {
			repeated: first.repeated,
			grid,
			study: first.study,
			frame_of_reference: first.frame_of_reference,
			uid: first.series,
			sop_class: first.sop_class,
			instances,
			unevenness,
		})
	}

	/// A series of which only the geometry is known: what is drawn on it names no patient and refers to
	/// no image.
	pub fn unnamed(grid: Grid, study: String, frame_of_reference: String) -> Self {
		let mut repeated = InMemDicomObject::new_empty();
		for (tag, vr) in REPEATED.into_iter().filter(|(tag, _)| *tag != tags::STUDY_DESCRIPTION) {
			dataset::put(&mut repeated, tag, vr, "");
		}
		Self {
			repeated,
			grid,
			study,
			frame_of_reference,
			uid: String::new(),
			sop_class: String::new(),
			instances: Vec::new(),
			unevenness: 0.0,
		}
	}

	/// How far the farthest of the images is from where the grid has its slice, in millimetres.
	pub fn unevenness(&self) -> f64 {
		self.unevenness
	}

	/// Where the voxels of the images are.
	pub fn grid(&self) -> &Grid {
		&self.grid
	}

	/// Study Instance UID.
	pub fn study(&self) -> &str {
		&self.study
	}

	/// Frame of Reference UID.
	pub fn frame_of_reference(&self) -> &str {
		&self.frame_of_reference
	}

	/// Series Instance UID.
	pub fn uid(&self) -> &str {
		&self.uid
	}

	/// SOP Class UID of the images.
	pub fn sop_class(&self) -> &str {
		&self.sop_class
	}

	/// SOP Instance UIDs, one for each slice of the grid; none for [`Self::unnamed`].
	pub fn instances(&self) -> &[String] {
		&self.instances
	}
}

struct Image {
	repeated: InMemDicomObject,
	study: String,
	series: String,
	frame_of_reference: String,
	sop_class: String,
	instance: String,
	columns: u32,
	rows: u32,
	/// Of rows, then of columns, as in Pixel Spacing.
	spacing: [f64; 2],
	slice_spacing: Vec<f64>,
	orientation: [f64; 6],
	position: [f64; 3],
}

impl Image {
	fn read(file: &[u8]) -> Result<Self, DatasetError> {
		let object = Dataset::read(file)?.object;
		if !dataset::items(&object, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE).is_empty() {
			return Err(DatasetError::MultiFrame);
		}
		let mut repeated = InMemDicomObject::new_empty();
		for (tag, vr) in REPEATED {
			// Study Description is optional; the others must be there but may be empty.
			if tag != tags::STUDY_DESCRIPTION || object.get(tag).is_some() {
				dataset::put(&mut repeated, tag, vr, text_or_empty(&object, tag));
			}
		}
		let stated = |tag| decimals::<1>(&object, tag).ok().map(|[x]| x);
		Ok(Self {
			repeated,
			study: text(&object, tags::STUDY_INSTANCE_UID)?,
			series: text(&object, tags::SERIES_INSTANCE_UID)?,
			frame_of_reference: text(&object, tags::FRAME_OF_REFERENCE_UID)?,
			sop_class: text(&object, tags::SOP_CLASS_UID)?,
			instance: text(&object, tags::SOP_INSTANCE_UID)?,
			columns: number(&object, tags::COLUMNS)?,
			rows: number(&object, tags::ROWS)?,
			spacing: decimals(&object, tags::PIXEL_SPACING)?,
			slice_spacing: [tags::SPACING_BETWEEN_SLICES, tags::SLICE_THICKNESS]
				.into_iter()
				.filter_map(stated)
				.collect(),
			orientation: decimals(&object, tags::IMAGE_ORIENTATION_PATIENT)?,
			position: decimals(&object, tags::IMAGE_POSITION_PATIENT)?,
		})
	}

	/// The first attribute in which another image does not belong to the same series.
	fn difference(&self, other: &Self) -> Option<&'static str> {
		let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
		[
			("Study Instance UID", self.study == other.study),
			("Series Instance UID", self.series == other.series),
			("Frame of Reference UID", self.frame_of_reference == other.frame_of_reference),
			("SOP Class UID", self.sop_class == other.sop_class),
			("Rows or Columns", (self.rows, self.columns) == (other.rows, other.columns)),
			("Pixel Spacing", near(&self.spacing, &other.spacing)),
			("Image Orientation (Patient)", near(&self.orientation, &other.orientation)),
		]
		.into_iter()
		.find_map(|(attribute, same)| (!same).then_some(attribute))
	}
}
