// SPDX-License-Identifier: Apache-2.0

//! How people write what the chain knows by numbers.

use super::error::CliError;
use contour_chain::hash_of;
use contour_primitives::{Hash, Moment, Purposes};
use contour_scoring::Ppm;
use std::{
	path::PathBuf,
	str::FromStr,
	time::{Duration, SystemTime},
};

/// Names in a row, or a word for none.
pub(crate) fn row(names: impl Iterator<Item = String>) -> String {
	let names: Vec<_> = names.collect();
	if names.is_empty() { "nothing".into() } else { names.join(", ") }
}

/// Purposes in a row.
pub(crate) fn purposes(purposes: Purposes) -> String {
	row(purposes.iter().map(|it| it.to_string()))
}

/// A moment: a time from now (`365days`), or a date (`2027-01-31`), which begins at midnight UTC.
pub(crate) fn moment(text: &str) -> Result<Moment, String> {
	if let Ok(duration) = humantime::parse_duration(text) {
		return Ok(now().saturating_add(millis(duration)));
	}
	let midnight = format!("{text} 00:00:00");
	humantime::parse_rfc3339_weak(text)
		.or_else(|_| humantime::parse_rfc3339_weak(&midnight))
		.ok()
		.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok())
		.map(millis)
		.ok_or_else(|| "a time from now, like 365days, or a date, like 2027-01-31".into())
}

/// A moment as people read it.
pub(crate) fn when(moment: Moment) -> String {
	let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(moment));
	time.map_or_else(
		|| moment.to_string(),
		|time| humantime::format_rfc3339_seconds(time).to_string(),
	)
}

pub(crate) fn millis(duration: Duration) -> Moment {
	Moment::try_from(duration.as_millis()).unwrap_or(Moment::MAX)
}

pub(crate) fn now() -> Moment {
	millis(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

/// Time until then, without seconds if it is long.
pub(crate) fn left(until: Moment) -> String {
	let seconds = until.saturating_sub(now()) / 1_000;
	let seconds = if seconds >= 600 { seconds / 60 * 60 } else { seconds };
	match seconds {
		0 => "time is over".into(),
		seconds => {
			format!("{} left", humantime::format_duration(Duration::from_secs(seconds)))
		}
	}
}

/// Readings by their numbers in a row.
pub(crate) fn numbers(set: &[u8]) -> String {
	row(set.iter().map(ToString::to_string))
}

/// A fraction as a percentage with two decimals, rounded down.
pub(crate) fn percent(fraction: Ppm) -> String {
	let hundredths = fraction.parts() / 100;
	format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// Micrometres as millimetres.
pub(crate) fn millimetres(micrometres: u32) -> String {
	format!("{}.{:03} mm", micrometres / 1_000, micrometres % 1_000)
}

/// A document by its hash, or the file that has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Document {
	Hash(Hash),
	File(PathBuf),
}

impl Document {
	/// The chain's hash of it.
	pub(crate) fn hash(&self) -> Result<Hash, CliError> {
		match self {
			Self::Hash(hash) => Ok(*hash),
			Self::File(path) => Ok(hash_of(&read(path)?)),
		}
	}
}

impl FromStr for Document {
	type Err = std::convert::Infallible;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let hash = text.strip_prefix("0x").and_then(|_| text.parse().ok());
		Ok(hash.map_or_else(|| Self::File(text.into()), Self::Hash))
	}
}

/// The bytes of a file that somebody named.
pub(crate) fn read(path: &std::path::Path) -> Result<Vec<u8>, CliError> {
	std::fs::read(path).map_err(|source| CliError::File { path: path.into(), source })
}

#[cfg(test)]
mod tests {
	use super::*;
	use contour_primitives::Purpose;

	#[test]
	fn should_be_in_a_row_when_purposes_are_shown() {
		let care = Purposes::from(Purpose::ClinicalCare);
		assert_eq!(purposes(care | Purpose::DiseaseResearch.into()), "care, ds");
		assert_eq!(purposes(Purposes::empty()), "nothing");
	}

	#[test]
	fn should_be_a_moment_when_it_is_a_duration_or_a_date() {
		assert_eq!(moment("1970-01-02"), Ok(contour_primitives::DAY));
		assert_eq!(moment("1970-01-01T00:00:01Z"), Ok(1_000));
		assert!(moment("2days").is_ok_and(|it| it > now()));
		assert_eq!(when(1_000), "1970-01-01T00:00:01Z");
		for text in ["", "tomorrow", "1969-12-31", "2027-13-01"] {
			assert!(moment(text).is_err(), "{text}");
		}
	}

	#[test]
	fn should_be_in_units_that_people_use_when_a_score_is_told() {
		assert_eq!(percent(Ppm::from_parts(973_128)), "97.31 %");
		assert_eq!(percent(Ppm::ONE), "100.00 %");
		assert_eq!(millimetres(1_414), "1.414 mm");
		assert_eq!(millimetres(50), "0.050 mm");
		assert_eq!(left(0), "time is over");
		assert_eq!(left(now() + 2 * contour_primitives::DAY + 90_000), "2days 1m left");
	}

	#[test]
	fn should_tell_a_hash_from_a_file_when_a_document_is_named() {
		let hash = Hash::repeat_byte(7);
		assert_eq!(format!("{hash:?}").parse(), Ok(Document::Hash(hash)));
		assert_eq!("consent.pdf".parse(), Ok(Document::File("consent.pdf".into())));
	}
}
