// SPDX-License-Identifier: Apache-2.0

//! Measurements of the calls' weights, each with the storage that makes it cost most.
//!
//! What hangs on an institution outside this pallet, its validator and its votes on open motions, is
//! arranged by the runtime ([`BenchmarkHelper`]).

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "a measurement that cannot be set up has to stop; nothing here is in a runtime in use"
)]

use super::*;
use alloc::{vec, vec::Vec};
use contour_primitives::{Hash, Role};
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use frame_system::RawOrigin;
use sp_runtime::traits::Bounded;

const SEED: u32 = 0;

/// What the benchmarks need from the runtime.
pub trait BenchmarkHelper {
	/// Makes it as costly as can be that the last of the `institutions` comes or goes: all of them
	/// run validators and have voted on as many motions as can be open.
	fn burden(institutions: &[InstitutionId]);
}

impl BenchmarkHelper for () {
	fn burden(_: &[InstitutionId]) {}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn admit_institution() -> Result<(), BenchmarkError> {
		T::BenchmarkHelper::burden(&fill_council::<T>(1));
		let origin = council::<T>()?;
		let institution = NextInstitution::<T>::get();
		let administrator: T::AccountId = account("administrator", 0, SEED);
		let fee_account = Pallet::<T>::fee_account_of(institution);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, longest_name(), administrator.clone(), amount::<T>());

