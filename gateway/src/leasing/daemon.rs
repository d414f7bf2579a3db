// SPDX-License-Identifier: Apache-2.0

//! Makes and deletes leased copies for as long as it runs.
//!
//! Nothing that happens is acted upon by itself: it is a reason to look at a lease, and what the lease
//! is decides. So it does not matter what was missed, or how often something is looked at.
//!
//! - A request that the policy grants: copy, then tell the chain. One that it declines: tell the
//!   chain.
//! - An emergency access without a key: the same as a grant, ahead of everything else.
//! - A copy in the store that no lease has: delete it.

use super::{
	CopyPlace, Custodian, Grant, LeasingError, Policy, Request, Response, custodian::Open,
};
use contour_chain::{At, Chain, ChainError, LeaseCall, LeaseRecord, Touched, Watch, denied};
use contour_primitives::{AccountId, Moment, StudyId, imaging::Denial};
use serde::Serialize;
use std::{
	collections::{BTreeMap, BTreeSet},
	future::pending,
	time::Duration,
};
use tokio::{
	task::JoinSet,
	time::{Instant, sleep, timeout},
};

/// Copies that are made at the same time, emergencies not counted: each uses all threads.
const COPYING: usize = 2;
/// Answers in one transaction.
const BATCH: usize = 16;
/// A node that has told of no finalized block for so long is asked anew.
const SILENCE: Duration = Duration::from_secs(120);
/// After a failure the next attempt waits so long, then twice as long, and so on.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// A study and who asks for it, or has it.
type Lease = (StudyId, AccountId);

/// What a daemon did, or found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "act")]
pub enum Act {
	/// It follows the chain.
	Connected {
		/// The last finalized block.
		block: u64,
	},
	/// A request is not granted by itself.
	Waiting {
		/// The study.
		study: StudyId,
		/// Who asks.
		grantee: AccountId,
		/// Why.
		reason: String,
	},
	/// A copy is being made; in a dry run: would be.
	Copying {
		/// The study.
		study: StudyId,
		/// For whom.
		grantee: AccountId,
		/// Whether it is for whoever opened an emergency.
		emergency: bool,
	},
	/// A lease was granted, and this is final.
	Granted {
		/// The study.
		study: StudyId,
		/// To whom.
		grantee: AccountId,
		/// Until when, in milliseconds since the Unix epoch.
		expires: Moment,
		/// Whether it is for whoever opened an emergency.
		emergency: bool,
	},
	/// A request was declined, and this is final; in a dry run: would be.
	Declined {
		/// The study.
		study: StudyId,
		/// Whose request.
		grantee: AccountId,
	},
	/// A copy was deleted, as no lease has it; in a dry run: would be.
	Deleted {
		/// Where it was in the store.
		place: String,
	},
	/// Something about a lease did not work, and is tried again.
	Failed {
		/// The study.
		study: StudyId,
		/// Whose lease.
		grantee: AccountId,
		/// Why.
		reason: String,
	},
	/// The chain cannot be followed, which is tried again.
	Disconnected {
		/// Why.
		reason: String,
	},
}

/// Makes and deletes leased copies.
pub struct Daemon {
	url: String,
	custodian: Custodian,
	policy: Policy,
	dry_run: bool,
	tell: Box<dyn FnMut(&Act) + Send>,
	alive: Box<dyn FnMut() + Send>,
	/// Copies that leases have, and those that are being made.
	copies: BTreeMap<CopyPlace, Lease>,
	tasks: JoinSet<(Lease, Result<Grant, LeasingError>)>,
	/// For whom copies are being made.
	running: BTreeSet<Lease>,
	/// What the chain has to be told.
	answers: BTreeMap<Lease, Answer>,
	/// What failed or waits, and when it is looked at again.
	later: BTreeMap<Lease, Later>,
	/// When the chain is told again, after it refused to listen.
	quiet: Later,
	/// What was said of requests that wait.
	waiting: BTreeMap<Lease, String>,
}

enum Answer {
	Grant(Grant),
	Decline,
}

#[derive(Clone, Copy)]
struct Later {
	at: Instant,
	wait: Duration,
}

impl Later {
	fn never_failed() -> Self {
		Self { at: Instant::now(), wait: Duration::ZERO }
	}

	fn after_failing(self) -> Self {
		let wait = self.wait.saturating_mul(2).clamp(FIRST_WAIT, LONGEST_WAIT);
		Self { at: Instant::now() + wait, wait }
	}

	fn is_due(self) -> bool {
		self.at <= Instant::now()
	}
}

