// SPDX-License-Identifier: Apache-2.0

//! Reports of two blocks for one slot.

use crate::{
	AuraEquivocationOffence, Call, EquivocationProofOf, Error, Event, SuspensionCause,
	ValidatorStatus, mock::*,
};
use codec::Encode;
use contour_primitives::{InstitutionId, Operators};
use frame_support::{assert_noop, assert_ok, traits::Get};
use sp_consensus_slots::Slot;
use sp_runtime::{
	DigestItem, Perbill,
	traits::{BadOrigin, Header as _},
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
	},
};
use sp_staking::offence::{Offence, OffenceDetails, OnOffenceHandler};

const CAUSE: SuspensionCause = SuspensionCause::Equivocation;
const SUSPENDED: ValidatorStatus = ValidatorStatus::Suspended { cause: CAUSE };
const CONDEMNED: ValidatorStatus = ValidatorStatus::Condemned { cause: CAUSE };
const BAD_PROOF: TransactionValidityError =
	TransactionValidityError::Invalid(InvalidTransaction::BadProof);

fn now() -> Slot {
	CurrentSlot::get()
}

fn evidence(institution: InstitutionId) -> EquivocationProofOf<Test> {
	equivocation(node(institution), now())
}

/// A report, in the present session, that has to be refused.
fn assert_proves_nothing(proof: EquivocationProofOf<Test>) {
	let call = report(proof, membership(node(NORTH)));
	for source in [TransactionSource::Local, TransactionSource::InBlock] {
		assert_eq!(validate(&call, source), Err(BAD_PROOF));
	}
}

/// What the pool and the call say about a slot with a proof of membership.
fn accepts(slot: u64, membership: &sp_session::MembershipProof) -> bool {
	let call = report(equivocation(node(NORTH), slot.into()), membership.clone());
	let valid = validate(&call, TransactionSource::Local).is_ok();
	if !valid {
		assert_noop!(dispatch(call), Error::<Test>::InvalidEquivocationProof);
	}
	valid
}

/// The handler hears of an offence.
fn hear_of(account: AccountId, institution: InstitutionId) {
	let offender = OffenceDetails { offender: (account, institution), reporters: vec![] };
	Authorities::on_offence(&[offender], &[Perbill::zero()], 0);
}

#[test]
fn should_suspend_the_validator_but_not_the_institution_when_an_equivocation_is_proven() {
	ExtBuilder::run(|| {
		let members = Members::all();
		let call = report(evidence(NORTH), membership(node(NORTH)));

		let valid = validate(&call, TransactionSource::Local).expect("the evidence is in order");
		assert_eq!(valid.priority, TransactionPriority::MAX);
		assert_eq!(valid.provides, [("AuraEquivocation", (aura_key(node(NORTH)), now())).encode()]);
		assert!(valid.requires.is_empty());
		assert!(!valid.propagate);
		assert_ok!(dispatch(call));

		assert_eq!(
			System::events().into_iter().map(|record| record.event).collect::<Vec<_>>(),
			[
				pallet_session::Event::ValidatorDisabled { validator: node(NORTH) }.into(),
				Event::ValidatorSuspended { institution: NORTH, cause: CAUSE }.into(),
				RuntimeEvent::Offences(pallet_offences::Event::Offence {
					kind: *b"aura:equivocatio",
					slot: now().encode(),
				}),
			]
		);
		assert_eq!(status(NORTH), Some(SUSPENDED));
		assert_eq!(disabled(), [NORTH]);
		assert_eq!(Members::all(), members);
		assert_eq!(Authorities::operates_for(&node(NORTH)), Some(NORTH));
		run_to_session(2);
		assert_eq!(authorities(), [SOUTH, EAST, WEST]);
	});
}

#[test]
fn should_refuse_a_report_when_it_is_known() {
	ExtBuilder::run(|| {
		let call = report(evidence(NORTH), membership(node(NORTH)));
		assert_ok!(dispatch(call.clone()));
		let again = |call: RuntimeCall| {
			for source in [TransactionSource::Local, TransactionSource::InBlock] {
				assert_eq!(validate(&call, source), Err(InvalidTransaction::Stale.into()));
			}
			assert_noop!(dispatch(call), Error::<Test>::DuplicateReport);
		};
		again(call.clone());

		// Other blocks for the same slot are the same offence, also after it was forgiven.
		assert_ok!(reinstate(NORTH));
		let mut other = evidence(NORTH);
		other.second_header = sealed(node(NORTH), now(), 3);
		again(report(other, membership(node(NORTH))));
		assert_eq!(status(NORTH), Some(ValidatorStatus::Admitted));

		next_block();
		assert_ok!(equivocate(NORTH));
		assert_eq!(status(NORTH), Some(SUSPENDED));
	});
}

