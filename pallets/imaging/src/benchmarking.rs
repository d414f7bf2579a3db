// SPDX-License-Identifier: Apache-2.0

//! Measurements of the calls' weights, each with the storage that makes it cost most.

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
use contour_primitives::KeySuite;
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use frame_system::RawOrigin;
use sp_runtime::traits::{BlakeTwo256, Hash as _};

const SEED: u32 = 0;
const CARE: Purpose = Purpose::ClinicalCare;

/// What the benchmarks need from the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// Admits an institution, with money for all deposits, that vouches for its administrator in
	/// every role, and lets everybody with a role do everything. The administrator registers an
	/// X-Wing key.
	fn admit(administrator: &AccountId) -> InstitutionId;

	/// Lets the clock show a moment.
	fn set_clock(now: Moment);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register(n: Linear<1, MAX_BATCH>) {
		let (custodian, institution) = hospital::<T>(0);
		let studies = BoundedVec::truncate_from((0..n).map(new_study::<T>).collect());

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), institution, studies);

		let last = new_study::<T>(n - 1);
		assert_last_event::<T>(Event::StudyRegistered {
			study: last.id,
			custodian: institution,
			patient: last.patient,
			modality: last.modality,
		});
	}

	#[benchmark]
	fn set_locator() {
		let (custodian, study) = registered::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), study, longest_locator());

		assert_last_event::<T>(Event::StudyMoved { study });
	}

	#[benchmark]
	fn withdraw(n: Linear<0, { T::MaxLeasesPerStudy::get() }>) {
		let (_, study) = registered::<T>();
		let custodian = lease_to_many::<T>(study, n);

		#[extrinsic_call]
		_(RawOrigin::Signed(patient::<T>()), study);

		assert_last_event::<T>(Event::StudyWithdrawn { study, custodian });
	}

	/// For all studies, each of which has one lease, which ends.
	#[benchmark]
	fn set_consent(n: Linear<0, { T::MaxLiveLeasesPerPatient::get() }>) {
		let (custodian, institution) = hospital::<T>(0);
		for index in 0..n {
			let study = new_study::<T>(index);
			let id = study.id;
			Pallet::<T>::do_register(custodian.clone(), institution, vec![study])
				.expect("the custodian may");
			let (grantee, _) = hospital::<T>(index + 1);
			lease::<T>(&custodian, id, &grantee);
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(patient::<T>()), None, refusing());

		assert_eq!(WrappedKeys::<T>::iter().count(), 0);
		assert_eq!(LeaseCounts::<T>::get(Holder::Patient(patient::<T>())), 0);
	}

	#[benchmark]
	fn record_consent(n: Linear<0, { T::MaxLeasesPerStudy::get() }>) {
		let (custodian, study) = registered::<T>();
		lease_to_many::<T>(study, n);

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), study, refusing(), Hash::zero());

		assert_eq!(WrappedKeys::<T>::iter_prefix(study).count(), 0);
		let leases = n.min(T::MaxLiveLeasesPerPatient::get());
		assert_eq!(LeaseCounts::<T>::get(Holder::Study(study)), leases);
	}

	#[benchmark]
	fn set_research_pool() {
		let patient = patient::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(patient.clone()), true);

		assert_last_event::<T>(Event::ResearchPoolSet { patient, open: true });
	}

	#[benchmark]
	fn set_consent_defaults() {
		let (administrator, institution) = hospital::<T>(0);
		let purposes = Purposes::all();

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), purposes);

		assert_last_event::<T>(Event::ConsentDefaultsSet { institution, purposes });
	}

	/// In place of a lease whose time is over, to which nobody has attended.
	#[benchmark]
	fn request_access() {
		let (custodian, study) = registered::<T>();
		let (grantee, institution) = hospital::<T>(1);
		lease::<T>(&custodian, study, &grantee);
		over::<T>(study, &grantee);
		let (purpose, duration) = (CARE, T::MaxLease::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(grantee.clone()), study, purpose, duration, Some(Hash::zero()));

		assert_last_event::<T>(Event::AccessRequested {
			study,
			grantee,
			institution,
			purpose,
			duration,
		});
	}

	#[benchmark]
	fn grant_access() {
		let (custodian, study) = registered::<T>();
		let (grantee, institution) = hospital::<T>(1);
		request::<T>(study, &grantee);
		let expires = T::Clock::now() + T::MaxLease::get();

		#[extrinsic_call]
		_(
			RawOrigin::Signed(custodian),
			study,
			grantee.clone(),
			longest_key(),
			expires,
			longest_locator(),
		);

		assert_last_event::<T>(Event::AccessGranted {
			study,
			grantee,
			institution,
			purpose: CARE,
			expires,
		});
	}

	#[benchmark]
	fn decline_access() {
		let (custodian, study) = registered::<T>();
		let (grantee, _) = hospital::<T>(1);
		request::<T>(study, &grantee);

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), study, grantee.clone());

		assert_last_event::<T>(Event::AccessDeclined { study, grantee });
	}

	#[benchmark]
	fn renew_access() {
		let (custodian, study) = registered::<T>();
		let (grantee, _) = hospital::<T>(1);
		lease::<T>(&custodian, study, &grantee);
		let expires = T::Clock::now() + T::MaxLease::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), study, grantee.clone(), longest_key(), expires);

		assert_last_event::<T>(Event::AccessRenewed { study, grantee, expires });
	}

	#[benchmark]
	fn revoke_access() {
		let (custodian, study) = registered::<T>();
		let (grantee, _) = hospital::<T>(1);
		lease::<T>(&custodian, study, &grantee);

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), study, grantee.clone());

		assert_last_event::<T>(Event::AccessEnded { study, grantee, cause: EndCause::Revoked });
	}

	#[benchmark]
	fn end_access() {
		let (custodian, study) = registered::<T>();
		let (grantee, _) = hospital::<T>(1);
		lease::<T>(&custodian, study, &grantee);

		#[extrinsic_call]
		_(RawOrigin::Signed(grantee.clone()), study);

		assert_last_event::<T>(Event::AccessEnded { study, grantee, cause: EndCause::Returned });
	}

	#[benchmark]
	fn record_access() {
		let (custodian, study) = registered::<T>();
		let (grantee, _) = hospital::<T>(1);
		lease::<T>(&custodian, study, &grantee);
		let kind = AccessKind::Download;

		#[extrinsic_call]
		_(RawOrigin::Signed(grantee.clone()), study, kind);

		assert_last_event::<T>(Event::Accessed { study, grantee, kind });
	}

	#[benchmark]
	fn report_misuse() {
		let (custodian, study) = registered::<T>();
		let (grantee, _) = hospital::<T>(1);
		lease::<T>(&custodian, study, &grantee);
		let reporter = Pallet::<T>::study(study).expect("it is registered").custodian;
		let reason = Hash::zero();

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), study, grantee.clone(), reason);

		assert_last_event::<T>(Event::MisuseReported { study, grantee, reporter, reason });
	}

	#[benchmark]
	fn settle_misuse() -> Result<(), BenchmarkError> {
		let (custodian, study) = registered::<T>();
		let (grantee, _) = hospital::<T>(1);
		lease::<T>(&custodian, study, &grantee);
		Pallet::<T>::do_report_misuse(custodian, study, grantee.clone(), Hash::zero())
			.expect("the grantee has a lease");
		let origin =
			T::CouncilOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, grantee.clone(), study, false);

		assert_last_event::<T>(Event::MisuseSettled { study, grantee, upheld: false });
		Ok(())
	}

	/// Overtaking the clinician's own request.
	#[benchmark]
	fn open_emergency() {
		let (_, study) = registered::<T>();
		let (clinician, institution) = hospital::<T>(1);
		request::<T>(study, &clinician);
		let custodian = Pallet::<T>::study(study).expect("it is registered").custodian;
		let (patient, reason) = (Some(patient::<T>()), Hash::zero());
		let expires = T::Clock::now() + T::EmergencyDuration::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(clinician.clone()), study, reason);

		assert_last_event::<T>(Event::EmergencyOpened {
			study,
			clinician,
			institution,
			custodian,
			patient,
			reason,
			expires,
		});
	}

	/// That was not justified.
	#[benchmark]
	fn review_emergency() {
		let (custodian, study) = registered::<T>();
		let (clinician, _) = hospital::<T>(1);
		Pallet::<T>::do_open_emergency(clinician.clone(), study, Hash::zero())
			.expect("a clinician may");

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), study, clinician.clone(), false);

		assert_last_event::<T>(Event::EmergencyReviewed { study, clinician, justified: false });
	}

	#[benchmark]
	fn offer_custody() {
		let (custodian, study) = registered::<T>();
		let (_, to) = hospital::<T>(1);
		let from = Pallet::<T>::study(study).expect("it is registered").custodian;

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), study, Some(to));

		assert_last_event::<T>(Event::CustodyOffered { study, from, to: Some(to) });
	}

	#[benchmark]
	fn accept_custody(n: Linear<0, { T::MaxLeasesPerStudy::get() }>) {
		let (custodian, study) = registered::<T>();
		let from = lease_to_many::<T>(study, n);
		let (successor, to) = hospital::<T>(1);
		Pallet::<T>::do_offer_custody(custodian, study, Some(to)).expect("it is another one");

		#[extrinsic_call]
		_(RawOrigin::Signed(successor), study, longest_locator());

		assert_last_event::<T>(Event::CustodyTransferred { study, from, to });
	}

	/// A lease that ends.
	#[benchmark]
	fn on_idle_end() {
		let (custodian, study) = registered::<T>();
		let (grantee, _) = hospital::<T>(1);
		lease::<T>(&custodian, study, &grantee);
		over::<T>(study, &grantee);
		let minute = due::<T>(Matter::LeaseEnds(study, grantee.clone()));

		#[block]
		{
			attend_to_next::<T>(minute);
		}

		assert_last_event::<T>(Event::AccessEnded { study, grantee, cause: EndCause::Expired });
	}

	/// A request that lapses, which costs more than a lease that is forgotten.
	#[benchmark]
	fn on_idle_lapse() {
		let (_, study) = registered::<T>();
		let (grantee, _) = hospital::<T>(1);
		request::<T>(study, &grantee);
		over::<T>(study, &grantee);
		let minute = due::<T>(Matter::LeaseForgotten(study, grantee.clone()));

		#[block]
		{
			attend_to_next::<T>(minute);
		}

		assert_last_event::<T>(Event::RequestLapsed { study, grantee });
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::build(), crate::mock::Test);
}

