// SPDX-License-Identifier: Apache-2.0

//! The commands of `contour` with which hospitals run their chain, beside a real node.

use contour_e2e::{Node, NodeBuilder, Person, hospitals::LICENCE};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};
use tempfile::TempDir;

/// A node of one hospital, and its administrator with a key file.
async fn chain_of_one() -> (Node, TempDir, Person) {
	let node = NodeBuilder::development().start().await.expect("the node starts");
	let chain = node.client().await.expect("the node answers");
	chain.await_finalized(1).await.expect("the chain finalizes");
	let folder = tempfile::tempdir().expect("a temporary folder");
	let alice = Person::with_account(folder.path(), "alice", node.url(), "//Alice");
	(node, folder, alice)
}

/// A file with a text, by its path.
fn file(folder: &Path, name: &str, text: &str) -> String {
	let path = folder.join(name);
	fs::write(&path, text).expect("the folder is writable");
	path.to_str().expect("a path of letters").into()
}

/// Contents of the files in a folder, without its folders' names.
fn contents(folder: &Path) -> BTreeSet<Vec<u8>> {
	let mut found = BTreeSet::new();
	for entry in fs::read_dir(folder).expect("it is readable") {
		let path = entry.expect("it is readable").path();
		if path.is_dir() {
			found.extend(contents(&path));
		} else {
			found.insert(fs::read(path).expect("it is readable"));
		}
	}
	found
}

/// An administrator vouches for somebody.
fn vouch(administrator: &Person, holder: &Person, roles: &str) {
	let holder = holder.account.to_string();
	let issue = ["credential", "issue", &holder, "--roles", roles, "--expires", "365days"];
	administrator.succeed(&[&issue[..], &["--licence-hash", LICENCE]].concat());
}

/// The ID of a study that a custodian of institution 0 registers, whose images are in `images`.
fn registered(custodian: &Person, folder: &Path) -> String {
	let images = folder.join("images");
	let images = images.to_str().expect("a path of letters");
	custodian.succeed(&["phantom", "--out", images, "--slices", "16", "--readers", "1"]);
	let registered = custodian.succeed(&["study", "register", images, "--institution", "0"]);
	registered["registered"][0]["study"].as_str().expect("it has an ID").into()
}

