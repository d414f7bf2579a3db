// SPDX-License-Identifier: Apache-2.0

//! `contour keys …`

use super::{
	error::CliError,
	output::Output,
	session::{Session, keypair},
};
use contour_gateway::{
	chain::account_of,
	seal::{
		envelope::Suite,
		keyfile::{KeyFile, Kind, PublicKeys, WorkFactor},
		keys::RootSecret,
	},
};
use contour_primitives::AccountId;
use serde::Serialize;
use subxt_signer::bip39::Mnemonic;
use zeroize::Zeroizing;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Make a key file: an account, encryption keys, and for a custodian the root secret
	Generate {
		/// For a custodian: also the root secret, from which every study's keys are derived.
		#[arg(long)]
		custodian: bool,
	},

	/// Show the account and the public keys of the key file
	Show,

	/// Register the public encryption key on the chain, so that studies can be leased to you
	Register,
}

/// What may be seen of a key file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
	account: AccountId,
	custodian: bool,
	keys: PublicKeys,
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Generate { custodian } => {
			let path = session.key_path()?;
			let kind = if custodian { Kind::Institution } else { Kind::Person };
			let mut entropy = Zeroizing::new([0; 16]);
			getrandom::fill(entropy.as_mut_slice())
				.map_err(|_| contour_gateway::seal::keys::NoRandomness)?;
			let phrase = Mnemonic::from_entropy(entropy.as_slice()).expect("16 bytes are 12 words");
			let mut file = KeyFile::generate(kind)?.with_account(phrase.to_string().into());
			if custodian {
				file = file.with_root(RootSecret::generate()?);
			}
			file.write_new(&path, &session.new_passphrase()?, WorkFactor::default())?;
			let shown = shown(&file)?;
			output.show(&shown, || {
				format!(
					"Written: {}\nAccount: {}\nKeep a copy of the file and the passphrase apart from \
					 each other: without them nothing sealed for this key can be opened.\nNext: give \
					 the account to your hospital's administrator, then `contour keys register`.",
					path.display(),
					shown.account,
				)
			});
			Ok(())
		}
		Command::Show => {
			let identity = session.identity()?;
			let shown = shown(&identity.file)?;
			output.show(&shown, || {
				let custodian = if shown.custodian { ", with a root secret" } else { "" };
				format!(
					"Account: {}{custodian}\nX25519:  {}\nX-Wing:  {}…",
					shown.account,
					hex::encode(shown.keys.of(Suite::X25519)),
					&hex::encode(shown.keys.of(Suite::XWing))[..64],
				)
			});
			Ok(())
		}
		Command::Register => {
			let identity = session.identity()?;
			let chain = session.chain().await?;
			let wait = output.spinner("Waiting for finality");
			let keys = identity.file.public_keys();
			let done = chain
				.set_encryption_key(&identity.signer, Suite::XWing, keys.of(Suite::XWing))
				.await?;
			wait.finish_and_clear();
			#[derive(Serialize)]
			struct Registered {
				account: AccountId,
				transaction: contour_primitives::Hash,
			}
			let registered =
				Registered { account: identity.account(), transaction: done.transaction };
			output.show(&registered, || {
				format!("The encryption key of {} is registered.", registered.account)
			});
			Ok(())
		}
	}
}

fn shown(file: &KeyFile) -> Result<Shown, CliError> {
	let signer = keypair(file.account().ok_or(CliError::NoAccount)?)?;
	Ok(Shown {
		account: account_of(&signer),
		custodian: file.root().is_some(),
		keys: file.public_keys(),
	})
}
