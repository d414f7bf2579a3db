// SPDX-License-Identifier: Apache-2.0

//! Studies, and the history of what happened to them.

use super::TwoThirdsOfCouncil;
use crate::{
	AccountId, Audit, Balance, Balances, Credentials, MICROUNIT, MILLIUNIT, Runtime,
	RuntimeHoldReason, Timestamp,
};
use contour_primitives::{DAY, Moment, Purpose, Purposes};
use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU64, LinearStoragePrice, fungible::HoldConsideration},
};

const HOUR: Moment = DAY / 24;

parameter_types! {
	/// Care needs no directive; research does.
	pub DefaultPurposes: Purposes = Purpose::ClinicalCare.into();
	/// What deposits are held for.
	pub const RecordHold: RuntimeHoldReason =
		RuntimeHoldReason::Imaging(pallet_imaging::HoldReason::Record);
	/// Deposit for a record of any size.
	pub const DepositPerRecord: Balance = MILLIUNIT;
	/// Deposit for a byte of a record.
	pub const DepositPerByte: Balance = MICROUNIT;
}

impl pallet_audit::Config for Runtime {
	type Clock = Timestamp;
}

impl pallet_imaging::Config for Runtime {
	/// A quarter.
	type AttemptWindow = ConstU64<{ 90 * DAY }>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Members;
	type Clock = Timestamp;
	type CouncilOrigin = TwoThirdsOfCouncil;
	type DefaultPurposes = DefaultPurposes;
	type Deposit = HoldConsideration<
		AccountId,
		Balances,
		RecordHold,
		LinearStoragePrice<DepositPerRecord, DepositPerByte, Balance>,
	>;
	/// A shift.
	type EmergencyDuration = ConstU64<{ 12 * HOUR }>;
	type Institutions = Credentials;
	type KeyRegistry = Credentials;
	type MaxEmergenciesPerDay = ConstU32<10>;
	type MaxLease = ConstU64<{ 366 * DAY }>;
	type MaxLeasesPerGrantee = ConstU32<1_024>;
	type MaxLeasesPerStudy = ConstU32<128>;
	type MaxLiveLeasesPerPatient = ConstU32<256>;
	type RequestWindow = ConstU64<{ 30 * DAY }>;
	type ReviewWindow = ConstU64<{ 3 * DAY }>;
	type Standing = Credentials;
	type Trail = Audit;
	type WeightInfo = crate::weights::pallet_imaging::WeightInfo<Runtime>;
}
