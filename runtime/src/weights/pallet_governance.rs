// SPDX-License-Identifier: Apache-2.0

//! What the calls of `pallet_governance` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 50 steps, 20 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.
//!
//! Not so yet: each figure is that of a like call of another pallet, until `scripts/weights` has run
//! again.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_governance::WeightInfo for WeightInfo<T> {
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Governance::UpgradeDelay` (r:1 w:0)
	// Proof: `Governance::UpgradeDelay` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Governance::Authorized` (r:0 w:1)
	// Proof: `Governance::Authorized` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	fn authorize_upgrade() -> Weight {
		// At least 9_908 ns. Proof: 22 bytes measured.
		Weight::from_parts(10_668_000, 1493)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Governance::Authorized` (r:1 w:1)
	// Proof: `Governance::Authorized` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	fn cancel_upgrade() -> Weight {
		// At least 9_908 ns. Proof: 40 bytes measured.
		Weight::from_parts(10_668_000, 1525)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Governance::Authorized` (r:1 w:0)
	// Proof: `Governance::Authorized` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn apply_upgrade() -> Weight {
		// At least 9_292_288 ns. Proof: 62 bytes measured.
		Weight::from_parts(10_118_249_000, 1525)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Governance::Brake` (r:1 w:1)
	// Proof: `Governance::Brake` (`max_values`: Some(1), `max_size`: Some(17), added: 512, mode: `MaxEncodedLen`)
	fn pull_brake() -> Weight {
		// At least 9_908 ns. Proof: 40 bytes measured.
		Weight::from_parts(10_668_000, 1502)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Governance::Brake` (r:1 w:1)
	// Proof: `Governance::Brake` (`max_values`: Some(1), `max_size`: Some(17), added: 512, mode: `MaxEncodedLen`)
	// Storage: `Governance::LastBrief` (r:1 w:1)
	// Proof: `Governance::LastBrief` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn pull_brake_briefly() -> Weight {
		// At least 9_908 ns. Proof: 40 bytes measured.
		Weight::from_parts(10_668_000, 1502)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Governance::Brake` (r:1 w:1)
	// Proof: `Governance::Brake` (`max_values`: Some(1), `max_size`: Some(17), added: 512, mode: `MaxEncodedLen`)
	// Storage: `Governance::Paused` (r:1 w:1)
	// Proof: `Governance::Paused` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn release_brake() -> Weight {
		// At least 9_908 ns. Proof: 40 bytes measured.
		Weight::from_parts(10_668_000, 1502)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Governance::Brake` (r:1 w:1)
	// Proof: `Governance::Brake` (`max_values`: Some(1), `max_size`: Some(17), added: 512, mode: `MaxEncodedLen`)
	// Storage: `Governance::Paused` (r:1 w:1)
	// Proof: `Governance::Paused` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Governance::OpenMotions` (r:1 w:1)
	// Proof: `Governance::OpenMotions` (`max_values`: Some(1), `max_size`: Some(4353), added: 4848, mode: `MaxEncodedLen`)
	// Storage: `Council::Proposals` (r:1 w:1)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::ProposalOf` (r:0 w:64)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:0 w:64)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn on_initialize(m: u32) -> Weight {
		// At least 4_908 ns. Proof: 62 bytes measured.
		Weight::from_parts(9_118_000, 5838)
			.saturating_add(Weight::from_parts(12_000_000, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(m.into())))
	}
}
