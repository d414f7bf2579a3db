// SPDX-License-Identifier: Apache-2.0

//! Key files made from what exists already: accounts, shares, another key file.

use super::{
	error::CliError,
	keyfile::{phrase, write},
	output::Output,
	session::{Session, secret},
	words::{read, when},
};
use contour_primitives::AccountId;
use contour_seal::{
	keyfile::{KeyFile, Kind, SecretString},
	keys::RootSecret,
	shares::{Share, ShareError, combine, split},
	signer::{Export, SignerError, keypair},
};
use serde_json::json;
use std::{
	fs::{DirBuilder, OpenOptions},
	io::{ErrorKind, Write as _},
	path::{Path, PathBuf},
};
use subxt_signer::ExposeSecret as _;
use zeroize::Zeroizing;

/// Where an account comes from. The secret is never an argument, which others on the machine could
/// see.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Source {
	/// File whose first line is the account's words (BIP 39) or secret URI. Without it, the command
	/// asks for them.
	#[arg(long, value_name = "FILE")]
	secret_file: Option<PathBuf>,

	/// File with an account that was exported from Polkadot.js as JSON.
	#[arg(long, value_name = "FILE", conflicts_with = "secret_file")]
	export: Option<PathBuf>,

	/// File whose first line is the export's password. Without it, the command asks for the
	/// password.
	#[arg(long, value_name = "FILE", requires = "export")]
	export_password_file: Option<PathBuf>,
}

impl Source {
	/// The account, as a key file keeps it.
	fn account(self) -> Result<SecretString, CliError> {
		let Some(export) = self.export else {
			let account = secret(self.secret_file, "Words or secret URI of the account: ")?;
			keypair(&account).map_err(|_| CliError::NotASecret)?;
			return Ok(account);
		};
		let text = Zeroizing::new(read(&export)?);
		let text = std::str::from_utf8(&text)
			.map_err(|_| SignerError::NotAnExport("it is not text".into()))?;
		let password = secret(self.export_password_file, "Password of the export: ")?;
		Ok(Export::new(text, password.expose_secret())?.to_account()?)
	}

	const fn is_named(&self) -> bool {
		self.secret_file.is_some() || self.export.is_some()
	}
}

/// Makes a key file for an account that exists already.
pub(crate) fn import(
	source: Source,
	custodian: bool,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	session.new_key_path()?;
	let kind = if custodian { Kind::Institution } else { Kind::Person };
	let mut file = KeyFile::generate(kind)?.with_account(source.account()?);
	if custodian {
		file = file.with_root(RootSecret::generate()?);
	}
	write(&file, "The encryption keys are new", session, output)
}

/// Splits the root secret among several people.
pub(crate) fn share(
	shares: u8,
	threshold: u8,
	out: &Path,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let identity = session.identity()?;
	let made = split(identity.root()?, threshold, shares)?;
	let mut folder = DirBuilder::new();
	#[cfg(unix)]
	std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
	folder.create(out).map_err(|source| match source.kind() {
		ErrorKind::AlreadyExists => CliError::SharesExist(out.into()),
		_ => CliError::File { path: out.into(), source },
	})?;
	let mut files = Vec::with_capacity(made.len());
	for share in &made {
		let path = out.join(format!("share-{}-of-{shares}.txt", share.index()));
		let text = page(share, shares, &identity.own_account());
		write_private(&path, &text)
			.map_err(|source| CliError::File { path: path.clone(), source })?;
		files.push(path);
	}
	let set = made.first().map(|share| hex::encode(share.set()));
	let result = json!({ "files": files, "threshold": threshold, "set": set });
	output.show(&result, || {
		let names = files.iter().map(|path| format!("  {}", path.display()));
		format!(
			"Written:\n\
			 {}\n\
			 Print each file, give each to a different person, then delete the files. Any \
			 {threshold} of them recover the root secret; fewer reveal nothing about it.",
			names.collect::<Vec<_>>().join("\n"),
		)
	});
	Ok(())
}

