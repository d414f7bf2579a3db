// SPDX-License-Identifier: Apache-2.0

//! Leases, emergencies and consent: where they stand, and what consent means.
//!
//! ```
//! use contour_primitives::{
//!     Hash, Purpose, Purposes,
//!     imaging::{Directive, RecordedDirective, Source, Verdict, verdict},
//! };
//!
//! // On paper: research on health, with the approval of an ethics board.
//! let directive = Directive {
//!     permitted: Purpose::HealthResearch.into(),
//!     refused: Purposes::empty(),
//!     ethics_approval: true,
//! };
//! let paper = RecordedDirective { directive, document: Some(Hash::repeat_byte(1)) };
//! let care = Purposes::from(Purpose::ClinicalCare);
//! let decided = |purpose| verdict(purpose, Some(&paper), || None, care);
//!
//! let permitted = |ethics_approval| Verdict::Permitted { ethics_approval };
//! assert_eq!(decided(Purpose::DiseaseResearch), (permitted(true), Source::Paper));
//! assert_eq!(decided(Purpose::ClinicalCare), (permitted(false), Source::Defaults));
//! assert_eq!(decided(Purpose::AncestryResearch), (Verdict::Refused, Source::Defaults));
//! ```

use crate::{Hash, Locator, Moment, Purpose, Purposes, Refusal, locator_text, word::words};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize, Serializer};

/// Where a lease stands.
#[derive(
	Clone,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "state")]
pub enum LeaseState {
	/// Asked for.
	#[codec(index = 0)]
	Requested {
		/// When.
		since: Moment,
		/// For how long, in milliseconds.
		duration: Moment,
	},
	/// Good until it expires.
	#[codec(index = 1)]
	Live {
		/// From when.
		start: Moment,
		/// Until when, exclusively.
		expires: Moment,
		/// How it came about. JSON says as `emergency` whether it was one.
		#[serde(rename = "emergency", serialize_with = "is_emergency")]
		basis: Basis,
		/// Where the leased copy is, once there is one.
		#[serde(serialize_with = "optional_text")]
		locator: Option<Locator>,
	},
	/// Over; kept for a while, so that its use is noticed.
	#[codec(index = 2)]
	Ended {
		/// Since when.
		since: Moment,
		/// Why.
		cause: EndCause,
	},
}

fn is_emergency<S: Serializer>(basis: &Basis, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.serialize_bool(*basis == Basis::Emergency)
}

fn optional_text<S: Serializer>(
	locator: &Option<Locator>,
	serializer: S,
) -> Result<S::Ok, S::Error> {
	locator.as_ref().map(locator_text).serialize(serializer)
}

/// How a lease came about.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
	/// The custodian granted it, for a purpose that has consent.
	#[codec(index = 0)]
	Grant,
	/// A clinician opened it in an emergency.
	#[codec(index = 1)]
	Emergency,
}

/// Why a lease ended.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
pub enum EndCause {
	/// Its time was over.
	#[codec(index = 0)]
	Expired,
	/// The custodian or the patient revoked it.
	#[codec(index = 1)]
	Revoked,
	/// Its purpose lost its consent.
	#[codec(index = 2)]
	ConsentWithdrawn,
	/// The grantee gave it back.
	#[codec(index = 3)]
	Returned,
	/// The study went to another custodian, who may grant it anew.
	#[codec(index = 4)]
	CustodyTransferred,
}

words!(EndCause {
	Expired => "Expired",
	Revoked => "Revoked",
	ConsentWithdrawn => "ConsentWithdrawn",
	Returned => "Returned",
	CustodyTransferred => "CustodyTransferred",
});

/// How the review of an emergency access stands.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Review {
	/// The custodian has to review it.
	#[codec(index = 0)]
	Due {
		/// By when.
		by: Moment,
	},
	/// The custodian did not, and the council was told.
	#[codec(index = 1)]
	Escalated {
		/// Since when.
		since: Moment,
	},
}

