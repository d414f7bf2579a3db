// SPDX-License-Identifier: Apache-2.0

//! Which pallets are measured, and what their benchmarks need from the runtime.

use crate::{
	AccountId, Annotation, Authorities, Balance, Balances, BlockNumber, Credentials, Governance,
	Hash, Imaging, Rewards, Runtime, Timestamp, TransactionPayment, UNIT,
	configs::CouncilCollective,
};
use alloc::{string::String, vec, vec::Vec};
use codec::{Decode, Encode};
use contour_primitives::{
	Action, InstitutionId, KeySuite, Modality, Moment, Purpose, Roles, Specialties, Standard,
	StudyId,
};
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList, define_benchmarks};
use frame_support::{
	BoundedVec,
	traits::{
		Consideration, Footprint, Get, StorageInfo, StorageInfoTrait, WhitelistedStorageKeys,
		fungible::Mutate,
	},
};
use frame_system::RawOrigin;
use frame_system_benchmarking::{
	Pallet as SystemBench, extensions::Pallet as SystemExtensionsBench,
};
use pallet_collective::{Proposals, Votes, Voting};
use pallet_credentials::{
	Administrators, Credential, CredentialStatus, EncryptionKey, EncryptionKeys, Institution,
	InstitutionStatus, Institutions, NextInstitution, Seats, Standards,
};
use pallet_governance::{Motion, OpenMotions};
use pallet_imaging::{Basis, Lease, LeaseState, Leases, NewStudy};
use sp_runtime::traits::{BlakeTwo256, Hash as _};

define_benchmarks!(
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[pallet_annotation, Annotation]
	[pallet_authorities, Authorities]
	[pallet_balances, Balances]
	[pallet_credentials, Credentials]
	[pallet_governance, Governance]
	[pallet_imaging, Imaging]
	[pallet_rewards, Rewards]
	[pallet_timestamp, Timestamp]
	[pallet_transaction_payment, TransactionPayment]
);

impl frame_system_benchmarking::Config for Runtime {}

impl frame_benchmarking::baseline::Config for Runtime {}
impl pallet_transaction_payment::BenchmarkConfig for Runtime {}

/// The available benchmarks.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::<BenchmarkList>::new();
	list_benchmarks!(list, extra);
	(list, crate::AllPalletsWithSystem::storage_info())
}

/// Runs a benchmark.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = crate::AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::<BenchmarkBatch>::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// Lets a separate institution pay for `who`, which is what a fee needs before it can be charged.
pub(crate) fn sponsor(who: &AccountId, amount: Balance) {
	let institution = NextInstitution::<Runtime>::get();
	activate(institution, who.clone());
	NextInstitution::<Runtime>::put(InstitutionId(institution.0.saturating_add(1)));
	Balances::set_balance(&Credentials::fee_account_of(institution), amount.saturating_mul(2));
}

/// Institutions about which nothing is known except that they are active.
pub struct Members;

impl pallet_authorities::BenchmarkHelper<AccountId> for Members {
	fn activate_institution(institution: InstitutionId, administrator: AccountId) {
		activate(institution, administrator);
	}
}

impl pallet_credentials::BenchmarkHelper for Members {
	fn burden(institutions: &[InstitutionId]) {
		pallet_authorities::appoint::<Runtime>(institutions);
		type MaxMotions = <Runtime as pallet_collective::Config<CouncilCollective>>::MaxProposals;
		let motions = <MaxMotions as Get<u32>>::get();
		let seats = Seats::<Runtime>::get().into_inner();
		for (index, proposer) in (0..motions).zip(seats.iter().cycle()) {
			let hash = BlakeTwo256::hash_of(&index);
			open_motion(hash, &seats, index);
			let motion = Motion { hash, proposer: proposer.clone(), lapses: BlockNumber::MAX };
			OpenMotions::<Runtime>::try_append(motion).expect("as many can be noted");
		}
	}
}

impl pallet_governance::BenchmarkHelper<Hash> for Members {
	fn open(motion: Hash) {
		open_motion(motion, &[], 0);
	}
}

/// Lets the council have an open motion, on which all these have voted.
fn open_motion(motion: Hash, ayes: &[AccountId], index: u32) {
	Proposals::<Runtime, CouncilCollective>::try_append(motion)
		.expect("there are not more than can be open");
	// The fields are private.
	let (threshold, nays) = (u32::MAX, Vec::<AccountId>::new());
	let votes = (index, threshold, ayes, nays, BlockNumber::MAX).encode();
	let votes = Votes::decode(&mut &votes[..]).expect("these are its fields");
	Voting::<Runtime, CouncilCollective>::insert(motion, votes);
}

