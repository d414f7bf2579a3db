// SPDX-License-Identifier: Apache-2.0

//! Who authors and who finalizes: the tasks of Aura and GRANDPA.

use crate::{
	client::{Client, Pool},
	components::{GrandpaLink, Import, JUSTIFICATION_PERIOD, SelectChain},
};
use clap::{Args, value_parser};
use contour_primitives::opaque::Block;
use sc_consensus_aura::{SlotProportion, StartAuraParams};
use sc_consensus_grandpa::{
	GrandpaParams, SharedVoterState, ThreeQuartersOfTheUnfinalizedChain, VotingRulesBuilder,
};
use sc_network::{
	ProtocolName,
	service::traits::{NetworkService, NotificationService},
};
use sc_network_sync::SyncingService;
use sc_service::{Configuration, Error as ServiceError, TaskManager};
use sc_telemetry::TelemetryHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_aura::{
	SlotDuration, inherents::InherentDataProvider as SlotInherent, sr25519::AuthorityPair,
};
use sp_keystore::KeystorePtr;
use std::{sync::Arc, time::Duration};

/// How finality is voted on.
#[derive(Args, Clone, Debug)]
pub(crate) struct FinalityParams {
	/// Milliseconds within which a vote on finality is expected to reach the other authorities
	///
	/// GRANDPA prevotes twice as long after a round began, and precommits four times as long after
	/// it. The default suits hospitals of one country, with up to 100 ms of round trip. A smaller
	/// value than the network has costs rounds that decide nothing, never safety; a larger one
	/// delays finality. All authorities should have the same value.
	#[arg(
		long,
		value_name = "MILLISECONDS",
		default_value_t = 100,
		value_parser = value_parser!(u64).range(10..=10_000),
	)]
	gossip_duration: u64,
}

/// The part of a slot in which a block is built; what is left is for import and gossip.
const PROPOSAL_PORTION: f32 = 2.0 / 3.0;

/// Settings of [`Configuration`] that the tasks need after it was consumed.
#[derive(Clone)]
pub(crate) struct Settings {
	force_authoring: bool,
	gossip_duration: Duration,
	node_name: String,
	role: sc_service::Role,
	prometheus: Option<substrate_prometheus_endpoint::Registry>,
	telemetry: Option<TelemetryHandle>,
}

impl Settings {
	/// Takes what is needed from the configuration.
	pub(crate) fn new(
		config: &Configuration,
		finality: &FinalityParams,
		telemetry: Option<TelemetryHandle>,
	) -> Self {
		Self {
			force_authoring: config.force_authoring,
			gossip_duration: Duration::from_millis(finality.gossip_duration),
			node_name: config.network.node_name.clone(),
			role: config.role,
			prometheus: config.prometheus_registry().cloned(),
			telemetry,
		}
	}
}

/// What the authoring task works on.
pub(crate) struct Authoring {
	pub(crate) client: Arc<Client>,
	pub(crate) import: Import,
	pub(crate) keystore: KeystorePtr,
	pub(crate) select_chain: SelectChain,
	pub(crate) slot_duration: SlotDuration,
	pub(crate) sync: Arc<SyncingService<Block>>,
	pub(crate) transaction_pool: Arc<Pool>,
}

impl Authoring {
	/// Starts the task that authors a block in each slot of this node's authority.
	pub(crate) fn spawn(
		self,
		settings: &Settings,
		tasks: &TaskManager,
	) -> Result<(), ServiceError> {
		let proposer_factory = sc_basic_authorship::ProposerFactory::new(
			tasks.spawn_handle(),
			self.client.clone(),
			self.transaction_pool,
			settings.prometheus.as_ref(),
			settings.telemetry.clone(),
		);
		let slot_duration = self.slot_duration;
		let aura = sc_consensus_aura::start_aura::<AuthorityPair, _, _, _, _, _, _, _, _, _, _>(
			StartAuraParams {
				slot_duration,
				client: self.client,
				select_chain: self.select_chain,
				block_import: self.import,
				proposer_factory,
				create_inherent_data_providers: move |_, ()| async move {
					let now = sp_timestamp::InherentDataProvider::from_system_time();
					let slot = SlotInherent::from_timestamp_and_slot_duration(*now, slot_duration);
					Ok((slot, now))
				},
				force_authoring: settings.force_authoring,
				// While too few authorities are up for finality, the others go on authoring at full
				// pace: emergency access must open at once, also then.
				backoff_authoring_blocks: None::<()>,
				keystore: self.keystore,
				sync_oracle: self.sync.clone(),
				justification_sync_link: self.sync,
				block_proposal_slot_portion: SlotProportion::new(PROPOSAL_PORTION),
				max_block_proposal_slot_portion: None,
				telemetry: settings.telemetry.clone(),
				compatibility_mode: Default::default(),
			},
		)?;
		tasks.spawn_essential_handle().spawn_blocking("aura", Some("block-authoring"), aura);
		Ok(())
	}
}

/// What the finality task works on.
pub(crate) struct Finality {
	/// `None` follows the votes without casting any.
	pub(crate) keystore: Option<KeystorePtr>,
	pub(crate) link: GrandpaLink,
	pub(crate) network: Arc<dyn NetworkService>,
	pub(crate) notifications: Box<dyn NotificationService>,
	pub(crate) protocol_name: ProtocolName,
	pub(crate) sync: Arc<SyncingService<Block>>,
	pub(crate) transaction_pool: Arc<Pool>,
	pub(crate) voter_state: SharedVoterState,
}

impl Finality {
	/// Starts the GRANDPA voter, or the observer of votes where there is no keystore.
	///
	/// The voter reports equivocations itself, through `GrandpaApi`. It votes for the best block: the
	/// SDK's default rule to stay two blocks behind gives operators time to revert, costs four
	/// seconds, and safety does not depend on it (docs/adr/0027).
	pub(crate) fn spawn(
		self,
		settings: &Settings,
		tasks: &TaskManager,
	) -> Result<(), ServiceError> {
		let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
			config: sc_consensus_grandpa::Config {
				gossip_duration: settings.gossip_duration,
				justification_generation_period: JUSTIFICATION_PERIOD,
				observer_enabled: false,
				local_role: settings.role,
				name: Some(settings.node_name.clone()),
				keystore: self.keystore,
				telemetry: settings.telemetry.clone(),
				protocol_name: self.protocol_name,
			},
			link: self.link,
			network: self.network,
			sync: self.sync,
			notification_service: self.notifications,
			voting_rule: VotingRulesBuilder::new().add(ThreeQuartersOfTheUnfinalizedChain).build(),
			prometheus_registry: settings.prometheus.clone(),
			shared_voter_state: self.voter_state,
			telemetry: settings.telemetry.clone(),
			offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(self.transaction_pool),
		})?;
		// Essential: a validator that cannot vote should rather stop than look healthy.
		tasks.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
		Ok(())
	}
}