/// Why somebody may not do something with a study.
#[derive(Clone, Copy, Debug, Decode, Deserialize, Encode, Eq, PartialEq, Serialize, TypeInfo)]
#[serde(rename_all = "camelCase")]
pub enum Denial {
	/// There is no such study.
	#[codec(index = 0)]
	NotFound,
	/// The study was withdrawn.
	#[codec(index = 1)]
	Withdrawn,
	/// The standard is not met.
	#[codec(index = 2)]
	Refused(Refusal),
	/// The patient's consent does not cover the purpose.
	#[codec(index = 3)]
	NoConsent,
	/// The patient demands the approval of an ethics board.
	#[codec(index = 4)]
	ApprovalMissing,
}

/// What a patient permits and refuses.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub struct Directive {
	/// Purposes permitted, with those that are special cases of them.
	pub permitted: Purposes,
	/// Purposes refused, with those that are special cases of them. They win.
	pub refused: Purposes,
	/// Research needs the approval of an ethics board (IRB, DUO:0000021).
	pub ethics_approval: bool,
}

/// A directive as stored.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub struct RecordedDirective {
	/// What is permitted and refused.
	pub directive: Directive,
	/// Hash of the document that the custodian holds, when consent was given on paper; nothing when
	/// the patient's account gave it.
	pub document: Option<Hash>,
}

/// What a directive, or the lack of one, says about a purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
	/// It is permitted.
	Permitted {
		/// With the approval of an ethics board.
		ethics_approval: bool,
	},
	/// It is not permitted.
	Refused,
}

impl Verdict {
	/// Permitted only if both permit it, and with an approval if one of them demands it.
	#[must_use]
	pub const fn stricter(self, other: Self) -> Self {
		match (self, other) {
			(Self::Permitted { ethics_approval }, Self::Permitted { ethics_approval: other }) => {
				Self::Permitted { ethics_approval: ethics_approval || other }
			}
			_ => Self::Refused,
		}
	}
}

/// Who decided on a purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
	/// The patient's account, for this study.
	Account,
	/// Paper, for this study.
	Paper,
	/// The stricter of paper for this study and the patient's account for all.
	PaperAndAccount,
	/// The patient's account, for all studies.
	AccountForAll,
	/// The custodian's defaults: nobody said anything.
	Defaults,
}

impl Directive {
	/// What it says about a purpose, if anything.
	pub fn verdict(&self, purpose: Purpose) -> Option<Verdict> {
		if self.refused.covers(purpose) {
			return Some(Verdict::Refused);
		}
		let ethics_approval = self.ethics_approval && purpose != Purpose::ClinicalCare;
		self.permitted.covers(purpose).then_some(Verdict::Permitted { ethics_approval })
	}
}

