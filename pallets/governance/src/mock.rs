// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet, and a council that is an origin.

use crate as pallet_governance;
use codec::Encode;
pub(crate) use contour_doubles::{by, council};
use contour_primitives::Motions;
pub(crate) use contour_primitives::{DAY, Moment};
use frame_support::{
	derive_impl, ord_parameter_types,
	traits::{ConstU32, ConstU64, Hooks},
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use sp_core::{
	H256,
	traits::{Externalities, ReadRuntimeVersion, ReadRuntimeVersionExt},
};
use sp_runtime::{BuildStorage, DispatchResult};
use sp_version::RuntimeVersion;
use std::cell::{Cell, RefCell};

pub(crate) type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

/// Somebody in good standing.
pub(crate) const CLINICIAN: AccountId = 1;
/// Three seats of the council.
pub(crate) const NORTH: AccountId = 11;
pub(crate) const SOUTH: AccountId = 12;
pub(crate) const EAST: AccountId = 13;
/// Stands for nine tenths of the council.
pub(crate) const NINE_TENTHS: AccountId = 9;

pub(crate) const MAX_MOTIONS: u32 = 12;
pub(crate) const MAX_MOTIONS_PER_SEAT: u32 = 3;
pub(crate) const MOTION_DURATION: u64 = 10;

/// Stands for two seats.
pub(crate) const TWO_SEATS: AccountId = 2;

pub(crate) const WEEK: Moment = 7 * DAY;
pub(crate) const HOUR: Moment = DAY / 24;
/// When tests begin.
pub(crate) const START: Moment = 20_000 * DAY;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Timestamp: pallet_timestamp,
		Governance: pallet_governance,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

ord_parameter_types! {
	pub const NineTenths: AccountId = NINE_TENTHS;
	pub const TwoSeats: AccountId = TWO_SEATS;
}

impl crate::Config for Test {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Council;
	type BriefBrake = ConstU64<HOUR>;
	type BriefBrakeInterval = ConstU64<WEEK>;
	type BriefBrakeOrigin = EnsureSignedBy<TwoSeats, AccountId>;
	type Clock = Timestamp;
	type Council = Council;
	type CouncilOrigin = EnsureRoot<AccountId>;
	type MaxMotions = ConstU32<MAX_MOTIONS>;
	type MaxMotionsPerSeat = ConstU32<MAX_MOTIONS_PER_SEAT>;
	type MotionDuration = ConstU64<MOTION_DURATION>;
	type UrgentOrigin = EnsureSignedBy<NineTenths, AccountId>;
	type WeightInfo = ();
}

thread_local! {
	static OPEN: RefCell<Vec<H256>> = const { RefCell::new(Vec::new()) };
	static SEATS: Cell<u32> = const { Cell::new(3) };
}

/// Stands for the collective.
pub struct Council;

impl Council {
	/// Numbers of the open motions.
	pub(crate) fn motions() -> Vec<u64> {
		OPEN.with_borrow(|open| open.iter().map(H256::to_low_u64_be).collect())
	}

	/// Lets a seat propose a motion, which has a number in place of a call.
	pub(crate) fn propose(seat: AccountId, motion: u64) -> DispatchResult {
		OPEN.with_borrow_mut(|open| open.push(H256::from_low_u64_be(motion)));
		Governance::note_motion(&seat).inspect_err(|_| {
			OPEN.with_borrow_mut(Vec::pop);
		})
	}

	/// Closes a motion, whatever was decided.
	pub(crate) fn close(motion: u64) {
		Self::disapprove(H256::from_low_u64_be(motion));
	}

	pub(crate) fn set_seats(seats: u32) {
		SEATS.set(seats);
	}
}

impl Motions<H256> for Council {
	fn open() -> Vec<H256> {
		OPEN.with_borrow(Clone::clone)
	}

	fn seats() -> u32 {
		SEATS.get()
	}

	fn disapprove(motion: H256) {
		OPEN.with_borrow_mut(|open| {
			let place = open.iter().position(|it| *it == motion).expect("it is open");
			open.remove(place);
		});
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<H256> for Council {
	fn open(motion: H256) {
		OPEN.with_borrow_mut(|open| open.push(motion));
	}
}

/// Takes a code's only byte for the version of the specification; other codes are no runtimes.
struct Reader;

impl ReadRuntimeVersion for Reader {
	fn read_runtime_version(
		&self,
		code: &[u8],
		_: &mut dyn Externalities,
	) -> Result<Vec<u8>, String> {
		let [spec_version] = code else {
			return Err("this is no runtime".into());
		};
		let spec_version = (*spec_version).into();
		Ok(RuntimeVersion { spec_version, ..Default::default() }.encode())
	}
}

pub(crate) struct ExtBuilder;

impl ExtBuilder {
	/// Runs a test in the first block and checks the pallet's invariants after it.
	pub(crate) fn run(test: impl FnOnce()) {
		Self::build().execute_with(|| {
			test();
			Governance::do_try_state().expect("the pallet's invariants hold");
		});
	}

	pub(crate) fn build() -> sp_io::TestExternalities {
		Self::build_with(Default::default())
	}

	pub(crate) fn build_with(governance: crate::GenesisConfig<Test>) -> sp_io::TestExternalities {
		let storage = RuntimeGenesisConfig { governance, ..Default::default() }
			.build_storage()
			.expect("the genesis is consistent");
		OPEN.take();
		SEATS.set(3);
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.register_extension(ReadRuntimeVersionExt::new(Reader));
		ext.execute_with(|| contour_doubles::begin::<Test>(START));
		ext
	}
}

/// Lets time pass, and then begins the next block.
pub(crate) fn wait(time: Moment) {
	contour_doubles::wait::<Test>(time);
}

/// Begins as many blocks.
pub(crate) fn blocks(count: u64) {
	for _ in 0..count {
		wait(2_000);
		Governance::on_initialize(System::block_number());
	}
}

/// The pallet's events since the last time, oldest first.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	contour_doubles::events::<Test, _>()
}
