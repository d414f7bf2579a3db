// SPDX-License-Identifier: Apache-2.0

//! A `contour-node` process.

use crate::{Chain, Error, development_spec};
use contour_primitives::NodeKey;
use rustix::process::{Pid, Signal, kill_process};
use sp_core::{Pair, ed25519};
use std::{
	fs::File,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long a node may take to open its RPC port.
const START: Duration = Duration::from_secs(180);
/// The flag without which no node of the tests exports metrics.
const METRICS_PORT: &str = "--prometheus-port";
/// How long a node may take to end in order.
const STOP: Duration = Duration::from_secs(30);

/// A running node. It ends when the value is dropped, and its data is deleted unless it had a
/// [base path](NodeBuilder::base_path) of its own.
pub struct Node {
	process: Child,
	folder: TempDir,
	/// What it was told with `--chain`.
	chain: String,
	url: String,
}

/// How to start a node.
pub struct NodeBuilder {
	/// What to say with `--chain`. Nothing is the tests' chain of one hospital, whose specification is
	/// written when the node starts.
	chain: Option<String>,
	arguments: Vec<String>,
	base_path: Option<PathBuf>,
	rpc_port: u16,
}

/// The program `contour-node`: the one beside the program that runs.
pub fn program() -> Result<PathBuf, Error> {
	program_named("contour-node")
}

/// A program of ours: the one beside the program that runs.
pub fn program_named(name: &str) -> Result<PathBuf, Error> {
	let own = std::env::current_exe()?;
	let mut candidates = own.ancestors().skip(1).take(2).map(|folder| folder.join(name));
	let first = candidates.next().unwrap_or_default();
	[first.clone()]
		.into_iter()
		.chain(candidates)
		.find(|candidate| candidate.is_file())
		.ok_or(Error::NoProgram(first))
}

/// The ports that a node was given for its RPC, in the order of its endpoints, once its log tells.
pub fn rpc_ports(log: &str) -> Option<Vec<u16>> {
	let (_, rest) = log.split_once("Running JSON-RPC server: addr=")?;
	let (addresses, _) = rest.split_once('\n')?;
	// After a single address there is a comma, too.
	let addresses = addresses.trim().split(',').filter(|it| !it.is_empty());
	addresses.map(|it| it.rsplit_once(':')?.1.parse().ok()).collect()
}

/// Makes a node's identity among its peers, as `key generate-node-key` does.
pub fn node_key(folder: &Path, name: &str) -> Result<(PathBuf, NodeKey), Error> {
	let (pair, seed) = ed25519::Pair::generate();
	let file = folder.join(format!("{name}.node-key"));
	std::fs::write(&file, seed)?;
	Ok((file, NodeKey(pair.public().0)))
}

impl NodeBuilder {
	/// A node of the tests' chain of one hospital, which makes blocks alone: `development` with slots
	/// of [`SLOT_MILLIS`](crate::SLOT_MILLIS).
	pub fn development() -> Self {
		Self::of(None, &["--dev"])
	}

	/// A node that makes blocks alone, on the chain of a specification that
	/// [`development_spec`] has written.
	pub fn alone(spec: &Path) -> Self {
		Self::of(Some(spec.display().to_string()), &["--dev"])
	}

	/// A node as `--dev` starts it for everybody: it makes blocks alone, on the chain `development`
	/// with its slots of two seconds.
	pub fn preset() -> Self {
		Self::of(Some("dev".into()), &["--dev"])
	}

	/// A node that follows another one on its chain, as hospitals have that make no blocks yet.
	pub async fn follower(leader: &Node) -> Result<Self, Error> {
		let address = leader.address().await?;
		Ok(Self::of(Some(leader.chain.clone()), &["--bootnodes", &address]))
	}

	/// A validator of the chain of a specification. `keys` names a well-known key pair that it
	/// holds, such as `--alice`.
	pub fn validator(spec: &Path, keys: Option<&str>) -> Self {
		let validator = ["--validator", "--unsafe-force-node-key-generation"];
		let mut node = Self::of(Some(spec.display().to_string()), &validator);
		node.arguments.extend(["--rpc-methods".into(), "unsafe".into()]);
		node.arguments.extend(keys.map(Into::into));
		node
	}

	/// A node of the chain of a specification that makes no blocks, and belongs to somebody.
	pub fn full(spec: &Path) -> Self {
		Self::of(Some(spec.display().to_string()), &[])
	}

	fn of(chain: Option<String>, arguments: &[&str]) -> Self {
		let arguments = arguments.iter().map(|&argument| argument.into()).collect();
		Self { chain, arguments, base_path: None, rpc_port: 0 }
	}

	/// Lets the node find the network by another node.
	pub fn boot_node(mut self, address: &str) -> Self {
		self.arguments.extend(["--bootnodes".into(), address.into()]);
		self
	}

	/// Keeps the node's data in a folder that outlives it.
	pub fn base_path(mut self, folder: &Path) -> Self {
		self.base_path = Some(folder.into());
		self
	}

	/// Gives the node's RPC a port, that of a node that ran before.
	pub fn rpc_port(mut self, port: u16) -> Self {
		self.rpc_port = port;
		self
	}

	/// Gives the node the identity among its peers that `key generate-node-key` made.
	pub fn node_key_file(mut self, file: &Path) -> Self {
		self.arguments.extend(["--node-key-file".into(), file.display().to_string()]);
		self
	}

	/// Lets the node do nothing for others that only its operator may, as one that serves them.
	pub fn safe_methods_only(mut self) -> Self {
		self.arguments.extend(["--rpc-methods".into(), "safe".into()]);
		self
	}

	/// Tells the node where its hospital's scorer is.
	pub fn scorer(mut self, url: &str) -> Self {
		self.arguments.extend(["--scorer-url".into(), url.into()]);
		self
	}

	/// Lets Prometheus ask the node, where [`Node::metrics_address`] says.
	pub fn metrics(mut self) -> Self {
		self.arguments.extend([METRICS_PORT.into(), "0".into()]);
		self
	}

	/// Lets the node run without keeping what the runtime writes to the off-chain index.
	pub fn without_index(mut self) -> Self {
		self.arguments.extend(["--enable-offchain-indexing".into(), "false".into()]);
		self
	}

	/// Lets nothing become final any more.
	pub fn without_finality(mut self) -> Self {
		self.arguments.push("--no-grandpa".into());
		self
	}

	/// Starts the node and waits until it answers.
	pub async fn start(self) -> Result<Node, Error> {
		let folder = tempfile::Builder::new().prefix("contour-").tempdir()?;
		let log = File::create(folder.path().join("log"))?;
		let chain = match self.chain {
			Some(chain) => chain,
			None => development_spec(folder.path())?.display().to_string(),
		};
		let exports_metrics = self.arguments.iter().any(|it| it == METRICS_PORT);
		let process = Command::new(program()?)
			.args(["--chain", &chain])
			.args(&self.arguments)
			.arg("--base-path")
			.arg(self.base_path.as_deref().unwrap_or(folder.path()))
			.args(["--rpc-port", &self.rpc_port.to_string()])
			.args(["--listen-addr", "/ip4/127.0.0.1/tcp/0"])
			.args((!exports_metrics).then_some("--no-prometheus"))
			.arg("--no-mdns")
			.stdin(Stdio::null())
			.stdout(log.try_clone()?)
			.stderr(log)
			.spawn()?;
		let mut node = Node { process, folder, chain, url: String::new() };
		node.url = node.await_url().await?;
		Ok(node)
	}
}

impl Node {
	/// Ends the node as an operator does, with SIGTERM, so that its database is complete.
	pub async fn stop(mut self) -> Result<(), Error> {
		kill_process(Pid::from_child(&self.process), Signal::TERM).map_err(std::io::Error::from)?;
		let begun = Instant::now();
		while begun.elapsed() < STOP {
			match self.process.try_wait()? {
				Some(status) if status.success() => return Ok(()),
				Some(status) => {
					let what = format!("the node ended with {status} when it was told to stop");
					return Err(Error::Process { what, log: self.log() });
				}
				None => tokio::time::sleep(Duration::from_millis(50)).await,
			}
		}
		Err(Error::Process { what: "the node does not stop".into(), log: self.log() })
	}

	/// Where clients connect.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// The port of its RPC.
	pub fn port(&self) -> u16 {
		let port = self.url.rsplit(':').next().and_then(|port| port.parse().ok());
		port.unwrap_or_default()
	}

	/// A client of this node.
	pub async fn client(&self) -> Result<Chain, Error> {
		Chain::connect(&self.url).await
	}

	/// Where other nodes connect.
	pub async fn address(&self) -> Result<String, Error> {
		let addresses: Vec<String> =
			self.client().await?.rpc("system_localListenAddresses", []).await?;
		addresses
			.into_iter()
			.find(|address| address.starts_with("/ip4/127.0.0.1/"))
			.ok_or_else(|| Error::Answer("the node listens nowhere".into()))
	}

	/// Where Prometheus asks, as host and port.
	pub fn metrics_address(&self) -> Result<String, Error> {
		let log = std::fs::read_to_string(self.folder.path().join("log"))?;
		let address = log.split("Prometheus exporter started at ").nth(1);
		address
			.and_then(|rest| rest.split_whitespace().next())
			.map(Into::into)
			.ok_or_else(|| Error::Answer("the node exports no metrics".into()))
	}

	/// Whether there is a text in the log.
	pub fn has_logged(&self, text: &str) -> bool {
		self.whole_log().contains(text)
	}

	/// Last lines of the log.
	pub fn log(&self) -> String {
		let log = self.whole_log();
		let lines: Vec<_> = log.lines().collect();
		lines[lines.len().saturating_sub(30)..].join("\n")
	}

	fn whole_log(&self) -> String {
		std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
	}

	/// The node writes the port it was given into its log.
	async fn await_url(&mut self) -> Result<String, Error> {
		let begun = Instant::now();
		while begun.elapsed() < START {
			if let Some(status) = self.process.try_wait()? {
				return Err(Error::Process {
					what: format!("the node ended with {status}"),
					log: self.log(),
				});
			}
			let log = std::fs::read_to_string(self.folder.path().join("log"))?;
			if let Some([port, ..]) = rpc_ports(&log).as_deref() {
				return Ok(format!("ws://127.0.0.1:{port}"));
			}
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
		Err(Error::Process { what: "the node opened no RPC port".into(), log: self.log() })
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		// `stop` is for those who want to read the data.
		if let Err(error) = self.process.kill().and_then(|()| self.process.wait().map(|_| ())) {
			assert!(std::thread::panicking(), "the node could not be stopped: {error}");
		}
	}
}
