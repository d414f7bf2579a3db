// SPDX-License-Identifier: Apache-2.0

//! The SDK's pallets ask for deposits of money. Here a deposit is a place, of which each member has a
//! few (`pallet_credentials::Places`); everything else about money is as it is.

use crate::{AccountId, Balance, Balances, Credentials, Runtime};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{
	BalanceStatus, Consideration, Currency, ExistenceRequirement, Footprint, Get,
	ReservableCurrency, SignedImbalance, WithdrawReasons,
};
use pallet_credentials::Places;
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, DispatchResult, traits::Zero};

/// The currency of deposits that are places.
pub struct PlacesForDeposits;

/// What is beyond the numbers that there are was never taken.
fn places(value: Balance) -> u32 {
	u32::try_from(value).unwrap_or(u32::MAX)
}

impl Currency<AccountId> for PlacesForDeposits {
	type Balance = Balance;
	type NegativeImbalance = <Balances as Currency<AccountId>>::NegativeImbalance;
	type PositiveImbalance = <Balances as Currency<AccountId>>::PositiveImbalance;

	fn total_balance(who: &AccountId) -> Balance {
		<Balances as Currency<AccountId>>::total_balance(who)
	}

	fn can_slash(who: &AccountId, value: Balance) -> bool {
		<Balances as Currency<AccountId>>::can_slash(who, value)
	}

	fn total_issuance() -> Balance {
		<Balances as Currency<AccountId>>::total_issuance()
	}

	fn minimum_balance() -> Balance {
		<Balances as Currency<AccountId>>::minimum_balance()
	}

	fn burn(amount: Balance) -> Self::PositiveImbalance {
		<Balances as Currency<AccountId>>::burn(amount)
	}

	fn issue(amount: Balance) -> Self::NegativeImbalance {
		<Balances as Currency<AccountId>>::issue(amount)
	}

	fn free_balance(who: &AccountId) -> Balance {
		<Balances as Currency<AccountId>>::free_balance(who)
	}

	fn ensure_can_withdraw(
		who: &AccountId,
		amount: Balance,
		reasons: WithdrawReasons,
		new_balance: Balance,
	) -> DispatchResult {
		<Balances as Currency<AccountId>>::ensure_can_withdraw(who, amount, reasons, new_balance)
	}

	fn transfer(
		source: &AccountId,
		dest: &AccountId,
		value: Balance,
		existence: ExistenceRequirement,
	) -> DispatchResult {
		<Balances as Currency<AccountId>>::transfer(source, dest, value, existence)
	}

	fn slash(who: &AccountId, value: Balance) -> (Self::NegativeImbalance, Balance) {
		<Balances as Currency<AccountId>>::slash(who, value)
	}

	fn deposit_into_existing(
		who: &AccountId,
		value: Balance,
	) -> Result<Self::PositiveImbalance, DispatchError> {
		<Balances as Currency<AccountId>>::deposit_into_existing(who, value)
	}

	fn deposit_creating(who: &AccountId, value: Balance) -> Self::PositiveImbalance {
		<Balances as Currency<AccountId>>::deposit_creating(who, value)
	}

	fn withdraw(
		who: &AccountId,
		value: Balance,
		reasons: WithdrawReasons,
		liveness: ExistenceRequirement,
	) -> Result<Self::NegativeImbalance, DispatchError> {
		<Balances as Currency<AccountId>>::withdraw(who, value, reasons, liveness)
	}

	fn make_free_balance_be(
		who: &AccountId,
		balance: Balance,
	) -> SignedImbalance<Balance, Self::PositiveImbalance> {
		<Balances as Currency<AccountId>>::make_free_balance_be(who, balance)
	}
}

impl ReservableCurrency<AccountId> for PlacesForDeposits {
	fn can_reserve(who: &AccountId, value: Balance) -> bool {
		let most = <Runtime as pallet_credentials::Config>::MaxPlaces::get();
		Places::<Runtime>::get(who).saturating_add(places(value)) <= most
	}

	/// Nobody is slashed.
	fn slash_reserved(_: &AccountId, value: Balance) -> (Self::NegativeImbalance, Balance) {
		(<Balances as Currency<AccountId>>::issue(Zero::zero()), value)
	}

	fn reserved_balance(who: &AccountId) -> Balance {
		Places::<Runtime>::get(who).into()
	}

	fn reserve(who: &AccountId, value: Balance) -> DispatchResult {
		Credentials::take_places(who, places(value))
	}

	fn unreserve(who: &AccountId, value: Balance) -> Balance {
		Credentials::free_places(who, places(value)).into()
	}

	/// Places belong to their account.
	fn repatriate_reserved(
		_: &AccountId,
		_: &AccountId,
		value: Balance,
		_: BalanceStatus,
	) -> Result<Balance, DispatchError> {
		Ok(value)
	}
}

/// One place, as a ticket.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct PlaceTicket;

impl Consideration<AccountId, Footprint> for PlaceTicket {
	fn new(who: &AccountId, _: Footprint) -> Result<Self, DispatchError> {
		Credentials::take_places(who, 1)?;
		Ok(Self)
	}

	fn update(self, _: &AccountId, _: Footprint) -> Result<Self, DispatchError> {
		Ok(self)
	}

	fn drop(self, who: &AccountId) -> Result<(), DispatchError> {
		Credentials::free_places(who, 1);
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(who: &AccountId, _: Footprint) {
		crate::benchmarks::sponsor(who, crate::UNIT);
	}
}
