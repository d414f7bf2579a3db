// SPDX-License-Identifier: Apache-2.0

//! What the measurements begin with: hospitals, tasks, readings, reports and panels, as many and as
//! long as can be.

use super::{NOW, OPENER, OTHER};
use crate::*;
use alloc::vec;
use codec::Encode;
use contour_primitives::{Code, MAX_LOCATOR_BYTES};
use contour_scoring::{Grid, Method, Outcome};
use frame_benchmarking::v2::account;
use sp_application_crypto::RuntimeAppPublic;
use sp_io::hashing::blake2_256;

const SEED: u32 = 0;

pub(super) fn assert_last_event<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_last_event(event.into());
}

/// The administrator, and everything else, of an institution.
pub(super) fn hospital<T: Config>(index: u32) -> (AccountId, InstitutionId) {
	let administrator = person("administrator", index);
	let institution = T::BenchmarkHelper::admit(&administrator);
	(administrator, institution)
}

pub(super) fn person(name: &'static str, index: u32) -> AccountId {
	account(name, index, SEED)
}

pub(super) fn study(index: u32) -> StudyId {
	StudyId(blake2_256(&(b"study", index).encode()).into())
}

/// Something sealed with the longest locator.
pub(super) fn longest(number: u8) -> Sealed {
	let locator = BoundedVec::truncate_from(vec![1; MAX_LOCATOR_BYTES as usize]);
	Sealed { root: Hash::repeat_byte(number), locator }
}

pub(super) fn terms<T: Config>() -> Terms {
	let most = T::MaxPhase::get();
	Terms {
		structure: Code {
			scheme: BoundedVec::truncate_from(vec![1; 16]),
			value: BoundedVec::truncate_from(vec![1; 16]),
		},
		method: Method::Staple,
		wanted: MAX_PLACES as u8,
		threshold: Ppm::ONE,
		panel: MAX_PANEL,
		reading: most,
		scoring: most,
		voting: most,
		revealing: most,
		appeal: most,
	}
}

pub(super) fn made_up_key(number: u32) -> ScorerId {
	sp_core::ed25519::Public::from_raw(blake2_256(&number.encode())).into()
}

/// Where what was signed has been checked before.
pub(super) fn made_up_signature() -> ScorerSignature {
	sp_core::ed25519::Signature::from_raw([1; 64]).into()
}

/// Gives as many hospitals scorers as can be, but not the one that opens tasks.
pub(super) fn appoint_all<T: Config>() -> Vec<InstitutionId> {
	T::BenchmarkHelper::set_clock(NOW);
	let _ = Scorers::<T>::clear(u32::MAX, None);
	let appoint = |index| {
		let (account, institution) = hospital::<T>(index);
		Scorers::<T>::insert(institution, Scorer { account, key: made_up_key(index) });
		institution
	};
	let mut institutions: Vec<_> = (OTHER..OTHER + MAX_SCORERS).map(appoint).collect();
	institutions.sort();
	institutions
}

/// A task, and who opened it.
pub(super) fn opened<T: Config>() -> (TaskId, AccountId) {
	appoint_all::<T>();
	let (opener, institution) = hospital::<T>(OPENER);
	let (task, study) = (NextTask::<T>::get(), study(0));
	T::BenchmarkHelper::register(&opener, institution, study);
	let bounty = T::BenchmarkHelper::bounty(institution);
	Pallet::<T>::do_open(opener.clone(), institution, study, terms::<T>(), longest(9), bounty)
		.expect("the custodian may");
	(task, opener)
}

/// Takes all places of a task, with readings or with claims that have lapsed.
pub(super) fn occupy<T: Config>(task: TaskId, handed_in: bool) -> Vec<AccountId> {
	let people: Vec<_> = (0..MAX_PLACES).map(|index| person("reader", index)).collect();
	let reader = |(number, who): (u8, &AccountId)| Reader {
		who: who.clone(),
		institution: InstitutionId(u32::MAX),
		until: NOW,
		reading: handed_in.then(|| Submission {
			sealed: longest(100 + number),
			at: NOW,
			finished: true,
		}),
	};
	let readers: Vec<_> = (0..).zip(&people).map(reader).collect();
	Readers::<T>::insert(task, BoundedVec::truncate_from(readers));
	people
}

