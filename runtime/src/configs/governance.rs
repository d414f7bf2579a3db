// SPDX-License-Identifier: Apache-2.0

//! The council of the institutions.

use super::{MaxInstitutions, RuntimeBlockWeights};
use crate::{AccountId, BlockNumber, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, blocks_in};
use contour_primitives::{COUNCIL_MAJORITY, DAY};
use frame_support::{parameter_types, traits::ConstU32, weights::Weight};
use frame_system::EnsureRoot;
use pallet_collective::{EnsureProportionAtLeast, Instance1, PrimeDefaultVote};
use sp_runtime::Perbill;

/// The council's instance of the collective pallet.
pub type CouncilCollective = Instance1;
/// Two thirds of the council, which every decision of the institutions needs.
pub type TwoThirdsOfCouncil = EnsureProportionAtLeast<
	AccountId,
	CouncilCollective,
	{ COUNCIL_MAJORITY.0 },
	{ COUNCIL_MAJORITY.1 },
>;

parameter_types! {
	/// How long a motion is open for votes.
	pub MotionDuration: BlockNumber = blocks_in(3 * DAY);
	/// Computation that a motion's call may take.
	pub MaxMotionWeight: Weight =
		Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

impl pallet_collective::Config<CouncilCollective> for Runtime {
	type Consideration = ();
	/// Without a prime, a seat that did not vote counts as a nay.
	type DefaultVote = PrimeDefaultVote;
	type DisapproveOrigin = TwoThirdsOfCouncil;
	type KillOrigin = EnsureRoot<AccountId>;
	type MaxMembers = MaxInstitutions;
	type MaxProposalWeight = MaxMotionWeight;
	type MaxProposals = ConstU32<64>;
	type MotionDuration = MotionDuration;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	/// Nobody: the credentials pallet keeps the seats.
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
}
