// SPDX-License-Identifier: Apache-2.0

//! Reading parts of a log.

use super::{Log, OBJECT_SIZE};
use crate::{OBJECT_LIMIT, Store, StoreError};
use bytes::Bytes;
use futures::{
	StreamExt, TryStreamExt,
	stream::{self, BoxStream},
};
use std::{
	collections::VecDeque,
	io,
	ops::Range,
	sync::{Arc, Mutex, PoisonError},
};
use tokio::{io::AsyncBufRead, runtime::Handle, sync::OnceCell};
use tokio_util::io::{StreamReader, SyncIoBridge};

/// How many objects are fetched before they are asked for, unless told otherwise.
const READ_AHEAD: usize = 2;

/// Reads ranges of a log. Clones share its cache.
///
/// Made for walks from the log's begin to its end: the objects behind the one in use are fetched
/// before they are asked for. Every object is verified before a byte of it is given out. The objects
/// used last stay in memory, two more than are read ahead, so that a walk through many small streams
/// fetches each object once.
#[derive(Clone, Debug)]
pub struct LogReader(Arc<Shared>);

#[derive(Debug)]
struct Shared {
	store: Store,
	log: Log,
	read_ahead: usize,
	/// The one used last is at the back.
	cache: Mutex<VecDeque<Cached>>,
}

/// An object that is there, or is being fetched by one reader while the others wait for it.
#[derive(Debug)]
struct Cached {
	index: u64,
	bytes: Arc<OnceCell<Bytes>>,
}

impl LogReader {
	/// Reads `log` from `store`, two objects ahead. Nothing is fetched yet.
	pub fn new(store: &Store, log: Log) -> Self {
		Self::with_read_ahead(store, log, READ_AHEAD)
	}

	/// Reads `log` from `store`, and fetches the next `objects` of it while one is used. Each
	/// takes 16 MiB of memory.
	pub fn with_read_ahead(store: &Store, log: Log, objects: usize) -> Self {
		Self(Arc::new(Shared {
			store: store.clone(),
			log,
			read_ahead: objects,
			cache: Mutex::default(),
		}))
	}

	/// The bytes of `range`, in pieces of at most one object. Needs a tokio runtime.
	///
	/// # Errors
	///
	/// [`StoreError::OutOfLog`] at once. In the stream, those of [`Store::get`];
	/// [`StoreError::WrongLength`] if an object is not as long as its place in the log says.
	pub fn stream(
		&self,
		range: Range<u64>,
	) -> Result<BoxStream<'static, Result<Bytes, StoreError>>, StoreError> {
		let length = self.0.log.length();
		if range.start > range.end || range.end > length {
			let Range { start, end } = range;
			return Err(StoreError::OutOfLog { start, end, length });
		}
		let shared = self.0.clone();
		Ok(stream::try_unfold(range, move |rest| {
			let shared = shared.clone();
			async move {
				if rest.is_empty() {
					return Ok(None);
				}
				let piece = shared.piece(&rest).await?;
				let next = rest.start.saturating_add(crate::objects::length(&piece));
				Ok(Some((piece, next..rest.end)))
			}
		})
		.boxed())
	}

	/// The bytes of `range`. Needs a tokio runtime.
	///
	/// # Errors
	///
	/// Those of [`LogReader::stream`]; while reading, inside the [`io::Error`].
	pub fn read(
		&self,
		range: Range<u64>,
	) -> Result<impl AsyncBufRead + Send + Unpin + use<>, StoreError> {
		Ok(StreamReader::new(self.stream(range)?.map_err(io::Error::from)))
	}

	/// The bytes of `range`, for a thread outside of `runtime`. Reading inside of it panics.
	///
	/// # Errors
	///
	/// Those of [`LogReader::stream`]; while reading, inside the [`io::Error`].
	pub fn read_blocking(
		&self,
		range: Range<u64>,
		runtime: Handle,
	) -> Result<impl io::BufRead + Send + use<>, StoreError> {
		Ok(SyncIoBridge::new_with_handle(self.read(range)?, runtime))
	}
}

/// Where an object's bytes are, or will be.
enum Entry {
	/// Nobody has asked for it yet.
	New(Arc<OnceCell<Bytes>>),
	Known(Arc<OnceCell<Bytes>>),
}

impl Shared {
	/// The beginning of `range`, which is not empty, as far as it is in one object.
	async fn piece(self: &Arc<Self>, range: &Range<u64>) -> Result<Bytes, StoreError> {
		let index = range.start / OBJECT_SIZE;
		let last = self.log.length().saturating_sub(1) / OBJECT_SIZE;
		let ahead = index.saturating_add(self.read_ahead.try_into().unwrap_or(u64::MAX));
		// First, so that the object in use is the last to leave the cache.
		for next in (index.saturating_add(1)..=last.min(ahead)).rev() {
			let Entry::New(_) = self.cached(next) else { continue };
			let shared = self.clone();
			// If it fails, the read that needs the object tries again and tells.
			tokio::spawn(async move {
				if let Err(error) = shared.object(next).await {
					tracing::debug!(%error, "reading ahead failed");
				}
			});
		}
		let object = self.object(index).await?;
		let begin = index.saturating_mul(OBJECT_SIZE);
		let place = |position: u64| {
			let place = usize::try_from(position.saturating_sub(begin)).unwrap_or(usize::MAX);
			place.min(object.len())
		};
		Ok(object.slice(place(range.start)..place(range.end)))
	}

	/// An object of the log, verified.
	async fn object(&self, index: u64) -> Result<Bytes, StoreError> {
		let (Entry::New(bytes) | Entry::Known(bytes)) = self.cached(index);
		bytes.get_or_try_init(|| self.fetch(index)).await.cloned()
	}

	async fn fetch(&self, index: u64) -> Result<Bytes, StoreError> {
		let length = self.log.length();
		let begin = index.saturating_mul(OBJECT_SIZE);
		let name = usize::try_from(index).ok().and_then(|index| self.log.objects().get(index));
		let name = name.ok_or(StoreError::OutOfLog { start: begin, end: begin, length })?;
		let bytes = self.store.get_within(name, OBJECT_LIMIT).await?;
		let expected = length.saturating_sub(begin).min(OBJECT_SIZE);
		let found = crate::objects::length(&bytes);
		if found != expected {
			return Err(StoreError::WrongLength { name: *name, expected, found });
		}
		Ok(bytes)
	}

	/// The place of an object in the cache, which becomes the one used last.
	fn cached(&self, index: u64) -> Entry {
		// A panic elsewhere cannot leave the queue in a bad state.
		let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
		let known = cache.iter().position(|cached| cached.index == index);
		let known = known.and_then(|place| cache.remove(place));
		let is_new = known.is_none();
		let cached = known.unwrap_or_else(|| Cached { index, bytes: Arc::default() });
		let bytes = cached.bytes.clone();
		cache.push_back(cached);
		while cache.len() > self.read_ahead.saturating_add(2) {
			cache.pop_front();
		}
		if is_new { Entry::New(bytes) } else { Entry::Known(bytes) }
	}
}
