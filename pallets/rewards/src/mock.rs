// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet, three hospitals and their people.

use crate as pallet_rewards;
use crate::{EraIndex, Issuance, Policy, Privilege, Shares, Terms};
pub(crate) use contour_doubles::{by, council};
use contour_primitives::{
	Balance, Bounties as _, DAY, InstitutionId, Institutions, Modality, Moment, PanelWork,
	ReaderWork, Settlement, TaskId,
};
use contour_scoring::{Curve, Point, Ppm};
use frame_support::{
	PalletId, derive_impl, parameter_types,
	traits::{ConstU32, ConstU64, ConstU128, Hooks},
	weights::{Weight, constants::RocksDbWeight},
};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, traits::IdentityLookup};

/// Long enough for a number of an institution beside a pallet's name.
pub(crate) type AccountId = u128;
type Block = frame_system::mocking::MockBlock<Test>;

pub(crate) const NORTH: InstitutionId = InstitutionId(0);
pub(crate) const SOUTH: InstitutionId = InstitutionId(1);
pub(crate) const EAST: InstitutionId = InstitutionId(2);
pub(crate) const HOSPITALS: [InstitutionId; 3] = [NORTH, SOUTH, EAST];

/// Administrators of the north and the south.
pub(crate) const HEAD: AccountId = 1;
pub(crate) const SOUTH_HEAD: AccountId = 2;
/// Somebody with money of their own.
pub(crate) const FOUNDATION: AccountId = 3;
/// Readers, with just so much that their accounts are there.
pub(crate) const READERS: [AccountId; 3] = [11, 12, 13];
/// Members of a panel, likewise.
pub(crate) const PANEL: [AccountId; 3] = [21, 22, 23];
/// A patient, likewise.
pub(crate) const PATIENT: AccountId = 31;
/// Somebody without any money.
pub(crate) const NEWCOMER: AccountId = 99;

pub(crate) const TASK: TaskId = TaskId(7);
pub(crate) const MINIMUM: Balance = 10;
pub(crate) const FUNDS: Balance = 1_000_000;
pub(crate) const MAX_ERA_ISSUANCE: Balance = 10_000;
pub(crate) const ERA: Moment = 30 * DAY;
pub(crate) const CLAIM_WINDOW: EraIndex = 3;
pub(crate) const HALF_LIFE: Moment = 180 * DAY;
/// The era in which tests begin, and its first moment.
pub(crate) const FIRST_ERA: EraIndex = 656;
pub(crate) const START: Moment = FIRST_ERA as Moment * ERA;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Timestamp: pallet_timestamp,
		Balances: pallet_balances,
		Rewards: pallet_rewards,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<Balance>;
	type AccountId = AccountId;
	type Block = Block;
	type DbWeight = RocksDbWeight;
	type Lookup = IdentityLookup<AccountId>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<MINIMUM>;
	type RuntimeHoldReason = RuntimeHoldReason;
}

parameter_types! {
	pub const RewardsPalletId: PalletId = PalletId(*b"ctr/rewd");
	pub DefaultPolicy: Policy = policy();
}

impl pallet_rewards::Config for Test {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Hospitals;
	type ClaimWindow = ConstU32<CLAIM_WINDOW>;
	type Clock = Timestamp;
	type CouncilOrigin = EnsureRoot<AccountId>;
	type Currency = Balances;
	type DefaultPolicy = DefaultPolicy;
	type EraLength = ConstU64<ERA>;
	type HalfLife = ConstU64<HALF_LIFE>;
	type Institutions = Hospitals;
	type MaxEraIssuance = ConstU128<MAX_ERA_ISSUANCE>;
	type PalletId = RewardsPalletId;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = Weights;
}

/// What is forgotten when nobody calls weighs something, so that tests can see where it stops.
pub struct Weights;

/// What forgetting an account's points, or an era, weighs.
pub(crate) const STEP: Weight = Weight::from_parts(1_000, 10);

impl crate::WeightInfo for Weights {
	fn fund() -> Weight {
		Weight::zero()
	}
	fn allocate() -> Weight {
		Weight::zero()
	}
	fn reclaim() -> Weight {
		Weight::zero()
	}
	fn set_policy() -> Weight {
		Weight::zero()
	}
	fn claim() -> Weight {
		Weight::zero()
	}
	fn sweep() -> Weight {
		Weight::zero()
	}
	fn settle(_: u32, _: u32) -> Weight {
		Weight::zero()
	}
	fn on_idle_points() -> Weight {
		STEP
	}
	fn on_idle_era() -> Weight {
		STEP
	}
}

