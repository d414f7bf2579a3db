// SPDX-License-Identifier: Apache-2.0

use crate::common::{any_masks, ball, bitten, cuboid, drawn, grid};
use contour_scoring::{
	Consensus, Grid, MAX_ITERATIONS, Mask, Method, Overlap, Patterns, Ppm, Unreadable, staple,
};
use proptest::prelude::*;

const METHODS: [Method; 3] = [Method::Majority, Method::Simple, Method::Staple];

fn of(method: Method, masks: &[Mask]) -> Consensus {
	Consensus::of(method, &masks.iter().collect::<Vec<_>>()).unwrap()
}

fn dice(a: &Mask, b: &Mask) -> u32 {
	Overlap::of(a, b).unwrap().dice().parts()
}

#[test]
fn should_be_that_reading_when_all_readers_agree() {
	let mask = ball(grid([40, 40, 40]), [20; 3], 11);
	for method in METHODS {
		for count in [1, 2, 3, 16] {
			let consensus = of(method, &vec![mask.clone(); count]);
			assert_eq!(consensus.mask, mask, "{method:?} of {count}");
			assert_eq!(consensus.agreement, (count > 1).then_some(Ppm::ONE));
			for reader in consensus.readers {
				assert_eq!((reader.sensitivity, reader.specificity), (Ppm::ONE, Ppm::ONE));
				assert!(reader.selected);
			}
		}
	}
}

#[test]
fn should_be_empty_when_nobody_marked_anything() {
	let empty = Mask::empty(grid([7, 8, 9]));
	for method in METHODS {
		let consensus = of(method, &[empty.clone(), empty.clone(), empty.clone()]);
		assert!(consensus.mask.is_empty());
		assert_eq!(consensus.agreement, Some(Ppm::ONE));
	}
}

#[test]
fn should_refuse_when_there_are_no_readers_or_too_many_or_other_grids() {
	let mask = Mask::empty(grid([5, 5, 5]));
	let other = Mask::empty(grid([5, 5, 6]));
	assert_eq!(Patterns::of(&[]), Err(Unreadable::Readers));
	assert_eq!(Patterns::of(&[&mask; 17]), Err(Unreadable::Readers));
	assert_eq!(Patterns::of(&[&mask, &other]), Err(Unreadable::Grid));
	assert!(Patterns::of(&[&mask; 16]).is_ok());
}

#[test]
fn should_leave_a_tie_to_the_background_when_readers_are_even() {
	let grid = grid([30, 10, 10]);
	let (left, right) = (cuboid(grid, [0; 3], [10; 3]), cuboid(grid, [5, 0, 0], [10; 3]));
	let consensus = of(Method::Majority, &[left, right]);
	assert_eq!(consensus.mask, cuboid(grid, [5, 0, 0], [5, 10, 10]));
	assert_eq!(consensus.agreement.map(Ppm::parts), Some(500_000));
}

#[test]
fn should_leave_out_a_reader_when_simple_finds_them_far_below_the_others() {
	let grid = grid([60, 40, 40]);
	let truth = ball(grid, [20; 3], 12);
	let mut masks: Vec<_> = (1..5).map(|seed| bitten(&truth, seed, 3)).collect();
	masks.push(ball(grid, [45, 20, 20], 12));
	let consensus = of(Method::Simple, &masks);
	let selected: Vec<_> = consensus.readers.iter().map(|reader| reader.selected).collect();
	assert!(!selected[4] && selected.iter().filter(|selected| **selected).count() >= 3);
	assert!(consensus.readers[4].sensitivity < Ppm::from_parts(10_000));
	assert!(dice(&consensus.mask, &truth) > 995_000);
}

#[test]
fn should_trust_the_good_readers_when_most_are_careless() {
	// Four of seven decide a quarter of all voxels at random, so that the majority is often theirs.
	let grid = grid([60, 40, 40]);
	let truth = ball(grid, [25, 20, 20], 14);
	let mut masks = vec![bitten(&truth, 1, 1), bitten(&truth, 2, 1), bitten(&truth, 3, 1)];
	masks.extend((4..8).map(|seed| bitten(&truth, seed, 250)));
	let (majority, staple) = (of(Method::Majority, &masks), of(Method::Staple, &masks));
	assert!(dice(&staple.mask, &truth) > dice(&majority.mask, &truth));
	assert!(dice(&staple.mask, &truth) > 997_000, "{}", dice(&staple.mask, &truth));
	for (reader, performance) in staple.readers.iter().enumerate() {
		let expected = if reader < 3 { 999_000 } else { 750_000 };
		let off = performance.sensitivity.parts().abs_diff(expected);
		assert!(off < 10_000, "reader {reader}: {performance:?}");
	}
}

