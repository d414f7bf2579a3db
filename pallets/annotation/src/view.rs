// SPDX-License-Identifier: Apache-2.0

//! What clients may ask.

use crate::{
	AcceptedReports, Agenda, Attention, Attestation, Attestations, Config, Copies, DepositOf,
	NextTick, Pallet, PanelCopy, Panels, Phase, Published, ReaderOf, Readers, ResultOf, Results,
	ScorerOf, Scorers, Seat, StudyTasks, TICK, Task, TaskOf, Tasks,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use contour_primitives::{AccountId, InstitutionId, Page, StudyId, TaskId, monitoring::Tally};
use contour_scoring::{Grid, MAX_READERS, Mask, Method, Rejection, Report, score};
use core::iter;
use frame_support::{pallet_prelude::*, traits::Time};

/// Most voxels of a volume that the runtime itself scores.
pub const MAX_SCORED_VOXELS: u64 = 1 << 20;
/// Most runs of all readings together that the runtime itself scores.
pub const MAX_SCORED_RUNS: usize = 1 << 16;

/// A task with all that belongs to it. What is to be secret is so by sealing and by commitments: all
/// of this is in every node's state.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Details<Deposit> {
	/// The task.
	pub task: Task<AccountId, Deposit>,
	/// Its readers.
	pub readers: Vec<ReaderOf>,
	/// What scorers reported.
	pub attestations: Vec<Attestation>,
	/// The report that holds.
	pub report: Option<Report>,
	/// Members of its panels.
	pub panels: Vec<Seat<AccountId>>,
	/// Readings as scorers show them to panels.
	pub copies: Vec<PanelCopy>,
	/// As which study the consensus was registered.
	pub published: Option<StudyId>,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_details(id: TaskId) -> Option<Details<DepositOf<T>>> {
		Some(Details {
			task: Tasks::<T>::get(id)?,
			readers: Readers::<T>::get(id).into_inner(),
			attestations: Attestations::<T>::get(id).into_inner(),
			report: AcceptedReports::<T>::get(id),
			panels: Panels::<T>::get(id).into_inner(),
			copies: Copies::<T>::get(id).into_inner(),
			published: Published::<T>::get(id),
		})
	}

	pub(crate) fn do_tasks(
		study: Option<StudyId>,
		after: Option<TaskId>,
	) -> Page<TaskId, TaskOf<T>> {
		let Some(study) = study else {
			return Page::of(match after {
				Some(after) => Tasks::<T>::iter_from(Tasks::<T>::hashed_key_for(after)),
				None => Tasks::<T>::iter(),
			});
		};
		let ids = match after {
			Some(after) => {
				let from = StudyTasks::<T>::hashed_key_for(study, after);
				StudyTasks::<T>::iter_key_prefix_from(study, from)
			}
			None => StudyTasks::<T>::iter_key_prefix(study),
		};
		Page::of(ids.filter_map(|id| Tasks::<T>::get(id).map(|task| (id, task))))
	}

	pub(crate) fn do_scorers() -> Vec<(InstitutionId, ScorerOf)> {
		let mut scorers: Vec<_> = Scorers::<T>::iter().collect();
		scorers.sort_by_key(|(institution, _)| *institution);
		scorers
	}

	/// Tasks that are past the deadline of their phase and were not moved, by the institutions that
	/// opened them.
	///
	/// It looks at what is due and was not attended to; when the chain keeps up that is nothing.
	pub fn tasks_overdue() -> Tally {
		let now = T::Clock::now();
		let present = now.checked_div(TICK).unwrap_or_default();
		let overdue = |tick, id| {
			let task = Tasks::<T>::get(id)?;
			let until = task.phase.deadline()?;
			// Other things than deadlines are due, too, such as places that lapse.
			(until <= now && Self::tick_of(until) == tick).then_some(task.institution)
		};
		let ticks = NextTick::<T>::get().map(|first| first..=present);
		Tally::of(ticks.into_iter().flatten().flat_map(|tick| {
			let due = Agenda::<T>::iter_key_prefix(tick);
			iter::once(None).chain(due.map(move |id| overdue(tick, id)))
		}))
	}

	/// Tasks in scoring that lack the report of an institution's scorer, by that institution.
	pub fn reports_missing() -> Tally {
		Tally::of(Attention::<T>::iter_keys().map(|id| {
			let task = Tasks::<T>::get(id);
			let Some(task) = task.filter(|task| matches!(task.phase, Phase::Scoring { .. })) else {
				return Vec::new();
			};
			let stage = task.stage();
			let told = Attestations::<T>::get(id);
			let has_told = |it: &InstitutionId| {
				told.iter().any(|told| told.institution == *it && told.stage == stage)
			};
			task.scorers.into_iter().filter(|it| !has_told(it)).collect()
		}))
	}

	pub(crate) fn do_score(
		grid: Grid,
		method: Method,
		readings: Vec<Vec<(u64, u64)>>,
	) -> Option<Report> {
		let runs = readings.iter().fold(0, |all: usize, runs| all.saturating_add(runs.len()));
		// Even an empty reading takes a volume's memory, and runs that overlap are drawn each.
		let most_drawn = |runs: &Vec<(u64, u64)>| {
			runs.iter().fold(0, |all: u64, (_, length)| all.saturating_add(*length))
		};
		if grid.voxels() > MAX_SCORED_VOXELS
			|| runs > MAX_SCORED_RUNS
			|| readings.len() > MAX_READERS
			|| readings.iter().any(|runs| most_drawn(runs) > MAX_SCORED_VOXELS)
		{
			return None;
		}
		let readings: Vec<_> = readings
			.into_iter()
			.map(|runs| Mask::from_runs(grid, runs).map_err(|_| Rejection::Malformed))
			.collect();
		score(grid, method, &readings, |_| true).ok().map(|scored| scored.report)
	}

	pub(crate) fn do_results(study: StudyId, after: Option<u32>) -> Page<u32, ResultOf<T>> {
		Page::of(match after {
			Some(after) => {
				Results::<T>::iter_prefix_from(study, Results::<T>::hashed_key_for(study, after))
			}
			None => Results::<T>::iter_prefix(study),
		})
	}
}
