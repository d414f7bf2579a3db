// SPDX-License-Identifier: Apache-2.0

//! What the calls of `pallet_balances` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 50 steps, 20 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_balances::WeightInfo for WeightInfo<T> {
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn transfer_allow_death() -> Weight {
		// At least 51_307 ns. Proof: 52 bytes measured.
		Weight::from_parts(53_710_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn transfer_keep_alive() -> Weight {
		// At least 40_641 ns. Proof: 52 bytes measured.
		Weight::from_parts(42_594_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn force_set_balance_creating() -> Weight {
		// At least 18_858 ns. Proof: 0 bytes measured.
		Weight::from_parts(19_880_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn force_set_balance_killing() -> Weight {
		// At least 18_939 ns. Proof: 103 bytes measured.
		Weight::from_parts(20_010_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn force_transfer() -> Weight {
		// At least 52_979 ns. Proof: 155 bytes measured.
		Weight::from_parts(55_143_000, 6196)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn transfer_all() -> Weight {
		// At least 51_327 ns. Proof: 52 bytes measured.
		Weight::from_parts(53_170_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn force_unreserve() -> Weight {
		// At least 15_493 ns. Proof: 103 bytes measured.
		Weight::from_parts(16_384_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::Account` (r:999 w:999)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// `u` is between 1 and 1000.
	fn upgrade_accounts(u: u32) -> Weight {
		// At least 16_124 ns. Proof: 0 bytes measured.
		Weight::from_parts(16_725_000, 990)
			.saturating_add(Weight::from_parts(15_490_563, 0).saturating_mul(u.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(u.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(u.into())))
			.saturating_add(Weight::from_parts(0, 2603).saturating_mul(u.into()))
	}
	fn force_adjust_total_issuance() -> Weight {
		// At least 5_158 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_548_000, 0)
	}
	fn burn_allow_death() -> Weight {
		// At least 31_507 ns. Proof: 0 bytes measured.
		Weight::from_parts(33_020_000, 0)
	}
	fn burn_keep_alive() -> Weight {
		// At least 20_711 ns. Proof: 0 bytes measured.
		Weight::from_parts(21_943_000, 0)
	}
}
