// SPDX-License-Identifier: Apache-2.0

//! `contour task consensus`

use super::{
	error::CliError,
	images::{Maybe, new_folder, write},
	output::Output,
	session::Session,
};
use contour_annotation::drawing;
use contour_gateway::{recipients, validated::Search};
use contour_primitives::TaskId;
use serde_json::json;
use std::path::PathBuf;

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
		let own = session.store_url().ok();
		let search = Search::new(chain.genesis(), &details, self.from, own)?;
		let images = self.images.find(output)?;
		let wait = output.spinner("Fetching");
		let found = search.run(&identity.account(), &identity.file).await;
		wait.finish_and_clear();
		let (consensus, store) = found?;
		let mask = consensus.mask()?;
		let (geometry, structure) = (&consensus.geometry, &consensus.structure);
		let binding = recipients::binding(chain.genesis(), &details);
		let seg = match images {
			Some(images) => {
				let series = images.series()?;
				drawing::segmentation_on(
					&mask,
					geometry,
					structure,
					&series,
					&binding,
					"CONSENSUS",
				)?
			}
			None => drawing::segmentation(&mask, geometry, structure, &binding, "CONSENSUS")?,
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
			"task": binding.task,
			"consensus": search.hash(),
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
				binding.task.0,
			)
		});
		Ok(())
	}
}
