// SPDX-License-Identifier: Apache-2.0

//! Whether an account may act, and under whose credential.

use crate::{
	Administrators, Config, Credential, Credentials, Error, Event, Pallet, Patients, Standards,
};
use contour_primitives::{
	Action, Conduct, InstitutionId, Merit, Modality, Operators, Refusal, Role, Standard, Standing,
};
use frame_support::{pallet_prelude::*, traits::Time};

/// Why an institution answers for an account.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Basis {
	/// The account administers it.
	Administrator,
	/// It has issued a credential to the account.
	Staff,
	/// The account operates its validator.
	Operator,
	/// The account is a patient's, enrolled there.
	Patient,
}

impl<T: Config> Pallet<T> {
	/// The institution that answers for an account now, and why it does.
	pub(crate) fn answering(who: &T::AccountId) -> Result<(InstitutionId, Basis), Refusal> {
		let closer = |next: Result<InstitutionId, Refusal>, basis: Basis, refusal: Refusal| {
			next.map(|institution| (institution, basis)).map_err(|other| other.max(refusal))
		};
		Self::first_active(Administrators::<T>::get(who))
			.map(|institution| (institution, Basis::Administrator))
			.or_else(|refusal| closer(Self::first_counting(who, |_| Ok(())), Basis::Staff, refusal))
			.or_else(|refusal| {
				closer(
					Self::first_active(T::Operators::operates_for(who)),
					Basis::Operator,
					refusal,
				)
			})
			.or_else(|refusal| {
				closer(Self::first_active(Patients::<T>::get(who)), Basis::Patient, refusal)
			})
	}

	/// The first institution under whose credential `who` may act now, `admits` being what the
	/// action requires of the credential. Otherwise the refusal that came closest.
	pub(crate) fn first_counting(
		who: &T::AccountId,
		admits: impl Fn(&Credential) -> Result<(), Refusal>,
	) -> Result<InstitutionId, Refusal> {
		let now = T::Clock::now();
		let mut closest = Refusal::NotVouchedFor;
		for credential in Credentials::<T>::get(who) {
			let verdict = Self::ensure_active(credential.institution)
				.and_then(|()| credential.ensure_counts(now))
				.and_then(|()| admits(&credential));
			match verdict {
				Ok(()) => return Ok(credential.institution),
				Err(refusal) => closest = closest.max(refusal),
			}
		}
		Err(closest)
	}

	pub(crate) fn do_set_standard(
		action: Action,
		modality: Option<Modality>,
		standard: Option<Standard>,
	) -> DispatchResult {
		match &standard {
			Some(standard) => {
				ensure!(!standard.any_of.is_empty(), Error::<T>::UnmeetableStandard);
			}
			None => ensure!(
				Standards::<T>::contains_key((action, modality)),
				Error::<T>::StandardNotFound
			),
		}
		Standards::<T>::set((action, modality), standard);

		Self::deposit_event(Event::StandardSet { action, modality, standard });
		Ok(())
	}

	/// What an action requires on data of a modality.
	fn standard(action: Action, modality: Modality) -> Result<Standard, Refusal> {
		Standards::<T>::get((action, Some(modality)))
			.or_else(|| Standards::<T>::get((action, None::<Modality>)))
			.ok_or(Refusal::NoStandard)
	}

	/// The credential of an institution, if it counts now.
	fn counting_at(who: &T::AccountId, institution: InstitutionId) -> Result<Credential, Refusal> {
		let credential = Credentials::<T>::get(who)
			.into_iter()
			.find(|credential| credential.institution == institution)
			.ok_or(Refusal::NotVouchedFor)?;
		Self::ensure_active(institution)?;
		credential.ensure_counts(T::Clock::now())?;
		Ok(credential)
	}

	fn ensure_meets(
		who: &T::AccountId,
		credential: &Credential,
		standard: &Standard,
		modality: Modality,
	) -> Result<(), Refusal> {
		ensure!(credential.roles.intersects(standard.any_of), Refusal::MissingRole);
		ensure!(
			standard.specialties.is_empty()
				|| credential.specialties.intersects(standard.specialties),
			Refusal::MissingSpecialty
		);
		ensure!(
			T::Merit::contributions(who, modality) >= standard.contributions,
			Refusal::TooFewContributions
		);
		ensure!(
			T::Merit::reputation(who, modality) >= standard.reputation,
			Refusal::TooLowReputation
		);
		Ok(())
	}

	fn ensure_active(institution: InstitutionId) -> Result<(), Refusal> {
		ensure!(Self::institution_is_active(institution), Refusal::InstitutionNotActive);
		Ok(())
	}

	/// The first active one of some institutions that vouch for an account by being named alone.
	fn first_active(
		institutions: impl IntoIterator<Item = InstitutionId>,
	) -> Result<InstitutionId, Refusal> {
		let mut closest = Refusal::NotVouchedFor;
		for institution in institutions {
			match Self::ensure_active(institution) {
				Ok(()) => return Ok(institution),
				Err(refusal) => closest = refusal,
			}
		}
		Err(closest)
	}
}

impl<T: Config> Standing<T::AccountId> for Pallet<T> {
	fn voucher(who: &T::AccountId) -> Result<InstitutionId, Refusal> {
		Self::answering(who).map(|(institution, _)| institution)
	}

	fn may(
		who: &T::AccountId,
		action: Action,
		modality: Modality,
	) -> Result<InstitutionId, Refusal> {
		let standard = Self::standard(action, modality)?;
		let institution = Self::first_counting(who, |credential| {
			Self::ensure_meets(who, credential, &standard, modality)
		})?;
		T::Conduct::ensure_clean(who)?;
		Ok(institution)
	}

	fn may_at(
		who: &T::AccountId,
		institution: InstitutionId,
		action: Action,
		modality: Modality,
	) -> Result<(), Refusal> {
		let standard = Self::standard(action, modality)?;
		let credential = Self::counting_at(who, institution)?;
		Self::ensure_meets(who, &credential, &standard, modality)?;
		T::Conduct::ensure_clean(who)
	}

	fn holds(who: &T::AccountId, institution: InstitutionId, role: Role) -> Result<(), Refusal> {
		let credential = Self::counting_at(who, institution)?;
		ensure!(credential.roles.contains(role), Refusal::MissingRole);
		Ok(())
	}
}
