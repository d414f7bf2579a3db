// SPDX-License-Identifier: Apache-2.0

//! Emergency access: opened by a clinician alone, reviewed by the custodian.

use crate::{
	Basis, Config, DAY, Emergencies, EmergencyCounts, EndCause, Error, Event, LeaseState, Leases,
	Matter, Pallet, Review,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::{Action, Hash, InstitutionId, Moment, Purpose, Standing, StudyId};
use frame_support::{
	pallet_prelude::*,
	traits::{EnsureOrigin, Time},
};
use frame_system::pallet_prelude::OriginFor;

/// An emergency access that nobody has reviewed.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Emergency {
	/// The institution of the clinician.
	pub institution: InstitutionId,
	/// The institution that has to review it: the study's custodian at the time.
	pub custodian: InstitutionId,
	/// Hash of the reasons.
	pub reason: Hash,
	/// When it was opened.
	pub opened: Moment,
	/// How its review stands.
	pub review: Review,
}

/// How many emergencies a clinician opened on a day.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct EmergencyCount {
	/// Days since the Unix epoch.
	pub day: u64,
	/// Emergencies on that day.
	pub count: u32,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_open_emergency(
		clinician: T::AccountId,
		id: StudyId,
		reason: Hash,
	) -> DispatchResult {
		let study = Self::study(id)?;
		let institution = T::Standing::may(&clinician, Action::EmergencyAccess, study.modality)
			.map_err(Error::<T>::Refused)?;
		ensure!(!Emergencies::<T>::contains_key(id, &clinician), Error::<T>::ReviewPending);
		let opened = T::Clock::now();
		Self::count_emergency(&clinician, opened)?;
		if let Some(lease) = Leases::<T>::get(id, &clinician)
			&& matches!(lease.state, LeaseState::Requested { .. })
		{
			// The emergency overtakes the request.
			Self::forget_lease(id, &clinician)?;
		}

		let expires = opened.saturating_add(T::EmergencyDuration::get());
		let by = opened.saturating_add(T::ReviewWindow::get());
		let state =
			LeaseState::Live { start: opened, expires, basis: Basis::Emergency, locator: None };
		Self::put_lease(id, &clinician, institution, Purpose::ClinicalCare, None, state)?;
		let custodian = study.custodian;
		let review = Review::Due { by };
		Emergencies::<T>::insert(
			id,
			&clinician,
			Emergency { institution, custodian, reason, opened, review },
		);
		Self::put_on_agenda(expires, Matter::LeaseEnds(id, clinician.clone()));
		Self::put_on_agenda(by, Matter::ReviewDue(id, clinician.clone()));

		let event = Event::EmergencyOpened {
			study: id,
			clinician: clinician.clone(),
			institution,
			custodian,
			patient: study.patient,
			reason,
			expires,
		};
		Self::happened(Some(clinician), event);
		Ok(())
	}

	/// By the custodian's staff, or by the council.
	pub(crate) fn do_review_emergency(
		origin: OriginFor<T>,
		id: StudyId,
		clinician: T::AccountId,
		justified: bool,
	) -> DispatchResult {
		let emergency = Emergencies::<T>::get(id, &clinician).ok_or(Error::<T>::NotFound)?;
		let reviewer = match T::CouncilOrigin::try_origin(origin) {
			Ok(_) => None,
			Err(origin) => {
				let who = frame_system::ensure_signed(origin)?;
				ensure!(who != clinician, Error::<T>::NotAuthorized);
				Self::ensure_staff(&who, emergency.custodian)?;
				Some(who)
			}
		};

		Emergencies::<T>::remove(id, &clinician);
		if !justified
			&& let Some(lease) = Leases::<T>::get(id, &clinician)
			&& matches!(lease.state, LeaseState::Live { basis: Basis::Emergency, .. })
		{
			Self::end_lease(reviewer.clone(), id, &clinician, lease, EndCause::Revoked);
		}

		Self::happened(reviewer, Event::EmergencyReviewed { study: id, clinician, justified });
		Ok(())
	}

	/// Counts an emergency of today, unless the clinician has opened as many as may be.
	fn count_emergency(clinician: &T::AccountId, now: Moment) -> DispatchResult {
		let day = now.checked_div(DAY).unwrap_or_default();
		let former = EmergencyCounts::<T>::get(clinician);
		let count = if former.day == day { former.count } else { 0 };
		ensure!(count < T::MaxEmergenciesPerDay::get(), Error::<T>::TooManyEmergencies);
		EmergencyCounts::<T>::insert(
			clinician,
			EmergencyCount { day, count: count.saturating_add(1) },
		);
		Ok(())
	}
}
