// SPDX-License-Identifier: Apache-2.0

//! Accounts that sign for others.

use super::{At, Chain, ChainError, Done, EncodedCall, account, account_id, api, call::NamedCall};
use api::runtime_types::bounded_collections::bounded_vec::BoundedVec;
use contour_primitives::{AccountId, ProxyType};
use serde::Serialize;
use subxt::{
	SubstrateConfig,
	error::DispatchError,
	extrinsics::ExtrinsicEvents,
	utils::{MultiAddress, Static},
};
use subxt_signer::sr25519::Keypair;

type ProxyDefinition = api::runtime_types::pallet_proxy::ProxyDefinition<
	subxt::utils::AccountId32,
	Static<ProxyType>,
	u32,
>;

/// Somebody who may sign for an account.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyRecord {
	/// Who signs.
	pub delegate: AccountId,
	/// What for.
	pub proxy_type: ProxyType,
	/// So many blocks before, each call has to be announced.
	pub delay: u32,
}

impl Chain {
	/// Acts for `principal`, whose proxy every signer is from now on.
	pub fn on_behalf_of(self, principal: Option<AccountId>) -> Self {
		Self { principal, ..self }
	}

	/// For whom every signer acts, if it is somebody else.
	pub fn principal(&self) -> Option<&AccountId> {
		self.principal.as_ref()
	}

	/// The account that does what `signer` signs.
	pub fn acting(&self, signer: &Keypair) -> AccountId {
		self.principal.clone().unwrap_or_else(|| AccountId::new(signer.public_key().0))
	}

	/// Lets `delegate` sign for the signer, at once and without asking again.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn add_proxy(
		&self,
		signer: &Keypair,
		delegate: &AccountId,
		proxy_type: ProxyType,
	) -> Result<Done, ChainError> {
		let delegate = MultiAddress::Id(account_id(delegate));
		let calls = api::transactions().proxy();
		self.submit(signer, &calls.add_proxy(delegate, Static(proxy_type), 0)).await
	}

	/// Takes that back.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn remove_proxy(
		&self,
		signer: &Keypair,
		delegate: &AccountId,
		proxy_type: ProxyType,
	) -> Result<Done, ChainError> {
		let delegate = MultiAddress::Id(account_id(delegate));
		let calls = api::transactions().proxy();
		self.submit(signer, &calls.remove_proxy(delegate, Static(proxy_type), 0)).await
	}
}

impl At {
	/// Who may sign for an account.
	pub async fn proxies(&self, of: &AccountId) -> Result<Vec<ProxyRecord>, ChainError> {
		let address = api::storage().proxy().proxies();
		let stored = self.stored(address, (account_id(of),)).await?;
		let (proxies, _) = stored.unwrap_or_else(|| (BoundedVec(Vec::new()), 0));
		let record = |it: ProxyDefinition| ProxyRecord {
			delegate: account(&it.delegate),
			proxy_type: it.proxy_type.0,
			delay: it.delay,
		};
		Ok(proxies.0.into_iter().map(record).collect())
	}
}

impl NamedCall {
	/// The same call, made by a proxy of `principal`.
	pub(super) fn on_behalf_of(self, at: &At, principal: &AccountId) -> Result<Self, ChainError> {
		let principal = MultiAddress::Id(account_id(principal));
		let call = EncodedCall::new(at, &self)?;
		Self::new(at, &api::transactions().proxy().proxy(principal, None, call))
	}
}

/// Whether what a proxy signed for `principal` was done: the transaction succeeds even when the call in
/// it failed.
pub(super) fn ensure_executed(
	at: &At,
	principal: &AccountId,
	events: &ExtrinsicEvents<SubstrateConfig>,
) -> Result<(), ChainError> {
	for event in events.iter() {
		let event = event?;
		if (event.pallet_name(), event.event_name()) != ("Proxy", "ProxyExecuted") {
			continue;
		}
		// A `Result`: nothing follows its first byte when all is well.
		if let [1, error @ ..] = event.field_bytes() {
			let error = DispatchError::decode_from(error, at.client.metadata());
			let error = error.map_err(|error| ChainError::Answer(error.to_string()))?;
			return Err(explained(principal, error.into()));
		}
	}
	Ok(())
}

/// Says what to do where the proxy is the reason.
pub(super) fn explained(principal: &AccountId, error: ChainError) -> ChainError {
	match &error {
		ChainError::Call { pallet, name, .. } => match (pallet.as_str(), name.as_str()) {
			("Proxy", "NotProxy") => ChainError::NotProxy(principal.clone()),
			("System", "CallFiltered") => ChainError::ProxyNotForThis(principal.clone()),
			_ => error,
		},
		_ => error,
	}
}
