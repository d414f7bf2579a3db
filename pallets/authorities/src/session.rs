// SPDX-License-Identifier: Apache-2.0

//! Planning of sessions: the manager of `pallet-session`.

use crate::{
	Config, Event, Minimum, OperatorOf, Pallet, SessionLength, SessionStart, ValidatorStatus,
	Validators,
};
use alloc::vec::Vec;
use contour_primitives::InstitutionId;
use core::marker::PhantomData;
use frame_support::{
	pallet_prelude::*,
	traits::{EstimateNextSessionRotation, ValidatorRegistration},
};
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_session::{ShouldEndSession, historical};
use sp_runtime::{
	Permill,
	traits::{Convert, Saturating, UniqueSaturatedInto},
};
use sp_staking::SessionIndex;

/// Accounts that may set session keys: those that run a validator, or ever did.
pub struct ValidatorIdOf<T>(PhantomData<T>);

impl<T: Config> Convert<T::AccountId, Option<T::AccountId>> for ValidatorIdOf<T> {
	fn convert(account: T::AccountId) -> Option<T::AccountId> {
		OperatorOf::<T>::contains_key(&account).then_some(account)
	}
}

/// The institution by which a validator is identified in proofs of key ownership.
pub struct IdentificationOf<T>(PhantomData<T>);

impl<T: Config> Convert<T::AccountId, Option<InstitutionId>> for IdentificationOf<T> {
	fn convert(account: T::AccountId) -> Option<InstitutionId> {
		OperatorOf::<T>::get(account)
	}
}

impl<T: Config> Pallet<T> {
	/// Authorities of a session to be planned, in order of their institutions' numbers; nothing if they are
	/// those of the session that begins, so that GRANDPA has another set only when there is one.
	fn plan(session: SessionIndex) -> Option<Vec<(T::AccountId, InstitutionId)>> {
		Self::suspend_condemned();
		let mut planned: Vec<_> = Self::effective()
			.filter(|(_, account)| pallet_session::Pallet::<T>::is_registered(account))
			.map(|(institution, account)| (account, institution))
			.collect();
		planned.sort_by_key(|(_, institution)| *institution);

		if u32::try_from(planned.len()).is_ok_and(|count| count < Minimum::<T>::get()) {
			log::error!(
				target: "runtime::authorities",
				"session {session} would have {} authorities only; the present ones stay",
				planned.len(),
			);
			Self::deposit_event(Event::AuthoritiesKept { session });
			return None;
		}
		let present = pallet_session::Validators::<T>::get();
		let same = present.iter().eq(planned.iter().map(|(account, _)| account));
		// Before the first session there is none that could stay.
		(!same || session <= 1).then_some(planned)
	}

	/// Carries out the suspensions that had to wait, as far as the chain can spare the authorities.
	fn suspend_condemned() {
		let mut condemned: Vec<_> = Validators::<T>::iter()
			.filter_map(|(institution, validator)| match validator.status {
				ValidatorStatus::Condemned { cause } => Some((institution, cause)),
				_ => None,
			})
			.collect();
		condemned.sort_by_key(|(institution, _)| *institution);
		for (institution, cause) in condemned {
			if Self::ensure_can_lose(institution).is_ok() {
				Self::suspend(institution, cause);
			}
		}
	}

	/// Disables, of the authorities of the session that has just begun, those with which no further
	/// session is planned, unless the chain needs them: see `plan`.
	fn disable_departed() {
		let present = pallet_session::Validators::<T>::get();
		// `pallet-session` has forgotten who was disabled in the session before, but not when that
		// was the first one.
		present.iter().for_each(Self::enable);

		let staying: Vec<_> = Self::effective().collect();
		let departed = present
			.iter()
			.filter(|account| !staying.iter().any(|(_, it)| it == *account))
			.collect::<Vec<_>>();
		if Self::fewest_authorities(staying) >= Minimum::<T>::get() {
			departed.into_iter().for_each(Self::disable);
		}
	}

	fn begin(session: SessionIndex) {
		SessionStart::<T>::insert(session, T::CurrentSlot::get());
		Self::note_keys(session);
		Self::disable_departed();
		Self::part_with_departed();
		Self::resume_finality();
		if let Some(oldest) = session.checked_sub(T::ReportableSessions::get()) {
			historical::Pallet::<T>::prune_up_to(oldest);
			if let Some(outdated) = oldest.checked_sub(1) {
				SessionStart::<T>::remove(outdated);
				Self::forget_keys(outdated);
			}
		}
	}
}

impl<T: Config> pallet_session::SessionManager<T::AccountId> for Pallet<T> {
	fn new_session(session: SessionIndex) -> Option<Vec<T::AccountId>> {
		Self::plan(session).map(|planned| planned.into_iter().map(|(account, _)| account).collect())
	}

	fn start_session(session: SessionIndex) {
		Self::begin(session);
	}

	fn end_session(_: SessionIndex) {}
}

impl<T: Config> historical::SessionManager<T::AccountId, InstitutionId> for Pallet<T> {
	fn new_session(session: SessionIndex) -> Option<Vec<(T::AccountId, InstitutionId)>> {
		Self::plan(session)
	}

	fn start_session(session: SessionIndex) {
		Self::begin(session);
	}

	fn end_session(_: SessionIndex) {}
}

impl<T: Config> ShouldEndSession<BlockNumberFor<T>> for Pallet<T> {
	fn should_end_session(now: BlockNumberFor<T>) -> bool {
		Self::progress(now) == 0
	}
}

impl<T: Config> Pallet<T> {
	/// Blocks of the present session before `now`.
	fn progress(now: BlockNumberFor<T>) -> u32 {
		let now: u32 = now.unique_saturated_into();
		now.checked_rem(Self::length()).unwrap_or_default()
	}

	/// The first block of the present session.
	pub(crate) fn session_began(now: BlockNumberFor<T>) -> BlockNumberFor<T> {
		now.saturating_sub(Self::progress(now).into())
	}

	fn length() -> u32 {
		SessionLength::<T>::get().unique_saturated_into()
	}
}

impl<T: Config> EstimateNextSessionRotation<BlockNumberFor<T>> for Pallet<T> {
	fn average_session_length() -> BlockNumberFor<T> {
		SessionLength::<T>::get()
	}

	fn estimate_current_session_progress(now: BlockNumberFor<T>) -> (Option<Permill>, Weight) {
		let passed = Self::progress(now).saturating_add(1);
		(Some(Permill::from_rational(passed, Self::length())), T::DbWeight::get().reads(1))
	}

	fn estimate_next_session_rotation(
		now: BlockNumberFor<T>,
	) -> (Option<BlockNumberFor<T>>, Weight) {
		let remaining = Self::length().saturating_sub(Self::progress(now));
		(Some(now.saturating_add(remaining.into())), T::DbWeight::get().reads(1))
	}
}
