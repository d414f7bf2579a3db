// SPDX-License-Identifier: Apache-2.0

//! What whoever has one leaked key can cost a hospital in a day, and what nobody can be kept from.

use crate::chain::*;
use codec::{Decode, Encode};
use contour_primitives::{
	DAY, Hash, InstitutionId, Modality, ProxyType, Purposes, Refusal, Role, StudyId,
};
use contour_runtime::{
	AccountId, Balances, Credentials, Runtime, RuntimeCall, RuntimeEvent, System, UNIT,
};
use frame_support::traits::fungible::{Inspect, Mutate};
use pallet_collective::Instance1;
use pallet_credentials::Call;
use pallet_imaging::{Call as Imaging, Directive, NewStudy};
use sp_core::{Pair as _, sr25519};
use sp_runtime::{DispatchError, traits::TrailingZeroInput};

const STUDY: StudyId = StudyId(Hash::repeat_byte(42));

/// Takes all money for fees from a hospital.
fn empty(institution: InstitutionId) {
	let account = Credentials::fee_account_of(institution);
	Balances::set_balance(&account, <Balances as Inspect<_>>::minimum_balance());
}

/// A remark of so many bytes, which costs a millionth of a token for each.
fn remark_of(bytes: usize) -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: vec![0; bytes] })
}

/// Ferdie is a patient of the north and has one study there, which Dave keeps.
fn study_of_ferdie() {
	send(Alice, credential(&Dave.to_account_id(), Role::Custodian));
	send(Alice, Call::enrol_patient { patient: Ferdie.to_account_id() });
	let study = NewStudy {
		id: STUDY,
		patient: Some(Ferdie.to_account_id()),
		modality: Modality::Mr,
		content_root: Hash::repeat_byte(1),
		metadata_hash: Hash::repeat_byte(2),
		commitment: Hash::repeat_byte(3),
		instances: 1,
		bytes: 1,
		locator: Default::default(),
	};
	let studies = vec![study].try_into().expect("it is one");
	send(Dave, Imaging::register { custodian: NORTH, studies });
}

fn consent(permitted: Purposes, refused: Purposes) -> RuntimeCall {
	let directive = Directive { permitted, refused, ethics_approval: false };
	RuntimeCall::Imaging(Imaging::set_consent { study: Some(STUDY), directive })
}

#[test]
fn should_take_no_tip_when_somebody_offers_one() {
	run(|| {
		send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
		let before = fees_of(SOUTH);
		let tipped = sign_with_tip(Eve, remark(), 9 * UNIT);
		assert_eq!(validate(tipped.clone()), Err(Refusal::TipRefused.into()));
		assert_eq!(apply(tipped), Err(Refusal::TipRefused.into()));
		assert_eq!(fees_of(SOUTH), before);
	});
}

#[test]
fn should_cost_no_more_than_the_cap_when_a_custodians_key_enrols_patients_without_end() {
	run(|| {
		send(Bob, credential(&Eve.to_account_id(), Role::Custodian));
		let cap = 5 * UNIT;
		send(Bob, Call::set_daily_cap { cap: Some(cap) });
		let before = fees_of(SOUTH);
		let key = |index: u32| {
			sr25519::Pair::from_string(&format!("//thief//{index}"), None)
				.expect("it is a derivation")
		};
		let mut refused = false;
		'day: for batch in 0..100u32 {
			let patients = (0..100).map(|index| key(100 * batch + index));
			let calls = patients.clone().map(|pair| {
				RuntimeCall::Credentials(Call::enrol_patient { patient: pair.public().into() })
			});
			let calls = calls.collect();
			let enrol = RuntimeCall::Utility(pallet_utility::Call::batch { calls });
			if apply(sign(Eve, enrol)).is_err() {
				refused = true;
				break;
			}
			for pair in patients {
				let allowed = apply(sign_as(&pair, remark_of(90_000)));
				if allowed == Err(Refusal::InstitutionSpent.into()) {
					refused = true;
					break 'day;
				}
				allowed.expect("the hospital pays").expect("a remark succeeds");
				next_block();
			}
		}
		let spent = before - fees_of(SOUTH);
		assert!(refused, "{spent} were spent, and nobody minded");
		assert!(spent <= cap && spent > cap - UNIT, "{spent}");
		// The administrator can still do something about it.
		send(Bob, Call::revoke_credential { holder: Eve.to_account_id() });
	});
}

