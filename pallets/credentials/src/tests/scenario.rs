// SPDX-License-Identifier: Apache-2.0

//! The scenario of the crate documentation.

use crate::{EncryptionKeys, Event, PublicKeyBytes, Seats, mock::*};
use contour_primitives::{InstitutionId, KeySuite, Refusal, Role, Specialty, Standing};
use frame_support::assert_ok;

/// The institution that is admitted in the scenario: *North* is taken by the genesis of the mock.
const HOSPITAL: InstitutionId = WEST;

#[test]
fn should_follow_the_scenario_of_the_crate_documentation() {
	ExtBuilder::run(|| {
		// 1. The council admits the hospital and gives it money for fees.
		assert_ok!(admit(NEWCOMER));
		assert_ok!(Credentials::top_up(council(), HOSPITAL, 500));
		assert!(Seats::<Test>::get().contains(&NEWCOMER));
		let fee_account = Credentials::fee_account_of(HOSPITAL);
		assert_eq!(Balances::free_balance(fee_account), 500);

		// 2. It vouches for a radiologist, who registers a key at its expense.
		assert_eq!(at_the_door(by(RADIOLOGIST)), Err(Refusal::NotVouchedFor.into()));
		let (roles, specialties) = (Role::Radiologist.into(), Specialty::Neuroradiology.into());
		let expires = NOW + YEAR;
		assert_ok!(Credentials::issue_credential(
			by(NEWCOMER),
			RADIOLOGIST,
			roles,
			specialties,
			LICENCE,
			expires
		));
		assert_ok!(at_the_door(by(RADIOLOGIST)));
		assert_eq!(pay(RADIOLOGIST, 10), Ok(HOSPITAL));
		let suite = KeySuite::XWing;
		let key = PublicKeyBytes::truncate_from(vec![1; 1_216]);
		assert_ok!(Credentials::set_encryption_key(by(RADIOLOGIST), suite, key));
		assert_eq!(Balances::free_balance(fee_account), 490);
		assert_eq!(Balances::free_balance(RADIOLOGIST), 0);

		// 3. The council suspends it: no seat, no transaction of the radiologist.
		assert_ok!(Credentials::suspend_institution(council(), HOSPITAL));
		assert!(!Seats::<Test>::get().contains(&NEWCOMER));
		assert_eq!(at_the_door(by(RADIOLOGIST)), Err(Refusal::InstitutionNotActive.into()));

		// 4. The council reinstates it: everything is as before.
		assert_ok!(Credentials::reinstate_institution(council(), HOSPITAL));
		assert!(Seats::<Test>::get().contains(&NEWCOMER));
		assert_ok!(at_the_door(by(RADIOLOGIST)));
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Ok(HOSPITAL));
		assert_eq!(Credentials::allowance_left(RADIOLOGIST), Ok(ALLOWANCE - 10));
		assert!(EncryptionKeys::<Test>::contains_key(RADIOLOGIST));

		assert_eq!(
			events(),
			[
				Event::InstitutionAdmitted {
					institution: HOSPITAL,
					administrator: NEWCOMER,
					fee_account,
				},
				Event::FeeAccountToppedUp { institution: HOSPITAL, amount: 500 },
				Event::CredentialIssued {
					institution: HOSPITAL,
					holder: RADIOLOGIST,
					roles,
					expires,
				},
				Event::EncryptionKeySet { holder: RADIOLOGIST, suite, generation: 1 },
				Event::InstitutionSuspended { institution: HOSPITAL },
				Event::InstitutionReinstated { institution: HOSPITAL },
			]
		);
	});
}
