// SPDX-License-Identifier: Apache-2.0

//! How old a block is, by the slot it was made in.

use crate::components::Client;
use contour_primitives::{Hash, opaque::Block};
use sp_consensus_aura::{SlotDuration, sr25519::AuthoritySignature};
use sp_timestamp::Timestamp;

/// Seconds since the slot of a block began; `None` for block 0, which has none.
pub(crate) fn seconds_since(
	client: &Client,
	slot_duration: SlotDuration,
	block: Hash,
) -> Result<Option<u64>, String> {
	let header = client
		.header(block)
		.map_err(|error| format!("cannot read block {block}: {error}"))?
		.filter(|header| header.number != 0);
	let Some(header) = header else {
		return Ok(None);
	};
	let slot = sc_consensus_aura::find_pre_digest::<Block, AuthoritySignature>(&header)
		.map_err(|error| format!("block {block} has no slot: {error}"))?;
	let begin = slot.timestamp(slot_duration).unwrap_or_default();
	let elapsed = Timestamp::current().as_millis().saturating_sub(begin.as_millis());
	Ok(Some(elapsed / 1_000))
}
