// SPDX-License-Identifier: Apache-2.0

//! Transactions, and motions of the council.

use crate::Node;
use anyhow::{Context, Result, anyhow, ensure};
use zombienet_sdk::{
	subxt::{
		OnlineClient, PolkadotConfig,
		blocks::ExtrinsicEvents,
		dynamic::{At, DecodedValue, Value},
		ext::scale_value::ValueDef,
		tx::DynamicPayload,
	},
	subxt_signer::sr25519::Keypair,
};

/// What a motion's call may cost at most, as computation in picoseconds and bytes of proof: more than
/// any of ours.
const WEIGHT: (u128, u128) = (100_000_000_000, 4_000_000);

/// A well-known person or account, such as `Alice` or `Eve//stash`.
pub fn person(name: &str) -> Result<Keypair> {
	Ok(Keypair::from_uri(&format!("//{name}").parse()?)?)
}

/// Those who vote, through one node.
pub struct Council {
	client: OnlineClient<PolkadotConfig>,
	seats: Vec<Keypair>,
}

impl Council {
	/// The council's seats, by the names of their administrators.
	pub async fn of(node: &Node, seats: &[&str]) -> Result<Self> {
		let seats = seats.iter().map(|name| person(name)).collect::<Result<_>>()?;
		Ok(Self { client: node.client().await?, seats })
	}

	/// Signs a transaction, sends it, and waits until it was made and is final.
	pub async fn send(
		&self,
		signer: &Keypair,
		call: &DynamicPayload,
	) -> Result<ExtrinsicEvents<PolkadotConfig>> {
		send(&self.client, signer, call).await
	}

	/// Passes a motion: the first seat proposes and closes, all of them vote for it. Fails when the
	/// motion's call does.
	pub async fn pass(&self, motion: DynamicPayload) -> Result<()> {
		let length = self.client.tx().call_data(&motion)?.len() as u128;
		let first = self.seats.first().ok_or_else(|| anyhow!("nobody votes"))?;
		let threshold = Value::u128(self.seats.len() as u128);
		let proposal = vec![threshold, motion.into_value(), Value::u128(length)];
		let proposed = self.send(first, &council("propose", proposal)).await?;
		let index = field(&proposed, "Proposed", "proposal_index")?.remove_context();
		let hash = field(&proposed, "Proposed", "proposal_hash")?.remove_context();
		for seat in &self.seats {
			let vote = vec![hash.clone(), index.clone(), Value::bool(true)];
			self.send(seat, &council("vote", vote)).await?;
		}
		let (time, proof) = WEIGHT;
		let weight = [("ref_time", Value::u128(time)), ("proof_size", Value::u128(proof))];
		let close = vec![hash, index, Value::named_composite(weight), Value::u128(length)];
		let closed = self.send(first, &council("close", close)).await?;
		let result = field(&closed, "Executed", "result")?;
		let made = matches!(&result.value, ValueDef::Variant(variant) if variant.name == "Ok");
		ensure!(made, "the motion was carried, and failed: {result}");
		Ok(())
	}
}

/// Signs a transaction, sends it, and waits until it was made and is final.
pub async fn send(
	client: &OnlineClient<PolkadotConfig>,
	signer: &Keypair,
	call: &DynamicPayload,
) -> Result<ExtrinsicEvents<PolkadotConfig>> {
	let sent = client.tx().sign_and_submit_then_watch_default(call, signer).await?;
	sent.wait_for_finalized_success().await.with_context(|| call.call_name().to_owned())
}

fn council(call: &str, arguments: Vec<Value>) -> DynamicPayload {
	zombienet_sdk::subxt::dynamic::tx("Council", call, arguments)
}

/// A field of an event of the council.
fn field(
	events: &ExtrinsicEvents<PolkadotConfig>,
	event: &str,
	field: &str,
) -> Result<DecodedValue> {
	for details in events.iter() {
		let details = details?;
		if details.pallet_name() == "Council" && details.variant_name() == event {
			let fields = details.field_values()?;
			return fields.at(field).cloned().ok_or_else(|| anyhow!("{event} has no {field}"));
		}
	}
	Err(anyhow!("the council did not say {event}"))
}
