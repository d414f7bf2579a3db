// SPDX-License-Identifier: Apache-2.0

//! Readers: they claim places and hand in sealed readings.

use crate::{Config, EndCause, Error, Event, MIN_READERS, Pallet, Phase, Readers, TaskOf};
use codec::{Decode, Encode, MaxEncodedLen};
use contour_primitives::{Action, InstitutionId, Moment, Sealed, Standing, Studies, TaskId};
use frame_support::{pallet_prelude::*, traits::Time};

/// Somebody who claimed a place.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Reader<AccountId> {
	/// The reader.
	pub who: AccountId,
	/// The institution under whose credential.
	pub institution: InstitutionId,
	/// Until when the place is kept without a reading.
	pub until: Moment,
	/// What was handed in.
	pub reading: Option<Submission>,
}

/// A reading that was handed in.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Submission {
	/// The sealed reading.
	pub sealed: Sealed,
	/// When.
	pub at: Moment,
	/// Whether the reader will not replace it.
	pub finished: bool,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_claim(who: T::AccountId, id: TaskId) -> DispatchResult {
		let task = Self::open_for_reading(id)?;
		let institution = T::Standing::may(&who, Action::SubmitReading, task.modality)
			.map_err(Error::<T>::Refused)?;
		let now = T::Clock::now();
		let until = now.saturating_add(T::ClaimWindow::get()).min(task.reading_until());
		Readers::<T>::try_mutate(id, |readers| {
			readers.retain(|reader| Self::keeps_place(id, reader, now));
			ensure!(readers.iter().all(|reader| reader.who != who), Error::<T>::AlreadyExists);
			ensure!(readers.len() < usize::from(task.terms.wanted), Error::<T>::NoPlaceLeft);
			let reader = Reader { who: who.clone(), institution, until, reading: None };
			readers.try_push(reader).map_err(|_| Error::<T>::NoPlaceLeft)
		})?;
		Self::put_on_agenda(until, id);

		Self::happened(Some(who.clone()), Event::PlaceClaimed { task: id, reader: who, until });
		Ok(())
	}

	/// Gives a place back, with what was handed in.
	pub(crate) fn do_leave(who: T::AccountId, id: TaskId) -> DispatchResult {
		Self::open_for_reading(id)?;
		Readers::<T>::try_mutate(id, |readers| {
			let place = readers.iter().position(|reader| reader.who == who);
			readers.remove(place.ok_or(Error::<T>::NoPlace)?);
			Ok::<_, DispatchError>(())
		})?;
		Self::tell_freed(Some(who.clone()), id, who);
		Ok(())
	}

	pub(crate) fn do_submit(
		who: T::AccountId,
		id: TaskId,
		sealed: Sealed,
		finished: bool,
	) -> DispatchResult {
		let task = Self::open_for_reading(id)?;
		let now = T::Clock::now();
		let root = sealed.root;
		let all_finished = Readers::<T>::try_mutate(id, |readers| {
			ensure!(
				readers.iter().all(|it| it.who == who || !it.has_handed_in(root)),
				Error::<T>::AlreadyExists
			);
			let reader = readers
				.iter_mut()
				.find(|reader| reader.who == who && reader.has_place(now))
				.ok_or(Error::<T>::NoPlace)?;
			T::Standing::may_at(&who, reader.institution, Action::SubmitReading, task.modality)
				.map_err(Error::<T>::Refused)?;
			ensure!(T::Studies::leased(task.study, &who).is_some(), Error::<T>::NoLease);
			ensure!(
				reader.reading.as_ref().is_none_or(|reading| !reading.finished),
				Error::<T>::AlreadyFinished
			);
			reader.reading = Some(Submission { sealed, at: now, finished });
			let done = |reader: &Reader<_>| reader.reading.as_ref().is_some_and(|it| it.finished);
			Ok::<_, DispatchError>(
				readers.len() == usize::from(task.terms.wanted) && readers.iter().all(done),
			)
		})?;

		let reader = who.clone();
		let event = Event::ReadingSubmitted { task: id, reader, root, finished };
		Self::happened(Some(who), event);
		if all_finished {
			Self::close_reading(id, task, now);
		}
		Ok(())
	}

	/// Frees places whose claims have lapsed.
	pub(crate) fn free_lapsed(id: TaskId, now: Moment) {
		Readers::<T>::mutate(id, |readers| {
			readers.retain(|reader| Self::keeps_place(id, reader, now));
		});
	}

	/// Ends the time for reading: places without a reading do not count.
	pub(crate) fn close_reading(id: TaskId, task: TaskOf<T>, now: Moment) {
		let count = Readers::<T>::mutate(id, |readers| {
			readers.retain(|reader| {
				let handed_in = reader.reading.is_some();
				if !handed_in {
					Self::tell_freed(None, id, reader.who.clone());
				}
				handed_in
			});
			readers.len()
		});
		if count < usize::from(MIN_READERS) {
			return Self::end(None, id, task, EndCause::TooFewReadings);
		}
		Self::enter_scoring(id, task, now);
	}

	fn open_for_reading(id: TaskId) -> Result<TaskOf<T>, Error<T>> {
		let task = Self::task(id)?;
		let Phase::Reading { until } = task.phase else {
			return Err(Error::<T>::PhaseOver);
		};
		ensure!(T::Clock::now() < until, Error::<T>::PhaseOver);
		ensure!(T::Studies::facts(task.study).is_some(), Error::<T>::StudyNotFound);
		Ok(task)
	}

	fn keeps_place(id: TaskId, reader: &Reader<T::AccountId>, now: Moment) -> bool {
		let keeps = reader.has_place(now);
		if !keeps {
			Self::tell_freed(None, id, reader.who.clone());
		}
		keeps
	}

	fn tell_freed(who: Option<T::AccountId>, id: TaskId, reader: T::AccountId) {
		Self::happened(who, Event::PlaceFreed { task: id, reader });
	}
}

impl<AccountId> Reader<AccountId> {
	/// Whether the place is the reader's at a moment: a reading keeps it.
	pub fn has_place(&self, now: Moment) -> bool {
		self.reading.is_some() || now < self.until
	}

	fn has_handed_in(&self, root: contour_primitives::Hash) -> bool {
		self.reading.as_ref().is_some_and(|reading| reading.sealed.root == root)
	}
}
