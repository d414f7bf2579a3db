// SPDX-License-Identifier: Apache-2.0

//! Issue, renewal, suspension, reinstatement and revocation of credentials.

use crate::{
	Allowances, Credential, CredentialStatus, Credentials as Vouchers, Error, Event, mock::*,
};
use contour_primitives::{
	InstitutionId, Institutions, Moment, Refusal, Role, Roles, Specialty, Standing,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::Mutate, tokens::Preservation},
};

fn issued(institution: InstitutionId, role: Role) -> Credential {
	Credential {
		institution,
		roles: role.into(),
		specialties: Specialty::Neuroradiology.into(),
		licence_hash: LICENCE,
		issued: NOW,
		expires: NOW + YEAR,
		status: CredentialStatus::Active,
	}
}

fn held_by(holder: AccountId) -> Vec<Credential> {
	Vouchers::<Test>::get(holder).into_inner()
}

fn standing_at(moment: Moment) -> Result<InstitutionId, Refusal> {
	Timestamp::set_timestamp(moment);
	Credentials::voucher(&RADIOLOGIST)
}

#[test]
fn should_vouch_for_the_holder_when_issued() {
	ExtBuilder::run(|| {
		let roles = Roles::from(Role::Radiologist) | Role::Custodian.into();
		assert_ok!(issue(NORTH_ADMIN, RADIOLOGIST, roles));

		assert_eq!(
			events(),
			[Event::CredentialIssued {
				institution: NORTH,
				holder: RADIOLOGIST,
				roles,
				expires: NOW + YEAR,
			}]
		);
		assert_eq!(
			held_by(RADIOLOGIST),
			[Credential { roles, ..issued(NORTH, Role::Radiologist) }]
		);
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Ok(NORTH));
	});
}

#[test]
fn should_keep_one_credential_per_institution_when_several_vouch() {
	ExtBuilder::run(|| {
		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Oncologist);

		assert_eq!(
			held_by(RADIOLOGIST),
			[issued(SOUTH, Role::Radiologist), issued(NORTH, Role::Oncologist)]
		);
		assert_noop!(
			issue(NORTH_ADMIN, RADIOLOGIST, Role::Clinician.into()),
			Error::<Test>::AlreadyExists
		);
	});
}

#[test]
fn should_refuse_to_issue_when_one_is_suspended_or_expired() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::suspend_credential(by(NORTH_ADMIN), RADIOLOGIST));
		let again =
			|expires| issue_until(by(NORTH_ADMIN), RADIOLOGIST, Role::Radiologist.into(), expires);
		assert_noop!(again(NOW + YEAR), Error::<Test>::AlreadyExists);
		Timestamp::set_timestamp(NOW + 2 * YEAR);
		assert_noop!(again(NOW + 3 * YEAR), Error::<Test>::AlreadyExists);
	});
}

#[test]
fn should_refuse_to_issue_when_no_role_is_named() {
	ExtBuilder::run(|| {
		assert_noop!(issue(NORTH_ADMIN, RADIOLOGIST, Roles::empty()), Error::<Test>::NoRoles);
	});
}

#[test]
fn should_refuse_when_the_expiry_is_out_of_range() {
	ExtBuilder::run(|| {
		let longest = NOW + 5 * YEAR;
		let issue =
			|expires| issue_until(by(NORTH_ADMIN), RADIOLOGIST, Role::Radiologist.into(), expires);
		let renew = |expires| Credentials::renew_credential(by(NORTH_ADMIN), RADIOLOGIST, expires);

		for expires in [0, NOW - 1, NOW, longest + 1, Moment::MAX] {
			assert_noop!(issue(expires), Error::<Test>::ExpiryOutOfRange);
		}
		assert_ok!(issue(NOW + 1));
		for expires in [0, NOW - 1, NOW, longest + 1, Moment::MAX] {
			assert_noop!(renew(expires), Error::<Test>::ExpiryOutOfRange);
		}
		assert_ok!(renew(longest));
		assert_ok!(renew(NOW + 1));
	});
}

