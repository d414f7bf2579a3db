// SPDX-License-Identifier: Apache-2.0

//! Words that people use for what the chain knows by numbers.

use super::error::CliError;
use contour_chain::hash_of;
use contour_primitives::{
	Action, Code, Hash, Modality, Moment, Purpose, Purposes, Role, Roles, Specialties, Specialty,
};
use contour_scoring::{Method, Ppm};
use std::{
	fmt::Debug,
	path::PathBuf,
	str::FromStr,
	time::{Duration, SystemTime},
};

const ACTIONS: [Action; 8] = [
	Action::RegisterStudy,
	Action::AccessStudy,
	Action::EmergencyAccess,
	Action::OpenTask,
	Action::SubmitReading,
	Action::VoteOnPanel,
	Action::ReportScores,
	Action::SubmitResult,
];
const MODALITIES: [Modality; 12] = [
	Modality::Other,
	Modality::Ct,
	Modality::Mr,
	Modality::Pt,
	Modality::Nm,
	Modality::Mg,
	Modality::Us,
	Modality::Dx,
	Modality::Cr,
	Modality::Xa,
	Modality::Rf,
	Modality::Sm,
];

/// One of several by its name; case and hyphens do not matter.
fn named<T: Debug>(all: impl Iterator<Item = T>, text: &str) -> Result<T, String> {
	let plain = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
	let mut names = Vec::new();
	for one in all {
		let name = format!("{one:?}");
		if plain(&name) == plain(text) {
			return Ok(one);
		}
		names.push(hyphenated(&name));
	}
	Err(format!("one of {}", names.join(", ")))
}

/// `DataScientist` as `data-scientist`.
pub(crate) fn hyphenated(name: &str) -> String {
	let mut text = String::new();
	for letter in name.chars() {
		if letter.is_ascii_uppercase() && !text.is_empty() {
			text.push('-');
		}
		text.push(letter.to_ascii_lowercase());
	}
	text
}

pub(crate) fn role(text: &str) -> Result<Role, String> {
	named(Roles::all().iter(), text)
}

pub(crate) fn specialty(text: &str) -> Result<Specialty, String> {
	named(Specialties::all().iter(), text)
}

pub(crate) fn action(text: &str) -> Result<Action, String> {
	named(ACTIONS.into_iter(), text)
}

pub(crate) fn modality(text: &str) -> Result<Modality, String> {
	named(MODALITIES.into_iter(), text)
}

/// A modality by DICOM's code for it.
pub(crate) fn code(modality: Modality) -> String {
	format!("{modality:?}").to_uppercase()
}

/// A purpose by the name that GA4GH DUO has for it.
pub(crate) fn purpose(text: &str) -> Result<Purpose, String> {
	contour_chain::purpose(text).ok_or_else(|| "care, gru, hmb, ds or poa".into())
}

/// The same, as it is written.
pub(crate) const fn short(purpose: Purpose) -> &'static str {
	match purpose {
		Purpose::ClinicalCare => "care",
		Purpose::GeneralResearch => "gru",
		Purpose::HealthResearch => "hmb",
		Purpose::DiseaseResearch => "ds",
		Purpose::AncestryResearch => "poa",
	}
}

/// Names in a row, or a word for none.
pub(crate) fn row(names: impl Iterator<Item = String>) -> String {
	let names: Vec<_> = names.collect();
	if names.is_empty() { "nothing".into() } else { names.join(", ") }
}

/// Purposes in a row.
pub(crate) fn purposes(purposes: Purposes) -> String {
	row(purposes.iter().map(|it| short(it).to_owned()))
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

/// A structure: the coding scheme and the code, like `SCT:4147007`.
pub(crate) fn structure(text: &str) -> Result<Code, String> {
	let wrong = || "a coding scheme and a code, like SCT:4147007 (a mass)".to_owned();
	let (scheme, value) = text.split_once(':').ok_or_else(wrong)?;
	let part = |part: &str| {
		let plain = !part.is_empty() && part.bytes().all(|it| it.is_ascii_graphic());
		part.as_bytes().to_vec().try_into().ok().filter(|_| plain).ok_or_else(wrong)
	};
	Ok(Code { scheme: part(scheme)?, value: part(value)? })
}

/// How a consensus is made.
pub(crate) fn method(text: &str) -> Result<Method, String> {
	named([Method::Majority, Method::Simple, Method::Staple].into_iter(), text)
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

	#[test]
	fn should_find_the_role_when_it_is_written_in_any_usual_way() {
		for text in ["data-scientist", "DataScientist", "datascientist", "data_scientist"] {
			assert_eq!(role(text), Ok(Role::DataScientist), "{text}");
		}
		let error = role("surgeon").expect_err("there is no such role");
		assert!(error.contains("radiologist") && error.contains("data-scientist"), "{error}");
		assert_eq!(specialty("nuclear-medicine"), Ok(Specialty::NuclearMedicine));
		assert_eq!(action("access-study"), Ok(Action::AccessStudy));
		assert_eq!(modality("mr"), Ok(Modality::Mr));
	}

	#[test]
	fn should_be_the_same_purpose_when_written_and_read_again() {
		for one in Purposes::all().iter() {
			assert_eq!(purpose(short(one)), Ok(one));
		}
		assert_eq!(purposes(Purposes::empty()), "nothing");
		assert!(purpose("research").is_err());
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
	fn should_be_a_structure_when_scheme_and_code_are_there() {
		let mass = structure("SCT:4147007").expect("it is one");
		assert_eq!(mass.to_string(), "SCT:4147007");
		for text in ["", "SCT", "SCT:", ":4147007", "SCT:4147 007", "SCT:12345678901234567"] {
			assert!(structure(text).is_err(), "{text}");
		}
	}

	#[test]
	fn should_be_in_units_that_people_use_when_a_score_is_told() {
		assert_eq!(percent(Ppm::from_parts(973_128)), "97.31 %");
		assert_eq!(percent(Ppm::ONE), "100.00 %");
		assert_eq!(millimetres(1_414), "1.414 mm");
		assert_eq!(millimetres(50), "0.050 mm");
		assert_eq!(method("STAPLE"), Ok(Method::Staple));
		assert!(method("mean").is_err());
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
