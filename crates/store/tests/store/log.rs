// SPDX-License-Identifier: Apache-2.0

//! Logs: what is written comes back, whatever the range.

use crate::common::{MIB, bytes, object_file};
use bytes::Bytes;
use contour_store::{Log, LogReader, LogWriter, OBJECT_SIZE, ObjectName, Store, StoreError};
use futures::TryStreamExt;
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use std::{
	fs,
	io::{Read, Write},
	sync::LazyLock,
};
use tempfile::TempDir;
use tokio::{io::AsyncReadExt, runtime::Runtime};

const SIZE: usize = OBJECT_SIZE as usize;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// A log of two and a half objects in a local folder.
struct Sample {
	home: TempDir,
	store: Store,
	content: Bytes,
	log: Log,
}

impl Sample {
	fn new() -> Self {
		let home = tempfile::tempdir().unwrap();
		let content = bytes(7, 2 * SIZE + SIZE / 2);
		RUNTIME.block_on(async {
			let store = Store::open(home.path().to_str().unwrap()).await.unwrap();
			let mut writer = LogWriter::new(&store);
			for piece in content.chunks(1_234_567) {
				writer.write(piece).await.unwrap();
			}
			let log = writer.finish().await.unwrap();
			Self { home, store, content, log }
		})
	}

	fn read(&self, range: std::ops::Range<u64>) -> Result<Vec<u8>, StoreError> {
		RUNTIME.block_on(async {
			let reader = LogReader::new(&self.store, self.log.clone());
			let pieces: Vec<Bytes> = reader.stream(range)?.try_collect().await?;
			Ok(pieces.concat())
		})
	}
}

static SAMPLE: LazyLock<Sample> = LazyLock::new(Sample::new);
/// Its cache is shared by all cases, as by all the readers of a study.
static READER: LazyLock<LogReader> =
	LazyLock::new(|| LogReader::with_read_ahead(&SAMPLE.store, SAMPLE.log.clone(), 1));

/// Positions near the ends of objects and anywhere.
fn position() -> impl Strategy<Value = usize> {
	let length = 2 * SIZE + SIZE / 2;
	prop_oneof![
		0..=length,
		(0_usize..=2, 0_usize..=4)
			.prop_map(|(object, near)| (object * SIZE + near).saturating_sub(2)),
		(length - 3)..=length,
	]
}

proptest! {
	#![proptest_config(ProptestConfig {
		cases: 128,
		failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
		..ProptestConfig::default()
	})]

	#[test]
	fn should_read_what_was_written_when_range_is_any(a in position(), b in position()) {
		let (start, end) = (a.min(b), a.max(b));
		let range = start as u64..end as u64;
		let expected = &SAMPLE.content[start..end];
		let reader = &*READER;
		let found = RUNTIME.block_on(async {
			let mut found = Vec::new();
			reader.read(range.clone()).unwrap().read_to_end(&mut found).await.unwrap();
			found
		});
		prop_assert!(found == expected);

		let mut found = Vec::new();
		let mut reader = READER.read_blocking(range, RUNTIME.handle().clone()).unwrap();
		reader.read_to_end(&mut found).unwrap();
		prop_assert!(found == expected);
	}

	#[test]
	fn should_refuse_when_range_is_outside(start: u64, end: u64) {
		let length = SAMPLE.log.length();
		prop_assume!(start > end || end > length);
		let refused = READER.read(start..end).map(drop);
		let out = matches!(refused, Err(StoreError::OutOfLog { .. }));
		prop_assert!(out);
	}

	#[test]
	fn should_cut_alike_when_pieces_are_any(pieces in prop::collection::vec(0_usize..3 * MIB, 0..8)) {
		let total: usize = pieces.iter().sum();
		let content = bytes(9, total);
		let mut writer = LogWriter::new(&SAMPLE.store);
		let log = RUNTIME.block_on(async {
			let mut rest = &content[..];
			for piece in pieces {
				assert_eq!(writer.length(), (total - rest.len()) as u64);
				let (now, later) = rest.split_at(piece);
				writer.write(now).await.unwrap();
				rest = later;
			}
			writer.finish().await.unwrap()
		});
		let expected: Vec<_> = content.chunks(SIZE).map(ObjectName::of).collect();
		prop_assert_eq!(log, Log::new(total as u64, expected).unwrap());
	}
}

#[test]
fn should_cut_at_sixteen_mib_when_log_ends_there() {
	for (length, objects) in
		[(0, 0), (1, 1), (SIZE - 1, 1), (SIZE, 1), (SIZE + 1, 2), (2 * SIZE, 2)]
	{
		let content = bytes(3, length);
		let mut writer = LogWriter::new(&SAMPLE.store);
		let log = RUNTIME.block_on(async {
			writer.write(&content).await.unwrap();
			writer.finish().await.unwrap()
		});
		assert_eq!((log.length(), log.objects().len()), (length as u64, objects));
		let names: Vec<_> = content.chunks(SIZE).map(ObjectName::of).collect();
		assert_eq!(log.objects(), names);
	}
}

