// SPDX-License-Identifier: Apache-2.0

//! Bytes of state per study, per live lease and per entry of a history.
//!
//! Calls are dispatched in the native runtime, without transactions: the state is that of the pallets
//! `Imaging` and `Audit` after them. Bytes are counted in two ways: keys and values as the pallets
//! write them, and the nodes of the trie that hold them, which is what a database stores of one
//! state.

use crate::world::{
	account, act, commit, genesis, new_study, person, register_key, study_id, vouch,
};
use contour_primitives::{
	AccountId, DAY, Hash, Purpose, Role,
	audit::{AccessKind, Subject, index_key},
};
use contour_runtime::Audit;
use pallet_imaging::{Call, MAX_BATCH};
use serde::Serialize;
use sp_io::hashing::twox_128;
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{Backend as _, IterArgs, TestExternalities};
use std::fmt;

/// Studies at which it is measured.
const SIZES: [u32; 3] = [1_000, 10_000, 100_000];
/// Leases of one grantee.
const LEASES_PER_GRANTEE: u32 = 1_000;
/// Studies of one patient.
const STUDIES_PER_PATIENT: u32 = 10;
/// Calls between two commits.
const CHUNK: usize = 5_000;

/// What was measured.
#[derive(Serialize)]
pub(crate) struct Report {
	rows: Vec<Row>,
	/// Bytes of one entry in the off-chain index, key included.
	index: Index,
}

#[derive(Serialize)]
struct Row {
	studies: u32,
	/// For each registered study.
	study: Bytes,
	/// For each live lease, one on every study; what the request and the grant left.
	lease: Bytes,
	/// For each entry of a history beyond the first, one on every study.
	entry: Bytes,
}

#[derive(Clone, Copy, Serialize)]
struct Bytes {
	/// Keys and values.
	state: f64,
	/// Nodes of the trie.
	trie: f64,
}

#[derive(Serialize)]
struct Index {
	registered: usize,
	granted: usize,
	accessed: usize,
}

/// Measures at all sizes.
pub(crate) fn measure() -> Report {
	let mut index = Index { registered: 0, granted: 0, accessed: 0 };
	let rows = SIZES.into_iter().map(|studies| row(studies, &mut index)).collect();
	Report { rows, index }
}

fn row(studies: u32, index: &mut Index) -> Row {
	eprintln!("Registering, leasing and accessing {studies} studies");
	let mut world = genesis();
	let custodian = account(&person("custodian", 0));
	let grantees: Vec<_> = (0..studies.div_ceil(LEASES_PER_GRANTEE))
		.map(|index| account(&person("grantee", index)))
		.collect();
	let grantee = |study: u32| &grantees[(study / LEASES_PER_GRANTEE) as usize];
	world.execute_with(|| {
		vouch(&custodian, Role::Custodian);
		for grantee in &grantees {
			vouch(grantee, Role::Radiologist);
			register_key(grantee);
		}
	});
	commit(&mut world);
	let nothing = Size::of(&world);

	let all: Vec<_> = (0..studies).collect();
	for batch in all.chunks(MAX_BATCH as usize) {
		world.execute_with(|| register(&custodian, batch));
		commit(&mut world);
	}
	let registered = Size::of(&world);
	index.registered = last_entry(&mut world);

	in_chunks(&mut world, &all, |study| lease(&custodian, grantee(study), study));
	let leased = Size::of(&world);
	index.granted = last_entry(&mut world);

	in_chunks(&mut world, &all, |study| {
		act(grantee(study), Call::record_access { study: study_id(study), kind: AccessKind::View });
	});
	let accessed = Size::of(&world);
	index.accessed = last_entry(&mut world);

	Row {
		studies,
		study: registered.since(&nothing, studies),
		lease: leased.since(&registered, studies),
		entry: accessed.since(&leased, studies),
	}
}

fn register(custodian: &AccountId, studies: &[u32]) {
	let patient = |study: u32| account(&person("patient", study / STUDIES_PER_PATIENT));
	let studies: Vec<_> = studies.iter().map(|&study| new_study(study, patient(study))).collect();
	let studies = studies.try_into().expect("it is one batch");
	act(custodian, Call::register { custodian: crate::world::HOSPITAL, studies });
}

fn lease(custodian: &AccountId, grantee: &AccountId, study: u32) {
	let (study, purpose) = (study_id(study), Purpose::ClinicalCare);
	act(grantee, Call::request_access { study, purpose, duration: 30 * DAY, approval: None });
	let grant = Call::grant_access {
		study,
		grantee: grantee.clone(),
		// X-Wing's encapsulated key, and an AES key with its tag.
		key: vec![9; 1_120 + 32 + 16].try_into().expect("it is short"),
		expires: crate::world::NOW + 30 * DAY,
		locator: vec![2; 32].try_into().expect("it is short"),
	};
	act(custodian, grant);
}

fn in_chunks(world: &mut TestExternalities<BlakeTwo256>, studies: &[u32], call: impl Fn(u32)) {
	for chunk in studies.chunks(CHUNK) {
		world.execute_with(|| chunk.iter().copied().for_each(&call));
		commit(world);
	}
}

/// Bytes in the index of the newest entry of the first study.
fn last_entry(world: &mut TestExternalities<BlakeTwo256>) -> usize {
	let subject = Subject::<AccountId>::Study(study_id(0));
	let link: Hash = world.execute_with(|| Audit::head(subject).link);
	let key = index_key(link);
	let entry = world.offchain_db().get(&key).expect("every entry is indexed");
	key.len() + entry.len()
}

/// How large a state is, in bytes.
struct Size {
	/// Keys and values of the two pallets.
	state: usize,
	/// Nodes of the trie, of all pallets.
	trie: usize,
}

impl Size {
	fn of(world: &TestExternalities<BlakeTwo256>) -> Self {
		let of_pallet = |name: &str| -> usize {
			let prefix = twox_128(name.as_bytes());
			let mut arguments = IterArgs::default();
			arguments.prefix = Some(&prefix);
			world
				.backend
				.pairs(arguments)
				.expect("the state is in memory")
				.map(|pair| pair.expect("the trie is complete"))
				.map(|(key, value)| key.len() + value.len())
				.sum()
		};
		let mut nodes = world.backend.backend_storage().clone();
		let trie = nodes.drain().into_values().map(|(node, _)| node.len()).sum();
		Self { state: of_pallet("Imaging") + of_pallet("Audit"), trie }
	}

	fn since(&self, before: &Self, items: u32) -> Bytes {
		let per_item = |now: usize, before: usize| {
			let bytes = (now as f64 - before as f64) / f64::from(items);
			(bytes * 10.0).round() / 10.0
		};
		Bytes { state: per_item(self.state, before.state), trie: per_item(self.trie, before.trie) }
	}
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(f, "State growth: bytes for each, as keys and values / as nodes of the trie\n")?;
		writeln!(f, "{:>9} {:>19} {:>19} {:>19}", "studies", "study", "live lease", "entry")?;
		for row in &self.rows {
			write!(f, "{:>9}", row.studies)?;
			for Bytes { state, trie } in [row.study, row.lease, row.entry] {
				write!(f, " {state:>8.1} / {trie:>8.1}")?;
			}
			writeln!(f)?;
		}
		let Index { registered, granted, accessed } = self.index;
		writeln!(
			f,
			"\nIn the off-chain index: {registered} bytes for a registration, {granted} for a grant, \
			 {accessed} for an access",
		)
	}
}
