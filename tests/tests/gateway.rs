// SPDX-License-Identifier: Apache-2.0

//! `contour`, as people at two hospitals use it, beside a real node.

use contour_e2e::{Chain, Node, NodeBuilder, Person, council};
use contour_primitives::{
	AccountId, DAY, Hash, InstitutionId, Moment, Role, Roles, Specialties, UNIT,
};
use contour_runtime::RuntimeCall;
use pallet_credentials::Call as Credentials;
use serde_json::{Value, json};
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	time::{Duration, SystemTime},
};
use tempfile::TempDir;

const NORTH: InstitutionId = InstitutionId(0);
const SOUTH: InstitutionId = InstitutionId(1);

fn now() -> Moment {
	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
	now.as_millis() as Moment
}

fn credential(holder: &AccountId, role: Role) -> RuntimeCall {
	RuntimeCall::Credentials(Credentials::issue_credential {
		holder: holder.clone(),
		roles: Roles::from(role),
		specialties: Specialties::empty(),
		licence_hash: Hash::repeat_byte(1),
		expires: now() + 365 * DAY,
	})
}

/// A chain with a second hospital, and people: the north's custodian, the south's radiologist, and
/// somebody for whom nobody vouches.
async fn hospitals() -> (Node, Chain, TempDir, [Person; 3]) {
	let node = NodeBuilder::development().start().await.expect("the node starts");
	let chain = node.client().await.expect("the node answers");
	chain.await_finalized(1).await.expect("the chain finalizes");
	let folder = tempfile::tempdir().expect("a temporary folder");
	let person = |name, custodian| Person::new(folder.path(), name, node.url(), custodian);
	let people = [person("custodian", true), person("reader", false), person("stranger", false)];

	let (alice, head) = (Sr25519Keyring::Alice.pair(), sr25519::Pair::generate().0);
	let admit = Credentials::admit_institution {
		name: b"South".to_vec().try_into().expect("it is short"),
		administrator: head.public().into(),
		allowance: UNIT,
	};
	let top_up = Credentials::top_up { institution: SOUTH, amount: 100 * UNIT };
	let calls = [admit, top_up].map(RuntimeCall::Credentials).to_vec();
	let motion = RuntimeCall::Utility(pallet_utility::Call::batch_all { calls });
	council::pass(&chain, std::slice::from_ref(&alice), motion)
		.await
		.expect("Alice is the council");
	chain.send(&alice, credential(&people[0].account, Role::Custodian)).await.expect("it may");
	let vouched = chain.send(&head, credential(&people[1].account, Role::Radiologist)).await;
	let vouched = vouched.expect("the south may");
	let number = chain.header(Some(vouched.block)).await.expect("it is there").number;
	chain.await_finalized(number).await.expect("the chain finalizes");
	(node, chain, folder, people)
}

/// Every file below a folder, by its path in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
	let mut found = BTreeMap::new();
	let mut folders = vec![folder.to_path_buf()];
	while let Some(next) = folders.pop() {
		for entry in fs::read_dir(next).expect("it is readable") {
			let path = entry.expect("it is readable").path();
			if path.is_dir() {
				folders.push(path);
			} else {
				let name = path.strip_prefix(folder).expect("it is below").to_path_buf();
				found.insert(name, fs::read(path).expect("it is readable"));
			}
		}
	}
	found
}

