// SPDX-License-Identifier: Apache-2.0

//! A task with all pallets that meet in it: the bounty is held, a scorer reports without an account,
//! readers are paid, and what they have earned opens what a standard demands.

use crate::chain::*;
use contour_primitives::{
	AccountId, Action, Code, DAY, Hash, KeySuite, Modality, Moment, Purpose, Refusal, Role, Roles,
	Sealed, Specialties, Standard, Standing, StudyId, TaskId,
};
use contour_runtime::{
	Annotation, Audit, Balances, Credentials, Rewards, Runtime, RuntimeCall, System, UNIT,
	UncheckedExtrinsic,
};
use contour_scoring::{Grid, Method, Outcome, Ppm, Report};
use frame_support::traits::fungible::InspectHold;
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_annotation::{Call, Phase, ScorerId, Tasks, Terms, report_payload};
use pallet_imaging::{Call as Imaging, NewStudy};
use sp_core::{Pair, ed25519};
use sp_keyring::Sr25519Keyring;
use sp_runtime::transaction_validity::InvalidTransaction;

pub(crate) const STUDY: StudyId = StudyId(Hash::repeat_byte(42));
pub(crate) const TASK: TaskId = TaskId(0);
const BOUNTY: u128 = 90 * UNIT;

pub(crate) fn scorer_key() -> ed25519::Pair {
	ed25519::Pair::from_seed(&[7; 32])
}

fn sealed(number: u8) -> Sealed {
	Sealed { root: Hash::repeat_byte(number), locator: Default::default() }
}

fn now() -> Moment {
	pallet_timestamp::Now::<Runtime>::get()
}

fn terms() -> Terms {
	let text = |text: &[u8]| text.to_vec().try_into().expect("it is short");
	Terms {
		structure: Code { scheme: text(b"SCT"), value: text(b"108369006") },
		method: Method::Majority,
		wanted: 2,
		threshold: Ppm::from_parts(700_000),
		panel: 3,
		reading: DAY,
		scoring: DAY,
		voting: DAY,
		revealing: DAY,
		appeal: DAY,
	}
}

/// Dave keeps the north's studies, Eve and Ferdie read, One scores.
pub(crate) fn task() {
	send(Alice, credential(&Dave.to_account_id(), Role::Custodian));
	for (head, who, role) in [
		(Bob, Eve, Role::Radiologist),
		(Charlie, Ferdie, Role::Radiologist),
		(Alice, One, Role::Scorer),
	] {
		send(head, credential(&who.to_account_id(), role));
		let bytes = vec![7; 32].try_into().expect("it is short");
		send(who, pallet_credentials::Call::set_encryption_key { suite: KeySuite::X25519, bytes });
	}
	let (account, key) = (One.to_account_id(), ScorerId::from(scorer_key().public()));
	send(Alice, Call::appoint_scorer { account, key });
	send(Alice, pallet_rewards::Call::allocate { amount: 100 * UNIT });
	let study = NewStudy {
		id: STUDY,
		patient: None,
		modality: Modality::Mr,
		content_root: Hash::repeat_byte(1),
		metadata_hash: Hash::repeat_byte(2),
		commitment: Hash::repeat_byte(3),
		instances: 200,
		bytes: 100_000_000,
		locator: Default::default(),
	};
	let studies = vec![study].try_into().expect("it is one");
	send(Dave, Imaging::register { custodian: NORTH, studies });
	let open = Call::open {
		institution: NORTH,
		study: STUDY,
		terms: terms(),
		brief: sealed(1),
		bounty: BOUNTY,
	};
	send(Dave, open);
	for (number, reader) in (2..).zip([Eve, Ferdie]) {
		let (study, purpose) = (STUDY, Purpose::ClinicalCare);
		send(reader, Imaging::request_access { study, purpose, duration: DAY, approval: None });
		let grant = Imaging::grant_access {
			study,
			grantee: reader.to_account_id(),
			key: vec![9; 80].try_into().expect("it is short"),
			expires: now() + DAY / 2,
			locator: Default::default(),
		};
		send(Dave, grant);
		send(reader, Call::claim { id: TASK });
		send(reader, Call::submit { id: TASK, reading: sealed(number), finished: true });
	}
}

