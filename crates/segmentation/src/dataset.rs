// SPDX-License-Identifier: Apache-2.0

//! DICOM files in memory: read with care, written in one form.
//!
//! Reading goes over all headers first, because what comes may be damaged or hostile.
//! Pixel data is never copied.
//!
//! ```
//! use contour_segmentation::dataset::{self, Dataset};
//! use dicom_core::VR;
//! use dicom_dictionary_std::{tags, uids};
//!
//! let file = dataset::write(dataset::object(&[
//!     (tags::SOP_CLASS_UID, VR::UI, uids::MR_IMAGE_STORAGE),
//!     (tags::SOP_INSTANCE_UID, VR::UI, "2.25.1"),
//!     (tags::MODALITY, VR::CS, "MR"),
//! ]))?;
//! let read = Dataset::read(&file)?;
//! assert_eq!(dataset::text(&read.object, tags::MODALITY)?, "MR");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::error::DatasetError;
use super::head::{Pixels, head};
use dicom_core::value::{DataSetSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Length, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::mem::{InMemDicomObject, InMemElement};
use dicom_object::meta::FileMetaTableBuilder;
use dicom_transfer_syntax_registry::entries::{
	EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN,
};

const PREFIX: usize = 132;

/// Retired from the standard's 2006 edition on, but still met.
const EXPLICIT_VR_BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// Identifies this implementation in the files it writes.
const IMPLEMENTATION: &str = "2.25.185214934187453928474392115728348118223";

/// A data set up to its pixel data, and the pixel data.
pub struct Dataset<'a> {
	/// The elements in front of the pixel data.
	pub object: InMemDicomObject,
	/// The pixel data.
	pub pixels: Pixels<'a>,
}

impl<'a> Dataset<'a> {
	/// Reads a file. Private elements are left out, and what comes after the pixel data (padding,
	/// signatures) is not read.
	///
	/// # Errors
	///
	/// [`DatasetError`], which says what is wrong with the file.
	pub fn read(file: &'a [u8]) -> Result<Self, DatasetError> {
		let body = file
			.get(PREFIX..)
			.filter(|_| file.get(128..PREFIX) == Some(b"DICM"))
			.ok_or(DatasetError::NotDicom)?;
		// (0002,0000) UL 4, then the length of the rest of the group.
		let meta_length = match body.first_chunk::<12>() {
			Some([2, 0, 0, 0, b'U', b'L', 4, 0, length @ ..]) => u32::from_le_bytes(*length),
			_ => return Err(DatasetError::NotDicom),
		};
		let (meta, data) = usize::try_from(meta_length)
			.ok()
			.and_then(|length| length.checked_add(12))
			.and_then(|length| body.split_at_checked(length))
			.ok_or(DatasetError::NotDicom)?;
		let (elements, _) = head(meta, true, PREFIX)?;
		let syntax = elements
			.iter()
			.find(|element| element.tag == tags::TRANSFER_SYNTAX_UID)
			.and_then(|element| std::str::from_utf8(meta.get(element.value.clone())?).ok())
			.map(|syntax| syntax.trim_end_matches(['\0', ' ']))
			.ok_or(DatasetError::Missing(tags::TRANSFER_SYNTAX_UID))?;
		let explicit = match syntax {
			uids::IMPLICIT_VR_LITTLE_ENDIAN => false,
			EXPLICIT_VR_BIG_ENDIAN
			| uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN
			| uids::JPIP_REFERENCED_DEFLATE
			| uids::JPIPHTJ2K_REFERENCED_DEFLATE => {
				return Err(DatasetError::TransferSyntax(syntax.to_owned()));
			}
			// Everything else is explicit, little endian (PS3.5 annex A); only pixels differ.
			_ => true,
		};
		let offset = file.len().saturating_sub(data.len());
		let (elements, pixels) = head(data, explicit, offset)?;
		let plain: Vec<u8> = elements
			.into_iter()
			.filter(|element| element.plain && element.tag.group() % 2 == 0)
			.filter_map(|element| data.get(element.whole))
			.flatten()
			.copied()
			.collect();
		let syntax = if explicit {
			EXPLICIT_VR_LITTLE_ENDIAN.erased()
		} else {
			IMPLICIT_VR_LITTLE_ENDIAN.erased()
		};
		let object = InMemDicomObject::read_dataset_with_ts(plain.as_slice(), &syntax)
			.map_err(|e| damaged(&e))?;
		Ok(Self { object, pixels })
	}
}

fn damaged(error: &dyn std::error::Error) -> DatasetError {
	let mut text = error.to_string();
	let mut next = error.source();
	while let Some(cause) = next {
		text.push_str(": ");
		text.push_str(&cause.to_string());
		next = cause.source();
	}
	DatasetError::Damaged(text)
}

