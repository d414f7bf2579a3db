// SPDX-License-Identifier: Apache-2.0

//! From masks to a SEG object.

use super::super::dataset::{decimal_string, object, put, put_items, put_u16, write as write_file};
use super::super::series::Series;
use super::super::volume::{Grid, Volume};
use super::{Code, Method, SegError, Segment};
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::mem::InMemDicomObject;

/// What to do with slices in which a segment has no voxel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EmptyFrames {
	/// A frame for each slice of the images, so that the grid is kept whole.
	Keep,
	/// No frame, as most programs do it. The file is smaller; its grid covers the segments only.
	Omit,
}

/// Who made a segmentation, when, and what it is called.
#[derive(Clone, Debug)]
pub struct Author {
	/// Content Creator's Name, as a person's name in DICOM's form; may be empty.
	pub creator: String,
	/// Content Label: up to 16 capital letters, digits, spaces and underscores.
	pub label: String,
	/// Content Description and Series Description, up to 64 characters.
	pub description: String,
	/// Series Instance UID of the new object.
	pub series: String,
	/// SOP Instance UID of the new object.
	pub instance: String,
	/// Series Number.
	pub number: u32,
	/// Date as `YYYYMMDD`.
	pub date: String,
	/// Time as `HHMMSS`.
	pub time: String,
}

/// Writes a volume of labels as Segmentation Storage, type BINARY, in Explicit VR Little Endian.
///
/// Label n of the volume is the nth of the `segments`, whose numbers are 1, 2, … in order. Study,
/// patient and frame of reference are those of the images. The same input gives the same bytes.
///
/// # Errors
/// When the volume is not on the images' grid, when segments do not fit the labels, or when a text
/// cannot be encoded.
pub fn write(
	volume: &Volume,
	segments: &[Segment],
	images: &Series,
	author: &Author,
	empty: EmptyFrames,
) -> Result<Vec<u8>, SegError> {
	if !volume.grid().matches(images.grid()) {
		return Err(SegError::GridMismatch);
	}
	let highest = volume.voxels().iter().copied().max().unwrap_or(0);
	let in_order = segments.iter().zip(1u16..).all(|(s, number)| s.number == number);
	if segments.is_empty() || usize::from(highest) > segments.len() || !in_order {
		return Err(SegError::Labels(segments.len(), highest));
	}
	let frames = Frames::new(volume, segments, empty)?;
	let mut seg = images.repeated.clone();
	identity(&mut seg, images, author);
	pixel_module(&mut seg, volume.grid(), &frames);
	put_items(&mut seg, tags::SEGMENT_SEQUENCE, segments.iter().map(describe).collect());
	dimensions(&mut seg, &author.instance);
	put_items(
		&mut seg,
		tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
		vec![shared_groups(volume.grid())],
	);
	put_items(
		&mut seg,
		tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
		frames.list.iter().map(|frame| frame.groups(volume.grid(), images)).collect(),
	);
	if !images.instances().is_empty() {
		put_items(&mut seg, tags::REFERENCED_SERIES_SEQUENCE, vec![references(images, &frames)]);
	}
	seg.put(DataElement::new(tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8(frames.pixels.into())));
	Ok(write_file(seg)?)
}

/// One frame: a segment at a slice.
struct Frame {
	segment: u16,
	slice: u32,
	/// Place among the slices that have a frame, from 1.
	ordinal: u32,
}

struct Frames {
	list: Vec<Frame>,
	/// Slices that have a frame, in order.
	slices: Vec<u32>,
	/// One bit for each voxel, the first in the lowest bit, frames without a gap (PS3.5 8.1.1).
	pixels: Vec<u8>,
}

impl Frames {
	fn new(volume: &Volume, segments: &[Segment], empty: EmptyFrames) -> Result<Self, SegError> {
		let size = volume.grid().slice_voxels();
		let is_label = |segment: &Segment, voxel: u8| u16::from(voxel) == segment.number;
		let occupied: Vec<(&Segment, u32, &[u8])> = segments
			.iter()
			.flat_map(|segment| {
				(0u32..)
					.zip(volume.voxels().chunks(size))
					.map(move |(i, slice)| (segment, i, slice))
			})
			.collect();
		// A multi-frame object has a frame at least, so an empty mask is written whole.
		let whole = empty == EmptyFrames::Keep || volume.marked() == 0;
		let kept: Vec<_> = occupied
			.into_iter()
			.filter(|(segment, _, slice)| whole || slice.iter().any(|v| is_label(segment, *v)))
			.collect();
		let mut slices: Vec<u32> = kept.iter().map(|(_, i, _)| *i).collect();
		slices.sort_unstable();
		slices.dedup();
		// With several segments frames can be more than voxels are allowed to be.
		super::super::volume::count([size as u64, kept.len() as u64, 1])?;
		let mut pixels = vec![0u8; (size * kept.len()).div_ceil(16) * 2];
		let mut list = Vec::with_capacity(kept.len());
		for (frame, (segment, slice, voxels)) in kept.into_iter().enumerate() {
			for (i, voxel) in voxels.iter().enumerate() {
				let at = frame * size + i;
				pixels[at / 8] |= u8::from(is_label(segment, *voxel)) << (at % 8);
			}
			let ordinal = slices.partition_point(|s| *s <= slice);
			list.push(Frame {
				segment: segment.number,
				slice,
				ordinal: u32::try_from(ordinal).expect("there are fewer slices than 2³²"),
			});
		}
		Ok(Self { list, slices, pixels })
	}
}

