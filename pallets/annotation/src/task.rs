// SPDX-License-Identifier: Apache-2.0

//! Tasks: opened, cancelled, ended, published.

use crate::{
	AcceptedReports, Attention, Config, DepositOf, EndCause, Error, Event, MAX_SCORERS, NextTask,
	Pallet, Panels, Phase, Published, Readers, Ruling, Scorers, StudyTasks, TaskOf, Tasks, Terms,
	Validations, history::Detail,
};
use codec::{Decode, Encode, MaxEncodedLen};
use contour_primitives::{
	Action, Bounties, Hash, InstitutionId, Institutions, Modality, Moment, Numbers, Role, Sealed,
	Standing, Studies, StudyFacts, StudyId, TaskId, annotation::scorers_needed,
};
use contour_scoring::MAX_READERS;
use frame_support::{
	BoundedVec,
	pallet_prelude::*,
	traits::{Consideration, ConstU32, Defensive, Footprint, Get, Time},
};

/// Fewest readings of which there is a consensus.
pub const MIN_READERS: u8 = 2;
/// Largest panel that is drawn first. After an appeal twice as many and one more are drawn.
pub const MAX_PANEL: u8 = 7;

/// A task as stored.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Task<AccountId, Deposit> {
	/// The study.
	pub study: StudyId,
	/// What made its images.
	pub modality: Modality,
	/// The institution that opened the task, and pays for it.
	pub institution: InstitutionId,
	/// Who opened it, for the institution.
	pub opener: AccountId,
	/// What it wants.
	pub terms: Terms,
	/// The geometry of the study, sealed to the scorers.
	pub brief: Sealed,
	/// Institutions whose scorers may report: those that had one when the task was opened.
	pub scorers: BoundedVec<InstitutionId, ConstU32<MAX_SCORERS>>,
	/// When it was opened.
	pub opened: Moment,
	/// Where it stands.
	pub phase: Phase,
	/// Panels that were drawn: none, one, or two after an appeal.
	pub panels: u8,
	/// The decision of a panel that stands, unless there is an appeal.
	pub ruling: Option<Ruling>,
	/// The readings that a panel accepted: then they are scored again.
	pub accepted: Option<Numbers>,
	/// Hash of the report that holds.
	pub report: Option<Hash>,
	/// What is held from the institution for the storage.
	pub deposit: Deposit,
}

impl<AccountId, Deposit> Task<AccountId, Deposit> {
	/// When the time for reading ends.
	pub fn reading_until(&self) -> Moment {
		self.opened.saturating_add(self.terms.reading)
	}

	/// How often the readings are to be scored before this time: not yet, or once without a panel.
	pub const fn stage(&self) -> u8 {
		match self.accepted {
			None => 0,
			Some(_) => 1,
		}
	}

	/// Scorers that have to report the same: more than half.
	pub fn scorers_needed(&self) -> usize {
		scorers_needed(self.scorers.len())
	}

