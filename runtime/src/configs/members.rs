// SPDX-License-Identifier: Apache-2.0

//! Institutions and their people.

use super::{TwoThirdsOfCouncil, brake::ThroughTheBrake, governance::CouncilSeats};
use crate::{Authorities, Balances, Imaging, Rewards, Runtime, Timestamp};
use contour_primitives::{Balance, DAY, MILLIUNIT, Moment, UNIT};
use frame_support::{
	PalletId, parameter_types,
	traits::{ConstU32, ConstU64, ConstU128},
};

/// The longest batch of studies has 80 KiB; only a runtime has more than this.
const MAX_TRANSACTION_BYTES: u32 = 256 * 1024;
/// Proxies, pure proxies, announcements, open calls of multisigs, groups of friends.
const MAX_PLACES: u32 = 32;
/// Hundreds of consents on one day.
const PATIENT_ALLOWANCE: Balance = 100 * MILLIUNIT;
/// Tens of thousands of credentials on one day, or a runtime of each kind that there is.
const ADMINISTRATOR_ALLOWANCE: Balance = 50 * UNIT;
/// Thirty members who use up their allowance of the preset, or half a million registered studies.
const DAILY_LIMIT: Balance = 300 * UNIT;
/// A thousand votes, consents withdrawn, or emergencies on one day.
const FREE_ALLOWANCE: Balance = UNIT;
/// Longest validity of a credential: five years.
const MAX_VALIDITY: Moment = 5 * 366 * DAY;

parameter_types! {
	/// Maximum number of institutions, and therefore of council seats and of validators.
	pub const MaxInstitutions: u32 = 128;
	/// The ID from which the purse and the fee accounts are derived.
	pub const CredentialsPalletId: PalletId = PalletId(*b"ctr/cred");
}

impl pallet_credentials::Config for Runtime {
	type AdministratorAllowance = ConstU128<ADMINISTRATOR_ALLOWANCE>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Members;
	type Calls = super::CallKinds;
	type Clock = Timestamp;
	type Conduct = Imaging;
	type Council = CouncilSeats;
	type CouncilOrigin = TwoThirdsOfCouncil;
	type Currency = Balances;
	type DailyLimit = ConstU128<DAILY_LIMIT>;
	type FreeAllowance = ConstU128<FREE_ALLOWANCE>;
	type MaxInstitutions = MaxInstitutions;
	type MaxLength = ConstU32<MAX_TRANSACTION_BYTES>;
	type MaxPlaces = ConstU32<MAX_PLACES>;
	type MaxValidity = ConstU64<MAX_VALIDITY>;
	type MaxVouchers = ConstU32<8>;
	type Merit = Rewards;
	type Operators = Authorities;
	type PalletId = CredentialsPalletId;
	type PatientAllowance = ConstU128<PATIENT_ALLOWANCE>;
	type Tenure = Authorities;
	type Unpaused = ThroughTheBrake;
	type WeightInfo = crate::weights::pallet_credentials::WeightInfo<Runtime>;
}
