// SPDX-License-Identifier: Apache-2.0

//! Measures what docs/performance.md says of the gateway. `scripts/bench gateway` runs it.
//!
//! Everything that is compared takes turns within one run, so that whatever else the machine does
//! falls on all of it; each piece of work has a process of its own, which tells its processor time
//! and its memory.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be read")]

mod beside;
mod images;
mod job;
mod node;
mod study;

use clap::{Parser, ValueEnum};
use serde::Serialize;
use std::{
	cell::Cell,
	env, fmt,
	fs::{self, File},
	path::{Path, PathBuf},
	process::ExitCode,
};
use tempfile::TempDir;
use walkdir::WalkDir;

/// Measures the gateway.
#[derive(Parser)]
#[command(name = "gateway")]
struct Arguments {
	/// What to measure; everything when nothing is named.
	#[arg(value_enum)]
	what: Vec<Measurement>,
	/// One JSON document on stdout instead of the tables.
	#[arg(long)]
	json: bool,
	/// Images of the largest study. Each needs 1.1 MB of the disk.
	#[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(2_000..))]
	images: u32,
	/// Where to write: on the disk that is to be measured.
	#[arg(long, default_value = env!("CARGO_TARGET_TMPDIR"))]
	folder: PathBuf,
	/// The program contour-node, with which studies are registered.
	#[arg(long)]
	node: Option<PathBuf>,
	/// What a process of this program's own is to do.
	#[arg(long, hide = true)]
	job: Option<String>,
	/// Cargo says it to every benchmark.
	#[arg(long, hide = true)]
	bench: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Measurement {
	/// From a folder to the store, and back.
	Studies,
	/// Sealing in memory, beside OpenSSL.
	Stream,
	/// Reading files, beside pydicom.
	Files,
	/// From the command to a finalized registration; only if a node is named.
	Registration,
}

#[derive(Serialize)]
struct Report {
	gateway: Gateway,
}

#[derive(Serialize)]
struct Gateway {
	threads: usize,
	#[serde(skip_serializing_if = "Option::is_none")]
	studies: Option<study::Report>,
	#[serde(skip_serializing_if = "Option::is_none")]
	stream: Option<beside::Stream>,
	#[serde(skip_serializing_if = "Option::is_none")]
	files: Option<beside::Files>,
	#[serde(skip_serializing_if = "Option::is_none")]
	registration: Option<node::Registration>,
}

/// Where everything happens, with the images that everything is done to.
struct Bench {
	folder: TempDir,
	images: usize,
	discarded: Cell<u32>,
}

impl Bench {
	fn new(folder: &Path, images: usize) -> Result<Self, String> {
		let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
		fs::create_dir_all(folder).map_err(failed)?;
		let system = rustix::fs::statvfs(folder).map_err(|error| failed(error.into()))?;
		let available = system.f_bavail.saturating_mul(system.f_frsize);
		let needed = images as u64 * (2 * job::PIXELS as u64 + 50_000);
		if available < needed {
			let folder = folder.display();
			return Err(format!(
				"{folder} has {available} bytes left and this needs {needed}: make room, or name \
				 another --folder or fewer --images"
			));
		}
		let folder = TempDir::with_prefix_in("contour-bench-", folder).map_err(failed)?;
		let bench = Self { folder, images, discarded: Cell::new(0) };
		eprintln!("Writing {images} images of a CT series");
		images::write(&bench.all_images(), images).map_err(failed)?;
		Ok(bench)
	}

	fn images(&self) -> usize {
		self.images
	}

	fn all_images(&self) -> PathBuf {
		self.folder.path().join("all")
	}

	/// A path for something new.
	fn path(&self, name: &str) -> PathBuf {
		self.folder.path().join(name)
	}

	/// A new folder.
	fn folder(&self, name: &str) -> PathBuf {
		let folder = self.path(name);
		fs::create_dir(&folder).expect("it is new");
		folder
	}

	/// Waits until the disk has nothing left to do.
	fn settle(&self) {
		rustix::fs::sync();
	}

	/// Frees the bytes of a folder's files, and the folder's name. The files go with everything else
	/// at the end: ext4 searches long for an inode for a new file when many have just been deleted.
	fn discard(&self, folder: &Path) {
		for entry in WalkDir::new(folder) {
			let entry = entry.expect("it is ours");
			if entry.file_type().is_file() {
				File::create(entry.path()).expect("it is ours");
			}
		}
		let number = self.discarded.get();
		self.discarded.set(number + 1);
		fs::rename(folder, self.path(&format!("discarded-{number}"))).expect("it is ours");
		self.settle();
	}
}

fn main() -> ExitCode {
	let arguments = Arguments::parse();
	if let Some(job) = arguments.job {
		let job: job::Job = serde_json::from_str(&job).expect("this program wrote it");
		let taken = serde_json::to_string(&job.work()).expect("it has no maps");
		println!("{taken}");
		return ExitCode::SUCCESS;
	}
	let bench = match Bench::new(&arguments.folder, arguments.images as usize) {
		Ok(bench) => bench,
		Err(error) => {
			eprintln!("error: {error}");
			return ExitCode::FAILURE;
		}
	};
	// A Python with pydicom to compare with; without it, nothing is compared.
	let python = env::var_os("CONTOUR_PYTHON").map(PathBuf::from);
	let wanted = |what| arguments.what.is_empty() || arguments.what.contains(&what);
	let node = arguments.node.filter(|_| wanted(Measurement::Registration));
	let registration = node.map(|program| node::measure(&program, &bench));
	let gateway = Gateway {
		threads: job::threads().get(),
		stream: wanted(Measurement::Stream).then(beside::stream),
		files: wanted(Measurement::Files).then(|| beside::files(&bench, python.as_deref())),
		registration,
		// At last: it uses the images up.
		studies: wanted(Measurement::Studies).then(|| study::measure(bench)),
	};
	if arguments.json {
		let document = serde_json::to_string_pretty(&Report { gateway });
		println!("{}", document.expect("it has no maps"));
	} else {
		print!("{gateway}");
	}
	ExitCode::SUCCESS
}

/// The middle one of some measurements.
fn median(mut values: Vec<f64>) -> f64 {
	values.sort_by(f64::total_cmp);
	values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Three digits are more than a measurement has.
fn round(value: f64) -> f64 {
	(value * 1_000.0).round() / 1_000.0
}

impl fmt::Display for Gateway {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(f, "The gateway, on {} threads\n", self.threads)?;
		let parts: [Option<&dyn fmt::Display>; 4] = [
			self.studies.as_ref().map(|it| it as _),
			self.stream.as_ref().map(|it| it as _),
			self.files.as_ref().map(|it| it as _),
			self.registration.as_ref().map(|it| it as _),
		];
		parts.into_iter().flatten().try_for_each(|part| writeln!(f, "{part}"))
	}
}