impl Daemon {
	/// A daemon that follows the chain by the node at `url`, and tells what it does.
	pub fn new(
		url: String,
		custodian: Custodian,
		policy: Policy,
		tell: impl FnMut(&Act) + Send + 'static,
	) -> Self {
		Self {
			url,
			custodian,
			policy,
			dry_run: false,
			tell: Box::new(tell),
			alive: Box::new(|| {}),
			copies: BTreeMap::new(),
			tasks: JoinSet::new(),
			running: BTreeSet::new(),
			answers: BTreeMap::new(),
			later: BTreeMap::new(),
			quiet: Later::never_failed(),
			waiting: BTreeMap::new(),
		}
	}

	/// Calls `alive` each time it has done what a finalized block asked for: as long as it is called, the
	/// daemon follows the chain.
	pub fn with_sign_of_life(mut self, alive: impl FnMut() + Send + 'static) -> Self {
		self.alive = Box::new(alive);
		self
	}

	/// Works until the process ends, whatever happens to the node or to the store.
	pub async fn run(mut self) {
		let mut failures = Later::never_failed();
		loop {
			let begun = Instant::now();
			let Err(error) = self.follow(false).await else { return };
			if begun.elapsed() > LONGEST_WAIT {
				failures = Later::never_failed();
			}
			failures = failures.after_failing();
			self.say(Act::Disconnected { reason: error.to_string() });
			sleep(failures.wait).await;
		}
	}

	/// Does what there is to do now.
	///
	/// # Errors
	///
	/// Those of the chain and of the store.
	pub async fn run_once(mut self) -> Result<(), LeasingError> {
		self.follow(true).await
	}

	/// Only tells what there is to do now.
	///
	/// # Errors
	///
	/// Those of the chain and of the store.
	pub async fn dry_run(mut self) -> Result<(), LeasingError> {
		self.dry_run = true;
		self.follow(true).await
	}

	/// Follows the chain until the connection is lost; or until nothing is left to do.
	async fn follow(&mut self, once: bool) -> Result<(), LeasingError> {
		self.custodian = self.custodian.reconnected(Chain::connect(&self.url).await?);
		let mut watch = self.custodian.chain().watch().await?;
		// What is there before a block is final is judged by the leases after it: a copy that
		// somebody began in between is not taken for one that nobody wants.
		let places = self.custodian.places().await?;
		let block = next(&mut watch).await?;
		self.say(Act::Connected { block: block.number });
		self.sweep(places).await?;
		if self.dry_run {
			return Ok(());
		}
		let mut touched = block.touched;
		loop {
			self.look(touched).await?;
			self.answer().await?;
			(self.alive)();
			let busy = !self.tasks.is_empty() || !self.answers.is_empty();
			if once && !busy {
				return Ok(());
			}
			touched = tokio::select! {
				block = next(&mut watch) => block?.touched,
				lease = finished(&mut self.tasks) => {
					self.finish(lease);
					Vec::new()
				}
			};
		}
	}

	/// Looks at every lease of the chain, and deletes what is in the store for none of them.
	async fn sweep(&mut self, places: Vec<CopyPlace>) -> Result<(), LeasingError> {
		let at = self.custodian.chain().at().await?;
		let leases = at.leases().await?;
		self.copies = leases
			.iter()
			.filter_map(|(study, grantee, lease)| {
				let place = self.custodian.place_of(*study, grantee, lease)?;
				Some((place, (*study, grantee.clone())))
			})
			.collect();
		for place in places {
			if !self.copies.contains_key(&place) {
				self.delete(place).await?;
			}
		}
		for (study, grantee, lease) in leases {
			if Open::of(&lease).is_some() {
				self.attend(&at, (study, grantee), Some(lease)).await?;
			}
		}
		Ok(())
	}

	/// Looks at what changed, at what has to be answered, and at what failed: all of it at one block.
	async fn look(&mut self, touched: Vec<Touched>) -> Result<(), LeasingError> {
		let mut leases = BTreeSet::new();
		for touched in touched {
			match touched {
				Touched::Lease(study, grantee) => {
					leases.insert((study, grantee));
				}
				Touched::Study(study) => {
					let of_study = self.copies.values().filter(|lease| lease.0 == study);
					leases.extend(of_study.cloned());
				}
			}
		}
		let due = self.later.iter().filter(|(_, later)| later.is_due());
		leases.extend(due.map(|(lease, _)| lease.clone()));
		let custodian = self.policy.institution();
		let at = self.custodian.chain().at().await?;
		let emergencies = at.emergencies().await?.into_iter();
		let own = emergencies.filter(|emergency| emergency.custodian == custodian);
		leases.extend(own.map(|emergency| (emergency.study, emergency.clinician)));
		for lease in leases {
			let record = at.lease(lease.0, &lease.1).await?;
			self.attend(&at, lease, record).await?;
		}
		let requests = at.requests_to(custodian).await?;
		self.waiting.retain(|lease, _| {
			requests.iter().any(|(study, grantee, _)| (study, grantee) == (&lease.0, &lease.1))
		});
		for (study, grantee, record) in requests {
			self.attend(&at, (study, grantee), Some(record)).await?;
		}
		Ok(())
	}

