// SPDX-License-Identifier: Apache-2.0

//! What other people's programs say of the same masks.
//!
//! `CONTOUR_PYTHON` names an interpreter with what `check.py` needs.

#![expect(clippy::print_stdout, reason = "a test that is skipped says why")]

use crate::common::{ball, bitten, cuboid, ellipsoid};
use contour_scoring::{Consensus, Grid, Mask, Method, Overlap, Ppm, surface_distance};
use serde_json::{Value, json};
use std::{fs, path::Path, process::Command};

/// Two masks that differ as readers differ.
fn pairs() -> Vec<[Mask; 2]> {
	let brain = Grid::new([70, 64, 50], [1_000; 3]).unwrap();
	let slices = Grid::new([90, 75, 30], [488, 488, 5_000]).unwrap();
	vec![
		[ball(brain, [30; 3], 15), ball(brain, [32, 30, 29], 14)],
		[
			ellipsoid(slices, [40, 36, 14], [24, 18, 8]),
			ellipsoid(slices, [43, 35, 15], [22, 19, 8]),
		],
		[cuboid(brain, [10; 3], [30, 20, 10]), cuboid(brain, [13, 11, 10], [28, 22, 11])],
		[ball(brain, [10; 3], 5), ball(brain, [50, 45, 40], 7)],
		[cuboid(slices, [3; 3], [1; 3]), ellipsoid(slices, [40, 36, 14], [4, 4, 2])],
		[cuboid(brain, [0; 3], [70, 64, 50]), cuboid(brain, [1; 3], [68, 62, 48])],
	]
}

/// Readers of one structure; the last differ most.
fn groups() -> Vec<Vec<Mask>> {
	let grid = Grid::new([70, 64, 50], [977, 977, 2_500]).unwrap();
	let truth = ellipsoid(grid, [34, 30, 24], [20, 16, 12]);
	let shifted = |shift: [i64; 3]| {
		ellipsoid(grid, [34 + shift[0], 30 + shift[1], 24 + shift[2]], [20, 16, 12])
	};
	let within = |mask: Mask, seed, per_mille| {
		// Noise on the structure only: there is no background to which it could stray.
		let bitten = bitten(&mask, seed, per_mille).to_bytes();
		let bytes: Vec<u8> = bitten.iter().zip(mask.to_bytes()).map(|(a, b)| a & b).collect();
		Mask::from_bytes(grid, &bytes).unwrap()
	};
	vec![
		vec![truth.clone(), shifted([1, 0, 0]), shifted([0, -1, 1])],
		vec![
			shifted([0, 0, 0]),
			shifted([2, 0, 0]),
			shifted([0, 2, 0]),
			shifted([0, 0, 2]),
			ellipsoid(grid, [30, 33, 24], [16, 18, 13]),
		],
		(1..8)
			.map(|seed| within(shifted([seed % 3, seed % 2, 0]), seed as u64, 30 * seed as u64))
			.collect(),
	]
}

/// Writes masks and how they are to be read.
fn case(folder: &Path, name: &str, masks: &[Mask]) -> Value {
	let grid = masks[0].grid();
	let write = |(index, mask): (usize, &Mask)| {
		let file = format!("{name}-{index}.raw");
		fs::write(folder.join(&file), mask.to_bytes()).unwrap();
		file
	};
	let files: Vec<_> = masks.iter().enumerate().map(write).collect();
	let (out, boxed) = (format!("{name}-out.raw"), format!("{name}-boxed.raw"));
	json!({ "size": grid.size(), "spacing": grid.spacing(), "masks": files, "out": out, "boxed": boxed })
}

#[track_caller]
fn assert_near(what: &str, ours: f64, theirs: &Value, limit: f64) {
	let theirs = theirs.as_f64().unwrap();
	assert!((ours - theirs).abs() <= limit, "{what}: {ours} here, {theirs} there, limit {limit}");
}

