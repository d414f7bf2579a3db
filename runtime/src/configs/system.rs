// SPDX-License-Identifier: Apache-2.0

//! The block, time and money.

use super::{brake::ThroughTheBrake, governance::ProperMotions};
use crate::{
	AccountId, Aura, Balance, Block, BlockNumber, Hash, MAXIMUM_BLOCK_BYTES, MAXIMUM_BLOCK_WEIGHT,
	MILLIUNIT, Nonce, PalletInfo, Runtime, RuntimeCall, RuntimeEvent, RuntimeFreezeReason,
	RuntimeHoldReason, RuntimeOrigin, RuntimeTask, Session, System, UncheckedExtrinsic, VERSION,
	authorized_extension, blocks_in,
};
use contour_primitives::{DAY, Moment, SS58_PREFIX};
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	traits::{ConstU32, ConstU128, Contains, EverythingBut, Get, InsideBoth, VariantCountOf},
	weights::constants::ParityDbWeight,
};
use frame_system::limits::{BlockLength, BlockWeights};
use pallet_session::FindAccountFromAuthorIndex;
use sp_runtime::{Perbill, traits::AccountIdLookup};
use sp_version::RuntimeVersion;

/// The share of a block that ordinary transactions may fill; the rest is for operational ones.
const NORMAL_RATIO: Perbill = Perbill::from_percent(75);

parameter_types! {
	/// A day of block hashes: mortal transactions may live as long.
	pub BlockHashCount: BlockNumber = blocks_in(DAY);
	/// Version of the runtime.
	pub const Version: RuntimeVersion = VERSION;
	/// Weights of a block.
	pub RuntimeBlockWeights: BlockWeights =
		BlockWeights::with_sensible_defaults(MAXIMUM_BLOCK_WEIGHT, NORMAL_RATIO);
	/// Sizes of a block.
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(MAXIMUM_BLOCK_BYTES)
		.modify_max_length_for_class(DispatchClass::Normal, |length| {
			*length = NORMAL_RATIO * MAXIMUM_BLOCK_BYTES;
		})
		.build();
	/// Prefix of addresses.
	pub const SS58Prefix: u16 = SS58_PREFIX;
}

/// Calls that nobody may send.
///
/// - Session keys are purged by `authorities.retire_validator`, which makes sure that enough
///   authorities remain.
/// - Equivocations of GRANDPA are reported by nodes, to their own pool: what a stranger signs could
///   carry a million nodes of a trie, for the price of a few.
/// - Groups of friends are compared with one another before the SDK's pallet counts them, for a price
///   that does not depend on their number.
pub struct Withheld;

impl Contains<RuntimeCall> for Withheld {
	fn contains(call: &RuntimeCall) -> bool {
		match call {
			RuntimeCall::Session(pallet_session::Call::purge_keys {})
			| RuntimeCall::Grandpa(pallet_grandpa::Call::report_equivocation { .. }) => true,
			RuntimeCall::Recovery(pallet_recovery::Call::set_friend_groups { friend_groups }) => {
				!u32::try_from(friend_groups.len())
					.is_ok_and(|count| count <= pallet_recovery::MAX_GROUPS_PER_ACCOUNT)
			}
			_ => false,
		}
	}
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountData = pallet_balances::AccountData<Balance>;
	type AccountId = AccountId;
	type BaseCallFilter =
		InsideBoth<EverythingBut<Withheld>, InsideBoth<ProperMotions, ThroughTheBrake>>;
	type Block = Block;
	type BlockHashCount = BlockHashCount;
	type BlockLength = RuntimeBlockLength;
	type BlockWeights = RuntimeBlockWeights;
	type DbWeight = ParityDbWeight;
	type ExtensionsWeightInfo = crate::weights::frame_system_extensions::WeightInfo<Runtime>;
	type Hash = Hash;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type MaxConsumers = ConstU32<16>;
	type Nonce = Nonce;
	type SS58Prefix = SS58Prefix;
	type SystemWeightInfo = crate::weights::frame_system::WeightInfo<Runtime>;
	type Version = Version;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateTransaction<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extension = crate::TxExtension;

	fn create_transaction(call: RuntimeCall, extension: Self::Extension) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl<C> frame_system::offchain::CreateBare<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(call)
	}
}

impl<C> frame_system::offchain::CreateAuthorizedTransaction<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_extension() -> Self::Extension {
		authorized_extension()
	}
}

/// Milliseconds of a slot of this chain.
pub struct SlotDuration;

impl Get<Moment> for SlotDuration {
	fn get() -> Moment {
		pallet_authorities::SlotDuration::<Runtime>::get()
	}
}

/// The least time between two blocks: half a slot.
pub struct HalfSlot;

impl Get<Moment> for HalfSlot {
	fn get() -> Moment {
		SlotDuration::get() / 2
	}
}

impl pallet_timestamp::Config for Runtime {
	type MinimumPeriod = HalfSlot;
	type Moment = Moment;
	type OnTimestampSet = Aura;
	type WeightInfo = crate::weights::pallet_timestamp::WeightInfo<Runtime>;
}

impl pallet_authorship::Config for Runtime {
	type EventHandler = ();
	type FindAuthor = FindAccountFromAuthorIndex<Self, Aura>;
}

impl pallet_balances::Config for Runtime {
	type AccountStore = System;
	type Balance = Balance;
	type DoneSlashHandler = ();
	type DustRemoval = ();
	type ExistentialDeposit = ConstU128<MILLIUNIT>;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type MaxLocks = ConstU32<0>;
	type MaxReserves = ConstU32<8>;
	type ReserveIdentifier = [u8; 8];
	type RuntimeEvent = RuntimeEvent;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = crate::weights::pallet_balances::WeightInfo<Runtime>;
}

impl pallet_aura::Config for Runtime {
	type AllowMultipleBlocksPerSlot = frame_support::traits::ConstBool<false>;
	type AuthorityId = sp_consensus_aura::sr25519::AuthorityId;
	type DisabledValidators = Session;
	type MaxAuthorities = super::MaxInstitutions;
	type SlotDuration = SlotDuration;
}
