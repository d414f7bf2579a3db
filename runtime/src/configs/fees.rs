// SPDX-License-Identifier: Apache-2.0

//! Fees: what a transaction costs, and how the signer's institution pays for it.

use crate::{
	AccountId, Balance, Balances, Credentials, MICROUNIT, MILLIUNIT, Runtime, RuntimeCall,
	RuntimeEvent,
};
use contour_primitives::{InstitutionId, Refusal, Sponsor, Sponsorship};
use frame_support::{
	traits::{
		ConstU8, Imbalance,
		fungible::{Balanced, Credit},
		tokens::{Fortitude, Precision, Preservation},
	},
	weights::{
		ConstantMultiplier, WeightToFeeCoefficient, WeightToFeeCoefficients, WeightToFeePolynomial,
		constants::WEIGHT_REF_TIME_PER_MILLIS,
	},
};
use pallet_transaction_payment::{
	ConstFeeMultiplier, Multiplier, OnChargeTransaction, TxCreditHold,
};
use sp_runtime::{
	Perbill,
	traits::{DispatchInfoOf, PostDispatchInfoOf, Zero},
	transaction_validity::TransactionValidityError,
};

/// A thousandth of a token per millisecond of computation.
pub struct WeightToFee;

impl WeightToFeePolynomial for WeightToFee {
	type Balance = Balance;

	fn polynomial() -> WeightToFeeCoefficients<Balance> {
		let per_millisecond = Balance::from(WEIGHT_REF_TIME_PER_MILLIS);
		alloc::vec![WeightToFeeCoefficient {
			degree: 1,
			negative: false,
			coeff_integer: MILLIUNIT / per_millisecond,
			coeff_frac: Perbill::from_rational(MILLIUNIT % per_millisecond, per_millisecond),
		}]
		.into()
	}
}

frame_support::parameter_types! {
	/// A millionth of a token per byte: a new runtime costs two tokens.
	pub const ByteFee: Balance = MICROUNIT;
	/// Fees do not depend on how full blocks are: members do not bid against each other.
	pub FixedMultiplier: Multiplier = Multiplier::from_u32(1);
}

/// Fees are drawn from the fee account of the institution that vouches for the signer, within the
/// signer's daily allowance, and go to the common purse.
///
/// If they cannot be drawn, the transaction is refused with the code of the
/// [`Refusal`](contour_primitives::Refusal).
pub struct SponsoredFees;

/// A fee that was drawn.
pub struct Drawn {
	institution: InstitutionId,
	credit: Credit<AccountId, Balances>,
}

impl TxCreditHold<Runtime> for SponsoredFees {
	type Credit = ();
}

impl OnChargeTransaction<Runtime> for SponsoredFees {
	type Balance = Balance;
	type LiquidityInfo = Option<Drawn>;

	fn can_withdraw_fee(
		who: &AccountId,
		_call: &RuntimeCall,
		_info: &DispatchInfoOf<RuntimeCall>,
		fee_with_tip: Balance,
		_tip: Balance,
	) -> Result<(), TransactionValidityError> {
		if !fee_with_tip.is_zero() {
			Credentials::quote(who, fee_with_tip)?;
		}
		Ok(())
	}

	fn withdraw_fee(
		who: &AccountId,
		_call: &RuntimeCall,
		_info: &DispatchInfoOf<RuntimeCall>,
		fee_with_tip: Balance,
		_tip: Balance,
	) -> Result<Self::LiquidityInfo, TransactionValidityError> {
		if fee_with_tip.is_zero() {
			return Ok(None);
		}
		let Sponsor { institution, fee_account } = Credentials::quote(who, fee_with_tip)?;
		let credit = Balances::withdraw(
			&fee_account,
			fee_with_tip,
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		)
		.map_err(|_| Refusal::FeeAccountEmpty)?;
		Credentials::record(who, institution, fee_with_tip);
		Ok(Some(Drawn { institution, credit }))
	}

	fn correct_and_deposit_fee(
		who: &AccountId,
		_info: &DispatchInfoOf<RuntimeCall>,
		_post_info: &PostDispatchInfoOf<RuntimeCall>,
		corrected_fee_with_tip: Balance,
		_tip: Balance,
		drawn: Self::LiquidityInfo,
	) -> Result<(), TransactionValidityError> {
		let Some(Drawn { institution, credit }) = drawn else {
			return Ok(());
		};
		let (mut fee, excess) = credit.split(corrected_fee_with_tip);
		if !excess.peek().is_zero() {
			Credentials::refund(who, institution, excess.peek());
			// The account is there: the fee was drawn with its existential deposit left in it.
			if let Err(excess) =
				Balances::resolve(&Credentials::fee_account_of(institution), excess)
			{
				fee.subsume(excess);
			}
		}
		// A purse that does not exist yet cannot take less than the existential deposit; such a
		// fee is burnt.
		drop(Balances::resolve(&Credentials::purse_account(), fee));
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow_account(who: &AccountId, amount: Balance) {
		crate::benchmarks::sponsor(who, amount);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn minimum_balance() -> Balance {
		<Balances as frame_support::traits::fungible::Inspect<AccountId>>::minimum_balance()
	}
}

impl pallet_transaction_payment::Config for Runtime {
	type FeeMultiplierUpdate = ConstFeeMultiplier<FixedMultiplier>;
	type LengthToFee = ConstantMultiplier<Balance, ByteFee>;
	type OnChargeTransaction = SponsoredFees;
	type OperationalFeeMultiplier = ConstU8<1>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = crate::weights::pallet_transaction_payment::WeightInfo<Runtime>;
	type WeightToFee = WeightToFee;
}
