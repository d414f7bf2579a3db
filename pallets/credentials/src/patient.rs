// SPDX-License-Identifier: Apache-2.0

//! Enrolment of patients' pseudonymous accounts.

use crate::{Config, Error, Event, Pallet, Patients};
use contour_primitives::InstitutionId;
use frame_support::pallet_prelude::*;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_enrol_patient(
		institution: InstitutionId,
		patient: T::AccountId,
	) -> DispatchResult {
		Patients::<T>::try_mutate(&patient, |enrolments| {
			ensure!(!enrolments.contains(&institution), Error::<T>::AlreadyExists);
			if enrolments.is_full() {
				enrolments.retain(|enrolled| !Self::has_left(*enrolled));
			}
			enrolments.try_push(institution).map_err(|_| Error::<T>::TooManyVouchers)
		})?;
		Self::keep_nonce(&patient);

		Self::deposit_event(Event::PatientEnrolled { institution, patient });
		Ok(())
	}

	pub(crate) fn do_discharge_patient(
		institution: InstitutionId,
		patient: T::AccountId,
	) -> DispatchResult {
		Patients::<T>::try_mutate_exists(&patient, |enrolments| {
			let list = enrolments.as_mut().ok_or(Error::<T>::PatientNotFound)?;
			let before = list.len();
			list.retain(|enrolled| *enrolled != institution);
			ensure!(list.len() < before, Error::<T>::PatientNotFound);
			if list.is_empty() {
				*enrolments = None;
			}
			Ok::<_, Error<T>>(())
		})?;
		Self::forget_allowance(institution, &patient);

		Self::deposit_event(Event::PatientDischarged { institution, patient });
		Ok(())
	}
}
