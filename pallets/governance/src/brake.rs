// SPDX-License-Identifier: Apache-2.0

//! The brake: a pause of everything that is not needed to mend the chain or to protect a patient.

use crate::{Brake, Config, Error, Event, LastBrief, Pallet, Paused};
use contour_primitives::Moment;
use core::marker::PhantomData;
use frame_support::{pallet_prelude::*, traits::Time};

/// The brake, which somebody pulled.
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
pub struct Pulled {
	/// Since when it is on.
	pub since: Moment,
	/// When it is released by itself; `None` if only the council releases it.
	pub until: Option<Moment>,
}

impl Pulled {
	/// Whether it is still on.
	fn holds(&self, now: Moment) -> bool {
		self.until.is_none_or(|until| now < until)
	}

	/// For how long it was on.
	fn lasted(&self, now: Moment) -> Moment {
		let end = self.until.map_or(now, |until| until.min(now));
		end.saturating_sub(self.since)
	}
}

/// Time in which the brake is not on: deadlines that are counted in it stand still with everything
/// else.
pub struct WorkingTime<T>(PhantomData<T>);

impl<T: Config> Time for WorkingTime<T> {
	type Moment = Moment;

	fn now() -> Moment {
		T::Clock::now().saturating_sub(Pallet::<T>::paused_so_far())
	}
}

impl<T: Config> Pallet<T> {
	/// Whether the brake is on.
	pub fn is_braked() -> bool {
		Brake::<T>::get().is_some_and(|brake| brake.holds(T::Clock::now()))
	}

	/// Milliseconds in which the brake was on, up to now: wall time is so far ahead of working time.
	pub fn paused_so_far() -> Moment {
		let present = Brake::<T>::get().map_or(0, |brake| brake.lasted(T::Clock::now()));
		Paused::<T>::get().saturating_add(present)
	}

	pub(crate) fn do_pull_brake() -> DispatchResult {
		let now = T::Clock::now();
		Self::release_in_time(now);
		let since = match Brake::<T>::get() {
			Some(Pulled { until: None, .. }) => return Err(Error::<T>::AlreadyPulled.into()),
			Some(brief) => brief.since,
			None => now,
		};
		Brake::<T>::put(Pulled { since, until: None });

		Self::deposit_event(Event::BrakePulled { until: None });
		Ok(())
	}

	pub(crate) fn do_pull_brake_briefly() -> DispatchResult {
		let now = T::Clock::now();
		Self::release_in_time(now);
		ensure!(!Brake::<T>::exists(), Error::<T>::AlreadyPulled);
		let again =
			LastBrief::<T>::get().map(|last| last.saturating_add(T::BriefBrakeInterval::get()));
		ensure!(again.is_none_or(|again| again <= now), Error::<T>::PulledLately);
		let until = Some(now.saturating_add(T::BriefBrake::get()));
		Brake::<T>::put(Pulled { since: now, until });
		LastBrief::<T>::put(now);

		Self::deposit_event(Event::BrakePulled { until });
		Ok(())
	}

	pub(crate) fn do_release_brake() -> DispatchResult {
		let now = T::Clock::now();
		Self::release_in_time(now);
		let brake = Brake::<T>::get().ok_or(Error::<T>::NotPulled)?;
		Self::release(brake, now);
		Ok(())
	}

	/// Releases a brake whose time is over.
	pub(crate) fn release_in_time(now: Moment) {
		if let Some(brake) = Brake::<T>::get()
			&& !brake.holds(now)
		{
			Self::release(brake, now);
		}
	}

	fn release(brake: Pulled, now: Moment) {
		Brake::<T>::kill();
		Paused::<T>::mutate(|paused| *paused = paused.saturating_add(brake.lasted(now)));

		Self::deposit_event(Event::BrakeReleased);
	}
}
