// SPDX-License-Identifier: Apache-2.0

//! Handing studies over.

use crate::{EndCause, Event, Offers, Studies, mock::*};
use contour_primitives::{InstitutionId, Refusal, audit::Deed};
use frame_support::{assert_noop, assert_ok};

type Error = crate::Error<Test>;

fn offer(to: Option<InstitutionId>) -> sp_runtime::DispatchResult {
	Imaging::offer_custody(by(KEEPER), id(1), to)
}

fn accept(who: AccountId) -> frame_support::dispatch::DispatchResultWithPostInfo {
	Imaging::accept_custody(by(who), id(1), locator(9))
}

#[test]
fn should_have_another_custodian_when_both_agree() {
	ExtBuilder::run(|| {
		register([1]);
		let deposit = held(NORTH);
		lease(READER, 1, now() + HOUR);
		assert_ok!(request(OTHER_READER, 1));
		let leases = held(SOUTH);
		events();
		history();
		assert_ok!(offer(Some(SOUTH)));
		assert_ok!(accept(SOUTH_KEEPER));

		let study = Studies::<Test>::get(id(1)).expect("it is still there");
		assert_eq!((study.custodian, study.locator), (SOUTH, locator(9)));
		let (from, to, grantee) = (NORTH, SOUTH, READER);
		assert_eq!(
			events(),
			[
				Event::CustodyOffered { study: id(1), from, to: Some(to) },
				Event::AccessEnded { study: id(1), grantee, cause: EndCause::CustodyTransferred },
				Event::CustodyTransferred { study: id(1), from, to },
			]
		);
		assert_eq!(
			history_of(id(1)),
			[
				(Some(KEEPER), Deed::CustodyOffered { to }),
				(Some(SOUTH_KEEPER), Deed::AccessRevoked { grantee }),
				(Some(SOUTH_KEEPER), Deed::CustodyTransferred { from, to }),
			]
		);
		assert_eq!((held(NORTH), held(SOUTH)), (0, deposit + leases));
		assert_noop!(
			Imaging::set_locator(by(KEEPER), id(1), locator(1)),
			Error::Refused(Refusal::NotVouchedFor)
		);
		assert_ok!(Imaging::decline_access(by(SOUTH_KEEPER), id(1), OTHER_READER));
	});
}

#[test]
fn should_not_be_accepted_when_it_was_not_offered_or_the_offer_was_taken_back() {
	ExtBuilder::run(|| {
		register([1]);
		assert_noop!(accept(SOUTH_KEEPER), Error::NotOffered);
		assert_noop!(offer(None), Error::NotOffered);
		assert_ok!(offer(Some(SOUTH)));
		events();
		assert_ok!(offer(None));
		assert_eq!(events(), [Event::CustodyOffered { study: id(1), from: NORTH, to: None }]);
		assert_eq!(history_of(id(1)).last(), Some(&(Some(KEEPER), Deed::CustodyOfferWithdrawn)));
		assert!(!Offers::<Test>::contains_key(id(1)));
		assert_noop!(accept(SOUTH_KEEPER), Error::NotOffered);
	});
}

#[test]
fn should_refuse_an_offer_when_it_makes_no_sense_or_the_caller_may_not() {
	ExtBuilder::run(|| {
		register([1]);
		assert_noop!(offer(Some(NORTH)), Error::AlreadyExists);
		assert_noop!(offer(Some(InstitutionId(9))), Error::InstitutionNotActive);
		Hospitals::suspend(SOUTH);
		assert_noop!(offer(Some(SOUTH)), Error::InstitutionNotActive);
		assert_noop!(
			Imaging::offer_custody(by(PATIENT), id(1), Some(POOR)),
			Error::Refused(Refusal::NotVouchedFor)
		);
	});
}

#[test]
fn should_refuse_to_accept_when_the_caller_may_not_or_cannot_pay_the_deposit() {
	ExtBuilder::run(|| {
		register([1]);
		assert_ok!(offer(Some(POOR)));
		assert_noop!(accept(SOUTH_KEEPER), Error::Refused(Refusal::NotVouchedFor));
		assert_noop!(accept(KEEPER), Error::Refused(Refusal::NotVouchedFor));
		assert_noop!(accept(POOR_KEEPER), sp_runtime::TokenError::FundsUnavailable);
	});
}
