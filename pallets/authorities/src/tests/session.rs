// SPDX-License-Identifier: Apache-2.0

//! Sessions: when they end, whom they have as authorities, and what is remembered of them.

use crate::{Event, KeySets, SessionKeySets, SessionStart, mock::*};
use frame_support::{
	assert_ok,
	traits::{EstimateNextSessionRotation, Get, KeyOwnerProofSystem},
	weights::RuntimeDbWeight,
};
use pallet_session::{ShouldEndSession, historical::HistoricalSessions};
use sp_application_crypto::key_types::AURA;
use sp_runtime::Permill;
use sp_session::MembershipProof;

fn proven(account: AccountId, proof: MembershipProof) -> Option<(AccountId, u32)> {
	Authorities::check_proof((AURA, aura_key(account)), proof)
		.map(|(account, institution)| (account, institution.0))
}

#[test]
fn should_end_a_session_when_its_blocks_have_been_made() {
	ExtBuilder::run(|| {
		let ends: Vec<_> = (1..=11).filter(|now| Authorities::should_end_session(*now)).collect();
		assert_eq!(ends, [5, 10]);
		for (session, block) in [(1, 5), (2, 10), (3, 15)] {
			next_session();
			assert_eq!(Session::current_index(), session);
			assert_eq!(System::block_number(), block);
		}
	});
}

#[test]
fn should_estimate_as_sessions_go_when_asked() {
	ExtBuilder::run(|| {
		let weights: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
		let read = weights.reads(1);
		assert_eq!(Authorities::average_session_length(), SESSION_LENGTH);
		for (now, percent, rotation) in
			[(5, 20, 10), (6, 40, 10), (7, 60, 10), (9, 100, 10), (10, 20, 15), (11, 40, 15)]
		{
			assert_eq!(
				Authorities::estimate_current_session_progress(now),
				(Some(Permill::from_percent(percent)), read)
			);
			assert_eq!(Authorities::estimate_next_session_rotation(now), (Some(rotation), read));
			assert!(Authorities::should_end_session(rotation));
		}
	});
}

#[test]
fn should_order_the_authorities_by_institution_when_they_joined_in_another_order() {
	ExtBuilder::run(|| {
		join(VALLEY);
		next_session();
		join(HARBOUR);
		run_to_session(4);
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST, HARBOUR, VALLEY]);
	});
}

#[test]
fn should_change_a_key_from_the_session_after_the_next_when_it_is_set() {
	ExtBuilder::run(|| {
		let seats = || pallet_aura::Authorities::<Test>::get()[0].clone();
		assert_ok!(set_keys_made_by(node(NORTH), spare_node(NORTH)));
		next_session();
		assert_eq!(seats(), aura_key(node(NORTH)));
		next_session();
		assert_eq!(seats(), aura_key(spare_node(NORTH)));
		assert_eq!(events(), []);
	});
}

#[test]
fn should_keep_the_authorities_that_have_keys_when_those_of_too_many_are_gone() {
	ExtBuilder::run_broken(|| {
		assert_ok!(suspend(WEST));
		assert_ok!(Session::purge_keys(by(node(NORTH))));
		events();

		next_session();

		assert_eq!(events(), [Event::AuthoritiesKept { session: 2 }]);
		assert_eq!(disabled(), [WEST]);
		next_session();
		assert_eq!(authorities(), [SOUTH, EAST, WEST], "nobody can do without keys");
		assert_eq!(events(), [Event::AuthoritiesKept { session: 3 }]);
		assert_eq!(disabled(), [], "the chain needs the suspended one");

		assert_ok!(set_keys(node(NORTH)));
		next_session();
		assert_eq!(events(), []);
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST]);
		assert_eq!(disabled(), []);
		assert_ok!(Authorities::do_try_state());
	});
}

#[test]
fn should_notice_when_the_keys_of_an_authority_are_gone() {
	ExtBuilder::run_broken(|| {
		assert_ok!(Session::purge_keys(by(node(NORTH))));
		assert_eq!(Authorities::do_try_state(), Err("an authority without session keys".into()));
	});
}

#[test]
fn should_prove_who_owns_a_key_only_when_it_is_an_authoritys() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_ok!(set_keys(node(HARBOUR)));
		for institution in [NORTH, SOUTH, EAST, WEST] {
			let account = node(institution);
			assert_eq!(proven(account, membership(account)), Some((account, institution.0)));
		}
		for outsider in [node(HARBOUR), STRANGER] {
			let proof = Authorities::prove_key_ownership(aura_key(outsider));
			assert_eq!(proof.and_then(|it| proven(outsider, it)), None);
		}
	});
}

