// SPDX-License-Identifier: Apache-2.0

//! From a folder to registered studies.
//!
//! | step | with |
//! | --- | --- |
//! | look through the folder | [`look`] |
//! | make research copies, if they are wanted | [`Copies::make`] |
//! | ask the chain which studies it has already, and whether they are the same | [`Registration::plan`] |
//! | seal the others, until everything is durable in the store | [`Registration::seal`] |
//! | register what is durable, in batches | [`Durable::register`] |
//!
//! Nothing that is not durable can be registered, and sealing is deterministic: what was interrupted
//! is done again, and only what is missing is done.
//!
//! ```no_run
//! use contour_chain::Chain;
//! use contour_gateway::registration::{Filing, Registration, RegistrationError, look};
//! use contour_seal::keys::RootSecret;
//! use contour_store::Store;
//! use contour_study::Work;
//! use std::{num::NonZeroUsize, path::Path};
//! use subxt_signer::sr25519::Keypair;
//! use tokio::{runtime::Handle, task::block_in_place};
//!
//! async fn register(
//!     (chain, signer): (&Chain, &Keypair),
//!     (root, store): (&RootSecret, &Store),
//!     (folder, filing): (&Path, &Filing),
//! ) -> Result<usize, RegistrationError> {
//!     let found = block_in_place(|| look(folder, false, &|_| ()))?;
//!     let at = chain.at().await?;
//!     let registration = Registration::plan(folder, &found, None, root, &at).await?;
//!     let runtime = Handle::current();
//!     let work = Work { runtime: &runtime, threads: NonZeroUsize::MIN, progress: &|_| () };
//!     let durable = block_in_place(|| registration.seal(root, store, work))?;
//!     durable.register(chain, signer, filing).await?;
//!     Ok(durable.studies().len())
//! }
//! ```

use super::research::{Copies, NAMED, Pair};
use contour_chain::{At, Chain, ChainError, NewStudy, PaperConsent};
use contour_dicom::{Folder, SurveyError, survey};
use contour_primitives::{AccountId, Hash, InstitutionId, MAX_BATCH, Modality, StudyId};
use contour_seal::keys::RootSecret;
use contour_store::{Store, StoreError};
use contour_study::{Packed, Plan, Progress, StudyError, Work, pack, plan};
use std::path::{Path, PathBuf};
use subxt_signer::sr25519::Keypair;

/// Maximum number of studies in one registration if consent is recorded with each; a block has room
/// for fewer of them.
const CONSENTED_BATCH: usize = 8;

/// Why studies are not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
	/// The chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The store.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// A study could not be planned or sealed.
	#[error(transparent)]
	Study(#[from] StudyError),
	/// The folder cannot be looked through.
	#[error(transparent)]
	Survey(#[from] SurveyError),
	/// The folder contains no study.
	#[error(
		"no study in {} can be registered; {skipped} files are not images of a study",
		.folder.display()
	)]
	NothingToRegister {
		/// The folder.
		folder: PathBuf,
		/// Files in it.
		skipped: usize,
	},
	/// Somebody should look at some files first.
	#[error(
		"{count} files have problems, so nothing was registered: correct them, or leave them out \
		 with --keep-going:\n\
		 {list}"
	)]
	BadFiles {
		/// How many.
		count: usize,
		/// Some of them, each on a line.
		list: String,
	},
	/// The chain has the study, but other files were registered.
	#[error(
		"study {:?} is registered already, with different contents; look at it with `contour study \
		 show`",
		.0.0
	)]
	OtherContents(StudyId),
}

/// Who answers for studies that are registered, whose they are, and what is permitted.
#[derive(Clone, Debug)]
pub struct Filing {
	/// The institution that answers for them.
	pub custodian: InstitutionId,
	/// Account of the patient, if there is one.
	pub patient: Option<AccountId>,
	/// Consent on paper, which is recorded in the same transaction.
	pub consent: Option<PaperConsent>,
}

/// Studies that are to be registered, and those that are already.
pub struct Registration {
	planned: Vec<Plan>,
	already: Vec<StudyId>,
	research: Vec<Pair>,
	/// The folder with the copies lasts as long as this value.
	copies: Option<Copies>,
}

/// Sealed studies, every object of which is durable.
pub struct Durable {
	packed: Vec<Packed>,
	studies: Vec<NewStudy>,
}

