// SPDX-License-Identifier: Apache-2.0

//! What the calls of `pallet_rewards` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 20 steps, 10 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_rewards::WeightInfo for WeightInfo<T> {
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn fund() -> Weight {
		// At least 55_212 ns. Proof: 464 bytes measured.
		Weight::from_parts(59_448_000, 6196)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn allocate() -> Weight {
		// At least 57_315 ns. Proof: 505 bytes measured.
		Weight::from_parts(62_373_000, 6196)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn reclaim() -> Weight {
		// At least 66_409 ns. Proof: 608 bytes measured.
		Weight::from_parts(69_874_000, 6196)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Rewards::CurrentPolicy` (r:0 w:1)
	// Proof: `Rewards::CurrentPolicy` (`max_values`: Some(1), `max_size`: Some(202), added: 697, mode: `MaxEncodedLen`)
	fn set_policy() -> Weight {
		// At least 5_288 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_818_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Eras` (r:1 w:1)
	// Proof: `Rewards::Eras` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Points` (r:1 w:1)
	// Proof: `Rewards::Points` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn claim() -> Weight {
		// At least 41_372 ns. Proof: 490 bytes measured.
		Weight::from_parts(43_555_000, 3593)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `System::Account` (r:3 w:3)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	fn sweep() -> Weight {
		// At least 86_339 ns. Proof: 538 bytes measured.
		Weight::from_parts(90_906_000, 8799)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	// Storage: `Rewards::Bounties` (r:1 w:1)
	// Proof: `Rewards::Bounties` (`max_values`: None, `max_size`: Some(194), added: 2669, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(247), added: 2722, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:48 w:48)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Records` (r:37 w:37)
	// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(77), added: 2552, mode: `MaxEncodedLen`)
	// Storage: `Rewards::OverallRecords` (r:37 w:37)
	// Proof: `Rewards::OverallRecords` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Eras` (r:1 w:1)
	// Proof: `Rewards::Eras` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CurrentPolicy` (r:1 w:0)
	// Proof: `Rewards::CurrentPolicy` (`max_values`: Some(1), `max_size`: Some(202), added: 697, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Points` (r:37 w:37)
	// Proof: `Rewards::Points` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `Rewards::OldestEra` (r:1 w:1)
	// Proof: `Rewards::OldestEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// `r` is between 1 and 16.
	// `p` is between 0 and 21.
	fn settle(r: u32, p: u32) -> Weight {
		// At least 1_482_733 ns. Proof: 952 bytes measured.
		Weight::from_parts(1_529_592_000, 29623)
			.saturating_add(Weight::from_parts(44_283_558, 0).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(47_823_036, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(15))
			.saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 2603).saturating_mul(p.into()))
			.saturating_add(Weight::from_parts(0, 2603).saturating_mul(r.into()))
	}
	// Storage: `Rewards::Points` (r:1 w:1)
	// Proof: `Rewards::Points` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	fn on_idle_points() -> Weight {
		// At least 5_659 ns. Proof: 298 bytes measured.
		Weight::from_parts(6_410_000, 3533)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Rewards::Points` (r:1 w:0)
	// Proof: `Rewards::Points` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Eras` (r:1 w:1)
	// Proof: `Rewards::Eras` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	fn on_idle_era() -> Weight {
		// At least 10_125 ns. Proof: 226 bytes measured.
		Weight::from_parts(11_026_000, 3533)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
