// SPDX-License-Identifier: Apache-2.0

//! STAPLE: simultaneous truth and performance level estimation, for one structure.
//!
//! S. K. Warfield, K. H. Zou and W. M. Wells, "Simultaneous truth and performance level estimation
//! (STAPLE): an algorithm for the validation of image segmentation", IEEE Transactions on Medical
//! Imaging 23(7), 903–921, 2004. As in ITK, without Markov random field, with one prior for all
//! voxels: the share of decisions that were for the structure.
//!
//! All voxels with one pattern of decisions have one probability, so the sums run over patterns, of
//! which n readers have at most 2ⁿ, and their cost does not depend on the number of voxels. Numbers
//! are fixed point with 48 bits after the point; products of up to seventeen factors keep 64
//! significant bits. It begins, as ITK does, with the share of readers that marked a voxel.

use crate::{Decision, MAX_READERS, Patterns, Performance, Ppm, patterns::marks};
use alloc::{vec, vec::Vec};

/// Most rounds of expectation and maximisation.
pub const MAX_ITERATIONS: u32 = 500;

/// One, in fixed point.
const ONE: u64 = 1 << FRACTION;
const FRACTION: u32 = 48;
/// Sensitivity and specificity stay so far from zero and one, so that no product is zero.
const MARGIN: u64 = 1 << 8;
/// It ends when nothing changes by more than this: 2⁻³⁰.
const STILL: u64 = 1 << (FRACTION - 30);

/// What STAPLE found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Estimate {
	/// The patterns that belong to the structure with a probability of more than one half, and the
	/// estimated sensitivity and specificity of the readers.
	pub decision: Decision,
	/// Rounds that it took.
	pub iterations: u32,
	/// Whether it ended because nothing changed any more, and not after [`MAX_ITERATIONS`].
	pub converged: bool,
}

/// Estimates structure and readers on the [region](Patterns::region).
///
/// With one reader, or when nobody marked anything, there is nothing to estimate: the structure is
/// what the reader marked. The order of the readers changes no bit of the result but its order.
#[must_use]
pub fn staple(patterns: &Patterns) -> Estimate {
	let readers = patterns.readers();
	if readers < 2 || patterns.region().marked == 0 {
		let decision = Decision::new(
			patterns,
			|_| true,
			|_, _| Performance { sensitivity: Ppm::ONE, specificity: Ppm::ONE, selected: true },
		);
		return Estimate { decision, iterations: 0, converged: true };
	}
	let mut model = Model::new(patterns);
	let mut iterations = 0;
	let mut converged = false;
	while !converged && iterations < MAX_ITERATIONS {
		converged = !model.maximise();
		model.expect();
		iterations = iterations.saturating_add(1);
	}
	let decision = Decision::new(
		patterns,
		|pattern| model.probability(pattern) > ONE / 2,
		|reader, _| model.performance(reader),
	);
	Estimate { decision, iterations, converged }
}

/// Sensitivity and specificity of a reader, in fixed point.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Reader {
	sensitivity: u64,
	specificity: u64,
}

/// Voxels of one pattern.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Kind {
	pattern: u16,
	count: u64,
	/// Probability that they belong to the structure, in fixed point.
	probability: u64,
}

struct Model {
	readers: Vec<Reader>,
	/// Ascending patterns, the background first.
	kinds: Vec<Kind>,
	prior: u64,
}

impl Model {
	fn new(patterns: &Patterns) -> Self {
		let background = Kind { pattern: 0, count: patterns.region().background, probability: 0 };
		let share = |pattern: u16| fraction(pattern.count_ones().into(), count(patterns.readers()));
		let marked = patterns.iter().map(|(pattern, count)| Kind {
			pattern,
			count,
			probability: share(pattern),
		});
		let kinds: Vec<_> = core::iter::once(background).chain(marked).collect();

		let voxels: u128 = kinds.iter().map(|kind| u128::from(kind.count)).sum();
		let votes =
			|kind: &Kind| u128::from(kind.count).saturating_mul(kind.pattern.count_ones().into());
		let votes: u128 = kinds.iter().map(votes).sum();
		let prior = fraction(votes, voxels.saturating_mul(count(patterns.readers())));

		let start = Reader { sensitivity: 0, specificity: 0 };
		let readers = vec![start; patterns.readers()];
		Self { readers, kinds, prior: prior.clamp(MARGIN, ONE.saturating_sub(MARGIN)) }
	}

	/// Sensitivities and specificities from the probabilities; whether any of them changed.
	fn maximise(&mut self) -> bool {
		// At most 2²⁹ voxels, so that sums stay below 2⁷⁷ and their multiples by ONE below 2¹²⁵.
		let (mut inside, mut outside) = (0_u128, 0_u128);
		for kind in &self.kinds {
			inside = inside.saturating_add(kind.weight());
			outside = outside.saturating_add(kind.rest());
		}
		let mut changed = false;
		for (index, reader) in self.readers.iter_mut().enumerate() {
			let (mut found, mut spared) = (0_u128, 0_u128);
			for kind in &self.kinds {
				if marks(kind.pattern, index) {
					found = found.saturating_add(kind.weight());
				} else {
					spared = spared.saturating_add(kind.rest());
				}
			}
			let bounds = |value: u64| value.clamp(MARGIN, ONE.saturating_sub(MARGIN));
			let sensitivity = bounds(fraction(found, inside));
			let specificity = bounds(fraction(spared, outside));
			changed |= sensitivity.abs_diff(reader.sensitivity) > STILL
				|| specificity.abs_diff(reader.specificity) > STILL;
			(reader.sensitivity, reader.specificity) = (sensitivity, specificity);
		}
		changed
	}

