// SPDX-License-Identifier: Apache-2.0

//! Which rule holds for an attribute: Table E.1-1 with the options, then stricter rules of our own
//! for what the table does not list.

use super::{
	Dates, Options,
	table::{self, Action},
};
use dicom_core::{
	Tag, VR,
	dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr},
};
use dicom_dictionary_std::{StandardDataDictionary, tags};

/// What happens to an attribute.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Rule {
	/// Stays, because the table does not list it.
	Keep,
	/// Stays, because an option says so.
	Retain,
	Remove,
	/// Removed because its encoding hides what it holds.
	RemoveOpaque,
	RemovePrivate,
	/// Removed without a word, since it is written anew: group lengths, marks of de-identification.
	Rewrite,
	Empty,
	Dummy,
	Uid,
	/// Dates and times are moved if they can be read, else they get a dummy.
	Shift,
	/// Items are cleaned one by one.
	Items,
}

/// Marks that this crate sets at the root.
pub(crate) const MARKS: [Tag; 4] = [
	tags::PATIENT_IDENTITY_REMOVED,
	tags::DEIDENTIFICATION_METHOD,
	tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE,
	tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED,
];

/// Dates that Retain Longitudinal Temporal Information does not cover.
const NEVER_SHIFTED: [Tag; 3] =
	[tags::PATIENT_BIRTH_DATE, tags::PATIENT_BIRTH_TIME, tags::GPS_TIME_STAMP];
/// Attributes with `U` that Retain UIDs does not cover.
const NEVER_RETAINED: [Tag; 2] = [tags::DIGITAL_SIGNATURE_UID, tags::UID];
/// Attributes without `U` that Retain UIDs covers: references by sequence, and a group's UID.
const RETAINED_WITH_UIDS: [Tag; 4] = [
	tags::ANNOTATION_GROUP_UID,
	tags::REFERENCED_PATIENT_SEQUENCE,
	tags::REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE,
	tags::REFERENCED_STUDY_SEQUENCE,
];
/// Unlisted UIDs that name a class, a syntax or a coding scheme, not an instance.
const CLASS_UIDS: [Tag; 16] = [
	tags::AVAILABLE_TRANSFER_SYNTAX_UID,
	tags::CODING_SCHEME_UID,
	tags::CONTEXT_GROUP_EXTENSION_CREATOR_UID,
	tags::CONTEXT_UID,
	tags::ENCRYPTED_CONTENT_TRANSFER_SYNTAX_UID,
	tags::FLOW_TRANSFER_SYNTAX_UID,
	tags::MAC_CALCULATION_TRANSFER_SYNTAX_UID,
	tags::MAPPING_RESOURCE_UID,
	tags::ORIGINAL_SPECIALIZED_SOP_CLASS_UID,
	tags::REFERENCED_SOP_CLASS_UID,
	tags::RELATED_GENERAL_SOP_CLASS_UID,
	tags::SEGMENTATION_TEMPLATE_UID,
	tags::SOP_CLASS_UID,
	tags::SOP_CLASSES_IN_STUDY,
	tags::SOP_CLASSES_SUPPORTED,
	tags::STORED_INSTANCE_TRANSFER_SYNTAX_UID,
];
/// Unlisted long texts that name a code.
const CODE_TEXTS: [Tag; 3] = [tags::CODING_SCHEME_URL, tags::LONG_CODE_VALUE, tags::URN_CODE_VALUE];

/// The rule for an attribute with this tag and VR, as the file has it.
pub(crate) fn rule(tag: Tag, vr: VR, options: &Options) -> Rule {
	if MARKS.contains(&tag) || tag.element() == 0 {
		return Rule::Rewrite;
	}
	if !tag.group().is_multiple_of(2) {
		return Rule::RemovePrivate;
	}
	if table::is_pattern(tag) {
		return Rule::Remove;
	}
	// Commands, file meta information and directories do not belong into a data set; padding may
	// hold anything.
	if tag.group() < 8 || tag == tags::DATA_SET_TRAILING_PADDING {
		return Rule::Remove;
	}
	match table::row(tag) {
		Some(row) => listed(tag, vr, row, options),
		None => unlisted(tag, vr),
	}
}

