// SPDX-License-Identifier: Apache-2.0

//! Scorers and what they report.

use crate::{
	AcceptedReports, Attestations, Config, Copies, Dissents, EndCause, Error, Event, MAX_SCORERS,
	Pallet, Phase, Readers, ScorerId, ScorerOf, Scorers, TaskOf,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::{
	Action, Hash, InstitutionId, Institutions, KeyRegistry, Moment, Role, Sealed, Standing,
	Studies, TaskId,
};
use contour_scoring::Report;
use frame_support::{
	pallet_prelude::*,
	traits::{Get, Time},
};

/// The scorer of an institution.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Scorer<AccountId> {
	/// Its account, to whose encryption key readings are sealed.
	pub account: AccountId,
	/// The key with which the institution's node signs reports.
	pub key: ScorerId,
}

/// That a scorer reported something.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Attestation {
	/// Its institution.
	pub institution: InstitutionId,
	/// Before or after a panel: 0 or 1.
	pub stage: u8,
	/// Hash of the report.
	pub report: Hash,
	/// What the institution will reveal, hashed twice, if a panel is to be drawn.
	pub commitment: Hash,
}

/// The readings as a scorer shows them to a panel.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct PanelCopy {
	/// The scorer's institution.
	pub institution: InstitutionId,
	/// For which panel: 1 or 2.
	pub panel: u8,
	/// The readings under numbers, sealed to each member.
	pub sealed: Sealed,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_appoint_scorer(
		who: T::AccountId,
		account: T::AccountId,
		key: ScorerId,
	) -> DispatchResult {
		let institution =
			T::Institutions::administered_by(&who).ok_or(Error::<T>::NotAuthorized)?;
		T::Standing::holds(&account, institution, Role::Scorer).map_err(Error::<T>::Refused)?;
		ensure!(T::KeyRegistry::key_of(&account).is_some(), Error::<T>::NoEncryptionKey);
		if Scorers::<T>::count() >= MAX_SCORERS {
			// Those of institutions that are suspended or have left make room.
			let gone = Scorers::<T>::iter_keys().find(|it| !T::Institutions::is_active(*it));
			if let Some(gone) = gone {
				Scorers::<T>::remove(gone);
				Self::happened(None, Event::ScorerDismissed { institution: gone });
			}
		}
		let full = Scorers::<T>::count() >= MAX_SCORERS;
		ensure!(!full || Scorers::<T>::contains_key(institution), Error::<T>::TooManyScorers);
		ensure!(
			Scorers::<T>::iter().all(|(other, it)| other == institution || it.key != key),
			Error::<T>::AlreadyExists
		);

		Scorers::<T>::insert(institution, Scorer { account: account.clone(), key });
		Self::happened(Some(who), Event::ScorerAppointed { institution, account });
		Ok(())
	}

	pub(crate) fn do_dismiss_scorer(who: T::AccountId) -> DispatchResult {
		let institution =
			T::Institutions::administered_by(&who).ok_or(Error::<T>::NotAuthorized)?;
		ensure!(Scorers::<T>::contains_key(institution), Error::<T>::NotFound);
		Scorers::<T>::remove(institution);
		Self::happened(Some(who), Event::ScorerDismissed { institution });
		Ok(())
	}

	/// Hands the readings to the scorers.
	pub(crate) fn enter_scoring(id: TaskId, task: TaskOf<T>, now: Moment) {
		let until = now.saturating_add(task.terms.scoring);
		Self::enter(id, task, Phase::Scoring { since: now, until });
	}

	/// Who may report on a task now, and has not: or why not.
	pub(crate) fn may_report(
		id: TaskId,
		institution: InstitutionId,
		stage: u8,
	) -> Result<(TaskOf<T>, ScorerOf), Error<T>> {
		let task = Self::task(id)?;
		ensure!(task.scorers.contains(&institution), Error::<T>::NotAuthorized);
		let now = T::Clock::now();
		let taken = match task.phase {
			Phase::Reading { .. } | Phase::Ended { .. } => false,
			Phase::Scoring { until, .. } => now < until,
			// What a report is compared with is kept for so long.
			Phase::Validated { at, .. } => now < at.saturating_add(T::Retention::get()),
			_ => true,
		};
		ensure!(taken && stage == task.stage(), Error::<T>::WrongPhase);
		let scorer = Scorers::<T>::get(institution).ok_or(Error::<T>::NotAuthorized)?;
		T::Standing::may_at(&scorer.account, institution, Action::ReportScores, task.modality)
			.map_err(Error::<T>::Refused)?;
		let reported = Attestations::<T>::get(id)
			.iter()
			.any(|it| it.institution == institution && it.stage == stage);
		ensure!(!reported, Error::<T>::AlreadyExists);
		Ok((task, scorer))
	}

	/// Whether a report is on what the task wants to be scored.
	pub(crate) fn ensure_fits(
		id: TaskId,
		task: &TaskOf<T>,
		report: &Report,
	) -> Result<(), Error<T>> {
		let readings = Readers::<T>::decode_len(id).unwrap_or_default();
		let fits = report.outcomes.len() == readings && report.method == task.terms.method;
		ensure!(fits, Error::<T>::InvalidReport);
		Ok(())
	}

	/// Takes a report. One that comes after as many as are needed agreed is compared with theirs.
	pub(crate) fn do_report(
		id: TaskId,
		institution: InstitutionId,
		stage: u8,
		report: Report,
		commitment: Hash,
	) -> DispatchResult {
		let (mut task, _) = Self::may_report(id, institution, stage)?;
		Self::ensure_fits(id, &task, &report)?;
		let hash = Hash::from(report.hash());
		// Whoever commits when others may have revealed could choose the panel.
		let scoring = matches!(task.phase, Phase::Scoring { .. });
		let commitment = if scoring { commitment } else { Hash::zero() };
		let mut attestations = Attestations::<T>::get(id);
		attestations
			.try_push(Attestation { institution, stage, report: hash, commitment })
			.map_err(|_| Error::<T>::TooManyScorers)?;
		let same = attestations.iter().filter(|it| it.stage == stage && it.report == hash).count();
		let others: alloc::vec::Vec<_> = attestations
			.iter()
			.filter(|it| it.stage == stage && it.report != hash)
			.map(|it| it.institution)
			.collect();
		Attestations::<T>::insert(id, attestations);

		Self::happened(None, Event::ScoresReported { task: id, institution, report: hash });

		let now = T::Clock::now();
		if scoring && same >= task.scorers_needed() {
			for other in others {
				Self::note_dissent(id, other);
			}
			task.report = Some(hash);
			Self::accept(id, task, report, now);
		} else if !scoring && task.report.is_some_and(|held| held != hash) {
			Self::note_dissent(id, institution);
		}
		Ok(())
	}

	/// Goes on from the report that holds.
	fn accept(id: TaskId, task: TaskOf<T>, report: Report, now: Moment) {
		let hash = task.report.unwrap_or_default();
		let (consensus, agreement) = (report.consensus.map(Hash::from), report.agreement);
		AcceptedReports::<T>::insert(id, report);
		Self::happened(None, Event::TaskScored { task: id, report: hash, agreement });

		if T::Studies::facts(task.study).is_none() {
			return Self::end(None, id, task, EndCause::StudyWithdrawn);
		}
		let agreed = agreement.is_some_and(|agreement| agreement >= task.terms.threshold);
		match consensus {
			None if task.accepted.is_some() => Self::end(None, id, task, EndCause::Rejected),
			None => Self::end(None, id, task, EndCause::Unreadable),
			Some(consensus) if agreed || task.accepted.is_some() => {
				Self::validate(id, task, consensus);
			}
			Some(_) => Self::dispute(id, task, now),
		}
	}

	fn note_dissent(id: TaskId, institution: InstitutionId) {
		Dissents::<T>::mutate(institution, |count| *count = count.saturating_add(1));
		Self::happened(None, Event::ScorerDissented { task: id, institution });
	}

	/// Whether a scorer may still show the readings to the panel, which it has not.
	pub(crate) fn may_provide(
		id: TaskId,
		institution: InstitutionId,
		panel: u8,
	) -> Result<(TaskOf<T>, ScorerOf), Error<T>> {
		let task = Self::task(id)?;
		ensure!(task.scorers.contains(&institution), Error::<T>::NotAuthorized);
		let voting = matches!(task.phase, Phase::Committing { .. });
		ensure!(voting && task.panels == panel, Error::<T>::WrongPhase);
		let scorer = Scorers::<T>::get(institution).ok_or(Error::<T>::NotAuthorized)?;
		T::Standing::may_at(&scorer.account, institution, Action::ReportScores, task.modality)
			.map_err(Error::<T>::Refused)?;
		let provided = Copies::<T>::get(id)
			.iter()
			.any(|it| it.institution == institution && it.panel == panel);
		ensure!(!provided, Error::<T>::AlreadyExists);
		Ok((task, scorer))
	}

	pub(crate) fn do_provide_copies(
		id: TaskId,
		institution: InstitutionId,
		panel: u8,
		sealed: Sealed,
	) -> DispatchResult {
		Self::may_provide(id, institution, panel)?;
		let root = sealed.root;
		Copies::<T>::try_mutate(id, |copies| {
			copies
				.try_push(PanelCopy { institution, panel, sealed })
				.map_err(|_| Error::<T>::TooManyScorers)
		})?;
		Self::happened(None, Event::CopiesProvided { task: id, institution, panel, root });
		Ok(())
	}
}
