// SPDX-License-Identifier: Apache-2.0

//! DICOM Segmentation objects (PS3.3 A.51 and A.90).
//!
//! Written: SEG with Segmentation Type BINARY, one bit for each voxel. Read: BINARY, FRACTIONAL
//! (a voxel is marked from half of the Maximum Fractional Value on) and label maps, all in the
//! patient's coordinates and uncompressed. Segmentations of slides have no such coordinates and are
//! refused by name.
//!
//! ```
//! use contour_segmentation::seg::{self, Author, EmptyFrames, Method, Segment, Segmentation};
//! use contour_segmentation::{Grid, Series, Volume};
//!
//! let grid = Grid::new([8, 8, 2], [0.5, 0.5, 3.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0; 3])?;
//! // A program that has the images takes `Series::read`.
//! let images = Series::unnamed(grid.clone(), "2.25.1".into(), "2.25.2".into());
//! let mut voxels = vec![0; grid.voxels()];
//! voxels[10..14].fill(1);
//! let volume = Volume::new(grid, voxels)?;
//! let author = Author {
//!     creator: String::new(),
//!     label: "TUMOUR".into(),
//!     description: "Drawn by hand".into(),
//!     series: "2.25.3".into(),
//!     instance: "2.25.4".into(),
//!     number: 1,
//!     date: "20260101".into(),
//!     time: "120000".into(),
//! };
//! let segments = [Segment::brain_tumour("Tumour", Method::Manual)];
//! let file = seg::write(&volume, &segments, &images, &author, EmptyFrames::Keep)?;
//!
//! let read = Segmentation::read(&file)?;
//! assert_eq!(read.segments(), segments);
//! assert_eq!(read.mask_on(1, images.grid())?.voxels(), volume.voxels());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod read;
mod write;

pub use read::Segmentation;
pub use write::{Author, EmptyFrames, write};

use super::error::DatasetError;
use super::volume::GridError;
use dicom_core::Tag;
use serde::Serialize;
use thiserror::Error;

/// Why a segmentation cannot be read or written.
#[derive(Debug, Error)]
pub enum SegError {
	/// It is no readable data set, or an attribute is missing or invalid.
	#[error(transparent)]
	Dataset(#[from] DatasetError),
	/// Another kind of object.
	#[error("SOP class {0} is not a segmentation: choose the SEG object")]
	NotSegmentation(String),
	/// A segmentation of a kind that is not read.
	#[error("a segmentation with {0} is not read: export it as SEG BINARY, uncompressed")]
	Unsupported(String),
	/// Where the voxels are is not said.
	#[error(
		"frame {frame} has no {sequence}: the mask cannot be placed; export it with the geometry of \
		 the images"
	)]
	NoGeometry {
		/// Which frame, from 0.
		frame: usize,
		/// Name of the functional group that is missing.
		sequence: &'static str,
	},
	/// Frames lie in planes of different kinds.
	#[error("frame {0} differs from the first in orientation or spacing: export one volume")]
	Mixed(usize),
	/// The number of frames is told in two ways.
	#[error("{declared} frames are declared but {described} are described: the file is damaged")]
	FrameCount {
		/// Number of Frames.
		declared: u32,
		/// Items of Per-frame Functional Groups.
		described: u64,
	},
	/// Pixel data of another length.
	#[error(
		"pixel data has {found} bytes where {expected} are needed: the file is truncated or \
		 damaged; fetch it again"
	)]
	PixelLength {
		/// By frames, rows and columns, without padding.
		expected: u64,
		/// In the file.
		found: u64,
	},
	/// Two frames for one place.
	#[error("frame {0} repeats a segment at a slice: the file is damaged or not one volume")]
	RepeatedFrame(usize),
	/// A frame of a segment that is not described.
	#[error("frame {frame} belongs to segment {number}, which is not described: damaged file")]
	UnknownSegment {
		/// Which frame, from 0.
		frame: usize,
		/// The number it refers to.
		number: u16,
	},
	/// The segment that was asked for is not there.
	#[error("there is no segment {0}: choose one of those listed")]
	NoSegment(u16),
	/// A voxel with two labels.
	#[error("segments {0} and {1} overlap: read them one by one as masks")]
	Overlap(u16, u16),
	/// The mask is not on the images' grid.
	#[error("the mask's grid is not the images': draw on the images of the study and export again")]
	GridMismatch,
	/// Labels and segments do not fit.
	#[error("{0} segments are described but label {1} occurs: describe labels 1, 2, … in order")]
	Labels(usize, u8),
	/// No geometry.
	#[error(transparent)]
	Grid(#[from] GridError),
}

impl From<Tag> for SegError {
	fn from(tag: Tag) -> Self {
		Self::Dataset(DatasetError::Missing(tag))
	}
}

/// A coded concept (PS3.3 section 8.8).
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Code {
	/// Code Value.
	pub value: String,
	/// Coding Scheme Designator, for example `SCT` or `DCM`.
	pub scheme: String,
	/// Code Meaning.
	pub meaning: String,
}

impl Code {
	/// A code.
	pub fn new(value: &str, scheme: &str, meaning: &str) -> Self {
		Self { value: value.into(), scheme: scheme.into(), meaning: meaning.into() }
	}
}

/// How a segment came to be: Segment Algorithm Type and Name.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub enum Method {
	/// A person drew it.
	Manual,
	/// A person and the named algorithm made it.
	SemiAutomatic(String),
	/// The named algorithm made it.
	Automatic(String),
}

/// What a segment is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Segment {
	/// Its number, from 1.
	pub number: u16,
	/// Its name, up to 64 characters.
	pub label: String,
	/// Segmented Property Category (CID 7150).
	pub category: Code,
	/// Segmented Property Type (CID 7151).
	pub property: Code,
	/// Anatomic Region, when it is said.
	pub region: Option<Code>,
	/// How it was made.
	pub method: Method,
}

impl Segment {
	/// A tumour in the brain, as segment 1.
	pub fn brain_tumour(label: &str, method: Method) -> Self {
		Self {
			number: 1,
			label: label.into(),
			category: Code::new("49755003", "SCT", "Morphologically Abnormal Structure"),
			property: Code::new("108369006", "SCT", "Neoplasm"),
			region: Some(Code::new("12738006", "SCT", "Brain")),
			method,
		}
	}
}
