// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]

mod clerk;
mod hospitals;

pub use clerk::{Clerk, Line, history};
pub use hospitals::Hospitals;

use contour_primitives::Moment;
use frame_support::traits::{OriginTrait, Time};
use sp_runtime::traits::One;

/// The origin of what somebody signed.
pub fn by<Origin: OriginTrait>(who: Origin::AccountId) -> Origin {
	Origin::signed(who)
}

/// The origin of what the council decided.
pub fn council<Origin: OriginTrait>() -> Origin {
	Origin::root()
}

/// Begins the first block, at a time.
pub fn begin<T: pallet_timestamp::Config<Moment = Moment>>(at: Moment) {
	frame_system::Pallet::<T>::set_block_number(One::one());
	pallet_timestamp::Pallet::<T>::set_timestamp(at);
}

/// Lets time pass, and then begins the next block.
pub fn wait<T: pallet_timestamp::Config<Moment = Moment>>(time: Moment) {
	let number = frame_system::Pallet::<T>::block_number() + One::one();
	frame_system::Pallet::<T>::set_block_number(number);
	let now = <pallet_timestamp::Pallet<T> as Time>::now();
	pallet_timestamp::Pallet::<T>::set_timestamp(now + time);
}

/// A pallet's events since the last time, oldest first.
pub fn events<T, Event>() -> Vec<Event>
where
	T: frame_system::Config,
	T::RuntimeEvent: TryInto<Event>,
{
	let events = frame_system::Pallet::<T>::read_events_for_pallet();
	frame_system::Pallet::<T>::reset_events();
	events
}
