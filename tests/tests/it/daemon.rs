// SPDX-License-Identifier: Apache-2.0

//! `contour gateway run`, as a hospital runs it: killed, started again, and told what to decide.

use contour_e2e::{
	Error, NodeBuilder, ObjectStore, Person,
	hospitals::{LICENCE, credential, files, hospitals, hospitals_beside, now},
	wait_for,
};
use contour_primitives::Role;
use serde_json::{Value, json};
use sp_keyring::Sr25519Keyring;
use std::{
	fs::{self, File},
	path::{Path, PathBuf},
	process::{Child, Stdio},
	time::Duration,
};

/// A daemon. It is killed when the value is dropped.
struct Daemon {
	process: Child,
	said: PathBuf,
}

impl Daemon {
	fn start(custodian: &Person, policy: &Path) -> Self {
		let said = policy.with_extension("said");
		let log = policy.with_extension("log");
		let process = custodian
			.command(&["gateway", "run", "--policy", policy.to_str().expect("it has letters only")])
			.expect("it is built")
			.stdout(File::create(&said).expect("the folder is writable"))
			.stderr(File::create(log).expect("the folder is writable"))
			.stdin(Stdio::null())
			.spawn()
			.expect("it starts");
		Self { process, said }
	}

	/// What it said so far.
	fn acts(&self) -> Vec<Value> {
		let said = fs::read_to_string(&self.said).expect("it is there");
		// The last line may not be whole yet.
		said.lines().map_while(|line| serde_json::from_str(line).ok()).collect()
	}

	/// Waits until it says that it did something.
	async fn await_act(&self, act: &str) -> Value {
		let said = wait_for(act, 120, || async {
			Ok(self.acts().into_iter().find(|said| said["act"] == act))
		});
		said.await.unwrap_or_else(|error: Error| panic!("{error}: {:?}", self.acts()))
	}
}

impl Drop for Daemon {
	fn drop(&mut self) {
		self.process.kill().expect("it is ours");
		self.process.wait().expect("it was started");
	}
}

/// Starts the daemon, kills it after a while, starts it again, and so on, until something is so.
async fn killed_until(custodian: &Person, policy: &Path, done: impl Fn() -> bool) {
	let mut lived = Vec::new();
	// Steps shorter than a slot at first, so that it is killed in all that it does within some blocks.
	let soon = (1..=7).map(|step| step * 300);
	for millis in soon.chain([3_000, 4_500, 6_000, 9_000, 14_000, 20_000, 30_000]) {
		let daemon = Daemon::start(custodian, policy);
		tokio::time::sleep(Duration::from_millis(millis)).await;
		lived.push(daemon.acts());
		drop(daemon);
		if done() {
			return;
		}
	}
	panic!("{lived:?}");
}

/// Leased copies in the store.
fn copies(custodian: &Person) -> Vec<PathBuf> {
	let copies = fs::read_dir(Path::new(&custodian.store).join("leases"));
	copies.into_iter().flatten().map(|entry| entry.expect("it is readable").path()).collect()
}