pub(crate) type Hospitals = contour_doubles::Hospitals<AccountId>;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId> for Hospitals {
	fn admit(administrator: &AccountId) -> InstitutionId {
		use frame_support::traits::fungible::Mutate;

		let institution = Self::hospital_of(administrator);
		Balances::set_balance(&Self::fee_account_of(institution), FUNDS);
		institution
	}

	fn suspend(institution: InstitutionId) {
		Self::suspend(institution);
	}

	fn set_clock(now: Moment) {
		Timestamp::set_timestamp(now);
	}
}

/// Hospitals with money on their fee accounts, and empty pots.
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	/// Runs a test in the first block and checks the pallet's invariants after it.
	pub(crate) fn run(test: impl FnOnce()) {
		Self::build().execute_with(|| {
			test();
			Rewards::do_try_state().expect("the pallet's invariants hold");
		});
	}

	pub(crate) fn build() -> sp_io::TestExternalities {
		let rich = [NORTH, SOUTH].map(|it| (Hospitals::fee_account_of(it), FUNDS));
		let people = [&READERS[..], &PANEL[..], &[PATIENT]].concat();
		let mut balances: Vec<_> = people.into_iter().map(|who| (who, MINIMUM)).collect();
		balances.extend(rich);
		balances.push((FOUNDATION, FUNDS));
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is consistent");
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| {
			contour_doubles::begin::<Test>(START);
			HOSPITALS.into_iter().for_each(Hospitals::admit);
			Hospitals::appoint(&HEAD, NORTH);
			Hospitals::appoint(&SOUTH_HEAD, SOUTH);
		});
		ext
	}
}

pub(crate) const fn ppm(parts: u32) -> Ppm {
	Ppm::from_parts(parts)
}

pub(crate) fn curve<const POINTS: usize>(points: [(u32, u32); POINTS]) -> Curve {
	let point = |(quality, share)| Point { quality: ppm(quality), share: ppm(share) };
	Curve::new(points.map(point).to_vec()).expect("the points rise")
}

/// The policy of the worked example in `docs/rewards.md`.
pub(crate) fn policy() -> Policy {
	Policy {
		terms: Terms {
			shares: Shares {
				base: ppm(300_000),
				quality: ppm(300_000),
				timeliness: ppm(60_000),
				panel: ppm(150_000),
				custodian: ppm(100_000),
				storage: ppm(50_000),
				patient: ppm(40_000),
			},
			quality_curve: curve([(700_000, 0), (900_000, 1_000_000)]),
			timeliness_curve: curve([(0, 0), (500_000, 1_000_000)]),
			merit_floor: ppm(700_000),
		},
		privilege: Privilege { reputation: ppm(100_000), bonus: ppm(500_000) },
		issuance: Issuance { cap: 1_000, rate: 20 },
	}
}

/// A reading of which half the time was left.
pub(crate) fn reading(who: AccountId, quality: u32) -> ReaderWork<AccountId> {
	ReaderWork { who, quality: Some(ppm(quality)), earliness: ppm(500_000) }
}

pub(crate) fn vote(who: AccountId, alignment: u32) -> PanelWork<AccountId> {
	PanelWork { who, alignment: ppm(alignment) }
}

/// A task on a study of the south with one perfect reading, whose scores the east has computed.
pub(crate) fn settlement() -> Settlement<AccountId> {
	let [reader, ..] = READERS;
	Settlement {
		modality: Modality::Mr,
		validated: true,
		custodian: SOUTH,
		participant: Some(PATIENT),
		wanted: 1,
		readers: vec![reading(reader, 1_000_000)],
		panel: Vec::new(),
		scorers: vec![EAST],
	}
}

/// Opens a task of the north with a bounty, in a pot that has as much and the least besides.
pub(crate) fn open(task: TaskId, bounty: Balance) {
	Rewards::fund(by(FOUNDATION), NORTH, bounty + MINIMUM).expect("the foundation has the money");
	Rewards::reserve(task, NORTH, bounty).expect("the pot has the money");
}

/// Lets time pass, and then one block come with as much time for idle work as it needs.
pub(crate) fn pass(time: Moment) {
	wait(time);
	Rewards::on_idle(System::block_number(), Weight::MAX);
}

/// Lets time pass, and then a block come that has no time for idle work.
pub(crate) fn wait(time: Moment) {
	contour_doubles::wait::<Test>(time);
}

/// What an institution's pot has: free, and held.
pub(crate) fn pot(institution: InstitutionId) -> (Balance, Balance) {
	let pot = Rewards::pot_of(institution);
	(pot.free, pot.held)
}

/// The pallet's events since the last time, oldest first.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	contour_doubles::events::<Test, _>()
}

/// All money there is in the beginning.
pub(crate) const fn issuance_at_genesis() -> Balance {
	3 * FUNDS + 7 * MINIMUM
}
