// SPDX-License-Identifier: Apache-2.0

//! What the key decides: new UIDs, subject identifiers and date shifts.

use chrono::{Days, NaiveDate};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// UIDs that the standard itself defines, and which therefore identify nobody.
const STANDARD_ROOT: &str = "1.2.840.10008.";
/// Dates move back by 1 to this many days.
const LARGEST_SHIFT: u64 = 3650;

/// The key of a research copy. Whoever has it can tell which original a copy belongs to.
pub(crate) struct Keyed(Zeroizing<[u8; 32]>);

impl fmt::Debug for Keyed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("Keyed(..)")
	}
}

impl Keyed {
	pub(crate) fn new(key: [u8; 32]) -> Self {
		Self(Zeroizing::new(key))
	}

	/// `2.25.` and the first 128 bits of HMAC-SHA256(key, UID) as a big-endian integer (PS3.5 B.2).
	/// UIDs of the standard and empty ones stay.
	pub(crate) fn uid(&self, uid: &str) -> String {
		let uid = trim(uid);
		if uid.is_empty() || is_standard(uid) {
			return uid.to_owned();
		}
		format!("2.25.{}", self.number(&[uid.as_bytes()]))
	}

	/// An identifier for a patient, 16 characters; the same for the same patient and issuer.
	/// A label that no UID can start with keeps it apart from [`Self::uid`].
	pub(crate) fn subject(&self, issuer: &str, patient: &str) -> String {
		let parts = [b"subject\0", trim(issuer).as_bytes(), b"\0", trim(patient).as_bytes()];
		format!("S{:015X}", self.number(&parts) >> 68)
	}

	/// By how many days the dates of `scope` (a study or a patient) move back: 1 to 3650.
	pub(crate) fn shift(&self, scope: &str) -> Days {
		let number = self.number(&[b"date shift\0", trim(scope).as_bytes()]);
		let days = number.checked_rem(u128::from(LARGEST_SHIFT)).map(u64::try_from);
		Days::new(days.and_then(Result::ok).unwrap_or_default().saturating_add(1))
	}

	fn number(&self, parts: &[&[u8]]) -> u128 {
		let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice())
			.expect("HMAC takes keys of any length");
		parts.iter().for_each(|part| mac.update(part));
		let hash = mac.finalize().into_bytes();
		hash.iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte))
	}
}

/// Whether the UID is one of the standard's own. It must be a UID: after the root a hostile file
/// could have a name, or a path.
fn is_standard(uid: &str) -> bool {
	uid.strip_prefix(STANDARD_ROOT).is_some_and(|rest| {
		rest.len() <= 24 && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
	})
}

/// Without the padding of PS3.5, section 6.2.
pub(crate) fn trim(text: &str) -> &str {
	text.trim_matches(|c: char| c == '\0' || c.is_whitespace())
}

/// A date (`YYYYMMDD`, also `YYYY.MM.DD` of ACR-NEMA) moved back; nothing if it is not one.
pub(crate) fn shift_date(date: &str, by: Days) -> Option<String> {
	let digits = trim(date).replace('.', "");
	if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
		return None;
	}
	let date = NaiveDate::parse_from_str(&digits, "%Y%m%d").ok()?;
	Some(date.checked_sub_days(by)?.format("%Y%m%d").to_string())
}

/// A date and time (VR `DT`) whose date is moved back. Precision below a day is kept; a value less
/// precise than a day cannot be shifted.
pub(crate) fn shift_date_time(value: &str, by: Days) -> Option<String> {
	let (date, rest) = trim(value).split_at_checked(8)?;
	if !rest.bytes().all(|byte| byte.is_ascii_digit() || b".+-".contains(&byte)) {
		return None;
	}
	Some(shift_date(date, by)? + rest)
}

/// A time of day that is really one.
pub(crate) fn time(value: &str) -> Option<String> {
	let value = trim(value);
	let is_time = value.bytes().all(|byte| byte.is_ascii_digit() || b".:".contains(&byte));
	is_time.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_match_independent_vector_when_uid_is_remapped() {
		// python3: int.from_bytes(hmac.new(bytes([7]*32), b"1.2.3", "sha256").digest()[:16], "big")
		assert_eq!(
			Keyed::new([7; 32]).uid("1.2.3\0"),
			"2.25.153836008634119388434028482358183704447"
		);
	}

	#[test]
	fn should_keep_standard_and_empty_uids_when_remapping() {
		let keyed = Keyed::new([7; 32]);
		assert_eq!(keyed.uid("1.2.840.10008.1.2.1"), "1.2.840.10008.1.2.1");
		assert_eq!(keyed.uid(" "), "");
		assert!(keyed.uid("1.2.840.10008.Doe").starts_with("2.25."));
		assert!(keyed.uid("1.2.840.10008./../x").starts_with("2.25."));
		assert_ne!(keyed.uid("1.2.840.100081.5"), "1.2.840.100081.5");
	}

	#[test]
	fn should_differ_when_key_differs() {
		let (one, other) = (Keyed::new([1; 32]), Keyed::new([2; 32]));
		assert_ne!(one.uid("1.2.3"), other.uid("1.2.3"));
		assert_ne!(one.subject("", "1"), other.subject("", "1"));
		assert_eq!(one.subject("", "1 "), one.subject("", "1"));
		assert_ne!(one.subject("A", "1"), one.subject("B", "1"));
		assert_eq!(one.subject("", "1").len(), 16);
		assert_eq!(format!("{one:?}"), "Keyed(..)");
	}

	#[test]
	fn should_move_back_over_month_ends_when_shifting() {
		assert_eq!(shift_date("20240301", Days::new(1)).as_deref(), Some("20240229"));
		assert_eq!(shift_date("2024.03.01", Days::new(1)).as_deref(), Some("20240229"));
		assert_eq!(
			shift_date_time("20240101235959.5+0100", Days::new(1)).as_deref(),
			Some("20231231235959.5+0100")
		);
		for bad in ["", "2024", "20241301", "Doe^John", "202é0301"] {
			assert_eq!(shift_date(bad, Days::new(1)), None);
		}
		assert_eq!(shift_date_time("20240101Doe", Days::new(1)), None);
		assert_eq!(time("Doe"), None);
	}
}
