// SPDX-License-Identifier: Apache-2.0

//! Votes of a panel: committed to, revealed, counted, appealed against.

use crate::{
	Config, Decision, EndCause, Error, Event, Pallet, Panels, Phase, Readers, Ruling, Seat, TaskOf,
	Vote, history::Detail,
};
use alloc::vec::Vec;
use contour_primitives::{Action, Hash, Moment, Numbers, Standing, TaskId, vote_commitment};
use frame_support::{pallet_prelude::*, traits::Time};

impl<T: Config> Pallet<T> {
	/// Commits to a vote, or to another one while the phase lasts.
	pub(crate) fn do_commit(who: T::AccountId, id: TaskId, commitment: Hash) -> DispatchResult {
		let task = Self::task(id)?;
		let now = T::Clock::now();
		let open = matches!(task.phase, Phase::Committing { until } if now < until);
		ensure!(open, Error::<T>::WrongPhase);
		T::Standing::may(&who, Action::VoteOnPanel, task.modality).map_err(Error::<T>::Refused)?;
		let all = Self::with_seat(&who, id, &task, |seat| {
			seat.vote = Vote::Committed(commitment);
			Ok(())
		})?;

		let event = Event::VoteCommitted { task: id, member: who.clone() };
		Self::happened_with(Some(who), event, Detail::Commitment(commitment));
		if all.iter().all(|vote| *vote != Vote::Awaited) {
			Self::enter_revealing(id, task, now);
		}
		Ok(())
	}

	/// Reveals the vote that was committed to.
	pub(crate) fn do_reveal(
		who: T::AccountId,
		id: TaskId,
		accepted: Numbers,
		salt: Hash,
	) -> DispatchResult {
		let task = Self::task(id)?;
		let now = T::Clock::now();
		let open = matches!(task.phase, Phase::Revealing { until } if now < until);
		ensure!(open, Error::<T>::WrongPhase);
		ensure!(accepted & !Self::all_numbers(id) == 0, Error::<T>::NoSuchReading);
		let genesis = Self::genesis();
		let opened = vote_commitment(genesis, id, task.panels, &who, accepted, salt);
		let all = Self::with_seat(&who, id, &task, |seat| {
			ensure!(seat.vote == Vote::Committed(opened), Error::<T>::NotCommitted);
			seat.vote = Vote::Revealed(accepted);
			Ok(())
		})?;

		let event = Event::VoteRevealed { task: id, member: who.clone(), accepted };
		Self::happened(Some(who), event);
		if all.iter().all(|vote| !matches!(vote, Vote::Committed(_))) {
			Self::count_votes(id, task, now);
		}
		Ok(())
	}

	/// Appeals against the first panel's decision: by a reader, or for the institution that opened
	/// the task.
	pub(crate) fn do_appeal(who: T::AccountId, id: TaskId, reason: Hash) -> DispatchResult {
		let task = Self::task(id)?;
		let now = T::Clock::now();
		let open = matches!(task.phase, Phase::Decided { until } if now < until);
		ensure!(open, Error::<T>::WrongPhase);
		let reader = Readers::<T>::get(id).iter().any(|reader| reader.who == who);
		if !reader {
			T::Standing::may_at(&who, task.institution, Action::OpenTask, task.modality)
				.map_err(|_| Error::<T>::NotAuthorized)?;
		}

		Self::happened(Some(who.clone()), Event::Appealed { task: id, who, reason });
		Self::enter_drawing(id, task, now);
		Ok(())
	}

	/// Lets the panel reveal; nobody having committed, there is nothing to wait for.
	pub(crate) fn enter_revealing(id: TaskId, task: TaskOf<T>, now: Moment) {
		let votes = Self::votes(id, task.panels);
		if votes.iter().all(|(_, vote)| *vote == Vote::Awaited) {
			return Self::count_votes(id, task, now);
		}
		let until = now.saturating_add(task.terms.revealing);
		Self::enter(id, task, Phase::Revealing { until });
	}

