// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! ## Vocabulary
//!
//! - **Council**: the administrators of the active institutions, one seat each. Two thirds of the
//!   seats decide.
//! - **Motion**: a call that a seat proposes, on which the others vote. It is **open** until it is
//!   closed, or **lapses** when its time is over, whatever the votes.
//! - **Delay**: the time between the moment when the council authorises a runtime and the one from
//!   which it can be applied, so that every hospital sees it coming. An **urgent** runtime waits
//!   for less and needs nine tenths of the seats. Both delays are in the genesis.
//!
//! - **Brake**: while it is **on**, the runtime lets only those calls pass that the council, the
//!   authorities or a patient's protection need. Two seats pull it **briefly**; the council pulls it
//!   until it releases it.
//! - **Working time**: wall time without the time in which the brake was on.
//!
//! ## Scenario: a new runtime
//!
//! 1. Two thirds of the council authorise the hash of a runtime
//!    ([`authorize_upgrade`](Call::authorize_upgrade)). Every node shows its operator when it can be
//!    applied.
//! 2. A hospital finds a fault in it, and the council takes it back
//!    ([`cancel_upgrade`](Call::cancel_upgrade)).
//! 3. The council authorises a better one. A day later a clinician hands in its code
//!    ([`apply_upgrade`](Call::apply_upgrade)).
//!
//! The test `should_follow_the_scenario_of_the_crate_documentation` walks it.
//!
//! ## Motions
//!
//! The council's own pallet keeps motions and votes, and asks here when one is proposed. A seat has
//! few motions open at a time, so that one leaked key cannot keep the others from deciding. Whoever
//! loses the seat loses their open motions.
//!
//! ## The brake
//!
//! A fault of a call can only be mended by a new runtime, which takes an hour at least. Until then two
//! seats stop everybody from making the call: they pull the brake, and have an hour in which the others
//! can decide whether to keep it on. They cannot do so again within a week. Deadlines that are counted
//! in working time ([`WorkingTime`]) stand still with everything else.
//!
//! ## Calls and roles
//!
//! | call | two thirds of the council | nine tenths | two seats | anybody in good standing |
//! | --- | --- | --- | --- | --- |
//! | `authorize_upgrade`, not urgent | ✓ | ✓ | | |
//! | `authorize_upgrade`, urgent | | ✓ | | |
//! | `cancel_upgrade` | ✓ | ✓ | | |
//! | `apply_upgrade` | | | | ✓ |
//! | `pull_brake`, `release_brake` | ✓ | ✓ | | |
//! | `pull_brake_briefly` | ✓ | ✓ | ✓ | |

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

mod brake;
mod genesis;
mod motion;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod upgrade;

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
pub use brake::{Pulled, WorkingTime};
pub use motion::Motion;
pub use pallet::*;
pub use upgrade::Upgrade;
pub use weights::WeightInfo;

