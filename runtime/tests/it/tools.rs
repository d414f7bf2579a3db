// SPDX-License-Identifier: Apache-2.0

//! Batches, proxies, multisigs and recovery for members who own no money.

use crate::chain::*;
use codec::Encode;
use contour_primitives::Role;
use contour_runtime::{AccountId, RuntimeCall, configs::ProxyType};
use pallet_credentials::Call;

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

#[test]
fn should_administer_by_two_of_two_when_the_administrator_is_a_multisig() {
	run(|| {
		for person in [Eve, Ferdie] {
			send(Alice, credential(&person.to_account_id(), Role::Clinician));
		}
		let mut signatories = [Eve, Ferdie];
		signatories.sort_by_key(|person| person.to_account_id());
		let accounts: Vec<AccountId> =
			signatories.iter().map(|person| person.to_account_id()).collect();
		let multisig =
			pallet_multisig::Pallet::<contour_runtime::Runtime>::multi_account_id(&accounts, 2);
		let hand_over =
			Call::set_administrator { institution: NORTH, administrator: multisig.clone() };
		send(Alice, RuntimeCall::Credentials(hand_over));

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
fn should_refuse_a_preimage_when_the_member_owns_nothing() {
	run(|| {
		send(Alice, credential(&Eve.to_account_id(), Role::Clinician));
		let note = pallet_preimage::Call::note_preimage { bytes: vec![0; 1_000] };
		send_failing(Eve, RuntimeCall::Preimage(note));
		assert_eq!(dispatch(&Eve.to_account_id(), remark()), Ok(()));
	});
}

#[test]
fn should_keep_the_index_of_every_proxy_type_when_encoded() {
	let types = [ProxyType::Any, ProxyType::Council, ProxyType::Vouching, ProxyType::Validator];
	for (index, proxy_type) in (0u8..).zip(types) {
		assert_eq!(proxy_type.encode(), [index]);
	}
}
