// SPDX-License-Identifier: Apache-2.0

//! Keys, chain and store of a command.

use super::{Common, error::CliError};
use contour_chain::{At, Chain};
use contour_gateway::leasing::Custodian;
use contour_primitives::AccountId;
use contour_seal::{
	keyfile::{KeyFile, KeyFileError, SecretString, WorkFactor},
	signer::{account_of, account_secret, keypair},
};
use contour_store::Store;
use std::{
	env,
	io::{BufRead as _, BufReader, IsTerminal as _},
	num::NonZeroUsize,
	path::PathBuf,
};
use subxt_signer::{ExposeSecret as _, sr25519::Keypair};
use zeroize::Zeroizing;

/// The options that most commands share, and what they lead to.
pub(crate) struct Session {
	common: Common,
}

/// Somebody's keys.
pub(crate) struct Identity {
	pub(crate) file: KeyFile,
	pub(crate) signer: Keypair,
	/// For whom they sign, if it is somebody else.
	principal: Option<AccountId>,
}

impl Session {
	pub(crate) fn new(common: Common) -> Self {
		Self { common }
	}

	/// Connects to the node.
	pub(crate) async fn chain(&self) -> Result<Chain, CliError> {
		let chain = Chain::connect(&self.url()).await?.on_behalf_of(self.principal()?);
		Ok(if self.common.without_finality { chain.without_finality() } else { chain })
	}

	/// The block at which a question is answered that needs the chain for nothing else.
	pub(crate) async fn at(&self) -> Result<At, CliError> {
		Ok(self.chain().await?.at().await?)
	}

	/// For whom the key file's account acts, if it is somebody else.
	fn principal(&self) -> Result<Option<AccountId>, CliError> {
		if let Some(account) = &self.common.on_behalf_of {
			return Ok(Some(account.clone()));
		}
		let named = env::var("CONTOUR_ON_BEHALF_OF").ok().filter(|it| !it.is_empty());
		named.map(|text| text.parse().map_err(|_| CliError::NoPrincipal(text))).transpose()
	}

	/// What somebody who has signed something waits for.
	pub(crate) fn waiting(&self) -> &'static str {
		if self.common.without_finality { "Waiting for a block" } else { "Waiting for finality" }
	}

	/// URL of the node.
	pub(crate) fn url(&self) -> String {
		let url = self.common.url.clone().or_else(|| env::var("CONTOUR_URL").ok());
		url.unwrap_or_else(|| "ws://127.0.0.1:9944".into())
	}

	/// A custodian whose store grantees reach at the URL `share`, if it is another one.
	pub(crate) async fn custodian(
		&self,
		identity: &Identity,
		share: Option<String>,
	) -> Result<Custodian, CliError> {
		let root = identity.root()?.clone();
		let store = self.store().await?;
		let shared = share.unwrap_or_else(|| store.to_string());
		let (chain, signer) = (self.chain().await?, identity.signer.clone());
		Ok(Custodian::new(chain, signer, root, store, shared, threads()))
	}

	/// Path of the key file.
	pub(crate) fn key_path(&self) -> Result<PathBuf, CliError> {
		let named = self.common.key.clone().or_else(|| env::var_os("CONTOUR_KEY").map(Into::into));
		named.ok_or(CliError::NoKey)
	}

	/// Opens the key file.
	pub(crate) fn identity(&self) -> Result<Identity, CliError> {
		let path = self.key_path()?;
		let file = KeyFile::read(&path, &self.passphrase("Passphrase: ")?)?;
		let account = file.account().ok_or(CliError::NoAccount)?;
		let signer = keypair(account)?;
		Ok(Identity { file, signer, principal: self.principal()? })
	}

	/// The passphrase: from a file, or from whoever sits at the terminal.
	pub(crate) fn passphrase(&self, prompt: &str) -> Result<SecretString, CliError> {
		let file = self.common.passphrase_file.clone();
		let file = file.or_else(|| env::var_os("CONTOUR_PASSPHRASE_FILE").map(Into::into));
		secret(file, prompt)
	}

	/// The passphrase of a new file, twice if somebody types it.
	pub(crate) fn new_passphrase(&self) -> Result<SecretString, CliError> {
		let first = self.passphrase("New passphrase: ")?;
		if self.common.passphrase_file.is_none() && env::var_os("CONTOUR_PASSPHRASE_FILE").is_none()
		{
			let second = self.passphrase("Again: ")?;
			if first.expose_secret() != second.expose_secret() {
				return Err(CliError::PassphrasesDiffer);
			}
		}
		Ok(first)
	}

	/// A new passphrase for a file that has one: from a file, or twice from whoever types it.
	pub(crate) fn chosen_passphrase(file: Option<PathBuf>) -> Result<SecretString, CliError> {
		let asked = file.is_none();
		let first = secret(file, "New passphrase: ")?;
		if asked && secret(None, "Again: ")?.expose_secret() != first.expose_secret() {
			return Err(CliError::PassphrasesDiffer);
		}
		Ok(first)
	}

	/// Cost of guessing a passphrase.
	pub(crate) fn work_factor(&self) -> WorkFactor {
		self.common.work_factor.and_then(WorkFactor::new).unwrap_or_default()
	}

	/// Path of a key file that is to be written.
	pub(crate) fn new_key_path(&self) -> Result<PathBuf, CliError> {
		let path = self.key_path()?;
		match path.symlink_metadata() {
			// Before anything is asked.
			Ok(_) => Err(KeyFileError::Exists(path).into()),
			Err(_) => Ok(path),
		}
	}

	/// URL of the store.
	pub(crate) fn store_url(&self) -> Result<String, CliError> {
		let named = self.common.store.clone().or_else(|| env::var("CONTOUR_STORE").ok());
		named.ok_or(CliError::NoStore)
	}

	/// Opens the store.
	pub(crate) async fn store(&self) -> Result<Store, CliError> {
		Ok(Store::open(&self.store_url()?).await?)
	}
}

impl Identity {
	/// The secret from which a custodian's others are derived.
	pub(crate) fn root(&self) -> Result<&contour_seal::keys::RootSecret, CliError> {
		self.file.root().ok_or(CliError::NoRoot)
	}

	/// What only the holder of the account knows, the same each time.
	pub(crate) fn account_secret(&self) -> Result<Zeroizing<Vec<u8>>, CliError> {
		let account = self.file.account().ok_or(CliError::NoAccount)?;
		Ok(account_secret(account)?)
	}

	/// The account that does what they sign.
	pub(crate) fn account(&self) -> AccountId {
		self.principal.clone().unwrap_or_else(|| self.own_account())
	}

	/// The account of the key file.
	pub(crate) fn own_account(&self) -> AccountId {
		account_of(&self.signer)
	}
}

/// A secret: the first line of a file, or from whoever sits at the terminal.
pub(crate) fn secret(file: Option<PathBuf>, prompt: &str) -> Result<SecretString, CliError> {
	let Some(path) = file else {
		if !std::io::stdin().is_terminal() {
			return Err(CliError::NoTerminal);
		}
		let asked = rpassword::prompt_password(prompt).map_err(|_| CliError::NoTerminal)?;
		return Ok(asked.into());
	};
	let failed = |source| CliError::PassphraseFile { path: path.clone(), source };
	let mut line = Zeroizing::new(String::new());
	let file = std::fs::File::open(&path).map_err(failed)?;
	BufReader::new(file).read_line(&mut line).map_err(failed)?;
	Ok(line.trim_end_matches(['\r', '\n']).to_owned().into())
}

/// Threads for sealing and opening: as many as the machine has.
pub(crate) fn threads() -> NonZeroUsize {
	std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
