// SPDX-License-Identifier: Apache-2.0

//! What time does without anybody's help.

use crate::{Agenda, Config, EndCause, NextTick, Pallet, Phase, Tasks, WeightInfo};
use contour_primitives::{Moment, Studies, TaskId};
use frame_support::{
	pallet_prelude::*,
	traits::{Get, Time},
	weights::WeightMeter,
};

/// Milliseconds between two looks at what is due.
pub const TICK: Moment = 10_000;

impl<T: Config> Pallet<T> {
	/// Lets a task be looked at when `due` has passed, within a tick.
	pub(crate) fn put_on_agenda(due: Moment, id: TaskId) {
		let tick = Self::tick_of(due);
		Agenda::<T>::insert(tick, id, ());
		if NextTick::<T>::get().is_none_or(|next| tick < next) {
			NextTick::<T>::put(tick);
		}
	}

	/// The first tick that begins when `due` has passed.
	pub(crate) fn tick_of(due: Moment) -> u64 {
		due.div_ceil(TICK)
	}

	/// Looks at tasks that are due, oldest first, as far as `limit` reaches, and returns what that
	/// weighed.
	pub(crate) fn attend_to_due(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		let look = T::DbWeight::get().reads_writes(2, 1);
		let now = T::Clock::now();
		let present = now.checked_div(TICK).unwrap_or_default();
		if meter.try_consume(look).is_err() {
			return meter.consumed();
		}
		let Some(first) = NextTick::<T>::get() else {
			return meter.consumed();
		};
		let mut tick = first;
		let each = Self::most_of_a_look();
		while tick <= present && meter.can_consume(each.saturating_add(look)) {
			match Agenda::<T>::iter_key_prefix(tick).next() {
				Some(id) => {
					meter.consume(each);
					Agenda::<T>::remove(tick, id);
					Self::attend_to(id, now);
				}
				None => {
					meter.consume(look);
					tick = tick.saturating_add(1);
				}
			}
		}
		if tick != first {
			NextTick::<T>::put(tick);
		}
		meter.consumed()
	}

	/// The most that one look at a task can weigh.
	pub(crate) fn most_of_a_look() -> Weight {
		T::WeightInfo::attend_close()
			.max(T::WeightInfo::attend_draw())
			.max(T::WeightInfo::attend_settle())
			.max(T::WeightInfo::attend_forget())
	}

	/// Moves a task whose time has come.
	pub(crate) fn attend_to(id: TaskId, now: Moment) {
		let Some(task) = Tasks::<T>::get(id) else {
			return;
		};
		if let Phase::Validated { at, .. } | Phase::Ended { at, .. } = task.phase {
			if at.saturating_add(T::Retention::get()) <= now {
				Self::forget(id, task);
			}
			return;
		}
		if T::Studies::facts(task.study).is_none() {
			return Self::end(None, id, task, EndCause::StudyWithdrawn);
		}
		let due = task.phase.deadline().is_some_and(|until| until <= now);
		match task.phase {
			Phase::Reading { .. } if !due => Self::free_lapsed(id, now),
			_ if !due => {}
			Phase::Reading { .. } => Self::close_reading(id, task, now),
			Phase::Scoring { .. } => Self::end(None, id, task, EndCause::Unscored),
			Phase::Drawing { .. } => Self::draw(id, task, now),
			Phase::Committing { .. } => Self::enter_revealing(id, task, now),
			Phase::Revealing { .. } => Self::count_votes(id, task, now),
			Phase::Decided { .. } => {
				if let Some(ruling) = task.ruling {
					Self::conclude(id, task, ruling.decision, now);
				}
			}
			Phase::Validated { .. } | Phase::Ended { .. } => {}
		}
	}
}
