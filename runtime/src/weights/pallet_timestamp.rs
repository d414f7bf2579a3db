// SPDX-License-Identifier: Apache-2.0

//! What the calls of `pallet_timestamp` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 50 steps, 20 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_timestamp::WeightInfo for WeightInfo<T> {
	// Storage: `Timestamp::Now` (r:1 w:1)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Aura::CurrentSlot` (r:1 w:0)
	// Proof: `Aura::CurrentSlot` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn set() -> Weight {
		// At least 5_418 ns. Proof: 114 bytes measured.
		Weight::from_parts(5_879_000, 1493)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn on_finalize() -> Weight {
		// At least 911 ns. Proof: 0 bytes measured.
		Weight::from_parts(1_212_000, 0)
	}
}
