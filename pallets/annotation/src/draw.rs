// SPDX-License-Identifier: Apache-2.0

//! Drawing a panel.
//!
//! The randomness comes from the scorers. With its first report each commits to a chain of two
//! secrets, `H(H(s))`; when a panel is to be drawn, those whose report was accepted reveal `H(s)`
//! for the first panel, and `s` for a second one after an appeal. All that was revealed is hashed,
//! in the order of the institutions, into the seed of the draw.
//!
//! Nobody knows the seed before the last of them has revealed, and nobody can choose what to
//! reveal. The scorer that reveals last can choose between two seeds, with and without its own
//! secret; several that conspire, and wait for all others, can choose between 2ⁿ. Not revealing is
//! visible. If nobody reveals, the seed is the hash of the block before, among which its author can
//! choose as many as there is time to make; for this, *every* scorer whose report was accepted has
//! to stay silent.

use crate::{
	Attestations, Config, EndCause, Error, Event, Pallet, Panels, Phase, Pool, PoolIndex, PoolSize,
	Readers, Seeds, TaskOf, Vote, history::Detail,
};
use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};
use contour_primitives::{
	Action, Hash, InstitutionId, Institutions, KeyRegistry, Modality, Moment, Refusal, Standing,
	Studies, TaskId,
};
use frame_support::{
	pallet_prelude::*,
	traits::{Defensive, Time},
};
use sp_io::hashing::blake2_256;

/// Most experts of the pool that one draw looks at.
pub const MAX_LOOKS: u32 = 128;

/// A member of a panel.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Seat<AccountId> {
	/// The member.
	pub who: AccountId,
	/// Which panel: 1, or 2 after an appeal.
	pub panel: u8,
	/// The vote.
	pub vote: Vote,
}

