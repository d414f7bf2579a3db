// SPDX-License-Identifier: Apache-2.0

//! What the demo shows.

use contour_e2e::Error;
use serde::Serialize;
use std::{future::Future, time::Instant};

/// What happened, in order; also the document that `--json` writes.
#[derive(Default, Serialize)]
pub(crate) struct Report {
	/// Whether everything went as it should.
	pub(crate) ok: bool,
	/// How long all of it took.
	pub(crate) seconds: f64,
	/// The steps, up to the first one that failed.
	steps: Vec<Step>,
	/// Whether to print each step as soon as it is done.
	#[serde(skip)]
	aloud: bool,
}

/// One thing that the demo shows.
#[derive(Serialize)]
struct Step {
	name: &'static str,
	ok: bool,
	/// What there is to see, or what went wrong.
	detail: String,
	seconds: f64,
}

impl Report {
	/// An empty report, printed step by step or not.
	pub(crate) fn new(aloud: bool) -> Self {
		Self { aloud, ..Self::default() }
	}

	/// Takes a step, which returns what later steps need and what there is to see.
	pub(crate) async fn step<T>(
		&mut self,
		name: &'static str,
		action: impl Future<Output = Result<(T, String), Error>>,
	) -> Result<T, Error> {
		let begun = Instant::now();
		let outcome = action.await;
		let seconds = seconds_since(begun);
		let detail = match &outcome {
			Ok((_, detail)) => detail.clone(),
			Err(error) => error.to_string(),
		};
		let step = Step { name, ok: outcome.is_ok(), detail, seconds };
		if self.aloud && step.ok {
			println!("✓ {name}\n    {}", step.detail.replace('\n', "\n    "));
		}
		self.steps.push(step);
		outcome.map(|(value, _)| value)
	}
}

/// To the millisecond.
pub(crate) fn seconds_since(begun: Instant) -> f64 {
	(begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}
