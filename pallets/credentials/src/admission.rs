// SPDX-License-Identifier: Apache-2.0

//! Admission at the door: the pool takes no transaction from an account without standing, and none that
//! is too long.

use crate::{Config, Pallet, WeightInfo};
use codec::{Decode, DecodeWithMemTracking, Encode};
use contour_primitives::{CallKind, Calls, Refusal, Standing};
use core::marker::PhantomData;
use frame_support::{dispatch::DispatchInfo, pallet_prelude::*, traits::Contains};
use scale_info::TypeInfo;
use sp_runtime::{
	impl_tx_ext_default,
	traits::{
		AsSystemOriginSigner, DispatchInfoOf, Dispatchable, Implication, TransactionExtension,
		ValidateResult,
	},
};

/// Refuses every signed transaction of an account for which no active institution vouches, unless it
/// only takes access to the account's own studies away; and every one that is longer than
/// [`Config::MaxLength`], unless its call may be long: what a call costs does not always grow with its
/// length as what it does; and calls that are paused.
///
/// The refusal is `InvalidTransaction::Custom(code)` with the code of the
/// [`Refusal`](contour_primitives::Refusal). The extension carries no data, explicit or implicit,
/// so clients need not know it.
///
/// It stands before `CheckNonce` in the runtime, so that a stranger is told this reason and not
/// that the account is unknown.
#[derive(Clone, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
#[scale_info(skip_type_params(T))]
pub struct CheckStanding<T>(PhantomData<T>);

impl<T> CheckStanding<T> {
	/// The extension.
	pub const fn new() -> Self {
		Self(PhantomData)
	}
}

impl<T> Default for CheckStanding<T> {
	fn default() -> Self {
		Self::new()
	}
}

impl<T> core::fmt::Debug for CheckStanding<T> {
	fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
		f.write_str("CheckStanding")
	}
}

impl<T: Config + Send + Sync> TransactionExtension<T::RuntimeCall> for CheckStanding<T>
where
	T::RuntimeCall: Dispatchable<Info = DispatchInfo>,
	<T::RuntimeCall as Dispatchable>::RuntimeOrigin: AsSystemOriginSigner<T::AccountId> + Clone,
{
	const IDENTIFIER: &'static str = "CheckStanding";
	type Implicit = ();
	type Val = ();
	type Pre = ();

	fn weight(&self, _: &T::RuntimeCall) -> Weight {
		// A patient's studies are looked for.
		T::WeightInfo::check_standing().saturating_add(T::DbWeight::get().reads(2))
	}

	fn validate(
		&self,
		origin: <T::RuntimeCall as Dispatchable>::RuntimeOrigin,
		call: &T::RuntimeCall,
		_info: &DispatchInfoOf<T::RuntimeCall>,
		len: usize,
		_self_implicit: Self::Implicit,
		_inherited_implication: &impl Implication,
		_source: TransactionSource,
	) -> ValidateResult<Self::Val, T::RuntimeCall> {
		if let Some(who) = origin.as_system_origin_signer() {
			let fits = u32::try_from(len).is_ok_and(|length| length <= T::MaxLength::get());
			ensure!(fits || T::Calls::may_be_long(call), Refusal::TransactionTooLong);
			if T::Calls::kind(who, call) != CallKind::Withdrawal {
				Pallet::<T>::voucher(who)?;
			}
		}
		// Also of what nodes send without a signature: it would only fail in a block.
		ensure!(T::Unpaused::contains(call), Refusal::Paused);
		Ok((ValidTransaction::default(), (), origin))
	}

	impl_tx_ext_default!(T::RuntimeCall; prepare);
}
