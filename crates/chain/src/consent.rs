// SPDX-License-Identifier: Apache-2.0

//! Consent on the chain.

use super::{
	At, Chain, ChainError, Done, EncodedCall, NewStudy, account_id, api, study::registration,
};
use contour_primitives::{
	AccountId, Hash, InstitutionId, Purpose, Purposes, StudyId,
	imaging::{self, Denial, Directive, RecordedDirective, Source, Verdict},
};
use serde::Serialize;
use subxt::utils::{H256, Static};
use subxt_signer::sr25519::Keypair;

/// A directive on paper.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaperConsent {
	/// What it says.
	pub directive: Directive,
	/// Hash of the document.
	pub document: Hash,
}

/// What is permitted, and who said so.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentRecord {
	/// By the patient's account for this study.
	pub by_account: Option<Directive>,
	/// On paper for this study.
	pub on_paper: Option<PaperConsent>,
	/// By the patient's account for all studies.
	pub for_all: Option<Directive>,
	/// What holds when nobody has said anything.
	pub defaults: Purposes,
	/// Whether the patient's studies may be offered to research projects.
	pub research_pool: bool,
}

impl ConsentRecord {
	/// What is said about the use for a purpose, and by whom: the answer of the chain's own rules.
	pub fn verdict(&self, purpose: Purpose) -> (Verdict, Source) {
		let by_account = self.by_account.map(|it| (it, None));
		let on_paper = self.on_paper.map(|it| (it.directive, Some(it.document)));
		let for_study = by_account.or(on_paper);
		let for_study =
			for_study.map(|(directive, document)| RecordedDirective { directive, document });
		imaging::verdict(purpose, for_study.as_ref(), || self.for_all, self.defaults)
	}
}

/// What a denial means.
pub fn denied(denial: Denial) -> &'static str {
	match denial {
		Denial::NotFound => "there is no such study",
		Denial::Withdrawn => "the study was withdrawn",
		Denial::Refused(refusal) => super::advice(refusal),
		Denial::NoConsent => "there is no consent",
		Denial::ApprovalMissing => "not without the approval of an ethics board (--approval)",
	}
}

impl Chain {
	/// Says what the signer, a patient, permits and refuses: for one study, or for all.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn set_consent(
		&self,
		signer: &Keypair,
		study: Option<StudyId>,
		directive: Directive,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().imaging();
		self.submit(signer, &calls.set_consent(study.map(Static), Static(directive))).await
	}

	/// Records consent that was given on paper.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn record_consent(
		&self,
		signer: &Keypair,
		study: StudyId,
		paper: PaperConsent,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().imaging();
		let document = H256(paper.document.0);
		let call = calls.record_consent(Static(study), Static(paper.directive), document);
		self.submit(signer, &call).await
	}

	/// Registers studies and records the consent to each, given on paper: all of it, or nothing.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn register_consented(
		&self,
		signer: &Keypair,
		custodian: InstitutionId,
		patient: Option<&AccountId>,
		studies: &[NewStudy],
		paper: PaperConsent,
	) -> Result<Done, ChainError> {
		let at = self.at().await?;
		let registration = registration(custodian, patient, studies);
		let mut calls = vec![EncodedCall::new(&at, &registration)?];
		for study in studies {
			let record = api::transactions().imaging().record_consent(
				Static(study.study),
				Static(paper.directive),
				H256(paper.document.0),
			);
			calls.push(EncodedCall::new(&at, &record)?);
		}
		let batch = api::transactions().utility().batch_all(calls);
		Ok(Done::of(&self.submit_for_events(&at, signer, &batch).await?))
	}

	/// Opens the signer's studies to research projects, or closes them.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn set_research_pool(
		&self,
		signer: &Keypair,
		open: bool,
	) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().imaging().set_research_pool(open)).await
	}

	/// Sets what patients of the signer's institution permit unless they say otherwise.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn set_consent_defaults(
		&self,
		signer: &Keypair,
		purposes: Purposes,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().imaging();
		self.submit(signer, &calls.set_consent_defaults(Static(purposes))).await
	}
}

impl At {
	/// What was said about a study.
	pub async fn consent(&self, study: StudyId) -> Result<Option<ConsentRecord>, ChainError> {
		let imaging = api::storage().imaging();
		let Some(record) = self.stored(imaging.studies(), (Static(study),)).await? else {
			return Ok(None);
		};
		let said = self.stored(imaging.study_directives(), (Static(study),)).await?;
		let mut consent = match record.patient {
			Some(patient) => self.consent_of(&super::account(&patient)).await?,
			None => ConsentRecord::default(),
		};
		consent.defaults = record.defaults.0;
		if let Some(Static(RecordedDirective { directive, document })) = said {
			match document {
				Some(document) => consent.on_paper = Some(PaperConsent { directive, document }),
				None => consent.by_account = Some(directive),
			}
		}
		Ok(Some(consent))
	}

	/// What a patient's account says about all studies.
	pub async fn consent_of(&self, patient: &AccountId) -> Result<ConsentRecord, ChainError> {
		let imaging = api::storage().imaging();
		let key = || (account_id(patient),);
		let for_all = self.stored(imaging.patient_directives(), key()).await?;
		let pool = self.stored(imaging.research_pool(), key()).await?;
		Ok(ConsentRecord {
			for_all: for_all.map(|it| it.0),
			research_pool: pool.is_some(),
			..ConsentRecord::default()
		})
	}

	/// Whether a study may be used for a purpose, whoever asks.
	pub async fn consented(
		&self,
		study: StudyId,
		purpose: Purpose,
	) -> Result<Result<(), Denial>, ChainError> {
		let call = api::view_functions().imaging().consented(Static(study), Static(purpose));
		Ok(self.view(call).await?.map_err(|it| it.0))
	}

	/// Whether an account may ask for a study now, and under whose credential.
	pub async fn can_access(
		&self,
		who: &AccountId,
		study: StudyId,
		purpose: Purpose,
	) -> Result<Result<InstitutionId, Denial>, ChainError> {
		let call = api::view_functions().imaging().can(
			account_id(who),
			Static(contour_primitives::Action::AccessStudy),
			Static(study),
			Some(Static(purpose)),
		);
		Ok(self.view(call).await?.map(|it| it.0).map_err(|it| it.0))
	}
}
