// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet, its helpers and named institutions and accounts.

use crate as pallet_authorities;
use crate::{
	Call, EquivocationProofOf, Finality, IdentificationOf, OperatorOf, Stalled, ValidatorIdOf,
	ValidatorStatus,
};
use codec::Encode;
pub(crate) use contour_doubles::{by, council};
use contour_primitives::{InstitutionId, Institutions, NodeKey, SLOT_DURATION, Tenure};
use frame_support::{
	derive_impl,
	dispatch::RawOrigin,
	parameter_types,
	traits::{Authorize, ConstBool, ConstU32, ConstU64, Get, OnInitialize, UnfilteredDispatchable},
};
use frame_system::EnsureRoot;
use pallet_session::{
	historical as pallet_session_historical,
	historical::{IdentificationTuple, NoteHistoricalRoot},
};
use sp_application_crypto::key_types::AURA;
use sp_consensus_aura::{AURA_ENGINE_ID, sr25519::AuthorityId};
use sp_consensus_slots::Slot;
use sp_core::{H256, Pair, offchain::testing::TestTransactionPoolExt, sr25519};
use sp_keystore::{Keystore, KeystoreExt, testing::MemoryKeystore};
use sp_runtime::{
	BuildStorage, Digest, DigestItem, DispatchResult,
	generic::Header as GenericHeader,
	testing::TestXt,
	traits::{BlakeTwo256, Header as _},
	transaction_validity::{TransactionSource, TransactionValidityError, ValidTransaction},
};
use sp_session::MembershipProof;
use sp_staking::SessionIndex;
use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

pub(crate) type AccountId = u64;
pub(crate) type Header = GenericHeader<u64, BlakeTwo256>;
type Extrinsic = TestXt<RuntimeCall, frame_system::AuthorizeCall<Test>>;
type Block = sp_runtime::generic::Block<Header, Extrinsic>;

/// Institutions whose validators are authorities at genesis.
pub(crate) const NORTH: InstitutionId = InstitutionId(0);
pub(crate) const SOUTH: InstitutionId = InstitutionId(1);
pub(crate) const EAST: InstitutionId = InstitutionId(2);
pub(crate) const WEST: InstitutionId = InstitutionId(3);
/// Institutions without a validator at genesis.
pub(crate) const HARBOUR: InstitutionId = InstitutionId(4);
pub(crate) const VALLEY: InstitutionId = InstitutionId(5);
pub(crate) const LAKE: InstitutionId = InstitutionId(6);
/// An institution that there is not.
pub(crate) const NOWHERE: InstitutionId = InstitutionId(7);

pub(crate) const STRANGER: AccountId = 99;

pub(crate) const MINIMUM: u32 = 3;
pub(crate) const SESSION_LENGTH: u64 = 5;
pub(crate) const REPORTABLE_SESSIONS: SessionIndex = 3;
pub(crate) const MAX_VALIDATORS: u32 = 6;
pub(crate) const MAX_NODES: u32 = 3;
pub(crate) const MAX_STALL_DELAY: u64 = 100;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Timestamp: pallet_timestamp,
		Aura: pallet_aura,
		Balances: pallet_balances,
		Authorities: pallet_authorities,
		Historical: pallet_session_historical,
		Session: pallet_session,
		Offences: pallet_offences,
	}
);

sp_runtime::impl_opaque_keys! {
	pub struct SessionKeys {
		pub aura: Aura,
	}
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<u64>;
	type Block = Block;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
}

impl pallet_aura::Config for Test {
	type AllowMultipleBlocksPerSlot = ConstBool<false>;
	type AuthorityId = AuthorityId;
	type DisabledValidators = Session;
	type MaxAuthorities = ConstU32<MAX_VALIDATORS>;
	type SlotDuration = ConstU64<SLOT_DURATION>;
}

