// SPDX-License-Identifier: Apache-2.0

//! What two thirds of the council decide.

use crate::chain::*;
use contour_primitives::{Role, council_votes};
use contour_runtime::{
	AccountId, Runtime, RuntimeCall, RuntimeOrigin, System, UNIT,
	configs::{CouncilCollective, MaxInstitutions, TwoThirdsOfCouncil},
};
use frame_support::{dispatch::GetDispatchInfo, traits::EnsureOrigin};
use frame_system::limits::BlockWeights;
use pallet_collective::RawOrigin;
use pallet_credentials::Call;
use sp_runtime::DispatchError;

fn admission() -> RuntimeCall {
	RuntimeCall::Credentials(Call::admit_institution {
		name: b"Fifth Hospital".to_vec().try_into().expect("it is short"),
		administrator: Eve.to_account_id(),
		allowance: UNIT,
	})
}

#[test]
fn should_carry_a_decision_when_there_are_as_many_votes_as_clients_expect() {
	for seats in 1..=MaxInstitutions::get() {
		let is_carried = |votes| {
			let origin = RawOrigin::<AccountId, CouncilCollective>::Members(votes, seats);
			TwoThirdsOfCouncil::ensure_origin(RuntimeOrigin::from(origin)).is_ok()
		};
		let votes = council_votes(seats);
		assert!(is_carried(votes), "{votes} of {seats}");
		assert!(!is_carried(votes - 1), "one fewer than {votes} of {seats}");
	}
}

#[test]
fn should_admit_an_institution_when_two_thirds_agree() {
	run(|| {
		assert_eq!(pass(TWO_THIRDS, admission()), Ok(()));
		let seats = pallet_collective::Members::<Runtime, pallet_collective::Instance1>::get();
		assert_eq!(seats, pallet_credentials::Seats::<Runtime>::get().into_inner());
		assert!(seats.contains(&Eve.to_account_id()));

		let top_up = Call::top_up { institution: FIFTH, amount: UNIT };
		assert_eq!(pass(&[Alice, Bob, Charlie, Dave], RuntimeCall::Credentials(top_up)), Ok(()));
		send(Eve, credential(&Ferdie.to_account_id(), Role::Clinician));
		send(Ferdie, remark());
	});
}

#[test]
fn should_not_admit_an_institution_when_only_half_agree() {
	run(|| {
		assert_eq!(pass(&[Alice, Bob], admission()), Err(DispatchError::BadOrigin));
		assert!(!pallet_credentials::Institutions::<Runtime>::contains_key(FIFTH));
	});
}

#[test]
fn should_count_the_seats_of_the_moment_when_a_motion_is_closed() {
	run(|| {
		assert_eq!(pass(TWO_THIRDS, admission()), Ok(()));
		// Three of five are fewer than two thirds.
		let top_up = Call::top_up { institution: FIFTH, amount: UNIT };
		let call = RuntimeCall::Credentials(top_up);
		assert_eq!(pass(TWO_THIRDS, call.clone()), Err(DispatchError::BadOrigin));
		assert_eq!(pass(&[Alice, Bob, Charlie, Dave], call), Ok(()));
	});
}

#[test]
fn should_take_the_seat_when_an_institution_is_suspended() {
	run(|| {
		let suspension =
			Call::suspend_institution { institution: contour_primitives::InstitutionId(3) };
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Credentials(suspension)), Ok(()));
		let seats = pallet_collective::Members::<Runtime, pallet_collective::Instance1>::get();
		assert!(!seats.contains(&Dave.to_account_id()));
		assert_eq!(seats.len(), 3);
	});
}

#[test]
fn should_authorise_an_upgrade_when_two_thirds_agree() {
	run(|| {
		let code_hash = sp_core::H256::repeat_byte(1);
		let call =
			RuntimeCall::Authorities(pallet_authorities::Call::authorize_upgrade { code_hash });
		assert_eq!(send_failing(Alice, call.clone()), DispatchError::BadOrigin);
		assert_eq!(pass(TWO_THIRDS, call), Ok(()));
		let authorized = System::authorized_upgrade().expect("the council authorised it");
		assert_eq!(authorized.code_hash(), &code_hash);
	});
}

#[test]
fn should_have_no_superuser() {
	// In a chain: what is counted in blocks comes from its slots.
	run(|| {
		let names = format!("{:?}", Runtime::metadata().1);
		assert!(!names.contains("pallet_sudo"));
	});
}

#[test]
fn should_fit_into_a_block_when_any_call_of_ours_is_made_alone() {
	run(|| {
		let weights: BlockWeights = <Runtime as frame_system::Config>::BlockWeights::get();
		let most = weights
			.get(frame_support::dispatch::DispatchClass::Normal)
			.max_extrinsic
			.expect("ordinary transactions are limited");
		for call in [
			admission(),
			RuntimeCall::Credentials(Call::remove_institution { institution: NORTH }),
			RuntimeCall::Authorities(pallet_authorities::Call::set_minimum { minimum: 1 }),
			RuntimeCall::Authorities(pallet_authorities::Call::retire_validator {
				institution: NORTH,
			}),
		] {
			let info = call.get_dispatch_info();
			assert!(info.call_weight.all_lt(most.saturating_div(20)), "{call:?}: {info:?}");
			assert!(info.call_weight.ref_time() > 0, "{call:?} is not free");
		}
	});
}
