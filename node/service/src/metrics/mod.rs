// SPDX-License-Identifier: Apache-2.0

//! What Prometheus reads from this node besides the metrics of every Substrate node.
//!
//! | metrics | file |
//! | --- | --- |
//! | how long slots are, when blocks were made and arrived, which slots nobody used | `slots.rs` |
//! | what waits in the chain's state: leases, emergencies, tasks, reports, money | `figures.rs` |
//! | how the off-chain worker gets on with the scorer | `../scorer.rs` |
//!
//! docs/monitoring.md describes each, and the alerts that are made from them.

mod figures;
mod slots;

pub use figures::FigureMetrics;
pub use slots::turns;

use crate::client::Client;
use sc_service::TaskManager;
use slots::MissedSlots;
use sp_consensus_aura::SlotDuration;
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use substrate_prometheus_endpoint::{PrometheusError, Registry};

/// Registers the metrics and starts what keeps them up to date.
///
/// Both tasks may wait for the runtime, so each has a thread of its own; neither is on the path of a
/// block.
pub(crate) fn start(
	registry: &Registry,
	client: &Arc<Client>,
	keystore: KeystorePtr,
	slot_duration: SlotDuration,
	tasks: &TaskManager,
) -> Result<(), PrometheusError> {
	let missed = MissedSlots::register(registry, client.clone(), slot_duration)?;
	let figures = figures::Task::register(registry, client.clone(), keystore, missed.clone())?;
	tasks.spawn_handle().spawn_blocking("missed-slots", Some("metrics"), missed.run());
	tasks.spawn_handle().spawn_blocking("chain-figures", Some("metrics"), figures.run());
	Ok(())
}