/// A task with all readings, which have been scored.
pub(super) fn read<T: Config>() -> (TaskId, AccountId) {
	let (task, opener) = opened::<T>();
	occupy::<T>(task, true);
	let told = longest_report();
	change::<T>(task, |task| task.report = Some(told.hash().into()));
	AcceptedReports::<T>::insert(task, told);
	attest::<T>(task, 0, MAX_SCORERS);
	(task, opener)
}

pub(super) fn longest_report() -> Report {
	let outcome = |number| Outcome::Scored {
		dice: Ppm::ONE,
		hd95: Some(u32::MAX),
		mask: [number; 32],
		counted: true,
	};
	Report {
		method: Method::Staple,
		grid: Grid::new([8, 8, 8], [1_000; 3]).expect("it is a grid"),
		consensus: Some([77; 32]),
		agreement: Some(Ppm::ONE),
		outcomes: BoundedVec::truncate_from((0..MAX_PLACES as u8).map(outcome).collect()),
	}
}

pub(super) fn change<T: Config>(task: TaskId, change: impl FnOnce(&mut TaskOf<T>)) {
	Tasks::<T>::mutate(task, |task| change(task.as_mut().expect("it was opened")));
}

pub(super) fn move_to<T: Config>(id: TaskId, phase: Phase) {
	let task = Tasks::<T>::get(id).expect("it was opened");
	Pallet::<T>::enter(id, task, phase);
}

/// What a hospital reveals, hashed so many times.
fn secret(institution: InstitutionId, hashes: u8) -> Hash {
	let secret = blake2_256(&institution.encode());
	(0..hashes).fold(secret, |hashed, _| blake2_256(&hashed)).into()
}

/// So many of a task's scorers report the same in a stage.
pub(super) fn attest<T: Config>(task: TaskId, stage: u8, count: u32) {
	let scorers = Tasks::<T>::get(task).expect("it was opened").scorers;
	for institution in scorers.into_iter().take(count as usize) {
		let report = longest_report().hash().into();
		let commitment = secret(institution, 2);
		Attestations::<T>::try_append(task, Attestation { institution, stage, report, commitment })
			.expect("there are no more scorers than can be");
	}
}

/// So many of a task's scorers have revealed for a panel.
pub(super) fn reveal_seeds<T: Config>(task: TaskId, panel: u8, count: u32) {
	let scorers = Tasks::<T>::get(task).expect("it was opened").scorers;
	for institution in scorers.into_iter().take(count as usize) {
		let secret = secret(institution, 2 - panel);
		Seeds::<T>::try_append(task, Seed { institution, panel, secret })
			.expect("there are no more scorers than can be");
	}
}

/// All of a task's scorers have shown the readings to the first panel, and so many to the second.
pub(super) fn show<T: Config>(task: TaskId, count: u32) {
	let scorers = Tasks::<T>::get(task).expect("it was opened").scorers;
	for (panel, count) in [(1, MAX_SCORERS), (2, count)] {
		for institution in scorers.iter().take(count as usize) {
			let (institution, sealed) = (*institution, longest(7));
			Copies::<T>::try_append(task, PanelCopy { institution, panel, sealed })
				.expect("there are no more scorers than can be");
		}
	}
}

pub(super) fn ruling(panel: u8) -> Option<Ruling> {
	Some(Ruling { panel, decision: Decision::Accepts(0) })
}

/// Seats a panel, all of whom have voted against everything.
fn seat<T: Config>(task: TaskId, panel: u8, count: u8) {
	for index in 0..count {
		let who = person("member", u32::from(panel) * 100 + u32::from(index));
		Panels::<T>::try_append(task, Seat { who, panel, vote: Vote::Revealed(0) })
			.expect("there are seats for both panels");
	}
}

/// A task whose larger panel has voted against everything, but for its last member.
pub(super) fn voting<T: Config>(last: &AccountId, vote: Vote) -> (TaskId, AccountId) {
	let (task, opener) = read::<T>();
	seat::<T>(task, 1, MAX_PANEL);
	seat::<T>(task, 2, MAX_PANEL * 2);
	Panels::<T>::try_append(task, Seat { who: last.clone(), panel: 2, vote })
		.expect("there are seats for both panels");
	reveal_seeds::<T>(task, 1, MAX_SCORERS);
	change::<T>(task, |task| {
		task.panels = 2;
		task.ruling = ruling(1);
	});
	(task, opener)
}

