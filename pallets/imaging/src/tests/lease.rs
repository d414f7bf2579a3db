// SPDX-License-Identifier: Apache-2.0

//! Leases: asked for, granted, renewed, used, ended.

use crate::{
	Basis, EndCause, Event, GranteeLeases, LeaseState, Leases, PatientLeases, WrappedKey,
	WrappedKeys, mock::*,
};
use contour_primitives::{
	Action, InstitutionId, Moment, Purpose, Refusal,
	audit::{AccessKind, Deed},
};
use frame_support::{assert_noop, assert_ok};

type Error = crate::Error<Test>;

const CARE: Purpose = Purpose::ClinicalCare;

fn state(number: u8, grantee: AccountId) -> Option<LeaseState> {
	Leases::<Test>::get(id(number), grantee).map(|lease| lease.state)
}

#[test]
fn should_wait_for_the_custodian_when_requested() {
	ExtBuilder::run(|| {
		register([1]);
		events();
		history();
		assert_ok!(Imaging::request_access(by(READER), id(1), CARE, HOUR, None));

		let lease = Leases::<Test>::get(id(1), READER).expect("it is asked for");
		assert_eq!((lease.institution, lease.purpose, lease.approval), (SOUTH, CARE, None));
		assert_eq!(lease.state, LeaseState::Requested { since: now(), duration: HOUR });
		assert_eq!(
			events(),
			[Event::AccessRequested {
				study: id(1),
				grantee: READER,
				institution: SOUTH,
				purpose: CARE,
				duration: HOUR,
			}]
		);
		let deed = Deed::AccessRequested { purpose: CARE, duration: HOUR };
		assert_eq!(history_of(id(1)), [(Some(READER), deed)]);
		assert!(!Imaging::is_live(id(1), READER));
		assert!(held(SOUTH) > 0);
	});
}

#[test]
fn should_refuse_a_request_when_the_standard_is_not_met() {
	ExtBuilder::run(|| {
		register([1]);
		assert_noop!(request(CLINICIAN, 1), Error::Refused(Refusal::MissingRole));
		assert_noop!(request(STRANGER, 1), Error::Refused(Refusal::NotVouchedFor));
		Hospitals::suspend(SOUTH);
		assert_noop!(request(READER, 1), Error::Refused(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_refuse_a_request_when_it_is_for_too_long_or_for_no_time() {
	ExtBuilder::run(|| {
		register([1]);
		for duration in [0, MAX_LEASE + 1, Moment::MAX] {
			assert_noop!(
				Imaging::request_access(by(READER), id(1), CARE, duration, None),
				Error::DurationOutOfRange
			);
		}
		assert_ok!(Imaging::request_access(by(READER), id(1), CARE, MAX_LEASE, None));
	});
}

#[test]
fn should_refuse_a_request_when_there_is_no_study_consent_or_deposit() {
	ExtBuilder::run(|| {
		register([1]);
		assert_noop!(request(READER, 2), Error::NotFound);
		assert_noop!(
			Imaging::request_access(by(READER), id(1), Purpose::DiseaseResearch, HOUR, None),
			Error::NoConsent
		);
		assert_noop!(request(POOR_READER, 1), sp_runtime::TokenError::FundsUnavailable);
	});
}

#[test]
fn should_refuse_a_request_when_one_is_waiting_or_a_lease_is_live() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(request(READER, 1));
		assert_noop!(request(READER, 1), Error::AlreadyExists);
		assert_ok!(grant(READER, 1, now() + HOUR));
		assert_noop!(request(READER, 1), Error::AlreadyExists);
	});
}

#[test]
fn should_accept_a_new_request_when_the_last_lease_is_over_and_the_last_request_has_lapsed() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		let one = held(SOUTH);
		wait(HOUR);
		history();
		// Time has not been attended to yet.
		assert_ok!(request(READER, 1));
		assert_eq!(
			history_of(id(1))[0],
			(None, Deed::AccessExpired { grantee: READER, expired: now() })
		);
		wait(REQUEST_WINDOW);
		assert_ok!(request(READER, 1));
		assert_eq!(history_of(id(1))[0], (None, Deed::RequestLapsed { grantee: READER }));
		assert_eq!(held(SOUTH), one, "there is one record");
	});
}

