// SPDX-License-Identifier: Apache-2.0

//! A patient who does not exist, and readers who disagree about the tumour.
//!
//! [`phantom()`] writes an MR series with a tumour of known shape, the truth as DICOM Segmentation
//! and NIfTI, and segmentations by readers with habits: enough to try and to test everything from
//! sealing to scoring without a person's data. [`seg`], [`nifti`] and [`Series`] stand on their own:
//! they read masks that readers draw and write masks that a consensus gives.
//!
//! A reader's mask on the grid of the images, whatever frames its program wrote:
//!
//! ```
//! use contour_gateway::phantom::{Options, Series, phantom, seg::Segmentation};
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

mod dataset;
mod generate;
mod mr;
pub mod nifti;
mod random;
mod reader;
pub mod seg;
mod series;
mod shape;
mod uid;
mod volume;
mod walk;

pub use dataset::DatasetError;
pub use generate::{Drawing, Image, Options, PhantomError, Progress, Report, phantom};
pub use reader::Habit;
pub use series::{Series, SeriesError};
pub use uid::Namespace;
pub use volume::{Grid, GridError, Volume};
