// SPDX-License-Identifier: Apache-2.0

//! Who makes blocks and votes on finality.

use super::{MaxInstitutions, TwoThirdsOfCouncil};
use crate::{
	AccountId, Authorities, Balances, BlockNumber, Credentials, Grandpa, Offences, Runtime,
	RuntimeEvent, SessionKeys, blocks_in,
};
use contour_primitives::{InstitutionId, MINUTE};
use frame_support::{
	parameter_types,
	traits::{ConstU32, ConstU64, ConstU128, Defensive, Get},
	weights::Weight,
};
use frame_system::RawOrigin;
use pallet_authorities::{Finality, IdentificationOf, ValidatorIdOf, WeightInfo as _};
use pallet_session::historical::{IdentificationTuple, NoteHistoricalRoot};
use sp_consensus_slots::Slot;
use sp_runtime::traits::OpaqueKeys;
use sp_session::MembershipProof;

parameter_types! {
	/// Sessions for which an equivocation can be reported: about two days of sessions of ten
	/// minutes.
	pub const ReportableSessions: u32 = 288;
	/// Blocks for which a GRANDPA report may wait in the pool.
	pub ReportLongevity: u64 = blocks_in(10 * MINUTE).into();
}

/// Slot of the current block.
pub struct CurrentSlot;

impl Get<Slot> for CurrentSlot {
	fn get() -> Slot {
		pallet_aura::CurrentSlot::<Runtime>::get()
	}
}

/// GRANDPA, whose own call for this needs the root origin, which nobody has.
pub struct Gadget;

impl Finality<BlockNumber> for Gadget {
	fn note_stalled(delay: BlockNumber, best_finalized: BlockNumber) {
		let noted = Grandpa::note_stalled(RawOrigin::Root.into(), delay, best_finalized);
		let _ = noted.defensive_proof("it only looks at the origin");
	}
}

impl pallet_authorities::Config for Runtime {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::Members;
	type CouncilOrigin = TwoThirdsOfCouncil;
	type CurrentSlot = CurrentSlot;
	type Finality = Gadget;
	type Institutions = Credentials;
	type MaxNodes = ConstU32<8>;
	type MaxStallDelay = ConstU32<1_000>;
	type MaxValidators = MaxInstitutions;
	type ReportOffence = Offences;
	type ReportableSessions = ReportableSessions;
	type WeightInfo = crate::weights::pallet_authorities::WeightInfo<Runtime>;
}

impl pallet_session::Config for Runtime {
	type Currency = Balances;
	type DisablingStrategy = ();
	type KeyDeposit = ConstU128<0>;
	type Keys = SessionKeys;
	type NextSessionRotation = Authorities;
	type RuntimeEvent = RuntimeEvent;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type SessionManager = NoteHistoricalRoot<Self, Authorities>;
	type ShouldEndSession = Authorities;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ValidatorIdOf<Self>;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}

impl pallet_session::historical::Config for Runtime {
	type FullIdentification = InstitutionId;
	type FullIdentificationOf = IdentificationOf<Self>;
	type RuntimeEvent = RuntimeEvent;
}

impl pallet_offences::Config for Runtime {
	type IdentificationTuple = IdentificationTuple<Self>;
	type OnOffenceHandler = Authorities;
	type RuntimeEvent = RuntimeEvent;
}

/// What the calls of `pallet_grandpa` cost.
///
/// The pallet's own figures, by number of validators, are estimates, the only ones it has. They do
/// not include what an offence triggers here, which is added as it was measured for Aura's.
pub struct FinalityReports;

impl pallet_grandpa::WeightInfo for FinalityReports {
	fn report_equivocation(validators: u32, nominators: u32) -> Weight {
		let offence =
			crate::weights::pallet_authorities::WeightInfo::<Runtime>::report_equivocation();
		<() as pallet_grandpa::WeightInfo>::report_equivocation(validators, nominators)
			.saturating_add(offence)
	}

	fn note_stalled() -> Weight {
		<() as pallet_grandpa::WeightInfo>::note_stalled()
	}
}

impl pallet_grandpa::Config for Runtime {
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, Authorities, ReportLongevity>;
	type KeyOwnerProof = MembershipProof;
	type MaxAuthorities = MaxInstitutions;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = ConstU64<288>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = FinalityReports;
}
