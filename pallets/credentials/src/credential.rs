// SPDX-License-Identifier: Apache-2.0

//! What institutions vouch for about an account, and what they pay for it.

use crate::{
	Allowances, BalanceOf, Config, CredentialStatus, Credentials, Error, Event, Institutions,
	Pallet, Patients,
};
use contour_primitives::{
	Hash, InstitutionId, Moment, Operators, Refusal, Role, Roles, Specialties,
};
use frame_support::{pallet_prelude::*, traits::Time};
use frame_system::pallet_prelude::*;

/// What one institution vouches for about one account. Times are Unix time in milliseconds.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Credential {
	/// The institution that vouches.
	pub institution: InstitutionId,
	/// What the holder does there.
	pub roles: Roles,
	/// Fields in which the holder is certified.
	pub specialties: Specialties,
	/// Salted hash of the professional licence, which the institution has checked.
	pub licence_hash: Hash,
	/// When it was issued.
	pub issued: Moment,
	/// From when on it does not count any more, unless renewed.
	pub expires: Moment,
	/// Whether the institution stands by it.
	pub status: CredentialStatus,
}

impl Credential {
	/// Whether the credential counts at `now`, its institution being in good standing.
	pub(crate) fn ensure_counts(&self, now: Moment) -> Result<(), Refusal> {
		match self.status {
			CredentialStatus::Revoked { .. } => Err(Refusal::CredentialRevoked),
			CredentialStatus::Suspended { .. } => Err(Refusal::CredentialSuspended),
			CredentialStatus::Active if self.expires <= now => Err(Refusal::CredentialExpired),
			CredentialStatus::Active => Ok(()),
		}
	}
}

impl<T: Config> Pallet<T> {
	/// The active institution that the origin administers or is a custodian of.
	pub(crate) fn ensure_custodian(origin: OriginFor<T>) -> Result<InstitutionId, DispatchError> {
		let who = ensure_signed(origin)?;
		if let Some(institution) = Self::administered_institution(&who) {
			return Ok(institution);
		}
		Self::first_counting(&who, |credential| {
			ensure!(credential.roles.contains(Role::Custodian), Refusal::MissingRole);
			Ok(())
		})
		.map_err(|refusal| Error::<T>::Refused(refusal).into())
	}

	/// Whether `institution` vouches for `who` in any way, suspended credentials included.
	pub(crate) fn is_member_of(who: &T::AccountId, institution: InstitutionId) -> bool {
		let holds_credential = Credentials::<T>::get(who).iter().any(|credential| {
			credential.institution == institution
				&& !matches!(credential.status, CredentialStatus::Revoked { .. })
		});
		holds_credential
			|| Patients::<T>::get(who).contains(&institution)
			|| crate::Administrators::<T>::get(who) == Some(institution)
			|| T::Operators::operates_for(who) == Some(institution)
	}

	pub(crate) fn do_issue_credential(
		institution: InstitutionId,
		holder: T::AccountId,
		roles: Roles,
		specialties: Specialties,
		licence_hash: Hash,
		expires: Moment,
	) -> DispatchResult {
		ensure!(!roles.is_empty(), Error::<T>::NoRoles);
		let issued = T::Clock::now();
		Self::ensure_expiry(issued, expires)?;
		let credential = Credential {
			institution,
			roles,
			specialties,
			licence_hash,
			issued,
			expires,
			status: CredentialStatus::Active,
		};

		Credentials::<T>::try_mutate(&holder, |credentials| -> DispatchResult {
			match credentials.iter_mut().find(|held| held.institution == institution) {
				Some(held) => {
					ensure!(
						matches!(held.status, CredentialStatus::Revoked { .. }),
						Error::<T>::AlreadyExists
					);
					*held = credential;
				}
				None => {
					// As long as there is room, what is over stays: it tells a refused holder why.
					if credentials.is_full() {
						credentials.retain(|held| !Self::is_over(held));
					}
					credentials.try_push(credential).map_err(|_| Error::<T>::TooManyVouchers)?;
				}
			}
			Ok(())
		})?;
		Self::keep_nonce(&holder);

		Self::deposit_event(Event::CredentialIssued { institution, holder, roles, expires });
		Ok(())
	}

