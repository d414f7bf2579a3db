// SPDX-License-Identifier: Apache-2.0

//! Measurements of the calls' weights, each with the storage that makes it cost most.
//!
//! A keystore (`KeystoreExt`) has to be there, as under `contour-node benchmark pallet`: what scorers
//! say is signed.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "a measurement that cannot be set up has to stop; nothing here is in a runtime in use"
)]

use super::*;
use alloc::vec;
use codec::Encode;
use contour_primitives::{Code, DAY, MAX_LOCATOR_BYTES, Purpose, vote_commitment};
use contour_scoring::{Grid, Method, Outcome};
use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use sp_application_crypto::RuntimeAppPublic;
use sp_io::hashing::blake2_256;

const SEED: u32 = 0;
/// Any time that is not the first one.
const NOW: Moment = 20_000 * DAY;
/// The hospital that opens tasks.
const OPENER: u32 = 0;
/// The hospital of experts and data scientists, which has a scorer too.
const OTHER: u32 = 1;

/// What the benchmarks need from the runtime.
pub trait BenchmarkHelper<Balance> {
	/// Admits an institution, with money for all deposits, that vouches for its administrator in
	/// every role, and lets everybody with a role do everything. The administrator registers an
	/// X-Wing key.
	fn admit(administrator: &AccountId) -> InstitutionId;

	/// Lets an institution vouch for somebody in every role, who registers an X-Wing key. Others may
	/// vouch already.
	fn vouch_for(institution: InstitutionId, who: &AccountId);

	/// Lets the administrator of an institution register a study.
	fn register(administrator: &AccountId, institution: InstitutionId, study: StudyId);

	/// Lets somebody hold a lease on a study.
	fn lease(study: StudyId, who: &AccountId, purpose: Purpose);

	/// What an institution can pay for a task; its pot has enough.
	fn bounty(institution: InstitutionId) -> Balance;

