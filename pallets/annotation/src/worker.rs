// SPDX-License-Identifier: Apache-2.0

//! The off-chain worker: it finds tasks that wait for scorers, asks the scorer beside this node, and
//! submits what it says, signed by the institution's scorer key.
//!
//! What is on the chain says what is left to do; the worker keeps nothing but counts for the operator.
//! Whatever goes wrong is logged, and tried again at a later block.

use crate::{
	Attention, Attestations, Call, Config, Pallet, Phase, Readers, Scorers, TaskOf, Tasks,
	authorized::{copies_payload, report_payload},
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeAll, Encode};
use contour_primitives::{
	Hash, InstitutionId, KeyRegistry, Sealed, TaskId,
	scorer::{
		Answer, PanelMember, PanelRequest, Readings, SCORER_TOKEN, SCORER_URL, WORKER_STATUS,
		WorkerStatus,
	},
};
use contour_scoring::Report;
use core::cell::Cell;
use frame_support::traits::Time;
use frame_system::offchain::SubmitTransaction;
use sp_application_crypto::RuntimeAppPublic;
use sp_core::offchain::{Duration, StorageKind};
use sp_io::hashing::blake2_256;
use sp_runtime::offchain::{
	http::{self, Method as HttpMethod},
	storage_lock::{StorageLock, Time as LockTime},
};

/// Type of the keys with which institutions' nodes sign what their scorers say.
pub const KEY_TYPE: sp_core::crypto::KeyTypeId = sp_core::crypto::KeyTypeId(*b"scor");

mod app {
	use sp_application_crypto::{app_crypto, ed25519};

	app_crypto!(ed25519, super::KEY_TYPE);
}

/// Public key of a scorer: ed25519, whose signatures are the same each time, so that what is
/// committed to need not be kept.
pub type ScorerId = app::Public;

const LOG: &str = "contour::scorer";
/// Most tasks that one block's worker looks at.
const MAX_TASKS: usize = 16;
/// Milliseconds that the scorer has for an answer, if only that it is still working.
const PATIENCE: u64 = 5_000;
/// Milliseconds after which a worker that has not ended is forgotten.
const LOCK: u64 = 60_000;
/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// Why nothing was submitted for a task.
#[derive(Debug)]
enum Trouble {
	/// The scorer cannot be reached, or takes too long.
	Unreachable,
	/// It answers with this status.
	Status(u16),
	/// It answers with something else than an answer.
	Unintelligible,
	/// It says that it cannot.
	Unable,
	/// The key is not there any more.
	NoKey,
	/// The node's pool refuses what is submitted.
	Refused,
}

/// The scorer beside this node.
struct Connection {
	url: String,
	token: Option<String>,
	/// How often it was asked.
	asked: Cell<u64>,
}

impl<T: Config> Pallet<T> {
	/// Does for each institution whose scorer key this node has what waits for its scorer.
	pub(crate) fn work() {
		let keys = ScorerId::all();
		if keys.is_empty() {
			return;
		}
		let own: Vec<_> = Scorers::<T>::iter()
			.filter(|(_, scorer)| keys.contains(&scorer.key))
			.map(|(institution, scorer)| (institution, scorer.key))
			.collect();
		let waiting: Vec<TaskId> = Attention::<T>::iter_keys().collect();
		if own.is_empty() || waiting.is_empty() {
			return;
		}
		let mut status = status();
		let Some(connection) = Connection::configured() else {
			status.failed = status.failed.saturating_add(1);
			keep(&status);
			log::warn!(
				target: LOG,
				"{} task(s) wait for scorers and this node has a scorer key, but no scorer: \
				 start it with --scorer-url",
				waiting.len()
			);
			return;
		};
		let patience = Duration::from_millis(LOCK);
		let mut lock = StorageLock::<LockTime>::with_deadline(b"contour/scorer/lock", patience);
		let Ok(_guard) = lock.try_lock() else {
			return;
		};
		// Each block begins with another task, so that none waits behind one that cannot be done.
		let block = frame_system::Pallet::<T>::block_number();
		let block = u64::decode(&mut &[&block.encode()[..], &[0; 8]].concat()[..]);
		let first = usize::try_from(block.unwrap_or_default()).unwrap_or_default();
		let first = first.checked_rem(waiting.len()).unwrap_or_default();
		for id in waiting.iter().cycle().skip(first).take(waiting.len().min(MAX_TASKS)) {
			for (institution, key) in &own {
				if let Err(trouble) = Self::work_on(*id, *institution, key, &connection) {
					if !matches!(trouble, Trouble::Refused) {
						status.failed = status.failed.saturating_add(1);
					}
					log::warn!(target: LOG, "task {}: {}", id.0, trouble.text(&connection));
				}
			}
		}
		status.asked = status.asked.saturating_add(connection.asked.get());
		keep(&status);
	}

