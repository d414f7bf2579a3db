// SPDX-License-Identifier: Apache-2.0

//! The scenario of the crate's documentation.

use crate::{Authorized, mock::*};
use frame_support::assert_ok;
use sp_runtime::traits::{BlakeTwo256, Hash};

#[test]
fn should_follow_the_scenario_of_the_crate_documentation() {
	ExtBuilder::run(|| {
		let (faulty, better) = (vec![1], vec![2]);
		assert_ok!(Governance::authorize_upgrade(council(), BlakeTwo256::hash(&faulty), false));
		wait(DAY / 2);
		assert_ok!(Governance::cancel_upgrade(council()));
		assert_eq!(Authorized::<Test>::get(), None);

		assert_ok!(Governance::authorize_upgrade(council(), BlakeTwo256::hash(&better), false));
		wait(DAY);
		assert_ok!(Governance::apply_upgrade(by(CLINICIAN), better.clone()));
		let code = sp_io::storage::get(sp_core::storage::well_known_keys::CODE);
		assert_eq!(code.map(|code| code.to_vec()), Some(better));
	});
}
