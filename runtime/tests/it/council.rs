// SPDX-License-Identifier: Apache-2.0

//! What two thirds of the council decide.

use crate::chain::*;
use codec::Encode;
use contour_primitives::{DAY, MINUTE, Role, council_votes, urgent_votes};
use contour_runtime::{
	AccountId, BlockNumber, Hash, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, System, UNIT,
	UncheckedExtrinsic,
	configs::{CouncilCollective, MaxInstitutions, NineTenthsOfCouncil, TwoThirdsOfCouncil},
};
use frame_support::{dispatch::GetDispatchInfo, traits::EnsureOrigin};
use frame_system::limits::BlockWeights;
use pallet_collective::RawOrigin;
use pallet_credentials::Call;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	DispatchError, DispatchResult,
	traits::{BlakeTwo256, Hash as _},
};

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
		let origin = |votes| {
			let origin = RawOrigin::<AccountId, CouncilCollective>::Members(votes, seats);
			RuntimeOrigin::from(origin)
		};
		let is_carried = |votes| TwoThirdsOfCouncil::ensure_origin(origin(votes)).is_ok();
		let votes = council_votes(seats);
		assert!(is_carried(votes), "{votes} of {seats}");
		assert!(!is_carried(votes - 1), "one fewer than {votes} of {seats}");
		let is_urgent = |votes| NineTenthsOfCouncil::ensure_origin(origin(votes)).is_ok();
		let votes = urgent_votes(seats);
		assert!(is_urgent(votes), "{votes} of {seats}");
		assert!(!is_urgent(votes - 1), "one fewer than {votes} of {seats}");
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
		let votes = [(Alice, true), (Bob, true), (Charlie, false), (Dave, false)];
		assert_eq!(decide(3, admission(), &votes), None);
		assert!(!pallet_credentials::Institutions::<Runtime>::contains_key(FIFTH));
	});
}

#[test]
fn should_count_the_seats_of_the_moment_when_a_motion_is_closed() {
	run(|| {
		let top_up = Call::top_up { institution: NORTH, amount: UNIT };
		let call = RuntimeCall::Credentials(top_up);
		let (index, hash) = propose(Alice, 3, call.clone());
		for seat in TWO_THIRDS {
			vote(*seat, index, hash, true);
		}
		assert_eq!(pass(TWO_THIRDS, admission()), Ok(()));
		// Three of five are fewer than two thirds.
		assert_eq!(close(index, hash, &call), Some(Err(DispatchError::BadOrigin)));
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
		let call = |urgent| {
			let call = pallet_governance::Call::authorize_upgrade { code_hash, urgent };
			RuntimeCall::Governance(call)
		};
		assert_eq!(send_failing(Alice, call(false)), DispatchError::BadOrigin);
		assert_eq!(pass(TWO_THIRDS, call(false)), Ok(()));
		let applicable = |delay| Some(pallet_governance::Upgrade { code_hash, applicable: delay });
		let authorized = pallet_governance::Authorized::<Runtime>::get;
		assert_eq!(authorized(), applicable(MIDNIGHT + DAY));

		assert_eq!(pass(&[Alice, Bob, Charlie, Dave], call(true)), Ok(()));
		assert_eq!(authorized(), applicable(MIDNIGHT + 60 * MINUTE));
	});
}

#[test]
fn should_give_strangers_nothing_to_apply_when_a_runtime_is_authorised() {
	run(|| {
		let code = vec![1; 100];
		let code_hash = sp_io::hashing::blake2_256(&code).into();
		let call = pallet_governance::Call::authorize_upgrade { code_hash, urgent: false };
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Governance(call)), Ok(()));

		// Bare, as a stranger sends it: of the system's call, and of ours.
		let system = frame_system::Call::apply_authorized_upgrade { code: code.clone() };
		let ours = || pallet_governance::Call::apply_upgrade { code: code.clone() };
		for call in [RuntimeCall::System(system), RuntimeCall::Governance(ours())] {
			assert!(validate(UncheckedExtrinsic::new_bare(call)).is_err());
		}
		assert!(validate(sign(Ferdie, RuntimeCall::Governance(ours()))).is_err());
		let early = pallet_governance::Error::<Runtime>::TooEarly;
		assert_eq!(send_failing(Alice, RuntimeCall::Governance(ours())), early.into());
	});
}

