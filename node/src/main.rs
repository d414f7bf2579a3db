// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]

mod chain_spec;

use contour_service::Release;
use std::{error::Error, process::ExitCode};

fn main() -> ExitCode {
	let release = Release {
		version: env!("SUBSTRATE_CLI_IMPL_VERSION"),
		chains: chain_spec::NAMES,
		load_chain: chain_spec::load,
	};
	match contour_service::run(release) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			show(&error);
			ExitCode::FAILURE
		}
	}
}

/// Writes an error and its causes to stderr, the causes that it does not quote already.
#[expect(clippy::print_stderr, reason = "this is where the program speaks to its user")]
fn show(error: &dyn Error) {
	let mut said = error.to_string();
	eprintln!("Error: {said}");
	let mut cause = error.source();
	while let Some(error) = cause {
		let text = error.to_string();
		if !said.contains(&text) {
			eprintln!("  because: {text}");
			said = text;
		}
		cause = error.source();
	}
}