	/// Does what a lease needs. `record` is how it stands at the block `at`.
	async fn attend(
		&mut self,
		at: &At,
		lease: Lease,
		record: Option<LeaseRecord>,
	) -> Result<(), LeasingError> {
		let (study, grantee) = (lease.0, &lease.1);
		let place =
			record.as_ref().and_then(|record| self.custodian.place_of(study, grantee, record));
		self.delete_others(&lease, place).await?;
		let Some((record, open)) = record.and_then(|it| Open::of(&it).map(|open| (it, open)))
		else {
			self.later.remove(&lease);
			return Ok(());
		};
		let due = self.later.get(&lease).is_none_or(|later| later.is_due());
		if !due || self.running.contains(&lease) || self.answers.contains_key(&lease) {
			return Ok(());
		}
		// Another institution's study, or a study that was withdrawn.
		let Some(study_record) = at.study(study).await? else { return Ok(()) };
		if study_record.custodian != self.policy.institution() {
			return Ok(());
		}
		let longest = match open {
			Open::Emergency { .. } if self.policy.emergencies => None,
			Open::Emergency { .. } => {
				self.wait(lease, "the policy gives no keys for emergencies; grant it yourself");
				return Ok(());
			}
			Open::Request { .. } => {
				let request = Request {
					grantee: grantee.clone(),
					institution: record.institution,
					purpose: record.purpose,
					modality: study_record.modality,
				};
				match self.policy.decide(&request) {
					Response::Ask => {
						self.wait(lease, "the policy leaves it to a person");
						return Ok(());
					}
					Response::Decline if self.dry_run => {
						self.say(Act::Declined { study, grantee: lease.1 });
						return Ok(());
					}
					Response::Decline => {
						self.answers.insert(lease, Answer::Decline);
						return Ok(());
					}
					Response::Grant { longest } => {
						match at.can_access(grantee, study, record.purpose).await? {
							// Without an approval the request would not be there.
							Ok(_) | Err(Denial::ApprovalMissing) => longest,
							Err(denial) => {
								self.wait(lease, denied(denial));
								return Ok(());
							}
						}
					}
				}
			}
		};
		let emergency = matches!(open, Open::Emergency { .. });
		if emergency || self.running.len() < COPYING {
			self.prepare(lease, longest, emergency);
		}
		Ok(())
	}

	fn prepare(&mut self, lease: Lease, longest: Option<Moment>, emergency: bool) {
		let (study, grantee) = lease.clone();
		self.say(Act::Copying { study, grantee, emergency });
		if self.dry_run {
			return;
		}
		self.running.insert(lease.clone());
		let custodian = self.custodian.clone();
		self.tasks.spawn(async move {
			let grant = custodian.prepare(lease.0, &lease.1, longest, |_| {}).await;
			(lease, grant)
		});
	}

	fn finish(&mut self, (lease, grant): (Lease, Result<Grant, LeasingError>)) {
		self.running.remove(&lease);
		match grant {
			Ok(grant) => {
				self.later.remove(&lease);
				self.answers.insert(lease, Answer::Grant(grant));
			}
			Err(error) => self.fail(lease, &error),
		}
	}