#[test]
fn should_refuse_a_motion_when_its_threshold_is_not_what_its_call_needs() {
	run(|| {
		let propose = |threshold, call: RuntimeCall| {
			let length_bound = call.encoded_size() as u32;
			let proposal = Box::new(call);
			let motion = pallet_collective::Call::propose { threshold, proposal, length_bound };
			dispatch(&Alice.to_account_id(), RuntimeCall::Council(motion))
		};
		let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
		for threshold in [0, 1, 2, 4, 5] {
			assert_eq!(propose(threshold, admission()), filtered, "{threshold}");
		}
		assert_eq!(propose(3, admission()), Ok(()));
		let code_hash = Default::default();
		let urgent = pallet_governance::Call::authorize_upgrade { code_hash, urgent: true };
		assert_eq!(propose(3, urgent.clone().into()), filtered);
		assert_eq!(propose(4, urgent.into()), Ok(()));
	});
}

#[test]
fn should_let_the_others_decide_when_one_seat_proposes_as_much_as_it_can() {
	run(|| {
		// The thief has Dave's key, and sends all at once.
		let calls: Vec<_> = (0u8..64)
			.map(|number| {
				let remark = frame_system::Call::remark { remark: vec![number] };
				let proposal = Box::new(RuntimeCall::System(remark));
				let length_bound = proposal.encoded_size() as u32;
				let motion =
					pallet_collective::Call::propose { threshold: 3, proposal, length_bound };
				RuntimeCall::Council(motion)
			})
			.collect();
		send(Dave, RuntimeCall::Utility(pallet_utility::Call::force_batch { calls }));
		let open = || pallet_collective::Proposals::<Runtime, CouncilCollective>::get().len();
		assert_eq!(open(), 4);

		let west = contour_primitives::InstitutionId(3);
		let replace =
			Call::set_administrator { institution: west, administrator: Eve.to_account_id() };
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Credentials(replace)), Ok(()));
		next_block();
		assert_eq!(open(), 0, "the thief's motions went with the seat");
	});
}

#[test]
fn should_lapse_when_a_motion_is_carried_and_nobody_closes_it() {
	run(|| {
		let (index, hash) = propose(Alice, 3, admission());
		for seat in TWO_THIRDS {
			vote(*seat, index, hash, true);
		}
		let lapses = pallet_governance::OpenMotions::<Runtime>::get()[0].lapses;
		type Duration = <Runtime as pallet_governance::Config>::MotionDuration;
		let duration = <Duration as frame_support::traits::Get<BlockNumber>>::get();
		assert_eq!(lapses, System::block_number() + duration);
		System::set_block_number(lapses - 1);
		next_block();
		let close = pallet_collective::Call::close {
			proposal_hash: hash,
			index,
			proposal_weight_bound: Default::default(),
			length_bound: 0,
		};
		let missing = pallet_collective::Error::<Runtime, CouncilCollective>::ProposalMissing;
		assert_eq!(send_failing(Alice, RuntimeCall::Council(close)), missing.into());
	});
}

/// Proposes a motion; gives its number and its hash.
fn propose(seat: Sr25519Keyring, threshold: u32, call: RuntimeCall) -> (u32, Hash) {
	let index = pallet_collective::ProposalCount::<Runtime, CouncilCollective>::get();
	let hash = BlakeTwo256::hash_of(&call);
	let (length_bound, proposal) = (call.encoded_size() as u32, Box::new(call));
	let motion = pallet_collective::Call::propose { threshold, proposal, length_bound };
	send(seat, RuntimeCall::Council(motion));
	(index, hash)
}

fn vote(seat: Sr25519Keyring, index: u32, proposal: Hash, approve: bool) {
	send(seat, RuntimeCall::Council(pallet_collective::Call::vote { proposal, index, approve }));
}

/// Closes a motion; gives the result of its call, if it was carried.
fn close(index: u32, proposal_hash: Hash, call: &RuntimeCall) -> Option<DispatchResult> {
	System::reset_events();
	let proposal_weight_bound = call.get_dispatch_info().call_weight;
	let length_bound = call.encoded_size() as u32;
	let close = pallet_collective::Call::close {
		proposal_hash,
		index,
		proposal_weight_bound,
		length_bound,
	};
	send(Alice, RuntimeCall::Council(close));
	System::events().into_iter().find_map(|record| match record.event {
		RuntimeEvent::Council(pallet_collective::Event::Executed { result, .. }) => Some(result),
		_ => None,
	})
}

/// Proposes a motion, votes on it and closes it.
fn decide(
	threshold: u32,
	call: RuntimeCall,
	votes: &[(Sr25519Keyring, bool)],
) -> Option<DispatchResult> {
	let (index, hash) = propose(Alice, threshold, call.clone());
	for (seat, approve) in votes {
		vote(*seat, index, hash, *approve);
	}
	close(index, hash, &call)
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
