// SPDX-License-Identifier: Apache-2.0

//! # Authorities
//!
//! Which hospitals make blocks: one validator per active institution, as the manager of
//! `pallet-session`.
//!
//! ## Vocabulary
//!
//! - **Validator**: the account under which an institution runs its node. It sets the node's
//!   session keys with `session.set_keys`. An account that was a validator of one institution can
//!   never be one of another.
//! - **Authority**: a validator whose keys make blocks (Aura) and vote on finality (GRANDPA) in a
//!   session.
//! - **Minimum**: the number of authorities below which the set never falls.
//! - **Session**: a fixed number of blocks. A change of the set is planned at the end of one session
//!   and takes effect after the next, as always in `pallet-session`; a suspended authority is in
//!   addition disabled at once, so it makes no further block.
//! - **Equivocation**: two blocks for one slot, or two votes in one GRANDPA round, by one authority.
//!
//! ## Scenario: a fifth hospital joins, and another misbehaves
//!
//! 1. The council admitted institution 4. Its administrator names a validator account
//!    ([`designate_validator`](Call::designate_validator)).
//! 2. The operator starts a node, calls `author_rotateKeysWithOwner` and sends `session.set_keys`.
//! 3. The council passes [`admit_validator`](Call::admit_validator). From the session after the next
//!    the node makes blocks and votes.
//! 4. The node of institution 1 signs two blocks for one slot. Any node that sees both proves it
//!    with [`report_equivocation`](Call::report_equivocation): the validator is suspended, its
//!    doctors are not. The council decides when to
//!    [reinstate](Call::reinstate_validator) it.
//!
//! The test `should_follow_the_scenario_of_the_crate_documentation` walks it.
//!
//! ## Calls and roles
//!
//! | call | council | administrator | anybody, with proof |
//! | --- | --- | --- | --- |
//! | `designate_validator` | | own institution | |
//! | `admit_validator`, `suspend_validator`, `reinstate_validator` | ✓ | | |
//! | `retire_validator` | ✓ | own institution | |
//! | `set_minimum`, `authorize_upgrade` | ✓ | | |
//! | `report_equivocation` | | | ✓ (the node's own pool only) |
//!
//! ## When the minimum is reached
//!
//! What the council or an administrator wants is refused (`TooFewAuthorities`): lower the minimum,
//! or admit another validator and wait until it is an authority, first. A proven equivocation cannot
//! be refused: the suspension is deferred, and carried out when a session begins with authorities to
//! spare.

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

mod equivocation;
mod genesis;
mod offence;
mod session;
mod status;
mod tenure;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod validator;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
#[allow(unreachable_pub, reason = "construct_runtime! makes the types it names public")]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::{BenchmarkHelper, appoint};
pub use equivocation::{AuraEquivocationOffence, is_equivocation};
pub use pallet::*;
pub use session::{IdentificationOf, ValidatorIdOf};
pub use status::{SuspensionCause, ValidatorStatus};
pub use validator::Validator;
pub use weights::WeightInfo;

use alloc::{boxed::Box, vec::Vec};
use contour_primitives::{InstitutionId, Institutions};
use frame_support::{pallet_prelude::*, traits::EnsureOrigin};
use frame_system::{offchain::CreateAuthorizedTransaction, pallet_prelude::*};
use pallet_session::historical::IdentificationTuple;
use sp_consensus_aura::sr25519::AuthorityId;
use sp_consensus_slots::{EquivocationProof, Slot};
use sp_runtime::transaction_validity::TransactionSource;
use sp_session::MembershipProof;
use sp_staking::{SessionIndex, offence::ReportOffence};

