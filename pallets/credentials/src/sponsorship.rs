// SPDX-License-Identifier: Apache-2.0

//! Fees that institutions pay for their members, and what costs nothing, all within daily limits.

use crate::{
	AdministratorAllowances, Allowances, BalanceOf, Config, DailyCaps, DailyLimits, Error, Event,
	FreeSpent, Institutions, Pallet, Spent, SpentBy, standing::Basis,
};
use contour_primitives::{DAY, InstitutionId, Merit, Moment, Refusal, Sponsor, Sponsorship};
use frame_support::{
	pallet_prelude::*,
	traits::{
		Time,
		fungible::Inspect,
		tokens::{Fortitude, Preservation},
	},
};
use sp_runtime::{
	Permill,
	traits::{Saturating, Zero},
};

/// What an institution has paid for an account on one day.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Spending<Balance> {
	/// The day: Unix time divided by the length of a day.
	pub day: Moment,
	/// The amount.
	pub amount: Balance,
}

impl<T: Config> Pallet<T> {
	/// What is left today of what `institution` pays for `who`. Of staff it is more for those who have
	/// earned a privilege by validated work. The administrator has what the council permits, so that no
	/// allowance can lock out who sets it.
	pub(crate) fn unspent(
		who: &T::AccountId,
		institution: InstitutionId,
		basis: Basis,
	) -> BalanceOf<T> {
		let allowance = match basis {
			Basis::Administrator => AdministratorAllowances::<T>::get(institution)
				.unwrap_or_else(T::AdministratorAllowance::get),
			_ => Self::member_allowance(who, institution, basis),
		};
		allowance.saturating_sub(Self::spent_today(who, institution))
	}

	fn member_allowance(
		who: &T::AccountId,
		institution: InstitutionId,
		basis: Basis,
	) -> BalanceOf<T> {
		let general = || {
			Institutions::<T>::get(institution).map_or_else(Zero::zero, |record| record.allowance)
		};
		let allowance = Allowances::<T>::get(institution, who).unwrap_or_else(|| match basis {
			Basis::Patient => general().min(T::PatientAllowance::get()),
			_ => general(),
		});
		let privilege = Permill::from_parts(T::Merit::privilege(who)).mul_floor(allowance);
		allowance.saturating_add(privilege)
	}

	/// What is left today of what `institution` pays for all but its administrator.
	pub(crate) fn unspent_by(institution: InstitutionId) -> BalanceOf<T> {
		let limit = DailyLimits::<T>::get(institution).unwrap_or_else(T::DailyLimit::get);
		let cap = DailyCaps::<T>::get(institution).map_or(limit, |cap| cap.min(limit));
		cap.saturating_sub(Self::amount_today(SpentBy::<T>::get(institution)))
	}

	/// What the fee account of `institution` can still pay.
	pub fn available_for_fees(institution: InstitutionId) -> BalanceOf<T> {
		T::Currency::reducible_balance(
			&Self::fee_account_of(institution),
			Preservation::Preserve,
			Fortitude::Polite,
		)
	}

	pub(crate) fn do_set_administrator_allowance(
		institution: InstitutionId,
		allowance: Option<BalanceOf<T>>,
	) -> DispatchResult {
		ensure!(!Self::has_left(institution), Error::<T>::InstitutionNotFound);
		AdministratorAllowances::<T>::set(institution, allowance);

		Self::deposit_event(Event::AdministratorAllowanceSet { institution, allowance });
		Ok(())
	}

	pub(crate) fn do_set_daily_limit(
		institution: InstitutionId,
		limit: Option<BalanceOf<T>>,
	) -> DispatchResult {
		ensure!(!Self::has_left(institution), Error::<T>::InstitutionNotFound);
		DailyLimits::<T>::set(institution, limit);

		Self::deposit_event(Event::DailyLimitSet { institution, limit });
		Ok(())
	}

