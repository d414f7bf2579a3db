// SPDX-License-Identifier: Apache-2.0

//! Authorisation of a runtime, and its application after a delay.

use crate::{Authorized, Error, Event, GenesisConfig, Upgrade, mock::*};
use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use sp_core::H256;
use sp_runtime::{
	DispatchError::BadOrigin,
	traits::{BlakeTwo256, Hash},
};

/// Code of a runtime with a higher version than the present one.
const CODE: [u8; 1] = [7];

fn hash() -> H256 {
	BlakeTwo256::hash(&CODE)
}

fn authorize(urgent: bool) {
	let origin = if urgent { by(NINE_TENTHS) } else { council() };
	assert_ok!(Governance::authorize_upgrade(origin, hash(), urgent));
}

#[test]
fn should_refuse_when_too_few_decide() {
	ExtBuilder::run(|| {
		for origin in [RuntimeOrigin::none(), by(CLINICIAN)] {
			assert_noop!(Governance::authorize_upgrade(origin.clone(), hash(), false), BadOrigin);
			assert_noop!(Governance::authorize_upgrade(origin.clone(), hash(), true), BadOrigin);
			assert_noop!(Governance::cancel_upgrade(origin), BadOrigin);
		}
		// Two thirds do not make it urgent.
		assert_noop!(Governance::authorize_upgrade(council(), hash(), true), BadOrigin);
		authorize(false);
		let applied = Governance::apply_upgrade(RuntimeOrigin::none(), CODE.to_vec());
		assert_eq!(applied.map_err(|failed| failed.error), Err(BadOrigin));
	});
}

#[test]
fn should_apply_the_code_when_the_delay_is_over() {
	for (urgent, delay) in [(false, DAY), (true, HOUR)] {
		ExtBuilder::run(|| {
			authorize(urgent);
			let applicable = START + delay;
			let code_hash = hash();
			assert_eq!(events(), [Event::UpgradeAuthorized { code_hash, applicable }]);

			let apply = || Governance::apply_upgrade(by(CLINICIAN), CODE.to_vec());
			assert_noop!(apply(), Error::<Test>::TooEarly);
			wait(delay - 1);
			assert_noop!(apply(), Error::<Test>::TooEarly);
			wait(1);
			let applied = apply().expect("its time has come");
			assert_eq!(applied.pays_fee, Pays::No);
			assert_eq!(events(), [Event::UpgradeApplied { code_hash }]);
			assert_noop!(apply(), Error::<Test>::NothingAuthorized);
		});
	}
}

#[test]
fn should_leave_nothing_to_the_unsigned_call_of_the_system_when_a_runtime_is_authorised() {
	ExtBuilder::run(|| {
		authorize(false);
		assert_eq!(System::authorized_upgrade().map(|it| *it.code_hash()), None);
		wait(DAY);
		let applied = System::apply_authorized_upgrade(RuntimeOrigin::none(), CODE.to_vec());
		let refused = frame_system::Error::<Test>::NothingAuthorized.into();
		assert_eq!(applied.map_err(|failed| failed.error), Err(refused));
	});
}

#[test]
fn should_refuse_when_the_code_is_another_or_no_runtime() {
	ExtBuilder::run(|| {
		let apply = |code: &[u8]| Governance::apply_upgrade(by(CLINICIAN), code.to_vec());
		assert_noop!(apply(&CODE), Error::<Test>::NothingAuthorized);
		authorize(false);
		wait(DAY);
		assert_noop!(apply(&[8]), Error::<Test>::OtherCode);

		let no_runtime = [1, 2];
		let code_hash = BlakeTwo256::hash(&no_runtime);
		assert_ok!(Governance::authorize_upgrade(council(), code_hash, false));
		assert_noop!(apply(&CODE), Error::<Test>::TooEarly);
		wait(DAY);
		assert_noop!(apply(&CODE), Error::<Test>::OtherCode);
		assert_noop!(
			apply(&no_runtime),
			frame_system::Error::<Test>::FailedToExtractRuntimeVersion
		);
		assert!(Authorized::<Test>::exists(), "the council decides what to do about it");
	});
}

#[test]
fn should_wait_anew_when_something_else_is_authorised() {
	ExtBuilder::run(|| {
		authorize(false);
		wait(DAY - 1);
		authorize(false);
		let applicable = START + DAY - 1 + DAY;
		assert_eq!(Authorized::<Test>::get(), Some(Upgrade { code_hash: hash(), applicable }));
	});
}

#[test]
fn should_take_the_authorisation_back_when_the_council_cancels() {
	ExtBuilder::run(|| {
		assert_noop!(Governance::cancel_upgrade(council()), Error::<Test>::NothingAuthorized);
		authorize(true);
		events();
		assert_ok!(Governance::cancel_upgrade(council()));
		assert_eq!(events(), [Event::UpgradeCancelled { code_hash: hash() }]);
		wait(DAY);
		assert_noop!(
			Governance::apply_upgrade(by(CLINICIAN), CODE.to_vec()),
			Error::<Test>::NothingAuthorized
		);
	});
}

#[test]
fn should_wait_as_long_as_the_genesis_says() {
	let delays = GenesisConfig { upgrade_delay: 4_000, urgent_delay: 2_000, ..Default::default() };
	ExtBuilder::build_with(delays).execute_with(|| {
		for (urgent, delay) in [(false, 4_000), (true, 2_000)] {
			authorize(urgent);
			let applicable = START + delay;
			assert_eq!(Authorized::<Test>::get().map(|it| it.applicable), Some(applicable));
		}
	});
}

#[test]
#[should_panic = "an urgent runtime at genesis waits no longer than any other"]
fn should_not_start_when_an_urgent_runtime_would_wait_longer() {
	ExtBuilder::build_with(GenesisConfig { upgrade_delay: 1, ..Default::default() });
}
