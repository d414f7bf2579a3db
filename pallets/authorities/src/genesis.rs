// SPDX-License-Identifier: Apache-2.0

//! Validators at genesis.

use crate::{
	Config, GenesisConfig, MembersOnly, Minimum, Nodes, OperatorOf, Pallet, SessionLength,
	SlotDuration, ValidatorStatus, Validators,
};
use contour_primitives::{MINUTE, Moment};
use core::ops::RangeInclusive;
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{UniqueSaturatedFrom, Zero};

/// Slots that a chain may have, in milliseconds. In a shorter one a block is not built, sent and
/// imported.
const SLOTS: RangeInclusive<Moment> = 200..=60_000;
/// How long a session takes where the genesis names no number of blocks.
const SESSION: Moment = 10 * MINUTE;

impl<T: Config> GenesisConfig<T> {
	/// Writes the records. Panics when they contradict each other: a chain must not start so.
	pub(crate) fn do_build(&self) {
		// Two blocks are at least half a slot apart, in whole milliseconds.
		assert!(
			SLOTS.contains(&self.slot_duration) && self.slot_duration.is_multiple_of(2),
			"a slot at genesis is an even number of milliseconds, from 200 to 60,000"
		);
		let session_length = self.session_length.unwrap_or_else(|| {
			let blocks = SESSION.checked_div(self.slot_duration).unwrap_or_default();
			BlockNumberFor::<T>::unique_saturated_from(blocks)
		});
		assert!(!session_length.is_zero(), "a session at genesis has at least one block");
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
		SlotDuration::<T>::put(self.slot_duration);
		SessionLength::<T>::put(session_length);
	}
}
