// SPDX-License-Identifier: Apache-2.0

//! `contour task open`

use super::{
	error::CliError,
	images::Where,
	output::Output,
	session::Session,
	signing::wait_for,
	task_text::terms_text,
	words::{millis, when},
};
use contour_chain::{ObjectRecord, Percentage, amount};
use contour_gateway::opening::{self, payer};
use contour_primitives::{
	AccountId, Balance, Code, Hash, InstitutionId, StudyId, TaskId, annotation::Terms,
};
use contour_scoring::Method;
use serde::Serialize;
use std::time::Duration;

/// The arguments of `contour task open`.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Opening {
	/// The study.
	study: Hash,

	/// Number of the institution that pays. Without it, the institution that vouches for you.
	#[arg(long, value_name = "NUMBER")]
	institution: Option<u32>,

	/// Structure to segment: coding scheme and code, like SCT:4147007.
	#[arg(long, value_name = "CODE")]
	structure: Code,

	#[command(flatten)]
	images: Where,

	/// Number of readings, 2 to 16.
	#[arg(long, value_name = "NUMBER", default_value_t = 3)]
	readers: u8,

	/// Method of the consensus: majority, simple or staple.
	#[arg(long, default_value_t = Method::Staple)]
	method: Method,

	/// Lowest Dice of any two readings that counts as agreement, like 70% or 0.7.
	#[arg(long, value_name = "FRACTION", default_value = "70%")]
	threshold: Percentage,

	/// Members of the panel that decides if the readers disagree: 1, 3, 5 or 7.
	#[arg(long, value_name = "NUMBER", default_value_t = 3)]
	panel: u8,

	/// How long readings are accepted.
	#[arg(long, value_parser = humantime::parse_duration, default_value = "7days")]
	reading: Duration,

	/// How long scorers may report.
	#[arg(long, value_parser = humantime::parse_duration, default_value = "1h")]
	scoring: Duration,

	/// How long the panel may vote.
	#[arg(long, value_parser = humantime::parse_duration, default_value = "3days")]
	voting: Duration,

	/// How long the panel may reveal its votes.
	#[arg(long, value_parser = humantime::parse_duration, default_value = "2days")]
	revealing: Duration,

	/// How long its decision may be appealed.
	#[arg(long, value_parser = humantime::parse_duration, default_value = "3days")]
	appeal: Duration,

	/// Amount to hold on the institution's pot for those who work, in CTR.
	#[arg(long, value_parser = amount::parse, default_value = "0")]
	bounty: Balance,

	/// URL under which scorers reach the store, if it is a different one.
	#[arg(long, value_name = "URL")]
	share: Option<String>,

	/// Only show what would be opened.
	#[arg(long)]
	dry_run: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
	/// `None` in a dry run.
	task: Option<TaskId>,
	study: StudyId,
	institution: InstitutionId,
	#[serde(flatten)]
	terms: Terms,
	bounty: String,
	voxels: [u32; 3],
	spacing_millimetres: [f64; 3],
	brief: Option<ObjectRecord>,
	/// To whom the brief is sealed.
	sealed_to: Vec<AccountId>,
	reading_until: Option<u64>,
	dry_run: bool,
}

impl Opening {
	pub(crate) async fn run(self, session: &Session, output: &Output) -> Result<(), CliError> {
		let identity = session.identity()?;
		let account = identity.account();
		let chain = session.chain().await?;
		let study = StudyId(self.study);
		let institution = {
			let at = chain.at().await?;
			at.registered(study).await?;
			match self.institution {
				Some(number) => InstitutionId(number),
				None => payer(&at, &account).await?,
			}
		};
		let geometry = tokio::task::block_in_place(|| {
			Ok::<_, CliError>(self.images.find(output)?.geometry()?)
		})?;
		let terms = Terms {
			structure: self.structure,
			method: self.method,
			wanted: self.readers,
			threshold: self.threshold.0,
			panel: self.panel,
			reading: millis(self.reading),
			scoring: millis(self.scoring),
			voting: millis(self.voting),
			revealing: millis(self.revealing),
			appeal: millis(self.appeal),
		};
		let structure = &terms.structure;
		// Looking at the images may have taken a while.
		let opening =
			opening::Opening::new(&chain.at().await?, account, study, structure, geometry).await?;
		let grid = opening.geometry().grid();
		let mut opened = Opened {
			task: None,
			study,
			institution,
			bounty: self.bounty.to_string(),
			voxels: grid.dimensions,
			spacing_millimetres: grid.spacing,
			brief: None,
			sealed_to: opening.scorers().cloned().collect(),
			reading_until: None,
			dry_run: self.dry_run,
			terms,
		};
		if !self.dry_run {
			let store = session.store().await?;
			let brief = opening.keep(chain.genesis(), &store, self.share).await?;
			opened.brief = Some(brief.clone().into());
			let (signer, terms) = (&identity.signer, &opened.terms);
			let open = chain.open_task(signer, institution, study, terms, brief, self.bounty);
			let task = wait_for(open, session, output).await?;
			opened.task = Some(task);
			opened.reading_until = chain.at().await?.task(task).await?.task.phase.deadline();
		}
		output.show(&opened, || opened.text(self.bounty));
		Ok(())
	}
}

impl Opened {
	fn text(&self, bounty: Balance) -> String {
		let [x, y, z] = self.voxels;
		let [dx, dy, dz] = self.spacing_millimetres;
		let about = format!(
			"{}\nImages:     {x} × {y} × {z} voxels of {dx} × {dy} × {dz} mm\n\
			 Bounty:     {}\nScorers:    {}",
			terms_text(&self.terms),
			amount::show(bounty),
			self.sealed_to.len(),
		);
		match (self.task, self.reading_until) {
			(Some(task), until) => format!(
				"Task {} is open for {} readers{}.\n{about}\n\
				 Readers claim a place with `contour task claim {}`.",
				task.0,
				self.terms.wanted,
				until.map_or(String::new(), |until| format!(" until {}", when(until))),
				task.0,
			),
			(None, _) => {
				format!("Would open a task for institution {}.\n{about}", self.institution.0)
			}
		}
	}
}
