// SPDX-License-Identifier: Apache-2.0

//! Motions: few at a time for each seat, and none for longer than its time.

use crate::{Config, Error, OpenMotions, Pallet};
use alloc::vec::Vec;
use contour_primitives::Motions;
use frame_support::pallet_prelude::*;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Saturating;

/// A motion that is open.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Motion<AccountId, Hash, BlockNumber> {
	/// Hash of its call.
	pub hash: Hash,
	/// The seat that proposed it.
	pub proposer: AccountId,
	/// The block in which it lapses.
	pub lapses: BlockNumber,
}

impl<T: Config> Pallet<T> {
	/// Notes the motion that `proposer` proposes at this moment; it is the last one of the council.
	///
	/// # Errors
	///
	/// [`Error::TooManyMotions`].
	pub fn note_motion(proposer: &T::AccountId) -> DispatchResult {
		let open = T::Council::open();
		let Some(hash) = open.last().copied() else {
			return Ok(());
		};
		OpenMotions::<T>::try_mutate(|motions| -> DispatchResult {
			// A call that was decided can be proposed again, and by somebody else.
			motions.retain(|motion| motion.hash != hash && open.contains(&motion.hash));
			let own = motions.iter().filter(|motion| motion.proposer == *proposer).count();
			ensure!(
				u32::try_from(own).is_ok_and(|own| own < Self::motions_per_seat()),
				Error::<T>::TooManyMotions
			);
			let now = frame_system::Pallet::<T>::block_number();
			let lapses = now.saturating_add(T::MotionDuration::get());
			let motion = Motion { hash, proposer: proposer.clone(), lapses };
			motions.try_push(motion).map_err(|_| Error::<T>::TooManyMotions)?;
			Ok(())
		})
	}

	/// How many motions of one seat can be open: so few that a third of the seats leaves room for
	/// the others.
	pub fn motions_per_seat() -> u32 {
		let share = T::MaxMotions::get().checked_div(T::Council::seats()).unwrap_or_default();
		share.clamp(1, T::MaxMotionsPerSeat::get())
	}

	/// Lets the motions of those who lost their seats lapse. They are removed in the next block: a
	/// motion can take the seat of whoever proposed it.
	pub fn on_seats_lost(outgoing: &[T::AccountId]) {
		let now = frame_system::Pallet::<T>::block_number();
		OpenMotions::<T>::mutate(|motions| {
			for motion in motions.iter_mut() {
				if outgoing.contains(&motion.proposer) {
					motion.lapses = motion.lapses.min(now);
				}
			}
		});
	}

	/// Removes the motions whose time is over, also those that are carried and that nobody closed.
	/// Returns how many.
	pub(crate) fn remove_lapsed(now: BlockNumberFor<T>) -> u32 {
		let (lapsed, left): (Vec<_>, Vec<_>) =
			OpenMotions::<T>::get().into_iter().partition(|motion| motion.lapses <= now);
		if !lapsed.is_empty() {
			let open = T::Council::open();
			for motion in &lapsed {
				if open.contains(&motion.hash) {
					T::Council::disapprove(motion.hash);
				}
			}
			OpenMotions::<T>::put(BoundedVec::truncate_from(left));
		}
		u32::try_from(lapsed.len()).unwrap_or(u32::MAX)
	}
}