/// Patient, study, series, equipment and general attributes.
fn identity(seg: &mut InMemDicomObject, images: &Series, author: &Author) {
	let number = author.number.to_string();
	for (tag, vr, value) in [
		(tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192"),
		(tags::SOP_CLASS_UID, VR::UI, uids::SEGMENTATION_STORAGE),
		(tags::SOP_INSTANCE_UID, VR::UI, &author.instance),
		(tags::STUDY_INSTANCE_UID, VR::UI, images.study()),
		(tags::SERIES_INSTANCE_UID, VR::UI, &author.series),
		(tags::SERIES_NUMBER, VR::IS, &number),
		(tags::SERIES_DATE, VR::DA, &author.date),
		(tags::SERIES_TIME, VR::TM, &author.time),
		(tags::SERIES_DESCRIPTION, VR::LO, &author.description),
		(tags::MODALITY, VR::CS, "SEG"),
		(tags::FRAME_OF_REFERENCE_UID, VR::UI, images.frame_of_reference()),
		(tags::POSITION_REFERENCE_INDICATOR, VR::LO, ""),
		(tags::MANUFACTURER, VR::LO, "Contour"),
		(tags::MANUFACTURER_MODEL_NAME, VR::LO, "Contour gateway"),
		(tags::DEVICE_SERIAL_NUMBER, VR::LO, "1"),
		(tags::SOFTWARE_VERSIONS, VR::LO, "1"),
		(tags::IMAGE_TYPE, VR::CS, "DERIVED\\PRIMARY"),
		(tags::INSTANCE_NUMBER, VR::IS, "1"),
		(tags::CONTENT_DATE, VR::DA, &author.date),
		(tags::CONTENT_TIME, VR::TM, &author.time),
		(tags::CONTENT_LABEL, VR::CS, &author.label),
		(tags::CONTENT_DESCRIPTION, VR::LO, &author.description),
		(tags::CONTENT_CREATOR_NAME, VR::PN, &author.creator),
		(tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "00"),
		(tags::BURNED_IN_ANNOTATION, VR::CS, "NO"),
		(tags::SEGMENTATION_TYPE, VR::CS, "BINARY"),
		(tags::SEGMENTS_OVERLAP, VR::CS, "NO"),
	] {
		put(seg, tag, vr, value);
	}
}

fn pixel_module(seg: &mut InMemDicomObject, grid: &Grid, frames: &Frames) {
	let [columns, rows, _] = grid.dimensions;
	put(seg, tags::NUMBER_OF_FRAMES, VR::IS, frames.list.len().to_string());
	put(seg, tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
	let narrow = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
	for (tag, value) in [
		(tags::SAMPLES_PER_PIXEL, 1),
		(tags::ROWS, narrow(rows)),
		(tags::COLUMNS, narrow(columns)),
		(tags::BITS_ALLOCATED, 1),
		(tags::BITS_STORED, 1),
		(tags::HIGH_BIT, 0),
		(tags::PIXEL_REPRESENTATION, 0),
	] {
		put_u16(seg, tag, value);
	}
}

/// Frames are indexed by segment, then by position (Multi-frame Dimension module).
fn dimensions(seg: &mut InMemDicomObject, instance: &str) {
	// The organisation is this object's alone, so its UID can be made from the object's.
	let bytes = instance.bytes().map(u64::from).collect::<Vec<_>>();
	let organisation = super::super::uid::Namespace::new(&bytes).uid("dimensions");
	let index = |pointer: Tag, group: Tag, label: &str| {
		let mut index = object(&[
			(tags::DIMENSION_ORGANIZATION_UID, VR::UI, &organisation),
			(tags::DIMENSION_DESCRIPTION_LABEL, VR::LO, label),
		]);
		for (tag, value) in
			[(tags::DIMENSION_INDEX_POINTER, pointer), (tags::FUNCTIONAL_GROUP_POINTER, group)]
		{
			index.put(DataElement::new(tag, VR::AT, PrimitiveValue::from(value)));
		}
		index
	};
	put_items(
		seg,
		tags::DIMENSION_ORGANIZATION_SEQUENCE,
		vec![object(&[(tags::DIMENSION_ORGANIZATION_UID, VR::UI, &organisation)])],
	);
	put_items(
		seg,
		tags::DIMENSION_INDEX_SEQUENCE,
		vec![
			index(
				tags::REFERENCED_SEGMENT_NUMBER,
				tags::SEGMENT_IDENTIFICATION_SEQUENCE,
				"Segment Number",
			),
			index(tags::IMAGE_POSITION_PATIENT, tags::PLANE_POSITION_SEQUENCE, "Position"),
		],
	);
}

fn shared_groups(grid: &Grid) -> InMemDicomObject {
	let [column_step, row_step, slice_step] = grid.spacing;
	let slices = decimal_string(&[slice_step], 6);
	let mut shared = InMemDicomObject::new_empty();
	put_items(
		&mut shared,
		tags::PIXEL_MEASURES_SEQUENCE,
		vec![object(&[
			(tags::PIXEL_SPACING, VR::DS, &decimal_string(&[row_step, column_step], 6)),
			(tags::SPACING_BETWEEN_SLICES, VR::DS, &slices),
			(tags::SLICE_THICKNESS, VR::DS, &slices),
		])],
	);
	put_items(
		&mut shared,
		tags::PLANE_ORIENTATION_SEQUENCE,
		vec![object(&[(
			tags::IMAGE_ORIENTATION_PATIENT,
			VR::DS,
			&decimal_string(&grid.orientation, 12),
		)])],
	);
	shared
}

impl Frame {
	fn groups(&self, grid: &Grid, images: &Series) -> InMemDicomObject {
		let mut groups = InMemDicomObject::new_empty();
		let mut content = InMemDicomObject::new_empty();
		let index = [u32::from(self.segment), self.ordinal];
		content.put(DataElement::new(
			tags::DIMENSION_INDEX_VALUES,
			VR::UL,
			PrimitiveValue::U32(index.as_slice().into()),
		));
		put_items(&mut groups, tags::FRAME_CONTENT_SEQUENCE, vec![content]);
		let position = decimal_string(&grid.position(self.slice), 6);
		put_items(
			&mut groups,
			tags::PLANE_POSITION_SEQUENCE,
			vec![object(&[(tags::IMAGE_POSITION_PATIENT, VR::DS, &position)])],
		);
		let mut segment = InMemDicomObject::new_empty();
		put_u16(&mut segment, tags::REFERENCED_SEGMENT_NUMBER, self.segment);
		put_items(&mut groups, tags::SEGMENT_IDENTIFICATION_SEQUENCE, vec![segment]);
		if images.instances().is_empty() {
			return groups;
		}
		let mut source = reference(images, self.slice);
		put(&mut source, tags::SPATIAL_LOCATIONS_PRESERVED, VR::CS, "YES");
		let purpose = Code::new("121322", "DCM", "Source image for image processing operation");
		put_items(&mut source, tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, vec![encode(&purpose)]);
		let mut derivation = InMemDicomObject::new_empty();
		put_items(&mut derivation, tags::SOURCE_IMAGE_SEQUENCE, vec![source]);
		let kind = Code::new("113076", "DCM", "Segmentation");
		put_items(&mut derivation, tags::DERIVATION_CODE_SEQUENCE, vec![encode(&kind)]);
		put_items(&mut groups, tags::DERIVATION_IMAGE_SEQUENCE, vec![derivation]);
		groups
	}
}

fn reference(images: &Series, slice: u32) -> InMemDicomObject {
	let instance = images.instances().get(slice as usize).map_or("", String::as_str);
	object(&[
		(tags::REFERENCED_SOP_CLASS_UID, VR::UI, images.sop_class()),
		(tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, instance),
	])
}

/// Common Instance Reference module: the images that frames were drawn on.
fn references(images: &Series, frames: &Frames) -> InMemDicomObject {
	let mut series = object(&[(tags::SERIES_INSTANCE_UID, VR::UI, images.uid())]);
	put_items(
		&mut series,
		tags::REFERENCED_INSTANCE_SEQUENCE,
		frames.slices.iter().map(|slice| reference(images, *slice)).collect(),
	);
	series
}

fn encode(code: &Code) -> InMemDicomObject {
	object(&[
		(tags::CODE_VALUE, VR::SH, &code.value),
		(tags::CODING_SCHEME_DESIGNATOR, VR::SH, &code.scheme),
		(tags::CODE_MEANING, VR::LO, &code.meaning),
	])
}

fn describe(segment: &Segment) -> InMemDicomObject {
	let (kind, name) = match &segment.method {
		Method::Manual => ("MANUAL", None),
		Method::SemiAutomatic(name) => ("SEMIAUTOMATIC", Some(name)),
		Method::Automatic(name) => ("AUTOMATIC", Some(name)),
	};
	let mut item = object(&[
		(tags::SEGMENT_LABEL, VR::LO, &segment.label),
		(tags::SEGMENT_ALGORITHM_TYPE, VR::CS, kind),
	]);
	put_u16(&mut item, tags::SEGMENT_NUMBER, segment.number);
	if let Some(name) = name {
		put(&mut item, tags::SEGMENT_ALGORITHM_NAME, VR::LO, name.as_str());
	}
	for (tag, code) in [
		(tags::SEGMENTED_PROPERTY_CATEGORY_CODE_SEQUENCE, Some(&segment.category)),
		(tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE, Some(&segment.property)),
		(tags::ANATOMIC_REGION_SEQUENCE, segment.region.as_ref()),
	] {
		if let Some(code) = code {
			put_items(&mut item, tag, vec![encode(code)]);
		}
	}
	item
}
