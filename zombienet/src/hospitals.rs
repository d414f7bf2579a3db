// SPDX-License-Identifier: Apache-2.0

//! The nodes of a network, and what each says of the chain.

use crate::until;
use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value;
use std::path::Path;
use zombienet_sdk::{
	AddNodeOptions, LocalFileSystem, Network, NetworkConfig, NetworkConfigExt, NetworkNode,
	subxt::{
		OnlineClient, PolkadotConfig, backend::rpc::RpcClient, ext::subxt_rpcs::client::RpcParams,
	},
};

/// A network that runs. Its nodes end with it.
pub struct Hospitals {
	network: Network<LocalFileSystem>,
}

/// A node of a network.
#[derive(Clone)]
pub struct Node(NetworkNode);

impl Hospitals {
	/// Starts the network that a TOML file of this folder describes.
	pub async fn start(name: &str) -> Result<Self> {
		let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{name}.toml"));
		let config = NetworkConfig::load_from_toml(&file.display().to_string())
			.with_context(|| format!("{} describes no network", file.display()))?;
		let network = config.spawn_native().await.context(
			"the network did not start: run it with scripts/zombienet, which builds contour-node",
		)?;
		Ok(Self { network })
	}

	/// A node by its name.
	pub fn node(&self, name: &str) -> Result<Node> {
		self.network.get_node(name).cloned().map(Node)
	}

	/// All nodes.
	pub fn nodes(&self) -> Vec<Node> {
		self.network.nodes().into_iter().cloned().map(Node).collect()
	}

	/// Adds a validator's node, which has the chain and the way to the others from the same file as
	/// they have.
	pub async fn add_validator(&mut self, name: &str) -> Result<Node> {
		let options = AddNodeOptions { is_validator: true, ..Default::default() };
		self.network.add_node(name, options).await?;
		self.node(name)
	}

	/// Waits until all nodes have finalized a block of this height, and it is the same one.
	pub async fn await_agreement(&self, height: u32) -> Result<()> {
		agree(&self.nodes(), height).await
	}

	/// Stops all nodes.
	pub async fn stop(self) -> Result<()> {
		Ok(self.network.destroy().await?)
	}
}

/// Waits until the nodes have finalized a block of this height, and it is the same one.
pub async fn agree(nodes: &[Node], height: u32) -> Result<()> {
	let mut agreed: Option<(String, String)> = None;
	for node in nodes {
		node.await_finalized(height).await?;
		let hash = node.block_hash(height).await?;
		let (name, first) = agreed.get_or_insert_with(|| (node.name().into(), hash.clone()));
		ensure!(
			*first == hash,
			"block {height} is {first} at {name} and {hash} at {}",
			node.name()
		);
	}
	Ok(())
}

impl Node {
	/// Its name, which decides about its keys.
	pub fn name(&self) -> &str {
		self.0.name()
	}

	/// Calls a method of its RPC.
	pub async fn rpc(&self, method: &str, parameters: &[Value]) -> Result<Value> {
		let client = self.0.rpc().await.with_context(|| format!("{} is away", self.name()))?;
		request(&client, method, parameters)
			.await
			.with_context(|| format!("{method} at {}", self.name()))
	}

	/// A client that signs and sends, for the runtime that the node has now.
	pub async fn client(&self) -> Result<OnlineClient<PolkadotConfig>> {
		Ok(self.0.try_client().await?)
	}

	/// Height of the latest finalized block.
	pub async fn finalized(&self) -> Result<u32> {
		let head = self.rpc("chain_getFinalizedHead", &[]).await?;
		let header = self.rpc("chain_getHeader", &[head]).await?;
		let height = header["number"].as_str().and_then(|hex| hex.strip_prefix("0x"));
		Ok(u32::from_str_radix(height.ok_or_else(|| anyhow!("no header: {header}"))?, 16)?)
	}

	/// Hash of the block of a height in the node's best chain.
	pub async fn block_hash(&self, height: u32) -> Result<String> {
		let hash = self.rpc("chain_getBlockHash", &[height.into()]).await?;
		hash.as_str()
			.map(Into::into)
			.ok_or_else(|| anyhow!("{} has no block {height}", self.name()))
	}

	/// Version of the runtime at the node's best block.
	pub async fn runtime_version(&self) -> Result<u64> {
		let version = self.rpc("state_getRuntimeVersion", &[]).await?;
		version["specVersion"].as_u64().ok_or_else(|| anyhow!("no version: {version}"))
	}

	/// Number of authorities that make blocks.
	pub async fn authorities(&self) -> Result<usize> {
		let set = self.rpc("state_call", &["AuraApi_authorities".into(), "0x".into()]).await?;
		// A length, in one byte as long as there are fewer than 64, and keys of 32 bytes.
		let digits = set.as_str().map(str::len).ok_or_else(|| anyhow!("no authorities: {set}"))?;
		Ok((digits - "0x00".len()) / 64)
	}

	/// Waits until the node has finalized a block of this height.
	pub async fn await_finalized(&self, height: u32) -> Result<()> {
		until(&format!("block {height} is final at {}", self.name()), async || {
			Ok((self.finalized().await? >= height).then_some(()))
		})
		.await
	}

	/// Waits until a metric of the node is at least this.
	pub async fn await_metric(&self, name: &str, least: f64) -> Result<()> {
		until(&format!("{name} is {least} at {}", self.name()), async || {
			Ok((self.0.reports(name).await? >= least).then_some(()))
		})
		.await
	}

	/// Lets the process stand still.
	pub async fn pause(&self) -> Result<()> {
		self.0.pause().await
	}

	/// Lets the process go on.
	pub async fn resume(&self) -> Result<()> {
		self.0.resume().await
	}

	/// Kills the process and starts it again, with the same keys and data.
	pub async fn restart(&self) -> Result<()> {
		self.0.restart(None).await
	}
}

async fn request(client: &RpcClient, method: &str, parameters: &[Value]) -> Result<Value> {
	let mut params = RpcParams::new();
	for parameter in parameters {
		params.push(parameter)?;
	}
	Ok(client.request(method, params).await?)
}
