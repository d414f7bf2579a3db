// SPDX-License-Identifier: Apache-2.0

//! Writing a new key file, and showing what may be seen of one.

use super::{error::CliError, output::Output, session::Session};
use contour_primitives::AccountId;
use contour_seal::{
	keyfile::{KeyFile, PublicKeys, SecretString},
	keys::NoRandomness,
	signer::{account_of, keypair},
};
use serde::Serialize;
use subxt_signer::bip39::Mnemonic;
use zeroize::Zeroizing;

/// What may be seen of a key file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
	pub(crate) account: AccountId,
	pub(crate) custodian: bool,
	pub(crate) keys: PublicKeys,
}

/// Words of a new account.
pub(crate) fn phrase() -> Result<SecretString, CliError> {
	let mut entropy = Zeroizing::new([0; 16]);
	getrandom::fill(entropy.as_mut_slice()).map_err(|_| NoRandomness)?;
	let phrase = Mnemonic::from_entropy(entropy.as_slice()).expect("16 bytes are 12 words");
	Ok(phrase.to_string().into())
}

/// Writes a new key file.
pub(crate) fn write(
	file: &KeyFile,
	what: &str,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let path = session.new_key_path()?;
	file.write_new(&path, &session.new_passphrase()?, session.work_factor())?;
	let shown = shown(file)?;
	output.show(&shown, || {
		format!(
			"Written: {}\nAccount: {}\n{what}.\nKeep a copy of the file and the passphrase apart from \
			 each other: without them nothing sealed for this key can be opened.\nNext: give the \
			 account to your hospital's administrator, then `contour keys register`.",
			path.display(),
			shown.account,
		)
	});
	Ok(())
}

/// What may be seen of a key file.
pub(crate) fn shown(file: &KeyFile) -> Result<Shown, CliError> {
	Ok(Shown {
		account: account_in(file)?,
		custodian: file.root().is_some(),
		keys: file.public_keys(),
	})
}

/// The account that a key file has.
fn account_in(file: &KeyFile) -> Result<AccountId, CliError> {
	Ok(account_of(&keypair(file.account().ok_or(CliError::NoAccount)?)?))
}
