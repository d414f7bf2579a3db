// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! ## Vocabulary
//!
//! - **Pot**: the money that an institution has for bounties, on a separate account without a key.
//!   It is empty, or it keeps the existential deposit.
//! - **Bounty**: the money that is held on the pot for one task, from the moment it opens until it
//!   ends. Then it is paid once, by the [terms](Terms) that were in force when the task was opened.
//!   Whatever nobody earned, rounding left over or an account could not receive returns to the pot.
//! - **Policy**: the terms, the privilege and the issuance that the council has set.
//! - **Contribution**: a reading of a validated task, or a vote, whose quality reaches the terms'
//!   merit floor. The quality of a reading is its Dice with the consensus. The quality of a vote is
//!   the proportion of the readings on which it decided as the panel did.
//! - **Record**: what an account is known for in a modality: contributions, mean quality, and a
//!   reputation that halves with each half-life without work. The overall record covers all
//!   modalities together. Records cannot be transferred.
//! - **Privilege**: a higher daily allowance for a member whose overall record deserves it.
//! - **Era**: a span of wall time in which contributions earn points. When it is over, whoever
//!   [claims](Call::claim) in time exchanges their points for newly minted money; all of them
//!   together receive the era's cap at most.
//!
//! ## Scenario: a tumour is outlined
//!
//! 1. A foundation [funds](Call::fund) the pot of institution 0; its administrator
//!    [allocates](Call::allocate) more from the fee account.
//! 2. A task is opened with a bounty of 1,000, which is held on the pot. The council
//!    [changes the policy](Call::set_policy); the task keeps its terms.
//! 3. Two readers agree, a third is wrong, and a panel decides so. The readers are paid by their
//!    quality and the members of the panel by their alignment. The custodian, the scorers'
//!    institutions and the patient receive their shares, and the rest returns to the pot.
//! 4. The era ends. The readers claim the money that their points are worth.
//! 5. One of them does no work for a half-life: half of the reputation is left.
//! 6. The administrator [reclaims](Call::reclaim) what the pot still has.
//!
//! The test `should_follow_the_scenario_of_the_crate_documentation` walks it.
//!
//! ## Calls and roles
//!
//! | call | anybody | administrator | contributor | council |
//! | --- | --- | --- | --- | --- |
//! | `fund` | ✓ | | | |
//! | `allocate`, `reclaim` | | ✓ | | |
//! | `set_policy` | | | | ✓ |
//! | `claim` | | | ✓ | |
//! | `sweep` | ✓ | | | |
//!
//! Bounties are reserved, settled and released through
//! [`Bounties`](contour_primitives::Bounties); records answer through
//! [`Merit`](contour_primitives::Merit).

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

mod bounty;
mod era;
mod merit;
mod payout;
mod policy;
mod pot;
mod record;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod view;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
#[allow(unreachable_pub, reason = "construct_runtime! makes the types it names public")]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use bounty::Bounty;
pub use contour_primitives::Share;
pub use era::{Era, EraIndex};
pub use pallet::*;
pub use policy::{Issuance, Policy, Privilege, Shares, Terms};
pub use pot::Pot;
pub use record::{Record, decay};
pub use weights::WeightInfo;

