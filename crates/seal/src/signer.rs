// SPDX-License-Identifier: Apache-2.0

//! The account in a key file.
//!
//! ```
//! use contour_seal::{
//!     keyfile::SecretString,
//!     signer::{account_of, keypair},
//! };
//!
//! // Everybody has this key: it is for chains that run on one machine.
//! let alice = keypair(&SecretString::from("//Alice"))?;
//! let account = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
//! assert_eq!(account_of(&alice).to_string(), account);
//! # Ok::<(), contour_seal::signer::SignerError>(())
//! ```

use super::keyfile::{ExposeSecret as _, SecretString};
use contour_primitives::AccountId;
use serde::{Deserialize, Serialize};
use sp_core::Pair as _;
use std::str::FromStr as _;
use subxt_signer::{SecretUri, polkadot_js_compat, sr25519::Keypair};
use zeroize::Zeroizing;

/// Why there is no account.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignerError {
	/// Neither a secret URI nor an export.
	#[error("the account in the key file is not a secret key; the file was changed by hand")]
	Invalid,
	/// Not an export of Polkadot.js.
	#[error("this is not an account exported from Polkadot.js (sr25519): {0}")]
	NotAnExport(String),
}

/// An account exported from Polkadot.js, with its password. The export has no seed, from which a
/// secret URI could be made, so a key file keeps it as it is.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_debug_implementations, reason = "it is secret")]
pub struct Export {
	polkadot_js: Zeroizing<String>,
	password: Zeroizing<String>,
}

/// Bytes of a secret key of sr25519.
const SECRET_KEY_LEN: usize = 32;
/// Characters of the least that a whole export has: parameters, seal and keys in base 64.
const EXPORT_LEN: usize = 268;

impl Export {
	/// Takes an export that the password opens.
	///
	/// # Errors
	///
	/// [`SignerError::NotAnExport`].
	pub fn new(text: &str, password: &str) -> Result<Self, SignerError> {
		let export = Self {
			polkadot_js: text.trim().to_owned().into(),
			password: password.to_owned().into(),
		};
		export.keypair()?;
		Ok(export)
	}

	/// As a key file keeps it.
	///
	/// # Errors
	///
	/// [`SignerError::Invalid`].
	pub fn to_account(&self) -> Result<SecretString, SignerError> {
		let text = serde_json::to_string(self).map_err(|_| SignerError::Invalid)?;
		Ok(text.into())
	}

	fn keypair(&self) -> Result<Keypair, SignerError> {
		#[derive(Deserialize)]
		struct Encoded {
			encoded: String,
		}
		let wrong = |reason: &str| SignerError::NotAnExport(reason.into());
		let Encoded { encoded } = serde_json::from_str(&self.polkadot_js)
			.map_err(|_| wrong("it is not the JSON of one account"))?;
		if encoded.len() < EXPORT_LEN {
			return Err(wrong("it is cut off"));
		}
		polkadot_js_compat::decrypt_json(&self.polkadot_js, &self.password).map_err(|error| {
			match error {
				polkadot_js_compat::Error::Secretbox(_) => wrong("the password is wrong"),
				error => wrong(&error.to_string()),
			}
		})
	}
}

/// The key pair of an account, as a key file keeps it: a secret URI, or an export.
///
/// # Errors
///
/// [`SignerError`].
pub fn keypair(account: &SecretString) -> Result<Keypair, SignerError> {
	if let Ok(export) = serde_json::from_str::<Export>(account.expose_secret()) {
		return export.keypair();
	}
	let uri = SecretUri::from_str(account.expose_secret()).map_err(|_| SignerError::Invalid)?;
	Keypair::from_uri(&uri).map_err(|_| SignerError::Invalid)
}

/// The account of a key pair.
pub fn account_of(signer: &Keypair) -> AccountId {
	AccountId::new(signer.public_key().0)
}

/// What only the holder of an account knows, the same each time. A signature would not be, since those
/// of sr25519 are made with fresh random numbers.
///
/// It is the secret key, from words as from a seed; of an export, whose key is out of reach, it is the
/// export with its password.
///
/// # Errors
///
/// [`SignerError::Invalid`].
pub fn account_secret(account: &SecretString) -> Result<Zeroizing<Vec<u8>>, SignerError> {
	if serde_json::from_str::<Export>(account.expose_secret()).is_ok() {
		return Ok(account.expose_secret().as_bytes().to_vec().into());
	}
	let pair = sp_core::sr25519::Pair::from_string(account.expose_secret(), None)
		.map_err(|_| SignerError::Invalid)?;
	let mut secret = Zeroizing::new(pair.to_raw_vec());
	// Without the seed of the random numbers, which is not the same in every form of an account.
	secret.truncate(SECRET_KEY_LEN);
	Ok(secret)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_be_the_same_secret_when_an_account_is_written_as_words_or_as_a_seed() {
		let words = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
		let seed = "0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e";
		let secret =
			|text: &str| account_secret(&text.to_owned().into()).expect("it is an account");
		assert_eq!(secret(words), secret(seed));
		assert_eq!(secret(&format!("{words}//Alice")), secret("//Alice"));
		assert_ne!(secret("//Alice"), secret("//Bob"));
		assert_eq!(secret("//Alice").len(), SECRET_KEY_LEN);
		assert!(account_secret(&"surely no key".to_owned().into()).is_err());
	}
}
