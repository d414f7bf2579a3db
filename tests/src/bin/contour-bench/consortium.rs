// SPDX-License-Identifier: Apache-2.0

//! A network of authorities, made to measure.

use crate::{authority::Authority, relay::Relay};
use contour_e2e::{Error, chain_spec, node_key, wait_for};
use contour_primitives::{Balance, BlockNumber, Hash, InstitutionId, UNIT};
use contour_runtime::{Credentials, SessionKeys};
use serde_json::{Value, json};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use std::{collections::BTreeMap, time::Duration};
use tempfile::TempDir;

/// Most authorities of a network.
pub(crate) const MOST: usize = HOLDERS.len();

/// Hospitals: the flag by which a node gets its keys, the administrator (with the same key the node
/// makes blocks), the validator's account, and the key for votes.
const HOLDERS: [(&str, Sr25519Keyring, Sr25519Keyring, Ed25519Keyring); 7] = [
	("alice", Sr25519Keyring::Alice, Sr25519Keyring::AliceStash, Ed25519Keyring::Alice),
	("bob", Sr25519Keyring::Bob, Sr25519Keyring::BobStash, Ed25519Keyring::Bob),
	("charlie", Sr25519Keyring::Charlie, Sr25519Keyring::CharlieStash, Ed25519Keyring::Charlie),
	("dave", Sr25519Keyring::Dave, Sr25519Keyring::DaveStash, Ed25519Keyring::Dave),
	("eve", Sr25519Keyring::Eve, Sr25519Keyring::EveStash, Ed25519Keyring::Eve),
	("ferdie", Sr25519Keyring::Ferdie, Sr25519Keyring::FerdieStash, Ed25519Keyring::Ferdie),
	("one", Sr25519Keyring::One, Sr25519Keyring::Two, Ed25519Keyring::One),
];
/// What a hospital starts with for fees and deposits.
const FEES: Balance = 10_000 * UNIT;
/// What a hospital pays per member and day: it should not end what is measured.
const ALLOWANCE: Balance = 10_000 * UNIT;
/// Seconds that nodes may take to find each other.
const PATIENCE: u64 = 120;

/// How a network is made.
pub(crate) struct Setting {
	/// Number of authorities.
	pub(crate) authorities: usize,
	/// Milliseconds of a slot.
	pub(crate) slot_duration: u64,
	/// Milliseconds that the nodes expect a vote to travel.
	pub(crate) gossip_duration: u64,
	/// How long everything takes from one node to another; `None` connects them without a relay.
	pub(crate) delay: Option<Duration>,
}

/// Authorities that run. They end with the value, and their data is deleted.
pub(crate) struct Consortium {
	/// The nodes, each with a client.
	pub(crate) nodes: Vec<Authority>,
	ways: Vec<Way>,
	/// What was final for a node when it went.
	gone: Option<(BlockNumber, Option<Hash>)>,
	folder: TempDir,
}

/// The relay by which one node connects to another.
struct Way {
	from: usize,
	to: usize,
	relay: Relay,
}

impl Consortium {
	/// Starts the nodes, and waits until they know each other and blocks become final.
	pub(crate) async fn start(setting: &Setting) -> Result<Self, Error> {
		let folder = tempfile::Builder::new().prefix("contour-").tempdir()?;
		let spec = chain_spec("consortium", folder.path(), |spec| change(spec, setting))?;
		let mut network = Self { nodes: Vec::new(), ways: Vec::new(), gone: None, folder };
		let folder = network.folder.path().to_path_buf();

		let mut identities = Vec::new();
		for (name, ..) in &HOLDERS[..setting.authorities] {
			identities.push(node_key(&folder, name)?);
		}
		if let Some(delay) = setting.delay {
			for from in 0..setting.authorities {
				for to in (0..setting.authorities).filter(|to| *to != from) {
					network.ways.push(Way { from, to, relay: Relay::new(delay).await? });
				}
			}
		}

		for (number, (name, ..)) in HOLDERS[..setting.authorities].iter().enumerate() {
			let mut arguments = vec![
				format!("--{name}"),
				format!("--chain={}", spec.display()),
				format!("--base-path={}", folder.join(name).display()),
				format!("--node-key-file={}", identities[number].0.display()),
				format!("--gossip-duration={}", setting.gossip_duration),
			];
			if setting.delay.is_some() {
				arguments.push("--reserved-only".into());
				for Way { to, relay, .. } in network.ways.iter().filter(|way| way.from == number) {
					let (port, peer) = (relay.address().port(), &identities[*to].1);
					arguments
						.push(format!("--reserved-nodes=/ip4/127.0.0.1/tcp/{port}/p2p/{peer}"));
				}
			} else {
				let earlier = network.nodes.iter().map(|node| &node.address);
				arguments.extend(earlier.map(|address| format!("--bootnodes={address}")));
			}
			let node = Authority::start(&arguments, &folder.join(format!("{name}.log"))).await?;
			for way in network.ways.iter().filter(|way| way.to == number) {
				way.relay.lead_to(node.socket()?);
			}
			network.nodes.push(node);
		}
		network.await_peers().await?;
		for node in &network.nodes {
			node.chain.await_finalized(2).await?;
		}
		Ok(network)
	}