fn assert_last_event<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_last_event(event.into());
}

/// The administrator, and everything else, of an institution.
fn hospital<T: Config>(index: u32) -> (T::AccountId, InstitutionId) {
	let administrator: T::AccountId = account("administrator", index, SEED);
	let institution = T::BenchmarkHelper::admit(&administrator);
	(administrator, institution)
}

fn patient<T: Config>() -> T::AccountId {
	account("patient", 0, SEED)
}

fn longest_locator() -> Locator {
	Locator::truncate_from(vec![1; MAX_LOCATOR_BYTES as usize])
}

fn longest_key() -> WrappedKey {
	WrappedKey::truncate_from(vec![1; KeySuite::XWing.wrapped_key_bytes() as usize])
}

fn refusing() -> Directive {
	Directive { permitted: Purposes::empty(), refused: Purposes::all(), ethics_approval: true }
}

fn new_study<T: Config>(index: u32) -> NewStudyOf<T> {
	NewStudy {
		id: StudyId(BlakeTwo256::hash_of(&index)),
		patient: Some(patient::<T>()),
		modality: Modality::Ct,
		content_root: Hash::repeat_byte(1),
		metadata_hash: Hash::repeat_byte(2),
		commitment: Hash::repeat_byte(3),
		instances: u32::MAX,
		bytes: u64::MAX,
		locator: longest_locator(),
	}
}

