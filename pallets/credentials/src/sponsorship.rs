// SPDX-License-Identifier: Apache-2.0

//! Fees that institutions pay for their members, within a daily allowance.

use crate::{Allowances, BalanceOf, Config, Institutions, Pallet, Spent};
use contour_primitives::{
	DAY, InstitutionId, Merit, Moment, Refusal, Sponsor, Sponsorship, Standing,
};
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
	/// What is left today of what `institution` pays for `who`: more for those who have earned a
	/// privilege by validated work.
	pub(crate) fn unspent(who: &T::AccountId, institution: InstitutionId) -> BalanceOf<T> {
		let allowance = Allowances::<T>::get(institution, who).unwrap_or_else(|| {
			Institutions::<T>::get(institution).map_or_else(Zero::zero, |record| record.allowance)
		});
		let privilege = Permill::from_parts(T::Merit::privilege(who)).mul_floor(allowance);
		allowance.saturating_add(privilege).saturating_sub(Self::spent_today(who, institution))
	}

	/// What the fee account of `institution` can still pay.
	pub fn available_for_fees(institution: InstitutionId) -> BalanceOf<T> {
		T::Currency::reducible_balance(
			&Self::fee_account_of(institution),
			Preservation::Preserve,
			Fortitude::Polite,
		)
	}

	/// Changes what was spent today. A new day starts at zero.
	fn adjust_spending(
		who: &T::AccountId,
		institution: InstitutionId,
		adjust: impl FnOnce(BalanceOf<T>) -> BalanceOf<T>,
	) {
		let amount = adjust(Self::spent_today(who, institution));
		Spent::<T>::insert(institution, who, Spending { day: Self::today(), amount });
	}

	fn spent_today(who: &T::AccountId, institution: InstitutionId) -> BalanceOf<T> {
		Spent::<T>::get(institution, who)
			.filter(|spending| spending.day == Self::today())
			.map_or_else(Zero::zero, |spending| spending.amount)
	}

	fn today() -> Moment {
		T::Clock::now().checked_div(DAY).unwrap_or_default()
	}
}

impl<T: Config> Sponsorship<T::AccountId, BalanceOf<T>> for Pallet<T> {
	fn quote(who: &T::AccountId, fee: BalanceOf<T>) -> Result<Sponsor<T::AccountId>, Refusal> {
		let institution = Self::voucher(who)?;
		ensure!(fee <= Self::unspent(who, institution), Refusal::AllowanceExhausted);
		ensure!(fee <= Self::available_for_fees(institution), Refusal::FeeAccountEmpty);
		Ok(Sponsor { institution, fee_account: Self::fee_account_of(institution) })
	}

	fn record(who: &T::AccountId, institution: InstitutionId, fee: BalanceOf<T>) {
		Self::adjust_spending(who, institution, |spent| spent.saturating_add(fee));
	}

	fn refund(who: &T::AccountId, institution: InstitutionId, excess: BalanceOf<T>) {
		Self::adjust_spending(who, institution, |spent| spent.saturating_sub(excess));
	}
}
