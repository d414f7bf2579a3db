// SPDX-License-Identifier: Apache-2.0

//! A writer that is killed leaves whole objects or none.

use crate::common::{MIB, bytes};
use bytes::Bytes;
use contour_store::{Log, LogReader, LogWriter, Store};
use futures::TryStreamExt;
use std::{
	path::Path,
	process::{Command, Stdio},
	time::{Duration, Instant},
};
use tokio::io::AsyncReadExt;

const FOLDER: &str = "CONTOUR_TEST_WRITE_UNTIL_KILLED";
const ROUND: &str = "CONTOUR_TEST_ROUND";
/// So many kills must have hit a write in the middle, in at most so many attempts.
const HITS: usize = 10;
const ATTEMPTS: u64 = 60;

/// Other bytes for each round and number, so that the child never stops writing.
fn content(base: &[u8], round: u64, number: u64, size: usize) -> Bytes {
	let mut content = base[..size].to_vec();
	content[..16].copy_from_slice(&[round.to_le_bytes(), number.to_le_bytes()].concat());
	content.into()
}

async fn write_log(store: &Store, content: &[u8]) -> Log {
	let mut log = LogWriter::new(store);
	log.write(content).await.unwrap();
	log.finish().await.unwrap()
}

async fn write_until_killed(root: &str, round: u64) {
	let store = Store::open(root).await.unwrap();
	let base = bytes(0, 40 * MIB);
	for number in 0.. {
		let small = content(&base, round, number, 1 << (10 + number % 12));
		let log = content(&base, round, number, base.len());
		let put = async { store.put(small).await.unwrap() };
		futures::future::join(put, write_log(&store, &log)).await;
	}
}

fn leftovers(root: &Path) -> usize {
	std::fs::read_dir(root.join("tmp")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn should_show_no_half_object_when_writer_is_killed() {
	if let Ok(root) = std::env::var(FOLDER) {
		let round = std::env::var(ROUND).unwrap().parse().unwrap();
		return write_until_killed(&root, round).await;
	}
	let home = tempfile::tempdir().unwrap();
	let root = home.path().to_str().unwrap();
	let (mut hits, mut objects, mut round) = (0, 0, 0);
	while hits < HITS {
		assert!(round < ATTEMPTS, "only {hits} of {round} kills hit a write");
		let before = leftovers(home.path());
		let mut child = Command::new(std::env::current_exe().unwrap())
			.args(["--exact", "crash::should_show_no_half_object_when_writer_is_killed"])
			.env(FOLDER, root)
			.env(ROUND, round.to_string())
			.stdout(Stdio::null())
			.stderr(Stdio::null())
			.spawn()
			.unwrap();
		// However slow the machine is: from the first write on, some moments later each time.
		let begun = Instant::now();
		while leftovers(home.path()) == before && begun.elapsed() < Duration::from_secs(20) {
			std::thread::sleep(Duration::from_micros(200));
		}
		std::thread::sleep(Duration::from_millis(round * 7 % 40));
		assert!(child.try_wait().unwrap().is_none(), "the writer ended by itself");
		child.kill().unwrap();
		child.wait().unwrap();
		hits += usize::from(leftovers(home.path()) > before);

		let store = Store::open(root).await.unwrap();
		let seen: Vec<_> = store.list("").try_collect().await.unwrap();
		for object in &seen {
			assert_eq!(store.get(&object.name).await.unwrap().len() as u64, object.size);
		}
		assert!(seen.len() >= objects, "an object that was whole is gone");
		objects = seen.len();
		round += 1;
	}
	assert!(objects > 0);

	// The log that the last child was writing is completed by writing it again.
	let whole = content(&bytes(0, 40 * MIB), round - 1, 0, 40 * MIB);
	let store = Store::open(root).await.unwrap();
	let log = write_log(&store, &whole).await;
	let mut found = Vec::new();
	let reader = LogReader::new(&store, log.clone());
	reader.read(0..log.length()).unwrap().read_to_end(&mut found).await.unwrap();
	assert!(found == whole);
}
