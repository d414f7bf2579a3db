// SPDX-License-Identifier: Apache-2.0

//! How the council of the institutions decides.

/// The part of its seats that carries a decision: numerator and denominator.
pub const COUNCIL_MAJORITY: (u32, u32) = (2, 3);

/// Votes that carry a decision of a council with so many seats.
pub const fn council_votes(seats: u32) -> u32 {
	seats.saturating_mul(COUNCIL_MAJORITY.0).div_ceil(COUNCIL_MAJORITY.1)
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
}
