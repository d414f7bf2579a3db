// SPDX-License-Identifier: Apache-2.0

//! Annotation tasks, and what the work on them earns.

use super::{RuntimeBlockWeights, TwoThirdsOfCouncil};
use crate::{
	AccountId, Audit, Balance, Balances, Credentials, Imaging, MILLIUNIT, Rewards, Runtime,
	RuntimeHoldReason, Timestamp, UNIT,
	configs::imaging::{DepositPerByte, DepositPerRecord},
};
use alloc::vec;
use contour_primitives::{DAY, Moment};
use contour_scoring::{Curve, Point, Ppm};
use frame_support::{
	PalletId, parameter_types,
	traits::{ConstU32, ConstU64, ConstU128, LinearStoragePrice, fungible::HoldConsideration},
	weights::Weight,
};
use pallet_governance::WorkingTime;
use pallet_rewards::{Issuance, Policy, Privilege, Shares, Terms};
use sp_runtime::Perbill;

const MINUTE: Moment = DAY / (24 * 60);

parameter_types! {
	/// What deposits are held for.
	pub const AnnotationHold: RuntimeHoldReason =
		RuntimeHoldReason::Annotation(pallet_annotation::HoldReason::Record);
	/// A twentieth of a block.
	pub ServiceWeight: Weight = Perbill::from_percent(5) * RuntimeBlockWeights::get().max_block;
}

impl pallet_annotation::Config for Runtime {
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Members;
	type Bounties = Rewards;
	type ClaimWindow = ConstU64<{ 7 * DAY }>;
	/// Deadlines of tasks stand still while the brake is on.
	type Clock = WorkingTime<Runtime>;
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
	type WeightInfo = crate::weights::pallet_annotation::WeightInfo<Runtime>;
}

parameter_types! {
	/// The ID from which the pots' accounts are derived.
	pub const RewardsPalletId: PalletId = PalletId(*b"ctr/rewd");
	/// What applies until the council decides otherwise.
	pub DefaultPolicy: Policy = Policy {
		terms: Terms {
			shares: Shares {
				base: percent(25),
				quality: percent(35),
				timeliness: percent(5),
				panel: percent(15),
				custodian: percent(10),
				storage: percent(5),
				patient: percent(5),
			},
			// Nothing below a Dice of one half, all from 0.9 on.
			quality_curve: line(percent(50), percent(90)),
			// All of it to readers who hand in within the first half of the time.
			timeliness_curve: line(Ppm::ZERO, percent(50)),
			merit_floor: percent(60),
		},
		privilege: Privilege { reputation: percent(50), bonus: percent(50) },
		issuance: Issuance { cap: 1_000 * UNIT, rate: 100 * MILLIUNIT },
	};
}

const fn percent(parts: u32) -> Ppm {
	Ppm::from_parts(parts * 10_000)
}

/// A share that rises evenly from nothing to all.
fn line(from: Ppm, to: Ppm) -> Curve {
	let corner = |quality, share| Point { quality, share };
	Curve::new(vec![corner(from, Ppm::ZERO), corner(to, Ppm::ONE)])
		.expect("the points rise: the test of the presets builds it")
}

impl pallet_rewards::Config for Runtime {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Members;
	type ClaimWindow = ConstU32<12>;
	type Clock = Timestamp;
	type CouncilOrigin = TwoThirdsOfCouncil;
	type Currency = Balances;
	type DefaultPolicy = DefaultPolicy;
	type EraLength = ConstU64<{ 30 * DAY }>;
	/// A year.
	type HalfLife = ConstU64<{ 365 * DAY }>;
	type Institutions = Credentials;
	type MaxEraIssuance = ConstU128<{ 100_000 * UNIT }>;
	type PalletId = RewardsPalletId;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = crate::weights::pallet_rewards::WeightInfo<Runtime>;
}
