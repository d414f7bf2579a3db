// SPDX-License-Identifier: Apache-2.0

//! Finds what was taken out of one attribute in the text of another that stays.
//!
//! Table E.1-1 goes by attribute, but scanners copy: a series description returns as position
//! reference, a name in a code's meaning.

use super::{
	Options,
	keyed::trim,
	not_copied::text,
	rule::{Rule, rule},
};
use dicom_core::{Tag, VR, header::Header};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use std::collections::BTreeSet;

/// Shortest part of a name that is looked for, in bytes; shorter ones are in any text.
const SHORTEST_NAME: usize = 4;
/// Shortest other text.
const SHORTEST_TEXT: usize = 6;
/// Coding schemes whose meanings are public.
const PUBLIC_SCHEMES: [&str; 10] =
	["DCM", "FMA", "LN", "MDC", "NCIt", "RADLEX", "SCT", "SNM3", "SRT", "UCUM"];

/// Text that the rules take out of a file.
#[derive(Default)]
pub(crate) struct Taken {
	names: BTreeSet<String>,
	texts: BTreeSet<String>,
}

impl Taken {
	pub(crate) fn of(root: &InMemDicomObject, options: &Options) -> Self {
		let mut taken = Self::default();
		taken.collect(root, options);
		taken
	}

	fn collect(&mut self, data_set: &InMemDicomObject, options: &Options) {
		for element in data_set {
			let (tag, vr) = (element.tag(), element.vr());
			let rule = rule(tag, vr, options);
			let goes = matches!(rule, Rule::Remove | Rule::Empty | Rule::Dummy | Rule::Uid);
			for item in element.items().into_iter().flatten() {
				self.collect(item, options);
			}
			if !goes {
				continue;
			}
			let Ok(values) = element.to_multi_str() else { continue };
			for value in values.iter().flat_map(|value| value.split('\\')) {
				self.add(tag, vr, &trim(value).to_lowercase());
			}
		}
	}

	fn add(&mut self, tag: Tag, vr: VR, value: &str) {
		let is_patient = tag.group() == 0x0010 && matches!(vr, VR::LO | VR::SH);
		if vr == VR::PN || is_patient || tag == tags::ACCESSION_NUMBER {
			let parts = value.split(|c: char| c.is_whitespace() || "^=,".contains(c));
			self.names
				.extend(parts.filter(|part| part.len() >= SHORTEST_NAME).map(ToOwned::to_owned));
		}
		let value = match vr {
			VR::DT => value.get(..8).unwrap_or_default(),
			VR::AE
			| VR::DA
			| VR::LO
			| VR::LT
			| VR::PN
			| VR::SH
			| VR::ST
			| VR::UC
			| VR::UI
			| VR::UT => value,
			_ => return,
		};
		if value.len() >= SHORTEST_TEXT && !value.starts_with("1.2.840.10008.") {
			self.texts.insert(value.to_owned());
		}
	}

	/// Whether text that stays, of an attribute in this data set, holds something taken out.
	/// Codes (`CS`) are terms of the standard and count only if they are a name.
	pub(crate) fn is_in(&self, tag: Tag, vr: VR, value: &str, scheme: &str) -> bool {
		let value = value.to_lowercase();
		match vr {
			VR::CS if tag.group() != 0x0028 && tag != tags::SPECIFIC_CHARACTER_SET => {
				value.split('\\').any(|value| self.names.contains(trim(value)))
			}
			VR::LO | VR::SH => {
				let is_code = [tags::CODE_VALUE, tags::CODE_MEANING].contains(&tag);
				if is_code && PUBLIC_SCHEMES.contains(&scheme) {
					// Public terms have common words in them, so only a whole word counts.
					let mut words = value.split(|c: char| !c.is_alphanumeric());
					return tag == tags::CODE_MEANING
						&& words.any(|word| self.names.contains(word));
				}
				self.names.iter().chain(&self.texts).any(|taken| value.contains(taken))
			}
			_ => false,
		}
	}
}

/// The coding scheme of a data set that is a code.
pub(crate) fn scheme(data_set: &InMemDicomObject) -> String {
	text(data_set, tags::CODING_SCHEME_DESIGNATOR)
}
