// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! | module | what it is |
//! | --- | --- |
//! | [`configs`] | how the pallets are configured |
//! | [`genesis`] | what a chain starts from |
//! | [`apis`] | what nodes and clients may ask |

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]
#![allow(missing_docs, reason = "the FRAME macros make public types without documentation")]

extern crate alloc;

#[cfg(feature = "std")]
#[allow(dead_code, missing_docs, unreachable_pub, reason = "written by the build script")]
mod wasm {
	include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod genesis;
mod monitoring;
pub mod weights;

use alloc::vec::Vec;
use contour_primitives::SLOT_DURATION;
use frame_support::{
	traits::Get as _,
	weights::{
		Weight,
		constants::{WEIGHT_REF_TIME_PER_MILLIS, WEIGHT_REF_TIME_PER_SECOND},
	},
};
use sp_runtime::{generic, impl_opaque_keys, traits::BlakeTwo256};
use sp_version::RuntimeVersion;

pub use contour_primitives::{
	AccountId, Address, Balance, BlockNumber, Hash, MICROUNIT, MILLIUNIT, Moment, Nonce, Signature,
	UNIT,
};

/// What the SDK counts in blocks and people mean as time: so many blocks of this chain's slots, which
/// is right when every authority is up.
pub(crate) fn blocks_in(duration: Moment) -> BlockNumber {
	let slots = duration.checked_div(configs::SlotDuration::get()).unwrap_or_default();
	slots.try_into().unwrap_or(BlockNumber::MAX)
}

/// Computation that a block may take: half a slot of two seconds, so that it reaches every authority in
/// time. Test networks have shorter slots and the same blocks: there, whoever builds one stops in time.
pub const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, u64::MAX);
/// The largest block: a new runtime has to fit into the three quarters for ordinary transactions.
pub const MAXIMUM_BLOCK_BYTES: u32 = 5 * 1024 * 1024;
const _: () = assert!(
	MAXIMUM_BLOCK_WEIGHT.ref_time() <= SLOT_DURATION * WEIGHT_REF_TIME_PER_MILLIS / 2,
	"a block has to be made within half a slot"
);

#[sp_version::runtime_version]
/// Version of this runtime.
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: alloc::borrow::Cow::Borrowed("contour"),
	impl_name: alloc::borrow::Cow::Borrowed("contour"),
	authoring_version: 1,
	spec_version: 101,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 2,
	system_version: 1,
};

impl_opaque_keys! {
	/// The keys with which a validator makes blocks and votes on finality.
	pub struct SessionKeys {
		/// sr25519 key for Aura.
		pub aura: Aura,
		/// ed25519 key for GRANDPA.
		pub grandpa: Grandpa,
	}
}

/// What a transaction carries besides its call, in the order in which it is checked.
///
/// `CheckStanding` stands before `CheckNonce`, so that a stranger reads that nobody vouches for the
/// account, not that the account is unknown.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	pallet_credentials::CheckStanding<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// An extrinsic as it arrives.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a signer signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;
/// Executes blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

#[frame_support::runtime]
mod runtime {
	use super::*;

	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	/// The runtime.
	pub struct Runtime;

	// The block.
	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(2)]
	pub type Aura = pallet_aura;
	#[runtime::pallet_index(3)]
	pub type Authorship = pallet_authorship;

	// Money.
	#[runtime::pallet_index(5)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(6)]
	pub type TransactionPayment = pallet_transaction_payment;

	// Members, before what is planned with them.
	#[runtime::pallet_index(10)]
	pub type Credentials = pallet_credentials;
	#[runtime::pallet_index(11)]
	pub type Council = pallet_collective<Instance1>;
	#[runtime::pallet_index(12)]
	pub type Governance = pallet_governance;

	// Authorities.
	#[runtime::pallet_index(15)]
	pub type Authorities = pallet_authorities;
	#[runtime::pallet_index(16)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(17)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(18)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(19)]
	pub type Offences = pallet_offences;

	// Studies.
	#[runtime::pallet_index(20)]
	pub type Imaging = pallet_imaging;
	#[runtime::pallet_index(21)]
	pub type Audit = pallet_audit;

	// Annotation, and what it earns.
	#[runtime::pallet_index(25)]
	pub type Annotation = pallet_annotation;
	#[runtime::pallet_index(26)]
	pub type Rewards = pallet_rewards;

	// Tools.
	#[runtime::pallet_index(30)]
	pub type Scheduler = pallet_scheduler;
	#[runtime::pallet_index(31)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(32)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(33)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(34)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(35)]
	pub type Recovery = pallet_recovery;
}

/// The WASM of this runtime, or, if it was not built, a message that tells what to do.
#[cfg(feature = "std")]
pub fn wasm_binary() -> Result<&'static [u8], &'static str> {
	wasm::WASM_BINARY.ok_or("this build has no runtime: build again without SKIP_WASM_BUILD")
}

/// The extensions of a transaction that carries an authorised call and no signature.
pub(crate) fn authorized_extension() -> TxExtension {
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(generic::Era::Immortal),
		pallet_credentials::CheckStanding::new(),
		frame_system::CheckNonce::from(0),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(0),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}
