// SPDX-License-Identifier: Apache-2.0

//! Misuse: reported and settled.

use crate::{Event, Misuse, Misuses, mock::*};
use contour_primitives::{Action, Hash, Refusal, audit::Deed};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

type Error = crate::Error<Test>;

const REASON: Hash = Hash::repeat_byte(8);

fn report(number: u8) -> sp_runtime::DispatchResult {
	Imaging::report_misuse(by(KEEPER), id(number), READER, REASON)
}

fn may_read() -> bool {
	Imaging::can(READER, Action::AccessStudy, id(1), None).is_ok()
}

#[test]
fn should_go_to_the_council_and_cost_standing_when_reported() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		assert!(may_read());
		events();
		history();
		assert_ok!(report(1));

		let (grantee, reporter, reason) = (READER, NORTH, REASON);
		assert_eq!(events(), [Event::MisuseReported { study: id(1), grantee, reporter, reason }]);
		assert_eq!(history_of(id(1)), [(Some(KEEPER), Deed::MisuseReported { grantee, reason })]);
		assert_eq!(
			Misuses::<Test>::get(READER, id(1)),
			Some(Misuse { reporter, reason, reported: now(), upheld: None })
		);
		assert!(!may_read());
	});
}

#[test]
fn should_restore_standing_only_when_every_report_is_dismissed() {
	ExtBuilder::run(|| {
		register([1, 2]);
		lease(READER, 1, now() + HOUR);
		lease(READER, 2, now() + HOUR);
		assert_ok!(report(1));
		assert_ok!(report(2));
		assert_ok!(Imaging::settle_misuse(council(), READER, id(1), false));
		assert!(!may_read());
		events();
		history();
		assert_ok!(Imaging::settle_misuse(council(), READER, id(2), false));
		assert!(may_read());

		let (grantee, upheld) = (READER, false);
		assert_eq!(events(), [Event::MisuseSettled { study: id(2), grantee, upheld }]);
		assert_eq!(history_of(id(2)), [(None, Deed::MisuseSettled { grantee, upheld })]);
	});
}

#[test]
fn should_cost_standing_until_it_is_dismissed_after_all_when_upheld() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		assert_ok!(report(1));
		assert_ok!(Imaging::settle_misuse(council(), READER, id(1), true));
		assert_eq!(
			Misuses::<Test>::get(READER, id(1)).map(|misuse| misuse.upheld),
			Some(Some(now()))
		);
		assert_noop!(Imaging::settle_misuse(council(), READER, id(1), true), Error::AlreadyExists);
		assert!(!may_read());
		assert_ok!(Imaging::settle_misuse(council(), READER, id(1), false));
		assert!(may_read());
	});
}

#[test]
fn should_refuse_a_report_when_there_was_no_lease_or_the_caller_is_not_the_custodian() {
	ExtBuilder::run(|| {
		register([1]);
		assert_noop!(report(1), Error::LeaseNotFound);
		assert_noop!(report(2), Error::NotFound);
		lease(READER, 1, now() + HOUR);
		for who in [SOUTH_KEEPER, PATIENT] {
			assert_noop!(
				Imaging::report_misuse(by(who), id(1), READER, REASON),
				Error::Refused(Refusal::NotVouchedFor)
			);
		}
		assert_ok!(report(1));
		assert_noop!(report(1), Error::AlreadyExists);
	});
}

#[test]
fn should_refuse_to_settle_when_it_is_not_the_council_or_there_is_no_report() {
	ExtBuilder::run(|| {
		register([1]);
		lease(READER, 1, now() + HOUR);
		assert_noop!(Imaging::settle_misuse(council(), READER, id(1), true), Error::NotFound);
		assert_ok!(report(1));
		for who in [KEEPER, READER, HEAD] {
			assert_noop!(Imaging::settle_misuse(by(who), READER, id(1), false), BadOrigin);
		}
	});
}
