// SPDX-License-Identifier: Apache-2.0

//! A patient who does not exist, and readers who disagree about the tumour.
//!
//! [`phantom()`] writes an MR series with a tumour of known shape, the truth as DICOM Segmentation
//! and NIfTI, and segmentations by readers with habits: enough to try and to test everything from
//! sealing to scoring without a person's data.

mod generate;
mod mr;
mod random;
mod reader;
mod shape;

pub use generate::{Drawing, Image, Options, PhantomError, Progress, Report, phantom};
pub use reader::Habit;
