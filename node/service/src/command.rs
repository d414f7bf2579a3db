// SPDX-License-Identifier: Apache-2.0

//! What each subcommand does.

use crate::{
	Release,
	cli::{Cli, NAME, Subcommand, command},
	components::Components,
	service,
};
use contour_primitives::opaque::Block;
use sc_cli::{Error, KeySubcommand, Result, SubstrateCli as _};
use sc_service::Configuration;

/// Understands the arguments of this process and does what they say.
///
/// Returns when the node was stopped or the subcommand is done.
///
/// # Errors
///
/// Whatever made it impossible, in words for an operator.
pub fn run(release: Release) -> Result<()> {
	let cli = Cli::parse(release);
	let Some(subcommand) = &cli.subcommand else {
		return run_node(&cli);
	};

	match subcommand {
		// It loads a chain spec to find a folder; without a chain clap has made sure that none is
		// asked for.
		Subcommand::Key(KeySubcommand::GenerateNodeKey(cmd)) if cmd.chain.is_none() => {
			cmd.run("", &NAME.into())
		}
		Subcommand::Key(cmd) => cmd.run(&cli),
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
		Subcommand::Benchmark(cmd) => crate::benchmark::run(&cli, cmd),
		#[cfg(not(feature = "runtime-benchmarks"))]
		Subcommand::Benchmark { .. } => Err(Error::Input(
			"this build cannot measure weights; build one that can with \
			 `cargo build --release -p contour-node --features runtime-benchmarks`"
				.into(),
		)),
	}
}

fn run_node(cli: &Cli) -> Result<()> {
	let telemetry_asked_for = !cli.run.telemetry_params.telemetry_endpoints.is_empty();
	cli.create_runner(&cli.run)?.run_node_until_exit(|mut config| async move {
		if !telemetry_asked_for {
			config.telemetry_endpoints = None;
		}
		service::start(config).map_err(Error::Service)
	})
}

/// The configuration of a command that executes blocks: like a node it keeps what the runtime
/// writes to the off-chain index, for which these commands have no flag.
fn importing(mut config: Configuration) -> Configuration {
	config.offchain_worker.indexing_enabled = true;
	config
}
