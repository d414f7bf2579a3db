// SPDX-License-Identifier: Apache-2.0

//! What custodians do about leases.

use super::{At, Chain, ChainError, Done, EncodedCall, LeaseRecord, account_id, api};
use api::runtime_types::bounded_collections::bounded_vec::BoundedVec;
use contour_primitives::{AccountId, InstitutionId, Moment, Refusal, StudyId};
use subxt::utils::Static;
use subxt_signer::sr25519::Keypair;

/// An answer to a request.
#[derive(Clone, Debug)]
pub enum LeaseCall {
	/// Grants it, or gives the key to whoever opened an emergency.
	Grant {
		/// The study.
		study: StudyId,
		/// To whom.
		grantee: AccountId,
		/// The wrapped key.
		key: Vec<u8>,
		/// Until when.
		expires: Moment,
		/// Where the leased copy is.
		locator: String,
	},
	/// Declines it.
	Decline {
		/// The study.
		study: StudyId,
		/// Whose request.
		grantee: AccountId,
	},
}

impl LeaseCall {
	fn encode(&self, at: &At) -> Result<EncodedCall, ChainError> {
		let calls = api::transactions().imaging();
		match self {
			Self::Grant { study, grantee, key, expires, locator } => {
				let (study, grantee) = (Static(*study), account_id(grantee));
				let (key, locator) = (BoundedVec(key.clone()), BoundedVec(locator.clone().into()));
				EncodedCall::new(at, &calls.grant_access(study, grantee, key, *expires, locator))
			}
			Self::Decline { study, grantee } => {
				EncodedCall::new(at, &calls.decline_access(Static(*study), account_id(grantee)))
			}
		}
	}
}

impl Chain {
	/// Answers requests in one transaction, and says of each whether that succeeded.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn answer_requests(
		&self,
		signer: &Keypair,
		answers: &[LeaseCall],
	) -> Result<Vec<Result<(), ChainError>>, ChainError> {
		let at = self.at().await?;
		let calls = answers.iter().map(|answer| answer.encode(&at)).collect::<Result<_, _>>()?;
		self.submit_each(&at, signer, calls).await
	}

	/// Prolongs a lease, whose key is wrapped anew.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn renew_access(
		&self,
		signer: &Keypair,
		study: StudyId,
		grantee: &AccountId,
		key: Vec<u8>,
		expires: Moment,
	) -> Result<Done, ChainError> {
		let (study, key) = (Static(study), BoundedVec(key));
		let grantee = account_id(grantee);
		let call = api::transactions().imaging().renew_access(study, grantee, key, expires);
		self.submit(signer, &call).await
	}
}

impl At {
	/// The chain's time, in milliseconds since the Unix epoch.
	pub async fn now(&self) -> Result<Moment, ChainError> {
		self.value(api::storage().timestamp().now(), ()).await
	}

	/// All leases and requests of the chain.
	pub async fn leases(&self) -> Result<Vec<(StudyId, AccountId, LeaseRecord)>, ChainError> {
		let mut entries = self.client.storage().iter(api::storage().imaging().leases(), ()).await?;
		let mut leases = Vec::new();
		while let Some(entry) = entries.next().await {
			let entry = entry?;
			let (study, grantee) = entry.key()?.decode()?;
			let lease = entry.value().decode()?;
			leases.push((study.0, AccountId::new(grantee.0), lease.into()));
		}
		Ok(leases)
	}

	/// The institution that answers for an account, or why none does.
	pub async fn standing(
		&self,
		who: &AccountId,
	) -> Result<Result<InstitutionId, Refusal>, ChainError> {
		let answer =
			self.view(api::view_functions().credentials().standing(account_id(who))).await?;
		Ok(answer.map(|it| it.0).map_err(|it| it.0))
	}
}