	/// Tells the chain what was decided, unless that is old.
	async fn answer(&mut self) -> Result<(), LeasingError> {
		if self.answers.is_empty() || !self.quiet.is_due() {
			return Ok(());
		}
		let at = self.custodian.chain().at().await?;
		let mut calls = Vec::new();
		let mut leases = Vec::new();
		for lease in self.answers.keys().take(BATCH).cloned().collect::<Vec<_>>() {
			let record = at.lease(lease.0, &lease.1).await?;
			let place = record.as_ref().and_then(|record| {
				Open::of(record).and_then(|_| self.custodian.place_of(lease.0, &lease.1, record))
			});
			let call = match self.answers.get(&lease) {
				Some(Answer::Grant(grant)) if place == Some(grant.place) => Some(grant.call()),
				Some(Answer::Decline) if place.is_some() => {
					Some(LeaseCall::Decline { study: lease.0, grantee: lease.1.clone() })
				}
				_ => None,
			};
			match call {
				Some(call) => {
					calls.push(call);
					leases.push(lease);
				}
				// Somebody else answered, or the request is gone.
				None => drop(self.answers.remove(&lease)),
			}
		}
		if calls.is_empty() {
			return Ok(());
		}
		match self.custodian.answer(&calls).await {
			Ok(results) => {
				self.quiet = Later::never_failed();
				for (lease, result) in leases.into_iter().zip(results) {
					self.answered(lease, result);
				}
				Ok(())
			}
			// An earlier transaction may be on its way: of two with one number the chain takes one.
			Err(error @ (ChainError::Refused(_) | ChainError::Invalid(_))) => {
				self.quiet = self.quiet.after_failing();
				let reason = error.to_string();
				for (study, grantee) in leases {
					self.say(Act::Failed { study, grantee, reason: reason.clone() });
				}
				Ok(())
			}
			Err(error) => Err(error.into()),
		}
	}

	fn answered(&mut self, lease: Lease, result: Result<(), ChainError>) {
		let Some(answer) = self.answers.remove(&lease) else { return };
		match (result, answer) {
			(Ok(()), Answer::Grant(Grant { expires, emergency, .. })) => {
				let (study, grantee) = lease;
				self.say(Act::Granted { study, grantee, expires, emergency });
			}
			(Ok(()), Answer::Decline) => {
				let (study, grantee) = lease;
				self.say(Act::Declined { study, grantee });
			}
			(Err(error), _) => self.fail(lease, &error.into()),
		}
	}

	/// Deletes the copies for earlier leases of the same grantee on the same study.
	async fn delete_others(
		&mut self,
		lease: &Lease,
		wanted: Option<CopyPlace>,
	) -> Result<(), LeasingError> {
		let unwanted: Vec<_> = self
			.copies
			.iter()
			.filter(|(place, of)| *of == lease && Some(**place) != wanted)
			.map(|(place, _)| *place)
			.collect();
		if !unwanted.is_empty() && self.running.contains(lease) {
			// It is being written to; when that has ended, the lease is looked at again.
			self.later.entry(lease.clone()).or_insert_with(Later::never_failed);
			return Ok(());
		}
		for place in unwanted {
			self.delete(place).await?;
			self.copies.remove(&place);
		}
		if let Some(place) = wanted {
			self.copies.insert(place, lease.clone());
		}
		Ok(())
	}

	async fn delete(&mut self, place: CopyPlace) -> Result<(), LeasingError> {
		if !self.dry_run {
			self.custodian.delete(place).await?;
		}
		self.say(Act::Deleted { place: place.to_string() });
		Ok(())
	}

	fn postpone(&mut self, lease: &Lease) {
		let later = self.later.get(lease).copied().unwrap_or_else(Later::never_failed);
		self.later.insert(lease.clone(), later.after_failing());
	}

	fn fail(&mut self, lease: Lease, error: &LeasingError) {
		self.postpone(&lease);
		let (study, grantee) = lease;
		self.say(Act::Failed { study, grantee, reason: error.to_string() });
	}

	/// Says once why something waits, and looks at it less and less often.
	fn wait(&mut self, lease: Lease, reason: &str) {
		self.postpone(&lease);
		if self.waiting.get(&lease).is_none_or(|told| told != reason) {
			self.waiting.insert(lease.clone(), reason.into());
			let (study, grantee) = lease;
			self.say(Act::Waiting { study, grantee, reason: reason.into() });
		}
	}

	fn say(&mut self, act: Act) {
		(self.tell)(&act);
	}
}

async fn next(watch: &mut Watch) -> Result<contour_chain::Block, LeasingError> {
	match timeout(SILENCE, watch.next()).await {
		Ok(block) => Ok(block?),
		Err(_) => Err(LeasingError::Silent(SILENCE.as_secs())),
	}
}

/// The next task that has ended; waits for ever while there is none.
async fn finished<T: 'static>(tasks: &mut JoinSet<T>) -> T {
	match tasks.join_next().await {
		Some(Ok(done)) => done,
		Some(Err(error)) => match error.try_into_panic() {
			Ok(panic) => std::panic::resume_unwind(panic),
			// Nobody cancels them.
			Err(_) => pending().await,
		},
		None => pending().await,
	}
}
