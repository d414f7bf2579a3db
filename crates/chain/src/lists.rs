// SPDX-License-Identifier: Apache-2.0

//! Lists of studies and leases on the chain, and where studies go.

use super::{At, Chain, ChainError, Done, LeaseRecord, StudyRecord, account_id, api};
use api::runtime_types::bounded_collections::bounded_vec::BoundedVec;
use contour_primitives::{AccountId, InstitutionId, StudyId};
use subxt::utils::Static;
use subxt_signer::sr25519::Keypair;

impl Chain {
	/// Ends all sharing of a study, as its patient or its custodian.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn withdraw(&self, signer: &Keypair, study: StudyId) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().imaging().withdraw(Static(study))).await
	}

	/// Offers a study to another institution, or takes the offer back.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn offer_custody(
		&self,
		signer: &Keypair,
		study: StudyId,
		to: Option<InstitutionId>,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().imaging();
		self.submit(signer, &calls.offer_custody(Static(study), to.map(Static))).await
	}

	/// Takes over a study that is offered to the signer's institution.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn accept_custody(
		&self,
		signer: &Keypair,
		study: StudyId,
		locator: &str,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().imaging();
		let locator = BoundedVec(locator.as_bytes().to_vec());
		self.submit(signer, &calls.accept_custody(Static(study), locator)).await
	}
}

impl At {
	/// The studies of a patient.
	pub async fn studies_of(
		&self,
		patient: &AccountId,
	) -> Result<Vec<(StudyId, StudyRecord)>, ChainError> {
		let views = api::view_functions().imaging();
		let studies = self.pages(|after| views.studies_of(account_id(patient), after)).await?;
		Ok(studies.into_iter().map(|(id, study)| (id.0, study.into())).collect())
	}

	/// The studies that an institution answers for. The chain has no list of them, so all studies
	/// are looked at, page by page.
	pub async fn studies_at(
		&self,
		custodian: InstitutionId,
	) -> Result<Vec<(StudyId, StudyRecord)>, ChainError> {
		let mut entries =
			self.client.storage().iter(api::storage().imaging().studies(), ()).await?;
		let mut all = Vec::new();
		while let Some(entry) = entries.next().await {
			let entry = entry?;
			let study = StudyRecord::from(entry.value().decode()?);
			if study.custodian == custodian {
				let (id,) = entry.key()?.decode()?;
				all.push((id.0, study));
			}
		}
		Ok(all)
	}

	/// The leases and requests of somebody.
	pub async fn leases_of(
		&self,
		grantee: &AccountId,
	) -> Result<Vec<(StudyId, LeaseRecord)>, ChainError> {
		let views = api::view_functions().imaging();
		let leases = self.pages(|after| views.leases_of(account_id(grantee), after)).await?;
		Ok(leases.into_iter().map(|(id, lease)| (id.0, lease.into())).collect())
	}
}
