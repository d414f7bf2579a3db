// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet, its helpers and named accounts.

use crate as pallet_credentials;
use crate::{CheckStanding, GenesisInstitution, GenesisStandard, Name};
pub(crate) use contour_doubles::{by, council};
use contour_primitives::{
	Action, CallKind, Calls, Conduct, DAY, Hash, InstitutionId, Merit, Modality, Moment, Operators,
	Refusal, Role, Roles, Specialties, Specialty, Sponsorship, Standard, Tenure,
};
use frame_support::{
	PalletId, derive_impl,
	dispatch::GetDispatchInfo,
	ensure, parameter_types,
	traits::{
		ChangeMembers, ConstU32, ConstU64, Contains, InitializeMembers, fungible::Mutate,
		tokens::Preservation,
	},
};
use frame_system::EnsureRoot;
use sp_core::H256;
use sp_runtime::{
	BuildStorage, DispatchError, DispatchResult,
	traits::{IdentityLookup, TransactionExtension, TxBaseImplication},
	transaction_validity::{TransactionSource, TransactionValidityError},
};
use std::{
	cell::{Cell, RefCell},
	collections::BTreeMap,
};

/// As long as on the real chain: in a shorter one the derived fee accounts would coincide.
pub(crate) type AccountId = H256;
pub(crate) type Balance = u64;
type Block = frame_system::mocking::MockBlock<Test>;

/// Administrators of the institutions at genesis.
pub(crate) const NORTH_ADMIN: AccountId = H256::repeat_byte(1);
pub(crate) const SOUTH_ADMIN: AccountId = H256::repeat_byte(2);
pub(crate) const EAST_ADMIN: AccountId = H256::repeat_byte(3);
/// People without standing at genesis.
pub(crate) const RADIOLOGIST: AccountId = H256::repeat_byte(10);
pub(crate) const CUSTODIAN: AccountId = H256::repeat_byte(11);
pub(crate) const PATIENT: AccountId = H256::repeat_byte(12);
pub(crate) const OPERATOR: AccountId = H256::repeat_byte(13);
pub(crate) const NEWCOMER: AccountId = H256::repeat_byte(14);
pub(crate) const STRANGER: AccountId = H256::repeat_byte(99);

pub(crate) const NORTH: InstitutionId = InstitutionId(0);
pub(crate) const SOUTH: InstitutionId = InstitutionId(1);
pub(crate) const EAST: InstitutionId = InstitutionId(2);
pub(crate) const WEST: InstitutionId = InstitutionId(3);

pub(crate) const MAX_INSTITUTIONS: u8 = 12;
pub(crate) const NOW: Moment = 20_000 * DAY;
pub(crate) const YEAR: Moment = 365 * DAY;
pub(crate) const ALLOWANCE: Balance = 100;
pub(crate) const PATIENT_ALLOWANCE: Balance = 30;
pub(crate) const ADMINISTRATOR_ALLOWANCE: Balance = 120;
pub(crate) const DAILY_LIMIT: Balance = 2_500;
pub(crate) const FREE_ALLOWANCE: Balance = 50;
pub(crate) const MAX_LENGTH: u32 = 1_000;
pub(crate) const MAX_PLACES: u32 = 3;
pub(crate) const PURSE: Balance = 1_000_000;
pub(crate) const FEES: Balance = 1_000;
pub(crate) const EXISTENTIAL_DEPOSIT: Balance = 1;
pub(crate) const LICENCE: Hash = Hash::repeat_byte(7);

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Timestamp: pallet_timestamp,
		Balances: pallet_balances,
		Credentials: pallet_credentials,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type ExistentialDeposit = ConstU64<EXISTENTIAL_DEPOSIT>;
}

parameter_types! {
	pub const CredentialsPalletId: PalletId = PalletId(*b"ctr/cred");
}

