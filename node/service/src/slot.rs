// SPDX-License-Identifier: Apache-2.0

//! In which slot a block was made, and how long ago that was.

use crate::client::Client;
use contour_primitives::{Hash, opaque::Block};
use sp_consensus_aura::{Slot, SlotDuration, sr25519::AuthoritySignature};
use sp_timestamp::Timestamp;

/// The slot of a block; `None` for block 0, which has no slot.
pub(crate) fn of(client: &Client, block: Hash) -> Result<Option<Slot>, String> {
	let header = client
		.header(block)
		.map_err(|error| format!("cannot read block {block}: {error}"))?
		.filter(|header| header.number != 0);
	header
		.map(|header| sc_consensus_aura::find_pre_digest::<Block, AuthoritySignature>(&header))
		.transpose()
		.map_err(|error| format!("block {block} has no slot: {error}"))
}

/// When the slot of a block began; nothing for block 0.
pub(crate) fn beginning(
	client: &Client,
	block: Hash,
	slot_duration: SlotDuration,
) -> Result<Option<Timestamp>, String> {
	Ok(of(client, block)?.map(|slot| slot.timestamp(slot_duration).unwrap_or_default()))
}

/// Seconds since the slot of a block began; nothing for block 0.
pub(crate) fn seconds_since(
	client: &Client,
	block: Hash,
	slot_duration: SlotDuration,
) -> Result<Option<u64>, String> {
	let elapsed = |begin: Timestamp| {
		Timestamp::current().as_millis().saturating_sub(begin.as_millis()) / 1_000
	};
	Ok(beginning(client, block, slot_duration)?.map(elapsed))
}