#[test]
fn should_prove_an_authority_of_a_past_session_until_it_cannot_be_reported_any_more() {
	ExtBuilder::run(|| {
		let account = node(WEST);
		next_session();
		let proof = membership(account);
		assert_eq!(proof.session, 1);
		assert_ok!(Authorities::retire_validator(council(), WEST));
		for session in 2..=1 + REPORTABLE_SESSIONS {
			run_to_session(session);
			assert_eq!(proven(account, proof.clone()), Some((account, WEST.0)));
		}
		next_session();
		assert_eq!(proven(account, proof), None);
	});
}

#[test]
fn should_prove_the_keys_that_are_in_force_when_others_have_been_set() {
	ExtBuilder::run(|| {
		let (old, new) = (node(WEST), node(VALLEY));
		assert_ok!(set_keys_made_by(old, new));
		let owner = |key| {
			let proof = Authorities::prove_key_ownership(aura_key(key))?;
			Authorities::check_proof((AURA, aura_key(key)), proof).map(|(account, _)| account)
		};
		for _ in 0..2 {
			assert_eq!((owner(old), owner(new)), (Some(old), None));
			next_session();
		}
		assert_eq!((owner(old), owner(new)), (None, Some(old)));
		assert_eq!(KeySets::<Test>::iter().count(), 2);
		run_to_session(2 + 2 * REPORTABLE_SESSIONS);
		assert_eq!(KeySets::<Test>::iter().count(), 1, "the old ones cannot be reported any more");
	});
}

#[test]
fn should_fall_back_to_what_the_sdk_knows_when_nothing_was_noted_of_a_session() {
	ExtBuilder::run(|| {
		// As after the upgrade from a version that noted nothing.
		let _ = SessionKeySets::<Test>::clear(u32::MAX, None);
		let proof = membership(node(WEST));
		assert!(!proof.trie_nodes.is_empty());
		assert_eq!(proven(node(WEST), proof.clone()), Some((node(WEST), WEST.0)));
		next_session();
		assert_eq!(proven(node(WEST), proof), Some((node(WEST), WEST.0)), "of the session before");
		assert!(membership(node(WEST)).trie_nodes.is_empty(), "from here on it is noted");
	});
}

#[test]
fn should_refuse_a_proof_of_a_key_when_it_says_something_wrong() {
	ExtBuilder::run(|| {
		let proof = membership(node(WEST));
		let wrong = MembershipProof { validator_count: 5, ..proof.clone() };
		assert_eq!(proven(node(WEST), wrong), None);
		let future = MembershipProof { session: 7, ..proof };
		assert_eq!(proven(node(WEST), future), None);
	});
}

#[test]
fn should_plan_nobody_anew_when_the_authorities_and_their_keys_stay() {
	ExtBuilder::run(|| {
		run_to_session(2);
		let queued = || {
			let queued = RuntimeEvent::from(pallet_session::Event::NewQueued);
			System::events().iter().filter(|record| record.event == queued).count()
		};
		System::reset_events();
		run_to_session(5);
		assert_eq!(queued(), 0);
		assert_ok!(suspend(WEST));
		run_to_session(6);
		assert_eq!(queued(), 1);
		run_to_session(8);
		assert_eq!(queued(), 1);
		assert_eq!(authorities(), [NORTH, SOUTH, EAST]);
	});
}

#[test]
fn should_forget_the_start_and_the_authorities_of_a_session_together() {
	ExtBuilder::run(|| {
		for session in 0..10 {
			run_to_session(session);
			let oldest = session.saturating_sub(REPORTABLE_SESSIONS);
			let mut starts: Vec<_> = SessionStart::<Test>::iter_keys().collect();
			let mut roots: Vec<_> = HistoricalSessions::<Test>::iter_keys().collect();
			let mut keys: Vec<_> = SessionKeySets::<Test>::iter_keys().collect();
			keys.sort();
			starts.sort();
			roots.sort();
			assert_eq!(starts, (oldest..=session).collect::<Vec<_>>());
			assert_eq!(keys, starts);
			assert_eq!(KeySets::<Test>::iter().count(), 1, "they are the same in all of them");
			assert_eq!(roots, (oldest..=session + 1).collect::<Vec<_>>(), "the next is planned");
			assert_eq!(SessionStart::<Test>::get(session), Some(session_start(session)));
		}
	});

	fn session_start(session: u32) -> sp_consensus_slots::Slot {
		// With all authorities awake every slot has its block.
		(u64::from(session) * SESSION_LENGTH).into()
	}
}
