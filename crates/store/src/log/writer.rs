// SPDX-License-Identifier: Apache-2.0

//! Writing a log.

use super::{Log, OBJECT_SIZE};
use crate::{ObjectName, Store, StoreError, buffers::Buffer};
use std::io;
use tokio::{
	runtime::Handle,
	task::{JoinError, JoinSet},
};

/// How many objects are written at once unless told otherwise.
const CONCURRENCY: usize = 4;

/// Cuts what is written to it into objects and puts them into a store, several at once.
///
/// Memory: one object that fills and as many as are written at once, each of 16 MiB. Dropping it
/// abandons the log; objects that are in the store already make the next attempt with the same bytes
/// shorter.
#[derive(Debug)]
pub struct LogWriter {
	store: Store,
	concurrency: usize,
	length: u64,
	filling: Option<Buffer>,
	writing: JoinSet<(usize, Result<ObjectName, StoreError>)>,
	/// By position; those that are not durable yet are `None`.
	objects: Vec<Option<ObjectName>>,
	failed: bool,
}

impl LogWriter {
	/// Begins a log.
	pub fn new(store: &Store) -> Self {
		Self {
			store: store.clone(),
			concurrency: CONCURRENCY,
			length: 0,
			filling: None,
			writing: JoinSet::new(),
			objects: Vec::new(),
			failed: false,
		}
	}

	/// Writes `objects` objects at once, at least one.
	pub fn concurrency(self, objects: usize) -> Self {
		Self { concurrency: objects.max(1), ..self }
	}

	/// How many bytes were written: the offset of what is written next.
	pub fn length(&self) -> u64 {
		self.length
	}

	/// Appends `bytes`. Waits while as many objects as permitted are being written.
	///
	/// Must be awaited to its end: a write that was dropped leaves a log with a part of it.
	///
	/// # Errors
	///
	/// Those of [`Store::put`], also of objects that were written before. Then the log is lost:
	/// whatever follows is [`StoreError::LogFailed`].
	pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), StoreError> {
		if self.failed {
			return Err(StoreError::LogFailed);
		}
		while let Some(done) = self.writing.try_join_next() {
			self.note(done)?;
		}
		while !bytes.is_empty() {
			let filling = self.filling.get_or_insert_with(|| Buffer::of(OBJECT_SIZE));
			let room = object_size().saturating_sub(filling.len());
			let (now, later) = bytes.split_at(room.min(bytes.len()));
			filling.extend_from_slice(now);
			self.length = self.length.saturating_add(crate::objects::length(now));
			bytes = later;
			if filling.len() == object_size() {
				self.cut().await?;
			}
		}
		Ok(())
	}

	/// Ends the log. When this returns, all of it is durable.
	///
	/// # Errors
	///
	/// Those of [`Store::put`]; [`StoreError::LogFailed`] if an earlier write failed.
	pub async fn finish(mut self) -> Result<Log, StoreError> {
		if self.failed {
			return Err(StoreError::LogFailed);
		}
		self.cut().await?;
		while let Some(done) = self.writing.join_next().await {
			self.note(done)?;
		}
		let objects: Option<Vec<_>> = self.objects.into_iter().collect();
		Log::new(self.length, objects.ok_or(StoreError::Interrupted)?)
	}

	/// For threads outside the runtime: they write, `runtime` stores. It must have a thread of its
	/// own (not be a current-thread runtime that nobody drives).
	pub fn into_blocking(self, runtime: Handle) -> BlockingLogWriter {
		BlockingLogWriter { writer: self, runtime }
	}

	/// Puts the object into the store, if there is one, once there is room among those being written.
	async fn cut(&mut self) -> Result<(), StoreError> {
		let Some(filling) = self.filling.take() else { return Ok(()) };
		while self.writing.len() >= self.concurrency {
			if let Some(done) = self.writing.join_next().await {
				self.note(done)?;
			}
		}
		let bytes = filling.into_bytes();
		let position = self.objects.len();
		self.objects.push(None);
		let store = self.store.clone();
		self.writing.spawn(async move { (position, store.put(bytes).await) });
		Ok(())
	}

	fn note(
		&mut self,
		done: Result<(usize, Result<ObjectName, StoreError>), JoinError>,
	) -> Result<(), StoreError> {
		// What panicked or was stopped with the runtime is not durable.
		let named = done
			.map_err(|_| StoreError::Interrupted)
			.and_then(|(position, put)| put.map(|name| (position, name)));
		match named {
			Ok((position, name)) => {
				if let Some(object) = self.objects.get_mut(position) {
					*object = Some(name);
				}
				Ok(())
			}
			Err(error) => {
				self.failed = true;
				self.filling = None;
				self.writing.abort_all();
				Err(error)
			}
		}
	}
}

fn object_size() -> usize {
	const { OBJECT_SIZE as usize }
}

/// A [`LogWriter`] for threads outside the runtime. Calling it inside of it panics.
#[derive(Debug)]
pub struct BlockingLogWriter {
	writer: LogWriter,
	runtime: Handle,
}

impl BlockingLogWriter {
	/// How many bytes were written: the offset of what is written next.
	pub fn length(&self) -> u64 {
		self.writer.length()
	}

	/// Ends the log. When this returns, all of it is durable.
	///
	/// # Errors
	///
	/// Those of [`LogWriter::finish`].
	pub fn finish(self) -> Result<Log, StoreError> {
		self.runtime.block_on(self.writer.finish())
	}
}

impl io::Write for BlockingLogWriter {
	/// Takes all of `bytes`. The error, if any, is a [`StoreError`] inside.
	fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
		self.runtime.block_on(self.writer.write(bytes))?;
		Ok(bytes.len())
	}

	/// Does nothing: only [`BlockingLogWriter::finish`] makes a log durable.
	fn flush(&mut self) -> io::Result<()> {
		Ok(())
	}
}
