// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! The council of member hospitals admits *institutions*. An institution vouches for its staff with
//! *credentials* and for its patients by *enrolment*, and pays the fees of both. Other pallets ask
//! this one through [`Standing`](contour_primitives::Standing) whether somebody may do something;
//! the transaction pool asks it, with [`CheckStanding`], before it takes anything in.
//!
//! ## Vocabulary
//!
//! - **Institution**: a member hospital with an administrator account, a fee account to which
//!   nobody holds a key, and one council seat while it is active.
//! - **Council**: the administrators of the active institutions. This pallet keeps its membership
//!   in step; two thirds of it decide.
//! - **Credential**: what one institution vouches for about one account, until a point in time.
//! - **Voucher**: the institution that answers for an account now. It is the first active one of:
//!   the institution that the account administers, those that issued its credentials, the one whose
//!   validator it operates, and those with which it is enrolled as a patient.
//! - **Standard**: what the council requires of whoever performs an action on data of a modality.
//! - **Allowance**: the most that an institution pays for a member on one day (of Unix time). Patients
//!   have one of their own kind, and so has the administrator, which only the council changes.
//! - **Cap**: the most that an institution pays on one day for all but its administrator. The
//!   administrator sets it, up to the **limit**, which the council sets.
//! - **Free** is what a seat does in a motion, what only takes access away, and an emergency: no money
//!   is asked for, but an account can do no more of it on a day than a fixed sum would buy.
//! - **Purse**: the common account that receives all fees and from which the council tops up fee
//!   accounts. Fees therefore circulate; none are burnt or minted.
//!
//! ## Scenario: a new hospital and its radiologist
//!
//! 1. The council passes [`admit_institution`](Call::admit_institution) and
//!    [`top_up`](Call::top_up): hospital *North* has a seat and money for fees.
//! 2. *North*'s administrator issues a credential to a radiologist
//!    ([`issue_credential`](Call::issue_credential)), who then registers an encryption key
//!    ([`set_encryption_key`](Call::set_encryption_key)) at *North*'s expense.
//! 3. The council suspends *North* ([`suspend_institution`](Call::suspend_institution)): it loses
//!    its seat in the same block, and the pool refuses the radiologist's next transaction.
//! 4. The council reinstates *North*; one write makes everything as it was before.
//!
//! The test `should_follow_the_scenario_of_the_crate_documentation` walks it.
//!
//! ## Calls and roles
//!
//! | call | council | administrator | custodian | member |
//! | --- | --- | --- | --- | --- |
//! | `admit_institution`, `suspend_institution`, `reinstate_institution`, `remove_institution` | ✓ | | | |
//! | `set_standard`, `top_up`, `set_daily_limit`, `set_administrator_allowance` | ✓ | | | |
//! | `set_administrator` | ✓ | own institution | | |
//! | `set_allowance`, `set_member_allowance`, `set_daily_cap` | | own institution | | |
//! | `issue_credential`, `renew_credential`, `suspend_credential`, `reinstate_credential`, `revoke_credential` | | own institution | | |
//! | `enrol_patient`, `discharge_patient` | | own institution | own institution | |
//! | `set_encryption_key` | | own key | own key | own key |
//! | `reclaim` | | anybody | anybody | anybody |
//! | `revoke_encryption_key` | | own key, own members' | own key | own key |
//!
//! A *custodian* holds a credential with that role; a *member* is whoever an active institution
//! answers for: its administrator, its staff, the operator of its validator, its patients.
//! Everybody who signs a transaction has to be a member of an institution in good standing, except
//! patients who only take access to their own studies away.
//!
//! ## Personal data
//!
//! Accounts are pseudonyms, licences are salted hashes. The pallet stores no names of people, and
//! none of its checks needs one.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::as_conversions,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::unwrap_used
	)
)]

extern crate alloc;

mod admission;
mod credential;
mod encryption;
mod forgetting;
mod genesis;
mod institution;
mod patient;
mod places;
mod sponsorship;
mod standing;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
#[allow(unreachable_pub, reason = "construct_runtime! makes the types it names public")]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

