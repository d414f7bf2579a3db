// SPDX-License-Identifier: Apache-2.0

//! `contour upgrade …`

use super::{error::CliError, output::Output, session::Session, signing::sign, words::when};
use contour_chain::{ChainError, RuntimeCode, UpgradeState, amount};
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Show what the chain runs and what the council has authorised, and, for a file, what it is
	/// and whether the chain would accept it
	Show {
		/// File with a runtime's code.
		file: Option<PathBuf>,
	},

	/// Hand in the runtime that the council authorised, when its delay is over
	Apply {
		/// File with its code.
		file: PathBuf,

		/// Only show what it would do and cost.
		#[arg(long)]
		dry_run: bool,
	},
}

/// What one has to know before an upgrade.
#[derive(Serialize)]
struct Shown {
	#[serde(flatten)]
	state: UpgradeState,
	file: Option<RuntimeCode>,
	/// Why the file cannot be handed in; `None` if it can.
	obstacle: Option<String>,
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Show { file } => {
			let file = file.map(|path| read(&path)).transpose()?;
			let state = session.at().await?.upgrade_state().await?;
			let obstacle = file.as_ref().and_then(|code| code.obstacle_to_apply(&state));
			let obstacle = obstacle.map(|it| it.to_string());
			let shown = Shown { state, file, obstacle };
			output.show(&shown, || text(&shown));
		}
		Command::Apply { file, dry_run } => {
			let code = read(&file)?;
			if dry_run {
				return dry(&code, session, output).await;
			}
			let done = sign(session, output, async |chain, signer| {
				chain.apply_upgrade(signer, &code).await
			})
			.await?;
			let result = json!({ "applied": code, "transaction": done.transaction });
			output.show(&result, || {
				format!(
					"Applied: the chain runs {}. Check with `contour_status` that your node goes \
					 on making blocks.",
					code.version,
				)
			});
		}
	}
	Ok(())
}

/// Shows what handing it in would do, without doing it.
async fn dry(code: &RuntimeCode, session: &Session, output: &Output) -> Result<(), CliError> {
	let identity = session.identity()?;
	let at = session.at().await?;
	let state = at.upgrade_state().await?;
	if let Some(obstacle) = code.obstacle_to_apply(&state) {
		return Err(ChainError::from(obstacle).into());
	}
	let fee = at.upgrade_fee(&identity.signer, code).await?;
	let result = json!({
		"running": state.running,
		"file": code,
		"fee": fee.to_string(),
		"dryRun": true,
	});
	output.show(&result, || {
		format!(
			"Would be applied: {} instead of {}. Your institution would pay {}.",
			code.version,
			state.running,
			amount::show(fee),
		)
	});
	Ok(())
}

/// Reads a runtime's file.
pub(crate) fn read(path: &Path) -> Result<RuntimeCode, CliError> {
	let bytes = std::fs::read(path)
		.map_err(|source| CliError::File { path: path.to_path_buf(), source })?;
	RuntimeCode::new(bytes)
		.map_err(|reason| CliError::NotARuntime { path: path.to_path_buf(), reason })
}

/// Reads a runtime's file that the council can authorise.
pub(crate) async fn proposable(path: &Path, session: &Session) -> Result<RuntimeCode, CliError> {
	let code = read(path)?;
	let state = session.at().await?.upgrade_state().await?;
	match code.obstacle_to_propose(&state) {
		Some(obstacle) => Err(ChainError::from(obstacle).into()),
		None => Ok(code),
	}
}

fn text(shown: &Shown) -> String {
	let authorized = match (shown.state.authorized, shown.state.applicable) {
		(Some(hash), Some(applicable)) => {
			format!(
				"{hash:?}, which nobody has handed in yet; it can be from {} on",
				when(applicable)
			)
		}
		_ => "nothing".into(),
	};
	let mut text = format!("The chain runs: {}\nAuthorised:     {authorized}", shown.state.running);
	if let Some(file) = &shown.file {
		let can = match &shown.obstacle {
			Some(obstacle) => obstacle.clone(),
			None => "can be handed in, with `contour upgrade apply`".into(),
		};
		text += &format!(
			"\nThe file is:    {}, {} bytes\n  BLAKE2b-256:  {:?}\n  {can}",
			file.version, file.length, file.hash,
		);
	}
	text
}
