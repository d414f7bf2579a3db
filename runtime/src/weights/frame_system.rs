// SPDX-License-Identifier: Apache-2.0

//! What the calls of `frame_system` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 50 steps, 20 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> frame_system::WeightInfo for WeightInfo<T> {
	// `b` is between 0 and 3932160.
	fn remark(b: u32) -> Weight {
		// At least 1_973 ns. Proof: 0 bytes measured.
		Weight::from_parts(12_426_320, 0)
			.saturating_add(Weight::from_parts(222, 0).saturating_mul(b.into()))
	}
	// `b` is between 0 and 3932160.
	fn remark_with_event(b: u32) -> Weight {
		// At least 4_928 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_068_000, 0)
			.saturating_add(Weight::from_parts(1_589, 0).saturating_mul(b.into()))
	}
	// Storage: UNKNOWN KEY `0x3a686561707061676573` (r:0 w:1)
	// Proof: UNKNOWN KEY `0x3a686561707061676573` (r:0 w:1)
	fn set_heap_pages() -> Weight {
		// At least 3_605 ns. Proof: 0 bytes measured.
		Weight::from_parts(4_116_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
	// Proof: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
	fn set_code() -> Weight {
		// At least 86_307_904 ns. Proof: 0 bytes measured.
		Weight::from_parts(89_662_219_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Skipped::Metadata` (r:0 w:0)
	// Proof: `Skipped::Metadata` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `i` is between 0 and 1000.
	fn set_storage(i: u32) -> Weight {
		// At least 2_093 ns. Proof: 0 bytes measured.
		Weight::from_parts(2_173_000, 0)
			.saturating_add(Weight::from_parts(771_139, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(i.into())))
	}
	// Storage: `Skipped::Metadata` (r:0 w:0)
	// Proof: `Skipped::Metadata` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `i` is between 0 and 1000.
	fn kill_storage(i: u32) -> Weight {
		// At least 2_023 ns. Proof: 0 bytes measured.
		Weight::from_parts(2_163_000, 0)
			.saturating_add(Weight::from_parts(578_250, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(i.into())))
	}
	// Storage: `Skipped::Metadata` (r:0 w:0)
	// Proof: `Skipped::Metadata` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `p` is between 0 and 1000.
	fn kill_prefix(p: u32) -> Weight {
		// At least 3_665 ns. Proof: 46 bytes measured.
		Weight::from_parts(3_786_000, 53)
			.saturating_add(Weight::from_parts(1_331_602, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 70).saturating_mul(p.into()))
	}
	// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn authorize_upgrade() -> Weight {
		// At least 14_602 ns. Proof: 0 bytes measured.
		Weight::from_parts(24_126_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::AuthorizedUpgrade` (r:1 w:1)
	// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	// Storage: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
	// Proof: UNKNOWN KEY `0x3a636f6465` (r:0 w:1)
	fn apply_authorized_upgrade() -> Weight {
		// At least 98_292_288 ns. Proof: 22 bytes measured.
		Weight::from_parts(101_118_249_000, 1518)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
}
