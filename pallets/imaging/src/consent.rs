// SPDX-License-Identifier: Apache-2.0

//! Consent: what patients permit and refuse.

use crate::{
	Config, ConsentDefaults, EndCause, Error, Event, Leases, Pallet, PatientDirectives,
	PatientLeases, PatientStudies, ResearchPool, StudyDirectives, StudyOf, history::Detail,
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

	/// Whether `who` is the patient of a study.
	pub fn is_patient_of(who: &T::AccountId, id: StudyId) -> bool {
		Self::study(id).is_ok_and(|study| study.patient.as_ref() == Some(who))
	}

	/// Whether `who` is the patient of any study.
	pub fn has_studies(who: &T::AccountId) -> bool {
		PatientStudies::<T>::iter_key_prefix(who).next().is_some()
	}

	/// Whether a patient who gives this directive permits nothing, for any purpose, that was not permitted
	/// before.
	pub fn only_withdraws(
		patient: &T::AccountId,
		study: Option<StudyId>,
		directive: &Directive,
	) -> bool {
		let for_all = PatientDirectives::<T>::get(patient);
		let Some(id) = study else {
			return Self::has_studies(patient)
				&& Purpose::ALL.into_iter().all(|purpose| {
					let before = for_all.and_then(|it| it.verdict(purpose));
					is_within(directive.verdict(purpose), before)
				});
		};
		let Ok(record) = Self::study(id) else { return false };
		let recorded = RecordedDirective { directive: *directive, document: None };
		let before = StudyDirectives::<T>::get(id);
		record.patient.as_ref() == Some(patient)
			&& Purpose::ALL.into_iter().all(|purpose| {
				let verdict = |for_study: Option<&RecordedDirective>| {
					imaging::verdict(purpose, for_study, || for_all, record.defaults).0
				};
				let after = verdict(Some(&recorded));
				after.stricter(verdict(before.as_ref())) == after
			})
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

/// Whether what a directive for all studies says now permits no more than what it said before. Where it
/// says nothing, something else decides, which may permit without an ethics approval.
fn is_within(now: Option<Verdict>, before: Option<Verdict>) -> bool {
	match (now, before) {
		(Some(Verdict::Refused), _)
		| (None, None | Some(Verdict::Permitted { ethics_approval: false })) => true,
		(Some(now), Some(before)) => now.stricter(before) == now,
		_ => false,
	}
}
