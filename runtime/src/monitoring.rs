// SPDX-License-Identifier: Apache-2.0

//! What the operators of nodes watch, put together from what the pallets know.

use crate::{Annotation, Credentials, Governance, Imaging, Runtime, Session};
use alloc::{string::String, vec::Vec};
use contour_primitives::{
	InstitutionId,
	monitoring::{Figures, GovernanceFigures, InstitutionFigures, LEASE_NOTICE, MAX_LOOKED_AT},
};
use pallet_annotation::Dissents;
use pallet_authorities::OperatorOf;
use pallet_credentials::{InstitutionStatus, Institutions};
use pallet_governance::Authorized;
use sp_consensus_aura::sr25519::AuthorityId;
use sp_core::crypto::{ByteArray, key_types};

/// What is to be watched.
pub(crate) fn figures() -> Figures {
	let leases_ending = Imaging::leases_ending(LEASE_NOTICE);
	let unreviewed = Imaging::emergencies_unreviewed();
	let emergencies_overdue = Imaging::emergencies_overdue();
	let tasks_overdue = Annotation::tasks_overdue();
	let reports_missing = Annotation::reports_missing();
	let tallies =
		[&leases_ending, &unreviewed, &emergencies_overdue, &tasks_overdue, &reports_missing];
	let mut records = Institutions::<Runtime>::iter();
	let mut institutions: Vec<_> = records
		.by_ref()
		.take(MAX_LOOKED_AT)
		.filter_map(|(institution, record)| {
			let has_left = matches!(record.status, InstitutionStatus::Removed { .. });
			let figures = InstitutionFigures {
				institution,
				name: String::from_utf8(record.name.into_inner()).unwrap_or_default(),
				fee_account: Credentials::available_for_fees(institution),
				// An institution that has left vouches for nobody.
				allowance: if has_left { 0 } else { record.allowance },
				leases_ending: leases_ending.count(institution),
				emergencies_unreviewed: unreviewed.count(institution),
				emergencies_overdue: emergencies_overdue.count(institution),
				tasks_overdue: tasks_overdue.count(institution),
				reports_missing: reports_missing.count(institution),
				dissents: Dissents::<Runtime>::get(institution),
			};
			(!has_left || figures.has_business()).then_some(figures)
		})
		.collect();
	institutions.sort_by_key(|figures| figures.institution);
	let complete = records.next().is_none() && tallies.iter().all(|tally| tally.is_complete());
	Figures { institutions, complete }
}

/// What is to be watched of the council's decisions.
pub(crate) fn governance() -> GovernanceFigures {
	GovernanceFigures {
		upgrade_applicable: Authorized::<Runtime>::get().map(|upgrade| upgrade.applicable),
		is_braked: Governance::is_braked(),
	}
}

/// The institution whose validator set a session key.
pub(crate) fn institution_of(authority: &AuthorityId) -> Option<InstitutionId> {
	let operator = Session::key_owner(key_types::AURA, &authority.to_raw_vec())?;
	OperatorOf::<Runtime>::get(operator)
}
