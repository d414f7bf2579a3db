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

mod setup;

use super::*;
use contour_primitives::{DAY, Purpose, vote_commitment};
use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use setup::{
	add_to_pool, appoint_all, assert_last_event, attend_to_next, attest, change, hospital, longest,
	longest_report, made_up_key, made_up_signature, move_to, occupy, opened, person, read,
	reveal_seeds, ruling, show, study, terms, to_provide, to_report, to_reveal_seed, voting,
};
use sp_application_crypto::RuntimeAppPublic;

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