#[test]
fn should_refuse_to_issue_when_too_many_institutions_vouch() {
	ExtBuilder::run(|| {
		for administrator in [NORTH_ADMIN, SOUTH_ADMIN, EAST_ADMIN] {
			vouch(administrator, RADIOLOGIST, Role::Radiologist);
		}
		assert_ok!(admit(NEWCOMER));
		let by_west = || issue(NEWCOMER, RADIOLOGIST, Role::Radiologist.into());

		assert_noop!(by_west(), Error::<Test>::TooManyVouchers);
		suspend(NORTH);
		assert_ok!(Credentials::suspend_credential(by(SOUTH_ADMIN), RADIOLOGIST));
		assert_noop!(by_west(), Error::<Test>::TooManyVouchers);

		assert_ok!(Credentials::remove_institution(council(), NORTH));
		assert_ok!(Credentials::revoke_credential(by(SOUTH_ADMIN), RADIOLOGIST));
		assert_ok!(by_west());
		assert_eq!(
			held_by(RADIOLOGIST),
			[issued(EAST, Role::Radiologist), issued(WEST, Role::Radiologist)]
		);
	});
}

#[test]
fn should_not_count_when_its_expiry_is_reached() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(standing_at(NOW + YEAR - 1), Ok(NORTH));
		assert_eq!(standing_at(NOW + YEAR), Err(Refusal::CredentialExpired));
		assert_eq!(standing_at(NOW + YEAR + 1), Err(Refusal::CredentialExpired));
	});
}

#[test]
fn should_count_again_when_an_expired_credential_is_renewed() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(standing_at(NOW + 2 * YEAR), Err(Refusal::CredentialExpired));
		events();

		let expires = NOW + 3 * YEAR;
		assert_ok!(Credentials::renew_credential(by(NORTH_ADMIN), RADIOLOGIST, expires));

		assert_eq!(
			events(),
			[Event::CredentialRenewed { institution: NORTH, holder: RADIOLOGIST, expires }]
		);
		assert_eq!(
			held_by(RADIOLOGIST),
			[Credential { expires, ..issued(NORTH, Role::Radiologist) }]
		);
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Ok(NORTH));
	});
}

#[test]
fn should_stay_suspended_when_a_suspended_credential_is_renewed() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::suspend_credential(by(NORTH_ADMIN), RADIOLOGIST));
		let expires = NOW + 2 * YEAR;
		assert_ok!(Credentials::renew_credential(by(NORTH_ADMIN), RADIOLOGIST, expires));

		assert_eq!(Credentials::voucher(&RADIOLOGIST), Err(Refusal::CredentialSuspended));
	});
}

#[test]
fn should_not_count_when_suspended() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		Timestamp::set_timestamp(NOW + 5);
		events();

		assert_ok!(Credentials::suspend_credential(by(NORTH_ADMIN), RADIOLOGIST));

		assert_eq!(
			events(),
			[Event::CredentialSuspended { institution: NORTH, holder: RADIOLOGIST }]
		);
		let status = CredentialStatus::Suspended { since: NOW + 5 };
		assert_eq!(
			held_by(RADIOLOGIST),
			[Credential { status, ..issued(NORTH, Role::Radiologist) }]
		);
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Err(Refusal::CredentialSuspended));
		assert_noop!(
			Credentials::suspend_credential(by(NORTH_ADMIN), RADIOLOGIST),
			Error::<Test>::NotActive
		);
	});
}

#[test]
fn should_count_again_when_reinstated() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::suspend_credential(by(NORTH_ADMIN), RADIOLOGIST));
		events();

		assert_ok!(Credentials::reinstate_credential(by(NORTH_ADMIN), RADIOLOGIST));

		assert_eq!(
			events(),
			[Event::CredentialReinstated { institution: NORTH, holder: RADIOLOGIST }]
		);
		assert_eq!(held_by(RADIOLOGIST), [issued(NORTH, Role::Radiologist)]);
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Ok(NORTH));
		assert_noop!(
			Credentials::reinstate_credential(by(NORTH_ADMIN), RADIOLOGIST),
			Error::<Test>::NotSuspended
		);
	});
}

#[test]
fn should_be_over_when_revoked() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), RADIOLOGIST, Some(7)));
		events();

		assert_ok!(Credentials::revoke_credential(by(NORTH_ADMIN), RADIOLOGIST));

		assert_eq!(
			events(),
			[Event::CredentialRevoked { institution: NORTH, holder: RADIOLOGIST }]
		);
		let status = CredentialStatus::Revoked { since: NOW };
		assert_eq!(
			held_by(RADIOLOGIST),
			[Credential { status, ..issued(NORTH, Role::Radiologist) }]
		);
		assert_eq!(Allowances::<Test>::get(NORTH, RADIOLOGIST), None);
		assert_eq!(Credentials::voucher(&RADIOLOGIST), Err(Refusal::CredentialRevoked));

		type Again = fn() -> sp_runtime::DispatchResult;
		let again: [Again; 4] = [
			|| Credentials::renew_credential(by(NORTH_ADMIN), RADIOLOGIST, NOW + YEAR),
			|| Credentials::suspend_credential(by(NORTH_ADMIN), RADIOLOGIST),
			|| Credentials::reinstate_credential(by(NORTH_ADMIN), RADIOLOGIST),
			|| Credentials::revoke_credential(by(NORTH_ADMIN), RADIOLOGIST),
		];
		for call in again {
			assert_noop!(call(), Error::<Test>::CredentialNotFound);
		}
	});
}

