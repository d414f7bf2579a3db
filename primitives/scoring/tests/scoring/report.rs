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
		"a7d633849d75d803a57c66d52d7c670c8876dc771ef13de52b5ea823581129ab",
		"713799e6dd7139a87ceb01ef0e1ab9bbd2075e31dda1b92d55925919bc053f62",
		"d73d5b45005a4a242a369ee62b0df94cc08857557bfba471bc6d0242a6d0ab9b",
	];
	let (grid, readings) = readings();
	let report = |method| score(grid, method, &readings, |_| true).unwrap().report;
	assert_eq!(METHODS.map(|method| hex::encode(report(method).hash())), golden);
}

#[test]
fn should_say_how_far_each_reading_is_from_the_consensus() {
	let (grid, readings) = readings();
	for method in METHODS {
		let scored = score(grid, method, &readings, |_| true).unwrap();
		let consensus = scored.consensus.unwrap();
		assert_eq!(scored.report.consensus, Some(consensus.mask.hash()));
		for (outcome, reading) in scored.report.outcomes.iter().zip(&readings) {
			let reading = reading.as_ref().unwrap();
			let dice = Overlap::of(&consensus.mask, reading).unwrap().dice();
			let distance = surface_distance(&consensus.mask, reading).unwrap().unwrap();
			let Outcome::Scored { dice: told, hd95, mask, .. } = *outcome else {
				panic!("it is on the grid");
			};
			assert_eq!((told, hd95, mask), (dice, Some(distance.hd95), reading.hash()));
			assert!(dice > Ppm::from_parts(700_000));
		}
		assert!(scored.report.agreement < Some(Ppm::from_parts(900_000)));
	}
}

#[test]
fn should_score_the_others_when_readings_are_rejected() {
	let (grid, mut all) = readings();
	let without = score(grid, Method::Staple, &all, |_| true).unwrap();
	all.insert(1, Err(Rejection::Sealed));
	all.insert(4, Ok(Mask::empty(Grid::new([90, 75, 41], grid.spacing()).unwrap())));
	let with = score(grid, Method::Staple, &all, |_| true).unwrap();
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
		let scored = score(grid, Method::Majority, &readings, |_| true).unwrap();
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
		score(grid, Method::Majority, &[tumour(), tumour(), Ok(Mask::empty(grid))], |_| true)
			.unwrap();
	let mask = Mask::empty(grid).hash();
	let empty = Outcome::Scored { dice: Ppm::ZERO, hd95: None, mask, counted: true };
	assert_eq!(scored.report.outcomes[2], empty);
	assert_eq!(scored.report.agreement, Some(Ppm::ZERO));
}

#[test]
fn should_compare_all_with_the_consensus_of_the_accepted_when_a_panel_has_chosen() {
	let (grid, readings) = readings();
	let among = |place: usize| place < 3;
	for method in METHODS {
		let chosen = score(grid, method, &readings, among).unwrap();
		let alone = score(grid, method, &readings[..3], |_| true).unwrap();
		assert_eq!(chosen.consensus, alone.consensus);
		assert_eq!(chosen.report.agreement, alone.report.agreement);
		assert_eq!(chosen.report.outcomes[..3], alone.report.outcomes[..]);
		let far = surface_distance(&alone.consensus.unwrap().mask, readings[4].as_ref().unwrap());
		let outcome = chosen.report.outcomes[4];
		let Outcome::Scored { hd95, counted, .. } = outcome else { panic!("it is on the grid") };
		assert_eq!((hd95, counted), (far.unwrap().map(|it| it.hd95), false));
	}

	let nobody = score(grid, Method::Majority, &readings, |_| false).unwrap().report;
	assert_eq!(nobody.consensus, None);
	let unaccepted = Outcome::Rejected(Rejection::Unaccepted);
	assert!(nobody.outcomes.iter().all(|outcome| *outcome == unaccepted));
}

#[test]
fn should_refuse_when_there_are_more_readings_than_places() {
	let grid = grid([2, 2, 2]);
	let rejected = vec![Err(Rejection::Missing); 17];
	assert_eq!(score(grid, Method::Majority, &rejected, |_| true), Err(TooManyReadings));
	let masks = vec![Ok(Mask::empty(grid)); 17];
	assert_eq!(score(grid, Method::Majority, &masks, |_| true), Err(TooManyReadings));
	assert!(score(grid, Method::Majority, &rejected[1..], |_| true).is_ok());
}

#[test]
fn should_keep_its_encoding() {
	let (grid, mut all) = readings();
	all.push(Err(Rejection::Structure));
	let report = score(grid, Method::Simple, &all, |_| true).unwrap().report;
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
		Rejection::Unaccepted,
	];
	let rejections = rejections.map(|rejection| rejection.encode()).concat();
	assert_eq!(rejections, [0, 1, 2, 3, 4, 5, 6]);
	let outcome =
		Outcome::Scored { dice: Ppm::from_parts(1), hd95: Some(2), mask: [3; 32], counted: true };
	let expected = [&[0, 1, 0, 0, 0, 1, 2, 0, 0, 0][..], &[3; 32], &[1]].concat();
	assert_eq!(outcome.encode(), expected);
	assert_eq!(Outcome::Rejected(Rejection::Sealed).encode(), [1, 1]);
}
