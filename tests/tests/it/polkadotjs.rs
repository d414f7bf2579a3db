// SPDX-License-Identifier: Apache-2.0

//! What a clinician does with Polkadot.js, beside colleagues who use `contour`: `examples/polkadotjs/`.
//!
//! `CONTOUR_POLKADOTJS` names the folder in which `npm ci` has installed what its package.json names;
//! `scripts/test` does that.

use contour_e2e::{
	Chain, NodeBuilder, Person, Scorer,
	hospitals::{admit_south, credential},
	together,
};
use contour_primitives::{DAY, Purpose, Refusal, Role, StudyId, TaskId, UNIT};
use contour_runtime::RuntimeCall;
use pallet_annotation::{Call as Annotation, Phase};
use pallet_imaging::Call as Imaging;
use pallet_rewards::Call as Rewards;
use serde_json::{Value, json};
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::{
	ffi::OsStr,
	fs,
	io::Write,
	path::{Path, PathBuf},
	process::{Command, Stdio},
};
use tempfile::TempDir;

/// The seed of the account in the export below.
const HEAD: [u8; 32] = [0x11; 32];
/// The task for which the clinician reads, and that on whose panel the clinician sits.
const READ: TaskId = TaskId(0);
const JUDGED: TaskId = TaskId(1);

/// The programs of `examples/polkadotjs/` beside the packages that they need.
struct Scripts(TempDir);

#[allow(clippy::explicit_write, reason = "the house has no print macros; a skip says why")]
fn note(text: &str) {
	writeln!(std::io::stderr(), "{text}").expect("stderr is open");
}

impl Scripts {
	/// Nothing, and a note, where the packages are not installed.
	fn ready() -> Option<Self> {
		let Some(packages) = std::env::var_os("CONTOUR_POLKADOTJS") else {
			note("skipped: CONTOUR_POLKADOTJS is not set; scripts/test sets it");
			return None;
		};
		let folder = tempfile::tempdir().expect("a temporary folder");
		// Node looks for packages beside the program, wherever a link to it is.
		let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/polkadotjs");
		for file in fs::read_dir(sources).expect("it is there") {
			let file = file.expect("it is readable").path();
			if file.extension() == Some(OsStr::new("mjs")) {
				let name = file.file_name().expect("it has a name");
				fs::copy(&file, folder.path().join(name)).expect("it is readable");
			}
		}
		let packages = PathBuf::from(packages).join("node_modules");
		let link = folder.path().join("node_modules");
		std::os::unix::fs::symlink(packages, link).expect("the folder is writable");
		Some(Self(folder))
	}

	/// Runs a program to its end. Gives the document that it writes.
	fn run(&self, arguments: &[&str]) -> Value {
		let mut command = Command::new("node");
		let command = command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
		let output = command.output().expect("node is installed");
		let errors = String::from_utf8_lossy(&output.stderr);
		assert!(output.status.success(), "{arguments:?}: {errors}");
		serde_json::from_slice(&output.stdout).expect("it writes one document")
	}
}

/// Two hospitals, one of them with a study on which two tasks are open, and their people.
struct Hospitals {
	node: contour_e2e::Node,
	chain: Chain,
	folder: TempDir,
	custodian: Person,
	/// Radiologists of South: one for the first task, three for the second.
	readers: Vec<(Person, sr25519::Pair)>,
	_scorer: Scorer,
	study: String,
}

fn batch(calls: impl IntoIterator<Item = RuntimeCall>) -> RuntimeCall {
	RuntimeCall::Utility(pallet_utility::Call::batch_all { calls: calls.into_iter().collect() })
}

fn words<const N: usize>(command: [&str; N]) -> Vec<String> {
	command.map(Into::into).to_vec()
}

