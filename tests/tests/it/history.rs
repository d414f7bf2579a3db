// SPDX-License-Identifier: Apache-2.0

//! What becomes of a study, over WebSocket, and the history that proves it.

use codec::Encode;
use contour_e2e::{
	Chain, Node, NodeBuilder, Person,
	command::{Database, fail, path, succeed},
	development_spec, program_named, wait_for,
};
use contour_primitives::{
	AccountId, DAY, Hash, InstitutionId, KeySuite, Modality, Moment, Purpose, Role, Roles,
	Specialties, StudyId,
	audit::{
		AccessKind, Deed, Entry, Head, InvalidProof, Subject, head_from_proof, head_key, verify,
	},
};
use contour_runtime::{Header, RuntimeCall, RuntimeEvent};
use pallet_credentials::Call as Credentials;
use pallet_imaging::{Call as Imaging, Event, NewStudy};
use serde_json::{Value, json};
use sp_core::{Bytes, Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::{fs, process::Command, time::SystemTime};

const NORTH: InstitutionId = InstitutionId(0);
/// Long enough to use the lease, short enough to wait for its end.
const LEASE: Moment = 10_000;

struct People {
	custodian: sr25519::Pair,
	doctor: sr25519::Pair,
	patient: sr25519::Pair,
}

fn account(pair: &sr25519::Pair) -> AccountId {
	pair.public().into()
}

fn now() -> Moment {
	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
	now.as_millis() as Moment
}

fn credential(holder: &sr25519::Pair, roles: Roles) -> RuntimeCall {
	RuntimeCall::Credentials(Credentials::issue_credential {
		holder: account(holder),
		roles,
		specialties: Specialties::empty(),
		licence_hash: Hash::repeat_byte(1),
		expires: now() + 365 * DAY,
	})
}

/// A node of the chain `development`, and people whom its hospital vouches for.
async fn hospital(node: NodeBuilder) -> (Node, Chain, People) {
	let node = node.start().await.expect("the node starts");
	let chain = node.client().await.expect("the node answers");
	chain.await_finalized(1).await.expect("the chain finalizes");
	let pair = || sr25519::Pair::generate().0;
	let people = People { custodian: pair(), doctor: pair(), patient: pair() };

	let alice = Sr25519Keyring::Alice.pair();
	for (holder, role) in
		[(&people.custodian, Role::Custodian), (&people.doctor, Role::Radiologist)]
	{
		chain.send(&alice, credential(holder, role.into())).await.expect("Alice vouches");
	}
	let enrol = Credentials::enrol_patient { patient: account(&people.patient) };
	chain.send(&people.custodian, RuntimeCall::Credentials(enrol)).await.expect("it is a patient");
	let key = Credentials::set_encryption_key {
		suite: KeySuite::X25519,
		bytes: vec![7; 32].try_into().expect("it is short"),
	};
	chain.send(&people.doctor, RuntimeCall::Credentials(key)).await.expect("it is a key");
	(node, chain, people)
}

/// The custodian registers a study of the patient.
async fn register(chain: &Chain, people: &People, id: StudyId) {
	let study = NewStudy {
		id,
		patient: Some(account(&people.patient)),
		modality: Modality::Ct,
		content_root: Hash::repeat_byte(1),
		metadata_hash: Hash::repeat_byte(2),
		commitment: Hash::repeat_byte(3),
		instances: 120,
		bytes: 63_000_000,
		locator: vec![1; 32].try_into().expect("it is short"),
	};
	let studies = vec![study].try_into().expect("one is not too many");
	let register = Imaging::register { custodian: NORTH, studies };
	chain
		.send(&people.custodian, RuntimeCall::Imaging(register))
		.await
		.expect("the custodian registers");
}

async fn history(chain: &Chain, parameters: Value) -> Value {
	let parameters = parameters.as_array().expect("parameters are a list").clone();
	chain.rpc("contour_history", parameters).await.expect("the method is there")
}

#[tokio::test]
async fn should_prove_what_became_of_a_study_when_its_lease_has_expired_and_it_was_withdrawn() {
	let (_node, chain, people) = hospital(NodeBuilder::development()).await;
	let study = StudyId(Hash::repeat_byte(42));
	let grantee = account(&people.doctor);
	let imaging = |call| RuntimeCall::Imaging(call);

	register(&chain, &people, study).await;
	let purpose = Purpose::ClinicalCare;
	let request =
		imaging(Imaging::request_access { study, purpose, duration: DAY, approval: None });
	chain.send(&people.doctor, request).await.expect("the doctor asks");
	let expires = now() + LEASE;
	let grant = imaging(Imaging::grant_access {
		study,
		grantee: grantee.clone(),
		key: vec![9; 80].try_into().expect("it is short"),
		expires,
		locator: vec![2; 32].try_into().expect("it is short"),
	});
	chain.send(&people.custodian, grant).await.expect("the custodian grants");
	let record = |kind| imaging(Imaging::record_access { study, kind });
	let viewed = chain.send(&people.doctor, record(AccessKind::View)).await.expect("it is live");
	assert!(viewed.events.iter().any(|event| matches!(
		event,
		RuntimeEvent::Imaging(Event::Accessed { kind: AccessKind::View, .. })
	)));

	chain.await_moment(expires).await.expect("the chain goes on");
	let attempted =
		chain.send(&people.doctor, record(AccessKind::Download)).await.expect("it is recorded");
	assert!(attempted.events.iter().any(|event| matches!(
		event,
		RuntimeEvent::Imaging(Event::AccessAttempted { kind: AccessKind::Download, .. })
	)));
	let withdraw = imaging(Imaging::withdraw { study });
	chain.send(&people.patient, withdraw).await.expect("the patient withdraws");

	let subject = Subject::<AccountId>::Study(study);
	let name = json!({ "study": study });
	let count = wait_for("the end of the history to be final", 60, || async {
		let verification: Value = chain.rpc("contour_verifyHistory", [name.clone()]).await?;
		let last = history(&chain, json!([name, null, 1])).await;
		let withdrawn = last["entries"][0]["what"].get("withdrawn").is_some();
		Ok(withdrawn.then(|| verification["intact"].as_u64().expect("it is a number")))
	})
	.await
	.expect("the chain finalizes");

	// Page by page, as a client would.
	let mut entries: Vec<Entry<AccountId>> = Vec::new();
	let mut from = Value::Null;
	let head: Head = loop {
		let page = history(&chain, json!([name, from, 2])).await;
		assert_eq!(page["broken"], Value::Null);
		for entry in page["entries"].as_array().expect("it is a list") {
			entries.push(serde_json::from_value(entry.clone()).expect("it is an entry"));
		}
		from = page["next"].clone();
		if from.is_null() {
			break serde_json::from_value(page["head"].clone()).expect("it is a head");
		}
	};
	entries.reverse();
	assert_eq!((entries.len() as u64, u64::from(head.count)), (count, count));

	// As somebody does who trusts a finalized header only.
	let finalized: Hash = chain.rpc("chain_getFinalizedHead", []).await.expect("there is one");
	let header: Header = chain.header(Some(finalized)).await.expect("it is there");
	let proof: Value = chain
		.rpc("state_getReadProof", [json!([Bytes(head_key(&subject))]), json!(finalized)])
		.await
		.expect("the node has the state");
	let nodes: Vec<Bytes> =
		serde_json::from_value(proof["proof"].clone()).expect("a proof is a list of nodes");
	let nodes: Vec<Vec<u8>> = nodes.into_iter().map(|node| node.0).collect();
	assert_eq!(head_from_proof(header.state_root, nodes.clone(), &subject), Ok(head));
	assert_eq!(head_from_proof(Hash::zero(), nodes, &subject), Err(InvalidProof::Incomplete));
	let encoded: Vec<_> = entries.iter().map(Encode::encode).collect();
	let told = verify(&subject, head, &encoded).expect("nothing is missing or changed");

	let expected = [
		Deed::AccessRequested { purpose, duration: DAY },
		Deed::AccessGranted { grantee: grantee.clone(), purpose, expires },
		Deed::Accessed { kind: AccessKind::View },
		Deed::AccessAttempted { kind: AccessKind::Download },
		Deed::Withdrawn { commitment: Hash::repeat_byte(3) },
	];
	assert!(matches!(told[0].what, Deed::Registered { custodian: NORTH, .. }));
	// Time may have come before or after the attempt.
	let by_people: Vec<_> =
		told[1..].iter().filter(|entry| entry.who.is_some()).map(|entry| &entry.what).collect();
	assert_eq!(by_people, expected.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn should_have_an_empty_history_when_nothing_happened() {
	let (_node, chain, people) = hospital(NodeBuilder::development()).await;
	for name in
		[json!({ "study": StudyId(Hash::zero()) }), json!({ "patient": account(&people.patient) })]
	{
		let page = history(&chain, json!([name])).await;
		assert_eq!(page["head"]["count"], 0);
		assert_eq!(page["entries"], json!([]));
		let verification: Value =
			chain.rpc("contour_verifyHistory", [name]).await.expect("the method is there");
		assert_eq!((&verification["intact"], &verification["broken"]), (&json!(0), &Value::Null));
	}
	let nonsense: Result<Value, _> = chain.rpc("contour_history", [json!("nonsense")]).await;
	assert!(nonsense.is_err(), "{nonsense:?}");
}

#[tokio::test]
async fn should_have_the_whole_history_again_when_a_node_that_did_not_index_rebuilds_it() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let spec = development_spec(folder.path()).expect("it is written");
	let node = || NodeBuilder::alone(&spec).base_path(folder.path());
	let database = Database::new(folder.path().into(), path(&spec));
	let study = StudyId(Hash::repeat_byte(42));
	let name = json!({ "study": study });
	let verification = async |chain: &Chain| -> Value {
		chain.rpc("contour_verifyHistory", [name.clone()]).await.expect("the method is there")
	};

	let (running, chain, people) = hospital(node().without_index()).await;
	register(&chain, &people, study).await;
	let end = chain.header(None).await.expect("there is one").number;
	chain.await_finalized(end).await.expect("the chain finalizes");
	let lost = verification(&chain).await;
	assert_eq!((&lost["intact"], &lost["broken"]["break"]), (&json!(0), &json!("missing")));
	let id = format!("{:?}", study.0);
	let ask = ["study", "history", &id];
	let mut clerk = Person::new(&folder.path().join("clerk"), "key", running.url(), false);
	let (told, succeeded) = clerk.run(&ask).expect("it answers");
	assert_eq!(
		(succeeded, &told["entries"], &told["broken"]),
		(false, &json!([]), &lost["broken"])
	);
	let error = told["error"].as_str().expect("it says why");
	assert!(error.contains("entry 1 of 1 is missing"), "{error}");
	assert!(clerk.fail(&["study", "verify", &id]).contains("entry 1 of 1 is missing"));
	let mut read = Command::new(program_named("contour").expect("it is built"));
	let read = read.args(ask).args(["--url", running.url()]).output().expect("it runs");
	let (told, said) =
		(String::from_utf8_lossy(&read.stdout), String::from_utf8_lossy(&read.stderr));
	assert_eq!(read.status.code(), Some(1), "{said}");
	assert!(told.starts_with("INCOMPLETE: entry 1 of 1 is missing"), "{told}");
	assert!(said.contains("contour-node rebuild-history"), "{said}");
	let in_use = fail(database.with(&["rebuild-history"]));
	assert!(in_use.contains("stop it first"), "{in_use}");
	drop(chain);
	running.stop().await.expect("it stops");

	let rebuild = |arguments: &[&str]| -> Value {
		let text = succeed(database.with(&[&["rebuild-history"], arguments].concat()));
		serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
	};
	let dry = rebuild(&["--dry-run"]);
	assert!(dry["blocks"].as_u64() >= Some(end.into()), "{dry}");
	assert_eq!((&dry["entries"], &dry["restored"]), (&json!(1), &json!(1)));
	let rebuilt = rebuild(&[]);
	assert_eq!(rebuilt["dryRun"], false);
	assert_eq!((&rebuilt["entries"], &rebuilt["restored"]), (&json!(1), &json!(1)));
	let again = rebuild(&[]);
	assert_eq!((&again["entries"], &again["restored"]), (&json!(1), &json!(0)), "nothing to do");
	let left = fs::read_dir(folder.path().join("chains/contour-development"))
		.expect("the node's folder")
		.map(|entry| entry.expect("it is readable").file_name())
		.filter(|name| name.to_string_lossy().starts_with("rebuild"));
	assert_eq!(left.count(), 0, "the replay left nothing");

	let running = node().start().await.expect("it starts on the database as it was");
	let chain = running.client().await.expect("the node answers");
	let found = verification(&chain).await;
	assert_eq!((&found["intact"], &found["broken"]), (&json!(1), &Value::Null));
	let registered = &history(&chain, json!([name])).await["entries"][0];
	assert!(registered["what"].get("registered").is_some(), "{registered}");
	clerk.url = running.url().into();
	let told = clerk.succeed(&ask);
	assert_eq!((&told["entries"], &told["broken"]), (&json!([registered]), &Value::Null));
}

#[test]
fn should_say_what_was_meant_when_there_is_no_history_to_rebuild() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let nothing = Database::new(folder.path().into(), "development");
	let error = fail(nothing.with(&["rebuild-history"]));
	assert!(error.contains("there is no chain in"), "{error}");
}
