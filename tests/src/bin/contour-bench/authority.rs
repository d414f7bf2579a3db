// SPDX-License-Identifier: Apache-2.0

//! The process of an authority, with clients of it.

use contour_e2e::{Chain, Error, program, rpc_ports};
use jsonrpsee::ws_client::{WsClient, WsClientBuilder};
use std::{
	fs::{self, File},
	net::{Ipv4Addr, SocketAddr},
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

/// How long a node may take to open its RPC port.
const START: Duration = Duration::from_secs(180);

/// A node that runs. It ends with the value.
pub(crate) struct Authority {
	_process: Process,
	/// Where other nodes connect.
	pub(crate) address: String,
	/// A client that asks.
	pub(crate) chain: Chain,
	/// A client that follows transactions.
	pub(crate) rpc: WsClient,
}

impl Authority {
	/// Starts a node on free ports and waits until it answers. It writes its log to a file.
	pub(crate) async fn start(arguments: &[String], log: &Path) -> Result<Self, Error> {
		let mut process = Process::start(arguments, log)?;
		let url = process.url().await?;
		let chain = Chain::connect(&url).await?;
		let addresses: Vec<String> = chain.rpc("system_localListenAddresses", []).await?;
		let address = addresses
			.into_iter()
			.find(|address| address.starts_with("/ip4/127.0.0.1/"))
			.ok_or_else(|| Error::Answer("the node listens nowhere".into()))?;
		let rpc = WsClientBuilder::default().build(&url).await?;
		Ok(Self { _process: process, address, chain, rpc })
	}

	/// Where a relay to this node leads.
	pub(crate) fn socket(&self) -> Result<SocketAddr, Error> {
		let port: Option<u16> = self.address.split('/').nth(4).and_then(|port| port.parse().ok());
		let port = port.ok_or_else(|| Error::Answer(format!("no port in {}", self.address)))?;
		Ok((Ipv4Addr::LOCALHOST, port).into())
	}
}

struct Process {
	child: Child,
	log: PathBuf,
}

impl Process {
	fn start(arguments: &[String], log: &Path) -> Result<Self, Error> {
		let output = File::create(log)?;
		let child = Command::new(program()?)
			.args(arguments)
			.args(["--validator", "--no-mdns", "--no-prometheus", "--rpc-port", "0"])
			.args(["--listen-addr", "/ip4/127.0.0.1/tcp/0"])
			.stdin(Stdio::null())
			.stdout(output.try_clone()?)
			.stderr(output)
			.spawn()?;
		Ok(Self { child, log: log.into() })
	}

	/// The node writes the port it was given into its log.
	async fn url(&mut self) -> Result<String, Error> {
		let begun = Instant::now();
		while begun.elapsed() < START {
			let log = fs::read_to_string(&self.log)?;
			if let Some(status) = self.child.try_wait()? {
				return Err(Error::Process { what: format!("the node ended with {status}"), log });
			}
			if let Some([port, ..]) = rpc_ports(&log).as_deref() {
				return Ok(format!("ws://127.0.0.1:{port}"));
			}
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
		let log = fs::read_to_string(&self.log)?;
		Err(Error::Process { what: "the node opened no RPC port".into(), log })
	}
}

impl Drop for Process {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}
