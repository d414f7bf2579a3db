// SPDX-License-Identifier: Apache-2.0

//! Eras: points while they run, minting after them, and forgetting.

use crate::{Config, CurrentPolicy, Eras, Error, Event, OldestEra, Pallet, Points, WeightInfo};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::Balance;
use contour_scoring::Ppm;
use frame_support::{
	pallet_prelude::*,
	traits::{
		Get, Time,
		fungible::{Inspect, Mutate},
		tokens::{DepositConsequence, Provenance},
	},
	weights::WeightMeter,
};
use sp_runtime::{
	Rounding, helpers_128bit::multiply_by_rational_with_rounding as times_ratio, traits::Zero,
};

/// Number of an era: how many eras fit between the Unix epoch and its beginning.
pub type EraIndex = u32;

/// Points for a perfect reading.
pub(crate) const READING_POINTS: u64 = 10;
/// Points for a vote that decided on every reading as the panel did.
pub(crate) const VOTE_POINTS: u64 = 3;
/// Points are counted in millionths.
pub(crate) const POINT: u128 = 1_000_000;

/// What an era has for those who contributed in it.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Era {
	/// All points that were earned, in millionths.
	pub points: u64,
	/// Most that is minted, as it was at the first contribution.
	pub cap: Balance,
	/// What is minted for a point, as it was at the first contribution.
	pub rate: Balance,
	/// What was minted.
	pub minted: Balance,
}

impl Era {
	/// What there is for all: so much for each point, and the cap at most.
	#[must_use]
	pub fn issuance(&self) -> Balance {
		times_ratio(self.rate, self.points.into(), POINT, Rounding::Down)
			.map_or(self.cap, |issuance| issuance.min(self.cap))
	}

	/// What there is for so many of the points. All shares together are the issuance at most: what
	/// is lost by rounding is never minted.
	#[must_use]
	pub fn share(&self, points: u64) -> Balance {
		let (part, whole) = (points.min(self.points).into(), self.points.into());
		times_ratio(self.issuance(), part, whole, Rounding::Down).unwrap_or_default()
	}
}

impl<T: Config> Pallet<T> {
	/// The era that runs.
	pub(crate) fn running_era() -> EraIndex {
		let eras = T::Clock::now().checked_div(T::EraLength::get()).unwrap_or_default();
		EraIndex::try_from(eras).unwrap_or(EraIndex::MAX)
	}

	/// Whether the time to claim from an era is over.
	fn has_lapsed(era: EraIndex, running: EraIndex) -> bool {
		era.saturating_add(T::ClaimWindow::get()) < running
	}

	/// Adds points, by quality, to what somebody has earned in the era that runs.
	pub(crate) fn earn(who: &T::AccountId, quality: Ppm, most_points: u64) -> u64 {
		let points = most_points.saturating_mul(quality.parts().into());
		if points.is_zero() {
			return points;
		}
		let running = Self::running_era();
		let mut era = Eras::<T>::get(running).unwrap_or_else(|| {
			let issuance = CurrentPolicy::<T>::get().issuance;
			Era { cap: issuance.cap, rate: issuance.rate, ..Era::default() }
		});
		era.points = era.points.saturating_add(points);
		Eras::<T>::insert(running, era);
		Points::<T>::mutate(running, who, |earned| *earned = earned.saturating_add(points));
		if OldestEra::<T>::get().is_none() {
			OldestEra::<T>::put(running);
		}
		points
	}

	pub(crate) fn do_claim(who: T::AccountId, index: EraIndex) -> DispatchResult {
		let running = Self::running_era();
		ensure!(index < running, Error::<T>::EraNotOver);
		ensure!(!Self::has_lapsed(index, running), Error::<T>::ClaimLapsed);
		let mut era = Eras::<T>::get(index).ok_or(Error::<T>::NothingToClaim)?;
		let amount = era.share(Points::<T>::get(index, &who));
		ensure!(!amount.is_zero(), Error::<T>::NothingToClaim);
		// Points add up, so this cannot fail; but no era mints more, whatever happens to them.
		let minted = era.minted.saturating_add(amount);
		ensure!(minted <= era.issuance(), Error::<T>::NothingToClaim);

		let outcome = T::Currency::can_deposit(&who, amount, Provenance::Minted);
		ensure!(outcome != DepositConsequence::BelowMinimum, Error::<T>::AccountBelowMinimum);
		T::Currency::mint_into(&who, amount)?;
		era.minted = minted;
		Eras::<T>::insert(index, era);
		Points::<T>::remove(index, &who);
		Self::deposit_event(Event::Claimed { who, era: index, amount });
		Ok(())
	}

	/// The eras from which there is something to claim, and how much.
	pub(crate) fn do_claimable(who: &T::AccountId) -> Vec<(EraIndex, Balance)> {
		let running = Self::running_era();
		(running.saturating_sub(T::ClaimWindow::get())..running)
			.filter_map(|index| {
				let amount = Eras::<T>::get(index)?.share(Points::<T>::get(index, who));
				(!amount.is_zero()).then_some((index, amount))
			})
			.collect()
	}

	/// Forgets eras from which nobody may claim any more, oldest first, as far as `limit` reaches,
	/// and returns what that weighed.
	pub(crate) fn do_on_idle(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		let look = T::DbWeight::get().reads_writes(3, 1);
		if meter.try_consume(look).is_err() {
			return meter.consumed();
		}
		let running = Self::running_era();
		let Some(first) = OldestEra::<T>::get() else {
			return meter.consumed();
		};
		let mut oldest = first;
		let each = T::WeightInfo::on_idle_points().max(T::WeightInfo::on_idle_era());
		while Self::has_lapsed(oldest, running) && meter.can_consume(each) {
			let fit = meter.remaining().checked_div_per_component(&each).unwrap_or(u64::MAX);
			match Self::forget_points(oldest, fit) {
				0 => {
					meter.consume(each);
					Self::close(oldest);
					oldest = oldest.saturating_add(1);
				}
				forgotten => meter.consume(each.saturating_mul(forgotten)),
			}
		}
		if oldest != first {
			OldestEra::<T>::put(oldest);
		}
		meter.consumed()
	}

	/// Forgets the points of so many accounts at most, and returns how many they were. All at once: who
	/// looks from the beginning each time steps over all that was removed in this block.
	pub(crate) fn forget_points(index: EraIndex, at_most: u64) -> u64 {
		let at_most = usize::try_from(at_most).unwrap_or(usize::MAX);
		let accounts: Vec<_> = Points::<T>::iter_key_prefix(index).take(at_most).collect();
		let mut forgotten = 0u64;
		for who in accounts {
			Points::<T>::remove(index, who);
			forgotten = forgotten.saturating_add(1);
		}
		forgotten
	}

	/// Forgets an era that has no points left.
	pub(crate) fn close(index: EraIndex) {
		if let Some(era) = Eras::<T>::take(index) {
			let unclaimed = era.issuance().saturating_sub(era.minted);
			Self::deposit_event(Event::EraClosed { era: index, minted: era.minted, unclaimed });
		}
	}
}