#[test]
fn should_lock_nobody_out_when_an_administrator_sets_the_allowance_to_zero() {
	run(|| {
		send(Bob, Call::set_allowance { allowance: 0 });
		send(Bob, Call::set_daily_cap { cap: Some(0) });
		send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
		assert_eq!(validate(sign(Eve, remark())), Err(Refusal::AllowanceExhausted.into()));
		send(Bob, Call::set_allowance { allowance: UNIT });
		assert_eq!(validate(sign(Eve, remark())), Err(Refusal::InstitutionSpent.into()));
		send(Bob, Call::set_daily_cap { cap: None });
		send(Eve, remark());
	});
}

#[test]
fn should_spend_no_more_than_the_council_permits_when_an_administrators_key_leaks() {
	run(|| {
		let before = fees_of(SOUTH);
		send(Bob, Call::set_allowance { allowance: 1_000_000 * UNIT });
		let bob = Bob.to_account_id();
		let own = Call::set_member_allowance { member: bob, allowance: Some(1_000_000 * UNIT) };
		send(Bob, own);
		while apply(sign(Bob, remark_of(250_000))).is_ok() {
			next_block();
		}
		let spent = before - fees_of(SOUTH);
		assert!(spent <= 50 * UNIT && spent > 49 * UNIT, "{spent}");
	});
}

#[test]
fn should_pass_a_motion_when_no_hospital_has_money_for_fees() {
	run(|| {
		for institution in [NORTH, SOUTH, EAST, InstitutionId(3)] {
			empty(institution);
		}
		assert_eq!(validate(sign(Alice, remark())), Err(Refusal::FeeAccountEmpty.into()));
		let top_up = Call::top_up { institution: NORTH, amount: UNIT };
		assert_eq!(pass(TWO_THIRDS, top_up), Ok(()));
		send(Alice, remark());
	});
}

#[test]
fn should_vote_through_a_proxy_and_in_a_batch_when_the_hospital_has_no_money() {
	run(|| {
		send(Alice, credential(&Eve.to_account_id(), Role::Clinician));
		let (delegate, proxy_type) = (Eve.to_account_id().into(), ProxyType::Council);
		send(Alice, pallet_proxy::Call::add_proxy { delegate, proxy_type, delay: 0 });
		empty(NORTH);
		let proposal = Box::new(remark());
		let length_bound = proposal.encoded_size() as u32;
		let propose = RuntimeCall::Council(pallet_collective::Call::propose {
			threshold: 3,
			proposal,
			length_bound,
		});
		send(
			Eve,
			pallet_proxy::Call::proxy {
				real: Alice.to_account_id().into(),
				force_proxy_type: None,
				call: Box::new(propose.clone()),
			},
		);
		let proposals = pallet_collective::Proposals::<Runtime, Instance1>::get();
		let vote = RuntimeCall::Council(pallet_collective::Call::vote {
			proposal: proposals[0],
			index: 0,
			approve: true,
		});
		let calls = vec![vote.clone()];
		send(Alice, RuntimeCall::Utility(pallet_utility::Call::batch_all { calls }));
		// Nothing else rides along.
		for calls in [vec![vote.clone(), remark()], vec![remark(), vote.clone()], vec![]] {
			let batch = RuntimeCall::Utility(pallet_utility::Call::batch_all { calls });
			assert_eq!(validate(sign(Alice, batch)), Err(Refusal::FeeAccountEmpty.into()));
		}
		// Eve has no seat of her own.
		assert_eq!(validate(sign(Eve, propose)), Err(Refusal::FeeAccountEmpty.into()));
	});
}

#[test]
fn should_do_no_more_for_nothing_than_a_day_permits_when_a_seats_key_leaks() {
	run(|| {
		let before = fees_of(NORTH);
		let mut sent = 0;
		loop {
			let proposal = Box::new(remark_of(100_000 + sent));
			let length_bound = proposal.encoded_size() as u32;
			let propose = pallet_collective::Call::propose { threshold: 3, proposal, length_bound };
			match apply(sign(Alice, RuntimeCall::Council(propose))) {
				Ok(_) => sent += 1,
				Err(error) => {
					assert_eq!(error, Refusal::AllowanceExhausted.into());
					break;
				}
			}
			next_block();
		}
		assert!((8..=10).contains(&sent), "{sent} of a tenth of a token");
		assert_eq!(fees_of(NORTH), before, "it cost nothing");
		send(Alice, remark());
		next_block_at(MIDNIGHT + DAY);
		let proposal = Box::new(remark());
		let length_bound = proposal.encoded_size() as u32;
		let propose = pallet_collective::Call::propose { threshold: 3, proposal, length_bound };
		validate(sign(Alice, propose)).expect("a new day begins at zero");
	});
}

