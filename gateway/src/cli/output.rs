// SPDX-License-Identifier: Apache-2.0

//! What a person or a program gets to see.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is where the command speaks")]

use super::error::CliError;
use contour_study::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::{
	io::Write as _,
	process::ExitCode,
	time::{Duration, SystemTime},
};

/// Where results go.
pub(crate) struct Output {
	json: bool,
}

impl Output {
	pub(crate) fn new(json: bool) -> Self {
		Self { json }
	}

	/// Shows a result.
	pub(crate) fn show(&self, result: &impl Serialize, text: impl FnOnce() -> String) {
		if self.json {
			let document = serde_json::to_string_pretty(result);
			write(&document.expect("results have no map with other keys than strings"));
		} else {
			write(&text());
		}
	}

	/// Shows a result with which something is wrong, and gives the error with which the command ends. In
	/// JSON it is part of the result.
	pub(crate) fn show_failed<T: Serialize>(
		&self,
		result: &T,
		text: impl FnOnce() -> String,
		error: CliError,
	) -> CliError {
		#[derive(Serialize)]
		struct Failed<'a, T> {
			#[serde(flatten)]
			result: &'a T,
			error: String,
		}
		self.show(&Failed { result, error: error.to_string() }, text);
		CliError::Shown(Box::new(error))
	}

	/// For results that come one after the other.
	pub(crate) fn lines(&self) -> Lines {
		Lines { json: self.json }
	}

	/// Shows what went wrong.
	pub(crate) fn fail(&self, error: &CliError) -> ExitCode {
		match error {
			CliError::Shown(_) if self.json => {}
			_ if self.json => println!("{}", serde_json::json!({ "error": error.to_string() })),
			_ => eprintln!("error: {error}"),
		}
		ExitCode::FAILURE
	}

	/// A bar on a terminal; nothing elsewhere.
	pub(crate) fn bar(&self, what: &'static str) -> ProgressBar {
		let bar = if self.json { ProgressBar::hidden() } else { ProgressBar::new(0) };
		let style = "{msg:<12} {wide_bar} {pos}/{len} {eta}";
		bar.set_style(ProgressStyle::with_template(style).expect("the template is right"));
		bar.set_message(what);
		bar
	}

	/// Something that takes a while.
	pub(crate) fn spinner(&self, what: &'static str) -> ProgressBar {
		let bar = if self.json { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
		bar.set_message(what);
		bar.enable_steady_tick(Duration::from_millis(120));
		bar
	}
}

/// Shows on a bar how far a long work is.
pub(crate) fn follow(bar: &ProgressBar) -> impl Fn(Progress) + Send + use<> {
	let bar = bar.clone();
	move |progress| {
		bar.set_length(progress.total as u64);
		bar.set_position(progress.done as u64);
	}
}

/// Where results go that come one after the other: one line each.
pub(crate) struct Lines {
	json: bool,
}

impl Lines {
	/// Shows one.
	pub(crate) fn show(&self, result: &impl Serialize, text: impl FnOnce() -> String) {
		if self.json {
			let document = serde_json::to_string(result);
			write(&document.expect("results have no map with other keys than strings"));
		} else {
			let now = humantime::format_rfc3339_seconds(SystemTime::now());
			write(&format!("{now}  {}", text()));
		}
	}
}

/// Writes to stdout. Whoever reads it may have seen enough and gone, like `head`.
fn write(text: &str) {
	if let Err(error) = writeln!(std::io::stdout(), "{text}") {
		tracing::debug!(%error, "nobody reads the result");
	}
}
