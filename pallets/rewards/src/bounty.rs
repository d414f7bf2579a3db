// SPDX-License-Identifier: Apache-2.0

//! Bounties: held when a task opens, paid or freed when it ends.

use crate::{
	Bounties, Config, CurrentPolicy, Error, Event, HoldReason, Pallet, Terms,
	payout::{Payee, payments},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::{Balance, InstitutionId, Institutions, Settlement, TaskId};
use frame_support::{
	pallet_prelude::*,
	storage::with_storage_layer,
	traits::{
		Defensive,
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use sp_runtime::traits::Zero;

/// What is held for a task.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Bounty {
	/// From whose pot.
	pub institution: InstitutionId,
	/// How much; it may be nothing.
	pub amount: Balance,
	/// How it will be divided: as the policy was when the task was opened.
	pub terms: Terms,
}

impl<T: Config> contour_primitives::Bounties<T::AccountId, Balance> for Pallet<T> {
	fn reserve(task: TaskId, institution: InstitutionId, bounty: Balance) -> DispatchResult {
		Self::do_reserve(task, institution, bounty)
	}

	fn settle(task: TaskId, settlement: Settlement<T::AccountId>) {
		Self::do_settle(task, &settlement);
	}

	fn release(task: TaskId) {
		Self::do_release(task);
	}
}

impl<T: Config> Pallet<T> {
	fn do_reserve(task: TaskId, institution: InstitutionId, amount: Balance) -> DispatchResult {
		ensure!(T::Institutions::is_active(institution), Error::<T>::InstitutionNotActive);
		ensure!(!Bounties::<T>::contains_key(task), Error::<T>::AlreadyExists);
		if !amount.is_zero() {
			let pot = Self::pot_account(institution);
			T::Currency::hold(&HoldReason::Bounty.into(), &pot, amount)
				.map_err(|_| Error::<T>::PotTooSmall)?;
		}
		let terms = CurrentPolicy::<T>::get().terms;
		Bounties::<T>::insert(task, Bounty { institution, amount, terms });

		Self::deposit_event(Event::BountyReserved { task, institution, amount });
		Ok(())
	}

	/// The record is taken first: nothing is paid for a task a second time.
	fn do_settle(task: TaskId, settlement: &Settlement<T::AccountId>) {
		let Some(Bounty { institution, amount, terms }) = Bounties::<T>::take(task) else {
			return;
		};
		let pot = Self::pot_account(institution);
		let mut held = amount;
		for payment in payments(amount, &terms, settlement) {
			// The pot's other holds are other tasks' money.
			let Some(left) = held.checked_sub(payment.amount).defensive() else {
				continue;
			};
			let payee = match payment.payee {
				Payee::Account(who) => who,
				Payee::Pot(institution) => Self::pot_account(institution),
			};
			let (share, amount) = (payment.share, payment.amount);
			if Self::pay(&pot, &payee, amount).is_ok() {
				held = left;
				Self::deposit_event(Event::Paid { task, payee, share, amount });
			} else {
				Self::deposit_event(Event::NotPaid { task, payee, share, amount });
			}
		}
		Self::free(&pot, held);
		let paid = amount.saturating_sub(held);
		Self::deposit_event(Event::BountySettled { task, institution, paid, refunded: held });

		Self::recognise(task, &terms, settlement);
	}

	fn do_release(task: TaskId) {
		let Some(Bounty { institution, amount, .. }) = Bounties::<T>::take(task) else {
			return;
		};
		Self::free(&Self::pot_account(institution), amount);
		Self::deposit_event(Event::BountyReleased { task, institution, amount });
	}

	/// Pays all of it or nothing: an account that is not there takes no less than the existential
	/// deposit.
	fn pay(pot: &T::AccountId, payee: &T::AccountId, amount: Balance) -> DispatchResult {
		with_storage_layer(|| {
			T::Currency::transfer_on_hold(
				&HoldReason::Bounty.into(),
				pot,
				payee,
				amount,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			)
			.map(|_| ())
		})
	}

	fn free(pot: &T::AccountId, amount: Balance) {
		if amount.is_zero() {
			return;
		}
		let reason = HoldReason::Bounty.into();
		let _ = T::Currency::release(&reason, pot, amount, Precision::BestEffort)
			.defensive_proof("what was held can be returned");
	}
}
