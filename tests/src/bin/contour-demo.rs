// SPDX-License-Identifier: Apache-2.0

//! Shows a hospital's engineer what Contour does, with real processes: hospitals are admitted and
//! vouch for their people, one seals and registers DICOM studies, a radiologist of another one leases
//! them and gets the original files back, and nobody else gets anything.
//!
//! With `--json`, shows it to a program: one JSON document on stdout when the demo has ended.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be read")]

use contour_e2e::{Error, Node, NodeBuilder, Person, hospitals::LICENCE, wait_for};
use serde::Serialize;
use serde_json::Value;
use std::{
	fs::{self, File},
	path::{Path, PathBuf},
	process::{Child, ExitCode, Stdio},
	time::Instant,
};
use tempfile::TempDir;

const USAGE: &str = "usage: contour-demo [--json] [DICOM_DIR]";
/// What North has decided beforehand.
const POLICY: &str = "institution = 0\n\n[[rule]]\ndecide = \"grant\"\npurposes = [\"care\"]\n";
/// How long things may take that wait for blocks, in seconds.
const PATIENCE: u64 = 120;

/// What happened, in order; also the document that `--json` writes.
#[derive(Default, Serialize)]
struct Report {
	/// Whether everything went as it should.
	ok: bool,
	/// How long all of it took.
	seconds: f64,
	/// The steps, up to the first one that failed.
	steps: Vec<Step>,
	/// Whether to tell each step as soon as it is done.
	#[serde(skip)]
	aloud: bool,
}

/// One thing that the demo shows.
#[derive(Serialize)]
struct Step {
	name: &'static str,
	ok: bool,
	/// What there was to see, or what went wrong.
	detail: String,
	seconds: f64,
}

impl Report {
	/// Takes a step, which gives what later steps need and what there was to see.
	async fn step<T>(
		&mut self,
		name: &'static str,
		action: impl Future<Output = Result<(T, String), Error>>,
	) -> Result<T, Error> {
		let begun = Instant::now();
		let outcome = action.await;
		let seconds = seconds_since(begun);
		let detail = match &outcome {
			Ok((_, detail)) => detail.clone(),
			Err(error) => error.to_string(),
		};
		let step = Step { name, ok: outcome.is_ok(), detail, seconds };
		if self.aloud && step.ok {
			println!("✓ {name}\n    {}", step.detail.replace('\n', "\n    "));
		}
		self.steps.push(step);
		outcome.map(|(value, _)| value)
	}
}