	/// Lets the clock show a moment.
	fn set_clock(now: Moment);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Another one, as the last of as many as can be.
	#[benchmark]
	fn appoint_scorer() {
		appoint_all::<T>();
		let (administrator, institution) = hospital::<T>(OTHER);
		let account = administrator.clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), account.clone(), made_up_key(u32::MAX));

		assert_last_event::<T>(Event::ScorerAppointed { institution, account });
	}

	#[benchmark]
	fn dismiss_scorer() {
		appoint_all::<T>();
		let (administrator, institution) = hospital::<T>(OTHER);

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator));

		assert_last_event::<T>(Event::ScorerDismissed { institution });
	}

	#[benchmark]
	fn enlist() {
		let (expert, _) = hospital::<T>(OTHER);

		#[extrinsic_call]
		_(RawOrigin::Signed(expert.clone()));

		assert_last_event::<T>(Event::ExpertEnlisted { expert });
	}

	/// Somebody else gets the number.
	#[benchmark]
	fn retire() {
		let (expert, _) = hospital::<T>(OTHER);
		Pallet::<T>::do_enlist(expert.clone()).expect("somebody vouches for the expert");
		add_to_pool::<T>(person("expert", 0));

		#[extrinsic_call]
		_(RawOrigin::Signed(expert.clone()));

		assert_last_event::<T>(Event::ExpertRetired { expert });
	}

	#[benchmark]
	fn open() {
		appoint_all::<T>();
		let (opener, institution) = hospital::<T>(OPENER);
		let (task, study) = (NextTask::<T>::get(), study(0));
		T::BenchmarkHelper::register(&opener, institution, study);
		let bounty = T::BenchmarkHelper::bounty(institution);

		#[extrinsic_call]
		_(RawOrigin::Signed(opener), institution, study, terms::<T>(), longest(9), bounty);

		assert_last_event::<T>(Event::TaskOpened { task, study, institution, bounty });
		assert_eq!(Tasks::<T>::get(task).unwrap().scorers.len(), MAX_SCORERS as usize);
	}

	#[benchmark]
	fn cancel() {
		let (task, opener) = opened::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(opener), task);

		assert_last_event::<T>(Event::TaskEnded { task, cause: EndCause::Cancelled });
	}

	/// A place, all of which have lapsed.
	#[benchmark]
	fn claim() {
		let (task, _) = opened::<T>();
		occupy::<T>(task, false);
		let (reader, _) = hospital::<T>(OTHER);

		#[extrinsic_call]
		_(RawOrigin::Signed(reader.clone()), task);

		assert_eq!(Readers::<T>::decode_len(task), Some(1));
		let until = Readers::<T>::get(task)[0].until;
		assert_last_event::<T>(Event::PlaceClaimed { task, reader, until });
	}

	#[benchmark]
	fn leave() {
		let (task, _) = opened::<T>();
		let readers = occupy::<T>(task, true);
		let reader = readers[0].clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(reader.clone()), task);

		assert_last_event::<T>(Event::PlaceFreed { task, reader });
	}

	/// The last reading, which ends the time for reading.
	#[benchmark]
	fn submit() {
		let (task, _) = opened::<T>();
		let (reader, institution) = hospital::<T>(OTHER);
		occupy::<T>(task, true);
		Readers::<T>::mutate(task, |readers| {
			let last = readers.last_mut().expect("all places are taken");
			*last = Reader { who: reader.clone(), institution, until: Moment::MAX, reading: None };
		});
		T::BenchmarkHelper::lease(study(0), &reader, Purpose::ClinicalCare);
		let reading = longest(200);
		let root = reading.root;

		#[extrinsic_call]
		_(RawOrigin::Signed(reader.clone()), task, reading, true);

		assert_last_event::<T>(Event::ReadingSubmitted { task, reader, root, finished: true });
		assert!(matches!(Tasks::<T>::get(task).unwrap().phase, Phase::Scoring { .. }));
	}

	/// The one by which as many as are needed agree, on what the larger panel accepted: all others
	/// dissent, and everybody is paid.
	#[benchmark]
	fn report() {
		let (task, institution, _) = to_report::<T>();
		let told = longest_report();
		let consensus = Hash::from(told.consensus.unwrap());
		let signature = made_up_signature();

		#[extrinsic_call]
		_(
			frame_system::Origin::<T>::Authorized,
			task,
			institution,
			1,
			told,
			Hash::zero(),
			signature,
		);

		assert_last_event::<T>(Event::TaskValidated { task, consensus });
		assert_eq!(Dissents::<T>::iter().count(), MAX_SCORERS as usize / 2 - 1);
	}

	#[benchmark]
	fn authorize_report() {
		let (task, institution, key) = to_report::<T>();
		let (told, commitment) = (longest_report(), Hash::zero());
		let genesis = Pallet::<T>::genesis();
		let hash = told.hash().into();
		let payload = report_payload(genesis, task, institution, 1, hash, commitment);
		let signature = key.sign(&payload).expect("the key is in the keystore");
		let valid;

		#[block]
		{
			valid =
				Pallet::<T>::authorize_report(task, institution, 1, &told, commitment, &signature);
		}

		assert!(valid.is_ok(), "{valid:?}");
	}

	/// The last one, after which no larger panel can be drawn, and the first one, which has accepted
	/// nothing, is paid.
	#[benchmark]
	fn reveal_seed() {
		let (task, institution, secret) = to_reveal_seed::<T>();

		#[extrinsic_call]
		_(frame_system::Origin::<T>::Authorized, task, institution, 2, secret);

		assert_last_event::<T>(Event::TaskEnded { task, cause: EndCause::Rejected });
	}

	#[benchmark]
	fn authorize_seed() {
		let (task, institution, secret) = to_reveal_seed::<T>();
		let valid;

		#[block]
		{
			valid = Pallet::<T>::authorize_seed(task, institution, 2, secret);
		}

		assert!(valid.is_ok(), "{valid:?}");
	}

	#[benchmark]
	fn provide_copies() {
		let (task, institution, _) = to_provide::<T>();
		let copies = longest(7);
		let root = copies.root;
		let signature = made_up_signature();

		#[extrinsic_call]
		_(frame_system::Origin::<T>::Authorized, task, institution, 2, copies, signature);

		assert_last_event::<T>(Event::CopiesProvided { task, institution, panel: 2, root });
	}

	#[benchmark]
	fn authorize_copies() {
		let (task, institution, key) = to_provide::<T>();
		let copies = longest(7);
		let payload = copies_payload(Pallet::<T>::genesis(), task, institution, 2, &copies);
		let signature = key.sign(&payload).expect("the key is in the keystore");
		let valid;

		#[block]
		{
			valid = Pallet::<T>::authorize_copies(task, institution, 2, &copies, &signature);
		}

		assert!(valid.is_ok(), "{valid:?}");
	}

	/// By the last of the larger panel, after which all reveal.
	#[benchmark]
	fn commit() {
		let (member, _) = hospital::<T>(OTHER);
		let (task, _) = voting::<T>(&member, Vote::Awaited);
		let until = NOW + T::MaxPhase::get();
		move_to::<T>(task, Phase::Committing { until });

		#[extrinsic_call]
		_(RawOrigin::Signed(member.clone()), task, Hash::zero());

		assert_last_event::<T>(Event::VoteCommitted { task, member });
		assert!(matches!(Tasks::<T>::get(task).unwrap().phase, Phase::Revealing { .. }));
	}

	/// By the last of the larger panel, which accepts nothing, and is paid.
	#[benchmark]
	fn reveal() {
		let (member, _) = hospital::<T>(OTHER);
		let (salt, accepted) = (Hash::repeat_byte(3), 0);
		let genesis = Pallet::<T>::genesis();
		let task = NextTask::<T>::get();
		let commitment = vote_commitment(genesis, task, 2, &member, accepted, salt);
		let (task, _) = voting::<T>(&member, Vote::Committed(commitment));
		move_to::<T>(task, Phase::Revealing { until: NOW + T::MaxPhase::get() });

		#[extrinsic_call]
		_(RawOrigin::Signed(member), task, accepted, salt);

		assert_last_event::<T>(Event::TaskEnded { task, cause: EndCause::Rejected });
	}

	/// For the task's institution: none of all the readers is the caller.
	#[benchmark]
	fn appeal() {
		let (task, opener) = read::<T>();
		change::<T>(task, |task| task.ruling = ruling(1));
		move_to::<T>(task, Phase::Decided { until: NOW + T::MaxPhase::get() });
		let reason = Hash::repeat_byte(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(opener.clone()), task, reason);

		assert_last_event::<T>(Event::Appealed { task, who: opener, reason });
	}

	#[benchmark]
	fn publish() {
		let (task, opener) = opened::<T>();
		move_to::<T>(task, Phase::Validated { consensus: Hash::zero(), at: NOW });
		let (_, institution) = hospital::<T>(OPENER);
		let study = study(1);
		T::BenchmarkHelper::register(&opener, institution, study);

		#[extrinsic_call]
		_(RawOrigin::Signed(opener), task, study);

		assert_last_event::<T>(Event::ConsensusPublished { task, study });
	}

	#[benchmark]
	fn submit_result(n: Linear<0, MAX_LEASES>) {
		let (task, _) = opened::<T>();
		let (author, _) = hospital::<T>(OTHER);
		let (validated, kind) = (study(0), ResultKind::Progression);
		Validations::<T>::insert(validated, task);
		let purpose = Purpose::GeneralResearch;
		T::BenchmarkHelper::lease(validated, &author, purpose);
		let leases: Vec<_> = (1..=n).map(study).collect();
		for study in &leases {
			T::BenchmarkHelper::lease(*study, &author, purpose);
		}
		let leases = BoundedVec::truncate_from(leases);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(author.clone()),
			validated,
			kind,
			longest(7),
			Hash::repeat_byte(8),
			leases,
		);

		assert_last_event::<T>(Event::ResultSubmitted { study: validated, index: 0, author, kind });
	}

	/// The time for reading is over, and nobody has handed anything in.
	#[benchmark]
	fn attend_close() {
		let (task, _) = opened::<T>();
		occupy::<T>(task, false);
		move_to::<T>(task, Phase::Reading { until: NOW });

		#[block]
		{
			attend_to_next::<T>();
		}

		assert_last_event::<T>(Event::TaskEnded { task, cause: EndCause::TooFewReadings });
	}

	/// As many experts are looked at as can be, of whom too few can be drawn, and the first panel,
	/// which has accepted nothing, is paid.
	#[benchmark]
	fn attend_draw() {
		let (task, _, _) = to_reveal_seed::<T>();
		move_to::<T>(task, Phase::Drawing { until: NOW });

		#[block]
		{
			attend_to_next::<T>();
		}

		assert_last_event::<T>(Event::TaskEnded { task, cause: EndCause::Rejected });
	}

	/// The larger panel accepts nothing, and is paid.
	#[benchmark]
	fn attend_settle() {
		let (task, _) = voting::<T>(&person("late", 0), Vote::Committed(Hash::zero()));
		move_to::<T>(task, Phase::Revealing { until: NOW });

		#[block]
		{
			attend_to_next::<T>();
		}

		assert_last_event::<T>(Event::TaskEnded { task, cause: EndCause::Rejected });
	}

	#[benchmark]
	fn attend_forget() {
		let (task, _) = voting::<T>(&person("late", 0), Vote::Awaited);
		attest::<T>(task, 1, MAX_SCORERS);
		show::<T>(task, MAX_SCORERS);
		reveal_seeds::<T>(task, 2, MAX_SCORERS);
		let cause = EndCause::Rejected;
		let at = NOW - T::Retention::get();
		move_to::<T>(task, Phase::Ended { cause, at });

		#[block]
		{
			attend_to_next::<T>();
		}

		assert_last_event::<T>(Event::TaskForgotten { task });
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::build_with_keystore(),
		crate::mock::Test
	);
}