impl pallet_credentials::Config for Test {
	type Currency = Balances;
	type CouncilOrigin = EnsureRoot<AccountId>;
	type Council = Council;
	type Clock = Timestamp;
	type Tenure = Validators;
	type Operators = Validators;
	type Merit = Achievements;
	type Conduct = Achievements;
	type Calls = Kinds;
	type MaxLength = ConstU32<MAX_LENGTH>;
	type MaxPlaces = ConstU32<MAX_PLACES>;
	type PatientAllowance = ConstU64<PATIENT_ALLOWANCE>;
	type AdministratorAllowance = ConstU64<ADMINISTRATOR_ALLOWANCE>;
	type DailyLimit = ConstU64<DAILY_LIMIT>;
	type FreeAllowance = ConstU64<FREE_ALLOWANCE>;
	type Unpaused = Unpaused;
	type MaxInstitutions = ConstU32<{ MAX_INSTITUTIONS as u32 }>;
	type MaxVouchers = ConstU32<3>;
	type MaxValidity = ConstU64<{ 5 * YEAR }>;
	type PalletId = CredentialsPalletId;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// Everything but a remark of the system while the brake is on.
pub struct Unpaused;

impl Contains<RuntimeCall> for Unpaused {
	fn contains(call: &RuntimeCall) -> bool {
		!BRAKED.get() || !matches!(call, RuntimeCall::System(frame_system::Call::remark { .. }))
	}
}

/// Pulls the brake, or releases it.
pub(crate) fn set_braked(braked: bool) {
	BRAKED.set(braked);
}

thread_local! {
	static BRAKED: Cell<bool> = const { Cell::new(false) };
	static COUNCIL: RefCell<Vec<AccountId>> = const { RefCell::new(Vec::new()) };
	static INDISPENSABLE: RefCell<Option<InstitutionId>> = const { RefCell::new(None) };
	static TENURE: RefCell<Vec<(&'static str, InstitutionId)>> = const { RefCell::new(Vec::new()) };
	static MISUSER: Cell<Option<AccountId>> = const { Cell::new(None) };
	static PRIVILEGE: Cell<u32> = const { Cell::new(0) };
	static MERIT: RefCell<(u32, u32)> = const { RefCell::new((0, 0)) };
}

/// A remark that stands for a call with which access is only taken away.
pub(crate) const WITHDRAWAL: &[u8] = b"withdrawal";
/// A remark that stands for a call that carries a runtime.
pub(crate) const RUNTIME: &[u8] = b"runtime";

/// Stands for the runtime's calls.
pub struct Kinds;

impl Calls<AccountId, RuntimeCall> for Kinds {
	fn kind(_: &AccountId, call: &RuntimeCall) -> CallKind {
		match call {
			RuntimeCall::System(frame_system::Call::remark { remark })
				if remark.as_slice() == WITHDRAWAL =>
			{
				CallKind::Withdrawal
			}
			_ => CallKind::Ordinary,
		}
	}

	fn may_be_long(call: &RuntimeCall) -> bool {
		matches!(
			call,
			RuntimeCall::System(frame_system::Call::remark { remark })
				if remark.as_slice() == RUNTIME
		)
	}
}

/// Stands for the collective; checks that it is told consistent changes.
pub struct Council;

impl Council {
	pub(crate) fn members() -> Vec<AccountId> {
		COUNCIL.with_borrow(Clone::clone)
	}
}

impl ChangeMembers<AccountId> for Council {
	fn change_members_sorted(incoming: &[AccountId], outgoing: &[AccountId], new: &[AccountId]) {
		let mut expected: Vec<_> =
			Self::members().into_iter().filter(|member| !outgoing.contains(member)).collect();
		expected.extend(incoming);
		expected.sort();
		assert_eq!(expected, new, "the change and its result differ");
		COUNCIL.set(new.to_vec());
	}
}

impl InitializeMembers<AccountId> for Council {
	fn initialize_members(members: &[AccountId]) {
		COUNCIL.set(members.to_vec());
	}
}

/// Stands for the authorities: `OPERATOR` runs the validator of `NORTH`.
pub struct Validators;

impl Validators {
	pub(crate) fn make_indispensable(institution: InstitutionId) {
		INDISPENSABLE.set(Some(institution));
	}

	pub(crate) fn heard() -> Vec<(&'static str, InstitutionId)> {
		TENURE.take()
	}
}

impl Tenure for Validators {
	fn ensure_dispensable(institution: InstitutionId) -> DispatchResult {
		if INDISPENSABLE.with_borrow(|it| *it == Some(institution)) {
			return Err(DispatchError::Other("indispensable"));
		}
		Ok(())
	}
	fn on_suspended(institution: InstitutionId) {
		TENURE.with_borrow_mut(|heard| heard.push(("suspended", institution)));
	}
	fn on_reinstated(institution: InstitutionId) {
		TENURE.with_borrow_mut(|heard| heard.push(("reinstated", institution)));
	}
	fn on_removed(institution: InstitutionId) {
		TENURE.with_borrow_mut(|heard| heard.push(("removed", institution)));
	}
}

impl Operators<AccountId> for Validators {
	fn operates_for(who: &AccountId) -> Option<InstitutionId> {
		(*who == OPERATOR).then_some(NORTH)
	}
}

/// What everybody has earned.
pub struct Achievements;

impl Achievements {
	pub(crate) fn set(contributions: u32, reputation: u32) {
		MERIT.set((contributions, reputation));
	}

	/// How much more is paid for everybody, in parts per million of the allowance.
	pub(crate) fn privilege(parts: u32) {
		PRIVILEGE.set(parts);
	}

	pub(crate) fn accuse(who: AccountId) {
		MISUSER.set(Some(who));
	}
}

impl Conduct<AccountId> for Achievements {
	fn ensure_clean(who: &AccountId) -> Result<(), Refusal> {
		ensure!(MISUSER.get() != Some(*who), Refusal::MisuseReported);
		Ok(())
	}
}

impl Merit<AccountId> for Achievements {
	fn contributions(_: &AccountId, _: Modality) -> u32 {
		MERIT.with_borrow(|merit| merit.0)
	}
	fn reputation(_: &AccountId, _: Modality) -> u32 {
		MERIT.with_borrow(|merit| merit.1)
	}
	fn privilege(_: &AccountId) -> u32 {
		PRIVILEGE.get()
	}
}

/// Three institutions with money for fees, a purse, and a standard for accessing studies.
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	/// Runs a test at [`NOW`] and checks the pallet's invariants after it.
	pub(crate) fn run(test: impl FnOnce()) {
		let mut ext = Self::build();
		ext.execute_with(|| {
			test();
			Credentials::do_try_state().expect("the pallet's invariants hold");
			assert_eq!(
				Council::members(),
				crate::Seats::<Test>::get().into_inner(),
				"the collective was not told"
			);
		});
	}

	pub(crate) fn build() -> sp_io::TestExternalities {
		let institution = |name: &str, administrator| GenesisInstitution {
			name: name.into(),
			administrator,
			allowance: ALLOWANCE,
		};
		let storage = RuntimeGenesisConfig {
			system: Default::default(),
			balances: pallet_balances::GenesisConfig {
				balances: vec![
					(Credentials::purse_account(), PURSE),
					(Credentials::fee_account_of(NORTH), FEES),
					(Credentials::fee_account_of(SOUTH), FEES),
					(Credentials::fee_account_of(EAST), FEES),
				],
				..Default::default()
			},
			credentials: crate::GenesisConfig {
				institutions: vec![
					institution("North", NORTH_ADMIN),
					institution("South", SOUTH_ADMIN),
					institution("East", EAST_ADMIN),
				],
				standards: vec![GenesisStandard {
					action: Action::AccessStudy,
					modality: None,
					standard: reading_standard(),
				}],
			},
		}
		.build_storage()
		.expect("the genesis is consistent");
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| {
			contour_doubles::begin::<Test>(NOW);
			INDISPENSABLE.set(None);
			TENURE.take();
			Achievements::set(0, 0);
		});
		ext
	}
}

