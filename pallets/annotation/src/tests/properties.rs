// SPDX-License-Identifier: Apache-2.0

//! What holds after any sequence of calls and blocks, whoever makes them.

use crate::{
	AcceptedReports, Agenda, Attestations, Call, NextTask, Phase, ReaderOf, Readers, TaskOf, Tasks,
	Terms, Vote, copies_payload, mock::*,
};
use codec::MaxEncodedLen;
use contour_primitives::{AccountId, Hash, InstitutionId, Numbers, TaskId, vote_commitment};
use contour_scoring::Report;
use frame_support::{
	storage::with_storage_layer,
	traits::{Authorize, Hooks},
	weights::constants::RocksDbWeight,
};
use proptest::prelude::*;
use sp_application_crypto::Pair;
use sp_runtime::{DispatchError, traits::Dispatchable, transaction_validity::TransactionSource};
use std::collections::BTreeMap;

const READERS: [AccountId; 4] = [ANNA, BEN, CARLA, COLLEAGUE];

const TIMES: [u64; 8] = [1, SECOND, MINUTE, SEED_WINDOW, HOUR, 2 * HOUR, 4 * HOUR, RETENTION];

/// What a scorer says.
#[derive(Clone, Copy, Debug)]
enum Telling {
	Agree,
	Disagree,
	Unreadable,
	Lie(u32),
	WrongCount,
}

#[derive(Clone, Debug)]
enum Step {
	Open {
		number: u8,
		wanted: u8,
		panel: u8,
	},
	Cancel {
		task: u32,
	},
	Claim {
		task: u32,
		reader: AccountId,
	},
	Leave {
		task: u32,
		reader: AccountId,
	},
	Submit {
		task: u32,
		reader: AccountId,
		root: u8,
		finished: bool,
	},
	/// Everybody claims a place and hands a finished reading in.
	ReadAll {
		task: u32,
	},
	Score {
		task: u32,
		institution: InstitutionId,
		telling: Telling,
	},
	ScoreAll {
		task: u32,
		telling: Telling,
	},
	Seed {
		task: u32,
		institution: InstitutionId,
		hashes: u8,
	},
	SeedAll {
		task: u32,
	},
	Show {
		task: u32,
		institution: InstitutionId,
	},
	Commit {
		task: u32,
		seat: usize,
		accepted: Numbers,
	},
	CommitAll {
		task: u32,
		accepted: Numbers,
	},
	Reveal {
		task: u32,
		seat: usize,
		honest: bool,
	},
	RevealAll {
		task: u32,
	},
	Appeal {
		task: u32,
		who: AccountId,
	},
	/// Everybody does what the task waits for.
	Advance {
		task: u32,
		telling: Telling,
		accepted: Numbers,
	},
	Withdraw {
		number: u8,
	},
	Dismiss {
		institution: InstitutionId,
	},
	Retire {
		number: u8,
	},
	Pass {
		time: u64,
		looks: Option<u64>,
	},
}

fn step() -> impl Strategy<Value = Step> {
	let task = || prop::sample::select(&[0, 0, 0, 1, 2][..]);
	let reader = || prop::sample::select(&READERS[..]);
	let institution = || prop::sample::select(&[NORTH, SOUTH, EAST, WEST][..]);
	let telling = || {
		prop_oneof![
			3 => Just(Telling::Agree),
			6 => Just(Telling::Disagree),
			1 => Just(Telling::Unreadable),
			1 => (0..1_000_000_u32).prop_map(Telling::Lie),
			1 => Just(Telling::WrongCount),
		]
	};
	let who = prop::sample::select(&[ANNA, CARLA, KEEPER, STRANGER][..]);
	let wanted = prop::sample::select(&[2, 3, 4, 1][..]);
	prop_oneof![
		12 => (1..3_u8, wanted, prop::sample::select(&[1, 3, 2][..]))
			.prop_map(|(number, wanted, panel)| Step::Open { number, wanted, panel }),
		3 => task().prop_map(|task| Step::Cancel { task }),
		9 => (task(), reader()).prop_map(|(task, reader)| Step::Claim { task, reader }),
		3 => (task(), reader()).prop_map(|(task, reader)| Step::Leave { task, reader }),
		12 => (task(), reader(), 1..6_u8, any::<bool>()).prop_map(
			|(task, reader, root, finished)| Step::Submit { task, reader, root, finished }
		),
		15 => task().prop_map(|task| Step::ReadAll { task }),
		12 => (task(), institution(), telling())
			.prop_map(|(task, institution, telling)| Step::Score { task, institution, telling }),
		18 => (task(), telling()).prop_map(|(task, telling)| Step::ScoreAll { task, telling }),
		6 => (task(), institution(), 0..3_u8)
			.prop_map(|(task, institution, hashes)| Step::Seed { task, institution, hashes }),
		18 => task().prop_map(|task| Step::SeedAll { task }),
		6 => (task(), institution())
			.prop_map(|(task, institution)| Step::Show { task, institution }),
		9 => (task(), 0..8_usize, 0..17_u16)
			.prop_map(|(task, seat, accepted)| Step::Commit { task, seat, accepted }),
		18 => (task(), 0..4_u16).prop_map(|(task, accepted)| Step::CommitAll { task, accepted }),
		9 => (task(), 0..8_usize, any::<bool>())
			.prop_map(|(task, seat, honest)| Step::Reveal { task, seat, honest }),
		18 => task().prop_map(|task| Step::RevealAll { task }),
		12 => (task(), who).prop_map(|(task, who)| Step::Appeal { task, who }),
		80 => (task(), telling(), 0..4_u16)
			.prop_map(|(task, telling, accepted)| Step::Advance { task, telling, accepted }),
		1 => (1..3_u8).prop_map(|number| Step::Withdraw { number }),
		1 => institution().prop_map(|institution| Step::Dismiss { institution }),
		3 => (0..14_u8).prop_map(|number| Step::Retire { number }),
		18 => (prop::sample::select(&TIMES[..]), prop::option::of(0..40_u64))
			.prop_map(|(time, looks)| Step::Pass { time, looks }),
	]
}

