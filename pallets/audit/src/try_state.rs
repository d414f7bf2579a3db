// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's storage.

use crate::{Config, Heads, Pallet};
use frame_support::ensure;
use sp_runtime::{TryRuntimeError, traits::Zero};

impl<T: Config> Pallet<T> {
	/// Checks that no history is kept of which there is no entry.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		for head in Heads::<T>::iter_values() {
			ensure!(!head.count.is_zero() && !head.link.is_zero(), "an empty history is kept");
		}
		Ok(())
	}
}
