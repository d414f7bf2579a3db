// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! ## Vocabulary
//!
//! - **grid**: how many voxels a volume has along each axis, and how far apart they are, in whole
//!   micrometres. [`Grid`] bounds both, so that no sum or square below can overflow.
//! - **mask**: which voxels of a grid belong to one structure; one bit each. [`Mask`], and [`Labels`]
//!   for a volume with several structures.
//! - **reading**: the mask that one reader drew. **Consensus**: the mask that follows from several.
//! - **pattern**: which readers marked a voxel, one bit for each. All consensus methods and all
//!   overlaps among readers depend on how often each pattern occurs and on nothing else;
//!   [`Patterns`] counts them in one pass.
//! - **region**: what specificity and STAPLE see of the background: as many voxels that nobody marked
//!   as there are voxels that somebody did ([`Patterns::region`] says why).
//! - **ppm**: parts per million, rounded down, so that a whole million means all. [`Ppm`].
//!
//! ## What is computed, and by whose definition
//!
//! | what | definition | where others differ |
//! | --- | --- | --- |
//! | [`Overlap::dice`] | 2·\|A∩B\| / (\|A\|+\|B\|), Dice 1945 | two empty masks agree: 1,000,000; elsewhere often NaN or 0 |
//! | [`Overlap::jaccard`] | \|A∩B\| / \|A∪B\|, Jaccard 1912 | the same |
//! | [`Overlap::volume_difference`] | (\|B\|−\|A\|) / \|A\| | SimpleITK's volume similarity divides by the mean of both |
//! | [`surface`] | voxels of the mask with one of six neighbours outside; outside the grid is outside the mask | as MedPy and MONAI; DeepMind's surface-distance places surfels on the corners of voxels and weighs them by area |
//! | [`SurfaceDistance::hd95`] | larger of both directed 95th percentiles, nearest rank | MONAI interpolates between ranks; MedPy takes one percentile of both directions together |
//! | [`SurfaceDistance::average`] | mean over all surface voxels of both masks | as MONAI with `symmetric`; MedPy takes the mean of the two directed means |
//! | [`majority`] | more than half of the readers | a tie is background; elsewhere sometimes undecided |
//! | [`simple`] | SIMPLE, Langerak et al. 2010 | performance is Dice; threshold mean − 1·σ; at least half of the readers stay |
//! | [`staple`] | STAPLE, Warfield et al. 2004 | on the region, not on the whole volume; otherwise as ITK |
//! | [`Curve`], [`split`] | piecewise linear; largest remainder | |
//!
//! Distances are exact squared Euclidean distances between the centres of voxels, and become
//! micrometres by an integer square root, rounded down.
//!
//! The decisions behind the table are in `docs/adr/0016-scoring-by-integers.md`.
//!
//! ## A worked example
//!
//! ```
//! use contour_scoring::{Grid, Mask, Method, Outcome, Ppm, score};
//!
//! let grid = Grid::new([8, 8, 8], [1_000, 1_000, 3_000])?;
//! let drawn = |from: u64| Mask::from_runs(grid, [(from, 40)]);
//! let readings = [Ok(drawn(100)?), Ok(drawn(100)?), Ok(drawn(104)?)];
//! let scored = score(grid, Method::Majority, &readings, |_| true)?;
//!
//! let Outcome::Scored { dice, hd95, counted, .. } = scored.report.outcomes[0] else {
//!     unreachable!("it is on the grid")
//! };
//! assert_eq!((dice, hd95, counted), (Ppm::ONE, Some(0), true));
//! assert_eq!(scored.report.agreement, Some(Ppm::ratio(36 * 2, 80)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(clippy::float_arithmetic, clippy::float_cmp, clippy::lossy_float_literal)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::as_conversions,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::unwrap_used
	)
)]

extern crate alloc;

mod consensus;
mod distance;
mod majority;
mod overlap;
mod patterns;
mod payout;
mod ppm;
mod report;
mod search;
mod simple;
mod staple;
mod surface;
mod volume;

pub use consensus::{Consensus, Decision, Method, Performance, UnknownMethod};
pub use distance::squared_distances;
pub use majority::majority;
pub use overlap::Overlap;
pub use patterns::{MAX_READERS, Patterns, Region, Unreadable};
pub use payout::{Curve, MAX_POINTS, Point, Unpayable, part, split};
pub use ppm::Ppm;
pub use report::{MaskHash, Outcome, Rejection, Report, Scored, TooManyReadings, score};
pub use simple::simple;
pub use staple::{Estimate, MAX_ITERATIONS, staple};
pub use surface::{SurfaceDistance, surface, surface_distance};
pub use volume::{Block, Grid, Labels, MAX_AXIS, MAX_SPACING, MAX_VOXELS, Malformed, Mask};
