// SPDX-License-Identifier: Apache-2.0

//! What it takes to execute a registration, beside a balance transfer.
//!
//! Blocks full of one kind of transaction are made and then executed again and again, as a node does
//! with a block that it imports: `Core_execute_block` of the WASM runtime, with signatures, fees and
//! the state root. Kinds take turns within one run, so that whatever else the machine does falls on
//! all of them. The state is a trie in memory, without a cache.

use crate::world::{HOSPITAL, NOW, account, act, code, commit, genesis, new_study, person, vouch};
use codec::{Decode, Encode};
use contour_e2e::sign;
use contour_primitives::{Hash, Role, SLOT_DURATION, UNIT};
use contour_runtime::{Balances, Header, MAXIMUM_BLOCK_WEIGHT, RuntimeCall, UncheckedExtrinsic};
use frame_support::{dispatch::GetDispatchInfo as _, traits::fungible::Mutate as _};
use pallet_imaging::{Call, MAX_BATCH};
use sc_executor::WasmExecutor;
use serde::Serialize;
use sp_consensus_aura::AURA_ENGINE_ID;
use sp_core::{
	sr25519,
	traits::{CallContext, CodeExecutor as _, RuntimeCode, WrappedRuntimeCode},
};
use sp_io::SubstrateHostFunctions;
use sp_runtime::{
	ApplyExtrinsicResult, Digest, DigestItem,
	generic::Block,
	traits::{BlakeTwo256, Header as _},
};
use sp_state_machine::{Ext, OverlayedChanges, TestExternalities};
use std::{
	fmt,
	time::{Duration, Instant},
};

/// People, each of whom makes one transaction of a block.
const PEOPLE: u32 = 200;
/// Studies that are there already.
const STUDIES: u32 = 10_240;
/// How often each block is executed.
const ROUNDS: usize = 25;

/// What was measured.
#[derive(Serialize)]
pub(crate) struct Report {
	rows: Vec<Row>,
	/// Execution of a registration of one study over that of a transfer.
	ratio: f64,
	/// The same of their declared weights.
	ratio_of_weights: f64,
	rounds: usize,
	studies_before: u32,
}

#[derive(Serialize)]
struct Row {
	what: &'static str,
	/// Transactions of the block.
	transactions: u32,
	/// Median time of one transaction, in microseconds: the block's, less that of an empty one.
	microseconds: f64,
	/// Declared weight of one, in microseconds on the machine on which weights were measured.
	weight: f64,
}

type Chain = TestExternalities<BlakeTwo256>;
type OurBlock = Block<Header, UncheckedExtrinsic>;

/// Measures blocks of all kinds.
pub(crate) fn measure() -> Report {
	eprintln!("Making a state of {STUDIES} studies");
	let people: Vec<_> = (0..PEOPLE).map(|index| person("custodian", index)).collect();
	let chain = populated(&people);
	let genesis = Hash::repeat_byte(1);
	let runtime = Runtime::new();
	let signed = |signer: &sr25519::Pair, call: RuntimeCall| sign(signer, call, 0, genesis, None);

	let transfer = |index: usize| {
		let dest = account(&people[(index + 1) % people.len()]).into();
		RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death { dest, value: UNIT })
	};
	let register = |index: usize, count: u32| {
		let patient = account(&person("patient", index as u32));
		let first = STUDIES + index as u32 * count;
		let studies: Vec<_> =
			(first..first + count).map(|study| new_study(study, patient.clone())).collect();
		let studies = studies.try_into().expect("it is one batch");
		RuntimeCall::Imaging(Call::register { custodian: HOSPITAL, studies })
	};
	let block_of = |count: usize, call: &dyn Fn(usize) -> RuntimeCall| {
		let transactions: Vec<_> = people
			.iter()
			.take(count)
			.enumerate()
			.map(|(index, signer)| signed(signer, call(index)))
			.collect();
		runtime.make_block(&chain, genesis, transactions)
	};
	let all = people.len();
	let kinds: [(&'static str, usize, OurBlock); 4] = [
		("an empty block", 0, block_of(0, &transfer)),
		("transfer", all, block_of(all, &transfer)),
		("registration of 1 study", all, block_of(all, &|index| register(index, 1))),
		("registration of 256 studies", 10, block_of(10, &|index| register(index, MAX_BATCH))),
	];

	eprintln!("Executing {} blocks, {ROUNDS} times each", kinds.len());
	let mut times = vec![Vec::new(); kinds.len()];
	for _ in 0..ROUNDS {
		for ((_, _, block), times) in kinds.iter().zip(&mut times) {
			times.push(runtime.execute_block(&chain, block));
		}
	}
	let medians: Vec<_> = times.into_iter().map(median).collect();
	let rows: Vec<_> = kinds[1..]
		.iter()
		.zip(&medians[1..])
		.map(|((what, count, block), time)| Row {
			what,
			transactions: *count as u32,
			microseconds: round(micros(time.saturating_sub(medians[0])) / *count as f64),
			weight: block.extrinsics.last().map(declared).unwrap_or_default(),
		})
		.collect();
	Report {
		ratio: round(rows[1].microseconds / rows[0].microseconds),
		ratio_of_weights: round(rows[1].weight / rows[0].weight),
		rows,
		rounds: ROUNDS,
		studies_before: STUDIES,
	}
}

