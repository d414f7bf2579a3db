// SPDX-License-Identifier: Apache-2.0

//! Work that is measured in a process of its own, so that its memory and its processor time are
//! nobody else's.

use contour_dicom::{Layout, survey};
use contour_primitives::{Hash, StudyId};
use contour_seal::{
	keys::{RootSecret, StudySecret},
	stream::Plain,
};
use contour_store::{ObjectName, Store};
use contour_study::{Expected, Manifest, Work, merkle::sha256, pack, plan, unpack};
use serde::{Deserialize, Serialize};
use std::{
	env,
	fs::{self, File},
	io::{Cursor, Read as _, Write as _},
	num::NonZeroUsize,
	path::{Path, PathBuf},
	process::{Command, Stdio},
	sync::atomic::{AtomicU64, Ordering::Relaxed},
	thread,
	time::Instant,
};
use tokio::runtime::Runtime;

/// The custodian's secret of every measurement.
const ROOT: [u8; 32] = [7; 32];

/// What is to be done.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum Job {
	/// A folder of images to a store: survey, plan, pack.
	Pack { images: PathBuf, store: PathBuf },
	/// The way back.
	Unpack { store: PathBuf, study: Sealed, out: PathBuf },
	/// Writes files of zeros on all threads, each of them synced: what the disk can do.
	Write { folder: PathBuf, files: u64, length: usize },
	/// Reads the layout of each image so many times, on one thread.
	Parse { images: PathBuf, times: u32 },
	/// Reads each image, divides it, hashes both parts, on one thread.
	Split { images: PathBuf },
	/// Seals `bytes` in pieces of the size of an image on so many threads, in memory; hashes each
	/// piece first, as everything is that is sealed, or takes them as hashed.
	Seal { bytes: u64, threads: usize, hash: bool },
}

/// A study in a store, as the chain would know it.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Sealed {
	study: Hash,
	manifest: ObjectName,
	commitment: Hash,
	content_root: Hash,
	/// Bytes in the store.
	pub(crate) bytes: u64,
}

/// What a job took.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Taken {
	/// From its start to its end.
	pub(crate) seconds: f64,
	/// Of all threads, in the program and in the kernel.
	pub(crate) processor_seconds: f64,
	/// The most memory that was resident, in bytes.
	pub(crate) peak_memory: u64,
	/// What [`Job::Pack`] made.
	pub(crate) sealed: Option<Sealed>,
}

impl Job {
	/// Does it in a new process.
	pub(crate) fn run(&self) -> Taken {
		let job = serde_json::to_string(self).expect("paths are Unicode here");
		let child = Command::new(env::current_exe().expect("it runs"))
			.args(["--job", &job])
			.stderr(Stdio::inherit())
			.output()
			.expect("it can be started again");
		assert!(child.status.success(), "{job}: {}", child.status);
		serde_json::from_slice(&child.stdout).expect("it says what it took")
	}

	/// Does it here.
	pub(crate) fn work(self) -> Taken {
		let begun = Instant::now();
		let sealed = match self {
			Self::Pack { images, store } => Some(pack_study(&images, &store)),
			Self::Unpack { store, study, out } => {
				unpack_study(&store, &study, &out);
				None
			}
			Self::Write { folder, files, length } => {
				write_files(&folder, files, length);
				None
			}
			Self::Parse { images, times } => {
				let images = files_in(&images);
				for image in (0..times).flat_map(|_| &images) {
					let file = File::open(image).expect("it is ours");
					Layout::read(file).expect("it is DICOM");
				}
				None
			}
			Self::Split { images } => {
				let mut file = Vec::new();
				files_in(&images).iter().for_each(|image| split(image, &mut file));
				None
			}
			Self::Seal { bytes, threads, hash } => {
				seal(bytes, threads, hash);
				None
			}
		};
		let seconds = begun.elapsed().as_secs_f64();
		Taken {
			seconds,
			processor_seconds: processor_seconds(),
			peak_memory: peak_memory(),
			sealed,
		}
	}
}

/// As many as the machine has.
pub(crate) fn threads() -> NonZeroUsize {
	thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

fn work(runtime: &Runtime) -> Work<'_> {
	Work { runtime: runtime.handle(), threads: threads(), progress: &|_| {} }
}

fn open(runtime: &Runtime, store: &Path) -> Store {
	let url = store.to_str().expect("paths are Unicode here");
	runtime.block_on(Store::open(url)).expect("it can be written to")
}

