// SPDX-License-Identifier: Apache-2.0

//! What was answered, on disk, so that it is computed once.
//!
//! There is one file for each request, named by the SHA-256 of the request. An answer that had to
//! do without a store that could not be reached is kept only for urgent requests: others are
//! computed again.
//!
//! ```
//! use contour_scorer::records::{Product, Record, Records, Request};
//! # use contour_primitives::{AccountId, Hash, Sealed, StudyId, TaskId, scorer::Readings};
//! # use contour_scoring::{Method, Ppm};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let copies = Sealed {
//! #     root: Hash::repeat_byte(1),
//! #     locator: b"s3://north/panels".to_vec().try_into().expect("it is short"),
//! # };
//! # let readings = Readings {
//! #     genesis: Hash::repeat_byte(2),
//! #     task: TaskId(3),
//! #     study: StudyId(Hash::repeat_byte(4)),
//! #     method: Method::Majority,
//! #     threshold: Ppm::ONE,
//! #     structure: "SCT:108369006".parse()?,
//! #     opener: AccountId::new([5; 32]),
//! #     brief: copies.clone(),
//! #     readings: Vec::new(),
//! #     accepted: None,
//! #     urgent: false,
//! # };
//! let records = Records::open(folder.path())?;
//! let request = Request::Score(readings);
//! assert_eq!(records.find(&request), None);
//!
//! let product = Product::Copies(copies);
//! let record = Record::new(request.readings(), product.clone());
//! records.keep(request.key(false), record)?;
//! // An answer for whoever has time is one for whoever has none.
//! assert_eq!(records.find(&request.hurried(true)), Some(product));
//! # Ok(())
//! # }
//! ```

use codec::{Decode, DecodeAll, Encode, Input, Output};
use contour_primitives::{
	AccountId, Hash, Sealed, StudyId, TaskId,
	scorer::{Answer, PanelRequest, Readings},
};
use contour_scoring::Report;
use contour_store::ObjectName;
use std::{
	collections::BTreeMap,
	fs,
	io::{self, Write as _},
	path::{Path, PathBuf},
	sync::{Arc, Mutex, PoisonError},
	time::{SystemTime, UNIX_EPOCH},
};

const EXTENSION: &str = "answer";
/// Version of the format: the first byte of a file.
const FORM: u8 = 1;
/// Number of answers that are held in memory.
const MAX_HELD: usize = 4096;

/// What a node asks.
#[derive(Clone, Debug, Encode)]
pub enum Request {
	/// A report.
	#[codec(index = 0)]
	Score(Readings),
	/// Copies for a panel.
	#[codec(index = 1)]
	Panel(PanelRequest),
}

impl Request {
	/// The readings, and their task.
	#[must_use]
	pub fn readings(&self) -> &Readings {
		match self {
			Self::Score(readings) => readings,
			Self::Panel(panel) => &panel.readings,
		}
	}

	/// Whether there is no time to wait.
	#[must_use]
	pub fn is_urgent(&self) -> bool {
		self.readings().urgent
	}

	/// What identifies the request, in a hurry or not.
	#[must_use]
	pub fn key(&self, urgent: bool) -> ObjectName {
		ObjectName::of(&self.clone().hurried(urgent).encode())
	}

	/// The same request, in a hurry or not.
	#[must_use]
	pub fn hurried(mut self, urgent: bool) -> Self {
		match &mut self {
			Self::Score(readings) => readings.urgent = urgent,
			Self::Panel(panel) => panel.readings.urgent = urgent,
		}
		self
	}
}

/// What a scorer makes for a node.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Product {
	/// For [`Request::Score`].
	Report(Report),
	/// For [`Request::Panel`]: copies in one object that each member can open.
	Copies(Sealed),
}

/// In files it is the answer to the node, after the number of the question.
impl Encode for Product {
	fn encode_to<To: Output + ?Sized>(&self, to: &mut To) {
		match self {
			Self::Report(report) => (0_u8, Answer::Ready(report)).encode_to(to),
			Self::Copies(copies) => (1_u8, Answer::Ready(copies)).encode_to(to),
		}
	}
}

impl Decode for Product {
	fn decode<From: Input>(from: &mut From) -> Result<Self, codec::Error> {
		match <(u8, Answer<()>)>::decode(from)? {
			(0, Answer::Ready(())) => Report::decode(from).map(Self::Report),
			(1, Answer::Ready(())) => Sealed::decode(from).map(Self::Copies),
			_ => Err("it is no answer that was ready".into()),
		}
	}
}

/// What was made, and what is to be told about it.
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
	/// When it was made, in milliseconds since the Unix epoch.
	pub at: u64,
	/// What was made.
	pub product: Product,
}

impl Record {
	/// What was made just now.
	#[must_use]
	pub fn new(request: &Readings, product: Product) -> Self {
		let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
		Self {
			genesis: request.genesis,
			task: request.task,
			study: request.study,
			readers: request.readings.iter().map(|(reader, _)| reader.clone()).collect(),
			at: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
			product,
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
	/// Opens the folder, and makes it if it is missing. Damaged files are skipped: their contents
	/// are computed again.
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
					tracing::warn!(path = %path.display(), "skipped: this is not an answer of the \
					 scorer");
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

	/// What was made for a request, if it was.
	#[must_use]
	pub fn find(&self, request: &Request) -> Option<Product> {
		let patient = self.get(&request.key(false));
		let record = match patient {
			None if request.is_urgent() => self.get(&request.key(true)),
			found => found,
		};
		record.map(|record| record.product.clone())
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

#[cfg(test)]
mod tests {
	use super::*;
	use contour_scoring::{Grid, Method};

	#[test]
	fn should_keep_its_bytes_when_a_product_is_written_to_a_file() {
		let report = Report {
			method: Method::Staple,
			grid: Grid::new([8; 3], [1_000; 3]).expect("it is one"),
			consensus: Some([1; 32]),
			agreement: None,
			outcomes: Default::default(),
		};
		let locator = b"s3://a".to_vec().try_into().expect("it is short");
		let copies = Sealed { root: Hash::repeat_byte(7), locator };
		for (product, bytes) in [
			(Product::Report(report.clone()), [vec![0, 0], report.encode()].concat()),
			(Product::Copies(copies.clone()), [vec![1, 0], copies.encode()].concat()),
		] {
			assert_eq!(product.encode(), bytes);
			assert_eq!(Product::decode_all(&mut &bytes[..]).ok(), Some(product));
		}
		for nothing in [[0_u8, 1], [1, 2], [2, 0]] {
			assert!(Product::decode_all(&mut &nothing[..]).is_err());
		}
	}
}
