// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet, and what tests do with it.

use crate as pallet_annotation;
use crate::{HoldReason as Reason, Phase, ScorerId, ScorerSignature, Terms, report_payload};
pub(crate) use contour_doubles::by;
use contour_doubles::{Clerk, Line};
use contour_primitives::{
	AccountId, Code, Hash, InstitutionId, Institutions, KeySuite, Moment, Numbers, Purpose, Role,
	Sealed, StudyId, TaskId, vote_commitment,
};
use contour_scoring::{Grid, Method, Outcome, Ppm, Report};
use frame_support::{
	BoundedVec, derive_impl, parameter_types,
	traits::{
		ConstU64, Hooks, LinearStoragePrice, Time,
		fungible::{HoldConsideration, InspectHold},
	},
	weights::{Weight, constants::RocksDbWeight},
};
use sp_application_crypto::Pair as _;
use sp_io::hashing::blake2_256;
use sp_runtime::{BuildStorage, DispatchResult};

mod neighbours;

pub(crate) use neighbours::{Archive, Purse};

pub(crate) type Hospitals = contour_doubles::Hospitals<AccountId>;

type Balance = u64;
type Block = frame_system::mocking::MockBlock<Test>;

pub(crate) const NORTH: InstitutionId = InstitutionId(0);
pub(crate) const SOUTH: InstitutionId = InstitutionId(1);
pub(crate) const EAST: InstitutionId = InstitutionId(2);
/// A hospital without a scorer.
pub(crate) const WEST: InstitutionId = InstitutionId(3);
pub(crate) const SCORING: [InstitutionId; 3] = [NORTH, SOUTH, EAST];

/// Custodian of the north, who opens tasks.
pub(crate) const KEEPER: AccountId = person(1);
/// Radiologists: one of the north, two of the south.
pub(crate) const ANNA: AccountId = person(11);
pub(crate) const BEN: AccountId = person(12);
pub(crate) const CARLA: AccountId = person(13);
/// Data scientist of the south.
pub(crate) const DAVID: AccountId = person(14);
/// Radiologist of the north who opened no task.
pub(crate) const COLLEAGUE: AccountId = person(15);
pub(crate) const STRANGER: AccountId = person(99);

/// Who administers a hospital.
pub(crate) const fn head(institution: InstitutionId) -> AccountId {
	person(100 + institution.0 as u8)
}

/// The account of a hospital's scorer.
pub(crate) const fn scorer(institution: InstitutionId) -> AccountId {
	person(110 + institution.0 as u8)
}

/// Radiologists of the west, who can be drawn for panels.
pub(crate) const fn expert(number: u8) -> AccountId {
	person(200 + number)
}

pub(crate) const fn person(number: u8) -> AccountId {
	AccountId::new([number; 32])
}

/// Time of the first block.
pub(crate) const START: Moment = 1_700_000_000_000;
pub(crate) const SECOND: Moment = 1_000;
pub(crate) const MINUTE: Moment = 60 * SECOND;
pub(crate) const HOUR: Moment = 60 * MINUTE;
pub(crate) const CLAIM_WINDOW: Moment = 2 * HOUR;
pub(crate) const SEED_WINDOW: Moment = 5 * MINUTE;
pub(crate) const RETENTION: Moment = 24 * HOUR;
pub(crate) const BOUNTY: Balance = 1_000;
const FUNDS: Balance = 1_000_000_000;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Timestamp: pallet_timestamp,
		Balances: pallet_balances,
		Annotation: pallet_annotation,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<Balance>;
	type AccountId = AccountId;
	type Block = Block;
	type DbWeight = RocksDbWeight;
	type Lookup = sp_runtime::traits::IdentityLookup<AccountId>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Test
