// SPDX-License-Identifier: Apache-2.0

//! What the calls of `pallet_authorities` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 50 steps, 20 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.

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
		// At least 71_026 ns. Proof: 3284 bytes measured.
		Weight::from_parts(95_543_000, 3600)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Validators` (r:1 w:1)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:1 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn admit_validator() -> Weight {
		// At least 46_329 ns. Proof: 2859 bytes measured.
		Weight::from_parts(73_209_000, 6324)
			.saturating_add(T::DbWeight::get().reads(3))
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
		// At least 927_444 ns. Proof: 32333 bytes measured.
		Weight::from_parts(1_067_183_000, 335070)
			.saturating_add(T::DbWeight::get().reads(261))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Authorities::Validators` (r:1 w:1)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:1 w:0)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::DisabledValidators` (r:1 w:1)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn reinstate_validator() -> Weight {
		// At least 69_995 ns. Proof: 6976 bytes measured.
		Weight::from_parts(94_010_000, 10441)
			.saturating_add(T::DbWeight::get().reads(5))
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
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(193), added: 2668, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Session::ExternallySetKeys` (r:1 w:0)
	// Proof: `Session::ExternallySetKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Session::KeyOwner` (r:0 w:2)
	// Proof: `Session::KeyOwner` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn retire_validator() -> Weight {
		// At least 1_024_919 ns. Proof: 35202 bytes measured.
		Weight::from_parts(1_152_630_000, 335070)
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
		// At least 864_089 ns. Proof: 32333 bytes measured.
		Weight::from_parts(973_313_000, 335070)
			.saturating_add(T::DbWeight::get().reads(260))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn authorize_upgrade() -> Weight {
		// At least 4_707 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_538_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn register_node() -> Weight {
		// At least 4_707 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_538_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn remove_node() -> Weight {
		// At least 4_707 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_538_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn set_members_only() -> Weight {
		// At least 4_707 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_538_000, 0).saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	// Proof: `System::AuthorizedUpgrade` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn note_stalled() -> Weight {
		// At least 4_707 ns. Proof: 0 bytes measured.
		Weight::from_parts(5_538_000, 0).saturating_add(T::DbWeight::get().writes(1))
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
		// At least 2_751_546 ns. Proof: 54736 bytes measured.
		Weight::from_parts(2_990_642_000, 372526)
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
		// At least 1_857_401 ns. Proof: 26861 bytes measured.
		Weight::from_parts(2_034_166_000, 344651).saturating_add(T::DbWeight::get().reads(261))
	}
}
