// SPDX-License-Identifier: Apache-2.0

//! From a SEG object to masks.

use super::super::dataset::{Dataset, decimals, item, items, number, text, text_or_empty};
use super::super::error::DatasetError;
use super::super::head::Pixels;
use super::super::volume::{Grid, Stack, Volume, count, distance, dot};
use super::{Code, Method, SegError, Segment};
use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};
use dicom_object::mem::InMemDicomObject;
use std::collections::HashSet;
use std::fmt;

/// How a voxel is written in the pixel data.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Coding {
	Binary,
	Fractional { maximum: u8 },
	Labels8,
	Labels16,
}

impl Coding {
	fn bits(self) -> u64 {
		match self {
			Self::Binary => 1,
			Self::Fractional { .. } | Self::Labels8 => 8,
			Self::Labels16 => 16,
		}
	}
}

#[derive(Clone, Copy, Debug)]
struct Frame {
	/// Which segment; none in a label map, where voxels name it.
	segment: Option<u16>,
	/// Where, on the segmentation's own grid.
	slice: u32,
}

/// A segmentation that was read.
#[derive(Clone)]
pub struct Segmentation {
	grid: Grid,
	segments: Vec<Segment>,
	instance: String,
	study: String,
	frame_of_reference: String,
	creator: String,
	images: Vec<String>,
	coding: Coding,
	frames: Vec<Frame>,
	pixels: Vec<u8>,
	unevenness: f64,
}

impl fmt::Debug for Segmentation {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Segmentation")
			.field("grid", &self.grid)
			.field("segments", &self.segments.len())
			.field("coding", &self.coding)
			.field("frames", &self.frames.len())
			.finish_non_exhaustive()
	}
}

