// SPDX-License-Identifier: Apache-2.0

//! Which requests are at work, and how many at once.
//!
//! Work on a request begins once; whoever asks again is answered that it is in work. When a store
//! cannot be reached, the request rests for some seconds, and the next one who asks starts it
//! again; an urgent request does not wait for the store. Copies for a panel are made once and have
//! to be complete, so for them even urgent requests wait a while.
//!
//! ```
//! use contour_primitives::scorer::Answer;
//! use contour_scorer::{
//!     config::Limits, desk::Desk, job::Scorer, metrics::Metrics, records::{Records, Request},
//!     stores::Stores,
//! };
//! use contour_seal::keyfile::{KeyFile, Kind};
//! use contour_store::Store;
//! use std::{sync::Arc, time::Duration};
//! # use contour_primitives::{AccountId, Hash, Sealed, StudyId, TaskId, scorer::Readings};
//! # use contour_scoring::{Method, Ppm};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let store = Store::open(&folder.path().join("store").to_string_lossy()).await?;
//! # let nowhere = Sealed {
//! #     root: Hash::repeat_byte(1),
//! #     locator: store.to_string().into_bytes().try_into().expect("it is short"),
//! # };
//! # let readings = Readings {
//! #     genesis: Hash::repeat_byte(2),
//! #     task: TaskId(3),
//! #     study: StudyId(Hash::repeat_byte(4)),
//! #     method: Method::Majority,
//! #     threshold: Ppm::ONE,
//! #     structure: "SCT:108369006".parse()?,
//! #     opener: AccountId::new([5; 32]),
//! #     brief: nowhere,
//! #     readings: Vec::new(),
//! #     accepted: None,
//! #     urgent: false,
//! # };
//! let (account, keys) = (AccountId::new([7; 32]), KeyFile::generate(Kind::Institution)?);
//! let stores = Stores::new(store.clone(), Vec::new());
//! let scorer = Scorer::new(account, keys, stores, store.to_string())?;
//! let records = Records::open(&folder.path().join("cache"))?;
//! let desk = Desk::new(scorer, records, Arc::new(Metrics::new()), &Limits::default());
//!
//! // The brief of the task is not where the chain's locator points.
//! let request = Request::Score(readings);
//! assert_eq!(desk.ask(request.clone()), Answer::Pending);
//! while desk.ask(request.clone()) == Answer::Pending {
//!     tokio::time::sleep(Duration::from_millis(10)).await;
//! }
//! assert_eq!(desk.ask(request), Answer::Unable);
//! # Ok(())
//! # }
//! ```

