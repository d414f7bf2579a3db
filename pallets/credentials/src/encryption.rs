// SPDX-License-Identifier: Apache-2.0

//! Public keys to which study keys are wrapped.

use crate::{Config, EncryptionKeys, Error, Event, Pallet, PublicKeyBytes};
use contour_primitives::{KeyRegistry, KeySuite, Moment, PublicKey};
use frame_support::{pallet_prelude::*, traits::Time};

/// The encryption key of an account. Times are Unix time in milliseconds.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct EncryptionKey {
	/// Mechanism of the key.
	pub suite: KeySuite,
	/// The public key, as the suite serialises it.
	pub bytes: PublicKeyBytes,
	/// How many keys the account has registered, this one included. Never given again, so that a
	/// wrapped key can name the one it was wrapped to.
	pub generation: u32,
	/// When it was registered.
	pub registered: Moment,
	/// When it was revoked, if it was.
	pub revoked: Option<Moment>,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_encryption_key(
		holder: T::AccountId,
		suite: KeySuite,
		bytes: PublicKeyBytes,
	) -> DispatchResult {
		let length = u32::try_from(bytes.len()).map_err(|_| Error::<T>::InvalidKeyLength)?;
		ensure!(length == suite.public_key_bytes(), Error::<T>::InvalidKeyLength);
		let generation = EncryptionKeys::<T>::get(&holder)
			.map_or(1, |current| current.generation.saturating_add(1));

		EncryptionKeys::<T>::insert(
			&holder,
			EncryptionKey { suite, bytes, generation, registered: T::Clock::now(), revoked: None },
		);

		Self::deposit_event(Event::EncryptionKeySet { holder, suite, generation });
		Ok(())
	}

	pub(crate) fn do_revoke_encryption_key(holder: T::AccountId) -> DispatchResult {
		let generation = EncryptionKeys::<T>::try_mutate(&holder, |key| {
			let key = key
				.as_mut()
				.filter(|key| key.revoked.is_none())
				.ok_or(Error::<T>::EncryptionKeyNotFound)?;
			key.revoked = Some(T::Clock::now());
			Ok::<_, DispatchError>(key.generation)
		})?;

		Self::deposit_event(Event::EncryptionKeyRevoked { holder, generation });
		Ok(())
	}
}

impl<T: Config> KeyRegistry<T::AccountId> for Pallet<T> {
	fn key_of(who: &T::AccountId) -> Option<(KeySuite, PublicKey)> {
		let key = EncryptionKeys::<T>::get(who).filter(|key| key.revoked.is_none())?;
		Some((key.suite, key.bytes))
	}
}
