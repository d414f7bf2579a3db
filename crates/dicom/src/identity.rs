// SPDX-License-Identifier: Apache-2.0

//! Which study, series and instance a file belongs to.

use super::{ScanError, Tag};
use serde::{Deserialize, Serialize};

/// Media Storage Directory Storage (PS3.6, annex A).
const DIRECTORY: &str = "1.2.840.10008.1.3.10";

/// A value longer than this is not taken: UIDs have at most 64 characters (PS3.5, section 9.1), and
/// a value that is longer names nothing.
pub(super) const MAX_VALUE: usize = 128;

/// What the top level of a file says about where it belongs.
///
/// Only these elements are ever read. Names, numbers and dates of patients are skipped unread, so
/// that nothing here, nor its `Debug`, can hold them. Values are ASCII without control characters,
/// trimmed of padding; one that is empty, longer than 128 bytes or something else counts as missing.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
	/// Transfer Syntax UID (0002,0010).
	pub transfer_syntax: Option<String>,
	/// SOP Class UID (0008,0016), else Media Storage SOP Class UID (0002,0002).
	pub sop_class: Option<String>,
	/// SOP Instance UID (0008,0018), else Media Storage SOP Instance UID (0002,0003).
	pub sop_instance: Option<String>,
	/// Study Instance UID (0020,000D).
	pub study: Option<String>,
	/// Series Instance UID (0020,000E).
	pub series: Option<String>,
	/// Modality (0008,0060).
	pub modality: Option<String>,
}

impl Identity {
	/// Whether the file is a DICOMDIR, the table of contents of a folder.
	#[must_use]
	pub fn is_directory(&self) -> bool {
		self.sop_class.as_deref() == Some(DIRECTORY)
	}

	/// Takes what the meta information says for what the data set leaves out.
	pub(super) fn or(self, meta: Self) -> Self {
		Self {
			transfer_syntax: self.transfer_syntax.or(meta.transfer_syntax),
			sop_class: self.sop_class.or(meta.sop_class),
			sop_instance: self.sop_instance.or(meta.sop_instance),
			..self
		}
	}

	/// Whether an element is one of those above.
	pub(super) fn wants(tag: Tag) -> bool {
		matches!(
			tag,
			Tag::MEDIA_SOP_CLASS
				| Tag::MEDIA_SOP_INSTANCE
				| Tag::TRANSFER_SYNTAX
				| Tag::SOP_CLASS
				| Tag::SOP_INSTANCE
				| Tag::MODALITY
				| Tag::STUDY | Tag::SERIES
		)
	}

	/// Takes the value of an element whose header is at `at`.
	pub(super) fn take(&mut self, tag: Tag, at: u64, value: &[u8]) -> Result<(), ScanError> {
		let field = match tag {
			Tag::TRANSFER_SYNTAX => &mut self.transfer_syntax,
			Tag::MEDIA_SOP_CLASS | Tag::SOP_CLASS => &mut self.sop_class,
			Tag::MEDIA_SOP_INSTANCE | Tag::SOP_INSTANCE => &mut self.sop_instance,
			Tag::STUDY => &mut self.study,
			Tag::SERIES => &mut self.series,
			Tag::MODALITY => &mut self.modality,
			_ => return Ok(()),
		};
		let value = text(value);
		if field.is_some() && *field != value {
			return Err(ScanError::Contradicting { tag, at });
		}
		*field = value;
		Ok(())
	}
}

fn text(value: &[u8]) -> Option<String> {
	let value = str::from_utf8(value).ok()?.trim_matches(['\0', ' ']);
	let printable = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
	(printable && !value.is_empty()).then(|| value.to_owned())
}
