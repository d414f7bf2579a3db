// SPDX-License-Identifier: Apache-2.0

//! How long scoring takes, beside programs that people use for it.
//!
//! A volume of 240×240×155 voxels of a cubic millimetre, as brain tumours are often published, with a
//! tumour of 0.1 litres and five readers who differ as readers do. Everything is on one core, in
//! memory, and takes turns within one run. `CONTOUR_PYTHON` names the interpreter to compare with.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be read")]

use contour_scoring::{Consensus, Grid, Mask, Method, Overlap, Rejection, score, surface_distance};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
	fs,
	hint::black_box,
	io::{BufRead as _, BufReader, Write as _},
	path::Path,
	process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio},
	time::Instant,
};

const SIZE: [u32; 3] = [240, 240, 155];
const READERS: u32 = 5;
/// How far from the structure, in voxels, a reader draws who looked at something else.
const ELSEWHERE: f64 = -70.0;
/// How often everything is measured.
const ROUNDS: usize = 7;

/// What was measured, in milliseconds.
#[derive(Serialize)]
struct Report {
	readers: u32,
	/// Voxels of the readers' masks.
	voxels: Vec<u64>,
	rounds: usize,
	/// Dice and HD95 of every reader with the majority.
	dice_and_hd95: Row,
	/// The same of one reader whose structure is elsewhere.
	elsewhere: Row,
	/// Dice alone.
	dice: Row,
	/// STAPLE on the whole volume.
	staple: Row,
	/// STAPLE, theirs on the bounding box of what is marked.
	staple_boxed: Row,
	/// A whole report, from bytes: by majority, SIMPLE and STAPLE.
	report: [f64; 3],
	/// Of that, making masks of bytes.
	reading: f64,
}

#[derive(Serialize)]
struct Row {
	ours: f64,
	#[serde(skip_serializing_if = "Option::is_none")]
	theirs: Option<f64>,
	#[serde(skip_serializing_if = "Option::is_none")]
	ratio: Option<f64>,
}

fn main() -> ExitCode {
	let arguments: Vec<_> =
		std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
	let json = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
		[] => false,
		["--json"] => true,
		_ => {
			eprintln!("usage: cargo bench --package contour-scoring -- [--json]");
			return ExitCode::FAILURE;
		}
	};
	let report = measure();
	if json {
		println!("{:#}", json!({ "scoring": report }));
	} else {
		print_table(&report);
	}
	ExitCode::SUCCESS
}

