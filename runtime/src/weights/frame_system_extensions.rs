// SPDX-License-Identifier: Apache-2.0

//! What the calls of `frame_system_extensions` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 50 steps, 20 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> frame_system::ExtensionsWeightInfo for WeightInfo<T> {
	fn check_genesis() -> Weight {
		// At least 1_612 ns. Proof: 0 bytes measured.
		Weight::from_parts(1_873_000, 0)
	}
	fn check_mortality_mortal_transaction() -> Weight {
		// At least 3_435 ns. Proof: 0 bytes measured.
		Weight::from_parts(3_725_000, 0)
	}
	fn check_mortality_immortal_transaction() -> Weight {
		// At least 3_495 ns. Proof: 0 bytes measured.
		Weight::from_parts(3_816_000, 0)
	}
	fn check_non_zero_sender() -> Weight {
		// At least 471 ns. Proof: 0 bytes measured.
		Weight::from_parts(551_000, 0)
	}
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn check_nonce() -> Weight {
		// At least 7_071 ns. Proof: 101 bytes measured.
		Weight::from_parts(7_661_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn check_spec_version() -> Weight {
		// At least 360 ns. Proof: 0 bytes measured.
		Weight::from_parts(421_000, 0)
	}
	fn check_tx_version() -> Weight {
		// At least 360 ns. Proof: 0 bytes measured.
		Weight::from_parts(411_000, 0)
	}
	fn check_weight() -> Weight {
		// At least 3_576 ns. Proof: 0 bytes measured.
		Weight::from_parts(3_926_000, 0)
	}
	fn weight_reclaim() -> Weight {
		// At least 2_043 ns. Proof: 0 bytes measured.
		Weight::from_parts(2_334_000, 0)
	}
}