pub use admission::CheckStanding;
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use contour_primitives::{CredentialStatus, InstitutionStatus};
pub use credential::Credential;
pub use encryption::EncryptionKey;
pub use forgetting::Progress;
pub use genesis::{GenesisInstitution, GenesisStandard};
pub use institution::Institution;
pub use pallet::*;
pub use sponsorship::Spending;
pub use weights::WeightInfo;

use standing::Basis;

use contour_primitives::{
	Action, Calls, Conduct, InstitutionId, KeySuite, MAX_PUBLIC_KEY_BYTES, Merit, Modality, Moment,
	Operators, Refusal, Roles, Specialties, Standard, Standing, Tenure,
};
use frame_support::{
	PalletId,
	pallet_prelude::*,
	traits::{
		ChangeMembers, Contains, InitializeMembers, Time,
		fungible::{Inspect, Mutate},
	},
};
use frame_system::pallet_prelude::*;

/// Longest name of an institution, in bytes of UTF-8.
pub const MAX_NAME_BYTES: u32 = 64;

/// Amounts of the currency that fees are paid in.
pub type BalanceOf<T> =
	<<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// An institution as stored.
pub type InstitutionOf<T> = Institution<<T as frame_system::Config>::AccountId, BalanceOf<T>>;
/// Name of an institution.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME_BYTES>>;
/// Bytes of a public encryption key.
pub type PublicKeyBytes = BoundedVec<u8, ConstU32<MAX_PUBLIC_KEY_BYTES>>;

