// SPDX-License-Identifier: Apache-2.0

//! Member hospitals, their council seats and their administrators.

use crate::{
	Administrators, BalanceOf, Config, Error, Event, InstitutionOf, InstitutionStatus,
	Institutions, Name, NextInstitution, Pallet, Seats,
};
use contour_primitives::{InstitutionId, Tenure};
use frame_support::{
	pallet_prelude::*,
	traits::{
		ChangeMembers, Time,
		fungible::{Inspect, Mutate},
		tokens::{Fortitude, Preservation},
	},
};
use frame_system::pallet_prelude::*;
use sp_runtime::traits::{AccountIdConversion, CheckedAdd, Zero};

/// A member hospital.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Institution<AccountId, Balance> {
	/// Name of the hospital, in UTF-8.
	pub name: Name,
	/// Account that acts for the institution and holds its council seat.
	pub administrator: AccountId,
	/// What the institution pays per member and day.
	pub allowance: Balance,
	/// Whether the institution is in good standing.
	pub status: InstitutionStatus,
}

impl<T: Config> Pallet<T> {
	/// The account that receives the fees and from which fee accounts are topped up.
	pub fn purse_account() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// The account that pays the fees of an institution's members. Nobody holds a key of it.
	pub fn fee_account_of(institution: InstitutionId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating((*b"fees", institution))
	}

	/// The active institution that the origin administers.
	pub(crate) fn ensure_administrator(
		origin: OriginFor<T>,
	) -> Result<InstitutionId, DispatchError> {
		let who = ensure_signed(origin)?;
		Self::administered_institution(&who).ok_or_else(|| Error::<T>::NotAuthorized.into())
	}

	/// Whether `who` has a seat in the council.
	pub fn is_seat(who: &T::AccountId) -> bool {
		Seats::<T>::get().binary_search(who).is_ok()
	}

	/// The active institution that `who` administers.
	pub(crate) fn administered_institution(who: &T::AccountId) -> Option<InstitutionId> {
		Administrators::<T>::get(who)
			.filter(|institution| Self::institution_is_active(*institution))
	}

	/// Whether the institution is a member in good standing.
	pub(crate) fn institution_is_active(institution: InstitutionId) -> bool {
		Institutions::<T>::get(institution)
			.is_some_and(|institution| institution.status == InstitutionStatus::Active)
	}

	/// Whether the institution's membership has ended for good.
	pub(crate) fn has_left(institution: InstitutionId) -> bool {
		Self::institution(institution).is_err()
	}

	pub(crate) fn do_admit_institution(
		name: Name,
		administrator: T::AccountId,
		allowance: BalanceOf<T>,
	) -> Result<InstitutionId, DispatchError> {
		ensure!(!name.is_empty() && core::str::from_utf8(&name).is_ok(), Error::<T>::InvalidName);
		ensure!(!Administrators::<T>::contains_key(&administrator), Error::<T>::AlreadyExists);
		ensure!(
			Administrators::<T>::count() < T::MaxInstitutions::get(),
			Error::<T>::TooManyInstitutions
		);
		let institution = NextInstitution::<T>::get();
		let next = institution.0.checked_add(1).ok_or(Error::<T>::TooManyInstitutions)?;

		Self::change_seats(None, Some(&administrator))?;
		NextInstitution::<T>::put(InstitutionId(next));
		Administrators::<T>::insert(&administrator, institution);
		Institutions::<T>::insert(
			institution,
			Institution {
				name,
				administrator: administrator.clone(),
				allowance,
				status: InstitutionStatus::Active,
			},
		);
		Self::keep_nonce(&administrator);

		Self::deposit_event(Event::InstitutionAdmitted {
			institution,
			administrator,
			fee_account: Self::fee_account_of(institution),
		});
		Ok(institution)
	}

	pub(crate) fn do_suspend_institution(institution: InstitutionId) -> DispatchResult {
		let record = Self::institution(institution)?;
		ensure!(record.status == InstitutionStatus::Active, Error::<T>::NotActive);
		Self::ensure_dispensable(institution)?;

		Self::change_seats(Some(&record.administrator), None)?;
		Self::set_status(institution, InstitutionStatus::Suspended { since: T::Clock::now() });
		T::Tenure::on_suspended(institution);

		Self::deposit_event(Event::InstitutionSuspended { institution });
		Ok(())
	}

	pub(crate) fn do_reinstate_institution(institution: InstitutionId) -> DispatchResult {
		let record = Self::institution(institution)?;
		ensure!(
			matches!(record.status, InstitutionStatus::Suspended { .. }),
			Error::<T>::NotSuspended
		);

		Self::change_seats(None, Some(&record.administrator))?;
		Self::set_status(institution, InstitutionStatus::Active);
		T::Tenure::on_reinstated(institution);

		Self::deposit_event(Event::InstitutionReinstated { institution });
		Ok(())
	}

	pub(crate) fn do_remove_institution(institution: InstitutionId) -> DispatchResult {
		let record = Self::institution(institution)?;
		if record.status == InstitutionStatus::Active {
			Self::ensure_dispensable(institution)?;
			Self::change_seats(Some(&record.administrator), None)?;
		}

		Administrators::<T>::remove(&record.administrator);
		Self::set_status(institution, InstitutionStatus::Removed { since: T::Clock::now() });
		Self::forget_limits(institution);
		T::Tenure::on_removed(institution);
		let returned = Self::empty_fee_account(institution)?;

		Self::deposit_event(Event::InstitutionRemoved { institution, returned });
		Ok(())
	}