where
	RuntimeCall: From<C>,
{
	type Extrinsic = Extrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateTransaction<C> for Test
where
	RuntimeCall: From<C>,
{
	type Extension = ();
	fn create_transaction(call: RuntimeCall, (): ()) -> Extrinsic {
		Extrinsic::new_transaction(call, ())
	}
}

impl<C> frame_system::offchain::CreateAuthorizedTransaction<C> for Test
where
	RuntimeCall: From<C>,
{
	fn create_extension() -> Self::Extension {}
}

/// What the worker submits.
pub(crate) type Extrinsic = sp_runtime::testing::TestXt<RuntimeCall, ()>;

parameter_types! {
	pub const RecordHold: RuntimeHoldReason = RuntimeHoldReason::Annotation(Reason::Record);
	pub const PerRecord: Balance = 10;
	pub const PerByte: Balance = 1;
	pub const ServiceWeight: Weight = Weight::MAX;
}

impl pallet_annotation::Config for Test {
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Hospitals;
	type Bounties = Purse;
	type ClaimWindow = ConstU64<CLAIM_WINDOW>;
	type Clock = Timestamp;
	type Deposit = HoldConsideration<
		AccountId,
		Balances,
		RecordHold,
		LinearStoragePrice<PerRecord, PerByte, Balance>,
	>;
	type Institutions = Hospitals;
	type KeyRegistry = Hospitals;
	type MaxPhase = ConstU64<{ 30 * 24 * HOUR }>;
	type MinPhase = ConstU64<MINUTE>;
	type Retention = ConstU64<RETENTION>;
	type SeedWindow = ConstU64<SEED_WINDOW>;
	type ServiceWeight = ServiceWeight;
	type Standing = Hospitals;
	type Studies = Archive;
	type Trail = Clerk;
	type WeightInfo = ();
}

/// Hospitals with money, three of which have scorers.
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	/// Runs a test in the first block and checks the pallet's invariants after it.
	pub(crate) fn run(test: impl FnOnce()) {
		Self::build().execute_with(|| {
			test();
			Annotation::do_try_state().expect("the pallet's invariants hold");
		});
	}

	pub(crate) fn build() -> sp_io::TestExternalities {
		neighbours::forget();
		let hospitals = (0..=WEST.0).map(InstitutionId);
		let storage = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: hospitals.map(|it| (Hospitals::fee_account_of(it), FUNDS)).collect(),
				..Default::default()
			},
			..Default::default()
		}
		.build_storage()
		.expect("the genesis is consistent");
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| {
			contour_doubles::begin::<Test>(START);
			for institution in (0..=WEST.0).map(InstitutionId) {
				Hospitals::admit(institution);
				Hospitals::appoint(&head(institution), institution);
				vouch(&scorer(institution), institution, Role::Scorer);
			}
			vouch(&KEEPER, NORTH, Role::Custodian);
			vouch(&ANNA, NORTH, Role::Radiologist);
			vouch(&BEN, SOUTH, Role::Radiologist);
			vouch(&CARLA, SOUTH, Role::Radiologist);
			vouch(&DAVID, SOUTH, Role::DataScientist);
			vouch(&COLLEAGUE, NORTH, Role::Radiologist);
			for number in 0..=40 {
				vouch(&expert(number), WEST, Role::Radiologist);
			}
			for institution in SCORING {
				let account = scorer(institution);
				Annotation::appoint_scorer(by(head(institution)), account, key(institution).1)
					.expect("the administrator may");
			}
			for reader in [ANNA, BEN, CARLA, COLLEAGUE] {
				Archive::lease(study(1), &reader, Purpose::HealthResearch);
			}
			events();
		});
		ext
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl ExtBuilder {
	/// With a keystore, in which the measurements make keys.
	pub(crate) fn build_with_keystore() -> sp_io::TestExternalities {
		use sp_keystore::{KeystoreExt, testing::MemoryKeystore};

		let mut ext = Self::build();
		ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
		ext
	}
}