fn pack_study(images: &Path, store: &Path) -> Sealed {
	let runtime = Runtime::new().expect("threads can be made");
	let root = RootSecret::from_bytes(ROOT);
	let store = open(&runtime, store);
	let found = survey(images, None, &|_| {}).expect("it is a folder");
	let [study] = &found.studies[..] else { panic!("{} studies", found.studies.len()) };
	let plan = plan(images, study, &root).expect("names are Unicode");
	let packed = pack(&plan, &root, &store, work(&runtime)).expect("there is room");
	Sealed {
		study: packed.study.0,
		manifest: packed.manifest,
		commitment: packed.commitment,
		content_root: packed.content_root,
		bytes: packed.bytes,
	}
}

fn unpack_study(store: &Path, sealed: &Sealed, out: &Path) {
	let runtime = Runtime::new().expect("threads can be made");
	let store = open(&runtime, store);
	let study = StudyId(sealed.study);
	let secret = RootSecret::from_bytes(ROOT).study_secret(&sealed.study.0);
	let fetched = Manifest::fetch(&store, &sealed.manifest, study, &secret);
	let manifest = runtime.block_on(fetched).expect("it was packed");
	let (commitment, content_root) = (sealed.commitment, Some(sealed.content_root));
	let expected = Expected { study, commitment, content_root };
	unpack((&store, &manifest, &secret), &expected, out, work(&runtime)).expect("it was packed");
}

fn write_files(folder: &Path, files: u64, length: usize) {
	fs::create_dir(folder).expect("it is new");
	let (zeros, next) = (vec![0; length], AtomicU64::new(0));
	thread::scope(|scope| {
		for _ in 0..threads().get() {
			scope.spawn(|| {
				loop {
					let number = next.fetch_add(1, Relaxed);
					if number >= files {
						break;
					}
					let mut file =
						File::create_new(folder.join(number.to_string())).expect("it is new");
					file.write_all(&zeros).and_then(|()| file.sync_all()).expect("there is room");
				}
			});
		}
	});
	File::open(folder).and_then(|folder| folder.sync_all()).expect("it is ours");
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
	let mut files: Vec<_> = fs::read_dir(folder)
		.expect("it is ours")
		.map(|entry| entry.expect("it is ours").path())
		.collect();
	files.sort();
	files
}

fn split(image: &Path, file: &mut Vec<u8>) {
	file.clear();
	let read = File::open(image).and_then(|mut from| from.read_to_end(file));
	read.expect("it is ours");
	let layout = Layout::read(Cursor::new(&file)).expect("it is DICOM");
	let [metadata, pixels] = layout.split(file).expect("it is as it was");
	std::hint::black_box((sha256(&metadata), sha256(&pixels)));
}

/// Bytes of one image's pixels.
pub(crate) const PIXELS: usize = 512 * 512 * 2;

fn seal(bytes: u64, threads: usize, hash: bool) {
	let image: Vec<_> = (0..PIXELS).map(|index| ((index * 7) >> 3) as u8).collect();
	let hashed = Plain::new(&image);
	let key = StudySecret::from_bytes(ROOT).pixel_key(hashed.digest());
	let (image, key) = (&image, &key);
	let pieces = bytes / PIXELS as u64 / threads as u64;
	thread::scope(|scope| {
		for _ in 0..threads {
			scope.spawn(move || {
				let mut out = Vec::new();
				for piece in 0..pieces {
					out.clear();
					let plain = if hash { Plain::new(image) } else { hashed };
					plain.seal_to(key, &piece.to_le_bytes(), &mut out);
				}
			});
		}
	});
}

/// Processor time of this process so far, from `proc(5)`, in ticks of 10 ms.
fn processor_seconds() -> f64 {
	let stat = fs::read_to_string("/proc/self/stat").expect("this is Linux");
	// Behind the name, which may have anything in it: the third field first.
	let (_, fields) = stat.rsplit_once(')').expect("the second field has brackets");
	let ticks: u64 =
		fields.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
	ticks as f64 / 100.0
}

/// The most memory that was resident so far, from `proc(5)`.
fn peak_memory() -> u64 {
	let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
	let kibibytes = status
		.lines()
		.find_map(|line| line.strip_prefix("VmHWM:"))
		.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
	kibibytes.expect("Linux says it") * 1024
}
