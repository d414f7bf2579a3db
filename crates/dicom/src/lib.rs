// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! [`Layout`] says where the border is, [`Layout::metadata`] and [`Layout::pixels`] take the parts out
//! of a file, [`join`] puts them together, and [`survey`] finds the files of a folder by study.
//! [`walk`] checks a data set in memory for those who give it to a parser afterwards.
//!
//! ```
//! use contour_dicom::{Layout, join};
//! use std::io::Cursor;
//!
//! // Preamble and prefix, a study's UID and six bytes of pixels, in Implicit VR Little Endian.
//! let study = b"\x20\x00\x0D\x00\x06\x00\x00\x001.2.3\x00";
//! let image = b"\xE0\x7F\x10\x00\x06\x00\x00\x00pixels";
//! let file = [&[0; 128][..], b"DICM", study, image].concat();
//!
//! let layout = Layout::read(Cursor::new(&file))?;
//! assert_eq!(layout.identity.study.as_deref(), Some("1.2.3"));
//! let [metadata, pixels] = layout.split(&file)?;
//! assert_eq!(&pixels[..], b"pixels");
//!
//! let mut joined = Vec::new();
//! join(&metadata[..], &pixels[..], &layout.pixels, layout.length, &mut joined)?;
//! assert_eq!(joined, file);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## What belongs to which part
//!
//! The pixel part is the values of (7FE0,0010) Pixel Data, (7FE0,0008) Float Pixel Data and
//! (7FE0,0009) Double Float Pixel Data at the top level of the data set, in the order of the file.
//! A value of defined length is taken whole. Of encapsulated pixels (PS3.5, annex A.4), everything
//! from the basic offset table's item to the sequence delimitation item is taken, without the
//! latter. All other bytes are metadata: preamble, meta information, the pixel elements' own
//! headers, icons inside of sequences, padding, and bytes that follow the data set.
//!
//! In a **deflated** file (PS3.5, annex A.5) the data set is one compressed stream, which cannot be
//! divided: the whole stream, to the end of the file, is the pixel part, names of patients included.
//! [`Layout::deflated`] tells.
//!
//! ## What is accepted
//!
//! Files of every transfer syntax, with or without preamble, prefix and meta information, and the
//! usual mistakes of writers as long as it is beyond doubt where the pixels are. Nothing is guessed:
//! a file that is cut off or damaged gets a [`ScanError`] with the place and the element.
//!
//! A scan reads headers and skips values. It needs a few kilobytes of memory, whatever the file.

#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::as_conversions,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::unwrap_used
	)
)]

mod cursor;
mod error;
mod folder;
mod header;
mod identity;
mod layout;
mod part;
mod scan;
mod tag;
pub mod walk;

pub use error::{Part, PartError, ScanError};
pub use folder::{
	Folder, Instance, Problem, Progress, Reason, Skipped, Study, SurveyError, Trouble, survey,
};
pub use identity::Identity;
pub use layout::Layout;
pub use part::{PartReader, join};
pub use scan::{MAX_DEPTH, MAX_INFLATED, MAX_RANGES};
pub use tag::Tag;
