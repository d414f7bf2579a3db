// SPDX-License-Identifier: Apache-2.0

//! The demo, as a program reads it.

use serde::Deserialize;
use std::{
	ffi::OsStr,
	fs,
	path::Path,
	process::{Command, Output, Stdio},
};

/// The program.
const DEMO: &str = env!("CARGO_BIN_EXE_contour-demo");

/// The document that `--json` promises, and nothing beside it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
	ok: bool,
	seconds: f64,
	steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
	name: String,
	ok: bool,
	detail: String,
	seconds: f64,
}

fn run(program: impl AsRef<OsStr>, argument: &str) -> Output {
	run_in(&std::env::temp_dir(), program, argument)
}

fn run_in(folder: &Path, program: impl AsRef<OsStr>, argument: &str) -> Output {
	let mut command = Command::new(program);
	command.arg(argument).current_dir(folder).stdin(Stdio::null()).output().expect("it runs")
}

#[test]
fn should_write_one_document_with_every_step_when_asked_for_json() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	let pictures = folder.path().join("demo-pictures/for-the-panel");
	fs::create_dir_all(&pictures).expect("the folder is writable");
	fs::write(pictures.join("earlier.png"), "of an earlier demo").expect("the folder is writable");
	let output = run_in(folder.path(), DEMO, "--json");
	let errors = String::from_utf8_lossy(&output.stderr);
	let report: Report = serde_json::from_slice(&output.stdout).expect("stdout is one document");
	assert!(output.status.success() && report.ok, "{report:?} {errors}");
	assert_eq!(errors, "");

	let names: Vec<_> = report.steps.iter().map(|step| step.name.as_str()).collect();
	assert_eq!(
		names,
		[
			"Start a chain",
			"The council admits two hospitals",
			"Each hospital vouches for its own people",
			"A stranger is REFUSED in the pool",
			"A radiologist is ACCEPTED",
			"North seals and registers studies",
			"Research without consent is REFUSED",
			"North's gateway GRANTS what its policy allows",
			"South gets the original files",
			"A radiologist of East is REFUSED",
			"A changed byte is NOTICED",
			"After revocation the copy is gone, and its use is REFUSED",
			"The history is complete and intact",
			"Each hospital gets a node, a scorer, readers and experts",
			"North pays for a tumour to be annotated",
			"Readers get copies of their own",
			"Three readers read without seeing each other's work",
			"Two scorers agree; the third LIES and is detected",
			"The readers agree: the task is validated and paid",
			"Three readers read again; one confuses left and right",
			"DISPUTED: a panel is drawn",
			"The panel votes, and nobody sees a vote too early",
			"A data scientist records a result",
			"The accepted readings are scored again",
			"Readers are paid by quality, and the panel for its votes",
			"The consensus is a study that can be leased",
			"The histories are complete and intact",
			"Pictures are written",
			"The suspended radiologist is REFUSED",
		]
	);
	for step in &report.steps {
		assert!(step.ok && !step.detail.is_empty() && step.seconds >= 0.0, "{step:?}");
	}
	assert!(!pictures.join("earlier.png").exists(), "what an earlier demo drew is gone");
	let pictures = fs::read_dir(pictures).expect("the folder is there");
	let drawn = pictures.filter_map(|file| fs::read(file.ok()?.path()).ok());
	assert!(drawn.filter(|file| file.starts_with(b"\x89PNG")).count() > 0, "there are pictures");

	let steps: f64 = report.steps.iter().map(|step| step.seconds).sum();
	assert!(steps <= report.seconds + 0.01, "the steps are parts of the whole: {report:?}");
}

#[test]
fn should_write_what_went_wrong_when_a_step_fails() {
	// Where no contour-node lies beside it.
	let folder = tempfile::tempdir().expect("a temporary folder");
	let alone = folder.path().join("alone");
	fs::create_dir(&alone).expect("the folder is writable");
	let alone = alone.join("contour-demo");
	fs::copy(DEMO, &alone).expect("the folder is writable");

	let output = run(&alone, "--json");
	assert_eq!(output.status.code(), Some(1));
	let report: Report = serde_json::from_slice(&output.stdout).expect("stdout is one document");
	assert!(!report.ok, "{report:?}");
	assert!(
		matches!(&report.steps[..], [Step { ok: false, detail, .. }] if detail.contains("build it")),
		"{report:?}"
	);
}

#[test]
fn should_say_how_it_is_used_when_an_argument_is_unknown() {
	let output = run(DEMO, "--yaml");
	assert_eq!(output.status.code(), Some(2));
	assert!(output.stdout.is_empty());
	assert!(
		String::from_utf8_lossy(&output.stderr)
			.contains("usage: contour-demo [--json] [--pictures DIR] [DICOM_DIR]")
	);
}
