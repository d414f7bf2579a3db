// SPDX-License-Identifier: Apache-2.0

//! What a member of a panel does: `contour task readings`, `vote` and `reveal`.

use super::{
	error::CliError,
	images::{Maybe, new_folder, write},
	output::Output,
	session::{Identity, Session},
	signing::wait_for,
	task_text::rejected,
	words::{millimetres, numbers, percent, when},
};
use contour_annotation::{
	drawing,
	pictures::{self, COLOURS},
};
use contour_chain::{Chain, OutcomeRecord, TaskDetails};
use contour_gateway::{
	images::Images,
	panel::{Ballot, Shown},
	recipients,
};
use contour_primitives::{
	InstitutionId, TaskId,
	annotation::{self, Phase},
};
use contour_scoring::Mask;
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Maximum number of pictures to make.
const PICTURES: u32 = 12;

/// The arguments of `contour task readings`.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Looking {
	/// Number of the task.
	task: u32,

	/// A folder that does not exist, or is empty.
	#[arg(long, value_name = "DIR")]
	to: PathBuf,

	/// The images, to make pictures of slices with the contours.
	#[command(flatten)]
	images: Maybe,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Readings {
	task: TaskId,
	panel: u8,
	folder: PathBuf,
	/// The institution whose scorer's copy it is.
	scorer: InstitutionId,
	/// The consensus of all of them.
	consensus: Option<PathBuf>,
	readings: Vec<NumberedReading>,
	pictures: Vec<PathBuf>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NumberedReading {
	number: u8,
	/// `None` if it cannot be seen.
	file: Option<PathBuf>,
	/// Colour of its contours in the pictures.
	colour: &'static str,
	voxels: Option<u64>,
	/// Compared with the consensus of all of them.
	outcome: OutcomeRecord,
}

impl Looking {
	pub(crate) async fn run(self, session: &Session, output: &Output) -> Result<(), CliError> {
		let identity = session.identity()?;
		let chain = session.chain().await?;
		let (genesis, account) = (chain.genesis(), identity.account());
		let details = chain.at().await?.task(TaskId(self.task)).await?;
		let wait = output.spinner("Fetching");
		let shown = Shown::find(genesis, &details, &account, &identity.file).await;
		wait.finish_and_clear();
		let shown = shown?;
		let images = self.images.find(output)?;
		new_folder(&self.to)?;
		let mut readings = Readings {
			task: details.task.task,
			panel: details.task.panels,
			folder: self.to.clone(),
			scorer: shown.scorer,
			consensus: None,
			readings: write_readings(&self.to, &shown)?,
			pictures: Vec::new(),
		};
		let consensus = shown.scored.consensus.as_ref().map(|it| &it.mask);
		if let Some(mask) = consensus {
			let (geometry, structure) = (&shown.panel.geometry, &shown.panel.structure);
			let binding = recipients::binding(genesis, &details);
			let seg = drawing::segmentation(mask, geometry, structure, &binding, "CONSENSUS")?;
			readings.consensus = Some(write(&self.to, "consensus.dcm", &seg)?);
		}
		if let Some(images) = images {
			let all: Vec<&Mask> = shown.masks.iter().flatten().collect();
			readings.pictures =
				tokio::task::block_in_place(|| draw(&self.to, &images, &all, consensus, output))?;
		}
		let document = serde_json::to_vec_pretty(&readings);
		let document = document.expect("it has no map with other keys than strings");
		write(&self.to, "readings.json", &document)?;
		output.show(&readings, || readings.text());
		Ok(())
	}
}

fn write_readings(folder: &Path, shown: &Shown) -> Result<Vec<NumberedReading>, CliError> {
	let mut seen = 0;
	let readings = shown.panel.readings.iter().zip(&shown.masks);
	let readings = readings.zip(shown.scored.report.outcomes.iter());
	readings
		.map(|((numbered, mask), outcome)| {
			let file = match &numbered.drawing {
				Ok(drawing) => {
					let name = format!("reading-{:02}.dcm", numbered.number);
					Some(write(folder, &name, &drawing.seg)?)
				}
				Err(_) => None,
			};
			let (colour, _) = COLOURS[seen % COLOURS.len()];
			seen += usize::from(mask.is_some());
			Ok(NumberedReading {
				number: numbered.number,
				file,
				colour: if mask.is_some() { colour } else { "none" },
				voxels: mask.as_ref().map(Mask::count),
				outcome: OutcomeRecord::from(*outcome),
			})
		})
		.collect()
}

/// Slices with contours.
fn draw(
	folder: &Path,
	images: &Images,
	masks: &[&Mask],
	consensus: Option<&Mask>,
	output: &Output,
) -> Result<Vec<PathBuf>, CliError> {
	let images = pictures::Images::read(&images.read()?)?;
	let slices = pictures::chosen(masks, PICTURES);
	let bar = output.bar("Drawing");
	bar.set_length(slices.len() as u64);
	let mut files = Vec::new();
	for slice in slices {
		let picture = images.picture(slice, masks, consensus)?;
		files.push(write(folder, &format!("slice-{slice:04}.png"), &picture)?);
		bar.inc(1);
	}
	bar.finish_and_clear();
	Ok(files)
}

impl Readings {
	fn text(&self) -> String {
		let lines = self.readings.iter().map(|it| match it.outcome {
			OutcomeRecord::Scored { dice, hd95_micrometres, .. } => {
				let distance = hd95_micrometres.map_or_else(|| "none".into(), millimetres);
				let (number, voxels) = (it.number, it.voxels.unwrap_or_default());
				format!(
					"{number:>3}  {:<10}  {voxels} voxels, Dice {} and HD95 {distance} to the consensus of all",
					it.colour,
					percent(dice),
				)
			}
			OutcomeRecord::Rejected { reason } => {
				format!("{:>3}  cannot be seen: {}", it.number, rejected(reason))
			}
		});
		let pictures = match self.pictures.len() {
			0 => "for pictures, pass the images with --images".into(),
			count => format!("with {count} pictures, in which the consensus is white"),
		};
		format!(
			"{}\nWritten to {}; {pictures}. These are the readings that were scored: all scores on the \
			 chain follow from them.\nVote with `contour task vote {} --accept NUMBERS`.",
			lines.collect::<Vec<_>>().join("\n"),
			self.folder.display(),
			self.task.0,
		)
	}
}

fn ballot(chain: &Chain, details: &TaskDetails, identity: &Identity) -> Result<Ballot, CliError> {
	let secret = identity.account_secret()?;
	Ok(Ballot::new(chain.genesis(), details, identity.account(), &secret)?)
}

/// Commits to a vote.
pub(crate) async fn vote(
	task: TaskId,
	accept: &[u8],
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let identity = session.identity()?;
	let chain = session.chain().await?;
	let details = chain.at().await?.task(task).await?;
	let ballot = ballot(&chain, &details, &identity)?;
	let accepted = ballot.cast(&details, accept)?;
	let commitment = ballot.commitment(accepted);
	let voted = chain.commit_vote(&identity.signer, task, commitment);
	wait_for(voted, session, output).await?;
	let phase = chain.at().await?.task(task).await?.task.phase;
	let accepts = annotation::numbers(accepted);
	let result = json!({
		"task": task,
		"panel": ballot.panel(),
		"accepts": accepts,
		"commitment": commitment,
		"phase": phase,
	});
	output.show(&result, || {
		let when = match phase {
			Phase::Committing { until } => {
				format!("when the others have voted, {} at the latest", when(until))
			}
			_ => "now: all have voted".into(),
		};
		format!(
			"You voted. Accepted: {}. Nobody sees your vote yet. Reveal it {when}: `contour task \
			 reveal {}`",
			numbers(&accepts),
			task.0,
		)
	});
	Ok(())
}

/// Reveals a vote.
pub(crate) async fn reveal(
	task: TaskId,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let identity = session.identity()?;
	let chain = session.chain().await?;
	let details = chain.at().await?.task(task).await?;
	let ballot = ballot(&chain, &details, &identity)?;
	let accepted = ballot.open(&details)?;
	let revealed = chain.reveal_vote(&identity.signer, task, accepted, ballot.salt());
	wait_for(revealed, session, output).await?;
	let accepts = annotation::numbers(accepted);
	let result = json!({ "task": task, "panel": ballot.panel(), "accepts": accepts });
	output.show(&result, || format!("Revealed. Accepted: {}.", numbers(&accepts)));
	Ok(())
}
