// SPDX-License-Identifier: Apache-2.0

//! What was spent on former days is forgotten.

#![allow(clippy::as_conversions, reason = "what derives the codec of an enum converts its indices")]

use crate::{BalanceOf, Config, Forgetting, FreeSpent, Pallet, Spending, Spent, WeightInfo};
use alloc::vec::Vec;
use contour_primitives::Moment;
use frame_support::{pallet_prelude::*, weights::WeightMeter};

/// The key of an entry, whole.
type RawKey = BoundedVec<u8, ConstU32<128>>;

/// The most entries that are looked at in a block.
const AT_ONCE: u64 = 256;

/// How far what was spent on former days is forgotten.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub enum Progress {
	/// Nothing is left of the days before this one.
	#[codec(index = 0)]
	Done {
		/// The day.
		day: Moment,
	},
	/// What institutions paid for members is looked at, after this key.
	#[codec(index = 1)]
	Members {
		/// The key; none at the beginning.
		after: RawKey,
	},
	/// What accounts did for nothing is looked at, after this key.
	#[codec(index = 2)]
	Accounts {
		/// The key; none at the beginning.
		after: RawKey,
	},
}

impl Default for Progress {
	fn default() -> Self {
		Self::Members { after: RawKey::default() }
	}
}

impl<T: Config> Pallet<T> {
	/// Forgets what was spent on former days, once a day, as far as `limit` reaches, and returns what that
	/// weighed.
	pub(crate) fn do_on_idle(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		if meter.try_consume(T::DbWeight::get().reads_writes(2, 1)).is_err() {
			return meter.consumed();
		}
		let today = Self::today();
		let each = T::WeightInfo::on_idle_forget();
		let fit = meter.remaining().checked_div_per_component(&each).unwrap_or(AT_ONCE);
		let (next, looked_at) = match Forgetting::<T>::get() {
			Progress::Done { day } if day == today => return meter.consumed(),
			Progress::Done { .. } => (Progress::default(), 0),
			progress => Self::forget(progress, today, fit.min(AT_ONCE)),
		};
		meter.consume(each.saturating_mul(looked_at));
		Forgetting::<T>::put(next);
		meter.consumed()
	}

	/// Looks at so many entries, and says where to go on and how many there were.
	pub(crate) fn forget(progress: Progress, today: Moment, at_most: u64) -> (Progress, u64) {
		let fit = usize::try_from(at_most).unwrap_or(usize::MAX);
		let is_over = |spending: &Spending<BalanceOf<T>>| spending.day < today;
		let (last, looked_at) = match &progress {
			Progress::Done { .. } => return (progress, 0),
			Progress::Members { after } => {
				let mut entries = match after.is_empty() {
					true => Spent::<T>::iter(),
					false => Spent::<T>::iter_from(after.to_vec()),
				};
				let some: Vec<_> = entries.by_ref().take(fit).collect();
				for (institution, who, _) in some.iter().filter(|(_, _, it)| is_over(it)) {
					Spent::<T>::remove(institution, who);
				}
				(entries.last_raw_key().to_vec(), some.len())
			}
			Progress::Accounts { after } => {
				let mut entries = match after.is_empty() {
					true => FreeSpent::<T>::iter(),
					false => FreeSpent::<T>::iter_from(after.to_vec()),
				};
				let some: Vec<_> = entries.by_ref().take(fit).collect();
				for (who, _) in some.iter().filter(|(_, it)| is_over(it)) {
					FreeSpent::<T>::remove(who);
				}
				(entries.last_raw_key().to_vec(), some.len())
			}
		};
		let after = RawKey::truncate_from(last);
		let next = match (progress, looked_at < fit) {
			(Progress::Members { .. }, false) => Progress::Members { after },
			(Progress::Members { .. }, true) => Progress::Accounts { after: RawKey::default() },
			(Progress::Accounts { .. }, false) => Progress::Accounts { after },
			_ => Progress::Done { day: today },
		};
		(next, u64::try_from(looked_at).unwrap_or(u64::MAX))
	}
}