fn listed(tag: Tag, vr: VR, row: table::Row, options: &Options) -> Rule {
	let is_kept = (row.patient && options.retain_patient_characteristics)
		|| (row.device && options.retain_device_identity)
		|| (options.retain_uids && is_retained_uid(tag, row.action));
	if is_kept {
		return match vr {
			VR::SQ => Rule::Items,
			_ if is_opaque(tag, vr) => Rule::RemoveOpaque,
			_ => Rule::Retain,
		};
	}
	let is_temporal = matches!(vr, VR::DA | VR::DT | VR::TM)
		&& matches!(dictionary_vr(tag), Some(VR::DA | VR::DT | VR::TM));
	if is_temporal && options.dates != Dates::Remove && !NEVER_SHIFTED.contains(&tag) {
		return Rule::Shift;
	}
	match row.action {
		Action::Remove => Rule::Remove,
		Action::Empty => Rule::Empty,
		Action::Dummy => Rule::Dummy,
		Action::Uid if vr == VR::UI => Rule::Uid,
		Action::UidItems if vr == VR::SQ => Rule::Items,
		Action::Uid | Action::UidItems => Rule::RemoveOpaque,
	}
}

fn is_retained_uid(tag: Tag, action: Action) -> bool {
	match action {
		Action::Uid => !NEVER_RETAINED.contains(&tag),
		Action::UidItems => true,
		_ => RETAINED_WITH_UIDS.contains(&tag),
	}
}

/// The Basic Profile leaves unlisted attributes alone. That is right for numbers and codes; names,
/// dates, addresses and free text go, and UIDs that are no class are remapped.
fn unlisted(tag: Tag, vr: VR) -> Rule {
	let Some(known) = dictionary_vr(tag) else { return Rule::Remove };
	if is_opaque(tag, vr) {
		return Rule::RemoveOpaque;
	}
	match known {
		VR::SQ => Rule::Items,
		VR::UI if CLASS_UIDS.contains(&tag) => Rule::Keep,
		VR::UI => Rule::Uid,
		VR::LT | VR::ST | VR::UC | VR::UR | VR::UT if !CODE_TEXTS.contains(&tag) => Rule::Remove,
		VR::AE | VR::AS | VR::DA | VR::DT | VR::PN | VR::TM | VR::UN => Rule::Remove,
		_ => Rule::Keep,
	}
}

/// VR of the dictionary (PS3.6). Where it depends on other attributes, one of the possible ones.
pub(crate) fn dictionary_vr(tag: Tag) -> Option<VR> {
	StandardDataDictionary.by_tag(tag).map(|entry| match entry.vr() {
		VirtualVr::Exact(vr) => vr,
		VirtualVr::Xs => VR::US,
		_ => VR::OW,
	})
}

/// Whether the file's VR is of another kind than the dictionary's, so that a rule made for the one
/// would not see what is in the other.
fn is_opaque(tag: Tag, vr: VR) -> bool {
	#[derive(PartialEq)]
	enum Kind {
		Bytes,
		Code,
		Items,
		Number,
		NumberText,
		Other(VR),
		Text,
	}
	let kind = |vr| match vr {
		VR::OB | VR::OW | VR::OD | VR::OF | VR::OL | VR::OV => Kind::Bytes,
		VR::CS | VR::LO | VR::SH => Kind::Code,
		VR::SQ => Kind::Items,
		VR::FD | VR::FL | VR::SL | VR::SS | VR::SV | VR::UL | VR::US | VR::UV => Kind::Number,
		VR::DS | VR::IS => Kind::NumberText,
		VR::LT | VR::ST | VR::UC | VR::UT => Kind::Text,
		vr => Kind::Other(vr),
	};
	let depends = matches!(
		StandardDataDictionary.by_tag(tag).map(DataDictionaryEntry::vr),
		Some(VirtualVr::Lt | VirtualVr::Ox | VirtualVr::Px)
	);
	let is_same = match dictionary_vr(tag) {
		// Look-up tables may be words or numbers.
		Some(_) if depends => matches!(kind(vr), Kind::Bytes | Kind::Number),
		Some(known) => kind(known) == kind(vr),
		None => false,
	};
	vr == VR::UN || !is_same
}
