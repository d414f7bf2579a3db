// SPDX-License-Identifier: Apache-2.0

//! Batches, proxies, multisigs and recovery for members who own no money.

use crate::chain::*;
use codec::Encode;
use contour_primitives::{DAY, ProxyType, Refusal, Role};
use contour_runtime::{AccountId, BlockNumber, Runtime, RuntimeCall, System, UNIT};
use pallet_credentials::Call;
use sp_keyring::Sr25519Keyring;
use sp_runtime::DispatchError;

#[test]
fn should_do_all_or_nothing_when_calls_are_batched() {
	run(|| {
		let calls = vec![
			credential(&Eve.to_account_id(), Role::Radiologist),
			credential(&Eve.to_account_id(), Role::Radiologist),
		];
		send_failing(Alice, RuntimeCall::Utility(pallet_utility::Call::batch_all { calls }));
		assert!(validate(sign(Eve, remark())).is_err());
		let calls = vec![
			credential(&Eve.to_account_id(), Role::Radiologist),
			credential(&Ferdie.to_account_id(), Role::Custodian),
		];
		send(Alice, RuntimeCall::Utility(pallet_utility::Call::batch_all { calls }));
		send(Eve, remark());
	});
}

#[test]
fn should_vouch_for_people_but_not_vote_when_the_proxy_is_for_vouching() {
	run(|| {
		send(Alice, credential(&Eve.to_account_id(), Role::Custodian));
		send(
			Alice,
			RuntimeCall::Proxy(pallet_proxy::Call::add_proxy {
				delegate: Eve.to_account_id().into(),
				proxy_type: ProxyType::Vouching,
				delay: 0,
			}),
		);
		let as_alice = |call| {
			RuntimeCall::Proxy(pallet_proxy::Call::proxy {
				real: Alice.to_account_id().into(),
				force_proxy_type: None,
				call: Box::new(call),
			})
		};
		send(Eve, as_alice(credential(&Ferdie.to_account_id(), Role::Clinician)));
		send(Ferdie, remark());
		let hand_over =
			Call::set_administrator { institution: NORTH, administrator: Eve.to_account_id() };
		send(Eve, as_alice(RuntimeCall::Credentials(hand_over)));
		assert_eq!(
			pallet_credentials::Administrators::<contour_runtime::Runtime>::get(
				Eve.to_account_id()
			),
			None,
			"the proxied call was refused"
		);
	});
}

/// Hands North over to a multisig of Eve and Ferdie; gives who they are in order, and the multisig.
fn hand_over_to_two_of_two() -> ([Sr25519Keyring; 2], Vec<AccountId>) {
	for person in [Eve, Ferdie] {
		send(Alice, credential(&person.to_account_id(), Role::Clinician));
	}
	let mut signatories = [Eve, Ferdie];
	signatories.sort_by_key(|person| person.to_account_id());
	let accounts: Vec<AccountId> =
		signatories.iter().map(|person| person.to_account_id()).collect();
	let multisig = pallet_multisig::Pallet::<Runtime>::multi_account_id(&accounts, 2);
	let hand_over = Call::set_administrator { institution: NORTH, administrator: multisig };
	send(Alice, RuntimeCall::Credentials(hand_over));
	(signatories, accounts)
}

#[test]
fn should_need_the_council_when_all_signatories_of_an_administrator_lapse() {
	run(|| {
		hand_over_to_two_of_two();
		next_block_at(MIDNIGHT + 366 * DAY);
		for person in [Eve, Ferdie] {
			assert_eq!(validate(sign(person, remark())), Err(Refusal::CredentialExpired.into()));
		}
		let mend =
			Call::set_administrator { institution: NORTH, administrator: Alice.to_account_id() };
		assert_eq!(pass(&[Bob, Charlie, Dave], RuntimeCall::Credentials(mend)), Ok(()));
		send(Alice, remark());
	});
}

#[test]
fn should_administer_by_two_of_two_when_the_administrator_is_a_multisig() {
	run(|| {
		let (signatories, accounts) = hand_over_to_two_of_two();
		let call = credential(&One.to_account_id(), Role::Radiologist);
		let mut timepoint = None;
		for (signatory, other) in [(0, 1), (1, 0)] {
			let approval = pallet_multisig::Call::as_multi {
				threshold: 2,
				other_signatories: vec![accounts[other].clone()],
				maybe_timepoint: timepoint,
				call: Box::new(call.clone()),
				max_weight: frame_support::weights::Weight::from_parts(10_000_000_000, 1_000_000),
			};
			timepoint = Some(pallet_multisig::Pallet::<contour_runtime::Runtime>::timepoint());
			send(signatories[signatory], RuntimeCall::Multisig(approval));
		}
		send(One, remark());
	});
}

