// SPDX-License-Identifier: Apache-2.0

//! Studies and leases on the chain.

use super::{At, Chain, ChainError, Done, account, account_id, api};
use api::runtime_types::{
	bounded_collections::bounded_vec::BoundedVec,
	pallet_imaging::{
		lease::Lease,
		study::{NewStudy as NewStudyCall, Study},
	},
};
use contour_primitives::{
	AccountId, Hash, InstitutionId, KeySuite, MAX_BATCH, Modality, Moment, Purpose, StudyId,
	audit::AccessKind, imaging::LeaseState,
};
use serde::{Serialize, Serializer};
use subxt::{
	transactions::Payload,
	utils::{AccountId32, H256, Static},
};
use subxt_signer::sr25519::Keypair;

/// A study that is to be registered: sealed, and durable in its store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NewStudy {
	/// Its identifier on the chain.
	pub study: StudyId,
	/// What made the images.
	pub modality: Modality,
	/// Root of the tree over the sealed instances.
	pub content_root: Hash,
	/// SHA-256 of the sealed manifest, which is its name in the store.
	pub manifest: Hash,
	/// Salted hash of the originals.
	pub commitment: Hash,
	/// Files.
	pub instances: u32,
	/// Bytes of the sealed instances together.
	pub bytes: u64,
}

/// A study as registered.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StudyRecord {
	/// The institution that answers for it.
	pub custodian: InstitutionId,
	/// Account of the patient, if there is one.
	pub patient: Option<AccountId>,
	/// What made the images.
	pub modality: Modality,
	/// Root of the tree over the sealed instances.
	pub content_root: Hash,
	/// SHA-256 of the sealed manifest, which is its name in the store.
	#[serde(serialize_with = "object_name")]
	pub manifest: Hash,
	/// Salted hash of the originals.
	pub commitment: Hash,
	/// Files.
	pub instances: u32,
	/// Bytes of the sealed instances together.
	pub bytes: u64,
}

/// A lease as stored.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaseRecord {
	/// The institution under whose credential the grantee acts.
	pub institution: InstitutionId,
	/// For what.
	pub purpose: Purpose,
	/// Where it stands.
	pub status: LeaseState,
}

impl Chain {
	/// Registers studies: all of them, or none.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn register(
		&self,
		signer: &Keypair,
		custodian: InstitutionId,
		patient: Option<&AccountId>,
		studies: &[NewStudy],
	) -> Result<Done, ChainError> {
		self.submit(signer, &registration(custodian, patient, studies)).await
	}

	/// Registers a public encryption key for the signer.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn set_encryption_key(
		&self,
		signer: &Keypair,
		suite: KeySuite,
		key: &[u8],
	) -> Result<Done, ChainError> {
		let call = api::transactions()
			.credentials()
			.set_encryption_key(Static(suite), BoundedVec(key.to_vec()));
		self.submit(signer, &call).await
	}

	/// Asks for a lease.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn request_access(
		&self,
		signer: &Keypair,
		study: StudyId,
		purpose: Purpose,
		duration: Moment,
		approval: Option<Hash>,
	) -> Result<Done, ChainError> {
		let approval = approval.map(|it| H256(it.0));
		let call = api::transactions().imaging().request_access(
			Static(study),
			Static(purpose),
			duration,
			approval,
		);
		self.submit(signer, &call).await
	}

	/// Ends a lease before its time.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn revoke_access(
		&self,
		signer: &Keypair,
		study: StudyId,
		grantee: &AccountId,
	) -> Result<Done, ChainError> {
		let call = api::transactions().imaging().revoke_access(Static(study), account_id(grantee));
		self.submit(signer, &call).await
	}

	/// Writes down that the signer used a study; or tried to, when the lease has ended.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn record_access(
		&self,
		signer: &Keypair,
		study: StudyId,
		kind: AccessKind,
	) -> Result<Done, ChainError> {
		let call = api::transactions().imaging().record_access(Static(study), Static(kind));
		self.submit(signer, &call).await
	}
}

impl At {
	/// A study that was not withdrawn.
	///
	/// # Errors
	///
	/// [`ChainError::NoStudy`].
	pub async fn registered(&self, id: StudyId) -> Result<StudyRecord, ChainError> {
		self.study(id).await?.ok_or(ChainError::NoStudy(id))
	}

	/// A study that was not withdrawn, if it is one.
	pub async fn study(&self, id: StudyId) -> Result<Option<StudyRecord>, ChainError> {
		let record = self.stored(api::storage().imaging().studies(), (Static(id),)).await?;
		Ok(record.map(Into::into))
	}