/// A registered study and its custodian.
fn registered<T: Config>() -> (T::AccountId, StudyId) {
	let (custodian, institution) = hospital::<T>(0);
	let study = new_study::<T>(0);
	let id = study.id;
	Pallet::<T>::do_register(custodian.clone(), institution, vec![study])
		.expect("the custodian may");
	(custodian, id)
}

fn request<T: Config>(study: StudyId, grantee: &T::AccountId) {
	Pallet::<T>::do_request_access(grantee.clone(), study, CARE, T::MaxLease::get(), None)
		.expect("the grantee may ask");
}

fn lease<T: Config>(custodian: &T::AccountId, study: StudyId, grantee: &T::AccountId) {
	request::<T>(study, grantee);
	Pallet::<T>::do_grant_access(
		custodian.clone(),
		study,
		grantee.clone(),
		longest_key(),
		T::Clock::now() + T::MaxLease::get() / 2,
		longest_locator(),
	)
	.expect("it is asked for");
}

/// Lets so many people hold leases on a study, and returns its custodian.
fn lease_to_many<T: Config>(study: StudyId, count: u32) -> InstitutionId {
	let record = Pallet::<T>::study(study).expect("it is registered");
	let custodian: T::AccountId = account("administrator", 0, SEED);
	for index in 0..count.min(T::MaxLiveLeasesPerPatient::get()) {
		let (grantee, _) = hospital::<T>(index + 2);
		lease::<T>(&custodian, study, &grantee);
	}
	record.custodian
}

/// Lets the time of a lease or of a request be over.
fn over<T: Config>(study: StudyId, grantee: &T::AccountId) {
	Leases::<T>::mutate(study, grantee, |lease| match lease.as_mut().map(|it| &mut it.state) {
		Some(LeaseState::Live { expires, .. }) => *expires = T::Clock::now(),
		Some(LeaseState::Requested { since, .. }) => {
			T::BenchmarkHelper::set_clock(*since + T::RequestWindow::get());
		}
		_ => {}
	});
}

/// Puts something on the agenda of this minute.
fn due<T: Config>(matter: Matter<T::AccountId>) -> u64 {
	let minute = Pallet::<T>::minute_of(T::Clock::now());
	Agenda::<T>::insert(minute, &matter, ());
	minute
}

/// As in `on_idle`.
fn attend_to_next<T: Config>(minute: u64) {
	let matter = Agenda::<T>::iter_key_prefix(minute).next().expect("it is on the agenda");
	Agenda::<T>::remove(minute, &matter);
	Pallet::<T>::attend_to(matter, T::Clock::now());
}
