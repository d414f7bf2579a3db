// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! [`seg`] and [`nifti`] read the masks that readers draw and write those that a consensus gives;
//! [`Series`] is the volume of a DICOM series, and [`Grid`] says where its voxels are in the patient.
//!
//! A reader's mask on the grid of the images, whatever frames its program wrote:
//!
//! ```
//! use contour_phantom::{Options, phantom};
//! use contour_segmentation::{Series, seg::Segmentation};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let out = folder.path();
//! let report = phantom(out, &Options::default(), &|_| {})?;
//! let images = report.images.iter().map(|image| std::fs::read(out.join(&image.path)));
//! let series = Series::read(images.collect::<Result<Vec<_>, _>>()?)?;
//! let reader = Segmentation::read(&std::fs::read(out.join(&report.readers[0].path))?)?;
//! let mask = reader.mask_on(1, series.grid())?;
//! assert_eq!(mask.marked(), report.readers[0].voxels);
//! # Ok(())
//! # }
//! ```

pub mod dataset;
mod error;
mod head;
pub mod nifti;
pub mod seg;
mod series;
mod uid;
mod volume;

pub use error::DatasetError;
pub use head::Pixels;
pub use series::{Series, SeriesError};
pub use uid::Namespace;
pub use volume::{Grid, GridError, Volume};
