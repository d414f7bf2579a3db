// SPDX-License-Identifier: Apache-2.0

//! Several nodes of one chain.

use crate::{Error, Node, NodeBuilder, chain_spec};
use contour_primitives::BlockNumber;
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
	_folder: TempDir,
}

impl Network {
	/// Starts the nodes, with sessions of so many blocks.
	pub async fn start(session_length: BlockNumber) -> Result<Self, Error> {
		let folder = tempfile::tempdir()?;
		let spec = chain_spec("consortium", folder.path(), |spec| {
			spec["genesis"]["runtimeGenesis"]["patch"]["authorities"]["sessionLength"] =
				session_length.into();
		})?;
		let first = NodeBuilder::validator(&spec, Some("--alice")).start().await?;
		let boot = first.address().await?;
		let start = |keys| NodeBuilder::validator(&spec, Some(keys)).boot_node(&boot).start();
		let (second, third, fourth) =
			tokio::try_join!(start("--bob"), start("--charlie"), start("--dave"))?;
		Ok(Self { nodes: vec![first, second, third, fourth], spec, boot, _folder: folder })
	}
}
