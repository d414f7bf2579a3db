// SPDX-License-Identifier: Apache-2.0

//! The command line: its commands, and which module does each.

mod access;
mod consensus;
mod consent;
mod council;
mod credential;
mod emergency;
mod error;
mod gateway;
mod history;
mod images;
mod institution;
mod keyfile;
mod keys;
mod lists;
mod opening;
mod output;
mod panel;
mod proxy;
mod reading;
mod recovery;
mod result;
mod rewards;
mod session;
mod signing;
mod study;
mod task;
mod task_text;
mod upgrade;
mod validator;
mod words;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use contour_phantom::phantom;
use contour_primitives::AccountId;
use error::CliError;
use output::Output;
use serde::Serialize;
use session::Session;
use std::{path::PathBuf, process::ExitCode};
use tracing_subscriber::EnvFilter;

/// The gateway beside a hospital's PACS: seals and registers DICOM studies, leases them, and gives
/// the original files back
///
/// Options that are the same every time can be set in the environment: CONTOUR_URL, CONTOUR_KEY,
/// CONTOUR_PASSPHRASE_FILE, CONTOUR_STORE, CONTOUR_ON_BEHALF_OF.
#[derive(Debug, Parser)]
#[command(name = "contour", version, verbatim_doc_comment)]
struct Cli {
	#[command(flatten)]
	common: Common,

	#[command(subcommand)]
	command: Command,
}

/// What most commands need.
#[derive(Args, Clone, Debug)]
struct Common {
	/// WebSocket of a node [default: ws://127.0.0.1:9944]
	#[arg(long, global = true, value_name = "URL")]
	url: Option<String>,

	/// Your key file
	#[arg(long, global = true, value_name = "FILE")]
	key: Option<PathBuf>,

	/// File whose first line is the key file's passphrase; without it, the command asks for the
	/// passphrase
	#[arg(long, global = true, value_name = "FILE")]
	passphrase_file: Option<PathBuf>,

	/// Where sealed objects are: a folder, or s3://, gs://, az://
	#[arg(long, global = true, value_name = "URL")]
	store: Option<String>,

	/// Account for which you sign, as its proxy (`contour proxy`)
	#[arg(long, global = true, hide_short_help = true, value_name = "ACCOUNT")]
	on_behalf_of: Option<AccountId>,

	/// Cost of guessing the passphrase of a new key file: scrypt's N as a power of two. 18 takes a
	/// second and 256 MiB; each step up or down doubles or halves both
	#[arg(
		long,
		global = true,
		hide_short_help = true,
		value_name = "15-20",
		value_parser = clap::value_parser!(u8).range(15..=20),
	)]
	work_factor: Option<u8>,

	/// Read and act at the best block, and do not wait for finality. Only for a chain whose
	/// finality has stalled, until the council has mended it
	#[arg(long, global = true, hide_short_help = true)]
	without_finality: bool,

	/// Write one JSON document to stdout instead of text
	#[arg(long, global = true)]
	json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
	/// Make, show and register keys
	#[command(subcommand)]
	Keys(keys::Command),

	/// Register, show, fetch and verify studies
	#[command(subcommand)]
	Study(study::Command),

	/// Ask for leases, grant them, end them
	#[command(subcommand)]
	Access(access::Command),

	/// Open annotation tasks, read, vote, and see the results
	#[command(subcommand)]
	Task(task::Command),

	/// Record, list and fetch results of analyses
	#[command(subcommand)]
	Result(result::Command),

	/// Pay for work, claim what you earned, and show records of work
	#[command(subcommand)]
	Rewards(rewards::Command),

	/// Permit and refuse uses of studies, and show what is in force
	#[command(subcommand)]
	Consent(consent::Command),

	/// Vouch for people, and show credentials
	#[command(subcommand)]
	Credential(credential::Command),

	/// Let other accounts, such as a machine's, sign for you, and take that back
	#[command(subcommand)]
	Proxy(proxy::Command),

	/// Show institutions, and administer your own
	#[command(subcommand)]
	Institution(institution::Command),

	/// Propose, vote on and close decisions of the council
	#[command(subcommand)]
	Council(council::Command),

	/// Set the session keys of your institution's validator, and show its status
	#[command(subcommand)]
	Validator(validator::Command),

	/// Hand in the runtime that the council authorised, and show what the chain runs
	#[command(subcommand)]
	Upgrade(upgrade::Command),

	/// Answer requests by a policy, for as long as the command runs
	#[command(subcommand)]
	Gateway(gateway::Command),

	/// Write an MR series of a patient who does not exist, with a tumour, and segmentations by
	/// readers
	Phantom {
		/// A folder that does not exist, or is empty.
		#[arg(long, value_name = "DIR")]
		out: PathBuf,

		/// Seed of the patient; another seed makes another patient.
		#[arg(long, default_value_t = contour_phantom::Options::default().seed)]
		seed: u64,

		/// Number of images in the series.
		#[arg(long, default_value_t = contour_phantom::Options::default().slices)]
		slices: u32,

		/// Number of readers who draw the tumour.
		#[arg(long, default_value_t = contour_phantom::Options::default().readers)]
		readers: u32,

		/// Add a reader who draws on the wrong side: readers/blunder.dcm.
		#[arg(long)]
		blunder: bool,
	},

	/// Write tab completion for a shell to stdout
	Completions {
		/// The shell.
		shell: clap_complete::Shell,
	},
}

