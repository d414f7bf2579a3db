// SPDX-License-Identifier: Apache-2.0

//! `upgrade.toml`: the council authorises the next runtime, and a clinician's transaction applies it.

use anyhow::{Context, Result, anyhow, ensure};
use contour_zombienet::{Council, Hospitals, person, send, until};
use std::time::{Duration, Instant};
use zombienet_sdk::subxt::dynamic::{Value, tx};

/// Names the WASM of a runtime with a higher version; `scripts/zombienet` builds it.
const NEXT: &str = "CONTOUR_NEXT_RUNTIME";
/// How long the network's genesis has everybody wait, and a block more.
const DELAY: Duration = Duration::from_secs(64);

#[tokio::test(flavor = "multi_thread")]
async fn should_run_the_next_runtime_at_every_node_when_the_council_authorised_it() -> Result<()> {
	let file = std::env::var(NEXT).with_context(|| format!("{NEXT} names no WASM file"))?;
	let wasm = std::fs::read(&file).with_context(|| file.clone())?;
	// As in a release: it has to fit into a block.
	let code = sp_maybe_compressed_blob::compress_strongly(&wasm, wasm.len())
		.with_context(|| format!("{file} cannot be compressed"))?;
	let hash = sp_crypto_hashing::blake2_256(&code);

	let hospitals = Hospitals::start("upgrade").await?;
	hospitals.await_agreement(3).await?;
	let alice = hospitals.node("alice")?;
	let before = alice.runtime_version().await?;
	let council = Council::of(&alice, &["Alice", "Bob", "Charlie"]).await?;
	let apply = tx("Governance", "apply_upgrade", vec![Value::from_bytes(&code)]);
	let dave = person("Dave")?;
	let early = refusal(council.send(&dave, &apply).await)?;
	ensure!(early.contains("NothingAuthorized"), "{early}");

	let authorize = vec![Value::from_bytes(hash), Value::bool(false)];
	council.pass(tx("Governance", "authorize_upgrade", authorize)).await?;
	let authorized = Instant::now();
	// Each of these costs as much as the daily allowance has room for twice.
	let early = refusal(council.send(&person("Charlie")?, &apply).await)?;
	ensure!(early.contains("TooEarly"), "{early}");
	until("the delay is over", async || Ok((authorized.elapsed() > DELAY).then_some(()))).await?;
	council.send(&dave, &apply).await?;
	for node in hospitals.nodes() {
		until(&format!("{} runs a runtime after {before}", node.name()), async || {
			Ok((node.runtime_version().await? > before).then_some(()))
		})
		.await?;
		ensure!(node.runtime_version().await? == before + 1, "at {}", node.name());
	}

	// Signed for the runtime before, a transaction is refused; signed for this one, it is made.
	let remark = tx("System", "remark", vec![Value::from_bytes("upgraded")]);
	let refused = refusal(council.send(&dave, &remark).await)?;
	ensure!(refused.contains("bad signature"), "{refused}");
	for node in hospitals.nodes() {
		send(&node.client().await?, &dave, &remark).await?;
	}
	let upgraded = alice.finalized().await?;
	hospitals.await_agreement(upgraded + 5).await?;
	hospitals.stop().await
}

/// Why a transaction was refused.
fn refusal<T>(outcome: Result<T>) -> Result<String> {
	match outcome {
		Ok(_) => Err(anyhow!("the transaction was made")),
		// The reason of the pool is in no message, only in the data beside it.
		Err(error) => Ok(format!("{error:#}: {:?}", error.root_cause())),
	}
}
