// SPDX-License-Identifier: Apache-2.0

//! Bytes that storage and transactions are made of. Changing them needs a migration or a new
//! transaction version.

use crate::{Call, Motion, Pulled, Upgrade, mock::*};
use codec::Encode;
use frame_support::traits::{GetCallIndex, GetCallName};
use sp_core::H256;

#[test]
fn should_keep_the_index_of_every_call_when_calls_are_added() {
	let calls = [
		"authorize_upgrade",
		"cancel_upgrade",
		"apply_upgrade",
		"pull_brake",
		"pull_brake_briefly",
		"release_brake",
	];
	let expected: Vec<u8> = (0..).take(calls.len()).collect();
	assert_eq!(Call::<Test>::get_call_indices(), expected);
	assert_eq!(Call::<Test>::get_call_names(), calls);
}

#[test]
fn should_keep_the_layout_of_what_is_stored() {
	let hash = H256::repeat_byte(7);
	let upgrade = Upgrade { code_hash: hash, applicable: 5 };
	assert_eq!(upgrade.encode(), [&[7; 32][..], &5_u64.to_le_bytes()].concat());
	let motion = Motion { hash, proposer: NORTH, lapses: 6_u32 };
	let expected = [&[7; 32][..], &NORTH.to_le_bytes(), &6_u32.to_le_bytes()].concat();
	assert_eq!(motion.encode(), expected);
	let pulled = Pulled { since: 8, until: Some(9) };
	let expected = [&8_u64.to_le_bytes()[..], &[1], &9_u64.to_le_bytes()].concat();
	assert_eq!(pulled.encode(), expected);
}