/// The key pair of a hospital's scorer.
pub(crate) fn key(institution: InstitutionId) -> (sp_core::ed25519::Pair, ScorerId) {
	let pair = sp_core::ed25519::Pair::from_seed(&[institution.0 as u8 + 1; 32]);
	let public = pair.public().into();
	(pair, public)
}

/// Lets a hospital vouch for somebody, for whom others may vouch already, and who has a key.
pub(crate) fn vouch(who: &AccountId, institution: InstitutionId, role: Role) {
	Hospitals::vouch(who, institution, &[role]);
	Hospitals::give_key(who, KeySuite::X25519);
}

/// What was written down since the last time.
pub(crate) fn history() -> Vec<Line<AccountId>> {
	contour_doubles::history()
}

/// The origin of what a scorer's signature authorised.
pub(crate) fn authorized() -> RuntimeOrigin {
	frame_system::RawOrigin::Authorized.into()
}

pub(crate) fn study(number: u8) -> StudyId {
	StudyId(Hash::repeat_byte(number))
}

/// Something sealed.
pub(crate) fn sealed(number: u8) -> Sealed {
	Sealed {
		root: Hash::repeat_byte(number),
		locator: BoundedVec::truncate_from(b"file:///store".to_vec()),
	}
}

/// Three readings, a panel of three.
pub(crate) fn terms() -> Terms {
	let text = |text: &[u8]| BoundedVec::truncate_from(text.to_vec());
	Terms {
		structure: Code { scheme: text(b"SCT"), value: text(b"4147007") },
		method: Method::Staple,
		wanted: 3,
		threshold: Ppm::from_parts(700_000),
		panel: 3,
		reading: 10 * HOUR,
		scoring: HOUR,
		voting: 3 * HOUR,
		revealing: 2 * HOUR,
		appeal: 4 * HOUR,
	}
}

/// The task that the keeper opens first.
pub(crate) const TASK: TaskId = TaskId(0);

/// The keeper opens a task on the first study.
pub(crate) fn open() -> TaskId {
	open_with(terms())
}

pub(crate) fn open_with(terms: Terms) -> TaskId {
	let task = crate::NextTask::<Test>::get();
	Annotation::open(by(KEEPER), NORTH, study(1), terms, sealed(9), BOUNTY)
		.expect("the keeper may open tasks");
	task
}

/// Readers claim places and hand in finished readings.
pub(crate) fn read(task: TaskId, readers: &[AccountId]) {
	for (number, reader) in (1..).zip(readers) {
		Annotation::claim(by(reader.clone()), task).expect("there is a place");
		Annotation::submit(by(reader.clone()), task, sealed(number), true)
			.expect("the reader has a place");
	}
}

/// A report on some readings, by their Dice, that names an agreement.
pub(crate) fn report(agreement: u32, dice: &[u32]) -> Report {
	let outcomes = dice.iter().zip(1..).map(|(dice, number)| Outcome::Scored {
		dice: Ppm::from_parts(*dice),
		hd95: Some(1_000),
		mask: [number; 32],
		counted: true,
	});
	Report {
		method: Method::Staple,
		grid: Grid::new([8, 8, 8], [1_000; 3]).expect("it is a grid"),
		consensus: Some([77; 32]),
		agreement: Some(Ppm::from_parts(agreement)),
		outcomes: BoundedVec::truncate_from(outcomes.collect()),
	}
}

/// What a hospital's scorer reveals, hashed so many times.
pub(crate) fn secret(institution: InstitutionId, hashes: u8) -> Hash {
	let secret = [institution.0 as u8 + 50; 32];
	(0..hashes).fold(secret, |hashed, _| blake2_256(&hashed)).into()
}

/// The scorer of a hospital reports.
pub(crate) fn score(institution: InstitutionId, task: TaskId, told: &Report) -> DispatchResult {
	let stage = crate::Tasks::<Test>::get(task).map_or(0, |task| task.stage());
	let commitment = secret(institution, 2);
	let signature = sign_report(institution, task, stage, told, commitment);
	Annotation::report(authorized(), task, institution, stage, told.clone(), commitment, signature)
}

