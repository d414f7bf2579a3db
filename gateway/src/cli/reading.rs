// SPDX-License-Identifier: Apache-2.0

//! Segmentations: handing them in, showing them to a panel, and their consensus.

use super::{
	error::CliError,
	images::{Maybe, new_folder, write},
	output::Output,
	session::Session,
	signing::wait_for,
	task_text::rejected,
	words::{millimetres, percent, read},
};
use contour_annotation::{
	Place,
	consensus::Consensus,
	drawing,
	panel::Panel,
	pictures::{self, COLOURS},
};
use contour_chain::{CopyRecord, ObjectRecord, OutcomeRecord, TaskDetails};
use contour_gateway::{
	consensus,
	images::Images,
	reading::{Draft, OwnPlace},
	recipients,
};
use contour_primitives::{AccountId, Hash, TaskId, annotation::Phase};
use contour_scoring::{Mask, Scored, score};
use contour_segmentation::Series;
use contour_store::{MANIFEST_LIMIT, ObjectName, Store};
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Maximum number of pictures to make.
const PICTURES: u32 = 12;

/// The arguments of `contour task submit`.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Submitting {
	/// Number of the task.
	task: u32,

	/// Your segmentation: DICOM SEG, or NIfTI.
	file: PathBuf,

	/// The images that you drew on. With them, the file is checked as scorers will check it, and
	/// only the mask is handed in. Without them, the file is sealed as it is.
	#[command(flatten)]
	images: Maybe,

	/// Declare the reading finished: you will not replace it. When all readings are finished,
	/// scoring begins at once.
	#[arg(long)]
	finished: bool,

	/// URL under which scorers reach the store, if it is a different one.
	#[arg(long, value_name = "URL")]
	share: Option<String>,

	/// Only check the file.
	#[arg(long)]
	dry_run: bool,

	/// Only seal and store it, and show what a wallet has to hand in. For an account whose
	/// transactions are signed elsewhere, such as in Polkadot.js.
	#[arg(long, conflicts_with = "dry_run")]
	store_only: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Submitted {
	task: TaskId,
	/// Whether it was checked against images.
	checked: bool,
	/// Voxels of the structure.
	voxels: Option<u64>,
	/// Hash of the mask, as the report will name it.
	mask: Option<Hash>,
	#[serde(flatten)]
	object: Option<ObjectRecord>,
	finished: bool,
	dry_run: bool,
	store_only: bool,
}

impl Submitting {
	pub(crate) async fn run(self, session: &Session, output: &Output) -> Result<(), CliError> {
		let identity = session.identity()?;
		let chain = session.chain().await?;
		let task = TaskId(self.task);
		let details = chain.at().await?.task(task).await?;
		let place = OwnPlace::find(chain.genesis(), &details, identity.account())?;
		let draft = Draft::new(read(&self.file)?)?;
		let draft = match self.images.find(output)? {
			Some(images) => tokio::task::block_in_place(|| {
				Ok::<_, CliError>(place.check(&draft, &images.geometry()?)?)
			})?,
			None => draft,
		};
		let mask = draft.mask();
		let mut submitted = Submitted {
			task,
			checked: mask.is_some(),
			voxels: mask.map(Mask::count),
			mask: mask.map(|mask| Hash::from(mask.hash())),
			object: None,
			finished: self.finished,
			dry_run: self.dry_run,
			store_only: self.store_only,
		};
		if !self.dry_run {
			// Looking at the images may have taken a while.
			let at = chain.at().await?;
			let store = session.store().await?;
			let sealed = place.keep(&draft, &at, &store, self.share).await?;
			submitted.object = Some(sealed.clone().into());
			if !self.store_only {
				let signer = &identity.signer;
				let handed_in = chain.submit_reading(signer, task, sealed, self.finished);
				wait_for(handed_in, session, output).await?;
			}
		}
		output.show(&submitted, || submitted.text());
		Ok(())
	}
}

