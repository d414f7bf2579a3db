// SPDX-License-Identifier: Apache-2.0

//! What a full node and the maintenance subcommands have in common: client, keystore, transaction
//! pool and import queue.

use crate::{
	client::{Backend, Client, Pool},
	equivocation::EquivocationWatch,
	executor::executor,
};
use contour_primitives::opaque::Block;
use sc_consensus::{DefaultImportQueue, LongestChain};
use sc_consensus_aura::{CheckForEquivocation, ImportQueueParams};
use sc_consensus_grandpa::{GrandpaPruningFilter, LinkHalf};
use sc_service::{Configuration, Error as ServiceError, KeystoreContainer, TaskManager};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_aura::{
	SlotDuration, inherents::InherentDataProvider as SlotInherent, sr25519::AuthorityPair,
};
use std::sync::Arc;

pub(crate) type SelectChain = LongestChain<Backend, Block>;
/// The way of a block into the database: watched for equivocations, then for justifications.
pub(crate) type Import = EquivocationWatch<
	sc_consensus_grandpa::GrandpaBlockImport<Backend, Block, Client, SelectChain>,
>;
pub(crate) type GrandpaLink = LinkHalf<Block, Client, SelectChain>;

/// Blocks between two stored GRANDPA justifications, when no change of the set asks for one.
///
/// Nodes of the network learn of finality from gossip, and each change of the authority set is
/// justified in any case. But the set of a consortium may stay the same for months, and then only
/// these justifications can show finality to somebody who was not there: `grandpa_proveFinality`
/// and `grandpa_subscribeJustifications`, warp sync, a node that catches up. 150 blocks make that
/// five minutes at most at slots of two seconds, for 288 proofs of a few kilobytes a day; the usual
/// 512 would be 17 minutes. What is meant is the number, whatever the slots are: so proofs
/// stay a small part of what blocks take on the disk, and with shorter slots one waits less.
pub(crate) const JUSTIFICATION_PERIOD: u32 = 150;

/// What is there before anything runs.
pub(crate) struct Components {
	pub(crate) client: Arc<Client>,
	pub(crate) backend: Arc<Backend>,
	pub(crate) keystore: KeystoreContainer,
	pub(crate) transaction_pool: Arc<Pool>,
	pub(crate) select_chain: SelectChain,
	pub(crate) import: Import,
	pub(crate) import_queue: DefaultImportQueue<Block>,
	pub(crate) grandpa_link: GrandpaLink,
	pub(crate) slot_duration: SlotDuration,
	pub(crate) task_manager: TaskManager,
	pub(crate) telemetry: Option<Telemetry>,
}

impl Components {
	/// Opens the database and builds the parts around it; starts no network and no consensus.
	pub(crate) fn new(config: &Configuration) -> Result<Self, ServiceError> {
		let telemetry = config
			.telemetry_endpoints
			.clone()
			.filter(|endpoints| !endpoints.is_empty())
			.map(|endpoints| -> Result<_, sc_telemetry::Error> {
				let worker = TelemetryWorker::new(16)?;
				let telemetry = worker.handle().new_telemetry(endpoints);
				Ok((worker, telemetry))
			})
			.transpose()?;

		let (client, backend, keystore, task_manager) = sc_service::new_full_parts(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor(&config.executor),
			// With pruned blocks a node could not serve warp sync any more.
			vec![Arc::new(GrandpaPruningFilter)],
		)?;
		let client: Arc<Client> = Arc::new(client);
		let telemetry = telemetry.map(|(worker, telemetry)| {
			task_manager.spawn_handle().spawn("telemetry", None, worker.run());
			telemetry
		});
		let telemetry_handle = telemetry.as_ref().map(Telemetry::handle);

		let transaction_pool = Arc::new(
			sc_transaction_pool::Builder::new(
				task_manager.spawn_essential_handle(),
				client.clone(),
				config.role.is_authority().into(),
			)
			.with_options(config.transaction_pool.clone())
			.with_prometheus(config.prometheus_registry())
			.build(),
		);

		let select_chain = LongestChain::new(backend.clone());
		let (grandpa_import, grandpa_link) = sc_consensus_grandpa::block_import(
			client.clone(),
			JUSTIFICATION_PERIOD,
			&client,
			select_chain.clone(),
			telemetry_handle.clone(),
		)?;

		// Aura cannot change the duration of a slot in a running chain, so it is read once.
		let slot_duration = sc_consensus_aura::slot_duration(&*client)?;
		let import = EquivocationWatch::new(
			grandpa_import.clone(),
			client.clone(),
			keystore.keystore(),
			OffchainTransactionPoolFactory::new(transaction_pool.clone()),
			slot_duration,
		);
		let import_queue =
			sc_consensus_aura::import_queue::<AuthorityPair, _, _, _, _, _>(ImportQueueParams {
				block_import: import.clone(),
				justification_import: Some(Box::new(grandpa_import)),
				client: client.clone(),
				create_inherent_data_providers: move |_, ()| async move {
					let now = sp_timestamp::InherentDataProvider::from_system_time();
					let slot = SlotInherent::from_timestamp_and_slot_duration(*now, slot_duration);
					Ok((slot, now))
				},
				spawner: &task_manager.spawn_essential_handle(),
				registry: config.prometheus_registry(),
				// `EquivocationWatch` checks, with the seals that a report needs; two checks would
				// overwrite each other's records.
				check_for_equivocation: CheckForEquivocation::No,
				telemetry: telemetry_handle,
				compatibility_mode: Default::default(),
			})?;

		Ok(Self {
			client,
			backend,
			keystore,
			transaction_pool,
			select_chain,
			import,
			import_queue,
			grandpa_link,
			slot_duration,
			task_manager,
			telemetry,
		})
	}
}
