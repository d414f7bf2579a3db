// SPDX-License-Identifier: Apache-2.0

//! Which pallets are measured, and what their benchmarks need of the runtime.

use crate::{
	AccountId, Authorities, Balance, Balances, Council, Credentials, Runtime, System, Timestamp,
	TransactionPayment,
};
use alloc::{string::String, vec::Vec};
use contour_primitives::InstitutionId;
use frame_benchmarking::{
	BenchmarkBatch, BenchmarkConfig, BenchmarkError, BenchmarkList, Benchmarking, add_benchmark,
	define_benchmarks, list_benchmark,
};
use frame_support::traits::{
	StorageInfo, StorageInfoTrait, WhitelistedStorageKeys, fungible::Mutate,
};
use frame_system_benchmarking::{
	Pallet as SystemBench, extensions::Pallet as SystemExtensionsBench,
};
use pallet_credentials::{
	Administrators, Institution, InstitutionStatus, Institutions, NextInstitution,
};

define_benchmarks!(
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[pallet_authorities, Authorities]
	[pallet_balances, Balances]
	[pallet_collective, Council]
	[pallet_credentials, Credentials]
	[pallet_timestamp, Timestamp]
	[pallet_transaction_payment, TransactionPayment]
);

impl frame_system_benchmarking::Config for Runtime {}

impl frame_benchmarking::baseline::Config for Runtime {}

/// The benchmarks there are.
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

/// Lets an institution of its own pay for `who`: what a fee needs before it can be charged.
pub(crate) fn sponsor(who: &AccountId, amount: Balance) {
	let institution = NextInstitution::<Runtime>::get();
	activate(institution, who.clone());
	NextInstitution::<Runtime>::put(InstitutionId(institution.0.saturating_add(1)));
	Balances::set_balance(&Credentials::fee_account_of(institution), amount.saturating_mul(2));
}

/// Institutions of which nothing is known but that they are active.
pub struct Members;

impl pallet_authorities::BenchmarkHelper<AccountId> for Members {
	fn activate_institution(institution: InstitutionId, administrator: AccountId) {
		activate(institution, administrator);
	}
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
