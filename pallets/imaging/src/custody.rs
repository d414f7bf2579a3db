// SPDX-License-Identifier: Apache-2.0

//! Handing a study over to another institution.

use crate::{
	Config, EndCause, Error, Event, LeaseState, Leases, Locator, Offers, Pallet, Requests, Studies,
	StudyOf,
};
use alloc::vec::Vec;
use contour_primitives::{InstitutionId, Institutions, StudyId};
use frame_support::{pallet_prelude::*, traits::Consideration};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	/// Offers a study to another institution, or takes the offer back.
	pub(crate) fn do_offer_custody(
		who: T::AccountId,
		id: StudyId,
		to: Option<InstitutionId>,
	) -> DispatchResult {
		let study = Self::study(id)?;
		Self::ensure_staff(&who, study.custodian)?;
		match to {
			Some(to) => {
				ensure!(to != study.custodian, Error::<T>::AlreadyExists);
				ensure!(T::Institutions::is_active(to), Error::<T>::InstitutionNotActive);
				Offers::<T>::insert(id, to);
			}
			None => {
				Offers::<T>::take(id).ok_or(Error::<T>::NotOffered)?;
			}
		}

		let from = study.custodian;
		Self::happened(Some(who), Event::CustodyOffered { study: id, from, to });
		Ok(())
	}

	/// Takes a study over: its leases end, as the copies were the former custodian's. Returns how
	/// many there were.
	pub(crate) fn do_accept_custody(
		who: T::AccountId,
		id: StudyId,
		locator: Locator,
	) -> Result<u32, DispatchError> {
		let study = Self::study(id)?;
		let to = Offers::<T>::get(id).ok_or(Error::<T>::NotOffered)?;
		Self::ensure_staff(&who, to)?;
		let from = study.custodian;

		let deposit = Self::take_deposit::<StudyOf<T>>(to)?;
		study.deposit.drop(&T::Institutions::fee_account_of(from))?;
		Studies::<T>::insert(id, crate::Study { custodian: to, locator, deposit, ..study });
		Offers::<T>::remove(id);
		let leases: Vec<_> = Leases::<T>::iter_prefix(id).collect();
		let mut ended = 0u32;
		for (grantee, lease) in leases {
			match lease.state {
				LeaseState::Requested { .. } => {
					// The new custodian answers.
					Requests::<T>::remove(from, (id, &grantee));
					Requests::<T>::insert(to, (id, grantee), ());
				}
				LeaseState::Live { .. } => {
					let who = Some(who.clone());
					Self::end_lease(who, id, &grantee, lease, EndCause::CustodyTransferred);
					ended = ended.saturating_add(1);
				}
				LeaseState::Ended { .. } => {}
			}
		}

		Self::happened(Some(who), Event::CustodyTransferred { study: id, from, to });
		Ok(ended)
	}
}