/// Does what the arguments of this process ask for.
pub(crate) fn run() -> ExitCode {
	let cli = Cli::parse();
	let output = Output::new(cli.common.json);
	// Files without a research copy are listed with the result.
	let level = EnvFilter::try_from_default_env()
		.unwrap_or_else(|_| EnvFilter::new("warn,contour_deidentify=error"));
	tracing_subscriber::fmt().with_env_filter(level).with_writer(std::io::stderr).init();
	let runtime = match tokio::runtime::Runtime::new() {
		Ok(runtime) => runtime,
		Err(error) => return output.fail(&CliError::Runtime(error)),
	};
	match runtime.block_on(dispatch(cli, &output)) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => output.fail(&error),
	}
}

async fn dispatch(cli: Cli, output: &Output) -> Result<(), CliError> {
	let session = Session::new(cli.common);
	match cli.command {
		Command::Keys(command) => keys::run(command, &session, output).await,
		Command::Study(command) => study::run(command, &session, output).await,
		Command::Access(command) => access::run(command, &session, output).await,
		Command::Task(command) => task::run(command, &session, output).await,
		Command::Result(command) => result::run(command, &session, output).await,
		Command::Rewards(command) => rewards::run(command, &session, output).await,
		Command::Consent(command) => consent::run(command, &session, output).await,
		Command::Credential(command) => credential::run(command, &session, output).await,
		Command::Proxy(command) => proxy::run(command, &session, output).await,
		Command::Institution(command) => institution::run(command, &session, output).await,
		Command::Council(command) => council::run(command, &session, output).await,
		Command::Validator(command) => validator::run(command, &session, output).await,
		Command::Upgrade(command) => upgrade::run(command, &session, output).await,
		Command::Gateway(command) => gateway::run(command, &session, output).await,
		Command::Phantom { out, seed, slices, readers, blunder } => {
			let mut options = contour_phantom::Options::default();
			(options.seed, options.slices, options.readers) = (seed, slices, readers);
			options.blunder = blunder;
			write_phantom(&out, &options, output)
		}
		Command::Completions { shell } => {
			clap_complete::generate(shell, &mut Cli::command(), "contour", &mut std::io::stdout());
			Ok(())
		}
	}
}

