// SPDX-License-Identifier: Apache-2.0

//! What members have in the state besides their records, such as proxies and open calls of a multisig.
//! They own no money for deposits, so each takes one of a few places.

use crate::{Config, Error, Pallet, Places};
use contour_primitives::Standing;
use frame_support::pallet_prelude::*;

impl<T: Config> Pallet<T> {
	/// Takes so many of an account's places. Accounts for which nobody vouches, such as derived ones, of
	/// which anybody can have any number, have none.
	///
	/// # Errors
	///
	/// [`Error::Refused`], [`Error::TooManyPlaces`].
	pub fn take_places(who: &T::AccountId, count: u32) -> DispatchResult {
		if count == 0 {
			return Ok(());
		}
		Self::voucher(who).map_err(Error::<T>::Refused)?;
		let taken = Places::<T>::get(who).saturating_add(count);
		ensure!(taken <= T::MaxPlaces::get(), Error::<T>::TooManyPlaces);
		Places::<T>::insert(who, taken);
		Ok(())
	}

	/// Gives places back, and returns how many of them had not been taken: what was there before places
	/// were counted took none.
	pub fn free_places(who: &T::AccountId, count: u32) -> u32 {
		let taken = Places::<T>::get(who);
		match taken.saturating_sub(count) {
			0 => Places::<T>::remove(who),
			left => Places::<T>::insert(who, left),
		}
		count.saturating_sub(taken)
	}
}