#[test]
fn should_be_over_when_a_suspended_or_expired_credential_is_revoked() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::suspend_credential(by(NORTH_ADMIN), RADIOLOGIST));
		assert_ok!(Credentials::revoke_credential(by(NORTH_ADMIN), RADIOLOGIST));
		vouch(NORTH_ADMIN, CUSTODIAN, Role::Custodian);
		Timestamp::set_timestamp(NOW + 2 * YEAR);
		assert_ok!(Credentials::revoke_credential(by(NORTH_ADMIN), CUSTODIAN));

		for holder in [RADIOLOGIST, CUSTODIAN] {
			assert_eq!(Credentials::voucher(&holder), Err(Refusal::CredentialRevoked));
		}
	});
}

#[test]
fn should_count_again_when_issued_anew_after_revocation() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		vouch(SOUTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(Credentials::revoke_credential(by(NORTH_ADMIN), RADIOLOGIST));
		events();

		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Oncologist);

		assert_eq!(
			events(),
			[Event::CredentialIssued {
				institution: NORTH,
				holder: RADIOLOGIST,
				roles: Role::Oncologist.into(),
				expires: NOW + YEAR,
			}]
		);
		assert_eq!(
			held_by(RADIOLOGIST),
			[issued(NORTH, Role::Oncologist), issued(SOUTH, Role::Radiologist)]
		);
	});
}

#[test]
fn should_keep_the_allowance_when_a_patient_loses_a_credential() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		enrol(NORTH_ADMIN, RADIOLOGIST);
		assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), RADIOLOGIST, Some(7)));

		assert_ok!(Credentials::revoke_credential(by(NORTH_ADMIN), RADIOLOGIST));
		assert_eq!(Allowances::<Test>::get(NORTH, RADIOLOGIST), Some(7));

		assert_ok!(Credentials::discharge_patient(by(NORTH_ADMIN), RADIOLOGIST));
		assert_eq!(Allowances::<Test>::get(NORTH, RADIOLOGIST), None);
	});
}

#[test]
fn should_find_no_credential_when_none_was_issued() {
	ExtBuilder::run(|| {
		type Amend = fn() -> sp_runtime::DispatchResult;
		let calls: [Amend; 5] = [
			|| Credentials::renew_credential(by(NORTH_ADMIN), STRANGER, NOW + YEAR),
			|| Credentials::suspend_credential(by(NORTH_ADMIN), STRANGER),
			|| Credentials::reinstate_credential(by(NORTH_ADMIN), STRANGER),
			|| Credentials::revoke_credential(by(NORTH_ADMIN), STRANGER),
			|| Credentials::set_member_allowance(by(NORTH_ADMIN), STRANGER, Some(1)),
		];
		for call in calls {
			assert_noop!(call(), Error::<Test>::CredentialNotFound);
		}
	});
}

#[test]
fn should_keep_the_nonce_when_the_balance_is_gone() {
	ExtBuilder::run(|| {
		assert_ok!(Balances::mint_into(&RADIOLOGIST, 50));
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		System::inc_account_nonce(RADIOLOGIST);

		assert_ok!(<Balances as Mutate<_>>::transfer(
			&RADIOLOGIST,
			&STRANGER,
			50,
			Preservation::Expendable
		));

		assert!(frame_system::Account::<Test>::contains_key(RADIOLOGIST));
		assert_eq!(System::account_nonce(RADIOLOGIST), 1);
		assert_eq!(System::account(RADIOLOGIST).data, Default::default());
	});
}

#[test]
fn should_keep_the_nonce_once_when_somebody_is_vouched_for_in_many_ways() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, NEWCOMER, Role::Radiologist);
		vouch(SOUTH_ADMIN, NEWCOMER, Role::Radiologist);
		enrol(EAST_ADMIN, NEWCOMER);
		assert_ok!(Credentials::set_administrator(by(EAST_ADMIN), EAST, NEWCOMER));
		<Credentials as Institutions<_>>::introduce(&NEWCOMER);
		assert_eq!(System::sufficients(&NEWCOMER), 1);
	});
}
