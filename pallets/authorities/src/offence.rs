// SPDX-License-Identifier: Apache-2.0

//! What follows from a proven equivocation.

use crate::{Config, Pallet, SuspensionCause, ValidatorStatus, Validators};
use frame_support::pallet_prelude::*;
use pallet_session::historical::IdentificationTuple;
use sp_runtime::Perbill;
use sp_staking::{
	SessionIndex,
	offence::{OffenceDetails, OnOffenceHandler},
};

impl<T: Config> OnOffenceHandler<T::AccountId, IdentificationTuple<T>, Weight> for Pallet<T> {
	/// Suspends the offenders' validators; their institutions' staff work on.
	fn on_offence(
		offenders: &[OffenceDetails<T::AccountId, IdentificationTuple<T>>],
		_: &[Perbill],
		_: SessionIndex,
	) -> Weight {
		for OffenceDetails { offender: (account, institution), .. } in offenders {
			let takes_part = Validators::<T>::get(institution).is_some_and(|validator| {
				validator.account == *account && validator.status == ValidatorStatus::Admitted
			});
			if !takes_part {
				continue;
			}
			match Self::ensure_can_lose(*institution) {
				Ok(()) => Self::suspend(*institution, SuspensionCause::Equivocation),
				Err(_) => Self::condemn(*institution, SuspensionCause::Equivocation),
			}
		}
		// The weight of the reporting call includes this.
		Weight::zero()
	}
}