	/// Members of the next panel to draw.
	pub const fn next_panel(&self) -> u8 {
		match self.panels {
			0 => self.terms.panel,
			_ => self.terms.panel.saturating_mul(2).saturating_add(1),
		}
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_open(
		who: T::AccountId,
		institution: InstitutionId,
		study: StudyId,
		terms: Terms,
		brief: Sealed,
		bounty: T::Balance,
	) -> DispatchResult {
		let StudyFacts { modality, .. } =
			T::Studies::facts(study).ok_or(Error::<T>::StudyNotFound)?;
		T::Standing::may_at(&who, institution, Action::OpenTask, modality)
			.map_err(Error::<T>::Refused)?;
		if bounty != Default::default() {
			Self::ensure_may_spend(&who, institution)?;
		}
		Self::ensure_terms(&terms)?;
		let mut scorers: BoundedVec<_, _> = BoundedVec::truncate_from(
			Scorers::<T>::iter_keys().filter(|it| T::Institutions::is_active(*it)).collect(),
		);
		ensure!(!scorers.is_empty(), Error::<T>::NoScorer);
		scorers.sort();
		let task = NextTask::<T>::get();
		let next = task.0.checked_add(1).ok_or(Error::<T>::TooManyTasks)?;
		let fee_account = T::Institutions::fee_account_of(institution);
		let deposit: DepositOf<T> =
			T::Deposit::new(&fee_account, Footprint::from_mel::<TaskOf<T>>())?;
		T::Bounties::reserve(task, institution, bounty)?;

		let opened = T::Clock::now();
		let root = brief.root;
		let record = Task {
			study,
			modality,
			institution,
			opener: who.clone(),
			phase: Phase::Reading { until: opened.saturating_add(terms.reading) },
			terms,
			brief,
			scorers,
			opened,
			panels: 0,
			ruling: None,
			accepted: None,
			report: None,
			deposit,
		};
		NextTask::<T>::put(TaskId(next));
		Self::put_on_agenda(record.reading_until(), task);
		StudyTasks::<T>::insert(study, task, ());
		Tasks::<T>::insert(task, record);

		let event = Event::TaskOpened { task, study, institution, bounty };
		Self::happened_with(Some(who), event, Detail::Brief(root));
		Ok(())
	}

	fn ensure_terms(terms: &Terms) -> DispatchResult {
		let most = u8::try_from(MAX_READERS).unwrap_or(u8::MAX);
		ensure!((MIN_READERS..=most).contains(&terms.wanted), Error::<T>::ReadersOutOfRange);
		let odd = terms.panel.checked_rem(2) == Some(1);
		ensure!(odd && terms.panel <= MAX_PANEL, Error::<T>::PanelOutOfRange);
		let allowed = T::MinPhase::get()..=T::MaxPhase::get();
		let durations = [terms.reading, terms.scoring, terms.voting, terms.revealing, terms.appeal];
		ensure!(
			durations.iter().all(|duration| allowed.contains(duration)),
			Error::<T>::DurationOutOfRange
		);
		Ok(())
	}

	/// The administrator and the custodians of an institution spend from its pot.
	fn ensure_may_spend(who: &T::AccountId, institution: InstitutionId) -> DispatchResult {
		if T::Institutions::administered_by(who) == Some(institution) {
			return Ok(());
		}
		T::Standing::holds(who, institution, Role::Custodian)
			.map_err(|refusal| Error::<T>::Refused(refusal).into())
	}

	pub(crate) fn do_cancel(who: T::AccountId, id: TaskId) -> DispatchResult {
		let task = Self::task(id)?;
		ensure!(matches!(task.phase, Phase::Reading { .. }), Error::<T>::PhaseOver);
		T::Standing::may_at(&who, task.institution, Action::OpenTask, task.modality)
			.map_err(Error::<T>::Refused)?;
		ensure!(Readers::<T>::get(id).is_empty(), Error::<T>::PlacesTaken);
		Self::end(Some(who), id, task, EndCause::Cancelled);
		Ok(())
	}

	/// Ends a task without a consensus. Whether anybody is paid is settled before.
	pub(crate) fn end(who: Option<T::AccountId>, id: TaskId, task: TaskOf<T>, cause: EndCause) {
		// A panel that judged has worked, also when nobody scores what it accepted.
		let judged =
			cause == EndCause::Rejected || (cause == EndCause::Unscored && task.accepted.is_some());
		if judged {
			Self::settle(id, &task, false);
		} else {
			T::Bounties::release(id);
		}
		let study = task.study;
		let at = T::Clock::now();
		Self::enter(id, task, Phase::Ended { cause, at });

		Self::happened_with(who, Event::TaskEnded { task: id, cause }, Detail::Study(study));
	}

	/// Ends a task with a consensus, and pays.
	pub(crate) fn validate(id: TaskId, task: TaskOf<T>, consensus: Hash) {
		Self::settle(id, &task, true);
		let study = task.study;
		let at = T::Clock::now();
		Validations::<T>::insert(study, id);
		Self::enter(id, task, Phase::Validated { consensus, at });

		let event = Event::TaskValidated { task: id, consensus };
		Self::happened_with(None, event, Detail::Study(study));
	}

	/// Stores a task in another phase, and lets time and scorers know.
	pub(crate) fn enter(id: TaskId, mut task: TaskOf<T>, phase: Phase) {
		task.phase = phase;
		let due = match phase {
			Phase::Validated { at, .. } | Phase::Ended { at, .. } => {
				at.saturating_add(T::Retention::get())
			}
			_ => phase.deadline().unwrap_or_default(),
		};
		Self::put_on_agenda(due, id);
		match phase {
			Phase::Scoring { .. } | Phase::Drawing { .. } | Phase::Committing { .. } => {
				Attention::<T>::insert(id, ());
			}
			_ => Attention::<T>::remove(id),
		}
		Tasks::<T>::insert(id, task);
	}

	/// Removes what need not be kept of a task that has ended: all of it, unless it has a consensus.
	pub(crate) fn forget(id: TaskId, task: TaskOf<T>) {
		Readers::<T>::remove(id);
		Panels::<T>::remove(id);
		crate::Attestations::<T>::remove(id);
		crate::Seeds::<T>::remove(id);
		crate::Copies::<T>::remove(id);
		if matches!(task.phase, Phase::Validated { .. }) {
			return;
		}
		AcceptedReports::<T>::remove(id);
		StudyTasks::<T>::remove(task.study, id);
		Tasks::<T>::remove(id);
		let fee_account = T::Institutions::fee_account_of(task.institution);
		let _ = task.deposit.drop(&fee_account).defensive_proof("what was held can be returned");
		Self::happened(None, Event::TaskForgotten { task: id });
	}

	/// Notes as which study the consensus of a task was registered.
	pub(crate) fn do_publish(who: T::AccountId, id: TaskId, study: StudyId) -> DispatchResult {
		let task = Self::task(id)?;
		ensure!(matches!(task.phase, Phase::Validated { .. }), Error::<T>::NotValidated);
		T::Standing::holds(&who, task.institution, Role::Custodian).map_err(Error::<T>::Refused)?;
		let facts = T::Studies::facts(study).ok_or(Error::<T>::StudyNotFound)?;
		let own = facts.custodian == task.institution && study != task.study;
		ensure!(own, Error::<T>::NotAuthorized);
		ensure!(!Published::<T>::contains_key(id), Error::<T>::AlreadyExists);

		Published::<T>::insert(id, study);
		Self::happened(Some(who), Event::ConsensusPublished { task: id, study });
		Ok(())
	}

	pub(crate) fn task(id: TaskId) -> Result<TaskOf<T>, Error<T>> {
		Tasks::<T>::get(id).ok_or(Error::<T>::NotFound)
	}
}