use crate::{
	config::Limits,
	job::{Budget, Scorer, Step},
	metrics::Metrics,
	records::{Product, Record, Records, Request},
};
use contour_primitives::scorer::Answer;
use contour_scoring::Outcome;
use contour_store::ObjectName;
use std::{
	collections::HashMap,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// How long a request rests when a store cannot be reached.
const REST: Duration = Duration::from_secs(5);
/// How long a panel's copies wait for a store, even if they are urgent.
const PANEL: Duration = Duration::from_secs(120);
/// How long a failure is remembered.
const UNABLE: Duration = Duration::from_secs(600);
/// Number of failures that are remembered.
const MAX_REMEMBERED: usize = 4096;

#[derive(Clone, Copy, Debug)]
enum State {
	Working,
	Resting { until: Instant, since: Instant },
	Unable(Instant),
}

#[derive(Debug)]
struct Inner {
	scorer: Scorer,
	records: Records,
	metrics: Arc<Metrics>,
	jobs: Semaphore,
	budget: Budget,
	/// Requests that may be at work or wait for it.
	room: usize,
	states: Mutex<HashMap<ObjectName, State>>,
}

/// Where requests are taken.
#[derive(Clone, Debug)]
pub struct Desk(Arc<Inner>);

impl Desk {
	/// A desk with nothing to do.
	#[must_use]
	pub fn new(scorer: Scorer, records: Records, metrics: Arc<Metrics>, limits: &Limits) -> Self {
		let count = |n: u32| usize::try_from(n).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
		let memory = Arc::new(Semaphore::new(count(limits.memory)));
		let budget = Budget { memory, total: limits.memory, timeout: limits.timeout };
		Self(Arc::new(Inner {
			scorer,
			records,
			metrics,
			jobs: Semaphore::new(count(limits.jobs)),
			budget,
			room: count(limits.jobs).saturating_add(count(limits.queue)),
			states: Mutex::default(),
		}))
	}

	/// What was answered before.
	#[must_use]
	pub fn records(&self) -> &Records {
		&self.0.records
	}

	/// Answers at once, or starts work on the request.
	#[must_use]
	pub fn ask(&self, request: Request) -> Answer<Product> {
		let answer = self.answer(&request);
		let route = match request {
			Request::Score(_) => "score",
			Request::Panel(_) => "panel",
		};
		let told = match answer {
			Answer::Ready(Product::Report(_)) => "report",
			Answer::Ready(Product::Copies(_)) => "stored",
			Answer::Pending => "pending",
			Answer::Unable => "unable",
		};
		self.0.metrics.answers.with_label_values(&[route, told]).inc();
		answer
	}

	fn answer(&self, request: &Request) -> Answer<Product> {
		if let Some(product) = self.0.records.find(request) {
			return Answer::Ready(product);
		}
		let key = request.key(false);
		let now = Instant::now();
		let mut states = self.states();
		let since = match states.get(&key) {
			Some(State::Resting { since, .. }) => *since,
			_ => now,
		};
		let waits = matches!(request, Request::Panel(_)) && since + PANEL > now;
		let urgent = request.is_urgent() && !waits;
		match states.get(&key) {
			Some(State::Working) => return Answer::Pending,
			Some(State::Resting { until, .. }) if *until > now && !urgent => {
				return Answer::Pending;
			}
			Some(State::Unable(until)) if *until > now => return Answer::Unable,
			_ => {}
		}
		// The work may have ended between the two looks.
		if let Some(product) = self.0.records.find(request) {
			return Answer::Ready(product);
		}
		let working = states.values().filter(|state| matches!(state, State::Working)).count();
		if working >= self.0.room {
			tracing::warn!(working, "no room for another request: the node will ask again");
			return Answer::Pending;
		}
		if states.len() >= MAX_REMEMBERED {
			states.retain(|_, state| matches!(state, State::Working));
		}
		states.insert(key, State::Working);
		self.0.metrics.working.inc();
		drop(states);
		let working = Working { desk: self.clone(), key, since, state: None };
		tokio::spawn(working.run(request.clone().hurried(urgent)));
		Answer::Pending
	}

	fn states(&self) -> MutexGuard<'_, HashMap<ObjectName, State>> {
		self.0.states.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// A request in work; its result is recorded however it ends.
struct Working {
	desk: Desk,
	key: ObjectName,
	/// When work on it began for the first time.
	since: Instant,
	state: Option<State>,
}

impl Working {
	async fn run(mut self, request: Request) {
		let desk = self.desk.clone();
		let Inner { scorer, records, metrics, jobs, budget, .. } = &*desk.0;
		let Ok(_permit) = jobs.acquire().await else { return };
		let timer = metrics.seconds.start_timer();
		let step = scorer.run(&request, budget).await;
		timer.observe_duration();
		let task = request.readings().task.0;
		match step {
			Step::Done { product, incomplete } => {
				if let Product::Report(report) = &product {
					for outcome in &report.outcomes {
						metrics.readings.with_label_values(&[outcome_name(outcome)]).inc();
					}
					let hash = hex::encode(report.hash());
					tracing::info!(task, readings = report.outcomes.len(), hash, "scored");
				} else {
					tracing::info!(task, "readings are stored for a panel");
				}
				let record = Record::new(request.readings(), product);
				if let Err(error) = records.keep(request.key(incomplete), record) {
					tracing::error!(task, %error, "the answer is only in memory: check the folder \
					 of --cache");
				}
			}
			Step::Away(why) => {
				metrics.away.inc();
				tracing::warn!(task, why, "waiting for a store");
				let until = Instant::now() + REST;
				self.state = Some(State::Resting { until, since: self.since });
			}
			Step::Unable(why) => {
				tracing::error!(task, why, "cannot be answered");
				self.state = Some(State::Unable(Instant::now() + UNABLE));
			}
		}
	}
}

impl Drop for Working {
	fn drop(&mut self) {
		let mut states = self.desk.states();
		match self.state {
			Some(state) => states.insert(self.key, state),
			None => states.remove(&self.key),
		};
		self.desk.0.metrics.working.dec();
	}
}

/// The name of an outcome in metrics and in JSON.
pub(crate) const fn outcome_name(outcome: &Outcome) -> &'static str {
	match outcome {
		Outcome::Scored { .. } => "scored",
		Outcome::Rejected(rejection) => rejection.as_str(),
	}
}