/// What accessing a study requires at genesis.
pub(crate) fn reading_standard() -> Standard {
	Standard {
		any_of: Roles::from(Role::Radiologist) | Role::Oncologist.into(),
		specialties: Specialties::empty(),
		contributions: 0,
		reputation: 0,
	}
}

/// An institution vouches for somebody for a year.
pub(crate) fn vouch(administrator: AccountId, holder: AccountId, role: Role) {
	issue(administrator, holder, role.into()).expect("the credential is in order");
}

/// An institution tries to vouch for somebody for a year.
pub(crate) fn issue(administrator: AccountId, holder: AccountId, roles: Roles) -> DispatchResult {
	issue_until(by(administrator), holder, roles, NOW + YEAR)
}

/// Somebody tries to vouch for somebody.
pub(crate) fn issue_until(
	origin: RuntimeOrigin,
	holder: AccountId,
	roles: Roles,
	expires: Moment,
) -> DispatchResult {
	let specialties = Specialty::Neuroradiology.into();
	Credentials::issue_credential(origin, holder, roles, specialties, LICENCE, expires)
}

/// The council tries to admit a hospital.
pub(crate) fn admit(administrator: AccountId) -> DispatchResult {
	Credentials::admit_institution(council(), name(b"West"), administrator, ALLOWANCE)
}