#[test]
fn should_not_change_when_more_background_surrounds_the_structure() {
	let readers = |size: [u32; 3], shift: i64| -> Vec<Mask> {
		let grid = grid(size);
		let offsets = [[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3], [-2, 1, 0]];
		let place = |offset: [i64; 3]| offset.map(|offset| 14 + shift + offset);
		offsets.into_iter().map(|offset| ball(grid, place(offset), 9)).collect()
	};
	for method in METHODS {
		let (tight, wide) = (of(method, &readers([30; 3], 0)), of(method, &readers([120; 3], 40)));
		assert_eq!(tight.readers, wide.readers, "{method:?}");
		assert_eq!(tight.mask.count(), wide.mask.count(), "{method:?}");
		let (a, b) = (tight.mask.bounds().unwrap(), wide.mask.bounds().unwrap());
		assert_eq!((a.first.map(|x| x + 40), a.size), (b.first, b.size), "{method:?}");
	}
}

#[test]
fn should_stay_with_the_structure_when_one_reader_marks_something_far_away() {
	let grid = grid([120, 60, 60]);
	let mut masks: Vec<_> = (0..4).map(|shift| ball(grid, [20 + shift, 20, 20], 10)).collect();
	let before = of(Method::Staple, &masks);
	let mut bytes = masks[3].to_bytes();
	*bytes.last_mut().unwrap() = 1;
	masks[3] = Mask::from_bytes(grid, &bytes).unwrap();
	let after = of(Method::Staple, &masks);
	assert_eq!(before.mask, after.mask);
}

#[test]
fn should_be_right_when_there_are_more_than_sixteen_million_voxels() {
	// 2²⁵ voxels, of which 2²⁴ + 2²³ are marked; a float of 32 bits stops counting at 2²⁴.
	let grid = Grid::new([512, 512, 128], [1_000; 3]).unwrap();
	let all = |voxels: u64| Mask::from_runs(grid, [(0, voxels)]).unwrap();
	let most = (1 << 24) + (1 << 23);
	let masks = [all(most), all(most), all(most + 1)];
	for method in METHODS {
		let consensus = of(method, &masks);
		assert_eq!(consensus.mask.count(), most, "{method:?}");
	}
	let patterns = Patterns::of(&[&masks[0], &masks[1], &masks[2]]).unwrap();
	assert_eq!(patterns.iter().collect::<Vec<_>>(), [(0b100, 1), (0b111, most)]);
}

/// Expectation and maximisation by floating point, until nothing changes: a sensitivity and a
/// specificity for each reader.
fn staple_by_floats(patterns: &Patterns) -> Vec<(f64, f64)> {
	let readers = patterns.readers();
	let background = patterns.region().background;
	let kinds: Vec<(u16, f64)> = std::iter::once((0, background))
		.chain(patterns.iter())
		.map(|(pattern, count)| (pattern, count as f64))
		.collect();
	let marks = |pattern: u16, reader: usize| pattern >> reader & 1 == 1;
	let share = |pattern: u16| f64::from(pattern.count_ones()) / readers as f64;
	let voxels: f64 = kinds.iter().map(|(_, count)| count).sum();
	let prior = kinds.iter().map(|(p, count)| share(*p) * count).sum::<f64>() / voxels;
	let mut inside: Vec<f64> = kinds.iter().map(|(pattern, _)| share(*pattern)).collect();
	let mut found = vec![(0.0, 0.0); readers];
	for _ in 0..MAX_ITERATIONS {
		for (reader, (sensitivity, specificity)) in found.iter_mut().enumerate() {
			let sum = |part: &dyn Fn(f64) -> f64, decision: Option<bool>| -> f64 {
				let kinds = kinds.iter().zip(&inside);
				let chosen =
					kinds.filter(|((p, _), _)| decision.is_none_or(|yes| marks(*p, reader) == yes));
				chosen.map(|((_, count), w)| count * part(*w)).sum()
			};
			*sensitivity = sum(&|w| w, Some(true)) / sum(&|w| w, None);
			*specificity = sum(&|w| 1.0 - w, Some(false)) / sum(&|w| 1.0 - w, None);
		}
		for ((pattern, _), inside) in kinds.iter().zip(&mut inside) {
			let (mut yes, mut no) = (prior, 1.0 - prior);
			for (reader, (p, q)) in found.iter().enumerate() {
				let marked = marks(*pattern, reader);
				yes *= if marked { *p } else { 1.0 - p };
				no *= if marked { 1.0 - q } else { *q };
			}
			*inside = yes / (yes + no);
		}
	}
	found
}

