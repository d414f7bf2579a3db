// SPDX-License-Identifier: Apache-2.0

//! The images of a task, in somebody's folder.

use super::{error::CliError, output::Output};
use contour_annotation::geometry::Geometry;
use contour_dicom::survey;
use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
};

/// The files of one series.
pub(crate) struct Images(Vec<PathBuf>);

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
	pub(crate) fn find(self, output: &Output) -> Result<Images, CliError> {
		let Self { images, series: named } = self;
		let bar = output.bar("Looking");
		let found = survey(&images, None, &|progress| {
			bar.set_length(progress.total as u64);
			bar.set_position(progress.done as u64);
		})?;
		bar.finish_and_clear();
		// The same image may be there twice.
		let mut all = BTreeMap::<String, BTreeMap<String, PathBuf>>::new();
		for instance in found.studies.into_iter().flat_map(|study| study.instances) {
			let identity = &instance.layout.identity;
			let drawn = identity.modality.as_deref() == Some("SEG");
			if instance.layout.pixels.is_empty() || drawn {
				continue;
			}
			if let (Some(series), Some(image)) = (&identity.series, &identity.sop_instance) {
				let path = images.join(&instance.path);
				all.entry(series.clone()).or_default().insert(image.clone(), path);
			}
		}
		let names = all.iter().map(|(series, files)| format!("  {series}  {} files", files.len()));
		let list = names.collect::<Vec<_>>().join("\n");
		let only = if all.len() == 1 { all.keys().next().cloned() } else { None };
		let files = named.or(only).and_then(|series| all.remove(&series));
		match files {
			Some(files) => Ok(Images(files.into_values().collect())),
			None if all.is_empty() => Err(CliError::NoImages(images)),
			None => Err(CliError::WhichSeries { folder: images, list }),
		}
	}
}

impl Images {
	/// Where their voxels are. One file is in memory at a time.
	pub(crate) fn geometry(&self) -> Result<Geometry, CliError> {
		let mut failed = None;
		let files = self.0.iter().map_while(|path| match super::words::read(path) {
			Ok(file) => Some(file),
			Err(error) => {
				failed = Some(error);
				None
			}
		});
		let geometry = Geometry::read(files);
		match failed {
			Some(error) => Err(error),
			None => Ok(geometry?),
		}
	}

	/// All of the files.
	pub(crate) fn read(&self) -> Result<Vec<Vec<u8>>, CliError> {
		self.0.iter().map(|path| super::words::read(path)).collect()
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
