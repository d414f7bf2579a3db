// SPDX-License-Identifier: Apache-2.0

//! Validators at genesis.

use crate::{
	Config, GenesisConfig, MembersOnly, Minimum, Nodes, OperatorOf, Pallet, SessionLength,
	ValidatorStatus, Validators,
};
use frame_support::traits::Get;
use sp_runtime::traits::Zero;

impl<T: Config> GenesisConfig<T> {
	/// Writes the records. Panics when they contradict each other: a chain must not start so.
	pub(crate) fn do_build(&self) {
		assert!(!self.session_length.is_zero(), "a session at genesis has at least one block");
		assert!(self.minimum > 0, "the minimum of authorities at genesis is at least one");
		assert!(
			u32::try_from(self.validators.len())
				.is_ok_and(|count| count <= T::MaxValidators::get()),
			"there are at most as many validators as the chain can carry"
		);
		assert!(
			self.validators.is_empty()
				|| u32::try_from(self.validators.len()).is_ok_and(|count| self.minimum <= count),
			"the minimum of authorities at genesis is no more than its validators"
		);
		for (institution, account) in &self.validators {
			assert!(
				!Validators::<T>::contains_key(institution)
					&& !OperatorOf::<T>::contains_key(account),
				"an institution has one validator at genesis, and an account one institution"
			);
			Pallet::<T>::insert_validator(*institution, account.clone(), ValidatorStatus::Admitted);
		}
		for (institution, node) in &self.nodes {
			let fits = Nodes::<T>::mutate(institution, |nodes| nodes.try_insert(*node));
			assert_eq!(fits, Ok(true), "a node is registered once, and an institution has few");
		}
		assert!(
			!self.members_only || self.validators.iter().all(|(it, _)| Pallet::<T>::has_node(*it)),
			"every validator has a node where only members' nodes are peers"
		);
		MembersOnly::<T>::put(self.members_only);
		Minimum::<T>::put(self.minimum);
		SessionLength::<T>::put(self.session_length);
	}
}
