// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's storage.

use crate::{
	Config, Departing, MembersOnly, Minimum, Nodes, OperatorOf, Pallet, SessionLength,
	SlotDuration, Validators,
};
use alloc::collections::BTreeSet;
use contour_primitives::Institutions;
use frame_support::{
	ensure,
	traits::{Get, ValidatorRegistration},
};
use sp_runtime::{TryRuntimeError, traits::Zero};

impl<T: Config> Pallet<T> {
	/// Checks that:
	///
	/// 1. the authorities that are not to leave are no fewer than the minimum, which is not zero, in
	///    the present session, the next one and the one to be planned;
	/// 2. every validator's account runs a validator of that institution only;
	/// 3. every validator that takes part has set its session keys;
	/// 4. no institution has two authorities in the present session;
	/// 5. there are at most as many validators as the chain can carry;
	/// 6. where only members' nodes are peers, every validator that takes part has a node, and every
	///    authority of the present session has one that is accepted;
	/// 7. no institution has an empty set of nodes;
	/// 8. slots and sessions last for some time.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(Minimum::<T>::get() > 0, "the minimum is zero");
		ensure!(!SessionLength::<T>::get().is_zero(), "a session without blocks");
		ensure!(SlotDuration::<T>::get() > 1, "a slot without time");
		ensure!(
			Self::fewest_authorities(Self::effective().collect()) >= Minimum::<T>::get(),
			"too few authorities"
		);
		ensure!(
			Validators::<T>::count() <= T::MaxValidators::get(),
			"more validators than the chain can carry"
		);
		for (institution, validator) in Validators::<T>::iter() {
			ensure!(
				OperatorOf::<T>::get(&validator.account) == Some(institution),
				"a validator's account does not know its institution"
			);
			ensure!(
				!validator.status.takes_part()
					|| pallet_session::Pallet::<T>::is_registered(&validator.account),
				"an authority without session keys"
			);
		}
		ensure!(
			!MembersOnly::<T>::get() || Self::needed().into_iter().all(Self::has_node),
			"a validator that its peers refuse"
		);
		ensure!(
			Departing::<T>::iter_keys().all(|it| !T::Institutions::is_active(it)),
			"a member that has left"
		);
		ensure!(Nodes::<T>::iter_values().all(|nodes| !nodes.is_empty()), "a set of no nodes");
		let mut institutions = BTreeSet::new();
		for account in pallet_session::Validators::<T>::get() {
			let institution = OperatorOf::<T>::get(account).ok_or("an authority of nobody")?;
			ensure!(institutions.insert(institution), "an institution with two authorities");
		}
		Ok(())
	}
}