#[test]
fn should_withdraw_when_the_hospital_discharges_the_patient_has_no_money_or_is_suspended() {
	let silences: [fn(); 4] = [
		|| send(Alice, Call::discharge_patient { patient: Ferdie.to_account_id() }),
		|| {
			let member = Ferdie.to_account_id();
			send(Alice, Call::set_member_allowance { member, allowance: Some(0) });
		},
		|| empty(NORTH),
		|| {
			let suspend = Call::suspend_institution { institution: NORTH };
			assert_eq!(pass(&[Bob, Charlie, Dave], suspend), Ok(()));
		},
	];
	for silence in silences {
		run(|| {
			study_of_ferdie();
			silence();
			assert!(validate(sign(Ferdie, remark())).is_err(), "everything else is refused");
			let none = Purposes::empty();
			assert!(
				validate(sign(Ferdie, consent(Purposes::all(), none))).is_err(),
				"who gives needs standing"
			);
			send(Ferdie, consent(none, Purposes::all()));
			let all =
				Directive { permitted: none, refused: Purposes::all(), ethics_approval: false };
			send(Ferdie, Imaging::set_consent { study: None, directive: all });
			send(Ferdie, Imaging::set_research_pool { open: false });
			send(Ferdie, Imaging::withdraw { study: STUDY });
			assert!(
				validate(sign(Ferdie, Imaging::withdraw { study: STUDY })).is_err(),
				"nothing is left to withdraw"
			);
		});
	}
}

#[test]
fn should_open_an_emergency_when_the_hospital_has_no_money_for_fees() {
	run(|| {
		study_of_ferdie();
		send(Bob, credential(&Eve.to_account_id(), Role::Clinician));
		let (member, allowance) = (Eve.to_account_id(), Some(0));
		send(Bob, Call::set_member_allowance { member, allowance });
		let open = Imaging::open_emergency { study: STUDY, reason: Hash::repeat_byte(7) };
		send(Eve, open);
		assert_eq!(validate(sign(Eve, remark())), Err(Refusal::AllowanceExhausted.into()));
	});
}

#[test]
fn should_turn_away_what_is_longer_than_a_members_transaction_may_be() {
	run(|| {
		let friends = |count: u32| {
			let group = |index: u32| pallet_recovery::FriendGroup {
				friends: vec![AccountId::new([index as u8; 32])].try_into().expect("there is one"),
				friends_needed: 1,
				inheritor: Two.to_account_id(),
				inheritance_delay: 1,
				inheritance_priority: index,
				cancel_delay: 1,
			};
			let friend_groups = (0..count).map(group).collect();
			RuntimeCall::Recovery(pallet_recovery::Call::set_friend_groups { friend_groups })
		};
		let attack = sign(Alice, friends(48_000));
		assert_eq!(validate(attack.clone()), Err(Refusal::TransactionTooLong.into()));
		assert_eq!(apply(attack), Err(Refusal::TransactionTooLong.into()));
		// Short enough for the door, and still more than there may be.
		let filtered = DispatchError::from(frame_system::Error::<Runtime>::CallFiltered);
		assert_eq!(send_failing(Alice, friends(11)), filtered);
		let calls = vec![friends(3_000)];
		send(Alice, RuntimeCall::Utility(pallet_utility::Call::batch { calls }));
		assert!(System::events().iter().any(|record| matches!(
			&record.event,
			RuntimeEvent::Utility(pallet_utility::Event::BatchInterrupted { error, .. })
				if *error == filtered
		)));
	});
}

#[test]
fn should_withhold_reports_of_equivocations_that_strangers_sign() {
	run(|| {
		let call = pallet_grandpa::Call::<Runtime>::report_equivocation {
			equivocation_proof: Decode::decode(&mut TrailingZeroInput::zeroes())
				.expect("zeros are one, of nobody"),
			key_owner_proof: sp_session::MembershipProof {
				session: 0,
				trie_nodes: vec![vec![0; 3]; 60_000],
				validator_count: 4,
			},
		};
		send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
		let filtered = DispatchError::from(frame_system::Error::<Runtime>::CallFiltered);
		assert_eq!(send_failing(Eve, RuntimeCall::Grandpa(call)), filtered);
	});
}
