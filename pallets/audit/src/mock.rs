// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet and a clock, on a node that indexes.

use crate as pallet_audit;
use codec::DecodeAll;
use contour_primitives::{
	Hash, StudyId,
	audit::{AccessKind, Deed, Entry, Head, Subject, Trail, index_key},
};
use frame_support::derive_impl;
use sp_core::offchain::{OffchainStorage, testing::TestPersistentOffchainDB};
use sp_runtime::BuildStorage;

pub(crate) type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

pub(crate) const DOCTOR: AccountId = 1;
pub(crate) const PATIENT: AccountId = 2;
/// Time of the first block.
pub(crate) const START: u64 = 1_700_000_000_000;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Timestamp: pallet_timestamp,
		Audit: pallet_audit,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

impl pallet_audit::Config for Test {
	type Clock = Timestamp;
}

/// What the node's off-chain index holds.
pub(crate) struct Index(TestPersistentOffchainDB);

impl Index {
	/// The encoded entry with a link.
	pub(crate) fn body(&self, link: Hash) -> Option<Vec<u8>> {
		self.0.get(&index_key(link))
	}

	/// Replaces what is under a link, or forgets it.
	pub(crate) fn tamper(&mut self, link: Hash, body: Option<&[u8]>) {
		let key = index_key(link);
		match body {
			Some(body) => self.0.set(b"", &key, body),
			None => self.0.remove(b"", &key),
		}
	}
}

pub(crate) struct ExtBuilder;

impl ExtBuilder {
	/// Writes histories in the first block, and returns the state and the index that come of it.
	pub(crate) fn run(test: impl FnOnce()) -> (sp_io::TestExternalities, Index) {
		let storage = RuntimeGenesisConfig::default().build_storage().expect("nothing is set");
		let mut ext = sp_io::TestExternalities::new(storage);
		let index = Index(ext.offchain_db());
		ext.execute_with(|| {
			System::set_block_number(1);
			Timestamp::set_timestamp(START);
			test();
			Audit::do_try_state().expect("the pallet's invariants hold");
		});
		ext.persist_offchain_overlay();
		(ext, index)
	}
}

/// The study with a number.
pub(crate) fn study(number: u8) -> Subject<AccountId> {
	Subject::Study(StudyId(Hash::repeat_byte(number)))
}

/// The doctor looks at a study.
pub(crate) fn look(subject: Subject<AccountId>) {
	Audit::append(subject, Some(DOCTOR), Deed::Accessed { kind: AccessKind::View });
}

/// The encoded entries of a history, oldest first, without any check.
pub(crate) fn bodies(index: &Index, head: Head) -> Vec<Vec<u8>> {
	let mut link = head.link;
	let mut bodies = Vec::new();
	while let Some(body) = index.body(link) {
		link = Entry::<AccountId>::decode_all(&mut &body[..]).expect("it is an entry").previous;
		bodies.push(body);
	}
	bodies.reverse();
	bodies
}
