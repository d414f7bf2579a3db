// SPDX-License-Identifier: Apache-2.0

//! What happened: an event for whoever listens now, and entries in histories for later.
//!
//! Nothing else in this pallet deposits an event or writes a history, so that no change can have
//! one without the other.

use crate::{Config, Decision, Event, Pallet};
use alloc::{vec, vec::Vec};
use contour_primitives::{
	AccountId, Hash, StudyId,
	audit::{Deed, Subject, Trail},
};
use frame_support::defensive;

/// What an entry contains, or whose it is, that its event lacks.
#[derive(Clone, Copy)]
pub(crate) enum Detail {
	/// Nothing.
	Nothing,
	/// Root of the task's sealed brief.
	Brief(Hash),
	/// The study that the task is on.
	Study(StudyId),
	/// What the panel was drawn from.
	Seed(Hash),
	/// The commitment to a vote.
	Commitment(Hash),
	/// Hash of the result of an analysis, and of the model that made it.
	Analysis {
		/// Of the result.
		result: Hash,
		/// Of the model.
		model: Hash,
	},
}

impl<T: Config> Pallet<T> {
	/// Writes to the histories what an event means there, and deposits the event. `who` is nobody
	/// when time or a scorer did it.
	pub(crate) fn happened(who: Option<T::AccountId>, event: Event<T>) {
		Self::happened_with(who, event, Detail::Nothing);
	}

	/// The same, for an event whose entry contains more than itself.
	pub(crate) fn happened_with(who: Option<T::AccountId>, event: Event<T>, detail: Detail) {
		if let Some((subjects, deed)) = event.deed(detail) {
			for subject in subjects {
				T::Trail::append(subject, who.clone(), deed.clone());
			}
		}
		frame_system::Pallet::<T>::deposit_event(event);
	}
}

impl<T: Config> Event<T> {
	/// Into whose histories the event goes, and as what; nothing when it goes into none.
	pub(crate) fn deed(
		&self,
		detail: Detail,
	) -> Option<(Vec<Subject<AccountId>>, Deed<AccountId>)> {
		let (task, deed) = match (self, detail) {
			// These belong to no task and no study.
			(
				Self::ScorerAppointed { .. }
				| Self::ScorerDismissed { .. }
				| Self::ExpertEnlisted { .. }
				| Self::ExpertRetired { .. },
				_,
			) => return None,
			(Self::TaskOpened { task, study, institution, .. }, Detail::Brief(brief)) => {
				let (task, study, institution) = (*task, *study, *institution);
				let subjects = vec![Subject::Study(study), Subject::Task(task)];
				return Some((subjects, Deed::TaskOpened { task, study, institution, brief }));
			}
			(Self::PlaceClaimed { task, .. }, _) => (task, Deed::PlaceClaimed),
			(Self::PlaceFreed { task, reader }, _) => {
				(task, Deed::PlaceFreed { reader: reader.clone() })
			}
			(Self::ReadingSubmitted { task, root, .. }, _) => {
				(task, Deed::ReadingSubmitted { root: *root })
			}
			(Self::ScoresReported { task, institution, report }, _) => {
				(task, Deed::ScoresReported { institution: *institution, report: *report })
			}
			(Self::TaskScored { task, report, .. }, _) => {
				(task, Deed::TaskScored { report: *report })
			}
			// The entries about the reports show it.
			(Self::ScorerDissented { .. }, _) => return None,
			(Self::TaskDisputed { task }, _) => (task, Deed::TaskDisputed),
			// The entry about the draw contains the seed that follows from all of them.
			(Self::SeedRevealed { .. }, _) => return None,
			(Self::PanelDrawn { task, members, .. }, Detail::Seed(seed)) => {
				(task, Deed::PanelDrawn { members: members.clone(), seed })
			}
			// The readings themselves are the same.
			(Self::CopiesProvided { .. }, _) => return None,
			(Self::VoteCommitted { task, .. }, Detail::Commitment(commitment)) => {
				(task, Deed::VoteCommitted { commitment })
			}
			(Self::VoteRevealed { task, accepted, .. }, _) => {
				(task, Deed::VoteRevealed { accepted: *accepted })
			}
			(Self::PanelDecided { task, decision, .. }, _) => {
				let accepted = match decision {
					Decision::Accepts(accepted) => Some(*accepted),
					Decision::NoQuorum => None,
				};
				(task, Deed::PanelDecided { accepted })
			}
			(Self::Appealed { task, reason, .. }, _) => (task, Deed::Appealed { reason: *reason }),
			(Self::TaskValidated { task, consensus }, Detail::Study(study)) => {
				let subjects = vec![Subject::Study(study), Subject::Task(*task)];
				let deed = Deed::TaskValidated { task: *task, consensus: *consensus };
				return Some((subjects, deed));
			}
			(Self::TaskEnded { task, .. }, Detail::Study(study)) => {
				let subjects = vec![Subject::Study(study), Subject::Task(*task)];
				return Some((subjects, Deed::TaskEnded { task: *task }));
			}
			// The entry about its end is the last one.
			(Self::TaskForgotten { .. }, _) => return None,
			(Self::ConsensusPublished { task, study }, _) => {
				(task, Deed::ConsensusPublished { study: *study })
			}
			(Self::ResultSubmitted { study, .. }, Detail::Analysis { result, model }) => {
				let subjects = vec![Subject::Study(*study)];
				return Some((subjects, Deed::ResultSubmitted { result, model }));
			}
			(
				Self::TaskOpened { .. }
				| Self::PanelDrawn { .. }
				| Self::VoteCommitted { .. }
				| Self::TaskValidated { .. }
				| Self::TaskEnded { .. }
				| Self::ResultSubmitted { .. },
				_,
			) => {
				defensive!(self, "the entry of this event needs a detail");
				return None;
			}
			(Self::__Ignore(_, never), _) => match *never {},
		};
		Some((vec![Subject::Task(*task)], deed))
	}
}