/// Puts the root secret together again, into a new key file.
pub(crate) fn recover(
	files: &[PathBuf],
	source: Source,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	session.new_key_path()?;
	let shares = files.iter().map(|path| read_share(path)).collect::<Result<Vec<_>, _>>()?;
	let root = combine(&shares)?;
	let account = if source.is_named() { source.account()? } else { phrase()? };
	let file = KeyFile::generate(Kind::Institution)?.with_root(root).with_account(account);
	let what = "The root secret is the one that was split; the encryption keys are new";
	write(&file, what, session, output)
}

/// Changes the passphrase of the key file.
pub(crate) fn change_passphrase(
	new: Option<PathBuf>,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let path = session.key_path()?;
	let file = KeyFile::read(&path, &session.passphrase("Present passphrase: ")?)?;
	let passphrase = Session::chosen_passphrase(new)?;
	file.replace(&path, &passphrase, session.work_factor())?;
	output.show(&json!({ "key": path }), || {
		format!(
			"{} has the new passphrase. Copies of the file still open with the old one.",
			path.display()
		)
	});
	Ok(())
}

/// What is printed.
fn page(share: &Share, shares: u8, account: &AccountId) -> Zeroizing<String> {
	let (index, threshold) = (share.index(), share.threshold());
	Zeroizing::new(format!(
		"CONTOUR, SHARE {index} OF {shares}\n\
		 \n\
		 This is one of {shares} shares of a custodian's root secret, from which the keys of all its\n\
		 sealed studies follow. Any {threshold} of them recover the secret; fewer reveal nothing about\n\
		 it. Keep this share apart from the others and show it to nobody: together they open every\n\
		 study.\n\
		 \n\
		 Account of the key file:  {account}\n\
		 Set:                      {}\n\
		 Made:                     {}\n\
		 \n\
		 {}\n\
		 \n\
		 If the key file is lost, bring {threshold} shares to one machine, each in a file, and run\n\
		 \n\
		 \x20   contour keys recover --key NEW.key SHARE_FILE SHARE_FILE …\n\
		 \n\
		 A share typed from paper may be on one line or on several; typos are detected.\n",
		hex::encode(share.set()),
		when(super::words::now()),
		share.to_printable().as_str(),
	))
}

/// Finds the share in a text around it: it is a paragraph of its own.
fn find_share(text: &str) -> Result<Share, ShareError> {
	let text = Zeroizing::new(text.replace("\r\n", "\n"));
	for paragraph in text.split("\n\n") {
		match Share::from_printable(paragraph) {
			Err(ShareError::NotAShare) => {}
			found => return found,
		}
	}
	Err(ShareError::NotAShare)
}

fn read_share(path: &Path) -> Result<Share, CliError> {
	let bytes = Zeroizing::new(read(path)?);
	let text = std::str::from_utf8(&bytes).map_err(|_| CliError::NoShare(path.into()))?;
	find_share(text).map_err(|error| match error {
		ShareError::NotAShare => CliError::NoShare(path.into()),
		other => other.into(),
	})
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
	let mut options = OpenOptions::new();
	options.write(true).create_new(true);
	#[cfg(unix)]
	std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
	let mut file = options.open(path)?;
	file.write_all(text.as_bytes())?;
	file.sync_all()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_find_the_share_when_it_is_on_its_page_or_alone() {
		let root = RootSecret::from_bytes([7; 32]);
		let shares = split(&root, 2, 3).expect("two of three are possible");
		let account = AccountId::new([1; 32]);
		for share in &shares {
			let page = page(share, 3, &account);
			assert!(page.contains("Any 2 of them"), "{}", page.as_str());
			assert_eq!(find_share(&page).as_ref(), Ok(share));
			assert_eq!(find_share(&page.replace('\n', "\r\n")).as_ref(), Ok(share));
			let typed = share.to_printable().to_uppercase().replacen(' ', "\n", 3);
			assert_eq!(find_share(&typed).as_ref(), Ok(share));
		}
		assert_eq!(find_share("no share"), Err(ShareError::NotAShare));
	}
}