pub(crate) fn sign_report(
	institution: InstitutionId,
	task: TaskId,
	stage: u8,
	told: &Report,
	commitment: Hash,
) -> ScorerSignature {
	let hash = told.hash().into();
	let payload = report_payload(Annotation::genesis(), task, institution, stage, hash, commitment);
	key(institution).0.sign(&payload).into()
}

/// As many experts as this of the west, who can be drawn.
pub(crate) fn enlist(count: u8) {
	for number in 0..count {
		Annotation::enlist(by(expert(number))).expect("somebody vouches for the expert");
	}
}

/// A task whose three readers agree.
pub(crate) fn validated() -> TaskId {
	let task = open();
	read(task, &[ANNA, BEN, CARLA]);
	let told = report(900_000, &[950_000, 940_000, 930_000]);
	score(NORTH, task, &told).expect("the scorer may report");
	score(SOUTH, task, &told).expect("the scorer may report");
	assert!(matches!(phase(task), Phase::Validated { .. }));
	task
}

/// A task on which three readers disagree, for which a panel was drawn.
pub(crate) fn dispute() -> Vec<AccountId> {
	enlist(12);
	let task = open();
	read(task, &[ANNA, BEN, CARLA]);
	let told = report(300_000, &[900_000, 880_000, 310_000]);
	score(NORTH, task, &told).expect("the scorer may report");
	score(SOUTH, task, &told).expect("the scorer may report");
	reveal_seeds(1);
	members(1)
}

/// Those whose report holds reveal what a panel is drawn from.
pub(crate) fn reveal_seeds(panel: u8) {
	for institution in [NORTH, SOUTH] {
		let secret = secret(institution, 2 - panel);
		Annotation::reveal_seed(authorized(), TASK, institution, panel, secret)
			.expect("the scorer has committed");
	}
}

/// Members of a panel of the first task.
pub(crate) fn members(panel: u8) -> Vec<AccountId> {
	Annotation::votes(TASK, panel).into_iter().map(|(who, _)| who).collect()
}

/// The salt of somebody's vote.
pub(crate) fn salt(who: &AccountId) -> Hash {
	blake2_256(who.as_ref()).into()
}

/// A member of the panel commits to a vote on the first task.
pub(crate) fn commit(who: &AccountId, accepted: Numbers) -> DispatchResult {
	let panel = crate::Tasks::<Test>::get(TASK).map_or(0, |task| task.panels);
	let commitment = vote_commitment(Annotation::genesis(), TASK, panel, who, accepted, salt(who));
	Annotation::commit(by(who.clone()), TASK, commitment)
}

/// A member of the panel reveals a vote on the first task.
pub(crate) fn reveal(who: &AccountId, accepted: Numbers) -> DispatchResult {
	Annotation::reveal(by(who.clone()), TASK, accepted, salt(who))
}

/// A panel votes on the first task.
pub(crate) fn vote(members: &[AccountId], votes: &[Numbers]) {
	for (member, vote) in members.iter().zip(votes) {
		commit(member, *vote).expect("the member may commit");
	}
	if matches!(phase(TASK), Phase::Committing { .. }) {
		pass(terms().voting);
	}
	for (member, vote) in members.iter().zip(votes) {
		reveal(member, *vote).expect("the member has committed");
	}
}

/// Where a task stands.
pub(crate) fn phase(task: TaskId) -> Phase {
	crate::Tasks::<Test>::get(task).expect("the task is there").phase
}

/// Lets time pass, and then a block come that looks at what is due.
pub(crate) fn pass(time: Moment) {
	wait(time + crate::TICK);
	Annotation::on_initialize(System::block_number());
}

/// Lets time pass, and then a block come that looks at nothing.
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
