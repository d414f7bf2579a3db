// SPDX-License-Identifier: Apache-2.0

//! Pots: filled, emptied, and given back.

use crate::{Config, Error, Event, Pallet};
use codec::{Decode, Encode};
use contour_primitives::{Balance, InstitutionId, Institutions};
use frame_support::{
	pallet_prelude::*,
	traits::{
		fungible::{Inspect, Mutate},
		tokens::{Fortitude, Preservation},
	},
};
use sp_runtime::traits::{AccountIdConversion, Zero};

/// What an institution has for bounties.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Pot<AccountId> {
	/// The account, which has no key.
	pub account: AccountId,
	/// What is not promised to any task.
	pub free: Balance,
	/// What is held for tasks.
	pub held: Balance,
}

impl<T: Config> Pallet<T> {
	/// The account in which an institution's pot is.
	pub fn pot_account(institution: InstitutionId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(institution)
	}

	pub(crate) fn do_fund(
		who: T::AccountId,
		institution: InstitutionId,
		amount: Balance,
	) -> DispatchResult {
		ensure!(T::Institutions::is_active(institution), Error::<T>::InstitutionNotActive);
		Self::pay_in(&who, institution, amount)?;
		Self::deposit_event(Event::PotFunded { institution, from: who, amount });
		Ok(())
	}

	pub(crate) fn do_allocate(who: T::AccountId, amount: Balance) -> DispatchResult {
		let institution = Self::administered_by(&who)?;
		Self::pay_in(&T::Institutions::fee_account_of(institution), institution, amount)?;
		Self::deposit_event(Event::Allocated { institution, amount });
		Ok(())
	}

	pub(crate) fn do_reclaim(who: T::AccountId, amount: Balance) -> DispatchResult {
		let institution = Self::administered_by(&who)?;
		let pot = Self::pot_account(institution);
		ensure!(!amount.is_zero(), Error::<T>::NothingToMove);
		let left = T::Currency::balance(&pot).checked_sub(amount).ok_or(Error::<T>::PotTooSmall)?;
		// With a hold on it an account keeps the existential deposit; without, it may end.
		let is_whole = T::Currency::total_balance(&pot) == amount;
		ensure!(is_whole || left >= T::Currency::minimum_balance(), Error::<T>::PotBelowMinimum);

		Self::pay_out(&pot, institution, amount)?;
		Self::deposit_event(Event::Reclaimed { institution, amount });
		Ok(())
	}

	pub(crate) fn do_sweep(institution: InstitutionId) -> DispatchResult {
		ensure!(!T::Institutions::is_active(institution), Error::<T>::InstitutionActive);
		let pot = Self::pot_account(institution);
		let amount =
			T::Currency::reducible_balance(&pot, Preservation::Expendable, Fortitude::Polite);
		ensure!(!amount.is_zero(), Error::<T>::NothingToMove);

		Self::pay_out(&pot, institution, amount)?;
		Self::deposit_event(Event::PotSwept { institution, amount });
		Ok(())
	}

	fn administered_by(who: &T::AccountId) -> Result<InstitutionId, Error<T>> {
		T::Institutions::administered_by(who).ok_or(Error::<T>::NotAuthorized)
	}

	/// The payer's account stays, so that no dust is lost.
	fn pay_in(from: &T::AccountId, institution: InstitutionId, amount: Balance) -> DispatchResult {
		let pot = Self::pot_account(institution);
		ensure!(!amount.is_zero(), Error::<T>::NothingToMove);
		ensure!(
			T::Currency::balance(&pot).saturating_add(amount) >= T::Currency::minimum_balance(),
			Error::<T>::PotBelowMinimum
		);
		T::Currency::transfer(from, &pot, amount, Preservation::Preserve)?;
		Ok(())
	}

	fn pay_out(pot: &T::AccountId, institution: InstitutionId, amount: Balance) -> DispatchResult {
		let fee_account = T::Institutions::fee_account_of(institution);
		T::Currency::transfer(pot, &fee_account, amount, Preservation::Expendable)?;
		Ok(())
	}
}
