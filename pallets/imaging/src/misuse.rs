// SPDX-License-Identifier: Apache-2.0

//! Misuse: reported by custodians, settled by the council.

use crate::{Config, Error, Event, Leases, MisuseCounts, Misuses, Pallet};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::{Conduct, Hash, InstitutionId, Moment, Refusal, StudyId};
use frame_support::{pallet_prelude::*, traits::Time};

/// A reported misuse that the council has not dismissed.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Misuse {
	/// The institution that reported it.
	pub reporter: InstitutionId,
	/// Hash of the reasons.
	pub reason: Hash,
	/// When it was reported.
	pub reported: Moment,
	/// Since when the council holds it proven; nothing while it has not decided.
	pub upheld: Option<Moment>,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_report_misuse(
		who: T::AccountId,
		id: StudyId,
		grantee: T::AccountId,
		reason: Hash,
	) -> DispatchResult {
		let study = Self::study(id)?;
		Self::ensure_staff(&who, study.custodian)?;
		ensure!(Leases::<T>::contains_key(id, &grantee), Error::<T>::LeaseNotFound);
		ensure!(!Misuses::<T>::contains_key(&grantee, id), Error::<T>::AlreadyExists);

		let reporter = study.custodian;
		let reported = T::Clock::now();
		Misuses::<T>::insert(&grantee, id, Misuse { reporter, reason, reported, upheld: None });
		MisuseCounts::<T>::mutate(&grantee, |count| *count = count.saturating_add(1));

		let event = Event::MisuseReported { study: id, grantee, reporter, reason };
		Self::happened(Some(who), event);
		Ok(())
	}

	pub(crate) fn do_settle_misuse(
		grantee: T::AccountId,
		id: StudyId,
		upheld: bool,
	) -> DispatchResult {
		let mut misuse = Misuses::<T>::get(&grantee, id).ok_or(Error::<T>::NotFound)?;
		if upheld {
			ensure!(misuse.upheld.is_none(), Error::<T>::AlreadyExists);
			misuse.upheld = Some(T::Clock::now());
			Misuses::<T>::insert(&grantee, id, misuse);
		} else {
			Misuses::<T>::remove(&grantee, id);
			MisuseCounts::<T>::mutate_exists(&grantee, |count| {
				*count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
			});
		}

		Self::happened(None, Event::MisuseSettled { study: id, grantee, upheld });
		Ok(())
	}
}

impl<T: Config> Conduct<T::AccountId> for Pallet<T> {
	fn ensure_clean(who: &T::AccountId) -> Result<(), Refusal> {
		ensure!(!MisuseCounts::<T>::contains_key(who), Refusal::MisuseReported);
		Ok(())
	}
}
