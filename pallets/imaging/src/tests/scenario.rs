// SPDX-License-Identifier: Apache-2.0

//! The scenario of the crate documentation.

use crate::{EndCause, mock::*};
use contour_primitives::{
	Purpose,
	audit::{AccessKind, Deed},
};
use frame_support::{assert_noop, assert_ok};

#[test]
fn should_follow_the_scenario_of_the_crate_documentation() {
	ExtBuilder::run(|| {
		let study = id(1);
		let purpose = Purpose::DiseaseResearch;
		register([1]);

		assert_ok!(Imaging::set_consent(by(PATIENT), None, permit(Purpose::HealthResearch)));
		let duration = 30 * contour_primitives::DAY;
		assert_ok!(Imaging::request_access(by(READER), study, purpose, duration, None));
		let expires = now() + duration;
		assert_ok!(grant(READER, 1, expires));
		assert_eq!(Imaging::key_of(study, READER), Some(key(READER)));
		assert_ok!(Imaging::record_access(by(READER), study, AccessKind::View));

		assert_ok!(Imaging::set_consent(by(PATIENT), None, refuse(Purpose::GeneralResearch)));
		assert_eq!(Imaging::key_of(study, READER), None);
		assert!(!Imaging::is_live(study, READER));
		assert!(crate::WrappedKeys::<Test>::iter().next().is_none());
		assert_ok!(Imaging::record_access(by(READER), study, AccessKind::Download));
		assert!(events().contains(&crate::Event::AccessEnded {
			study,
			grantee: READER,
			cause: EndCause::ConsentWithdrawn
		}));

		assert_ok!(Imaging::withdraw(by(PATIENT), study));
		assert_eq!(held(NORTH) + held(SOUTH), 0);
		assert_noop!(request(READER, 1), crate::Error::<Test>::Withdrawn);
		let commitment = new_study(1).commitment;
		assert_eq!(crate::Tombstones::<Test>::get(study).map(|it| it.commitment), Some(commitment));

		let told: Vec<_> = history_of(study).into_iter().skip(1).collect();
		assert_eq!(
			told,
			[
				(Some(READER), Deed::AccessRequested { purpose, duration }),
				(Some(KEEPER), Deed::AccessGranted { grantee: READER, purpose, expires }),
				(Some(READER), Deed::Accessed { kind: AccessKind::View }),
				(Some(PATIENT), Deed::AccessRevoked { grantee: READER }),
				(Some(READER), Deed::AccessAttempted { kind: AccessKind::Download }),
				(Some(PATIENT), Deed::Withdrawn { commitment }),
			]
		);
	});
}