	pub(crate) fn do_set_daily_cap(
		institution: InstitutionId,
		cap: Option<BalanceOf<T>>,
	) -> DispatchResult {
		DailyCaps::<T>::set(institution, cap);

		Self::deposit_event(Event::DailyCapSet { institution, cap });
		Ok(())
	}

	/// Forgets what was set for an institution that has left.
	pub(crate) fn forget_limits(institution: InstitutionId) {
		AdministratorAllowances::<T>::remove(institution);
		DailyLimits::<T>::remove(institution);
		DailyCaps::<T>::remove(institution);
		SpentBy::<T>::remove(institution);
	}

	/// Changes what an institution paid today for a member, and for all of them.
	fn adjust_spending(
		who: &T::AccountId,
		sponsor: &Sponsor<T::AccountId>,
		adjust: impl Fn(BalanceOf<T>) -> BalanceOf<T>,
	) {
		let institution = sponsor.institution;
		let amount = adjust(Self::spent_today(who, institution));
		Spent::<T>::insert(institution, who, Spending { day: Self::today(), amount });
		if sponsor.capped {
			let amount = adjust(Self::amount_today(SpentBy::<T>::get(institution)));
			SpentBy::<T>::insert(institution, Spending { day: Self::today(), amount });
		}
	}

	fn adjust_free(who: &T::AccountId, adjust: impl FnOnce(BalanceOf<T>) -> BalanceOf<T>) {
		let amount = adjust(Self::amount_today(FreeSpent::<T>::get(who)));
		FreeSpent::<T>::insert(who, Spending { day: Self::today(), amount });
	}

	fn spent_today(who: &T::AccountId, institution: InstitutionId) -> BalanceOf<T> {
		Self::amount_today(Spent::<T>::get(institution, who))
	}

	/// A new day starts at zero.
	fn amount_today(spending: Option<Spending<BalanceOf<T>>>) -> BalanceOf<T> {
		spending
			.filter(|spending| spending.day == Self::today())
			.map_or_else(Zero::zero, |spending| spending.amount)
	}

	pub(crate) fn today() -> Moment {
		T::Clock::now().checked_div(DAY).unwrap_or_default()
	}
}

impl<T: Config> Sponsorship<T::AccountId, BalanceOf<T>> for Pallet<T> {
	fn quote(who: &T::AccountId, fee: BalanceOf<T>) -> Result<Sponsor<T::AccountId>, Refusal> {
		let (institution, basis) = Self::answering(who)?;
		let capped = basis != Basis::Administrator;
		ensure!(fee <= Self::unspent(who, institution, basis), Refusal::AllowanceExhausted);
		ensure!(!capped || fee <= Self::unspent_by(institution), Refusal::InstitutionSpent);
		ensure!(fee <= Self::available_for_fees(institution), Refusal::FeeAccountEmpty);
		Ok(Sponsor { institution, fee_account: Self::fee_account_of(institution), capped })
	}

	fn record(who: &T::AccountId, sponsor: &Sponsor<T::AccountId>, fee: BalanceOf<T>) {
		Self::adjust_spending(who, sponsor, |spent| spent.saturating_add(fee));
	}

	fn refund(who: &T::AccountId, sponsor: &Sponsor<T::AccountId>, excess: BalanceOf<T>) {
		Self::adjust_spending(who, sponsor, |spent| spent.saturating_sub(excess));
	}

	fn quote_free(who: &T::AccountId, fee: BalanceOf<T>) -> Result<(), Refusal> {
		let spent = Self::amount_today(FreeSpent::<T>::get(who));
		let left = T::FreeAllowance::get().saturating_sub(spent);
		ensure!(fee <= left, Refusal::AllowanceExhausted);
		Ok(())
	}

	fn record_free(who: &T::AccountId, fee: BalanceOf<T>) {
		Self::adjust_free(who, |spent| spent.saturating_add(fee));
	}

	fn refund_free(who: &T::AccountId, excess: BalanceOf<T>) {
		Self::adjust_free(who, |spent| spent.saturating_sub(excess));
	}
}
