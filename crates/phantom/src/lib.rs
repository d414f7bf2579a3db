// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! [`phantom()`] writes an MR series with a tumour of known shape, the truth as DICOM Segmentation
//! and NIfTI, and segmentations by readers with habits.
//!
//! ```
//! use contour_phantom::{Options, phantom};
//!
//! let folder = tempfile::tempdir()?;
//! let mut options = Options::default();
//! (options.slices, options.rows, options.columns, options.readers) = (16, 64, 64, 2);
//! let report = phantom(folder.path(), &options, &|_| {})?;
//! assert_eq!((report.images.len(), report.readers.len()), (16, 2));
//! assert!(folder.path().join(&report.truth.path).is_file());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod generate;
mod mr;
mod random;
mod reader;
mod shape;

pub use generate::{Drawing, Image, Options, PhantomError, Progress, Report, phantom};
pub use reader::Habit;
