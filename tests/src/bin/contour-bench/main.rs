// SPDX-License-Identifier: Apache-2.0

//! Measures what our documents promise, so that anybody can do it again: how much the chain's state
//! grows, what a registration costs beside a transfer, and how soon a transaction is final.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be read")]

mod authority;
mod consortium;
mod execution;
mod finality;
mod growth;
mod load;
mod relay;
mod sample;
mod world;

use clap::{Parser, ValueEnum};
use serde::Serialize;
use std::process::ExitCode;

/// Measures what Contour's documents promise.
#[derive(Parser)]
#[command(name = "contour-bench")]
struct Arguments {
	/// What to measure; everything when nothing is named.
	#[arg(value_enum)]
	what: Vec<Measurement>,
	/// One JSON document on stdout instead of the tables.
	#[arg(long)]
	json: bool,
	#[command(flatten)]
	finality: finality::Options,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Measurement {
	/// Bytes of state per study, lease and entry of a history.
	Growth,
	/// Execution of a registration, beside that of a transfer.
	Execution,
	/// Seconds from handing in a transaction until its block is final.
	Finality,
}

#[derive(Default, Serialize)]
struct Report {
	#[serde(skip_serializing_if = "Option::is_none")]
	growth: Option<growth::Report>,
	#[serde(skip_serializing_if = "Option::is_none")]
	execution: Option<execution::Report>,
	#[serde(skip_serializing_if = "Option::is_none")]
	finality: Option<finality::Report>,
}

fn main() -> ExitCode {
	let arguments = Arguments::parse();
	let wanted = |what| arguments.what.is_empty() || arguments.what.contains(&what);
	let mut report = Report::default();
	if wanted(Measurement::Execution) {
		let measured = execution::measure();
		if !arguments.json {
			println!("{measured}");
		}
		report.execution = Some(measured);
	}
	if wanted(Measurement::Growth) {
		let measured = growth::measure();
		if !arguments.json {
			println!("{measured}");
		}
		report.growth = Some(measured);
	}
	if wanted(Measurement::Finality) {
		let measured = match finality::measure(&arguments.finality) {
			Ok(measured) => measured,
			Err(error) => {
				eprintln!("finality cannot be measured: {error}");
				return ExitCode::FAILURE;
			}
		};
		if !arguments.json {
			println!("{measured}");
		}
		report.finality = Some(measured);
	}
	if arguments.json {
		match serde_json::to_string_pretty(&report) {
			Ok(document) => println!("{document}"),
			Err(error) => {
				eprintln!("the report cannot be written: {error}");
				return ExitCode::FAILURE;
			}
		}
	}
	ExitCode::SUCCESS
}
