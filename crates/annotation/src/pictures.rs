// SPDX-License-Identifier: Apache-2.0

//! Slices with contours, as PNG.
//!
//! Images in grey by their own window; each reader's contour in a colour of its own, the consensus in
//! white. Colours are those of Okabe and Ito, which the colour-blind tell apart. A picture shows what is
//! drawn, and around it as much again on each side, so that contours can be told apart.
//!
//! ```
//! use contour_annotation::pictures::chosen;
//! use contour_scoring::{Grid, Mask};
//!
//! // Ten slices, all of them marked.
//! let grid = Grid::new([8, 8, 10], [1_000; 3])?;
//! let mask = Mask::from_runs(grid, [(0, 640)])?;
//! assert_eq!(chosen(&[&mask], 3), [2, 5, 7]);
//! # Ok::<(), contour_scoring::Malformed>(())
//! ```

use contour_scoring::{Block, Mask};
use contour_segmentation::{
	DatasetError, Pixels, Series, SeriesError,
	dataset::{Dataset, decimals, number, text},
};
use dicom_dictionary_std::tags;
use std::collections::HashMap;
use thiserror::Error;

/// Colours of readers, in their order, each with its name.
pub const COLOURS: [(&str, [u8; 3]); 7] = [
	("orange", [230, 159, 0]),
	("sky blue", [86, 180, 233]),
	("green", [0, 158, 115]),
	("yellow", [240, 228, 66]),
	("blue", [0, 114, 178]),
	("vermilion", [213, 94, 0]),
	("purple", [204, 121, 167]),
];
const WHITE: [u8; 3] = [255, 255, 255];
/// A picture is at least so wide and high, in pixels.
const LEAST: usize = 768;
/// Largest factor by which an image is enlarged.
const MAX_SCALE: usize = 12;

/// Why there are no pictures.
#[derive(Debug, Error)]
pub enum PictureError {
	/// The files are no series.
	#[error(transparent)]
	Series(#[from] SeriesError),
	/// An image cannot be read.
	#[error("image {index}: {error}")]
	Image {
		/// Which of the files, from 0.
		index: usize,
		/// What is wrong with it.
		error: DatasetError,
	},
	/// Its pixels cannot be shown.
	#[error(
		"image {0} has no plain grey pixels of 8 or 16 bits: convert it, for example with dcmdjpeg or \
		 gdcmconv --raw"
	)]
	Pixels(usize),
	/// A mask is on another grid.
	#[error("a mask has other voxels than the images: choose the images that it was drawn on")]
	Mask,
	/// There is no such slice.
	#[error("there is no slice {0}: choose one of the series")]
	NoSlice(u32),
	/// The PNG could not be written.
	#[error("the picture cannot be written: {0}")]
	Png(#[from] png::EncodingError),
}

/// The images of a series, in grey.
pub struct Images {
	series: Series,
	/// By slices, one byte for each pixel.
	slices: Vec<Vec<u8>>,
}

impl core::fmt::Debug for Images {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.debug_struct("Images").field("slices", &self.slices.len()).finish_non_exhaustive()
	}
}

impl Images {
	/// Reads the images of a series, in any order.
	///
	/// # Errors
	/// When they are no series, or when their pixels are compressed or no grey values.
	pub fn read<B: AsRef<[u8]>>(files: &[B]) -> Result<Self, PictureError> {
		let series = Series::read(files)?;
		let mut by_instance = HashMap::new();
		for (index, file) in files.iter().enumerate() {
			let (instance, pixels) = grey(file.as_ref(), index)?;
			by_instance.insert(instance, pixels);
		}
		let slices = series.instances().iter().map(|it| by_instance.remove(it).unwrap_or_default());
		let slices = slices.collect();
		Ok(Self { series, slices })
	}

	/// The series.
	#[must_use]
	pub fn series(&self) -> &Series {
		&self.series
	}

