// SPDX-License-Identifier: Apache-2.0

//! How a study is registered, leased, read and revoked.

use crate::{list, people::People, refused, report::seconds_since, text, words};
use contour_e2e::{Error, wait_for};
use serde_json::Value;
use std::{
	fs::{self, File},
	path::{Path, PathBuf},
	process::{Child, Stdio},
	time::Instant,
};

/// What North has decided in advance.
const POLICY: &str = "institution = 0\n\n[[rule]]\ndecide = \"grant\"\npurposes = [\"care\"]\n";
/// How long steps that wait for blocks may take, in seconds.
const PATIENCE: u64 = 120;

/// A study that is shared with somebody.
pub(crate) struct Shared {
	pub(crate) study: String,
	/// Where its files came from.
	originals: PathBuf,
}

impl Shared {
	pub(crate) fn request<'a>(&'a self, purpose: &'a str) -> [&'a str; 7] {
		["access", "request", &self.study, "--purpose", purpose, "--duration", "1h"]
	}

	pub(crate) fn fetch(&self, people: &People, to: &str) -> [String; 5] {
		let out = people.folder.path().join(to).display().to_string();
		["study", "fetch", &self.study, "--out", &out].map(Into::into)
	}
}

impl People {
	pub(crate) async fn register(&self, dicom: Option<PathBuf>) -> Result<(Shared, String), Error> {
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
			told.push(format!("{left_out} damaged files and {skipped} other files were left out"));
		}
		told.push(format!("sealed, durable and final after {:.1} s", seconds_since(begun)));
		Ok((Shared { study, originals }, told.join("\n")))
	}

	pub(crate) async fn fetch(&self, shared: &Shared) -> Result<((), String), Error> {
		let fetched = self.radiologist.ask(&words(&shared.fetch(self, "fetched")))?;
		let folder = self.folder.path().join("fetched");
		let same = compare(&folder, &shared.originals)?;
		let (files, bytes) = (&fetched["files"], &fetched["bytes"]);
		if Some(same) != files.as_u64() {
			return Err(Error::Answer(format!("{same} of {files} files are the same")));
		}
		Ok(((), format!("{files} files, {bytes} bytes: each is the original, byte for byte")))
	}

	/// The radiologist's error if one byte of the leased copy was changed.
	pub(crate) fn with_a_changed_byte(&self, shared: &Shared) -> Result<String, Error> {
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

	pub(crate) async fn history(&self, shared: &Shared) -> Result<((), String), Error> {
		let history = self.custodian.ask(&["study", "history", &shared.study])?;
		let deeds = list(&history["entries"]).map(|entry| match &entry["what"] {
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
		Ok(((), format!("{}\n{intact} entries, all unchanged", deeds.join(", "))))
	}
}

/// North's gateway, which answers requests. It ends with the value.
pub(crate) struct Gateway {
	process: Child,
	said: PathBuf,
}

impl Gateway {
	pub(crate) fn start(people: &People) -> Result<Self, Error> {
		let file = |name: &str| people.folder.path().join(name);
		let (policy, said) = (file("policy.toml"), file("said"));
		fs::write(&policy, POLICY)?;
		let policy = policy.display().to_string();
		let mut command = people.custodian.command(&["gateway", "run", "--policy", &policy])?;
		let process = command.stdout(File::create(&said)?).stderr(Stdio::null()).spawn()?;
		Ok(Self { process, said })
	}

	/// Waits until it reports that it did something.
	pub(crate) async fn says(&self, act: &str) -> Result<Value, Error> {
		wait_for(&format!("North's gateway, until it has {act}"), PATIENCE, || async {
			Ok(self.said()?.into_iter().find(|said| said["act"] == act))
		})
		.await
	}

	/// Waits until it reports that it did something with a study, this many times.
	pub(crate) async fn says_often(
		&self,
		act: &str,
		study: &str,
		times: usize,
	) -> Result<usize, Error> {
		wait_for(
			&format!("North's gateway, until it has {act} {times} times"),
			PATIENCE,
			|| async {
				let said = self.said()?;
				let count =
					said.iter().filter(|it| it["act"] == act && it["study"] == study).count();
				Ok((count >= times).then_some(count))
			},
		)
		.await
	}

	fn said(&self) -> Result<Vec<Value>, Error> {
		let said = fs::read_to_string(&self.said)?;
		Ok(said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
	}
}

impl Drop for Gateway {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

/// Number of files below a folder that are the same as those of the same name below another one.
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

pub(crate) fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
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
