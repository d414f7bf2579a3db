// SPDX-License-Identifier: Apache-2.0

//! How long a chain waits, from its genesis on.

use crate::{Config, GenesisConfig, UpgradeDelay, UrgentDelay};

impl<T: Config> GenesisConfig<T> {
	/// Writes the delays. Panics when they contradict each other: a chain must not start so.
	pub(crate) fn do_build(&self) {
		assert!(
			self.urgent_delay <= self.upgrade_delay,
			"an urgent runtime at genesis waits no longer than any other"
		);
		UpgradeDelay::<T>::put(self.upgrade_delay);
		UrgentDelay::<T>::put(self.urgent_delay);
	}
}