/// What somebody notes who sees all that happens, and knows how the members mean to vote.
#[derive(Default)]
struct Witness {
	votes: BTreeMap<(TaskId, u8, AccountId), Numbers>,
	/// What had been handed in when the time for reading ended.
	readings: BTreeMap<TaskId, Vec<ReaderOf>>,
	/// How tasks ended.
	ends: BTreeMap<TaskId, Phase>,
	settled: BTreeMap<TaskId, u32>,
}

impl Witness {
	fn take(&mut self, step: Step) {
		self.perform(step);
		self.check();
	}

	fn perform(&mut self, step: Step) {
		match step {
			Step::Open { number, wanted, panel } => {
				let terms = Terms { wanted, panel, ..terms() };
				let brief = sealed(9);
				let (institution, study, bounty) = (NORTH, study(number), BOUNTY);
				let _ =
					dispatch(Call::open { institution, study, terms, brief, bounty }, by(KEEPER));
			}
			Step::Cancel { task } => {
				let _ = dispatch(Call::cancel { id: named(task) }, by(KEEPER));
			}
			Step::Claim { task, reader } => {
				let _ = dispatch(Call::claim { id: named(task) }, by(reader));
			}
			Step::Leave { task, reader } => {
				let _ = dispatch(Call::leave { id: named(task) }, by(reader));
			}
			Step::Submit { task, reader, root, finished } => {
				let reading = sealed(root);
				let id = named(task);
				let _ = dispatch(Call::submit { id, reading, finished }, by(reader));
			}
			Step::ReadAll { task } => {
				for (reader, root) in READERS.into_iter().zip(10..) {
					self.perform(Step::Claim { task, reader: reader.clone() });
					self.perform(Step::Submit { task, reader, root, finished: true });
				}
			}
			Step::Score { task, institution, telling } => tell(named(task), institution, telling),
			Step::ScoreAll { task, telling } => {
				for institution in SCORING {
					tell(named(task), institution, telling);
				}
			}
			Step::Seed { task, institution, hashes } => {
				let (id, secret) = (named(task), secret(institution, hashes));
				let panel = stored(id).map_or(1, |task| task.panels + 1);
				say(Call::reveal_seed { id, institution, panel, secret });
			}
			Step::SeedAll { task } => {
				let panels = stored(named(task)).map_or(0, |task| task.panels);
				for institution in SCORING {
					let hashes = 1_u8.saturating_sub(panels);
					self.perform(Step::Seed { task, institution, hashes });
				}
			}
			Step::Show { task, institution } => {
				let (id, copies) = (named(task), sealed(40));
				let panel = stored(id).map_or(1, |task| task.panels);
				let genesis = Annotation::genesis();
				let payload = copies_payload(genesis, id, institution, panel, &copies);
				let signature = key(institution).0.sign(&payload).into();
				say(Call::provide_copies { id, institution, panel, copies, signature });
			}
			Step::Commit { task, seat, accepted } => {
				let id = named(task);
				let Some((panel, who)) = member(id, seat) else { return };
				let genesis = Annotation::genesis();
				let commitment = vote_commitment(genesis, id, panel, &who, accepted, salt(&who));
				if dispatch(Call::commit { id, commitment }, by(who.clone())).is_ok() {
					self.votes.insert((id, panel, who), accepted);
				}
			}
			Step::CommitAll { task, accepted } => {
				for seat in 0..7 {
					self.perform(Step::Commit { task, seat, accepted });
				}
			}
			Step::Reveal { task, seat, honest } => {
				let id = named(task);
				let Some((panel, who)) = member(id, seat) else { return };
				let committed = self.votes.get(&(id, panel, who.clone())).copied();
				let accepted = committed.unwrap_or_default() ^ u16::from(!honest);
				let salt = salt(&who);
				let revealed = dispatch(Call::reveal { id, accepted, salt }, by(who));
				assert!(revealed.is_err() || honest && committed.is_some());
			}
			Step::RevealAll { task } => {
				for seat in 0..7 {
					self.perform(Step::Reveal { task, seat, honest: true });
				}
			}
			Step::Appeal { task, who } => {
				let (id, reason) = (named(task), Hash::zero());
				let appealed = dispatch(Call::appeal { id, reason }, by(who));
				if appealed.is_ok() {
					assert_eq!(stored(id).map(|task| task.panels), Some(1), "once only");
				}
			}
			Step::Advance { task, telling, accepted } => {
				let Some(phase) = stored(named(task)).map(|task| task.phase) else { return };
				match phase {
					Phase::Reading { .. } => self.perform(Step::ReadAll { task }),
					Phase::Scoring { .. } => self.perform(Step::ScoreAll { task, telling }),
					Phase::Drawing { .. } => self.perform(Step::SeedAll { task }),
					Phase::Committing { .. } => self.perform(Step::CommitAll { task, accepted }),
					Phase::Revealing { .. } => self.perform(Step::RevealAll { task }),
					Phase::Decided { .. } if accepted == 0 => {
						self.perform(Step::Appeal { task, who: KEEPER });
					}
					Phase::Decided { .. } => pass(terms().appeal),
					Phase::Validated { .. } | Phase::Ended { .. } => {}
				}
			}
			Step::Withdraw { number } => Archive::withdraw(study(number)),
			Step::Dismiss { institution } => {
				let _ = dispatch(Call::dismiss_scorer {}, by(head(institution)));
			}
			Step::Retire { number } => {
				let _ = dispatch(Call::retire {}, by(expert(number)));
			}
			Step::Pass { time, looks: None } => pass(time),
			Step::Pass { time, looks: Some(looks) } => {
				wait(time);
				let weights: frame_support::weights::RuntimeDbWeight = RocksDbWeight::get();
				let limit = weights.reads_writes(2, 1).saturating_mul(looks);
				let used = Annotation::on_idle(System::block_number(), limit);
				assert!(used.all_lte(limit));
			}
		}
	}

