// SPDX-License-Identifier: Apache-2.0

//! Blocks as full as they may be: registrations in batches, as gateways send them.

use crate::world::{HOSPITAL, account, new_study, person};
use codec::Encode as _;
use contour_e2e::{Chain, Error, hospitals::credential, sign, wait_for};
use contour_primitives::{BlockNumber, Hash, Nonce, Role};
use contour_runtime::{
	MAXIMUM_BLOCK_WEIGHT, Runtime, RuntimeCall, UncheckedExtrinsic, configs::RuntimeBlockWeights,
};
use frame_support::dispatch::{DispatchClass, GetDispatchInfo as _};
use serde::Serialize;
use serde_json::json;
use sp_core::{Bytes, sr25519};
use sp_keyring::Sr25519Keyring;
use std::{ops::RangeInclusive, time::Duration};

/// Studies in a transaction: so few that little room is left where no other fits.
const BATCH: u32 = 64;
/// Blocks that wait in the pool.
const AHEAD: u32 = 3;
/// From which part on a block counts as full.
const FULL: f64 = 0.9;
/// Blocks after which they are as full as they get: where slots are short or the machine is slow,
/// an author has no more time before there is no more room.
const SETTLED: BlockNumber = 10;
/// Seconds until blocks are full.
const PATIENCE: u64 = 120;

type AccountData = <Runtime as frame_system::Config>::AccountData;

/// How full blocks were: the weight of their ordinary transactions, as part of what these may have.
#[derive(Serialize)]
pub(crate) struct Fullness {
	pub(crate) blocks: usize,
	pub(crate) mean: f64,
	pub(crate) least: f64,
}

/// Somebody who registers as much as there is room for.
pub(crate) struct Load {
	custodian: sr25519::Pair,
	genesis: Hash,
	/// Transactions that wait in the pool.
	ahead: Nonce,
}

impl Load {
	/// The first hospital vouches for a custodian.
	pub(crate) async fn new(chain: &Chain) -> Result<Self, Error> {
		let custodian = person("custodian", 0);
		let vouch = credential(&account(&custodian), Role::Custodian);
		chain.send(&Sr25519Keyring::Alice.pair(), vouch).await?;
		let genesis = chain.block_hash(0).await?.unwrap_or_default();
		let weight = registration(&custodian, genesis, 0).get_dispatch_info().total_weight();
		let fit = room().checked_div(weight.ref_time()).unwrap_or_default();
		Ok(Self { custodian, genesis, ahead: AHEAD * fit as Nonce })
	}

	/// Keeps the pool of a node full, until that fails.
	pub(crate) async fn keep_up(&self, chain: &Chain) -> Error {
		let mut handed_in = 0;
		loop {
			if let Err(error) = self.fill_up(chain, &mut handed_in).await {
				return error;
			}
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
	}

	async fn fill_up(&self, chain: &Chain, handed_in: &mut Nonce) -> Result<(), Error> {
		let key = frame_system::Account::<Runtime>::hashed_key_for(account(&self.custodian));
		let done: Option<frame_system::AccountInfo<Nonce, AccountData>> =
			chain.storage(key, None).await?;
		let done = done.map(|account| account.nonce).unwrap_or_default();
		while *handed_in < done + self.ahead {
			let transaction = registration(&self.custodian, self.genesis, *handed_in);
			let bytes = Bytes(transaction.encode());
			chain.rpc::<Hash, _>("author_submitExtrinsic", [json!(bytes)]).await?;
			*handed_in += 1;
		}
		Ok(())
	}
}

/// A custodian's transaction that registers studies.
fn registration(custodian: &sr25519::Pair, genesis: Hash, nonce: Nonce) -> UncheckedExtrinsic {
	let patient = account(&person("patient", nonce));
	let first = nonce * BATCH;
	let studies: Vec<_> =
		(first..first + BATCH).map(|study| new_study(study, patient.clone())).collect();
	let studies = studies.try_into().expect("it is one batch");
	let register = pallet_imaging::Call::register { custodian: HOSPITAL, studies };
	sign(custodian, RuntimeCall::Imaging(register), nonce, genesis, None)
}

/// Waits until blocks are full, or as full as they get.
pub(crate) async fn await_full_blocks(chain: &Chain) -> Result<(), Error> {
	let begun = chain.finalized().await?;
	wait_for("blocks to be full", PATIENCE, || async {
		let last = chain.finalized().await?;
		let part = part_of(chain, last).await?;
		let settled = part > 0.0 && last >= begun + SETTLED;
		Ok((part >= FULL || settled).then_some(()))
	})
	.await
}

/// How full these blocks are.
pub(crate) async fn fullness(
	chain: &Chain,
	blocks: RangeInclusive<BlockNumber>,
) -> Result<Fullness, Error> {
	let mut parts = Vec::new();
	for number in blocks {
		parts.push(part_of(chain, number).await?);
	}
	let round = |part: f64| (part * 100.0).round() / 100.0;
	Ok(Fullness {
		blocks: parts.len(),
		mean: round(parts.iter().sum::<f64>() / parts.len() as f64),
		least: round(parts.iter().copied().fold(f64::INFINITY, f64::min)),
	})
}

/// How full a block is.
async fn part_of(chain: &Chain, number: BlockNumber) -> Result<f64, Error> {
	let block = chain.block_hash(number).await?;
	let key = frame_system::BlockWeight::<Runtime>::hashed_key();
	let weight: Option<frame_system::ConsumedWeight> = chain.storage(key, block).await?;
	let weight = weight.unwrap_or_default().get(DispatchClass::Normal).ref_time();
	Ok(weight as f64 / room() as f64)
}

/// Weight that the ordinary transactions of a block may have.
fn room() -> u64 {
	let most = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total;
	most.unwrap_or(MAXIMUM_BLOCK_WEIGHT).ref_time()
}
