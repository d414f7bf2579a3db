// SPDX-License-Identifier: Apache-2.0

//! A finality that has stalled, and who takes over.

use crate::{Error, Event, Stall, Stalled, mock::*};
use frame_support::{assert_noop, assert_ok};

const NOTED: Stalled<u64> = Stalled { delay: 20, best_finalized: 3 };

/// Two of four are lost: the council suspends them and notes the stall, in one motion.
fn lose_two() {
	while System::block_number() < 7 {
		next_block();
	}
	assert_ok!(set_minimum(2));
	assert_ok!(suspend(EAST));
	assert_ok!(suspend(WEST));
	assert_ok!(Authorities::note_stalled(council(), NOTED.delay, NOTED.best_finalized));
}

#[test]
fn should_hand_over_finality_when_the_first_session_without_the_lost_begins() {
	ExtBuilder::run(|| {
		lose_two();
		let noted = Event::StallNoted { delay: NOTED.delay, best_finalized: NOTED.best_finalized };
		assert_eq!(events().last(), Some(&noted));

		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST], "this session was planned before");
		assert_eq!(handed_over(), [], "these could not finalize either");
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH]);
		assert_eq!(handed_over(), [NOTED]);
		let Stalled { delay, best_finalized } = NOTED;
		assert_eq!(events(), [Event::FinalityHandedOver { delay, best_finalized }]);

		next_session();
		assert_eq!(handed_over(), [], "once");
		assert_eq!(Stall::<Test>::get(), None);
	});
}

#[test]
fn should_take_the_last_word_when_the_council_notes_a_stall_twice() {
	ExtBuilder::run(|| {
		lose_two();
		assert_ok!(Authorities::note_stalled(council(), 30, 4));
		next_session();
		next_session();
		assert_eq!(handed_over(), [Stalled { delay: 30, best_finalized: 4 }]);
	});
}

#[test]
fn should_hand_over_at_the_next_session_when_nobody_has_to_leave() {
	ExtBuilder::run(|| {
		// All are back, after everybody's votes for some blocks were lost.
		next_session();
		assert_ok!(Authorities::note_stalled(council(), 1, 0));
		next_session();
		assert_eq!(handed_over(), [Stalled { delay: 1, best_finalized: 0 }]);
	});
}

#[test]
fn should_refuse_when_the_block_or_the_delay_makes_no_sense() {
	ExtBuilder::run(|| {
		next_session();
		next_block();
		let now = System::block_number();
		let note = |delay, block| Authorities::note_stalled(council(), delay, block);
		assert_noop!(note(1, now), Error::<Test>::NotPast);
		assert_noop!(note(0, 0), Error::<Test>::DelayOutOfRange);
		assert_noop!(note(MAX_STALL_DELAY + 1, 0), Error::<Test>::DelayOutOfRange);
		assert_ok!(note(MAX_STALL_DELAY, now - 2));
	});
}

#[test]
fn should_refuse_when_the_block_would_stop_the_chain() {
	ExtBuilder::run(|| {
		let note = |block| Authorities::note_stalled(council(), 20, block);
		next_block();
		assert_noop!(note(0), Error::<Test>::InPresentSession);
		next_session();
		let began = System::block_number();
		// The best block, which somebody mistakes for the final one.
		for _ in 1..SESSION_LENGTH {
			next_block();
			assert_noop!(note(System::block_number() - 1), Error::<Test>::InPresentSession);
			assert_noop!(note(began), Error::<Test>::InPresentSession);
		}
		assert_ok!(note(began - 1));
	});
}

#[test]
fn should_hand_over_nothing_when_the_council_withdraws_what_it_noted() {
	ExtBuilder::run(|| {
		let withdraw = || Authorities::withdraw_stall(council());
		assert_noop!(withdraw(), Error::<Test>::StallNotNoted);
		lose_two();
		events();
		assert_ok!(withdraw());
		assert_eq!(events(), [Event::StallWithdrawn]);
		assert_noop!(withdraw(), Error::<Test>::StallNotNoted);

		next_session();
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH]);
		assert_eq!(handed_over(), []);
	});
}
