// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's storage.

use crate::{
	AcceptedReports, Agenda, Attention, Attestations, Config, Copies, NextTask, NextTick, Pallet,
	Panels, Phase, Pool, PoolIndex, PoolSize, Published, Readers, ResultCounts, Results, Seeds,
	StudyTasks, TaskOf, Tasks, Validations,
};
use alloc::{collections::BTreeMap, collections::BTreeSet};
use contour_primitives::{Moment, TaskId};
use frame_support::{ensure, traits::Get};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks that:
	///
	/// 1. time will look at every task that has a deadline, or that is still to be forgotten;
	/// 2. a task has no more readers than it wants, none of them twice, none on its panels, and no
	///    reading twice;
	/// 3. scorers are asked for exactly those tasks that wait for them;
	/// 4. a task has a report if and only if it says so;
	/// 5. parts of tasks, and lists of them, belong to tasks that are there;
	/// 6. the pool of experts is numbered without gaps;
	/// 7. results are counted rightly.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let next = NextTask::<T>::get();
		for (id, task) in Tasks::<T>::iter() {
			ensure!(id < next, "a task has a number that was not given");
			ensure!(StudyTasks::<T>::contains_key(task.study, id), "a study misses a task");
			Self::ensure_time_looks_at(id, &task)?;
			Self::ensure_people_differ(id, &task)?;
			let waits = matches!(
				task.phase,
				Phase::Scoring { .. } | Phase::Drawing { .. } | Phase::Committing { .. }
			);
			ensure!(waits == Attention::<T>::contains_key(id), "scorers are asked wrongly");
			ensure!(
				task.report.is_some() == AcceptedReports::<T>::contains_key(id),
				"a report is missing, or too many"
			);
		}
		let known = |id| Tasks::<T>::contains_key(id);
		ensure!(Attention::<T>::iter_keys().all(known), "scorers are asked for no task");
		ensure!(Readers::<T>::iter_keys().all(known), "readers of no task");
		ensure!(Attestations::<T>::iter_keys().all(known), "scores of no task");
		ensure!(AcceptedReports::<T>::iter_keys().all(known), "a report on no task");
		ensure!(Seeds::<T>::iter_keys().all(known), "seeds for no task");
		ensure!(Panels::<T>::iter_keys().all(known), "a panel for no task");
		ensure!(Copies::<T>::iter_keys().all(known), "copies for no task");
		ensure!(Published::<T>::iter_keys().all(known), "a consensus of no task");
		ensure!(
			StudyTasks::<T>::iter_keys()
				.all(|(study, id)| Tasks::<T>::get(id).is_some_and(|task| task.study == study)),
			"a study's task is another's, or none"
		);
		for (study, id) in Validations::<T>::iter() {
			let sound = Tasks::<T>::get(id).is_some_and(|task| {
				task.study == study && matches!(task.phase, Phase::Validated { .. })
			});
			ensure!(sound, "a study counts as validated without a consensus");
		}

		let size = PoolSize::<T>::get();
		for (index, who) in Pool::<T>::iter() {
			ensure!(index < size, "an expert's number was not given");
			ensure!(PoolIndex::<T>::get(who) == Some(index), "an expert has another number");
		}
		let numbered = |count: usize| u32::try_from(count) == Ok(size);
		ensure!(numbered(Pool::<T>::iter_keys().count()), "the pool has gaps");
		ensure!(numbered(PoolIndex::<T>::iter_keys().count()), "somebody is not in the pool");

		let mut results = BTreeMap::<_, u32>::new();
		for (study, _) in Results::<T>::iter_keys() {
			let number = results.entry(study).or_default();
			*number = number.saturating_add(1);
		}
		let counted: BTreeMap<_, _> = ResultCounts::<T>::iter().collect();
		ensure!(counted == results, "results are miscounted");
		Ok(())
	}

	fn ensure_time_looks_at(id: TaskId, task: &TaskOf<T>) -> Result<(), TryRuntimeError> {
		match task.phase {
			Phase::Validated { .. } if Readers::<T>::get(id).is_empty() => Ok(()),
			Phase::Validated { at, .. } | Phase::Ended { at, .. } => {
				Self::ensure_on_agenda(at.saturating_add(T::Retention::get()), id)
			}
			_ => Self::ensure_on_agenda(task.phase.deadline().unwrap_or_default(), id),
		}
	}

	fn ensure_people_differ(id: TaskId, task: &TaskOf<T>) -> Result<(), TryRuntimeError> {
		let readers = Readers::<T>::get(id);
		ensure!(readers.len() <= task.terms.wanted.into(), "a task has too many readers");
		let mut people = BTreeSet::new();
		let mut roots = BTreeSet::new();
		for reader in readers {
			ensure!(people.insert(reader.who), "somebody reads twice");
			if let Some(reading) = reader.reading {
				ensure!(roots.insert(reading.sealed.root), "a reading was handed in twice");
			}
		}
		for seat in Panels::<T>::get(id) {
			ensure!(people.insert(seat.who), "a member of a panel reads, or sits twice");
			ensure!((1..=task.panels).contains(&seat.panel), "a seat of no panel");
		}
		Ok(())
	}

	fn ensure_on_agenda(due: Moment, id: TaskId) -> Result<(), TryRuntimeError> {
		let tick = Self::tick_of(due);
		ensure!(Agenda::<T>::contains_key(tick, id), "time will not look at a task");
		ensure!(NextTick::<T>::get().is_some_and(|next| next <= tick), "time has passed a task by");
		Ok(())
	}
}
