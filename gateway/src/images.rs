// SPDX-License-Identifier: Apache-2.0

//! The images of a task, in somebody's folder.
//!
//! ```no_run
//! use contour_annotation::geometry::Geometry;
//! use contour_gateway::images::{Images, ImagesError};
//! use std::path::Path;
//!
//! fn geometry(folder: &Path) -> Result<Geometry, ImagesError> {
//!     let images = Images::find(folder, None, &|progress| println!("{} files", progress.done))?;
//!     images.geometry()
//! }
//! ```

use contour_annotation::geometry::{Geometry, GeometryError};
use contour_dicom::{SurveyError, survey};
use contour_segmentation::Series;
use contour_study::Progress;
use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
};

/// The files of one series.
pub struct Images(Vec<PathBuf>);

/// Why there are no images.
#[derive(Debug, thiserror::Error)]
pub enum ImagesError {
	/// The folder cannot be looked through.
	#[error(transparent)]
	Survey(#[from] SurveyError),
	/// The files are not one volume.
	#[error(transparent)]
	Geometry(#[from] GeometryError),
	/// A file cannot be read.
	#[error("{}: {source}; check the path and its permissions", .path.display())]
	File {
		/// Which one.
		path: PathBuf,
		/// Why.
		source: std::io::Error,
	},
	/// No file is an image of a series.
	#[error(
		"{} contains no images of a series: pass the folder with the task's images",
		.0.display()
	)]
	NoImages(PathBuf),
	/// It is not clear which series is meant.
	#[error(
		"{} contains several series, or not the given one: pass one of these with --series:\n\
		 {list}",
		.folder.display()
	)]
	WhichSeries {
		/// The folder.
		folder: PathBuf,
		/// The series in it, each on a line.
		list: String,
	},
}

impl Images {
	/// The images of the series with this UID, or of the only one, in a folder and the folders in it.
	/// Segmentations are none.
	///
	/// # Errors
	///
	/// [`ImagesError::Survey`], [`ImagesError::NoImages`] and [`ImagesError::WhichSeries`].
	pub fn find(
		folder: &Path,
		series: Option<&str>,
		progress: &dyn Fn(Progress),
	) -> Result<Self, ImagesError> {
		let found = survey(folder, None, &|it| {
			progress(Progress { done: it.done, total: it.total });
		})?;
		// The same image may be there twice.
		let mut all = BTreeMap::<String, BTreeMap<String, PathBuf>>::new();
		for instance in found.studies.into_iter().flat_map(|study| study.instances) {
			let identity = &instance.layout.identity;
			let drawn = identity.modality.as_deref() == Some("SEG");
			if instance.layout.pixels.is_empty() || drawn {
				continue;
			}
			if let (Some(series), Some(image)) = (&identity.series, &identity.sop_instance) {
				let path = folder.join(&instance.path);
				all.entry(series.clone()).or_default().insert(image.clone(), path);
			}
		}
		let names = all.iter().map(|(series, files)| format!("  {series}  {} files", files.len()));
		let list = names.collect::<Vec<_>>().join("\n");
		let only = if all.len() == 1 { all.keys().next().cloned() } else { None };
		let files = series.map(String::from).or(only).and_then(|series| all.remove(&series));
		match files {
			Some(files) => Ok(Self(files.into_values().collect())),
			None if all.is_empty() => Err(ImagesError::NoImages(folder.into())),
			None => Err(ImagesError::WhichSeries { folder: folder.into(), list }),
		}
	}

	/// Where their voxels are. One file is in memory at a time.
	///
	/// # Errors
	///
	/// [`ImagesError::File`] and [`ImagesError::Geometry`].
	pub fn geometry(&self) -> Result<Geometry, ImagesError> {
		let mut failed = None;
		let files = self.0.iter().map_while(|path| match read(path) {
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

	/// All of them, as one series.
	///
	/// # Errors
	///
	/// [`ImagesError::File`] and [`ImagesError::Geometry`].
	pub fn series(&self) -> Result<Series, ImagesError> {
		Ok(Series::read(self.read()?).map_err(GeometryError::from)?)
	}

	/// All of the files.
	///
	/// # Errors
	///
	/// [`ImagesError::File`].
	pub fn read(&self) -> Result<Vec<Vec<u8>>, ImagesError> {
		self.0.iter().map(|path| read(path)).collect()
	}
}

fn read(path: &Path) -> Result<Vec<u8>, ImagesError> {
	std::fs::read(path).map_err(|source| ImagesError::File { path: path.into(), source })
}