/// A scorer whose report settles a task, and its key.
pub(super) fn to_report<T: Config>() -> (TaskId, InstitutionId, ScorerId) {
	let (task, _) = voting::<T>(&person("late", 0), Vote::Revealed(0));
	change::<T>(task, |task| {
		task.accepted = Some(Numbers::MAX);
		task.ruling = Some(Ruling { panel: 2, decision: Decision::Accepts(Numbers::MAX) });
	});
	// Half of them are right, and one less than half is wrong.
	let half = MAX_SCORERS / 2;
	attest::<T>(task, 1, MAX_SCORERS - 1);
	Attestations::<T>::mutate(task, |attestations| {
		let wrong = attestations.iter_mut().filter(|it| it.stage == 1);
		for attestation in wrong.take(half as usize - 1) {
			attestation.report = Hash::repeat_byte(1);
		}
	});
	move_to::<T>(task, Phase::Scoring { since: NOW, until: NOW + T::MaxPhase::get() });
	with_last_key::<T>(task)
}

/// A scorer that is the last to show the readings to the larger panel, and its key.
pub(super) fn to_provide<T: Config>() -> (TaskId, InstitutionId, ScorerId) {
	let (task, _) = voting::<T>(&person("late", 0), Vote::Awaited);
	show::<T>(task, MAX_SCORERS - 1);
	move_to::<T>(task, Phase::Committing { until: NOW + T::MaxPhase::get() });
	with_last_key::<T>(task)
}

/// The last scorer of a task, with a key that is in the keystore.
fn with_last_key<T: Config>(task: TaskId) -> (TaskId, InstitutionId, ScorerId) {
	let scorers = Tasks::<T>::get(task).expect("it was opened").scorers;
	let institution = *scorers.last().expect("there are scorers");
	let key = ScorerId::generate_pair(None);
	Scorers::<T>::mutate(institution, |scorer| {
		scorer.as_mut().expect("it was appointed").key = key.clone();
	});
	(task, institution, key)
}

/// A scorer that is the last to reveal, for a larger panel for which one expert too few is there
/// among as many as a draw looks at, and what it reveals.
pub(super) fn to_reveal_seed<T: Config>() -> (TaskId, InstitutionId, Hash) {
	let (task, _) = read::<T>();
	seat::<T>(task, 1, MAX_PANEL);
	change::<T>(task, |task| {
		task.panels = 1;
		task.ruling = ruling(1);
	});
	let (own, other) = (hospital::<T>(OPENER).1, hospital::<T>(OTHER).1);
	for index in 0..MAX_LOOKS {
		let expert = person("expert", index);
		T::BenchmarkHelper::vouch_for(other, &expert);
		// Of the others it shows last that they may not sit on the panel.
		if index >= u32::from(MAX_PANEL) {
			T::BenchmarkHelper::vouch_for(own, &expert);
		}
		add_to_pool::<T>(expert);
	}
	reveal_seeds::<T>(task, 1, MAX_SCORERS);
	reveal_seeds::<T>(task, 2, MAX_SCORERS - 1);
	move_to::<T>(task, Phase::Drawing { until: NOW + T::SeedWindow::get() });
	let scorers = Tasks::<T>::get(task).expect("it was opened").scorers;
	let institution = *scorers.last().expect("there are scorers");
	(task, institution, secret(institution, 0))
}

pub(super) fn add_to_pool<T: Config>(expert: AccountId) {
	let size = PoolSize::<T>::get();
	PoolSize::<T>::put(size + 1);
	Pool::<T>::insert(size, &expert);
	PoolIndex::<T>::insert(expert, size);
}

/// As in every block. Everything else on the agenda is due later.
pub(super) fn attend_to_next<T: Config>() {
	let tick = NOW / TICK;
	let task = Agenda::<T>::iter_key_prefix(tick).next().expect("it is due");
	Agenda::<T>::remove(tick, task);
	Pallet::<T>::attend_to(task, T::Clock::now());
}
