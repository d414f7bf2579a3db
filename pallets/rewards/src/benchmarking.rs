// SPDX-License-Identifier: Apache-2.0

//! Measurements of the calls' weights, each with the storage that makes it cost most; and of what
//! is done when a task ends and when nobody calls.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "a measurement that cannot be set up has to stop; nothing here is in a runtime in use"
)]

use super::*;
use contour_primitives::{Bounties as _, PanelWork, ReaderWork, Settlement};
use contour_scoring::{Curve, MAX_POINTS, Point};
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use frame_system::RawOrigin;

const SEED: u32 = 0;
const TASK: TaskId = TaskId(0);
/// Institutions that reported the same scores.
const SCORERS: u32 = 8;

/// What the benchmarks need from the runtime.
pub trait BenchmarkHelper<AccountId> {
	/// Admits an institution with an administrator, and money on its fee account.
	fn admit(administrator: &AccountId) -> InstitutionId;

	/// Suspends an institution.
	fn suspend(institution: InstitutionId);

	/// Lets the clock show a moment.
	fn set_clock(now: Moment);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn fund() {
		let (_, institution) = hospital::<T>(0);
		let from = somebody::<T>("foundation", 0);
		let amount = T::Currency::minimum_balance();

		#[extrinsic_call]
		_(RawOrigin::Signed(from.clone()), institution, amount);

		assert_last_event::<T>(Event::PotFunded { institution, from, amount });
	}

	#[benchmark]
	fn allocate() {
		let (administrator, institution) = hospital::<T>(0);
		let amount = T::Currency::minimum_balance();

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), amount);

		assert_last_event::<T>(Event::Allocated { institution, amount });
	}

	#[benchmark]
	fn reclaim() {
		let (administrator, institution) = hospital::<T>(0);
		let amount = fill::<T>(institution);

		#[extrinsic_call]
		_(RawOrigin::Signed(administrator), amount);

		assert_last_event::<T>(Event::Reclaimed { institution, amount });
	}

	#[benchmark]
	fn set_policy() -> Result<(), BenchmarkError> {
		let council =
			T::CouncilOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let policy = largest_policy::<T>();

		#[extrinsic_call]
		_(council as T::RuntimeOrigin, policy.clone());

		assert_last_event::<T>(Event::PolicySet { policy });
		Ok(())
	}

	#[benchmark]
	fn claim() {
		CurrentPolicy::<T>::put(largest_policy::<T>());
		let who = somebody::<T>("reader", 0);
		let era = Pallet::<T>::running_era();
		Pallet::<T>::earn(&who, Ppm::ONE, era::READING_POINTS);
		T::BenchmarkHelper::set_clock(T::Clock::now() + T::EraLength::get());
		let amount = T::MaxEraIssuance::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), era);

		assert_last_event::<T>(Event::Claimed { who, era, amount });
	}

	#[benchmark]
	fn sweep() {
		let (_, institution) = hospital::<T>(0);
		let amount = fill::<T>(institution);
		T::BenchmarkHelper::suspend(institution);

		#[extrinsic_call]
		_(RawOrigin::Signed(somebody::<T>("anybody", 0)), institution);

		assert_last_event::<T>(Event::PotSwept { institution, amount });
	}

	/// Everybody is paid, and nobody has been recognised before.
	#[benchmark]
	fn settle(r: Linear<1, 16>, p: Linear<0, 21>) {
		let (_, institution) = hospital::<T>(0);
		CurrentPolicy::<T>::put(largest_policy::<T>());
		let bounty = fill::<T>(institution) / 2;
		Pallet::<T>::reserve(TASK, institution, bounty).expect("the pot has the money");
		let reader = |index| ReaderWork {
			who: somebody::<T>("reader", index),
			quality: Some(Ppm::ONE),
			earliness: Ppm::ONE,
		};
		let member = |index| PanelWork { who: somebody::<T>("member", index), alignment: Ppm::ONE };
		let settlement = Settlement {
			modality: Modality::Mr,
			validated: true,
			custodian: hospital::<T>(1).1,
			participant: Some(somebody::<T>("patient", 0)),
			wanted: r,
			readers: (0..r).map(reader).collect(),
			panel: (0..p).map(member).collect(),
			scorers: (0..SCORERS).map(|index| hospital::<T>(2 + index).1).collect(),
		};

		#[block]
		{
			Pallet::<T>::settle(TASK, settlement);
		}

		assert_eq!(Bounties::<T>::iter().count(), 0);
		assert_eq!(OverallRecords::<T>::iter().count() as u32, r + p);
	}

	#[benchmark]
	fn on_idle_points() {
		let era = Pallet::<T>::running_era();
		let readers = [0, 1].map(|index| somebody::<T>("reader", index));
		for who in &readers {
			Pallet::<T>::earn(who, Ppm::ONE, era::READING_POINTS);
		}
		let forgotten;

		#[block]
		{
			forgotten = Pallet::<T>::forget_points(era, 1);
		}

		assert_eq!(forgotten, 1);
		assert_eq!(Points::<T>::iter_prefix(era).count(), 1);
	}

	#[benchmark]
	fn on_idle_era() {
		let index = Pallet::<T>::running_era();
		let who = somebody::<T>("reader", 0);
		Pallet::<T>::earn(&who, Ppm::ONE, era::READING_POINTS);
		Points::<T>::remove(index, who);
		let unclaimed = Eras::<T>::get(index).expect("somebody has contributed").issuance();
		let forgotten;

		#[block]
		{
			forgotten = Pallet::<T>::forget_points(index, 1);
			Pallet::<T>::close(index);
		}

		assert_eq!(forgotten, 0);
		assert_last_event::<T>(Event::EraClosed { era: index, minted: 0, unclaimed });
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::build(), crate::mock::Test);
}

fn assert_last_event<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_last_event(event.into());
}

/// The administrator of an institution, and the institution.
fn hospital<T: Config>(index: u32) -> (T::AccountId, InstitutionId) {
	let administrator: T::AccountId = account("administrator", index, SEED);
	let institution = T::BenchmarkHelper::admit(&administrator);
	(administrator, institution)
}

/// An account with some money.
fn somebody<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let who: T::AccountId = account(name, index, SEED);
	T::Currency::set_balance(&who, T::Currency::minimum_balance() * 10);
	who
}

/// Puts enough for a bounty into an institution's pot.
fn fill<T: Config>(institution: InstitutionId) -> Balance {
	let amount = T::Currency::minimum_balance() * 100_000;
	T::Currency::set_balance(&Pallet::<T>::pot_account(institution), amount);
	amount
}

/// A policy that is as long as can be, pays everybody, and mints as much as can be.
fn largest_policy<T: Config>() -> Policy {
	let points: Vec<_> = (0..MAX_POINTS)
		.map(|index| Point { quality: Ppm::from_parts(index), share: Ppm::ONE })
		.collect();
	let curve = Curve::new(points).expect("the points rise");
	let share = Ppm::from_parts(Ppm::ONE.parts() / 7);
	Policy {
		terms: Terms {
			shares: Shares {
				base: share,
				quality: share,
				timeliness: share,
				panel: share,
				custodian: share,
				storage: share,
				patient: share,
			},
			quality_curve: curve.clone(),
			timeliness_curve: curve,
			merit_floor: Ppm::ZERO,
		},
		privilege: Privilege { reputation: Ppm::ZERO, bonus: Ppm::ONE },
		issuance: Issuance { cap: T::MaxEraIssuance::get(), rate: T::MaxEraIssuance::get() },
	}
}
