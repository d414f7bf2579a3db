// SPDX-License-Identifier: Apache-2.0

//! Consent on the chain.

use super::{
	Chain, ChainError, Done, EncodedCall, NewStudy, account_id, api, stored, study::registration,
	view,
};
use api::runtime_types::pallet_imaging::{consent, status};
use contour_primitives::{AccountId, Hash, InstitutionId, Purpose, Purposes, Refusal, StudyId};
use serde::Serialize;
use subxt::utils::{H256, Static};
use subxt_signer::sr25519::Keypair;

/// What a patient permits and refuses.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Directive {
	/// Purposes permitted, with those that are special cases of them.
	pub permitted: Purposes,
	/// Purposes refused, with those that are special cases of them. They win.
	pub refused: Purposes,
	/// Research needs the approval of an ethics board.
	pub ethics_approval: bool,
}

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

/// Why somebody may not do something with a study.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Denial {
	/// There is no such study.
	NotFound,
	/// The study was withdrawn.
	Withdrawn,
	/// The standard is not met.
	Refused(Refusal),
	/// The patient's consent does not cover the purpose.
	NoConsent,
	/// The patient demands the approval of an ethics board.
	ApprovalMissing,
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
		self.submit(signer, &calls.set_consent(study.map(Static), directive.into())).await
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
		let call = calls.record_consent(Static(study), paper.directive.into(), document);
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
				paper.directive.into(),
				H256(paper.document.0),
			);
			calls.push(EncodedCall::new(&at, &record)?);
		}
		self.submit(signer, &api::transactions().utility().batch_all(calls)).await
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

	/// What was said about a study.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn consent(&self, study: StudyId) -> Result<Option<ConsentRecord>, ChainError> {
		let at = self.at().await?;
		let imaging = api::storage().imaging();
		let Some(record) = stored(&at, imaging.studies(), (Static(study),)).await? else {
			return Ok(None);
		};
		let said = stored(&at, imaging.study_directives(), (Static(study),)).await?;
		let mut consent = match record.patient {
			Some(patient) => self.consent_of(&super::account(&patient)).await?,
			None => ConsentRecord::default(),
		};
		consent.defaults = record.defaults.0;
		if let Some(said) = said {
			let directive = said.directive.into();
			match said.document {
				Some(document) => {
					let document = Hash::from(document.0);
					consent.on_paper = Some(PaperConsent { directive, document });
				}
				None => consent.by_account = Some(directive),
			}
		}
		Ok(Some(consent))
	}

	/// What a patient's account says about all studies.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn consent_of(&self, patient: &AccountId) -> Result<ConsentRecord, ChainError> {
		let at = self.at().await?;
		let imaging = api::storage().imaging();
		let key = || (account_id(patient),);
		let for_all = stored(&at, imaging.patient_directives(), key()).await?;
		let pool = stored(&at, imaging.research_pool(), key()).await?;
		Ok(ConsentRecord {
			for_all: for_all.map(Into::into),
			research_pool: pool.is_some(),
			..ConsentRecord::default()
		})
	}

	/// Whether a study may be used for a purpose, whoever asks.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn consented(
		&self,
		study: StudyId,
		purpose: Purpose,
	) -> Result<Result<(), Denial>, ChainError> {
		let at = self.at().await?;
		let call = api::view_functions().imaging().consented(Static(study), Static(purpose));
		Ok(view(&at, call).await?.map_err(Into::into))
	}

	/// Whether an account may ask for a study now, and under whose credential.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn can_access(
		&self,
		who: &AccountId,
		study: StudyId,
		purpose: Purpose,
	) -> Result<Result<InstitutionId, Denial>, ChainError> {
		let at = self.at().await?;
		let call = api::view_functions().imaging().can(
			account_id(who),
			Static(contour_primitives::Action::AccessStudy),
			Static(study),
			Some(Static(purpose)),
		);
		Ok(view(&at, call).await?.map(|it| it.0).map_err(Into::into))
	}
}

impl From<Directive> for consent::Directive {
	fn from(directive: Directive) -> Self {
		Self {
			permitted: Static(directive.permitted),
			refused: Static(directive.refused),
			ethics_approval: directive.ethics_approval,
		}
	}
}

impl From<consent::Directive> for Directive {
	fn from(directive: consent::Directive) -> Self {
		Self {
			permitted: directive.permitted.0,
			refused: directive.refused.0,
			ethics_approval: directive.ethics_approval,
		}
	}
}

impl std::fmt::Display for Denial {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str(match self {
			Self::NotFound => "there is no such study",
			Self::Withdrawn => "the study was withdrawn",
			Self::Refused(refusal) => super::advice(*refusal),
			Self::NoConsent => "there is no consent",
			Self::ApprovalMissing => "not without the approval of an ethics board (--approval)",
		})
	}
}

impl From<status::Denial> for Denial {
	fn from(denial: status::Denial) -> Self {
		match denial {
			status::Denial::NotFound => Self::NotFound,
			status::Denial::Withdrawn => Self::Withdrawn,
			status::Denial::Refused(refusal) => Self::Refused(refusal.0),
			status::Denial::NoConsent => Self::NoConsent,
			status::Denial::ApprovalMissing => Self::ApprovalMissing,
		}
	}
}
