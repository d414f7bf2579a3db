// SPDX-License-Identifier: Apache-2.0

//! `contour task submit`

use super::{
	error::CliError, images::Maybe, output::Output, session::Session, signing::wait_for,
	words::read,
};
use contour_chain::ObjectRecord;
use contour_gateway::reading::{Draft, OwnPlace};
use contour_primitives::{Hash, TaskId};
use contour_scoring::Mask;
use serde::Serialize;
use std::path::PathBuf;

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
			let store = session.store().await?;
			// Looking at the images may have taken a while.
			let sealed = place.keep(&draft, &chain.at().await?, &store, self.share).await?;
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
