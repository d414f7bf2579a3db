// SPDX-License-Identifier: Apache-2.0

//! Two thirds honest seats can always act, whatever the others did before.

use crate::chain::*;
use codec::{Decode, Encode};
use contour_runtime::{Hash, Runtime, RuntimeCall, System, UNIT, configs::CouncilCollective};
use frame_support::dispatch::GetDispatchInfo;
use pallet_collective::{Call, Proposals, Voting};
use proptest::prelude::*;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::{BlakeTwo256, Hash as _};

/// Blocks of a day.
const DAY_OF_BLOCKS: u32 = 43_200;
/// Motions that honest seats leave open.
const UNDECIDED: u8 = 2;

/// What happens before the honest seats decide.
#[derive(Clone, Copy, Debug)]
enum Step {
	/// The thief, who has Dave's key, proposes one of many things.
	Propose(u8),
	/// The thief proposes exactly what the others are about to decide.
	Anticipate,
	/// The thief votes on an open motion.
	Vote { motion: usize, approve: bool },
	/// The thief tries to close an open motion.
	Close { motion: usize },
	/// An honest seat proposes something on which the others never vote.
	Leave { seat: usize, what: u8 },
	/// Some blocks are made.
	Blocks(u8),
	/// A day passes.
	Day,
}

fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		8 => any::<u8>().prop_map(Step::Propose),
		2 => Just(Step::Anticipate),
		3 => (0..16usize, any::<bool>())
			.prop_map(|(motion, approve)| Step::Vote { motion, approve }),
		2 => (0..16usize).prop_map(|motion| Step::Close { motion }),
		2 => (0..3usize, 0..UNDECIDED).prop_map(|(seat, what)| Step::Leave { seat, what }),
		1 => (1..3u8).prop_map(Step::Blocks),
		1 => Just(Step::Day),
	]
}

fn decision() -> RuntimeCall {
	let top_up = pallet_credentials::Call::top_up { institution: SOUTH, amount: UNIT };
	RuntimeCall::Credentials(top_up)
}

fn something(who: usize, what: u8) -> RuntimeCall {
	let remark = vec![u8::try_from(who).expect("they are few"), what];
	RuntimeCall::System(frame_system::Call::remark { remark })
}

fn propose(call: RuntimeCall) -> RuntimeCall {
	let (length_bound, proposal) = (call.encoded_size() as u32, Box::new(call));
	RuntimeCall::Council(Call::propose { threshold: 3, proposal, length_bound })
}

fn vote(proposal: Hash, approve: bool) -> Option<RuntimeCall> {
	let index = index_of(proposal)?;
	Some(RuntimeCall::Council(Call::vote { proposal, index, approve }))
}

fn close(proposal_hash: Hash, call: &RuntimeCall) -> Option<RuntimeCall> {
	Some(RuntimeCall::Council(Call::close {
		proposal_hash,
		index: index_of(proposal_hash)?,
		proposal_weight_bound: call.get_dispatch_info().call_weight,
		length_bound: call.encoded_size() as u32,
	}))
}

/// The number of an open motion, which is the first of its fields.
fn index_of(motion: Hash) -> Option<u32> {
	let votes = Voting::<Runtime, CouncilCollective>::get(motion)?;
	Decode::decode(&mut &votes.encode()[..]).ok()
}

fn open(number: usize) -> Option<Hash> {
	Proposals::<Runtime, CouncilCollective>::get().get(number).copied()
}

/// Whatever comes of it.
fn attempt(who: Sr25519Keyring, call: Option<RuntimeCall>) {
	if let Some(call) = call {
		let _ = dispatch(&who.to_account_id(), call);
	}
}

fn take(step: Step) {
	match step {
		Step::Propose(what) => attempt(Dave, Some(propose(something(3, what)))),
		Step::Anticipate => attempt(Dave, Some(propose(decision()))),
		Step::Vote { motion, approve } => {
			attempt(Dave, open(motion).and_then(|motion| vote(motion, approve)));
		}
		Step::Close { motion } => {
			attempt(Dave, open(motion).and_then(|motion| close(motion, &decision())));
		}
		Step::Leave { seat, what } => {
			attempt(TWO_THIRDS[seat], Some(propose(something(seat, what))));
		}
		Step::Blocks(count) => (0..count).for_each(|_| next_block()),
		Step::Day => {
			System::set_block_number(System::block_number() + DAY_OF_BLOCKS);
			next_block();
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(32))]

	#[test]
	fn should_pass_a_motion_when_two_thirds_are_honest_whatever_came_before(
		steps in prop::collection::vec(step(), 0..60),
	) {
		run(|| {
			steps.into_iter().for_each(take);

			let (hash, before) = (BlakeTwo256::hash_of(&decision()), fees_of(SOUTH));
			// Somebody may have proposed it already.
			if index_of(hash).is_none() {
				send(Alice, propose(decision()));
			}
			for seat in TWO_THIRDS {
				send(*seat, vote(hash, true).expect("it is open"));
			}
			send(Alice, close(hash, &decision()).expect("it is open"));
			assert!(fees_of(SOUTH) > before, "it was carried out");
		});
	}
}
