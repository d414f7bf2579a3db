// SPDX-License-Identifier: Apache-2.0

//! What is done about annotation tasks, and the results of analyses.

use super::{At, Chain, ChainError, Done, ObjectRecord, account, account_id, api};
use api::runtime_types::{bounded_collections::bounded_vec::BoundedVec, pallet_annotation::worker};
use contour_primitives::{
	AccountId, Balance, Hash, InstitutionId, Moment, Numbers, Sealed, StudyId, TaskId,
	annotation::{ResultKind, Terms},
};
use serde::Serialize;
use subxt::{
	transactions::Payload,
	utils::{H256, Static},
};
use subxt_signer::sr25519::Keypair;

/// The result of an analysis, as recorded.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultRecord {
	/// Its number within the study.
	pub index: u32,
	/// Who recorded it.
	pub author: AccountId,
	/// Under whose credential.
	pub institution: InstitutionId,
	/// What the analysis was for.
	pub kind: ResultKind,
	/// The result.
	#[serde(flatten)]
	pub object: ObjectRecord,
	/// Hash of the model that made it.
	pub model: Hash,
	/// Studies of which the author held leases for research then.
	pub leases: Vec<StudyId>,
	/// When, in milliseconds since the Unix epoch.
	pub at: Moment,
}

impl Chain {
	/// Gives the signer's institution a scorer: its account, and the Ed25519 key of the
	/// institution's node.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn appoint_scorer(
		&self,
		signer: &Keypair,
		scorer: &AccountId,
		key: Hash,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().annotation();
		let key = worker::app::Public(key.0);
		self.submit(signer, &calls.appoint_scorer(account_id(scorer), key)).await
	}

	/// Takes the scorer of the signer's institution away.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn dismiss_scorer(&self, signer: &Keypair) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().annotation().dismiss_scorer()).await
	}

	/// Lets the signer be drawn for panels.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn enlist(&self, signer: &Keypair) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().annotation().enlist()).await
	}

	/// Lets the signer not be drawn for panels any more.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn retire(&self, signer: &Keypair) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().annotation().retire()).await
	}

	/// Opens a task and says its number.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn open_task(
		&self,
		signer: &Keypair,
		institution: InstitutionId,
		study: StudyId,
		terms: &Terms,
		brief: Sealed,
		bounty: Balance,
	) -> Result<TaskId, ChainError> {
		let call = api::transactions().annotation().open(
			Static(institution),
			Static(study),
			Static(terms.clone()),
			Static(brief),
			bounty,
		);
		let events = self.submit_for_events(&self.at().await?, signer, &call).await?;
		for event in events.iter() {
			let event = event?;
			if (event.pallet_name(), event.event_name()) == ("Annotation", "TaskOpened") {
				// The task's number is the first of its fields.
				let task = codec::Decode::decode(&mut event.field_bytes());
				return task.map_err(|error| ChainError::OtherRuntime(error.to_string()));
			}
		}
		Err(ChainError::OtherRuntime("tasks are opened in another way".into()))
	}

	/// Takes a task back on which nobody has claimed a place.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn cancel_task(&self, signer: &Keypair, task: TaskId) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().annotation().cancel(Static(task))).await
	}

	/// Claims a place of a task.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn claim_place(&self, signer: &Keypair, task: TaskId) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().annotation().claim(Static(task))).await
	}

	/// Gives the signer's place of a task back.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn leave_place(&self, signer: &Keypair, task: TaskId) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().annotation().leave(Static(task))).await
	}

	/// Hands a sealed reading in.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn submit_reading(
		&self,
		signer: &Keypair,
		task: TaskId,
		reading: Sealed,
		finished: bool,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().annotation();
		self.submit(signer, &calls.submit(Static(task), Static(reading), finished)).await
	}

	/// Commits the signer to a vote.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn commit_vote(
		&self,
		signer: &Keypair,
		task: TaskId,
		commitment: Hash,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().annotation();
		self.submit(signer, &calls.commit(Static(task), H256(commitment.0))).await
	}

	/// Reveals the signer's vote.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn reveal_vote(
		&self,
		signer: &Keypair,
		task: TaskId,
		accepted: Numbers,
		salt: Hash,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().annotation();
		self.submit(signer, &calls.reveal(Static(task), accepted, H256(salt.0))).await
	}

	/// Appeals against a panel's decision.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn appeal(
		&self,
		signer: &Keypair,
		task: TaskId,
		reason: Hash,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().annotation();
		self.submit(signer, &calls.appeal(Static(task), H256(reason.0))).await
	}

	/// Names the study as which the consensus of a task was registered.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn publish_consensus(
		&self,
		signer: &Keypair,
		task: TaskId,
		study: StudyId,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().annotation();
		self.submit(signer, &calls.publish(Static(task), Static(study))).await
	}

	/// Records the result of an analysis of a study.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn submit_result(
		&self,
		signer: &Keypair,
		study: StudyId,
		kind: ResultKind,
		result: Sealed,
		model: Hash,
		leases: &[StudyId],
	) -> Result<Done, ChainError> {
		self.submit(signer, &analysis(study, kind, result, model, leases)).await
	}
}

impl At {
	/// The results recorded for a study, by their numbers.
	pub async fn results(&self, study: StudyId) -> Result<Vec<ResultRecord>, ChainError> {
		let views = api::view_functions().annotation();
		let results = self.pages(|after| views.results(Static(study), after)).await?;
		let results = results.into_iter().map(|(index, result)| ResultRecord {
			index,
			author: account(&result.author),
			institution: result.institution.0,
			kind: result.kind.0,
			object: result.result.0.into(),
			model: Hash::from(result.model.0),
			leases: result.leases.0.into_iter().map(|it| it.0).collect(),
			at: result.at,
		});
		let mut results: Vec<_> = results.collect();
		results.sort_by_key(|result| result.index);
		Ok(results)
	}
}

fn analysis(
	study: StudyId,
	kind: ResultKind,
	result: Sealed,
	model: Hash,
	leases: &[StudyId],
) -> impl Payload + use<> {
	api::transactions().annotation().submit_result(
		Static(study),
		Static(kind),
		Static(result),
		H256(model.0),
		BoundedVec(leases.iter().copied().map(Static).collect()),
	)
}
