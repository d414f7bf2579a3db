// SPDX-License-Identifier: Apache-2.0

//! What was answered, on disk, so that it is computed once.
//!
//! One file for each request, named by the SHA-256 of what was asked. An answer that had to do without
//! a store that could not be reached is kept for urgent requests only: whoever is not in a hurry asks
//! again.

use codec::{Decode, DecodeAll, Encode};
use contour_gateway::store::ObjectName;
use contour_primitives::{
	AccountId, Hash, StudyId, TaskId,
	scorer::{PanelAnswer, PanelRequest, ScoreAnswer, ScoreRequest},
};
use std::{
	collections::BTreeMap,
	fs,
	io::{self, Write as _},
	path::{Path, PathBuf},
	sync::{Arc, Mutex, PoisonError},
	time::{SystemTime, UNIX_EPOCH},
};

const EXTENSION: &str = "answer";
/// The form that is written: the first byte of a file.
const FORM: u8 = 1;
/// Answers that are held in memory.
const MAX_HELD: usize = 4096;

/// What a node asks.
#[derive(Clone, Debug, Encode)]
pub enum Request {
	/// A report.
	#[codec(index = 0)]
	Score(ScoreRequest),
	/// Copies for a panel.
	#[codec(index = 1)]
	Panel(PanelRequest),
}

impl Request {
	/// The task and its readings.
	#[must_use]
	pub fn score(&self) -> &ScoreRequest {
		match self {
			Self::Score(score) => score,
			Self::Panel(panel) => &panel.score,
		}
	}

	/// Whether there is no time to wait.
	#[must_use]
	pub fn is_urgent(&self) -> bool {
		self.score().urgent
	}

	/// What identifies the request, in a hurry or not.
	#[must_use]
	pub fn key(&self, urgent: bool) -> ObjectName {
		let mut request = self.clone();
		match &mut request {
			Self::Score(score) => score.urgent = urgent,
			Self::Panel(panel) => panel.score.urgent = urgent,
		}
		ObjectName::of(&request.encode())
	}
}

/// What a node is answered when the work is done.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub enum Answer {
	/// To [`Request::Score`].
	#[codec(index = 0)]
	Score(ScoreAnswer),
	/// To [`Request::Panel`].
	#[codec(index = 1)]
	Panel(PanelAnswer),
}

/// An answer, and what is to be told about it.
#[derive(Clone, Debug, Decode, Encode)]
pub struct Record {
	/// Hash of the chain's first block.
	pub genesis: Hash,
	/// The task.
	pub task: TaskId,
	/// Its study.
	pub study: StudyId,
	/// The readers, in the order of the report.
	pub readers: Vec<AccountId>,
	/// When it was answered, in milliseconds since the Unix epoch.
	pub at: u64,
	/// What was answered.
	pub answer: Answer,
}

impl Record {
	/// An answer of this moment.
	#[must_use]
	pub fn new(request: &ScoreRequest, answer: Answer) -> Self {
		let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
		Self {
			genesis: request.genesis,
			task: request.task,
			study: request.study,
			readers: request.readings.iter().map(|(reader, _)| reader.clone()).collect(),
			at: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
			answer,
		}
	}
}

/// The answers of a scorer.
#[derive(Debug)]
pub struct Records {
	folder: PathBuf,
	held: Mutex<BTreeMap<ObjectName, Arc<Record>>>,
}

impl Records {
	/// Opens the folder, and makes it if it is missing. Files that are damaged are passed over: what
	/// was in them is computed again.
	///
	/// # Errors
	/// When the folder cannot be made, read or written.
	pub fn open(folder: &Path) -> io::Result<Self> {
		fs::create_dir_all(folder)?;
		let mut found = Vec::new();
		for entry in fs::read_dir(folder)? {
			let path = entry?.path();
			let name = path.file_stem().and_then(|name| name.to_str()?.parse().ok());
			let Some(name) = name.filter(|_| path.extension().is_some_and(|it| it == EXTENSION))
			else {
				continue;
			};
			match read(&path) {
				Some(record) => found.push((name, record)),
				None => {
					tracing::warn!(path = %path.display(), "not an answer of ours, passed over")
				}
			}
		}
		found.sort_by_key(|(_, record)| std::cmp::Reverse(record.at));
		found.truncate(MAX_HELD);
		let held = found.into_iter().map(|(name, record)| (name, Arc::new(record))).collect();
		// Fails now rather than at the first answer.
		tempfile::NamedTempFile::new_in(folder)?;
		Ok(Self { folder: folder.to_owned(), held: Mutex::new(held) })
	}

	/// What was answered to a request, if it was.
	#[must_use]
	pub fn find(&self, request: &Request) -> Option<Answer> {
		let patient = self.get(&request.key(false));
		let record = match patient {
			None if request.is_urgent() => self.get(&request.key(true)),
			found => found,
		};
		record.map(|record| record.answer.clone())
	}

	fn get(&self, name: &ObjectName) -> Option<Arc<Record>> {
		let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
		held.or_else(|| read(&self.path(name)).map(Arc::new))
	}

	/// Keeps an answer.
	///
	/// # Errors
	/// When it cannot be written; it is held in memory then.
	pub fn keep(&self, name: ObjectName, record: Record) -> io::Result<()> {
		let bytes = [vec![FORM], record.encode()].concat();
		let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
		if held.len() >= MAX_HELD
			&& let Some(oldest) = held.iter().min_by_key(|(_, it)| it.at).map(|(name, _)| *name)
		{
			held.remove(&oldest);
		}
		held.insert(name, Arc::new(record));
		drop(held);
		let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
		file.write_all(&bytes)?;
		file.as_file().sync_all()?;
		file.persist(self.path(&name)).map_err(|error| error.error)?;
		Ok(())
	}

	/// The latest answers, the last first.
	#[must_use]
	pub fn latest(&self) -> Vec<Arc<Record>> {
		let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
		let mut records: Vec<_> = held.values().cloned().collect();
		drop(held);
		records.sort_by_key(|record| std::cmp::Reverse(record.at));
		records
	}

	fn path(&self, name: &ObjectName) -> PathBuf {
		self.folder.join(format!("{name}.{EXTENSION}"))
	}
}

fn read(path: &Path) -> Option<Record> {
	let bytes = fs::read(path).ok()?;
	let (&FORM, mut rest) = bytes.split_first()? else { return None };
	Record::decode_all(&mut rest).ok()
}
