// SPDX-License-Identifier: Apache-2.0

//! Consent: what patients permit and refuse.

use crate::{
	Config, ConsentDefaults, EndCause, Error, Event, Leases, Pallet, PatientDirectives,
	PatientLeases, ResearchPool, StudyDirectives, StudyOf, history::Detail,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::{Hash, Institutions, Purpose, Purposes, StudyId};
use core::iter;
use frame_support::pallet_prelude::*;
use sp_runtime::DispatchError;

/// What a patient permits and refuses.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
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
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct RecordedDirective {
	/// What is permitted and refused.
	pub directive: Directive,
	/// Hash of the document that the custodian holds, when consent was given on paper; nothing when
	/// the patient's account gave it.
	pub document: Option<Hash>,
}

/// What a directive, or the lack of one, says about a purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
	Permitted { ethics_approval: bool },
	Refused,
}

impl Verdict {
	fn stricter(self, other: Self) -> Self {
		match (self, other) {
			(Self::Permitted { ethics_approval }, Self::Permitted { ethics_approval: other }) => {
				Self::Permitted { ethics_approval: ethics_approval || other }
			}
			_ => Self::Refused,
		}
	}
}

impl Directive {
	fn verdict(&self, purpose: Purpose) -> Option<Verdict> {
		if covers(self.refused, purpose) {
			return Some(Verdict::Refused);
		}
		let ethics_approval = self.ethics_approval && purpose != Purpose::ClinicalCare;
		covers(self.permitted, purpose).then_some(Verdict::Permitted { ethics_approval })
	}
}

/// Whether a set has the purpose or one of which it is a special case.
fn covers(purposes: Purposes, purpose: Purpose) -> bool {
	iter::successors(Some(purpose), |narrower| narrower.broader())
		.any(|purpose| purposes.contains(purpose))
}

impl<T: Config> Pallet<T> {
	/// What is said about the use of a study for a purpose: first by the patient's account for this
	/// study, then by paper for this study and the account for all, of which the stricter counts,
	/// then by the defaults.
	pub(crate) fn verdict(id: StudyId, study: &StudyOf<T>, purpose: Purpose) -> Verdict {
		let recorded = StudyDirectives::<T>::get(id);
		let for_study = recorded.as_ref().and_then(|it| it.directive.verdict(purpose));
		let by_account = recorded.is_some_and(|it| it.document.is_none());
		let for_all = || {
			let patient = study.patient.as_ref()?;
			PatientDirectives::<T>::get(patient).and_then(|it| it.verdict(purpose))
		};
		let said = match for_study {
			Some(verdict) if by_account => Some(verdict),
			Some(verdict) => Some(for_all().map_or(verdict, |other| verdict.stricter(other))),
			None => for_all(),
		};
		said.unwrap_or_else(|| {
			if covers(study.defaults, purpose) {
				Verdict::Permitted { ethics_approval: false }
			} else {
				Verdict::Refused
			}
		})
	}

	/// Refuses what is not consented to, and research without the approval it needs.
	pub(crate) fn ensure_consented(
		id: StudyId,
		study: &StudyOf<T>,
		purpose: Purpose,
		approved: bool,
	) -> DispatchResult {
		match Self::verdict(id, study, purpose) {
			Verdict::Refused => Err(Error::<T>::NoConsent.into()),
			Verdict::Permitted { ethics_approval: true } if !approved => {
				Err(Error::<T>::ApprovalMissing.into())
			}
			Verdict::Permitted { .. } => Ok(()),
		}
	}

	/// Returns how many leases ended.
	pub(crate) fn do_set_consent(
		patient: T::AccountId,
		study: Option<StudyId>,
		directive: Directive,
	) -> Result<u32, DispatchError> {
		match study {
			Some(id) => {
				let record = Self::study(id)?;
				ensure!(record.patient.as_ref() == Some(&patient), Error::<T>::NotAuthorized);
				Self::put_directive(patient, id, &record, directive, None)
			}
			None => {
				PatientDirectives::<T>::insert(&patient, directive);
				let who = Some(patient.clone());
				let event = Event::ConsentSet { patient: who.clone(), study: None, directive };
				Self::happened_with(who, event, Detail::Document(None));
				let leases: Vec<_> = PatientLeases::<T>::iter_key_prefix(&patient).collect();
				Ok(Self::end_unconsented(&patient, leases))
			}
		}
	}

	/// Returns how many leases ended.
	pub(crate) fn do_record_consent(
		who: T::AccountId,
		id: StudyId,
		directive: Directive,
		document: Hash,
	) -> Result<u32, DispatchError> {
		let record = Self::study(id)?;
		Self::ensure_staff(&who, record.custodian)?;
		let by_account = StudyDirectives::<T>::get(id).is_some_and(|it| it.document.is_none());
		ensure!(!by_account, Error::<T>::PatientDecides);
		Self::put_directive(who, id, &record, directive, Some(document))
	}

	pub(crate) fn do_set_research_pool(patient: T::AccountId, open: bool) -> DispatchResult {
		if open {
			ResearchPool::<T>::insert(&patient, ());
		} else {
			ResearchPool::<T>::remove(&patient);
		}

		Self::happened(Some(patient.clone()), Event::ResearchPoolSet { patient, open });
		Ok(())
	}

	pub(crate) fn do_set_consent_defaults(who: T::AccountId, purposes: Purposes) -> DispatchResult {
		let institution =
			T::Institutions::administered_by(&who).ok_or(Error::<T>::NotAuthorized)?;
		ConsentDefaults::<T>::insert(institution, purposes);

		Self::happened(Some(who), Event::ConsentDefaultsSet { institution, purposes });
		Ok(())
	}

	fn put_directive(
		who: T::AccountId,
		id: StudyId,
		record: &StudyOf<T>,
		directive: Directive,
		document: Option<Hash>,
	) -> Result<u32, DispatchError> {
		StudyDirectives::<T>::insert(id, RecordedDirective { directive, document });
		let patient = record.patient.clone();
		let event = Event::ConsentSet { patient, study: Some(id), directive };
		Self::happened_with(Some(who.clone()), event, Detail::Document(document));
		let leases: Vec<_> =
			Leases::<T>::iter_key_prefix(id).map(|grantee| (id, grantee)).collect();
		Ok(Self::end_unconsented(&who, leases))
	}

	/// Ends those live leases whose purpose has lost its consent; emergencies need none.
	fn end_unconsented(who: &T::AccountId, leases: Vec<(StudyId, T::AccountId)>) -> u32 {
		let mut ended = 0u32;
		for (id, grantee) in leases {
			let (Some(lease), Ok(study)) = (Leases::<T>::get(id, &grantee), Self::study(id)) else {
				continue;
			};
			let approved = lease.approval.is_some();
			if lease.needs_consent()
				&& Self::ensure_consented(id, &study, lease.purpose, approved).is_err()
			{
				let who = Some(who.clone());
				Self::end_lease(who, id, &grantee, lease, EndCause::ConsentWithdrawn);
				ended = ended.saturating_add(1);
			}
		}
		ended
	}
}
