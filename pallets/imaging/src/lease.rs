// SPDX-License-Identifier: Apache-2.0

//! Leases: asked for, granted, used, ended, forgotten.

use crate::{
	Basis, Config, EndCause, Error, Event, GranteeLeases, Holder, LeaseOf, LeaseState, Leases,
	Locator, Matter, Pallet, PatientLeases, Requests, Studies, StudyOf, WrappedKey, WrappedKeys,
	history::Detail,
};
use codec::{Decode, Encode, MaxEncodedLen};
use contour_primitives::{
	Action, Hash, InstitutionId, Institutions, KeyRegistry, Moment, Purpose, Standing, StudyId,
	audit::AccessKind,
};
use frame_support::{
	pallet_prelude::*,
	traits::{Consideration, Time},
};

/// That one account may read one study, or asked to.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Lease<Deposit> {
	/// The institution under whose credential the grantee acts.
	pub institution: InstitutionId,
	/// For what.
	pub purpose: Purpose,
	/// Hash of an ethics board's approval.
	pub approval: Option<Hash>,
	/// Where the lease stands.
	pub state: LeaseState,
	/// What is held from the grantee's institution for the storage.
	pub deposit: Deposit,
}

impl<Deposit> Lease<Deposit> {
	/// Whether the study may be read under it at a moment.
	pub fn is_live(&self, now: Moment) -> bool {
		matches!(self.state, LeaseState::Live { expires, .. } if now < expires)
	}

	/// The action whose standard its use needs.
	pub(crate) fn action(&self) -> Action {
		match self.state {
			LeaseState::Live { basis: Basis::Emergency, .. } => Action::EmergencyAccess,
			_ => Action::AccessStudy,
		}
	}