/// Looks through a folder. Files with problems are left out if `keep_going`.
///
/// ```
/// use contour_gateway::registration::look;
///
/// # let folder = tempfile::tempdir()?;
/// # let mut options = contour_phantom::Options::default();
/// # (options.slices, options.rows, options.columns, options.readers) = (16, 64, 64, 1);
/// # contour_phantom::phantom(folder.path(), &options, &|_| {})?;
/// let found = look(folder.path(), false, &|_| ())?;
/// // 16 images, a tumour and a reading of it as DICOM; the tumour as NIfTI is left out.
/// assert_eq!((found.studies.len(), found.studies[0].instances.len()), (1, 18));
/// assert_eq!(found.skipped.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`RegistrationError::BadFiles`] unless `keep_going`, [`RegistrationError::NothingToRegister`] and
/// [`RegistrationError::Survey`].
pub fn look(
	dir: &Path,
	keep_going: bool,
	progress: &dyn Fn(Progress),
) -> Result<Folder, RegistrationError> {
	let found = survey(dir, None, &|it| {
		progress(Progress { done: it.done, total: it.total });
	})?;
	if !found.problems.is_empty() && !keep_going {
		let lines = found
			.problems
			.iter()
			.take(NAMED)
			.map(|problem| format!("  {}: {}", problem.path.display(), problem.trouble));
		let list = lines.collect::<Vec<_>>().join("\n");
		return Err(RegistrationError::BadFiles { count: found.problems.len(), list });
	}
	if found.studies.is_empty() {
		let skipped = found.skipped.len();
		return Err(RegistrationError::NothingToRegister { folder: dir.into(), skipped });
	}
	Ok(found)
}

impl Registration {
	/// Plans to register what was found in the folder `dir`, and the copies of it. Studies that the
	/// chain has already are compared with it, and left alone.
	///
	/// # Errors
	///
	/// [`RegistrationError::OtherContents`] and [`RegistrationError::Study`], and those of the chain.
	pub async fn plan(
		dir: &Path,
		found: &Folder,
		copies: Option<Copies>,
		root: &RootSecret,
		at: &At,
	) -> Result<Self, RegistrationError> {
		let mut all = plans(dir, found, root)?;
		let mut research = Vec::new();
		if let Some(copies) = &copies {
			let planned = plans(copies.folder(), copies.found(), root)?;
			research = copies.pairs(&all, &planned);
			all.extend(planned);
		}
		let ids: Vec<_> = all.iter().map(|plan| plan.study).collect();
		let already = at.taken(&ids).await?;
		let (there, planned): (Vec<_>, Vec<_>) =
			all.into_iter().partition(|plan| already.contains(&plan.study));
		for plan in &there {
			ensure_same(at, plan).await?;
		}
		Ok(Self { planned, already, research, copies })
	}

	/// What is to be registered.
	pub fn planned(&self) -> &[Plan] {
		&self.planned
	}

	/// Those that were on the chain already.
	pub fn already(&self) -> &[StudyId] {
		&self.already
	}

	/// Which studies are the research copies of which others.
	pub fn research(&self) -> &[Pair] {
		&self.research
	}

	/// The research copies, if they are wanted.
	pub fn copies(&self) -> Option<&Copies> {
		self.copies.as_ref()
	}

	/// Seals what is planned, and returns when everything is durable in the store. It blocks, as
	/// [`Work`] says. Doing it again writes only what is missing.
	///
	/// # Errors
	///
	/// [`StoreError::NotEnoughSpace`] before anything is written; those of reading, sealing and storing.
	pub fn seal(
		&self,
		root: &RootSecret,
		store: &Store,
		work: Work<'_>,
	) -> Result<Durable, RegistrationError> {
		let sealed = self.planned.iter().map(Plan::sealed_bytes).fold(0, u64::saturating_add);
		work.runtime.block_on(store.ensure_space(sealed))?;
		let total: usize = self.planned.iter().map(|plan| plan.files).sum();
		let mut durable = Durable { packed: Vec::new(), studies: Vec::new() };
		let mut before = 0;
		for plan in &self.planned {
			let progress = |it: Progress| {
				(work.progress)(Progress { done: before + it.done, total });
			};
			let packed = pack(plan, root, store, Work { progress: &progress, ..work })?;
			before += plan.files;
			durable.studies.push(new_study(&packed, plan));
			durable.packed.push(packed);
		}
		Ok(durable)
	}
}

