// SPDX-License-Identifier: Apache-2.0

//! `contour_status`: how this node is doing, in one answer that can be read out on the phone.

use crate::{client::Client, peers, slot};
use contour_primitives::{BlockNumber, Hash, opaque::Block};
use jsonrpsee::{
	core::RpcResult,
	types::error::{ErrorObjectOwned, INTERNAL_ERROR_CODE},
};
use sc_network::PeerId;
use sc_network_sync::SyncingService;
use sc_service::Configuration;
use serde::{Deserialize, Serialize};
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

/// How a node is doing.
///
/// Healthy is: `majorSyncing` false, `peers` above zero, `finalityLag` of two or three,
/// `secondsSinceBest` below ten, and on a validator `authority.active` true.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
	/// Name of the program: `contour-node`.
	pub implementation: String,
	/// Version of the program and the commit it was built from: `0.1.0-1a2b3c4d5e6`.
	pub version: String,
	/// Name that the operator gave the node (`--name`).
	pub name: String,
	/// Name of the chain, from its chain spec.
	pub chain: String,
	/// Hash of block 0: what the chain really is, whatever its name.
	pub genesis_hash: Hash,
	/// Whether the node was started to author and vote, or only to follow.
	pub role: NodeRole,
	/// Head of the best chain this node knows.
	pub best: BlockRef,
	/// Last block that the authorities finalized, as far as this node knows.
	pub finalized: BlockRef,
	/// Blocks between `best` and `finalized`. It grows while too few authorities vote.
	pub finality_lag: BlockNumber,
	/// Seconds since the slot of the best block began; `null` while the best block is block 0. It
	/// grows while nobody authors, or this node hears of nothing.
	pub seconds_since_best: Option<u64>,
	/// Nodes this node is connected to.
	pub peers: usize,
	/// Who this node is to others, and whether they accept it.
	pub node: Peer,
	/// Whether the node is far behind the network and catching up.
	pub major_syncing: bool,
	/// Whether off-chain workers run (`--offchain-worker`).
	pub offchain_workers: bool,
	/// Whether the node keeps what the runtime writes to the off-chain index, the bodies of the
	/// audit chains (`--enable-offchain-indexing`).
	pub offchain_indexing: bool,
	/// Whether this node is one of the authorities, by the keys it holds.
	pub authority: Authority,
}

/// Number and hash of a block.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockRef {
	/// Height.
	pub number: BlockNumber,
	/// Hash of the header.
	pub hash: Hash,
}

/// A node on the network.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Peer {
	/// The peer ID, which an institution's administrator registers.
	pub peer_id: String,
	/// Whether nodes accept as peers only those that institutions have registered.
	pub members_only: bool,
	/// Whether an institution has registered this node. Both are read at the last finalized block, as
	/// nodes do who decide about a peer.
	pub registered: bool,
}

/// What a node was started as.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NodeRole {
	/// `--validator`: it authors and votes when its keys are in the current set.
	Authority,
	/// It follows the chain.
	Full,
}

/// The part of a node in consensus, at its best block.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authority {
	/// Whether the node authors and votes: its role is authority and its keystore holds a key of
	/// each current set. An authority that was disabled for an offence stays in the sets, so counts
	/// as active, until the next session; the chain's events tell.
	pub active: bool,
	/// The set that authors blocks.
	pub aura: Member,
	/// The set that finalizes blocks.
	pub grandpa: Member,
}

/// A node's membership in a set of authorities.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
	/// Authorities in the set.
	pub set_size: usize,
	/// Public key of the set (32 bytes, hex) whose secret is in this node's keystore; `null` if
	/// there is none.
	pub key: Option<Bytes>,
}

