// SPDX-License-Identifier: Apache-2.0

//! `contour keys …`

use super::{
	error::CliError,
	keyfile::{for_machine, phrase, shown, write},
	output::Output,
	recovery::{self, Source},
	session::Session,
	signing::wait_for,
};
use contour_primitives::{AccountId, KeySuite};
use contour_seal::{
	keyfile::{KeyFile, Kind},
	keys::RootSecret,
};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Make a key file with an account, encryption keys and, for a custodian, the root secret
	Generate {
		/// Add the root secret, from which every study's keys are derived, for a custodian.
		#[arg(long)]
		custodian: bool,
	},

	/// Make a key file for an account that you have already, with new encryption keys
	Import {
		#[command(flatten)]
		source: Source,

		/// Add a new root secret, for a custodian.
		#[arg(long)]
		custodian: bool,
	},

	/// Make a key file for a machine that answers requests for you: with the root secret, and an account
	/// of its own, which may do nothing until you name it a proxy
	ForMachine {
		/// The new key file.
		#[arg(long, value_name = "FILE")]
		out: PathBuf,

		/// File whose first line is the new file's passphrase. Without it, the command asks for the
		/// passphrase.
		#[arg(long, value_name = "FILE")]
		new_passphrase_file: Option<PathBuf>,
	},

	/// Split the root secret among several people, so that it is not lost with the key file
	Split {
		/// Number of shares.
		#[arg(long, value_name = "NUMBER")]
		shares: u8,

		/// Number of shares that are enough to recover the secret.
		#[arg(long, value_name = "NUMBER")]
		threshold: u8,

		/// A folder that does not exist.
		#[arg(long, value_name = "DIR")]
		out: PathBuf,
	},

	/// Recover the root secret from shares, into a new key file, which gets a new account unless
	/// one is given
	Recover {
		/// Files with the shares.
		#[arg(required = true, value_name = "SHARE_FILE")]
		files: Vec<PathBuf>,

		#[command(flatten)]
		source: Source,
	},

	/// Change the passphrase of the key file
	Passphrase {
		/// File whose first line is the new passphrase. Without it, the command asks for the
		/// passphrase.
		#[arg(long, value_name = "FILE")]
		new_passphrase_file: Option<PathBuf>,
	},

	/// Show the account and the public keys of the key file
	Show,

	/// Register the public encryption key on the chain, so that studies can be leased to you
	Register,
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Generate { custodian } => {
			session.new_key_path()?;
			let kind = if custodian { Kind::Institution } else { Kind::Person };
			let mut file = KeyFile::generate(kind)?.with_account(phrase()?);
			if custodian {
				file = file.with_root(RootSecret::generate()?);
			}
			write(&file, "All keys are new", session, output)
		}
		Command::Import { source, custodian } => {
			recovery::import(source, custodian, session, output)
		}
		Command::ForMachine { out, new_passphrase_file } => {
			for_machine(&out, new_passphrase_file, session, output)
		}
		Command::Split { shares, threshold, out } => {
			recovery::share(shares, threshold, &out, session, output)
		}
		Command::Recover { files, source } => recovery::recover(&files, source, session, output),
		Command::Passphrase { new_passphrase_file } => {
			recovery::change_passphrase(new_passphrase_file, session, output)
		}
		Command::Show => {
			let identity = session.identity()?;
			let shown = shown(&identity.file)?;
			output.show(&shown, || {
				let custodian = if shown.custodian { ", with a root secret" } else { "" };
				format!(
					"Account: {}{custodian}\nX25519:  {}\nX-Wing:  {}…",
					shown.account,
					hex::encode(shown.keys.of(KeySuite::X25519)),
					&hex::encode(shown.keys.of(KeySuite::XWing))[..64],
				)
			});
			Ok(())
		}
		Command::Register => {
			let identity = session.identity()?;
			let chain = session.chain().await?;
			let keys = identity.file.public_keys();
			let key = keys.of(KeySuite::XWing);
			let set = chain.set_encryption_key(&identity.signer, KeySuite::XWing, key);
			let done = wait_for(set, session, output).await?;
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
