// SPDX-License-Identifier: Apache-2.0

//! Studies as every part of Contour names them, what made them, and the purposes for which they may
//! be used.

use crate::{Hash, InstitutionId, bit_set::bit_set, word::words};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::iter;
use enumflags2::bitflags;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Most studies in one registration, and in one question which names are taken.
pub const MAX_BATCH: u32 = 256;

/// Name of a study on the chain: random, or a keyed hash made off chain, so that it reveals nothing.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Deserialize,
	Encode,
	Eq,
	Hash,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
pub struct StudyId(pub Hash);

/// Modality of a study: the defined terms of DICOM (0008,0060) that matter in oncology (PS3.3
/// C.7.3.1.1.1).
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	Hash,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Modality {
	/// Any other modality.
	#[codec(index = 0)]
	Other,
	/// Computed tomography.
	#[codec(index = 1)]
	Ct,
	/// Magnetic resonance.
	#[codec(index = 2)]
	Mr,
	/// Positron emission tomography.
	#[codec(index = 3)]
	Pt,
	/// Nuclear medicine.
	#[codec(index = 4)]
	Nm,
	/// Mammography.
	#[codec(index = 5)]
	Mg,
	/// Ultrasound.
	#[codec(index = 6)]
	Us,
	/// Digital radiography.
	#[codec(index = 7)]
	Dx,
	/// Computed radiography.
	#[codec(index = 8)]
	Cr,
	/// X-ray angiography.
	#[codec(index = 9)]
	Xa,
	/// Radio fluoroscopy.
	#[codec(index = 10)]
	Rf,
	/// Slide microscopy.
	#[codec(index = 11)]
	Sm,
}

words!(Modality {
	Other => "OTHER",
	Ct => "CT",
	Mr => "MR",
	Pt => "PT",
	Nm => "NM",
	Mg => "MG",
	Us => "US",
	Dx => "DX",
	Cr => "CR",
	Xa => "XA",
	Rf => "RF",
	Sm => "SM",
});

impl Modality {
	/// The one with a defined term of DICOM, exactly as it is in a file; [`Modality::Other`] for any
	/// other term, and for none.
	pub fn from_dicom(term: Option<&str>) -> Self {
		let known = Self::ALL.into_iter().find(|it| Some(it.as_str()) == term);
		known.unwrap_or(Self::Other)
	}
}

/// What data are used for: clinical care, and the permissions of the GA4GH Data Use Ontology
/// ([DUO](https://github.com/EBISPOT/DUO)).
///
/// The discriminant is the bit in [`Purposes`].
#[bitflags]
#[repr(u8)]
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	Hash,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
	/// Care for the patient. Not a term of DUO, and independent of all others.
	#[codec(index = 0)]
	ClinicalCare = 1 << 0,
	/// Any research: general research use (GRU, DUO:0000042).
	#[codec(index = 1)]
	GeneralResearch = 1 << 1,
	/// Health, medical or biomedical research (HMB, DUO:0000006).
	#[codec(index = 2)]
	HealthResearch = 1 << 2,
	/// Research about the patient's disease (DS, DUO:0000007).
	#[codec(index = 3)]
	DiseaseResearch = 1 << 3,
	/// Research about ancestry and origins (POA, DUO:0000011).
	#[codec(index = 4)]
	AncestryResearch = 1 << 4,
}

words!(Purpose {
	ClinicalCare => "care",
	GeneralResearch => "gru",
	HealthResearch => "hmb",
	DiseaseResearch => "ds",
	AncestryResearch => "poa",
});

impl Purpose {
	/// The purpose of which this one is a special case: whoever permits that one also permits this
	/// one.
	pub const fn broader(self) -> Option<Self> {
		match self {
			Self::ClinicalCare | Self::GeneralResearch => None,
			Self::HealthResearch | Self::AncestryResearch => Some(Self::GeneralResearch),
			Self::DiseaseResearch => Some(Self::HealthResearch),
		}
	}
}

bit_set! {
	/// A set of [`Purpose`]s.
	Purposes of Purpose in u8
}

impl Purposes {
	/// Whether the set has the purpose or one of which it is a special case.
	pub fn covers(self, purpose: Purpose) -> bool {
		iter::successors(Some(purpose), |narrower| narrower.broader())
			.any(|purpose| self.contains(purpose))
	}
}

/// What the other pallets have to know about a study.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StudyFacts<AccountId> {
	/// The institution that answers for it.
	pub custodian: InstitutionId,
	/// What made the images.
	pub modality: Modality,
	/// The patient's account, if the patient has opened their studies to research projects.
	pub participant: Option<AccountId>,
}

/// Studies and leases, as other pallets ask about them.
pub trait Studies<AccountId> {
	/// What is to be known about a study that has not been withdrawn.
	fn facts(study: StudyId) -> Option<StudyFacts<AccountId>>;

	/// The purpose for which `who` may read a study now, under a lease.
	fn leased(study: StudyId, who: &AccountId) -> Option<Purpose>;
}

impl<AccountId> Studies<AccountId> for () {
	fn facts(_: StudyId) -> Option<StudyFacts<AccountId>> {
		None
	}
	fn leased(_: StudyId, _: &AccountId) -> Option<Purpose> {
		None
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_keep_the_index_of_every_modality_when_encoded() {
		for (index, modality) in (0u8..).zip(Modality::ALL) {
			assert_eq!(modality.encode(), [index]);
		}
	}

	#[test]
	fn should_keep_the_index_and_the_bit_of_every_purpose_when_encoded() {
		for (index, purpose) in (0u8..).zip(Purpose::ALL) {
			assert_eq!(purpose.encode(), [index]);
			assert_eq!(Purposes::from(purpose).encode(), [1 << index]);
		}
		assert_eq!(Purposes::all().iter().count(), Purpose::ALL.len());
	}

	#[test]
	fn should_never_lead_from_research_to_care_when_broadened() {
		for purpose in Purpose::ALL {
			let broadest = core::iter::successors(Some(purpose), |it| it.broader()).last();
			let care = purpose == Purpose::ClinicalCare;
			assert_eq!(broadest == Some(Purpose::ClinicalCare), care);
		}
	}
}
