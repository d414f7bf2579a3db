// SPDX-License-Identifier: Apache-2.0

//! A validator and its session keys, on the chain and in its node.

use super::{At, Chain, ChainError, Done, account, account_id, api};
use api::runtime_types::{
	contour_runtime::SessionKeys as ChainKeys, sp_consensus_aura::sr25519::app_sr25519,
	sp_consensus_grandpa::app as app_ed25519,
};
use codec::Encode as _;
use contour_primitives::{
	AccountId, BlockNumber, Hash, InstitutionId, SESSIONS_AHEAD, ValidatorStatus,
};
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use subxt::utils::{AccountId32, Static};
use subxt_signer::sr25519::Keypair;

/// Bytes of a public key.
const KEY_LEN: usize = 32;

/// A validator, and what the chain knows of its keys.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidatorDetails {
	/// The institution that runs it.
	pub institution: InstitutionId,
	/// The account that sets its keys.
	pub account: AccountId,
	/// Where it stands.
	pub status: ValidatorStatus,
	/// The keys that its account has set last.
	pub set: Option<SessionKeys>,
	/// The keys with which it is an authority in the next session.
	pub next: Option<SessionKeys>,
	/// The key with which it makes blocks in the present session.
	pub present: Option<Hash>,
	/// Block from which on what is set now holds.
	pub from: BlockNumber,
	/// About how many seconds it is until then.
	pub seconds_left: u64,
}

/// Public session keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct SessionKeys {
	/// With which a node makes blocks.
	pub aura: Hash,
	/// With which it votes on finality.
	pub grandpa: Hash,
}

/// Keys that a node made, with the proof that it holds them.
#[derive(Debug)]
pub struct FreshKeys {
	/// The keys.
	pub keys: SessionKeys,
	proof: Vec<u8>,
}

impl SessionKeys {
	/// Keys as the runtime encodes them; nothing if these bytes are others.
	fn from_bytes(bytes: &[u8]) -> Option<Self> {
		let (aura, grandpa) = bytes.split_at_checked(KEY_LEN)?;
		(grandpa.len() == KEY_LEN)
			.then(|| Self { aura: Hash::from_slice(aura), grandpa: Hash::from_slice(grandpa) })
	}
}

impl From<ChainKeys> for SessionKeys {
	fn from(keys: ChainKeys) -> Self {
		Self { aura: keys.aura.0.into(), grandpa: keys.grandpa.0.into() }
	}
}

impl From<SessionKeys> for ChainKeys {
	fn from(keys: SessionKeys) -> Self {
		Self {
			aura: app_sr25519::Public(keys.aura.0),
			grandpa: app_ed25519::Public(keys.grandpa.0),
		}
	}
}

impl Chain {
	/// Whether the node that answers here has the secrets of these keys.
	///
	/// # Errors
	///
	/// [`ChainError::UnsafeMethod`] when the node does not tell everybody.
	pub async fn node_holds(&self, keys: SessionKeys) -> Result<bool, ChainError> {
		let keys = Bytes([keys.aura.0, keys.grandpa.0].concat());
		self.rpc("author_hasSessionKeys", &[keys]).await
	}

	/// Lets the node that answers here make session keys for a validator's account.
	///
	/// # Errors
	///
	/// [`ChainError::UnsafeMethod`] when the node does not do that for everybody.
	pub async fn rotate_keys(&self, owner: &AccountId) -> Result<FreshKeys, ChainError> {
		#[derive(Deserialize)]
		struct Generated {
			keys: Bytes,
			proof: Option<Bytes>,
		}
		let made: Generated =
			self.rpc("author_rotateKeysWithOwner", &[Bytes(owner.encode())]).await?;
		let keys = SessionKeys::from_bytes(&made.keys)
			.ok_or_else(|| ChainError::OtherRuntime("its session keys are others".into()))?;
		Ok(FreshKeys { keys, proof: made.proof.map(|it| it.0).unwrap_or_default() })
	}

	/// Sets the keys of the signer's validator.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn set_keys(&self, signer: &Keypair, fresh: FreshKeys) -> Result<Done, ChainError> {
		let call = api::transactions().session().set_keys(fresh.keys.into(), fresh.proof);
		self.submit(signer, &call).await
	}

	/// Ends the running of a validator, as the administrator of its institution.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn retire_validator(
		&self,
		signer: &Keypair,
		institution: InstitutionId,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().authorities();
		self.submit(signer, &calls.retire_validator(Static(institution))).await
	}
}

impl At {
	/// The validator of an institution.
	pub async fn validator(
		&self,
		institution: InstitutionId,
	) -> Result<Option<ValidatorDetails>, ChainError> {
		let address = api::storage().authorities().validators();
		let Some(validator) = self.stored(address, (Static(institution),)).await? else {
			return Ok(None);
		};
		let operator: AccountId32 = validator.account;

		let session = api::storage().session();
		let set = self.stored(session.next_keys(), (operator,)).await?;
		let queued = self.value(session.queued_keys(), ()).await?;
		let authorities = self.value(session.validators(), ()).await?;
		let aura = self.value(api::storage().aura().authorities(), ()).await?.0;
		let length = self.value(api::storage().authorities().session_length(), ()).await?;
		let slot = self.slot_duration().await?;

		let now = u32::try_from(self.client.block_number()).unwrap_or(u32::MAX);
		let from = first_block(now, length);
		// Both are in the order of the session's validators.
		let mut keys = authorities.iter().zip(aura);
		let present = keys.find(|(authority, _)| **authority == operator).map(|(_, key)| key);
		Ok(Some(ValidatorDetails {
			institution,
			account: account(&operator),
			status: validator.status.0,
			set: set.map(Into::into),
			next: queued.into_iter().find(|(it, _)| *it == operator).map(|(_, keys)| keys.into()),
			present: present.map(|key| key.0.into()),
			from,
			seconds_left: u64::from(from.saturating_sub(now)).saturating_mul(slot) / 1_000,
		}))
	}

	/// The validator whose keys an account sets.
	pub async fn validator_of(
		&self,
		operator: &AccountId,
	) -> Result<Option<ValidatorDetails>, ChainError> {
		let address = api::storage().authorities().operator_of();
		let Some(number) = self.stored(address, (account_id(operator),)).await? else {
			return Ok(None);
		};
		// Of those that were an institution's validator once, the chain remembers which.
		let details = self.validator(number.0).await?;
		Ok(details.filter(|it| it.account == *operator))
	}
}

/// First block of the session after the next.
fn first_block(now: BlockNumber, length: BlockNumber) -> BlockNumber {
	let session = now.checked_div(length).unwrap_or_default();
	session.saturating_add(SESSIONS_AHEAD).saturating_mul(length)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_split_keys_when_there_are_two_of_them() {
		let bytes: Vec<_> = [[1; KEY_LEN], [2; KEY_LEN]].concat();
		let keys = SessionKeys::from_bytes(&bytes).expect("they are two");
		assert_eq!((keys.aura, keys.grandpa), (Hash::repeat_byte(1), Hash::repeat_byte(2)));
		for wrong in [&bytes[..63], &bytes[..32], &[], &[&bytes[..], &[3]].concat()] {
			assert_eq!(SessionKeys::from_bytes(wrong), None, "{} bytes", wrong.len());
		}
	}

	#[test]
	fn should_name_the_session_after_the_next_when_keys_are_set_anywhere_in_a_session() {
		for (now, first) in [(0, 600), (299, 600), (300, 900), (450, 900)] {
			assert_eq!(first_block(now, 300), first, "in block {now}");
		}
	}
}
