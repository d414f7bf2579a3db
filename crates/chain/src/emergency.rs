// SPDX-License-Identifier: Apache-2.0

//! Emergencies and misuse on the chain.

use super::{At, Chain, ChainError, Done, account, account_id, api};
use contour_primitives::{AccountId, Hash, InstitutionId, Moment, StudyId, imaging::Review};
use serde::Serialize;
use subxt::utils::{H256, Static};
use subxt_signer::sr25519::Keypair;

/// An emergency access that nobody has reviewed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyRecord {
	/// The study.
	pub study: StudyId,
	/// Who opened it.
	pub clinician: AccountId,
	/// The clinician's institution.
	pub institution: InstitutionId,
	/// The institution that has to review it.
	pub custodian: InstitutionId,
	/// Hash of the reasons.
	pub reason: Hash,
	/// When it was opened.
	pub opened: Moment,
	/// Until when the custodian reviews it; nothing when the council was told.
	pub due: Option<Moment>,
}

impl Chain {
	/// Opens a short lease at once.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn open_emergency(
		&self,
		signer: &Keypair,
		study: StudyId,
		reason: Hash,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().imaging();
		self.submit(signer, &calls.open_emergency(Static(study), H256(reason.0))).await
	}

	/// Reviews an emergency access, as the custodian.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn review_emergency(
		&self,
		signer: &Keypair,
		study: StudyId,
		clinician: &AccountId,
		justified: bool,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().imaging();
		let call = calls.review_emergency(Static(study), account_id(clinician), justified);
		self.submit(signer, &call).await
	}

	/// Gives the signer's lease back, or takes the signer's request away.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn end_access(&self, signer: &Keypair, study: StudyId) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().imaging().end_access(Static(study))).await
	}

	/// Reports to the council that somebody misused a study.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn report_misuse(
		&self,
		signer: &Keypair,
		study: StudyId,
		grantee: &AccountId,
		reason: Hash,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().imaging();
		let call = calls.report_misuse(Static(study), account_id(grantee), H256(reason.0));
		self.submit(signer, &call).await
	}
}

impl At {
	/// The emergency accesses that nobody has reviewed.
	pub async fn emergencies(&self) -> Result<Vec<EmergencyRecord>, ChainError> {
		let views = api::view_functions().imaging();
		let emergencies = self.pages(|after| views.unreviewed(after)).await?;
		let records =
			emergencies.into_iter().map(|((study, clinician), emergency)| EmergencyRecord {
				study: study.0,
				clinician: account(&clinician),
				institution: emergency.institution.0,
				custodian: emergency.custodian.0,
				reason: Hash::from(emergency.reason.0),
				opened: emergency.opened,
				due: match emergency.review.0 {
					Review::Due { by } => Some(by),
					Review::Escalated { .. } => None,
				},
			});
		Ok(records.collect())
	}
}