impl Hospitals {
	async fn open() -> Self {
		let node = NodeBuilder::development().start().await.expect("the node starts");
		let chain = node.client().await.expect("the node answers");
		chain.await_finalized(1).await.expect("the chain finalizes");
		let folder = tempfile::tempdir().expect("a temporary folder");
		let alice = Sr25519Keyring::Alice.pair();
		let head = sr25519::Pair::from_seed(&HEAD);
		admit_south(&chain, &head).await.expect("Alice is the council");

		let [custodian, scorer] = [("custodian", true), ("scorer", false)]
			.map(|(name, root)| Person::new(folder.path(), name, node.url(), root));
		let readers: Vec<_> = ["//Ben", "//Cara", "//Dora", "//Emil"]
			.into_iter()
			.map(|suri| {
				let name = suri.trim_start_matches('/');
				let person = Person::with_account(folder.path(), name, node.url(), suri);
				(person, sr25519::Pair::from_string(suri, None).expect("it is a path"))
			})
			.collect();
		let key = chain.insert_scorer_key("//North//scorer").await.expect("the node keeps it");
		let north = [
			credential(&custodian.account, Role::Custodian),
			credential(&scorer.account, Role::Scorer),
			RuntimeCall::Rewards(Rewards::allocate { amount: 300 * UNIT }),
		];
		let south = readers.iter().map(|(who, _)| credential(&who.account, Role::Radiologist));
		let both = [(&alice, batch(north)), (&head, batch(south))];
		chain.send_all(both).await.expect("they may");
		let vouched = chain.header(None).await.expect("the node answers").number;
		chain.await_finalized(vouched).await.expect("the chain finalizes");
		let people = readers.iter().map(|(who, _)| who).chain([&custodian, &scorer]);
		together(people.map(|who| (who, words(["keys", "register"])))).expect("they may");
		let account = scorer.account.clone();
		let appoint = Annotation::appoint_scorer { account, key: key.into() };
		chain.send(&alice, RuntimeCall::Annotation(appoint)).await.expect("Alice may");
		let scorer = Scorer::start(&scorer, folder.path()).await.expect("it starts");
		chain.use_scorer(scorer.url()).await.expect("the node's own RPC may");

		let images = folder.path().join("images").display().to_string();
		custodian.succeed(&[
			"phantom",
			"--out",
			&images,
			"--seed",
			"7",
			"--readers",
			"3",
			"--blunder",
		]);
		let series = format!("{images}/mr");
		let registered = custodian.succeed(&["study", "register", &series, "--institution", "0"]);
		let study = registered["registered"][0]["study"].as_str().expect("it has an ID").to_owned();
		for wanted in ["2", "3"] {
			let open = ["task", "open", &study, "--images", &series, "--readers", wanted];
			let terms = ["--structure", "SCT:108369006", "--panel", "1", "--appeal", "10s"];
			custodian.succeed(&[&open[..], &terms, &["--bounty", "100"]].concat());
		}
		Self { node, chain, folder, custodian, readers, _scorer: scorer, study }
	}

	fn file(&self, name: &str) -> String {
		self.folder.path().join(name).display().to_string()
	}

	fn study(&self) -> StudyId {
		StudyId(self.study.parse().expect("it is a hash"))
	}

	/// The colleagues ask for leases and claim places, each for their own task.
	async fn colleagues_come(&self) {
		let come = async |reader: usize, task| {
			let request = Imaging::request_access {
				study: self.study(),
				purpose: Purpose::ClinicalCare,
				duration: DAY,
				approval: None,
			};
			let claim = RuntimeCall::Annotation(Annotation::claim { id: task });
			let both = batch([RuntimeCall::Imaging(request), claim]);
			self.chain.send(&self.readers[reader].1, both).await
		};
		tokio::try_join!(come(0, READ), come(1, JUDGED), come(2, JUDGED), come(3, JUDGED))
			.expect("the readers may");
	}

	/// The north's gateway gives leases to all who have asked.
	async fn grant(&self, grantees: usize) {
		let asked = self.chain.header(None).await.expect("the node answers").number;
		self.chain.await_finalized(asked).await.expect("the chain finalizes");
		let policy = self.file("policy.toml");
		let rule = "institution = 0\n\n[[rule]]\ndecide = 'grant'\npurposes = ['care']\n";
		fs::write(&policy, rule).expect("the folder is writable");
		let said = fs::File::create(self.file("said")).expect("the folder is writable");
		let mut gateway = self
			.custodian
			.command(&["gateway", "run", "--policy", &policy, "--once"])
			.expect("it is built");
		let status = gateway.stdout(said).status().expect("it runs");
		let said = fs::read_to_string(self.file("said")).expect("it is there");
		let granted = said.matches(r#""act":"granted""#).count();
		assert!(status.success() && granted == grantees, "{said}");
	}

	/// Readers hand in what they drew, sealed to the scorer.
	fn hand_in(&self, drawings: [&str; 4]) {
		let tasks = ["0", "1", "1", "1"];
		let acts =
			self.readers.iter().zip(tasks).zip(drawings).map(|(((who, _), task), drawing)| {
				let file = self.file(&format!("images/readers/{drawing}"));
				(who, words(["task", "submit", task, &file, "--finished"]))
			});
		together(acts).expect("they may");
	}

	async fn await_consensus(&self, task: TaskId) {
		let validated = |phase: &Phase| matches!(phase, Phase::Validated { .. });
		let consensus = self.chain.await_phase(task, validated).await;
		consensus.unwrap_or_else(|error| panic!("{error}: {}", self.node.log()));
	}
}

/// The names of the events of a transaction.
fn events(sent: &Value) -> Vec<&str> {
	let events = sent["events"].as_array().unwrap_or_else(|| panic!("no events: {sent}"));
	for event in events {
		let docs = event["docs"].as_str().unwrap_or_default();
		assert!(!docs.is_empty(), "nobody says what it means: {event}");
	}
	events.iter().map(|event| event["event"].as_str().expect("it has a name")).collect()
}

/// What the fields of one event are.
fn fields<'a>(sent: &'a Value, name: &str) -> &'a Value {
	let event = sent["events"].as_array().and_then(|all| all.iter().find(|it| it["event"] == name));
	&event.unwrap_or_else(|| panic!("there is no {name}: {sent}"))["fields"]
}

