// SPDX-License-Identifier: Apache-2.0

//! The crate documentation's scenario.

use crate::{Event, SuspensionCause, mock::*};
use contour_primitives::Institutions;
use frame_support::assert_ok;

#[test]
fn should_follow_the_scenario_of_the_crate_documentation() {
	ExtBuilder::run(|| {
		// 1. Institution 4's administrator names a validator account.
		let institution = HARBOUR;
		let account = node(institution);
		assert_ok!(designate(institution, account));
		assert_eq!(events(), [Event::ValidatorDesignated { institution, account }]);

		// 2. The operator sets the keys that its node has made.
		assert_ok!(set_keys(account));

		// 3. The council admits it; from the session after the next it makes blocks.
		assert_ok!(admit(institution));
		assert_eq!(events(), [Event::ValidatorAdmitted { institution }]);
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST]);
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST, HARBOUR]);

		// 4. Institution 1's node signs two blocks for one slot.
		assert_ok!(equivocate(SOUTH));
		let cause = SuspensionCause::Equivocation;
		assert_eq!(events(), [Event::ValidatorSuspended { institution: SOUTH, cause }]);
		assert_eq!(disabled(), [SOUTH]);
		assert!(Members::is_active(SOUTH), "its doctors work on");
		next_session();
		assert_eq!(disabled(), [SOUTH]);
		next_session();
		assert_eq!(authorities(), [NORTH, EAST, WEST, HARBOUR]);

		// The council decides when it may come back.
		assert_ok!(reinstate(SOUTH));
		assert_eq!(events(), [Event::ValidatorReinstated { institution: SOUTH }]);
		next_session();
		next_session();
		assert_eq!(authorities(), [NORTH, SOUTH, EAST, WEST, HARBOUR]);
		assert_eq!(disabled(), []);
	});
}