	fn work_on(
		id: TaskId,
		institution: InstitutionId,
		key: &ScorerId,
		connection: &Connection,
	) -> Result<(), Trouble> {
		let Some(task) = Tasks::<T>::get(id).filter(|task| task.scorers.contains(&institution))
		else {
			return Ok(());
		};
		let now = T::Clock::now();
		match task.phase {
			Phase::Scoring { since, until } if now < until => {
				// In the second half of the time, stores that cannot be reached are not waited for.
				let half = until.saturating_sub(since).saturating_div(2);
				let urgent = since.saturating_add(half) <= now;
				Self::report_scores(id, &task, urgent, (institution, key), connection)
			}
			Phase::Drawing { until } if now < until => {
				Self::reveal_secret(id, &task, institution, key)
			}
			Phase::Committing { until } if now < until => {
				Self::show(id, &task, (institution, key), connection)
			}
			_ => Ok(()),
		}
	}

	/// Reports the scores of a task, unless that is done.
	fn report_scores(
		id: TaskId,
		task: &TaskOf<T>,
		urgent: bool,
		(institution, key): (InstitutionId, &ScorerId),
		connection: &Connection,
	) -> Result<(), Trouble> {
		let stage = task.stage();
		let reported = Attestations::<T>::get(id)
			.iter()
			.any(|it| it.institution == institution && it.stage == stage);
		if reported {
			return Ok(());
		}
		let request = Self::readings_of(id, task, urgent);
		let Some(report) = connection.ask::<Report>("score", &request.encode())? else {
			return Ok(());
		};
		let commitment = Self::secret(key, id, 2).ok_or(Trouble::NoKey)?;
		let hash = report.hash().into();
		let payload = report_payload(Self::genesis(), id, institution, stage, hash, commitment);
		let signature = key.sign(&payload).ok_or(Trouble::NoKey)?;
		log::info!(target: LOG, "task {}: reporting {hash:?}", id.0);
		Self::hand_in(Call::report { id, institution, stage, report, commitment, signature })
	}

	/// Reveals what a panel is drawn from, unless that is done.
	fn reveal_secret(
		id: TaskId,
		task: &TaskOf<T>,
		institution: InstitutionId,
		key: &ScorerId,
	) -> Result<(), Trouble> {
		let panel = task.panels.saturating_add(1);
		let hashes = if panel == 1 { 1 } else { 0 };
		let secret = Self::secret(key, id, hashes).ok_or(Trouble::NoKey)?;
		if Self::may_reveal_seed(id, institution, panel, secret).is_err() {
			return Ok(());
		}
		Self::hand_in(Call::reveal_seed { id, institution, panel, secret })
	}

	/// Shows the readings to the panel, unless that is done.
	fn show(
		id: TaskId,
		task: &TaskOf<T>,
		(institution, key): (InstitutionId, &ScorerId),
		connection: &Connection,
	) -> Result<(), Trouble> {
		let panel = task.panels;
		if Self::may_provide(id, institution, panel).is_err() {
			return Ok(());
		}
		let members = Self::votes(id, panel).into_iter().filter_map(|(who, _)| {
			T::KeyRegistry::key_of(&who).map(|(suite, key)| PanelMember { who, suite, key })
		});
		let readings = Self::readings_of(id, task, true);
		let request = PanelRequest { readings, round: panel, panel: members.collect() };
		let Some(copies) = connection.ask::<Sealed>("panel", &request.encode())? else {
			return Ok(());
		};
		let payload = copies_payload(Self::genesis(), id, institution, panel, &copies);
		let signature = key.sign(&payload).ok_or(Trouble::NoKey)?;
		Self::hand_in(Call::provide_copies { id, institution, panel, copies, signature })
	}

