// SPDX-License-Identifier: Apache-2.0

//! A running node: network, off-chain workers, RPC, consensus.

use crate::{
	components::Components,
	consensus::{Authoring, Finality, FinalityParams, Settings},
	metrics,
	peers::Doorkeeper,
	rpc::{self, Histories, NodeStatus},
	scorer::{self, ScorerParams},
};
use contour_primitives::{Hash, opaque::Block};
use futures::FutureExt as _;
use sc_client_api::Backend as _;
use sc_consensus_grandpa::{FinalityProofProvider, SharedVoterState};
use sc_network::{Litep2pNetworkBackend, NetworkBackend, config::FullNetworkConfiguration};
use sc_offchain::{OffchainWorkerOptions, OffchainWorkers};
use sc_service::{
	BuildNetworkParams, Configuration, Error as ServiceError, SpawnTasksParams, TaskManager,
	WarpSyncConfig,
};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use std::sync::Arc;

/// The one network backend of this node. All of the service is compiled for it, so a second one would
/// double the time that takes (docs/adr/0028).
type Network = Litep2pNetworkBackend;

/// Starts a node.
pub(crate) fn start(
	mut config: Configuration,
	scorer: &ScorerParams,
	finality: &FinalityParams,
) -> Result<TaskManager, ServiceError> {
	let Components {
		client,
		backend,
		keystore,
		transaction_pool,
		select_chain,
		import,
		import_queue,
		grandpa_link,
		slot_duration,
		mut task_manager,
		mut telemetry,
	} = Components::new(&config)?;
	let genesis_hash = client.chain_info().genesis_hash;
	let authority_set = grandpa_link.shared_authority_set().clone();

	let doorkeeper = Doorkeeper::new(client.clone(), slot_duration, &mut config.network)
		.map_err(ServiceError::Other)?;
	let mut net_config = FullNetworkConfiguration::<Block, Hash, Network>::new(
		&config.network,
		config.prometheus_registry().cloned(),
	);
	let metrics = <Network as NetworkBackend<Block, Hash>>::register_notification_metrics(
		config.prometheus_registry(),
	);
	let grandpa_protocol =
		sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
	// With `--no-grandpa` nobody would serve the protocol; litep2p then drops every connection.
	let grandpa_notifications = (!config.disable_grandpa).then(|| {
		let (protocol, notifications) =
			sc_consensus_grandpa::grandpa_peers_set_config::<Block, Network>(
				grandpa_protocol.clone(),
				metrics.clone(),
				net_config.peer_store_handle(),
			);
		net_config.add_notification_protocol(protocol);
		notifications
	});
	let warp_sync = sc_consensus_grandpa::warp_proof::NetworkProvider::new(
		backend.clone(),
		authority_set.clone(),
		Vec::new(),
	);

	let (network, system_rpc_tx, tx_handler_controller, sync, _) =
		sc_service::build_network(BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(Arc::new(warp_sync))),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	task_manager.spawn_essential_handle().spawn(
		"doorkeeper",
		Some("networking"),
		doorkeeper.run(network.clone()),
	);

	if config.offchain_worker.enabled {
		if let Some(mut storage) = backend.offchain_storage() {
			scorer.store(&mut storage)?;
			if let Some(registry) = config.prometheus_registry() {
				scorer::register_metrics(registry, storage)?;
			}
		}
		let workers = OffchainWorkers::new(OffchainWorkerOptions {
			runtime_api_provider: client.clone(),
			keystore: Some(keystore.keystore()),
			offchain_db: backend.offchain_storage(),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(transaction_pool.clone())),
			network_provider: Arc::new(network.clone()),
			is_validator: config.role.is_authority(),
			enable_http_requests: true,
			custom_extensions: |_| Vec::new(),
		})?;
		task_manager.spawn_handle().spawn(
			"offchain-workers-runner",
			"offchain-worker",
			workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
		);
	}

	if let Some(registry) = config.prometheus_registry() {
		metrics::start(registry, &client, keystore.keystore(), slot_duration, &task_manager)?;
	}

	let settings =
		Settings::new(&config, finality, telemetry.as_ref().map(sc_telemetry::Telemetry::handle));
	let is_authority = config.role.is_authority();
	let voter_state = SharedVoterState::empty();

	let rpc_builder = {
		let client = client.clone();
		let pool = transaction_pool.clone();
		let justifications = grandpa_link.justification_stream();
		let proofs =
			FinalityProofProvider::new_for_service(backend.clone(), Some(authority_set.clone()));
		let voter_state = voter_state.clone();
		let status = NodeStatus::new(
			&config,
			client.clone(),
			sync.clone(),
			keystore.keystore(),
			slot_duration,
			network.local_peer_id(),
		);
		let histories = Histories::new(client.clone(), backend.clone());
		Box::new(move |executor| {
			rpc::module(rpc::Deps {
				client: client.clone(),
				pool: pool.clone(),
				executor,
				authority_set: authority_set.clone(),
				justifications: justifications.clone(),
				proofs: proofs.clone(),
				voter_state: voter_state.clone(),
				status: status.clone(),
				histories: histories.clone(),
			})
			.map_err(ServiceError::Application)
		})
	};
	// The handlers serve RPC from within the process, which nothing here does.
	let _in_process_rpc = sc_service::spawn_tasks(SpawnTasksParams {
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		keystore: keystore.keystore(),
		transaction_pool: transaction_pool.clone(),
		rpc_builder,
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	if is_authority {
		Authoring {
			client,
			import,
			keystore: keystore.keystore(),
			select_chain,
			slot_duration,
			sync: sync.clone(),
			transaction_pool: transaction_pool.clone(),
		}
		.spawn(&settings, &task_manager)?;
	}
	if let Some(notifications) = grandpa_notifications {
		Finality {
			keystore: is_authority.then(|| keystore.keystore()),
			link: grandpa_link,
			network,
			notifications,
			protocol_name: grandpa_protocol,
			sync,
			transaction_pool,
			voter_state,
		}
		.spawn(&settings, &task_manager)?;
	}
	Ok(task_manager)
}