impl pallet_imaging::BenchmarkHelper<AccountId> for Members {
	fn admit(administrator: &AccountId) -> InstitutionId {
		let institution = Administrators::<Runtime>::get(administrator).unwrap_or_else(|| {
			let next = NextInstitution::<Runtime>::get();
			NextInstitution::<Runtime>::put(InstitutionId(next.0.saturating_add(1)));
			activate(next, administrator.clone());
			next
		});
		Balances::set_balance(&Credentials::fee_account_of(institution), 1_000 * UNIT);
		vouch(institution, administrator);
		institution
	}

	fn set_clock(now: Moment) {
		// Through the pallet it would have to be the time of the block's slot.
		pallet_timestamp::Now::<Runtime>::put(now);
	}
}

impl pallet_annotation::BenchmarkHelper<Balance> for Members {
	fn admit(administrator: &AccountId) -> InstitutionId {
		<Self as pallet_imaging::BenchmarkHelper<AccountId>>::admit(administrator)
	}

	fn vouch_for(institution: InstitutionId, who: &AccountId) {
		vouch(institution, who);
	}

	fn register(administrator: &AccountId, institution: InstitutionId, study: StudyId) {
		let study = NewStudy {
			id: study,
			patient: None,
			modality: Modality::Mr,
			content_root: Default::default(),
			metadata_hash: Default::default(),
			commitment: Default::default(),
			instances: 1,
			bytes: 1,
			locator: Default::default(),
		};
		let origin = RawOrigin::Signed(administrator.clone()).into();
		let studies = BoundedVec::truncate_from(vec![study]);
		Imaging::register(origin, institution, studies).expect("the custodian may");
	}

	fn lease(study: StudyId, who: &AccountId, purpose: Purpose) {
		let institution = Administrators::<Runtime>::get(who).expect("it was admitted");
		let fee_account = Credentials::fee_account_of(institution);
		let lease = Lease {
			institution,
			purpose,
			approval: None,
			state: LeaseState::Live {
				start: 0,
				expires: Moment::MAX,
				basis: Basis::Grant,
				locator: None,
			},
			deposit: Consideration::new(&fee_account, Footprint::default())
				.expect("the institution has money"),
		};
		Leases::<Runtime>::insert(study, who, lease);
	}

	fn bounty(institution: InstitutionId) -> Balance {
		Balances::set_balance(&Rewards::pot_account(institution), 1_000 * UNIT);
		900 * UNIT
	}

	fn set_clock(now: Moment) {
		<Self as pallet_imaging::BenchmarkHelper<AccountId>>::set_clock(now);
	}
}

impl pallet_rewards::BenchmarkHelper<AccountId> for Members {
	fn admit(administrator: &AccountId) -> InstitutionId {
		<Self as pallet_imaging::BenchmarkHelper<AccountId>>::admit(administrator)
	}

	fn suspend(institution: InstitutionId) {
		Institutions::<Runtime>::mutate(institution, |entry| {
			if let Some(entry) = entry {
				entry.status = InstitutionStatus::Suspended { since: 0 };
			}
		});
	}

	fn set_clock(now: Moment) {
		<Self as pallet_imaging::BenchmarkHelper<AccountId>>::set_clock(now);
	}
}

/// Lets an institution vouch for somebody in every role, and everybody with a role do everything.
fn vouch(institution: InstitutionId, who: &AccountId) {
	let credential = Credential {
		institution,
		roles: Roles::all(),
		specialties: Specialties::all(),
		licence_hash: Default::default(),
		issued: 0,
		expires: Moment::MAX,
		status: CredentialStatus::Active,
	};
	pallet_credentials::Credentials::<Runtime>::mutate(who, |credentials| {
		credentials.retain(|credential| credential.institution != institution);
		credentials.try_push(credential).expect("few institutions vouch for one person");
	});
	let standard = Standard {
		any_of: Roles::all(),
		specialties: Specialties::empty(),
		contributions: 0,
		reputation: 0,
	};
	for action in [
		Action::RegisterStudy,
		Action::AccessStudy,
		Action::EmergencyAccess,
		Action::OpenTask,
		Action::SubmitReading,
		Action::VoteOnPanel,
		Action::ReportScores,
		Action::SubmitResult,
	] {
		Standards::<Runtime>::insert((action, None::<Modality>), standard);
	}
	let key = EncryptionKey {
		suite: KeySuite::XWing,
		bytes: BoundedVec::truncate_from(vec![1; 1_216]),
		generation: 1,
		registered: 0,
		revoked: None,
	};
	EncryptionKeys::<Runtime>::insert(who, key);
}

fn activate(institution: InstitutionId, administrator: AccountId) {
	Administrators::<Runtime>::insert(&administrator, institution);
	let entry = Institution {
		name: Default::default(),
		administrator,
		allowance: Balance::MAX,
		status: InstitutionStatus::Active,
	};
	Institutions::<Runtime>::insert(institution, entry);
}
