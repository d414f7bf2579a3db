// SPDX-License-Identifier: Apache-2.0

//! What the calls of `frame_system` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 2 steps, 1 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> frame_system::WeightInfo for WeightInfo<T> {
	// `b` is between 0 and 3932160.
	fn remark(b: u32) -> Weight {
		// At least 7_682 ns. Proof: 0 bytes measured.
		Weight::from_parts(7_682_000, 0)
			.saturating_add(Weight::from_parts(954, 0).saturating_mul(b.into()))
	}
	// `b` is between 0 and 3932160.
	fn remark_with_event(b: u32) -> Weight {
		// At least 11_808 ns. Proof: 0 bytes measured.
		Weight::from_parts(11_808_000, 0)
			.saturating_add(Weight::from_parts(2_312, 0).saturating_mul(b.into()))
	}
	// Storage: UNKNOWN KEY `0x3a686561707061676573` (r:0 w:1)
	// Proof: UNKNOWN KEY `0x3a686561707061676573` (r:0 w:1)
	fn set_heap_pages() -> Weight {
		// At least 9_935 ns. Proof: 0 bytes measured.
		Weight::from_parts(9_935_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
	// Proof: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
	fn set_code() -> Weight {
		// At least 95_408_083 ns. Proof: 0 bytes measured.
		Weight::from_parts(95_408_083_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Skipped::Metadata` (r:0 w:0)
	// Proof: `Skipped::Metadata` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `i` is between 0 and 1000.
	fn set_storage(i: u32) -> Weight {
		// At least 9_424 ns. Proof: 0 bytes measured.
		Weight::from_parts(9_424_000, 0)
			.saturating_add(Weight::from_parts(772_663, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(i.into())))
	}
	// Storage: `Skipped::Metadata` (r:0 w:0)
	// Proof: `Skipped::Metadata` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `i` is between 0 and 1000.
	fn kill_storage(i: u32) -> Weight {
		// At least 7_691 ns. Proof: 0 bytes measured.
		Weight::from_parts(7_691_000, 0)
			.saturating_add(Weight::from_parts(708_257, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(i.into())))
	}
	// Storage: `Skipped::Metadata` (r:0 w:0)
	// Proof: `Skipped::Metadata` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `p` is between 0 and 1000.
	fn kill_prefix(p: u32) -> Weight {
		// At least 25_928 ns. Proof: 6 bytes measured.
		Weight::from_parts(25_928_000, 6)
			.saturating_add(Weight::from_parts(1_235_795, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 69).saturating_mul(p.into()))
	}
	// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn authorize_upgrade() -> Weight {
		// At least 41_963 ns. Proof: 0 bytes measured.
		Weight::from_parts(41_963_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::AuthorizedUpgrade` (r:1 w:1)
	// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	// Storage: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
	// Proof: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
	fn apply_authorized_upgrade() -> Weight {
		// At least 103_378_598 ns. Proof: 22 bytes measured.
		Weight::from_parts(103_378_598_000, 1518)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
}
