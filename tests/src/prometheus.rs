// SPDX-License-Identifier: Apache-2.0

//! A `prometheus` process with the rules of `docker/prometheus`.

use crate::Error;
use serde_json::Value;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs::{self, File},
	io::ErrorKind,
	path::Path,
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// What hospitals mount into Prometheus.
const CONFIGURATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docker/prometheus");
/// How long Prometheus may take to answer.
const START: Duration = Duration::from_secs(30);

/// A running Prometheus. It ends when the value is dropped, and what it has stored with it.
pub struct Prometheus {
	process: Child,
	folder: TempDir,
	url: String,
}

/// One series, at one moment.
#[derive(Clone, Debug)]
pub struct Series {
	/// Its labels, with its name as `__name__`.
	pub labels: BTreeMap<String, String>,
	/// Its value.
	pub value: f64,
}

impl Series {
	/// A label, empty if there is no such.
	pub fn label(&self, name: &str) -> &str {
		self.labels.get(name).map_or("", String::as_str)
	}
}

/// The metrics of ours or of nodes that an expression or a text names.
pub fn metric_names(text: &str) -> BTreeSet<String> {
	text.split(|it: char| !(it.is_ascii_alphanumeric() || it == '_' || it == ':'))
		.filter(|word| {
			let ours = ["contour_", "contour:", "substrate_"];
			*word == "up" || ours.iter().any(|prefix| word.starts_with(prefix))
		})
		.map(Into::into)
		.collect()
}

impl Prometheus {
	/// Starts it as `docker/prometheus` says, but quicker: it asks and looks every second, and alerts
	/// that would wait for two minutes wait for two seconds. Nothing if it is not installed.
	pub async fn start(nodes: &[&str], scorer: &str) -> Result<Option<Self>, Error> {
		let folder = tempfile::Builder::new().prefix("contour-").tempdir()?;
		copy(Path::new(CONFIGURATION), folder.path())?;
		replace(&folder.path().join("prometheus.yml"), "_interval: 15s", "_interval: 1s")?;
		replace(&folder.path().join("rules/node.yml"), "for: 2m", "for: 2s")?;
		let targets = |file: &str, targets: &[&str]| {
			let list = serde_json::json!([{ "targets": targets }]);
			fs::write(folder.path().join("targets").join(file), list.to_string())
		};
		targets("node.yml", nodes)?;
		targets("scorer.yml", &[scorer])?;
		let log = File::create(folder.path().join("log"))?;
		let process = Command::new("prometheus")
			.arg("--config.file")
			.arg(folder.path().join("prometheus.yml"))
			.arg("--storage.tsdb.path")
			.arg(folder.path().join("data"))
			.arg("--web.listen-address=127.0.0.1:0")
			.stdin(Stdio::null())
			.stdout(Stdio::null())
			.stderr(log)
			.spawn();
		let process = match process {
			Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
			process => process?,
		};
		let mut prometheus = Self { process, folder, url: String::new() };
		prometheus.url = prometheus.await_url().await?;
		Ok(Some(prometheus))
	}

	/// What an expression gives now.
	pub async fn query(&self, expression: &str) -> Result<Vec<Series>, Error> {
		let data = self.ask("query", &[("query", expression)]).await?;
		let series = |it: &Value| {
			let labels = serde_json::from_value(it["metric"].clone()).ok()?;
			let value = it["value"][1].as_str()?.parse().ok()?;
			Some(Series { labels, value })
		};
		let result = data["result"].as_array();
		result
			.and_then(|all| all.iter().map(series).collect())
			.ok_or_else(|| Error::Answer(format!("{expression}: {data}")))
	}

	/// The rules as Prometheus has understood them.
	pub async fn rules(&self) -> Result<Vec<Value>, Error> {
		let data = self.ask("rules", &[]).await?;
		let groups = data["groups"].as_array().into_iter().flatten();
		Ok(groups
			.flat_map(|group| group["rules"].as_array().cloned().unwrap_or_default())
			.collect())
	}

	async fn ask(&self, what: &str, parameters: &[(&str, &str)]) -> Result<Value, Error> {
		let url = format!("{}/api/v1/{what}", self.url);
		let request = reqwest::Client::new().get(url).query(parameters);
		let text = request.send().await?.text().await?;
		let answer: Value = serde_json::from_str(&text)
			.map_err(|error| Error::Answer(format!("{error}: {text}")))?;
		match answer["status"].as_str() {
			Some("success") => Ok(answer["data"].clone()),
			_ => Err(Error::Answer(text)),
		}
	}

	/// It writes the address it was given into its log.
	async fn await_url(&mut self) -> Result<String, Error> {
		let begun = Instant::now();
		while begun.elapsed() < START {
			let log = fs::read_to_string(self.folder.path().join("log"))?;
			if let Some(status) = self.process.try_wait()? {
				let what = format!("Prometheus ended with {status}");
				return Err(Error::Process { what, log });
			}
			let address = log.split("msg=\"Listening on\" address=").nth(1);
			let ready = log.contains("Server is ready to receive web requests");
			if let Some(address) = address.and_then(|rest| rest.split_whitespace().next())
				&& ready
			{
				return Ok(format!("http://{address}"));
			}
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
		let log = fs::read_to_string(self.folder.path().join("log"))?;
		Err(Error::Process { what: "Prometheus does not listen".into(), log })
	}
}

impl Drop for Prometheus {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

/// Copies a folder and what is in it.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
	fs::create_dir_all(to)?;
	for entry in fs::read_dir(from)? {
		let (path, to) = {
			let entry = entry?;
			(entry.path(), to.join(entry.file_name()))
		};
		if path.is_dir() {
			copy(&path, &to)?;
		} else {
			fs::copy(path, to)?;
		}
	}
	Ok(())
}

/// Replaces a text in a file, in which it has to be.
fn replace(file: &Path, text: &str, by: &str) -> Result<(), Error> {
	let content = fs::read_to_string(file)?;
	if !content.contains(text) {
		return Err(Error::Answer(format!("there is no {text:?} in {}", file.display())));
	}
	Ok(fs::write(file, content.replace(text, by))?)
}
