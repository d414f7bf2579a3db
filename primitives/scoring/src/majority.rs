// SPDX-License-Identifier: Apache-2.0

//! The consensus by majority.

use crate::{Decision, Patterns};

/// What more than half of the readers marked. A tie is background.
#[must_use]
pub fn majority(patterns: &Patterns) -> Decision {
	let readers = patterns.readers();
	let more_than_half = |pattern: u16| {
		let marked = usize::try_from(pattern.count_ones()).unwrap_or(usize::MAX);
		marked.saturating_mul(2) > readers
	};
	Decision::new(patterns, more_than_half, |reader, decision| {
		decision.measure(patterns, reader, true)
	})
}
