// SPDX-License-Identifier: Apache-2.0

//! Emergency access and its review.

use crate::{Emergencies, Emergency, EndCause, Event, Review, mock::*};
use contour_primitives::{DAY, Hash, Purpose, Refusal, audit::Deed};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

type Error = crate::Error<Test>;

const REASON: Hash = Hash::repeat_byte(8);

fn open(who: AccountId, number: u8) -> sp_runtime::DispatchResult {
	Imaging::open_emergency(by(who), id(number), REASON)
}

#[test]
fn should_open_a_short_lease_without_consent_when_a_clinician_says_why() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(Imaging::set_consent(by(PATIENT), None, refuse(Purpose::ClinicalCare)));
		events();
		history();
		assert_ok!(open(CLINICIAN, 1));

		let expires = now() + EMERGENCY;
		assert_eq!(
			events(),
			[Event::EmergencyOpened {
				study: id(1),
				clinician: CLINICIAN,
				institution: SOUTH,
				custodian: NORTH,
				patient: Some(PATIENT),
				reason: REASON,
				expires,
			}]
		);
		assert_eq!(
			history_of(id(1)),
			[(Some(CLINICIAN), Deed::EmergencyOpened { reason: REASON, expires })]
		);
		assert_eq!(
			Emergencies::<Test>::get(id(1), CLINICIAN),
			Some(Emergency {
				institution: SOUTH,
				custodian: NORTH,
				reason: REASON,
				opened: now(),
				review: Review::Due { by: now() + REVIEW_WINDOW },
			})
		);
		assert!(Imaging::is_live(id(1), CLINICIAN));
		wait(EMERGENCY - 1);
		assert!(Imaging::is_live(id(1), CLINICIAN));
		wait(1);
		assert!(!Imaging::is_live(id(1), CLINICIAN));
	});
}

#[test]
fn should_give_the_key_without_a_request_when_an_emergency_is_open() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(open(CLINICIAN, 1));
		assert_eq!(Imaging::key_of(id(1), CLINICIAN), None);
		let expires = now() + EMERGENCY;
		assert_noop!(grant(CLINICIAN, 1, expires + 1), Error::ExpiryOutOfRange);
		assert_ok!(grant(CLINICIAN, 1, expires));
		assert_eq!(Imaging::key_of(id(1), CLINICIAN), Some(key(CLINICIAN)));
		assert_noop!(grant(CLINICIAN, 1, expires), Error::NotRequested);
		pass(EMERGENCY);
		assert_eq!(crate::WrappedKeys::<Test>::iter().count(), 0);
	});
}

#[test]
fn should_not_give_the_key_when_the_emergency_is_over() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(open(CLINICIAN, 1));
		wait(EMERGENCY);
		assert_noop!(grant(CLINICIAN, 1, now() + 1), Error::ExpiryOutOfRange);
		pass(MINUTE);
		assert_noop!(grant(CLINICIAN, 1, now() + 1), Error::NotRequested);
	});
}

#[test]
fn should_refuse_an_emergency_when_the_caller_is_no_clinician() {
	ExtBuilder::run(|| {
		register([1]);
		assert_noop!(open(READER, 1), Error::Refused(Refusal::MissingRole));
		assert_noop!(open(STRANGER, 1), Error::Refused(Refusal::NotVouchedFor));
		assert_noop!(open(CLINICIAN, 2), Error::NotFound);
		Hospitals::suspend(SOUTH);
		assert_noop!(open(CLINICIAN, 1), Error::Refused(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_refuse_an_emergency_when_the_last_one_has_not_been_reviewed() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(open(CLINICIAN, 1));
		assert_noop!(open(CLINICIAN, 1), Error::ReviewPending);
		pass(2 * REVIEW_WINDOW);
		assert_noop!(open(CLINICIAN, 1), Error::ReviewPending);
		assert_ok!(Imaging::review_emergency(by(KEEPER), id(1), CLINICIAN, true));
		assert_ok!(open(CLINICIAN, 1));
	});
}

#[test]
fn should_refuse_an_emergency_when_the_clinician_opened_too_many_that_day() {
	ExtBuilder::run(|| {
		register([1, 2, 3]);
		for number in 1..=MAX_EMERGENCIES as u8 {
			assert_ok!(open(CLINICIAN, number));
		}
		assert_noop!(open(CLINICIAN, 3), Error::TooManyEmergencies);
		// Midnight, not a day later.
		wait(DAY - now() % DAY);
		assert_ok!(open(CLINICIAN, 3));
	});
}

#[test]
fn should_overtake_the_request_when_the_clinician_asked_before() {
	ExtBuilder::run(|| {
		register([1]);
		assert_noop!(request(CLINICIAN, 1), Error::Refused(Refusal::MissingRole));
		assert_ok!(open(CLINICIAN, 1));
		assert_noop!(open(CLINICIAN, 1), Error::ReviewPending);
	});
}

#[test]
fn should_leave_the_lease_when_the_emergency_was_justified() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(open(CLINICIAN, 1));
		events();
		history();
		assert_ok!(Imaging::review_emergency(by(KEEPER), id(1), CLINICIAN, true));

		let (clinician, justified) = (CLINICIAN, true);
		assert_eq!(events(), [Event::EmergencyReviewed { study: id(1), clinician, justified }]);
		assert_eq!(
			history_of(id(1)),
			[(Some(KEEPER), Deed::EmergencyReviewed { clinician, justified })]
		);
		assert!(Imaging::is_live(id(1), CLINICIAN));
		assert!(!Emergencies::<Test>::contains_key(id(1), CLINICIAN));
	});
}

