// SPDX-License-Identifier: Apache-2.0

//! Writing of histories.

use crate::{Config, Heads, Pallet};
use codec::Encode;
use contour_primitives::audit::{Deed, Entry, Head, Subject, Trail, VERSION, index_key, link_of};
use frame_support::traits::Time;
use sp_runtime::traits::UniqueSaturatedInto;

impl<T: Config> Trail<T::AccountId> for Pallet<T> {
	fn append(subject: Subject<T::AccountId>, who: Option<T::AccountId>, what: Deed<T::AccountId>) {
		let Head { count, link } = Heads::<T>::get(&subject);
		let entry = Entry {
			version: VERSION,
			subject: subject.clone(),
			index: count,
			previous: link,
			who,
			what,
			at: T::Clock::now(),
			block: frame_system::Pallet::<T>::block_number().unique_saturated_into(),
		}
		.encode();
		let link = link_of(&entry);
		sp_io::offchain_index::set(&index_key(link), &entry);
		// Four thousand million entries of one subject: a hundred a second for a year.
		Heads::<T>::insert(subject, Head { count: count.saturating_add(1), link });
	}
}