#[test]
fn should_refuse_a_request_when_the_study_or_the_grantee_has_too_many_leases() {
	ExtBuilder::run(|| {
		register(1..=5);
		for number in 1..=MAX_LEASES_PER_GRANTEE as u8 {
			assert_ok!(request(READER, number));
		}
		assert_noop!(request(READER, 5), Error::TooManyLeases);
		assert_ok!(Imaging::end_access(by(READER), id(1)));
		assert_ok!(request(READER, 5));

		crate::LeaseCounts::<Test>::insert(crate::Holder::Study(id(1)), MAX_LEASES_PER_STUDY);
		assert_noop!(request(OTHER_READER, 1), Error::TooManyLeases);
		crate::LeaseCounts::<Test>::remove(crate::Holder::Study(id(1)));
	});
}

#[test]
fn should_be_live_until_it_expires_when_granted() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(request(READER, 1));
		events();
		history();
		let expires = now() + HOUR;
		assert_ok!(grant(READER, 1, expires));

		assert_eq!(
			state(1, READER),
			Some(LeaseState::Live {
				start: now(),
				expires,
				basis: Basis::Grant,
				locator: Some(locator(1)),
			})
		);
		let (study, grantee, institution, purpose) = (id(1), READER, SOUTH, CARE);
		assert_eq!(
			events(),
			[Event::AccessGranted { study, grantee, institution, purpose, expires }]
		);
		let deed = Deed::AccessGranted { grantee, purpose, expires };
		assert_eq!(history_of(id(1)), [(Some(KEEPER), deed)]);
		assert_eq!(Imaging::key_of(id(1), READER), Some(key(READER)));
		assert!(PatientLeases::<Test>::contains_key(PATIENT, (id(1), READER)));
		wait(HOUR - 1);
		assert!(Imaging::is_live(id(1), READER));
		wait(1);
		assert!(!Imaging::is_live(id(1), READER));
		assert_eq!(Imaging::key_of(id(1), READER), None);
	});
}

#[test]
fn should_refuse_to_grant_when_the_caller_is_not_the_custodian() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(request(READER, 1));
		for who in [SOUTH_KEEPER, PATIENT, READER] {
			assert_noop!(
				Imaging::grant_access(by(who), id(1), READER, key(READER), now() + 1, locator(1)),
				Error::Refused(Refusal::NotVouchedFor)
			);
		}
	});
}

#[test]
fn should_refuse_to_grant_when_the_key_does_not_fit_the_grantees() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(request(READER, 1));
		assert_ok!(request(OTHER_READER, 1));
		assert_noop!(
			Imaging::grant_access(by(KEEPER), id(1), READER, key(CLINICIAN), now() + 1, locator(1)),
			Error::InvalidKeyLength
		);
		assert_noop!(grant(OTHER_READER, 1, now() + 1), Error::NoEncryptionKey);
	});
}

#[test]
fn should_refuse_to_grant_when_nothing_is_asked_for() {
	ExtBuilder::run(|| {
		register([1]);
		assert_noop!(grant(READER, 1, now() + 1), Error::LeaseNotFound);
		lease(READER, 1, now() + HOUR);
		assert_noop!(grant(READER, 1, now() + HOUR), Error::NotRequested);
		assert_ok!(Imaging::revoke_access(by(KEEPER), id(1), READER));
		assert_noop!(grant(READER, 1, now() + HOUR), Error::NotRequested);
		assert_ok!(request(READER, 1));
		wait(REQUEST_WINDOW);
		assert_noop!(grant(READER, 1, now() + HOUR), Error::NotRequested);
	});
}