/// What an institution revealed for a draw.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Seed {
	/// The institution.
	pub institution: InstitutionId,
	/// For which panel.
	pub panel: u8,
	/// What it revealed.
	pub secret: Hash,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_enlist(who: T::AccountId) -> DispatchResult {
		T::Standing::voucher(&who).map_err(Error::<T>::Refused)?;
		let votes = |modality| T::Standing::may(&who, Action::VoteOnPanel, modality).is_ok();
		ensure!(Modality::ALL.into_iter().any(votes), Error::<T>::Refused(Refusal::MissingRole));
		ensure!(T::KeyRegistry::key_of(&who).is_some(), Error::<T>::NoEncryptionKey);
		ensure!(!PoolIndex::<T>::contains_key(&who), Error::<T>::AlreadyExists);
		let size = PoolSize::<T>::get();
		PoolSize::<T>::put(size.checked_add(1).ok_or(Error::<T>::TooManyExperts)?);
		Pool::<T>::insert(size, &who);
		PoolIndex::<T>::insert(&who, size);
		Self::happened(Some(who.clone()), Event::ExpertEnlisted { expert: who });
		Ok(())
	}

	pub(crate) fn do_retire(who: T::AccountId) -> DispatchResult {
		let index = PoolIndex::<T>::take(&who).ok_or(Error::<T>::NotFound)?;
		let last = PoolSize::<T>::get().saturating_sub(1);
		PoolSize::<T>::put(last);
		if let Some(moved) = Pool::<T>::take(last)
			&& index != last
		{
			Pool::<T>::insert(index, &moved);
			PoolIndex::<T>::insert(&moved, index);
		}
		Self::happened(Some(who.clone()), Event::ExpertRetired { expert: who });
		Ok(())
	}

	/// The readers disagree: a panel has to be drawn.
	pub(crate) fn dispute(id: TaskId, task: TaskOf<T>, now: Moment) {
		Self::happened(None, Event::TaskDisputed { task: id });
		Self::enter_drawing(id, task, now);
	}

	pub(crate) fn enter_drawing(id: TaskId, task: TaskOf<T>, now: Moment) {
		let until = now.saturating_add(T::SeedWindow::get());
		Self::enter(id, task, Phase::Drawing { until });
	}

	/// Institutions whose report holds: they reveal what a panel is drawn from.
	fn revealers(id: TaskId, task: &TaskOf<T>) -> Vec<(InstitutionId, Hash)> {
		let mut revealers: Vec<_> = Attestations::<T>::get(id)
			.into_iter()
			.filter(|it| it.stage == 0 && Some(it.report) == task.report)
			.filter(|it| !it.commitment.is_zero())
			.map(|it| (it.institution, it.commitment))
			.collect();
		revealers.sort();
		revealers
	}

	/// Whether a secret is what an institution has to reveal now, and has not.
	pub(crate) fn may_reveal_seed(
		id: TaskId,
		institution: InstitutionId,
		panel: u8,
		secret: Hash,
	) -> Result<TaskOf<T>, Error<T>> {
		let task = Self::task(id)?;
		let drawing = matches!(task.phase, Phase::Drawing { until } if T::Clock::now() < until);
		ensure!(drawing && task.panels.checked_add(1) == Some(panel), Error::<T>::WrongPhase);
		let (_, commitment) = Self::revealers(id, &task)
			.into_iter()
			.find(|(revealer, _)| *revealer == institution)
			.ok_or(Error::<T>::NotAuthorized)?;
		let revealed = Seeds::<T>::get(id)
			.iter()
			.any(|seed| seed.institution == institution && seed.panel == panel);
		ensure!(!revealed, Error::<T>::AlreadyExists);
		let hashed = Hash::from(blake2_256(secret.as_bytes()));
		let hashed = if panel == 1 { hashed } else { blake2_256(hashed.as_bytes()).into() };
		ensure!(hashed == commitment, Error::<T>::NotCommitted);
		Ok(task)
	}

	pub(crate) fn do_reveal_seed(
		id: TaskId,
		institution: InstitutionId,
		panel: u8,
		secret: Hash,
	) -> DispatchResult {
		let task = Self::may_reveal_seed(id, institution, panel, secret)?;
		let revealed = Seeds::<T>::try_mutate(id, |seeds| {
			seeds
				.try_push(Seed { institution, panel, secret })
				.map_err(|_| Error::<T>::TooManyScorers)?;
			Ok::<_, DispatchError>(seeds.iter().filter(|seed| seed.panel == panel).count())
		})?;
		Self::happened(None, Event::SeedRevealed { task: id, institution, panel });
		if revealed == Self::revealers(id, &task).len() {
			Self::draw(id, task, T::Clock::now());
		}
		Ok(())
	}

	/// Draws a panel from what was revealed.
	pub(crate) fn draw(id: TaskId, mut task: TaskOf<T>, now: Moment) {
		if T::Studies::facts(task.study).is_none() {
			return Self::end(None, id, task, EndCause::StudyWithdrawn);
		}
		let panel = task.panels.saturating_add(1);
		let mut revealed: Vec<_> =
			Seeds::<T>::get(id).into_iter().filter(|seed| seed.panel == panel).collect();
		revealed.sort_by_key(|seed| seed.institution);
		let secrets: Vec<Hash> = revealed.into_iter().map(|seed| seed.secret).collect();
		let source = if secrets.is_empty() {
			frame_system::Pallet::<T>::parent_hash().encode()
		} else {
			secrets.encode()
		};
		let seed = Hash::from(blake2_256(&(b"contour/draw", id, panel, source).encode()));
		let wanted = usize::from(task.next_panel());
		let members = Self::choose(id, &task, seed, wanted);
		if members.len() <= wanted.saturating_div(2) {
			return match task.ruling {
				// There are not enough experts for the larger panel: the first one's decision stands.
				Some(ruling) => Self::conclude(id, task, ruling.decision, now),
				None => Self::end(None, id, task, EndCause::NoPanel),
			};
		}
		task.panels = panel;
		Panels::<T>::mutate(id, |seats| {
			for who in &members {
				let seat = Seat { who: who.clone(), panel, vote: Vote::Awaited };
				let _ = seats.try_push(seat).defensive_proof("there are seats for both panels");
			}
		});
		let until = now.saturating_add(task.terms.voting);
		Self::enter(id, task, Phase::Committing { until });

		let event = Event::PanelDrawn { task: id, panel, members };
		Self::happened_with(None, event, Detail::Seed(seed));
	}

	/// Takes experts from the pool in a random order, at most [`MAX_LOOKS`] of them, and keeps those
	/// who are eligible.
	fn choose(id: TaskId, task: &TaskOf<T>, seed: Hash, wanted: usize) -> Vec<T::AccountId> {
		let size = PoolSize::<T>::get();
		let readers = Readers::<T>::get(id);
		let seats = Panels::<T>::get(id);
		let mut members = Vec::new();
		// Fisher and Yates's shuffle, of which only the part that is looked at is kept.
		let mut moved = alloc::collections::BTreeMap::<u32, u32>::new();
		for step in 0..size.min(MAX_LOOKS) {
			let left = size.saturating_sub(step);
			let index = step.saturating_add(Self::below(left, seed, step));
			let picked = moved.get(&index).copied().unwrap_or(index);
			let first = moved.get(&step).copied().unwrap_or(step);
			moved.insert(index, first);
			let Some(who) = Pool::<T>::get(picked) else {
				continue;
			};
			let involved = readers.iter().any(|reader| reader.who == who)
				|| seats.iter().any(|seat| seat.who == who)
				|| task.opener == who;
			if !involved && Self::is_eligible(&who, task) {
				members.push(who);
				if members.len() == wanted {
					break;
				}
			}
		}
		members
	}

	/// Whether an expert may sit on a task's panel: one who can open what the panel is shown, and for
	/// whom the task's own institution does not vouch in any role, nor did.
	fn is_eligible(who: &T::AccountId, task: &TaskOf<T>) -> bool {
		let own = Action::VoteOnPanel;
		T::KeyRegistry::key_of(who).is_some()
			&& T::Standing::may(who, own, task.modality).is_ok_and(|it| it != task.institution)
			&& T::Institutions::administered_by(who) != Some(task.institution)
			&& T::Standing::may_at(who, task.institution, own, task.modality)
				== Err(Refusal::NotVouchedFor)
	}

	/// A number below `limit`; its bias is below 2⁻⁹⁶.
	fn below(limit: u32, seed: Hash, step: u32) -> u32 {
		let bytes = blake2_256(&(seed, step).encode());
		let number = u128::decode(&mut &bytes[..]).unwrap_or_default();
		let number = number.checked_rem(limit.into()).unwrap_or_default();
		u32::try_from(number).unwrap_or_default()
	}
}