	/// Which of these identifiers cannot be given to a study any more.
	pub async fn taken(&self, ids: &[StudyId]) -> Result<Vec<StudyId>, ChainError> {
		let mut taken = Vec::new();
		// As many as the view function looks at.
		for some in ids.chunks(MAX_BATCH as usize) {
			let ids = some.iter().copied().map(Static).collect();
			let call = api::view_functions().imaging().taken(ids);
			taken.extend(self.view(call).await?.into_iter().map(|it| it.0));
		}
		Ok(taken)
	}

	/// The public encryption key of an account, unless it was revoked.
	pub async fn encryption_key(
		&self,
		account: &AccountId,
	) -> Result<Option<(KeySuite, Vec<u8>)>, ChainError> {
		let address = api::storage().credentials().encryption_keys();
		let key = self.stored(address, (account_id(account),)).await?;
		let key = key.filter(|it| it.revoked.is_none());
		Ok(key.map(|it| (it.suite.0, it.bytes.0)))
	}

	/// Somebody's lease on a study.
	pub async fn lease(
		&self,
		study: StudyId,
		grantee: &AccountId,
	) -> Result<Option<LeaseRecord>, ChainError> {
		let address = api::storage().imaging().leases();
		let key = (Static(study), account_id(grantee));
		Ok(self.stored(address, key).await?.map(Into::into))
	}

	/// The wrapped key of a lease, while it is live.
	pub async fn wrapped_key(
		&self,
		study: StudyId,
		grantee: &AccountId,
	) -> Result<Option<Vec<u8>>, ChainError> {
		let call = api::view_functions().imaging().key_of(Static(study), account_id(grantee));
		Ok(self.view(call).await?.map(|key| key.0))
	}

	/// Requests that an institution has to answer.
	pub async fn requests_to(
		&self,
		custodian: InstitutionId,
	) -> Result<Vec<(StudyId, AccountId, LeaseRecord)>, ChainError> {
		let views = api::view_functions().imaging();
		let requests = self.pages(|after| views.requests_to(Static(custodian), after)).await?;
		let requests = requests
			.into_iter()
			.map(|((study, grantee), lease)| (study.0, AccountId::new(grantee.0), lease.into()));
		Ok(requests.collect())
	}

	/// Leases and requests on a study.
	pub async fn leases_on(
		&self,
		study: StudyId,
	) -> Result<Vec<(AccountId, LeaseRecord)>, ChainError> {
		let views = api::view_functions().imaging();
		let leases = self.pages(|after| views.leases_on(Static(study), after)).await?;
		Ok(leases.into_iter().map(|(who, lease)| (AccountId::new(who.0), lease.into())).collect())
	}
}

/// The call that registers studies.
pub(super) fn registration(
	custodian: InstitutionId,
	patient: Option<&AccountId>,
	studies: &[NewStudy],
) -> impl Payload + use<> {
	let studies = studies
		.iter()
		.map(|study| NewStudyCall {
			id: Static(study.study),
			patient: patient.map(account_id),
			modality: Static(study.modality),
			content_root: H256(study.content_root.0),
			metadata_hash: H256(study.manifest.0),
			commitment: H256(study.commitment.0),
			instances: study.instances,
			bytes: study.bytes,
			locator: BoundedVec(hex::encode(study.manifest).into_bytes()),
		})
		.collect();
	api::transactions().imaging().register(Static(custodian), BoundedVec(studies))
}

/// The name of an object in a store: the digits of its hash, without `0x`.
fn object_name<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.serialize_str(&hex::encode(hash))
}

impl<Deposit> From<Study<AccountId32, Deposit>> for StudyRecord {
	fn from(study: Study<AccountId32, Deposit>) -> Self {
		Self {
			custodian: study.custodian.0,
			patient: study.patient.as_ref().map(account),
			modality: study.modality.0,
			content_root: Hash::from(study.content_root.0),
			manifest: Hash::from(study.metadata_hash.0),
			commitment: Hash::from(study.commitment.0),
			instances: study.instances,
			bytes: study.bytes,
		}
	}
}

impl<Deposit> From<Lease<Deposit>> for LeaseRecord {
	fn from(lease: Lease<Deposit>) -> Self {
		let status = lease.state.0;
		Self { institution: lease.institution.0, purpose: lease.purpose.0, status }
	}
}
