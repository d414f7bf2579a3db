// SPDX-License-Identifier: Apache-2.0

//! Which files the profile cannot make safe.

use super::{DeidentifyError, NotCopied, Options, Warning, keyed::trim};
use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

/// Transfer syntaxes that leave the pixel data at an address (JPIP).
const REMOTE: [&str; 4] = [
	"1.2.840.10008.1.2.4.94",
	"1.2.840.10008.1.2.4.95",
	"1.2.840.10008.1.2.4.204",
	"1.2.840.10008.1.2.4.205",
];
/// Roots of SOP classes (PS3.4, annex B.5) with content that no attribute action reaches.
const UNCLEANABLE: [(&str, NotCopied); 5] = [
	("1.2.840.10008.1.3.10", NotCopied::Directory),
	("1.2.840.10008.5.1.4.1.1.104.", NotCopied::EncapsulatedDocument),
	("1.2.840.10008.5.1.4.1.1.11.", NotCopied::PresentationState),
	("1.2.840.10008.5.1.4.1.1.88.", NotCopied::StructuredReport),
	("1.2.840.10008.5.1.4.1.1.9.4.", NotCopied::Audio),
];
/// Roots of SOP classes whose images often show text: ultrasound, secondary capture, endoscopy,
/// general microscopy, photographs, ophthalmology, and video of these.
const LIKELY_BURNED_IN: [&str; 14] = [
	"1.2.840.10008.5.1.4.1.1.3",
	"1.2.840.10008.5.1.4.1.1.3.1",
	"1.2.840.10008.5.1.4.1.1.6",
	"1.2.840.10008.5.1.4.1.1.6.1",
	"1.2.840.10008.5.1.4.1.1.6.2",
	"1.2.840.10008.5.1.4.1.1.7",
	"1.2.840.10008.5.1.4.1.1.7.",
	"1.2.840.10008.5.1.4.1.1.77.1.1",
	"1.2.840.10008.5.1.4.1.1.77.1.1.1",
	"1.2.840.10008.5.1.4.1.1.77.1.2",
	"1.2.840.10008.5.1.4.1.1.77.1.2.1",
	"1.2.840.10008.5.1.4.1.1.77.1.4",
	"1.2.840.10008.5.1.4.1.1.77.1.4.1",
	"1.2.840.10008.5.1.4.1.1.77.1.5.",
];
const LIKELY_MODALITIES: [&str; 9] = ["US", "IVUS", "SC", "XC", "ES", "GM", "OP", "OPT", "DOC"];

/// Text of an attribute at the root, without padding; empty if it is absent.
pub(crate) fn text(data_set: &InMemDicomObject, tag: Tag) -> String {
	let value = data_set.get(tag).and_then(|element| element.to_str().ok());
	value.map(|value| trim(&value).to_owned()).unwrap_or_default()
}

/// Refuses what cannot be made safe; says what else a human should look at.
pub(crate) fn check(
	data_set: &InMemDicomObject,
	classes: [&str; 2],
	transfer_syntax: &str,
	options: &Options,
) -> Result<Vec<Warning>, DeidentifyError> {
	let refuse = |refusal| Err(DeidentifyError::Refused(refusal));
	if REMOTE.contains(&transfer_syntax) || data_set.get(tags::PIXEL_DATA_PROVIDER_URL).is_some() {
		return refuse(NotCopied::RemotePixels);
	}
	for (root, refusal) in UNCLEANABLE {
		if classes.iter().any(|class| class.starts_with(root)) {
			return refuse(refusal);
		}
	}
	// A wrong SOP class must not open the door to the same content.
	for (tag, refusal) in [
		(tags::ENCAPSULATED_DOCUMENT, NotCopied::EncapsulatedDocument),
		(tags::CONTENT_SEQUENCE, NotCopied::StructuredReport),
		(tags::GRAPHIC_ANNOTATION_SEQUENCE, NotCopied::PresentationState),
		(tags::DIRECTORY_RECORD_SEQUENCE, NotCopied::Directory),
	] {
		if data_set.get(tag).is_some() {
			return refuse(refusal);
		}
	}
	let mut warnings = Vec::new();
	let mut allow = |refusal, warning| {
		if !options.allow_burned_in {
			return Err(DeidentifyError::Refused(refusal));
		}
		warnings.push(warning);
		Ok(())
	};
	let burned_in = text(data_set, tags::BURNED_IN_ANNOTATION).to_ascii_uppercase();
	let mut denied = false;
	if burned_in == "YES" {
		allow(NotCopied::BurnedIn, Warning::BurnedInAllowed)?;
	} else if is_likely_burned_in(data_set, classes) {
		if burned_in == "NO" {
			denied = true;
		} else {
			allow(NotCopied::LikelyBurnedIn, Warning::BurnedInAllowed)?;
		}
	}
	if shows_label(data_set, classes) {
		allow(NotCopied::SlideLabel, Warning::SlideLabelAllowed)?;
	}
	if has_embedded_overlay(data_set) {
		allow(NotCopied::EmbeddedOverlay, Warning::EmbeddedOverlayAllowed)?;
	}
	if denied {
		warnings.push(Warning::BurnedInDenied);
	}
	if text(data_set, tags::RECOGNIZABLE_VISUAL_FEATURES).eq_ignore_ascii_case("YES") {
		warnings.push(Warning::RecognisableFeatures);
	}
	Ok(warnings)
}

fn is_likely_burned_in(data_set: &InMemDicomObject, classes: [&str; 2]) -> bool {
	let is_listed = |class: &&str| {
		LIKELY_BURNED_IN.iter().any(|listed| {
			if listed.ends_with('.') { class.starts_with(listed) } else { class == listed }
		})
	};
	let modality = text(data_set, tags::MODALITY);
	let image_type = text(data_set, tags::IMAGE_TYPE).to_ascii_uppercase();
	let is_screen = ["SCREEN", "DOSE", "CAPTURE"].iter().any(|word| image_type.contains(word));
	classes.iter().any(is_listed) || LIKELY_MODALITIES.contains(&modality.as_str()) || is_screen
}

/// Whole slide images have a photograph of the slide's paper label, alone or in an overview.
fn shows_label(data_set: &InMemDicomObject, classes: [&str; 2]) -> bool {
	let image_type = text(data_set, tags::IMAGE_TYPE).to_ascii_uppercase();
	let is_slide = classes.contains(&uids::VL_WHOLE_SLIDE_MICROSCOPY_IMAGE_STORAGE);
	text(data_set, tags::SPECIMEN_LABEL_IN_IMAGE).eq_ignore_ascii_case("YES")
		|| (is_slide && ["LABEL", "OVERVIEW"].iter().any(|word| image_type.contains(word)))
}

/// Retired: an overlay in the high bits of the pixel data has rows but no (60xx,3000).
fn has_embedded_overlay(data_set: &InMemDicomObject) -> bool {
	(0x6000..=0x60FE_u16).step_by(2).any(|group| {
		let has = |element| data_set.get(Tag(group, element)).is_some();
		has(0x0010) && !has(0x3000)
	})
}
