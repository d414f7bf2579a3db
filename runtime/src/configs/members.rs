// SPDX-License-Identifier: Apache-2.0

//! Institutions and their people.

use super::TwoThirdsOfCouncil;
use crate::{Authorities, Balances, Council, Imaging, Rewards, Runtime, Timestamp};
use contour_primitives::{DAY, Moment};
use frame_support::{
	PalletId, parameter_types,
	traits::{ConstU32, ConstU64},
};

/// Longest validity of a credential: five years.
const MAX_VALIDITY: Moment = 5 * 366 * DAY;

parameter_types! {
	/// Maximum number of institutions, and therefore of council seats and of validators.
	pub const MaxInstitutions: u32 = 128;
	/// The ID from which the purse and the fee accounts are derived.
	pub const CredentialsPalletId: PalletId = PalletId(*b"ctr/cred");
}

impl pallet_credentials::Config for Runtime {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Members;
	type Clock = Timestamp;
	type Conduct = Imaging;
	type Council = Council;
	type CouncilOrigin = TwoThirdsOfCouncil;
	type Currency = Balances;
	type MaxInstitutions = MaxInstitutions;
	type MaxValidity = ConstU64<MAX_VALIDITY>;
	type MaxVouchers = ConstU32<8>;
	type Merit = Rewards;
	type Operators = Authorities;
	type PalletId = CredentialsPalletId;
	type Tenure = Authorities;
	type WeightInfo = crate::weights::pallet_credentials::WeightInfo<Runtime>;
}
