// SPDX-License-Identifier: Apache-2.0

//! What the calls of `pallet_authorities` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 50 steps, 20 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.
//!
//! Not so yet: `withdraw_stall` has the figure of a like call, until `scripts/weights` has run again.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_authorities::WeightInfo for WeightInfo<T> {
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Validators` (r:1 w:1)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Authorities::OperatorOf` (r:1 w:1)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Authorities::CounterForValidators` (r:1 w:1)
	// Proof: `Authorities::CounterForValidators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn designate_validator() -> Weight {
		// At least 86_089 ns. Proof: 3340 bytes measured.
		Weight::from_parts(109_333_000, 3600)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Validators` (r:1 w:1)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:1 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::MembersOnly` (r:1 w:0)
	// Proof: `Authorities::MembersOnly` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
	fn admit_validator() -> Weight {
		// At least 78_377 ns. Proof: 2916 bytes measured.
		Weight::from_parts(92_258_000, 6381)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Authorities::Validators` (r:129 w:1)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:128 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Session::DisabledValidators` (r:1 w:1)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::QueuedKeys` (r:1 w:0)
	// Proof: `Session::QueuedKeys` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::Minimum` (r:1 w:0)
	// Proof: `Authorities::Minimum` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn suspend_validator() -> Weight {
		// At least 1_034_173 ns. Proof: 32366 bytes measured.
		Weight::from_parts(1_112_079_000, 335070)
			.saturating_add(T::DbWeight::get().reads(261))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Authorities::Validators` (r:1 w:1)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:1 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::MembersOnly` (r:1 w:0)
	// Proof: `Authorities::MembersOnly` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::DisabledValidators` (r:1 w:1)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn reinstate_validator() -> Weight {
		// At least 75_032 ns. Proof: 7033 bytes measured.
		Weight::from_parts(89_253_000, 10498)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:128 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Validators` (r:129 w:1)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Session::DisabledValidators` (r:1 w:1)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::QueuedKeys` (r:1 w:0)
	// Proof: `Session::QueuedKeys` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::Minimum` (r:1 w:0)
	// Proof: `Authorities::Minimum` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Authorities::CounterForValidators` (r:1 w:1)
	// Proof: `Authorities::CounterForValidators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:1 w:1)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::OperatorOf` (r:1 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(247), added: 2722, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Session::ExternallySetKeys` (r:1 w:0)
	// Proof: `Session::ExternallySetKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Session::KeyOwner` (r:0 w:2)
	// Proof: `Session::KeyOwner` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn retire_validator() -> Weight {
		// At least 1_084_308 ns. Proof: 35258 bytes measured.
		Weight::from_parts(1_197_948_000, 335070)
			.saturating_add(T::DbWeight::get().reads(268))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	// Storage: `Authorities::Validators` (r:129 w:0)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:128 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Session::DisabledValidators` (r:1 w:0)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::QueuedKeys` (r:1 w:0)
	// Proof: `Session::QueuedKeys` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::Minimum` (r:0 w:1)
	// Proof: `Authorities::Minimum` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn set_minimum() -> Weight {
		// At least 972_170 ns. Proof: 32366 bytes measured.
		Weight::from_parts(1_067_082_000, 335070)
			.saturating_add(T::DbWeight::get().reads(260))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Nodes` (r:1 w:1)
	// Proof: `Authorities::Nodes` (`max_values`: None, `max_size`: Some(269), added: 2744, mode: `MaxEncodedLen`)
	fn register_node() -> Weight {
		// At least 67_741 ns. Proof: 2218 bytes measured.
		Weight::from_parts(80_561_000, 3734)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Nodes` (r:1 w:1)
	// Proof: `Authorities::Nodes` (`max_values`: None, `max_size`: Some(269), added: 2744, mode: `MaxEncodedLen`)
	// Storage: `Authorities::MembersOnly` (r:1 w:0)
	// Proof: `Authorities::MembersOnly` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Validators` (r:1 w:0)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	fn remove_node() -> Weight {
		// At least 74_982 ns. Proof: 2754 bytes measured.
		Weight::from_parts(94_802_000, 3734)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Authorities::Validators` (r:129 w:0)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Nodes` (r:128 w:0)
	// Proof: `Authorities::Nodes` (`max_values`: None, `max_size`: Some(269), added: 2744, mode: `MaxEncodedLen`)
	// Storage: `Authorities::MembersOnly` (r:0 w:1)
	// Proof: `Authorities::MembersOnly` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
	fn set_members_only() -> Weight {
		// At least 849_527 ns. Proof: 13019 bytes measured.
		Weight::from_parts(920_053_000, 352222)
			.saturating_add(T::DbWeight::get().reads(257))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Authorities::Stall` (r:0 w:1)
	// Proof: `Authorities::Stall` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn note_stalled() -> Weight {
		// At least 4_908 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_308_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Authorities::Stall` (r:1 w:1)
	// Proof: `Authorities::Stall` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn withdraw_stall() -> Weight {
		// At least 4_908 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_308_000, 1_493)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Authorities::SessionStart` (r:2 w:0)
	// Proof: `Authorities::SessionStart` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	// Storage: `Session::CurrentIndex` (r:1 w:0)
	// Proof: `Session::CurrentIndex` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::OperatorOf` (r:128 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:128 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Offences::ConcurrentReportsIndex` (r:1 w:1)
	// Proof: `Offences::ConcurrentReportsIndex` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Offences::Reports` (r:1 w:1)
	// Proof: `Offences::Reports` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::Validators` (r:129 w:1)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:128 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Session::DisabledValidators` (r:1 w:1)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::QueuedKeys` (r:1 w:0)
	// Proof: `Session::QueuedKeys` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::Minimum` (r:1 w:0)
	// Proof: `Authorities::Minimum` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn report_equivocation() -> Weight {
		// At least 3_145_614 ns. Proof: 54792 bytes measured.
		Weight::from_parts(3_482_186_000, 372582)
			.saturating_add(T::DbWeight::get().reads(522))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Authorities::SessionStart` (r:2 w:0)
	// Proof: `Authorities::SessionStart` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	// Storage: `Session::CurrentIndex` (r:1 w:0)
	// Proof: `Session::CurrentIndex` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::OperatorOf` (r:128 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:128 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Offences::Reports` (r:1 w:0)
	// Proof: `Offences::Reports` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn authorize_report() -> Weight {
		// At least 2_149_288 ns. Proof: 26917 bytes measured.
		Weight::from_parts(2_262_196_000, 344707).saturating_add(T::DbWeight::get().reads(261))
	}
}
