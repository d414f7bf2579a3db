// SPDX-License-Identifier: Apache-2.0

//! Words on the command line and in JSON: people type them, and programs read them. A changed word
//! here is a changed interface.

use contour_primitives::{
	Action, Code, KeySuite, Modality, NotACode, Purpose, Refusal, Role, Specialty,
};
use core::{fmt, str::FromStr};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{from_value, json};

/// Checks each one's word and its form in JSON, and that both are read again.
fn keep<T, const N: usize>(all: [T; N], words: [(&str, &str); N])
where
	T: Copy + DeserializeOwned + fmt::Debug + fmt::Display + FromStr + PartialEq + Serialize,
	T::Err: fmt::Debug + PartialEq,
{
	for (one, (word, in_json)) in all.into_iter().zip(words) {
		assert_eq!(one.to_string(), word);
		for text in [word, &word.to_lowercase(), &word.to_uppercase(), &word.replace('-', "_")] {
			assert_eq!(text.parse::<T>(), Ok(one), "{text}");
		}
		assert_eq!(json!(one), in_json);
		assert_eq!(from_value::<T>(json!(in_json)).expect("it was just written"), one);
	}
}

/// The same where both are the same.
fn keep_same<T, const N: usize>(all: [T; N], words: [&str; N])
where
	T: Copy + DeserializeOwned + fmt::Debug + fmt::Display + FromStr + PartialEq + Serialize,
	T::Err: fmt::Debug + PartialEq,
{
	keep(all, words.map(|word| (word, word)));
}

#[test]
fn should_keep_the_words_of_actions_when_written_and_read() {
	keep(
		Action::ALL,
		[
			("register-study", "registerStudy"),
			("access-study", "accessStudy"),
			("emergency-access", "emergencyAccess"),
			("open-task", "openTask"),
			("submit-reading", "submitReading"),
			("vote-on-panel", "voteOnPanel"),
			("report-scores", "reportScores"),
			("submit-result", "submitResult"),
		],
	);
}

#[test]
fn should_keep_the_words_of_modalities_when_written_and_read() {
	let words = ["OTHER", "CT", "MR", "PT", "NM", "MG", "US", "DX", "CR", "XA", "RF", "SM"];
	keep_same(Modality::ALL, words);
	for (modality, term) in Modality::ALL.into_iter().zip(words) {
		assert_eq!(Modality::from_dicom(Some(term)), modality);
	}
	for term in [None, Some("ct"), Some("SEG"), Some("")] {
		assert_eq!(Modality::from_dicom(term), Modality::Other);
	}
}

#[test]
fn should_keep_the_words_of_purposes_when_written_and_read() {
	keep(
		Purpose::ALL,
		[
			("care", "clinicalCare"),
			("gru", "generalResearch"),
			("hmb", "healthResearch"),
			("ds", "diseaseResearch"),
			("poa", "ancestryResearch"),
		],
	);
}

#[test]
fn should_keep_the_words_of_roles_when_written_and_read() {
	keep(
		Role::ALL,
		[
			("radiologist", "radiologist"),
			("oncologist", "oncologist"),
			("clinician", "clinician"),
			("data-scientist", "dataScientist"),
			("custodian", "custodian"),
			("scorer", "scorer"),
			("machine", "machine"),
		],
	);
}

#[test]
fn should_keep_the_words_of_specialties_when_written_and_read() {
	keep(
		Specialty::ALL,
		[
			("neuroradiology", "neuroradiology"),
			("thoracic", "thoracic"),
			("breast", "breast"),
			("abdominal", "abdominal"),
			("genitourinary", "genitourinary"),
			("musculoskeletal", "musculoskeletal"),
			("cardiovascular", "cardiovascular"),
			("paediatric", "paediatric"),
			("nuclear-medicine", "nuclearMedicine"),
			("interventional", "interventional"),
			("radiation-oncology", "radiationOncology"),
			("medical-oncology", "medicalOncology"),
			("surgical-oncology", "surgicalOncology"),
			("pathology", "pathology"),
		],
	);
}

#[test]
fn should_keep_the_words_of_key_suites_when_written_and_read() {
	keep(KeySuite::ALL, [("X-Wing", "xWing"), ("X25519", "x25519")]);
}

#[test]
fn should_keep_the_names_of_refusals_when_written_and_read() {
	keep_same(
		Refusal::ALL,
		[
			"NotVouchedFor",
			"InstitutionNotActive",
			"CredentialRevoked",
			"CredentialSuspended",
			"CredentialExpired",
			"NoStandard",
			"MissingRole",
			"MissingSpecialty",
			"TooFewContributions",
			"TooLowReputation",
			"AllowanceExhausted",
			"FeeAccountEmpty",
			"MisuseReported",
			"TransactionTooLong",
			"TipRefused",
			"InstitutionSpent",
			"Paused",
		],
	);
}

#[test]
fn should_name_the_words_there_are_when_one_is_unknown() {
	let unknown = "surgeon".parse::<Role>().expect_err("there is no such role");
	assert_eq!(
		unknown.to_string(),
		"one of radiologist, oncologist, clinician, data-scientist, custodian, scorer, machine"
	);
	assert_eq!(format!("{:<4}|", Purpose::DiseaseResearch), "ds  |", "it fits a column");
}

#[test]
fn should_be_a_code_when_scheme_and_value_are_there() {
	let mass: Code = "SCT:4147007".parse().expect("it is one");
	assert_eq!((mass.scheme.as_slice(), mass.value.as_slice()), (&b"SCT"[..], &b"4147007"[..]));
	assert_eq!(mass.to_string(), "SCT:4147007");
	assert_eq!(json!(mass), "SCT:4147007");
	assert_eq!(from_value::<Code>(json!("SCT:4147007")).expect("it was just written"), mass);
	for text in ["", "SCT", "SCT:", ":4147007", "SCT:4147 007", "SCT:12345678901234567"] {
		assert_eq!(text.parse::<Code>(), Err(NotACode), "{text}");
	}
}
