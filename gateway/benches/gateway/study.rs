// SPDX-License-Identifier: Apache-2.0

//! Studies of several sizes from a folder to a store, and back.

use crate::{
	Bench, images,
	job::{Job, PIXELS, Taken},
	median, round,
};
use serde::Serialize;
use std::{fmt, fs};

/// Images, and how often they are packed and unpacked. The largest study is the last.
const SIZES: [(usize, usize); 2] = [(100, 9), (1_000, 7)];
/// An object of the store.
const OBJECT: u64 = 16 * 1024 * 1024;

/// What was measured.
#[derive(Serialize)]
pub(crate) struct Report {
	rows: Vec<Row>,
	/// Time of each image in the largest study over that in the smallest, sealing.
	per_image: f64,
	/// The same of processor time.
	per_image_processor: f64,
	/// Fetching over sealing, of 1,000 images.
	fetch_to_seal: f64,
}

#[derive(Serialize)]
struct Row {
	images: usize,
	rounds: usize,
	/// Survey, plan, and pack.
	seal: Work,
	/// Fetch, open, verify, and write to a folder.
	fetch: Work,
}

/// Medians in seconds; the most memory in bytes.
#[derive(Serialize)]
struct Work {
	seconds: f64,
	processor_seconds: f64,
	peak_memory: u64,
	/// The same bytes in as many files, written and synced on as many threads, and nothing else.
	raw_write_seconds: f64,
	/// `seconds` over `raw_write_seconds`, median of the rounds.
	ratio: f64,
}

pub(crate) fn measure(bench: Bench) -> Report {
	let largest = (bench.images(), 1);
	let rows: Vec<_> = SIZES
		.into_iter()
		.chain([largest])
		.map(|(count, rounds)| row(&bench, count, rounds))
		.collect();
	let each = |row: &Row, of: fn(&Work) -> f64| of(&row.seal) / row.images as f64;
	let grows = |of| round(each(&rows[2], of) / each(&rows[0], of));
	Report {
		per_image: grows(|work| work.seconds),
		per_image_processor: grows(|work| work.processor_seconds),
		fetch_to_seal: round(rows[1].fetch.seconds / rows[1].seal.seconds),
		rows,
	}
}

fn row(bench: &Bench, count: usize, rounds: usize) -> Row {
	eprintln!("Sealing and fetching {count} images, {rounds} times");
	let images = bench.path("images");
	images::link(&bench.all_images(), 0..count, &images).expect("they are there");
	let (store, out, raw) = (bench.path("store"), bench.path("out"), bench.path("raw"));
	let (mut seals, mut fetches) = (Vec::new(), Vec::new());
	for _ in 0..rounds {
		bench.settle();
		let seal = Job::Pack { images: images.clone(), store: store.clone() }.run();
		let study = seal.sealed.expect("it was packed");
		if count == bench.images() {
			// It is the last one, and the disk need not have room for three copies of it.
			bench.discard(&bench.all_images());
		}
		bench.settle();
		let fetch = Job::Unpack { store: store.clone(), study, out: out.clone() }.run();
		bench.discard(&store);
		bench.discard(&out);
		let write = |files, length| {
			let taken = Job::Write { folder: raw.clone(), files, length }.run();
			bench.discard(&raw);
			taken.seconds
		};
		let files = study.bytes.div_ceil(OBJECT);
		seals.push((seal, write(files, (study.bytes / files) as usize)));
		fetches.push((fetch, write(count as u64, PIXELS)));
	}
	fs::remove_dir_all(&images).expect("it is ours");
	Row { images: count, rounds, seal: work(&seals), fetch: work(&fetches) }
}

fn work(rounds: &[(Taken, f64)]) -> Work {
	let of = |value: fn(&(Taken, f64)) -> f64| round(median(rounds.iter().map(value).collect()));
	Work {
		seconds: of(|(taken, _)| taken.seconds),
		processor_seconds: of(|(taken, _)| taken.processor_seconds),
		peak_memory: rounds.iter().map(|(taken, _)| taken.peak_memory).max().unwrap_or(0),
		raw_write_seconds: of(|(_, raw)| *raw),
		ratio: of(|(taken, raw)| taken.seconds / raw),
	}
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(
			f,
			"{:<24} {:>9} {:>10} {:>13} {:>11} {:>9} {:>10}",
			"", "seconds", "raw write", "over raw", "processor s", "ms/image", "peak MiB"
		)?;
		for row in &self.rows {
			for (what, work) in [("seal", &row.seal), ("fetch", &row.fetch)] {
				writeln!(
					f,
					"{:<24} {:>9.3} {:>10.3} {:>13.2} {:>11.2} {:>9.2} {:>10}",
					format!("{what} {} images", row.images),
					work.seconds,
					work.raw_write_seconds,
					work.ratio,
					work.processor_seconds,
					work.seconds * 1_000.0 / row.images as f64,
					work.peak_memory.div_ceil(1024 * 1024),
				)?;
			}
		}
		let [_, thousand, largest] = &self.rows[..] else { return Ok(()) };
		writeln!(
			f,
			"\nSealing 1,000 images takes {} s (goal: at most 2); fetching takes {} times as long (goal: \
			 1).\nAn image of {} takes {} times as long as one of {}, by processor time {} times (goal: \
			 at most 1.2).\nMost memory with {} images: {} MiB (goal: at most 256).",
			thousand.seal.seconds,
			self.fetch_to_seal,
			largest.images,
			self.per_image,
			self.rows[0].images,
			self.per_image_processor,
			largest.images,
			largest.seal.peak_memory.max(largest.fetch.peak_memory).div_ceil(1024 * 1024),
		)
	}
}