#[test]
fn should_act_for_the_lost_account_when_friends_have_recovered_it() {
	run(|| {
		for person in [Eve, Ferdie, One, Two] {
			send(Alice, credential(&person.to_account_id(), Role::Clinician));
		}
		let mut friends = vec![Ferdie.to_account_id(), One.to_account_id()];
		friends.sort();
		let group = pallet_recovery::FriendGroup {
			friends: friends.try_into().expect("there are two"),
			friends_needed: 2,
			inheritor: Two.to_account_id(),
			inheritance_delay: 1,
			inheritance_priority: 0,
			cancel_delay: 1,
		};
		send(
			Eve,
			RuntimeCall::Recovery(pallet_recovery::Call::set_friend_groups {
				friend_groups: vec![group],
			}),
		);
		let lost = || Eve.to_account_id().into();
		let initiate =
			pallet_recovery::Call::initiate_attempt { lost: lost(), friend_group_index: 0 };
		send(Ferdie, RuntimeCall::Recovery(initiate));
		// Who initiates approves.
		let approve =
			pallet_recovery::Call::approve_attempt { lost: lost(), friend_group_index: 0 };
		send(One, RuntimeCall::Recovery(approve));
		next_block();
		next_block();
		let finish = pallet_recovery::Call::finish_attempt { lost: lost(), friend_group_index: 0 };
		send(Two, RuntimeCall::Recovery(finish));
		let bytes = vec![7; 32].try_into().expect("a key is short");
		let suite = contour_primitives::KeySuite::X25519;
		let call = RuntimeCall::Credentials(Call::set_encryption_key { suite, bytes });
		let control = pallet_recovery::Call::control_inherited_account {
			recovered: lost(),
			call: Box::new(call),
		};
		send(Two, RuntimeCall::Recovery(control));
		let key = pallet_credentials::EncryptionKeys::<contour_runtime::Runtime>::get(
			Eve.to_account_id(),
		);
		assert_eq!(key.map(|key| key.bytes.encode().len()), Some(33));
	});
}

#[test]
fn should_cancel_what_was_scheduled_when_the_council_has_changed_since() {
	run(|| {
		let when = System::block_number() + 100;
		let top_up = Call::top_up { institution: SOUTH, amount: UNIT };
		let schedule = pallet_scheduler::Call::schedule {
			when,
			maybe_periodic: Some((10, 1_000)),
			priority: 0,
			call: Box::new(RuntimeCall::Credentials(top_up)),
		};
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Scheduler(schedule)), Ok(()));
		assert_eq!(scheduled(when), 1);
		let admit = Call::admit_institution {
			name: b"Fifth Hospital".to_vec().try_into().expect("it is short"),
			administrator: Eve.to_account_id(),
			allowance: UNIT,
		};
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Credentials(admit)), Ok(()));

		let cancel = || RuntimeCall::Scheduler(pallet_scheduler::Call::cancel { when, index: 0 });
		assert_eq!(dispatch(&Alice.to_account_id(), cancel()), Err(DispatchError::BadOrigin));
		assert_eq!(pass(&[Alice, Bob, Charlie, Dave], cancel()), Ok(()));
		assert_eq!(scheduled(when), 0);
	});
}

/// Calls that are due in a block.
fn scheduled(when: BlockNumber) -> usize {
	pallet_scheduler::Agenda::<Runtime>::get(when).len()
}

#[test]
fn should_refuse_a_preimage_when_the_member_owns_nothing() {
	run(|| {
		send(Alice, credential(&Eve.to_account_id(), Role::Clinician));
		let note = pallet_preimage::Call::note_preimage { bytes: vec![0; 1_000] };
		send_failing(Eve, RuntimeCall::Preimage(note));
		assert_eq!(dispatch(&Eve.to_account_id(), remark()), Ok(()));
	});
}

#[test]
fn should_have_few_places_in_the_state_whatever_a_member_makes() {
	run(|| {
		send(Alice, credential(&Eve.to_account_id(), Role::Clinician));
		let pure =
			|index| pallet_proxy::Call::create_pure { proxy_type: ProxyType::Any, delay: 0, index };
		(0..32).for_each(|index| send(Eve, pure(index)));
		let full = DispatchError::from(pallet_credentials::Error::<Runtime>::TooManyPlaces);
		assert_eq!(send_failing(Eve, pure(32)), full);
		let delegate = Ferdie.to_account_id().into();
		let proxy =
			pallet_proxy::Call::add_proxy { delegate, proxy_type: ProxyType::Any, delay: 0 };
		assert_eq!(send_failing(Eve, proxy.clone()), full);
		// Accounts of which anybody can derive any number have none.
		send(Alice, credential(&One.to_account_id(), Role::Clinician));
		let derived =
			pallet_utility::Call::as_derivative { index: 1, call: Box::new(proxy.into()) };
		assert_eq!(
			send_failing(One, derived),
			pallet_credentials::Error::<Runtime>::Refused(Refusal::NotVouchedFor).into()
		);
	});
}

#[test]
fn should_give_the_place_back_when_a_multisigs_call_is_withdrawn_or_made() {
	run(|| {
		for person in [Eve, Ferdie] {
			send(Alice, credential(&person.to_account_id(), Role::Clinician));
		}
		let taken = || pallet_credentials::Places::<Runtime>::get(Eve.to_account_id());
		let call = || Box::new(remark());
		let open = |timepoint| pallet_multisig::Call::as_multi {
			threshold: 2,
			other_signatories: vec![Ferdie.to_account_id()],
			maybe_timepoint: timepoint,
			call: call(),
			max_weight: frame_support::weights::Weight::from_parts(10_000_000_000, 1_000_000),
		};
		let timepoint = pallet_multisig::Pallet::<Runtime>::timepoint();
		send(Eve, open(None));
		assert_eq!(taken(), 1);
		let cancel = pallet_multisig::Call::cancel_as_multi {
			threshold: 2,
			other_signatories: vec![Ferdie.to_account_id()],
			timepoint,
			call_hash: sp_io::hashing::blake2_256(&remark().encode()),
		};
		send(Eve, cancel);
		assert_eq!(taken(), 0);
	});
}
