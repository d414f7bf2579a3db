// SPDX-License-Identifier: Apache-2.0

//! What follows for a validator when its institution is suspended or leaves.

use crate::{Config, OperatorOf, Pallet, Validator, ValidatorStatus, Validators};
use contour_primitives::{InstitutionId, Operators, Tenure};
use frame_support::{pallet_prelude::*, traits::Defensive};

impl<T: Config> Tenure for Pallet<T> {
	fn ensure_dispensable(institution: InstitutionId) -> DispatchResult {
		Self::ensure_can_lose(institution)
	}

	fn on_suspended(institution: InstitutionId) {
		match Validators::<T>::get(institution) {
			// The chain does without it now.
			Some(Validator { status: ValidatorStatus::Condemned { cause }, .. }) => {
				Self::suspend(institution, cause);
			}
			Some(validator) => Self::disable(&validator.account),
			None => {}
		}
	}

	fn on_reinstated(institution: InstitutionId) {
		if let Some(validator) = Validators::<T>::get(institution)
			&& validator.status == ValidatorStatus::Admitted
		{
			Self::enable(&validator.account);
		}
	}

	fn on_removed(institution: InstitutionId) {
		Self::part_with(institution);
		if Validators::<T>::contains_key(institution) {
			let _ = Self::remove_validator(institution)
				.defensive_proof("the validator is there, and its keys are purged if it has any");
		}
	}
}

impl<T: Config> Operators<T::AccountId> for Pallet<T> {
	fn operates_for(who: &T::AccountId) -> Option<InstitutionId> {
		OperatorOf::<T>::get(who).filter(|institution| {
			Validators::<T>::get(institution).is_some_and(|validator| validator.account == *who)
		})
	}
}