	/// Counts what was revealed.
	pub(crate) fn count_votes(id: TaskId, mut task: TaskOf<T>, now: Moment) {
		let votes = Self::votes(id, task.panels);
		let revealed: Vec<Numbers> = votes.iter().filter_map(|(_, vote)| vote.revealed()).collect();
		let quorum = revealed.len() > votes.len().saturating_div(2);
		let decision = if quorum {
			Decision::Accepts(Self::accepted_by_most(&revealed))
		} else {
			Decision::NoQuorum
		};
		let panel = task.panels;
		Self::happened(None, Event::PanelDecided { task: id, panel, decision });

		match (task.ruling, decision) {
			(None, _) => {
				let until = now.saturating_add(task.terms.appeal);
				task.ruling = Some(Ruling { panel, decision });
				Self::enter(id, task, Phase::Decided { until });
			}
			// The larger panel does not vote: the first one's decision stands.
			(Some(first), Decision::NoQuorum) => Self::conclude(id, task, first.decision, now),
			(Some(_), _) => {
				task.ruling = Some(Ruling { panel, decision });
				Self::conclude(id, task, decision, now);
			}
		}
	}

	/// Goes on from a decision against which there is no appeal.
	pub(crate) fn conclude(id: TaskId, mut task: TaskOf<T>, decision: Decision, now: Moment) {
		match decision {
			Decision::NoQuorum => Self::end(None, id, task, EndCause::NoQuorum),
			Decision::Accepts(0) => Self::end(None, id, task, EndCause::Rejected),
			Decision::Accepts(accepted) => {
				task.accepted = Some(accepted);
				Self::enter_scoring(id, task, now);
			}
		}
	}

	/// Readings that more than half of the votes accept. On a tie a reading is not accepted.
	fn accepted_by_most(votes: &[Numbers]) -> Numbers {
		(0..Numbers::BITS)
			.filter_map(|number| 1_u16.checked_shl(number))
			.filter(|bit| {
				let for_it = votes.iter().filter(|vote| **vote & bit != 0).count();
				for_it > votes.len().saturating_sub(for_it)
			})
			.fold(0, |all, bit| all | bit)
	}

	/// The numbers that a task's readings have for a panel.
	pub(crate) fn all_numbers(id: TaskId) -> Numbers {
		let count = Readers::<T>::decode_len(id).unwrap_or_default();
		let count = u32::try_from(count).unwrap_or(Numbers::BITS);
		Numbers::MAX.checked_shr(Numbers::BITS.saturating_sub(count)).unwrap_or_default()
	}

	/// The members of a panel and their votes.
	pub(crate) fn votes(id: TaskId, panel: u8) -> Vec<(T::AccountId, Vote)> {
		Panels::<T>::get(id)
			.into_iter()
			.filter(|seat| seat.panel == panel)
			.map(|seat| (seat.who, seat.vote))
			.collect()
	}

	/// Changes a member's seat, and returns all votes of the panel then.
	fn with_seat(
		who: &T::AccountId,
		id: TaskId,
		task: &TaskOf<T>,
		change: impl FnOnce(&mut Seat<T::AccountId>) -> DispatchResult,
	) -> Result<Vec<Vote>, DispatchError> {
		Panels::<T>::try_mutate(id, |seats| {
			let seat = seats
				.iter_mut()
				.find(|seat| seat.panel == task.panels && seat.who == *who)
				.ok_or(Error::<T>::NotAuthorized)?;
			change(seat)?;
			let own = seats.iter().filter(|seat| seat.panel == task.panels);
			Ok(own.map(|seat| seat.vote).collect())
		})
	}

	/// Hash of the chain's first block.
	pub(crate) fn genesis() -> Hash {
		let first = frame_system::pallet_prelude::BlockNumberFor::<T>::default();
		let hash = frame_system::Pallet::<T>::block_hash(first);
		Hash::from_slice(hash.as_ref())
	}
}
