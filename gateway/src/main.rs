// SPDX-License-Identifier: Apache-2.0

//! `contour`: the gateway's command. `contour help` says what it does.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
	cli::run()
}
