// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's storage.

use crate::{
	Bounties, Config, CurrentPolicy, Eras, HoldReason, OldestEra, OverallRecords, Pallet, Points,
	Records,
};
use alloc::collections::BTreeMap;
use contour_primitives::Balance;
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks that:
	///
	/// 1. what is held on a pot is what its tasks' bounties add up to;
	/// 2. what was minted for an era is within its cap, its points within its total, and time will
	///    forget both;
	/// 3. somebody's contributions are those in each modality together;
	/// 4. the policy is within bounds, and every bounty's terms are.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut policy = CurrentPolicy::<T>::get();
		Self::ensure_within_bounds(&policy).map_err(|_| "the policy is out of bounds")?;

		let mut held = BTreeMap::<_, Balance>::new();
		for bounty in Bounties::<T>::iter_values() {
			let sum = held.entry(bounty.institution).or_default();
			*sum = sum.saturating_add(bounty.amount);
			policy.terms = bounty.terms;
			Self::ensure_within_bounds(&policy)
				.map_err(|_| "a bounty's terms are out of bounds")?;
		}
		for (institution, sum) in held {
			let pot = Self::pot_account(institution);
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Bounty.into(), &pot) == sum,
				"a pot's bounties are not what is held on it"
			);
		}

		let mut points = BTreeMap::<_, u64>::new();
		for (era, _, earned) in Points::<T>::iter() {
			ensure!(earned > 0, "somebody has earned nothing in an era");
			let sum = points.entry(era).or_default();
			*sum = sum.saturating_add(earned);
		}
		for (index, era) in Eras::<T>::iter() {
			ensure!(era.minted <= era.issuance(), "more was minted than an era has");
			ensure!(era.issuance() <= era.cap, "an era has more than its cap");
			let earned = points.remove(&index).unwrap_or_default();
			ensure!(earned <= era.points, "an era has more points than were earned");
			ensure!(
				OldestEra::<T>::get().is_some_and(|oldest| oldest <= index),
				"time has passed an era by"
			);
		}
		ensure!(points.is_empty(), "there are points of an era that is forgotten");

		for who in Records::<T>::iter_keys().map(|(who, _)| who) {
			ensure!(OverallRecords::<T>::contains_key(who), "somebody's records are not summed up");
		}
		for (who, overall) in OverallRecords::<T>::iter() {
			let sum = Records::<T>::iter_prefix_values(&who)
				.fold(0_u32, |sum, record| sum.saturating_add(record.contributions));
			ensure!(sum == overall.contributions, "somebody's contributions are miscounted");
		}
		Ok(())
	}
}