#[test]
fn should_estimate_readers_as_floating_point_does() {
	let grid = grid([60, 50, 40]);
	for count in [2, 3, 5, 9, 16] {
		let shift = |j: i64| [25 + j % 3, 24 - j % 4, 20 + j % 2];
		let masks: Vec<_> =
			(0..count).map(|j| bitten(&ball(grid, shift(j), 11 + j % 3), j as u64, 5)).collect();
		let patterns = Patterns::of(&masks.iter().collect::<Vec<_>>()).unwrap();
		let ours = staple(&patterns);
		assert!(ours.converged, "{count} readers");
		for (reader, (p, q)) in ours.decision.readers.iter().zip(staple_by_floats(&patterns)) {
			let near = |ppm: Ppm, value: f64| (f64::from(ppm.parts()) / 1e6 - value).abs() < 2e-6;
			assert!(near(reader.sensitivity, p), "{count} readers: {reader:?}, {p}");
			assert!(near(reader.specificity, q), "{count} readers: {reader:?}, {q}");
		}
	}
}

#[test]
fn should_end_when_readers_have_nothing_in_common() {
	let grid = grid([64, 16, 16]);
	let masks: Vec<_> = (0..16).map(|j| drawn(grid, |[x, ..]| x / 4 == j)).collect();
	for method in METHODS {
		let consensus = of(method, &masks);
		assert_eq!(consensus.agreement, Some(Ppm::ZERO));
	}
	let estimate = staple(&Patterns::of(&masks.iter().collect::<Vec<_>>()).unwrap());
	assert!(estimate.iterations <= MAX_ITERATIONS);
}

proptest! {
	#[test]
	fn should_change_only_the_order_when_readers_are_permuted(
		masks in any_masks(2..=6),
		keys in prop::collection::vec(any::<u32>(), 6),
	) {
		let mut order: Vec<usize> = (0..masks.len()).collect();
		order.sort_by_key(|j| keys[*j]);
		let shuffled: Vec<Mask> = order.iter().map(|j| masks[*j].clone()).collect();
		for method in METHODS {
			let (before, after) = (of(method, &masks), of(method, &shuffled));
			prop_assert_eq!(&before.mask, &after.mask);
			prop_assert_eq!(before.agreement, after.agreement);
			let readers: Vec<_> = order.iter().map(|j| before.readers[*j]).collect();
			prop_assert_eq!(readers, after.readers);
		}
	}

	#[test]
	fn should_keep_within_the_readings(masks in any_masks(1..=5)) {
		let bytes: Vec<_> = masks.iter().map(Mask::to_bytes).collect();
		for method in METHODS {
			let consensus = of(method, &masks);
			for (voxel, inside) in consensus.mask.to_bytes().into_iter().enumerate() {
				let votes: u8 = bytes.iter().map(|bytes| bytes[voxel]).sum();
				prop_assert!(votes > 0 || inside == 0);
				if method == Method::Majority {
					prop_assert_eq!(inside == 1, usize::from(votes) * 2 > masks.len());
				}
			}
		}
		let lowest = (0..masks.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
		let lowest = lowest.map(|(a, b)| dice(&masks[a], &masks[b])).min();
		prop_assert_eq!(of(Method::Majority, &masks).agreement.map(Ppm::parts), lowest);
	}
}