fn write_phantom(
	out: &std::path::Path,
	options: &contour_phantom::Options,
	output: &Output,
) -> Result<(), CliError> {
	let bar = output.bar("Drawing");
	let report = phantom(out, options, &|progress| {
		bar.set_length(progress.total as u64);
		bar.set_position(progress.done as u64);
	})?;
	bar.finish_and_clear();
	#[derive(Serialize)]
	struct Written<'a> {
		folder: &'a std::path::Path,
		#[serde(flatten)]
		report: &'a contour_phantom::Report,
	}
	output.show(&Written { folder: out, report: &report }, || {
		format!(
			"Written to {}: {} images, {} readers, and the truth",
			out.display(),
			report.images.len(),
			report.readers.len(),
		)
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_be_consistent_when_clap_checks_the_command() {
		Cli::command().debug_assert();
	}

	/// The words of a command line, without its comment.
	fn words(line: &str) -> Vec<String> {
		let line = line.split(" #").next().unwrap_or_default();
		let line = line.replace("0x…", &format!("0x{}", "01".repeat(32)));
		let line = line.replace("5F…", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
		let quoted = line.split('"').enumerate();
		let words = quoted.flat_map(|(index, part)| match index % 2 {
			0 => part.split_whitespace().map(String::from).collect(),
			_ => vec![part.to_owned()],
		});
		words.collect()
	}

	#[test]
	fn should_understand_every_command_when_it_is_in_the_documentation() {
		let gateway = include_str!("../../../docs/gateway.md");
		let annotation = include_str!("../../../docs/annotation.md");
		let operators = [
			include_str!("../../../docs/operators/incidents.md"),
			include_str!("../../../docs/operators/join.md"),
			include_str!("../../../docs/operators/keys.md"),
			include_str!("../../../docs/operators/monitor.md"),
			include_str!("../../../docs/operators/upgrade.md"),
		];
		let examples = include_str!("../../../examples/README.md");
		let pages = [gateway, annotation, examples].into_iter().chain(operators);
		let lines = pages.flat_map(str::lines);
		// In lists they are indented.
		let lines = lines.map(str::trim_start).filter(|line| line.starts_with("contour "));
		let mut count = 0;
		for line in lines {
			let parsed = Cli::try_parse_from(words(line));
			assert!(parsed.is_ok(), "{line}: {}", parsed.expect_err("it failed"));
			count += 1;
		}
		assert!(count > 90, "{count} commands are shown");
	}

	#[test]
	fn should_refuse_when_what_belongs_together_is_torn_apart() {
		let study = format!("0x{}", "01".repeat(32));
		let account = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		for line in [
			"study register images --institution 0 --consent hmb".to_owned(),
			"study register images --institution 0 --report removed.json".to_owned(),
			"study list".to_owned(),
			"study list --mine --institution 0".to_owned(),
			"access list".to_owned(),
			format!("access review {study} {account}"),
			format!("access review {study} {account} --justified --unjustified"),
			format!("credential issue {account} --roles radiologist --expires 1day"),
			format!("credential issue {account} --roles surgeon --expires 1day --licence-file f"),
			"council propose set-standard access-study".to_owned(),
			"council propose top-up 1 -5".to_owned(),
			"council propose call 0xzz".to_owned(),
			"council propose authorize-upgrade".to_owned(),
			"upgrade apply".to_owned(),
			"validator show north".to_owned(),
			"council vote 3 maybe".to_owned(),
			"consent show".to_owned(),
			format!("task open {study} --images images"),
			format!("task open {study} --structure mass --images images"),
			format!("task open {study} --structure SCT:4147007"),
			format!("task open {study} --structure SCT:4147007 --images images --threshold 70"),
			format!("task open {study} --structure SCT:4147007 --images images --method mean"),
			"task vote 3".to_owned(),
			"task vote 3 --accept 1 --accept-none".to_owned(),
			"task vote 3 --accept one".to_owned(),
			"task submit 3 tumour.dcm --series 1.2.3".to_owned(),
			"task submit 3 tumour.dcm --dry-run --store-only".to_owned(),
			"task publish 3".to_owned(),
			format!("task scorer appoint {account}"),
			format!("result submit {study} --kind guess --file f --model f"),
			"rewards fund 0 -5".to_owned(),
			"council propose set-rewards-policy".to_owned(),
			"keys import words".to_owned(),
			"keys recover".to_owned(),
		] {
			let words = ["contour"].into_iter().chain(line.split_whitespace());
			assert!(Cli::try_parse_from(words).is_err(), "{line}");
		}
	}
}