#[test]
fn should_refuse_a_report_when_it_comes_from_the_network() {
	ExtBuilder::run(|| {
		let call = report(evidence(NORTH), membership(node(NORTH)));
		assert_eq!(
			validate(&call, TransactionSource::External),
			Err(InvalidTransaction::Call.into())
		);
		assert_ok!(validate(&call, TransactionSource::InBlock));
	});
}

#[test]
fn should_refuse_a_report_when_it_was_not_authorised() {
	ExtBuilder::run(|| {
		let (proof, key_owner_proof) = (Box::new(evidence(NORTH)), membership(node(NORTH)));
		for origin in [council(), by(node(SOUTH)), by(STRANGER), RuntimeOrigin::none()] {
			assert_noop!(
				Authorities::report_equivocation(origin, proof.clone(), key_owner_proof.clone()),
				BadOrigin
			);
		}
	});
}

#[test]
fn should_refuse_a_report_when_the_headers_are_one_block() {
	ExtBuilder::run(|| {
		let mut proof = evidence(NORTH);
		proof.second_header = proof.first_header.clone();
		assert_proves_nothing(proof.clone());

		// The signatures are randomised: this seal differs.
		proof.second_header = sealed(node(NORTH), now(), 1);
		assert_ne!(proof.first_header, proof.second_header);
		assert_proves_nothing(proof);
	});
}

#[test]
fn should_refuse_a_report_when_a_header_is_not_for_the_slot() {
	ExtBuilder::run(|| {
		let early = Slot::from(*now() - 1);
		for other in [early, now() + 1] {
			let mut proof = evidence(NORTH);
			proof.first_header = sealed(node(NORTH), other, 1);
			assert_proves_nothing(proof.clone());
			proof.second_header = sealed(node(NORTH), other, 2);
			assert_proves_nothing(proof);
		}
		let mut proof = evidence(NORTH);
		proof.second_header = sealed(node(NORTH), early, 2);
		assert_proves_nothing(proof);
	});
}

#[test]
fn should_refuse_a_report_when_a_header_is_sealed_by_another_or_by_nobody() {
	ExtBuilder::run(|| {
		let mut proof = evidence(NORTH);
		proof.first_header = sealed(node(SOUTH), now(), 1);
		assert_proves_nothing(proof);

		let mut proof = evidence(NORTH);
		proof.second_header = sealed(STRANGER, now(), 2);
		assert_proves_nothing(proof);

		let mut proof = evidence(NORTH);
		proof.second_header.digest_mut().pop();
		assert_proves_nothing(proof.clone());
		proof.second_header.digest_mut().logs.clear();
		assert_proves_nothing(proof.clone());
		proof.second_header.digest_mut().push(DigestItem::Seal(*b"aura", vec![1; 63]));
		assert_proves_nothing(proof.clone());
		proof.second_header = sealed(node(NORTH), now(), 2);
		proof.second_header.set_number(2);
		assert_proves_nothing(proof.clone());
		// A seal over a header that names no slot.
		proof.second_header.digest_mut().logs.remove(0);
		assert_proves_nothing(proof);
	});
}

#[test]
fn should_refuse_a_report_when_the_key_is_of_no_authority() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_ok!(set_keys(node(HARBOUR)));
		for account in [node(HARBOUR), STRANGER] {
			let call = report(equivocation(account, now()), membership(node(NORTH)));
			assert_eq!(validate(&call, TransactionSource::Local), Err(BAD_PROOF));
			assert_noop!(dispatch(call), Error::<Test>::InvalidKeyOwnershipProof);
		}
		let mut wrong_count = membership(node(NORTH));
		wrong_count.validator_count += 1;
		let call = report(evidence(NORTH), wrong_count);
		assert_noop!(dispatch(call), Error::<Test>::InvalidKeyOwnershipProof);
		let mut wrong_session = membership(node(NORTH));
		wrong_session.session = 9;
		let call = report(evidence(NORTH), wrong_session);
		assert_noop!(dispatch(call), Error::<Test>::InvalidEquivocationProof);
	});
}

#[test]
fn should_accept_the_slots_after_the_first_block_up_to_the_present_when_the_session_goes_on() {
	ExtBuilder::run(|| {
		next_session();
		next_block();
		let membership = membership(node(NORTH));
		let first = *crate::SessionStart::<Test>::get(1).expect("it has begun");
		let present = *now();
		assert_eq!((first, present), (5, 6));
		assert!(!accepts(first, &membership), "the session before sealed it");
		assert!(accepts(present, &membership));
		assert!(!accepts(present + 1, &membership), "it is in the future");
		next_block();
		assert!(accepts(present + 1, &membership));
	});
}

