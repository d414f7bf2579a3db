// SPDX-License-Identifier: Apache-2.0

//! The phantom as files: images, truth and readers' segmentations.

use super::mr::{DATE, Scan};
use super::reader::{Habit, Reader};
use super::shape::{Head, MM, Tumour};
use contour_segmentation::nifti::{self, NiftiError};
use contour_segmentation::seg::{self, Author, EmptyFrames, Method, SegError, Segment};
use contour_segmentation::{DatasetError, Grid, GridError, Namespace, Series, SeriesError, Volume};
use serde::Serialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fs, io};
use thiserror::Error;

/// Changes whenever the same options give other files.
const VERSION: u64 = 1;

/// Width of the larger side of an image, in nanometres.
const FIELD_OF_VIEW: i64 = 240 * MM;

/// Distance between slices, in nanometres.
const SLICE_STEP: i64 = 3 * MM;

/// Centre of the volume in the patient, in millimetres: not zero, so that a lost sign shows.
const CENTRE: [f64; 3] = [4.0, -12.5, 30.0];

/// What to make.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Options {
	/// Decides about the tumour, the noise and the readers.
	pub seed: u64,
	/// Images: 16 to 128, 3 mm apart.
	pub slices: u32,
	/// Rows of an image: 64 to 512.
	pub rows: u32,
	/// Columns of an image: 64 to 512, and at most twice or half the rows.
	pub columns: u32,
	/// Careful readers, at most 99. Their habits repeat after five, in other ways.
	pub readers: u32,
	/// Whether one more reader draws on the wrong side.
	pub blunder: bool,
	/// Whether the slices lie obliquely in the patient.
	pub oblique: bool,
}

impl Default for Options {
	fn default() -> Self {
		Self {
			seed: 1,
			slices: 32,
			rows: 256,
			columns: 256,
			readers: 5,
			blunder: false,
			oblique: false,
		}
	}
}