/// A state with people who may register and have money, and with studies.
fn populated(people: &[sr25519::Pair]) -> Chain {
	let mut chain = genesis();
	chain.execute_with(|| {
		for person in people {
			vouch(&account(person), Role::Custodian);
			Balances::mint_into(&account(person), 1_000 * UNIT).expect("there is no limit");
		}
	});
	commit(&mut chain);
	let patient = account(&person("patient", 0));
	for first in (0..STUDIES).step_by(MAX_BATCH as usize) {
		let studies: Vec<_> =
			(first..first + MAX_BATCH).map(|study| new_study(study, patient.clone())).collect();
		let studies = studies.try_into().expect("it is one batch");
		chain.execute_with(|| {
			act(&account(&people[0]), Call::register { custodian: HOSPITAL, studies });
		});
		commit(&mut chain);
	}
	chain
}

/// Declared weight of a transaction, in microseconds.
fn declared(transaction: &UncheckedExtrinsic) -> f64 {
	let weight = transaction.get_dispatch_info().total_weight();
	debug_assert!(weight.all_lt(MAXIMUM_BLOCK_WEIGHT));
	// A picosecond is the unit.
	round(weight.ref_time() as f64 / 1e6)
}

fn micros(time: Duration) -> f64 {
	time.as_secs_f64() * 1e6
}

fn round(value: f64) -> f64 {
	(value * 100.0).round() / 100.0
}

fn median(mut times: Vec<Duration>) -> Duration {
	times.sort();
	times[times.len() / 2]
}

/// The chain's code, compiled.
struct Runtime {
	executor: WasmExecutor<SubstrateHostFunctions>,
}

impl Runtime {
	fn new() -> Self {
		Self { executor: WasmExecutor::builder().build() }
	}

	fn call(
		&self,
		chain: &Chain,
		overlay: &mut OverlayedChanges<BlakeTwo256>,
		method: &str,
		data: &[u8],
	) -> Vec<u8> {
		let code = code().into();
		let fetcher = WrappedRuntimeCode(code);
		let code = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: vec![1] };
		let mut ext = Ext::new(overlay, &chain.backend, None);
		let context = CallContext::Onchain { import: true };
		let (result, _) = self.executor.call(&mut ext, &code, method, data, context);
		result.unwrap_or_else(|error| panic!("{method}: {error}"))
	}

	/// Makes the block after genesis, with these transactions.
	fn make_block(
		&self,
		chain: &Chain,
		genesis: Hash,
		transactions: Vec<UncheckedExtrinsic>,
	) -> OurBlock {
		let mut overlay = OverlayedChanges::default();
		let now = NOW + SLOT_DURATION;
		let slot = sp_consensus_slots::Slot::from(now / SLOT_DURATION);
		let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
		let header = Header::new(1, Default::default(), Default::default(), genesis, digest);
		self.call(chain, &mut overlay, "Core_initialize_block", &header.encode());

		let clock = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
		let mut extrinsics = vec![UncheckedExtrinsic::new_bare(clock)];
		extrinsics.extend(transactions);
		for extrinsic in &extrinsics {
			let method = "BlockBuilder_apply_extrinsic";
			let result = self.call(chain, &mut overlay, method, &extrinsic.encode());
			let result = ApplyExtrinsicResult::decode(&mut &result[..]).expect("it is a result");
			result.expect("the transaction is valid").expect("the call succeeds");
		}
		let header = self.call(chain, &mut overlay, "BlockBuilder_finalize_block", &[]);
		let header = Header::decode(&mut &header[..]).expect("it is a header");
		Block { header, extrinsics }
	}

	/// Executes a block on the state before it, which stays as it is.
	fn execute_block(&self, chain: &Chain, block: &OurBlock) -> Duration {
		let data = block.encode();
		let mut overlay = OverlayedChanges::default();
		let begun = Instant::now();
		self.call(chain, &mut overlay, "Core_execute_block", &data);
		begun.elapsed()
	}
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(f, "Execution of blocks that were imported, median of {} rounds\n", self.rounds)?;
		writeln!(f, "{:<28} {:>12} {:>12} {:>12}", "", "in a block", "µs each", "weight, µs")?;
		for Row { what, transactions, microseconds, weight } in &self.rows {
			writeln!(f, "{what:<28} {transactions:>12} {microseconds:>12.1} {weight:>12.1}")?;
		}
		writeln!(
			f,
			"\nA registration of one study takes {} times as long as a transfer (goal: at most 2); by \
			 declared weight {} times.",
			self.ratio, self.ratio_of_weights,
		)
	}
}