#[test]
fn should_refuse_to_grant_when_the_lease_would_end_before_now_or_after_what_was_asked_for() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(Imaging::request_access(by(READER), id(1), CARE, HOUR, None));
		for expires in [0, now(), now() + HOUR + 1] {
			assert_noop!(grant(READER, 1, expires), Error::ExpiryOutOfRange);
		}
		assert_ok!(grant(READER, 1, now() + HOUR));
	});
}

#[test]
fn should_refuse_to_grant_when_the_grantee_has_lost_standing() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(request(READER, 1));
		Hospitals::suspend(SOUTH);
		assert_noop!(grant(READER, 1, now() + HOUR), Error::Refused(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_refuse_to_grant_when_too_many_leases_depend_on_the_patient() {
	ExtBuilder::run(|| {
		register(1..=4);
		for number in 1..=MAX_LEASES_PER_PATIENT as u8 {
			lease(READER, number, now() + HOUR);
		}
		assert_ok!(request(READER, 4));
		assert_noop!(grant(READER, 4, now() + HOUR), Error::TooManyLeases);
		assert_ok!(Imaging::end_access(by(READER), id(1)));
		assert_ok!(grant(READER, 4, now() + HOUR));
	});
}

#[test]
fn should_be_gone_with_its_deposit_when_a_request_is_declined_or_taken_back() {
	for who in [KEEPER, READER] {
		ExtBuilder::run(|| {
			register([1]);
			assert_ok!(request(READER, 1));
			events();
			history();
			assert_ok!(match who {
				KEEPER => Imaging::decline_access(by(KEEPER), id(1), READER),
				_ => Imaging::end_access(by(READER), id(1)),
			});

			assert_eq!(events(), [Event::AccessDeclined { study: id(1), grantee: READER }]);
			let deed = Deed::AccessDeclined { grantee: READER };
			assert_eq!(history_of(id(1)), [(Some(who), deed)]);
			assert_eq!(state(1, READER), None);
			assert_eq!(GranteeLeases::<Test>::iter().count(), 0);
			assert_eq!(held(SOUTH), 0);
		});
	}
}

#[test]
fn should_refuse_to_decline_when_nothing_is_asked_for_or_the_caller_may_not() {
	ExtBuilder::run(|| {
		register([1]);
		let decline = |who| Imaging::decline_access(by(who), id(1), READER);
		assert_noop!(decline(KEEPER), Error::LeaseNotFound);
		assert_ok!(request(READER, 1));
		assert_noop!(decline(SOUTH_KEEPER), Error::Refused(Refusal::NotVouchedFor));
		assert_ok!(grant(READER, 1, now() + HOUR));
		assert_noop!(decline(KEEPER), Error::NotRequested);
	});
}

#[test]
fn should_last_longer_when_renewed() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		wait(HOUR - 1);
		events();
		history();
		let expires = now() + MAX_LEASE;
		let anew = WrappedKey::truncate_from(vec![8; key(READER).len()]);
		let short = WrappedKey::truncate_from(vec![8; 80]);
		assert_noop!(
			Imaging::renew_access(by(KEEPER), id(1), READER, short, expires),
			Error::InvalidKeyLength
		);
		assert_ok!(Imaging::renew_access(by(KEEPER), id(1), READER, anew.clone(), expires));

		assert_eq!(events(), [Event::AccessRenewed { study: id(1), grantee: READER, expires }]);
		let deed = Deed::AccessRenewed { grantee: READER, expires };
		assert_eq!(history_of(id(1)), [(Some(KEEPER), deed)]);
		pass(HOUR);
		assert_eq!(Imaging::key_of(id(1), READER), Some(anew));
		pass(MAX_LEASE);
		assert_eq!(
			state(1, READER),
			Some(LeaseState::Ended { since: now(), cause: EndCause::Expired })
		);
	});
}

