// SPDX-License-Identifier: Apache-2.0

//! The council at work.

use crate::{Chain, Error};
use codec::Encode;
use contour_runtime::{Runtime, RuntimeCall, RuntimeEvent};
use frame_support::dispatch::GetDispatchInfo;
use pallet_collective::{Call, Event};
use sp_core::{H256, sr25519};

/// Passes a motion: the first seat proposes and closes, all of them vote for it at once. Fails when
/// the motion's call does.
pub async fn pass(
	chain: &Chain,
	seats: &[sr25519::Pair],
	call: impl Into<RuntimeCall>,
) -> Result<(), Error> {
	let proposal = Box::new(call.into());
	let length_bound = proposal.encoded_size() as u32;
	let proposal_weight_bound = proposal.get_dispatch_info().call_weight;
	let (first, _) = seats.split_first().ok_or_else(|| Error::Answer("nobody votes".into()))?;

	let threshold = seats.len() as u32;
	let proposed = chain
		.send(first, RuntimeCall::Council(Call::propose { threshold, proposal, length_bound }))
		.await?;
	let Some((index, hash)) = proposed.events.iter().find_map(proposal_of) else {
		// A council of one decides at once.
		return executed(&proposed.events);
	};
	let vote = || RuntimeCall::Council(Call::vote { proposal: hash, index, approve: true });
	chain.send_all(seats.iter().map(|seat| (seat, vote()))).await?;
	let close = Call::close { proposal_hash: hash, index, proposal_weight_bound, length_bound };
	let closed = chain.send(first, RuntimeCall::Council(close)).await?;
	executed(&closed.events)
}

fn proposal_of(event: &RuntimeEvent) -> Option<(u32, H256)> {
	match event {
		RuntimeEvent::Council(Event::Proposed { proposal_index, proposal_hash, .. }) => {
			Some((*proposal_index, *proposal_hash))
		}
		_ => None,
	}
}

fn executed(events: &[RuntimeEvent]) -> Result<(), Error> {
	let result = events.iter().find_map(|event| match event {
		RuntimeEvent::Council(Event::<Runtime, _>::Executed { result, .. }) => Some(*result),
		_ => None,
	});
	result.ok_or_else(|| Error::Answer("the motion was not executed".into()))?.map_err(Error::Call)
}