/// What is said about the use of a study for a purpose, and by whom: first by the patient's account
/// for this study, then by paper for this study and the account for all, of which the stricter
/// counts, then by the defaults. What holds for all studies is asked for only if it matters.
pub fn verdict(
	purpose: Purpose,
	for_study: Option<&RecordedDirective>,
	for_all: impl FnOnce() -> Option<Directive>,
	defaults: Purposes,
) -> (Verdict, Source) {
	let for_all = || for_all().and_then(|directive| directive.verdict(purpose));
	let said = for_study.and_then(|recorded| {
		let on_paper = recorded.document.is_some();
		recorded.directive.verdict(purpose).map(|verdict| (verdict, on_paper))
	});
	match said {
		Some((verdict, false)) => (verdict, Source::Account),
		Some((verdict, true)) => match for_all() {
			Some(other) => (verdict.stricter(other), Source::PaperAndAccount),
			None => (verdict, Source::Paper),
		},
		None => match for_all() {
			Some(verdict) => (verdict, Source::AccountForAll),
			None if defaults.covers(purpose) => {
				(Verdict::Permitted { ethics_approval: false }, Source::Defaults)
			}
			None => (Verdict::Refused, Source::Defaults),
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn should_keep_the_form_of_every_state_when_written_as_json() {
		let requested = LeaseState::Requested { since: 1, duration: 2 };
		assert_eq!(json!(requested), json!({ "state": "requested", "since": 1, "duration": 2 }));
		let live = |basis, locator: Option<&str>| {
			let locator = locator.map(|it| Locator::truncate_from(it.as_bytes().to_vec()));
			json!(LeaseState::Live { start: 1, expires: 2, basis, locator })
		};
		assert_eq!(
			live(Basis::Grant, Some("file:///copies")),
			json!({
				"state": "live",
				"start": 1,
				"expires": 2,
				"emergency": false,
				"locator": "file:///copies",
			})
		);
		assert_eq!(
			live(Basis::Emergency, None),
			json!({ "state": "live", "start": 1, "expires": 2, "emergency": true, "locator": null })
		);
		let words = ["Expired", "Revoked", "ConsentWithdrawn", "Returned", "CustodyTransferred"];
		for (cause, word) in EndCause::ALL.into_iter().zip(words) {
			assert_eq!(cause.to_string(), word);
			let ended = json!({ "state": "ended", "since": 1, "cause": word });
			assert_eq!(json!(LeaseState::Ended { since: 1, cause }), ended);
		}
		assert_eq!(json!(Review::Due { by: 1 }), json!({ "state": "due", "by": 1 }));
		for (denial, form) in [
			(Denial::NotFound, json!("notFound")),
			(Denial::Withdrawn, json!("withdrawn")),
			(Denial::Refused(Refusal::MissingRole), json!({ "refused": "MissingRole" })),
			(Denial::NoConsent, json!("noConsent")),
			(Denial::ApprovalMissing, json!("approvalMissing")),
		] {
			assert_eq!(json!(denial), form);
		}
		let directive = Directive {
			permitted: Purpose::HealthResearch.into(),
			refused: Purposes::empty(),
			ethics_approval: true,
		};
		assert_eq!(
			json!(directive),
			json!({ "permitted": ["healthResearch"], "refused": [], "ethicsApproval": true })
		);
	}

	#[test]
	fn should_name_who_decided_when_several_have_spoken() {
		let directive = |permitted: &[Purpose], refused: &[Purpose]| Directive {
			permitted: permitted.iter().copied().collect(),
			refused: refused.iter().copied().collect(),
			ethics_approval: false,
		};
		let recorded = |directive, document| RecordedDirective { directive, document };
		let (purpose, paper) = (Purpose::DiseaseResearch, Some(Hash::zero()));
		let yes = Verdict::Permitted { ethics_approval: false };
		let care = Purposes::from(Purpose::ClinicalCare);
		let decided = |for_study: Option<RecordedDirective>, for_all, purpose| {
			verdict(purpose, for_study.as_ref(), || for_all, care)
		};
		assert_eq!(decided(None, None, purpose), (Verdict::Refused, Source::Defaults));
		assert_eq!(decided(None, None, Purpose::ClinicalCare), (yes, Source::Defaults));
		// General research includes research on a disease.
		let general = directive(&[Purpose::GeneralResearch], &[]);
		assert_eq!(decided(None, Some(general), purpose), (yes, Source::AccountForAll));
		let no_health = recorded(directive(&[], &[Purpose::HealthResearch]), paper);
		let both = (Verdict::Refused, Source::PaperAndAccount);
		assert_eq!(decided(Some(no_health), Some(general), purpose), both);
		assert_eq!(decided(Some(no_health), None, purpose), (Verdict::Refused, Source::Paper));
		let ancestry = decided(Some(no_health), Some(general), Purpose::AncestryResearch);
		assert_eq!(ancestry, (yes, Source::AccountForAll), "the paper says nothing of it");
		let own = recorded(directive(&[purpose], &[]), None);
		let none = directive(&[], &[Purpose::GeneralResearch]);
		assert_eq!(decided(Some(own), Some(none), purpose), (yes, Source::Account));
	}

	#[test]
	fn should_demand_an_approval_when_one_of_two_demands_it() {
		let [with, without] =
			[true, false].map(|ethics_approval| Verdict::Permitted { ethics_approval });
		assert_eq!(with.stricter(without), with);
		assert_eq!(without.stricter(with), with);
		assert_eq!(without.stricter(without), without);
		assert_eq!(Verdict::Refused.stricter(with), Verdict::Refused);
		let directive = Directive {
			permitted: Purposes::all(),
			refused: Purposes::empty(),
			ethics_approval: true,
		};
		assert_eq!(directive.verdict(Purpose::DiseaseResearch), Some(with));
		assert_eq!(directive.verdict(Purpose::ClinicalCare), Some(without), "care needs none");
	}
}
