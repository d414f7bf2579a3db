// SPDX-License-Identifier: Apache-2.0

//! Lists of studies and leases on the chain, and where studies go.

use super::{Chain, ChainError, Done, LeaseRecord, StudyRecord, account_id, api, view};
use api::runtime_types::bounded_collections::bounded_vec::BoundedVec;
use contour_primitives::{AccountId, InstitutionId, StudyId};
use subxt::utils::Static;
use subxt_signer::sr25519::Keypair;

impl Chain {
	/// The studies of a patient.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn studies_of(
		&self,
		patient: &AccountId,
	) -> Result<Vec<(StudyId, StudyRecord)>, ChainError> {
		let at = self.at().await?;
		let mut all = Vec::new();
		let mut after = None;
		loop {
			let call = api::view_functions().imaging().studies_of(account_id(patient), after);
			let page = view(&at, call).await?;
			all.extend(page.entries.into_iter().map(|(id, study)| (id.0, study.into())));
			match page.next {
				Some(next) => after = Some(next),
				None => return Ok(all),
			}
		}
	}

	/// The studies that an institution answers for. The chain has no list of them, so all studies
	/// are looked at, page by page.
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn studies_at(
		&self,
		custodian: InstitutionId,
	) -> Result<Vec<(StudyId, StudyRecord)>, ChainError> {
		let at = self.at().await?;
		let mut entries = at.storage().iter(api::storage().imaging().studies(), ()).await?;
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
	///
	/// # Errors
	///
	/// Those of reading.
	pub async fn leases_of(
		&self,
		grantee: &AccountId,
	) -> Result<Vec<(StudyId, LeaseRecord)>, ChainError> {
		let at = self.at().await?;
		let mut all = Vec::new();
		let mut after = None;
		loop {
			let call = api::view_functions().imaging().leases_of(account_id(grantee), after);
			let page = view(&at, call).await?;
			all.extend(page.entries.into_iter().map(|(id, lease)| (id.0, lease.into())));
			match page.next {
				Some(next) => after = Some(next),
				None => return Ok(all),
			}
		}
	}

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