impl Segmentation {
	/// Reads a file.
	///
	/// The grid goes from the first to the last slice that has a frame, since many programs leave
	/// empty frames out; [`Self::mask_on`] puts a mask on the grid of the images.
	///
	/// # Errors
	/// When the file is damaged, not a segmentation, not of one volume in the patient, compressed,
	/// or larger than [`Grid::MAX_VOXELS`].
	pub fn read(file: &[u8]) -> Result<Self, SegError> {
		let Dataset { object, pixels } = Dataset::read(file)?;
		let coding = coding(&object)?;
		let (rows, columns) = (number(&object, tags::ROWS)?, number(&object, tags::COLUMNS)?);
		let declared = number(&object, tags::NUMBER_OF_FRAMES)?;
		let groups = items(&object, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
		if usize::try_from(declared).ok() != Some(groups.len()) {
			return Err(SegError::FrameCount { declared, described: groups.len() as u64 });
		}
		let voxels = count([columns, rows, declared].map(u64::from))?;
		let pixels = match pixels {
			Pixels::Native(pixels) => pixels,
			Pixels::Encapsulated => {
				return Err(SegError::Unsupported("compressed pixel data".into()));
			}
			Pixels::Absent => return Err(tags::PIXEL_DATA.into()),
		};
		let expected = (voxels * coding.bits()).div_ceil(8);
		let found = pixels.len() as u64;
		// One byte of padding makes the length even.
		if found < expected || found > expected + 1 {
			return Err(SegError::PixelLength { expected, found });
		}
		let shared = item(&object, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
		let (grid, Stack { index: slices, unevenness, .. }) =
			geometry(shared, groups, [columns, rows])?;
		let segments = items(&object, tags::SEGMENT_SEQUENCE)
			.iter()
			.map(segment)
			.filter(|segment| !segment.as_ref().is_ok_and(|s| s.number == 0))
			.collect::<Result<Vec<_>, _>>()?;
		let frames = frames(coding, shared, groups, &slices, &segments)?;
		Ok(Self {
			grid,
			segments,
			instance: text(&object, tags::SOP_INSTANCE_UID)?,
			study: text(&object, tags::STUDY_INSTANCE_UID)?,
			frame_of_reference: text(&object, tags::FRAME_OF_REFERENCE_UID)?,
			creator: text_or_empty(&object, tags::CONTENT_CREATOR_NAME),
			images: referenced_images(&object),
			coding,
			frames,
			pixels: pixels.to_vec(),
			unevenness,
		})
	}

	/// From the first to the last slice that has a frame.
	pub fn grid(&self) -> &Grid {
		&self.grid
	}

	/// What the segments are, without the background of a label map, which has the number 0.
	pub fn segments(&self) -> &[Segment] {
		&self.segments
	}

	/// SOP Instance UID.
	pub fn instance(&self) -> &str {
		&self.instance
	}

	/// Study Instance UID.
	pub fn study(&self) -> &str {
		&self.study
	}

	/// Frame of Reference UID.
	pub fn frame_of_reference(&self) -> &str {
		&self.frame_of_reference
	}

	/// Content Creator's Name: who drew it. Empty when it is not said.
	pub fn creator(&self) -> &str {
		&self.creator
	}

	/// SOP Instance UIDs of the images that the object refers to.
	pub fn images(&self) -> &[String] {
		&self.images
	}

	/// Where one segment is, on the segmentation's own grid: 1 inside, 0 outside.
	///
	/// # Errors
	/// When there is no such segment.
	pub fn mask(&self, segment: u16) -> Result<Volume, SegError> {
		self.paint(&self.grid, segment, Some)
	}

	/// Where one segment is, on the grid of the images: 1 inside, 0 outside.
	///
	/// # Errors
	/// When there is no such segment, or when a marked voxel is not a voxel of that grid.
	pub fn mask_on(&self, segment: u16, grid: &Grid) -> Result<Volume, SegError> {
		self.mask_within(segment, grid, Grid::PART)
	}

	/// As [`Self::mask_on`], where voxels are less than `part` of the smallest spacing elsewhere than
	/// those of the grid.
	///
	/// # Errors
	/// Those of [`Self::mask_on`].
	pub fn mask_within(&self, segment: u16, grid: &Grid, part: f64) -> Result<Volume, SegError> {
		let [columns, rows, _] = grid.dimensions;
		let shifted =
			Grid { origin: self.grid.origin, dimensions: [columns, rows, 1], ..grid.clone() };
		let own = Grid {
			dimensions: [self.grid.dimensions[0], self.grid.dimensions[1], 1],
			// A sparse stack may show a multiple of the spacing.
			spacing: [self.grid.spacing[0], self.grid.spacing[1], grid.spacing[2]],
			..self.grid.clone()
		};
		if !own.matches_within(&shifted, part) || dot(own.normal(), grid.normal()) < 0.0 {
			return Err(SegError::GridMismatch);
		}
		let place = |slice: u32| {
			let position = self.grid.position(slice);
			let offset: [f64; 3] = std::array::from_fn(|i| position[i] - grid.origin[i]);
			let steps = (dot(offset, grid.normal()) / grid.spacing[2]).round();
			// Beyond the grid it saturates, and the comparison with the position then fails.
			let target = (steps as u32).min(grid.dimensions[2].saturating_sub(1));
			let off = distance(grid.position(target), position) + self.unevenness;
			(off < grid.smallest(part)).then_some(target)
		};
		self.paint(grid, segment, place)
	}

	/// All segments in one volume, each voxel with the number of its segment.
	///
	/// # Errors
	/// When segments overlap, or when a number is above 255.
	pub fn labels(&self) -> Result<Volume, SegError> {
		let mut all = vec![0u8; self.grid.voxels()];
		for segment in &self.segments {
			let label = u8::try_from(segment.number)
				.map_err(|_| SegError::Unsupported("more than 255 segments".into()))?;
			let mask = self.mask(segment.number)?;
			for (all, inside) in all.iter_mut().zip(mask.voxels()) {
				if *inside == 0 {
					continue;
				}
				if *all != 0 {
					return Err(SegError::Overlap((*all).into(), segment.number));
				}
				*all = label;
			}
		}
		Ok(Volume::new(self.grid.clone(), all)?)
	}

	/// Draws a segment's frames on a grid of equal rows and columns. Frames without a place on it
	/// must be empty.
	fn paint(
		&self,
		grid: &Grid,
		segment: u16,
		place: impl Fn(u32) -> Option<u32>,
	) -> Result<Volume, SegError> {
		if !self.segments.iter().any(|s| s.number == segment) {
			return Err(SegError::NoSegment(segment));
		}
		let size = grid.slice_voxels();
		let mut voxels = vec![0u8; grid.voxels()];
		for (i, frame) in self.frames.iter().enumerate() {
			if frame.segment.is_some_and(|s| s != segment) {
				continue;
			}
			let values = (0..size).map(|voxel| self.is_marked(i * size + voxel, segment));
			let target = place(frame.slice).and_then(|slice| {
				let start = slice as usize * size;
				voxels.get_mut(start..start + size)
			});
			match target {
				Some(target) => {
					for (voxel, marked) in target.iter_mut().zip(values) {
						*voxel = marked.into();
					}
				}
				None if values.into_iter().any(|marked| marked) => {
					return Err(SegError::GridMismatch);
				}
				None => {}
			}
		}
		Ok(Volume::new(grid.clone(), voxels)?)
	}

	fn is_marked(&self, at: usize, segment: u16) -> bool {
		let byte = |i: usize| self.pixels.get(i).copied().unwrap_or(0);
		match self.coding {
			Coding::Binary => byte(at / 8) >> (at % 8) & 1 == 1,
			Coding::Fractional { maximum } => u16::from(byte(at)) * 2 >= maximum.into(),
			Coding::Labels8 => u16::from(byte(at)) == segment,
			Coding::Labels16 => u16::from_le_bytes([byte(2 * at), byte(2 * at + 1)]) == segment,
		}
	}
}

fn coding(object: &InMemDicomObject) -> Result<Coding, SegError> {
	let class = text(object, tags::SOP_CLASS_UID)?;
	if class != uids::SEGMENTATION_STORAGE && class != uids::LABEL_MAP_SEGMENTATION_STORAGE {
		return Err(SegError::NotSegmentation(class));
	}
	if text_or_empty(object, tags::DIMENSION_ORGANIZATION_TYPE) == "TILED_FULL" {
		return Err(SegError::Unsupported("tiles of a slide".into()));
	}
	let bits = number(object, tags::BITS_ALLOCATED)?;
	if class == uids::LABEL_MAP_SEGMENTATION_STORAGE {
		return match bits {
			8 => Ok(Coding::Labels8),
			16 => Ok(Coding::Labels16),
			_ => Err(DatasetError::Invalid(tags::BITS_ALLOCATED).into()),
		};
	}
	match (text(object, tags::SEGMENTATION_TYPE)?.as_str(), bits) {
		("BINARY", 1) => Ok(Coding::Binary),
		("FRACTIONAL", 8) => {
			let maximum = number(object, tags::MAXIMUM_FRACTIONAL_VALUE)?;
			u8::try_from(maximum)
				.ok()
				.filter(|maximum| *maximum > 0)
				.map(|maximum| Coding::Fractional { maximum })
				.ok_or(DatasetError::Invalid(tags::MAXIMUM_FRACTIONAL_VALUE).into())
		}
		("BINARY" | "FRACTIONAL", _) => Err(DatasetError::Invalid(tags::BITS_ALLOCATED).into()),
		(other, _) => Err(SegError::Unsupported(format!("type {other}"))),
	}
}

/// A functional group of a frame, else of all frames.
fn group<'a>(
	frame: &'a InMemDicomObject,
	shared: Option<&'a InMemDicomObject>,
	tag: Tag,
) -> Option<&'a InMemDicomObject> {
	item(frame, tag).or_else(|| shared.and_then(|shared| item(shared, tag)))
}