/// The name of an institution.
pub(crate) fn name(bytes: &[u8]) -> Name {
	Name::truncate_from(bytes.to_vec())
}

/// The council suspends an institution.
pub(crate) fn suspend(institution: InstitutionId) {
	Credentials::suspend_institution(council(), institution).expect("it can be suspended");
}

/// An institution enrols a patient.
pub(crate) fn enrol(administrator: AccountId, patient: AccountId) {
	Credentials::enrol_patient(by(administrator), patient).expect("the patient is new");
}

/// The error of a call whose caller lacks standing.
pub(crate) fn refused(refusal: Refusal) -> DispatchError {
	crate::Error::<Test>::Refused(refusal).into()
}

/// What the transaction pool's extension says about a transaction.
pub(crate) fn at_the_door(origin: RuntimeOrigin) -> Result<(), TransactionValidityError> {
	with_at_the_door(origin, b"", 0)
}

/// The same about one with a remark and so many bytes.
pub(crate) fn with_at_the_door(
	origin: RuntimeOrigin,
	remark: &[u8],
	length: u32,
) -> Result<(), TransactionValidityError> {
	let call = frame_system::Call::<Test>::remark { remark: remark.to_vec() }.into();
	CheckStanding::<Test>::new()
		.validate(
			origin,
			&call,
			&call.get_dispatch_info(),
			length as usize,
			(),
			&TxBaseImplication(()),
			TransactionSource::External,
		)
		.map(|_| ())
}

/// An institution pays a fee as the runtime would charge it.
pub(crate) fn pay(who: AccountId, fee: Balance) -> Result<InstitutionId, Refusal> {
	let sponsor = Credentials::quote(&who, fee)?;
	move_money(&sponsor.fee_account, &Credentials::purse_account(), fee);
	Credentials::record(&who, &sponsor, fee);
	Ok(sponsor.institution)
}

/// Moves money that is there, leaving the existential deposit.
pub(crate) fn move_money(from: &AccountId, to: &AccountId, amount: Balance) {
	<Balances as Mutate<_>>::transfer(from, to, amount, Preservation::Preserve)
		.expect("the money is there");
}

/// What is stored, by key.
pub(crate) fn storage() -> BTreeMap<Vec<u8>, Vec<u8>> {
	let mut storage = BTreeMap::new();
	let mut key = Vec::new();
	while let Some(next) = sp_io::storage::next_key(&key) {
		let value = sp_io::storage::get(&next).expect("the key was just found");
		storage.insert(next.clone(), value.to_vec());
		key = next;
	}
	storage
}

/// The pallet's events since the last time, oldest first.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	contour_doubles::events::<Test, _>()
}
