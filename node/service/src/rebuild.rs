// SPDX-License-Identifier: Apache-2.0

//! `contour-node rebuild-history`: writes the off-chain index again, from the blocks.
//!
//! The entries of histories are written while a block is executed. A node that ran without indexing,
//! or whose index was damaged, has the blocks all the same; the states they were executed on are
//! pruned on most nodes. So the chain is replayed from genesis in a folder that is deleted
//! afterwards, each block is checked against its own state root, and what its execution indexes goes
//! into the node's index.

use crate::{
	NAME,
	client::{Backend, Client},
	executor::executor,
};
use clap::Parser;
use contour_primitives::{
	BlockNumber, Hash,
	opaque::{Block, Header},
};
use sc_cli::{CliConfiguration, DatabaseParams, Error, PruningParams, Result, SharedParams};
use sc_client_api::{Backend as _, HeaderBackend as _, blockchain::Backend as _};
use sc_consensus::{
	BlockImport as _, BlockImportParams, ForkChoiceStrategy, ImportResult, StateAction,
	StorageChanges,
};
use sc_service::{BlocksPruning, Configuration, DatabaseSource, PruningMode, TaskManager};
use serde::Serialize;
use sp_api::{ApiExt as _, CallContext, Core as _, ProvideRuntimeApi as _};
use sp_consensus::BlockOrigin;
use sp_core::offchain::{OffchainOverlayedChange, OffchainStorage};
use sp_runtime::{
	DigestItem,
	traits::{Block as _, Header as _},
};
use std::{
	io::{self, Write as _},
	sync::Arc,
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// How often progress is logged.
const REPORT_EVERY: Duration = Duration::from_secs(5);
/// Number of states that the replay keeps; it needs the last one.
const KEPT_STATES: u32 = 16;

/// Write the histories of this node again from its blocks
///
/// This is for a node that ran with `--enable-offchain-indexing false`, or on which
/// `contour_verifyHistory` finds an entry missing or changed. Stop the node first. The command
/// executes all blocks since genesis again, in a folder beside the database that it deletes
/// afterwards; the node's blocks and state stay as they are. It writes the result to stdout as
/// JSON.
#[derive(Clone, Debug, Parser)]
#[command(verbatim_doc_comment)]
pub(crate) struct RebuildHistoryCmd {
	/// Only count the entries that are missing or changed
	#[arg(long)]
	dry_run: bool,

	#[command(flatten)]
	shared_params: SharedParams,

	#[command(flatten)]
	pruning_params: PruningParams,

	#[command(flatten)]
	database_params: DatabaseParams,
}

impl CliConfiguration for RebuildHistoryCmd {
	fn shared_params(&self) -> &SharedParams {
		&self.shared_params
	}

	fn pruning_params(&self) -> Option<&PruningParams> {
		Some(&self.pruning_params)
	}

	fn database_params(&self) -> Option<&DatabaseParams> {
		Some(&self.database_params)
	}
}

/// The result, for stdout.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rebuilt {
	/// Blocks that were executed again: all of the best chain.
	blocks: BlockNumber,
	/// What these blocks write to the index.
	entries: u64,
	/// How many of them this node did not have, or had otherwise.
	restored: u64,
	/// Whether they were only counted.
	dry_run: bool,
}

impl RebuildHistoryCmd {
	/// Opens the database and gives the work that is to be done.
	pub(crate) fn run(
		&self,
		config: Configuration,
	) -> Result<(impl Future<Output = Result<()>> + use<>, TaskManager)> {
		let node = sc_service::new_db_backend::<Block>(config.db_config())?;
		let (replay, task_manager) = Replay::new(config, &node)?;
		let dry_run = self.dry_run;
		let work = async move {
			let rebuilt = rebuild(&node, &replay, dry_run).await?;
			let text = serde_json::to_string_pretty(&rebuilt).map_err(application)?;
			writeln!(io::stdout(), "{text}")?;
			Ok(())
		};
		Ok((work, task_manager))
	}
}

async fn rebuild(node: &Backend, replay: &Replay, dry_run: bool) -> Result<Rebuilt> {
	let mut index =
		node.offchain_storage().ok_or_else(|| input("this node has no off-chain index"))?;
	let best = node.blockchain().info().best_number;
	let mut rebuilt = Rebuilt { dry_run, ..Rebuilt::default() };
	let start = Instant::now();
	let mut reported = start;

	for number in 1..=best {
		let block = block_of(node, number)?;
		for (key, value) in replay.execute(block).await? {
			rebuilt.entries = rebuilt.entries.saturating_add(1);
			if restore(&mut index, &key, value.as_deref(), dry_run) {
				rebuilt.restored = rebuilt.restored.saturating_add(1);
			}
		}
		rebuilt.blocks = number;
		if reported.elapsed() >= REPORT_EVERY {
			reported = Instant::now();
			let per_second = f64::from(number) / start.elapsed().as_secs_f64();
			tracing::info!(
				"Executed {number} of {best} blocks ({per_second:.0} per second), {} entries, {} of \
				 them missing or changed",
				rebuilt.entries,
				rebuilt.restored,
			);
		}
		// So that the interrupt key is heard between two blocks.
		tokio::task::yield_now().await;
	}
	Ok(rebuilt)
}