#[test]
fn should_write_and_read_when_threads_are_outside_the_runtime() {
	let content = bytes(5, SIZE + 12_345);
	let writer = LogWriter::new(&SAMPLE.store);
	let mut writer = writer.into_blocking(RUNTIME.handle().clone());
	// As sealing does: instances sealed by many threads arrive in order over a channel.
	let (send, receive) = std::sync::mpsc::sync_channel::<Bytes>(2);
	let writing = std::thread::spawn(move || {
		for piece in receive {
			writer.write_all(&piece).unwrap();
		}
		writer.flush().unwrap();
		writer.finish().unwrap()
	});
	let mut rest = content.clone();
	while !rest.is_empty() {
		send.send(rest.split_to(rest.len().min(700_001))).unwrap();
	}
	drop(send);
	let log = writing.join().unwrap();
	let reader = LogReader::new(&SAMPLE.store, log.clone());
	let mut found = Vec::new();
	let mut read = reader.read_blocking(0..log.length(), RUNTIME.handle().clone()).unwrap();
	read.read_to_end(&mut found).unwrap();
	assert!(found == content);
}

#[test]
fn should_keep_json_form_when_log_is_stored() {
	let name = ObjectName::of(b"");
	let log = Log::new(3, vec![name]).unwrap();
	let json = format!("{{\"length\":3,\"objects\":[\"{name}\"]}}");
	assert_eq!(serde_json::to_string(&log).unwrap(), json);
	assert_eq!(serde_json::from_str::<Log>(&json).unwrap(), log);
	for wrong in [
		"{\"length\":3,\"objects\":[]}".to_owned(),
		format!("{{\"length\":0,\"objects\":[\"{name}\"]}}"),
		format!("{{\"length\":{},\"objects\":[\"{name}\"]}}", u64::MAX),
		json.replace('e', "E"),
		json.replace(&name.to_string(), "e3b0"),
	] {
		serde_json::from_str::<Log>(&wrong).unwrap_err();
	}
}

#[test]
fn should_give_no_byte_and_name_the_object_when_one_is_bad() {
	let sample = Sample::new();
	let objects = sample.log.objects().to_vec();
	let file = |index: usize| object_file(sample.home.path(), &objects[index]);
	let whole = 0..sample.log.length();

	let mut changed = fs::read(file(1)).unwrap();
	changed[SIZE - 1] ^= 0x80;
	fs::write(file(1), &changed).unwrap();
	let error = sample.read(whole.clone()).unwrap_err();
	assert!(matches!(error, StoreError::Corrupt { name, .. } if name == objects[1]), "{error}");
	// What lies elsewhere can be read still, up to the object's first byte.
	assert!(sample.read(0..OBJECT_SIZE).unwrap() == sample.content[..SIZE]);
	sample.read(OBJECT_SIZE..OBJECT_SIZE + 1).unwrap_err();
	let mut part = Vec::new();
	let error = RUNTIME.block_on(async {
		let reader = LogReader::new(&sample.store, sample.log.clone());
		reader.read(whole.clone()).unwrap().read_to_end(&mut part).await.unwrap_err()
	});
	assert!(part == sample.content[..SIZE]);
	assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
	let inside = error.get_ref().and_then(|error| error.downcast_ref::<StoreError>());
	assert!(matches!(inside, Some(StoreError::Corrupt { .. })));

	fs::remove_file(file(1)).unwrap();
	let error = sample.read(whole.clone()).unwrap_err();
	assert!(matches!(error, StoreError::Missing { name, .. } if name == objects[1]), "{error}");

	fs::copy(file(0), file(1)).unwrap();
	let error = sample.read(whole).unwrap_err();
	assert!(
		matches!(error, StoreError::Corrupt { name, found } if name == objects[1] && found == objects[0]),
		"{error}"
	);
}

#[test]
fn should_refuse_when_objects_of_a_log_are_in_the_wrong_places() {
	let objects = SAMPLE.log.objects();
	// The short last object cannot stand in front; its own hash is right.
	let log = Log::new(SAMPLE.log.length(), vec![objects[2], objects[0], objects[1]]).unwrap();
	let reader = LogReader::new(&SAMPLE.store, log);
	let error = RUNTIME
		.block_on(async { reader.stream(0..1).unwrap().try_collect::<Vec<_>>().await })
		.unwrap_err();
	assert!(
		matches!(error, StoreError::WrongLength { expected: OBJECT_SIZE, name, .. } if name == objects[2]),
		"{error}"
	);
}

#[test]
fn should_give_all_the_same_when_many_read_at_once() {
	let sample = &*SAMPLE;
	RUNTIME.block_on(async {
		let reader = LogReader::new(&sample.store, sample.log.clone());
		let tasks = (0..24_usize).map(|task| {
			let reader = reader.clone();
			tokio::spawn(async move {
				let start = task * SIZE / 10;
				let mut found = vec![0; 100_000];
				let range = start as u64..start as u64 + 100_000;
				reader.read(range).unwrap().read_exact(&mut found).await.unwrap();
				assert!(found == SAMPLE.content[start..start + 100_000]);
			})
		});
		for task in tasks.collect::<Vec<_>>() {
			task.await.unwrap();
		}
	});
}
