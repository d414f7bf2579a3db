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
use frame_benchmarking::v2::*;
use frame_support::traits::{EnsureOrigin, Time};
use sp_runtime::traits::{Hash, One};

/// Bytes of the longest code that fits into a block.
const LONGEST_CODE: usize = 4 * 1024 * 1024;

/// What the benchmarks need from the runtime.
pub trait BenchmarkHelper<Hash> {
	/// Lets the council have an open motion with this hash.
	fn open(motion: Hash);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn authorize_upgrade() -> Result<(), BenchmarkError> {
		let code_hash = T::Hashing::hash(b"code");
		let applicable = T::Clock::now() + UpgradeDelay::<T>::get();
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, code_hash, false);

		assert_last_event::<T>(Event::UpgradeAuthorized { code_hash, applicable });
		Ok(())
	}

	#[benchmark]
	fn cancel_upgrade() -> Result<(), BenchmarkError> {
		let code_hash = T::Hashing::hash(b"code");
		Authorized::<T>::put(Upgrade { code_hash, applicable: Moment::MAX });
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);

		assert_last_event::<T>(Event::UpgradeCancelled { code_hash });
		Ok(())
	}

	/// Of the longest code, up to where the system would look at it. What that costs is measured with
	/// the system's own call.
	#[benchmark]
	fn apply_upgrade() {
		let code = vec![0; LONGEST_CODE];
		let code_hash = T::Hashing::hash(&code);
		Authorized::<T>::put(Upgrade { code_hash, applicable: T::Clock::now() });
		let applied;

		#[block]
		{
			applied = Pallet::<T>::do_apply_upgrade(code);
		}

		let refused = frame_system::Error::<T>::FailedToExtractRuntimeVersion.into();
		assert_eq!(applied, Err(refused));
	}

	#[benchmark]
	fn pull_brake() -> Result<(), BenchmarkError> {
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);

		assert_last_event::<T>(Event::BrakePulled { until: None });
		Ok(())
	}

	#[benchmark]
	fn pull_brake_briefly() -> Result<(), BenchmarkError> {
		let origin = T::BriefBrakeOrigin::try_successful_origin()
			.map_err(|()| BenchmarkError::Weightless)?;
		let until = Some(T::Clock::now() + T::BriefBrake::get());

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);

		assert_last_event::<T>(Event::BrakePulled { until });
		Ok(())
	}

	#[benchmark]
	fn release_brake() -> Result<(), BenchmarkError> {
		Brake::<T>::put(Pulled { since: T::Clock::now(), until: None });
		let origin = council::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);

		assert_last_event::<T>(Event::BrakeReleased);
		Ok(())
	}

	#[benchmark]
	fn on_initialize(m: Linear<0, { T::MaxMotions::get() }>) {
		for index in 0..m {
			let hash = T::Hashing::hash_of(&index);
			T::BenchmarkHelper::open(hash);
			let motion = Motion { hash, proposer: account("seat", index, 0), lapses: One::one() };
			OpenMotions::<T>::try_append(motion).expect("there are not more than can be open");
		}

		Brake::<T>::put(Pulled { since: 0, until: Some(T::Clock::now()) });

		#[block]
		{
			<Pallet<T> as Hooks<BlockNumberFor<T>>>::on_initialize(One::one());
		}

		assert!(OpenMotions::<T>::get().is_empty());
		assert_last_event::<T>(Event::BrakeReleased);
	}

	impl_benchmark_test_suite!(Pallet, mock::ExtBuilder::build(), mock::Test);
}

fn assert_last_event<T: Config>(event: Event<T>) {
	frame_system::Pallet::<T>::assert_last_event(event.into());
}

fn council<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	T::CouncilOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)
}
