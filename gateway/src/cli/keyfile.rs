// SPDX-License-Identifier: Apache-2.0

//! Writing a new key file, and showing what may be seen of one.

use super::{error::CliError, output::Output, session::Session};
use contour_primitives::AccountId;
use contour_seal::{
	keyfile::{KeyFile, KeyFileError, Kind, PublicKeys, SecretString},
	keys::NoRandomness,
	signer::{account_of, keypair},
};
use serde::Serialize;
use std::path::{Path, PathBuf};
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

/// Writes a key file for a machine, which opens the same studies and has an account of its own.
pub(crate) fn for_machine(
	out: &Path,
	passphrase: Option<PathBuf>,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	if out.symlink_metadata().is_ok() {
		// Before anything is asked.
		return Err(KeyFileError::Exists(out.into()).into());
	}
	let identity = session.identity()?;
	let root = identity.root()?.clone();
	let file = KeyFile::generate(Kind::Institution)?.with_root(root).with_account(phrase()?);
	file.write_new(out, &Session::chosen_passphrase(passphrase)?, session.work_factor())?;
	let (shown, yours) = (shown(&file)?, identity.own_account());
	output.show(&shown, || {
		format!(
			"Written: {}\nAccount: {account}\nIt has your root secret: keep it as you keep your own.\n\
			 Next: the administrator runs `contour credential issue {account} --roles machine …`, and you \
			 run `contour proxy add {account} --for leases`. The machine then runs `contour gateway run` \
			 with --on-behalf-of {yours}.",
			out.display(),
			account = shown.account,
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
