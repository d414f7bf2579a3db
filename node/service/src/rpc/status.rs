// SPDX-License-Identifier: Apache-2.0

//! `contour_status`: how this node is doing, in one answer that can be read out on the phone.

use crate::{client::Client, peers, slot};
use contour_primitives::{
	Hash,
	opaque::Block,
	rpc::{Authority, BlockRef, Member, NodeRole, Peer, Status},
};
use jsonrpsee::{
	core::RpcResult,
	types::error::{ErrorObjectOwned, INTERNAL_ERROR_CODE},
};
use sc_network::PeerId;
use sc_network_sync::SyncingService;
use sc_service::Configuration;
use sp_api::ProvideRuntimeApi as _;
use sp_consensus::SyncOracle as _;
use sp_consensus_aura::{AuraApi as _, SlotDuration};
use sp_consensus_grandpa::GrandpaApi as _;
use sp_core::{
	Bytes,
	crypto::{ByteArray, KeyTypeId, key_types},
};
use sp_keystore::KeystorePtr;
use std::sync::Arc;

/// Answers `contour_status`.
#[derive(Clone)]
pub(crate) struct NodeStatus {
	client: Arc<Client>,
	sync: Arc<SyncingService<Block>>,
	keystore: KeystorePtr,
	slot_duration: SlotDuration,
	peer_id: PeerId,
	implementation: String,
	version: String,
	name: String,
	chain: String,
	role: NodeRole,
	offchain_workers: bool,
	offchain_indexing: bool,
}

impl NodeStatus {
	/// Takes what stays the same while the node runs from its configuration.
	pub(crate) fn new(
		config: &Configuration,
		client: Arc<Client>,
		sync: Arc<SyncingService<Block>>,
		keystore: KeystorePtr,
		slot_duration: SlotDuration,
		peer_id: PeerId,
	) -> Self {
		Self {
			client,
			sync,
			keystore,
			slot_duration,
			peer_id,
			implementation: config.impl_name.clone(),
			version: config.impl_version.clone(),
			name: config.network.node_name.clone(),
			chain: config.chain_spec.name().into(),
			role: if config.role.is_authority() { NodeRole::Authority } else { NodeRole::Full },
			offchain_workers: config.offchain_worker.enabled,
			offchain_indexing: config.offchain_worker.indexing_enabled,
		}
	}

	/// How this node is doing, now.
	///
	/// This is safe to serve to anybody who can reach the RPC port: it reveals no secret, and
	/// nothing that `system_health` and the chain do not reveal.
	pub(crate) fn read(&self) -> RpcResult<Status> {
		let info = self.client.chain_info();
		Ok(Status {
			implementation: self.implementation.clone(),
			version: self.version.clone(),
			name: self.name.clone(),
			chain: self.chain.clone(),
			genesis_hash: info.genesis_hash,
			role: self.role,
			best: BlockRef { number: info.best_number, hash: info.best_hash },
			finalized: BlockRef { number: info.finalized_number, hash: info.finalized_hash },
			finality_lag: info.best_number.saturating_sub(info.finalized_number),
			seconds_since_best: slot::seconds_since(
				&self.client,
				info.best_hash,
				self.slot_duration,
			)
			.map_err(failed)?,
			peers: self.sync.num_connected_peers(),
			node: self.peer(info.finalized_hash)?,
			major_syncing: self.sync.is_major_syncing(),
			offchain_workers: self.offchain_workers,
			offchain_indexing: self.offchain_indexing,
			authority: self.authority(info.best_hash)?,
		})
	}

	fn peer(&self, at: Hash) -> RpcResult<Peer> {
		let members = peers::member_nodes(&self.client, at).map_err(failed)?;
		Ok(Peer {
			peer_id: self.peer_id.to_base58(),
			members_only: members.is_some(),
			registered: members
				.zip(peers::key_of(self.peer_id))
				.is_some_and(|(members, own)| members.contains(&own)),
		})
	}

	fn authority(&self, at: Hash) -> RpcResult<Authority> {
		let failed = |error| internal("cannot read the authorities", error);
		let api = self.client.runtime_api();
		let aura = api.authorities(at).map_err(failed)?;
		let grandpa = api.grandpa_authorities(at).map_err(failed)?;

		let aura = membership(
			&self.keystore,
			key_types::AURA,
			aura.iter().map(ByteArray::to_raw_vec).collect(),
		);
		let grandpa = membership(
			&self.keystore,
			key_types::GRANDPA,
			grandpa.iter().map(|(key, _)| key.to_raw_vec()).collect(),
		);
		let active =
			self.role == NodeRole::Authority && aura.key.is_some() && grandpa.key.is_some();
		Ok(Authority { active, aura, grandpa })
	}
}

/// Looks for a key of `set` in the keystore.
pub fn membership(keystore: &KeystorePtr, key_type: KeyTypeId, set: Vec<Vec<u8>>) -> Member {
	let set_size = set.len();
	let key = set.into_iter().find(|key| keystore.has_keys(&[(key.clone(), key_type)]));
	Member { set_size, key: key.map(Bytes) }
}

fn failed(error: String) -> ErrorObjectOwned {
	ErrorObjectOwned::owned(INTERNAL_ERROR_CODE, error, None::<()>)
}

pub(super) fn internal(what: &str, error: impl std::fmt::Display) -> ErrorObjectOwned {
	ErrorObjectOwned::owned(INTERNAL_ERROR_CODE, format!("{what}: {error}"), None::<()>)
}