pub(crate) fn report(dice: u32) -> Report {
	let dice = Ppm::from_parts(dice);
	let outcome = Outcome::Scored { dice, hd95: Some(900), mask: [1; 32], counted: true };
	Report {
		method: Method::Majority,
		grid: Grid::new([8; 3], [1_000; 3]).expect("it is a grid"),
		consensus: Some([5; 32]),
		agreement: Some(dice),
		outcomes: vec![outcome; 2].try_into().expect("they are two"),
	}
}

/// What a node submits for its scorer, whose key signs for a chain.
pub(crate) fn reported(told: &Report, genesis: Hash, key: &ed25519::Pair) -> UncheckedExtrinsic {
	let commitment = Hash::repeat_byte(8);
	let payload = report_payload(genesis, TASK, NORTH, 0, told.hash().into(), commitment);
	let call = Call::report {
		id: TASK,
		institution: NORTH,
		stage: 0,
		report: told.clone(),
		commitment,
		signature: key.sign(&payload).into(),
	};
	<Runtime as CreateAuthorizedTransaction<Call<Runtime>>>::create_authorized_transaction(
		RuntimeCall::Annotation(call),
	)
}

fn earned(who: Sr25519Keyring) -> u128 {
	Balances::free_balance(who.to_account_id())
}

#[test]
fn should_pay_the_readers_and_count_it_when_a_scorer_without_money_reports() {
	run(|| {
		task();
		let pot = Rewards::pot_account(NORTH);
		assert_eq!(Balances::total_balance_on_hold(&pot), BOUNTY);
		let fees = fees_of(NORTH);

		let genesis = System::block_hash(0);
		let told = reported(&report(900_000), genesis, &scorer_key());
		validate(told.clone()).expect("the pool takes it");
		apply(told.clone()).expect("it is valid").expect("it succeeds");
		assert_eq!(fees_of(NORTH), fees, "it costs nothing");
		assert_eq!(apply(told), Err(InvalidTransaction::Stale.into()), "it counts once");

		let phase = Tasks::<Runtime>::get(TASK).expect("it is kept").phase;
		assert!(matches!(phase, Phase::Validated { .. }), "{phase:?}");
		assert!(earned(Eve) > 20 * UNIT, "{}", earned(Eve));
		assert_eq!(Balances::total_balance_on_hold(&pot), 0);
		assert_eq!(earned(Eve), earned(Ferdie));

		// Who has read one tumour well may vote where the council wants to see that.
		let standard = Standard {
			any_of: Roles::from(Role::Radiologist),
			specialties: Specialties::empty(),
			contributions: 1,
			reputation: 0,
		};
		let (action, modality) = (Action::VoteOnPanel, None);
		let set =
			pallet_credentials::Call::set_standard { action, modality, standard: Some(standard) };
		pass(TWO_THIRDS, set).expect("the council decides");
		let may = |who: &AccountId, modality| Credentials::may(who, Action::VoteOnPanel, modality);
		let eve = Eve.to_account_id();
		assert_eq!(may(&eve, Modality::Mr), Ok(SOUTH));
		assert_eq!(may(&eve, Modality::Ct), Err(Refusal::TooFewContributions));
		let count = Audit::head(contour_primitives::audit::Subject::Task(TASK)).count;
		assert_eq!(count, 8, "opened, two places, two readings, reported, scored, validated");
	});
}

#[test]
fn should_refuse_a_report_in_the_pool_when_it_is_not_the_scorers() {
	run(|| {
		task();
		let genesis = System::block_hash(0);
		let told = report(900_000);
		let another = ed25519::Pair::from_seed(&[8; 32]);
		let other_chain = Hash::repeat_byte(66);
		for wrong in
			[reported(&told, genesis, &another), reported(&told, other_chain, &scorer_key())]
		{
			assert_eq!(validate(wrong), Err(InvalidTransaction::BadProof.into()));
		}
		send(Alice, pallet_credentials::Call::revoke_credential { holder: One.to_account_id() });
		let right = reported(&told, genesis, &scorer_key());
		assert_eq!(validate(right), Err(InvalidTransaction::Call.into()));
		assert!(Annotation::details(TASK).expect("it is there").attestations.is_empty());
	});
}
