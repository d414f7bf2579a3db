// SPDX-License-Identifier: Apache-2.0

//! What makes accounts convenient and safe: batches, multisigs, proxies, recovery and schedules.
//!
//! Members own no money at the beginning, so what they need for this costs no deposit; storage is
//! bounded per account, and every call is paid from a daily allowance. Preimages can be large, so
//! everybody except the council has to place a deposit for them.

use super::{RuntimeBlockWeights, TwoThirdsOfCouncil};
use crate::{
	AccountId, Balance, Balances, MICROUNIT, MILLIUNIT, OriginCaller, Preimage, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeHoldReason, RuntimeOrigin, System,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	parameter_types,
	traits::{
		ConstU32, ConstU128, EqualPrivilegeOnly, InstanceFilter, LinearStoragePrice,
		fungible::HoldConsideration,
	},
	weights::Weight,
};
use scale_info::TypeInfo;
use sp_runtime::{Perbill, traits::BlakeTwo256};

parameter_types! {
	/// The computation that scheduled calls may take in a block.
	pub MaxScheduledWeight: Weight =
		Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
	/// Why the deposit for a preimage is held.
	pub const PreimageHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
	/// Deposit for a preimage, and for each of its bytes.
	pub const PreimageDeposit: Balance = 100 * MILLIUNIT;
	/// Deposit for a byte of a preimage.
	pub const PreimageByteDeposit: Balance = 10 * MICROUNIT;
}

impl pallet_scheduler::Config for Runtime {
	type BlockNumberProvider = System;
	type MaxScheduledPerBlock = ConstU32<64>;
	type MaximumWeight = MaxScheduledWeight;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type PalletsOrigin = OriginCaller;
	type Preimages = Preimage;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	/// What the council schedules is executed with the authority of the votes that scheduled it.
	type ScheduleOrigin = TwoThirdsOfCouncil;
	type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
}

impl pallet_preimage::Config for Runtime {
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		PreimageHoldReason,
		LinearStoragePrice<PreimageDeposit, PreimageByteDeposit, Balance>,
	>;
	type Currency = Balances;
	type ManagerOrigin = frame_system::EnsureRoot<AccountId>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
}

impl pallet_utility::Config for Runtime {
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_multisig::Config for Runtime {
	type BlockNumberProvider = System;
	type Currency = Balances;
	type DepositBase = ConstU128<0>;
	type DepositFactor = ConstU128<0>;
	type MaxSignatories = ConstU32<32>;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
}

/// What a proxy may do for an account.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	#[codec(index = 0)]
	Any,
	/// Propose, vote on and close motions of the council.
	#[codec(index = 1)]
	Council,
	/// Vouch for people: credentials, enrolments, allowances.
	#[codec(index = 2)]
	Vouching,
	/// Look after the validator and its session keys.
	#[codec(index = 3)]
	Validator,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::Council => matches!(call, RuntimeCall::Council(..)),
			Self::Vouching => matches!(
				call,
				RuntimeCall::Credentials(
					pallet_credentials::Call::issue_credential { .. }
						| pallet_credentials::Call::renew_credential { .. }
						| pallet_credentials::Call::suspend_credential { .. }
						| pallet_credentials::Call::reinstate_credential { .. }
						| pallet_credentials::Call::revoke_credential { .. }
						| pallet_credentials::Call::enrol_patient { .. }
						| pallet_credentials::Call::discharge_patient { .. }
						| pallet_credentials::Call::set_allowance { .. }
						| pallet_credentials::Call::set_member_allowance { .. }
				)
			),
			Self::Validator => matches!(
				call,
				RuntimeCall::Session(..)
					| RuntimeCall::Authorities(
						pallet_authorities::Call::designate_validator { .. }
							| pallet_authorities::Call::retire_validator { .. }
					)
			),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		*self == Self::Any || self == other
	}
}

impl pallet_proxy::Config for Runtime {
	type AnnouncementDepositBase = ConstU128<0>;
	type AnnouncementDepositFactor = ConstU128<0>;
	type BlockNumberProvider = System;
	type CallHasher = BlakeTwo256;
	type Currency = Balances;
	type MaxPending = ConstU32<16>;
	type MaxProxies = ConstU32<16>;
	type ProxyDepositBase = ConstU128<0>;
	type ProxyDepositFactor = ConstU128<0>;
	type ProxyType = ProxyType;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
}

impl pallet_recovery::Config for Runtime {
	type AttemptConsideration = ();
	type BlockNumberProvider = System;
	type Currency = Balances;
	type FriendGroupsConsideration = ();
	type InheritorConsideration = ();
	type MaxFriendsPerConfig = ConstU32<16>;
	type RuntimeCall = RuntimeCall;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SecurityDeposit = ConstU128<0>;
	type Slash = ();
	type WeightInfo = pallet_recovery::weights::SubstrateWeight<Runtime>;
}
