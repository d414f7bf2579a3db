// SPDX-License-Identifier: Apache-2.0

//! A mask as DICOM SEG or NIfTI that names nobody.
//!
//! What a scorer writes has no patient, no reader and no reference to an image: it has the grid, the
//! frame of reference and the structure. Equal masks under equal names give equal files. The date in
//! it is always 1 January 1970, because it says nothing.
//!
//! ```
//! use contour_annotation::{drawing, reading::Reading};
//! use contour_scoring::Mask;
//!
//! # let grid = contour_segmentation::Grid::new(
//! #     [8, 8, 10], [0.5, 0.5, 3.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3],
//! # )?;
//! # let geometry = contour_annotation::geometry::Geometry::new(grid, "2.25.1".into())?;
//! # let text = |it: &str| it.as_bytes().to_vec().try_into().expect("it is short");
//! # let structure = contour_primitives::Code { scheme: text("SCT"), value: text("108369006") };
//! # use contour_primitives::{AccountId, Hash, StudyId, TaskId};
//! # let (genesis, study) = (Hash::repeat_byte(1), StudyId(Hash::repeat_byte(2)));
//! # let binding = contour_annotation::Binding { genesis, task: TaskId(3), study };
//! let runs = [(10, 4), (74, 4), (138, 4)];
//! let mask = Mask::from_runs(geometry.scoring_grid(), runs)?;
//! let file = drawing::segmentation(&mask, &geometry, &structure, &binding, "CONSENSUS")?;
//! assert_eq!(Reading::new(file)?.mask(&geometry, &structure)?, mask);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{Binding, geometry::Geometry};
use contour_primitives::Code;
use contour_scoring::Mask;
use contour_segmentation::{
	Namespace, Series, Volume,
	nifti::{self, NiftiError},
	seg::{self, Author, EmptyFrames, Method, SegError, Segment},
};

/// Longest Segment Label and Content Label.
const MAX_LABEL: usize = 16;

/// A mask as one byte for each voxel, where it is in the patient.
///
/// # Errors
/// [`SegError::Grid`] when the mask is on another grid.
pub fn volume(mask: &Mask, geometry: &Geometry) -> Result<Volume, SegError> {
	Ok(Volume::new(geometry.grid().clone(), mask.to_bytes())?)
}

/// A mask as SEG, called `label`: capital letters, digits, spaces and underscores, at most 16.
///
/// # Errors
/// [`SegError::Grid`] when the mask is on another grid.
pub fn segmentation(
	mask: &Mask,
	geometry: &Geometry,
	structure: &Code,
	binding: &Binding,
	label: &str,
) -> Result<Vec<u8>, SegError> {
	let study = Namespace::new(&words(&binding.study.0.0)).uid("study");
	let images =
		Series::unnamed(geometry.grid().clone(), study, geometry.frame_of_reference().to_owned());
	write(mask, geometry, structure, &images, binding, label)
}

/// A mask as SEG on the images of the study: with the patient and the references that the images
/// have, for whoever has them.
///
/// # Errors
/// [`SegError::GridMismatch`] when these are other images.
pub fn segmentation_on(
	mask: &Mask,
	geometry: &Geometry,
	structure: &Code,
	images: &Series,
	binding: &Binding,
	label: &str,
) -> Result<Vec<u8>, SegError> {
	write(mask, geometry, structure, images, binding, label)
}

/// A mask as `.nii.gz`.
///
/// # Errors
/// When the mask is on another grid, or too large for NIfTI-1.
pub fn nifti(mask: &Mask, geometry: &Geometry) -> Result<Vec<u8>, NiftiError> {
	nifti::write(&Volume::new(geometry.grid().clone(), mask.to_bytes())?)
}

fn write(
	mask: &Mask,
	geometry: &Geometry,
	structure: &Code,
	images: &Series,
	binding: &Binding,
	label: &str,
) -> Result<Vec<u8>, SegError> {
	let parts = [words(&binding.genesis.0), words(&mask.hash())].concat();
	let uids = Namespace::new(&parts);
	let name = format!("{}/{label}", binding.task.0);
	let author = Author {
		creator: String::new(),
		label: label.chars().take(MAX_LABEL).collect(),
		description: format!("Task {}", binding.task.0),
		series: uids.uid(&format!("series/{name}")),
		instance: uids.uid(&format!("instance/{name}")),
		number: 1,
		date: "19700101".into(),
		time: "000000".into(),
	};
	let [scheme, value] =
		[&structure.scheme, &structure.value].map(|it| String::from_utf8_lossy(it).into_owned());
	let segment = Segment {
		number: 1,
		label: label.into(),
		category: seg::Code::new("85756007", "SCT", "Tissue"),
		property: seg::Code { meaning: format!("{scheme} {value}"), value, scheme },
		region: None,
		method: Method::SemiAutomatic("Contour".into()),
	};
	seg::write(&volume(mask, geometry)?, &[segment], images, &author, EmptyFrames::Omit)
}

fn words(bytes: &[u8; 32]) -> Vec<u64> {
	let (words, _) = bytes.as_chunks::<8>();
	words.iter().map(|word| u64::from_le_bytes(*word)).collect()
}
