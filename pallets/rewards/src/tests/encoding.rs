// SPDX-License-Identifier: Apache-2.0

//! Bytes that storage, transactions and answers are made of. Changing them needs a migration or a
//! new transaction version.

use crate::{Bounty, Call, Era, HoldReason, Pot, Record, mock::*};
use codec::Encode;
use frame_support::traits::{GetCallIndex, GetCallName};

#[test]
fn should_keep_the_index_of_every_call_when_calls_are_added() {
	let calls = ["fund", "allocate", "reclaim", "set_policy", "claim", "sweep"];
	let expected: Vec<u8> = (0..).take(calls.len()).collect();
	assert_eq!(Call::<Test>::get_call_indices(), expected);
	assert_eq!(Call::<Test>::get_call_names(), calls);
	let call = Call::<Test>::claim { era: 5 };
	assert_eq!((call.get_call_index(), call.encode()), (4, vec![4, 5, 0, 0, 0]));
}

#[test]
fn should_keep_the_index_of_the_hold_reason_that_is_stored() {
	assert_eq!(HoldReason::Bounty.encode(), [0]);
}

#[test]
fn should_keep_the_layout_of_policy_and_bounty() {
	let ppm = |parts: u32| parts.to_le_bytes();
	let shares = [300_000, 300_000, 60_000, 150_000, 100_000, 50_000, 40_000].map(ppm).concat();
	let curve = |points: [u32; 4]| [&[2 << 2][..], &points.map(ppm).concat()].concat();
	let terms = [
		&shares[..],
		&curve([700_000, 0, 900_000, 1_000_000]),
		&curve([0, 0, 500_000, 1_000_000]),
		&ppm(700_000),
	]
	.concat();
	let rest =
		[&ppm(100_000)[..], &ppm(500_000), &1_000_u128.to_le_bytes(), &20_u128.to_le_bytes()]
			.concat();
	assert_eq!(policy().encode(), [&terms[..], &rest].concat());

	let bounty = Bounty { institution: SOUTH, amount: 5, terms: policy().terms };
	let expected = [&[1, 0, 0, 0][..], &5_u128.to_le_bytes(), &terms].concat();
	assert_eq!(bounty.encode(), expected);
}

#[test]
fn should_keep_the_layout_of_records_eras_and_pots() {
	let record = Record { contributions: 3, quality: ppm(1), reputation: ppm(2), updated: 4 };
	assert_eq!(record.encode(), [3 << 2, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);

	let era = Era { points: 1, cap: 2, rate: 3, minted: 4 };
	let expected = [
		&1_u64.to_le_bytes()[..],
		&2_u128.to_le_bytes(),
		&3_u128.to_le_bytes(),
		&4_u128.to_le_bytes(),
	]
	.concat();
	assert_eq!(era.encode(), expected);

	let pot = Pot { account: 1_u8, free: 2, held: 3 };
	let expected = [&[1][..], &2_u128.to_le_bytes(), &3_u128.to_le_bytes()].concat();
	assert_eq!(pot.encode(), expected);
}
