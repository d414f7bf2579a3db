// SPDX-License-Identifier: Apache-2.0

//! The state of a chain of version 0.1.0, on which everything happened once, under this runtime.

use codec::Decode;
use contour_primitives::{DAY, MINUTE};
use contour_runtime::{Aura, Executive, Governance, Runtime, System};
use flate2::read::GzDecoder;
use frame_support::storage::StoragePrefixedMap;
use sp_io::TestExternalities;
use sp_runtime::Storage;
use std::{fs::File, path::Path};

/// Runs a test on the state that `releases/0.1.0` has, after the upgrade to this runtime.
fn after_the_upgrade(test: impl FnOnce()) {
	let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../releases/0.1.0/state.scale.gz");
	let mut state = codec::IoReader(GzDecoder::new(File::open(file).expect("it is committed")));
	let pairs = Vec::<(Vec<u8>, Vec<u8>)>::decode(&mut state).expect("a list of pairs");
	let storage = Storage { top: pairs.into_iter().collect(), ..Default::default() };
	TestExternalities::new(storage).execute_with(|| {
		Executive::execute_on_runtime_upgrade();
		test();
	});
}

/// How many keys begin with these bytes.
fn keys_below(prefix: &[u8]) -> usize {
	let next = |key: &Vec<u8>| sp_io::storage::next_key(key);
	let first = sp_io::storage::next_key(prefix);
	std::iter::successors(first, next).take_while(|key| key.starts_with(prefix)).count()
}

/// A map: its name, the keys it has, and how many of its entries this runtime understands.
type Map = (&'static str, usize, usize);

macro_rules! maps {
	($($pallet:ident: $($map:ident)+;)+) => {
		vec![$($((
			concat!(stringify!($pallet), "::", stringify!($map)),
			keys_below(&pallet_types::$pallet::$map::<Runtime>::final_prefix()),
			pallet_types::$pallet::$map::<Runtime>::iter().count(),
		)),+),+]
	};
}

/// The pallets by the names that the test shows.
mod pallet_types {
	pub(crate) use pallet_annotation as annotation;
	pub(crate) use pallet_audit as audit;
	pub(crate) use pallet_authorities as authorities;
	pub(crate) use pallet_credentials as credentials;
	pub(crate) use pallet_imaging as imaging;
	pub(crate) use pallet_rewards as rewards;
}

fn maps() -> Vec<Map> {
	maps! {
		annotation: Tasks StudyTasks Validations Published Readers Dissents Attestations AcceptedReports Attention Seeds Pool
			PoolIndex Panels Copies Results ResultCounts Agenda;
		audit: Heads;
		authorities: OperatorOf SessionStart Nodes;
		credentials: Institutions Credentials Patients EncryptionKeys Standards Allowances Spent;
		imaging: Studies Tombstones Offers StudyDirectives PatientDirectives ResearchPool ConsentDefaults Leases WrappedKeys
			GranteeLeases Requests PatientStudies PatientLeases LeaseCounts Emergencies EmergencyCounts Misuses MisuseCounts Agenda;
		rewards: Bounties Records OverallRecords Eras Points;
	}
}

#[test]
fn should_understand_every_entry_when_the_chain_began_with_version_0_1_0() {
	after_the_upgrade(|| {
		for (name, keys, understood) in maps() {
			assert_eq!(understood, keys, "{name}");
		}
		let counted = [
			(
				pallet_annotation::Scorers::<Runtime>::iter().count(),
				pallet_annotation::Scorers::<Runtime>::count(),
			),
			(
				pallet_authorities::Validators::<Runtime>::iter().count(),
				pallet_authorities::Validators::<Runtime>::count(),
			),
			(
				pallet_credentials::Administrators::<Runtime>::iter().count(),
				pallet_credentials::Administrators::<Runtime>::count(),
			),
		];
		for (understood, count) in counted {
			assert!(understood > 0 && understood == count as usize, "{counted:?}");
		}
	});
}

#[test]
fn should_have_something_in_each_map_when_everything_happened_once() {
	// It has entries only while scorers are asked.
	const EMPTY: &[&str] = &["annotation::Attention"];
	after_the_upgrade(|| {
		let empty: Vec<_> =
			maps().into_iter().filter(|(_, keys, _)| *keys == 0).map(|it| it.0).collect();
		assert_eq!(empty, EMPTY);
	});
}

#[test]
fn should_wait_for_a_day_before_an_upgrade_when_the_genesis_named_no_delay() {
	after_the_upgrade(|| {
		assert_eq!(pallet_governance::UpgradeDelay::<Runtime>::get(), DAY);
		assert_eq!(pallet_governance::UrgentDelay::<Runtime>::get(), 60 * MINUTE);
		assert!(!Governance::is_braked());
		assert_eq!(Governance::working_time_offset(), 0, "deadlines are where they were");
	});
}

#[test]
fn should_keep_slots_of_two_seconds_when_the_chain_began_with_version_0_1_0() {
	after_the_upgrade(|| {
		assert_eq!(Aura::slot_duration(), 2_000);
		assert!(System::block_number() > 0);
	});
}