		assert_last_event::<T>(Event::InstitutionAdmitted {
			institution,
			administrator,
			fee_account,
		});
		Ok(())
	}

	#[benchmark]
	fn suspend_institution() -> Result<(), BenchmarkError> {
		let institution = burdened::<T>().0;
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, institution);

		assert_last_event::<T>(Event::InstitutionSuspended { institution });
		Ok(())
	}

	#[benchmark]
	fn reinstate_institution() -> Result<(), BenchmarkError> {
		let institution = burdened::<T>().0;
		suspend::<T>(institution);
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, institution);

		assert_last_event::<T>(Event::InstitutionReinstated { institution });
		Ok(())
	}

	#[benchmark]
	fn remove_institution() -> Result<(), BenchmarkError> {
		let institution = burdened::<T>().0;
		let returned = endow::<T>(&Pallet::<T>::fee_account_of(institution));
		endow::<T>(&Pallet::<T>::purse_account());
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, institution);

		assert_last_event::<T>(Event::InstitutionRemoved { institution, returned });
		Ok(())
	}

	#[benchmark]
	fn set_administrator() {
		let (institution, from) = burdened::<T>();
		let to: T::AccountId = account("successor", 0, SEED);

		#[extrinsic_call]
		_(RawOrigin::Signed(from.clone()), institution, to.clone());

		assert_last_event::<T>(Event::AdministratorChanged { institution, from, to });
	}

	#[benchmark]
	fn set_allowance() {
		let (institution, administrator) = admit::<T>(0);
		let allowance = amount::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), allowance);

		assert_last_event::<T>(Event::AllowanceSet { institution, allowance });
	}

	#[benchmark]
	fn set_member_allowance() {
		let (institution, administrator) = admit::<T>(0);
		let others = admit_many::<T>(T::MaxVouchers::get());
		let member: T::AccountId = account("member", 0, SEED);
		hold::<T>(&member, &others, active);
		enrol::<T>(&member, &[&others[1..], &[institution]].concat());
		let allowance = Some(amount::<T>());

		#[block]
		{
			let origin = RawOrigin::Signed(administrator);
			Pallet::<T>::set_member_allowance(origin.into(), member.clone(), allowance)
				.expect("a patient is a member");
			// Somebody who operates the validator is found last, but is made one elsewhere.
			Administrators::<T>::get(&member);
			T::Operators::operates_for(&member);
		}

		assert_last_event::<T>(Event::MemberAllowanceSet { institution, member, allowance });
	}

	#[benchmark]
	fn top_up() -> Result<(), BenchmarkError> {
		let (institution, _) = admit::<T>(0);
		endow::<T>(&Pallet::<T>::purse_account());
		let amount = T::Currency::minimum_balance();
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, institution, amount);

		assert_last_event::<T>(Event::FeeAccountToppedUp { institution, amount });
		Ok(())
	}

	#[benchmark]
	fn issue_credential() {
		let (institution, administrator) = admit::<T>(0);
		let holder: T::AccountId = account("holder", 0, SEED);
		hold::<T>(&holder, &departed::<T>(), active);
		let (roles, expires) = (Roles::all(), latest_expiry::<T>());

		#[extrinsic_call]
		_(
			RawOrigin::Signed(administrator),
			holder.clone(),
			roles,
			Specialties::all(),
			Hash::repeat_byte(1),
			expires,
		);

		assert_last_event::<T>(Event::CredentialIssued { institution, holder, roles, expires });
	}

	#[benchmark]
	fn renew_credential() {
		let (institution, administrator) = admit::<T>(0);
		let holder = staff::<T>(institution, active);
		let expires = latest_expiry::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), holder.clone(), expires);

		assert_last_event::<T>(Event::CredentialRenewed { institution, holder, expires });
	}

	#[benchmark]
	fn suspend_credential() {
		let (institution, administrator) = admit::<T>(0);
		let holder = staff::<T>(institution, active);

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), holder.clone());

		assert_last_event::<T>(Event::CredentialSuspended { institution, holder });
	}

	#[benchmark]
	fn reinstate_credential() {
		let (institution, administrator) = admit::<T>(0);
		let holder = staff::<T>(institution, suspended);

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), holder.clone());

		assert_last_event::<T>(Event::CredentialReinstated { institution, holder });
	}

	#[benchmark]
	fn revoke_credential() {
		let (institution, administrator) = admit::<T>(0);
		let holder = staff::<T>(institution, active);
		enrol::<T>(&holder, &admit_many::<T>(T::MaxVouchers::get()));
		Allowances::<T>::insert(institution, &holder, amount::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), holder.clone());

		assert!(!Allowances::<T>::contains_key(institution, &holder));
		assert_last_event::<T>(Event::CredentialRevoked { institution, holder });
	}

	#[benchmark]
	fn set_encryption_key() {
		let (holder, _) = hardest_to_answer_for::<T>();
		let suite = KeySuite::XWing;
		register_key::<T>(&holder, suite);

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), suite, longest_key());

		assert_last_event::<T>(Event::EncryptionKeySet { holder, suite, generation: 2 });
	}

	#[benchmark]
	fn revoke_encryption_key() {
		let (holder, _) = hardest_to_answer_for::<T>();
		register_key::<T>(&holder, KeySuite::XWing);

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), holder.clone());

		assert_last_event::<T>(Event::EncryptionKeyRevoked { holder, generation: 1 });
	}

	#[benchmark]
	fn enrol_patient() {
		let (custodian, institution) = last_custodian::<T>();
		let patient: T::AccountId = account("patient", 0, SEED);
		enrol::<T>(&patient, &departed::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), patient.clone());

		assert_last_event::<T>(Event::PatientEnrolled { institution, patient });
	}

	#[benchmark]
	fn discharge_patient() {
		let (custodian, institution) = last_custodian::<T>();
		let patient: T::AccountId = account("patient", 0, SEED);
		let others: Vec<_> = Credentials::<T>::get(&custodian)
			.into_iter()
			.map(|credential| credential.institution)
			.collect();
		enrol::<T>(&patient, &others);
		hold::<T>(&patient, &admit_many::<T>(T::MaxVouchers::get()), active);
		Allowances::<T>::insert(institution, &patient, amount::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(custodian), patient.clone());

		assert!(!Allowances::<T>::contains_key(institution, &patient));
		assert_last_event::<T>(Event::PatientDischarged { institution, patient });
	}

	#[benchmark]
	fn reclaim() {
		let (institution, administrator) = admit::<T>(0);
		admit::<T>(1);
		Pallet::<T>::do_remove_institution(institution).expect("another one is active");
		let amount = endow::<T>(&Pallet::<T>::fee_account_of(institution));
		endow::<T>(&Pallet::<T>::purse_account());

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), institution);

		assert_last_event::<T>(Event::FeeAccountReclaimed { institution, amount });
	}

	#[benchmark]
	fn set_standard() -> Result<(), BenchmarkError> {
		let (action, modality) = (Action::AccessStudy, Some(Modality::Mr));
		let standard = Standard {
			any_of: Roles::all(),
			specialties: Specialties::all(),
			contributions: u32::MAX,
			reputation: u32::MAX,
		};
		Standards::<T>::insert((action, modality), standard);
		let origin = council::<T>()?;

		// Withdrawing reads what setting only overwrites.
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, action, modality, None);

		assert_last_event::<T>(Event::StandardSet { action, modality, standard: None });
		Ok(())
	}

	#[benchmark]
	fn set_administrator_allowance() -> Result<(), BenchmarkError> {
		let (institution, _) = admit::<T>(0);
		let (origin, allowance) = (council::<T>()?, Some(amount::<T>()));

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, institution, allowance);

		assert_last_event::<T>(Event::AdministratorAllowanceSet { institution, allowance });
		Ok(())
	}

	#[benchmark]
	fn set_daily_limit() -> Result<(), BenchmarkError> {
		let (institution, _) = admit::<T>(0);
		let (origin, limit) = (council::<T>()?, Some(amount::<T>()));

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, institution, limit);

		assert_last_event::<T>(Event::DailyLimitSet { institution, limit });
		Ok(())
	}

	#[benchmark]
	fn set_daily_cap() {
		let (institution, administrator) = admit::<T>(0);
		let cap = Some(amount::<T>());

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), cap);

		assert_last_event::<T>(Event::DailyCapSet { institution, cap });
	}

	#[benchmark]
	fn on_idle_forget() {
		let (institution, who) = admit::<T>(0);
		Spent::<T>::insert(institution, &who, Spending { day: 0, amount: amount::<T>() });
		let looked_at;

		#[block]
		{
			looked_at = Pallet::<T>::forget(Progress::default(), 1, 1).1;
		}

		assert_eq!(looked_at, 1);
		assert!(!Spent::<T>::contains_key(institution, &who));
	}

	#[benchmark]
	fn check_standing() {
		let (who, institution) = hardest_to_answer_for::<T>();
		let call: T::RuntimeCall =
			frame_system::Call::<T>::remark { remark: Default::default() }.into();
		let (answer, passes);

		#[block]
		{
			answer = Pallet::<T>::voucher(&who);
			passes = T::Unpaused::contains(&call);
		}

		assert_eq!(answer, Ok(institution));
		assert!(passes, "no brake is on");
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::build(), crate::mock::Test);
}

