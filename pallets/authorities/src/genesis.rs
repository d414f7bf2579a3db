// SPDX-License-Identifier: Apache-2.0

//! Validators at genesis.

use crate::{
	Config, GenesisConfig, Minimum, OperatorOf, Pallet, SessionLength, ValidatorStatus, Validators,
};
use sp_runtime::traits::Zero;

impl<T: Config> GenesisConfig<T> {
	/// Writes the records. Panics when they contradict each other: a chain must not start so.
	pub(crate) fn do_build(&self) {
		assert!(!self.session_length.is_zero(), "a session at genesis has at least one block");
		assert!(self.minimum > 0, "the minimum of authorities at genesis is at least one");
		for (institution, account) in &self.validators {
			assert!(
				!Validators::<T>::contains_key(institution)
					&& !OperatorOf::<T>::contains_key(account),
				"an institution has one validator at genesis, and an account one institution"
			);
			Pallet::<T>::insert_validator(*institution, account.clone(), ValidatorStatus::Admitted);
		}
		Minimum::<T>::put(self.minimum);
		SessionLength::<T>::put(self.session_length);
	}
}