#[test]
fn should_refuse_to_renew_when_the_lease_is_not_live_or_would_not_last_longer() {
	ExtBuilder::run(|| {
		register([1]);
		let renew =
			|expires| Imaging::renew_access(by(KEEPER), id(1), READER, key(READER), expires);
		assert_noop!(renew(now() + HOUR), Error::LeaseNotFound);
		assert_ok!(request(READER, 1));
		assert_noop!(renew(now() + HOUR), Error::NotLive);
		assert_ok!(grant(READER, 1, now() + HOUR));
		assert_noop!(renew(now() + HOUR), Error::ExpiryOutOfRange);
		assert_noop!(renew(now() + MAX_LEASE + 1), Error::ExpiryOutOfRange);
		assert_noop!(
			Imaging::renew_access(by(SOUTH_KEEPER), id(1), READER, key(READER), now() + 2 * HOUR),
			Error::Refused(Refusal::NotVouchedFor)
		);
		wait(HOUR);
		assert_noop!(renew(now() + HOUR), Error::NotLive);
	});
}

#[test]
fn should_refuse_to_renew_when_standing_is_lost_or_it_is_an_emergency() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		assert_ok!(Imaging::open_emergency(by(BOTH), id(1), Default::default()));
		let renew = |who| Imaging::renew_access(by(KEEPER), id(1), who, key(who), now() + DAYS_2);
		assert!(renew(BOTH).is_err());
		Hospitals::suspend(SOUTH);
		assert_noop!(renew(READER), Error::Refused(Refusal::InstitutionNotActive));
	});
}

const DAYS_2: Moment = 48 * HOUR;

#[test]
fn should_end_at_once_when_revoked_by_custodian_or_patient_or_given_back() {
	for (who, cause) in
		[(KEEPER, EndCause::Revoked), (PATIENT, EndCause::Revoked), (READER, EndCause::Returned)]
	{
		ExtBuilder::run(|| {
			register([1]);
			lease(READER, 1, now() + HOUR);
			let deposit = held(SOUTH);
			events();
			history();
			assert_ok!(match who {
				READER => Imaging::end_access(by(READER), id(1)),
				_ => Imaging::revoke_access(by(who), id(1), READER),
			});

			assert_eq!(state(1, READER), Some(LeaseState::Ended { since: now(), cause }));
			assert_eq!(events(), [Event::AccessEnded { study: id(1), grantee: READER, cause }]);
			let deed = Deed::AccessRevoked { grantee: READER };
			assert_eq!(history_of(id(1)), [(Some(who), deed)]);
			assert_eq!(WrappedKeys::<Test>::iter().count(), 0);
			assert_eq!(PatientLeases::<Test>::iter().count(), 0);
			assert_eq!(held(SOUTH), deposit, "it is remembered for a while");
			assert_noop!(Imaging::end_access(by(READER), id(1)), Error::NotLive);
			assert_noop!(Imaging::revoke_access(by(KEEPER), id(1), READER), Error::NotLive);
		});
	}
}

#[test]
fn should_refuse_to_revoke_when_the_caller_may_not_or_there_is_nothing() {
	ExtBuilder::run(|| {
		register([1]);
		assert_noop!(Imaging::revoke_access(by(KEEPER), id(1), READER), Error::LeaseNotFound);
		assert_noop!(Imaging::end_access(by(READER), id(1)), Error::LeaseNotFound);
		assert_ok!(request(READER, 1));
		assert_noop!(Imaging::revoke_access(by(KEEPER), id(1), READER), Error::NotLive);
		for who in [SOUTH_KEEPER, READER] {
			assert_noop!(
				Imaging::revoke_access(by(who), id(1), READER),
				Error::Refused(Refusal::NotVouchedFor)
			);
		}
	});
}

#[test]
fn should_record_an_access_when_the_lease_is_live() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		events();
		history();
		for kind in
			[AccessKind::View, AccessKind::Download, AccessKind::Annotate, AccessKind::Compute]
		{
			assert_ok!(Imaging::record_access(by(READER), id(1), kind));
			assert_eq!(events(), [Event::Accessed { study: id(1), grantee: READER, kind }]);
			assert_eq!(history_of(id(1)), [(Some(READER), Deed::Accessed { kind })]);
		}
	});
}

