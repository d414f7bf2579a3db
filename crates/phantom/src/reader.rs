// SPDX-License-Identifier: Apache-2.0

//! Readers: how people differ when they draw the same tumour.

use super::random::{Noise, jitter, mix};
use super::shape::{MM, Tumour};
use serde::Serialize;

/// What a reader does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Habit {
	/// Stays 0.7 to 1.1 mm inside the border.
	Tight,
	/// Goes 0.8 to 1.2 mm beyond the border.
	Generous,
	/// Is off by about 2 mm sideways and 1 mm up or down the image, at least a voxel in each.
	Shifted,
	/// Does not see one of three lobes.
	MissesLobe,
	/// Has an unsteady hand: the border wavers by up to 4 mm over short distances.
	Rough,
	/// Draws on the wrong side: left and right are exchanged.
	Mirrored,
}

impl Habit {
	/// The habits of careful readers, in the order in which readers have them.
	pub const CAREFUL: [Self; 5] =
		[Self::Tight, Self::Generous, Self::Shifted, Self::MissesLobe, Self::Rough];

	/// How it is called in the description of a file.
	pub fn description(self) -> &'static str {
		match self {
			Self::Tight => "draws tight",
			Self::Generous => "draws generously",
			Self::Shifted => "is shifted",
			Self::MissesLobe => "misses a lobe",
			Self::Rough => "has a rough border",
			Self::Mirrored => "exchanges left and right",
		}
	}
}

/// One reader. Besides the habit, all waver by up to 0.6 mm, each in another way.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
	pub(crate) habit: Habit,
	/// How far beyond the border, in nanometres.
	margin: i64,
	/// By how much the drawing is displaced, in nanometres.
	shift: [i64; 3],
	hand: Noise,
	wavering: Option<Noise>,
}

impl Reader {
	/// Reader `number`, from 0. `steps` is the spacing of columns, rows and slices in nanometres.
	pub(crate) fn new(seed: u64, number: u32, habit: Habit, steps: [i64; 3]) -> Self {
		let seed = mix(mix(seed, 8), number.into());
		let margin = match habit {
			Habit::Tight => -9 * MM / 10 + jitter(seed, 0, MM / 5),
			Habit::Generous => MM + jitter(seed, 0, MM / 5),
			_ => 0,
		};
		let shift = if habit == Habit::Shifted {
			// In whole voxels, since that is how a wrong offset shows.
			let voxels = |step: i64, length: i64| step * ((length + step / 2) / step).max(1);
			let sign = |stream| if mix(seed, stream) & 1 == 0 { 1 } else { -1 };
			[sign(1) * voxels(steps[0], 2 * MM), sign(2) * voxels(steps[1], MM), 0]
		} else {
			[0; 3]
		};
		Self {
			habit,
			margin,
			shift,
			hand: Noise::new(seed, 3, 6 * MM, 6 * MM / 10),
			wavering: (habit == Habit::Rough).then(|| Noise::new(seed, 4, 5 * MM / 2, 4 * MM)),
		}
	}

	/// Whether the reader marks a point.
	pub(crate) fn marks(&self, tumour: &Tumour, point: [i64; 3]) -> bool {
		let [x, y, z] = point;
		let seen = match self.habit {
			Habit::Mirrored => [-x, y, z],
			_ => [x - self.shift[0], y - self.shift[1], z - self.shift[2]],
		};
		if Tumour::is_far(seen) {
			return false;
		}
		let border = match self.habit {
			Habit::MissesLobe => tumour.without_lobe(seen),
			_ => tumour.distance(seen),
		};
		let wavering = self.wavering.map_or(0, |noise| noise.at(seen));
		border + self.hand.at(seen) + wavering < self.margin
	}
}
