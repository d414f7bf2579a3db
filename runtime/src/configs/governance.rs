// SPDX-License-Identifier: Apache-2.0

//! The council of the institutions, and what binds it.

use super::{MaxInstitutions, RuntimeBlockWeights};
use crate::{
	AccountId, BlockNumber, Council, Governance, Hash, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeOrigin, Timestamp, blocks_in,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::{
	BRAKE_SEATS, COUNCIL_MAJORITY, DAY, MINUTE, Motions, URGENT_MAJORITY, brake_votes,
	council_votes, urgent_votes,
};
use frame_support::{
	parameter_types,
	traits::{
		ChangeMembers, Consideration, ConstU32, ConstU64, Contains, EitherOfDiverse,
		InitializeMembers, MaybeConsideration,
	},
	weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_collective::{EnsureMembers, EnsureProportionAtLeast, Instance1, PrimeDefaultVote};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, Perbill};

/// The council's instance of the collective pallet.
pub type CouncilCollective = Instance1;
/// Two thirds of the council, which every decision of the institutions needs.
pub type TwoThirdsOfCouncil = EnsureProportionAtLeast<
	AccountId,
	CouncilCollective,
	{ COUNCIL_MAJORITY.0 },
	{ COUNCIL_MAJORITY.1 },
>;
/// Nine tenths of the council, which an urgent runtime needs.
pub type NineTenthsOfCouncil = EnsureProportionAtLeast<
	AccountId,
	CouncilCollective,
	{ URGENT_MAJORITY.0 },
	{ URGENT_MAJORITY.1 },
>;

/// Two seats, which pull the brake for a short time; or two thirds of a smaller council.
pub(crate) type SeatsForTheBrake = EitherOfDiverse<
	EnsureMembers<AccountId, CouncilCollective, { BRAKE_SEATS }>,
	TwoThirdsOfCouncil,
>;

parameter_types! {
	/// Maximum number of motions that are open.
	pub const MaxMotions: u32 = 64;
	/// How long a motion is open for votes.
	pub MotionDuration: BlockNumber = blocks_in(3 * DAY);
	/// Computation that a motion's call may take.
	pub MaxMotionWeight: Weight =
		Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

impl pallet_collective::Config<CouncilCollective> for Runtime {
	type Consideration = MotionTicket;
	/// Without a prime, a seat that did not vote counts as a nay.
	type DefaultVote = PrimeDefaultVote;
	type DisapproveOrigin = TwoThirdsOfCouncil;
	type KillOrigin = EnsureRoot<AccountId>;
	type MaxMembers = MaxInstitutions;
	type MaxProposalWeight = MaxMotionWeight;
	type MaxProposals = MaxMotions;
	type MotionDuration = MotionDuration;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	/// Nobody: the credentials pallet keeps the seats.
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
}

/// What `pallet_collective` asks for when a motion is proposed: a place among those of the seat. It is
/// free again when the motion is closed, so nothing has to be stored for it.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct MotionTicket;

impl Consideration<AccountId, u32> for MotionTicket {
	fn new(proposer: &AccountId, _: u32) -> Result<Self, DispatchError> {
		Governance::note_motion(proposer)?;
		Ok(Self)
	}

	fn update(self, _: &AccountId, _: u32) -> Result<Self, DispatchError> {
		Ok(self)
	}

	fn drop(self, _: &AccountId) -> Result<(), DispatchError> {
		Ok(())
	}

	/// Benchmarks let one seat propose everything.
	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(_: &AccountId, _: u32) {
		pallet_governance::OpenMotions::<Runtime>::kill();
	}
}

impl MaybeConsideration<AccountId, u32> for MotionTicket {
	fn is_none(&self) -> bool {
		true
	}
}

/// The motions of the collective.
pub struct CouncilMotions;

impl Motions<Hash> for CouncilMotions {
	fn open() -> Vec<Hash> {
		pallet_collective::Proposals::<Runtime, CouncilCollective>::get().into_inner()
	}

	fn seats() -> u32 {
		let seats = pallet_collective::Members::<Runtime, CouncilCollective>::decode_len();
		seats.unwrap_or_default().try_into().unwrap_or(u32::MAX)
	}

	fn disapprove(motion: Hash) {
		Council::do_disapprove_proposal(motion);
	}
}

/// The seats of the collective: whoever loses one loses their open motions.
pub struct CouncilSeats;

impl ChangeMembers<AccountId> for CouncilSeats {
	fn change_members_sorted(incoming: &[AccountId], outgoing: &[AccountId], new: &[AccountId]) {
		Council::change_members_sorted(incoming, outgoing, new);
		Governance::on_seats_lost(outgoing);
	}
}

impl InitializeMembers<AccountId> for CouncilSeats {
	fn initialize_members(members: &[AccountId]) {
		Council::initialize_members(members);
	}
}

/// Votes that carry a motion in a council with so many seats.
pub fn votes_for(call: &RuntimeCall, seats: u32) -> u32 {
	use pallet_governance::Call;
	match call {
		RuntimeCall::Governance(Call::authorize_upgrade { urgent: true, .. }) => {
			urgent_votes(seats)
		}
		RuntimeCall::Governance(Call::pull_brake_briefly {}) => brake_votes(seats),
		_ => council_votes(seats),
	}
}

/// All calls except motions with another threshold than their call needs. With a lower one it would
/// be used up in vain; with a higher one a seat could keep the others from proposing the same.
pub struct ProperMotions;

impl Contains<RuntimeCall> for ProperMotions {
	fn contains(call: &RuntimeCall) -> bool {
		match call {
			RuntimeCall::Council(pallet_collective::Call::propose {
				threshold, proposal, ..
			}) => *threshold == votes_for(proposal, CouncilMotions::seats()),
			_ => true,
		}
	}
}

impl pallet_governance::Config for Runtime {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Members;
	type BriefBrake = ConstU64<{ 60 * MINUTE }>;
	type BriefBrakeInterval = ConstU64<{ 7 * DAY }>;
	type BriefBrakeOrigin = SeatsForTheBrake;
	type Clock = Timestamp;
	type Council = CouncilMotions;
	type CouncilOrigin = TwoThirdsOfCouncil;
	type MaxMotions = MaxMotions;
	type MaxMotionsPerSeat = ConstU32<4>;
	type MotionDuration = MotionDuration;
	type UrgentOrigin = NineTenthsOfCouncil;
	type WeightInfo = crate::weights::pallet_governance::WeightInfo<Runtime>;
}