fn measure() -> Report {
	let grid = Grid::new(SIZE, [1_000; 3]).expect("it is a grid");
	let bytes: Vec<_> = (0..READERS).map(|reader| drawn(reader, 0.0)).collect();
	let elsewhere = drawn(READERS, ELSEWHERE);
	let read = || -> Vec<Mask> {
		bytes.iter().map(|bytes| Mask::from_bytes(grid, bytes).expect("it fits")).collect()
	};
	let masks = read();
	let references: Vec<_> = masks.iter().collect();
	let consensus =
		Consensus::of(Method::Majority, &references).expect("they can be compared").mask;

	let folder = tempfile::tempdir().expect("there is room for files");
	let mut beside = Beside::start(folder.path(), &bytes, &elsewhere);
	if beside.is_none() {
		eprintln!("CONTOUR_PYTHON is not set: nothing to compare with");
	}

	let elsewhere = Mask::from_bytes(grid, &elsewhere).expect("it fits");
	let hd95 = |masks: &[Mask]| -> Vec<(u32, u32)> {
		let pair = |mask| {
			let dice = Overlap::of(&consensus, mask).expect("one grid").dice();
			let distance = surface_distance(&consensus, mask).expect("one grid");
			(dice.parts(), distance.expect("none is empty").hd95)
		};
		masks.iter().map(pair).collect()
	};
	let dice = || -> Vec<_> {
		masks.iter().map(|mask| Overlap::of(&consensus, mask).expect("one grid").dice()).collect()
	};
	let fuse = || Consensus::of(Method::Staple, &references).expect("they can be compared");
	let report = |method| {
		let readings: Vec<Result<Mask, Rejection>> = read().into_iter().map(Ok).collect();
		score(grid, method, &readings, |_| true).expect("there are five").report.hash()
	};

	let mut ours = [const { Vec::new() }; 8];
	let mut theirs = [const { Vec::new() }; 5];
	for _ in 0..ROUNDS {
		ours[0].push(timed(|| hd95(&masks)));
		ours[1].push(timed(dice));
		ours[2].push(timed(fuse));
		ours[3].push(timed(|| report(Method::Majority)));
		ours[4].push(timed(|| report(Method::Simple)));
		ours[5].push(timed(|| report(Method::Staple)));
		ours[6].push(timed(read));
		ours[7].push(timed(|| hd95(std::slice::from_ref(&elsewhere))));
		if let Some(beside) = &mut beside {
			for (job, times) in ["distance", "overlap", "staple", "staple_boxed", "elsewhere"]
				.into_iter()
				.zip(&mut theirs)
			{
				let (time, found) = beside.run(job);
				times.push(time);
				match job {
					"distance" => agree(&found, &hd95(&masks)),
					"elsewhere" => agree(&found, &hd95(std::slice::from_ref(&elsewhere))),
					"overlap" => {}
					_ => agree_on_count(&found, fuse().mask.count()),
				}
			}
		}
	}
	let row = |ours: &Vec<f64>, theirs: &Vec<f64>| {
		let (ours, theirs) = (median(ours), (!theirs.is_empty()).then(|| median(theirs)));
		Row { ours, theirs, ratio: theirs.map(|theirs| (theirs / ours * 10.0).round() / 10.0) }
	};
	Report {
		readers: READERS,
		voxels: masks.iter().map(Mask::count).collect(),
		rounds: ROUNDS,
		dice_and_hd95: row(&ours[0], &theirs[0]),
		elsewhere: row(&ours[7], &theirs[4]),
		dice: row(&ours[1], &theirs[1]),
		staple: row(&ours[2], &theirs[2]),
		staple_boxed: row(&ours[2], &theirs[3]),
		report: [3, 4, 5].map(|method| median(&ours[method])),
		reading: median(&ours[6]),
	}
}

/// The results are of the same thing, or the times say nothing.
fn agree(theirs: &Value, ours: &[(u32, u32)]) {
	for (theirs, (dice, hd95)) in theirs.as_array().expect("it is a list").iter().zip(ours) {
		let near = |value: &Value, ours: f64, limit: f64| {
			(value.as_f64().expect("it is a number") - ours).abs() <= limit
		};
		assert!(near(&theirs[0], f64::from(*dice) / 1e6, 2e-6), "Dice {dice}, theirs {theirs}");
		// A voxel's diagonal, because the definitions differ.
		assert!(near(&theirs[1], f64::from(*hd95) / 1e3, 1.8), "HD95 {hd95}, theirs {theirs}");
	}
}

/// Regions differ, and with more background STAPLE finds more of a structure.
fn agree_on_count(theirs: &Value, ours: u64) {
	let theirs = theirs[0].as_f64().expect("it is a number");
	assert!((theirs / ours as f64 - 1.0).abs() < 0.1, "{ours} voxels, theirs {theirs}");
}

/// What one reader drew: an ellipsoid with bumps of a few voxels, moved and scaled a little.
fn drawn(reader: u32, shift: f64) -> Vec<u8> {
	let [columns, rows, slices] = SIZE;
	let own = f64::from(reader);
	let centre = [110.0 + own * 0.7 + shift, 130.0 - own * 0.5, 70.0 + (own - 2.0) * 0.4];
	let scale = 1.0 + (own - 2.0) * 0.012;
	let radii = [34.0 * scale, 28.0, 26.0 / scale];
	let inside = |x: u32, y: u32, z: u32| {
		let voxel = [x, y, z].map(f64::from);
		let place = |axis: usize| (voxel[axis] - centre[axis]) / radii[axis];
		let square = place(0).powi(2) + place(1).powi(2) + place(2).powi(2);
		let bumps =
			(voxel[0] / 4.0 + own).sin() * (voxel[1] / 5.0 - own).cos() * (voxel[2] / 3.0).sin();
		square.sqrt() < 1.0 + 0.06 * bumps
	};
	let lines = (0..slices).flat_map(|z| (0..rows).map(move |y| (y, z)));
	let voxels = lines.flat_map(|(y, z)| (0..columns).map(move |x| (x, y, z)));
	voxels.map(|(x, y, z)| u8::from(inside(x, y, z))).collect()
}

