// SPDX-License-Identifier: Apache-2.0

//! `contour-node benchmark …`: measuring what the runtime's weights should be.

use crate::{cli::Cli, components::Components};
use contour_primitives::opaque::Block;
use frame_benchmarking::benchmarking;
use frame_benchmarking_cli::{BenchmarkCmd, SUBSTRATE_REFERENCE_HARDWARE};
use sc_chain_spec::ChainSpec;
use sc_cli::{Result, SubstrateCli as _};
use sp_runtime::traits::HashingFor;

/// Runs one of the benchmark subcommands.
pub(crate) fn run(cli: &Cli, command: &BenchmarkCmd) -> Result<()> {
	match command {
		BenchmarkCmd::Pallet(cmd) => cmd.run_with_spec::<HashingFor<Block>, ()>(named_chain(
			cli,
			cmd.shared_params.chain.as_deref(),
		)?),
		BenchmarkCmd::Overhead(cmd) => cmd
			// A runtime that can be benchmarked asks for these functions also when it is not.
			.run_with_default_builder_and_spec::<Block, benchmarking::HostFunctions>(named_chain(
				cli,
				cmd.shared_params.chain.as_deref(),
			)?),
		BenchmarkCmd::Block(cmd) => cli.create_runner(cmd)?.sync_run(|config| {
			let parts = Components::new(&config)?;
			cmd.run(parts.client)
		}),
		BenchmarkCmd::Storage(cmd) => cli.create_runner(cmd)?.sync_run(|config| {
			let parts = Components::new(&config)?;
			let database = parts.backend.expose_db();
			let storage = parts.backend.expose_storage();
			let cache = parts.backend.expose_shared_trie_cache();
			cmd.run(config, parts.client, database, storage, cache)
		}),
		BenchmarkCmd::Machine(cmd) => cli
			.create_runner(cmd)?
			.sync_run(|config| cmd.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone())),
		BenchmarkCmd::Extrinsic(_) => Err(
			"this command is not supported: measure the calls of pallets with `benchmark pallet`, \
			 and the fixed cost of a transaction with `benchmark overhead`"
				.into(),
		),
	}
}

/// The chain of `--chain`; without it these commands take the runtime of `--runtime`.
fn named_chain(cli: &Cli, chain: Option<&str>) -> Result<Option<Box<dyn ChainSpec>>> {
	Ok(chain.map(|chain| cli.load_spec(chain)).transpose()?)
}