	fn check(&mut self) {
		Annotation::do_try_state().expect("the pallet's invariants hold");
		for (task, _) in Purse::settled() {
			*self.settled.entry(task).or_default() += 1;
		}
		let opened = NextTask::<Test>::get().0;
		let mut running = BTreeMap::new();
		for id in (0..opened).map(TaskId) {
			let Some(task) = stored(id) else {
				let end = self.ends.get(&id);
				assert!(matches!(end, Some(Phase::Ended { .. })), "only what ended is forgotten");
				continue;
			};
			self.check_secrets(id, &task);
			self.check_readings(id, &task);
			check_report(id, &task);
			let over = matches!(task.phase, Phase::Validated { .. } | Phase::Ended { .. });
			if over {
				let end = self.ends.entry(id).or_insert(task.phase);
				assert_eq!(*end, task.phase, "what is over stays as it is");
			} else {
				running.insert(id, BOUNTY);
			}
			assert_eq!(self.settled.get(&id), over.then_some(&1), "it is settled once");
		}
		assert_eq!(Purse::reserved(), running);
		let deposit = 10 + TaskOf::<Test>::max_encoded_len() as u64;
		assert_eq!(held(NORTH), deposit * Tasks::<Test>::iter().count() as u64);
	}

	/// While a panel can commit, the chain has nothing but hashes of its votes.
	fn check_secrets(&self, id: TaskId, task: &TaskOf<Test>) {
		let committing = matches!(task.phase, Phase::Committing { .. });
		for (who, vote) in Annotation::votes(id, task.panels) {
			let meant = self.votes.get(&(id, task.panels, who.clone()));
			match vote {
				Vote::Awaited => assert_eq!(meant, None),
				Vote::Committed(hash) => {
					let vote = *meant.expect("the member has committed");
					let genesis = Annotation::genesis();
					let salt = salt(&who);
					let expected = vote_commitment(genesis, id, task.panels, &who, vote, salt);
					assert_eq!(hash, expected);
				}
				Vote::Revealed(vote) => {
					assert!(!committing, "a vote is seen while others can still vote");
					assert_eq!(meant, Some(&vote), "a vote is what was committed to");
				}
			}
		}
	}

