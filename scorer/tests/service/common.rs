// SPDX-License-Identifier: Apache-2.0

//! A study of a patient who does not exist, its readers, and scorers as processes.

#![allow(unreachable_pub, reason = "the tests are one binary")]

use codec::{DecodeAll, Encode};
use contour_annotation::{
	Binding, brief::Brief, geometry::Geometry, numbering::Numbering, reading::Reading,
};
use contour_phantom::{Options, Report, phantom};
use contour_primitives::{
	AccountId, Code, Hash, KeySuite, Sealed, StudyId, TaskId,
	scorer::{Answer, PanelRequest, Readings},
};
use contour_scoring::{Method, Outcome, Ppm, Rejection, Report as ScoreReport};
use contour_seal::{
	keyfile::{KeyFile, Kind, WorkFactor},
	object::Recipient,
	signer::{account_of, keypair},
};
use contour_segmentation::Series;
use contour_store::Store;
use std::{
	fs,
	io::{BufRead as _, BufReader},
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};
use tempfile::TempDir;

pub const BINDING: Binding = Binding {
	genesis: Hash::repeat_byte(7),
	task: TaskId(3),
	study: StudyId(Hash::repeat_byte(9)),
};
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn structure() -> Code {
	let text = |it: &[u8]| it.to_vec().try_into().expect("it is short");
	Code { scheme: text(b"SCT"), value: text(b"108369006") }
}

pub struct Person {
	pub account: AccountId,
	pub keys: KeyFile,
}

pub fn person(name: &str) -> Person {
	let keys = KeyFile::generate(Kind::Person).expect("random bytes");
	let keys = keys.with_account(format!("//{name}").into());
	let account = account_of(&keypair(keys.account().expect("it has one")).expect("an account"));
	Person { account, keys }
}

impl Person {
	pub fn recipient(&self) -> Recipient {
		let key = self.keys.public_keys().of(KeySuite::XWing).to_vec();
		Recipient { account: self.account.clone(), suite: KeySuite::XWing, key }
	}
}

/// A scorer that runs, with a key, a store and a cache of its own.
pub struct Running {
	child: Child,
	pub url: String,
	pub log: PathBuf,
}

impl Running {
	/// Ends it as an operator does, and says whether it ended well.
	pub fn stop(mut self) -> bool {
		let pid = self.child.id().to_string();
		let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
		sent.success() && self.child.wait().expect("it ends").success()
	}

	pub fn log(&self) -> String {
		fs::read_to_string(&self.log).unwrap_or_default()
	}

	pub async fn post(&self, route: &str, body: Vec<u8>) -> reqwest::Response {
		let client = reqwest::Client::new();
		client.post(format!("{}{route}", self.url)).body(body).send().await.expect("an answer")
	}

	pub async fn get(&self, route: &str) -> (u16, String) {
		let answer = reqwest::get(format!("{}{route}", self.url)).await.expect("an answer");
		(answer.status().as_u16(), answer.text().await.expect("text"))
	}

	pub async fn score_once(&self, request: &Readings) -> Answer<ScoreReport> {
		let answer = self.post("/score", request.encode()).await;
		assert_eq!(answer.status(), 200);
		Answer::decode_all(&mut answer.bytes().await.unwrap().as_ref()).expect("an answer")
	}

	/// Asks until it is answered.
	pub async fn score(&self, request: &Readings) -> Answer<ScoreReport> {
		let begun = Instant::now();
		loop {
			match self.score_once(request).await {
				Answer::Pending if begun.elapsed() < PATIENCE => {
					tokio::time::sleep(Duration::from_millis(50)).await;
				}
				answer => return answer,
			}
		}
	}

	pub async fn report(&self, request: &Readings) -> ScoreReport {
		match self.score(request).await {
			Answer::Ready(report) => report,
			answer => panic!("{answer:?}\n{}", self.log()),
		}
	}

	pub async fn panel(&self, request: &PanelRequest) -> Answer<Sealed> {
		let begun = Instant::now();
		loop {
			let answer = self.post("/panel", request.encode()).await;
			let answer = Answer::decode_all(&mut answer.bytes().await.unwrap().as_ref());
			match answer.expect("an answer") {
				Answer::Pending if begun.elapsed() < PATIENCE => {
					tokio::time::sleep(Duration::from_millis(50)).await;
				}
				answer => return answer,
			}
		}
	}
}

impl Drop for Running {
	fn drop(&mut self) {
		// It may have ended.
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}

pub struct Scorer {
	pub person: Person,
	pub folder: PathBuf,
}

impl Scorer {
	pub fn new(world: &Path, name: &str) -> Self {
		let (person, folder) = (person(name), world.join(name));
		fs::create_dir(&folder).expect("a folder");
		fs::write(folder.join("passphrase"), "passphrase\n").expect("a file");
		let work = WorkFactor::new(1).expect("for tests");
		let path = folder.join("keys");
		person.keys.write_new(&path, &"passphrase".into(), work).expect("a key file");
		Self { person, folder }
	}

	pub fn store(&self) -> PathBuf {
		self.folder.join("store")
	}

	pub fn command(&self, allowed: &Path) -> Command {
		let mut command = Command::new(env!("CARGO_BIN_EXE_contour-scorer"));
		command.args(["--listen", "127.0.0.1:0"]);
		for (option, path) in [
			("--key-file", self.folder.join("keys")),
			("--passphrase-file", self.folder.join("passphrase")),
			("--store", self.store()),
			("--cache", self.folder.join("cache")),
			("--allow-store", allowed.to_owned()),
		] {
			command.arg(option).arg(path);
		}
		command
	}

