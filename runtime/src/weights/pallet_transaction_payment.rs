// SPDX-License-Identifier: Apache-2.0

//! What the calls of `pallet_transaction_payment` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 50 steps, 20 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_transaction_payment::WeightInfo for WeightInfo<T> {
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Allowances` (r:1 w:0)
	// Proof: `Credentials::Allowances` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Spent` (r:1 w:1)
	// Proof: `Credentials::Spent` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn charge_transaction_payment() -> Weight {
		// At least 85_197 ns. Proof: 523 bytes measured.
		Weight::from_parts(88_361_000, 6196)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
