// SPDX-License-Identifier: Apache-2.0

//! How the council of the institutions decides.

use alloc::vec::Vec;

/// The part of its seats that carries a decision: numerator and denominator.
pub const COUNCIL_MAJORITY: (u32, u32) = (2, 3);

/// The part of its seats that makes a new runtime urgent: numerator and denominator.
pub const URGENT_MAJORITY: (u32, u32) = (9, 10);

/// Seats that can pull the brake for a short time.
pub const BRAKE_SEATS: u32 = 2;

/// Votes that carry a decision of a council with so many seats.
pub const fn council_votes(seats: u32) -> u32 {
	seats.saturating_mul(COUNCIL_MAJORITY.0).div_ceil(COUNCIL_MAJORITY.1)
}

/// Votes that make a new runtime urgent in a council with so many seats.
pub const fn urgent_votes(seats: u32) -> u32 {
	seats.saturating_mul(URGENT_MAJORITY.0).div_ceil(URGENT_MAJORITY.1)
}

/// Votes that pull the brake for a short time in a council with so many seats.
pub const fn brake_votes(seats: u32) -> u32 {
	let votes = council_votes(seats);
	if votes < BRAKE_SEATS { votes } else { BRAKE_SEATS }
}

/// The motions of the council, as whoever bounds them needs them.
pub trait Motions<Hash> {
	/// Those that are open, in the order in which they were proposed. The last one may be proposed at
	/// this moment.
	fn open() -> Vec<Hash>;

	/// Number of seats of the council.
	fn seats() -> u32;

	/// Removes a motion, whatever votes there are.
	fn disapprove(motion: Hash);
}

impl<Hash> Motions<Hash> for () {
	fn open() -> Vec<Hash> {
		Vec::new()
	}

	fn seats() -> u32 {
		0
	}

	fn disapprove(_: Hash) {}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_need_two_thirds_when_there_are_so_many_seats() {
		for (seats, votes) in [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5)] {
			assert_eq!(council_votes(seats), votes, "of {seats}");
		}
	}

	#[test]
	fn should_need_two_when_the_brake_is_pulled_for_a_short_time() {
		for (seats, votes) in [(1, 1), (2, 2), (3, 2), (4, 2), (128, 2)] {
			assert_eq!(brake_votes(seats), votes, "of {seats}");
		}
	}

	#[test]
	fn should_need_nine_tenths_when_a_runtime_is_urgent() {
		for (seats, votes) in [(0, 0), (1, 1), (4, 4), (9, 9), (10, 9), (11, 10), (128, 116)] {
			assert_eq!(urgent_votes(seats), votes, "of {seats}");
		}
	}
}
