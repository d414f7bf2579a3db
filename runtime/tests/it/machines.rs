// SPDX-License-Identifier: Apache-2.0

//! What a machine may do that signs for a person, and what a thief of its key may not.

use crate::chain::*;
use contour_primitives::{
	DAY, Hash, KeySuite, Modality, ProxyType, Purpose, Refusal, Role, StudyId, audit::AccessKind,
};
use contour_runtime::{Imaging, Runtime, RuntimeCall, RuntimeEvent, System};
use pallet_imaging::{Call, NewStudy};
use sp_keyring::Sr25519Keyring;
use sp_runtime::DispatchError;

const STUDY: StudyId = StudyId(Hash::repeat_byte(42));

/// `machine` gets a credential of the north, and `person` names it a proxy.
fn machine_of(person: Sr25519Keyring, machine: Sr25519Keyring, proxy_type: ProxyType) {
	send(Alice, credential(&machine.to_account_id(), Role::Machine));
	let delegate = machine.to_account_id().into();
	send(person, pallet_proxy::Call::add_proxy { delegate, proxy_type, delay: 0 });
}

/// What came of a call that a machine signed for a person.
fn as_proxy(
	machine: Sr25519Keyring,
	person: Sr25519Keyring,
	call: impl Into<RuntimeCall>,
) -> Result<(), DispatchError> {
	send(
		machine,
		pallet_proxy::Call::proxy {
			real: person.to_account_id().into(),
			force_proxy_type: None,
			call: Box::new(call.into()),
		},
	);
	System::events()
		.into_iter()
		.rev()
		.find_map(|record| match record.event {
			RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
			_ => None,
		})
		.expect("it was executed")
}

/// What a call says that a proxy may not make.
fn filtered() -> DispatchError {
	frame_system::Error::<Runtime>::CallFiltered.into()
}

fn batch(calls: Vec<RuntimeCall>) -> RuntimeCall {
	RuntimeCall::Utility(pallet_utility::Call::force_batch { calls })
}

/// Dave keeps the north's studies, of which there is one; Eve reads in the south, and asked for it.
fn request_of_eve() {
	send(Alice, credential(&Dave.to_account_id(), Role::Custodian));
	send(Bob, credential(&Eve.to_account_id(), Role::Radiologist));
	let study = NewStudy {
		id: STUDY,
		patient: None,
		modality: Modality::Mr,
		content_root: Hash::repeat_byte(1),
		metadata_hash: Hash::repeat_byte(2),
		commitment: Hash::repeat_byte(3),
		instances: 1,
		bytes: 1,
		locator: Default::default(),
	};
	let studies = vec![study].try_into().expect("it is one");
	send(Dave, Call::register { custodian: NORTH, studies });
	let bytes = vec![7; 32].try_into().expect("it is short");
	send(Eve, pallet_credentials::Call::set_encryption_key { suite: KeySuite::X25519, bytes });
	let (study, purpose) = (STUDY, Purpose::ClinicalCare);
	send(Eve, Call::request_access { study, purpose, duration: DAY, approval: None });
}

fn grant() -> RuntimeCall {
	RuntimeCall::Imaging(Call::grant_access {
		study: STUDY,
		grantee: Eve.to_account_id(),
		key: vec![9; 80].try_into().expect("it is short"),
		expires: pallet_timestamp::Now::<Runtime>::get() + DAY / 24,
		locator: vec![2; 64].try_into().expect("it is short"),
	})
}

#[test]
fn should_answer_requests_and_nothing_else_when_the_daemon_has_a_key_of_its_own() {
	run(|| {
		request_of_eve();
		machine_of(Dave, Ferdie, ProxyType::Leases);
		assert_eq!(as_proxy(Ferdie, Dave, batch(vec![grant()])), Ok(()));
		assert!(Imaging::is_live(STUDY, Eve.to_account_id()));
		let study = STUDY;
		let (grantee, reason) = (Eve.to_account_id(), Hash::default());
		let patient = One.to_account_id();
		for stolen in [
			RuntimeCall::from(Call::withdraw { study }),
			Call::report_misuse { study, grantee, reason }.into(),
			Call::offer_custody { study, to: Some(EAST) }.into(),
			pallet_credentials::Call::enrol_patient { patient }.into(),
			pallet_proxy::Call::remove_proxies {}.into(),
			remark(),
		] {
			assert_eq!(as_proxy(Ferdie, Dave, stolen.clone()), Err(filtered()), "{stolen:?}");
			let both = batch(vec![grant(), stolen.clone()]);
			assert_eq!(as_proxy(Ferdie, Dave, both), Err(filtered()), "{stolen:?} in a batch");
		}
		let nested = batch(vec![batch(vec![grant()])]);
		assert_eq!(as_proxy(Ferdie, Dave, nested), Err(filtered()), "a batch of batches");
		let revoke = Call::revoke_access { study, grantee: Eve.to_account_id() };
		assert_eq!(as_proxy(Ferdie, Dave, revoke), Ok(()));
		assert!(!Imaging::is_live(STUDY, Eve.to_account_id()));
	});
}

#[test]
fn should_record_that_a_study_was_opened_and_nothing_else_when_a_readers_tool_signs() {
	run(|| {
		request_of_eve();
		send(Dave, grant());
		machine_of(Eve, Ferdie, ProxyType::Reading);
		let (study, kind) = (STUDY, AccessKind::View);
		assert_eq!(as_proxy(Ferdie, Eve, Call::record_access { study, kind }), Ok(()));
		let end = Call::end_access { study };
		assert_eq!(as_proxy(Ferdie, Eve, end), Err(filtered()));
		let claim = pallet_annotation::Call::claim { id: contour_primitives::TaskId(0) };
		assert_eq!(as_proxy(Ferdie, Eve, claim), Err(filtered()));
	});
}

#[test]
fn should_look_after_nodes_when_the_proxy_is_for_the_validator() {
	run(|| {
		machine_of(Alice, Ferdie, ProxyType::Validator);
		let node = contour_primitives::NodeKey([7; 32]);
		let register = pallet_authorities::Call::register_node { node };
		assert_eq!(as_proxy(Ferdie, Alice, register), Ok(()));
		let remove = pallet_authorities::Call::remove_node { institution: NORTH, node };
		assert_eq!(as_proxy(Ferdie, Alice, remove), Ok(()));
		let minimum = credential(&One.to_account_id(), Role::Scorer);
		assert_eq!(as_proxy(Ferdie, Alice, minimum), Err(filtered()));
	});
}

#[test]
fn should_have_standing_and_no_rights_when_nobody_named_the_machine_a_proxy() {
	run(|| {
		request_of_eve();
		send(Alice, credential(&Ferdie.to_account_id(), Role::Machine));
		send(Ferdie, remark());
		send_failing(Ferdie, grant());
		let (study, purpose) = (STUDY, Purpose::ClinicalCare);
		let request = Call::request_access { study, purpose, duration: DAY, approval: None };
		assert_eq!(
			send_failing(Ferdie, request),
			pallet_imaging::Error::<Runtime>::Refused(Refusal::MissingRole).into()
		);
		let not_proxy = pallet_proxy::Call::proxy {
			real: Dave.to_account_id().into(),
			force_proxy_type: None,
			call: Box::new(grant()),
		};
		assert_eq!(
			send_failing(Ferdie, not_proxy),
			pallet_proxy::Error::<Runtime>::NotProxy.into()
		);
	});
}
