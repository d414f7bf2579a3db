// SPDX-License-Identifier: Apache-2.0

//! The account in a key file.

use crate::seal::keyfile::SecretString;
use serde::{Deserialize, Serialize};
use std::str::FromStr as _;
use subxt_signer::{ExposeSecret as _, SecretUri, polkadot_js_compat, sr25519::Keypair};
use zeroize::Zeroizing;

/// Why there is no account.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignerError {
	/// Neither a secret URI nor an export.
	#[error("the account in the key file is no secret key; the file was changed by hand")]
	Invalid,
	/// Not an export of Polkadot.js.
	#[error("this is no account exported from Polkadot.js (sr25519): {0}")]
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
