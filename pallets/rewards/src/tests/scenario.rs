// SPDX-License-Identifier: Apache-2.0

//! The scenario of the crate documentation.

use crate::{Event, mock::*};
use contour_primitives::{Bounties as _, Institutions, Merit as _, Modality, Settlement};
use frame_support::{assert_ok, traits::fungible::Inspect};

#[test]
fn should_follow_the_scenario_of_the_crate_documentation() {
	ExtBuilder::run(|| {
		for institution in [SOUTH, EAST] {
			assert_ok!(Rewards::fund(by(FOUNDATION), institution, MINIMUM));
		}
		assert_ok!(Rewards::fund(by(FOUNDATION), NORTH, 800));
		assert_ok!(Rewards::allocate(by(HEAD), 300));

		assert_ok!(Rewards::reserve(TASK, NORTH, 1_000));
		assert_eq!(pot(NORTH), (100, 1_000));
		let mut frugal = policy();
		frugal.terms.shares.base = ppm(0);
		assert_ok!(Rewards::set_policy(council(), frugal));

		let [ada, bob, eve] = READERS;
		let readers = vec![reading(ada, 950_000), reading(bob, 900_000), reading(eve, 200_000)];
		let panel = PANEL.map(|who| vote(who, 1_000_000)).to_vec();
		Rewards::settle(TASK, Settlement { wanted: 3, readers, panel, ..settlement() });
		for (who, paid) in [(ada, 220), (bob, 220), (eve, 120), (PANEL[0], 50), (PATIENT, 40)] {
			assert_eq!(Balances::balance(&who), MINIMUM + paid);
		}
		assert_eq!(pot(SOUTH), (MINIMUM + 100, 0));
		assert_eq!(pot(EAST), (MINIMUM + 50, 0));
		assert_eq!(pot(NORTH), (100 + 100, 0));
		let (paid, refunded) = (900, 100);
		assert!(events().contains(&Event::BountySettled {
			task: TASK,
			institution: NORTH,
			paid,
			refunded
		}));

		wait(ERA);
		assert_eq!(Rewards::claimable(bob), [(FIRST_ERA, 180)]);
		assert_ok!(Rewards::claim(by(ada), FIRST_ERA));
		assert_eq!(Balances::balance(&ada), MINIMUM + 220 + 190);

		assert_eq!(Rewards::contributions(&ada, Modality::Mr), 1);
		wait(HALF_LIFE - ERA);
		assert_eq!(Rewards::reputation(&ada, Modality::Mr), 950_000 / 8 / 2);

		assert_ok!(Rewards::reclaim(by(HEAD), 200));
		assert_eq!(pot(NORTH), (0, 0));
		let fee_account = Hospitals::fee_account_of(NORTH);
		assert_eq!(Balances::balance(&fee_account), FUNDS - 300 + 200);
	});
}
