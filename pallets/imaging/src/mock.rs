// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet, three hospitals and their people.

use crate as pallet_imaging;
use crate::{Directive, HoldReason as Reason, Locator, NewStudy, WrappedKey};
use contour_doubles::Clerk;
pub(crate) use contour_doubles::{by, council};
use contour_primitives::{
	DAY, Hash, InstitutionId, Institutions, KeyRegistry, KeySuite, Modality, Moment, Purpose,
	Purposes, Role, StudyId,
	audit::{Deed, Subject},
};
use frame_support::{
	BoundedVec, derive_impl, parameter_types,
	traits::{
		ConstU32, ConstU64, Hooks, LinearStoragePrice, Time,
		fungible::{HoldConsideration, InspectHold},
	},
	weights::{Weight, constants::RocksDbWeight},
};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, DispatchResult};

pub(crate) type AccountId = u64;
type Balance = u64;
type Block = frame_system::mocking::MockBlock<Test>;

pub(crate) const NORTH: InstitutionId = InstitutionId(0);
pub(crate) const SOUTH: InstitutionId = InstitutionId(1);
/// A hospital without money.
pub(crate) const POOR: InstitutionId = InstitutionId(2);

/// Custodians of the north and the south.
pub(crate) const KEEPER: AccountId = 1;
pub(crate) const SOUTH_KEEPER: AccountId = 2;
/// Radiologists of the south, the second one without an encryption key.
pub(crate) const READER: AccountId = 3;
pub(crate) const OTHER_READER: AccountId = 4;
/// Clinician of the south.
pub(crate) const CLINICIAN: AccountId = 5;
pub(crate) const PATIENT: AccountId = 6;
/// Administrators of the north and the south.
pub(crate) const HEAD: AccountId = 7;
pub(crate) const SOUTH_HEAD: AccountId = 8;
/// Custodian and radiologist of the hospital without money.
pub(crate) const POOR_KEEPER: AccountId = 9;
pub(crate) const POOR_READER: AccountId = 10;
/// Custodian of the north who is a clinician too.
pub(crate) const BOTH: AccountId = 11;
pub(crate) const STRANGER: AccountId = 99;

/// Time of the first block: midnight.
pub(crate) const START: Moment = 19_675 * DAY;
pub(crate) const MINUTE: Moment = 60_000;
pub(crate) const HOUR: Moment = 60 * MINUTE;
pub(crate) const MAX_LEASE: Moment = 30 * DAY;
pub(crate) const REQUEST_WINDOW: Moment = 7 * DAY;
pub(crate) const ATTEMPT_WINDOW: Moment = 14 * DAY;
pub(crate) const EMERGENCY: Moment = 4 * HOUR;
pub(crate) const REVIEW_WINDOW: Moment = DAY;
pub(crate) const MAX_LEASES_PER_STUDY: u32 = 5;
pub(crate) const MAX_LEASES_PER_GRANTEE: u32 = 4;
pub(crate) const MAX_LEASES_PER_PATIENT: u32 = 3;
pub(crate) const MAX_EMERGENCIES: u32 = 2;
const FUNDS: Balance = 1_000_000_000;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Timestamp: pallet_timestamp,
		Balances: pallet_balances,
		Imaging: pallet_imaging,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<Balance>;
	type Block = Block;
	type DbWeight = RocksDbWeight;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type RuntimeHoldReason = RuntimeHoldReason;
}

parameter_types! {
	pub DefaultPurposes: Purposes = Purpose::ClinicalCare.into();
	pub const RecordHold: RuntimeHoldReason = RuntimeHoldReason::Imaging(Reason::Record);
	pub const PerRecord: Balance = 10;
	pub const PerByte: Balance = 1;
}

impl pallet_imaging::Config for Test {
	type AttemptWindow = ConstU64<ATTEMPT_WINDOW>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Hospitals;
	type Clock = Timestamp;
	type CouncilOrigin = EnsureRoot<AccountId>;
	type DefaultPurposes = DefaultPurposes;
	type Deposit = HoldConsideration<
		AccountId,
		Balances,
		RecordHold,
		LinearStoragePrice<PerRecord, PerByte, Balance>,
	>;
	type EmergencyDuration = ConstU64<EMERGENCY>;
	type Institutions = Hospitals;
	type KeyRegistry = Hospitals;
	type MaxEmergenciesPerDay = ConstU32<MAX_EMERGENCIES>;
	type MaxLease = ConstU64<MAX_LEASE>;
	type MaxLeasesPerGrantee = ConstU32<MAX_LEASES_PER_GRANTEE>;
	type MaxLeasesPerStudy = ConstU32<MAX_LEASES_PER_STUDY>;
	type MaxLiveLeasesPerPatient = ConstU32<MAX_LEASES_PER_PATIENT>;
	type RequestWindow = ConstU64<REQUEST_WINDOW>;
	type ReviewWindow = ConstU64<REVIEW_WINDOW>;
	type Standing = Hospitals;
	type Trail = Clerk;
	type WeightInfo = ();
}

/// Whoever is reported for misuse may do nothing that needs a standard.
pub(crate) type Hospitals = contour_doubles::Hospitals<AccountId, Imaging>;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId> for Hospitals {
	fn admit(administrator: &AccountId) -> InstitutionId {
		use frame_support::traits::fungible::Mutate;

		let institution = Self::hospital_of(administrator);
		let roles = [Role::Custodian, Role::Radiologist, Role::Clinician];
		Self::vouch(administrator, institution, &roles);
		Self::give_key(administrator, KeySuite::XWing);
		Balances::set_balance(&Self::fee_account_of(institution), FUNDS);
		institution
	}

	fn set_clock(now: Moment) {
		Timestamp::set_timestamp(now);
	}
}

