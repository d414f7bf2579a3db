// SPDX-License-Identifier: Apache-2.0

//! Institutions and their people on the chain.

use super::{
	At, Chain, ChainError, Done, account, account_id, amount_text, api, optional_amount_text,
};
use api::runtime_types::{
	bounded_collections::bounded_vec::BoundedVec,
	pallet_credentials::{credential::Credential, institution::Institution},
};
use contour_primitives::{
	AccountId, Balance, CredentialStatus, Hash, InstitutionId, InstitutionStatus, Moment, Purposes,
	Refusal, Roles, Specialties,
};
use serde::Serialize;
use subxt::utils::{AccountId32, H256, MultiAddress, Static};
use subxt_signer::sr25519::Keypair;

/// An institution, and what it has.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstitutionRecord {
	/// Its number.
	pub institution: InstitutionId,
	/// Its name.
	pub name: String,
	/// The account that acts for it.
	pub administrator: AccountId,
	/// Whether it is in good standing.
	pub status: InstitutionStatus,
	/// What it pays per member and day.
	#[serde(serialize_with = "amount_text")]
	pub allowance: Balance,
	/// What is left today of what it pays for all but its administrator.
	#[serde(serialize_with = "amount_text")]
	pub daily_cap_left: Balance,
	/// The account that pays its members' fees.
	pub fee_account: AccountId,
	/// What it has for fees.
	#[serde(serialize_with = "amount_text")]
	pub balance: Balance,
	/// What is held of it for studies and leases on the chain.
	#[serde(serialize_with = "amount_text")]
	pub held: Balance,
	/// What its patients permit unless they say otherwise.
	pub consent_defaults: Purposes,
	/// Its validator, if there is one.
	pub validator: Option<ValidatorRecord>,
}

/// An institution's validator.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidatorRecord {
	/// The account that sets its keys.
	pub account: AccountId,
	/// Where it stands, in one word.
	pub status: &'static str,
}

/// Somebody, as the chain knows the account.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
	/// The account.
	pub account: AccountId,
	/// The institution that answers for it now, or why none does.
	pub standing: Vouched,
	/// What is left today for fees.
	#[serde(serialize_with = "optional_amount_text")]
	pub allowance_left: Option<Balance>,
	/// The institution that it administers.
	pub administers: Option<InstitutionId>,
	/// Institutions that enrolled it as a patient.
	pub enrolled: Vec<InstitutionId>,
	/// Reported misuses that the council has not dismissed: with any, nothing that needs a standard
	/// may be done.
	pub misuses: u32,
	/// What institutions vouch for.
	pub credentials: Vec<CredentialRecord>,
}

/// Who answers for an account.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Vouched {
	/// This institution.
	By(InstitutionId),
	/// Nobody, for this reason.
	Refused(Refusal),
}

/// What one institution vouches for.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialRecord {
	/// The institution.
	pub institution: InstitutionId,
	/// What the holder does there.
	pub roles: Roles,
	/// Fields in which the holder is certified.
	pub specialties: Specialties,
	/// Salted hash of the licence.
	pub licence_hash: Hash,
	/// When it was issued.
	pub issued: Moment,
	/// From when on it does not count.
	pub expires: Moment,
	/// Whether the institution stands by it.
	pub status: CredentialStatus,
}

/// What a new credential says.
#[derive(Clone, Debug)]
pub struct Issue {
	/// What the holder does.
	pub roles: Roles,
	/// Fields in which the holder is certified.
	pub specialties: Specialties,
	/// Salted hash of the licence.
	pub licence_hash: Hash,
	/// From when on it does not count.
	pub expires: Moment,
}

impl Chain {
	/// Vouches for somebody.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn issue_credential(
		&self,
		signer: &Keypair,
		holder: &AccountId,
		issue: &Issue,
	) -> Result<Done, ChainError> {
		let call = api::transactions().credentials().issue_credential(
			account_id(holder),
			Static(issue.roles),
			Static(issue.specialties),
			H256(issue.licence_hash.0),
			issue.expires,
		);
		self.submit(signer, &call).await
	}

	/// Gives a credential another expiry.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn renew_credential(
		&self,
		signer: &Keypair,
		holder: &AccountId,
		expires: Moment,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().credentials();
		self.submit(signer, &calls.renew_credential(account_id(holder), expires)).await
	}

	/// Stops standing by a credential for a while.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn suspend_credential(
		&self,
		signer: &Keypair,
		holder: &AccountId,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().credentials();
		self.submit(signer, &calls.suspend_credential(account_id(holder))).await
	}

	/// Stands by a credential again.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn reinstate_credential(
		&self,
		signer: &Keypair,
		holder: &AccountId,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().credentials();
		self.submit(signer, &calls.reinstate_credential(account_id(holder))).await
	}

	/// Stops standing by a credential for good.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn revoke_credential(
		&self,
		signer: &Keypair,
		holder: &AccountId,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().credentials();
		self.submit(signer, &calls.revoke_credential(account_id(holder))).await
	}

	/// Enrols a patient's account.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn enrol_patient(
		&self,
		signer: &Keypair,
		patient: &AccountId,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().credentials();
		self.submit(signer, &calls.enrol_patient(account_id(patient))).await
	}

	/// Ends a patient's enrolment.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn discharge_patient(
		&self,
		signer: &Keypair,
		patient: &AccountId,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().credentials();
		self.submit(signer, &calls.discharge_patient(account_id(patient))).await
	}

	/// Sets what the signer's institution pays per member and day.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn set_allowance(
		&self,
		signer: &Keypair,
		allowance: Balance,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().credentials();
		self.submit(signer, &calls.set_allowance(allowance)).await
	}

	/// Sets what the signer's institution pays for one member per day; the institution's own
	/// allowance again when there is none.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn set_member_allowance(
		&self,
		signer: &Keypair,
		member: &AccountId,
		allowance: Option<Balance>,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().credentials();
		self.submit(signer, &calls.set_member_allowance(account_id(member), allowance)).await
	}

	/// Sets the most that the signer's institution pays on one day for all but its administrator; as much
	/// as the council permits when there is none.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn set_daily_cap(
		&self,
		signer: &Keypair,
		cap: Option<Balance>,
	) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().credentials().set_daily_cap(cap)).await
	}

	/// Hands the administration of the signer's institution over.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn set_administrator(
		&self,
		signer: &Keypair,
		number: InstitutionId,
		administrator: &AccountId,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().credentials();
		let call = calls.set_administrator(Static(number), account_id(administrator));
		self.submit(signer, &call).await
	}

	/// Names the account under which the signer's institution will run a validator.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn designate_validator(
		&self,
		signer: &Keypair,
		validator: &AccountId,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().authorities();
		self.submit(signer, &calls.designate_validator(account_id(validator))).await
	}

	/// Pays into an institution's fee account from the signer's own money.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn pay_into(
		&self,
		signer: &Keypair,
		fee_account: &AccountId,
		amount: Balance,
	) -> Result<Done, ChainError> {
		let to = MultiAddress::Id(account_id(fee_account));
		self.submit(signer, &api::transactions().balances().transfer_keep_alive(to, amount)).await
	}
}