	pub(crate) fn do_renew_credential(
		institution: InstitutionId,
		holder: T::AccountId,
		expires: Moment,
	) -> DispatchResult {
		Self::ensure_expiry(T::Clock::now(), expires)?;
		Self::amend(institution, &holder, |credential| {
			credential.expires = expires;
			Ok(())
		})?;

		Self::deposit_event(Event::CredentialRenewed { institution, holder, expires });
		Ok(())
	}

	pub(crate) fn do_suspend_credential(
		institution: InstitutionId,
		holder: T::AccountId,
	) -> DispatchResult {
		Self::amend(institution, &holder, |credential| {
			ensure!(credential.status == CredentialStatus::Active, Error::<T>::NotActive);
			credential.status = CredentialStatus::Suspended { since: T::Clock::now() };
			Ok(())
		})?;

		Self::deposit_event(Event::CredentialSuspended { institution, holder });
		Ok(())
	}

	pub(crate) fn do_reinstate_credential(
		institution: InstitutionId,
		holder: T::AccountId,
	) -> DispatchResult {
		Self::amend(institution, &holder, |credential| {
			ensure!(
				matches!(credential.status, CredentialStatus::Suspended { .. }),
				Error::<T>::NotSuspended
			);
			credential.status = CredentialStatus::Active;
			Ok(())
		})?;

		Self::deposit_event(Event::CredentialReinstated { institution, holder });
		Ok(())
	}

	pub(crate) fn do_revoke_credential(
		institution: InstitutionId,
		holder: T::AccountId,
	) -> DispatchResult {
		Self::amend(institution, &holder, |credential| {
			credential.status = CredentialStatus::Revoked { since: T::Clock::now() };
			Ok(())
		})?;
		Self::forget_allowance(institution, &holder);

		Self::deposit_event(Event::CredentialRevoked { institution, holder });
		Ok(())
	}

	pub(crate) fn do_set_allowance(
		institution: InstitutionId,
		allowance: BalanceOf<T>,
	) -> DispatchResult {
		Institutions::<T>::try_mutate(institution, |record| {
			let record = record.as_mut().ok_or(Error::<T>::InstitutionNotFound)?;
			record.allowance = allowance;
			Self::deposit_event(Event::AllowanceSet { institution, allowance });
			Ok(())
		})
	}

	pub(crate) fn do_set_member_allowance(
		institution: InstitutionId,
		member: T::AccountId,
		allowance: Option<BalanceOf<T>>,
	) -> DispatchResult {
		// Of somebody who is a member no more, what is left over can be cleared.
		ensure!(
			allowance.is_none() || Self::is_member_of(&member, institution),
			Error::<T>::CredentialNotFound
		);
		Allowances::<T>::set(institution, &member, allowance);

		Self::deposit_event(Event::MemberAllowanceSet { institution, member, allowance });
		Ok(())
	}

	/// Whether the credential will never count again.
	fn is_over(credential: &Credential) -> bool {
		matches!(credential.status, CredentialStatus::Revoked { .. })
			|| Self::has_left(credential.institution)
	}

	/// Forgets what was set for an account that `institution` does not vouch for any more.
	pub(crate) fn forget_allowance(institution: InstitutionId, who: &T::AccountId) {
		if !Self::is_member_of(who, institution) {
			Allowances::<T>::remove(institution, who);
		}
	}

	fn ensure_expiry(now: Moment, expires: Moment) -> DispatchResult {
		let latest = now.saturating_add(T::MaxValidity::get());
		ensure!(now < expires && expires <= latest, Error::<T>::ExpiryOutOfRange);
		Ok(())
	}

	/// Changes a credential that is not revoked.
	fn amend(
		institution: InstitutionId,
		holder: &T::AccountId,
		change: impl FnOnce(&mut Credential) -> DispatchResult,
	) -> DispatchResult {
		Credentials::<T>::try_mutate(holder, |credentials| {
			let credential = credentials
				.iter_mut()
				.find(|held| held.institution == institution)
				.filter(|held| !matches!(held.status, CredentialStatus::Revoked { .. }))
				.ok_or(Error::<T>::CredentialNotFound)?;
			change(credential)
		})
	}
}