#[test]
fn should_accept_the_slots_up_to_the_next_sessions_first_block_when_the_session_is_over() {
	ExtBuilder::run(|| {
		next_session();
		let membership = membership(node(NORTH));
		next_session();
		next_block();
		assert_eq!((5, *now()), (5, 11));
		let accepted: Vec<_> = (0..=12).filter(|slot| accepts(*slot, &membership)).collect();
		assert_eq!(accepted, [6, 7, 8, 9, 10]);
	});
}

#[test]
fn should_suspend_for_a_past_session_when_it_can_still_be_reported() {
	for (sessions, reportable) in
		[(1, true), (REPORTABLE_SESSIONS, true), (REPORTABLE_SESSIONS + 1, false)]
	{
		ExtBuilder::run(|| {
			next_session();
			next_block();
			let call = report(evidence(NORTH), membership(node(NORTH)));
			run_to_session(1 + sessions);
			if reportable {
				assert_ok!(validate(&call, TransactionSource::Local));
				assert_ok!(dispatch(call));
				assert_eq!(
					events(),
					[Event::ValidatorSuspended { institution: NORTH, cause: CAUSE }]
				);
			} else {
				assert_eq!(validate(&call, TransactionSource::Local), Err(BAD_PROOF));
				assert_noop!(dispatch(call), Error::<Test>::InvalidEquivocationProof);
			}
		});
	}
}

#[test]
fn should_defer_the_suspension_when_the_chain_cannot_spare_the_authority() {
	ExtBuilder::run(|| {
		assert_ok!(set_minimum(4));
		events();

		assert_ok!(equivocate(SOUTH));

		assert_eq!(events(), [Event::SuspensionDeferred { institution: SOUTH }]);
		assert_eq!(status(SOUTH), Some(CONDEMNED));
		run_to_session(3);
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
		assert_eq!(disabled(), []);
		assert_eq!(events(), []);
	});
}

#[test]
fn should_carry_out_the_suspension_when_another_is_an_authority() {
	ExtBuilder::run(|| {
		assert_ok!(set_minimum(4));
		assert_ok!(equivocate(SOUTH));
		join(HARBOUR);
		System::reset_events();

		next_session();
		assert_eq!(events(), []);
		assert_eq!(disabled(), [], "the other one cannot make blocks yet");
		next_session();
		assert_eq!(
			System::events().into_iter().map(|record| record.event).collect::<Vec<_>>(),
			[
				pallet_session::Event::ValidatorDisabled { validator: node(SOUTH) }.into(),
				Event::ValidatorSuspended { institution: SOUTH, cause: CAUSE }.into(),
				pallet_session_historical_root(3),
				pallet_session::Event::NewQueued.into(),
				pallet_session::Event::NewSession { session_index: 2 }.into(),
			]
		);
		assert_eq!(status(SOUTH), Some(SUSPENDED));
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST, HARBOUR]);
		assert_eq!(disabled(), [SOUTH]);
		next_session();
		assert_eq!(authorities(), [NORTH, EAST, WEST, HARBOUR]);
	});

	fn pallet_session_historical_root(index: u32) -> RuntimeEvent {
		pallet_session::historical::Event::RootStored { index }.into()
	}
}

#[test]
fn should_carry_out_the_suspension_when_the_minimum_was_lowered() {
	ExtBuilder::run(|| {
		assert_ok!(set_minimum(4));
		assert_ok!(equivocate(SOUTH));
		assert_ok!(equivocate(NORTH));
		assert_ok!(set_minimum(3));
		events();

		next_session();

		assert_eq!(events(), [Event::ValidatorSuspended { institution: NORTH, cause: CAUSE }]);
		assert_eq!(status(SOUTH), Some(CONDEMNED), "one can be spared, not two");
		assert_eq!(disabled(), [NORTH]);
	});
}

#[test]
fn should_be_forgiven_when_the_council_reinstates_the_condemned() {
	ExtBuilder::run(|| {
		assert_ok!(set_minimum(4));
		assert_ok!(equivocate(SOUTH));
		events();

		assert_ok!(reinstate(SOUTH));

		assert_eq!(events(), [Event::ValidatorReinstated { institution: SOUTH }]);
		assert_eq!(status(SOUTH), Some(ValidatorStatus::Admitted));
		assert_ok!(set_minimum(3));
		run_to_session(2);
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
		assert_eq!(disabled(), []);
	});
}

