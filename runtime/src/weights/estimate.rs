// SPDX-License-Identifier: Apache-2.0

//! Upper bounds for the calls of our pallets, counted from what they read and write.
//!
//! They stand in for measured weights, and err on the side of too much.

use crate::{Runtime, configs::MaxInstitutions};
use frame_support::weights::Weight;

/// Bounds instead of measurements.
pub struct Estimate;

/// A tenth of a millisecond, and what a call about a single member or institution reads and
/// writes at most.
fn single() -> Weight {
	let database = <Runtime as frame_system::Config>::DbWeight::get();
	Weight::from_parts(100_000_000, 0).saturating_add(database.reads_writes(24, 12))
}

/// What a call reads and writes at most that goes through all institutions, validators or seats.
fn every() -> Weight {
	let database = <Runtime as frame_system::Config>::DbWeight::get();
	let institutions = u64::from(MaxInstitutions::get());
	single().saturating_add(database.reads(institutions.saturating_mul(3)))
}

macro_rules! estimate {
	($trait:path { single: $($single:ident)* ; every: $($every:ident)* }) => {
		impl $trait for Estimate {
			$(fn $single() -> Weight {
				single()
			})*
			$(fn $every() -> Weight {
				every()
			})*
		}
	};
}

estimate!(pallet_credentials::WeightInfo {
	single:
		set_administrator
		set_allowance
		set_member_allowance
		top_up
		issue_credential
		renew_credential
		suspend_credential
		reinstate_credential
		revoke_credential
		set_encryption_key
		revoke_encryption_key
		enrol_patient
		discharge_patient
		set_standard
		check_standing;
	every: admit_institution suspend_institution reinstate_institution remove_institution
});

estimate!(pallet_authorities::WeightInfo {
	single: designate_validator admit_validator reinstate_validator authorize_upgrade;
	every: suspend_validator retire_validator set_minimum report_equivocation authorize_report
});
