// SPDX-License-Identifier: Apache-2.0

//! Sealing beside OpenSSL, and reading files beside pydicom.

use crate::{
	Bench, images,
	job::{Job, threads},
	median, round,
};
use serde::Serialize;
use std::{fmt, fs, path::Path, process::Command};

const ROUNDS: usize = 7;
/// Bytes that each thread seals at once.
const BYTES: u64 = 2 << 30;
const IMAGES: usize = 1_000;
/// How often each file is parsed: once is too short for the clock.
const PARSES: u32 = 50;

/// Bytes per second.
#[derive(Serialize)]
pub(crate) struct Stream {
	/// `openssl speed -evp aes-256-gcm`, blocks of 16 KiB, one thread.
	#[serde(skip_serializing_if = "Option::is_none")]
	openssl_gcm: Option<f64>,
	/// `openssl speed -evp sha256`, the same.
	#[serde(skip_serializing_if = "Option::is_none")]
	openssl_sha256: Option<f64>,
	/// Sealing what is hashed already, one thread.
	seal: f64,
	/// The same on all threads.
	seal_on_all: f64,
	/// Hashing and sealing, one thread: nonces are made from the hash.
	hash_and_seal: f64,
	threads: usize,
	/// `seal` over OpenSSL's.
	#[serde(skip_serializing_if = "Option::is_none")]
	ratio: Option<f64>,
	/// `seal_on_all` over OpenSSL's times the threads.
	#[serde(skip_serializing_if = "Option::is_none")]
	ratio_on_all: Option<f64>,
}

/// Measures sealing in memory.
pub(crate) fn stream() -> Stream {
	eprintln!("Sealing in memory");
	let threads = threads().get();
	let (mut gcm, mut sha256) = (vec![], vec![]);
	let (mut one, mut all, mut both) = (vec![], vec![], vec![]);
	let seal = |threads: usize, hash| {
		let bytes = BYTES * threads as u64;
		bytes as f64 / Job::Seal { bytes, threads, hash }.run().seconds
	};
	for _ in 0..ROUNDS {
		gcm.extend(openssl("aes-256-gcm"));
		one.push(seal(1, false));
		sha256.extend(openssl("sha256"));
		both.push(seal(1, true));
		all.push(seal(threads, false));
	}
	let there = |values: Vec<f64>| Some(values).filter(|it| !it.is_empty()).map(median);
	let (openssl_gcm, openssl_sha256) = (there(gcm), there(sha256));
	let (seal, seal_on_all) = (median(one), median(all));
	Stream {
		ratio: openssl_gcm.map(|openssl| round(seal / openssl)),
		ratio_on_all: openssl_gcm.map(|openssl| round(seal_on_all / openssl / threads as f64)),
		openssl_gcm,
		openssl_sha256,
		seal,
		seal_on_all,
		hash_and_seal: median(both),
		threads,
	}
}

/// Bytes per second; nothing where there is no OpenSSL.
fn openssl(algorithm: &str) -> Option<f64> {
	let output = Command::new("openssl")
		.args(["speed", "-mr", "-seconds", "1", "-bytes", "16384", "-evp", algorithm])
		.output()
		.ok()?;
	// `+F:22:AES-256-GCM:4504688803.28`
	let text = String::from_utf8_lossy(&output.stdout);
	text.lines().find_map(|line| line.strip_prefix("+F:")?.rsplit(':').next()?.parse().ok())
}

/// Microseconds of processor time for each file, on one thread.
#[derive(Serialize)]
pub(crate) struct Files {
	/// Reading the layout.
	parse: f64,
	/// Reading the file, its layout, both parts, and the hash of each.
	split: f64,
	/// `pydicom.dcmread`.
	#[serde(skip_serializing_if = "Option::is_none")]
	pydicom: Option<f64>,
	/// The same and `hashlib.sha256` of the pixels.
	#[serde(skip_serializing_if = "Option::is_none")]
	pydicom_hashed: Option<f64>,
}

