// SPDX-License-Identifier: Apache-2.0

//! SIMPLE: selective and iterative method for performance level estimation.
//!
//! T. R. Langerak et al., "Label fusion in atlas-based segmentation using a selective and iterative
//! method for performance level estimation (SIMPLE)", IEEE Transactions on Medical Imaging 29(12),
//! 2000–2008, 2010.

use crate::{Decision, Patterns, patterns::marks};
use alloc::{vec, vec::Vec};

/// Most rounds; it takes at most one for each reader who is left out, and then settles or swings
/// between estimates.
const ROUNDS: usize = 64;

/// A majority weighted by performance, without readers who are far below the others.
///
/// The first estimate is what more than half of the readers marked. Then, in rounds: each reader's
/// performance is Dice with the estimate, in ppm; readers below the mean of those who are left minus
/// one standard deviation go, the worst first, as long as at least half of all readers stay; readers
/// with equal performance go or stay together; the estimate becomes what has more than half of the
/// weight of those who are left, the weight being the performance. It ends when a round changes
/// nothing, or after 64.
#[must_use]
pub fn simple(patterns: &Patterns) -> Decision {
	let readers = patterns.readers();
	let mut weights = vec![1_u32; readers];
	let mut selected = vec![true; readers];
	let mut estimate = vote(patterns, &weights, &selected);
	for _ in 0..ROUNDS {
		weights = (0..readers)
			.map(|j| patterns.overlap(|p| estimate.contains(p), |p| marks(p, j)).dice().parts())
			.collect();
		let before = (selected.clone(), estimate);
		discard(&weights, &mut selected);
		estimate = vote(patterns, &weights, &selected);
		if (&before.0, &before.1) == (&selected, &estimate) {
			break;
		}
	}
	estimate
}

/// What has more than half of the weight of the selected readers.
fn vote(patterns: &Patterns, weights: &[u32], selected: &[bool]) -> Decision {
	let weight = |pattern: Option<u16>| -> u64 {
		let readers = weights.iter().zip(selected).enumerate();
		let chosen = readers.filter(|(_, (_, selected))| **selected);
		let marking = chosen.filter(|(j, _)| pattern.is_none_or(|pattern| marks(pattern, *j)));
		marking.map(|(_, (weight, _))| u64::from(*weight)).sum()
	};
	let all = weight(None);
	let is_selected = |reader: usize| selected.get(reader).copied().unwrap_or_default();
	Decision::new(
		patterns,
		|pattern| weight(Some(pattern)).saturating_mul(2) > all,
		|reader, decision| decision.measure(patterns, reader, is_selected(reader)),
	)
}

/// Takes out readers whose weight is below mean − deviation, the worst first.
fn discard(weights: &[u32], selected: &mut [bool]) {
	let kept: Vec<i128> = weights
		.iter()
		.zip(&*selected)
		.filter(|(_, kept)| **kept)
		.map(|(w, _)| (*w).into())
		.collect();
	let count = i128::try_from(kept.len()).unwrap_or(i128::MAX);
	let sum: i128 = kept.iter().sum();
	let squares: i128 = kept.iter().map(|weight| weight.saturating_mul(*weight)).sum();
	// count² times the variance.
	let variance = count.saturating_mul(squares).saturating_sub(sum.saturating_mul(sum));
	// weight < mean − deviation, multiplied by the count and squared, so that it needs no root.
	let is_low = |weight: u32| {
		let below = sum.saturating_sub(count.saturating_mul(weight.into()));
		below > 0 && below.saturating_mul(below) > variance
	};
	let mut low: Vec<u32> = weights
		.iter()
		.zip(&*selected)
		.filter(|(w, kept)| **kept && is_low(**w))
		.map(|(w, _)| *w)
		.collect();
	low.sort_unstable();
	low.dedup();
	for weight in low {
		let stay = |(w, kept): &(&u32, &bool)| **kept && **w != weight;
		let staying = weights.iter().zip(&*selected).filter(stay).count();
		if staying.saturating_mul(2) < weights.len() {
			return;
		}
		for (kept, w) in selected.iter_mut().zip(weights) {
			*kept = *kept && *w != weight;
		}
	}
}
