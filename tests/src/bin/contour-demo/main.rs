// SPDX-License-Identifier: Apache-2.0

//! Shows a hospital's engineer what Contour does, with real processes: hospitals are admitted and
//! vouch for their people, one seals and registers DICOM studies, a radiologist of another one leases
//! them and gets the original files back, and nobody else gets anything.
//!
//! With `--json`, it writes one JSON document for programs to stdout when the demo has ended.
//!
//! Its chain has slots of half a second, so that nobody waits long; hospitals' chains have two.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be read")]

mod annotation;
mod leasing;
mod people;
mod report;

use contour_e2e::{Error, Person};
use leasing::Gateway;
use people::People;
use report::{Report, seconds_since};
use serde_json::Value;
use std::{
	fs, io,
	path::{Path, PathBuf},
	process::ExitCode,
	time::Instant,
};

/// What the demo writes in the folder for pictures, and replaces.
const FOR_THE_PANEL: &str = "for-the-panel";
const USAGE: &str = "usage: contour-demo [--json] [--pictures DIR] [DICOM_DIR]";
#[tokio::main]
async fn main() -> ExitCode {
	let (mut json, mut pictures, mut dicom) = (false, None, None);
	let mut arguments = std::env::args_os().skip(1);
	while let Some(argument) = arguments.next() {
		match argument.to_str() {
			Some("--json") => json = true,
			Some("--pictures") => match arguments.next() {
				Some(folder) => pictures = Some(PathBuf::from(folder)),
				None => return usage(),
			},
			Some(option) if option.starts_with('-') => return usage(),
			_ if dicom.is_some() => return usage(),
			_ => dicom = Some(PathBuf::from(argument)),
		}
	}

	let begun = Instant::now();
	let mut report = Report::new(!json);
	let pictures = pictures.unwrap_or_else(|| "demo-pictures".into());
	let outcome = run(&mut report, dicom, &pictures).await;
	report.ok = outcome.is_ok();
	report.seconds = seconds_since(begun);
	if json {
		match serde_json::to_string_pretty(&report) {
			Ok(document) => println!("{document}"),
			Err(error) => eprintln!("cannot write the report: {error}"),
		}
	}
	match outcome {
		Ok(()) if !json => println!(
			"\n\
			 Everything went as it should. All processes of the demo were stopped, and their data \
			 deleted."
		),
		Ok(()) => {}
		Err(error) => {
			eprintln!("\nThe demo failed: {error}");
			eprintln!("Run it again. If it fails again, `scripts/test` shows more.");
		}
	}
	if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage() -> ExitCode {
	eprintln!("{USAGE}");
	ExitCode::from(2)
}

async fn run(report: &mut Report, dicom: Option<PathBuf>, pictures: &Path) -> Result<(), Error> {
	let (node, people) = report.step("Start a chain", People::arrive()).await?;
	let people = &people;
	report.step("The council admits two hospitals", people.are_admitted()).await?;
	report.step("Each hospital vouches for its own people", people.are_vouched_for()).await?;
	report
		.step("A stranger is REFUSED in the pool", async {
			let said = refused(&people.stranger, &["keys", "register"], "no institution vouches")?;
			Ok(((), said))
		})
		.await?;
	report.step("A radiologist is ACCEPTED", people.radiologist_registers()).await?;
	let shared = report.step("North seals and registers studies", people.register(dicom)).await?;
	report
		.step("Research without consent is REFUSED", async {
			let research = shared.request("gru");
			let said = refused(&people.radiologist, &research, "consent does not cover")?;
			Ok(((), said))
		})
		.await?;
	let gateway = report
		.step("North's gateway GRANTS what its policy allows", async {
			let gateway = Gateway::start(people)?;
			people.radiologist.ask(&shared.request("care"))?;
			let granted = gateway.says("granted").await?;
			let detail = format!("to {}, a separate copy", text(&granted["grantee"]));
			Ok((gateway, detail))
		})
		.await?;
	report.step("South gets the original files", people.fetch(&shared)).await?;
	report
		.step("A radiologist of East is REFUSED", async {
			let fetch = shared.fetch(people, "east");
			let said = refused(&people.colleague, &words(&fetch), "you have no lease")?;
			Ok(((), said))
		})
		.await?;
	report
		.step("A changed byte is NOTICED", async {
			let said = people.with_a_changed_byte(&shared)?;
			Ok(((), said))
		})
		.await?;
	report
		.step("After revocation the copy is gone, and its use is REFUSED", async {
			let grantee = people.radiologist.account.to_string();
			people.custodian.ask(&["access", "revoke", &shared.study, &grantee])?;
			let deleted = gateway.says("deleted").await?;
			let fetch = shared.fetch(people, "late");
			let said = refused(&people.radiologist, &words(&fetch), "your lease has ended")?;
			Ok(((), format!("{} deleted; {said}", text(&deleted["place"]))))
		})
		.await?;
	report.step("The history is complete and intact", people.history(&shared)).await?;
	annotate(report, people, &node, &gateway, pictures).await?;
	report
		.step("The suspended radiologist is REFUSED", async {
			let holder = people.radiologist.account.to_string();
			people.south.ask(&["credential", "suspend", &holder])?;
			let request = shared.request("care");
			let said = refused(&people.radiologist, &request, "the credential is suspended")?;
			Ok(((), said))
		})
		.await
}

/// A tumour is annotated by three readers who agree, and by three of whom one is careless.
async fn annotate(
	report: &mut Report,
	people: &People,
	node: &contour_e2e::Node,
	gateway: &Gateway,
	pictures: &Path,
) -> Result<(), Error> {
	// That of an earlier demo.
	match fs::remove_dir_all(pictures.join(FOR_THE_PANEL)) {
		Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
		_ => fs::create_dir_all(pictures)?,
	}
	let mut crew = report
		.step(
			"Each hospital gets a node, a scorer, readers and experts",
			people.bring_scorers(node),
		)
		.await?;
	report
		.step("North pays for a tumour to be annotated", people.lease_a_tumour(&mut crew))
		.await?;
	report.step("Readers get copies of their own", crew.is_granted(gateway)).await?;

	let before = crew.purses().await?;
	let careful = ["reader-01.dcm", "reader-02.dcm", "reader-03.dcm"];
	let first = report
		.step("Three readers read without seeing each other's work", crew.read(people, careful))
		.await?;
	report
		.step(
			"Two scorers agree; the third LIES and is detected",
			crew.is_validated(people, &first),
		)
		.await?;
	report.step("The readers agree: the task is validated and paid", crew.is_paid(&before)).await?;

	let before = crew.purses().await?;
	let careless = ["reader-01.dcm", "reader-02.dcm", "blunder.dcm"];
	let second = report
		.step("Three readers read again; one confuses left and right", crew.read(people, careless))
		.await?;
	let votes =
		report.step("DISPUTED: a panel is drawn", crew.is_drawn(people, &second, pictures)).await?;
	report
		.step(
			"The panel votes, and nobody sees a vote too early",
			crew.vote(people, &second, &votes),
		)
		.await?;
	// Within the ten seconds in which somebody may appeal.
	report.step("A data scientist records a result", crew.is_analysed(people)).await?;
	report
		.step("The accepted readings are scored again", crew.is_validated(people, &second))
		.await?;
	report
		.step("Readers are paid by quality, and the panel for its votes", crew.is_paid(&before))
		.await?;
	report
		.step("The consensus is a study that can be leased", crew.is_published(people, &second))
		.await?;
	report
		.step("The histories are complete and intact", crew.are_verified(people, [&first, &second]))
		.await?;
	report
		.step("Pictures are written", async {
			let mut files = Vec::new();
			leasing::files_below(pictures, &mut files)?;
			let shown = files.iter().filter(|it| it.extension().is_some_and(|it| it == "png"));
			let count = shown.count();
			if count == 0 {
				return Err(Error::Answer(format!("{} has no pictures", pictures.display())));
			}
			Ok(((), format!("{count} in {}", pictures.display())))
		})
		.await
}

/// The error for somebody who has to be refused for this reason.
fn refused(who: &Person, arguments: &[&str], reason: &str) -> Result<String, Error> {
	match who.ask(arguments) {
		Err(Error::Contour { message, .. }) if message.contains(reason) => Ok(message),
		Err(error) => Err(error),
		Ok(_) => Err(Error::Answer(format!("contour {} was not refused", arguments.join(" ")))),
	}
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
	value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
	value.as_str().unwrap_or_default()
}

/// The words of a command.
fn command(words: &[&str]) -> Vec<String> {
	words.iter().map(|&word| word.into()).collect()
}

fn words<const N: usize>(words: &[String; N]) -> [&str; N] {
	words.each_ref().map(String::as_str)
}
