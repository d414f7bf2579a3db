// SPDX-License-Identifier: Apache-2.0

//! How long slots are, when the best block was made, how late blocks arrive, and whose slots passed without
//! a block.

use crate::{client::Client, slot};
use contour_primitives::{InstitutionId, opaque::Block, runtime_api::MonitoringApi as _};
use futures::StreamExt as _;
use sc_client_api::{BlockImportNotification, BlockchainEvents as _};
use sp_api::ProvideRuntimeApi as _;
use sp_consensus::BlockOrigin;
use sp_consensus_aura::{AuraApi as _, Slot, SlotDuration, sr25519::AuthorityId};
use sp_timestamp::Timestamp;
use std::{error::Error, sync::Arc};
use substrate_prometheus_endpoint::{
	CounterVec, F64, Gauge, MetricSource, Opts, PrometheusError, Registry, SourcedGauge, U64,
	register,
};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How many of the slots between two blocks were the turn of each authority of a set.
pub fn turns(parent: Slot, slot: Slot, authorities: usize) -> impl Iterator<Item = (usize, u64)> {
	let set = authorities as u64;
	// Turns of an authority in the slots before one.
	let before = move |slot: u64, index: u64| (slot + set).saturating_sub(index + 1) / set;
	(0..authorities).map(move |authority| {
		let index = authority as u64;
		let first = *parent + 1;
		let missed = before(*slot, index).saturating_sub(before(first, index));
		(authority, missed)
	})
}

/// Computed at each scrape, so it is also right while blocks arrive without notification, as when a
/// node catches up.
#[derive(Clone)]
struct BestBlock {
	client: Arc<Client>,
	slot_duration: SlotDuration,
}

impl MetricSource for BestBlock {
	type N = f64;

	fn collect(&self, mut set: impl FnMut(&[&str], f64)) {
		let best = self.client.chain_info().best_hash;
		if let Ok(Some(begin)) = slot::beginning(&self.client, best, self.slot_duration) {
			set(&[], begin.as_millis() as f64 / 1_000.0);
		}
	}
}

/// Counts the slots that passed without a block.
#[derive(Clone)]
pub(crate) struct MissedSlots {
	client: Arc<Client>,
	slot_duration: SlotDuration,
	missed: CounterVec<U64>,
	delay: Gauge<F64>,
}

impl MissedSlots {
	/// Registers the metrics of this file.
	pub(super) fn register(
		registry: &Registry,
		client: Arc<Client>,
		slot_duration: SlotDuration,
	) -> std::result::Result<Self, PrometheusError> {
		let length: Gauge<F64> = Gauge::new(
			"contour_slot_seconds",
			"Length of a slot, in which one authority may make a block",
		)?;
		register(length, registry)?.set(slot_duration.as_millis() as f64 / 1_000.0);
		let best = Opts::new(
			"contour_best_block_timestamp_seconds",
			"Unix time at which the slot of the best block began",
		);
		let best_block = BestBlock { client: client.clone(), slot_duration };
		register(SourcedGauge::new(&best, best_block)?, registry)?;
		let missed = Opts::new(
			"contour_missed_slots_total",
			"Slots without a block in the best chain since this node started, by the institution \
			 whose turn it was",
		);
		let missed = register(CounterVec::new(missed, &["institution"])?, registry)?;
		let delay = register(
			Gauge::new(
				"contour_block_delay_seconds",
				"What this machine's clock showed when another authority's latest block arrived, less the \
				 beginning of that block's slot",
			)?,
			registry,
		)?;
		Ok(Self { client, slot_duration, missed, delay })
	}

	/// Shows an institution from the beginning, so that its first missed slot is an increase.
	pub(super) fn introduce(&self, institution: InstitutionId) {
		self.missed.with_label_values(&[&institution.0.to_string()]);
	}

	/// Counts as long as the node runs. Blocks that come in while the node catches up are not
	/// counted, nor timed: what happened then was somebody else's watch.
	pub(super) async fn run(self) {
		let mut blocks = self.client.import_notification_stream();
		while let Some(block) = blocks.next().await {
			if block.origin == BlockOrigin::NetworkBroadcast
				&& let Err(error) = self.time(&block)
			{
				tracing::debug!("when {} was made: {error}", block.hash);
			}
			if block.is_new_best
				&& let Err(error) = self.count(&block)
			{
				tracing::debug!("missed slots before {}: {error}", block.hash);
			}
		}
	}

	/// Whoever made the block has a clock of its own, by which it was made within its slot.
	fn time(&self, block: &BlockImportNotification<Block>) -> Result<()> {
		if let Some(begin) = slot::beginning(&self.client, block.hash, self.slot_duration)? {
			let now = Timestamp::current();
			self.delay.set((now.as_millis() as f64 - begin.as_millis() as f64) / 1_000.0);
		}
		Ok(())
	}

	fn count(&self, block: &BlockImportNotification<Block>) -> Result<()> {
		let parent_hash = block.header.parent_hash;
		let slots = (slot::of(&self.client, parent_hash)?, slot::of(&self.client, block.hash)?);
		let (Some(parent), Some(slot)) = slots else {
			return Ok(());
		};
		// Nearly always, and then the runtime is not asked.
		if *parent + 1 >= *slot {
			return Ok(());
		}
		let api = self.client.runtime_api();
		let authorities: Vec<AuthorityId> = api.authorities(parent_hash)?;
		for (index, missed) in turns(parent, slot, authorities.len()) {
			if missed > 0 {
				let institution = api.institution_of(parent_hash, authorities[index].clone())?;
				let label = institution.map_or("unknown".into(), |it| it.0.to_string());
				self.missed.with_label_values(&[&label]).inc_by(missed);
			}
		}
		Ok(())
	}
}