const PYDICOM: &str = "
import hashlib, pathlib, sys, time, pydicom
files = sorted(pathlib.Path(sys.argv[1]).iterdir())
pydicom.dcmread(files[0])
begun = time.process_time()
for file in files:
    read = pydicom.dcmread(file)
    if sys.argv[2] == 'hash':
        hashlib.sha256(read.PixelData).digest()
print(time.process_time() - begun)
";

/// Measures reading files.
pub(crate) fn files(bench: &Bench, python: Option<&Path>) -> Files {
	eprintln!("Reading {IMAGES} images");
	let images = bench.path("images");
	images::link(&bench.all_images(), 0..IMAGES, &images).expect("they are there");
	let (mut parse, mut split, mut read, mut hashed) = (vec![], vec![], vec![], vec![]);
	for _ in 0..ROUNDS {
		let job = Job::Parse { images: images.clone(), times: PARSES };
		parse.push(job.run().processor_seconds / f64::from(PARSES));
		read.extend(python.map(|python| pydicom(python, &images, "read")));
		split.push(Job::Split { images: images.clone() }.run().processor_seconds);
		hashed.extend(python.map(|python| pydicom(python, &images, "hash")));
	}
	fs::remove_dir_all(&images).expect("it is ours");
	let each = |values: Vec<f64>| round(median(values) * 1e6 / IMAGES as f64);
	Files {
		parse: each(parse),
		split: each(split),
		pydicom: python.map(|_| each(read)),
		pydicom_hashed: python.map(|_| each(hashed)),
	}
}

/// Seconds of processor time.
fn pydicom(python: &Path, images: &Path, what: &str) -> f64 {
	let output = Command::new(python).args(["-c", PYDICOM]).arg(images).arg(what).output();
	let output = output.expect("there is such a Python");
	let said = String::from_utf8_lossy(&output.stdout);
	said.trim().parse().unwrap_or_else(|_| {
		panic!(
			"{} cannot read the images: {}",
			python.display(),
			String::from_utf8_lossy(&output.stderr)
		)
	})
}

impl fmt::Display for Stream {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let line = |f: &mut fmt::Formatter<'_>, what: &str, rate: f64| {
			writeln!(f, "{what:<40} {:>8.0} MB/s", rate / 1e6)
		};
		line(f, "seal, 1 thread", self.seal)?;
		line(f, &format!("seal, {} threads", self.threads), self.seal_on_all)?;
		line(f, "hash and seal, 1 thread", self.hash_and_seal)?;
		let (Some(gcm), Some(sha256)) = (self.openssl_gcm, self.openssl_sha256) else {
			return writeln!(f, "There is no openssl here to compare with.");
		};
		line(f, "openssl aes-256-gcm, 1 thread", gcm)?;
		line(f, "openssl sha256, 1 thread", sha256)?;
		writeln!(
			f,
			"\nSealing is {} times as fast as OpenSSL's AES-256-GCM on 1 thread, {} times on {} (goal: \
			 at least 0.6).",
			self.ratio.unwrap_or_default(),
			self.ratio_on_all.unwrap_or_default(),
			self.threads,
		)
	}
}

impl fmt::Display for Files {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let line = |f: &mut fmt::Formatter<'_>, what: &str, micros: f64| {
			writeln!(f, "{what:<40} {micros:>8.0} µs/file")
		};
		line(f, "parse", self.parse)?;
		line(f, "parse, split, hash", self.split)?;
		let (Some(read), Some(hashed)) = (self.pydicom, self.pydicom_hashed) else {
			return writeln!(f, "There is no pydicom to compare with: set CONTOUR_PYTHON.");
		};
		line(f, "pydicom", read)?;
		line(f, "pydicom, hash", hashed)?;
		writeln!(
			f,
			"\npydicom takes {:.1} times as long to read a file as it takes here to parse, split and hash \
			 it (goal: at least 10), {:.1} times if it hashes the pixels, and {:.1} times as long as to parse.",
			read / self.split,
			hashed / self.split,
			read / self.parse,
		)
	}
}