/// Milliseconds.
fn timed<T>(work: impl FnOnce() -> T) -> f64 {
	let begun = Instant::now();
	black_box(work());
	begun.elapsed().as_secs_f64() * 1e3
}

fn median(times: &[f64]) -> f64 {
	let mut times = times.to_vec();
	times.sort_by(f64::total_cmp);
	(times[times.len() / 2] * 100.0).round() / 100.0
}

/// A Python process that does the same.
struct Beside {
	process: Child,
	jobs: ChildStdin,
	answers: BufReader<ChildStdout>,
}

impl Beside {
	fn start(folder: &Path, readers: &[Vec<u8>], elsewhere: &[u8]) -> Option<Self> {
		let python = std::env::var_os("CONTOUR_PYTHON")?;
		let names: Vec<_> = (0..readers.len()).map(|reader| format!("{reader}.raw")).collect();
		for (name, bytes) in names.iter().zip(readers) {
			fs::write(folder.join(name), bytes).expect("there is room for files");
		}
		fs::write(folder.join("elsewhere.raw"), elsewhere).expect("there is room for files");
		let mut process = Command::new(python)
			.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/scoring/beside.py"))
			.arg(folder)
			.args(SIZE.map(|n| n.to_string()))
			.args(names)
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.spawn()
			.expect("CONTOUR_PYTHON names an interpreter");
		let jobs = process.stdin.take().expect("it is a pipe");
		let answers = BufReader::new(process.stdout.take().expect("it is a pipe"));
		Some(Self { process, jobs, answers })
	}

	fn run(&mut self, job: &str) -> (f64, Value) {
		writeln!(self.jobs, "{job}").expect("beside.py reads");
		let mut line = String::new();
		self.answers.read_line(&mut line).expect("beside.py writes");
		let answer: Value =
			serde_json::from_str(&line).expect("beside.py says above what it lacks");
		(answer["seconds"].as_f64().expect("it is a time") * 1e3, answer["found"].clone())
	}
}

impl Drop for Beside {
	fn drop(&mut self) {
		// It only reads what it is told; there is nothing to lose.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

fn print_table(report: &Report) {
	println!(
		"240×240×155 voxels, {} readers of {:?} voxels, one core, median of {} rounds\n",
		report.readers, report.voxels, report.rounds
	);
	println!("{:<50} {:>10} {:>10} {:>7}", "", "ms", "theirs", "times");
	let rows = [
		("Dice and HD95 of each, surface-distance", &report.dice_and_hd95),
		("Dice and HD95 of one who is elsewhere, the same", &report.elsewhere),
		("Dice of each, the same", &report.dice),
		("STAPLE, SimpleITK", &report.staple),
		("STAPLE, SimpleITK on the bounding box", &report.staple_boxed),
	];
	for (what, Row { ours, theirs, ratio }) in rows {
		let or_none = |value: &Option<f64>| value.map_or("-".into(), |value| value.to_string());
		println!("{what:<50} {ours:>10} {:>10} {:>7}", or_none(theirs), or_none(ratio));
	}
	for (method, time) in ["majority", "SIMPLE", "STAPLE"].into_iter().zip(report.report) {
		println!("{:<50} {time:>10}", format!("whole report from bytes, {method}"));
	}
	println!("{:<50} {:>10}", "of that, making masks of bytes", report.reading);
	println!("\nGoals: 10 times surface-distance, 5 times SimpleITK, a report within 1000 ms.");
}
