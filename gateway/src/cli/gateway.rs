// SPDX-License-Identifier: Apache-2.0

//! `contour gateway …`

use super::{
	error::{CliError, StudyIdText},
	output::Output,
	session::Session,
	words::when,
};
use contour_gateway::leasing::{Act, Daemon, Policy};
use contour_primitives::Refusal;
use std::{
	fs::File,
	path::{Path, PathBuf},
	time::SystemTime,
};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Grant and decline requests by a policy, give keys in emergencies, and delete copies whose
	/// leases have ended, until the command is stopped
	///
	/// It may be killed at any time. What it did is on the chain and in the store, and when it
	/// starts again it does what is missing.
	Run {
		/// The policy, a TOML file.
		#[arg(long, value_name = "FILE")]
		policy: PathBuf,

		/// URL under which grantees reach the store, if it is a different one.
		#[arg(long, value_name = "URL")]
		share: Option<String>,

		/// File to touch at each finalized block. If it gets old, the command no longer follows the
		/// chain.
		#[arg(long, value_name = "FILE")]
		alive_file: Option<PathBuf>,

		/// Do what there is to do now, and exit.
		#[arg(long)]
		once: bool,

		/// Only show what there is to do now, and exit.
		#[arg(long, conflicts_with = "once")]
		dry_run: bool,
	},
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let Command::Run { policy, share, alive_file, once, dry_run } = command;
	let policy = Policy::read(&policy)?;
	let identity = session.identity()?;
	let custodian = session.custodian(&identity, share).await?;
	custodian.ensure_locators_fit()?;
	let at = custodian.chain().at().await?;
	if let Err(refusal) = at.standing(&custodian.account()).await?
		// Its administrator may renew it while this runs.
		&& refusal == Refusal::NotVouchedFor
	{
		return Err(contour_chain::ChainError::Refused(refusal).into());
	}
	let lines = output.lines();
	let daemon = Daemon::new(session.url(), custodian, policy, move |act| {
		lines.show(act, || text(act, dry_run));
	});
	let daemon = match alive_file {
		Some(path) => {
			touch(&path)?;
			// Once it could be written; when the disk is full later, a file that gets old is what to tell.
			daemon.with_sign_of_life(move || drop(touch(&path)))
		}
		None => daemon,
	};
	match (once, dry_run) {
		(true, _) => daemon.run_once().await?,
		(_, true) => daemon.dry_run().await?,
		_ => daemon.run().await,
	}
	Ok(())
}

/// Sets a file's time to now, and creates the file if it does not exist.
fn touch(path: &Path) -> Result<(), CliError> {
	let touched = File::options().create(true).append(true).open(path);
	touched
		.and_then(|file| file.set_modified(SystemTime::now()))
		.map_err(|source| CliError::File { path: path.to_owned(), source })
}

fn text(act: &Act, dry_run: bool) -> String {
	let study = |id| StudyIdText(id);
	match act {
		Act::Connected { block } => format!("following the chain from block {block}"),
		Act::Waiting { study: id, grantee, reason } => {
			format!("waiting   {}  {grantee}: {reason}", study(*id))
		}
		Act::Copying { study: id, grantee, emergency } => {
			let verb = if dry_run { "would grant" } else { "copying  " };
			let why = if *emergency { "  (emergency)" } else { "" };
			format!("{verb} {}  {grantee}{why}", study(*id))
		}
		Act::Granted { study: id, grantee, expires, emergency } => {
			let why = if *emergency { "  (emergency)" } else { "" };
			format!("granted   {}  {grantee} until {}{why}", study(*id), when(*expires))
		}
		Act::Declined { study: id, grantee } => {
			let verb = if dry_run { "would decline" } else { "declined " };
			format!("{verb} {}  {grantee}", study(*id))
		}
		Act::Deleted { place } => {
			let verb = if dry_run { "would delete" } else { "deleted  " };
			format!("{verb} {place}")
		}
		Act::Failed { study: id, grantee, reason } => {
			format!("FAILED    {}  {grantee}: {reason}", study(*id))
		}
		Act::Disconnected { reason } => format!("DISCONNECTED: {reason}"),
	}
}
