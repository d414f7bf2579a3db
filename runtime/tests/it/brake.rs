// SPDX-License-Identifier: Apache-2.0

//! The brake: what it stops, what it never stops, and the deadlines that stand still.

use crate::{
	chain::*,
	tasks::{STUDY, TASK, task},
};
use contour_primitives::{
	DAY, Hash, MINUTE, Refusal, Role, runtime_api::runtime_decl_for_governance_api::GovernanceApiV1,
};
use contour_runtime::{Block, Runtime, RuntimeCall, UNIT};
use pallet_annotation::Tasks;
use pallet_governance::{Call, Error};
use pallet_imaging::Call as Imaging;
use sp_keyring::Sr25519Keyring;

/// Two of four seats.
const TWO: &[Sr25519Keyring] = &[Alice, Bob];
const HOUR: u64 = 60 * MINUTE;

fn pull_briefly() -> RuntimeCall {
	RuntimeCall::Governance(Call::pull_brake_briefly {})
}

fn release() -> RuntimeCall {
	RuntimeCall::Governance(Call::release_brake {})
}

fn is_braked() -> bool {
	<Runtime as GovernanceApiV1<Block>>::governance().is_braked
}

#[test]
fn should_pause_for_an_hour_when_two_seats_agree_and_not_again_within_a_week() {
	run(|| {
		send(Alice, credential(&Eve.to_account_id(), Role::Clinician));
		assert_eq!(pass(TWO, pull_briefly()), Ok(()));
		assert!(is_braked());
		assert_eq!(validate(sign(Eve, remark())), Err(Refusal::Paused.into()));
		assert_eq!(apply(sign(Eve, remark())), Err(Refusal::Paused.into()));

		next_block_at(MIDNIGHT + HOUR);
		assert!(!is_braked());
		send(Eve, remark());
		let refused = Err(Error::<Runtime>::PulledLately.into());
		assert_eq!(pass(TWO, pull_briefly()), refused);
		next_block_at(MIDNIGHT + 7 * DAY);
		assert_eq!(pass(TWO, pull_briefly()), Ok(()));
	});
}

#[test]
fn should_stop_what_is_inside_of_other_calls_when_the_brake_is_on() {
	run(|| {
		assert_eq!(pass(TWO, pull_briefly()), Ok(()));
		let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
		let batch = pallet_utility::Call::batch_all { calls: vec![remark()] };
		assert_eq!(dispatch(&Alice.to_account_id(), RuntimeCall::Utility(batch)), filtered);
		let friends = pallet_recovery::Call::set_friend_groups { friend_groups: vec![] };
		assert_eq!(dispatch(&Alice.to_account_id(), RuntimeCall::Recovery(friends)), filtered);
	});
}

#[test]
fn should_never_stop_the_council_or_what_protects_patients() {
	run(|| {
		send(Alice, credential(&Eve.to_account_id(), Role::Clinician));
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Governance(Call::pull_brake {})), Ok(()));
		next_block_at(MIDNIGHT + 2 * DAY);
		assert!(is_braked(), "the council has not released it");

		let reason = Hash::repeat_byte(1);
		let revoke =
			pallet_credentials::Call::revoke_encryption_key { holder: Eve.to_account_id() };
		for call in [
			RuntimeCall::Imaging(Imaging::open_emergency { study: STUDY, reason }),
			RuntimeCall::Imaging(Imaging::revoke_access {
				study: STUDY,
				grantee: Eve.to_account_id(),
			}),
			RuntimeCall::Credentials(revoke),
		] {
			assert!(validate(sign(Eve, call.clone())).is_ok(), "{call:?}");
			let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
			assert_ne!(dispatch(&Eve.to_account_id(), call), Err(filtered));
		}
		let top_up = pallet_credentials::Call::top_up { institution: SOUTH, amount: UNIT };
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Credentials(top_up)), Ok(()));
		assert_eq!(pass(TWO_THIRDS, release()), Ok(()));
		send(Eve, remark());
	});
}

#[test]
fn should_let_deadlines_of_tasks_stand_still_when_the_brake_is_on() {
	run(|| {
		task();
		next_block();
		let phase = || Tasks::<Runtime>::get(TASK).expect("it is open").phase;
		let before = phase();
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Governance(Call::pull_brake {})), Ok(()));
		next_block_at(MIDNIGHT + 5 * DAY);
		next_block();
		assert_eq!(phase(), before);
		assert_eq!(pass(TWO_THIRDS, release()), Ok(()));
		next_block();
		assert_eq!(phase(), before, "it has as much time as before");
		next_block_at(MIDNIGHT + 8 * DAY);
		next_block();
		assert_ne!(phase(), before);
	});
}