/// Writes a file in Explicit VR Little Endian, with a preamble of zeros.
///
/// The object needs its SOP Class and SOP Instance UID.
///
/// # Errors
///
/// [`DatasetError::Missing`] without one of them, and [`DatasetError::Encode`].
pub fn write(object: InMemDicomObject) -> Result<Vec<u8>, DatasetError> {
	let meta = FileMetaTableBuilder::new()
		.transfer_syntax(uids::EXPLICIT_VR_LITTLE_ENDIAN)
		.media_storage_sop_class_uid(text(&object, tags::SOP_CLASS_UID)?)
		.media_storage_sop_instance_uid(text(&object, tags::SOP_INSTANCE_UID)?)
		.implementation_class_uid(IMPLEMENTATION)
		.implementation_version_name("CONTOUR_1")
		.build()
		.map_err(|e| DatasetError::Encode(e.to_string()))?;
	let mut file = Vec::new();
	object
		.with_exact_meta(meta)
		.write_all(&mut file)
		.map_err(|e| DatasetError::Encode(e.to_string()))?;
	Ok(file)
}

/// A text value without padding. It may be empty.
pub(crate) fn text_or_empty(object: &InMemDicomObject, tag: Tag) -> String {
	object
		.get(tag)
		.and_then(|e| e.value().to_str().ok())
		.map(|s| s.trim_matches([' ', '\0']).to_owned())
		.unwrap_or_default()
}

/// A text value that must not be empty.
///
/// # Errors
///
/// [`DatasetError::Missing`].
pub fn text(object: &InMemDicomObject, tag: Tag) -> Result<String, DatasetError> {
	Some(text_or_empty(object, tag)).filter(|s| !s.is_empty()).ok_or(DatasetError::Missing(tag))
}

/// One unsigned number, binary or in decimal.
///
/// # Errors
///
/// [`DatasetError::Missing`] and [`DatasetError::Invalid`].
pub fn number(object: &InMemDicomObject, tag: Tag) -> Result<u32, DatasetError> {
	let element = object.get(tag).ok_or(DatasetError::Missing(tag))?;
	element.to_int::<u32>().map_err(|_| DatasetError::Invalid(tag))
}

/// `N` decimal numbers, finite.
///
/// # Errors
///
/// [`DatasetError::Missing`] and [`DatasetError::Invalid`].
pub fn decimals<const N: usize>(
	object: &InMemDicomObject,
	tag: Tag,
) -> Result<[f64; N], DatasetError> {
	let element = object.get(tag).ok_or(DatasetError::Missing(tag))?;
	let numbers = element.to_multi_float64().map_err(|_| DatasetError::Invalid(tag))?;
	<[f64; N]>::try_from(numbers)
		.ok()
		.filter(|numbers| numbers.iter().all(|x| x.is_finite()))
		.ok_or(DatasetError::Invalid(tag))
}

/// The items of a sequence; none when it is absent.
pub(crate) fn items(object: &InMemDicomObject, tag: Tag) -> &[InMemDicomObject] {
	object.get(tag).and_then(InMemElement::items).unwrap_or_default()
}

/// The only or first item of a sequence.
pub(crate) fn item(object: &InMemDicomObject, tag: Tag) -> Option<&InMemDicomObject> {
	items(object, tag).first()
}

/// An element of text. An empty text makes an element without value (type 2).
pub fn put(object: &mut InMemDicomObject, tag: Tag, vr: VR, value: impl Into<String>) {
	let value: String = value.into();
	let value = if value.is_empty() { PrimitiveValue::Empty } else { PrimitiveValue::from(value) };
	object.put(DataElement::new(tag, vr, value));
}

/// An element of 16-bit numbers.
pub fn put_u16(object: &mut InMemDicomObject, tag: Tag, value: u16) {
	object.put(DataElement::new(tag, VR::US, PrimitiveValue::from(value)));
}

/// A sequence.
pub(crate) fn put_items(object: &mut InMemDicomObject, tag: Tag, items: Vec<InMemDicomObject>) {
	object.put(DataElement::new(
		tag,
		VR::SQ,
		Value::from(DataSetSequence::new(items, Length::UNDEFINED)),
	));
}

/// A data set of text elements.
pub fn object(elements: &[(Tag, VR, &str)]) -> InMemDicomObject {
	let mut object = InMemDicomObject::new_empty();
	for (tag, vr, value) in elements {
		put(&mut object, *tag, *vr, *value);
	}
	object
}

/// Decimal strings with at most so many places, joined by backslashes (VR DS, PS3.5 table 6.2-1).
pub fn decimal_string(numbers: &[f64], places: usize) -> String {
	let one = |x: &f64| {
		let text = format!("{x:.places$}");
		let text = if text.contains('.') {
			text.trim_end_matches('0').trim_end_matches('.')
		} else {
			&text
		};
		if text == "-0" { "0".to_owned() } else { text.to_owned() }
	};
	numbers.iter().map(one).collect::<Vec<_>>().join("\\")
}
