// SPDX-License-Identifier: Apache-2.0

//! `joining-late.toml`: a fifth hospital joins a chain that runs, and its vote counts.

use anyhow::{Result, ensure};
use contour_zombienet::{Council, Hospitals, person, until};
use serde_json::json;
use zombienet_sdk::subxt::dynamic::{Value, tx};

/// Blocks of a session, as in `joining-late.toml`.
const SESSION: u32 = 10;
/// The institution that joins: the four of the preset are numbered from 0.
const FIFTH: u128 = 4;
/// What it gets for fees: 100 tokens, of 12 decimals, as is its members' allowance.
const FEES: u128 = 100_000_000_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn should_need_the_fifth_hospitals_vote_when_it_joined_late() -> Result<()> {
	let mut hospitals = Hospitals::start("joining-late").await?;
	hospitals.await_agreement(2 * SESSION + 1).await?;

	// The council admits it and gives it money for fees.
	let alice = hospitals.node("alice")?;
	let council = Council::of(&alice, &["Alice", "Bob", "Charlie"]).await?;
	let administrator = person("Eve")?;
	let operator = person("Eve//stash")?;
	let admission = tx(
		"Credentials",
		"admit_institution",
		vec![
			Value::from_bytes("Fifth Hospital"),
			Value::from_bytes(administrator.public_key().0),
			Value::u128(FEES),
		],
	);
	let top_up = tx(
		"Credentials",
		"top_up",
		vec![Value::unnamed_composite([Value::u128(FIFTH)]), Value::u128(FEES)],
	);
	let both = Value::unnamed_composite([admission.into_value(), top_up.into_value()]);
	council.pass(tx("Utility", "batch_all", vec![both])).await?;
	let designate =
		tx("Authorities", "designate_validator", vec![Value::from_bytes(operator.public_key().0)]);
	council.send(&administrator, &designate).await?;

	// It starts a node, which catches up, and sets the node's keys.
	let eve = hospitals.add_validator("eve").await?;
	let joined = alice.finalized().await?;
	for height in [1, SESSION, 2 * SESSION + 1, joined] {
		hospitals.await_agreement(height).await?;
	}
	let owner = json!(format!("0x{}", hex(&operator.public_key().0)));
	let made = eve.rpc("author_rotateKeysWithOwner", &[owner]).await?;
	let keys = bytes(&made["keys"])?;
	ensure!(keys.len() == 64, "an sr25519 and an ed25519 key: {made}");
	let (aura, grandpa) = keys.split_at(32);
	let keys = Value::unnamed_composite([Value::from_bytes(aura), Value::from_bytes(grandpa)]);
	let proof = Value::from_bytes(bytes(&made["proof"])?);
	council.send(&operator, &tx("Session", "set_keys", vec![keys, proof])).await?;

	// The council, to which it belongs now, makes it an authority: four votes of five are needed.
	let council = Council::of(&alice, &["Alice", "Bob", "Charlie", "Dave"]).await?;
	let fifth = Value::unnamed_composite([Value::u128(FIFTH)]);
	council.pass(tx("Authorities", "admit_validator", vec![fifth])).await?;
	until("there are five authorities", async || {
		Ok((alice.authorities().await? == 5).then_some(()))
	})
	.await?;
	eve.await_metric("substrate_proposer_block_constructed_count", 1.0).await?;

	// Killed and started again, Dave signs again. With Charlie away, a block is final only when all of
	// the other four vote for it, Eve and Dave too.
	let dave = hospitals.node("dave")?;
	dave.restart().await?;
	dave.await_metric("substrate_proposer_block_constructed_count", 1.0).await?;
	let charlie = hospitals.node("charlie")?;
	charlie.pause().await?;
	let without = alice.finalized().await?;
	for node in [&alice, &dave, &eve] {
		node.await_finalized(without + 10).await?;
	}
	charlie.resume().await?;
	hospitals.await_agreement(without + 10).await?;
	hospitals.stop().await
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(value: &serde_json::Value) -> Result<Vec<u8>> {
	let text = value.as_str().unwrap_or_default().trim_start_matches("0x");
	let pairs = (0..text.len()).step_by(2);
	Ok(pairs.map(|at| u8::from_str_radix(&text[at..at + 2], 16)).collect::<Result<_, _>>()?)
}
