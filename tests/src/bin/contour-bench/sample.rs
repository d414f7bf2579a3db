// SPDX-License-Identifier: Apache-2.0

//! How long transactions take until they are final.

use crate::authority::Authority;
use codec::Encode as _;
use contour_e2e::{Error, sign};
use contour_primitives::Nonce;
use contour_runtime::RuntimeCall;
use jsonrpsee::{
	core::client::{Subscription, SubscriptionClientT as _},
	rpc_params,
};
use serde::Serialize;
use serde_json::Value;
use sp_core::Bytes;
use sp_keyring::Sr25519Keyring;
use std::time::{Duration, Instant};

/// Administrators who hand in transactions, each one after the other.
const SENDERS: [Sr25519Keyring; 4] =
	[Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie, Sr25519Keyring::Dave];
/// Transactions of each of them.
const EACH: Nonce = 25;
/// How long a transaction may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Seconds from handing in a transaction to the node's word that its block is final.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Finality {
	/// Number of transactions.
	pub(crate) n: usize,
	pub(crate) mean: f64,
	pub(crate) p90: f64,
	pub(crate) p99: f64,
	pub(crate) most: f64,
}

impl Finality {
	fn of(mut times: Vec<Duration>) -> Self {
		times.sort();
		let n = times.len();
		// The nearest rank: the least time that so many of a hundred do not exceed.
		let percentile = |percent: usize| {
			let rank = (percent * n).div_ceil(100).max(1);
			round(times.get(rank - 1).copied().unwrap_or_default())
		};
		let mean = times.iter().sum::<Duration>().checked_div(n as u32).unwrap_or_default();
		Self {
			n,
			mean: round(mean),
			p90: percentile(90),
			p99: percentile(99),
			most: percentile(100),
		}
	}
}

fn round(time: Duration) -> f64 {
	(time.as_secs_f64() * 1e3).round() / 1e3
}

/// Hands in transactions at random moments of a slot, to the nodes in turn.
pub(crate) async fn sample(nodes: &[Authority], slot: Duration) -> Result<Finality, Error> {
	let of = |number| times_of(number, nodes, slot);
	let (first, second, third, fourth) = tokio::try_join!(of(0), of(1), of(2), of(3))?;
	Ok(Finality::of([first, second, third, fourth].concat()))
}

async fn times_of(
	sender: usize,
	nodes: &[Authority],
	slot: Duration,
) -> Result<Vec<Duration>, Error> {
	let signer = SENDERS[sender].pair();
	let chain = &nodes[0].chain;
	let genesis = chain.block_hash(0).await?.unwrap_or_default();
	let next = chain.nonce(&SENDERS[sender].to_account_id()).await?;
	let mut moments = Moments(sender as u64);
	let mut times = Vec::new();
	for (turn, nonce) in (next..next + EACH).enumerate() {
		let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
		let transaction = Bytes(sign(&signer, remark, nonce, genesis, None).encode());
		tokio::time::sleep(moments.next(slot)).await;
		let node = &nodes[(sender + turn) % nodes.len()];
		let time = tokio::time::timeout(PATIENCE, time_of(node, transaction)).await;
		times.push(time.map_err(|_| Error::Timeout {
			what: "a transaction to be final".into(),
			seconds: PATIENCE.as_secs(),
		})??);
	}
	Ok(times)
}

async fn time_of(node: &Authority, transaction: Bytes) -> Result<Duration, Error> {
	let begun = Instant::now();
	let mut updates: Subscription<Value> = node
		.rpc
		.subscribe(
			"author_submitAndWatchExtrinsic",
			rpc_params![transaction],
			"author_unwatchExtrinsic",
		)
		.await?;
	while let Some(update) = updates.next().await {
		let update = update.map_err(|error| Error::Answer(error.to_string()))?;
		if update.get("finalized").is_some() {
			return Ok(begun.elapsed());
		}
		let lost = ["usurped", "finalityTimeout"].iter().any(|end| update.get(end).is_some());
		if lost || matches!(update.as_str(), Some("invalid" | "dropped")) {
			return Err(Error::Answer(format!("the transaction will not be final: {update}")));
		}
	}
	Err(Error::Answer("the node stopped to tell what happens".into()))
}

/// Random moments, the same in every run: SplitMix64 (Steele, Lea and Flood, 2014).
struct Moments(u64);

impl Moments {
	/// A moment of a slot.
	fn next(&mut self, slot: Duration) -> Duration {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut word = self.0;
		word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		word ^= word >> 31;
		// As many bits as a fraction has.
		slot.mul_f64((word >> 11) as f64 / (1_u64 << 53) as f64)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_take_the_nearest_rank_when_percentiles_are_asked_for() {
		let times = (1..=100).rev().map(Duration::from_secs).collect();
		let expected = Finality { n: 100, mean: 50.5, p90: 90.0, p99: 99.0, most: 100.0 };
		assert_eq!(Finality::of(times), expected);

		let one = Finality::of(vec![Duration::from_millis(1_500)]);
		assert_eq!(one, Finality { n: 1, mean: 1.5, p90: 1.5, p99: 1.5, most: 1.5 });
	}

	#[test]
	fn should_reach_every_part_of_a_slot_when_moments_are_random() {
		let slot = Duration::from_secs(2);
		let mut tenths = [0; 10];
		let mut moments = Moments(0);
		for _ in 0..1_000 {
			let moment = moments.next(slot);
			assert!(moment < slot);
			tenths[(moment.as_millis() / 200) as usize] += 1;
		}
		assert!(tenths.iter().all(|&count| count > 60), "{tenths:?}");
	}
}