/// To the millisecond.
fn seconds_since(begun: Instant) -> f64 {
	(begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}

#[tokio::main]
async fn main() -> ExitCode {
	let (mut json, mut dicom) = (false, None);
	for argument in std::env::args_os().skip(1) {
		match argument.to_str() {
			Some("--json") => json = true,
			Some(option) if option.starts_with('-') => return usage(),
			_ if dicom.is_some() => return usage(),
			_ => dicom = Some(PathBuf::from(argument)),
		}
	}

	let begun = Instant::now();
	let mut report = Report { aloud: !json, ..Default::default() };
	let outcome = run(&mut report, dicom).await;
	report.ok = outcome.is_ok();
	report.seconds = seconds_since(begun);
	if json {
		match serde_json::to_string_pretty(&report) {
			Ok(document) => println!("{document}"),
			Err(error) => eprintln!("the report cannot be written: {error}"),
		}
	}
	match outcome {
		Ok(()) if !json => println!(
			"\nEverything went as it should. What was started was stopped, and its data deleted."
		),
		Ok(()) => {}
		Err(error) => {
			eprintln!("\nThe demo failed: {error}");
			eprintln!("Run it again; if it fails again, `scripts/test` tells more.");
		}
	}
	if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage() -> ExitCode {
	eprintln!("{USAGE}");
	ExitCode::from(2)
}

async fn run(report: &mut Report, dicom: Option<PathBuf>) -> Result<(), Error> {
	let (_node, people) = report.step("A chain runs", People::arrive()).await?;
	let people = &people;
	report.step("The council admits two hospitals", people.are_admitted()).await?;
	report.step("Each hospital vouches for its own people", people.are_vouched_for()).await?;
	report
		.step("A stranger is REFUSED in the pool", async {
			let said = refused(&people.stranger, &["keys", "register"], "no institution vouches")?;
			Ok(((), said))
		})
		.await?;
	report.step("A radiologist is ACCEPTED", people.radiologist_registers()).await?;
	let shared = report.step("North seals and registers", people.register(dicom)).await?;
	report
		.step("Research without consent is REFUSED", async {
			let research = shared.request("gru");
			let said = refused(&people.radiologist, &research, "consent does not cover")?;
			Ok(((), said))
		})
		.await?;
	let gateway = report
		.step("North's gateway GRANTS what its policy allows", async {
			let gateway = Gateway::start(people)?;
			people.radiologist.ask(&shared.request("care"))?;
			let granted = gateway.says("granted").await?;
			let detail = format!("to {}, a copy of its own", text(&granted["grantee"]));
			Ok((gateway, detail))
		})
		.await?;
	report.step("South gets the original files", people.fetch(&shared)).await?;
	report
		.step("A radiologist of East is REFUSED", async {
			let fetch = shared.fetch(people, "east");
			let said = refused(&people.colleague, &words(&fetch), "you have no lease")?;
			Ok(((), said))
		})
		.await?;
	report
		.step("A changed byte is NOTICED", async {
			let said = people.with_a_changed_byte(&shared)?;
			Ok(((), said))
		})
		.await?;
	report
		.step("Revoked: the copy is gone, and its use is REFUSED", async {
			let grantee = people.radiologist.account.to_string();
			people.custodian.ask(&["access", "revoke", &shared.study, &grantee])?;
			let deleted = gateway.says("deleted").await?;
			let fetch = shared.fetch(people, "late");
			let said = refused(&people.radiologist, &words(&fetch), "your lease has ended")?;
			Ok(((), format!("{} deleted; {said}", text(&deleted["place"]))))
		})
		.await?;
	report.step("The history tells all of it, and is whole", people.history(&shared)).await?;
	report
		.step("The radiologist, suspended, is REFUSED", async {
			let holder = people.radiologist.account.to_string();
			people.south.ask(&["credential", "suspend", &holder])?;
			let request = shared.request("care");
			let said = refused(&people.radiologist, &request, "the credential is suspended")?;
			Ok(((), said))
		})
		.await
}

/// Everybody who takes part, each with a key file.
struct People {
	folder: TempDir,
	/// Administers North, with which the chain begins.
	north: Person,
	/// Keeps North's studies.
	custodian: Person,
	/// Administers South.
	south: Person,
	/// Works at South.
	radiologist: Person,
	/// Administers East.
	east: Person,
	/// Works at East.
	colleague: Person,
	/// Works nowhere.
	stranger: Person,
}

/// A study that somebody gets to see.
struct Shared {
	study: String,
	/// Where its files came from.
	originals: PathBuf,
}

impl Shared {
	fn request<'a>(&'a self, purpose: &'a str) -> [&'a str; 7] {
		["access", "request", &self.study, "--purpose", purpose, "--duration", "1h"]
	}

	fn fetch(&self, people: &People, to: &str) -> [String; 5] {
		let out = people.folder.path().join(to).display().to_string();
		["study", "fetch", &self.study, "--out", &out].map(Into::into)
	}
}

impl People {
	async fn arrive() -> Result<((Node, Self), String), Error> {
		let node = NodeBuilder::development().start().await?;
		let chain = node.client().await?;
		chain.await_finalized(2).await?;
		let detail = format!("{}, block {} is final", node.url(), chain.finalized().await?);
		let folder = tempfile::Builder::new().prefix("contour-").tempdir()?;
		let path = folder.path().to_owned();
		let person = |name: &str| Person::make(&path, name, node.url(), &["keys", "generate"]);
		let generate = ["keys", "generate", "--custodian"];
		let people = Self {
			north: Person::import(&path, "north", node.url(), "//Alice")?,
			custodian: Person::make(&path, "custodian", node.url(), &generate)?,
			south: person("south")?,
			radiologist: person("radiologist")?,
			east: person("east")?,
			colleague: person("colleague")?,
			stranger: person("stranger")?,
			folder,
		};
		Ok(((node, people), detail))
	}

	/// One seat decides alone; from then on there are two, and both have to agree.
	async fn are_admitted(&self) -> Result<((), String), Error> {
		let admit = ["council", "propose", "admit-institution"];
		let (south, east) = (self.south.account.to_string(), self.east.account.to_string());
		self.north.ask(&[&admit[..], &["South", &south]].concat())?;
		let proposed = self.north.ask(&[&admit[..], &["East", &east]].concat())?;
		let motion = proposed["index"].to_string();
		self.south.ask(&["council", "vote", &motion, "yes"])?;
		self.south.ask(&["council", "close", &motion])?;
		let institutions = self.north.ask(&["institution", "list"])?;
		let names = list(&institutions).map(|it| text(&it["name"]).to_owned());
		Ok(((), names.collect::<Vec<_>>().join(", ")))
	}

	async fn are_vouched_for(&self) -> Result<((), String), Error> {
		let vouched = [
			(&self.north, &self.custodian, "custodian"),
			(&self.south, &self.radiologist, "radiologist"),
			(&self.east, &self.colleague, "radiologist"),
		];
		let mut told = Vec::new();
		for (administrator, holder, role) in vouched {
			let holder = holder.account.to_string();
			let issue = ["credential", "issue", &holder, "--roles", role, "--expires", "365days"];
			administrator.ask(&[&issue[..], &["--licence-hash", LICENCE]].concat())?;
			told.push(format!("{holder} is a {role}"));
		}
		Ok(((), told.join("\n")))
	}

	async fn radiologist_registers(&self) -> Result<((), String), Error> {
		self.radiologist.ask(&["keys", "register"])?;
		let shown = self.radiologist.ask(&["credential", "show"])?;
		let key = text(&shown["encryptionKey"]);
		Ok(((), format!("an {key} key is registered, and the hospital paid for it")))
	}

	async fn register(&self, dicom: Option<PathBuf>) -> Result<(Shared, String), Error> {
		let (originals, made) = match dicom {
			Some(folder) => (folder, None),
			None => {
				let folder = self.folder.path().join("images");
				let out = folder.display().to_string();
				(folder, Some(self.custodian.ask(&["phantom", "--out", &out])?))
			}
		};
		let begun = Instant::now();
		let folder = originals.display().to_string();
		let register = ["study", "register", &folder, "--institution", "0", "--keep-going"];
		let registered = self.custodian.ask(&register)?;
		let studies: Vec<_> = list(&registered["registered"]).collect();
		let largest = studies.iter().max_by_key(|it| it["instances"].as_u64());
		let study = largest.map(|it| text(&it["study"]).to_owned());
		let study = study.ok_or_else(|| Error::Answer("nothing was registered".into()))?;
		let mut told = Vec::new();
		if made.is_some() {
			told.push("of a patient who does not exist:".to_owned());
		}
		for it in studies {
			let (study, files) = (text(&it["study"]), &it["instances"]);
			told.push(format!("{study}  {files} files, {} bytes sealed", it["bytes"]));
		}
		let left_out = list(&registered["found"]["problems"]).count();
		let skipped = list(&registered["found"]["skipped"]).count();
		if left_out + skipped > 0 {
			told.push(format!("{left_out} damaged files and {skipped} others were left out"));
		}
		told.push(format!("sealed, durable and final after {:.1} s", seconds_since(begun)));
		Ok((Shared { study, originals }, told.join("\n")))
	}

	async fn fetch(&self, shared: &Shared) -> Result<((), String), Error> {
		let fetched = self.radiologist.ask(&words(&shared.fetch(self, "fetched")))?;
		let folder = self.folder.path().join("fetched");
		let same = compare(&folder, &shared.originals)?;
		let (files, bytes) = (&fetched["files"], &fetched["bytes"]);
		if Some(same) != files.as_u64() {
			return Err(Error::Answer(format!("{same} of {files} files are the same")));
		}
		Ok(((), format!("{files} files, {bytes} bytes: each is the original, byte for byte")))
	}

	/// What the radiologist is told when one byte of the leased copy is another one.
	fn with_a_changed_byte(&self, shared: &Shared) -> Result<String, Error> {
		let mut objects = Vec::new();
		files_below(&Path::new(&self.custodian.store).join("leases"), &mut objects)?;
		let largest = objects.into_iter().max_by_key(|it| it.metadata().map_or(0, |it| it.len()));
		let object = largest.ok_or_else(|| Error::Answer("there is no copy".into()))?;
		let whole = fs::read(&object)?;
		let mut changed = whole.clone();
		if let Some(byte) = changed.last_mut() {
			*byte ^= 1;
		}
		fs::write(&object, changed)?;
		let said = refused(&self.radiologist, &words(&shared.fetch(self, "bad")), "is corrupt");
		fs::write(&object, whole)?;
		said
	}

	async fn history(&self, shared: &Shared) -> Result<((), String), Error> {
		let history = self.custodian.ask(&["study", "history", &shared.study])?;
		let deeds = list(&history).map(|entry| match &entry["what"] {
			Value::Object(deed) => deed.keys().next().cloned().unwrap_or_default(),
			other => text(other).to_owned(),
		});
		let mut deeds: Vec<_> = deeds.collect();
		deeds.reverse();
		let verified = self.custodian.ask(&["study", "verify", &shared.study])?;
		if !verified["broken"].is_null() {
			return Err(Error::Answer(format!("the history is broken: {verified}")));
		}
		let intact = &verified["intact"];
		Ok(((), format!("{}\n{intact} entries, unchanged", deeds.join(", "))))
	}
}

/// North's gateway, which answers requests. It ends with the value.
struct Gateway {
	process: Child,
	said: PathBuf,
}

impl Gateway {
	fn start(people: &People) -> Result<Self, Error> {
		let file = |name: &str| people.folder.path().join(name);
		let (policy, said) = (file("policy.toml"), file("said"));
		fs::write(&policy, POLICY)?;
		let policy = policy.display().to_string();
		let mut command = people.custodian.command(&["gateway", "run", "--policy", &policy])?;
		let process = command.stdout(File::create(&said)?).stderr(Stdio::null()).spawn()?;
		Ok(Self { process, said })
	}

	/// Waits until it says that it did something.
	async fn says(&self, act: &str) -> Result<Value, Error> {
		wait_for(&format!("North's gateway, until it has {act}"), PATIENCE, || async {
			let said = fs::read_to_string(&self.said)?;
			let acts = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
			Ok(acts.into_iter().find(|said| said["act"] == act))
		})
		.await
	}
}

impl Drop for Gateway {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

/// What somebody is told who has to be refused for this reason.
fn refused(who: &Person, arguments: &[&str], reason: &str) -> Result<String, Error> {
	match who.ask(arguments) {
		Err(Error::Contour { message, .. }) if message.contains(reason) => Ok(message),
		Err(error) => Err(error),
		Ok(_) => Err(Error::Answer(format!("contour {} was not refused", arguments.join(" ")))),
	}
}

/// How many files below a folder are the same as those of the same name below another one.
fn compare(folder: &Path, originals: &Path) -> Result<u64, Error> {
	let mut files = Vec::new();
	files_below(folder, &mut files)?;
	let mut same = 0;
	for file in files {
		let original = file.strip_prefix(folder).map(|name| originals.join(name));
		let original = original.map_err(|error| Error::Answer(error.to_string()))?;
		same += u64::from(fs::read(&file)? == fs::read(original)?);
	}
	Ok(same)
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
	for entry in fs::read_dir(folder)? {
		let path = entry?.path();
		if path.is_dir() {
			files_below(&path, files)?;
		} else {
			files.push(path);
		}
	}
	Ok(())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
	value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
	value.as_str().unwrap_or_default()
}

fn words<const N: usize>(words: &[String; N]) -> [&str; N] {
	words.each_ref().map(String::as_str)
}
