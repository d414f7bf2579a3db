// SPDX-License-Identifier: Apache-2.0

use crate::common::{ball, bitten, ellipsoid, grid};
use codec::{Decode, Encode, MaxEncodedLen};
use contour_scoring::{
	Grid, Mask, Method, Outcome, Overlap, Ppm, Rejection, Report, TooManyReadings, score,
	surface_distance,
};

const METHODS: [Method; 3] = [Method::Majority, Method::Simple, Method::Staple];

/// Five readers of an ellipsoid in voxels that are no cubes.
fn readings() -> (Grid, Vec<Result<Mask, Rejection>>) {
	let grid = Grid::new([90, 75, 40], [977, 977, 2_500]).unwrap();
	let shapes = [
		([40, 36, 20], [22, 18, 9]),
		([41, 36, 20], [22, 18, 9]),
		([40, 37, 20], [21, 19, 9]),
		([40, 36, 21], [23, 18, 8]),
		([44, 33, 18], [18, 20, 10]),
	];
	let shape = |(index, (centre, radii))| Ok(bitten(&ellipsoid(grid, centre, radii), index, 2));
	(grid, (0..).zip(shapes).map(shape).collect())
}

#[test]
fn should_be_the_same_bytes_on_every_machine() {
	// Debug and release builds, and other machines, are compared with these.
	let golden = [
		"0ebb66c43e1a3353d7cdb02c43556d59c64f593825f54669119c61e5c70ed9c8",
		"7a8b18238b370a8c5defdef4aa5435e15d638749cdbd7fa7491a2b96b25cc79b",
		"a0b35abba7dd372d8cf24ecb31c25a8cf5c9838c30ff241fb28afd627b7689a7",
	];
	let (grid, readings) = readings();
	let report = |method| score(grid, method, &readings).unwrap().report;
	assert_eq!(METHODS.map(|method| hex::encode(report(method).hash())), golden);
}

#[test]
fn should_say_how_far_each_reading_is_from_the_consensus() {
	let (grid, readings) = readings();
	for method in METHODS {
		let scored = score(grid, method, &readings).unwrap();
		let consensus = scored.consensus.unwrap();
		assert_eq!(scored.report.consensus, Some(consensus.mask.hash()));
		for (outcome, reading) in scored.report.outcomes.iter().zip(&readings) {
			let reading = reading.as_ref().unwrap();
			let dice = Overlap::of(&consensus.mask, reading).unwrap().dice();
			let distance = surface_distance(&consensus.mask, reading).unwrap().unwrap();
			assert_eq!(*outcome, Outcome::Scored { dice, hd95: Some(distance.hd95) });
			assert!(dice > Ppm::from_parts(700_000));
		}
		assert!(scored.report.agreement < Some(Ppm::from_parts(900_000)));
	}
}

#[test]
fn should_score_the_others_when_readings_are_rejected() {
	let (grid, mut all) = readings();
	let without = score(grid, Method::Staple, &all).unwrap();
	all.insert(1, Err(Rejection::Sealed));
	all.insert(4, Ok(Mask::empty(Grid::new([90, 75, 41], grid.spacing()).unwrap())));
	let with = score(grid, Method::Staple, &all).unwrap();
	assert_eq!(with.consensus, without.consensus);
	let mut outcomes = with.report.outcomes.to_vec();
	assert_eq!(outcomes.remove(4), Outcome::Rejected(Rejection::Geometry));
	assert_eq!(outcomes.remove(1), Outcome::Rejected(Rejection::Sealed));
	assert_eq!(outcomes, without.report.outcomes.to_vec());
}

#[test]
fn should_report_when_no_reading_can_be_scored() {
	let grid = grid([5, 5, 5]);
	for readings in [vec![], vec![Err(Rejection::Missing)]] {
		let scored = score(grid, Method::Majority, &readings).unwrap();
		assert_eq!((scored.consensus, scored.report.consensus), (None, None));
		assert_eq!(scored.report.agreement, None);
		assert_eq!(scored.report.outcomes.len(), readings.len());
	}
}

#[test]
fn should_have_no_distance_when_a_reading_is_empty() {
	let grid = grid([30, 30, 30]);
	let tumour = || Ok(ball(grid, [15; 3], 8));
	let scored =
		score(grid, Method::Majority, &[tumour(), tumour(), Ok(Mask::empty(grid))]).unwrap();
	assert_eq!(scored.report.outcomes[2], Outcome::Scored { dice: Ppm::ZERO, hd95: None });
	assert_eq!(scored.report.agreement, Some(Ppm::ZERO));
}

#[test]
fn should_refuse_when_there_are_more_readings_than_places() {
	let grid = grid([2, 2, 2]);
	let rejected = vec![Err(Rejection::Missing); 17];
	assert_eq!(score(grid, Method::Majority, &rejected), Err(TooManyReadings));
	let masks = vec![Ok(Mask::empty(grid)); 17];
	assert_eq!(score(grid, Method::Majority, &masks), Err(TooManyReadings));
	assert!(score(grid, Method::Majority, &rejected[1..]).is_ok());
}

#[test]
fn should_keep_its_encoding() {
	let (grid, mut all) = readings();
	all.push(Err(Rejection::Structure));
	let report = score(grid, Method::Simple, &all).unwrap().report;
	let bytes = report.encode();
	assert_eq!(Report::decode(&mut &bytes[..]), Ok(report));
	assert!(bytes.len() <= Report::max_encoded_len());

	let methods = METHODS.map(|method| method.encode()).concat();
	assert_eq!(methods, [0, 1, 2]);
	let rejections = [
		Rejection::Missing,
		Rejection::Sealed,
		Rejection::Malformed,
		Rejection::Geometry,
		Rejection::Structure,
		Rejection::TooLarge,
	];
	let rejections = rejections.map(|rejection| rejection.encode()).concat();
	assert_eq!(rejections, [0, 1, 2, 3, 4, 5]);
	let outcome = Outcome::Scored { dice: Ppm::from_parts(1), hd95: Some(2) };
	assert_eq!(outcome.encode(), [0, 1, 0, 0, 0, 1, 2, 0, 0, 0]);
	assert_eq!(Outcome::Rejected(Rejection::Sealed).encode(), [1, 1]);
}