	/// A slice with the contours of the readers' masks and of the consensus, as PNG.
	///
	/// # Errors
	/// [`PictureError::NoSlice`], [`PictureError::Mask`], [`PictureError::Png`].
	pub fn picture(
		&self,
		slice: u32,
		readers: &[&Mask],
		consensus: Option<&Mask>,
	) -> Result<Vec<u8>, PictureError> {
		let z = slice as usize;
		let grey = self.slices.get(z).ok_or(PictureError::NoSlice(slice))?;
		let dimensions = self.series.grid().dimensions;
		if readers.iter().copied().chain(consensus).any(|it| it.grid().size() != dimensions) {
			return Err(PictureError::Mask);
		}
		let masks: Vec<&Mask> = readers.iter().copied().chain(consensus).collect();
		let mut canvas = Canvas::new(grey, dimensions, &masks);
		let scale = canvas.scale;
		// The consensus is below and wider, so that what it shares with a reader shows both.
		if let Some(mask) = consensus {
			canvas.contour(mask, z, WHITE, (scale / 2).max(1));
		}
		for (index, mask) in readers.iter().enumerate() {
			let (_, colour) = COLOURS[index % COLOURS.len()];
			canvas.contour(mask, z, colour, (scale / 4).max(1));
		}
		canvas.png()
	}
}

/// At most `count` slices through the masks, evenly from the first to the last with something in it,
/// without the outermost, where contours are small.
#[must_use]
pub fn chosen(masks: &[&Mask], count: u32) -> Vec<u32> {
	let blocks = masks.iter().filter_map(|mask| mask.bounds());
	let Some(block) = blocks.reduce(Block::union) else { return Vec::new() };
	let ([.., first], [.., size]) = (block.first, block.size);
	let to_number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
	let (first, size) = (to_number(first), to_number(size));
	let mut slices: Vec<u32> = (1..=count)
		.map(|n| {
			let along = u64::from(size) * u64::from(n) / (u64::from(count) + 1);
			first + u32::try_from(along).unwrap_or(0).min(size.saturating_sub(1))
		})
		.collect();
	slices.dedup();
	slices
}

/// SOP Instance UID of an image, and its pixels in grey.
fn grey(file: &[u8], index: usize) -> Result<(String, Vec<u8>), PictureError> {
	let failed = |error| PictureError::Image { index, error };
	let Dataset { object, pixels } = Dataset::read(file).map_err(failed)?;
	let instance = text(&object, tags::SOP_INSTANCE_UID).map_err(failed)?;
	let value = |tag| number(&object, tag);
	let bits = value(tags::BITS_ALLOCATED).map_err(failed)?;
	let stored = value(tags::BITS_STORED).unwrap_or(bits).clamp(1, 16);
	let signed = value(tags::PIXEL_REPRESENTATION).unwrap_or(0) == 1;
	let samples = value(tags::SAMPLES_PER_PIXEL).unwrap_or(1);
	let size = value(tags::ROWS)
		.and_then(|rows| Ok(u64::from(rows) * u64::from(value(tags::COLUMNS)?)))
		.map_err(failed)?;
	let size = usize::try_from(size).map_err(|_| PictureError::Pixels(index))?;
	let Pixels::Native(bytes) = pixels else { return Err(PictureError::Pixels(index)) };
	let raw: Vec<u16> = match bits {
		8 => bytes.iter().copied().map(u16::from).collect(),
		16 => bytes.as_chunks::<2>().0.iter().map(|it| u16::from_le_bytes(*it)).collect(),
		_ => return Err(PictureError::Pixels(index)),
	};
	let raw = raw.get(..size).filter(|_| samples == 1).ok_or(PictureError::Pixels(index))?;
	let one = |tag| decimals::<1>(&object, tag).ok().map(|[x]| x);
	let slope = one(tags::RESCALE_SLOPE).unwrap_or(1.0);
	let intercept = one(tags::RESCALE_INTERCEPT).unwrap_or(0.0);
	// What is above the stored bits may be something else (PS3.5 section 8.1.1).
	let shift = 16 - stored;
	let values: Vec<f64> = raw
		.iter()
		.map(|raw| {
			let cut = raw << shift;
			let number =
				if signed { i32::from(cut.cast_signed() >> shift) } else { (cut >> shift).into() };
			f64::from(number) * slope + intercept
		})
		.collect();
	// Several windows may be there: the first is the usual one.
	let first = |tag| {
		let numbers = object.get(tag).and_then(|it| it.to_multi_float64().ok());
		numbers.and_then(|it| it.first().copied()).filter(|x| x.is_finite())
	};
	let (low, high) = match (first(tags::WINDOW_CENTER), first(tags::WINDOW_WIDTH)) {
		(Some(centre), Some(width)) if width > 0.0 => (centre - width / 2.0, centre + width / 2.0),
		_ => {
			let range = (f64::INFINITY, f64::NEG_INFINITY);
			values.iter().fold(range, |(low, high), x| (low.min(*x), high.max(*x)))
		}
	};
	let span = if high > low { high - low } else { 1.0 };
	let inverted =
		text(&object, tags::PHOTOMETRIC_INTERPRETATION).is_ok_and(|it| it == "MONOCHROME1");
	let shade = |x: &f64| {
		// A float becomes an integer by saturating.
		let shade = ((x - low) / span * 255.0) as u8;
		if inverted { 255 - shade } else { shade }
	};
	Ok((instance, values.iter().map(shade).collect()))
}