#[tokio::test(flavor = "multi_thread")]
async fn should_give_the_original_files_to_who_has_a_lease_and_to_nobody_else() {
	let (_node, _chain, folder, [custodian, reader, stranger]) = hospitals().await;
	let images = folder.path().join("images");
	let dir = images.to_str().expect("a path of letters");
	let out = |name: &str| folder.path().join(name).to_str().expect("a path of letters").to_owned();
	custodian.succeed(&["phantom", "--out", dir, "--slices", "16", "--readers", "1"]);
	reader.succeed(&["keys", "register"]);

	// Nothing happens in a dry run; then the study is registered, once.
	let register = ["study", "register", dir, "--institution", "0"];
	let planned = custodian.succeed(&[&register[..], &["--dry-run"]].concat());
	let study = planned["planned"][0]["study"].as_str().expect("one study is planned").to_owned();
	assert!(!custodian.store.exists(), "a dry run writes nothing");
	assert!(custodian.fail(&["study", "show", &study]).contains("is not a study on this chain"));
	let refused = stranger.fail(&register);
	assert!(refused.contains("no root secret"), "{refused}");
	let registered = custodian.succeed(&register);
	assert_eq!(registered["registered"][0]["study"], json!(study));
	let again = custodian.succeed(&register);
	assert_eq!((&again["already"], &again["registered"]), (&json!([study]), &json!([])));
	let shown = reader.succeed(&["study", "show", &study]);
	assert_eq!((&shown["custodian"], &shown["modality"]), (&json!(NORTH), &json!("MR")));
	let originals = files(&images);
	let came_back = |folder: &str| {
		let files = files(Path::new(folder));
		assert_eq!(Some(files.len() as u64), shown["instances"].as_u64());
		files.iter().all(|(path, bytes)| originals.get(path) == Some(bytes))
	};

	// The custodian opens its own copy; nobody else opens anything.
	let own = out("own");
	custodian.succeed(&["study", "fetch", &study, "--out", &own]);
	assert!(came_back(&own), "the same bytes");
	for person in [&reader, &stranger] {
		let error = person.fail(&["study", "fetch", &study, "--out", &out("none")]);
		assert!(error.contains("you have no lease"), "{error}");
	}
	let request = ["access", "request", &study, "--purpose", "care", "--duration", "1h"];
	let error = stranger.fail(&request);
	assert!(error.contains("no institution vouches for this account"), "{error}");
	let research = ["access", "request", &study, "--purpose", "gru", "--duration", "1h"];
	let error = reader.fail(&research);
	assert!(error.contains("The patient's consent does not cover this purpose"), "{error}");

	// Asked for and granted, for a short time.
	reader.succeed(&request);
	let fetch = |name: &str| reader.fail(&["study", "fetch", &study, "--out", &out(name)]);
	assert!(fetch("early").contains("has not answered your request yet"));
	let pending = custodian.succeed(&["access", "list", "--institution", "0"]);
	assert_eq!(pending[0]["grantee"], json!(reader.account));
	let grantee = reader.account.to_string();
	let error = custodian.fail(&["access", "grant", &study, &custodian.account.to_string()]);
	assert!(error.contains("has not asked for this study"), "{error}");
	let granted = custodian.succeed(&["access", "grant", &study, &grantee, "--duration", "40s"]);
	let leased = out("leased");
	reader.succeed(&["study", "fetch", &study, "--out", &leased]);
	assert!(came_back(&leased), "the same bytes");

	// Another key than the grantee's opens nothing.
	let error = reader.fail(&["study", "fetch", &study, "--out", &leased]);
	assert!(error.contains("name a folder that does not"), "{error}");

	// The lease ends with its time, and its use is an attempt.
	let expires = granted["expires"].as_u64().expect("it is a time");
	tokio::time::sleep(Duration::from_millis(expires.saturating_sub(now()) + 8_000)).await;
	let error = fetch("late");
	assert!(error.contains("your lease has ended"), "{error}");
	let history = custodian.succeed(&["study", "history", &study]);
	let told: Vec<_> = history
		.as_array()
		.expect("it is a list")
		.iter()
		.rev()
		.map(|entry| entry["what"].as_object().and_then(|what| what.keys().next()).cloned())
		.map(|name| name.expect("each of these has fields"))
		.filter(|name| name != "accessExpired")
		.collect();
	let expected = [
		"registered",
		"accessRequested",
		"accessGranted",
		"accessed",
		"accessed",
		"accessAttempted",
	];
	assert_eq!(told, expected);
	let verified = custodian.succeed(&["study", "verify", &study]);
	assert_eq!(verified["broken"], Value::Null);
}

#[test]
fn should_say_what_to_do_when_something_is_missing() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let nobody = "ws://127.0.0.1:9";
	let person = Person::new(folder.path(), "key", nobody, true);
	let error = person.fail(&["study", "show", &format!("{:?}", Hash::zero())]);
	assert!(error.contains("no node answers at ws://127.0.0.1:9"), "{error}");
	let error = person.fail(&["keys", "generate"]);
	assert!(error.contains("exists and is not overwritten"), "{error}");
	let empty = folder.path().join("empty");
	fs::create_dir(&empty).expect("the folder is writable");
	let empty = empty.to_str().expect("a path of letters");
	let error = person.fail(&["study", "register", empty, "--institution", "0"]);
	assert!(error.contains("no study in"), "{error}");
	fs::write(folder.path().join("passphrase"), "wrong").expect("the folder is writable");
	let error = person.fail(&["keys", "show"]);
	assert!(error.contains("the passphrase is wrong"), "{error}");
}
