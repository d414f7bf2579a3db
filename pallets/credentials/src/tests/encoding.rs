// SPDX-License-Identifier: Apache-2.0

//! Bytes that storage and transactions are made of. Changing them needs a migration or a new
//! transaction version.

use crate::{
	Call, Credential, CredentialStatus, EncryptionKey, GenesisInstitution, GenesisStandard,
	Institution, InstitutionStatus, PublicKeyBytes, Spending, mock::*,
};
use codec::{Decode, Encode};
use contour_primitives::{Action, KeySuite, Modality, Role, Specialties, Specialty};
use frame_support::traits::GetCallIndex;

#[test]
fn should_keep_the_index_of_every_call_when_calls_are_added() {
	let calls = [
		"admit_institution",
		"suspend_institution",
		"reinstate_institution",
		"remove_institution",
		"set_administrator",
		"set_allowance",
		"set_member_allowance",
		"top_up",
		"issue_credential",
		"renew_credential",
		"suspend_credential",
		"reinstate_credential",
		"revoke_credential",
		"set_encryption_key",
		"revoke_encryption_key",
		"enrol_patient",
		"discharge_patient",
		"set_standard",
		"reclaim",
		"set_administrator_allowance",
		"set_daily_limit",
		"set_daily_cap",
	];
	let expected: Vec<u8> = (0..).take(calls.len()).collect();
	assert_eq!(Call::<Test>::get_call_indices(), expected);
	assert_eq!(Call::<Test>::suspend_institution { institution: SOUTH }.encode(), [1, 1, 0, 0, 0]);
	for (index, name) in (0u8..).zip(calls) {
		let call = Call::<Test>::decode(&mut [&[index][..], &[0; 2_000]].concat().as_slice());
		// An empty set of roles decodes, so every call does.
		let call = call.expect("zeroes are arguments of every call");
		assert_eq!(frame_support::traits::GetCallName::get_call_name(&call), name);
	}
}

#[test]
fn should_keep_the_layout_of_an_institution_when_stored() {
	let institution = Institution::<AccountId, Balance> {
		name: name(b"North"),
		administrator: NORTH_ADMIN,
		allowance: 2,
		status: InstitutionStatus::Suspended { since: 3 },
	};
	let mut expected = vec![20];
	expected.extend(b"North");
	expected.extend([1; 32]);
	expected.extend([2, 0, 0, 0, 0, 0, 0, 0]);
	expected.extend([1, 3, 0, 0, 0, 0, 0, 0, 0]);
	assert_eq!(institution.encode(), expected);
}

#[test]
fn should_keep_the_layout_of_a_credential_when_stored() {
	let credential = Credential {
		institution: SOUTH,
		roles: Role::Custodian.into(),
		specialties: Specialties::from(Specialty::Neuroradiology) | Specialty::Pathology.into(),
		licence_hash: LICENCE,
		issued: 2,
		expires: 3,
		status: CredentialStatus::Revoked { since: 4 },
	};
	let mut expected = vec![1, 0, 0, 0, 16, 0, 1, 32, 0, 0];
	expected.extend([7; 32]);
	expected.extend([2, 0, 0, 0, 0, 0, 0, 0]);
	expected.extend([3, 0, 0, 0, 0, 0, 0, 0]);
	expected.extend([2, 4, 0, 0, 0, 0, 0, 0, 0]);
	assert_eq!(credential.encode(), expected);
}

#[test]
fn should_keep_the_layout_of_an_encryption_key_when_stored() {
	let key = EncryptionKey {
		suite: KeySuite::X25519,
		bytes: PublicKeyBytes::truncate_from(vec![9; 32]),
		generation: 2,
		registered: 3,
		revoked: Some(4),
	};
	let mut expected = vec![1, 128];
	expected.extend([9; 32]);
	expected.extend([2, 0, 0, 0]);
	expected.extend([3, 0, 0, 0, 0, 0, 0, 0]);
	expected.extend([1, 4, 0, 0, 0, 0, 0, 0, 0]);
	assert_eq!(key.encode(), expected);
}

#[test]
fn should_keep_the_layout_of_spending_when_stored() {
	let spending = Spending::<Balance> { day: 1, amount: 2 };
	assert_eq!(spending.encode(), [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn should_keep_the_names_when_the_genesis_is_written_as_json() {
	let institution: GenesisInstitution<u64, u64> =
		serde_json::from_str(r#"{ "name": "North", "administrator": 1, "allowance": 2 }"#)
			.expect("these are its fields");
	assert_eq!(
		institution,
		GenesisInstitution { name: "North".into(), administrator: 1, allowance: 2 }
	);

	let standard: GenesisStandard = serde_json::from_str(
		r#"{ "action": "accessStudy", "modality": "MR",
			"standard": { "anyOf": ["radiologist", "oncologist"] } }"#,
	)
	.expect("these are its fields");
	assert_eq!(
		standard,
		GenesisStandard {
			action: Action::AccessStudy,
			modality: Some(Modality::Mr),
			standard: reading_standard(),
		}
	);
}