	async fn await_peers(&self) -> Result<(), Error> {
		let others = self.nodes.len() as u64 - 1;
		wait_for("every node to know all others", PATIENCE, || async {
			for node in &self.nodes {
				let health: Value = node.chain.rpc("system_health", []).await?;
				if health["peers"].as_u64() != Some(others) {
					return Ok(None);
				}
			}
			Ok(Some(()))
		})
		.await
	}

	/// The last node goes, without a word.
	pub(crate) async fn lose_one(&mut self) -> Result<(), Error> {
		if let Some(node) = self.nodes.pop() {
			let number = node.chain.finalized().await?;
			self.gone = Some((number, node.chain.block_hash(number).await?));
		}
		Ok(())
	}

	/// Bytes that have passed the relays between each two nodes; nothing without relays.
	pub(crate) fn traffic(&self) -> BTreeMap<(usize, usize), u64> {
		let mut traffic = BTreeMap::new();
		for Way { from, to, relay } in &self.ways {
			*traffic.entry((*from.min(to), *from.max(to))).or_default() += relay.passed();
		}
		traffic
	}

	/// Fails unless each two nodes talk through their relays while blocks are made. Without relays
	/// there is nothing to check.
	pub(crate) async fn check_ways(&self) -> Result<(), Error> {
		if self.ways.is_empty() {
			return Ok(());
		}
		let before = self.traffic();
		let chain = &self.nodes[0].chain;
		chain.await_finalized(chain.finalized().await? + 3).await?;
		let silent =
			self.traffic().into_iter().find(|(pair, bytes)| before.get(pair) >= Some(bytes));
		match silent {
			None => Ok(()),
			Some(((one, other), _)) => Err(Error::Answer(format!(
				"nothing passed the relays between {} and {} while blocks were made: they have \
				 found another way to each other",
				HOLDERS[one].0, HOLDERS[other].0,
			))),
		}
	}

	/// Compares the final blocks of all nodes at every height; gives the number of heights. Fails
	/// when a fork was finalized.
	pub(crate) async fn compare(&self) -> Result<BlockNumber, Error> {
		let mut last = 0;
		for node in &self.nodes {
			last = last.max(node.chain.finalized().await?);
		}
		for node in &self.nodes {
			node.chain.await_finalized(last).await?;
		}
		for number in 1..=last {
			let mut hashes = Vec::new();
			for node in &self.nodes {
				hashes.push(node.chain.block_hash(number).await?);
			}
			hashes.extend(self.gone.filter(|gone| gone.0 == number).map(|gone| gone.1));
			if hashes.windows(2).any(|pair| pair[0] != pair[1]) {
				return Err(Error::Answer(format!(
					"a fork was finalized: at height {number} the nodes have {hashes:?}"
				)));
			}
		}
		Ok(last)
	}
}

/// Makes the `consortium` chain one of these authorities and slots.
fn change(spec: &mut Value, setting: &Setting) {
	if setting.delay.is_some() {
		// Nodes of a test network tell each other where they listen on loopback, use that, and would go
		// around the relays. Those of a live one ignore such addresses.
		spec["chainType"] = "Live".into();
	}
	let authorities = &HOLDERS[..setting.authorities];
	let numbered = || (0..).map(InstitutionId);
	let genesis = &mut spec["genesis"]["runtimeGenesis"]["patch"];
	genesis["balances"]["balances"] = numbered()
		.take(HOLDERS.len())
		.map(Credentials::fee_account_of)
		.chain([Credentials::purse_account()])
		.map(|account| json!([account, FEES]))
		.collect();
	genesis["credentials"]["institutions"] = HOLDERS
		.iter()
		.map(|(name, administrator, ..)| {
			let administrator = administrator.to_account_id();
			json!({ "name": name, "administrator": administrator, "allowance": ALLOWANCE })
		})
		.collect();
	genesis["authorities"]["slotDuration"] = setting.slot_duration.into();
	genesis["authorities"]["minimum"] = setting.authorities.min(3).into();
	genesis["authorities"]["validators"] = numbered()
		.zip(authorities)
		.map(|(institution, (_, _, validator, _))| json!([institution, validator.to_account_id()]))
		.collect();
	genesis["session"]["keys"] = authorities
		.iter()
		.map(|(_, aura, validator, grandpa)| {
			let account = validator.to_account_id();
			let keys = SessionKeys { aura: aura.public().into(), grandpa: grandpa.public().into() };
			json!([account, account, keys])
		})
		.collect();
}