#[tokio::test(flavor = "multi_thread")]
async fn should_work_a_whole_day_and_read_why_not_when_a_clinician_has_polkadot_js() {
	let Some(scripts) = Scripts::ready() else {
		return;
	};
	let hospitals = Hospitals::open().await;
	let Hospitals { node, study, .. } = &hospitals;
	let (pair, phrase, _) = sr25519::Pair::generate_with_phrase(None);
	let clinician = Person::import(hospitals.folder.path(), "clinician", node.url(), &phrase);
	let clinician = clinician.expect("the key file can be made");
	let me = clinician.account.to_string();
	assert_eq!(clinician.account, pair.public().into());
	let file = |name: &str, text: &str| {
		let path = hospitals.file(name);
		fs::write(&path, text).expect("the folder is writable");
		path
	};
	let words = file("words", &phrase);
	let at_desk = ["--url", node.url(), "--words", &words];
	let sit = |sitting: &str, options: &[&str]| {
		scripts.run(&[&["day.mjs", sitting], &at_desk[..], options].concat())
	};

	// A hospital vouches for the clinician, who asks for a lease and claims a place.
	let export = file("export.json", include_str!("data/polkadot-js.json"));
	let password = file("password", "a password of the export\n");
	let shown = clinician.succeed(&["keys", "show"]);
	let key = shown["keys"]["xWing"].as_str().unwrap_or_else(|| panic!("{shown}"));
	let key = format!("0x{key}");
	let administrator = ["--administrator", &export, "--password", &password];
	let case = ["--encryption-key", &key, "--study", study, "--task", "0"];
	let morning = sit("arrive", &[&administrator[..], &case].concat());
	let refusal = |refusal: Refusal, docs| {
		let reason = format!("{refusal:?}");
		json!({ "code": refusal.code(), "reason": reason, "docs": docs })
	};
	let unknown = refusal(Refusal::NotVouchedFor, "No institution vouches for this account.");
	let unfit =
		refusal(Refusal::MissingRole, "The action needs a role that the credential does not name.");
	assert_eq!(morning["standingBefore"], json!({ "Err": "NotVouchedFor" }));
	assert_eq!(morning["unvouched"]["why"], unknown, "in the pool");
	assert_eq!(fields(&morning["vouched"], "credentials.CredentialIssued")["holder"], json!(me));
	assert_eq!(morning["standing"], json!({ "Ok": "1" }), "South vouches");
	let message = morning["otherMetadata"]["message"].as_str().unwrap_or_default();
	assert!(message.contains("bad signature"), "the hash of other metadata: {morning}");
	assert!(events(&morning["keyed"]).contains(&"credentials.EncryptionKeySet"), "{morning}");
	let beyond = &morning["beyondTheRole"];
	assert_eq!((&beyond["error"], &beyond["why"]), (&json!("imaging.Refused"), &unfit));
	let beyond_docs = "The account does not meet the standard for this, or lacks the role for it.";
	assert_eq!(beyond["docs"], beyond_docs);
	assert!(events(&morning["requested"]).contains(&"imaging.AccessRequested"), "{morning}");
	let requests = morning["requests"].as_array().expect("a list");
	assert!(requests.iter().any(|it| it[0] == json!([study, me])), "{requests:?}");
	assert!(events(&morning["enlisted"]).contains(&"annotation.ExpertEnlisted"), "{morning}");
	assert!(events(&morning["claimed"]).contains(&"annotation.PlaceClaimed"), "{morning}");
	assert_eq!(morning["claimedTwice"]["error"], "annotation.AlreadyExists");
	assert_ne!(morning["claimedTwice"]["docs"], "", "{morning}");
	let reasons = morning["refusals"].as_array().expect("a list");
	assert_eq!(reasons.len(), Refusal::ALL.len());
	assert!(reasons.iter().all(|it| it["docs"] != ""), "every reason has docs: {reasons:?}");
	assert_eq!(morning["wordless"], json!([]), "every event and error of ours has docs");

	// The custodian's gateway gives the lease; the clinician hands in what `contour` has sealed.
	hospitals.colleagues_come().await;
	hospitals.grant(1 + hospitals.readers.len()).await;
	let drawing = hospitals.file("images/readers/reader-01.dcm");
	let store = ["task", "submit", "0", &drawing, "--finished", "--store-only"];
	let sealed = clinician.succeed(&store);
	let object = ["root", "locator"].map(|name| sealed[name].as_str().expect("it is stored"));
	let options = ["--study", study, "--task", "0", "--root", object[0], "--locator", object[1]];
	let noon = sit("read", &options);
	assert!(noon["lease"]["state"]["Live"].is_object(), "{noon}");
	let submitted = fields(&noon["submitted"], "annotation.ReadingSubmitted");
	assert_eq!((&submitted["reader"], &submitted["root"]), (&json!(me), &json!(object[0])));
	hospitals.hand_in(["reader-02.dcm", "reader-01.dcm", "reader-03.dcm", "blunder.dcm"]);

	// The other three disagree; the clinician is drawn, looks, and votes.
	let copies = hospitals.chain.await_copies(JUDGED).await;
	copies.unwrap_or_else(|error| panic!("{error}: {}", node.log()));
	let seen = clinician.succeed(&["task", "readings", "1", "--to", &hospitals.file("look")]);
	let readings = seen["readings"].as_array().expect("a list").iter();
	let right = readings.filter(|it| it["outcome"]["dice"].as_u64() > Some(500_000));
	let right = right.map(|it| it["number"].to_string()).collect::<Vec<_>>().join(",");
	let ballot = hospitals.file("ballot");
	let vote = sit("vote", &["--task", "1", "--accept", &right, "--ballot", &ballot]);
	assert!(events(&vote["committed"]).contains(&"annotation.VoteCommitted"), "{vote}");
	assert!(vote["seats"][0]["vote"]["Committed"].is_string(), "nobody sees it: {vote}");
	assert_eq!(vote["otherVote"]["error"], "annotation.NotCommitted");
	assert!(events(&vote["revealed"]).contains(&"annotation.PanelDecided"), "{vote}");

	// Paid for both, and the hospital paid every fee.
	for task in [READ, JUDGED] {
		hospitals.await_consensus(task).await;
	}
	let evening = sit("earn", &[]);
	let paid = evening["paid"].as_array().expect("a list");
	let shares: Vec<_> =
		paid.iter().map(|it| (&it["fields"]["task"], &it["fields"]["share"])).collect();
	assert!(
		shares.contains(&(&json!("0"), &json!("Reading")))
			&& shares.contains(&(&json!("1"), &json!("Vote"))),
		"{evening}"
	);
	let amount = |it: &Value| it["fields"]["amount"].as_str().map(|it| it.replace(',', ""));
	let earned: u128 =
		paid.iter().filter_map(amount).filter_map(|it| it.parse::<u128>().ok()).sum();
	assert_eq!(evening["balance"], json!(earned.to_string()), "{evening}");
	assert_eq!(evening["record"][0][1]["contributions"], "2", "{evening}");
	assert_eq!(evening["tooEarly"]["error"], "rewards.EraNotOver");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_find_all_that_the_guide_names_when_a_clinician_follows_it() {
	let Some(scripts) = Scripts::ready() else {
		return;
	};
	let node = NodeBuilder::development().start().await.expect("the node starts");
	let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
	let page = |name: &str| docs.join(name).display().to_string();
	let [guide, refusals, rewards] = ["clinicians.md", "refusals.md", "rewards.md"].map(page);
	let wrong = scripts.0.path().join("wrong.md");
	let text = "`imaging.request_access(study)` and `imaging.endAccess(task)`, `imaging.leases`";
	fs::write(&wrong, text).expect("the folder is writable");
	let wrong = wrong.display().to_string();

	let told = scripts.run(&["guide.mjs", node.url(), &guide, &refusals, &rewards, &wrong]);
	let pages = &told["pages"];
	for page in [&guide, &refusals, &rewards] {
		assert_eq!(pages[page]["problems"], json!([]), "{page}");
	}
	assert!(pages[&guide]["checked"].as_u64() > Some(50), "{told}");
	let problems = &pages[&wrong]["problems"];
	assert_eq!(problems.as_array().map(Vec::len), Some(2), "it sees what is wrong: {problems}");
	assert_eq!(pages[&refusals]["refusals"], told["refusals"], "the table has every reason");
}
