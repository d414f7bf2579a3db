// SPDX-License-Identifier: Apache-2.0

//! A new runtime: authorised by the council, applied by anybody, with time between.

use crate::{Authorized, Config, Error, Event, Pallet, UpgradeDelay, UrgentDelay};
use alloc::vec::Vec;
use contour_primitives::Moment;
use frame_support::{pallet_prelude::*, traits::Time};
use frame_system::SetCode;
use sp_runtime::traits::Hash;

/// A runtime that the council authorised.
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
pub struct Upgrade<Hash> {
	/// BLAKE2b-256 hash of its code.
	pub code_hash: Hash,
	/// From when on it can be applied.
	pub applicable: Moment,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_authorize_upgrade(code_hash: T::Hash, urgent: bool) {
		let delay = if urgent { UrgentDelay::<T>::get() } else { UpgradeDelay::<T>::get() };
		let applicable = T::Clock::now().saturating_add(delay);
		Authorized::<T>::put(Upgrade { code_hash, applicable });

		Self::deposit_event(Event::UpgradeAuthorized { code_hash, applicable });
	}

	pub(crate) fn do_cancel_upgrade() -> DispatchResult {
		let Upgrade { code_hash, .. } =
			Authorized::<T>::take().ok_or(Error::<T>::NothingAuthorized)?;

		Self::deposit_event(Event::UpgradeCancelled { code_hash });
		Ok(())
	}

	/// Applies the runtime at once, as `system.apply_authorized_upgrade` would. That one's
	/// authorisation is never written: anybody, without any standing, could use it up.
	pub(crate) fn do_apply_upgrade(code: Vec<u8>) -> DispatchResult {
		let Upgrade { code_hash, applicable } =
			Authorized::<T>::get().ok_or(Error::<T>::NothingAuthorized)?;
		ensure!(applicable <= T::Clock::now(), Error::<T>::TooEarly);
		ensure!(T::Hashing::hash(&code) == code_hash, Error::<T>::OtherCode);
		frame_system::Pallet::<T>::can_set_code(&code, true).into_result()?;
		T::OnSetCode::set_code(code)?;
		Authorized::<T>::kill();

		Self::deposit_event(Event::UpgradeApplied { code_hash });
		Ok(())
	}
}
