// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's storage.

use crate::{
	Administrators, Config, Credentials, EncryptionKeys, InstitutionStatus, Institutions,
	NextInstitution, Pallet, Patients, Seats, Standards,
};
use alloc::vec::Vec;
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks that:
	///
	/// 1. the seats are the administrators of the active institutions, in order, each once;
	/// 2. every institution that has not left has exactly one administrator, who has no other;
	/// 3. numbers of institutions lie below the next one;
	/// 4. credentials name a role and an institution that exists, each institution once;
	/// 5. enrolments name institutions that exist, each once;
	/// 6. encryption keys have the length of their suite;
	/// 7. no standard is unmeetable;
	/// 8. the nonce of everybody who was ever vouched for is kept.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut active = Vec::new();
		let mut present = 0u32;
		for (id, institution) in Institutions::<T>::iter() {
			ensure!(id < NextInstitution::<T>::get(), "an institution's number was not given");
			if matches!(institution.status, InstitutionStatus::Removed { .. }) {
				continue;
			}
			present = present.saturating_add(1);
			ensure!(
				Administrators::<T>::get(&institution.administrator) == Some(id),
				"an institution's administrator does not know it"
			);
			Self::ensure_nonce_kept(&institution.administrator)?;
			if institution.status == InstitutionStatus::Active {
				active.push(institution.administrator);
			}
		}
		ensure!(present == Administrators::<T>::count(), "an administrator without institution");
		active.sort();
		ensure!(active == Seats::<T>::get().into_inner(), "the council is out of step");

		for (holder, credentials) in Credentials::<T>::iter() {
			let mut institutions = Vec::new();
			for credential in &credentials {
				ensure!(!credential.roles.is_empty(), "a credential without a role");
				institutions.push(credential.institution);
			}
			Self::ensure_exist_once(institutions)?;
			Self::ensure_nonce_kept(&holder)?;
		}
		for (patient, enrolments) in Patients::<T>::iter() {
			ensure!(!enrolments.is_empty(), "a patient enrolled nowhere");
			Self::ensure_exist_once(enrolments.into_inner())?;
			Self::ensure_nonce_kept(&patient)?;
		}
		for key in EncryptionKeys::<T>::iter_values() {
			ensure!(
				u32::try_from(key.bytes.len()) == Ok(key.suite.public_key_bytes()),
				"an encryption key of a wrong length"
			);
		}
		for standard in Standards::<T>::iter_values() {
			ensure!(!standard.any_of.is_empty(), "a standard that nobody can meet");
		}
		Ok(())
	}

	fn ensure_exist_once(
		mut institutions: Vec<contour_primitives::InstitutionId>,
	) -> Result<(), TryRuntimeError> {
		let count = institutions.len();
		institutions.sort();
		institutions.dedup();
		ensure!(institutions.len() == count, "an institution vouches for an account twice");
		ensure!(
			institutions.iter().all(Institutions::<T>::contains_key),
			"a voucher that does not exist"
		);
		Ok(())
	}

	fn ensure_nonce_kept(who: &T::AccountId) -> Result<(), TryRuntimeError> {
		ensure!(
			frame_system::Pallet::<T>::sufficients(who) > 0,
			"the nonce of a known account is not kept"
		);
		Ok(())
	}
}