	/// Whether it is live, or would be if its time were not over, and depends on consent.
	pub(crate) fn needs_consent(&self) -> bool {
		matches!(self.state, LeaseState::Live { basis: Basis::Grant, .. })
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_request_access(
		grantee: T::AccountId,
		id: StudyId,
		purpose: Purpose,
		duration: Moment,
		approval: Option<Hash>,
	) -> DispatchResult {
		let study = Self::study(id)?;
		ensure!((1..=T::MaxLease::get()).contains(&duration), Error::<T>::DurationOutOfRange);
		let institution = T::Standing::may(&grantee, Action::AccessStudy, study.modality)
			.map_err(Error::<T>::Refused)?;
		Self::ensure_consented(id, &study, purpose, approval.is_some())?;
		let since = T::Clock::now();

		let state = LeaseState::Requested { since, duration };
		Self::put_lease(id, &grantee, institution, purpose, approval, state)?;
		Requests::<T>::insert(study.custodian, (id, &grantee), ());
		Self::put_on_agenda(
			since.saturating_add(T::RequestWindow::get()),
			Matter::LeaseForgotten(id, grantee.clone()),
		);

		let who = Some(grantee.clone());
		let event = Event::AccessRequested { study: id, grantee, institution, purpose, duration };
		Self::happened(who, event);
		Ok(())
	}

	/// Grants a request, or gives the key to whoever opened an emergency.
	pub(crate) fn do_grant_access(
		who: T::AccountId,
		id: StudyId,
		grantee: T::AccountId,
		key: WrappedKey,
		expires: Moment,
		locator: Locator,
	) -> DispatchResult {
		let study = Self::study(id)?;
		Self::ensure_staff(&who, study.custodian)?;
		Self::ensure_wrapped(&grantee, &key)?;
		let now = T::Clock::now();
		let lease = Leases::<T>::get(id, &grantee).ok_or(Error::<T>::LeaseNotFound)?;
		let (start, latest, basis) = match &lease.state {
			LeaseState::Requested { since, duration } => {
				let lapses = since.saturating_add(T::RequestWindow::get());
				ensure!(now < lapses, Error::<T>::NotRequested);
				Self::ensure_entitled(id, &study, &grantee, &lease)?;
				if let Some(patient) = study.patient.clone() {
					Self::count(Holder::Patient(patient), T::MaxLiveLeasesPerPatient::get())?;
				}
				(now, now.saturating_add(*duration), Basis::Grant)
			}
			LeaseState::Live { start, expires, basis: Basis::Emergency, locator: None } => {
				(*start, *expires, Basis::Emergency)
			}
			LeaseState::Live { .. } | LeaseState::Ended { .. } => {
				return Err(Error::<T>::NotRequested.into());
			}
		};
		ensure!(now < expires && expires <= latest, Error::<T>::ExpiryOutOfRange);

		let (institution, purpose) = (lease.institution, lease.purpose);
		let state = LeaseState::Live { start, expires, basis, locator: Some(locator) };
		Leases::<T>::insert(id, &grantee, Lease { state, ..lease });
		WrappedKeys::<T>::insert(id, &grantee, key);
		Requests::<T>::remove(study.custodian, (id, &grantee));
		if let (Basis::Grant, Some(patient)) = (basis, &study.patient) {
			PatientLeases::<T>::insert(patient, (id, &grantee), ());
		}
		Self::put_on_agenda(expires, Matter::LeaseEnds(id, grantee.clone()));

		let event = Event::AccessGranted { study: id, grantee, institution, purpose, expires };
		Self::happened(Some(who), event);
		Ok(())
	}

	/// Takes a request away.
	pub(crate) fn do_decline_access(
		who: T::AccountId,
		id: StudyId,
		grantee: T::AccountId,
	) -> DispatchResult {
		let study = Self::study(id)?;
		Self::ensure_staff(&who, study.custodian)?;
		Self::drop_request(who, id, grantee)
	}

	/// Gives the grantee's lease back, or withdraws the grantee's request.
	pub(crate) fn do_end_access(grantee: T::AccountId, id: StudyId) -> DispatchResult {
		let lease = Leases::<T>::get(id, &grantee).ok_or(Error::<T>::LeaseNotFound)?;
		match lease.state {
			LeaseState::Requested { .. } => Self::drop_request(grantee.clone(), id, grantee),
			LeaseState::Live { .. } => {
				let who = Some(grantee.clone());
				Self::end_lease(who, id, &grantee, lease, EndCause::Returned);
				Ok(())
			}
			LeaseState::Ended { .. } => Err(Error::<T>::NotLive.into()),
		}
	}

	pub(crate) fn do_renew_access(
		who: T::AccountId,
		id: StudyId,
		grantee: T::AccountId,
		key: WrappedKey,
		expires: Moment,
	) -> DispatchResult {
		let study = Self::study(id)?;
		Self::ensure_staff(&who, study.custodian)?;
		Self::ensure_wrapped(&grantee, &key)?;
		let mut lease = Leases::<T>::get(id, &grantee).ok_or(Error::<T>::LeaseNotFound)?;
		let now = T::Clock::now();
		ensure!(lease.is_live(now), Error::<T>::NotLive);
		Self::ensure_entitled(id, &study, &grantee, &lease)?;
		let LeaseState::Live { expires: until, basis: Basis::Grant, .. } = &mut lease.state else {
			// An emergency is short; whoever needs more asks for a lease.
			return Err(Error::<T>::NotLive.into());
		};
		let latest = now.saturating_add(T::MaxLease::get());
		ensure!(*until < expires && expires <= latest, Error::<T>::ExpiryOutOfRange);

		*until = expires;
		Leases::<T>::insert(id, &grantee, lease);
		WrappedKeys::<T>::insert(id, &grantee, key);
		Self::put_on_agenda(expires, Matter::LeaseEnds(id, grantee.clone()));

		Self::happened(Some(who), Event::AccessRenewed { study: id, grantee, expires });
		Ok(())
	}

	/// Ends a lease, by the custodian or the patient.
	pub(crate) fn do_revoke_access(
		who: T::AccountId,
		id: StudyId,
		grantee: T::AccountId,
	) -> DispatchResult {
		let study = Self::study(id)?;
		Self::ensure_patient_or_staff(&who, &study)?;
		let lease = Leases::<T>::get(id, &grantee).ok_or(Error::<T>::LeaseNotFound)?;
		ensure!(matches!(lease.state, LeaseState::Live { .. }), Error::<T>::NotLive);
		Self::end_lease(Some(who), id, &grantee, lease, EndCause::Revoked);
		Ok(())
	}

	/// Writes down that the grantee used the study, or tried to when the lease had ended.
	pub(crate) fn do_record_access(
		grantee: T::AccountId,
		id: StudyId,
		kind: AccessKind,
	) -> DispatchResult {
		let study = Self::study(id)?;
		let lease = Leases::<T>::get(id, &grantee).ok_or(Error::<T>::LeaseNotFound)?;
		ensure!(!matches!(lease.state, LeaseState::Requested { .. }), Error::<T>::NotLive);
		let live = lease.is_live(T::Clock::now())
			&& T::Standing::may_at(&grantee, lease.institution, lease.action(), study.modality)
				.is_ok();

		let who = Some(grantee.clone());
		let event = if live {
			Event::Accessed { study: id, grantee, kind }
		} else {
			Event::AccessAttempted { study: id, custodian: study.custodian, grantee, kind }
		};
		Self::happened(who, event);
		Ok(())
	}

	/// Records a lease for somebody who has none on the study that is asked for or live.
	pub(crate) fn put_lease(
		id: StudyId,
		grantee: &T::AccountId,
		institution: InstitutionId,
		purpose: Purpose,
		approval: Option<Hash>,
		state: LeaseState,
	) -> DispatchResult {
		let now = T::Clock::now();
		if let Some(former) = Leases::<T>::get(id, grantee) {
			match former.state {
				LeaseState::Requested { since, .. } => {
					let lapses = since.saturating_add(T::RequestWindow::get());
					ensure!(lapses <= now, Error::<T>::AlreadyExists);
					Self::lapse(id, grantee)?;
				}
				LeaseState::Live { .. } => {
					ensure!(!former.is_live(now), Error::<T>::AlreadyExists);
					Self::end_lease(None, id, grantee, former, EndCause::Expired);
					Self::forget_lease(id, grantee)?;
				}
				LeaseState::Ended { .. } => Self::forget_lease(id, grantee)?,
			}
		}
		Self::count(Holder::Study(id), T::MaxLeasesPerStudy::get())?;
		Self::count(Holder::Grantee(grantee.clone()), T::MaxLeasesPerGrantee::get())?;
		let deposit = Self::take_deposit::<LeaseOf<T>>(institution)?;

		Leases::<T>::insert(id, grantee, Lease { institution, purpose, approval, state, deposit });
		GranteeLeases::<T>::insert(grantee, id, ());
		Ok(())
	}

	/// Ends a live lease: the key goes at once, the record stays for a while. `who` is nobody when
	/// time or the council ended it.
	pub(crate) fn end_lease(
		who: Option<T::AccountId>,
		id: StudyId,
		grantee: &T::AccountId,
		lease: LeaseOf<T>,
		cause: EndCause,
	) {
		let LeaseState::Live { expires, .. } = lease.state else {
			return;
		};
		Self::erase_key(id, grantee);
		let since = T::Clock::now();
		let state = LeaseState::Ended { since, cause };
		Leases::<T>::insert(id, grantee, Lease { state, ..lease });
		Self::put_on_agenda(
			since.saturating_add(T::AttemptWindow::get()),
			Matter::LeaseForgotten(id, grantee.clone()),
		);

		let event = Event::AccessEnded { study: id, grantee: grantee.clone(), cause };
		Self::happened_with(who, event, Detail::Expiry(expires));
	}

	/// Takes a request away that nobody has answered in time.
	pub(crate) fn lapse(id: StudyId, grantee: &T::AccountId) -> DispatchResult {
		Self::forget_lease(id, grantee)?;

		Self::happened(None, Event::RequestLapsed { study: id, grantee: grantee.clone() });
		Ok(())
	}

	/// Removes what is left of a lease and returns its deposit.
	pub(crate) fn forget_lease(id: StudyId, grantee: &T::AccountId) -> DispatchResult {
		let Some(lease) = Leases::<T>::take(id, grantee) else {
			return Ok(());
		};
		Self::erase_key(id, grantee);
		if let Some(study) = Studies::<T>::get(id) {
			Requests::<T>::remove(study.custodian, (id, grantee));
		}
		GranteeLeases::<T>::remove(grantee, id);
		Self::discount(Holder::Study(id));
		Self::discount(Holder::Grantee(grantee.clone()));
		lease.deposit.drop(&T::Institutions::fee_account_of(lease.institution))
	}

	fn erase_key(id: StudyId, grantee: &T::AccountId) {
		WrappedKeys::<T>::remove(id, grantee);
		let patient = Studies::<T>::get(id).and_then(|study| study.patient);
		if let Some(patient) = patient
			&& PatientLeases::<T>::take(&patient, (id, grantee)).is_some()
		{
			Self::discount(Holder::Patient(patient));
		}
	}

	fn drop_request(who: T::AccountId, id: StudyId, grantee: T::AccountId) -> DispatchResult {
		let lease = Leases::<T>::get(id, &grantee).ok_or(Error::<T>::LeaseNotFound)?;
		ensure!(matches!(lease.state, LeaseState::Requested { .. }), Error::<T>::NotRequested);
		Self::forget_lease(id, &grantee)?;

		Self::happened(Some(who), Event::AccessDeclined { study: id, grantee });
		Ok(())
	}

	/// Refuses unless the key has the length that the grantee's key suite gives a wrapped one.
	fn ensure_wrapped(grantee: &T::AccountId, key: &WrappedKey) -> DispatchResult {
		let suite = T::KeyRegistry::suite_of(grantee).ok_or(Error::<T>::NoEncryptionKey)?;
		ensure!(
			u32::try_from(key.len()) == Ok(suite.wrapped_key_bytes()),
			Error::<T>::InvalidKeyLength
		);
		Ok(())
	}

	/// Refuses unless the grantee still meets the standard, and the purpose still has consent.
	fn ensure_entitled(
		id: StudyId,
		study: &StudyOf<T>,
		grantee: &T::AccountId,
		lease: &LeaseOf<T>,
	) -> DispatchResult {
		T::Standing::may_at(grantee, lease.institution, Action::AccessStudy, study.modality)
			.map_err(Error::<T>::Refused)?;
		Self::ensure_consented(id, study, lease.purpose, lease.approval.is_some())
	}
}
