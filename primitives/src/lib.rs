// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! There are seven kinds of things:
//!
//! - **types of the chain**: [`AccountId`], [`Balance`], [`Moment`], … and the [`opaque`] block a
//!   node handles without knowing the runtime;
//! - **histories** and how to check them: [`audit`];
//! - **vocabulary**: [`InstitutionId`], [`NodeKey`], [`Role`], [`Specialty`], [`Modality`], [`Action`],
//!   [`ProxyType`], [`KeySuite`], and [`Refusal`], the one list of reasons why somebody may not do something. Their
//!   words are here, too: as people write them (`Display`, `FromStr`) and as JSON has them (`serde`);
//! - **states and rules**: where leases and tasks stand and what consent means, in [`imaging`] and
//!   [`annotation`];
//! - **what a node asks a scorer**: [`scorer`];
//! - **what operators watch**: [`monitoring`];
//! - **what a node answers** over its RPC, only with the feature `std`: [`rpc`];
//! - **coupling traits**: pallets never depend on pallets, they meet in [`Standing`],
//!   [`Sponsorship`], [`Institutions`], [`Studies`], [`Bounties`] and the like. `()` implements each as a no-op.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod annotation;
pub mod audit;
pub mod imaging;
pub mod monitoring;
pub mod opaque;
#[cfg(feature = "std")]
pub mod rpc;
pub mod runtime_api;
pub mod scorer;

mod bit_set;
mod call;
mod council;
mod credential;
mod encryption;
mod institution;
mod node;
mod page;
mod proxy;
mod refusal;
mod role;
mod sealed;
mod sponsorship;
mod standing;
mod study;
mod task;
mod validator;
mod word;

pub use call::{CallKind, Calls};
pub use council::{
	BRAKE_SEATS, COUNCIL_MAJORITY, Motions, URGENT_MAJORITY, brake_votes, council_votes,
	urgent_votes,
};
pub use credential::{CredentialStatus, InstitutionStatus};
pub use encryption::{
	KeyRegistry, KeySuite, MAX_PUBLIC_KEY_BYTES, MAX_WRAPPED_KEY_BYTES, PublicKey,
};
pub use institution::{InstitutionId, Institutions, Operators, Tenure};
pub use node::{NoPeerId, NodeKey};
pub use page::{MAX_PAGE, Page};
pub use proxy::ProxyType;
pub use refusal::Refusal;
pub use role::{Role, Roles, Specialties, Specialty};
pub use sealed::{Locator, MAX_LOCATOR_BYTES, Sealed, locator_text};
pub use sponsorship::{Sponsor, Sponsorship};
pub use standing::{Action, Conduct, Merit, Standard, Standing};
pub use study::{MAX_BATCH, Modality, Purpose, Purposes, Studies, StudyFacts, StudyId};
pub use task::{
	Bounties, Code, NotACode, Numbers, PanelWork, ReaderWork, Settlement, Share, TaskId,
	vote_commitment,
};
pub use validator::{SESSIONS_AHEAD, SuspensionCause, ValidatorStatus};
pub use word::UnknownWord;

use sp_runtime::{
	MultiSignature,
	traits::{IdentifyAccount, Verify},
};

/// A signature of any of the schemes that accounts may use (sr25519, ed25519, ECDSA).
pub type Signature = MultiSignature;
/// Public identifier of an account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// How an account is named in a transaction.
pub type Address = sp_runtime::MultiAddress<AccountId, ()>;
/// Amount of the chain's unit of account, in [`UNIT`]⁻¹.
pub type Balance = u128;
/// Height of a block.
pub type BlockNumber = u32;
/// Number of transactions an account has sent.
pub type Nonce = u32;
/// BLAKE2b-256 digest.
pub type Hash = sp_core::H256;
/// Wall time: Unix time in milliseconds, as `pallet-timestamp` keeps it.
pub type Moment = u64;

/// Symbol of the currency.
pub const TOKEN_SYMBOL: &str = "CTR";
/// Decimal places of the unit of account.
pub const TOKEN_DECIMALS: u8 = 12;
/// One whole token, in the smallest unit.
pub const UNIT: Balance = 1_000_000_000_000;
/// A thousandth of a [`UNIT`].
pub const MILLIUNIT: Balance = UNIT / 1_000;
/// A millionth of a [`UNIT`].
pub const MICROUNIT: Balance = UNIT / 1_000_000;
/// SS58 address prefix (the registry's "generic Substrate" number).
pub const SS58_PREFIX: u16 = 42;
/// Milliseconds between two slots, so between two blocks when every authority is up, of a chain whose
/// genesis names no other duration. Ask the chain for its own: `AuraApi_slot_duration`.
pub const SLOT_DURATION: Moment = 2_000;
/// Milliseconds of a minute.
pub const MINUTE: Moment = 60 * 1_000;
/// Milliseconds of a day.
pub const DAY: Moment = 24 * 60 * 60 * 1_000;
