// SPDX-License-Identifier: Apache-2.0

//! What each subcommand does.

use crate::{
	NAME, Release,
	cli::{Cli, Subcommand, command},
	components::Components,
	service,
};
use contour_primitives::opaque::Block;
use rustix::{fs::Mode, process::umask};
use sc_cli::{Error, KeySubcommand, NetworkBackendType, Result, SubstrateCli as _};
use sc_service::Configuration;

/// Understands the arguments of this process and does what they ask for.
///
/// Returns when the node was stopped or the subcommand is done.
///
/// # Errors
///
/// What made it impossible, in words for an operator.
pub fn run(release: Release) -> Result<()> {
	dispatch(&Cli::parse(release)).map_err(advise)
}

fn dispatch(cli: &Cli) -> Result<()> {
	let Some(subcommand) = &cli.subcommand else {
		return run_node(cli);
	};

	if let Subcommand::Key(_) = subcommand {
		// What it writes is secret, and the SDK leaves it readable to everybody on the machine.
		umask(Mode::RWXG | Mode::RWXO);
	}

	match subcommand {
		// It loads a chain spec to find a folder; without a chain clap has made sure that none is
		// asked for.
		Subcommand::Key(KeySubcommand::GenerateNodeKey(cmd)) if cmd.chain.is_none() => {
			cmd.run("", &NAME.into())
		}
		Subcommand::Key(cmd) => cmd.run(cli),
		Subcommand::ExportChainSpec(cmd) => cmd.run(cli.load_spec(&cmd.chain)?),
		Subcommand::BuildSpec(cmd) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.chain_spec, config.network))
		}
		Subcommand::CheckBlock(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = Components::new(&importing(config))?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Subcommand::ExportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = Components::new(&config)?;
			Ok((cmd.run(parts.client, config.database), parts.task_manager))
		}),
		Subcommand::ImportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = Components::new(&importing(config))?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Subcommand::RebuildHistory(cmd) => {
			cli.create_runner(cmd)?.async_run(|config| cmd.run(config))
		}
		Subcommand::Revert(cmd) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = Components::new(&config)?;
			// Aura keeps nothing that would have to follow.
			let revert_grandpa = Box::new(|client, _, blocks| {
				sc_consensus_grandpa::revert(client, blocks).map_err(Error::from)
			});
			let revert = cmd.run(parts.client, parts.backend, Some(revert_grandpa));
			Ok((revert, parts.task_manager))
		}),
		Subcommand::PurgeChain(cmd) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.database))
		}
		Subcommand::ChainInfo(cmd) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run::<Block>(&config))
		}
		Subcommand::Completions { shell } => {
			clap_complete::generate(*shell, &mut command(), NAME, &mut std::io::stdout());
			Ok(())
		}
		#[cfg(feature = "runtime-benchmarks")]
		Subcommand::Benchmark(cmd) => crate::benchmark::run(cli, cmd),
		#[cfg(not(feature = "runtime-benchmarks"))]
		Subcommand::Benchmark { .. } => Err(Error::Input(
			"this build cannot measure weights: make one that can with `cargo build --release -p \
			 contour-node --features runtime-benchmarks`"
				.into(),
		)),
	}
}

fn run_node(cli: &Cli) -> Result<()> {
	let telemetry_asked_for = !cli.run.telemetry_params.telemetry_endpoints.is_empty();
	let scorer = cli.scorer.clone();
	let finality = cli.finality.clone();
	ensure_backend(cli.run.network_params.network_backend)?;
	cli.create_runner(&cli.run)?.run_node_until_exit(|mut config| async move {
		if !telemetry_asked_for {
			config.telemetry_endpoints = None;
		}
		// Nobody finds a node that answers at another port than its operator asked for.
		for endpoint in config.rpc.addr.iter_mut().flatten() {
			endpoint.retry_random_port = false;
		}
		service::start(config, &scorer, &finality).map_err(Error::Service)
	})
}

/// This build has one network backend; both speak the same protocols, so its peers may have either.
///
/// # Errors
///
/// It is the other one.
pub fn ensure_backend(backend: NetworkBackendType) -> Result<()> {
	match backend {
		NetworkBackendType::Litep2p => Ok(()),
		NetworkBackendType::Libp2p => Err(Error::Input(
			"--network-backend libp2p: this node has litep2p only, which also connects to nodes with \
			 libp2p; leave the flag out"
				.into(),
		)),
	}
}

/// The configuration of a command that executes blocks: like a node it keeps what the runtime
/// writes to the off-chain index, for which these commands have no flag.
fn importing(mut config: Configuration) -> Configuration {
	config.offchain_worker.indexing_enabled = true;
	config
}

/// Adds what to do where the SDK's error does not tell it, or not for this program.
pub fn advise(error: Error) -> Error {
	let text = error.to_string();
	if let Error::NetworkKeyNotFound(path) = error {
		Error::Input(format!(
			"a validator keeps one identity among its peers, and there is no key for it at {}. \
			 Make the key once, with `{NAME} key generate-node-key --chain CHAIN --base-path PATH` \
			 and the chain and base path of this node; or pass a file with --node-key-file; or add \
			 --unsafe-force-node-key-generation for a node that you will throw away",
			path.display(),
		))
	} else if text.contains("Database file is in use") {
		Error::Input(format!(
			"{text} Another {NAME} uses this base path: stop it first, or pass a separate path \
			 with --base-path",
		))
	} else if text.contains("Address already in use") {
		Error::Input(format!(
			"{text}. Another program listens on a port that this node needs: stop it, or choose \
			 other ports with --rpc-port, --port and --prometheus-port",
		))
	} else if text.contains("Permission denied") {
		Error::Input(format!(
			"{text}. A file of this node, or its folder, belongs to another user: give everything \
			 below --base-path to the user who runs {NAME} (`chown --recursive`)",
		))
	} else {
		error
	}
}