/// A block of the node's best chain, by number.
fn block_of(node: &Backend, number: BlockNumber) -> Result<Block> {
	let chain = node.blockchain();
	let parts = chain
		.hash(number)?
		.map(|hash| -> Result<_> { Ok(chain.header(hash)?.zip(chain.body(hash)?)) });
	let (header, body) = parts.transpose()?.flatten().ok_or_else(|| {
		input(format!(
			"block {number} is not in this database: the node started with warp sync, or prunes \
			 blocks. Stop it, delete the chain with `{NAME} purge-chain` (the keys stay), and \
			 synchronise again with `--sync full --blocks-pruning archive-canonical`",
		))
	})?;
	Ok(Block::new(header, body))
}

/// Writes what should be in the index if it is not there; returns whether it was missing.
fn restore(
	index: &mut impl OffchainStorage,
	(prefix, key): &(Vec<u8>, Vec<u8>),
	value: Option<&[u8]>,
	dry_run: bool,
) -> bool {
	if index.get(prefix, key).as_deref() == value {
		return false;
	}
	match value {
		_ if dry_run => (),
		Some(value) => index.set(prefix, key, value),
		None => index.remove(prefix, key),
	}
	true
}

/// Key in the index (prefix and key), and what a block writes there.
type Indexed = ((Vec<u8>, Vec<u8>), Option<Vec<u8>>);

/// The chain once more, from genesis.
struct Replay {
	client: Client,
	backend: Arc<Backend>,
	/// Deleted with it.
	_folder: TempDir,
}

impl Replay {
	fn new(mut config: Configuration, node: &Backend) -> Result<(Self, TaskManager)> {
		let folder =
			tempfile::Builder::new().prefix("rebuild-history-").tempdir_in(&config.data_path)?;
		config.database = DatabaseSource::ParityDb { path: folder.path().into() };
		config.state_pruning = Some(PruningMode::blocks_pruning(KEPT_STATES));
		config.blocks_pruning = BlocksPruning::Some(KEPT_STATES);
		let executor = executor(&config.executor);
		let (client, backend, _, task_manager) =
			sc_service::new_full_parts(&config, None, executor, Vec::new())?;

		let (ours, theirs) = (client.chain_info().genesis_hash, node.blockchain().info());
		if theirs.genesis_hash == Hash::zero() {
			return Err(input(format!(
				"there is no chain in {}: check --base-path and --chain",
				config.data_path.display(),
			)));
		}
		if ours != theirs.genesis_hash {
			return Err(input(format!(
				"the chain in this database begins with {:?}, but that of --chain begins with \
				 {ours:?}: pass the chain spec file with which the node runs",
				theirs.genesis_hash,
			)));
		}
		Ok((Self { client, backend, _folder: folder }, task_manager))
	}

	/// Executes the next block, and gives what it indexes.
	async fn execute(&self, block: Block) -> Result<Vec<Indexed>> {
		let (mut header, body) = block.deconstruct();
		let (parent, number) = (*header.parent_hash(), *header.number());
		// The runtime makes a header without seals.
		let seals = take_seals(&mut header);

		let context = CallContext::Onchain { import: true };
		let mut runtime = self.client.runtime_api();
		runtime.set_call_context(context);
		runtime
			.execute_block(parent, Block::new(header.clone(), body.clone()).into())
			.map_err(|error| failed(number, error))?;
		let state =
			self.backend.state_at(parent, context.into()).map_err(|error| failed(number, error))?;
		let changes =
			runtime.into_storage_changes(&state, parent).map_err(|error| failed(number, error))?;
		let indexed = changes
			.offchain_storage_changes
			.iter()
			.map(|(key, change)| (key.clone(), value_of(change)))
			.collect();

		let mut import = BlockImportParams::new(BlockOrigin::File, header);
		import.post_digests = seals;
		import.body = Some(body);
		import.finalized = true;
		import.fork_choice = Some(ForkChoiceStrategy::Custom(true));
		import.state_action = StateAction::ApplyChanges(StorageChanges::Changes(changes));
		let result = self.client.import_block(import).await;
		let trouble = match result.map_err(|error| failed(number, error))? {
			ImportResult::Imported(_) => return Ok(indexed),
			ImportResult::AlreadyInChain => "it was executed before",
			ImportResult::KnownBad => "it is known to be bad",
			ImportResult::UnknownParent => "the block before it is missing",
			ImportResult::MissingState => "the state of the block before it is missing",
		};
		Err(failed(number, trouble))
	}
}

/// Removes the seals of a block, which its author added to what the runtime had made.
fn take_seals(header: &mut Header) -> Vec<DigestItem> {
	let digest = header.digest_mut();
	let (seals, logs) =
		std::mem::take(&mut digest.logs).into_iter().partition(|item| item.as_seal().is_some());
	digest.logs = logs;
	seals
}

fn value_of(change: &OffchainOverlayedChange) -> Option<Vec<u8>> {
	match change {
		OffchainOverlayedChange::Remove => None,
		OffchainOverlayedChange::SetValue(value) => Some(value.clone()),
	}
}

fn failed(number: BlockNumber, error: impl std::fmt::Display) -> Error {
	input(format!(
		"block {number} cannot be executed again: {error}. If `{NAME} check-block {number}` fails \
		 as well, the program or the database does not belong to this chain",
	))
}

fn input(text: impl Into<String>) -> Error {
	Error::Input(text.into())
}

fn application(error: impl std::error::Error + Send + Sync + 'static) -> Error {
	Error::Application(Box::new(error))
}
