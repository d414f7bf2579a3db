// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! [`phantom()`] writes an MR series with a tumour of known shape, the truth as DICOM Segmentation
//! and NIfTI, and segmentations by readers with habits.

mod generate;
mod mr;
mod random;
mod reader;
mod shape;

pub use generate::{Drawing, Image, Options, PhantomError, Progress, Report, phantom};
pub use reader::Habit;
