// SPDX-License-Identifier: Apache-2.0

//! What a task's work is worth, for the pallet that pays.

use crate::{AcceptedReports, Attestations, Config, Decision, Pallet, Readers, Ruling, TaskOf};
use alloc::vec::Vec;
use contour_primitives::{
	Bounties, Moment, Numbers, PanelWork, ReaderWork, Settlement, Studies, TaskId,
};
use contour_scoring::{Outcome, Ppm};

impl<T: Config> Pallet<T> {
	pub(crate) fn settle(id: TaskId, task: &TaskOf<T>, validated: bool) {
		let Some(facts) = T::Studies::facts(task.study) else {
			return T::Bounties::release(id);
		};
		let readers = Readers::<T>::get(id);
		let outcomes = AcceptedReports::<T>::get(id).map(|report| report.outcomes);
		let outcomes = outcomes.unwrap_or_default();
		// Without a consensus the outcomes are in another order, and nobody is paid by them.
		let quality = |place: usize| match outcomes.get(place) {
			Some(Outcome::Scored { dice, .. }) if validated => Some(*dice),
			_ => None,
		};
		let readers = readers
			.into_iter()
			.enumerate()
			.map(|(place, reader)| ReaderWork {
				who: reader.who,
				quality: quality(place),
				earliness: reader
					.reading
					.map_or(Ppm::ZERO, |reading| Self::earliness(task, reading.at)),
			})
			.collect();
		let scorers = Attestations::<T>::get(id)
			.into_iter()
			.filter(|it| it.stage == task.stage() && Some(it.report) == task.report)
			.map(|it| it.institution)
			.collect();
		T::Bounties::settle(
			id,
			Settlement {
				modality: task.modality,
				validated,
				custodian: facts.custodian,
				participant: facts.participant,
				wanted: task.terms.wanted.into(),
				readers,
				panel: Self::panel_work(id, task),
				scorers,
			},
		);
	}

	/// How far those of the panel that decided were in line with it.
	fn panel_work(id: TaskId, task: &TaskOf<T>) -> Vec<PanelWork<T::AccountId>> {
		let Some(Ruling { panel, decision: Decision::Accepts(accepted) }) = task.ruling else {
			return Vec::new();
		};
		let all = Self::all_numbers(id);
		let alignment = |vote: Numbers| {
			let same = (!(vote ^ accepted) & all).count_ones();
			Ppm::ratio(same.into(), all.count_ones().into())
		};
		Self::votes(id, panel)
			.into_iter()
			.filter_map(|(who, vote)| {
				vote.revealed().map(|vote| PanelWork { who, alignment: alignment(vote) })
			})
			.collect()
	}

	/// How much of the time for reading was left at a moment.
	fn earliness(task: &TaskOf<T>, at: Moment) -> Ppm {
		Ppm::ratio(task.reading_until().saturating_sub(at), task.terms.reading)
	}
}