use alloc::vec::Vec;
use contour_primitives::{Balance, InstitutionId, Institutions, Modality, Moment, TaskId};
use contour_scoring::Ppm;
use frame_support::{
	PalletId,
	pallet_prelude::*,
	traits::{
		Time,
		fungible::{Inspect, Mutate, MutateHold},
	},
};
use frame_system::pallet_prelude::*;

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

	/// What money on a pot is held for.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The bounties of tasks.
		#[codec(index = 0)]
		Bounty,
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The currency in which work is paid.
		type Currency: Inspect<Self::AccountId, Balance = Balance>
			+ Mutate<Self::AccountId>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// What money is held for, in all pallets.
		type RuntimeHoldReason: From<HoldReason>;

		/// Two thirds of the council.
		type CouncilOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Member hospitals and their accounts.
		type Institutions: Institutions<Self::AccountId>;

		/// Wall time, in milliseconds since the Unix epoch.
		type Clock: Time<Moment = Moment>;

		/// The ID from which the pots' accounts are derived.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// The policy that applies until the council sets one.
		#[pallet::constant]
		type DefaultPolicy: Get<Policy>;

		/// The highest cap that the council may set for an era.
		#[pallet::constant]
		type MaxEraIssuance: Get<Balance>;

		/// Length of an era, in milliseconds.
		#[pallet::constant]
		type EraLength: Get<Moment>;

		/// Number of eras after an era in which its money may be claimed.
		#[pallet::constant]
		type ClaimWindow: Get<EraIndex>;

		/// Time without work in which a reputation halves, in milliseconds.
		#[pallet::constant]
		type HalfLife: Get<Moment>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// What the benchmarks need from the runtime.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// The policy in force.
	#[pallet::storage]
	pub type CurrentPolicy<T: Config> = StorageValue<_, Policy, ValueQuery, T::DefaultPolicy>;

	/// Bounties of tasks that have not ended.
	#[pallet::storage]
	pub type Bounties<T: Config> = StorageMap<_, Twox64Concat, TaskId, Bounty>;

	/// Records of accounts, by modality.
	#[pallet::storage]
	pub type Records<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, Modality, Record>;

	/// Records of accounts over all modalities.
	#[pallet::storage]
	pub type OverallRecords<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Record>;

	/// Eras from which money can be claimed, and the current one.
	#[pallet::storage]
	pub type Eras<T: Config> = StorageMap<_, Twox64Concat, EraIndex, Era>;

	/// Points that were earned in an era and have not been exchanged, in millionths.
	#[pallet::storage]
	pub type Points<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		EraIndex,
		Blake2_128Concat,
		T::AccountId,
		u64,
		ValueQuery,
	>;

	/// The oldest era that is still stored; `None` until there is a first era.
	#[pallet::storage]
	pub type OldestEra<T: Config> = StorageValue<_, EraIndex>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Somebody funded an institution's pot for bounties.
		PotFunded {
			/// The institution.
			institution: InstitutionId,
			/// Who gave it.
			from: T::AccountId,
			/// How much.
			amount: Balance,
		},
		/// An institution allocated money from its fee account to its pot for bounties.
		Allocated {
			/// The institution.
			institution: InstitutionId,
			/// How much.
			amount: Balance,
		},
		/// An institution moved money from its pot for bounties back to its fee account.
		Reclaimed {
			/// The institution.
			institution: InstitutionId,
			/// How much.
			amount: Balance,
		},
		/// The pot of an institution that is suspended or has left was emptied into its fee
		/// account.
		PotSwept {
			/// The institution.
			institution: InstitutionId,
			/// How much.
			amount: Balance,
		},
		/// The council changed the policy, for tasks that are opened and eras that begin from now
		/// on.
		PolicySet {
			/// The policy.
			policy: Policy,
		},
		/// The bounty of a task was reserved on the institution's pot.
		BountyReserved {
			/// The task.
			task: TaskId,
			/// The institution whose pot it is on.
			institution: InstitutionId,
			/// How much.
			amount: Balance,
		},
		/// Somebody was paid for a task.
		Paid {
			/// The task.
			task: TaskId,
			/// Who was paid; for custody and storage, an institution's pot.
			payee: T::AccountId,
			/// The share that it is for.
			share: Share,
			/// How much.
			amount: Balance,
		},
		/// Somebody was not paid, because the account cannot hold so little or so much money; the
		/// money returned to the pot.
		NotPaid {
			/// The task.
			task: TaskId,
			/// Who should have been paid.
			payee: T::AccountId,
			/// The share that it is for.
			share: Share,
			/// How much.
			amount: Balance,
		},
		/// A task ended and its bounty was paid. What was not earned returned to the pot.
		BountySettled {
			/// The task.
			task: TaskId,
			/// The institution whose pot it is on.
			institution: InstitutionId,
			/// Total that was paid.
			paid: Balance,
			/// What returned to the pot.
			refunded: Balance,
		},
		/// A task ended without anything to pay for, and its bounty returned to the pot.
		BountyReleased {
			/// The task.
			task: TaskId,
			/// The institution to whose pot it returned.
			institution: InstitutionId,
			/// How much.
			amount: Balance,
		},
		/// Somebody's reading or vote was added to the records.
		WorkRecorded {
			/// Whose work it was.
			who: T::AccountId,
			/// The task.
			task: TaskId,
			/// What made the images.
			modality: Modality,
			/// The reading's Dice with the consensus, or the vote's alignment with the panel.
			quality: Ppm,
			/// Whether it was good enough to count as a contribution.
			counted: bool,
			/// Points earned in this era, in millionths.
			points: u64,
		},
		/// Somebody exchanged the points of an era for money.
		Claimed {
			/// Who claimed.
			who: T::AccountId,
			/// The era.
			era: EraIndex,
			/// How much was minted.
			amount: Balance,
		},
		/// An era was closed: nobody can claim from it any more.
		EraClosed {
			/// The era.
			era: EraIndex,
			/// What was minted for it.
			minted: Balance,
			/// What nobody claimed, and was therefore not minted.
			unclaimed: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// Only the administrator of an active institution may do this.
		NotAuthorized,
		/// This task has a bounty already.
		AlreadyExists,
		/// The institution is not a member in good standing.
		InstitutionNotActive,
		/// The institution is a member in good standing: its administrator decides about the pot.
		InstitutionActive,
		/// There is nothing to move: give an amount, and check that the pot has free money.
		NothingToMove,
		/// The pot does not have enough free money: fund it first, or ask for less.
		PotTooSmall,
		/// The pot would be left with less than the existential deposit: give more, leave more, or
		/// take everything.
		PotBelowMinimum,
		/// The shares add up to more than the whole bounty: lower some of them, so that the sum is
		/// at most 1,000,000.
		SharesExceedWhole,
		/// The cap is higher than the chain allows for one era: lower it.
		CapTooHigh,
		/// The era is not over yet: claim when it is.
		EraNotOver,
		/// The time to claim from this era is over.
		ClaimLapsed,
		/// The account has nothing to claim from this era: it earned no points, has claimed
		/// already, or the points are worth nothing.
		NothingToClaim,
		/// The account is empty, and this is less than the existential deposit: claim first from an
		/// era that brings more.
		AccountBelowMinimum,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::EraLength::get() > 0, "an era lasts a while");
			assert!(T::ClaimWindow::get() > 0, "what was earned can be claimed");
			assert!(T::HalfLife::get() > 0, "a reputation lasts a while");
			assert!(
				Pallet::<T>::ensure_within_bounds(&T::DefaultPolicy::get()).is_ok(),
				"the default policy is one that the council could set"
			);
			let [one, other] = [u32::MAX, u32::MAX - 1].map(InstitutionId);
			assert!(
				Pallet::<T>::pot_account(one) != Pallet::<T>::pot_account(other),
				"accounts are long enough for each institution to have a pot"
			);
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::do_on_idle(remaining)
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Funds the pot of an institution with the caller's own money. Both the caller's account
		/// and the pot have to keep the existential deposit.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::fund())]
		pub fn fund(
			origin: OriginFor<T>,
			institution: InstitutionId,
			amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_fund(who, institution, amount)
		}

		/// Moves money from the fee account of the caller's institution to its pot for bounties.
		/// Both accounts have to keep the existential deposit.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::allocate())]
		pub fn allocate(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_allocate(who, amount)
		}

		/// Moves money that is not held for a task back from the pot to the fee account of the
		/// caller's institution. The pot has to keep the existential deposit, unless everything is
		/// taken and nothing is held for a task.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::reclaim())]
		pub fn reclaim(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reclaim(who, amount)
		}

		/// Sets the policy for tasks that are opened from now on, for the privilege at once, and for
		/// eras in which nobody has earned points yet.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_policy())]
		pub fn set_policy(origin: OriginFor<T>, policy: Policy) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_set_policy(policy)
		}

		/// Exchanges the points that the caller earned in a past era for money.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(origin: OriginFor<T>, era: EraIndex) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_claim(who, era)
		}

		/// Moves money that is not held for a task from the pot of an institution that is suspended
		/// or has left to its fee account, where the rules for that account apply.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::sweep())]
		pub fn sweep(origin: OriginFor<T>, institution: InstitutionId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_sweep(institution)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The pot of an institution.
		pub fn pot_of(institution: InstitutionId) -> Pot<T::AccountId> {
			Self::do_pot_of(institution)
		}

		/// The bounty held for a task that has not ended, and how it will be divided.
		pub fn bounty_of(task: TaskId) -> Option<Bounty> {
			Bounties::<T>::get(task)
		}

		/// The policy in force.
		pub fn policy() -> Policy {
			CurrentPolicy::<T>::get()
		}

		/// The record of an account in a modality, with its reputation at this moment.
		pub fn record_of(who: T::AccountId, modality: Modality) -> Option<Record> {
			Records::<T>::get(who, modality).map(Self::as_of_now)
		}

		/// The records of an account in each modality, with their reputations at this moment.
		pub fn records_of(who: T::AccountId) -> Vec<(Modality, Record)> {
			Self::do_records_of(&who)
		}

		/// The record of an account over all modalities, with its reputation at this moment.
		pub fn overall_record_of(who: T::AccountId) -> Option<Record> {
			OverallRecords::<T>::get(who).map(Self::as_of_now)
		}

		/// The eras from which an account can claim now, and how much.
		pub fn claimable(who: T::AccountId) -> Vec<(EraIndex, Balance)> {
			Self::do_claimable(&who)
		}
	}
}
