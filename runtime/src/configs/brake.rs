// SPDX-License-Identifier: Apache-2.0

//! What the brake lets pass.

use crate::{Governance, Runtime, RuntimeCall};
use frame_support::traits::Contains;
use pallet_credentials::Call as Credentials;
use pallet_imaging::{Call as Imaging, Emergencies};
use pallet_proxy::Call as Proxy;
use pallet_recovery::Call as Recovery;
use pallet_rewards::Call as Rewards;

/// All calls while the brake is not on; while it is, what the council and the authorities need to mend
/// the chain, and what protects a patient.
pub struct ThroughTheBrake;

impl Contains<RuntimeCall> for ThroughTheBrake {
	fn contains(call: &RuntimeCall) -> bool {
		is_never_paused(call) || !Governance::is_braked()
	}
}

fn is_never_paused(call: &RuntimeCall) -> bool {
	match call {
		// Blocks, authorities and the council; and what has other calls inside, which are looked at when
		// they are made.
		RuntimeCall::Timestamp(..)
		| RuntimeCall::Authorities(..)
		| RuntimeCall::Session(..)
		| RuntimeCall::Grandpa(..)
		| RuntimeCall::Council(..)
		| RuntimeCall::Governance(..)
		| RuntimeCall::Scheduler(..)
		| RuntimeCall::Utility(..)
		| RuntimeCall::Multisig(..) => true,
		RuntimeCall::Proxy(call) => matches!(
			call,
			Proxy::proxy { .. }
				| Proxy::proxy_announced { .. }
				| Proxy::remove_proxy { .. }
				| Proxy::remove_proxies { .. }
				| Proxy::reject_announcement { .. }
		),
		RuntimeCall::Recovery(call) => matches!(
			call,
			Recovery::control_inherited_account { .. } | Recovery::cancel_attempt { .. }
		),
		RuntimeCall::Credentials(call) => matches!(
			call,
			// Of the council.
			Credentials::admit_institution { .. }
				| Credentials::suspend_institution { .. }
				| Credentials::reinstate_institution { .. }
				| Credentials::remove_institution { .. }
				| Credentials::set_administrator { .. }
				| Credentials::top_up { .. }
				| Credentials::set_standard { .. }
				| Credentials::set_daily_limit { .. }
				| Credentials::set_administrator_allowance { .. }
				// One's own keys, and what takes something away.
				| Credentials::set_encryption_key { .. }
				| Credentials::revoke_encryption_key { .. }
				| Credentials::suspend_credential { .. }
				| Credentials::revoke_credential { .. }
				| Credentials::discharge_patient { .. }
		),
		RuntimeCall::Imaging(call) => match call {
			// Consent, and what takes access away.
			Imaging::withdraw { .. }
			| Imaging::set_consent { .. }
			| Imaging::record_consent { .. }
			| Imaging::set_research_pool { .. }
			| Imaging::set_consent_defaults { .. }
			| Imaging::decline_access { .. }
			| Imaging::revoke_access { .. }
			| Imaging::end_access { .. }
			| Imaging::report_misuse { .. }
			| Imaging::settle_misuse { .. }
			// Emergencies, and the record that somebody looked.
			| Imaging::open_emergency { .. }
			| Imaging::review_emergency { .. }
			| Imaging::record_access { .. } => true,
			Imaging::grant_access { study, grantee, .. } => {
				Emergencies::<Runtime>::contains_key(study, grantee)
			}
			_ => false,
		},
		RuntimeCall::Rewards(call) => matches!(call, Rewards::set_policy { .. }),
		_ => false,
	}
}