fn geometry(
	shared: Option<&InMemDicomObject>,
	groups: &[InMemDicomObject],
	[columns, rows]: [u32; 2],
) -> Result<(Grid, Stack), SegError> {
	let mut first: Option<([f64; 6], [f64; 2], Vec<f64>)> = None;
	let mut positions = Vec::with_capacity(groups.len());
	for (frame, group_of_frame) in groups.iter().enumerate() {
		let find = |tag, sequence| {
			group(group_of_frame, shared, tag).ok_or(SegError::NoGeometry { frame, sequence })
		};
		let plane = find(tags::PLANE_POSITION_SEQUENCE, "Plane Position Sequence")?;
		positions.push(decimals(plane, tags::IMAGE_POSITION_PATIENT)?);
		let plane = find(tags::PLANE_ORIENTATION_SEQUENCE, "Plane Orientation Sequence")?;
		let orientation: [f64; 6] = decimals(plane, tags::IMAGE_ORIENTATION_PATIENT)?;
		let measures = find(tags::PIXEL_MEASURES_SEQUENCE, "Pixel Measures Sequence")?;
		let spacing: [f64; 2] = decimals(measures, tags::PIXEL_SPACING)?;
		let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
		match &first {
			Some((o, s, _)) if near(o, &orientation) && near(s, &spacing) => {}
			Some(_) => return Err(SegError::Mixed(frame)),
			None => {
				let stated = [tags::SPACING_BETWEEN_SLICES, tags::SLICE_THICKNESS]
					.into_iter()
					.filter_map(|tag| decimals::<1>(measures, tag).ok())
					.map(|[x]| x)
					.collect();
				first = Some((orientation, spacing, stated));
			}
		}
	}
	let (orientation, spacing, stated) =
		first.ok_or(SegError::FrameCount { declared: 0, described: 0 })?;
	let stack = Stack::new(&positions, &orientation, spacing, &stated, false)?;
	let [row_step, column_step] = spacing;
	let grid = Grid::new(
		[columns, rows, stack.slices],
		[column_step, row_step, stack.spacing],
		orientation,
		stack.origin,
	)?;
	Ok((grid, stack))
}