	fn readings_of(id: TaskId, task: &TaskOf<T>, urgent: bool) -> Readings {
		let readings = Readers::<T>::get(id)
			.into_iter()
			.filter_map(|reader| reader.reading.map(|reading| (reader.who, reading.sealed)))
			.collect();
		Readings {
			genesis: Self::genesis(),
			task: id,
			study: task.study,
			method: task.terms.method,
			threshold: task.terms.threshold,
			structure: task.terms.structure.clone(),
			opener: task.opener.clone(),
			brief: task.brief.clone(),
			readings,
			accepted: task.accepted,
			urgent,
		}
	}

	/// What this key's institution reveals for draws, hashed so many times: made from a signature,
	/// which ed25519 makes the same each time.
	fn secret(key: &ScorerId, id: TaskId, hashes: u8) -> Option<Hash> {
		let payload = (b"contour/seed", Self::genesis(), id).encode();
		let secret = blake2_256(&key.sign(&payload)?.encode());
		Some((0..hashes).fold(secret, |hashed, _| blake2_256(&hashed)).into())
	}

	fn hand_in(call: Call<T>) -> Result<(), Trouble> {
		let transaction = T::create_authorized_transaction(call.into());
		SubmitTransaction::<T, Call<T>>::submit_transaction(transaction)
			.map_err(|()| Trouble::Refused)
	}
}

/// How the worker got on so far.
fn status() -> WorkerStatus {
	sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, WORKER_STATUS)
		.and_then(|status| WorkerStatus::decode_all(&mut &status[..]).ok())
		.unwrap_or_default()
}

fn keep(status: &WorkerStatus) {
	sp_io::offchain::local_storage_set(StorageKind::PERSISTENT, WORKER_STATUS, &status.encode());
}

impl Connection {
	/// As the node was told.
	fn configured() -> Option<Self> {
		let setting = |key| {
			let value = sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, key)?;
			String::from_utf8(value).ok().filter(|text| !text.is_empty())
		};
		Some(Self {
			url: setting(SCORER_URL)?,
			token: setting(SCORER_TOKEN),
			asked: Cell::default(),
		})
	}

	/// What the scorer made; nothing while it is at work.
	fn ask<Made: Decode>(&self, path: &str, body: &[u8]) -> Result<Option<Made>, Trouble> {
		self.asked.set(self.asked.get().saturating_add(1));
		let url = alloc::format!("{}/{path}", self.url.trim_end_matches('/'));
		let deadline = sp_io::offchain::timestamp().add(Duration::from_millis(PATIENCE));
		let mut request = http::Request::post(&url, alloc::vec![body])
			.method(HttpMethod::Post)
			.add_header("content-type", "application/octet-stream");
		if let Some(token) = &self.token {
			request = request.add_header("authorization", &alloc::format!("Bearer {token}"));
		}
		let pending = request.deadline(deadline).send().map_err(|_| Trouble::Unreachable)?;
		let response = pending
			.try_wait(deadline)
			.map_err(|_| Trouble::Unreachable)?
			.map_err(|_| Trouble::Unreachable)?;
		if response.code != 200 {
			return Err(Trouble::Status(response.code));
		}
		let mut body = response.body();
		body.deadline(deadline);
		let answer: Vec<u8> = body.take(MAX_ANSWER).collect();
		match Answer::decode_all(&mut &answer[..]).map_err(|_| Trouble::Unintelligible)? {
			Answer::Ready(made) => Ok(Some(made)),
			Answer::Pending => Ok(None),
			Answer::Unable => Err(Trouble::Unable),
		}
	}
}

impl Trouble {
	fn text(&self, connection: &Connection) -> String {
		let url = &connection.url;
		match self {
			Self::Unreachable => alloc::format!(
				"the scorer at {url} does not answer; others carry the task, see whether it runs"
			),
			Self::Status(status) => alloc::format!(
				"the scorer at {url} answers with HTTP {status}; look into its log, and whether \
				 --scorer-token is its token"
			),
			Self::Unintelligible => alloc::format!(
				"what is at {url} answers with something else than scores; see whether it is \
				 contour-scorer, of this node's version"
			),
			Self::Unable => {
				alloc::format!("the scorer at {url} cannot score it; the reason is in its log")
			}
			Self::NoKey => "the scorer key is not in this node's keystore any more".into(),
			Self::Refused => {
				"the pool refuses what the scorer says; it may be there already".into()
			}
		}
	}
}