struct Canvas {
	/// First column and row of the image that are shown.
	first: [usize; 2],
	/// In pixels of the picture.
	width: usize,
	height: usize,
	/// Pixels of the picture along a pixel of the image.
	scale: usize,
	/// Three bytes for each pixel.
	pixels: Vec<u8>,
}

/// The part of an axis with `size` pixels that is shown: what is drawn, from `first` on and `drawn`
/// pixels long, and as much on each side.
fn shown(first: usize, drawn: usize, size: usize) -> (usize, usize) {
	let around = drawn.max(size / MAX_SCALE / 2);
	let begin = first.saturating_sub(around);
	let end = (first + drawn + around).min(size);
	(begin, end.saturating_sub(begin))
}

impl Canvas {
	fn new(grey: &[u8], dimensions: [u32; 3], masks: &[&Mask]) -> Self {
		let [columns, rows, _] = dimensions.map(|n| n as usize);
		let blocks = masks.iter().filter_map(|mask| mask.bounds());
		let ((left, width), (top, height)) = match blocks.reduce(Block::union) {
			Some(Block { first: [x, y, _], size: [width, height, _] }) => {
				(shown(x, width, columns), shown(y, height, rows))
			}
			None => ((0, columns), (0, rows)),
		};
		let scale = LEAST.div_ceil(width.min(height).max(1)).clamp(1, MAX_SCALE);
		let mut pixels = Vec::with_capacity(width * height * scale * scale * 3);
		for row in grey.chunks(columns).skip(top).take(height) {
			for _ in 0..scale {
				for shade in row.iter().skip(left).take(width) {
					pixels.extend(std::iter::repeat_n(*shade, 3 * scale));
				}
			}
		}
		pixels.resize(width * height * scale * scale * 3, 0);
		Self { first: [left, top], width: width * scale, height: height * scale, scale, pixels }
	}

	/// Draws the borders between what is in the mask and what is not, `thickness` pixels inside.
	fn contour(&mut self, mask: &Mask, z: usize, colour: [u8; 3], thickness: usize) {
		let (columns, rows, scale) =
			(self.width / self.scale, self.height / self.scale, self.scale);
		let [left, top] = self.first;
		let inside = |x: Option<usize>, y: Option<usize>| match (x, y) {
			(Some(x), Some(y)) => mask.contains([x, y, z]),
			_ => false,
		};
		let thickness = thickness.min(scale);
		let far = scale - thickness;
		for y in top..top + rows {
			for x in (left..left + columns).filter(|x| inside(Some(*x), Some(y))) {
				let (at, down) = ((x - left) * scale, (y - top) * scale);
				let (here, there) = (Some(x), Some(y));
				for (open, rectangle) in [
					(!inside(x.checked_sub(1), there), [at, down, thickness, scale]),
					(!inside(x.checked_add(1), there), [at + far, down, thickness, scale]),
					(!inside(here, y.checked_sub(1)), [at, down, scale, thickness]),
					(!inside(here, y.checked_add(1)), [at, down + far, scale, thickness]),
				] {
					if open {
						self.fill(rectangle, colour);
					}
				}
			}
		}
	}

	fn fill(&mut self, [left, top, width, height]: [usize; 4], colour: [u8; 3]) {
		for y in top..top + height {
			let start = (y * self.width + left) * 3;
			let row = self.pixels.get_mut(start..start + width * 3).unwrap_or_default();
			for pixel in row.as_chunks_mut::<3>().0 {
				*pixel = colour;
			}
		}
	}

	fn png(&self) -> Result<Vec<u8>, PictureError> {
		let mut file = Vec::new();
		let [width, height] =
			[self.width, self.height].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
		let mut encoder = png::Encoder::new(&mut file, width, height);
		encoder.set_color(png::ColorType::Rgb);
		encoder.set_depth(png::BitDepth::Eight);
		let mut writer = encoder.write_header()?;
		writer.write_image_data(&self.pixels)?;
		writer.finish()?;
		Ok(file)
	}
}
