// SPDX-License-Identifier: Apache-2.0

//! Annotation tasks on the chain, as they are read.

mod convert;
mod record;

pub use record::{
	AttestationRecord, CopyRecord, ObjectRecord, OutcomeRecord, ReaderRecord, ReadingRecord,
	ReportRecord, ScorerRecord, SeatRecord, TaskDetails, TaskRecord,
};

use super::{At, ChainError, account, api};
use contour_primitives::{AccountId, Hash, StudyId, TaskId};
use convert::{attestations, reader, record};
use subxt::utils::Static;

impl At {
	/// A task.
	///
	/// # Errors
	///
	/// [`ChainError::NoTask`].
	pub async fn task(&self, task: TaskId) -> Result<TaskDetails, ChainError> {
		let call = api::view_functions().annotation().details(Static(task));
		let details = self.view(call).await?.ok_or(ChainError::NoTask(task))?;
		let bounty = self.view(api::view_functions().rewards().bounty_of(Static(task))).await?;
		let offset = self.working_time_offset().await?;
		let record = record(task, details.task, offset);
		let reports = attestations(&record, details.attestations);
		Ok(TaskDetails {
			task: record,
			places: details.readers.into_iter().map(|it| reader(it, offset)).collect(),
			reports,
			scores: details.report.map(|it| it.0.into()),
			seats: details.panels.into_iter().map(Into::into).collect(),
			copies: details.copies.into_iter().map(Into::into).collect(),
			published: details.published.map(|it| it.0),
			bounty: bounty.map(|it| it.amount),
		})
	}

	/// The tasks on a study, or all of them, by their numbers.
	pub async fn tasks(&self, study: Option<StudyId>) -> Result<Vec<TaskRecord>, ChainError> {
		let views = api::view_functions().annotation();
		let tasks = self.pages(|after| views.tasks(study.map(Static), after)).await?;
		let offset = self.working_time_offset().await?;
		let mut tasks: Vec<_> =
			tasks.into_iter().map(|(id, task)| record(id.0, task, offset)).collect();
		tasks.sort_by_key(|task| task.task);
		Ok(tasks)
	}

	/// Who claimed places of a task.
	pub async fn readers(&self, task: TaskId) -> Result<Vec<ReaderRecord>, ChainError> {
		let readers = self.value(api::storage().annotation().readers(), (Static(task),)).await?;
		let offset = self.working_time_offset().await?;
		Ok(readers.0.into_iter().map(|it| reader(it, offset)).collect())
	}

	/// Who sits, or has sat, on panels of a task.
	pub async fn seats(&self, task: TaskId) -> Result<Vec<SeatRecord>, ChainError> {
		let seats = self.value(api::storage().annotation().panels(), (Static(task),)).await?;
		Ok(seats.0.into_iter().map(Into::into).collect())
	}

	/// The scorers of the institutions.
	pub async fn scorers(&self) -> Result<Vec<ScorerRecord>, ChainError> {
		let scorers = self.view(api::view_functions().annotation().scorers()).await?;
		let mut all = Vec::with_capacity(scorers.len());
		for (institution, scorer) in scorers {
			let address = api::storage().annotation().dissents();
			all.push(ScorerRecord {
				institution: institution.0,
				account: account(&scorer.account),
				key: Hash::from(scorer.key.0),
				dissents: self.value(address, (Static(institution.0),)).await?,
			});
		}
		Ok(all)
	}

	/// Whether an account can be drawn for panels.
	pub async fn is_enlisted(&self, who: &AccountId) -> Result<bool, ChainError> {
		let who = super::account_id(who);
		self.view(api::view_functions().annotation().is_enlisted(who)).await
	}
}
