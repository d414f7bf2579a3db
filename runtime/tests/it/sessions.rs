// SPDX-License-Identifier: Apache-2.0

//! Who makes blocks in which session.

use crate::chain::*;
use codec::Encode;
use contour_primitives::{InstitutionId, SESSIONS_AHEAD};
use contour_runtime::{Runtime, RuntimeCall, Session, SessionKeys, UNIT};
use pallet_authorities::Call;
use sp_keyring::Sr25519Keyring;
use sp_runtime::DispatchError;

const SESSION: u32 = 5;

fn run_with_short_sessions(test: impl FnOnce()) {
	run(|| {
		pallet_authorities::SessionLength::<Runtime>::put(SESSION);
		test();
		assert!(pallet_authorities::Validators::<Runtime>::iter().count() > 0);
	});
}

fn next_session() {
	let session = Session::current_index();
	while Session::current_index() == session {
		next_block();
	}
	// GRANDPA changes its set at the end of the block that began the session.
	next_block();
}

fn authorities() -> Vec<sp_consensus_aura::sr25519::AuthorityId> {
	pallet_aura::Authorities::<Runtime>::get().into_inner()
}

fn aura(keyring: Sr25519Keyring) -> sp_consensus_aura::sr25519::AuthorityId {
	keyring.public().into()
}

#[test]
fn should_start_with_the_four_authorities_of_the_preset() {
	run(|| {
		assert_eq!(authorities(), [Alice, Bob, Charlie, Dave].map(aura));
		assert_eq!(contour_runtime::Grandpa::grandpa_authorities().len(), 4);
	});
}

#[test]
fn should_make_a_fifth_institution_an_authority_after_the_next_session_when_it_has_set_keys() {
	run_with_short_sessions(|| {
		let admission = pallet_credentials::Call::admit_institution {
			name: b"Fifth Hospital".to_vec().try_into().expect("it is short"),
			administrator: Eve.to_account_id(),
			allowance: UNIT,
		};
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Credentials(admission)), Ok(()));
		let top_up = pallet_credentials::Call::top_up { institution: FIFTH, amount: UNIT };
		assert_eq!(pass(&[Alice, Bob, Charlie, Dave], RuntimeCall::Credentials(top_up)), Ok(()));

		let operator = Sr25519Keyring::FerdieStash;
		let account = operator.to_account_id();
		send(Eve, RuntimeCall::Authorities(Call::designate_validator { account: account.clone() }));
		let admit = RuntimeCall::Authorities(Call::admit_validator { institution: FIFTH });
		let all = [Alice, Bob, Charlie, Dave];
		assert_eq!(
			pass(&all, admit.clone()),
			Err(pallet_authorities::Error::<Runtime>::KeysNotSet.into())
		);

		let generated = SessionKeys::generate(&account.encode(), None);
		let key = generated.keys.aura.clone();
		let set_keys = pallet_session::Call::set_keys {
			keys: generated.keys,
			proof: generated.proof.encode(),
		};
		send(operator, RuntimeCall::Session(set_keys));
		assert_eq!(pass(&all, admit), Ok(()));

		for _ in 0..SESSIONS_AHEAD {
			assert!(!authorities().contains(&key), "this session was planned already");
			next_session();
		}
		assert!(authorities().contains(&key));
		assert_eq!(contour_runtime::Grandpa::grandpa_authorities().len(), 5);
	});
}

#[test]
fn should_disable_at_once_and_drop_after_the_next_session_when_an_institution_is_suspended() {
	run_with_short_sessions(|| {
		let suspend =
			pallet_credentials::Call::suspend_institution { institution: InstitutionId(3) };
		assert_eq!(pass(TWO_THIRDS, RuntimeCall::Credentials(suspend)), Ok(()));
		assert_eq!(Session::disabled_validators(), [3]);
		next_session();
		assert_eq!(Session::disabled_validators(), [3], "this session was planned with it");
		next_session();
		assert!(Session::disabled_validators().is_empty());
		assert_eq!(authorities(), [Alice, Bob, Charlie].map(aura));
		assert_eq!(contour_runtime::Grandpa::grandpa_authorities().len(), 3);
	});
}

#[test]
fn should_refuse_a_suspension_when_the_authorities_would_become_too_few() {
	run_with_short_sessions(|| {
		let suspend = |institution| {
			RuntimeCall::Credentials(pallet_credentials::Call::suspend_institution {
				institution: InstitutionId(institution),
			})
		};
		assert_eq!(pass(TWO_THIRDS, suspend(3)), Ok(()));
		assert_eq!(
			pass(&[Alice, Bob], suspend(2)),
			Err(pallet_authorities::Error::<Runtime>::TooFewAuthorities.into())
		);
	});
}

#[test]
fn should_keep_the_session_keys_when_somebody_tries_to_purge_them_alone() {
	run(|| {
		let purge = RuntimeCall::Session(pallet_session::Call::purge_keys {});
		assert_eq!(
			send_failing(Sr25519Keyring::AliceStash, purge),
			frame_system::Error::<Runtime>::CallFiltered.into()
		);
		assert_eq!(authorities().len(), 4);
	});
}

#[test]
fn should_refuse_session_keys_when_the_account_runs_no_validator() {
	run(|| {
		let owner = Alice.to_account_id();
		let generated = SessionKeys::generate(&owner.encode(), None);
		let set_keys = pallet_session::Call::set_keys {
			keys: generated.keys,
			proof: generated.proof.encode(),
		};
		assert_eq!(
			send_failing(Alice, RuntimeCall::Session(set_keys)),
			DispatchError::from(pallet_session::Error::<Runtime>::NoAssociatedValidatorId)
		);
	});
}
