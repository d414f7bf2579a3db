// SPDX-License-Identifier: Apache-2.0

//! The chains that the node knows without a file, and those in a file.
//!
//! A chain without a file is a genesis preset of the embedded runtime: the spec only gives it a
//! name. For a real consortium, `export-chain-spec` writes one of them to a file, the founders
//! replace keys, names and boot nodes in it, and every node runs with `--chain FILE`.

use contour_primitives::{SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL, opaque::Block};
use sc_chain_spec::{ChainSpecExtension, ChainType, GenericChainSpec, Properties};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The names of `--chain` that need no file.
pub(crate) const NAMES: &[&str] = &[Preset::Consortium.name(), Preset::Development.name()];

/// Name of the protocol among peers; nodes of other chains differ by the genesis hash as well.
const PROTOCOL_ID: &str = "contour";

/// The choices of somebody who named no chain, or one that does not exist.
const CHOICES: &str = "--dev for a chain of this node alone, --chain consortium for a test network \
	of four hospitals, or --chain FILE with the chain spec file of your consortium \
	(`export-chain-spec` writes one to start from)";

/// What a chain spec file may contain besides its genesis.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Extensions {
	/// Blocks whose hash is known: `[[number, hash], …]`. A node refuses any other at this height.
	pub(crate) fork_blocks: sc_client_api::ForkBlocks<Block>,
	/// Hashes of blocks that a node refuses.
	pub(crate) bad_blocks: sc_client_api::BadBlocks<Block>,
}

type ChainSpec = GenericChainSpec<Extensions>;

/// A chain inside the runtime.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Preset {
	/// One authority with a well-known key.
	Development,
	/// Four hospitals with well-known keys.
	Consortium,
}

impl Preset {
	/// Name of the genesis preset in the runtime, and of the chain on the command line.
	const fn name(self) -> &'static str {
		match self {
			Self::Development => "development",
			Self::Consortium => "consortium",
		}
	}

	fn spec(self) -> Result<ChainSpec, String> {
		let wasm = contour_runtime::wasm_binary()?;
		let (title, chain_type) = match self {
			Self::Development => ("Contour Development", ChainType::Development),
			Self::Consortium => ("Contour Consortium", ChainType::Local),
		};
		Ok(ChainSpec::builder(wasm, Extensions::default())
			.with_name(title)
			.with_id(&format!("contour-{}", self.name()))
			.with_chain_type(chain_type)
			.with_protocol_id(PROTOCOL_ID)
			.with_properties(properties())
			.with_genesis_config_preset_name(self.name())
			.build())
	}
}

/// What `--chain` names.
#[derive(Debug, PartialEq)]
enum Chain<'a> {
	Preset(Preset),
	File(&'a Path),
}

impl<'a> Chain<'a> {
	/// Understands the value of `--chain`. `dev` and `local` are what Substrate nodes call such
	/// chains, and what `--dev` stands for.
	fn new(id: &'a str) -> Result<Self, String> {
		match id {
			"dev" | "development" => Ok(Self::Preset(Preset::Development)),
			"consortium" | "local" => Ok(Self::Preset(Preset::Consortium)),
			"" => Err(format!("no chain given: pass {CHOICES}")),
			path if Path::new(path).is_file() => Ok(Self::File(Path::new(path))),
			other => Err(format!("`{other}` is neither a chain nor a file: pass {CHOICES}")),
		}
	}
}

fn properties() -> Properties {
	Properties::from_iter([
		("tokenSymbol".into(), TOKEN_SYMBOL.into()),
		("tokenDecimals".into(), TOKEN_DECIMALS.into()),
		("ss58Format".into(), SS58_PREFIX.into()),
	])
}

/// Turns the value of `--chain` into a chain spec.
pub(crate) fn load(id: &str) -> Result<Box<dyn sc_chain_spec::ChainSpec>, String> {
	let spec = match Chain::new(id)? {
		Chain::Preset(preset) => preset.spec()?,
		Chain::File(path) => ChainSpec::from_json_file(path.into())
			.map_err(|error| format!("{} is not a chain spec: {error}", path.display()))?,
	};
	Ok(Box::new(spec))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_find_a_preset_when_named_in_either_way() {
		for (id, preset) in [
			("dev", Preset::Development),
			("development", Preset::Development),
			("local", Preset::Consortium),
			("consortium", Preset::Consortium),
		] {
			assert_eq!(Chain::new(id), Ok(Chain::Preset(preset)));
		}
	}

	#[test]
	fn should_name_the_choices_when_a_chain_is_unknown_or_missing() {
		for id in ["", "polkadot", "no/such/file.json"] {
			let error = Chain::new(id).expect_err("there is no such chain");
			assert!(error.contains("--dev") && error.contains("--chain FILE"), "{error}");
		}
	}

	#[test]
	fn should_build_a_genesis_when_any_preset_is_asked_for() {
		for name in NAMES {
			let spec = load(name).expect("it is one of ours");
			assert_eq!(spec.id(), format!("contour-{name}"));
			assert_eq!(spec.protocol_id(), Some("contour"));
			assert!(spec.telemetry_endpoints().is_none());
			let raw = spec.as_json(true).expect("the runtime builds its preset");
			assert!(raw.contains("0x3a636f6465"), "the runtime's code (`:code`) is in it");
		}
	}

	#[test]
	fn should_read_back_a_spec_when_written_to_a_file() {
		let folder = tempfile::tempdir().expect("a temporary folder");
		let path = folder.path().join("chain.json");
		let spec = load("consortium").expect("it is one of ours");
		let json = spec.as_json(false).expect("it can be written");
		std::fs::write(&path, &json).expect("the folder is writable");

		let read = load(path.to_str().expect("a path of letters")).expect("it was just written");
		assert_eq!(read.name(), "Contour Consortium");
		assert_eq!(read.properties()["tokenSymbol"], "CTR");
		assert_eq!(read.properties()["tokenDecimals"], 12);
		assert_eq!(read.properties()["ss58Format"], 42);
	}

	#[test]
	fn should_name_the_file_when_it_is_no_chain_spec() {
		let folder = tempfile::tempdir().expect("a temporary folder");
		let path = folder.path().join("chain.json");
		std::fs::write(&path, "{}").expect("the folder is writable");

		let Err(error) = load(path.to_str().expect("a path of letters")) else {
			panic!("it is empty");
		};
		assert!(error.contains("chain.json"), "{error}");
	}
}
