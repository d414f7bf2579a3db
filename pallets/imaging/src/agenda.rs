// SPDX-License-Identifier: Apache-2.0

//! What time does without anybody's help.

use crate::{
	Agenda, Config, Emergencies, EndCause, Event, LeaseState, Leases, Matter, NextMinute, Pallet,
	Review, WeightInfo,
};
use alloc::vec::Vec;
use contour_primitives::{Moment, StudyId};
use frame_support::{
	pallet_prelude::*,
	traits::{Defensive, Get, Time},
	weights::WeightMeter,
};

/// Milliseconds between two looks at what is due.
const MINUTE: Moment = 60_000;

impl<T: Config> Pallet<T> {
	/// Lets something be looked at when `due` has passed, within a minute.
	pub(crate) fn put_on_agenda(due: Moment, matter: Matter<T::AccountId>) {
		let minute = Self::minute_of(due);
		Agenda::<T>::insert(minute, matter, ());
		if NextMinute::<T>::get().is_none_or(|next| minute < next) {
			NextMinute::<T>::put(minute);
		}
	}

	/// The first minute that begins when `due` has passed.
	pub(crate) fn minute_of(due: Moment) -> u64 {
		due.div_ceil(MINUTE)
	}

	/// Does what is due, as far as `limit` reaches, and returns what that weighed.
	pub(crate) fn do_on_idle(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		let look = T::DbWeight::get().reads_writes(2, 1);
		let now = T::Clock::now();
		let present = now.checked_div(MINUTE).unwrap_or_default();
		if meter.try_consume(look).is_err() {
			return meter.consumed();
		}
		let Some(mut minute) = NextMinute::<T>::get() else {
			return meter.consumed();
		};
		let each = T::WeightInfo::on_idle_end().max(T::WeightInfo::on_idle_lapse());
		while minute <= present && meter.can_consume(each.saturating_add(look)) {
			let left = meter.remaining().saturating_sub(look);
			let fit = left.checked_div_per_component(&each).unwrap_or(u64::MAX);
			// Many at once: who looks from the beginning steps over all that was removed in this block.
			let fit = usize::try_from(fit).unwrap_or(usize::MAX);
			let due: Vec<_> = Agenda::<T>::iter_key_prefix(minute).take(fit).collect();
			if due.is_empty() {
				meter.consume(look);
				minute = minute.saturating_add(1);
			}
			for matter in due {
				meter.consume(each);
				Agenda::<T>::remove(minute, &matter);
				Self::attend_to(matter, now);
			}
		}
		NextMinute::<T>::put(minute);
		meter.consumed()
	}

	pub(crate) fn attend_to(matter: Matter<T::AccountId>, now: Moment) {
		match matter {
			Matter::LeaseEnds(id, grantee) => {
				if let Some(lease) = Leases::<T>::get(id, &grantee)
					&& let LeaseState::Live { expires, .. } = lease.state
					&& expires <= now
				{
					Self::end_lease(None, id, &grantee, lease, EndCause::Expired);
				}
			}
			Matter::LeaseForgotten(id, grantee) => {
				let forgotten = match Leases::<T>::get(id, &grantee).map(|lease| lease.state) {
					Some(LeaseState::Requested { since, .. })
						if since.saturating_add(T::RequestWindow::get()) <= now =>
					{
						Self::lapse(id, &grantee)
					}
					Some(LeaseState::Ended { since, .. })
						if since.saturating_add(T::AttemptWindow::get()) <= now =>
					{
						Self::forget_lease(id, &grantee)
					}
					_ => Ok(()),
				};
				let _ = forgotten.defensive_proof("what was held can be returned");
			}
			Matter::ReviewDue(id, clinician) => Self::escalate(id, clinician, now),
		}
	}

	fn escalate(id: StudyId, clinician: T::AccountId, now: Moment) {
		let Some(mut emergency) = Emergencies::<T>::get(id, &clinician) else {
			return;
		};
		let Review::Due { by } = emergency.review else {
			return;
		};
		if now < by {
			return;
		}
		emergency.review = Review::Escalated { since: now };
		let custodian = emergency.custodian;
		Emergencies::<T>::insert(id, &clinician, emergency);

		Self::happened(None, Event::EmergencyEscalated { study: id, clinician, custodian });
	}
}
