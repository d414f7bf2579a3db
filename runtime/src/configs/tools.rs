// SPDX-License-Identifier: Apache-2.0

//! What makes accounts convenient and safe: batches, multisigs, proxies, recovery and schedules.
//!
//! Members own no money at the beginning, so what they need for this costs no deposit: each thing takes
//! one of the few places that a member has, and others have none. Preimages can be large, so everybody
//! except the council has to place a deposit for them.

use super::{
	RuntimeBlockWeights, TwoThirdsOfCouncil,
	places::{PlaceTicket, PlacesForDeposits},
};
use crate::{
	AccountId, Balance, Balances, MICROUNIT, MILLIUNIT, OriginCaller, Preimage, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeHoldReason, RuntimeOrigin, System,
};
use contour_primitives::{ProxyType, council_votes};
use core::cmp::Ordering;
use frame_support::{
	parameter_types,
	traits::{
		ConstU32, ConstU128, InstanceFilter, LinearStoragePrice, PrivilegeCmp,
		fungible::HoldConsideration,
	},
	weights::Weight,
};
use pallet_collective::RawOrigin;
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

/// Any two thirds of today's council may cancel what two thirds of it once scheduled, whoever had a
/// seat then and however many voted.
pub struct CouncilPrivilege;

impl PrivilegeCmp<OriginCaller> for CouncilPrivilege {
	fn cmp_privilege(left: &OriginCaller, right: &OriginCaller) -> Option<Ordering> {
		(left == right || is_decision(left) && is_decision(right)).then_some(Ordering::Equal)
	}
}

fn is_decision(origin: &OriginCaller) -> bool {
	matches!(
		origin,
		OriginCaller::Council(RawOrigin::Members(ayes, seats)) if *ayes >= council_votes(*seats)
	)
}

impl pallet_scheduler::Config for Runtime {
	type BlockNumberProvider = System;
	type MaxScheduledPerBlock = ConstU32<64>;
	type MaximumWeight = MaxScheduledWeight;
	type OriginPrivilegeCmp = CouncilPrivilege;
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
	type Currency = PlacesForDeposits;
	type DepositBase = ConstU128<1>;
	type DepositFactor = ConstU128<0>;
	type MaxSignatories = ConstU32<32>;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match call {
			// What may be done one by one may be done in one transaction. Not batches of batches: each
			// would be looked at once more for every batch that it is in.
			RuntimeCall::Utility(
				pallet_utility::Call::batch { calls }
				| pallet_utility::Call::batch_all { calls }
				| pallet_utility::Call::force_batch { calls },
			) if *self != Self::Any => calls.iter().all(|call| permits(*self, call)),
			_ => permits(*self, call),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		*self == Self::Any || self == other
	}
}

/// Whether a proxy may make a call that is no batch.
fn permits(proxy_type: ProxyType, call: &RuntimeCall) -> bool {
	match proxy_type {
		ProxyType::Any => true,
		ProxyType::Council => matches!(call, RuntimeCall::Council(..)),
		ProxyType::Vouching => matches!(
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
		ProxyType::Validator => matches!(
			call,
			RuntimeCall::Session(..)
				| RuntimeCall::Authorities(
					pallet_authorities::Call::designate_validator { .. }
						| pallet_authorities::Call::retire_validator { .. }
						| pallet_authorities::Call::register_node { .. }
						| pallet_authorities::Call::remove_node { .. }
				)
		),
		ProxyType::Leases => matches!(
			call,
			RuntimeCall::Imaging(
				pallet_imaging::Call::grant_access { .. }
					| pallet_imaging::Call::decline_access { .. }
					| pallet_imaging::Call::renew_access { .. }
					| pallet_imaging::Call::revoke_access { .. }
			)
		),
		ProxyType::Reading => {
			matches!(call, RuntimeCall::Imaging(pallet_imaging::Call::record_access { .. }))
		}
	}
}

impl pallet_proxy::Config for Runtime {
	type AnnouncementDepositBase = ConstU128<1>;
	type AnnouncementDepositFactor = ConstU128<0>;
	type BlockNumberProvider = System;
	type CallHasher = BlakeTwo256;
	type Currency = PlacesForDeposits;
	type MaxPending = ConstU32<16>;
	type MaxProxies = ConstU32<16>;
	type ProxyDepositBase = ConstU128<1>;
	type ProxyDepositFactor = ConstU128<0>;
	type ProxyType = ProxyType;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
}

impl pallet_recovery::Config for Runtime {
	type AttemptConsideration = PlaceTicket;
	type BlockNumberProvider = System;
	type Currency = Balances;
	type FriendGroupsConsideration = PlaceTicket;
	type InheritorConsideration = ();
	type MaxFriendsPerConfig = ConstU32<16>;
	type RuntimeCall = RuntimeCall;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SecurityDeposit = ConstU128<0>;
	type Slash = ();
	type WeightInfo = pallet_recovery::weights::SubstrateWeight<Runtime>;
}
