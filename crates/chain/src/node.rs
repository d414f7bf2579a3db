// SPDX-License-Identifier: Apache-2.0

//! Institutions' nodes on the chain, and the node that answers.

use super::{At, Chain, ChainError, Done, api};
use contour_primitives::{InstitutionId, NodeKey, rpc::Status};
use serde::Serialize;
use subxt::utils::Static;
use subxt_signer::sr25519::Keypair;

/// The nodes that institutions vouch for, and whether these are all that nodes accept as peers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeList {
	/// Whether nodes accept no others.
	pub members_only: bool,
	/// The nodes, by their institutions' numbers.
	pub nodes: Vec<NodeRecord>,
}

/// A node that an institution vouches for.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeRecord {
	/// The institution.
	pub institution: InstitutionId,
	/// The peer ID.
	pub node: NodeKey,
}

impl Chain {
	/// Vouches for a node of the signer's institution.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn register_node(&self, signer: &Keypair, node: NodeKey) -> Result<Done, ChainError> {
		let call = api::transactions().authorities().register_node(Static(node));
		self.submit(signer, &call).await
	}

	/// Vouches for a node no more.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn remove_node(
		&self,
		signer: &Keypair,
		institution: InstitutionId,
		node: NodeKey,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().authorities();
		self.submit(signer, &calls.remove_node(Static(institution), Static(node))).await
	}

	/// How the node that answers is doing.
	///
	/// # Errors
	///
	/// Those of the connection.
	pub async fn node_status(&self) -> Result<Status, ChainError> {
		self.rpc("contour_status", &[(); 0]).await
	}
}

impl At {
	/// The nodes of all institutions.
	pub async fn nodes(&self) -> Result<NodeList, ChainError> {
		let mut entries =
			self.client.storage().iter(api::storage().authorities().nodes(), ()).await?;
		let mut nodes = Vec::new();
		while let Some(entry) = entries.next().await {
			let entry = entry?;
			let (institution,) = entry.key()?.decode()?;
			let keys = entry.value().decode()?;
			nodes.extend(
				keys.0
					.into_iter()
					.map(|key| NodeRecord { institution: institution.0, node: key.0 }),
			);
		}
		let members_only = api::storage().authorities().members_only();
		let members_only = self.value(members_only, ()).await?;
		nodes.sort_by_key(|record| (record.institution, record.node));
		Ok(NodeList { members_only, nodes })
	}
}