fn assert_last_event<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_last_event(event.into());
}

/// The administrator, and everything else, of an institution.
fn hospital<T: Config>(index: u32) -> (AccountId, InstitutionId) {
	let administrator = person("administrator", index);
	let institution = T::BenchmarkHelper::admit(&administrator);
	(administrator, institution)
}

fn person(name: &'static str, index: u32) -> AccountId {
	account(name, index, SEED)
}

fn study(index: u32) -> StudyId {
	StudyId(blake2_256(&(b"study", index).encode()).into())
}

/// Something sealed with the longest locator.
fn longest(number: u8) -> Sealed {
	let locator = BoundedVec::truncate_from(vec![1; MAX_LOCATOR_BYTES as usize]);
	Sealed { root: Hash::repeat_byte(number), locator }
}

fn terms<T: Config>() -> Terms {
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

fn made_up_key(number: u32) -> ScorerId {
	sp_core::ed25519::Public::from_raw(blake2_256(&number.encode())).into()
}

/// Where what was signed has been checked before.
fn made_up_signature() -> ScorerSignature {
	sp_core::ed25519::Signature::from_raw([1; 64]).into()
}

/// Gives as many hospitals scorers as can be, but not the one that opens tasks.
fn appoint_all<T: Config>() -> Vec<InstitutionId> {
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
fn opened<T: Config>() -> (TaskId, AccountId) {
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
fn occupy<T: Config>(task: TaskId, handed_in: bool) -> Vec<AccountId> {
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
fn read<T: Config>() -> (TaskId, AccountId) {
	let (task, opener) = opened::<T>();
	occupy::<T>(task, true);
	let told = longest_report();
	change::<T>(task, |task| task.report = Some(told.hash().into()));
	AcceptedReports::<T>::insert(task, told);
	attest::<T>(task, 0, MAX_SCORERS);
	(task, opener)
}

fn longest_report() -> Report {
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

fn change<T: Config>(task: TaskId, change: impl FnOnce(&mut TaskOf<T>)) {
	Tasks::<T>::mutate(task, |task| change(task.as_mut().expect("it was opened")));
}

fn move_to<T: Config>(id: TaskId, phase: Phase) {
	let task = Tasks::<T>::get(id).expect("it was opened");
	Pallet::<T>::enter(id, task, phase);
}

/// What a hospital reveals, hashed so many times.
fn secret(institution: InstitutionId, hashes: u8) -> Hash {
	let secret = blake2_256(&institution.encode());
	(0..hashes).fold(secret, |hashed, _| blake2_256(&hashed)).into()
}

/// So many of a task's scorers report the same in a stage.
fn attest<T: Config>(task: TaskId, stage: u8, count: u32) {
	let scorers = Tasks::<T>::get(task).expect("it was opened").scorers;
	for institution in scorers.into_iter().take(count as usize) {
		let report = longest_report().hash().into();
		let commitment = secret(institution, 2);
		Attestations::<T>::try_append(task, Attestation { institution, stage, report, commitment })
			.expect("there are no more scorers than can be");
	}
}

/// So many of a task's scorers have revealed for a panel.
fn reveal_seeds<T: Config>(task: TaskId, panel: u8, count: u32) {
	let scorers = Tasks::<T>::get(task).expect("it was opened").scorers;
	for institution in scorers.into_iter().take(count as usize) {
		let secret = secret(institution, 2 - panel);
		Seeds::<T>::try_append(task, Seed { institution, panel, secret })
			.expect("there are no more scorers than can be");
	}
}

/// All of a task's scorers have shown the readings to the first panel, and so many to the second.
fn show<T: Config>(task: TaskId, count: u32) {
	let scorers = Tasks::<T>::get(task).expect("it was opened").scorers;
	for (panel, count) in [(1, MAX_SCORERS), (2, count)] {
		for institution in scorers.iter().take(count as usize) {
			let (institution, sealed) = (*institution, longest(7));
			Copies::<T>::try_append(task, PanelCopy { institution, panel, sealed })
				.expect("there are no more scorers than can be");
		}
	}
}

#[allow(clippy::unnecessary_wraps, reason = "tasks hold it so")]
fn ruling(panel: u8) -> Option<Ruling> {
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
fn voting<T: Config>(last: &AccountId, vote: Vote) -> (TaskId, AccountId) {
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
fn to_report<T: Config>() -> (TaskId, InstitutionId, ScorerId) {
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
fn to_provide<T: Config>() -> (TaskId, InstitutionId, ScorerId) {
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
fn to_reveal_seed<T: Config>() -> (TaskId, InstitutionId, Hash) {
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

fn add_to_pool<T: Config>(expert: AccountId) {
	let size = PoolSize::<T>::get();
	PoolSize::<T>::put(size + 1);
	Pool::<T>::insert(size, &expert);
	PoolIndex::<T>::insert(expert, size);
}

/// As in every block. Everything else on the agenda is due later.
fn attend_to_next<T: Config>() {
	let tick = NOW / TICK;
	let task = Agenda::<T>::iter_key_prefix(tick).next().expect("it is due");
	Agenda::<T>::remove(tick, task);
	Pallet::<T>::attend_to(task, T::Clock::now());
}