	pub(crate) fn do_set_administrator(
		institution: InstitutionId,
		administrator: T::AccountId,
	) -> DispatchResult {
		let mut record = Self::institution(institution)?;
		ensure!(!Administrators::<T>::contains_key(&administrator), Error::<T>::AlreadyExists);

		if record.status == InstitutionStatus::Active {
			Self::change_seats(Some(&record.administrator), Some(&administrator))?;
		}
		let former = core::mem::replace(&mut record.administrator, administrator.clone());
		Administrators::<T>::remove(&former);
		Administrators::<T>::insert(&administrator, institution);
		Institutions::<T>::insert(institution, record);
		Self::keep_nonce(&administrator);

		Self::deposit_event(Event::AdministratorChanged {
			institution,
			from: former,
			to: administrator,
		});
		Ok(())
	}

	pub(crate) fn do_top_up(institution: InstitutionId, amount: BalanceOf<T>) -> DispatchResult {
		Self::institution(institution)?;
		T::Currency::transfer(
			&Self::purse_account(),
			&Self::fee_account_of(institution),
			amount,
			Preservation::Preserve,
		)?;

		Self::deposit_event(Event::FeeAccountToppedUp { institution, amount });
		Ok(())
	}

	/// Keeps the account's nonce for ever, so that none of its transactions can be replayed after
	/// its balance is gone, and lets other pallets rely on the account (session keys, holds of
	/// zero) although it has no balance of its own. The first reference marks that this was done.
	pub(crate) fn keep_nonce(who: &T::AccountId) {
		if frame_system::Pallet::<T>::sufficients(who).is_zero() {
			frame_system::Pallet::<T>::inc_sufficients(who);
			frame_system::Pallet::<T>::inc_providers(who);
		}
	}

	/// An institution that has not left.
	fn institution(institution: InstitutionId) -> Result<InstitutionOf<T>, DispatchError> {
		Institutions::<T>::get(institution)
			.filter(|record| !matches!(record.status, InstitutionStatus::Removed { .. }))
			.ok_or_else(|| Error::<T>::InstitutionNotFound.into())
	}

	fn set_status(institution: InstitutionId, status: InstitutionStatus) {
		Institutions::<T>::mutate(institution, |record| {
			if let Some(record) = record {
				record.status = status;
			}
		});
	}

	fn ensure_dispensable(institution: InstitutionId) -> DispatchResult {
		ensure!(Seats::<T>::decode_len() > Some(1), Error::<T>::LastInstitution);
		T::Tenure::ensure_dispensable(institution)
	}

	/// Takes a seat from one account, gives one to another and tells the council.
	fn change_seats(
		outgoing: Option<&T::AccountId>,
		incoming: Option<&T::AccountId>,
	) -> DispatchResult {
		let mut seats = Seats::<T>::get();
		if let Some(account) = outgoing {
			seats.retain(|seat| seat != account);
		}
		if let Some(account) = incoming
			&& let Err(position) = seats.binary_search(account)
		{
			seats
				.try_insert(position, account.clone())
				.map_err(|_| Error::<T>::TooManyInstitutions)?;
		}
		let list = |account: Option<&T::AccountId>| account.cloned().into_iter().collect();
		let (incoming, outgoing): (alloc::vec::Vec<_>, alloc::vec::Vec<_>) =
			(list(incoming), list(outgoing));
		T::Council::change_members_sorted(&incoming, &outgoing, &seats);
		Seats::<T>::put(seats);
		Ok(())
	}

	pub(crate) fn do_reclaim(institution: InstitutionId) -> DispatchResult {
		let record = Institutions::<T>::get(institution).ok_or(Error::<T>::InstitutionNotFound)?;
		ensure!(matches!(record.status, InstitutionStatus::Removed { .. }), Error::<T>::NotRemoved);
		let amount = Self::empty_fee_account(institution)?;
		ensure!(!amount.is_zero(), Error::<T>::NothingToReclaim);

		Self::deposit_event(Event::FeeAccountReclaimed { institution, amount });
		Ok(())
	}

	/// Moves all that is left for fees to the purse.
	fn empty_fee_account(institution: InstitutionId) -> Result<BalanceOf<T>, DispatchError> {
		let fee_account = Self::fee_account_of(institution);
		let purse = Self::purse_account();
		let amount = T::Currency::reducible_balance(
			&fee_account,
			Preservation::Expendable,
			Fortitude::Polite,
		);
		// A purse without an account could not take less than the existential deposit.
		let purse_after = T::Currency::balance(&purse).checked_add(&amount);
		if amount.is_zero() || purse_after < Some(T::Currency::minimum_balance()) {
			return Ok(Zero::zero());
		}
		T::Currency::transfer(&fee_account, &purse, amount, Preservation::Expendable)
	}
}

impl<T: Config> contour_primitives::Institutions<T::AccountId> for Pallet<T> {
	fn is_active(institution: InstitutionId) -> bool {
		Self::institution_is_active(institution)
	}

	fn administered_by(who: &T::AccountId) -> Option<InstitutionId> {
		Self::administered_institution(who)
	}

	fn fee_account_of(institution: InstitutionId) -> T::AccountId {
		Self::fee_account_of(institution)
	}

	fn introduce(who: &T::AccountId) {
		Self::keep_nonce(who);
	}
}