	pub fn start(&self, allowed: &Path, more: &[&str]) -> Running {
		let log = self.folder.join("log");
		let mut child = self
			.command(allowed)
			.args(more)
			.env("RUST_LOG", "debug")
			.stderr(Stdio::piped())
			.spawn()
			.expect("the scorer starts");
		let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
		let url = loop {
			let line = lines.next().expect("it says where it listens").expect("text");
			if let Some((_, rest)) = line.split_once("address=") {
				let address = rest.split_whitespace().next().expect("an address");
				break format!("http://{address}");
			}
			assert!(!line.starts_with("contour-scorer:"), "{line}");
		};
		let path = log.clone();
		std::thread::spawn(move || {
			let mut file = fs::File::create(path).expect("a log");
			for line in lines.map_while(Result::ok) {
				// The test may have removed the folder.
				let _ = std::io::Write::write_all(&mut file, format!("{line}\n").as_bytes());
			}
		});
		Running { child, url, log }
	}
}

/// A study, its readers, who opened a task, and two scorers that are not started.
pub struct World {
	pub folder: TempDir,
	pub report: Report,
	pub geometry: Geometry,
	pub opener: Person,
	pub readers: Vec<Person>,
	pub north: Scorer,
	pub south: Scorer,
}

impl World {
	pub fn new() -> Self {
		let folder = tempfile::tempdir().expect("a temporary folder");
		let mut options = Options::default();
		(options.slices, options.rows, options.columns, options.readers) = (16, 64, 64, 3);
		let study = folder.path().join("study");
		let report = phantom(&study, &options, &|_| {}).expect("a phantom");
		let images = report.images.iter().map(|image| fs::read(study.join(&image.path)).unwrap());
		let geometry = Geometry::of(&Series::read(images).unwrap()).expect("a geometry");
		let readers = ["Ada", "Ben", "Cleo"].map(person).into();
		let (north, south) =
			(Scorer::new(folder.path(), "North"), Scorer::new(folder.path(), "South"));
		fs::create_dir(folder.path().join("readings")).expect("a folder");
		Self { report, geometry, opener: person("Opener"), readers, north, south, folder }
	}

	pub fn readings(&self) -> PathBuf {
		self.folder.path().join("readings")
	}

	pub fn file(&self, reader: usize) -> Vec<u8> {
		let path = &self.report.readers[reader].path;
		fs::read(self.folder.path().join("study").join(path)).expect("it was written")
	}

	pub fn scorers(&self) -> [Recipient; 2] {
		[self.north.person.recipient(), self.south.person.recipient()]
	}

	pub async fn put(&self, store: &Path, bytes: Vec<u8>) -> Sealed {
		let store = Store::open(store.to_str().expect("text")).await.expect("a store");
		let name = store.put(bytes.into()).await.expect("it is stored");
		let locator = store.to_string().into_bytes().try_into().expect("it is short");
		Sealed { root: Hash::from(*name.as_bytes()), locator }
	}

	pub fn sealed(&self, reader: usize, file: Vec<u8>) -> Vec<u8> {
		let account = self.readers[reader].account.clone();
		let reading = Reading::new(file).expect("of a format that is known");
		reading.seal(&BINDING, account, &self.scorers()).expect("it is sealed")
	}

	/// How a scorer numbers the readers of a request.
	pub async fn numbering(&self, request: &Readings) -> Numbering {
		let store = Store::open(self.readings().to_str().unwrap()).await.unwrap();
		let brief = store.get(&request.brief.root.0.into()).await.unwrap();
		let scorer = &self.north.person;
		let brief = Brief::open(
			&brief,
			BINDING.genesis,
			BINDING.study,
			&self.opener.account,
			(&scorer.account, &scorer.keys),
		);
		let readers = self.readers.iter().map(|reader| &reader.account);
		Numbering::new(&brief.unwrap().numbering, BINDING.task, readers)
	}

	/// A request with the readers' files as they are.
	pub async fn request(&self) -> Readings {
		let brief =
			Brief::new(BINDING.study, structure(), self.geometry.clone(), self.opener.recipient());
		let brief = brief.unwrap().seal(BINDING.genesis, &self.scorers()).expect("it is sealed");
		let mut readings = Vec::new();
		for (at, reader) in self.readers.iter().enumerate() {
			let sealed = self.sealed(at, self.file(at));
			readings.push((reader.account.clone(), self.put(&self.readings(), sealed).await));
		}
		Readings {
			genesis: BINDING.genesis,
			task: BINDING.task,
			study: BINDING.study,
			method: Method::Staple,
			threshold: Ppm::ZERO,
			structure: structure(),
			opener: self.opener.account.clone(),
			brief: self.put(&self.readings(), brief).await,
			readings,
			accepted: None,
			urgent: false,
		}
	}
}

/// Why each reading was rejected; nothing for one that was scored.
pub fn rejections(report: &ScoreReport) -> Vec<Option<Rejection>> {
	let outcomes = report.outcomes.iter();
	outcomes
		.map(|outcome| match outcome {
			Outcome::Scored { .. } => None,
			Outcome::Rejected(rejection) => Some(*rejection),
		})
		.collect()
}