	/// Probabilities from sensitivities and specificities, by Bayes.
	fn expect(&mut self) {
		for kind in &mut self.kinds {
			let mut inside = [ONE; MAX_READERS];
			let mut outside = [ONE; MAX_READERS];
			let factors = inside.iter_mut().zip(&mut outside);
			for (index, (reader, (inside, outside))) in self.readers.iter().zip(factors).enumerate()
			{
				(*inside, *outside) = if marks(kind.pattern, index) {
					(reader.sensitivity, ONE.saturating_sub(reader.specificity))
				} else {
					(ONE.saturating_sub(reader.sensitivity), reader.specificity)
				};
			}
			let count = self.readers.len();
			let inside = Scaled::product(self.prior, inside.get_mut(..count).unwrap_or_default());
			let rest = ONE.saturating_sub(self.prior);
			let outside = Scaled::product(rest, outside.get_mut(..count).unwrap_or_default());
			kind.probability = inside.share(outside);
		}
	}

	fn probability(&self, pattern: u16) -> u64 {
		let found = self.kinds.binary_search_by_key(&pattern, |kind| kind.pattern);
		found.ok().and_then(|at| self.kinds.get(at)).map_or(0, |kind| kind.probability)
	}

	fn performance(&self, reader: usize) -> Performance {
		let found = self.readers.get(reader);
		let (sensitivity, specificity) =
			found.map_or((ONE, ONE), |reader| (reader.sensitivity, reader.specificity));
		// To the nearest: the margin alone should not take a millionth from a perfect reader.
		let ppm = |value: u64| {
			let parts = u128::from(value).saturating_mul(Ppm::ONE.parts().into());
			let rounded = parts.saturating_add(u128::from(ONE / 2)) >> FRACTION;
			Ppm::from_parts(u32::try_from(rounded).unwrap_or(u32::MAX))
		};
		Performance { sensitivity: ppm(sensitivity), specificity: ppm(specificity), selected: true }
	}
}

impl Kind {
	/// Voxels of it that belong to the structure, in fixed point.
	fn weight(&self) -> u128 {
		u128::from(self.count).saturating_mul(self.probability.into())
	}

	/// Voxels of it that do not, in fixed point.
	fn rest(&self) -> u128 {
		u128::from(self.count).saturating_mul(ONE.saturating_sub(self.probability).into())
	}
}

/// A positive number with 64 significant bits: `mantissa / 2⁶³ / 2ᵉˣᵖᵒⁿᵉⁿᵗ`, its highest bit set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Scaled {
	mantissa: u64,
	exponent: u32,
}

impl Scaled {
	/// From fixed point; nothing would be as little as can be said.
	fn new(value: u64) -> Self {
		let value = value.max(1);
		let zeros = value.leading_zeros();
		Self { mantissa: value.rotate_left(zeros), exponent: zeros.saturating_sub(63 - FRACTION) }
	}

	/// A product of positive numbers in fixed point. Every step is rounded down, so the factors are
	/// sorted: the result should not depend on who was the first reader.
	fn product(first: u64, factors: &mut [u64]) -> Self {
		factors.sort_unstable();
		factors.iter().fold(Self::new(first), |product, factor| product.times(Self::new(*factor)))
	}

	/// The product, rounded down.
	fn times(self, other: Self) -> Self {
		let product = u128::from(self.mantissa).saturating_mul(other.mantissa.into());
		// Two numbers of at least 2⁶³ make one of at least 2¹²⁶.
		let (high, less) =
			if product >> 127 == 1 { (product >> 64, 0) } else { (product >> 63, 1) };
		Self {
			mantissa: u64::try_from(high).unwrap_or(u64::MAX),
			exponent: self.exponent.saturating_add(other.exponent).saturating_add(less),
		}
	}

	/// `self / (self + other)` in fixed point, rounded down.
	fn share(self, other: Self) -> u64 {
		let least = self.exponent.min(other.exponent);
		// 78 bits, so that the sum is below 2⁷⁹ and its multiple by ONE below 2¹²⁷.
		let place = |scaled: Self| {
			let wide = u128::from(scaled.mantissa) << 14;
			wide.checked_shr(scaled.exponent.saturating_sub(least)).unwrap_or(0)
		};
		let (part, rest) = (place(self), place(other));
		fraction(part, part.saturating_add(rest))
	}
}

/// `part / whole` in fixed point, rounded down; one if there is no whole. `part` is below 2⁸⁰.
fn fraction(part: u128, whole: u128) -> u64 {
	let quotient = (part << FRACTION).checked_div(whole).unwrap_or(ONE.into());
	u64::try_from(quotient).unwrap_or(ONE).min(ONE)
}

fn count(readers: usize) -> u128 {
	u128::try_from(readers).unwrap_or(u128::MAX)
}
