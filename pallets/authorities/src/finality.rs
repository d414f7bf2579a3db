// SPDX-License-Identifier: Apache-2.0

//! A way out when too few authorities are left to finalize.

use crate::{Config, Error, Event, Pallet, Stall};
use alloc::vec::Vec;
use frame_support::{pallet_prelude::*, sp_runtime::traits::Zero};
use frame_system::pallet_prelude::BlockNumberFor;

/// The voting on finality, as the authorities' pallet needs it.
pub trait Finality<BlockNumber> {
	/// Lets the set of the session that begins in this block vote on finality `delay` blocks later,
	/// from block `best_finalized` on, without the votes of the set before it.
	fn note_stalled(delay: BlockNumber, best_finalized: BlockNumber);
}

impl<BlockNumber> Finality<BlockNumber> for () {
	fn note_stalled(_: BlockNumber, _: BlockNumber) {}
}

/// What the council noted about a finality that does not go on.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Stalled<BlockNumber> {
	/// Blocks between the beginning of the new set's session and its first vote.
	pub delay: BlockNumber,
	/// The highest block that any authority of the new set has finalized.
	pub best_finalized: BlockNumber,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_note_stalled(
		delay: BlockNumberFor<T>,
		best_finalized: BlockNumberFor<T>,
	) -> DispatchResult {
		ensure!(!delay.is_zero() && delay <= T::MaxStallDelay::get(), Error::<T>::DelayOutOfRange);
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(best_finalized < now, Error::<T>::NotPast);
		// The change of the set with which this session began is pending as long as nothing becomes
		// final. GRANDPA imports no block that forces a change over one that it was told is final.
		ensure!(best_finalized < Self::session_began(now), Error::<T>::InPresentSession);
		Stall::<T>::put(Stalled { delay, best_finalized });

		Self::deposit_event(Event::StallNoted { delay, best_finalized });
		Ok(())
	}

	pub(crate) fn do_withdraw_stall() -> DispatchResult {
		Stall::<T>::take().ok_or(Error::<T>::StallNotNoted)?;

		Self::deposit_event(Event::StallWithdrawn);
		Ok(())
	}

	/// Hands over the finality to the authorities of the session that begins, if the council asked
	/// for it and all of them are to stay: a set with those who are lost could not finalize either.
	pub(crate) fn resume_finality() {
		let staying: Vec<_> = Self::effective().map(|(_, account)| account).collect();
		if pallet_session::Validators::<T>::get().iter().all(|account| staying.contains(account))
			&& let Some(Stalled { delay, best_finalized }) = Stall::<T>::take()
		{
			T::Finality::note_stalled(delay, best_finalized);
			Self::deposit_event(Event::FinalityHandedOver { delay, best_finalized });
		}
	}
}
