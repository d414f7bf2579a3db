// SPDX-License-Identifier: Apache-2.0

//! Consent: what patients permit and refuse.

use crate::{
	Config, ConsentDefaults, EndCause, Error, Event, Leases, Pallet, PatientDirectives,
	PatientLeases, ResearchPool, StudyDirectives, StudyOf, history::Detail,
};
use alloc::vec::Vec;
use contour_primitives::{
	Hash, Institutions, Purpose, Purposes, StudyId,
	imaging::{self, Directive, RecordedDirective, Verdict},
};
use frame_support::pallet_prelude::*;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	/// What is said about the use of a study for a purpose, by the [rules](imaging::verdict) of
	/// consent.
	pub(crate) fn verdict(id: StudyId, study: &StudyOf<T>, purpose: Purpose) -> Verdict {
		let for_study = StudyDirectives::<T>::get(id);
		let for_all = || PatientDirectives::<T>::get(study.patient.as_ref()?);
		let (verdict, _) = imaging::verdict(purpose, for_study.as_ref(), for_all, study.defaults);
		verdict
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
