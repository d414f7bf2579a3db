// SPDX-License-Identifier: Apache-2.0

//! Several nodes of one chain.

use crate::{Error, Node, NodeBuilder, chain_spec, node_key, raw_chain_spec};
use contour_primitives::{BlockNumber, InstitutionId, NodeKey};
use serde_json::Value;
use std::path::PathBuf;
use tempfile::TempDir;

/// The four hospitals of the `consortium` chain, one node each.
pub struct Network {
	/// The nodes of Alice, Bob, Charlie and Dave.
	pub nodes: Vec<Node>,
	/// Specification of the chain.
	pub spec: PathBuf,
	/// Where others find the network.
	pub boot: String,
	/// Where the nodes' data is.
	folder: TempDir,
}

/// Whose keys the nodes hold.
const HOLDERS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

impl Network {
	/// Starts the nodes, with sessions of so many blocks.
	pub async fn start(session_length: BlockNumber) -> Result<Self, Error> {
		Self::start_with(session_length, false).await
	}

	/// The same, but the chain is for members only: its genesis has the nodes' keys.
	pub async fn start_for_members_only(session_length: BlockNumber) -> Result<Self, Error> {
		Self::start_with(session_length, true).await
	}

	async fn start_with(session_length: BlockNumber, members_only: bool) -> Result<Self, Error> {
		let folder = tempfile::tempdir()?;
		let mut registered: Vec<(InstitutionId, NodeKey)> = Vec::new();
		for (number, holder) in (0..).map(InstitutionId).zip(HOLDERS) {
			registered.push((number, node_key(folder.path(), holder)?.1));
		}
		let spec = chain_spec("consortium", folder.path(), |spec| {
			let authorities = &mut spec["genesis"]["runtimeGenesis"]["patch"]["authorities"];
			authorities["sessionLength"] = session_length.into();
			authorities["membersOnly"] = members_only.into();
			authorities["nodes"] = serde_json::to_value(&registered).unwrap_or(Value::Null);
		})?;
		let spec = raw_chain_spec(&spec)?;
		let mut network = Self { nodes: Vec::new(), spec, boot: String::new(), folder };
		let first = network.builder(0).start().await?;
		network.boot = first.address().await?;
		let start = |number| network.builder(number).start();
		let (second, third, fourth) = tokio::try_join!(start(1), start(2), start(3))?;
		network.nodes = vec![first, second, third, fourth];
		Ok(network)
	}

	/// How to start the node of a hospital, again with the same data.
	pub fn builder(&self, number: usize) -> NodeBuilder {
		let holder = HOLDERS[number];
		let builder = NodeBuilder::validator(&self.spec, Some(&format!("--{holder}")))
			.node_key_file(&self.folder.path().join(format!("{holder}.node-key")))
			.base_path(&self.folder.path().join(holder));
		if self.boot.is_empty() { builder } else { builder.boot_node(&self.boot) }
	}
}