/// What was written down since the last time.
pub(crate) fn history() -> Vec<contour_doubles::Line<AccountId>> {
	contour_doubles::history()
}

/// What was written down about a study since the last time, without the study.
pub(crate) fn history_of(id: StudyId) -> Vec<(Option<AccountId>, Deed<AccountId>)> {
	history()
		.into_iter()
		.filter(|(subject, ..)| *subject == Subject::Study(id))
		.map(|(_, who, what)| (who, what))
		.collect()
}

/// Hospitals with money, and no studies.
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	/// Runs a test in the first block and checks the pallet's invariants after it.
	pub(crate) fn run(test: impl FnOnce()) {
		Self::build().execute_with(|| {
			test();
			Imaging::do_try_state().expect("the pallet's invariants hold");
		});
	}

	pub(crate) fn build() -> sp_io::TestExternalities {
		let purses = [(NORTH, FUNDS), (SOUTH, FUNDS), (POOR, 1)];
		let purses = purses.map(|(it, funds)| (Hospitals::fee_account_of(it), funds));
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: purses.to_vec(),
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is consistent");
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| {
			contour_doubles::begin::<Test>(START);
			[NORTH, SOUTH, POOR].into_iter().for_each(Hospitals::admit);
			Hospitals::appoint(&HEAD, NORTH);
			Hospitals::appoint(&SOUTH_HEAD, SOUTH);
			Hospitals::vouch(&KEEPER, NORTH, &[Role::Custodian]);
			Hospitals::vouch(&SOUTH_KEEPER, SOUTH, &[Role::Custodian]);
			Hospitals::vouch(&READER, SOUTH, &[Role::Radiologist]);
			Hospitals::vouch(&OTHER_READER, SOUTH, &[Role::Radiologist]);
			Hospitals::vouch(&CLINICIAN, SOUTH, &[Role::Clinician]);
			Hospitals::vouch(&POOR_KEEPER, POOR, &[Role::Custodian]);
			Hospitals::vouch(&POOR_READER, POOR, &[Role::Radiologist]);
			Hospitals::vouch(&BOTH, NORTH, &[Role::Custodian, Role::Clinician]);
			for (who, suite) in [
				(READER, KeySuite::XWing),
				(POOR_READER, KeySuite::XWing),
				(BOTH, KeySuite::XWing),
				(CLINICIAN, KeySuite::X25519),
			] {
				Hospitals::give_key(&who, suite);
			}
		});
		ext
	}
}

/// The name of a study.
pub(crate) fn id(number: u8) -> StudyId {
	StudyId(Hash::repeat_byte(number))
}

pub(crate) fn locator(number: u8) -> Locator {
	Locator::truncate_from(vec![number; 16])
}

/// A computed tomography of [`PATIENT`].
pub(crate) fn new_study(number: u8) -> NewStudy<AccountId> {
	NewStudy {
		id: id(number),
		patient: Some(PATIENT),
		modality: Modality::Ct,
		content_root: Hash::repeat_byte(number.wrapping_add(1)),
		metadata_hash: Hash::repeat_byte(number.wrapping_add(2)),
		commitment: Hash::repeat_byte(number.wrapping_add(3)),
		instances: 100,
		bytes: 50_000_000,
		locator: locator(number),
	}
}

/// Registers studies of [`PATIENT`] in the north.
pub(crate) fn register(numbers: impl IntoIterator<Item = u8>) {
	let studies: Vec<_> = numbers.into_iter().map(new_study).collect();
	let studies = BoundedVec::try_from(studies).expect("there are not too many");
	Imaging::register(by(KEEPER), NORTH, studies).expect("the keeper may");
}

pub(crate) fn permit(purpose: Purpose) -> Directive {
	Directive { permitted: purpose.into(), refused: Purposes::empty(), ethics_approval: false }
}

pub(crate) fn refuse(purpose: Purpose) -> Directive {
	Directive { permitted: Purposes::empty(), refused: purpose.into(), ethics_approval: false }
}

/// A wrapped key of the length that the grantee's suite demands.
pub(crate) fn key(grantee: AccountId) -> WrappedKey {
	let suite = Hospitals::suite_of(&grantee).unwrap_or(KeySuite::X25519);
	WrappedKey::truncate_from(vec![7; suite.wrapped_key_bytes() as usize])
}

/// Somebody asks for a study for clinical care, as long as can be.
pub(crate) fn request(grantee: AccountId, number: u8) -> DispatchResult {
	Imaging::request_access(by(grantee), id(number), Purpose::ClinicalCare, MAX_LEASE, None)
}

/// The keeper grants what was asked for.
pub(crate) fn grant(grantee: AccountId, number: u8, expires: Moment) -> DispatchResult {
	Imaging::grant_access(by(KEEPER), id(number), grantee, key(grantee), expires, locator(number))
}

/// Somebody asks for a study and gets it.
pub(crate) fn lease(grantee: AccountId, number: u8, expires: Moment) {
	request(grantee, number).expect("the grantee may ask");
	grant(grantee, number, expires).expect("the keeper grants it");
}

/// Lets time pass, and then one block come with as much time for idle work as it needs.
pub(crate) fn pass(time: Moment) {
	wait(time);
	Imaging::on_idle(System::block_number(), Weight::MAX);
}

/// Lets time pass, and then a block come that has no time for idle work.
pub(crate) fn wait(time: Moment) {
	contour_doubles::wait::<Test>(time);
}

pub(crate) fn now() -> Moment {
	Timestamp::now()
}

/// What is held from an institution.
pub(crate) fn held(institution: InstitutionId) -> Balance {
	Balances::total_balance_on_hold(&Hospitals::fee_account_of(institution))
}

/// The pallet's events since the last time, oldest first.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	contour_doubles::events::<Test, _>()
}
