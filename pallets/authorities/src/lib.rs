// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! ## Vocabulary
//!
//! - **Validator**: the account under which an institution runs its node. It sets the node's
//!   session keys with `session.set_keys`. An account that was the validator of one institution can
//!   never be the validator of another.
//! - **Authority**: a validator whose keys make blocks (Aura) and vote on finality (GRANDPA) in a
//!   session.
//! - **Minimum**: the number of authorities below which the set never falls.
//! - **Slot**: the time in which one authority may make a block. Its length is in the genesis and
//!   never changes.
//! - **Session**: a fixed number of blocks. A change of the set is planned at the end of one
//!   session and takes effect after the next, as always in `pallet-session`; a suspended authority
//!   is also disabled at once, so it makes no further blocks.
//! - **Node**: a machine of an institution on the network, known by its [`NodeKey`]. Where the
//!   network is for **members only**, nodes accept only these as peers ([`Pallet::member_nodes`]).
//! - **Stall**: finality stops because too many authorities are lost for good. The council notes
//!   it, and the remaining authorities take over without the votes of the lost ones.
//! - **Key in force**: with which an authority makes blocks and votes in a session. What
//!   `session.set_keys` sets comes into force two sessions later.
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
//!    doctors are not. The council decides when to [reinstate](Call::reinstate_validator) the
//!    validator.
//!
//! The test `should_follow_the_scenario_of_the_crate_documentation` walks it.
//!
//! ## Calls and roles
//!
//! | call | council | administrator | anybody, with proof |
//! | --- | --- | --- | --- |
//! | `designate_validator`, `register_node` | | own institution | |
//! | `admit_validator`, `suspend_validator`, `reinstate_validator` | ✓ | | |
//! | `retire_validator`, `remove_node` | ✓ | own institution | |
//! | `set_minimum`, `set_members_only`, `note_stalled`, `withdraw_stall` | ✓ | | |
//! | `report_equivocation` | | | ✓ (the node's own pool only) |
//!
//! ## When the minimum is reached
//!
//! A request of the council or of an administrator that goes below it is refused
//! (`TooFewAuthorities`). First lower the minimum, or admit another validator and wait until it is
//! an authority. A proven equivocation cannot be refused: the suspension is deferred until a
//! session begins with authorities to spare.
//!
//! ## When finality stalls
//!
//! GRANDPA needs more than two thirds of its set. When a third is lost for good, no block becomes
//! final, and neither does the change of the set that would mend it. In one motion the council then
//! lowers the minimum if it has to, suspends the lost validators, and calls
//! [`note_stalled`](Call::note_stalled). As soon as a session begins in which all authorities are
//! to stay, they take over finality. If the lost come back before, the council
//! [withdraws](Call::withdraw_stall) the note.

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
mod finality;
mod genesis;
mod keys;
mod node;
mod offence;
mod session;
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
pub use contour_primitives::{SuspensionCause, ValidatorStatus};
pub use equivocation::{AuraEquivocationOffence, is_equivocation};
pub use finality::{Finality, Stalled};
pub use keys::KeyHolder;
pub use pallet::*;
pub use session::{IdentificationOf, ValidatorIdOf};
pub use validator::Validator;
pub use weights::WeightInfo;

