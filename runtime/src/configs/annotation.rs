// SPDX-License-Identifier: Apache-2.0

//! Annotation tasks, and what the work on them earns.

use super::RuntimeBlockWeights;
use crate::{
	AccountId, Audit, Balance, Balances, Credentials, Imaging, Runtime, RuntimeHoldReason,
	Timestamp,
	configs::imaging::{DepositPerByte, DepositPerRecord},
};
use contour_primitives::{DAY, Moment};
use frame_support::{
	parameter_types,
	traits::{ConstU64, LinearStoragePrice, fungible::HoldConsideration},
	weights::Weight,
};
use sp_runtime::Perbill;

const MINUTE: Moment = DAY / (24 * 60);

parameter_types! {
	/// For what deposits are held.
	pub const AnnotationHold: RuntimeHoldReason =
		RuntimeHoldReason::Annotation(pallet_annotation::HoldReason::Record);
	/// A twentieth of a block.
	pub ServiceWeight: Weight = Perbill::from_percent(5) * RuntimeBlockWeights::get().max_block;
}

impl pallet_annotation::Config for Runtime {
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Members;
	type Bounties = ();
	type ClaimWindow = ConstU64<{ 7 * DAY }>;
	type Clock = Timestamp;
	type Deposit = HoldConsideration<
		AccountId,
		Balances,
		AnnotationHold,
		LinearStoragePrice<DepositPerRecord, DepositPerByte, Balance>,
	>;
	type Institutions = Credentials;
	type KeyRegistry = Credentials;
	/// A quarter.
	type MaxPhase = ConstU64<{ 90 * DAY }>;
	type MinPhase = ConstU64<{ MINUTE / 6 }>;
	type Retention = ConstU64<{ 90 * DAY }>;
	type SeedWindow = ConstU64<{ 10 * MINUTE }>;
	type ServiceWeight = ServiceWeight;
	type Standing = Credentials;
	type Studies = Imaging;
	type Trail = Audit;
	type WeightInfo = ();
}
