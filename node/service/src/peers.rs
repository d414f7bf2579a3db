// SPDX-License-Identifier: Apache-2.0

//! Which peers the node accepts: on a chain that is for members only, the nodes that institutions
//! have registered, as the last finalized block has it.
//!
//! Nodes that are not on the list are refused in the protocol of the block announcements.
//! Transactions, votes and this node's own requests go only to peers in that protocol. One thing is
//! not guarded, as the SDK has no place for it: a request for blocks or state by somebody who
//! implements the protocol by hand. A firewall keeps those out (docs/operators/network.md).

use crate::{client::Client, slot};
use contour_primitives::{Hash, NodeKey, opaque::Block, runtime_api::PeersApi};
use futures::StreamExt as _;
use sc_client_api::BlockchainEvents as _;
use sc_network::{
	PeerId,
	config::{NetworkConfiguration, NonReservedPeerMode},
	service::traits::NetworkService,
};
use sp_api::{ApiExt as _, ProvideRuntimeApi as _};
use sp_consensus_aura::SlotDuration;
use std::{collections::HashSet, sync::Arc, time::Duration};

/// How often the node looks at the list when no block becomes final.
const LOOK: Duration = Duration::from_secs(10);

/// Greatest age of the last finalized block, in seconds. In a node that was away for longer, its
/// list of members may be outdated, so the boot nodes are peers, too, until the node has caught up.
const OUTDATED: u64 = 60 * 60;

/// The nodes of the members; `None` while the chain's network is open to everybody.
pub(crate) fn member_nodes(client: &Client, at: Hash) -> Result<Option<Vec<NodeKey>>, String> {
	let api = client.runtime_api();
	let failed = |error| format!("cannot read which nodes belong to the network: {error}");
	// A runtime from before there was such a list.
	if !api.has_api::<dyn PeersApi<Block>>(at).map_err(failed)? {
		return Ok(None);
	}
	api.member_nodes(at).map_err(failed)
}

/// The key of a peer.
pub(crate) fn key_of(peer: PeerId) -> Option<NodeKey> {
	NodeKey::from_peer_id(&peer.to_bytes())
}

/// Keeps the node's peers to the members.
pub(crate) struct Doorkeeper {
	client: Arc<Client>,
	slot_duration: SlotDuration,
	/// Accepted in any case, because the operator wants it (`--reserved-nodes`).
	reserved: HashSet<PeerId>,
	/// Whether the operator accepts only these (`--reserved-only`).
	reserved_only: bool,
	/// Accepted until the node has caught up.
	boot_nodes: HashSet<PeerId>,
}

impl Doorkeeper {
	/// Takes the operator's choices from the configuration. From now on it keeps everybody out
	/// until [`Doorkeeper::run`] lets the members in, if the chain is for members only.
	pub(crate) fn new(
		client: Arc<Client>,
		slot_duration: SlotDuration,
		config: &mut NetworkConfiguration,
	) -> Result<Self, String> {
		let peers = &mut config.default_peers_set;
		let reserved_only = peers.non_reserved_mode == NonReservedPeerMode::Deny;
		let reserved = peers.reserved_nodes.iter().map(|node| node.peer_id).collect();
		let boot_nodes = config.boot_nodes.iter().map(|node| node.peer_id).collect();
		if member_nodes(&client, client.chain_info().finalized_hash)?.is_some() {
			peers.non_reserved_mode = NonReservedPeerMode::Deny;
		}
		Ok(Self { client, slot_duration, reserved, reserved_only, boot_nodes })
	}

	/// Follows the list, for as long as the node runs.
	pub(crate) async fn run(self, network: Arc<dyn NetworkService>) {
		let own = network.local_peer_id();
		let mut finalized = self.client.finality_notification_stream();
		let mut applied = None;
		loop {
			match self.list(own) {
				Ok(list) if applied.as_ref() == Some(&list) => {}
				Ok(list) => {
					self.apply(&*network, own, &list);
					applied = Some(list);
				}
				// Whom the node accepts stays as it was.
				Err(error) => tracing::warn!("{error}"),
			}
			if let Ok(None) = tokio::time::timeout(LOOK, finalized.next()).await {
				return;
			}
		}
	}

	/// Who belongs to the network now; `None` while that is everybody.
	fn list(&self, own: PeerId) -> Result<Option<List>, String> {
		let finalized = self.client.chain_info().finalized_hash;
		let Some(members) = member_nodes(&self.client, finalized)? else {
			return Ok(None);
		};
		let registered = key_of(own).is_some_and(|own| members.contains(&own));
		let mut peers: HashSet<_> = members
			.into_iter()
			.filter_map(|node| PeerId::from_bytes(&node.to_peer_id()).ok())
			.chain(self.reserved.iter().copied())
			.collect();
		let age = slot::seconds_since(&self.client, finalized, self.slot_duration)?;
		if age.is_none_or(|age| age > OUTDATED) {
			peers.extend(&self.boot_nodes);
		}
		peers.remove(&own);
		Ok(Some(List { peers, registered }))
	}

	fn apply(&self, network: &dyn NetworkService, own: PeerId, list: &Option<List>) {
		let Some(List { peers, registered }) = list else {
			network.set_authorized_peers(self.reserved.clone());
			network.set_authorized_only(self.reserved_only);
			return;
		};
		tracing::info!("The network is for members only. Other nodes in it: {}", peers.len());
		if !registered {
			tracing::warn!(
				"No institution has registered this node, so the other nodes refuse it. Ask your \
				 institution's administrator to run `contour institution node add {own}`",
			);
		}
		network.set_authorized_peers(peers.clone());
		network.set_authorized_only(true);
	}
}

/// Who belongs to a network that is for members only.
#[derive(PartialEq)]
struct List {
	/// The other nodes.
	peers: HashSet<PeerId>,
	/// Whether this node does.
	registered: bool,
}
