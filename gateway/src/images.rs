// SPDX-License-Identifier: Apache-2.0

//! The images of a task, in somebody's folder.
//!
//! ```
//! use contour_gateway::images::Images;
//!
//! # let folder = tempfile::tempdir()?;
//! # let mut options = contour_phantom::Options::default();
//! # (options.slices, options.rows, options.columns, options.readers) = (16, 64, 64, 1);
//! # contour_phantom::phantom(folder.path(), &options, &|_| {})?;
//! // Segmentations are in the folder, too, and are left out.
//! let images = Images::find(folder.path(), None, &|it| println!("{} files", it.done))?;
//! assert_eq!(images.read()?.len(), 16);
//! assert_eq!(images.geometry()?.grid().dimensions, [64, 64, 16]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::sample;
	use std::fs;

	fn found(folder: &Path, series: Option<&str>) -> Result<Images, ImagesError> {
		Images::find(folder, series, &|_| ())
	}

	#[test]
	fn should_find_each_image_once_when_there_is_one_series() {
		let folder = tempfile::tempdir().expect("there is room");
		let report = sample::images(folder.path(), 1);
		let image = folder.path().join(&report.images[0].path);
		fs::copy(&image, folder.path().join("again.dcm")).expect("there is room");
		let images = found(folder.path(), None).expect("segmentations are no images");
		assert_eq!(images.read().expect("they are there").len(), report.images.len());
		let geometry = images.geometry().expect("it is one volume");
		assert_eq!(geometry.grid().dimensions, report.grid.dimensions);
		let series = images.series().expect("it is one volume");
		assert_eq!(series.uid(), report.series);
	}

	#[test]
	fn should_ask_which_when_there_are_several_series() {
		let folder = tempfile::tempdir().expect("there is room");
		let [one, other] = [1, 2].map(|seed| {
			let phantom = folder.path().join(seed.to_string());
			sample::images(&phantom, seed).series
		});
		for named in [None, Some("1.2.3")] {
			let Err(ImagesError::WhichSeries { list, .. }) = found(folder.path(), named) else {
				panic!("nobody said which");
			};
			assert!(list.contains(&one) && list.contains(&other), "{list}");
		}
		let images = found(folder.path(), Some(&other)).expect("it is there");
		assert_eq!(images.series().expect("it is one volume").uid(), other);
	}

	#[test]
	fn should_name_what_is_missing_when_there_are_no_images() {
		let folder = tempfile::tempdir().expect("there is room");
		let phantom = folder.path().join("phantom");
		let report = sample::images(&phantom, 1);
		let images = found(&phantom, None).expect("there is one series");
		fs::remove_dir_all(phantom.join("mr")).expect("the folder is writable");
		assert!(matches!(images.geometry(), Err(ImagesError::File { .. })));
		assert!(phantom.join(&report.truth.path).is_file());
		assert!(matches!(found(&phantom, None), Err(ImagesError::NoImages(_))));
	}
}
