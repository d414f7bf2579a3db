// SPDX-License-Identifier: Apache-2.0

//! `contour task …`

use super::{
	consensus,
	error::CliError,
	history,
	opening::Opening,
	output::Output,
	panel, reading,
	session::Session,
	signing::sign,
	task_text::{line, scorer_line, text},
	words::{Document, when},
};
use contour_chain::{Payment, TaskDetails};
use contour_primitives::{AccountId, Hash, StudyId, TaskId, audit::Subject};
use serde::Serialize;
use serde_json::json;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Open a task: several readers segment a structure of a study, without seeing each other's
	/// work
	Open(Box<Opening>),

	/// List tasks
	List {
		/// List only those on this study.
		#[arg(long, value_name = "STUDY")]
		study: Option<Hash>,

		/// List only those in which something is left to do.
		#[arg(long)]
		open: bool,

		/// List only those that you opened, that you read for, or on whose panel you sit.
		#[arg(long)]
		mine: bool,
	},

	/// Show the state of a task, and who can do what next
	Show {
		/// Its number.
		task: u32,
	},

	/// Claim a place as a reader
	Claim {
		/// Number of the task.
		task: u32,
	},

	/// Give your place back, and withdraw what you handed in
	Leave {
		/// Number of the task.
		task: u32,
	},

	/// Cancel a task on which nobody has claimed a place
	Cancel {
		/// Its number.
		task: u32,
	},

	/// Hand in your segmentation, sealed to the scorers; do it again to replace it
	Submit(reading::Submitting),

	/// Write the readings that you vote on to a folder, as a member of the panel
	Readings(panel::Looking),

	/// Vote, as a member of the panel; nobody sees your vote before you reveal it
	Vote {
		/// Number of the task.
		task: u32,

		/// Numbers of the readings that are right, separated by commas.
		#[arg(
			long,
			value_delimiter = ',',
			value_name = "NUMBERS",
			required_unless_present = "accept_none"
		)]
		accept: Vec<u8>,

		/// Accept none of the readings.
		#[arg(long, conflicts_with = "accept")]
		accept_none: bool,
	},

	/// Reveal your vote when the panel has voted; this needs only your key file
	Reveal {
		/// Number of the task.
		task: u32,
	},

	/// Appeal against the panel's decision, once; a larger panel decides
	Appeal {
		/// Number of the task.
		task: u32,

		/// File with your reasons, whose hash is recorded, or the hash.
		#[arg(long, value_name = "FILE|HASH")]
		reason: Document,
	},

	/// Write the consensus to a folder (only for the account that opened the task). To lease it
	/// like a study, register the folder with `contour study register`, then name that study with
	/// `contour task publish`
	Consensus(consensus::Fetching),

	/// Name the study as which you registered the consensus, as a custodian of the institution
	Publish {
		/// Number of the task.
		task: u32,

		/// The study that `contour study register` showed.
		#[arg(long)]
		study: Hash,
	},

	/// Enlist as an expert who can be drawn for panels
	Enlist,

	/// Stop being drawn for panels; you keep the seats you have
	Retire,

	/// Appoint, dismiss and list the institutions' scorers
	#[command(subcommand)]
	Scorer(Scorer),

	/// Show what happened to a task, newest first
	History {
		/// Its number.
		task: u32,
	},

	/// Check that the node has every entry of a task's history, unchanged
	Verify {
		/// Its number.
		task: u32,
	},
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Scorer {
	/// Appoint your institution's scorer, or replace it, as its administrator
	Appoint {
		/// Account of the scorer, to whose encryption key readings are sealed.
		account: AccountId,

		/// Public key of type `scor` in your node's keystore, with which it signs reports: Ed25519, in
		/// hexadecimal digits or SS58.
		#[arg(long, value_name = "KEY")]
		report_key: AccountId,
	},

	/// Dismiss your institution's scorer, as its administrator
	Dismiss,

	/// List the institutions' scorers
	List,
}