use alloc::vec::Vec;
use contour_primitives::{DAY, MINUTE, Moment, Motions};
use core::marker::PhantomData;
use frame_support::{
	dispatch::Pays,
	pallet_prelude::*,
	traits::{EnsureOrigin, Time},
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

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Two thirds of the council.
		type CouncilOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// So much of the council that a runtime is urgent when it says so.
		type UrgentOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// So few seats that they can pull the brake without the others.
		type BriefBrakeOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Wall time, in milliseconds since the Unix epoch.
		type Clock: Time<Moment = Moment>;

		/// The council's motions. It tells [`Pallet::note_motion`] when one is proposed.
		type Council: Motions<Self::Hash>;

		/// Maximum number of motions that are open.
		#[pallet::constant]
		type MaxMotions: Get<u32>;

		/// Maximum number of motions of one seat that are open. In a council with many seats it is
		/// less, so that a third of them leaves room for the others.
		#[pallet::constant]
		type MaxMotionsPerSeat: Get<u32>;

		/// Blocks until a motion lapses, which the council's pallet has as well.
		type MotionDuration: Get<BlockNumberFor<Self>>;

		/// Milliseconds for which few seats can pull the brake.
		#[pallet::constant]
		type BriefBrake: Get<Moment>;

		/// Milliseconds until they can pull it again.
		#[pallet::constant]
		type BriefBrakeInterval: Get<Moment>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// What the benchmarks need from the runtime.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::Hash>;
	}

	/// The open motions, oldest first, with some that were closed meanwhile.
	#[pallet::storage]
	pub type OpenMotions<T: Config> = StorageValue<
		_,
		BoundedVec<
			Motion<
				<T as frame_system::Config>::AccountId,
				<T as frame_system::Config>::Hash,
				BlockNumberFor<T>,
			>,
			<T as Config>::MaxMotions,
		>,
		ValueQuery,
	>;

	/// The runtime that the council authorised and nobody has applied yet.
	#[pallet::storage]
	pub type Authorized<T: Config> = StorageValue<_, Upgrade<T::Hash>>;

	/// Milliseconds between the authorisation of a runtime and the moment from which it can be
	/// applied.
	#[pallet::storage]
	pub type UpgradeDelay<T: Config> = StorageValue<_, Moment, ValueQuery, DefaultUpgradeDelay>;

	/// The same of an urgent one.
	#[pallet::storage]
	pub type UrgentDelay<T: Config> = StorageValue<_, Moment, ValueQuery, DefaultUrgentDelay>;

	/// The brake, if somebody has pulled it. One whose time is over may still be here.
	#[pallet::storage]
	pub type Brake<T: Config> = StorageValue<_, Pulled>;

	/// Milliseconds in which the brake was on before.
	#[pallet::storage]
	pub type Paused<T: Config> = StorageValue<_, Moment, ValueQuery>;

	/// When few seats pulled the brake the last time.
	#[pallet::storage]
	pub type LastBrief<T: Config> = StorageValue<_, Moment>;

	/// A day.
	pub struct DefaultUpgradeDelay;
	impl Get<Moment> for DefaultUpgradeDelay {
		fn get() -> Moment {
			DAY
		}
	}

	/// An hour.
	pub struct DefaultUrgentDelay;
	impl Get<Moment> for DefaultUrgentDelay {
		fn get() -> Moment {
			60 * MINUTE
		}
	}

	/// Delays at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Milliseconds between the authorisation of a runtime and the moment from which it can be
		/// applied.
		pub upgrade_delay: Moment,
		/// The same of an urgent one, which is no longer.
		pub urgent_delay: Moment,
		/// The runtime.
		#[serde(skip)]
		pub runtime: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				upgrade_delay: DefaultUpgradeDelay::get(),
				urgent_delay: DefaultUrgentDelay::get(),
				runtime: PhantomData,
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
		/// The council authorised a runtime.
		UpgradeAuthorized {
			/// BLAKE2b-256 hash of its code.
			code_hash: T::Hash,
			/// From when on it can be applied.
			applicable: Moment,
		},
		/// The council took the authorisation of a runtime back.
		UpgradeCancelled {
			/// BLAKE2b-256 hash of its code.
			code_hash: T::Hash,
		},
		/// A runtime was applied. It holds from the next block on.
		UpgradeApplied {
			/// BLAKE2b-256 hash of its code.
			code_hash: T::Hash,
		},
		/// Somebody pulled the brake: most calls are refused, and tasks' deadlines stand still.
		BrakePulled {
			/// When it is released by itself; `None` if only the council releases it.
			until: Option<Moment>,
		},
		/// The brake was released.
		BrakeReleased,
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The council has authorised no runtime.
		NothingAuthorized,
		/// The council has authorised another code: get the file on which it voted.
		OtherCode,
		/// It is too early to apply the runtime: wait until the delay is over.
		TooEarly,
		/// This seat has as many open motions as it may: wait until one of them is closed, or lapses.
		TooManyMotions,
		/// The brake is on already.
		AlreadyPulled,
		/// The brake is not on.
		NotPulled,
		/// So few seats pulled the brake lately: two thirds of the council have to agree now.
		PulledLately,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxMotionsPerSeat::get() > 0, "a seat can propose something");
		}

		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::release_in_time(T::Clock::now());
			T::WeightInfo::on_initialize(Self::remove_lapsed(now))
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Authorises a runtime, which anybody in good standing may apply after a delay. `code_hash`
		/// is the BLAKE2b-256 hash of its code. It takes the place of one that was authorised before.
		///
		/// An urgent one has a shorter delay, and needs nine tenths of the council.
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config>::WeightInfo::authorize_upgrade())]
		pub fn authorize_upgrade(
			origin: OriginFor<T>,
			code_hash: T::Hash,
			urgent: bool,
		) -> DispatchResult {
			if urgent {
				T::UrgentOrigin::ensure_origin(origin)?;
			} else {
				T::CouncilOrigin::ensure_origin(origin)?;
			}
			Self::do_authorize_upgrade(code_hash, urgent);
			Ok(())
		}

		/// Takes the authorisation of a runtime back.
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::cancel_upgrade())]
		pub fn cancel_upgrade(origin: OriginFor<T>) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_cancel_upgrade()
		}

		/// Applies the runtime that the council authorised, when its delay is over. Its specification
		/// version has to be higher than the present one. It costs nothing when it is applied.
		#[pallet::call_index(2)]
		#[pallet::weight((
			<T as Config>::WeightInfo::apply_upgrade()
				.saturating_add(
					<T::SystemWeightInfo as frame_system::WeightInfo>::apply_authorized_upgrade(),
				),
			DispatchClass::Operational,
		))]
		pub fn apply_upgrade(origin: OriginFor<T>, code: Vec<u8>) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_apply_upgrade(code)?;
			Ok(Pays::No.into())
		}

		/// Pulls the brake until the council releases it: only what the council, the authorities or a
		/// patient's protection need passes, and tasks' deadlines stand still.
		#[pallet::call_index(3)]
		#[pallet::weight((<T as Config>::WeightInfo::pull_brake(), DispatchClass::Operational))]
		pub fn pull_brake(origin: OriginFor<T>) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_pull_brake()
		}

		/// Pulls the brake for an hour. Two seats are enough for it, but not again within a week.
		#[pallet::call_index(4)]
		#[pallet::weight((<T as Config>::WeightInfo::pull_brake_briefly(), DispatchClass::Operational))]
		pub fn pull_brake_briefly(origin: OriginFor<T>) -> DispatchResult {
			T::BriefBrakeOrigin::ensure_origin(origin)?;
			Self::do_pull_brake_briefly()
		}

		/// Releases the brake.
		#[pallet::call_index(5)]
		#[pallet::weight((<T as Config>::WeightInfo::release_brake(), DispatchClass::Operational))]
		pub fn release_brake(origin: OriginFor<T>) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_release_brake()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The brake, if it is on.
		pub fn brake() -> Option<Pulled> {
			Brake::<T>::get().filter(|_| Self::is_braked())
		}

		/// Milliseconds by which wall time is ahead of the working time in which the deadlines of tasks
		/// are counted.
		pub fn working_time_offset() -> Moment {
			Self::paused_so_far()
		}
	}
}
