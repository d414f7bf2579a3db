// SPDX-License-Identifier: Apache-2.0

//! The validators of the institutions.

use crate::{
	Config, Error, Event, Minimum, OperatorOf, Pallet, SuspensionCause, ValidatorStatus, Validators,
};
use alloc::{collections::BTreeSet, vec::Vec};
use contour_primitives::{InstitutionId, Institutions};
use frame_support::{
	pallet_prelude::*,
	traits::{Defensive, ValidatorRegistration},
};
use frame_system::{RawOrigin, pallet_prelude::*};

/// The validator of one institution.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Validator<AccountId> {
	/// Account that sets the session keys.
	pub account: AccountId,
	/// Where the validator stands.
	pub status: ValidatorStatus,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn ensure_administrator(
		origin: OriginFor<T>,
	) -> Result<InstitutionId, DispatchError> {
		let who = ensure_signed(origin)?;
		T::Institutions::administered_by(&who).ok_or_else(|| Error::<T>::NotAuthorized.into())
	}

	pub(crate) fn ensure_council_or_own(
		origin: OriginFor<T>,
		institution: InstitutionId,
	) -> DispatchResult {
		if let Err(origin) = T::CouncilOrigin::try_origin(origin) {
			let own = Self::ensure_administrator(origin)?;
			ensure!(own == institution, Error::<T>::NotAuthorized);
		}
		Ok(())
	}

	/// The validators with which sessions are planned now, unless their keys are gone.
	pub(crate) fn effective() -> impl Iterator<Item = (InstitutionId, T::AccountId)> {
		Validators::<T>::iter()
			.filter(|(institution, validator)| {
				validator.status.takes_part() && T::Institutions::is_active(*institution)
			})
			.map(|(institution, validator)| (institution, validator.account))
	}

	/// Refuses when the authorities would be too few without `institution`.
	pub(crate) fn ensure_can_lose(institution: InstitutionId) -> DispatchResult {
		let (own, others): (Vec<_>, Vec<_>) =
			Self::effective().partition(|(other, _)| *other == institution);
		ensure!(
			own.is_empty() || Self::fewest_authorities(others) >= Minimum::<T>::get(),
			Error::<T>::TooFewAuthorities
		);
		Ok(())
	}

	/// The number of authorities in whichever has the fewest of the present session, the next one
	/// and the one to be planned, if only `validators` were left.
	///
	/// A validator that was just admitted counts for none but the last: whoever is suspended now is
	/// disabled now, and somebody else has to make the blocks until the new one may. Neither counts
	/// who is disabled in the present session, though admitted again.
	pub(crate) fn fewest_authorities(validators: Vec<(InstitutionId, T::AccountId)>) -> u32 {
		let left: BTreeSet<_> = validators.into_iter().map(|(_, account)| account).collect();
		let disabled = pallet_session::Pallet::<T>::disabled_validators();
		let present = (0u32..)
			.zip(pallet_session::Validators::<T>::get())
			.filter(|(index, account)| left.contains(account) && !disabled.contains(index))
			.count();
		let next = pallet_session::QueuedKeys::<T>::get();
		let next = next.iter().filter(|(account, _)| left.contains(account)).count();
		u32::try_from(left.len().min(present).min(next)).unwrap_or(u32::MAX)
	}

	pub(crate) fn do_designate_validator(
		institution: InstitutionId,
		account: T::AccountId,
	) -> DispatchResult {
		ensure!(!Validators::<T>::contains_key(institution), Error::<T>::AlreadyExists);
		ensure!(
			OperatorOf::<T>::get(&account).is_none_or(|former| former == institution),
			Error::<T>::AccountTaken
		);
		ensure!(Validators::<T>::count() < T::MaxValidators::get(), Error::<T>::TooManyValidators);

		Self::insert_validator(institution, account.clone(), ValidatorStatus::Candidate);

		Self::deposit_event(Event::ValidatorDesignated { institution, account });
		Ok(())
	}

	pub(crate) fn do_admit_validator(institution: InstitutionId) -> DispatchResult {
		ensure!(T::Institutions::is_active(institution), Error::<T>::InstitutionNotActive);
		Self::change_status(institution, |validator| {
			ensure!(validator.status == ValidatorStatus::Candidate, Error::<T>::NotCandidate);
			ensure!(
				pallet_session::Pallet::<T>::is_registered(&validator.account),
				Error::<T>::KeysNotSet
			);
			Self::ensure_can_take_part(institution)?;
			validator.status = ValidatorStatus::Admitted;
			Ok(())
		})?;

		Self::deposit_event(Event::ValidatorAdmitted { institution });
		Ok(())
	}

	pub(crate) fn do_suspend_validator(institution: InstitutionId) -> DispatchResult {
		let validator = Self::validator(institution)?;
		ensure!(validator.status.takes_part(), Error::<T>::NotAdmitted);
		Self::ensure_can_lose(institution)?;

		Self::suspend(institution, SuspensionCause::Council);
		Ok(())
	}

	pub(crate) fn do_reinstate_validator(institution: InstitutionId) -> DispatchResult {
		let account = Self::change_status(institution, |validator| {
			ensure!(
				matches!(
					validator.status,
					ValidatorStatus::Suspended { .. } | ValidatorStatus::Condemned { .. }
				),
				Error::<T>::NotSuspended
			);
			ensure!(
				pallet_session::Pallet::<T>::is_registered(&validator.account),
				Error::<T>::KeysNotSet
			);
			Self::ensure_can_take_part(institution)?;
			validator.status = ValidatorStatus::Admitted;
			Ok(())
		})?;
		if T::Institutions::is_active(institution) {
			Self::enable(&account);
		}

		Self::deposit_event(Event::ValidatorReinstated { institution });
		Ok(())
	}

	pub(crate) fn do_retire_validator(institution: InstitutionId) -> DispatchResult {
		Self::ensure_can_lose(institution)?;
		Self::remove_validator(institution)
	}

	pub(crate) fn do_set_minimum(minimum: u32) -> DispatchResult {
		let authorities = Self::fewest_authorities(Self::effective().collect());
		ensure!((1..=authorities).contains(&minimum), Error::<T>::MinimumOutOfRange);
		Minimum::<T>::put(minimum);

		Self::deposit_event(Event::MinimumSet { minimum });
		Ok(())
	}

	/// Suspends a validator that takes part and disables it in the present session.
	pub(crate) fn suspend(institution: InstitutionId, cause: SuspensionCause) {
		let suspended = Self::change_status(institution, |validator| {
			validator.status = ValidatorStatus::Suspended { cause };
			Ok(())
		});
		if let Ok(account) = suspended.defensive() {
			Self::disable(&account);
			Self::deposit_event(Event::ValidatorSuspended { institution, cause });
		}
	}

	/// Marks a validator that takes part for suspension at the next occasion.
	pub(crate) fn condemn(institution: InstitutionId, cause: SuspensionCause) {
		let condemned = Self::change_status(institution, |validator| {
			validator.status = ValidatorStatus::Condemned { cause };
			Ok(())
		});
		if condemned.defensive().is_ok() {
			Self::deposit_event(Event::SuspensionDeferred { institution });
		}
	}

	/// Records a validator and makes its account one that can set session keys without a balance.
	pub(crate) fn insert_validator(
		institution: InstitutionId,
		account: T::AccountId,
		status: ValidatorStatus,
	) {
		T::Institutions::introduce(&account);
		OperatorOf::<T>::insert(&account, institution);
		Validators::<T>::insert(institution, Validator { account, status });
	}

	/// Removes the validator and its session keys. It stays an authority until the sessions that
	/// are planned have passed, but makes no more blocks.
	pub(crate) fn remove_validator(institution: InstitutionId) -> DispatchResult {
		let Validator { account, .. } =
			Validators::<T>::take(institution).ok_or(Error::<T>::ValidatorNotFound)?;
		Self::disable(&account);
		if pallet_session::Pallet::<T>::is_registered(&account) {
			pallet_session::Pallet::<T>::purge_keys(RawOrigin::Signed(account.clone()).into())?;
		}

		Self::deposit_event(Event::ValidatorRetired { institution, account });
		Ok(())
	}

	/// Lets an authority make no more blocks in the present session.
	pub(crate) fn disable(account: &T::AccountId) {
		if let Some(index) = pallet_session::Pallet::<T>::validator_id_to_index(account) {
			pallet_session::Pallet::<T>::disable_index(index);
		}
	}

	/// Lets an authority make blocks again in the present session.
	pub(crate) fn enable(account: &T::AccountId) {
		if let Some(index) = pallet_session::Pallet::<T>::validator_id_to_index(account) {
			pallet_session::Pallet::<T>::reenable_index(index);
		}
	}

	fn validator(institution: InstitutionId) -> Result<Validator<T::AccountId>, DispatchError> {
		Validators::<T>::get(institution).ok_or_else(|| Error::<T>::ValidatorNotFound.into())
	}

	fn change_status(
		institution: InstitutionId,
		change: impl FnOnce(&mut Validator<T::AccountId>) -> DispatchResult,
	) -> Result<T::AccountId, DispatchError> {
		let mut validator = Self::validator(institution)?;
		change(&mut validator)?;
		Validators::<T>::insert(institution, &validator);
		Ok(validator.account)
	}
}