impl Member {
	/// Looks for a key of `set` in the keystore.
	fn new(keystore: &KeystorePtr, key_type: KeyTypeId, set: Vec<Vec<u8>>) -> Self {
		let set_size = set.len();
		let key = set.into_iter().find(|key| keystore.has_keys(&[(key.clone(), key_type)]));
		Self { set_size, key: key.map(Bytes) }
	}
}

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
	/// Safe to serve to anybody who may reach the RPC port: it tells no secret, and nothing that
	/// `system_health` and the chain do not tell.
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

		let aura = Member::new(
			&self.keystore,
			key_types::AURA,
			aura.iter().map(ByteArray::to_raw_vec).collect(),
		);
		let grandpa = Member::new(
			&self.keystore,
			key_types::GRANDPA,
			grandpa.iter().map(|(key, _)| key.to_raw_vec()).collect(),
		);
		let active =
			self.role == NodeRole::Authority && aura.key.is_some() && grandpa.key.is_some();
		Ok(Authority { active, aura, grandpa })
	}
}

fn failed(error: String) -> ErrorObjectOwned {
	ErrorObjectOwned::owned(INTERNAL_ERROR_CODE, error, None::<()>)
}

pub(super) fn internal(what: &str, error: impl std::fmt::Display) -> ErrorObjectOwned {
	ErrorObjectOwned::owned(INTERNAL_ERROR_CODE, format!("{what}: {error}"), None::<()>)
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;
	use sp_keystore::{Keystore as _, testing::MemoryKeystore};

	#[test]
	fn should_serialize_with_the_documented_names_when_asked_over_rpc() {
		let status = Status {
			implementation: "contour-node".into(),
			version: "0.1.0-1a2b3c4d5e6".into(),
			name: "Charité 1".into(),
			chain: "Contour Consortium".into(),
			genesis_hash: Hash::repeat_byte(1),
			role: NodeRole::Authority,
			best: BlockRef { number: 12, hash: Hash::repeat_byte(2) },
			finalized: BlockRef { number: 10, hash: Hash::repeat_byte(3) },
			finality_lag: 2,
			seconds_since_best: Some(1),
			peers: 3,
			node: Peer {
				peer_id: "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp".into(),
				members_only: true,
				registered: true,
			},
			major_syncing: false,
			offchain_workers: true,
			offchain_indexing: true,
			authority: Authority {
				active: false,
				aura: Member { set_size: 4, key: Some(Bytes(vec![0xab; 2])) },
				grandpa: Member { set_size: 4, key: None },
			},
		};

		let hash = |byte: &str| format!("0x{}", byte.repeat(32));
		assert_eq!(
			serde_json::to_value(&status).expect("it has no map with other keys than strings"),
			json!({
				"implementation": "contour-node",
				"version": "0.1.0-1a2b3c4d5e6",
				"name": "Charité 1",
				"chain": "Contour Consortium",
				"genesisHash": hash("01"),
				"role": "authority",
				"best": { "number": 12, "hash": hash("02") },
				"finalized": { "number": 10, "hash": hash("03") },
				"finalityLag": 2,
				"secondsSinceBest": 1,
				"peers": 3,
				"node": {
					"peerId": "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp",
					"membersOnly": true,
					"registered": true,
				},
				"majorSyncing": false,
				"offchainWorkers": true,
				"offchainIndexing": true,
				"authority": {
					"active": false,
					"aura": { "setSize": 4, "key": "0xabab" },
					"grandpa": { "setSize": 4, "key": null },
				},
			}),
		);
	}

	#[test]
	fn should_name_the_key_of_the_set_when_the_keystore_holds_it() {
		let keystore = MemoryKeystore::new();
		let own = keystore
			.sr25519_generate_new(key_types::AURA, None)
			.expect("a keystore in memory")
			.to_raw_vec();
		let keystore: KeystorePtr = Arc::new(keystore);
		let set = vec![vec![7; 32], own.clone()];

		assert_eq!(
			Member::new(&keystore, key_types::AURA, set.clone()),
			Member { set_size: 2, key: Some(Bytes(own)) },
		);
		assert_eq!(
			Member::new(&keystore, key_types::GRANDPA, set),
			Member { set_size: 2, key: None },
		);
	}
}
