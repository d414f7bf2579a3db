// SPDX-License-Identifier: Apache-2.0

//! Table E.1-1 of DICOM PS3.15, edition [`EDITION`], from `profile.csv`.
//!
//! ```
//! use contour_deidentify::table::{Action, is_pattern, row};
//! use dicom_core::Tag;
//! use dicom_dictionary_std::tags;
//!
//! assert_eq!(row(tags::PATIENT_NAME).map(|row| row.action), Some(Action::Empty));
//! assert_eq!(row(tags::ROWS), None);
//! assert!(is_pattern(Tag(0x0009, 0x1001)), "it is private");
//! ```

use dicom_core::Tag;
use std::{collections::HashMap, sync::LazyLock};

/// Edition of the standard that `profile.csv` comes from.
pub const EDITION: &str = "2026c";

/// Action code of the Basic Profile. Compound codes are for an attribute whose type depends on the
/// information object; this crate takes the last one, which keeps the object conformant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
	/// `D`, `Z/D`, `X/D` and `X/Z/D`: a dummy value.
	Dummy,
	/// `Z` and `X/Z`: no value.
	Empty,
	/// `X`: removed.
	Remove,
	/// `U`: a new UID, the same one for the same old one.
	Uid,
	/// `X/Z/U*`: a sequence whose UIDs get new ones.
	UidItems,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Row {
	/// What the Basic Profile does.
	pub action: Action,
	/// Retain Patient Characteristics (113108) keeps it.
	pub patient: bool,
	/// Retain Device Identity (113109) keeps it.
	pub device: bool,
}

static ROWS: LazyLock<HashMap<Tag, Row>> = LazyLock::new(|| rows(include_str!("profile.csv")));

/// The row of an attribute, if the table has one. Curves, overlays and private attributes are
/// answered by [`is_pattern`].
pub fn row(tag: Tag) -> Option<Row> {
	ROWS.get(&tag).copied()
}

/// Every attribute that has a row of its own, in the order of tags.
pub fn tags() -> Vec<Tag> {
	let mut tags: Vec<Tag> = ROWS.keys().copied().collect();
	tags.sort_unstable();
	tags
}

/// Whether the attribute falls under a pattern of the table: curves `(50xx,xxxx)`, overlays
/// `(60xx,3000)` and `(60xx,4000)`, private attributes (odd group). Of overlays the whole group
/// counts, since rows and labels of an overlay without data mean nothing. The patterns remove.
pub fn is_pattern(tag: Tag) -> bool {
	!tag.group().is_multiple_of(2) || matches!(tag.group() & 0xFF00, 0x5000 | 0x6000)
}

fn rows(csv: &str) -> HashMap<Tag, Row> {
	csv.lines()
		.filter(|line| !line.starts_with('#'))
		.filter_map(|line| {
			let mut fields = line.split(',');
			let mut hex = || u16::from_str_radix(fields.next()?, 16).ok();
			let tag = Tag(hex()?, hex()?);
			let action = match fields.next()? {
				"D" | "Z/D" | "X/D" | "X/Z/D" => Action::Dummy,
				"Z" | "X/Z" => Action::Empty,
				"U" => Action::Uid,
				"X/Z/U*" => Action::UidItems,
				// Only "X" is left; a code from a later edition is treated like it, which is safe.
				_ => Action::Remove,
			};
			let mut keeps = || fields.next() == Some("K");
			Some((tag, Row { action, patient: keeps(), device: keeps() }))
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_read_every_row_when_table_is_compiled_in() {
		let lines: Vec<_> = include_str!("profile.csv").lines().collect();
		let written = lines.iter().filter(|line| !line.starts_with('#')).count();
		let patterns = lines.iter().filter(|line| line.contains("xx,") || line.starts_with("odd"));
		assert_eq!(patterns.count(), 4);
		assert_eq!(tags().len(), written - 4);
		assert_eq!(tags().len(), 652);
	}

	#[test]
	fn should_know_codes_when_asked_for_attributes() {
		let action = |group, element| row(Tag(group, element)).map(|row| row.action);
		assert_eq!(action(0x0010, 0x0010), Some(Action::Empty));
		assert_eq!(action(0x0010, 0x0020), Some(Action::Dummy));
		assert_eq!(action(0x0008, 0x0018), Some(Action::Uid));
		assert_eq!(action(0x0008, 0x1140), Some(Action::UidItems));
		assert_eq!(action(0x0010, 0x4000), Some(Action::Remove));
		assert_eq!(action(0x0028, 0x0010), None);
		assert!(row(Tag(0x0010, 0x1030)).is_some_and(|row| row.patient && !row.device));
		assert!(row(Tag(0x0018, 0x1000)).is_some_and(|row| row.device && !row.patient));
		for pattern in [Tag(0x5002, 0x3000), Tag(0x60FE, 0x4000), Tag(0x0009, 0x0010)] {
			assert!(is_pattern(pattern), "{pattern}");
		}
		assert!(!is_pattern(Tag(0x5400, 0x0100)));
	}
}