impl Submitted {
	fn text(&self) -> String {
		let done = match (self.dry_run, self.store_only) {
			(true, _) => "The file fits",
			(false, true) => "Stored",
			(false, false) => "Handed in",
		};
		let what = match self.voxels {
			Some(voxels) => format!("{done}: {voxels} voxels of the structure."),
			None => format!(
				"{done}, but not checked: pass the images with --images, so that scorers do not \
				 reject it."
			),
		};
		let next = match (&self.object, self.finished) {
			(None, _) => String::new(),
			(Some(object), _) if self.store_only => {
				let (root, locator) = (object.root, &object.locator);
				format!(
					"\n\
					 It is not handed in yet: send annotation.submit({}, {{ root: {root:?}, \
					 locator: {locator} }}, finished).",
					self.task.0,
				)
			}
			(Some(_), true) => " You have declared it finished.".into(),
			(Some(_), false) => {
				" You can replace it until the time for reading ends; pass --finished if you will \
				 not."
					.into()
			}
		};
		format!("{what}{next}")
	}
}

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
	scorer: contour_primitives::InstitutionId,
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
		let account = identity.account();
		let chain = session.chain().await?;
		let details = chain.at().await?.task(TaskId(self.task)).await?;
		if details.seat_of(&account).is_none() {
			return Err(CliError::NotOnPanel(self.task));
		}
		let images = self.images.find(output)?;
		let wait = output.spinner("Fetching");
		let place = recipients::binding(chain.genesis(), &details);
		let mut reasons = Vec::new();
		let mut seen = None;
		for copy in details.copies.iter().filter(|it| it.panel == details.task.panels) {
			let opened = async {
				let panel = fetch_copy(copy, &place, &account, &identity.file).await?;
				let masks = masks(&panel)?;
				let scored = rescored(&panel, &masks, &details)?;
				Ok::<_, CliError>((panel, masks, scored))
			};
			match opened.await {
				Ok(opened) => {
					seen = Some((copy.institution, opened));
					break;
				}
				Err(error) => {
					let institution = copy.institution.0;
					reasons.push(format!("  of institution {institution}: {error}"));
				}
			}
		}
		wait.finish_and_clear();
		let Some((scorer, (panel, masks, scored))) = seen else {
			return Err(match reasons.is_empty() {
				true => CliError::NoCopies,
				false => CliError::BadCopies(reasons.join("\n")),
			});
		};
		new_folder(&self.to)?;
		let readings = write_readings(&self.to, &panel, &masks, &scored).map(|readings| Readings {
			task: place.task,
			panel: details.task.panels,
			folder: self.to.clone(),
			scorer,
			consensus: None,
			readings,
			pictures: Vec::new(),
		});
		let mut readings = readings?;
		let consensus = scored.consensus.as_ref().map(|it| &it.mask);
		if let Some(mask) = consensus {
			let (geometry, structure) = (&panel.geometry, &panel.structure);
			let seg = drawing::segmentation(mask, geometry, structure, &place, "CONSENSUS")?;
			readings.consensus = Some(write(&self.to, "consensus.dcm", &seg)?);
		}
		if let Some(images) = images {
			let all: Vec<&Mask> = masks.iter().flatten().collect();
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

async fn fetch_copy(
	copy: &CopyRecord,
	place: &Place,
	account: &AccountId,
	keys: &contour_seal::keyfile::KeyFile,
) -> Result<Panel, CliError> {
	let store = Store::open(&copy.object.locator).await?;
	let name = ObjectName::from(copy.object.root.0);
	let bytes = store.get_within(&name, MANIFEST_LIMIT).await?;
	let (panel, _) = Panel::open(&bytes, place, account, keys)?;
	if panel.round == copy.panel { Ok(panel) } else { Err(CliError::OtherReadings) }
}

/// The masks of the readings, each with the hash that the scorer names.
fn masks(panel: &Panel) -> Result<Vec<Option<Mask>>, CliError> {
	let mask = |numbered: &contour_annotation::panel::Numbered| match &numbered.drawing {
		Ok(drawing) => Ok(Some(drawing.mask(&panel.geometry, &panel.structure)?)),
		Err(_) => Ok(None),
	};
	panel.readings.iter().map(mask).collect()
}

/// Computes the scores again from what the panel sees. If they are the scores on the chain, these
/// are the readings that were scored, whichever scorer shows them.
fn rescored(
	panel: &Panel,
	masks: &[Option<Mask>],
	details: &TaskDetails,
) -> Result<Scored, CliError> {
	let readings: Vec<_> = panel
		.readings
		.iter()
		.zip(masks)
		.map(|(numbered, mask)| match (mask, &numbered.drawing) {
			(Some(mask), _) => Ok(mask.clone()),
			(None, Err(rejection)) => Err(*rejection),
			(None, Ok(_)) => Err(contour_scoring::Rejection::Malformed),
		})
		.collect();
	let grid = panel.geometry.scoring_grid();
	let scored = score(grid, details.task.terms.method, &readings, |_| true)
		.map_err(|_| CliError::OtherReadings)?;
	let mut shown = scored.report.outcomes.to_vec();
	let held = details.scores.as_ref().ok_or(CliError::OtherReadings)?;
	let same = held.consensus == scored.report.consensus.map(Hash::from)
		&& held.outcomes.len() == shown.len()
		&& held.outcomes.iter().all(|outcome| {
			// The order is another one: numbers instead of names.
			let found = shown.iter().position(|it| OutcomeRecord::from(*it) == *outcome);
			found.map(|place| shown.swap_remove(place)).is_some()
		});
	if same { Ok(scored) } else { Err(CliError::OtherReadings) }
}

fn write_readings(
	folder: &Path,
	panel: &Panel,
	masks: &[Option<Mask>],
	scored: &Scored,
) -> Result<Vec<NumberedReading>, CliError> {
	let mut seen = 0;
	let readings = panel.readings.iter().zip(masks).zip(scored.report.outcomes.iter());
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

/// The arguments of `contour task consensus`.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Fetching {
	/// Number of the task.
	task: u32,

	/// A folder that does not exist, or is empty.
	#[arg(long, value_name = "DIR")]
	to: PathBuf,

	/// URL of a scorer's store. Without it, the command tries your own store and those from which
	/// scorers showed readings to a panel.
	#[arg(long, value_name = "URL")]
	from: Vec<String>,

	/// The images, for a consensus that names the patient and refers to them. Without them, it
	/// names nobody.
	#[command(flatten)]
	images: Maybe,

	/// Also write the consensus as NIfTI.
	#[arg(long)]
	nifti: bool,
}

impl Fetching {
	pub(crate) async fn run(self, session: &Session, output: &Output) -> Result<(), CliError> {
		let identity = session.identity()?;
		let chain = session.chain().await?;
		let details = chain.at().await?.task(TaskId(self.task)).await?;
		let Phase::Validated { consensus: hash, .. } = details.task.phase else {
			return Err(CliError::NoConsensus(self.task));
		};
		let place = recipients::binding(chain.genesis(), &details);
		let images = self.images.find(output)?;
		let mut stores = self.from;
		stores.extend(details.copies.iter().map(|copy| copy.object.locator.clone()));
		// A scorer may keep what it makes where its institution keeps everything.
		stores.extend(session.store_url().ok());
		stores.dedup();
		if stores.is_empty() {
			return Err(CliError::WhichScorer);
		}
		let wait = output.spinner("Fetching");
		let found = find(&stores, &place, hash, &identity).await;
		wait.finish_and_clear();
		let (consensus, store) = found?;
		let mask = consensus.mask()?;
		let (geometry, structure) = (&consensus.geometry, &consensus.structure);
		let seg = match images {
			Some(images) => {
				let series = Series::read(images.read()?)
					.map_err(contour_annotation::geometry::GeometryError::from)?;
				drawing::segmentation_on(&mask, geometry, structure, &series, &place, "CONSENSUS")?
			}
			None => drawing::segmentation(&mask, geometry, structure, &place, "CONSENSUS")?,
		};
		new_folder(&self.to)?;
		let file = write(&self.to, "consensus.dcm", &seg)?;
		let nifti = if self.nifti {
			let bytes = drawing::nifti(&mask, geometry)?;
			Some(write(&self.to, "consensus.nii.gz", &bytes)?)
		} else {
			None
		};
		let result = json!({
			"task": place.task,
			"consensus": hash,
			"voxels": mask.count(),
			"from": store,
			"file": file,
			"nifti": nifti,
		});
		output.show(&result, || {
			format!(
				"Written to {}: {} voxels, the mask that the chain names.\nTo lease it like a study: \
				 `contour study register {} --institution {}`, then `contour task publish {} --study STUDY`",
				file.display(),
				mask.count(),
				self.to.display(),
				details.task.institution.0,
				place.task.0,
			)
		});
		Ok(())
	}
}

/// The consensus in one of the stores.
async fn find(
	stores: &[String],
	place: &Place,
	hash: Hash,
	identity: &super::session::Identity,
) -> Result<(Consensus, String), CliError> {
	let mut reasons = Vec::new();
	for url in stores {
		let found = async {
			let store = Store::open(url).await?;
			consensus::find(&store, place, &hash.0, &identity.account(), &identity.file).await
		};
		match found.await {
			Ok(Some(consensus)) => return Ok((consensus, url.clone())),
			Ok(None) => reasons.push(format!("  {url}: there is no consensus that this key opens")),
			Err(error) => reasons.push(format!("  {url}: {error}")),
		}
	}
	Err(CliError::NotFound(reasons.join("\n")))
}