	/// After the time for reading nothing is added, replaced or taken away.
	fn check_readings(&mut self, id: TaskId, task: &TaskOf<Test>) {
		let readers = Readers::<Test>::get(id).into_inner();
		let over = matches!(task.phase, Phase::Validated { .. } | Phase::Ended { .. });
		if matches!(task.phase, Phase::Reading { .. }) || over && readers.is_empty() {
			return;
		}
		let then = self.readings.entry(id).or_insert_with(|| readers.clone());
		assert_eq!(*then, readers);
	}
}

/// A report holds when more than half of the scorers of the task said the same.
fn check_report(id: TaskId, task: &TaskOf<Test>) {
	let attestations = Attestations::<Test>::get(id);
	let (Some(held), false) = (task.report, attestations.is_empty()) else {
		return;
	};
	let report = AcceptedReports::<Test>::get(id).expect("it is kept");
	assert_eq!(Hash::from(report.hash()), held);
	let said =
		|stage| attestations.iter().filter(|it| it.stage == stage && it.report == held).count();
	assert!(said(0).max(said(1)) >= task.scorers_needed());
}

/// One of the tasks that were opened, the last one first.
fn named(task: u32) -> TaskId {
	let opened = NextTask::<Test>::get().0;
	TaskId(opened.saturating_sub(1).saturating_sub(task))
}

fn stored(id: TaskId) -> Option<TaskOf<Test>> {
	Tasks::<Test>::get(id)
}

/// Does it in a transaction, as the runtime does.
fn dispatch(call: Call<Test>, origin: RuntimeOrigin) -> Result<(), DispatchError> {
	let call = RuntimeCall::from(call);
	with_storage_layer(|| call.dispatch(origin).map(|_| ()).map_err(|it| it.error))
}

/// Does for a scorer what the pool lets pass: nothing that fails then, and all that would not.
fn say(call: Call<Test>) {
	let passes = call.authorize(TransactionSource::External).expect("it is authorised").is_ok();
	assert_eq!(dispatch(call, authorized()).is_ok(), passes);
}

fn tell(id: TaskId, institution: InstitutionId, telling: Telling) {
	let told = telling.report(Readers::<Test>::decode_len(id).unwrap_or_default());
	let stage = stored(id).map_or(0, |task| task.stage());
	let commitment = secret(institution, 2);
	let signature = sign_report(institution, id, stage, &told, commitment);
	say(Call::report { id, institution, stage, report: told, commitment, signature });
}

impl Telling {
	fn report(self, readings: usize) -> Report {
		let dice = vec![900_000; readings];
		match self {
			Self::Agree => report(900_000, &dice),
			Self::Disagree => report(300_000, &dice),
			Self::Lie(agreement) => report(agreement, &dice),
			Self::Unreadable => Report { consensus: None, agreement: None, ..report(0, &dice) },
			Self::WrongCount => report(900_000, &vec![900_000; readings + 1]),
		}
	}
}

/// Somebody on the panel that votes.
fn member(id: TaskId, seat: usize) -> Option<(u8, AccountId)> {
	let panel = stored(id)?.panels;
	let (who, _) = Annotation::votes(id, panel).into_iter().nth(seat)?;
	Some((panel, who))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn should_bring_every_task_to_one_end_when_anybody_does_anything(
		steps in prop::collection::vec(step(), 1..150),
	) {
		ExtBuilder::run(|| {
			enlist(14);
			for reader in READERS {
				Archive::lease(study(2), &reader, contour_primitives::Purpose::HealthResearch);
			}
			let mut witness = Witness::default();
			for step in steps {
				witness.take(step);
				System::reset_events();
				history();
			}
			// Nobody does anything any more, and still no task is stuck.
			for _ in 0..8 {
				pass(terms().reading);
				witness.check();
			}
			let opened = NextTask::<Test>::get().0;
			assert_eq!(witness.ends.len(), opened as usize);
			for _ in 0..2 {
				pass(RETENTION);
				witness.check();
			}
			let kept = Tasks::<Test>::iter_values()
				.filter(|task| !matches!(task.phase, Phase::Validated { .. }))
				.count();
			assert_eq!(kept, 0);
			assert_eq!(Agenda::<Test>::iter().count(), 0);
			assert!(Purse::reserved().is_empty());
		});
	}
}