#[allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "the FRAME macros expand to such code; what is written here only delegates"
)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The currency in which fees are paid.
		type Currency: Mutate<Self::AccountId>;

		/// Two thirds of the council.
		type CouncilOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The collective whose members are the administrators of the active institutions.
		type Council: ChangeMembers<Self::AccountId> + InitializeMembers<Self::AccountId>;

		/// Wall time, in milliseconds since the Unix epoch.
		type Clock: Time<Moment = Moment>;

		/// What else ends with an institution's membership: its validator.
		type Tenure: Tenure;

		/// Accounts that run machines for an institution.
		type Operators: Operators<Self::AccountId>;

		/// What members have earned through validated work.
		type Merit: Merit<Self::AccountId>;

		/// Whether a member's conduct is in doubt.
		type Conduct: Conduct<Self::AccountId>;

		/// What calls are for.
		type Calls: Calls<Self::AccountId, Self::RuntimeCall>;

		/// Longest signed transaction, in bytes, unless its call may be long.
		#[pallet::constant]
		type MaxLength: Get<u32>;

		/// The most that an institution pays for a patient on one day, unless it has set another
		/// allowance for the patient.
		#[pallet::constant]
		type PatientAllowance: Get<BalanceOf<Self>>;

		/// The most that an institution pays for its administrator on one day, unless the council has
		/// set another allowance.
		#[pallet::constant]
		type AdministratorAllowance: Get<BalanceOf<Self>>;

		/// The most that an institution pays for all its other members on one day, unless the council
		/// has set another limit.
		#[pallet::constant]
		type DailyLimit: Get<BalanceOf<Self>>;

		/// Most places that an account can take with its proxies, open calls of multisigs and the like.
		#[pallet::constant]
		type MaxPlaces: Get<u32>;

		/// What an account may do on one day of what costs nothing, as if it did cost something.
		#[pallet::constant]
		type FreeAllowance: Get<BalanceOf<Self>>;

		/// Calls that are not paused at present.
		type Unpaused: Contains<Self::RuntimeCall>;

		/// Maximum number of institutions at one time, suspended ones included.
		#[pallet::constant]
		type MaxInstitutions: Get<u32>;

		/// Maximum number of institutions that vouch for one account, counted separately for staff
		/// and for patients. Institutions that have left or have revoked their credential make room
		/// for others.
		#[pallet::constant]
		type MaxVouchers: Get<u32>;

		/// Longest validity of a credential, in milliseconds.
		#[pallet::constant]
		type MaxValidity: Get<Moment>;

		/// The ID from which the purse and the fee accounts are derived.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Weights of the calls and of [`CheckStanding`].
		type WeightInfo: WeightInfo;

		/// What the benchmarks need from the runtime.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// Member hospitals, including those that have left.
	#[pallet::storage]
	pub type Institutions<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, InstitutionOf<T>>;

	/// Number of the next institution.
	#[pallet::storage]
	pub type NextInstitution<T: Config> = StorageValue<_, InstitutionId, ValueQuery, FirstId>;

	/// The institution that an account administers, unless the institution has left.
	#[pallet::storage]
	pub type Administrators<T: Config> =
		CountedStorageMap<_, Blake2_128Concat, T::AccountId, InstitutionId>;

	/// The council: administrators of the active institutions, in order of their account bytes.
	#[pallet::storage]
	pub type Seats<T: Config> =
		StorageValue<_, BoundedVec<T::AccountId, T::MaxInstitutions>, ValueQuery>;

	/// What institutions vouch for about an account: at most one credential from each.
	#[pallet::storage]
	pub type Credentials<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		BoundedVec<Credential, T::MaxVouchers>,
		ValueQuery,
	>;

	/// The institutions that a patient's account is enrolled with.
	#[pallet::storage]
	pub type Patients<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		BoundedVec<InstitutionId, T::MaxVouchers>,
		ValueQuery,
	>;

	/// The key to which study keys are wrapped for an account.
	#[pallet::storage]
	pub type EncryptionKeys<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, EncryptionKey>;

	/// What an action on data of a modality requires. The modality `None` stands for all that have
	/// no standard of their own.
	#[pallet::storage]
	pub type Standards<T: Config> =
		StorageMap<_, Twox64Concat, (Action, Option<Modality>), Standard>;

	/// Daily allowances that differ from the institution's own.
	#[pallet::storage]
	pub type Allowances<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		InstitutionId,
		Blake2_128Concat,
		T::AccountId,
		BalanceOf<T>,
	>;

	/// What an institution paid for an account on the last day on which it paid anything.
	#[pallet::storage]
	pub type Spent<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		InstitutionId,
		Blake2_128Concat,
		T::AccountId,
		Spending<BalanceOf<T>>,
	>;

	/// What an institution pays for its administrator on one day, where the council has set it.
	#[pallet::storage]
	pub type AdministratorAllowances<T: Config> =
		StorageMap<_, Twox64Concat, InstitutionId, BalanceOf<T>>;

	/// The most that an institution may pay for all its other members on one day, where the council has
	/// set it.
	#[pallet::storage]
	pub type DailyLimits<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, BalanceOf<T>>;

	/// The most that an institution will pay for all its other members on one day, where its
	/// administrator has set it. Beyond the limit it means nothing.
	#[pallet::storage]
	pub type DailyCaps<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, BalanceOf<T>>;

	/// What an institution paid for all but its administrator on the last day on which it paid anything
	/// for them.
	#[pallet::storage]
	pub type SpentBy<T: Config> =
		StorageMap<_, Twox64Concat, InstitutionId, Spending<BalanceOf<T>>>;

	/// What an account did for nothing on the last day on which it did anything so, as if it had cost
	/// something.
	#[pallet::storage]
	pub type FreeSpent<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Spending<BalanceOf<T>>>;

	/// Places that an account has taken with its proxies, open calls of multisigs and the like, for which
	/// others would pay deposits.
	#[pallet::storage]
	pub type Places<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

	/// How far what was spent on former days is forgotten.
	#[pallet::storage]
	pub type Forgetting<T: Config> = StorageValue<_, Progress, ValueQuery>;

	/// The first institution is number 0.
	pub struct FirstId;
	impl Get<InstitutionId> for FirstId {
		fn get() -> InstitutionId {
			InstitutionId(0)
		}
	}

	/// Members and standards at genesis.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Institutions, numbered from 0 in this order.
		pub institutions: alloc::vec::Vec<GenesisInstitution<T::AccountId, BalanceOf<T>>>,
		/// Standards.
		pub standards: alloc::vec::Vec<GenesisStandard>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			self.do_build();
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A hospital was admitted and has a council seat.
		InstitutionAdmitted {
			/// Its number.
			institution: InstitutionId,
			/// Its administrator.
			administrator: T::AccountId,
			/// The account that pays its members' fees; anybody may pay in.
			fee_account: T::AccountId,
		},
		/// An institution was suspended, and with it everybody it vouches for.
		InstitutionSuspended {
			/// The institution.
			institution: InstitutionId,
		},
		/// A suspended institution is a member in good standing again.
		InstitutionReinstated {
			/// The institution.
			institution: InstitutionId,
		},
		/// An institution left for good. The balance of its fee account was moved to the purse.
		InstitutionRemoved {
			/// The institution.
			institution: InstitutionId,
			/// Amount moved to the purse.
			returned: BalanceOf<T>,
		},
		/// Money that came back to the fee account of an institution that has left was moved to the
		/// purse.
		FeeAccountReclaimed {
			/// The institution.
			institution: InstitutionId,
			/// Amount moved to the purse.
			amount: BalanceOf<T>,
		},
		/// An institution has a new administrator.
		AdministratorChanged {
			/// The institution.
			institution: InstitutionId,
			/// The former administrator.
			from: T::AccountId,
			/// The new administrator.
			to: T::AccountId,
		},
		/// The council moved money from the purse to an institution's fee account.
		FeeAccountToppedUp {
			/// The institution.
			institution: InstitutionId,
			/// Amount moved.
			amount: BalanceOf<T>,
		},
		/// An institution changed the daily allowance of its members.
		AllowanceSet {
			/// The institution.
			institution: InstitutionId,
			/// Most that it pays for one member per day.
			allowance: BalanceOf<T>,
		},
		/// An institution changed the daily allowance of one member.
		MemberAllowanceSet {
			/// The institution.
			institution: InstitutionId,
			/// The member.
			member: T::AccountId,
			/// Most that it pays per day; `None` means that the institution's allowance applies
			/// again.
			allowance: Option<BalanceOf<T>>,
		},
		/// An institution vouches for an account.
		CredentialIssued {
			/// The institution.
			institution: InstitutionId,
			/// The account.
			holder: T::AccountId,
			/// The holder's roles there.
			roles: Roles,
			/// Unix time in milliseconds at which the credential expires.
			expires: Moment,
		},
		/// A credential has a new expiry.
		CredentialRenewed {
			/// The institution.
			institution: InstitutionId,
			/// The holder.
			holder: T::AccountId,
			/// Unix time in milliseconds at which the credential expires.
			expires: Moment,
		},
		/// A credential was suspended.
		CredentialSuspended {
			/// The institution.
			institution: InstitutionId,
			/// The holder.
			holder: T::AccountId,
		},
		/// A suspended credential is valid again.
		CredentialReinstated {
			/// The institution.
			institution: InstitutionId,
			/// The holder.
			holder: T::AccountId,
		},
		/// A credential was revoked for good.
		CredentialRevoked {
			/// The institution.
			institution: InstitutionId,
			/// The holder.
			holder: T::AccountId,
		},
		/// An account registered the key to which study keys are wrapped for it.
		EncryptionKeySet {
			/// The account.
			holder: T::AccountId,
			/// Mechanism of the key.
			suite: KeySuite,
			/// How many keys the account has registered, this one included.
			generation: u32,
		},
		/// An encryption key was revoked and must not be used any more.
		EncryptionKeyRevoked {
			/// The account.
			holder: T::AccountId,
			/// Number of the revoked key.
			generation: u32,
		},
		/// A patient's account was enrolled.
		PatientEnrolled {
			/// The institution.
			institution: InstitutionId,
			/// The patient's pseudonymous account.
			patient: T::AccountId,
		},
		/// A patient's account is no longer enrolled.
		PatientDischarged {
			/// The institution.
			institution: InstitutionId,
			/// The patient's pseudonymous account.
			patient: T::AccountId,
		},
		/// The council set the standard for an action, or withdrew it.
		StandardSet {
			/// The action.
			action: Action,
			/// The modality; `None` means all modalities that have no standard of their own.
			modality: Option<Modality>,
			/// The standard; `None` means that it was withdrawn.
			standard: Option<Standard>,
		},
		/// The council set what an institution pays for its administrator on one day.
		AdministratorAllowanceSet {
			/// The institution.
			institution: InstitutionId,
			/// The most that it pays; `None` means that the general allowance applies again.
			allowance: Option<BalanceOf<T>>,
		},
		/// The council set the most that an institution may pay for its other members on one day.
		DailyLimitSet {
			/// The institution.
			institution: InstitutionId,
			/// The limit; `None` means that the general one applies again.
			limit: Option<BalanceOf<T>>,
		},
		/// An institution set the most that it pays for all but its administrator on one day.
		DailyCapSet {
			/// The institution.
			institution: InstitutionId,
			/// The cap; `None` means that the council's limit is one, too.
			cap: Option<BalanceOf<T>>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such institution.
		InstitutionNotFound,
		/// The institution has issued no credential to this account, or has revoked it.
		CredentialNotFound,
		/// The account has no such encryption key.
		EncryptionKeyNotFound,
		/// The account is not enrolled with the institution.
		PatientNotFound,
		/// There is no such standard.
		StandardNotFound,
		/// This record exists already.
		AlreadyExists,
		/// Only the institution's administrator may do this.
		NotAuthorized,
		/// The maximum number of institutions has been reached.
		TooManyInstitutions,
		/// The maximum number of institutions already vouches for this account.
		TooManyVouchers,
		/// The institution or credential is not active.
		NotActive,
		/// The institution or credential is not suspended.
		NotSuspended,
		/// The institution is still a member: nothing can be reclaimed before it has left.
		NotRemoved,
		/// Nothing has come back to the institution's fee account.
		NothingToReclaim,
		/// This is the last active institution: it has to stay.
		LastInstitution,
		/// The name is empty, or is not valid UTF-8.
		InvalidName,
		/// The credential names no role: name at least one.
		NoRoles,
		/// The standard names no role, so nobody could meet it: withdraw the standard to forbid the
		/// action.
		UnmeetableStandard,
		/// The expiry is in the past, or later than the chain allows.
		ExpiryOutOfRange,
		/// The public key does not have the length that its suite requires.
		InvalidKeyLength,
		/// The account lacks the standing for this.
		Refused(Refusal),
		/// The account has as many proxies, open calls of multisigs and the like as it may: remove some of
		/// them first.
		TooManyPlaces,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::do_on_idle(remaining)
		}

		fn integrity_test() {
			assert!(T::MaxInstitutions::get() > 0, "a chain without institutions has no council");
			assert!(T::MaxVouchers::get() > 0, "somebody has to vouch for an account");
			assert!(T::MaxValidity::get() > 0, "credentials have to be valid for some time");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Admits a hospital: it gets a number, a fee account and a council seat.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::admit_institution())]
		pub fn admit_institution(
			origin: OriginFor<T>,
			name: Name,
			administrator: T::AccountId,
			allowance: BalanceOf<T>,
		) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_admit_institution(name, administrator, allowance)?;
			Ok(())
		}

		/// Suspends an institution and, with it, everybody it vouches for.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::suspend_institution())]
		pub fn suspend_institution(
			origin: OriginFor<T>,
			institution: InstitutionId,
		) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_suspend_institution(institution)
		}

		/// Makes a suspended institution a member in good standing again.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::reinstate_institution())]
		pub fn reinstate_institution(
			origin: OriginFor<T>,
			institution: InstitutionId,
		) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_reinstate_institution(institution)
		}

		/// Ends an institution's membership for good.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::remove_institution())]
		pub fn remove_institution(
			origin: OriginFor<T>,
			institution: InstitutionId,
		) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_remove_institution(institution)
		}

		/// Hands an institution over to another administrator account. The administrator may do
		/// this, or the council when the key is lost.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::set_administrator())]
		pub fn set_administrator(
			origin: OriginFor<T>,
			institution: InstitutionId,
			administrator: T::AccountId,
		) -> DispatchResult {
			if let Err(origin) = T::CouncilOrigin::try_origin(origin) {
				let own = Self::ensure_administrator(origin)?;
				ensure!(own == institution, Error::<T>::NotAuthorized);
			}
			Self::do_set_administrator(institution, administrator)
		}

		/// Sets the daily allowance: the most that the caller's institution pays for one member per
		/// day.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::set_allowance())]
		pub fn set_allowance(origin: OriginFor<T>, allowance: BalanceOf<T>) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_set_allowance(institution, allowance)
		}

		/// Sets the daily allowance of one member of the caller's institution. `None` makes the
		/// institution's allowance apply again, also for somebody who is no longer a member.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_member_allowance())]
		pub fn set_member_allowance(
			origin: OriginFor<T>,
			member: T::AccountId,
			allowance: Option<BalanceOf<T>>,
		) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_set_member_allowance(institution, member, allowance)
		}

		/// Moves money from the purse to an institution's fee account.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::top_up())]
		pub fn top_up(
			origin: OriginFor<T>,
			institution: InstitutionId,
			amount: BalanceOf<T>,
		) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_top_up(institution, amount)
		}

		/// Vouches for an account until `expires` (Unix time in milliseconds).
		///
		/// `licence_hash` is a salted hash of the professional licence, which the institution has
		/// checked and keeps.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::issue_credential())]
		pub fn issue_credential(
			origin: OriginFor<T>,
			holder: T::AccountId,
			roles: Roles,
			specialties: Specialties,
			licence_hash: contour_primitives::Hash,
			expires: Moment,
		) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_issue_credential(
				institution,
				holder,
				roles,
				specialties,
				licence_hash,
				expires,
			)
		}

		/// Gives a credential a new expiry, even if it has expired.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::renew_credential())]
		pub fn renew_credential(
			origin: OriginFor<T>,
			holder: T::AccountId,
			expires: Moment,
		) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_renew_credential(institution, holder, expires)
		}

		/// Suspends a credential.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::suspend_credential())]
		pub fn suspend_credential(origin: OriginFor<T>, holder: T::AccountId) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_suspend_credential(institution, holder)
		}

		/// Makes a suspended credential valid again.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::reinstate_credential())]
		pub fn reinstate_credential(origin: OriginFor<T>, holder: T::AccountId) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_reinstate_credential(institution, holder)
		}

		/// Revokes a credential for good. The institution may issue another one later.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::revoke_credential())]
		pub fn revoke_credential(origin: OriginFor<T>, holder: T::AccountId) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_revoke_credential(institution, holder)
		}

		/// Registers the public key to which study keys are wrapped for the caller. Another call
		/// replaces the key; leases wrapped to the old key still need the old key.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::set_encryption_key())]
		pub fn set_encryption_key(
			origin: OriginFor<T>,
			suite: KeySuite,
			bytes: PublicKeyBytes,
		) -> DispatchResult {
			let holder = ensure_signed(origin)?;
			Self::voucher(&holder).map_err(Error::<T>::Refused)?;
			Self::do_set_encryption_key(holder, suite, bytes)
		}

		/// Revokes an encryption key, so that nobody uses it any more. Its holder may do this, or
		/// the administrator of an institution that vouches for the holder.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::revoke_encryption_key())]
		pub fn revoke_encryption_key(origin: OriginFor<T>, holder: T::AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			if who == holder {
				Self::voucher(&who).map_err(Error::<T>::Refused)?;
			} else {
				let institution =
					Self::administered_institution(&who).ok_or(Error::<T>::NotAuthorized)?;
				ensure!(Self::is_member_of(&holder, institution), Error::<T>::NotAuthorized);
			}
			Self::do_revoke_encryption_key(holder)
		}

		/// Enrols a patient's pseudonymous account, so that the patient can give and withdraw
		/// consent at the expense of the institution.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::enrol_patient())]
		pub fn enrol_patient(origin: OriginFor<T>, patient: T::AccountId) -> DispatchResult {
			let institution = Self::ensure_custodian(origin)?;
			Self::do_enrol_patient(institution, patient)
		}

		/// Ends a patient's enrolment.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::discharge_patient())]
		pub fn discharge_patient(origin: OriginFor<T>, patient: T::AccountId) -> DispatchResult {
			let institution = Self::ensure_custodian(origin)?;
			Self::do_discharge_patient(institution, patient)
		}

		/// Sets the standard for an action on data of a modality. The modality `None` stands for
		/// all that have no standard of their own; the standard `None` withdraws the present one.
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::set_standard())]
		pub fn set_standard(
			origin: OriginFor<T>,
			action: Action,
			modality: Option<Modality>,
			standard: Option<Standard>,
		) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_set_standard(action, modality, standard)
		}

		/// Moves to the purse the money that came back to the fee account of an institution that
		/// has left: the deposits of records that it left behind.
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::reclaim())]
		pub fn reclaim(origin: OriginFor<T>, institution: InstitutionId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_reclaim(institution)
		}

		/// Sets what an institution pays for its administrator on one day; `None` makes the general
		/// allowance apply again.
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::set_administrator_allowance())]
		pub fn set_administrator_allowance(
			origin: OriginFor<T>,
			institution: InstitutionId,
			allowance: Option<BalanceOf<T>>,
		) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_set_administrator_allowance(institution, allowance)
		}

		/// Sets the most that an institution may pay for all but its administrator on one day; `None`
		/// makes the general limit apply again.
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::set_daily_limit())]
		pub fn set_daily_limit(
			origin: OriginFor<T>,
			institution: InstitutionId,
			limit: Option<BalanceOf<T>>,
		) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_set_daily_limit(institution, limit)
		}

		/// Sets the most that the caller's institution pays for all but its administrator on one day.
		/// Beyond the council's limit it means nothing; `None` leaves the limit alone.
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::set_daily_cap())]
		pub fn set_daily_cap(origin: OriginFor<T>, cap: Option<BalanceOf<T>>) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_set_daily_cap(institution, cap)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The institution that answers for `who` now and pays the fees, or the reason why none
		/// does.
		pub fn standing(who: T::AccountId) -> Result<InstitutionId, Refusal> {
			Self::voucher(&who)
		}

		/// The institution under whose credential `who` may do `action` on data of `modality` now,
		/// or the requirement that is not met.
		pub fn eligible(
			who: T::AccountId,
			action: Action,
			modality: Modality,
		) -> Result<InstitutionId, Refusal> {
			<Self as Standing<T::AccountId>>::may(&who, action, modality)
		}

		/// What is left today of what the institution that answers for `who` pays: of the allowance, or of
		/// what it pays for all its members, whichever is less.
		pub fn allowance_left(who: T::AccountId) -> Result<BalanceOf<T>, Refusal> {
			let (institution, basis) = Self::answering(&who)?;
			let own = Self::unspent(&who, institution, basis);
			Ok(match basis {
				Basis::Administrator => own,
				_ => own.min(Self::unspent_by(institution)),
			})
		}

		/// What is left today of what an institution pays for all but its administrator.
		pub fn daily_cap_left(institution: InstitutionId) -> BalanceOf<T> {
			Self::unspent_by(institution)
		}

		/// The account that pays the fees of an institution's members.
		pub fn fee_account(institution: InstitutionId) -> T::AccountId {
			Self::fee_account_of(institution)
		}

		/// The common account that receives the fees.
		pub fn purse() -> T::AccountId {
			Self::purse_account()
		}
	}
}