use alloc::{boxed::Box, vec::Vec};
use contour_primitives::{InstitutionId, Institutions, Moment, NodeKey, SLOT_DURATION};
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

		/// Who votes on finality.
		type Finality: Finality<BlockNumberFor<Self>>;

		/// Where proven equivocations are handed in.
		type ReportOffence: ReportOffence<
				Self::AccountId,
				IdentificationTuple<Self>,
				AuraEquivocationOffence<IdentificationTuple<Self>>,
			>;

		/// Maximum number of validators, whether they are authorities or not.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// Maximum number of nodes of an institution.
		#[pallet::constant]
		type MaxNodes: Get<u32>;

		/// Longest delay, in blocks, with which authorities take over stalled finality.
		#[pallet::constant]
		type MaxStallDelay: Get<BlockNumberFor<Self>>;

		/// Number of past sessions for which an equivocation can be reported.
		#[pallet::constant]
		type ReportableSessions: Get<SessionIndex>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// What the benchmarks need from the runtime.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// The validator of an institution.
	#[pallet::storage]
	pub type Validators<T: Config> =
		CountedStorageMap<_, Twox64Concat, InstitutionId, Validator<T::AccountId>>;

	/// The institution for which an account runs a validator, or ever ran one.
	#[pallet::storage]
	pub type OperatorOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, InstitutionId>;

	/// Number of authorities below which the set never falls.
	#[pallet::storage]
	pub type Minimum<T: Config> = StorageValue<_, u32, ValueQuery, ConstU32<1>>;

	/// Number of blocks in a session.
	#[pallet::storage]
	pub type SessionLength<T: Config> =
		StorageValue<_, BlockNumberFor<T>, ValueQuery, DefaultSessionLength>;

	/// Milliseconds of a slot, as the genesis named them. Chains that began with version 0.1.0 have
	/// nothing here, and two seconds.
	#[pallet::storage]
	pub type SlotDuration<T: Config> = StorageValue<_, Moment, ValueQuery, DefaultSlotDuration>;

	/// Slot of the block at whose start a session began, for the sessions that can be reported.
	#[pallet::storage]
	pub type SessionStart<T: Config> = StorageMap<_, Twox64Concat, SessionIndex, Slot>;

	/// Which of the sets of keys was in force in a session, for the sessions that can be reported.
	#[pallet::storage]
	pub type SessionKeySets<T: Config> = StorageMap<_, Twox64Concat, SessionIndex, u32>;

	/// Authorities and their keys, by a number that grows when any of them changes.
	#[pallet::storage]
	pub type KeySets<T: Config> =
		StorageMap<_, Twox64Concat, u32, keys::KeyHoldersOf<T>, ValueQuery>;

	/// The nodes that an institution has registered.
	#[pallet::storage]
	pub type Nodes<T: Config> = StorageMap<
		_,
		Twox64Concat,
		InstitutionId,
		BoundedBTreeSet<NodeKey, T::MaxNodes>,
		ValueQuery,
	>;

	/// Institutions that have left, and whose nodes stay until their validators vote no more.
	#[pallet::storage]
	pub type Departing<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, ()>;

	/// Whether nodes accept only the members' nodes as peers.
	#[pallet::storage]
	pub type MembersOnly<T: Config> = StorageValue<_, bool, ValueQuery>;

	/// What the council noted about stalled finality, until the remaining authorities take over.
	#[pallet::storage]
	pub type Stall<T: Config> = StorageValue<_, Stalled<BlockNumberFor<T>>>;

	/// Two seconds.
	pub struct DefaultSlotDuration;
	impl Get<Moment> for DefaultSlotDuration {
		fn get() -> Moment {
			SLOT_DURATION
		}
	}

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
		/// Milliseconds of a slot: an even number, from 200 to 60,000.
		pub slot_duration: Moment,
		/// Number of blocks in a session; ten minutes of blocks when it is not given.
		pub session_length: Option<BlockNumberFor<T>>,
		/// The institutions' nodes, by their peer IDs.
		pub nodes: Vec<(InstitutionId, NodeKey)>,
		/// Whether nodes accept only these as peers.
		pub members_only: bool,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				validators: Vec::new(),
				minimum: 1,
				slot_duration: SLOT_DURATION,
				session_length: None,
				nodes: Vec::new(),
				members_only: false,
			}
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
		/// A validator was admitted and will be an authority from the session after the next.
		ValidatorAdmitted {
			/// The institution.
			institution: InstitutionId,
		},
		/// A validator was suspended: it makes no more blocks, and leaves the authorities after the
		/// next session.
		ValidatorSuspended {
			/// The institution.
			institution: InstitutionId,
			/// Why.
			cause: SuspensionCause,
		},
		/// The suspension of a validator was deferred, because the chain cannot spare it yet.
		SuspensionDeferred {
			/// The institution.
			institution: InstitutionId,
		},
		/// A suspended validator was reinstated and will be an authority again.
		ValidatorReinstated {
			/// The institution.
			institution: InstitutionId,
		},
		/// An institution retired its validator.
		ValidatorRetired {
			/// The institution.
			institution: InstitutionId,
			/// The account that was its validator.
			account: T::AccountId,
		},
		/// An institution registered a node, for which it vouches.
		NodeRegistered {
			/// The institution.
			institution: InstitutionId,
			/// The node's public key.
			node: NodeKey,
		},
		/// An institution no longer vouches for a node.
		NodeRemoved {
			/// The institution.
			institution: InstitutionId,
			/// The node's public key.
			node: NodeKey,
		},
		/// The council closed the network to all nodes except the members', or opened it.
		MembersOnlySet {
			/// Whether it is closed.
			members_only: bool,
		},
		/// The council noted that finality has stalled. The remaining authorities take over when a
		/// session begins with them alone.
		StallNoted {
			/// Blocks from then to their first vote.
			delay: BlockNumberFor<T>,
			/// The highest block that any of them has finalized.
			best_finalized: BlockNumberFor<T>,
		},
		/// The authorities of the new session take over finality, which had stalled.
		FinalityHandedOver {
			/// Blocks from now to their first vote.
			delay: BlockNumberFor<T>,
			/// The block from which they finalize.
			best_finalized: BlockNumberFor<T>,
		},
		/// The council changed the minimum number of authorities.
		MinimumSet {
			/// The new minimum.
			minimum: u32,
		},
		/// The present set of authorities was kept, because the planned one was smaller than the
		/// minimum.
		AuthoritiesKept {
			/// The session that was planned.
			session: SessionIndex,
		},
		/// The council withdrew what it had noted about stalled finality: nobody takes over.
		StallWithdrawn,
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
		/// The validator is not waiting for admission.
		NotCandidate,
		/// The validator is not admitted.
		NotAdmitted,
		/// The validator is not suspended.
		NotSuspended,
		/// The set of authorities would fall below the minimum: lower the minimum, or admit another
		/// validator first.
		TooFewAuthorities,
		/// The maximum number of validators has been reached.
		TooManyValidators,
		/// The minimum is zero, or greater than the present number of authorities.
		MinimumOutOfRange,
		/// The institution has registered the node already.
		NodeAlreadyRegistered,
		/// The institution has not registered that node.
		NodeNotFound,
		/// The institution has reached the maximum number of nodes: remove one first.
		TooManyNodes,
		/// The validator would be cut off from the others: register its new node first, or retire the
		/// validator.
		LastNode,
		/// An institution with a validator has registered no node, so its peers would refuse it:
		/// its administrator has to register one first.
		NoNode,
		/// The delay is zero, or longer than the chain allows.
		DelayOutOfRange,
		/// The given block is not in the past.
		NotPast,
		/// The two headers do not prove an equivocation.
		InvalidEquivocationProof,
		/// The key did not belong to an authority when the equivocation took place.
		InvalidKeyOwnershipProof,
		/// The equivocation has been reported already.
		DuplicateReport,
		/// The given block is in the present session, and the chain could not go on if it were not
		/// final: give the highest final block, or an earlier one.
		InPresentSession,
		/// No stall is noted, or the remaining authorities have taken over already.
		StallNotNoted,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxValidators::get() > 0, "a chain without authorities makes no blocks");
			assert!(T::ReportableSessions::get() > 0, "an equivocation has to be reportable");
			assert!(T::MaxNodes::get() > 0, "a validator needs a node");
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

		/// Makes a designated validator an authority. Its session keys have to be set.
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::admit_validator())]
		pub fn admit_validator(origin: OriginFor<T>, institution: InstitutionId) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			Self::do_admit_validator(institution)
		}

		/// Suspends an institution's validator, but not the institution.
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

		/// Retires an institution's validator and frees its session keys. The institution's
		/// administrator or the council may do this.
		#[pallet::call_index(4)]
		#[pallet::weight(<T as Config>::WeightInfo::retire_validator())]
		pub fn retire_validator(
			origin: OriginFor<T>,
			institution: InstitutionId,
		) -> DispatchResult {
			Self::ensure_council_or_own(origin, institution)?;
			Self::do_retire_validator(institution)
		}

		/// Sets the number of authorities below which the set never falls.
		#[pallet::call_index(5)]
		#[pallet::weight(<T as Config>::WeightInfo::set_minimum())]
		pub fn set_minimum(origin: OriginFor<T>, minimum: u32) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			Self::do_set_minimum(minimum)
		}

		// Index 6 was `authorize_upgrade`, which is `governance.authorize_upgrade` now.

		/// Reports that an Aura authority sealed two blocks for one slot.
		///
		/// Nodes submit this by themselves. It carries no signature, costs nothing, and is accepted
		/// only from the node's own pool or in a block.
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

		/// Vouches for a node of the caller's institution, so that the other nodes accept it as a
		/// peer as soon as this is final.
		#[pallet::call_index(8)]
		#[pallet::weight(<T as Config>::WeightInfo::register_node())]
		pub fn register_node(origin: OriginFor<T>, node: NodeKey) -> DispatchResult {
			let institution = Self::ensure_administrator(origin)?;
			Self::do_register_node(institution, node)
		}

		/// Stops vouching for a node, because it is out of use or its key has leaked. The
		/// institution's administrator or the council may do this. The other nodes drop it as soon
		/// as this is final.
		#[pallet::call_index(9)]
		#[pallet::weight(<T as Config>::WeightInfo::remove_node())]
		pub fn remove_node(
			origin: OriginFor<T>,
			institution: InstitutionId,
			node: NodeKey,
		) -> DispatchResult {
			Self::ensure_council_or_own(origin, institution)?;
			Self::do_remove_node(institution, node)
		}

		/// Closes the network to all nodes except those that institutions have registered, or opens
		/// it. Before it is closed, every institution with a validator has to have registered a
		/// node.
		#[pallet::call_index(10)]
		#[pallet::weight(<T as Config>::WeightInfo::set_members_only())]
		pub fn set_members_only(origin: OriginFor<T>, members_only: bool) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			Self::do_set_members_only(members_only)
		}

		/// Notes that finality has stalled because authorities are lost for good. Suspend or retire
		/// the lost ones in the same motion: when a session begins without them, the others take
		/// over.
		///
		/// `best_finalized` is the highest block that any of the others has finalized
		/// (`chain_getFinalizedHead` of each). It is before the present session, and a lower one does
		/// no harm. A higher one would stop the chain. `delay` is the number of blocks until they vote. It
		/// has to be long enough that the block in which it begins is certain to be on everybody's
		/// chain; 20 is a good value.
		#[pallet::call_index(11)]
		#[pallet::weight(<T as Config>::WeightInfo::note_stalled())]
		pub fn note_stalled(
			origin: OriginFor<T>,
			delay: BlockNumberFor<T>,
			best_finalized: BlockNumberFor<T>,
		) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			Self::do_note_stalled(delay, best_finalized)
		}

		/// Withdraws what was noted about stalled finality, because the lost authorities are back
		/// before the others have taken over, or the note was wrong.
		#[pallet::call_index(12)]
		#[pallet::weight(<T as Config>::WeightInfo::withdraw_stall())]
		pub fn withdraw_stall(origin: OriginFor<T>) -> DispatchResult {
			<T as Config>::CouncilOrigin::ensure_origin(origin)?;
			Self::do_withdraw_stall()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The nodes that other nodes accept as peers; `None` while the network is open to
		/// everybody.
		pub fn peers() -> Option<Vec<NodeKey>> {
			Self::member_nodes()
		}

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
