// SPDX-License-Identifier: Apache-2.0

//! Randomness in integers: the same everywhere for the same seed.

/// A hash of a seed and an index, by the finaliser of SplitMix64 (Steele, Lea, Flood: "Fast
/// splittable pseudorandom number generators", 2014). All 64 bits are usable.
pub(crate) fn mix(seed: u64, index: u64) -> u64 {
	let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
	z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
	z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
	z ^ (z >> 31)
}

/// A number from `-amplitude` to `amplitude`.
pub(crate) fn jitter(seed: u64, index: u64, amplitude: i64) -> i64 {
	let width = amplitude.unsigned_abs() * 2 + 1;
	(mix(seed, index) % width).cast_signed() - amplitude
}

/// A number that is roughly normal, with mean 0 and a standard deviation of 148: the sum of four
/// bytes.
pub(crate) fn normal(seed: u64, index: u64) -> i64 {
	let [a, b, c, d, ..] = mix(seed, index).to_le_bytes().map(i64::from);
	a + b + c + d - 510
}

/// Smooth noise in space: random values at the corners of cells, blended between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noise {
	seed: u64,
	/// Edge of a cell, in nanometres.
	cell: i64,
	/// Largest magnitude, in whatever the caller counts.
	amplitude: i64,
}

impl Noise {
	const ONE: i64 = 4096;

	pub(crate) fn new(seed: u64, stream: u64, cell: i64, amplitude: i64) -> Self {
		Self { seed: mix(seed, stream), cell, amplitude }
	}

	/// The value at a point in nanometres.
	pub(crate) fn at(&self, point: [i64; 3]) -> i64 {
		let corner = point.map(|x| x.div_euclid(self.cell));
		// Smoothstep 3t² - 2t³, so that there is no crease between cells.
		let weight = point.map(|x| {
			let t = x.rem_euclid(self.cell) * Self::ONE / self.cell;
			t * t * (3 * Self::ONE - 2 * t) / (Self::ONE * Self::ONE)
		});
		let mut sum = 0;
		for i in 0..8 {
			let mut share = Self::ONE * Self::ONE;
			let mut index = 0u64;
			for axis in 0..3 {
				let far = i >> axis & 1;
				let w = if far == 1 { weight[axis] } else { Self::ONE - weight[axis] };
				share = share * w / Self::ONE;
				// Cells within ±2²⁰ of the centre have distinct indices.
				index = (index << 21) | ((corner[axis] + far + (1 << 20)).cast_unsigned());
			}
			sum += share * jitter(self.seed, index, Self::ONE) / (Self::ONE * Self::ONE);
		}
		sum * self.amplitude / Self::ONE
	}
}
