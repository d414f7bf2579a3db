// SPDX-License-Identifier: Apache-2.0

//! `contour`, as people at two hospitals use it, beside a real node.

use contour_e2e::{
	Person,
	hospitals::{LICENCE, NORTH, files, hospitals},
};
use contour_primitives::Hash;
use serde_json::{Value, json};
use std::{
	fs,
	path::{Path, PathBuf},
};

#[tokio::test(flavor = "multi_thread")]
async fn should_give_the_original_files_to_who_has_a_lease_and_to_nobody_else() {
	let (_node, chain, folder, [custodian, reader, stranger]) = hospitals().await;
	let images = folder.path().join("images");
	let dir = images.to_str().expect("a path of letters");
	let out = |name: &str| folder.path().join(name).to_str().expect("a path of letters").to_owned();
	custodian.succeed(&["phantom", "--out", dir, "--slices", "16", "--readers", "1"]);
	reader.succeed(&["keys", "register"]);

	// Nothing happens in a dry run; then the study is registered, once.
	let register = ["study", "register", dir, "--institution", "0"];
	let planned = custodian.succeed(&[&register[..], &["--dry-run"]].concat());
	let study = planned["planned"][0]["study"].as_str().expect("one study is planned").to_owned();
	assert!(!Path::new(&custodian.store).exists(), "a dry run writes nothing");
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
	let granted = custodian.succeed(&["access", "grant", &study, &grantee, "--duration", "15s"]);
	let leased = out("leased");
	reader.succeed(&["study", "fetch", &study, "--out", &leased]);
	assert!(came_back(&leased), "the same bytes");

	// Nothing is overwritten.
	let error = reader.fail(&["study", "fetch", &study, "--out", &leased]);
	assert!(error.contains("pass a folder that does not exist"), "{error}");

	// The lease ends with its time, and its use is an attempt.
	let expires = granted["expires"].as_u64().expect("it is a time");
	chain.await_moment(expires).await.expect("the chain goes on");
	let error = fetch("late");
	assert!(error.contains("your lease has ended"), "{error}");
	let history = custodian.succeed(&["study", "history", &study]);
	let told: Vec<_> = history["entries"]
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

/// The objects of a store, by length.
fn objects(store: &str) -> Vec<PathBuf> {
	let mut objects: Vec<_> = files(&Path::new(store).join("objects")).into_iter().collect();
	objects.sort_by_key(|(_, bytes)| bytes.len());
	objects.into_iter().map(|(path, _)| Path::new(store).join("objects").join(path)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn should_name_the_fault_when_what_is_fetched_was_tampered_with() {
	let (_node, _chain, folder, [custodian, reader, _]) = hospitals().await;
	let images = folder.path().join("images");
	let dir = images.to_str().expect("a path of letters");
	custodian.succeed(&["phantom", "--out", dir, "--slices", "16", "--readers", "1"]);
	reader.succeed(&["keys", "register"]);
	let registered = custodian.succeed(&["study", "register", dir, "--institution", "0"]);
	let study = registered["registered"][0]["study"].as_str().expect("it is registered");
	let out = folder.path().join("out").display().to_string();
	let fetch = ["study", "fetch", study, "--out", &out];

	// The manifest is the shorter object. Each fault has words of its own, and leaves nothing behind.
	let [manifest, log] = &objects(&custodian.store)[..] else { panic!("two objects") };
	let (named, whole) = (fs::read(manifest).expect("it is there"), fs::read(log).expect("too"));
	let faulty = |path: &Path, bytes: &[u8], told: &str| {
		let before = fs::read(path).expect("it is there");
		fs::write(path, bytes).expect("the store is writable");
		let error = custodian.fail(&fetch);
		assert!(error.contains(told), "{error}");
		assert!(!Path::new(&out).exists(), "nothing is left of an attempt");
		fs::write(path, before).expect("the store is writable");
	};
	let mut changed = whole.clone();
	changed[1_000] ^= 1;
	faulty(log, &changed, "is corrupt: its bytes have the hash");
	faulty(log, &whole[1..], "is corrupt");
	let name = manifest.file_name().and_then(|it| it.to_str()).expect("it has a name");
	faulty(log, &named, &format!("is corrupt: its bytes have the hash {name}"));
	fs::remove_file(log).expect("the store is writable");
	let error = custodian.fail(&fetch);
	assert!(error.contains("upload it again, or ask who deleted it"), "{error}");
	fs::write(log, whole).expect("the store is writable");

	// Another custodian's key opens nothing, and neither does another hospital's radiologist.
	let other = Person::new(&folder.path().join("other"), "key", &custodian.url, true);
	let other = Person { store: custodian.store.clone(), ..other };
	let error = other.fail(&fetch);
	assert!(error.contains("does not open with this key"), "{error}");
	let error = reader.fail(&fetch);
	assert!(error.contains("you have no lease"), "{error}");
	custodian.succeed(&fetch);

	// A lease is for one key: the same account with another one opens nothing.
	let twin = |name: &str| Person::with_account(folder.path(), name, &custodian.url, "//Twin");
	let (grantee, twin) = (twin("grantee"), twin("twin"));
	let alice = Person::with_account(folder.path(), "alice", &custodian.url, "//Alice");
	let account = grantee.account.to_string();
	let year = ["--roles", "radiologist", "--expires", "365days", "--licence-hash", LICENCE];
	alice.succeed(&[&["credential", "issue", &account][..], &year].concat());
	grantee.succeed(&["keys", "register"]);
	grantee.succeed(&["access", "request", study, "--purpose", "care", "--duration", "1h"]);
	custodian.succeed(&["access", "grant", study, &account]);
	let leased = folder.path().join("leased").display().to_string();
	let fetch = ["study", "fetch", study, "--out", &leased];
	let error = twin.fail(&fetch);
	assert!(error.contains("the wrapped key does not open"), "{error}");
	let copies = Path::new(&custodian.store).join("leases");
	let copy = fs::read_dir(copies).expect("it is there").next().expect("one is").expect("too");
	let [_, log] = &objects(copy.path().to_str().expect("letters"))[..] else { panic!("two") };
	let whole = fs::read(log).expect("it is there");
	fs::write(log, &whole[1..]).expect("the store is writable");
	let error = grantee.fail(&fetch);
	assert!(error.contains("is corrupt"), "{error}");
	fs::write(log, &whole).expect("the store is writable");
	grantee.succeed(&fetch);
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
