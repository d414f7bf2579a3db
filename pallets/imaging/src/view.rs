// SPDX-License-Identifier: Apache-2.0

//! What clients may ask.

use crate::{
	Agenda, Basis, Config, Denial, Emergencies, Emergency, GranteeLeases, Holder, LeaseCounts,
	LeaseOf, LeaseState, Leases, MAX_BATCH, Matter, Misuse, Misuses, Pallet, PatientStudies,
	Requests, ResearchPool, Review, Studies, StudyOf, Tombstones, WrappedKey, WrappedKeys,
};
use alloc::vec::Vec;
use contour_primitives::{
	Action, InstitutionId, Moment, Page, Purpose, Standing, StudyId, imaging::Verdict,
	monitoring::Tally,
};
use core::iter;
use frame_support::traits::{Get, Time};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_taken(ids: Vec<StudyId>) -> Vec<StudyId> {
		let most = usize::try_from(MAX_BATCH).unwrap_or(usize::MAX);
		ids.into_iter().take(most).filter(|id| Self::is_taken(*id)).collect()
	}

	pub(crate) fn do_can(
		who: &T::AccountId,
		action: Action,
		id: StudyId,
		purpose: Option<Purpose>,
	) -> Result<InstitutionId, Denial> {
		let study = Self::known(id)?;
		let institution = T::Standing::may(who, action, study.modality).map_err(Denial::Refused)?;
		if let Some(purpose) = purpose {
			Self::consent_to(id, &study, purpose)?;
		}
		Ok(institution)
	}

	pub(crate) fn do_consented(id: StudyId, purpose: Purpose) -> Result<(), Denial> {
		Self::consent_to(id, &Self::known(id)?, purpose)
	}

	pub(crate) fn do_is_live(id: StudyId, grantee: &T::AccountId) -> bool {
		Leases::<T>::get(id, grantee).is_some_and(|lease| lease.is_live(T::Clock::now()))
	}

	pub(crate) fn do_key_of(id: StudyId, grantee: &T::AccountId) -> Option<WrappedKey> {
		WrappedKeys::<T>::get(id, grantee).filter(|_| Self::do_is_live(id, grantee))
	}

	pub(crate) fn do_leases_on(
		id: StudyId,
		after: Option<T::AccountId>,
	) -> Page<T::AccountId, LeaseOf<T>> {
		Page::of(match after {
			Some(after) => {
				Leases::<T>::iter_prefix_from(id, Leases::<T>::hashed_key_for(id, after))
			}
			None => Leases::<T>::iter_prefix(id),
		})
	}

	pub(crate) fn do_leases_of(
		grantee: T::AccountId,
		after: Option<StudyId>,
	) -> Page<StudyId, LeaseOf<T>> {
		let studies = match after {
			Some(after) => {
				let from = GranteeLeases::<T>::hashed_key_for(&grantee, after);
				GranteeLeases::<T>::iter_key_prefix_from(&grantee, from)
			}
			None => GranteeLeases::<T>::iter_key_prefix(&grantee),
		};
		Page::of(studies.filter_map(|id| Leases::<T>::get(id, &grantee).map(|lease| (id, lease))))
	}

	pub(crate) fn do_studies_of(
		patient: T::AccountId,
		after: Option<StudyId>,
	) -> Page<StudyId, StudyOf<T>> {
		let ids = match after {
			Some(after) => {
				let from = PatientStudies::<T>::hashed_key_for(&patient, after);
				PatientStudies::<T>::iter_key_prefix_from(&patient, from)
			}
			None => PatientStudies::<T>::iter_key_prefix(&patient),
		};
		Page::of(ids.filter_map(|id| Studies::<T>::get(id).map(|study| (id, study))))
	}

	pub(crate) fn do_requests_to(
		custodian: InstitutionId,
		after: Option<(StudyId, T::AccountId)>,
	) -> Page<(StudyId, T::AccountId), LeaseOf<T>> {
		let requests = match after {
			Some(after) => {
				let from = Requests::<T>::hashed_key_for(custodian, after);
				Requests::<T>::iter_key_prefix_from(custodian, from)
			}
			None => Requests::<T>::iter_key_prefix(custodian),
		};
		Page::of(requests.filter_map(|(id, grantee)| {
			Leases::<T>::get(id, &grantee).map(|lease| ((id, grantee), lease))
		}))
	}

	pub(crate) fn do_unreviewed(
		after: Option<(StudyId, T::AccountId)>,
	) -> Page<(StudyId, T::AccountId), Emergency> {
		let all = match after {
			Some((id, clinician)) => {
				Emergencies::<T>::iter_from(Emergencies::<T>::hashed_key_for(id, clinician))
			}
			None => Emergencies::<T>::iter(),
		};
		Page::of(all.map(|(id, clinician, emergency)| ((id, clinician), emergency)))
	}

	pub(crate) fn do_reported(
		after: Option<(T::AccountId, StudyId)>,
	) -> Page<(T::AccountId, StudyId), Misuse> {
		let all = match after {
			Some((grantee, id)) => {
				Misuses::<T>::iter_from(Misuses::<T>::hashed_key_for(grantee, id))
			}
			None => Misuses::<T>::iter(),
		};
		Page::of(all.map(|(grantee, id, misuse)| ((grantee, id), misuse)))
	}

	pub(crate) fn do_research_pool(after: Option<T::AccountId>) -> Page<T::AccountId, ()> {
		Page::of(match after {
			Some(after) => ResearchPool::<T>::iter_from(ResearchPool::<T>::hashed_key_for(after)),
			None => ResearchPool::<T>::iter(),
		})
	}

	/// Leases that end within `notice`, by the institutions of their grantees, without those that
	/// were opened in an emergency.
	///
	/// It looks at every minute of that time, so at 1 440 of a day beside what is due in them.
	pub fn leases_ending(notice: Moment) -> Tally {
		let now = T::Clock::now();
		let last = now.saturating_add(notice);
		let ending = |minute, matter| {
			let Matter::LeaseEnds(id, grantee) = matter else {
				return None;
			};
			let lease = Leases::<T>::get(id, grantee)?;
			let LeaseState::Live { expires, basis: Basis::Grant, .. } = lease.state else {
				return None;
			};
			// What was renewed is due again, at the minute of its new end.
			let ends = now < expires && expires <= last && Self::minute_of(expires) == minute;
			ends.then_some(lease.institution)
		};
		Tally::of((Self::minute_of(now)..=Self::minute_of(last)).flat_map(|minute| {
			let matters = Agenda::<T>::iter_key_prefix(minute);
			iter::once(None).chain(matters.map(move |matter| ending(minute, matter)))
		}))
	}

	/// Emergency accesses that nobody has reviewed, by their custodians.
	pub fn emergencies_unreviewed() -> Tally {
		Tally::of(Emergencies::<T>::iter_values().map(|emergency| Some(emergency.custodian)))
	}

	/// Those of them that the custodians did not review in time.
	pub fn emergencies_overdue() -> Tally {
		let now = T::Clock::now();
		let is_overdue = |review| match review {
			Review::Due { by } => by <= now,
			Review::Escalated { .. } => true,
		};
		Tally::of(
			Emergencies::<T>::iter_values()
				.map(|emergency| is_overdue(emergency.review).then_some(emergency.custodian)),
		)
	}

	/// Number of leases that a directive has to look at.
	pub(crate) fn consented_leases(patient: &T::AccountId, study: Option<StudyId>) -> u32 {
		LeaseCounts::<T>::get(match study {
			Some(id) => Holder::Study(id),
			None => Holder::Patient(patient.clone()),
		})
	}

	/// The most that a directive can have to look at.
	pub(crate) fn most_consented_leases() -> u32 {
		T::MaxLeasesPerStudy::get().max(T::MaxLiveLeasesPerPatient::get())
	}

	fn known(id: StudyId) -> Result<StudyOf<T>, Denial> {
		Studies::<T>::get(id).ok_or_else(|| {
			if Tombstones::<T>::contains_key(id) { Denial::Withdrawn } else { Denial::NotFound }
		})
	}

	fn consent_to(id: StudyId, study: &StudyOf<T>, purpose: Purpose) -> Result<(), Denial> {
		match Self::verdict(id, study, purpose) {
			Verdict::Permitted { ethics_approval: false } => Ok(()),
			Verdict::Permitted { ethics_approval: true } => Err(Denial::ApprovalMissing),
			Verdict::Refused => Err(Denial::NoConsent),
		}
	}
}