impl Durable {
	/// The studies, as they are to be registered.
	pub fn studies(&self) -> &[Packed] {
		&self.packed
	}

	/// Registers them in batches: of each batch all studies, or none.
	///
	/// # Errors
	///
	/// Those of the chain. Earlier batches are registered then, which [`Registration::plan`] finds out.
	pub async fn register(
		&self,
		chain: &Chain,
		signer: &Keypair,
		filing: &Filing,
	) -> Result<(), RegistrationError> {
		let Filing { custodian, patient, consent } = filing;
		let patient = patient.as_ref();
		match *consent {
			None => {
				for batch in self.studies.chunks(MAX_BATCH as usize) {
					chain.register(signer, *custodian, patient, batch).await?;
				}
			}
			Some(paper) => {
				for batch in self.studies.chunks(CONSENTED_BATCH) {
					chain.register_consented(signer, *custodian, patient, batch, paper).await?;
				}
			}
		}
		Ok(())
	}
}

/// Plans to pack the studies of a folder.
fn plans(dir: &Path, found: &Folder, root: &RootSecret) -> Result<Vec<Plan>, RegistrationError> {
	let studies = found.studies.iter();
	Ok(studies.map(|study| plan(dir, study, root)).collect::<Result<_, _>>()?)
}

/// Studies with the same identifier should have the same contents.
async fn ensure_same(at: &At, plan: &Plan) -> Result<(), RegistrationError> {
	let same = at.study(plan.study).await?.is_none_or(|record| {
		usize::try_from(record.instances) == Ok(plan.files) && record.bytes == plan.sealed_bytes()
	});
	if same { Ok(()) } else { Err(RegistrationError::OtherContents(plan.study)) }
}

/// What the chain is told of a sealed study.
fn new_study(packed: &Packed, plan: &Plan) -> NewStudy {
	NewStudy {
		study: packed.study,
		modality: Modality::from_dicom(plan.modality.as_deref()),
		content_root: packed.content_root,
		manifest: Hash::from(*packed.manifest.as_bytes()),
		commitment: packed.commitment,
		instances: packed.instances,
		bytes: packed.bytes,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::sample;
	use std::{cell::Cell, num::NonZeroUsize};

	#[test]
	fn should_have_nothing_to_register_when_no_file_is_an_image() {
		let folder = tempfile::tempdir().expect("there is room");
		std::fs::write(folder.path().join("letter.txt"), "Dear").expect("the folder is writable");
		let found = look(folder.path(), false, &|_| ());
		let Err(RegistrationError::NothingToRegister { skipped: 1, .. }) = found else {
			panic!("{found:?}");
		};
	}

	#[test]
	fn should_be_as_planned_and_in_the_store_when_it_is_sealed() {
		let home = tempfile::tempdir().expect("there is room");
		let images = home.path().join("images");
		sample::images(&images, 1);
		let runtime = tokio::runtime::Runtime::new().expect("there are threads");
		let store = home.path().join("store");
		let store = runtime.block_on(Store::open(&store.to_string_lossy())).expect("it is new");

		let root = RootSecret::from_bytes([7; 32]);
		let found = look(&images, false, &|_| ()).expect("there are images");
		let planned = plans(&images, &found, &root).expect("their names are Unicode");
		let files: usize = planned.iter().map(|plan| plan.files).sum();
		let registration =
			Registration { planned, already: Vec::new(), research: Vec::new(), copies: None };
		let last = Cell::new(Progress { done: 0, total: 0 });
		let progress = |it| last.set(it);
		let work =
			Work { runtime: runtime.handle(), threads: NonZeroUsize::MIN, progress: &progress };
		let durable = registration.seal(&root, &store, work).expect("there is room");

		assert_eq!(last.get(), Progress { done: files, total: files });
		assert_eq!(durable.studies().len(), registration.planned().len());
		for (packed, new) in durable.packed.iter().zip(&durable.studies) {
			let there = runtime.block_on(store.exists(&packed.manifest));
			assert!(there.expect("it can be read"));
			assert_eq!((packed.study, packed.bytes), (new.study, new.bytes));
		}
		let sealed: u64 = registration.planned().iter().map(Plan::sealed_bytes).sum();
		assert_eq!(durable.packed.iter().map(|it| it.bytes).sum::<u64>(), sealed);
	}
}
