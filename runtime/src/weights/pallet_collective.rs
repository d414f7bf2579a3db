// SPDX-License-Identifier: Apache-2.0

//! What the calls of `pallet_collective` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 2 steps, 1 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_collective::WeightInfo for WeightInfo<T> {
	// Storage: `Council::Members` (r:1 w:1)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Proposals` (r:1 w:0)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:64 w:64)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Prime` (r:0 w:1)
	// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// `m` is between 0 and 128.
	// `n` is between 0 and 128.
	// `p` is between 0 and 64.
	fn set_members(m: u32, n: u32, p: u32) -> Weight {
		// At least 22_203 ns. Proof: 0 bytes measured.
		Weight::from_parts(22_203_000, 1551)
			.saturating_add(Weight::from_parts(2_651_272, 0).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(5_130_248, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 1290).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(0, 2516).saturating_mul(p.into()))
	}
	// Storage: `Council::Members` (r:1 w:0)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// `b` is between 2 and 1024.
	// `m` is between 1 and 128.
	fn execute(b: u32, m: u32) -> Weight {
		// At least 14_732 ns. Proof: 68 bytes measured.
		Weight::from_parts(22_496_471, 1554)
			.saturating_add(Weight::from_parts(1_102, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(Weight::from_parts(0, 32).saturating_mul(m.into()))
	}
	// Storage: `Council::Members` (r:1 w:0)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::ProposalOf` (r:1 w:0)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `b` is between 2 and 1024.
	// `m` is between 1 and 128.
	fn propose_execute(b: u32, m: u32) -> Weight {
		// At least 18_868 ns. Proof: 68 bytes measured.
		Weight::from_parts(19_016_468, 3534)
			.saturating_add(Weight::from_parts(2_129, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(Weight::from_parts(0, 32).saturating_mul(m.into()))
	}
	// Storage: `Council::Members` (r:1 w:0)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::ProposalOf` (r:1 w:1)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Proposals` (r:1 w:1)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::ProposalCount` (r:1 w:1)
	// Proof: `Council::ProposalCount` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:0 w:1)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `b` is between 2 and 1024.
	// `m` is between 2 and 128.
	// `p` is between 1 and 64.
	fn propose_proposed(b: u32, m: u32, p: u32) -> Weight {
		// At least 25_759 ns. Proof: 0 bytes measured.
		Weight::from_parts(21_220_353, 3459)
			.saturating_add(Weight::from_parts(5_193, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(247_978, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(Weight::from_parts(0, 32).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(0, 43).saturating_mul(p.into()))
	}
	// Storage: `Council::Members` (r:1 w:0)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:1 w:1)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `m` is between 5 and 128.
	fn vote(m: u32) -> Weight {
		// At least 22_183 ns. Proof: 702 bytes measured.
		Weight::from_parts(22_129_260, 4167)
			.saturating_add(Weight::from_parts(10_747, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 64).saturating_mul(m.into()))
	}
	// Storage: `Council::Voting` (r:1 w:1)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Members` (r:1 w:0)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Proposals` (r:1 w:1)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::ProposalOf` (r:0 w:1)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `m` is between 4 and 128.
	// `p` is between 1 and 64.
	fn close_early_disapproved(m: u32, p: u32) -> Weight {
		// At least 25_508 ns. Proof: 178 bytes measured.
		Weight::from_parts(22_848_351, 3643)
			.saturating_add(Weight::from_parts(19_213, 0).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(200_293, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(Weight::from_parts(0, 64).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(0, 42).saturating_mul(p.into()))
	}
	// Storage: `Council::Voting` (r:1 w:1)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Members` (r:1 w:0)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::ProposalOf` (r:1 w:1)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Proposals` (r:1 w:1)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// `b` is between 2 and 1024.
	// `m` is between 4 and 128.
	// `p` is between 1 and 64.
	fn close_early_approved(b: u32, m: u32, p: u32) -> Weight {
		// At least 35_664 ns. Proof: 193 bytes measured.
		Weight::from_parts(32_086_842, 3659)
			.saturating_add(Weight::from_parts(2_263, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(7_674, 0).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(276_597, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(Weight::from_parts(0, 1).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(0, 64).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(0, 49).saturating_mul(p.into()))
	}
	// Storage: `Council::Voting` (r:1 w:1)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Members` (r:1 w:0)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Prime` (r:1 w:0)
	// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Proposals` (r:1 w:1)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::ProposalOf` (r:0 w:1)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `m` is between 4 and 128.
	// `p` is between 1 and 64.
	fn close_disapproved(m: u32, p: u32) -> Weight {
		// At least 26_740 ns. Proof: 198 bytes measured.
		Weight::from_parts(24_165_679, 3663)
			.saturating_add(Weight::from_parts(18_294, 0).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(232_642, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(Weight::from_parts(0, 64).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(0, 42).saturating_mul(p.into()))
	}
	// Storage: `Council::Voting` (r:1 w:1)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Members` (r:1 w:0)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Prime` (r:1 w:0)
	// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::ProposalOf` (r:1 w:1)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Proposals` (r:1 w:1)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// `b` is between 2 and 1024.
	// `m` is between 4 and 128.
	// `p` is between 1 and 64.
	fn close_approved(b: u32, m: u32, p: u32) -> Weight {
		// At least 39_138 ns. Proof: 213 bytes measured.
		Weight::from_parts(38_630_675, 3679)
			.saturating_add(Weight::from_parts(8_397, 0).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(254_671, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(Weight::from_parts(0, 1).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(0, 64).saturating_mul(m.into()))
			.saturating_add(Weight::from_parts(0, 49).saturating_mul(p.into()))
	}
	// Storage: `Council::Proposals` (r:1 w:1)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:0 w:1)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::ProposalOf` (r:0 w:1)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `p` is between 1 and 64.
	fn disapprove_proposal(p: u32) -> Weight {
		// At least 13_990 ns. Proof: 224 bytes measured.
		Weight::from_parts(13_794_460, 1709)
			.saturating_add(Weight::from_parts(195_539, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(Weight::from_parts(0, 32).saturating_mul(p.into()))
	}
	// Storage: `Council::ProposalOf` (r:1 w:1)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::CostOf` (r:1 w:0)
	// Proof: `Council::CostOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Proposals` (r:1 w:1)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:0 w:1)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// `d` is between 0 and 1.
	// `p` is between 1 and 64.
	fn kill(d: u32, p: u32) -> Weight {
		// At least 21_061 ns. Proof: 1286 bytes measured.
		Weight::from_parts(22_462_841, 4751)
			.saturating_add(Weight::from_parts(189_658, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(Weight::from_parts(0, 41).saturating_mul(p.into()))
	}
	// Storage: `Council::ProposalOf` (r:1 w:0)
	// Proof: `Council::ProposalOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::CostOf` (r:1 w:0)
	// Proof: `Council::CostOf` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn release_proposal_cost() -> Weight {
		// At least 12_578 ns. Proof: 807 bytes measured.
		Weight::from_parts(12_578_000, 4272).saturating_add(T::DbWeight::get().reads(2))
	}
}