impl pallet_session::Config for Test {
	type Currency = Balances;
	type DisablingStrategy = ();
	type KeyDeposit = ();
	type Keys = SessionKeys;
	type NextSessionRotation = Authorities;
	type RuntimeEvent = RuntimeEvent;
	type SessionHandler = (Aura,);
	type SessionManager = NoteHistoricalRoot<Self, Authorities>;
	type ShouldEndSession = Authorities;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ValidatorIdOf<Self>;
	type WeightInfo = ();
}

impl pallet_session::historical::Config for Test {
	type FullIdentification = InstitutionId;
	type FullIdentificationOf = IdentificationOf<Self>;
	type RuntimeEvent = RuntimeEvent;
}

impl pallet_offences::Config for Test {
	type IdentificationTuple = IdentificationTuple<Self>;
	type OnOffenceHandler = Authorities;
	type RuntimeEvent = RuntimeEvent;
}

parameter_types! {
	pub const ReportableSessions: SessionIndex = REPORTABLE_SESSIONS;
}

/// Slot of the current block, as Aura reads it from the digest.
pub struct CurrentSlot;

impl Get<Slot> for CurrentSlot {
	fn get() -> Slot {
		pallet_aura::CurrentSlot::<Test>::get()
	}
}

impl pallet_authorities::Config for Test {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Members;
	type CouncilOrigin = EnsureRoot<AccountId>;
	type CurrentSlot = CurrentSlot;
	type Finality = Voters;
	type Institutions = Members;
	type MaxNodes = ConstU32<MAX_NODES>;
	type MaxStallDelay = ConstU64<MAX_STALL_DELAY>;
	type MaxValidators = ConstU32<MAX_VALIDATORS>;
	type ReportOffence = Offences;
	type ReportableSessions = ReportableSessions;
	type WeightInfo = ();
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
	type Extension = frame_system::AuthorizeCall<Test>;

	fn create_transaction(call: RuntimeCall, extension: Self::Extension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl<C> frame_system::offchain::CreateAuthorizedTransaction<C> for Test
where
	RuntimeCall: From<C>,
{
	fn create_extension() -> Self::Extension {
		frame_system::AuthorizeCall::new()
	}
}

thread_local! {
	static MEMBERS: RefCell<BTreeMap<InstitutionId, Member>> = const { RefCell::new(BTreeMap::new()) };
}

/// An institution as the credentials' pallet knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Member {
	administrator: AccountId,
	active: bool,
}

thread_local! {
	static HANDED_OVER: RefCell<Vec<Stalled<u64>>> = const { RefCell::new(Vec::new()) };
}

/// Stands for the pallet of the voting on finality.
pub struct Voters;

impl Finality<u64> for Voters {
	fn note_stalled(delay: u64, best_finalized: u64) {
		HANDED_OVER.with_borrow_mut(|all| all.push(Stalled { delay, best_finalized }));
	}
}

/// What the voting on finality has been told since the last time.
pub(crate) fn handed_over() -> Vec<Stalled<u64>> {
	HANDED_OVER.take()
}

/// Stands for the credentials' pallet.
pub struct Members;

impl Members {
	/// Everything that is known of institutions.
	pub(crate) fn all() -> BTreeMap<InstitutionId, Member> {
		MEMBERS.with_borrow(Clone::clone)
	}

	fn set_active(institution: InstitutionId, active: bool) {
		MEMBERS.with_borrow_mut(|members| {
			members.get_mut(&institution).expect("it is a member").active = active;
		});
	}
}

impl Institutions<AccountId> for Members {
	fn is_active(institution: InstitutionId) -> bool {
		MEMBERS.with_borrow(|members| members.get(&institution).is_some_and(|it| it.active))
	}

	fn administered_by(who: &AccountId) -> Option<InstitutionId> {
		MEMBERS.with_borrow(|members| {
			let mut own = members.iter().filter(|(_, it)| it.active && it.administrator == *who);
			own.next().map(|(institution, _)| *institution)
		})
	}

	fn fee_account_of(institution: InstitutionId) -> AccountId {
		u64::from(institution.0) + 31
	}

