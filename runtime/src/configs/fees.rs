// SPDX-License-Identifier: Apache-2.0

//! Fees: what a transaction costs, and how the signer's institution pays for it.

use super::CallKinds;
use crate::{
	AccountId, Balance, Balances, Credentials, MICROUNIT, MILLIUNIT, Runtime, RuntimeCall,
	RuntimeEvent,
};
use contour_primitives::{CallKind, Calls as _, Refusal, Sponsor, Sponsorship as _};
use frame_support::{
	ensure,
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

/// Fees are drawn from the fee account of the institution that vouches for the signer, within daily
/// limits, and go to the common purse. What a seat does in a motion, what only takes access away, and
/// an emergency cost nothing, within a daily limit of the signer's own; an emergency beyond it is paid
/// for like everything else. Nobody takes a tip.
///
/// If a fee cannot be drawn, the transaction is refused with the code of the
/// [`Refusal`](contour_primitives::Refusal).
pub struct SponsoredFees;

/// What was done about a fee before the transaction.
#[derive(Default)]
pub enum Drawn {
	/// Nothing had to be done.
	#[default]
	Nothing,
	/// It was only counted.
	Counted(Balance),
	/// It was drawn from a fee account.
	Money {
		/// Whose account.
		sponsor: Sponsor<AccountId>,
		/// What was drawn.
		credit: Credit<AccountId, Balances>,
	},
}

/// Who bears a fee.
enum Bearer {
	Nobody,
	Institution(Sponsor<AccountId>),
}

impl SponsoredFees {
	fn bearer(
		who: &AccountId,
		call: &RuntimeCall,
		fee: Balance,
		tip: Balance,
	) -> Result<Bearer, Refusal> {
		ensure!(tip.is_zero(), Refusal::TipRefused);
		let kind = CallKinds::kind(who, call);
		if kind == CallKind::Ordinary {
			return Credentials::quote(who, fee).map(Bearer::Institution);
		}
		match Credentials::quote_free(who, fee) {
			Ok(()) => Ok(Bearer::Nobody),
			// Nobody in need waits until midnight.
			Err(_) if kind == CallKind::Emergency => {
				Credentials::quote(who, fee).map(Bearer::Institution)
			}
			Err(refusal) => Err(refusal),
		}
	}
}

impl TxCreditHold<Runtime> for SponsoredFees {
	type Credit = ();
}

impl OnChargeTransaction<Runtime> for SponsoredFees {
	type Balance = Balance;
	type LiquidityInfo = Drawn;

	fn can_withdraw_fee(
		who: &AccountId,
		call: &RuntimeCall,
		_info: &DispatchInfoOf<RuntimeCall>,
		fee_with_tip: Balance,
		tip: Balance,
	) -> Result<(), TransactionValidityError> {
		if !fee_with_tip.is_zero() {
			Self::bearer(who, call, fee_with_tip, tip)?;
		}
		Ok(())
	}

	fn withdraw_fee(
		who: &AccountId,
		call: &RuntimeCall,
		_info: &DispatchInfoOf<RuntimeCall>,
		fee_with_tip: Balance,
		tip: Balance,
	) -> Result<Drawn, TransactionValidityError> {
		if fee_with_tip.is_zero() {
			return Ok(Drawn::Nothing);
		}
		let sponsor = match Self::bearer(who, call, fee_with_tip, tip)? {
			Bearer::Nobody => {
				Credentials::record_free(who, fee_with_tip);
				return Ok(Drawn::Counted(fee_with_tip));
			}
			Bearer::Institution(sponsor) => sponsor,
		};
		let credit = Balances::withdraw(
			&sponsor.fee_account,
			fee_with_tip,
			Precision::Exact,
			Preservation::Preserve,
			Fortitude::Polite,
		)
		.map_err(|_| Refusal::FeeAccountEmpty)?;
		Credentials::record(who, &sponsor, fee_with_tip);
		Ok(Drawn::Money { sponsor, credit })
	}

	fn correct_and_deposit_fee(
		who: &AccountId,
		_info: &DispatchInfoOf<RuntimeCall>,
		_post_info: &PostDispatchInfoOf<RuntimeCall>,
		corrected_fee_with_tip: Balance,
		_tip: Balance,
		drawn: Self::LiquidityInfo,
	) -> Result<(), TransactionValidityError> {
		let (sponsor, credit) = match drawn {
			Drawn::Money { sponsor, credit } => (sponsor, credit),
			Drawn::Counted(fee) => {
				Credentials::refund_free(who, fee.saturating_sub(corrected_fee_with_tip));
				return Ok(());
			}
			Drawn::Nothing => return Ok(()),
		};
		let (mut fee, excess) = credit.split(corrected_fee_with_tip);
		if !excess.peek().is_zero() {
			Credentials::refund(who, &sponsor, excess.peek());
			// The account is there: the fee was drawn with its existential deposit left in it.
			if let Err(excess) = Balances::resolve(&sponsor.fee_account, excess) {
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
