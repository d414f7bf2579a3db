// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's storage.

use crate::{
	Agenda, Basis, Config, Emergencies, GranteeLeases, Holder, LeaseCounts, LeaseOf, LeaseState,
	Leases, Matter, MisuseCounts, Misuses, NextMinute, Offers, Pallet, PatientLeases,
	PatientStudies, Requests, Review, Studies, StudyDirectives, Tombstones, WrappedKeys,
};
use alloc::collections::BTreeMap;
use codec::Encode;
use contour_primitives::{Moment, StudyId};
use frame_support::{ensure, traits::Get};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks that:
	///
	/// 1. a withdrawn study has no record, directive, offer, lease or key;
	/// 2. a wrapped key belongs to a live lease, and a granted lease has one;
	/// 3. a granted lease is live for a purpose that has consent;
	/// 4. studies are listed with their patient, and requests with the custodian; leases are listed with their grantee and, when they depend on it, with their patient, and
	///    counted rightly everywhere;
	/// 5. time will look at every lease and at every review;
	/// 6. misuses are counted rightly.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for id in Tombstones::<T>::iter_keys() {
			ensure!(!Studies::<T>::contains_key(id), "a withdrawn study has a record");
		}
		let known = |id| Studies::<T>::contains_key(id);
		ensure!(StudyDirectives::<T>::iter_keys().all(known), "a directive for no study");
		ensure!(Offers::<T>::iter_keys().all(known), "an offer of no study");
		ensure!(Leases::<T>::iter_keys().all(|(id, _)| known(id)), "a lease on no study");

		for (id, study) in Studies::<T>::iter() {
			ensure!(
				study.patient.is_none_or(|patient| PatientStudies::<T>::contains_key(patient, id)),
				"a patient misses a study"
			);
		}
		ensure!(
			PatientStudies::<T>::iter_keys().all(|(patient, id)| {
				Studies::<T>::get(id).is_some_and(|study| study.patient == Some(patient))
			}),
			"a study is another patient's"
		);
		ensure!(
			Requests::<T>::iter_keys().all(|(custodian, (id, grantee))| {
				let requested =
					|lease: LeaseOf<T>| matches!(lease.state, LeaseState::Requested { .. });
				Studies::<T>::get(id).is_some_and(|study| study.custodian == custodian)
					&& Leases::<T>::get(id, grantee).is_some_and(requested)
			}),
			"a request is another custodian's, or none"
		);

		let mut counts = BTreeMap::<_, u32>::new();
		let mut count = |holder: Holder<T::AccountId>| {
			let number = counts.entry(holder.encode()).or_default();
			*number = number.saturating_add(1);
		};
		for (id, grantee, lease) in Leases::<T>::iter() {
			Self::ensure_lease_is_sound(id, &grantee, &lease)?;
			count(Holder::Study(id));
			count(Holder::Grantee(grantee.clone()));
		}
		for (patient, (id, grantee)) in PatientLeases::<T>::iter_keys() {
			let lease = Leases::<T>::get(id, &grantee).ok_or("a patient's lease is not there")?;
			ensure!(lease.needs_consent(), "a patient's lease is not live");
			ensure!(
				Studies::<T>::get(id).is_some_and(|study| study.patient == Some(patient.clone())),
				"a lease is another patient's"
			);
			count(Holder::Patient(patient));
		}
		let kept: BTreeMap<_, _> =
			LeaseCounts::<T>::iter().map(|(holder, number)| (holder.encode(), number)).collect();
		ensure!(kept == counts, "leases are miscounted");
		ensure!(
			GranteeLeases::<T>::iter_keys().all(|(who, id)| Leases::<T>::contains_key(id, who)),
			"a grantee's lease is not there"
		);
		for (id, grantee) in WrappedKeys::<T>::iter_keys() {
			ensure!(
				Leases::<T>::get(id, grantee)
					.is_some_and(|lease| matches!(lease.state, LeaseState::Live { .. })),
				"a key without a live lease"
			);
		}

		for (id, clinician, emergency) in Emergencies::<T>::iter() {
			if let Review::Due { by } = emergency.review {
				Self::ensure_on_agenda(by, Matter::ReviewDue(id, clinician))?;
			}
		}
		let mut misuses = BTreeMap::<_, u32>::new();
		for (grantee, _) in Misuses::<T>::iter_keys() {
			let number = misuses.entry(grantee.encode()).or_default();
			*number = number.saturating_add(1);
		}
		let kept: BTreeMap<_, _> =
			MisuseCounts::<T>::iter().map(|(who, number)| (who.encode(), number)).collect();
		ensure!(kept == misuses, "misuses are miscounted");
		Ok(())
	}

	fn ensure_lease_is_sound(
		id: StudyId,
		grantee: &T::AccountId,
		lease: &LeaseOf<T>,
	) -> Result<(), TryRuntimeError> {
		ensure!(GranteeLeases::<T>::contains_key(grantee, id), "a grantee misses a lease");
		match &lease.state {
			LeaseState::Requested { since, .. } => {
				let custodian = Self::study(id).map_err(|_| "a request for no study")?.custodian;
				ensure!(
					Requests::<T>::contains_key(custodian, (id, grantee)),
					"a custodian misses a request"
				);
				let lapses = since.saturating_add(T::RequestWindow::get());
				Self::ensure_on_agenda(lapses, Matter::LeaseForgotten(id, grantee.clone()))
			}
			LeaseState::Ended { since, .. } => Self::ensure_on_agenda(
				since.saturating_add(T::AttemptWindow::get()),
				Matter::LeaseForgotten(id, grantee.clone()),
			),
			LeaseState::Live { start, expires, basis, locator } => {
				ensure!(start < expires, "a lease ends before it starts");
				ensure!(
					locator.is_some() == WrappedKeys::<T>::contains_key(id, grantee),
					"a lease has a copy without a key, or a key without a copy"
				);
				if *basis == Basis::Grant {
					let study = Self::study(id).map_err(|_| "a lease on no study")?;
					ensure!(locator.is_some(), "a granted lease has no key");
					let approved = lease.approval.is_some();
					Self::ensure_consented(id, &study, lease.purpose, approved)
						.map_err(|_| "a lease without consent")?;
					ensure!(
						study.patient.is_none_or(|patient| {
							PatientLeases::<T>::contains_key(patient, (id, grantee))
						}),
						"a patient misses a lease"
					);
				}
				Self::ensure_on_agenda(*expires, Matter::LeaseEnds(id, grantee.clone()))
			}
		}
	}

	fn ensure_on_agenda(due: Moment, matter: Matter<T::AccountId>) -> Result<(), TryRuntimeError> {
		let minute = Self::minute_of(due);
		ensure!(Agenda::<T>::contains_key(minute, matter), "time will not look at something");
		ensure!(
			NextMinute::<T>::get().is_some_and(|next| next <= minute),
			"time has passed something by"
		);
		Ok(())
	}
}
