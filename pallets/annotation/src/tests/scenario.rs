// SPDX-License-Identifier: Apache-2.0

//! The scenario of the crate documentation.

use crate::{Copies, Error, Event, Phase, Published, ResultKind, copies_payload, mock::*};
use contour_primitives::{
	Hash, Purpose,
	audit::{Deed, Subject},
};
use contour_scoring::Ppm;
use frame_support::{BoundedVec, assert_noop, assert_ok};
use sp_application_crypto::Pair;

#[test]
fn should_follow_the_scenario_of_the_crate_documentation() {
	ExtBuilder::run(|| {
		enlist(8);
		let task = open();
		assert_eq!(Purse::reserved().get(&task), Some(&BOUNTY));

		read(task, &[ANNA, BEN, CARLA]);
		assert!(matches!(phase(task), Phase::Scoring { .. }));

		let told = report(300_000, &[900_000, 880_000, 310_000]);
		assert_ok!(score(EAST, task, &report(999_999, &[1, 2, 3])));
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		assert!(events().contains(&Event::ScorerDissented { task, institution: EAST }));
		assert!(matches!(phase(task), Phase::Drawing { .. }));

		reveal_seeds(1);
		let members = members(1);
		assert_eq!(members.len(), 3);
		let payload = copies_payload(Annotation::genesis(), task, NORTH, 1, &sealed(40));
		let signature = key(NORTH).0.sign(&payload).into();
		assert_ok!(Annotation::provide_copies(authorized(), task, NORTH, 1, sealed(40), signature));
		assert_eq!(Copies::<Test>::get(task).len(), 1);

		vote(&members, &[0b011, 0b011, 0b010]);
		assert!(matches!(phase(task), Phase::Decided { .. }));
		pass(terms().appeal);
		assert!(matches!(phase(task), Phase::Scoring { .. }));

		let again = report(890_000, &[950_000, 940_000, 330_000]);
		assert_ok!(score(NORTH, task, &again));
		assert_ok!(score(EAST, task, &again));
		let consensus = Hash::repeat_byte(77);
		assert_eq!(phase(task), Phase::Validated { consensus, at: now() });
		let settled = Purse::settled();
		let [(_, Some(settlement))] = &settled[..] else { panic!("it is settled once") };
		assert!(settlement.validated);
		let quality: Vec<_> = settlement.readers.iter().map(|work| work.quality).collect();
		assert_eq!(quality, [950_000, 940_000, 330_000].map(|dice| Some(Ppm::from_parts(dice))));
		let alignment: Vec<_> = settlement.panel.iter().map(|work| work.alignment).collect();
		assert_eq!(alignment, [Ppm::ONE, Ppm::ONE, Ppm::from_parts(666_666)]);
		assert_eq!(settlement.scorers, [NORTH, EAST]);

		assert_ok!(Annotation::publish(by(KEEPER), task, study(2)));
		assert_eq!(Published::<Test>::get(task), Some(study(2)));
		let record = || {
			let leases = BoundedVec::truncate_from(vec![study(2)]);
			let kind = ResultKind::Progression;
			Annotation::submit_result(by(DAVID), study(1), kind, sealed(60), Hash::zero(), leases)
		};
		Archive::lease(study(1), &DAVID, Purpose::DiseaseResearch);
		assert_noop!(record(), Error::<Test>::NoLease);
		Archive::lease(study(2), &DAVID, Purpose::GeneralResearch);
		assert_ok!(record());

		let told: Vec<_> = history()
			.into_iter()
			.filter(|(subject, ..)| *subject == Subject::Study(study(1)))
			.map(|(_, who, what)| (who, what))
			.collect();
		let brief = sealed(9).root;
		let opened = Deed::TaskOpened { task, study: study(1), institution: NORTH, brief };
		assert_eq!(
			told,
			[
				(Some(KEEPER), opened),
				(None, Deed::TaskValidated { task, consensus }),
				(
					Some(DAVID),
					Deed::ResultSubmitted { result: sealed(60).root, model: Hash::zero() }
				),
			]
		);
	});
}