/// Why there is no phantom.
#[derive(Debug, Error)]
pub enum PhantomError {
	/// An option is out of range.
	#[error("{option} must be {range}")]
	Option {
		/// Which.
		option: &'static str,
		/// What it may be.
		range: &'static str,
	},
	/// Files of another phantom could be mixed in.
	#[error("{0} is not empty: choose a new folder")]
	NotEmpty(PathBuf),
	/// The disk's complaint.
	#[error("{path}: {error}; check the folder, its permissions and the free space")]
	Io {
		/// Where.
		path: PathBuf,
		/// What.
		error: io::Error,
	},
	/// An image could not be made.
	#[error(transparent)]
	Image(#[from] DatasetError),
	/// The images are no series.
	#[error(transparent)]
	Series(#[from] SeriesError),
	/// A segmentation could not be made.
	#[error(transparent)]
	Seg(#[from] SegError),
	/// The truth could not be made a NIfTI file.
	#[error(transparent)]
	Nifti(#[from] NiftiError),
	/// The options give no grid.
	#[error(transparent)]
	Grid(#[from] GridError),
}

/// How far it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
	/// Files that are written.
	pub done: u32,
	/// Files in all.
	pub total: u32,
}

/// An image that was written.
#[derive(Clone, Debug, Serialize)]
pub struct Image {
	/// In the folder.
	pub path: PathBuf,
	/// SOP Instance UID.
	pub instance: String,
}

/// A segmentation that was written.
#[derive(Clone, Debug, Serialize)]
pub struct Drawing {
	/// In the folder.
	pub path: PathBuf,
	/// SOP Instance UID.
	pub instance: String,
	/// Series Instance UID.
	pub series: String,
	/// The reader's habit; none for the truth.
	pub habit: Option<Habit>,
	/// Marked voxels.
	pub voxels: u64,
	/// Marked voxels that are in the truth as well. Dice's coefficient is twice this over the sum
	/// of both counts of marked voxels.
	pub common: u64,
}

/// What was written. Paths are relative to the folder, so equal options give equal reports.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
	/// The seed that was used.
	pub seed: u64,
	/// Where the voxels are.
	pub grid: Grid,
	/// Study Instance UID.
	pub study: String,
	/// Series Instance UID of the images.
	pub series: String,
	/// Frame of Reference UID.
	pub frame_of_reference: String,
	/// The images, in the order of their slices.
	pub images: Vec<Image>,
	/// The tumour as it is.
	pub truth: Drawing,
	/// The same as NIfTI.
	pub truth_nifti: PathBuf,
	/// The careful readers, and the blunderer last.
	pub readers: Vec<Drawing>,
}

/// Writes a phantom into an empty or new folder: `mr/0001.dcm` and so on, `truth.dcm`,
/// `truth.nii.gz`, `readers/reader-01.dcm` and so on, and `readers/blunder.dcm` if asked for.
///
/// Equal options give equal bytes on every machine. `progress` is told after each file.
///
/// # Errors
/// When options are out of range, when the folder has something in it, or when it cannot be
/// written.
pub fn phantom(
	out: &Path,
	options: &Options,
	progress: &dyn Fn(Progress),
) -> Result<Report, PhantomError> {
	let model = Model::new(options)?;
	prepare(out)?;
	let readers = model.readers();
	let written = std::cell::Cell::new(0);
	// Two files of the truth.
	let total = options.slices + u32::try_from(readers.len()).unwrap_or(u32::MAX) + 2;
	let save = |path: &Path, bytes: &[u8]| {
		write_file(&out.join(path), bytes)?;
		written.set(written.get() + 1);
		progress(Progress { done: written.get(), total });
		Ok::<_, PhantomError>(())
	};

	let scan = Scan { grid: &model.grid, uids: &model.uids, seed: options.seed };
	let head = Head::new(options.seed, model.tumour.clone());
	let mut files = Vec::new();
	let mut paths = Vec::new();
	for slice in 0..options.slices {
		let pixels: Vec<u16> =
			model.indices(slice).map(|(point, index)| head.intensity(point, index)).collect();
		let file = scan.image(slice, &pixels)?;
		let path = PathBuf::from(format!("mr/{:04}.dcm", slice + 1));
		save(&path, &file)?;
		files.push(file);
		paths.push(path);
	}
	let series = Series::read(&files)?;
	drop(files);

	let truth = model.volume(|point| model.tumour.distance(point) < 0)?;
	let draw = |volume: &Volume, path: PathBuf, name: &Name, habit, empty| {
		let author = model.author(name, &path);
		let segment = Segment::brain_tumour("Tumour", name.method.clone());
		let bytes = seg::write(volume, &[segment], &series, &author, empty)?;
		save(&path, &bytes)?;
		Ok::<_, PhantomError>(Drawing {
			path,
			instance: author.instance,
			series: author.series,
			habit,
			voxels: volume.marked(),
			common: truth.common(volume).unwrap_or(0),
		})
	};
	let name = Name {
		creator: String::new(),
		label: "TRUTH".into(),
		description: "Truth of the phantom".into(),
		number: 100,
		method: Method::Automatic("Contour phantom".into()),
	};
	let truth_drawing = draw(&truth, "truth.dcm".into(), &name, None, EmptyFrames::Keep)?;
	let truth_nifti = PathBuf::from("truth.nii.gz");
	save(&truth_nifti, &nifti::write(&truth)?)?;
	let mut drawings = Vec::new();
	for (number, reader) in (1..).zip(readers) {
		let volume = model.volume(|point| reader.marks(&model.tumour, point))?;
		let (path, label) = match reader.habit {
			Habit::Mirrored => ("readers/blunder.dcm".to_owned(), "BLUNDER".to_owned()),
			_ => (format!("readers/reader-{number:02}.dcm"), format!("READER_{number:02}")),
		};
		let name = Name {
			creator: format!("Reader^{number:02}"),
			label,
			description: format!("Reader {number} {}", reader.habit.description()),
			number: 100 + number,
			method: Method::Manual,
		};
		let habit = Some(reader.habit);
		drawings.push(draw(&volume, path.into(), &name, habit, EmptyFrames::Omit)?);
	}
	tracing::info!(images = options.slices, readers = drawings.len(), "phantom written");
	Ok(Report {
		seed: options.seed,
		study: series.study().to_owned(),
		series: series.uid().to_owned(),
		frame_of_reference: series.frame_of_reference().to_owned(),
		images: paths
			.into_iter()
			.zip(series.instances())
			.map(|(path, instance)| Image { path, instance: instance.clone() })
			.collect(),
		grid: model.grid.clone(),
		truth: truth_drawing,
		truth_nifti,
		readers: drawings,
	})
}

/// How a drawing is called.
struct Name {
	creator: String,
	label: String,
	description: String,
	number: u32,
	method: Method,
}

struct Model {
	options: Options,
	grid: Grid,
	uids: Namespace,
	tumour: Tumour,
	/// Spacing of columns, rows and slices in nanometres.
	steps: [i64; 3],
}

impl Model {
	fn new(options: &Options) -> Result<Self, PhantomError> {
		let Options { seed, slices, rows, columns, readers, oblique, .. } = *options;
		for (fits, option, range) in [
			((16..=128).contains(&slices), "slices", "16 to 128"),
			((64..=512).contains(&rows), "rows", "64 to 512"),
			((64..=512).contains(&columns), "columns", "64 to 512"),
			(
				columns <= 2 * rows && rows <= 2 * columns,
				"columns",
				"at most twice the rows and at least half of them",
			),
			(readers <= 99, "readers", "at most 99"),
		] {
			if !fits {
				return Err(PhantomError::Option { option, range });
			}
		}
		let step = FIELD_OF_VIEW / i64::from(rows.max(columns));
		let steps = [step, step, SLICE_STEP];
		// Turned by the Pythagorean triples 60-11-61 about z and 40-9-41 about x, so that sines and
		// cosines are quotients.
		let orientation = if oblique {
			let (cz, sz) = (60.0 / 61.0, 11.0 / 61.0);
			let (cx, sx) = (40.0 / 41.0, 9.0 / 41.0);
			[cz, sz, 0.0, -sz * cx, cz * cx, sx]
		} else {
			[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
		};
		let spacing = steps.map(|step| step as f64 / 1e6);
		let dimensions = [columns, rows, slices];
		let centred = Grid::new(dimensions, spacing, orientation, [0.0; 3])?;
		// The far corner of a grid at the origin is twice its centre.
		let far = centred.point(dimensions.map(|n| n - 1));
		let origin = std::array::from_fn(|i| CENTRE[i] - far[i] / 2.0);
		Ok(Self {
			options: options.clone(),
			grid: Grid::new(dimensions, spacing, orientation, origin)?,
			uids: Namespace::new(&[
				VERSION,
				seed,
				slices.into(),
				rows.into(),
				columns.into(),
				oblique.into(),
			]),
			tumour: Tumour::new(seed),
			steps,
		})
	}

	/// The voxels of a slice: where each is from the centre, in nanometres, and its index.
	fn indices(&self, slice: u32) -> impl Iterator<Item = ([i64; 3], u64)> {
		let [columns, rows, slices] = self.grid.dimensions;
		let steps = self.steps;
		let place = move |i: u32, n: u32, axis: usize| {
			(2 * i64::from(i) - i64::from(n) + 1) * steps[axis] / 2
		};
		(0..rows).flat_map(move |y| {
			(0..columns).map(move |x| {
				let point = [place(x, columns, 0), place(y, rows, 1), place(slice, slices, 2)];
				let index = (u64::from(slice) * u64::from(rows) + u64::from(y))
					* u64::from(columns)
					+ u64::from(x);
				(point, index)
			})
		})
	}

	fn volume(&self, inside: impl Fn([i64; 3]) -> bool) -> Result<Volume, GridError> {
		let voxels = (0..self.options.slices)
			.flat_map(|slice| self.indices(slice))
			.map(|(point, _)| inside(point).into())
			.collect();
		Volume::new(self.grid.clone(), voxels)
	}

	fn readers(&self) -> Vec<Reader> {
		let careful = (0..self.options.readers).zip(Habit::CAREFUL.into_iter().cycle());
		let blunder = self.options.blunder.then_some((self.options.readers, Habit::Mirrored));
		careful
			.chain(blunder)
			.map(|(number, habit)| Reader::new(self.options.seed, number, habit, self.steps))
			.collect()
	}

	fn author(&self, name: &Name, path: &Path) -> Author {
		let path = path.display();
		Author {
			creator: name.creator.clone(),
			label: name.label.clone(),
			description: name.description.clone(),
			series: self.uids.uid(&format!("series/{path}")),
			instance: self.uids.uid(&format!("instance/{path}")),
			number: name.number,
			date: DATE.into(),
			time: "130000".into(),
		}
	}
}

/// Makes the folders, and makes sure that nothing else is in them.
fn prepare(out: &Path) -> Result<(), PhantomError> {
	let fail = |path: &Path| {
		let path = path.to_owned();
		move |error: io::Error| PhantomError::Io { path, error }
	};
	match fs::read_dir(out) {
		Ok(mut entries) => {
			if entries.next().is_some() {
				return Err(PhantomError::NotEmpty(out.to_owned()));
			}
		}
		Err(error) if error.kind() == ErrorKind::NotFound => {}
		Err(error) => return Err(fail(out)(error)),
	}
	for folder in ["mr", "readers"] {
		let folder = out.join(folder);
		fs::create_dir_all(&folder).map_err(fail(&folder))?;
	}
	Ok(())
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), PhantomError> {
	fs::write(path, bytes).map_err(|error| PhantomError::Io { path: path.to_owned(), error })
}
