// SPDX-License-Identifier: Apache-2.0

//! Recognition: what work adds to the records, and what they are good for.

use crate::{
	Config, CurrentPolicy, Event, OverallRecords, Pallet, Policy, Record, Records, Terms,
	era::{READING_POINTS, VOTE_POINTS},
};
use alloc::vec::Vec;
use contour_primitives::{Merit, Modality, Settlement, TaskId};
use contour_scoring::Ppm;
use frame_support::traits::{Get, Time};

impl<T: Config> Merit<T::AccountId> for Pallet<T> {
	fn contributions(who: &T::AccountId, modality: Modality) -> u32 {
		Records::<T>::get(who, modality).map_or(0, |record| record.contributions)
	}

	fn reputation(who: &T::AccountId, modality: Modality) -> u32 {
		Records::<T>::get(who, modality).map_or(0, |record| Self::reputation_of(&record).parts())
	}

	fn privilege(who: &T::AccountId) -> u32 {
		let Some(record) = OverallRecords::<T>::get(who) else {
			return 0;
		};
		let Policy { privilege, .. } = CurrentPolicy::<T>::get();
		let has_it = Self::reputation_of(&record) >= privilege.reputation;
		if has_it { privilege.bonus.parts() } else { 0 }
	}
}

impl<T: Config> Pallet<T> {
	/// Writes into the records what somebody did for a task: readings when there is a consensus
	/// with which they could be compared, and votes always.
	pub(crate) fn recognise(task: TaskId, terms: &Terms, settlement: &Settlement<T::AccountId>) {
		let modality = settlement.modality;
		if settlement.validated {
			for reader in &settlement.readers {
				if let Some(quality) = reader.quality {
					Self::credit(task, &reader.who, modality, terms, quality, READING_POINTS);
				}
			}
		}
		for member in &settlement.panel {
			Self::credit(task, &member.who, modality, terms, member.alignment, VOTE_POINTS);
		}
	}

	fn credit(
		task: TaskId,
		who: &T::AccountId,
		modality: Modality,
		terms: &Terms,
		quality: Ppm,
		most_points: u64,
	) {
		let (now, half_life) = (T::Clock::now(), T::HalfLife::get());
		let counted = quality >= terms.merit_floor;
		let update = |record: &mut Option<Record>| {
			*record = Some(Record::after(*record, quality, counted, now, half_life));
		};
		Records::<T>::mutate(who, modality, update);
		OverallRecords::<T>::mutate(who, update);
		let points = if counted { Self::earn(who, quality, most_points) } else { 0 };

		let who = who.clone();
		Self::deposit_event(Event::WorkRecorded { who, task, modality, quality, counted, points });
	}

	pub(crate) fn reputation_of(record: &Record) -> Ppm {
		record.reputation_at(T::Clock::now(), T::HalfLife::get())
	}

	/// A record as it is now.
	pub(crate) fn as_of_now(record: Record) -> Record {
		Record { reputation: Self::reputation_of(&record), ..record }
	}

	pub(crate) fn do_records_of(who: &T::AccountId) -> Vec<(Modality, Record)> {
		Records::<T>::iter_prefix(who)
			.map(|(modality, record)| (modality, Self::as_of_now(record)))
			.collect()
	}
}