	fn introduce(who: &AccountId) {
		if System::sufficients(who) == 0 {
			System::inc_sufficients(who);
			System::inc_providers(who);
		}
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId> for Members {
	fn activate_institution(institution: InstitutionId, administrator: AccountId) {
		let member = Member { administrator, active: true };
		MEMBERS.with_borrow_mut(|members| members.insert(institution, member));
	}
}

/// Four institutions with authorities and three without validators; sessions of five blocks.
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	/// Runs a test in the first block and checks the pallet's invariants after it.
	pub(crate) fn run(test: impl FnOnce()) {
		Self::run_broken(|| {
			test();
			Authorities::do_try_state().expect("the pallet's invariants hold");
		});
	}

	/// Runs a test that ends in a state which cannot come about in a runtime that withholds
	/// `session.purge_keys`.
	pub(crate) fn run_broken(test: impl FnOnce()) {
		Self::build().execute_with(test);
	}

	pub(crate) fn build() -> sp_io::TestExternalities {
		let validators = [NORTH, SOUTH, EAST, WEST].map(|it| (it, node(it))).to_vec();
		Self::build_with(crate::GenesisConfig {
			validators,
			minimum: MINIMUM,
			session_length: Some(SESSION_LENGTH),
			..Default::default()
		})
	}

	pub(crate) fn build_with(authorities: crate::GenesisConfig<Test>) -> sp_io::TestExternalities {
		let members = (0..NOWHERE.0).map(InstitutionId).map(|institution| {
			(institution, Member { administrator: administrator(institution), active: true })
		});
		MEMBERS.set(members.collect());
		HANDED_OVER.take();
		let keystore = MemoryKeystore::new();
		let keys = |account: AccountId| SessionKeys {
			aura: keystore
				.sr25519_generate_new(AURA, Some(&seed(account)))
				.expect("the seed is in order")
				.into(),
		};
		let session = pallet_session::GenesisConfig {
			keys: authorities.validators.iter().map(|(_, it)| (*it, *it, keys(*it))).collect(),
			..Default::default()
		};
		let storage = RuntimeGenesisConfig { authorities, session, ..Default::default() }
			.build_storage()
			.expect("the genesis is consistent");
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.register_extension(KeystoreExt(Arc::new(keystore)));
		ext.execute_with(next_block);
		ext
	}
}

/// Lets `test` run with a pool, and tells what has been submitted to it.
pub(crate) fn submitted(test: impl FnOnce()) -> Vec<RuntimeCall> {
	let (pool, state) = TestTransactionPoolExt::new();
	let mut ext = ExtBuilder::build();
	ext.register_extension(sp_core::offchain::TransactionPoolExt::new(pool));
	ext.execute_with(test);
	let transactions = state.read().transactions.clone();
	transactions
		.iter()
		.map(|bytes| {
			let decoded: Extrinsic =
				codec::Decode::decode(&mut &bytes[..]).expect("it is a transaction");
			decoded.function
		})
		.collect()
}

/// The account that administers an institution.
pub(crate) fn administrator(institution: InstitutionId) -> AccountId {
	u64::from(institution.0) + 1
}

/// The account under which an institution runs its node.
pub(crate) fn node(institution: InstitutionId) -> AccountId {
	u64::from(institution.0) + 11
}

/// Another account that an institution might run a node under.
pub(crate) fn spare_node(institution: InstitutionId) -> AccountId {
	u64::from(institution.0) + 21
}

/// An institution's administrator names the account of its node.
pub(crate) fn designate(institution: InstitutionId, account: AccountId) -> DispatchResult {
	Authorities::designate_validator(by(administrator(institution)), account)
}

/// An operator sets the keys that its node has made.
pub(crate) fn set_keys(account: AccountId) -> DispatchResult {
	set_keys_made_by(account, account)
}

/// An operator sets the keys that another operator's node has made.
pub(crate) fn set_keys_made_by(account: AccountId, maker: AccountId) -> DispatchResult {
	let generated = SessionKeys::generate(&account.encode(), Some(seed(maker).into_bytes()));
	Session::set_keys(by(account), generated.keys, generated.proof.encode())
}

/// The council admits an institution's validator.
pub(crate) fn admit(institution: InstitutionId) -> DispatchResult {
	Authorities::admit_validator(council(), institution)
}

/// The council suspends an institution's validator.
pub(crate) fn suspend(institution: InstitutionId) -> DispatchResult {
	Authorities::suspend_validator(council(), institution)
}

/// The council reinstates an institution's validator.
pub(crate) fn reinstate(institution: InstitutionId) -> DispatchResult {
	Authorities::reinstate_validator(council(), institution)
}

/// An institution's administrator retires its validator.
pub(crate) fn retire(institution: InstitutionId) -> DispatchResult {
	Authorities::retire_validator(by(administrator(institution)), institution)
}

/// The council sets the minimum.
pub(crate) fn set_minimum(minimum: u32) -> DispatchResult {
	Authorities::set_minimum(council(), minimum)
}

/// A node's key, by a number.
pub(crate) fn key(number: u8) -> NodeKey {
	NodeKey([number; 32])
}

/// An institution's administrator vouches for a node.
pub(crate) fn register_node(institution: InstitutionId, node: NodeKey) -> DispatchResult {
	Authorities::register_node(by(administrator(institution)), node)
}

/// An institution's administrator vouches for a node no more.
pub(crate) fn remove_node(institution: InstitutionId, node: NodeKey) -> DispatchResult {
	Authorities::remove_node(by(administrator(institution)), institution, node)
}

/// Every institution that has an authority registers one node, by its own number, and the council
/// closes the network.
pub(crate) fn close_network() {
	for institution in [NORTH, SOUTH, EAST, WEST] {
		register_node(institution, key(institution.0 as u8)).expect("it has none yet");
	}
	Authorities::set_members_only(council(), true).expect("all have one");
}

/// An institution's node is designated, set up and admitted.
pub(crate) fn join(institution: InstitutionId) {
	let account = node(institution);
	designate(institution, account).expect("the institution has no validator");
	set_keys(account).expect("the keys are its own");
	admit(institution).expect("it is a candidate with keys");
}

/// An institution's membership is interrupted, as the credentials' pallet does it.
pub(crate) fn suspend_institution(institution: InstitutionId) -> DispatchResult {
	Authorities::ensure_dispensable(institution)?;
	Members::set_active(institution, false);
	Authorities::on_suspended(institution);
	Ok(())
}

/// An institution is a member again, as the credentials' pallet does it.
pub(crate) fn reinstate_institution(institution: InstitutionId) {
	Members::set_active(institution, true);
	Authorities::on_reinstated(institution);
}

/// An institution leaves, as the credentials' pallet does it.
pub(crate) fn remove_institution(institution: InstitutionId) -> DispatchResult {
	if Members::is_active(institution) {
		Authorities::ensure_dispensable(institution)?;
	}
	Members::set_active(institution, false);
	Authorities::on_removed(institution);
	Ok(())
}

/// Begins the next block, in the first slot of an authority that may make it.
pub(crate) fn next_block() {
	let authorities = u64::try_from(Aura::authorities_len()).expect("they are few");
	let disabled = Session::disabled_validators();
	let first = *CurrentSlot::get() + 1;
	let slot = (first..first + authorities)
		.find(|slot| !disabled.iter().any(|index| u64::from(*index) == slot % authorities))
		.expect("no authority may make a block: the chain has halted");
	let digest = Digest { logs: vec![slot_digest(slot.into())] };
	let number = System::block_number() + 1;
	System::initialize(&number, &H256::zero(), &digest);
	AllPalletsWithSystem::on_initialize(number);
}

/// Makes blocks up to the first one of the next session.
pub(crate) fn next_session() {
	run_to_session(Session::current_index() + 1);
}

/// Makes blocks up to the first one of a session.
pub(crate) fn run_to_session(session: SessionIndex) {
	while Session::current_index() < session {
		next_block();
	}
}

/// The institutions whose validators are authorities in this session.
pub(crate) fn authorities() -> Vec<InstitutionId> {
	let keys: Vec<_> = pallet_aura::Authorities::<Test>::get().into_inner();
	let validators = Session::validators();
	assert_eq!(keys.len(), validators.len(), "each authority has a key");
	validators.iter().map(institution_of).collect()
}

/// The institutions whose validators are disabled in this session.
pub(crate) fn disabled() -> Vec<InstitutionId> {
	let validators = Session::validators();
	let disabled = Session::disabled_validators();
	disabled.iter().map(|index| institution_of(&validators[*index as usize])).collect()
}

fn institution_of(account: &AccountId) -> InstitutionId {
	OperatorOf::<Test>::get(account).expect("it runs a validator")
}

/// Where an institution's validator stands.
pub(crate) fn status(institution: InstitutionId) -> Option<ValidatorStatus> {
	crate::Validators::<Test>::get(institution).map(|validator| validator.status)
}

/// Aura key of the node that an account operates.
pub(crate) fn aura_key(account: AccountId) -> AuthorityId {
	pair(account).public().into()
}

fn pair(account: AccountId) -> sr25519::Pair {
	sr25519::Pair::from_string(&seed(account), None).expect("the seed is in order")
}

fn seed(account: AccountId) -> String {
	format!("//{account}")
}

fn slot_digest(slot: Slot) -> DigestItem {
	DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())
}

/// A block that an account's node has sealed.
pub(crate) fn sealed(account: AccountId, slot: Slot, content: u8) -> Header {
	let digest = Digest { logs: vec![slot_digest(slot)] };
	let root = H256::repeat_byte(content);
	let mut header = Header::new(1, root, H256::zero(), H256::zero(), digest);
	let seal = pair(account).sign(header.hash().as_bytes()).encode();
	header.digest_mut().push(DigestItem::Seal(AURA_ENGINE_ID, seal));
	header
}

/// Two blocks for one slot by an account's node.
pub(crate) fn equivocation(account: AccountId, slot: Slot) -> EquivocationProofOf<Test> {
	EquivocationProofOf::<Test> {
		offender: aura_key(account),
		slot,
		first_header: sealed(account, slot, 1),
		second_header: sealed(account, slot, 2),
	}
}

/// Proof that the key of an account's node belongs to the present session.
pub(crate) fn membership(account: AccountId) -> MembershipProof {
	Authorities::prove_key_ownership(aura_key(account)).expect("it is an authority")
}

/// A report of an equivocation.
pub(crate) fn report(
	equivocation_proof: EquivocationProofOf<Test>,
	key_owner_proof: MembershipProof,
) -> RuntimeCall {
	let equivocation_proof = Box::new(equivocation_proof);
	Call::report_equivocation { equivocation_proof, key_owner_proof }.into()
}

/// What the pool says about a call without a signature.
pub(crate) fn validate(
	call: &RuntimeCall,
	source: TransactionSource,
) -> Result<ValidTransaction, TransactionValidityError> {
	call.authorize(source).expect("it can be authorised").map(|(valid, _)| valid)
}

/// Carries out a call that the pool let pass.
pub(crate) fn dispatch(call: RuntimeCall) -> DispatchResult {
	call.dispatch_bypass_filter(RawOrigin::Authorized.into())
		.map(|_| ())
		.map_err(|failed| failed.error)
}

/// The node of an institution seals two blocks for the current slot, and this is reported.
pub(crate) fn equivocate(institution: InstitutionId) -> DispatchResult {
	// The first block of a session is still sealed by the authorities of the one before.
	if crate::SessionStart::<Test>::get(Session::current_index()) == Some(CurrentSlot::get()) {
		next_block();
	}
	let account = node(institution);
	let call = report(equivocation(account, CurrentSlot::get()), membership(account));
	validate(&call, TransactionSource::Local).expect("the evidence is in order");
	dispatch(call)
}

/// The pallet's events since the last time, oldest first.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	contour_doubles::events::<Test, _>()
}