#[test]
fn should_record_an_attempt_that_the_custodian_sees_when_the_lease_has_ended() {
	let kind = AccessKind::Download;
	let attempt = |end: fn()| {
		ExtBuilder::run(|| {
			register([1]);
			lease(READER, 1, now() + HOUR);
			end();
			events();
			history();
			assert_ok!(Imaging::record_access(by(READER), id(1), kind));
			assert_eq!(
				events(),
				[Event::AccessAttempted { study: id(1), custodian: NORTH, grantee: READER, kind }]
			);
			assert_eq!(history_of(id(1)), [(Some(READER), Deed::AccessAttempted { kind })]);
		});
	};
	attempt(|| wait(HOUR));
	attempt(|| pass(2 * HOUR));
	attempt(|| {
		assert_ok!(Imaging::revoke_access(by(KEEPER), id(1), READER));
	});
	attempt(|| {
		assert_ok!(Imaging::end_access(by(READER), id(1)));
	});
	attempt(|| {
		assert_ok!(Imaging::set_consent(by(PATIENT), None, refuse(CARE)));
	});
	attempt(|| Hospitals::suspend(SOUTH));
	attempt(|| {
		assert_ok!(Imaging::report_misuse(by(KEEPER), id(1), READER, Default::default()));
	});
}

#[test]
fn should_refuse_to_record_an_access_when_there_never_was_a_lease() {
	ExtBuilder::run(|| {
		register([1]);
		let record = || Imaging::record_access(by(READER), id(1), AccessKind::View);
		assert_noop!(record(), Error::LeaseNotFound);
		assert_ok!(request(READER, 1));
		assert_noop!(record(), Error::NotLive);
		assert_noop!(Imaging::record_access(by(READER), id(2), AccessKind::View), Error::NotFound);
	});
}

#[test]
fn should_tell_who_may_and_why_not_when_asked() {
	use crate::Denial;
	ExtBuilder::run(|| {
		register([1, 2]);
		assert_ok!(Imaging::withdraw(by(KEEPER), id(2)));
		let can = |who, action, number, purpose| Imaging::can(who, action, id(number), purpose);
		let access = Action::AccessStudy;
		assert_eq!(can(READER, access, 1, None), Ok(SOUTH));
		assert_eq!(can(READER, access, 1, Some(CARE)), Ok(SOUTH));
		assert_eq!(can(KEEPER, Action::RegisterStudy, 1, None), Ok(NORTH));
		assert_eq!(can(CLINICIAN, Action::EmergencyAccess, 1, None), Ok(SOUTH));
		let research = Some(Purpose::DiseaseResearch);
		assert_eq!(can(READER, access, 1, research), Err(Denial::NoConsent));
		let missing: Result<InstitutionId, _> = Err(Denial::Refused(Refusal::MissingRole));
		assert_eq!(can(CLINICIAN, access, 1, Some(CARE)), missing);
		assert_eq!(can(READER, access, 2, None), Err(Denial::Withdrawn));
		assert_eq!(can(READER, access, 3, None), Err(Denial::NotFound));
	});
}

#[test]
fn should_list_all_leases_page_by_page_when_asked() {
	ExtBuilder::run(|| {
		register(1..=4);
		for number in 1..=4 {
			assert_ok!(request(READER, number));
		}
		assert_ok!(request(OTHER_READER, 1));

		let on = Imaging::leases_on(id(1), None);
		assert_eq!((on.entries.len(), on.next), (2, None));
		let rest = Imaging::leases_on(id(1), Some(on.entries[0].0));
		assert_eq!(rest.entries, on.entries[1..]);

		let of = Imaging::leases_of(READER, None);
		assert_eq!((of.entries.len(), of.next), (4, None));
		let rest = Imaging::leases_of(READER, Some(of.entries[1].0));
		assert_eq!(rest.entries, of.entries[2..]);
		assert!(Imaging::leases_of(STRANGER, None).entries.is_empty());
	});
}