/// Evidence that an Aura authority sealed two blocks for one slot.
pub type EquivocationProofOf<T> = EquivocationProof<HeaderFor<T>, AuthorityId>;

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
	pub trait Config:
		frame_system::Config<RuntimeEvent: From<Event<Self>>>
		+ pallet_session::Config<ValidatorId = <Self as frame_system::Config>::AccountId>
		+ pallet_session::historical::Config<FullIdentification = InstitutionId>
		+ CreateAuthorizedTransaction<Call<Self>>
	{
		/// Two thirds of the council.
		type CouncilOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Which institutions are members in good standing.
		type Institutions: Institutions<Self::AccountId>;

		/// Slot of the current block.
		type CurrentSlot: Get<Slot>;

		/// Where proven equivocations are reported.
		type ReportOffence: ReportOffence<
				Self::AccountId,
				IdentificationTuple<Self>,
				AuraEquivocationOffence<IdentificationTuple<Self>>,
			>;

		/// Most validators, authorities or not.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// For how many past sessions an equivocation can be reported.
		#[pallet::constant]
		type ReportableSessions: Get<SessionIndex>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// What the measurements need of the runtime.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// The validator of an institution.
	#[pallet::storage]
	pub type Validators<T: Config> =
		CountedStorageMap<_, Twox64Concat, InstitutionId, Validator<T::AccountId>>;

	/// The institution that an account runs a validator for, or ever did.
	#[pallet::storage]
	pub type OperatorOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, InstitutionId>;

	/// Number of authorities below which the set never falls.
	#[pallet::storage]
	pub type Minimum<T: Config> = StorageValue<_, u32, ValueQuery, ConstU32<1>>;

	/// Number of blocks of a session.
	#[pallet::storage]
	pub type SessionLength<T: Config> =
		StorageValue<_, BlockNumberFor<T>, ValueQuery, DefaultSessionLength>;

	/// Slot of the block at whose start a session began, for the sessions that can be reported.
	#[pallet::storage]
	pub type SessionStart<T: Config> = StorageMap<_, Twox64Concat, SessionIndex, Slot>;

	/// Ten minutes of blocks of two seconds.
	pub struct DefaultSessionLength;
	impl<N: From<u32>> Get<N> for DefaultSessionLength {
		fn get() -> N {
			300u32.into()
		}
	}

	/// Validators at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Institutions and the accounts of their validators; all are authorities.
		pub validators: Vec<(InstitutionId, T::AccountId)>,
		/// Number of authorities below which the set never falls.
		pub minimum: u32,
		/// Number of blocks of a session.
		pub session_length: BlockNumberFor<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { validators: Vec::new(), minimum: 1, session_length: DefaultSessionLength::get() }
		}
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
		/// An institution named the account under which it will run a validator.
		ValidatorDesignated {
			/// The institution.
			institution: InstitutionId,
			/// The account.
			account: T::AccountId,
		},
		/// A validator will be an authority from the session after the next.
		ValidatorAdmitted {
			/// The institution.
			institution: InstitutionId,
		},
		/// A validator makes no more blocks and leaves the authorities after the next session.
		ValidatorSuspended {
			/// The institution.
			institution: InstitutionId,
			/// Why.
			cause: SuspensionCause,
		},
		/// A validator has to be suspended but the chain cannot spare it yet.
		SuspensionDeferred {
			/// The institution.
			institution: InstitutionId,
		},
		/// A suspended validator will be an authority again.
		ValidatorReinstated {
			/// The institution.
			institution: InstitutionId,
		},
		/// An institution runs no validator any more.
		ValidatorRetired {
			/// The institution.
			institution: InstitutionId,
			/// The account that was its validator.
			account: T::AccountId,
		},
		/// The council changed the least number of authorities.
		MinimumSet {
			/// The new minimum.
			minimum: u32,
		},
		/// The planned set would have fallen below the minimum; the present one stays.
		AuthoritiesKept {
			/// The session that was planned.
			session: SessionIndex,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The institution runs no validator.
		ValidatorNotFound,
		/// The institution runs a validator already: retire it first.
		AlreadyExists,
		/// The account runs, or ran, a validator of another institution.
		AccountTaken,
		/// Only the institution's administrator may do this.
		NotAuthorized,
		/// The institution is not a member in good standing.
		InstitutionNotActive,
		/// The validator's account has set no session keys yet.
		KeysNotSet,
		/// The validator is not waiting to be admitted.
		NotCandidate,
		/// The validator is not admitted.
		NotAdmitted,
		/// The validator is not suspended.
		NotSuspended,
		/// The set of authorities would fall below the minimum.
		TooFewAuthorities,
		/// The chain can carry no more validators.
		TooManyValidators,
		/// The minimum is zero, or exceeds the number of authorities there are.
		MinimumOutOfRange,
		/// The two headers do not prove an equivocation.
		InvalidEquivocationProof,
		/// The key did not belong to an authority when the equivocation took place.
		InvalidKeyOwnershipProof,
		/// The equivocation has been reported.
		DuplicateReport,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxValidators::get() > 0, "a chain without authorities makes no blocks");
			assert!(T::ReportableSessions::get() > 0, "an equivocation has to be reportable");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Names the account under which the caller's institution will run a validator. The
		/// institution pays that account's fees, so that it can call `session.set_keys`.
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config>::WeightInfo::designate_validator())]
		pub fn designate_validator(origin: OriginFor<T>, account: T::AccountId) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_designate_validator(institution, account)
		}

		/// Makes a designated validator, whose keys are set, an authority.
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::admit_validator())]
		pub fn admit_validator(origin: OriginFor<T>, institution: InstitutionId) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			Self::do_admit_validator(institution)
		}

		/// Suspends an institution's validator, not the institution.
		#[pallet::call_index(2)]
		#[pallet::weight(<T as Config>::WeightInfo::suspend_validator())]
		pub fn suspend_validator(
			origin: OriginFor<T>,
			institution: InstitutionId,
		) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			Self::do_suspend_validator(institution)
		}

		/// Makes a suspended validator an authority again.
		#[pallet::call_index(3)]
		#[pallet::weight(<T as Config>::WeightInfo::reinstate_validator())]
		pub fn reinstate_validator(
			origin: OriginFor<T>,
			institution: InstitutionId,
		) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			Self::do_reinstate_validator(institution)
		}

		/// Ends an institution's running of a validator and frees its session keys: by its
		/// administrator or by the council.
		#[pallet::call_index(4)]
		#[pallet::weight(<T as Config>::WeightInfo::retire_validator())]
		pub fn retire_validator(
			origin: OriginFor<T>,
			institution: InstitutionId,
		) -> DispatchResult {
			if let Err(origin) = <T as Config>::CouncilOrigin::try_origin(origin) {
				let own = Self::ensure_administrator(origin)?;
				ensure!(own == institution, Error::<T>::NotAuthorized);
			}
			Self::do_retire_validator(institution)
		}

		/// Sets the number of authorities below which the set never falls.
		#[pallet::call_index(5)]
		#[pallet::weight(<T as Config>::WeightInfo::set_minimum())]
		pub fn set_minimum(origin: OriginFor<T>, minimum: u32) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			Self::do_set_minimum(minimum)
		}

		/// Authorises a runtime upgrade: anybody with standing may then hand in the code with
		/// `system.apply_authorized_upgrade`. `code_hash` is the BLAKE2b-256 hash of the code,
		/// whose specification version has to be higher than the present one.
		#[pallet::call_index(6)]
		#[pallet::weight(<T as Config>::WeightInfo::authorize_upgrade())]
		pub fn authorize_upgrade(origin: OriginFor<T>, code_hash: T::Hash) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			frame_system::Pallet::<T>::do_authorize_upgrade(code_hash, true);
			Ok(())
		}

		/// Reports that an Aura authority sealed two blocks for one slot.
		///
		/// Nodes submit it by themselves; it carries no signature, costs nothing and is taken from
		/// the node's own pool or a block only.
		#[pallet::call_index(7)]
		#[pallet::weight(<T as Config>::WeightInfo::report_equivocation())]
		#[pallet::authorize(Self::authorize_report)]
		#[pallet::weight_of_authorize(<T as Config>::WeightInfo::authorize_report())]
		pub fn report_equivocation(
			origin: OriginFor<T>,
			equivocation_proof: Box<EquivocationProofOf<T>>,
			key_owner_proof: MembershipProof,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_report_equivocation(*equivocation_proof, key_owner_proof)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The validators that the next planned session will have as authorities.
		pub fn next_authorities() -> Vec<(InstitutionId, T::AccountId)> {
			Self::effective().collect()
		}
	}

	impl<T: Config> Pallet<T> {
		#[allow(
			clippy::borrowed_box,
			reason = "the call's arguments come by reference as they are"
		)]
		fn authorize_report(
			source: TransactionSource,
			equivocation_proof: &Box<EquivocationProofOf<T>>,
			key_owner_proof: &MembershipProof,
		) -> TransactionValidityWithRefund {
			Self::do_authorize_report(source, equivocation_proof, key_owner_proof)
				.map(|valid| (valid, Weight::zero()))
		}
	}
}
