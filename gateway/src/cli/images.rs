// SPDX-License-Identifier: Apache-2.0

//! The images of a task, as they are named, and folders for what is made of them.

use super::{
	error::CliError,
	output::{Output, follow},
};
use contour_gateway::images::Images;
use std::path::{Path, PathBuf};

/// Where the images are.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Where {
	/// Folder with the images: the originals, or the files that `contour study fetch` wrote.
	#[arg(long, value_name = "DIR")]
	images: PathBuf,

	/// Series Instance UID, if there are several series.
	#[arg(long, value_name = "UID")]
	series: Option<String>,
}

/// The same, where it is optional.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Maybe {
	/// Folder with the images: the originals, or the files that `contour study fetch` wrote.
	#[arg(long, value_name = "DIR")]
	images: Option<PathBuf>,

	/// Series Instance UID, if there are several series.
	#[arg(long, value_name = "UID", requires = "images")]
	series: Option<String>,
}

impl Maybe {
	/// The images, if a folder was given.
	pub(crate) fn find(self, output: &Output) -> Result<Option<Images>, CliError> {
		let Self { images, series } = self;
		images.map(|images| Where { images, series }.find(output)).transpose()
	}
}

impl Where {
	/// The images of the series, or of the only one.
	pub(crate) fn find(&self, output: &Output) -> Result<Images, CliError> {
		let bar = output.bar("Looking");
		let found = Images::find(&self.images, self.series.as_deref(), &follow(&bar))?;
		bar.finish_and_clear();
		Ok(found)
	}
}

/// A folder for results: a new one, or an empty one.
pub(crate) fn new_folder(path: &Path) -> Result<(), CliError> {
	let failed = |source| CliError::File { path: path.into(), source };
	std::fs::create_dir_all(path).map_err(failed)?;
	match std::fs::read_dir(path).map_err(failed)?.next() {
		Some(_) => Err(CliError::NotEmpty(path.into())),
		None => Ok(()),
	}
}

/// Writes a file of a folder for results, and returns its path.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, CliError> {
	let path = folder.join(name);
	match std::fs::write(&path, bytes) {
		Ok(()) => Ok(path),
		Err(source) => Err(CliError::File { path, source }),
	}
}