fn assert_last_event<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_last_event(event.into());
}

fn council<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	T::CouncilOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)
}

fn longest_name() -> Name {
	Name::truncate_from(vec![b'N'; MAX_NAME_BYTES as usize])
}

fn longest_key() -> PublicKeyBytes {
	PublicKeyBytes::truncate_from(vec![1; MAX_PUBLIC_KEY_BYTES as usize])
}

fn latest_expiry<T: Config>() -> Moment {
	T::Clock::now().saturating_add(T::MaxValidity::get())
}

fn amount<T: Config>() -> BalanceOf<T> {
	BalanceOf::<T>::max_value()
}

fn active() -> CredentialStatus {
	CredentialStatus::Active
}

fn suspended() -> CredentialStatus {
	CredentialStatus::Suspended { since: Moment::MAX }
}

/// Gives an account enough to live on, and returns it.
fn endow<T: Config>(who: &T::AccountId) -> BalanceOf<T> {
	let amount = T::Currency::minimum_balance() * 1_000u32.into();
	T::Currency::mint_into(who, amount).expect("the account can hold it")
}

/// An institution and its administrator.
fn admit<T: Config>(number: u32) -> (InstitutionId, T::AccountId) {
	let administrator: T::AccountId = account("institution", number, SEED);
	let institution =
		Pallet::<T>::do_admit_institution(longest_name(), administrator.clone(), amount::<T>())
			.expect("there is room for another institution");
	(institution, administrator)
}