#[test]
fn should_end_the_lease_when_the_emergency_was_not_justified() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(open(CLINICIAN, 1));
		assert_ok!(grant(CLINICIAN, 1, now() + EMERGENCY));
		events();
		history();
		assert_ok!(Imaging::review_emergency(by(KEEPER), id(1), CLINICIAN, false));

		let (grantee, clinician, justified) = (CLINICIAN, CLINICIAN, false);
		assert_eq!(
			events(),
			[
				Event::AccessEnded { study: id(1), grantee, cause: EndCause::Revoked },
				Event::EmergencyReviewed { study: id(1), clinician, justified },
			]
		);
		assert_eq!(
			history_of(id(1)),
			[
				(Some(KEEPER), Deed::AccessRevoked { grantee }),
				(Some(KEEPER), Deed::EmergencyReviewed { clinician, justified }),
			]
		);
		assert_eq!(Imaging::key_of(id(1), CLINICIAN), None);
	});
}

#[test]
fn should_let_the_council_review_as_well() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(open(CLINICIAN, 1));
		history();
		assert_ok!(Imaging::review_emergency(council(), id(1), CLINICIAN, true));
		let deed = Deed::EmergencyReviewed { clinician: CLINICIAN, justified: true };
		assert_eq!(history_of(id(1)), [(None, deed)]);
	});
}

#[test]
fn should_refuse_a_review_when_the_caller_may_not() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(open(CLINICIAN, 1));
		assert_ok!(open(BOTH, 1));
		let review = |origin, clinician| Imaging::review_emergency(origin, id(1), clinician, true);
		assert_noop!(review(RuntimeOrigin::none(), CLINICIAN), BadOrigin);
		for who in [SOUTH_KEEPER, PATIENT] {
			assert_noop!(review(by(who), CLINICIAN), Error::Refused(Refusal::NotVouchedFor));
		}
		// Nobody reviews their own emergency.
		assert_noop!(review(by(BOTH), BOTH), Error::NotAuthorized);
		assert_ok!(review(by(BOTH), CLINICIAN));
		assert_noop!(review(by(KEEPER), CLINICIAN), Error::NotFound);
	});
}

#[test]
fn should_tell_the_council_when_nobody_reviewed_in_time() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(open(CLINICIAN, 1));
		pass(REVIEW_WINDOW - 1);
		events();
		history();
		pass(MINUTE);

		assert_eq!(
			events(),
			[Event::EmergencyEscalated { study: id(1), clinician: CLINICIAN, custodian: NORTH }]
		);
		assert_eq!(history_of(id(1)), [(None, Deed::EmergencyEscalated { clinician: CLINICIAN })]);
		assert_eq!(
			Emergencies::<Test>::get(id(1), CLINICIAN).map(|emergency| emergency.review),
			Some(Review::Escalated { since: now() })
		);
		pass(REVIEW_WINDOW);
		assert_eq!(events(), []);
	});
}

#[test]
fn should_tell_nobody_when_the_review_came_in_time() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(open(CLINICIAN, 1));
		assert_ok!(Imaging::review_emergency(by(KEEPER), id(1), CLINICIAN, true));
		pass(EMERGENCY);
		events();
		pass(REVIEW_WINDOW);
		assert_eq!(events(), []);
	});
}
