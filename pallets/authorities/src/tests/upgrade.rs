// SPDX-License-Identifier: Apache-2.0

//! Authorisation of runtime upgrades.

use crate::mock::*;
use frame_support::assert_ok;
use frame_system::Event;
use sp_core::H256;

#[test]
fn should_authorize_the_code_with_a_check_of_its_version_when_the_council_decides() {
	ExtBuilder::run(|| {
		System::reset_events();
		for code_hash in [H256::repeat_byte(1), H256::repeat_byte(2)] {
			assert_ok!(Authorities::authorize_upgrade(council(), code_hash));

			let upgrade = System::authorized_upgrade().expect("it is authorised");
			assert_eq!(*upgrade.code_hash(), code_hash);
			System::assert_last_event(
				Event::UpgradeAuthorized { code_hash, check_version: true }.into(),
			);
			assert_eq!(System::events().len(), 1);
			System::reset_events();
		}
	});
}