impl At {
	/// All institutions, those that have left included, by their numbers.
	pub async fn institutions(&self) -> Result<Vec<InstitutionRecord>, ChainError> {
		let address = api::storage().credentials().institutions();
		let mut entries = self.client.storage().iter(address, ()).await?;
		let mut all = Vec::new();
		while let Some(entry) = entries.next().await {
			let entry = entry?;
			let (number,) = entry.key()?.decode()?;
			all.push(institution(self, number.0, entry.value().decode()?).await?);
		}
		all.sort_by_key(|it| it.institution);
		Ok(all)
	}

	/// An institution.
	pub async fn institution(
		&self,
		number: InstitutionId,
	) -> Result<Option<InstitutionRecord>, ChainError> {
		let address = api::storage().credentials().institutions();
		match self.stored(address, (Static(number),)).await? {
			Some(record) => Ok(Some(institution(self, number, record).await?)),
			None => Ok(None),
		}
	}

	/// What is known of an account.
	pub async fn member(&self, who: &AccountId) -> Result<Member, ChainError> {
		let key = || (account_id(who),);
		let calls = api::view_functions().credentials();
		let standing = self.view(calls.standing(account_id(who))).await?;
		let left = self.view(calls.allowance_left(account_id(who))).await?;
		let at_credentials = api::storage().credentials();
		let administers = self.stored(at_credentials.administrators(), key()).await?;
		let enrolled = self.value(at_credentials.patients(), key()).await?;
		let credentials = self.value(at_credentials.credentials(), key()).await?;
		let misuses = self.value(api::storage().imaging().misuse_counts(), key()).await?;
		Ok(Member {
			account: who.clone(),
			standing: match standing {
				Ok(institution) => Vouched::By(institution.0),
				Err(refusal) => Vouched::Refused(refusal.0),
			},
			allowance_left: left.ok(),
			administers: administers.map(|it| it.0),
			enrolled: enrolled.0.into_iter().map(|it| it.0).collect(),
			misuses,
			credentials: credentials.0.into_iter().map(Into::into).collect(),
		})
	}
}

async fn institution(
	at: &At,
	number: InstitutionId,
	record: Institution<AccountId32, Balance>,
) -> Result<InstitutionRecord, ChainError> {
	let fee_account = api::view_functions().credentials().fee_account(Static(number));
	let fee_account = at.view(fee_account).await?;
	let funds = at.value(api::storage().system().account(), (fee_account,)).await?.data;
	let address = api::storage().authorities().validators();
	let validator = at.stored(address, (Static(number),)).await?;
	let left = at.view(api::view_functions().credentials().daily_cap_left(Static(number))).await?;
	let defaults = api::view_functions().imaging().defaults_of(Static(number));
	Ok(InstitutionRecord {
		institution: number,
		name: String::from_utf8_lossy(&record.name.0).into_owned(),
		administrator: account(&record.administrator),
		status: record.status.0,
		allowance: record.allowance,
		daily_cap_left: left,
		fee_account: account(&fee_account),
		balance: funds.free,
		held: funds.reserved,
		consent_defaults: at.view(defaults).await?.0,
		validator: validator.map(|validator| ValidatorRecord {
			account: account(&validator.account),
			status: validator.status.0.as_str(),
		}),
	})
}

impl From<Credential> for CredentialRecord {
	fn from(credential: Credential) -> Self {
		Self {
			institution: credential.institution.0,
			roles: credential.roles.0,
			specialties: credential.specialties.0,
			licence_hash: Hash::from(credential.licence_hash.0),
			issued: credential.issued,
			expires: credential.expires,
			status: credential.status.0,
		}
	}
}

/// A name, for the chain.
pub(super) fn name(name: &str) -> BoundedVec<u8> {
	BoundedVec(name.as_bytes().to_vec())
}
