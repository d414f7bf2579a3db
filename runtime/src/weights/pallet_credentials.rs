// SPDX-License-Identifier: Apache-2.0

//! What the calls of `pallet_credentials` cost: measured by `scripts/weights`, not to be edited.
//!
//! 2026-11-21, 50 steps, 20 repeats, Compiled WASM, AMD EPYC, SDK's tool 64.0.0.
//!
//! Not so yet: `set_administrator_allowance`, `set_daily_limit`, `set_daily_cap` and `on_idle_forget` have
//! the figure of `set_allowance`, until `scripts/weights` has run again.

#![allow(unused_imports, unused_variables, missing_docs, clippy::all, reason = "generated")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_credentials::WeightInfo for WeightInfo<T> {
	// Storage: `Credentials::Administrators` (r:1 w:1)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::CounterForAdministrators` (r:1 w:1)
	// Proof: `Credentials::CounterForAdministrators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Credentials::NextInstitution` (r:1 w:1)
	// Proof: `Credentials::NextInstitution` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Seats` (r:1 w:1)
	// Proof: `Credentials::Seats` (`max_values`: Some(1), `max_size`: Some(4098), added: 4593, mode: `MaxEncodedLen`)
	// Storage: `Council::Proposals` (r:1 w:0)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:64 w:64)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:0 w:1)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Council::Members` (r:0 w:1)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Prime` (r:0 w:1)
	// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn admit_institution() -> Weight {
		// At least 569_840 ns. Proof: 271173 bytes measured.
		Weight::from_parts(662_058_000, 430563)
			.saturating_add(T::DbWeight::get().reads(70))
			.saturating_add(T::DbWeight::get().writes(72))
	}
	// Storage: `Credentials::Institutions` (r:127 w:1)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Seats` (r:1 w:1)
	// Proof: `Credentials::Seats` (`max_values`: Some(1), `max_size`: Some(4098), added: 4593, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Validators` (r:128 w:0)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Session::DisabledValidators` (r:1 w:1)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::QueuedKeys` (r:1 w:0)
	// Proof: `Session::QueuedKeys` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::Minimum` (r:1 w:0)
	// Proof: `Authorities::Minimum` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Council::Proposals` (r:1 w:0)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:64 w:64)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Council::Members` (r:0 w:1)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Prime` (r:0 w:1)
	// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn suspend_institution() -> Weight {
		// At least 1_617_113 ns. Proof: 312364 bytes measured.
		Weight::from_parts(1_757_983_000, 471754)
			.saturating_add(T::DbWeight::get().reads(326))
			.saturating_add(T::DbWeight::get().writes(69))
	}
	// Storage: `Credentials::Institutions` (r:1 w:1)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Seats` (r:1 w:1)
	// Proof: `Credentials::Seats` (`max_values`: Some(1), `max_size`: Some(4098), added: 4593, mode: `MaxEncodedLen`)
	// Storage: `Council::Proposals` (r:1 w:0)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:64 w:64)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::Validators` (r:1 w:0)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::DisabledValidators` (r:1 w:1)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Members` (r:0 w:1)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Prime` (r:0 w:1)
	// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn reinstate_institution() -> Weight {
		// At least 496_781 ns. Proof: 276129 bytes measured.
		Weight::from_parts(573_405_000, 435519)
			.saturating_add(T::DbWeight::get().reads(70))
			.saturating_add(T::DbWeight::get().writes(69))
	}
	// Storage: `Credentials::Institutions` (r:127 w:1)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Seats` (r:1 w:1)
	// Proof: `Credentials::Seats` (`max_values`: Some(1), `max_size`: Some(4098), added: 4593, mode: `MaxEncodedLen`)
	// Storage: `Authorities::Validators` (r:128 w:1)
	// Proof: `Authorities::Validators` (`max_values`: None, `max_size`: Some(46), added: 2521, mode: `MaxEncodedLen`)
	// Storage: `Session::DisabledValidators` (r:1 w:1)
	// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::Validators` (r:1 w:0)
	// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::QueuedKeys` (r:1 w:0)
	// Proof: `Session::QueuedKeys` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::Minimum` (r:1 w:0)
	// Proof: `Authorities::Minimum` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Council::Proposals` (r:1 w:0)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:64 w:64)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Credentials::Administrators` (r:1 w:1)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::CounterForAdministrators` (r:1 w:1)
	// Proof: `Credentials::CounterForAdministrators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Authorities::CounterForValidators` (r:1 w:1)
	// Proof: `Authorities::CounterForValidators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Session::NextKeys` (r:1 w:1)
	// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Authorities::OperatorOf` (r:1 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:3 w:3)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Session::ExternallySetKeys` (r:1 w:0)
	// Proof: `Session::ExternallySetKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Council::Members` (r:0 w:1)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Prime` (r:0 w:1)
	// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Session::KeyOwner` (r:0 w:2)
	// Proof: `Session::KeyOwner` (`max_values`: None, `max_size`: None, mode: `Measured`)
	fn remove_institution() -> Weight {
		// At least 1_671_835 ns. Proof: 315861 bytes measured.
		Weight::from_parts(1_807_988_000, 475251)
			.saturating_add(T::DbWeight::get().reads(336))
			.saturating_add(T::DbWeight::get().writes(80))
	}
	// Storage: `Credentials::Administrators` (r:2 w:2)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:1)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Seats` (r:1 w:1)
	// Proof: `Credentials::Seats` (`max_values`: Some(1), `max_size`: Some(4098), added: 4593, mode: `MaxEncodedLen`)
	// Storage: `Council::Proposals` (r:1 w:0)
	// Proof: `Council::Proposals` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Voting` (r:64 w:64)
	// Proof: `Council::Voting` (`max_values`: None, `max_size`: None, mode: `Measured`)
	// Storage: `Credentials::CounterForAdministrators` (r:1 w:1)
	// Proof: `Credentials::CounterForAdministrators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Council::Members` (r:0 w:1)
	// Proof: `Council::Members` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	// Storage: `Council::Prime` (r:0 w:1)
	// Proof: `Council::Prime` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	fn set_administrator() -> Weight {
		// At least 533_326 ns. Proof: 274360 bytes measured.
		Weight::from_parts(620_105_000, 433750)
			.saturating_add(T::DbWeight::get().reads(71))
			.saturating_add(T::DbWeight::get().writes(72))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:1)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	fn set_allowance() -> Weight {
		// At least 15_543 ns. Proof: 402 bytes measured.
		Weight::from_parts(16_745_000, 3600)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:2 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:0)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Patients` (r:1 w:0)
	// Proof: `Credentials::Patients` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	// Storage: `Authorities::OperatorOf` (r:1 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Allowances` (r:0 w:1)
	// Proof: `Credentials::Allowances` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	fn set_member_allowance() -> Weight {
		// At least 35_744 ns. Proof: 1739 bytes measured.
		Weight::from_parts(54_711_000, 6044)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn top_up() -> Weight {
		// At least 66_990 ns. Proof: 375 bytes measured.
		Weight::from_parts(81_441_000, 6196)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:9 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:1)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn issue_credential() -> Weight {
		// At least 80_600 ns. Proof: 2096 bytes measured.
		Weight::from_parts(96_114_000, 24480)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:1)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	fn renew_credential() -> Weight {
		// At least 22_154 ns. Proof: 1286 bytes measured.
		Weight::from_parts(43_905_000, 4050)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:1)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn suspend_credential() -> Weight {
		// At least 22_063 ns. Proof: 1286 bytes measured.
		Weight::from_parts(43_265_000, 4050)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:1)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	fn reinstate_credential() -> Weight {
		// At least 20_300 ns. Proof: 1344 bytes measured.
		Weight::from_parts(42_894_000, 4050)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:2 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:1)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Patients` (r:1 w:0)
	// Proof: `Credentials::Patients` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	// Storage: `Authorities::OperatorOf` (r:1 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Allowances` (r:0 w:1)
	// Proof: `Credentials::Allowances` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	fn revoke_credential() -> Weight {
		// At least 60_039 ns. Proof: 2014 bytes measured.
		Weight::from_parts(84_005_000, 6044)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::AdministratorAllowances` (r:0 w:1)
	// Proof: `Credentials::AdministratorAllowances` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn set_administrator_allowance() -> Weight {
		// At least 15_543 ns. Proof: 402 bytes measured.
		Weight::from_parts(16_745_000, 3600)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::DailyLimits` (r:0 w:1)
	// Proof: `Credentials::DailyLimits` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn set_daily_limit() -> Weight {
		// At least 15_543 ns. Proof: 402 bytes measured.
		Weight::from_parts(16_745_000, 3600)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Credentials::DailyCaps` (r:0 w:1)
	// Proof: `Credentials::DailyCaps` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn set_daily_cap() -> Weight {
		// At least 15_543 ns. Proof: 402 bytes measured.
		Weight::from_parts(16_745_000, 3600)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Spent` (r:1 w:1)
	// Proof: `Credentials::Spent` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	fn on_idle_forget() -> Weight {
		// At least 15_543 ns. Proof: 402 bytes measured.
		Weight::from_parts(16_745_000, 3549)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:17 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:0)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	// Storage: `Authorities::OperatorOf` (r:1 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Patients` (r:1 w:0)
	// Proof: `Credentials::Patients` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	// Storage: `Credentials::EncryptionKeys` (r:1 w:1)
	// Proof: `Credentials::EncryptionKeys` (`max_values`: None, `max_size`: Some(1288), added: 3763, mode: `MaxEncodedLen`)
	fn set_encryption_key() -> Weight {
		// At least 95_683 ns. Proof: 5277 bytes measured.
		Weight::from_parts(154_911_000, 45360)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:17 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:0)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	// Storage: `Authorities::OperatorOf` (r:1 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Patients` (r:1 w:0)
	// Proof: `Credentials::Patients` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	// Storage: `Credentials::EncryptionKeys` (r:1 w:1)
	// Proof: `Credentials::EncryptionKeys` (`max_values`: None, `max_size`: Some(1288), added: 3763, mode: `MaxEncodedLen`)
	fn revoke_encryption_key() -> Weight {
		// At least 87_911 ns. Proof: 5277 bytes measured.
		Weight::from_parts(93_981_000, 45360)
			.saturating_add(T::DbWeight::get().reads(23))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:17 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:0)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Patients` (r:1 w:1)
	// Proof: `Credentials::Patients` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn enrol_patient() -> Weight {
		// At least 86_539 ns. Proof: 3512 bytes measured.
		Weight::from_parts(91_136_000, 45360)
			.saturating_add(T::DbWeight::get().reads(22))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Credentials::Administrators` (r:2 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:9 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:2 w:0)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Patients` (r:1 w:1)
	// Proof: `Credentials::Patients` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	// Storage: `Authorities::OperatorOf` (r:1 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Allowances` (r:0 w:1)
	// Proof: `Credentials::Allowances` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	fn discharge_patient() -> Weight {
		// At least 68_552 ns. Proof: 3600 bytes measured.
		Weight::from_parts(72_418_000, 24480)
			.saturating_add(T::DbWeight::get().reads(16))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Credentials::Institutions` (r:1 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn reclaim() -> Weight {
		// At least 61_822 ns. Proof: 520 bytes measured.
		Weight::from_parts(67_731_000, 6196)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	// Storage: `Credentials::Standards` (r:1 w:1)
	// Proof: `Credentials::Standards` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	fn set_standard() -> Weight {
		// At least 14_331 ns. Proof: 373 bytes measured.
		Weight::from_parts(24_006_000, 3490)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// Storage: `Credentials::Administrators` (r:1 w:0)
	// Proof: `Credentials::Administrators` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Institutions` (r:17 w:0)
	// Proof: `Credentials::Institutions` (`max_values`: None, `max_size`: Some(135), added: 2610, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Credentials` (r:1 w:0)
	// Proof: `Credentials::Credentials` (`max_values`: None, `max_size`: Some(585), added: 3060, mode: `MaxEncodedLen`)
	// Storage: `Authorities::OperatorOf` (r:1 w:0)
	// Proof: `Authorities::OperatorOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	// Storage: `Credentials::Patients` (r:1 w:0)
	// Proof: `Credentials::Patients` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	fn check_standing() -> Weight {
		// At least 79_890 ns. Proof: 3972 bytes measured.
		Weight::from_parts(122_293_000, 45360).saturating_add(T::DbWeight::get().reads(22))
	}
}
