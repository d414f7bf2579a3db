// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! ## Vocabulary
//!
//! - **Subject**: what has a history of its own: a study, a task, or a patient.
//! - **Entry**: who did what, when and in which block, and the link of the previous entry.
//! - **Link**: the hash of an entry.
//! - **Head**: the number of entries, and the link of the last one. The chain's state keeps nothing
//!   else of a history, so the state grows by a constant for each subject and not at all for each
//!   entry.
//!
//! The entries go to the off-chain index of every node that runs with off-chain indexing. Their key
//! is their own link, so a fork of the chain, which writes other links, overwrites nothing.
//! [`contour_primitives::audit`] describes how an entry is encoded and checked.
//!
//! ## Scenario: what became of a study
//!
//! 1. A custodian registers a study: the imaging pallet
//!    [appends](contour_primitives::audit::Trail::append) the first entry.
//! 2. A radiologist asks for a lease, and the custodian grants it: two more entries. The head
//!    counts 3.
//! 3. Years later the patient asks who looked. A node walks back from the head, link by link, and
//!    shows the three entries. If it had lost or altered one, the walk would end there and name it.
//! 4. The patient's lawyer trusts no node. A light client provides a finalized header, any node
//!    provides a proof of the head in its state, and the lawyer checks the entries against it.
//!
//! The test `should_follow_the_scenario_of_the_crate_documentation` walks it.
//!
//! The pallet has no calls: other pallets write through the trait
//! [`Trail`](contour_primitives::audit::Trail).

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

mod trail;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;

#[cfg(test)]
#[allow(unreachable_pub, reason = "construct_runtime! makes the types it names public")]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;

use contour_primitives::{
	Moment,
	audit::{Head, Subject},
};
use frame_support::{pallet_prelude::*, traits::Time};
use frame_system::pallet_prelude::*;

/// A subject; patients are named by their accounts.
pub type SubjectOf<T> = Subject<<T as frame_system::Config>::AccountId>;

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
	pub trait Config: frame_system::Config {
		/// Wall time, in milliseconds since the Unix epoch.
		type Clock: Time<Moment = Moment>;
	}

	/// Heads of the histories.
	#[pallet::storage]
	pub type Heads<T: Config> = StorageMap<_, Blake2_128Concat, SubjectOf<T>, Head, ValueQuery>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The number of entries in a subject's history, and the link of the last one.
		pub fn head(subject: SubjectOf<T>) -> Head {
			Heads::<T>::get(subject)
		}
	}
}
