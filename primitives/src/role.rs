// SPDX-License-Identifier: Apache-2.0

//! What an institution vouches for about a person or a service.

use crate::{bit_set::bit_set, word::words};
use enumflags2::bitflags;
use serde::{Deserialize, Serialize};

/// What somebody does at an institution.
///
/// The discriminant is the bit in [`Roles`], which is what storage and transactions carry.
#[bitflags]
#[repr(u16)]
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
	/// Reads images and segments tumours.
	Radiologist = 1 << 0,
	/// Treats tumours; reads and validates segmentations.
	Oncologist = 1 << 1,
	/// Refers or treats a patient; may open emergency access.
	Clinician = 1 << 2,
	/// Trains or runs models on leased images.
	DataScientist = 1 << 3,
	/// Registers studies, grants leases and enrols patients for the institution.
	Custodian = 1 << 4,
	/// A scoring service of the institution.
	Scorer = 1 << 5,
	/// A machine of the institution, which signs for people who have named it their proxy. By itself
	/// it has standing, and no rights.
	Machine = 1 << 6,
}

words!(Role {
	Radiologist => "radiologist",
	Oncologist => "oncologist",
	Clinician => "clinician",
	DataScientist => "data-scientist",
	Custodian => "custodian",
	Scorer => "scorer",
	Machine => "machine",
});

bit_set! {
	/// A set of [`Role`]s. One account may act in several.
	Roles of Role in u16
}

/// Field in which an expert is certified.
///
/// The discriminant is the bit in [`Specialties`].
#[bitflags]
#[repr(u32)]
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Specialty {
	/// Brain, spine, and head and neck.
	Neuroradiology = 1 << 0,
	/// Chest.
	Thoracic = 1 << 1,
	/// Breast.
	Breast = 1 << 2,
	/// Abdomen and gastrointestinal tract.
	Abdominal = 1 << 3,
	/// Kidneys, bladder, prostate and reproductive organs.
	Genitourinary = 1 << 4,
	/// Bones, joints and soft tissue.
	Musculoskeletal = 1 << 5,
	/// Heart and vessels.
	Cardiovascular = 1 << 6,
	/// Children.
	Paediatric = 1 << 7,
	/// Positron emission tomography and scintigraphy.
	NuclearMedicine = 1 << 8,
	/// Image-guided procedures.
	Interventional = 1 << 9,
	/// Radiotherapy planning and treatment.
	RadiationOncology = 1 << 10,
	/// Systemic treatment of cancer.
	MedicalOncology = 1 << 11,
	/// Operative treatment of cancer.
	SurgicalOncology = 1 << 12,
	/// Whole-slide and tissue imaging.
	Pathology = 1 << 13,
}

words!(Specialty {
	Neuroradiology => "neuroradiology",
	Thoracic => "thoracic",
	Breast => "breast",
	Abdominal => "abdominal",
	Genitourinary => "genitourinary",
	Musculoskeletal => "musculoskeletal",
	Cardiovascular => "cardiovascular",
	Paediatric => "paediatric",
	NuclearMedicine => "nuclear-medicine",
	Interventional => "interventional",
	RadiationOncology => "radiation-oncology",
	MedicalOncology => "medical-oncology",
	SurgicalOncology => "surgical-oncology",
	Pathology => "pathology",
});

bit_set! {
	/// A set of [`Specialty`]s.
	Specialties of Specialty in u32
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::{Decode, Encode};

	#[test]
	fn should_keep_the_bits_of_every_role_when_encoded() {
		let bits: Vec<u16> = Roles::all().iter().map(|role| role as u16).collect();
		assert_eq!(bits, [1, 2, 4, 8, 16, 32, 64]);
		assert_eq!((Roles::from(Role::Radiologist) | Role::Custodian.into()).encode(), [17, 0]);
	}

	#[test]
	fn should_refuse_to_decode_when_a_bit_is_unknown() {
		assert!(Roles::decode(&mut &[128u8, 0][..]).is_err());
		assert!(Specialties::decode(&mut &[0u8, 0, 0, 128][..]).is_err());
		assert_eq!(Roles::decode(&mut &[32u8, 0][..]), Ok(Role::Scorer.into()));
	}

	#[test]
	fn should_name_the_roles_when_written_as_json() {
		let roles = Roles::from(Role::DataScientist) | Role::Scorer.into();
		let json = serde_json::to_string(&roles).expect("a list of names is valid JSON");
		assert_eq!(json, r#"["dataScientist","scorer"]"#);
		assert_eq!(serde_json::from_str::<Roles>(&json).expect("own output parses"), roles);
	}
}
