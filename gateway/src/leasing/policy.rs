// SPDX-License-Identifier: Apache-2.0

//! What a custodian has decided beforehand.
//!
//! A policy is a TOML file:
//!
//! ```toml
//! institution = 0            # whose studies
//! emergencies = true         # give keys to clinicians who opened an emergency; default
//!
//! [[rule]]                   # the first rule that fits a request decides about it
//! decide = "grant"           # or "decline", or "ask" a person, as when no rule fits
//! purposes = ["care"]        # what is not named fits everything
//! institutions = [0, 1]      # under whose credential they ask
//! grantees = ["5F…"]
//! modalities = ["CT", "MR"]
//! longest = "30days"         # grants no longer than this
//! ```

use contour_primitives::{AccountId, InstitutionId, Modality, Moment, Purpose};
use serde::Deserialize;
use std::{
	fs, io,
	path::{Path, PathBuf},
	str::FromStr,
	time::Duration,
};

/// A policy file is not one.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
	/// It cannot be read.
	#[error("cannot read the policy {}: {source}", .path.display())]
	Unreadable {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// It says what a policy does not say.
	#[error("the policy is not valid: {0}")]
	Invalid(#[from] toml::de::Error),
}

/// What a custodian has decided beforehand.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
	/// Whose studies.
	institution: u32,
	/// Whether whoever opened an emergency gets the key at once.
	#[serde(default = "yes")]
	pub emergencies: bool,
	#[serde(default, rename = "rule")]
	rules: Vec<Rule>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Rule {
	decide: Verb,
	purposes: Option<Vec<Text<Purpose>>>,
	institutions: Option<Vec<u32>>,
	grantees: Option<Vec<AccountId>>,
	modalities: Option<Vec<Text<Modality>>>,
	longest: Option<Text<Duration>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Verb {
	Grant,
	Decline,
	Ask,
}

/// What is decided about a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Response {
	/// It is granted.
	Grant {
		/// No longer than this, in milliseconds.
		longest: Option<Moment>,
	},
	/// It is declined.
	Decline,
	/// A person decides.
	Ask,
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Request {
	/// Who.
	pub grantee: AccountId,
	/// Under the credential of which institution.
	pub institution: InstitutionId,
	/// For what.
	pub purpose: Purpose,
	/// What made the images.
	pub modality: Modality,
}

impl Policy {
	/// Reads a policy file.
	///
	/// # Errors
	///
	/// [`PolicyError`].
	pub fn read(path: &Path) -> Result<Self, PolicyError> {
		let unreadable = |source| PolicyError::Unreadable { path: path.into(), source };
		fs::read_to_string(path).map_err(unreadable)?.parse()
	}

	/// Whose studies it is about.
	pub fn institution(&self) -> InstitutionId {
		InstitutionId(self.institution)
	}

	/// What it says about a request.
	pub fn decide(&self, request: &Request) -> Response {
		let rule = self.rules.iter().find(|rule| rule.fits(request));
		match rule.map(|rule| (rule.decide, &rule.longest)) {
			Some((Verb::Grant, longest)) => Response::Grant {
				longest: longest
					.as_ref()
					.map(|it| Moment::try_from(it.0.as_millis()).unwrap_or(Moment::MAX)),
			},
			Some((Verb::Decline, _)) => Response::Decline,
			Some((Verb::Ask, _)) | None => Response::Ask,
		}
	}
}

impl Rule {
	fn fits(&self, request: &Request) -> bool {
		fits(&self.purposes, |it| it.0 == request.purpose)
			&& fits(&self.institutions, |it| *it == request.institution.0)
			&& fits(&self.grantees, |it| *it == request.grantee)
			&& fits(&self.modalities, |it| it.0 == request.modality)
	}
}

fn fits<T>(named: &Option<Vec<T>>, fits: impl FnMut(&T) -> bool) -> bool {
	named.as_ref().is_none_or(|named| named.iter().any(fits))
}

impl FromStr for Policy {
	type Err = PolicyError;

	fn from_str(text: &str) -> Result<Self, PolicyError> {
		Ok(toml::from_str(text)?)
	}
}

fn yes() -> bool {
	true
}

/// Something that people write as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
#[serde(bound(deserialize = "Self: TryFrom<String, Error = String>"))]
struct Text<T>(T);

impl TryFrom<String> for Text<Purpose> {
	type Error = String;

	fn try_from(text: String) -> Result<Self, String> {
		let purpose = text.parse::<Purpose>();
		purpose.map(Self).map_err(|error| format!("{text} is no purpose: {error}"))
	}
}

impl TryFrom<String> for Text<Modality> {
	type Error = String;

	fn try_from(text: String) -> Result<Self, String> {
		let modality = text.parse::<Modality>();
		modality.map(Self).map_err(|error| format!("{text} is no modality: {error}"))
	}
}

impl TryFrom<String> for Text<Duration> {
	type Error = String;

	fn try_from(text: String) -> Result<Self, String> {
		humantime::parse_duration(&text).map(Self).map_err(|error| format!("{text}: {error}"))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn request(institution: u32, purpose: Purpose, modality: Modality) -> Request {
		let grantee = AccountId::new([7; 32]);
		Request { grantee, institution: InstitutionId(institution), purpose, modality }
	}

	#[test]
	fn should_decide_by_the_first_rule_that_fits() {
		let named = AccountId::new([7; 32]);
		let policy: Policy = format!(
			r#"
			institution = 3
			[[rule]]
			decide = "decline"
			institutions = [9]
			[[rule]]
			decide = "grant"
			purposes = ["care", "hmb"]
			modalities = ["MR"]
			longest = "2days"
			[[rule]]
			decide = "grant"
			grantees = ["{named}"]
			purposes = ["ds"]
			"#
		)
		.parse()
		.expect("it is a policy");
		assert_eq!((policy.institution(), policy.emergencies), (InstitutionId(3), true));
		let decide = |institution, purpose, modality| {
			policy.decide(&request(institution, purpose, modality))
		};
		let two_days = Response::Grant { longest: Some(172_800_000) };
		assert_eq!(decide(9, Purpose::ClinicalCare, Modality::Mr), Response::Decline);
		assert_eq!(decide(1, Purpose::ClinicalCare, Modality::Mr), two_days);
		assert_eq!(decide(1, Purpose::HealthResearch, Modality::Mr), two_days);
		assert_eq!(decide(1, Purpose::ClinicalCare, Modality::Ct), Response::Ask);
		let forever = Response::Grant { longest: None };
		assert_eq!(decide(1, Purpose::DiseaseResearch, Modality::Ct), forever);
		let mut other = request(1, Purpose::DiseaseResearch, Modality::Ct);
		other.grantee = AccountId::new([8; 32]);
		assert_eq!(policy.decide(&other), Response::Ask);
	}

	#[test]
	fn should_leave_everything_to_people_when_there_is_no_rule() {
		let policy: Policy = "institution = 0\nemergencies = false".parse().expect("it is one");
		assert!(!policy.emergencies);
		let asked = request(0, Purpose::ClinicalCare, Modality::Mr);
		assert_eq!(policy.decide(&asked), Response::Ask);
	}

	#[test]
	fn should_say_where_it_is_wrong_when_a_policy_is_misspelt() {
		for (text, told) in [
			("emergencies = true", "missing field `institution`"),
			("institution = 0\nrules = []", "unknown field `rules`"),
			("institution = 0\n[[rule]]\ndecide = \"allow\"", "unknown variant `allow`"),
			(
				"institution = 0\n[[rule]]\ndecide = \"ask\"\npurposes = [\"fun\"]",
				"fun is no purpose",
			),
			(
				"institution = 0\n[[rule]]\ndecide = \"ask\"\nmodalities = [\"MRI\"]",
				"MRI is no modality",
			),
			("institution = 0\n[[rule]]\ndecide = \"ask\"\nlongest = \"long\"", "long: "),
		] {
			let error = text.parse::<Policy>().expect_err(text).to_string();
			assert!(error.contains(told), "{error}");
		}
	}
}
