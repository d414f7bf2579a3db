// SPDX-License-Identifier: Apache-2.0

//! Registration, rotation and revocation of encryption keys.

use crate::{EncryptionKey, EncryptionKeys, Error, Event, PublicKeyBytes, mock::*};
use contour_primitives::{KeySuite, Refusal, Role};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchResult, traits::BadOrigin};

fn bytes(length: u32) -> PublicKeyBytes {
	PublicKeyBytes::truncate_from(vec![7; length as usize])
}

fn register(who: AccountId, suite: KeySuite) -> DispatchResult {
	Credentials::set_encryption_key(by(who), suite, bytes(suite.public_key_bytes()))
}

fn revoke(who: AccountId, holder: AccountId) -> DispatchResult {
	Credentials::revoke_encryption_key(by(who), holder)
}

#[test]
fn should_be_registered_when_the_holder_has_standing() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		enrol(NORTH_ADMIN, PATIENT);
		for holder in [NORTH_ADMIN, RADIOLOGIST, OPERATOR, PATIENT] {
			events();
			assert_ok!(register(holder, KeySuite::XWing));

			assert_eq!(
				events(),
				[Event::EncryptionKeySet { holder, suite: KeySuite::XWing, generation: 1 }]
			);
			assert_eq!(
				EncryptionKeys::<Test>::get(holder),
				Some(EncryptionKey {
					suite: KeySuite::XWing,
					bytes: bytes(1_216),
					generation: 1,
					registered: NOW,
					revoked: None,
				})
			);
		}
	});
}

#[test]
fn should_refuse_registration_when_the_caller_lacks_standing() {
	ExtBuilder::run(|| {
		assert_noop!(register(STRANGER, KeySuite::XWing), refused(Refusal::NotVouchedFor));
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		suspend(NORTH);
		for who in [NORTH_ADMIN, RADIOLOGIST] {
			assert_noop!(register(who, KeySuite::XWing), refused(Refusal::InstitutionNotActive));
		}
		for origin in [council(), RuntimeOrigin::none()] {
			assert_noop!(
				Credentials::set_encryption_key(origin, KeySuite::X25519, bytes(32)),
				BadOrigin
			);
		}
	});
}

#[test]
fn should_refuse_registration_when_the_key_has_a_wrong_length() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		for (suite, lengths) in [(KeySuite::XWing, [0, 32, 1_215]), (KeySuite::X25519, [0, 31, 33])]
		{
			for length in lengths {
				assert_noop!(
					Credentials::set_encryption_key(by(RADIOLOGIST), suite, bytes(length)),
					Error::<Test>::InvalidKeyLength
				);
			}
		}
		assert_noop!(
			Credentials::set_encryption_key(by(RADIOLOGIST), KeySuite::X25519, bytes(1_216)),
			Error::<Test>::InvalidKeyLength
		);
	});
}

#[test]
fn should_count_the_generation_when_rotated() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(register(RADIOLOGIST, KeySuite::XWing));
		Timestamp::set_timestamp(NOW + 5);
		events();

		assert_ok!(register(RADIOLOGIST, KeySuite::X25519));

		assert_eq!(
			events(),
			[Event::EncryptionKeySet {
				holder: RADIOLOGIST,
				suite: KeySuite::X25519,
				generation: 2,
			}]
		);
		assert_eq!(
			EncryptionKeys::<Test>::get(RADIOLOGIST),
			Some(EncryptionKey {
				suite: KeySuite::X25519,
				bytes: bytes(32),
				generation: 2,
				registered: NOW + 5,
				revoked: None,
			})
		);
	});
}

#[test]
fn should_go_on_counting_when_rotated_after_revocation() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(register(RADIOLOGIST, KeySuite::XWing));
		assert_ok!(revoke(RADIOLOGIST, RADIOLOGIST));
		assert_ok!(register(RADIOLOGIST, KeySuite::XWing));

		let key = EncryptionKeys::<Test>::get(RADIOLOGIST).expect("it was registered");
		assert_eq!((key.generation, key.revoked), (2, None));
	});
}

#[test]
fn should_be_revoked_when_the_holder_or_an_administrator_of_theirs_says_so() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::suspend_credential(by(SOUTH_ADMIN), RADIOLOGIST));
		for (generation, who) in (1..).zip([RADIOLOGIST, NORTH_ADMIN, SOUTH_ADMIN]) {
			assert_ok!(register(RADIOLOGIST, KeySuite::X25519));
			events();

			assert_ok!(revoke(who, RADIOLOGIST));

			assert_eq!(events(), [Event::EncryptionKeyRevoked { holder: RADIOLOGIST, generation }]);
			assert_eq!(
				EncryptionKeys::<Test>::get(RADIOLOGIST),
				Some(EncryptionKey {
					suite: KeySuite::X25519,
					bytes: bytes(32),
					generation,
					registered: NOW,
					revoked: Some(NOW),
				})
			);
		}
	});
}

#[test]
fn should_be_revoked_when_the_administrator_answers_for_the_holder_in_another_way() {
	ExtBuilder::run(|| {
		enrol(NORTH_ADMIN, PATIENT);
		for holder in [PATIENT, OPERATOR] {
			assert_ok!(register(holder, KeySuite::X25519));
			assert_noop!(revoke(SOUTH_ADMIN, holder), Error::<Test>::NotAuthorized);
			assert_ok!(revoke(NORTH_ADMIN, holder));
		}
	});
}

#[test]
fn should_refuse_to_revoke_when_the_caller_does_not_answer_for_the_holder() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		vouch(EAST_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::revoke_credential(by(EAST_ADMIN), RADIOLOGIST));
		assert_ok!(register(RADIOLOGIST, KeySuite::X25519));

		for who in [SOUTH_ADMIN, EAST_ADMIN, CUSTODIAN, STRANGER] {
			assert_noop!(revoke(who, RADIOLOGIST), Error::<Test>::NotAuthorized);
		}
		for origin in [council(), RuntimeOrigin::none()] {
			assert_noop!(Credentials::revoke_encryption_key(origin, RADIOLOGIST), BadOrigin);
		}
	});
}

#[test]
fn should_refuse_to_revoke_when_the_institution_is_suspended() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(register(RADIOLOGIST, KeySuite::X25519));
		suspend(NORTH);

		assert_noop!(revoke(RADIOLOGIST, RADIOLOGIST), refused(Refusal::InstitutionNotActive));
		assert_noop!(revoke(NORTH_ADMIN, RADIOLOGIST), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn should_find_no_key_when_there_is_none_or_it_is_revoked() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_noop!(revoke(RADIOLOGIST, RADIOLOGIST), Error::<Test>::EncryptionKeyNotFound);
		assert_ok!(register(RADIOLOGIST, KeySuite::X25519));
		assert_ok!(revoke(NORTH_ADMIN, RADIOLOGIST));
		for who in [RADIOLOGIST, NORTH_ADMIN] {
			assert_noop!(revoke(who, RADIOLOGIST), Error::<Test>::EncryptionKeyNotFound);
		}
	});
}