fn frames(
	coding: Coding,
	shared: Option<&InMemDicomObject>,
	groups: &[InMemDicomObject],
	slices: &[u32],
	segments: &[Segment],
) -> Result<Vec<Frame>, SegError> {
	let known: HashSet<u16> = segments.iter().map(|s| s.number).collect();
	let mut seen = HashSet::with_capacity(groups.len());
	groups
		.iter()
		.zip(slices)
		.enumerate()
		.map(|(i, (group_of_frame, slice))| {
			let segment = if matches!(coding, Coding::Labels8 | Coding::Labels16) {
				None
			} else {
				let identification =
					group(group_of_frame, shared, tags::SEGMENT_IDENTIFICATION_SEQUENCE)
						.ok_or(SegError::from(tags::SEGMENT_IDENTIFICATION_SEQUENCE))?;
				let tag = tags::REFERENCED_SEGMENT_NUMBER;
				let number = u16::try_from(number(identification, tag)?)
					.map_err(|_| DatasetError::Invalid(tag))?;
				if !known.contains(&number) {
					return Err(SegError::UnknownSegment { frame: i, number });
				}
				Some(number)
			};
			if !seen.insert((segment, *slice)) {
				return Err(SegError::RepeatedFrame(i));
			}
			Ok(Frame { segment, slice: *slice })
		})
		.collect()
}

fn segment(object: &InMemDicomObject) -> Result<Segment, SegError> {
	let tag = tags::SEGMENT_NUMBER;
	let number = u16::try_from(number(object, tag)?).map_err(|_| DatasetError::Invalid(tag))?;
	let name = text_or_empty(object, tags::SEGMENT_ALGORITHM_NAME);
	let code = |tag| {
		let code = |item: &InMemDicomObject| Code {
			value: text_or_empty(item, tags::CODE_VALUE),
			scheme: text_or_empty(item, tags::CODING_SCHEME_DESIGNATOR),
			meaning: text_or_empty(item, tags::CODE_MEANING),
		};
		item(object, tag).map(code)
	};
	Ok(Segment {
		number,
		label: text_or_empty(object, tags::SEGMENT_LABEL),
		category: code(tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE)
			.ok_or(tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE)?,
		property: code(tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE)
			.ok_or(tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE)?,
		region: code(tags::ANATOMIC_REGION_SEQUENCE),
		method: match text_or_empty(object, tags::SEGMENT_ALGORITHM_TYPE).as_str() {
			"AUTOMATIC" => Method::Automatic(name),
			"SEMIAUTOMATIC" => Method::SemiAutomatic(name),
			_ => Method::Manual,
		},
	})
}

fn referenced_images(object: &InMemDicomObject) -> Vec<String> {
	items(object, tags::REFERENCED_SERIES_SEQUENCE)
		.iter()
		.flat_map(|series| items(series, tags::REFERENCED_INSTANCE_SEQUENCE))
		.map(|instance| text_or_empty(instance, tags::REFERENCED_SOP_INSTANCE_UID))
		.collect()
}
