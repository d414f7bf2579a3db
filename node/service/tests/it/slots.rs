// SPDX-License-Identifier: Apache-2.0

//! Whose turn it was in slots without a block.

use contour_service::tested::turns;

/// Slot by slot.
fn counted(parent: u64, slot: u64, authorities: usize) -> Vec<(usize, u64)> {
	let whose = |index| {
		let turn = |slot: &u64| slot % authorities as u64 == index as u64;
		(index, (parent + 1..slot).filter(turn).count() as u64)
	};
	(0..authorities).map(whose).collect()
}

#[test]
fn should_say_whose_turn_it_was_when_slots_pass_without_a_block() {
	for authorities in 1..6 {
		for parent in 1..12 {
			for slot in parent + 1..parent + 20 {
				let told: Vec<_> = turns(parent.into(), slot.into(), authorities).collect();
				assert_eq!(told, counted(parent, slot, authorities), "{parent} to {slot}");
			}
		}
	}
}

#[test]
fn should_be_quick_when_the_chain_stood_still_for_years() {
	let told: Vec<_> = turns(7.into(), 1_000_000_007.into(), 128).collect();
	assert_eq!(told.iter().map(|(_, missed)| missed).sum::<u64>(), 999_999_999);
}

#[test]
fn should_tell_nothing_when_there_is_no_authority() {
	assert_eq!(turns(1.into(), 9.into(), 0).count(), 0);
}