fn admit_many<T: Config>(count: u32) -> Vec<InstitutionId> {
	let first = NextInstitution::<T>::get().0 + 1;
	(first..first + count).map(|number| admit::<T>(number).0).collect()
}

/// Admits institutions until so many seats are free.
fn fill_council<T: Config>(free: u32) -> Vec<InstitutionId> {
	admit_many::<T>(T::MaxInstitutions::get() - free - Administrators::<T>::count())
}

/// An institution, and its administrator, on which as much hangs as can be.
fn burdened<T: Config>() -> (InstitutionId, T::AccountId) {
	let mut institutions = fill_council::<T>(1);
	let (institution, administrator) = admit::<T>(0);
	institutions.push(institution);
	T::BenchmarkHelper::burden(&institutions);
	(institution, administrator)
}

fn suspend<T: Config>(institution: InstitutionId) {
	Pallet::<T>::do_suspend_institution(institution).expect("others are active");
}

/// As many institutions as can vouch for an account, none of them a member any more.
fn departed<T: Config>() -> Vec<InstitutionId> {
	let institutions = admit_many::<T>(T::MaxVouchers::get());
	for institution in &institutions {
		Pallet::<T>::do_remove_institution(*institution).expect("others are active");
	}
	institutions
}

/// Gives an account one credential of each institution.
fn hold<T: Config>(
	holder: &T::AccountId,
	institutions: &[InstitutionId],
	status: fn() -> CredentialStatus,
) {
	let credentials = institutions.iter().map(|institution| Credential {
		institution: *institution,
		roles: Role::Custodian.into(),
		specialties: Specialties::all(),
		licence_hash: Hash::repeat_byte(1),
		issued: T::Clock::now(),
		expires: latest_expiry::<T>(),
		status: status(),
	});
	Credentials::<T>::insert(holder, BoundedVec::truncate_from(credentials.collect()));
}

fn enrol<T: Config>(patient: &T::AccountId, institutions: &[InstitutionId]) {
	Patients::<T>::insert(patient, BoundedVec::truncate_from(institutions.to_vec()));
}

/// An account with as many credentials as can be, the last one of `institution`.
fn staff<T: Config>(institution: InstitutionId, status: fn() -> CredentialStatus) -> T::AccountId {
	let holder: T::AccountId = account("holder", 0, SEED);
	let mut institutions = admit_many::<T>(T::MaxVouchers::get() - 1);
	institutions.push(institution);
	hold::<T>(&holder, &institutions, status);
	holder
}

fn register_key<T: Config>(holder: &T::AccountId, suite: KeySuite) {
	Pallet::<T>::do_set_encryption_key(holder.clone(), suite, longest_key())
		.expect("the key is as long as its suite says");
}

/// A custodian, and the institution for which it acts, after everything else was tried: the account
/// administers a suspended institution, and of its credentials only the last one counts.
fn last_custodian<T: Config>() -> (T::AccountId, InstitutionId) {
	let (own, custodian) = admit::<T>(0);
	let institutions = admit_many::<T>(T::MaxVouchers::get());
	suspend::<T>(own);
	hold::<T>(&custodian, &institutions, suspended);
	let last = Credentials::<T>::mutate(&custodian, |credentials| {
		let last = credentials.last_mut().expect("at least one institution can vouch");
		last.status = active();
		last.institution
	});
	(custodian, last)
}

/// An account for which the last institution of all answers: it administers a suspended one, its
/// credentials do not count, and it is a patient of others, of which the last one is active.
fn hardest_to_answer_for<T: Config>() -> (T::AccountId, InstitutionId) {
	let (own, who) = admit::<T>(0);
	hold::<T>(&who, &admit_many::<T>(T::MaxVouchers::get()), suspended);
	let hospitals = admit_many::<T>(T::MaxVouchers::get());
	enrol::<T>(&who, &hospitals);
	let (last, others) = hospitals.split_last().expect("at least one institution can vouch");
	suspend::<T>(own);
	others.iter().for_each(|institution| suspend::<T>(*institution));
	(who, *last)
}