/// A task, and what was paid for it.
#[derive(Serialize)]
struct Shown<'a> {
	#[serde(flatten)]
	details: &'a TaskDetails,
	/// `None` before the task has ended, or if the node no longer knows it.
	paid: &'a Option<Vec<Payment>>,
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Open(opening) => opening.run(session, output).await?,
		Command::List { study, open, mine } => list(study, open, mine, session, output).await?,
		Command::Show { task } => {
			let chain = session.chain().await?;
			let details = chain.at().await?.task(TaskId(task)).await?;
			let paid = match details.bounty {
				Some(_) => None,
				None => chain.payments(TaskId(task)).await?,
			};
			output.show(&Shown { details: &details, paid: &paid }, || {
				text(&details, paid.as_deref())
			});
		}
		Command::Claim { task } => {
			let account = session.identity()?.account();
			let details = sign(session, output, async |chain, signer| {
				chain.claim_place(signer, TaskId(task)).await?;
				chain.at().await?.task(TaskId(task)).await
			})
			.await?;
			claimed(&details, &account, output);
		}
		Command::Leave { task } => {
			sign(session, output, async |chain, signer| {
				chain.leave_place(signer, TaskId(task)).await
			})
			.await?;
			output.show(&json!({ "task": task }), || "Your place is free again.".into());
		}
		Command::Cancel { task } => {
			sign(session, output, async |chain, signer| {
				chain.cancel_task(signer, TaskId(task)).await
			})
			.await?;
			output.show(&json!({ "task": task }), || {
				"Cancelled. The bounty is in the pot again.".into()
			});
		}
		Command::Submit(submitting) => submitting.run(session, output).await?,
		Command::Readings(looking) => looking.run(session, output).await?,
		Command::Vote { task, accept, .. } => {
			panel::vote(TaskId(task), &accept, session, output).await?;
		}
		Command::Reveal { task } => panel::reveal(TaskId(task), session, output).await?,
		Command::Appeal { task, reason } => {
			let reason = reason.hash()?;
			sign(session, output, async |chain, signer| {
				chain.appeal(signer, TaskId(task), reason).await
			})
			.await?;
			output.show(&json!({ "task": task, "reason": reason }), || {
				"Appealed. A larger panel will be drawn, without the members of the first. Keep \
				 the file with your reasons as it is."
					.into()
			});
		}
		Command::Consensus(fetching) => fetching.run(session, output).await?,
		Command::Publish { task, study } => {
			sign(session, output, async |chain, signer| {
				chain.publish_consensus(signer, TaskId(task), StudyId(study)).await
			})
			.await?;
			output.show(&json!({ "task": task, "study": study }), || {
				format!(
					"The consensus of task {task} is study {study:?}, which can be leased like any \
					 other."
				)
			});
		}
		Command::Enlist => {
			sign(session, output, async |chain, signer| chain.enlist(signer).await).await?;
			output.show(&json!({ "enlisted": true }), || {
				"You can be drawn for panels. `contour task list --mine --open` shows whether you \
				 were."
					.into()
			});
		}
		Command::Retire => {
			sign(session, output, async |chain, signer| chain.retire(signer).await).await?;
			output.show(&json!({ "enlisted": false }), || {
				"You will not be drawn for panels any more. You keep the seats you have.".into()
			});
		}
		Command::Scorer(command) => scorer(command, session, output).await?,
		Command::History { task } => {
			history::show(Subject::Task(TaskId(task)), session, output).await?;
		}
		Command::Verify { task } => {
			history::verify(Subject::Task(TaskId(task)), session, output).await?;
		}
	}
	Ok(())
}

async fn list(
	study: Option<Hash>,
	open: bool,
	mine: bool,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let account = mine.then(|| session.identity()).transpose()?.map(|it| it.account());
	let at = session.at().await?;
	let mut tasks = at.tasks(study.map(StudyId)).await?;
	tasks.retain(|task| !open || task.phase.is_open());
	if let Some(account) = account {
		let mut own = Vec::new();
		for task in tasks {
			let involved = task.opener == account
				|| at.readers(task.task).await?.iter().any(|it| it.account == account)
				|| at.seats(task.task).await?.iter().any(|it| it.account == account);
			if involved {
				own.push(task);
			}
		}
		tasks = own;
	}
	output.show(&tasks, || {
		if tasks.is_empty() {
			return "There are no such tasks.".into();
		}
		tasks.iter().map(line).collect::<Vec<_>>().join("\n")
	});
	Ok(())
}

fn claimed(details: &TaskDetails, account: &AccountId, output: &Output) {
	let task = details.task.task;
	let until = details.place_of(account).map(|place| place.until);
	let study = details.task.study;
	output.show(&json!({ "task": task, "study": study, "until": until }), || {
		format!(
			"The place is yours{}. Lease and fetch the study, draw on its images, then run \
			 `contour task submit {} FILE --images DIR`",
			until.map_or(String::new(), |it| format!(" until {}", when(it))),
			task.0,
		)
	});
}

async fn scorer(command: Scorer, session: &Session, output: &Output) -> Result<(), CliError> {
	match command {
		Scorer::Appoint { account, report_key } => {
			let key = Hash::from(<[u8; 32]>::from(report_key));
			sign(session, output, async |chain, signer| {
				chain.appoint_scorer(signer, &account, key).await
			})
			.await?;
			output.show(&json!({ "account": account, "key": key }), || {
				"Appointed: readings of tasks that are opened from now on are sealed to this \
				 scorer, too."
					.into()
			});
		}
		Scorer::Dismiss => {
			sign(session, output, async |chain, signer| chain.dismiss_scorer(signer).await).await?;
			output.show(&json!({ "dismissed": true }), || {
				"Your institution has no scorer any more.".into()
			});
		}
		Scorer::List => {
			let scorers = session.at().await?.scorers().await?;
			output.show(&scorers, || {
				if scorers.is_empty() {
					return "No institution has a scorer.".into();
				}
				scorers.iter().map(scorer_line).collect::<Vec<_>>().join("\n")
			});
		}
	}
	Ok(())
}
