// SPDX-License-Identifier: Apache-2.0

//! `four-hospitals.toml`: a validator may be away.

use anyhow::Result;
use contour_zombienet::{Hospitals, agree};

#[tokio::test(flavor = "multi_thread")]
async fn should_go_on_finalizing_one_chain_when_a_validator_is_away() -> Result<()> {
	let hospitals = Hospitals::start("four-hospitals").await?;
	hospitals.await_agreement(3).await?;
	for node in hospitals.nodes() {
		node.await_metric("substrate_sub_libp2p_peers_count", 3.0).await?;
	}

	let dave = hospitals.node("dave")?;
	let others: Vec<_> =
		hospitals.nodes().into_iter().filter(|node| node.name() != dave.name()).collect();
	dave.pause().await?;
	let stopped = others[0].finalized().await?;
	// Further than what Dave can have voted for before.
	agree(&others, stopped + 10).await?;

	dave.resume().await?;
	hospitals.await_agreement(stopped + 10).await?;
	let caught_up = dave.finalized().await?;
	hospitals.await_agreement(caught_up + 5).await?;
	hospitals.stop().await
}
