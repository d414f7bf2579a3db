// SPDX-License-Identifier: Apache-2.0

//! What the calls of this runtime are for.

use crate::{AccountId, Credentials, Imaging, Proxy, RuntimeCall};
use contour_primitives::{CallKind, Calls};
use pallet_collective::Call as Council;
use pallet_imaging::Call as Studies;
use pallet_utility::Call as Utility;
use sp_runtime::MultiAddress;

/// What the calls of this runtime are for.
///
/// Calls in one batch are of one kind, or ordinary. Batches of batches are ordinary: nobody needs
/// them.
pub struct CallKinds;

impl Calls<AccountId, RuntimeCall> for CallKinds {
	fn kind(who: &AccountId, call: &RuntimeCall) -> CallKind {
		let RuntimeCall::Utility(
			Utility::batch { calls }
			| Utility::batch_all { calls }
			| Utility::force_batch { calls },
		) = call
		else {
			return kind(who, call);
		};
		let Some((first, others)) = calls.split_first() else { return CallKind::Ordinary };
		let first = kind(who, first);
		if first != CallKind::Ordinary && others.iter().all(|call| kind(who, call) == first) {
			first
		} else {
			CallKind::Ordinary
		}
	}

	fn may_be_long(call: &RuntimeCall) -> bool {
		matches!(call, RuntimeCall::Governance(pallet_governance::Call::apply_upgrade { .. }))
	}
}

/// What a call that is no batch is for.
fn kind(who: &AccountId, call: &RuntimeCall) -> CallKind {
	match call {
		RuntimeCall::Council(call) if is_motion(call) && Credentials::is_seat(who) => {
			CallKind::Council
		}
		RuntimeCall::Proxy(pallet_proxy::Call::proxy { real, call, .. }) => match (real, &**call) {
			(MultiAddress::Id(seat), RuntimeCall::Council(call))
				if is_motion(call)
					&& Credentials::is_seat(seat)
					&& Proxy::find_proxy(seat, who, None).is_ok() =>
			{
				CallKind::Council
			}
			_ => CallKind::Ordinary,
		},
		RuntimeCall::Imaging(call) => match call {
			Studies::open_emergency { .. } => CallKind::Emergency,
			Studies::set_consent { study, directive }
				if Imaging::only_withdraws(who, *study, directive) =>
			{
				CallKind::Withdrawal
			}
			Studies::withdraw { study } | Studies::revoke_access { study, .. }
				if Imaging::is_patient_of(who, *study) =>
			{
				CallKind::Withdrawal
			}
			Studies::set_research_pool { open: false } if Imaging::has_studies(who) => {
				CallKind::Withdrawal
			}
			_ => CallKind::Ordinary,
		},
		_ => CallKind::Ordinary,
	}
}

/// Whether it takes part in a motion of the council.
fn is_motion(call: &Council<crate::Runtime, super::CouncilCollective>) -> bool {
	matches!(call, Council::propose { .. } | Council::vote { .. } | Council::close { .. })
}