#[test]
fn should_carry_out_the_suspension_when_the_institution_of_the_condemned_is_suspended() {
	ExtBuilder::run(|| {
		assert_ok!(set_minimum(4));
		assert_ok!(equivocate(SOUTH));
		assert_noop!(suspend_institution(SOUTH), Error::<Test>::TooFewAuthorities);
		assert_noop!(retire(SOUTH), Error::<Test>::TooFewAuthorities);
		assert_noop!(suspend(SOUTH), Error::<Test>::TooFewAuthorities);
		assert_ok!(set_minimum(3));
		events();

		assert_ok!(suspend_institution(SOUTH));

		assert_eq!(events(), [Event::ValidatorSuspended { institution: SOUTH, cause: CAUSE }]);
		reinstate_institution(SOUTH);
		assert_eq!(status(SOUTH), Some(SUSPENDED));
		assert_eq!(disabled(), [SOUTH]);
	});
}

#[test]
fn should_suspend_the_condemned_when_the_council_can() {
	ExtBuilder::run(|| {
		assert_ok!(set_minimum(4));
		assert_ok!(equivocate(SOUTH));
		assert_ok!(set_minimum(3));
		assert_ok!(suspend(SOUTH));
		let cause = SuspensionCause::Council;
		assert_eq!(status(SOUTH), Some(ValidatorStatus::Suspended { cause }));
	});
}

#[test]
fn should_only_suspend_the_validator_when_its_institution_is_suspended_already() {
	ExtBuilder::run(|| {
		assert_ok!(suspend_institution(SOUTH));
		assert_ok!(equivocate(SOUTH));
		assert_eq!(status(SOUTH), Some(SUSPENDED), "the chain does without it already");
		reinstate_institution(SOUTH);
		assert_eq!(disabled(), [SOUTH]);
	});
}

#[test]
fn should_change_nothing_when_the_offender_takes_no_part() {
	ExtBuilder::run(|| {
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_ok!(suspend(WEST));
		assert_ok!(equivocate(SOUTH));
		events();

		for (account, institution) in [
			(node(HARBOUR), HARBOUR),
			(node(WEST), WEST),
			(node(SOUTH), SOUTH),
			(spare_node(NORTH), NORTH),
			(node(LAKE), LAKE),
		] {
			hear_of(account, institution);
		}

		assert_eq!(events(), []);
		assert_eq!(status(HARBOUR), Some(ValidatorStatus::Candidate));
		let cause = SuspensionCause::Council;
		assert_eq!(status(WEST), Some(ValidatorStatus::Suspended { cause }));
		assert_eq!(status(SOUTH), Some(CONDEMNED));
		assert_eq!(status(NORTH), Some(ValidatorStatus::Admitted));
	});
}

#[test]
fn should_change_nothing_but_record_the_offence_when_the_offender_has_retired() {
	ExtBuilder::run(|| {
		let call = report(evidence(NORTH), membership(node(NORTH)));
		next_session();
		assert_ok!(retire(NORTH));
		assert_ok!(designate(NORTH, spare_node(NORTH)));
		assert_ok!(set_keys(spare_node(NORTH)));
		assert_ok!(admit(NORTH));
		events();

		assert_ok!(dispatch(call.clone()));

		assert_eq!(events(), []);
		assert_eq!(status(NORTH), Some(ValidatorStatus::Admitted));
		assert_noop!(dispatch(call), Error::<Test>::DuplicateReport);
	});
}

#[test]
fn should_describe_the_offence_when_it_is_handed_on() {
	let offence = AuraEquivocationOffence {
		slot: 7.into(),
		session_index: 3,
		validator_set_count: 4,
		offender: (node(NORTH), NORTH),
	};
	assert_eq!(offence.offenders(), [(node(NORTH), NORTH)]);
	assert_eq!(offence.session_index(), 3);
	assert_eq!(offence.validator_set_count(), 4);
	assert_eq!(offence.slot(), Slot::from(7));
	assert_eq!(offence.slash_fraction(4), Perbill::zero());
}

#[test]
fn should_be_in_the_nodes_pool_when_the_node_submits_a_report() {
	let calls = submitted(|| {
		let sent = Authorities::submit_report(evidence(NORTH), membership(node(NORTH)));
		assert_eq!(sent, Some(()));
	});
	assert!(matches!(
		&calls[..],
		[RuntimeCall::Authorities(Call::report_equivocation { equivocation_proof, .. })]
			if equivocation_proof.offender == aura_key(node(NORTH))
	));
}
