// SPDX-License-Identifier: Apache-2.0

//! What Prometheus reads.
//!
//! ```
//! use contour_scorer::metrics::Metrics;
//!
//! let metrics = Metrics::new();
//! metrics.refused.inc();
//! assert!(metrics.text().contains("contour_scorer_refused_total 1"));
//! ```

use prometheus::{
	Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

/// Counts of what a scorer does. They do not reveal whose task or reading it was.
#[derive(Debug)]
pub struct Metrics {
	registry: Registry,
	/// Answers to a node, by route and answer.
	pub answers: IntCounterVec,
	/// Readings that were scored, and rejected ones by reason.
	pub readings: IntCounterVec,
	/// Requests at work or in the queue.
	pub working: IntGauge,
	/// Requests that waited for a store that could not be reached.
	pub away: IntCounter,
	/// Requests without the right token.
	pub refused: IntCounter,
	/// Seconds that a request took from the beginning of its work.
	pub seconds: Histogram,
}

impl Metrics {
	/// All at zero.
	///
	/// # Panics
	/// Never: the names are valid and differ.
	#[must_use]
	pub fn new() -> Self {
		let registry = Registry::new();
		let vector = |name, help, labels: &[&str]| {
			let metric = IntCounterVec::new(Opts::new(name, help), labels).expect("a valid name");
			registry.register(Box::new(metric.clone())).expect("its name is its own");
			metric
		};
		let answers = vector(
			"contour_scorer_answers_total",
			"Answers to the node, by route and answer",
			&["route", "answer"],
		);
		let readings = vector(
			"contour_scorer_readings_total",
			"Readings in reports: scored, or the reason of their rejection",
			&["outcome"],
		);
		let counter = |name, help| {
			let metric = IntCounter::new(name, help).expect("a valid name");
			registry.register(Box::new(metric.clone())).expect("its name is its own");
			metric
		};
		let away = counter(
			"contour_scorer_store_away_total",
			"Requests that wait for a store that cannot be reached",
		);
		let refused =
			counter("contour_scorer_refused_total", "HTTP requests without the right token");
		let working = IntGauge::new("contour_scorer_working", "Requests at work or in the queue")
			.expect("a valid name");
		registry.register(Box::new(working.clone())).expect("its name is its own");
		let options = HistogramOpts::new("contour_scorer_seconds", "Seconds that a request took")
			.buckets(vec![0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]);
		let seconds = Histogram::with_opts(options).expect("valid buckets");
		registry.register(Box::new(seconds.clone())).expect("its name is its own");
		Self { registry, answers, readings, working, away, refused, seconds }
	}

	/// In Prometheus' text format.
	#[must_use]
	pub fn text(&self) -> String {
		TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
	}
}

impl Default for Metrics {
	fn default() -> Self {
		Self::new()
	}
}