#[test]
fn should_agree_when_python_programs_score_the_same_masks() {
	let Ok(python) = std::env::var("CONTOUR_PYTHON") else {
		println!("skipped: CONTOUR_PYTHON is not set");
		return;
	};
	let needed = "import numpy, scipy, SimpleITK, surface_distance";
	let has = Command::new(&python).args(["-c", needed]).output();
	if !has.is_ok_and(|output| output.status.success()) {
		println!("skipped: {python} has not all of numpy, scipy, SimpleITK, surface-distance");
		return;
	}
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path();
	let (pairs, groups) = (pairs(), groups());
	let name = |kind: &str, index: usize| format!("{kind}{index}");
	let cases = json!({
		"pairs": pairs.iter().enumerate().map(|(i, pair)| case(path, &name("pair", i), pair)).collect::<Vec<_>>(),
		"groups": groups.iter().enumerate().map(|(i, group)| case(path, &name("group", i), group)).collect::<Vec<_>>(),
	});
	fs::write(path.join("cases.json"), cases.to_string()).unwrap();
	let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scoring/check.py");
	let output = Command::new(python).arg(script).arg(path).output().unwrap();
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let seen: Value = serde_json::from_slice(&output.stdout).unwrap();

	for (index, ([first, second], seen)) in
		pairs.iter().zip(seen["pairs"].as_array().unwrap()).enumerate()
	{
		let overlap = Overlap::of(first, second).unwrap();
		let found = surface_distance(first, second).unwrap().unwrap();
		let ppm = |ppm: Ppm| f64::from(ppm.parts()) / 1e6;
		// Rounded down.
		let (millionth, micrometre) = (1e-6, 1.0);
		assert_near("dice", ppm(overlap.dice()), &seen["dice"], millionth);
		assert_near("dice", ppm(overlap.dice()), &seen["deepmind_dice"], millionth);
		assert_near("jaccard", ppm(overlap.jaccard()), &seen["jaccard"], millionth);
		assert_near(
			"sensitivity",
			1.0 - ppm(overlap.sensitivity()),
			&seen["false_negative"],
			millionth,
		);
		// The same definition, by floating point.
		assert_near("hausdorff", found.hausdorff.into(), &seen["hausdorff"], micrometre);
		assert_near("hd95", found.hd95.into(), &seen["hd95"], micrometre);
		assert_near("average", found.average.into(), &seen["average"], 2.0 * micrometre);
		// Other definitions: within the diagonal of a voxel.
		let [x, y, z] = first.grid().spacing().map(f64::from);
		let diagonal = (x * x + y * y + z * z).sqrt();
		println!("pair {index}: {found:?}, others: {seen}");
		for other in ["monai_hd95", "deepmind_hd95"] {
			assert_near(other, found.hd95.into(), &seen[other], diagonal);
		}
		assert_near("average", found.average.into(), &seen["deepmind_average"], diagonal);
	}

	for (index, (masks, seen)) in groups.iter().zip(seen["groups"].as_array().unwrap()).enumerate()
	{
		let masks: Vec<_> = masks.iter().collect();
		let ours = Consensus::of(Method::Staple, &masks).unwrap();
		let theirs = |file: &str| {
			let file = path.join(format!("group{index}-{file}.raw"));
			Mask::from_bytes(masks[0].grid(), &fs::read(file).unwrap()).unwrap()
		};
		let dice = |other: &Mask| Overlap::of(&ours.mask, other).unwrap().dice();
		println!(
			"group {index}: {:?}, boxed {}, SimpleITK: {seen}",
			ours.readers,
			dice(&theirs("boxed"))
		);
		// On the same region it is the same.
		assert_eq!(ours.mask, theirs("out"), "group {index}");
		for (reader, performance) in ours.readers.iter().enumerate() {
			let (p, q) = (performance.sensitivity.parts(), performance.specificity.parts());
			assert_near("sensitivity", f64::from(p) / 1e6, &seen["sensitivity"][reader], 2e-6);
			assert_near("specificity", f64::from(q) / 1e6, &seen["specificity"][reader], 2e-6);
		}
		// On the bounding box it is nearly the same.
		assert!(dice(&theirs("boxed")) > Ppm::from_parts(980_000), "group {index}");
		let majority = Consensus::of(Method::Majority, &masks).unwrap();
		assert_eq!(seen["majority"], majority.mask.count());
	}
}