fn holds(bytes: &[u8], text: &str) -> bool {
	bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn should_admit_a_hospital_that_vouches_when_the_council_uses_commands_alone() {
	let (node, folder, alice) = chain_of_one().await;
	let person = |name| Person::new(folder.path(), name, node.url(), false);
	let (head, east, reader) = (person("head"), person("east"), person("reader"));
	let account = |person: &Person| person.account.to_string();

	// A council of one decides at once, also that everything pauses.
	assert_eq!(alice.succeed(&["council", "propose", "pull-brake"])["state"], json!("done"));
	assert_eq!(alice.succeed(&["council", "brake"])["brake"]["until"], Value::Null);
	let refused = alice.fail(&["institution", "set-allowance", "5"]);
	assert!(refused.contains("the council has pulled the brake"), "{refused}");
	alice.succeed(&["council", "propose", "release-brake"]);
	assert_eq!(alice.succeed(&["council", "brake"]), json!({ "brake": null }));
	let admit = ["council", "propose", "admit-institution", "South", &account(&head)];
	let admitted = alice.succeed(&[&admit[..], &["--allowance", "1"]].concat());
	assert_eq!(admitted["state"], json!("done"), "{admitted}");
	let south = alice.succeed(&["institution", "show", "1"]);
	assert_eq!((&south["name"], &south["status"]["state"]), (&json!("South"), &json!("active")));
	assert_eq!(south["administrator"], json!(head.account));
	assert_eq!(south["balance"], json!("100000000000000"), "it got what it needs to vote");
	assert_eq!(alice.succeed(&["institution", "list"]).as_array().map(Vec::len), Some(2));
	assert!(alice.fail(&["institution", "show", "7"]).contains("there is no institution 7"));

	// A council of two needs both.
	let admit = ["council", "propose", "admit-institution", "East", &account(&east)];
	let proposed = alice.succeed(&admit);
	assert_eq!((&proposed["state"], &proposed["missing"]), (&json!("open"), &json!(1)));
	assert!(head.fail(&admit).contains("is still open: vote on it and close it first"));
	let index = proposed["index"].to_string();
	let listed = head.succeed(&["council", "list"]);
	let calls = &listed[0]["motion"]["arguments"]["calls"];
	assert_eq!(listed[0]["motion"]["call"], json!("Utility.batch_all"));
	let named = json!({ "name": "East", "administrator": east.account, "allowance": "10 CTR" });
	assert_eq!(calls[0]["arguments"], named, "{listed}");
	assert_eq!(listed[0]["ayes"], json!([alice.account]));
	let error = head.fail(&["council", "close", &index]);
	assert!(error.contains("not decided, votes missing: 1"), "{error}");
	assert!(alice.fail(&["council", "vote", &index, "yes"]).contains("already voted this way"));
	assert!(alice.fail(&["council", "vote", "99", "yes"]).contains("no motion 99"));
	let hash = listed[0]["hash"].as_str().expect("it has a hash");
	assert_eq!(head.succeed(&["council", "vote", hash, "yes"])["missing"], json!(0));
	let closed = head.succeed(&["council", "close", &index]);
	assert_eq!(closed["outcome"]["state"], json!("done"), "{closed}");
	assert_eq!(head.succeed(&["council", "list"]), json!([]));
	assert_eq!(alice.succeed(&["institution", "show", "2"])["name"], json!("East"));

	// What was voted down is cleared away; what cannot be done says why.
	let proposed = alice.succeed(&["council", "propose", "set-minimum", "3"]);
	let index = proposed["index"].to_string();
	head.succeed(&["council", "vote", &index, "no"]);
	east.succeed(&["council", "vote", &index, "no"]);
	let closed = alice.succeed(&["council", "close", &index]);
	assert_eq!(closed["outcome"]["state"], json!("rejected"));
	let proposed = alice.succeed(&["council", "propose", "top-up", "1", "9999999999"]);
	let index = proposed["index"].to_string();
	head.succeed(&["council", "vote", &index, "yes"]);
	let error = alice.fail(&["council", "close", &index]);
	assert!(error.contains("its decision could not be carried out"), "{error}");
	assert!(reader.fail(&["council", "propose", "set-minimum", "1"]).contains("no institution"));

	// The new hospital vouches for its own people.
	vouch(&head, &reader, "radiologist");
	assert_eq!(reader.succeed(&["credential", "show"])["standing"], json!({ "by": 1 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn should_close_the_network_when_every_validator_has_a_node_that_its_administrator_registered()
 {
	let (node, _folder, alice) = chain_of_one().await;
	let chain = node.client().await.expect("the node answers");
	let own: String = chain.rpc("system_localPeerId", []).await.expect("it has one");

	let close = ["council", "propose", "close-network"];
	let error = alice.fail(&close);
	assert!(error.contains("has to register one first"), "{error}");
	alice.succeed(&["institution", "node", "add", &own]);
	assert_eq!(alice.succeed(&close)["state"], "done");
	assert_eq!(
		alice.succeed(&["institution", "node", "list"]),
		json!({ "membersOnly": true, "nodes": [{ "institution": 0, "node": own }] })
	);
	let error = alice.fail(&["institution", "node", "remove", &own]);
	assert!(error.contains("register its new node first"), "{error}");

	assert_eq!(alice.succeed(&["council", "propose", "open-network"])["state"], "done");
	alice.succeed(&["institution", "node", "remove", &own]);
	assert_eq!(
		alice.succeed(&["institution", "node", "list"]),
		json!({ "membersOnly": false, "nodes": [] })
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn should_let_people_act_while_their_credential_counts_when_an_administrator_uses_commands() {
	let (node, folder, alice) = chain_of_one().await;
	let reader = Person::new(folder.path(), "reader", node.url(), false);
	let licence = file(folder.path(), "licence", "Licence 4711");
	let holder = reader.account.to_string();
	let issue = ["credential", "issue", &holder, "--roles", "radiologist,data-scientist"];
	let options = ["--specialties", "neuroradiology", "--expires", "365days", "--licence-file"];
	let issued = alice.succeed(&[&issue[..], &options[..], &[&licence]].concat());
	assert_eq!(issued["salt"].as_str().map(str::len), Some(32), "{issued}");
	let shown = reader.succeed(&["credential", "show"]);
	assert_eq!(shown["standing"], json!({ "by": 0 }));
	assert_eq!(shown["allowanceLeft"], json!("10000000000000"));
	assert_eq!(shown["credentials"][0]["roles"], json!(["radiologist", "dataScientist"]));
	assert_eq!(shown["credentials"][0]["licenceHash"], issued["licenceHash"]);

	alice.succeed(&["credential", "suspend", &holder]);
	let error = reader.fail(&["keys", "register"]);
	assert!(error.contains("the credential is suspended; ask your hospital"), "{error}");
	let shown = alice.succeed(&["credential", "show", &holder]);
	assert_eq!(shown["standing"], json!({ "refused": "CredentialSuspended" }));
	alice.succeed(&["credential", "reinstate", &holder]);
	let renewed = alice.succeed(&["credential", "renew", &holder, "--expires", "30days"]);
	reader.succeed(&["keys", "register"]);
	let shown = alice.succeed(&["credential", "show", &holder]);
	assert_eq!(shown["credentials"][0]["expires"], renewed["expires"]);
	assert_eq!(shown["encryptionKey"], json!("X-Wing"));

	// What the institution pays.
	alice.succeed(&["institution", "set-member-allowance", &holder, "0.000001"]);
	let error = reader.fail(&["keys", "register"]);
	assert!(error.contains("the fee exceeds what is left of your daily allowance"), "{error}");
	alice.succeed(&["institution", "set-allowance", "2"]);
	assert_eq!(alice.succeed(&["institution", "show", "0"])["allowance"], json!("2000000000000"));

	alice.succeed(&["credential", "revoke", &holder]);
	let error = reader.fail(&["keys", "register"]);
	assert!(error.contains("the credential was revoked"), "{error}");
	let error = reader.fail(&["institution", "set-administrator", &holder]);
	assert!(error.contains("administers no institution"), "{error}");
	alice.succeed(&["institution", "set-administrator", &holder]);
	assert_eq!(reader.succeed(&["credential", "show"])["administers"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn should_share_only_what_has_consent_when_patients_and_custodians_use_commands() {
	let (node, folder, alice) = chain_of_one().await;
	let person = |name, custodian| Person::new(folder.path(), name, node.url(), custodian);
	let (custodian, reader, patient) =
		(person("custodian", true), person("reader", false), person("patient", false));
	let account = |person: &Person| person.account.to_string();
	vouch(&alice, &custodian, "custodian");
	vouch(&alice, &reader, "radiologist");
	custodian.succeed(&["institution", "enrol", &account(&patient)]);
	alice.succeed(&["institution", "set-consent-defaults", "care"]);
	reader.succeed(&["keys", "register"]);

	// Registered with consent on paper, and a copy that tells nobody whose it is.
	let path = |name: &str| folder.path().join(name).to_str().expect("letters").to_owned();
	let images = path("images");
	custodian.succeed(&["phantom", "--out", &images, "--slices", "16", "--readers", "1"]);
	let paper = file(folder.path(), "paper", "I agree to health research.");
	let report = path("report.json");
	let whose = account(&patient);
	let register = [
		"study",
		"register",
		&images,
		"--institution",
		"0",
		"--patient",
		&whose,
		"--consent",
		"hmb",
		"--document",
		&paper,
		"--deidentify",
		"--report",
		&report,
	];
	let planned = custodian.succeed(&[&register[..], &["--dry-run"]].concat());
	let pair = planned["research"][0].clone();
	assert_eq!(planned["planned"].as_array().map(Vec::len), Some(2), "{planned}");
	assert_eq!(custodian.succeed(&["study", "list", "--institution", "0"]), json!([]));
	let registered = custodian.succeed(&register);
	assert_eq!(registered["research"], json!([pair]), "the copies are the same again");
	assert_eq!(registered["registered"].as_array().map(Vec::len), Some(2));
	let again = custodian.succeed(&register);
	assert_eq!(again["already"].as_array().map(Vec::len), Some(2), "{again}");
	let id = |value: &Value| value.as_str().expect("it is an ID").to_owned();
	let (study, copy) = (id(&pair["original"]), id(&pair["copy"]));
	for whose in [["--institution", "0"], ["--patient", &whose]] {
		let listed = patient.succeed(&[&["study", "list"], &whose[..]].concat());
		let listed: BTreeSet<_> =
			listed.as_array().expect("it is a list").iter().map(|it| id(&it["id"])).collect();
		assert_eq!(listed, BTreeSet::from([study.clone(), copy.clone()]));
	}
	let report: Value = serde_json::from_slice(&fs::read(&report).expect("it was written"))
		.expect("the report is JSON");
	assert!(report["files"][0]["outcome"]["copied"]["replaced"].is_object(), "{report}");
	let (own, cleaned) = (path("own"), path("cleaned"));
	custodian.succeed(&["study", "fetch", &study, "--out", &own]);
	custodian.succeed(&["study", "fetch", &copy, "--out", &cleaned]);
	let (own, cleaned) = (contents(Path::new(&own)), contents(Path::new(&cleaned)));
	assert_eq!(own.len(), cleaned.len());
	assert!(own.iter().any(|bytes| holds(bytes, "Phantom^Tumour")), "the patient has a name");
	assert!(!cleaned.iter().any(|bytes| holds(bytes, "Phantom^Tumour")), "the copy has none");

	// The paper permits health research, and what is a special case of it.
	let purposes = |person: &Person| {
		let reader = account(&reader);
		person.succeed(&["consent", "show", &study, "--for", &reader])["purposes"].clone()
	};
	let shown = purposes(&custodian);
	let permitted: Vec<_> = shown
		.as_array()
		.expect("it is a list")
		.iter()
		.filter(|it| it["permitted"] == json!(true))
		.map(|it| id(&it["purpose"]))
		.collect();
	assert_eq!(permitted, ["clinicalCare", "healthResearch", "diseaseResearch"]);
	assert_eq!(shown[2]["because"], json!("by the paper for this study"));
	assert_eq!(shown[2]["reader"], json!({ "under": 0 }));
	let request = ["access", "request", &study, "--purpose", "ds", "--duration", "1h"];
	reader.succeed(&request);
	assert_eq!(id(&reader.succeed(&["study", "list", "--mine"])[0]["id"]), study);
	reader.succeed(&["access", "end", &study]);

	// The patient's account overrules paper.
	patient.succeed(&["consent", "set", "--refuse", "hmb", "--permit", "care"]);
	let shown = purposes(&patient);
	assert_eq!(shown[3]["permitted"], json!(false), "{shown}");
	assert!(id(&shown[3]["because"]).starts_with("by the stricter"));
	assert_eq!(shown[3]["reader"], json!({ "refused": "noConsent" }));
	let error = reader.fail(&request);
	assert!(error.contains("The patient's consent does not cover this purpose"), "{error}");
	patient.succeed(&["consent", "set", &study, "--permit", "ds", "--ethics-approval"]);
	assert_eq!(purposes(&patient)[3]["ethicsApproval"], json!(true));
	let record = ["consent", "record", &study, "--permit", "gru", "--document", &paper];
	let error = custodian.fail(&record);
	assert!(error.contains("paper cannot overrule it"), "{error}");
	patient.succeed(&["consent", "pool", "open"]);
	let said = custodian.succeed(&["consent", "show", "--patient", &whose]);
	assert_eq!(said["said"]["researchPool"], json!(true));
	assert_eq!(said["said"]["forAll"]["refused"], json!(["healthResearch"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn should_review_what_a_clinician_opened_when_there_was_an_emergency() {
	let (node, folder, alice) = chain_of_one().await;
	let person = |name, custodian| Person::new(folder.path(), name, node.url(), custodian);
	let (custodian, reader) = (person("custodian", true), person("reader", false));
	let clinician = reader.account.to_string();
	vouch(&alice, &custodian, "custodian");
	vouch(&alice, &reader, "clinician");
	let study = registered(&custodian, folder.path());

	let reasons = file(folder.path(), "reasons", "Seizure, no history at hand.");
	let opened = reader.succeed(&["access", "emergency", &study, "--reason", &reasons]);
	assert!(opened["expires"].is_u64(), "{opened}");
	let listed = custodian.succeed(&["access", "list", "--emergencies"]);
	assert_eq!((&listed[0]["reason"], &listed[0]["custodian"]), (&opened["reason"], &json!(0)));
	let review = ["access", "review", &study, &clinician, "--unjustified"];
	let error = reader.fail(&review);
	assert!(error.contains("Only the patient, the institution's administrator"), "{error}");
	custodian.succeed(&review);
	assert_eq!(custodian.succeed(&["access", "list", "--emergencies"]), json!([]));

	// Who misused it can do no more until the council dismisses the report.
	custodian.succeed(&["access", "report", &study, &clinician, "--reason", &reasons]);
	let error = reader.fail(&["access", "emergency", &study, "--reason", &reasons]);
	assert!(error.contains("a custodian reported a misuse of a study"), "{error}");
	assert_eq!(alice.succeed(&["credential", "show", &clinician])["misuses"], json!(1));
	let settle = ["council", "propose", "settle-misuse", &clinician, &study, "--dismissed"];
	assert_eq!(alice.succeed(&settle)["state"], json!("done"));
	assert_eq!(alice.succeed(&["credential", "show", &clinician])["misuses"], json!(0));

	// Nothing is withdrawn by a slip.
	assert!(custodian.fail(&["study", "withdraw", &study]).contains("pass --yes"));
	custodian.succeed(&["study", "withdraw", &study, "--yes"]);
	assert_eq!(custodian.succeed(&["study", "list", "--institution", "0"]), json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn should_open_studies_again_when_the_key_file_is_lost_and_enough_shares_are_there() {
	let (node, folder, alice) = chain_of_one().await;
	let custodian = Person::new(folder.path(), "custodian", node.url(), true);
	vouch(&alice, &custodian, "custodian");
	let path = |name: &str| folder.path().join(name).to_str().expect("letters").to_owned();
	let study = registered(&custodian, folder.path());

	// Five people have a share each, and the key file is lost.
	let split = ["keys", "split", "--shares", "5", "--threshold", "3", "--out", &path("shares")];
	let shares = custodian.succeed(&split);
	let shares: Vec<_> =
		shares["files"].as_array().expect("it is a list").iter().map(|it| it.as_str()).collect();
	let shares: Vec<_> = shares.into_iter().flatten().collect();
	assert_eq!(shares.len(), 5);
	assert!(custodian.fail(&split).contains("so that no shares are mixed"));
	fs::remove_file(&custodian.key).expect("it was there");

	let too_few = ["keys", "recover", shares[0], shares[4]];
	let error = custodian.fail(&too_few);
	assert!(error.contains("there are 2 different shares, but 3 are needed"), "{error}");
	assert!(!custodian.key.exists());
	let recover = ["keys", "recover", shares[1], shares[0], shares[4]];
	let recovered = Person::made_by(folder.path(), "recovered", node.url(), &recover);
	assert_ne!(recovered.account, custodian.account, "the account was lost");
	let out = path("out");
	recovered.succeed(&["study", "fetch", &study, "--out", &out]);
	let originals = contents(&folder.path().join("images"));
	assert!(contents(Path::new(&out)).is_subset(&originals), "the same bytes");

	// Another passphrase opens the same keys.
	let changed = file(folder.path(), "changed", "another one\n");
	recovered.succeed(&["keys", "passphrase", "--new-passphrase-file", &changed]);
	assert!(recovered.fail(&["keys", "show"]).contains("the passphrase is wrong"));
	fs::copy(&changed, &recovered.passphrase).expect("the folder is writable");
	let shown = recovered.succeed(&["keys", "show"]);
	assert_eq!(shown["account"], json!(recovered.account));
}

#[test]
fn should_have_the_same_account_when_it_comes_from_polkadot_js_or_from_its_seed() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let nobody = "ws://127.0.0.1:9";
	let seed = format!("0x{}", "11".repeat(32));
	let by_seed = Person::with_account(folder.path(), "seed", nobody, &seed);
	let export = file(folder.path(), "export.json", include_str!("data/polkadot-js.json"));
	let password = file(folder.path(), "password", "a password of the export\n");
	let import = ["keys", "import", "--export", &export, "--export-password-file"];
	let by_export =
		Person::made_by(folder.path(), "export", nobody, &[&import[..], &[&password]].concat());
	assert_eq!(by_export.account, by_seed.account);
	assert_eq!(by_export.succeed(&["keys", "show"])["account"], json!(by_seed.account));

	fs::remove_file(&by_export.key).expect("it was there");
	let wrong = file(folder.path(), "wrong", "another password\n");
	let error = by_export.fail(&[&import[..], &[&wrong]].concat());
	assert!(error.contains("the password is wrong"), "{error}");
	let cut = file(folder.path(), "cut.json", r#"{"encoded":"AAAA"}"#);
	let import = ["keys", "import", "--export", &cut, "--export-password-file", &password];
	assert!(by_export.fail(&import).contains("it is cut off"));
	let words = file(folder.path(), "words", "these are no words\n");
	let error = by_export.fail(&["keys", "import", "--secret-file", &words]);
	assert!(error.contains("this is not a secret key"), "{error}");
	assert!(!by_export.key.exists(), "nothing was written");
}
