// SPDX-License-Identifier: Apache-2.0

//! The head and its tumour, as functions of a point.
//!
//! A point is in nanometres from the centre of the volume, along its columns' index, rows' index and
//! slices' index (patient left, back and up when the volume is not oblique; an oblique volume is of
//! a head that lies obliquely). All arithmetic is in integers.
//!
//! | shape | centre, mm | half axes, mm | intensity |
//! | --- | --- | --- | --- |
//! | scalp | 0, 0, -10 | 74, 92, 100 | 320 |
//! | skull | 0, 0, -10 | 70, 88, 96 | 60 |
//! | fluid | 0, 0, -10 | 65, 83, 91 | 180 |
//! | brain | 0, 0, -10 | 63, 81, 89 | 520 to 680, smooth noise with 7 mm cells |
//! | ventricles | ±11, -3, 4 | 8, 26, 13 | 170 |
//! | oedema | within 7 mm of the tumour | | 720 |
//! | tumour | rim of 3 mm, core | | 980, 430 |
//!
//! The tumour is a smooth union of three ellipsoids around (30, -20, 2), each off its place by up
//! to 2 mm as the seed says: 17, 15, 13 mm; 11, 10, 9 mm at (9, 10, 4) from there; 11, 11, 10 mm at
//! (-9, -13, 3). Its border is moved by smooth noise of up to 2 mm (cells of 9 mm) and 0.8 mm (cells
//! of 4 mm).

use super::random::{Noise, jitter, mix, normal};

/// Nanometres in a millimetre.
pub(crate) const MM: i64 = 1_000_000;

const ONE: i64 = 4096;

/// Half the edge of a cube around the tumour's centre that holds all a reader may draw.
pub(crate) const REACH: i64 = 40 * MM;

#[derive(Clone, Copy, Debug)]
struct Ellipsoid {
	centre: [i64; 3],
	axes: [i64; 3],
}

impl Ellipsoid {
	const fn mm(centre: [i64; 3], axes: [i64; 3]) -> Self {
		let [x, y, z] = centre;
		let [a, b, c] = axes;
		Self { centre: [x * MM, y * MM, z * MM], axes: [a * MM, b * MM, c * MM] }
	}

	/// Square of the distance from the centre, where 4096² is the surface.
	fn square(&self, point: [i64; 3]) -> i64 {
		(0..3)
			.map(|i| {
				let x = (point[i] - self.centre[i]) * ONE / self.axes[i];
				x * x
			})
			.sum()
	}

	fn contains(&self, point: [i64; 3]) -> bool {
		self.square(point) <= ONE * ONE
	}

	/// Distance from the surface in nanometres, negative inside. Exact for a sphere only.
	fn distance(&self, point: [i64; 3]) -> i64 {
		let radius = self.axes.iter().sum::<i64>() / 3;
		(self.square(point).isqrt() - ONE) * radius / ONE
	}
}

const SCALP: Ellipsoid = Ellipsoid::mm([0, 0, -10], [74, 92, 100]);
const SKULL: Ellipsoid = Ellipsoid::mm([0, 0, -10], [70, 88, 96]);
const FLUID: Ellipsoid = Ellipsoid::mm([0, 0, -10], [65, 83, 91]);
const BRAIN: Ellipsoid = Ellipsoid::mm([0, 0, -10], [63, 81, 89]);
const VENTRICLES: [Ellipsoid; 2] =
	[Ellipsoid::mm([-11, -3, 4], [8, 26, 13]), Ellipsoid::mm([11, -3, 4], [8, 26, 13])];

/// The tumour: where it is and how its border runs.
#[derive(Clone, Debug)]
pub(crate) struct Tumour {
	body: Ellipsoid,
	lobe: Ellipsoid,
	/// The lobe that a careless reader does not see.
	hidden: Ellipsoid,
	border: [Noise; 2],
}

impl Tumour {
	const CENTRE: [i64; 3] = [30 * MM, -20 * MM, 2 * MM];

	pub(crate) fn new(seed: u64) -> Self {
		let place = |stream: u64, offset: [i64; 3], axes: [i64; 3]| {
			let key = mix(seed, stream);
			let centre =
				[0, 1, 2].map(|i| Self::CENTRE[i] + offset[i] * MM + jitter(key, i as u64, 2 * MM));
			Ellipsoid { centre, axes: axes.map(|a| a * MM) }
		};
		Self {
			body: place(1, [0, 0, 0], [17, 15, 13]),
			lobe: place(2, [9, 10, 4], [11, 10, 9]),
			hidden: place(3, [-9, -13, 3], [11, 11, 10]),
			border: [Noise::new(seed, 4, 9 * MM, 2 * MM), Noise::new(seed, 5, 4 * MM, 8 * MM / 10)],
		}
	}

	/// Whether a point is so far from the tumour that no reader marks it.
	pub(crate) fn is_far(point: [i64; 3]) -> bool {
		(0..3).any(|i| (point[i] - Self::CENTRE[i]).abs() > REACH)
	}

	/// Distance from the border in nanometres, negative inside, roughly.
	pub(crate) fn distance(&self, point: [i64; 3]) -> i64 {
		union(self.without_lobe(point), self.hidden.distance(point) + self.border(point))
	}

	/// The same with one lobe left out.
	pub(crate) fn without_lobe(&self, point: [i64; 3]) -> i64 {
		union(self.body.distance(point), self.lobe.distance(point)) + self.border(point)
	}

	fn border(&self, point: [i64; 3]) -> i64 {
		self.border.iter().map(|noise| noise.at(point)).sum()
	}
}

/// Union of two shapes by their distances, with the crease between them filled over 3 mm.
fn union(a: i64, b: i64) -> i64 {
	const FILL: i64 = 3 * MM;
	let overlap = (FILL - (a - b).abs()).max(0);
	a.min(b) - overlap * overlap / (4 * FILL)
}

/// What the scanner sees.
#[derive(Clone, Debug)]
pub(crate) struct Head {
	seed: u64,
	tumour: Tumour,
	texture: Noise,
}

impl Head {
	pub(crate) fn new(seed: u64, tumour: Tumour) -> Self {
		Self { seed: mix(seed, 6), tumour, texture: Noise::new(seed, 7, 7 * MM, 80) }
	}

	/// Intensity at a point, from 0 to 4095. The noise belongs to the voxel with this `index`; its
	/// standard deviation is 18, and it is folded at zero as in a magnitude image.
	pub(crate) fn intensity(&self, point: [i64; 3], index: u64) -> u16 {
		let seen = self.signal(point) + normal(self.seed, index) / 8;
		u16::try_from(seen.abs().min(4095)).expect("at most 4095")
	}

	fn signal(&self, point: [i64; 3]) -> i64 {
		if !SCALP.contains(point) {
			return 0;
		}
		if !SKULL.contains(point) {
			return 320;
		}
		if !FLUID.contains(point) {
			return 60;
		}
		if !BRAIN.contains(point) {
			return 180;
		}
		let distance = if Tumour::is_far(point) { i64::MAX } else { self.tumour.distance(point) };
		match distance {
			d if d < -3 * MM => 430,
			d if d < 0 => 980,
			_ if VENTRICLES.iter().any(|v| v.contains(point)) => 170,
			d if d < 7 * MM => 720,
			_ => 600 + self.texture.at(point),
		}
	}
}