fn deeds(person: &Person, study: &str) -> Vec<String> {
	let history = person.succeed(&["study", "history", study]);
	let entries = history["entries"].as_array().expect("it is a list").iter();
	entries.map(|entry| entry["what"].to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn should_lose_and_repeat_nothing_when_it_is_killed_at_any_time() {
	let (_node, _chain, folder, [custodian, reader, _]) = hospitals().await;
	let images = folder.path().join("images");
	let dir = images.to_str().expect("a path of letters");
	custodian.succeed(&["phantom", "--out", dir, "--slices", "16", "--readers", "1"]);
	reader.succeed(&["keys", "register"]);
	let registered = custodian.succeed(&["study", "register", dir, "--institution", "0"]);
	let study = registered["registered"][0]["study"].as_str().expect("it is registered");
	let policy = folder.path().join("policy.toml");
	let rule = "[[rule]]\ndecide = 'grant'\npurposes = ['care']\nlongest = '30min'\n";
	fs::write(&policy, format!("institution = 0\n{rule}")).expect("the folder is writable");

	// Asked for: granted once, by however many daemons it takes.
	reader.succeed(&["access", "request", study, "--purpose", "care", "--duration", "2h"]);
	let state = || custodian.succeed(&["access", "list", study])[0]["status"].clone();
	assert_eq!(state()["state"], "requested");
	killed_until(&custodian, &policy, || state()["state"] == "live").await;
	let expires = state()["expires"].as_u64().expect("it is a time");
	assert!(expires <= now() + 30 * 60 * 1000, "no longer than the policy allows");
	let granted = deeds(&custodian, study).iter().filter(|it| it.contains("Granted")).count();
	assert_eq!(granted, 1);
	assert_eq!(copies(&custodian).len(), 1);
	let out = folder.path().join("out");
	reader.succeed(&["study", "fetch", study, "--out", out.to_str().expect("letters")]);
	let originals = files(&images);
	let fetched = files(&out);
	assert!(
		!fetched.is_empty() && fetched.iter().all(|(path, it)| originals.get(path) == Some(it))
	);

	// Nothing is left to be done, and what nobody wants goes: also what was there before.
	let stray = copies(&custodian)[0].with_file_name("0123456789abcdef01234567");
	fs::create_dir_all(stray.join("objects")).expect("the store is writable");
	let path = policy.to_str().expect("a path of letters");
	let once = custodian
		.command(&["gateway", "run", "--policy", path, "--once"])
		.map(|mut it| it.output());
	let once =
		String::from_utf8(once.expect("it is built").expect("it runs").stdout).expect("it is text");
	assert!(once.starts_with(r#"{"act":"connected""#) && once.lines().count() == 1, "{once}");
	assert!(stray.is_dir(), "another custodian's copy is not touched");

	// Prolonged: the same copy, with a key for the new time.
	let grantee = reader.account.to_string();
	custodian.succeed(&["access", "renew", study, &grantee, "--duration", "3h"]);
	assert!(state()["expires"].as_u64() > Some(expires));
	let again = folder.path().join("again");
	reader.succeed(&["study", "fetch", study, "--out", again.to_str().expect("letters")]);

	// Ended: the copy is deleted, by however many daemons it takes.
	custodian.succeed(&["access", "revoke", study, &grantee]);
	killed_until(&custodian, &policy, || copies(&custodian) == [stray.clone()]).await;
	let late = folder.path().join("late");
	let error = reader.fail(&["study", "fetch", study, "--out", late.to_str().expect("letters")]);
	assert!(error.contains("your lease has ended (Revoked)"), "{error}");
	assert_eq!(custodian.succeed(&["study", "verify", study])["broken"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn should_decide_as_the_policy_says_when_it_runs() {
	let (_node, _chain, folder, [custodian, reader, stranger]) = hospitals().await;
	let images = folder.path().join("images");
	let dir = images.to_str().expect("a path of letters");
	custodian.succeed(&["phantom", "--out", dir, "--slices", "16", "--readers", "1"]);
	reader.succeed(&["keys", "register"]);
	let registered = custodian.succeed(&["study", "register", dir, "--institution", "0"]);
	let study = registered["registered"][0]["study"].as_str().expect("it is registered");
	let grantee = json!(reader.account);
	let write = |name: &str, rules: &str| {
		let policy = folder.path().join(name);
		fs::write(&policy, format!("institution = 0\n{rules}")).expect("the folder is writable");
		policy
	};
	let request = ["access", "request", study, "--purpose", "care", "--duration", "1h"];

	// What no rule decides waits for a person, who is told.
	reader.succeed(&request);
	let daemon = Daemon::start(&custodian, &write("ask.toml", ""));
	let waiting = daemon.await_act("waiting").await;
	assert_eq!((&waiting["grantee"], &waiting["study"]), (&grantee, &json!(study)));
	drop(daemon);

	// Declined, and then granted when it is asked for anew, while the daemon runs.
	let refuse = write("refuse.toml", "[[rule]]\ndecide = 'decline'\ninstitutions = [1]\n");
	let path = refuse.to_str().expect("a path of letters");
	let dry = custodian
		.command(&["gateway", "run", "--policy", path, "--dry-run"])
		.map(|mut it| it.output());
	let dry =
		String::from_utf8(dry.expect("it is built").expect("it runs").stdout).expect("it is text");
	assert_eq!(dry.matches(r#""act":"declined""#).count(), 1, "{dry}");
	let daemon = Daemon::start(&custodian, &refuse);
	assert_eq!(daemon.await_act("declined").await["grantee"], grantee);
	drop(daemon);
	assert_eq!(custodian.succeed(&["access", "list", study]), json!([]));
	let daemon = Daemon::start(
		&custodian,
		&write("grant.toml", "[[rule]]\ndecide = 'grant'\nmodalities = ['MR']\n"),
	);
	daemon.await_act("connected").await;
	reader.succeed(&request);
	assert_eq!(daemon.await_act("granted").await["emergency"], false);
	reader.succeed(&["access", "end", study]);
	daemon.await_act("deleted").await;
	assert!(copies(&custodian).is_empty());

	// In an emergency nobody is asked: the key is there, and the custodian reviews it.
	let alice = Person::with_account(folder.path(), "alice", &custodian.url, "//Alice");
	let clinician = stranger.account.to_string();
	let year = ["--roles", "clinician", "--expires", "365days", "--licence-hash", LICENCE];
	alice.succeed(&[&["credential", "issue", &clinician][..], &year].concat());
	stranger.succeed(&["keys", "register"]);
	let reasons = folder.path().join("reasons");
	fs::write(&reasons, "Seizure, no history at hand.").expect("the folder is writable");
	let reasons = reasons.to_str().expect("a path of letters");
	stranger.succeed(&["access", "emergency", study, "--reason", reasons]);
	let granted =
		|| daemon.acts().iter().any(|act| act["emergency"] == true && act["act"] == "granted");
	wait_for("the key", 120, || async { Ok(granted().then_some(())) }).await.expect("it comes");
	let out = folder.path().join("out").display().to_string();
	stranger.succeed(&["study", "fetch", study, "--out", &out]);
	custodian.succeed(&["access", "review", study, &clinician, "--unjustified"]);
	let gone = || copies(&custodian).is_empty().then_some(());
	wait_for("its end", 120, || async { Ok(gone()) }).await.expect("the copy goes");
	drop(daemon);

	// Who may not answer for the hospital is told so at once.
	let error = stranger.fail(&["gateway", "run", "--policy", path]);
	assert!(error.contains("no root secret"), "{error}");
	let nonsense = write("nonsense.toml", "[[rule]]\ndecide = 'maybe'\n");
	let path = nonsense.to_str().expect("a path of letters");
	let error = custodian.fail(&["gateway", "run", "--policy", path]);
	assert!(error.contains("unknown variant `maybe`"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_lease_from_an_object_store_that_is_away_for_a_while() {
	let base = tempfile::tempdir().expect("a temporary folder");
	let start = || NodeBuilder::development().base_path(base.path());
	let (node, _chain, folder, [mut custodian, mut reader, _]) = hospitals_beside(start()).await;
	let objects = ObjectStore::start().await.expect("it starts");
	custodian.store = objects.url("north");
	(custodian.environment, reader.environment) = (objects.environment(), objects.environment());
	let images = folder.path().join("images");
	let dir = images.to_str().expect("a path of letters");
	custodian.succeed(&["phantom", "--out", dir, "--slices", "16", "--readers", "1"]);
	reader.succeed(&["keys", "register"]);
	let registered = custodian.succeed(&["study", "register", dir, "--institution", "0"]);
	let study = registered["registered"][0]["study"].as_str().expect("it is registered");
	let policy = folder.path().join("policy.toml");
	fs::write(&policy, "institution = 0\n[[rule]]\ndecide = 'grant'\n").expect("it is writable");

	// The originals cannot be read at first: the daemon says so, and tries again.
	let (there, away) = (objects.folder("north/objects"), objects.folder("north/away"));
	fs::rename(&there, &away).expect("the folder is ours");
	let daemon = Daemon::start(&custodian, &policy);
	reader.succeed(&["access", "request", study, "--purpose", "care", "--duration", "1h"]);
	let failed = daemon.await_act("failed").await;
	assert!(failed["reason"].as_str().is_some_and(|it| it.contains("is not in s3://images/north")));
	fs::rename(&away, &there).expect("the folder is ours");
	daemon.await_act("granted").await;
	let out = folder.path().join("out");
	reader.succeed(&["study", "fetch", study, "--out", out.to_str().expect("letters")]);
	let (originals, fetched) = (files(&images), files(&out));
	assert!(
		!fetched.is_empty() && fetched.iter().all(|(path, it)| originals.get(path) == Some(it))
	);

	// Without credentials the store is the one that refuses.
	reader.environment[3].1 = "wrong".into();
	let none = folder.path().join("none");
	let error = reader.fail(&["study", "fetch", study, "--out", none.to_str().expect("letters")]);
	assert!(error.contains("credentials"), "{error}");

	// The node is away for a while, too. What happened meanwhile is not missed: the copy goes.
	let port = node.port();
	node.stop().await.expect("it stops");
	daemon.await_act("disconnected").await;
	let node = start().rpc_port(port).start().await.expect("it starts again");
	assert_eq!(node.port(), port);
	custodian.succeed(&["access", "revoke", study, &reader.account.to_string()]);
	daemon.await_act("deleted").await;
	assert!(
		!objects.folder("north/leases").exists()
			|| files(&objects.folder("north/leases")).is_empty()
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn should_answer_and_do_nothing_else_when_it_runs_with_a_machines_key() {
	let (_node, chain, folder, [custodian, reader, _]) = hospitals().await;
	let machine = Person {
		key: folder.path().join("machine"),
		environment: vec![("CONTOUR_ON_BEHALF_OF".into(), custodian.account.to_string())],
		..custodian.clone()
	};
	let (key, passphrase) = (machine.key.display(), machine.passphrase.display());
	let (key, passphrase) = (key.to_string(), passphrase.to_string());
	let made = custodian.succeed(&[
		"keys",
		"for-machine",
		"--out",
		&key,
		"--new-passphrase-file",
		&passphrase,
	]);
	let account = made["account"].as_str().expect("it has an account of its own");
	assert_ne!(account, custodian.account.to_string());
	let holder = account.parse().expect("it is an address");
	let alice = Sr25519Keyring::Alice.pair();
	chain.send_all([(&alice, credential(&holder, Role::Machine))]).await.expect("she may");

	let images = folder.path().join("images");
	let dir = images.to_str().expect("a path of letters");
	custodian.succeed(&["phantom", "--out", dir, "--slices", "16", "--readers", "1"]);
	reader.succeed(&["keys", "register"]);
	let registered = custodian.succeed(&["study", "register", dir, "--institution", "0"]);
	let study = registered["registered"][0]["study"].as_str().expect("it is registered");
	reader.succeed(&["access", "request", study, "--purpose", "care", "--duration", "1h"]);
	let policy = folder.path().join("policy.toml");
	fs::write(&policy, "institution = 0\n[[rule]]\ndecide = 'grant'\n").expect("it is writable");

	// Nobody has named it a proxy yet.
	let daemon = Daemon::start(&machine, &policy);
	let refused = daemon.await_act("disconnected").await;
	let reason = refused["reason"].as_str().expect("it says why");
	assert!(reason.contains("contour proxy add"), "{reason}");
	drop(daemon);
	custodian.succeed(&["proxy", "add", account, "--for", "leases"]);
	let proxies = custodian.succeed(&["proxy", "list"]);
	assert_eq!(proxies, json!([{ "delegate": account, "proxyType": "leases", "delay": 0 }]));
	let daemon = Daemon::start(&machine, &policy);
	daemon.await_act("granted").await;
	let out = folder.path().join("out");
	reader.succeed(&["study", "fetch", study, "--out", out.to_str().expect("letters")]);

	// Whoever stole the key can take leases back, and nothing worse.
	let error = machine.fail(&["study", "withdraw", study, "--yes"]);
	assert!(error.contains("not for this"), "{error}");
	custodian.succeed(&["proxy", "remove", account, "--for", "leases"]);
	let grantee = reader.account.to_string();
	let error = machine.fail(&["access", "revoke", study, &grantee]);
	assert!(error.contains("contour proxy add"), "{error}");
}
