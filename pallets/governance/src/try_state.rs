// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's storage.

use crate::{Config, OpenMotions, Pallet, UpgradeDelay, UrgentDelay};
use alloc::collections::BTreeSet;
use frame_support::{ensure, traits::Time};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks that:
	///
	/// 1. an urgent runtime waits no longer than any other;
	/// 2. no motion is noted twice;
	/// 3. the brake was not on for longer than there was time.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(
			UrgentDelay::<T>::get() <= UpgradeDelay::<T>::get(),
			"an urgent runtime waits longer than any other"
		);
		let motions = OpenMotions::<T>::get();
		let hashes: BTreeSet<_> = motions.iter().map(|motion| motion.hash).collect();
		ensure!(hashes.len() == motions.len(), "a motion that was noted twice");
		ensure!(Self::paused_so_far() <= T::Clock::now(), "paused for longer than there was time");
		Ok(())
	}
}
