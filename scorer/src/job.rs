// SPDX-License-Identifier: Apache-2.0

//! One request: fetch, open, check, score and seal the results.
//!
//! ```
//! use contour_annotation::{Binding, brief::Brief, drawing, reading::Reading};
//! use contour_primitives::scorer::Readings;
//! use contour_scorer::{
//!     job::{Budget, Scorer, Step}, records::{Product, Request}, stores::Stores,
//! };
//! use contour_scoring::{Mask, Method, Ppm};
//! use std::{sync::Arc, time::Duration};
//! use tokio::sync::Semaphore;
//! # use contour_annotation::geometry::Geometry;
//! # use contour_primitives::{AccountId, Code, Hash, KeySuite, Sealed, StudyId, TaskId};
//! # use contour_seal::{keyfile::{KeyFile, Kind}, object::Recipient};
//! # use contour_segmentation::Grid;
//! # use contour_store::{Store, StoreError};
//!
//! # async fn put(store: &Store, object: Vec<u8>) -> Result<Sealed, StoreError> {
//! #     let name = store.put(object.into()).await?;
//! #     let locator = store.to_string().into_bytes().try_into().expect("it is short");
//! #     Ok(Sealed { root: Hash::from(*name.as_bytes()), locator })
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let store = Store::open(&folder.path().to_string_lossy()).await?;
//! # let axial = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
//! # let grid = Grid::new([8, 8, 10], [0.5, 0.5, 3.0], axial, [0.0; 3])?;
//! # let geometry = Geometry::new(grid, "2.25.1".into())?;
//! # let structure: Code = "SCT:108369006".parse()?;
//! # let (genesis, study) = (Hash::repeat_byte(1), StudyId(Hash::repeat_byte(2)));
//! # let binding = Binding { genesis, task: TaskId(3), study };
//! # let [opener, ada, ben, account] = [4, 5, 6, 7].map(|it| AccountId::new([it; 32]));
//! # let keys = KeyFile::generate(Kind::Institution)?;
//! # let key = keys.public_keys().of(KeySuite::XWing).to_vec();
//! # let own = Recipient { account: account.clone(), suite: KeySuite::XWing, key };
//! # let publisher = Recipient { account: opener.clone(), ..own.clone() };
//! // Two readers drew the same. A brief and their readings are in the store.
//! let brief = Brief::new(study, structure.clone(), geometry.clone(), publisher)?;
//! let brief = put(&store, brief.seal(genesis, &[own.clone()])?).await?;
//! let mask = Mask::from_runs(geometry.scoring_grid(), [(10, 4), (74, 4), (138, 4)])?;
//! let mut readings = Vec::new();
//! for reader in [ada, ben] {
//!     let reading = Reading::new(drawing::nifti(&mask, &geometry)?)?;
//!     let sealed = reading.seal(&binding, reader.clone(), &[own.clone()])?;
//!     readings.push((reader, put(&store, sealed).await?));
//! }
//! let request = Request::Score(Readings {
//!     genesis,
//!     task: binding.task,
//!     study,
//!     method: Method::Majority,
//!     threshold: Ppm::ONE,
//!     structure,
//!     opener,
//!     brief,
//!     readings,
//!     accepted: None,
//!     urgent: false,
//! });
//!
//! let stores = Stores::new(store.clone(), Vec::new());
//! let scorer = Scorer::new(account, keys, stores, store.to_string())?;
//! let memory = Arc::new(Semaphore::new(4096));
//! let budget = Budget { memory, total: 4096, timeout: Duration::from_secs(60) };
//! let step = scorer.run(&request, &budget).await;
//! let Step::Done { product: Product::Report(report), incomplete: false } = step else {
//!     panic!("it was not scored");
//! };
//! assert_eq!(report.consensus, Some(mask.hash()));
//! assert_eq!(report.agreement, Some(Ppm::ONE));
//! # Ok(())
//! # }
//! ```

use crate::{
	config::StartError,
	records::{Product, Request},
	stores::{Absent, Stores},
};
use contour_annotation::{
	Binding,
	brief::Brief,
	consensus::{self, Consensus},
	numbering::Numbering,
	panel::Panel,
	reading::Reading,
};
use contour_primitives::{
	AccountId, Hash, Locator, Sealed,
	scorer::{PanelRequest, Readings},
};
use contour_scoring::{MAX_READERS, Mask, Rejection, Report, Scored, TooManyReadings, score};
use contour_seal::{
	envelope::wrap,
	keyfile::KeyFile,
	object::{Kind, Recipient},
};
use std::{
	collections::BTreeSet,
	sync::{
		Arc,
		atomic::{AtomicBool, Ordering},
	},
	time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What became of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
	/// It is done.
	Done {
		/// What was made.
		product: Product,
		/// Whether a reading was given up because its store could not be reached.
		incomplete: bool,
	},
	/// A store cannot be reached, and there is time to wait.
	Away(String),
	/// There is no answer, and why.
	Unable(String),
}

/// How much one request may take.
#[derive(Clone, Debug)]
pub struct Budget {
	/// MiB that are free.
	pub memory: Arc<Semaphore>,
	/// MiB in all.
	pub total: u32,
	/// How long the work may take.
	pub timeout: Duration,
}

struct Inner {
	account: AccountId,
	keys: KeyFile,
	stores: Stores,
	/// URL of the scorer's own store.
	locator: Locator,
}

/// Who scores.
#[derive(Clone)]
pub struct Scorer(Arc<Inner>);

impl core::fmt::Debug for Scorer {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.debug_tuple("Scorer").field(&self.0.account).finish()
	}
}

/// Readings in the order of the request, and whether one was given up.
type Masks = (Vec<Result<Mask, Rejection>>, bool);

impl Scorer {
	/// A scorer whose own store others reach at the URL `public`.
	///
	/// # Errors
	/// [`StartError::LongStore`].
	pub fn new(
		account: AccountId,
		keys: KeyFile,
		stores: Stores,
		public: String,
	) -> Result<Self, StartError> {
		let length = public.len();
		let locator = public.into_bytes().try_into().map_err(|_| StartError::LongStore(length))?;
		Ok(Self(Arc::new(Inner { account, keys, stores, locator })))
	}

	/// Does what is asked.
	pub async fn run(&self, request: &Request, budget: &Budget) -> Step {
		let asked = request.readings();
		if asked.readings.len() > MAX_READERS {
			return Step::Unable(format!("there are more than {MAX_READERS} readings"));
		}
		let brief = match self.brief(asked).await {
			Ok(brief) => brief,
			Err(step) => return step,
		};
		let needed = mebibytes(&brief, asked.readings.len());
		if needed > budget.total {
			return Step::Unable(format!("the task needs {needed} MiB: raise --max-memory"));
		}
		let Ok(memory) = budget.memory.clone().acquire_many_owned(needed).await else {
			return Step::Unable("the scorer is stopping".into());
		};
		let work = Work {
			scorer: self.clone(),
			brief: Arc::new(brief),
			memory: Arc::new(memory),
			cancelled: Cancelled::default(),
		};
		match tokio::time::timeout(budget.timeout, work.run(request)).await {
			Ok(Ok(step) | Err(step)) => step,
			Err(_) => {
				Step::Unable(format!("it took longer than {:?}: raise --timeout", budget.timeout))
			}
		}
	}

	async fn brief(&self, request: &Readings) -> Result<Brief, Step> {
		let bytes = self.0.stores.fetch(&request.brief).await.map_err(|absent| match absent {
			Absent::Away(why) if !request.urgent => Step::Away(why),
			Absent::Away(why) => Step::Unable(format!("the brief cannot be fetched: {why}")),
			Absent::For(_) => {
				Step::Unable("the brief is not where the chain's locator points".into())
			}
		})?;
		let scorer = self.clone();
		let (genesis, study, opener) = (request.genesis, request.study, request.opener.clone());
		let opened = blocking(move || {
			let Inner { account, keys, .. } = &*scorer.0;
			Brief::open(&bytes, genesis, study, &opener, (account, keys))
		});
		let brief = opened
			.await?
			.map_err(|error| Step::Unable(format!("the brief cannot be used: {error}")))?;
		if brief.structure != request.structure {
			return Err(Step::Unable(
				"the brief is for a different structure than the task".into(),
			));
		}
		Ok(brief)
	}
}

/// Notifies work on a separate thread that nobody waits for it any more.
#[derive(Clone, Default)]
struct Cancelled(Arc<AtomicBool>);

struct Work {
	scorer: Scorer,
	brief: Arc<Brief>,
	/// Returned when the last thread that uses it has ended, not when nobody waits for it any more.
	memory: Arc<OwnedSemaphorePermit>,
	cancelled: Cancelled,
}

impl Drop for Work {
	fn drop(&mut self) {
		self.cancelled.0.store(true, Ordering::Relaxed);
	}
}

impl Work {
	async fn run(&self, request: &Request) -> Result<Step, Step> {
		let asked = request.readings();
		let binding = Binding { genesis: asked.genesis, task: asked.task, study: asked.study };
		let (masks, incomplete) = self.masks(asked, binding).await?;
		let readers = asked.readings.iter().map(|(reader, _)| reader);
		let numbering = Numbering::new(&self.brief.numbering, asked.task, readers);
		let product = match request {
			Request::Score(asked) => {
				Product::Report(self.score(asked, binding, numbering, masks).await?)
			}
			Request::Panel(asked) => {
				Product::Copies(self.panel(asked, binding, numbering, masks).await?)
			}
		};
		Ok(Step::Done { product, incomplete })
	}

	/// Fetches, opens and checks the readings, one after the other.
	async fn masks(&self, request: &Readings, binding: Binding) -> Result<Masks, Step> {
		let mut masks = Vec::with_capacity(request.readings.len());
		let mut incomplete = false;
		for (reader, sealed) in &request.readings {
			let bytes = match self.scorer.0.stores.fetch(sealed).await {
				Ok(bytes) => bytes,
				Err(Absent::For(rejection)) => {
					masks.push(Err(rejection));
					continue;
				}
				Err(Absent::Away(why)) if request.urgent => {
					tracing::warn!(task = request.task.0, why, "a reading is given up");
					incomplete = true;
					masks.push(Err(Rejection::Missing));
					continue;
				}
				Err(Absent::Away(why)) => return Err(Step::Away(why)),
			};
			let (scorer, brief) = (self.scorer.clone(), self.brief.clone());
			let (reader, structure) = (reader.clone(), request.structure.clone());
			let mask = self.blocking(move || {
				let Inner { account, keys, .. } = &*scorer.0;
				let reading = Reading::open(&bytes, &binding, &reader, account, keys)?;
				drop(bytes);
				reading.mask(&brief.geometry, &structure).map_err(|refusal| refusal.rejection())
			});
			masks.push(mask.await?);
		}
		Ok((masks, incomplete))
	}

	async fn score(
		&self,
		request: &Readings,
		binding: Binding,
		numbering: Numbering,
		masks: Vec<Result<Mask, Rejection>>,
	) -> Result<Report, Step> {
		let (grid, method) = (self.brief.geometry.scoring_grid(), request.method);
		let (accepted, threshold) = (request.accepted, request.threshold);
		let scored = self.blocking(move || {
			let counts = |index| accepted.is_none_or(|numbers| numbering.is_in(index, numbers));
			let mut scored = score(grid, method, &masks, counts)?;
			let report = &mut scored.report;
			let agreed = report.agreement.is_some_and(|agreement| agreement >= threshold);
			if accepted.is_none() && !agreed {
				numbering.order(report.outcomes.as_mut());
			}
			Ok::<_, TooManyReadings>(scored)
		});
		let Scored { report, consensus } =
			scored.await?.map_err(|error| Step::Unable(error.to_string()))?;
		if let Some(consensus) = consensus {
			let stored = self.store_consensus(request, binding, consensus.mask).await;
			match stored {
				Err(Step::Unable(why)) => {
					tracing::error!(task = binding.task.0, why, "the consensus cannot be stored");
				}
				Err(Step::Away(why)) if request.urgent => {
					tracing::error!(task = binding.task.0, why, "the consensus cannot be stored");
				}
				stored => stored?,
			}
		}
		Ok(report)
	}

	async fn store_consensus(
		&self,
		request: &Readings,
		binding: Binding,
		mask: Mask,
	) -> Result<(), Step> {
		let (scorer, brief) = (self.scorer.clone(), self.brief.clone());
		let structure = request.structure.clone();
		let sealed = self.blocking(move || {
			let consensus = Consensus::new(&binding, &structure, &brief.geometry, &mask)?;
			let publisher = std::slice::from_ref(&brief.publisher);
			consensus.seal(&binding, scorer.0.account.clone(), publisher)
		});
		let sealed = sealed.await?.map_err(|error| Step::Unable(error.to_string()))?;
		let folder = consensus::folder(binding.genesis, binding.task);
		let own = self.scorer.0.stores.own();
		let away = |error: contour_store::StoreError| Step::Away(error.to_string());
		let within = own.within(&folder).await.map_err(away)?;
		within.put(sealed.into()).await.map_err(away)?;
		Ok(())
	}

	async fn panel(
		&self,
		request: &PanelRequest,
		binding: Binding,
		numbering: Numbering,
		masks: Vec<Result<Mask, Rejection>>,
	) -> Result<Sealed, Step> {
		let members = members(request);
		let (scorer, brief) = (self.scorer.clone(), self.brief.clone());
		let (structure, round) = (request.readings.structure.clone(), request.round);
		let sealed = self.blocking(move || {
			let geometry = &brief.geometry;
			let panel = Panel::new(&binding, round, &structure, geometry, &numbering, &masks)?;
			panel.seal(&binding, scorer.0.account.clone(), &members)
		});
		let sealed = sealed.await?.map_err(|error| Step::Unable(error.to_string()))?;
		let own = self.scorer.0.stores.own();
		let name = own.put(sealed.into()).await.map_err(|error| Step::Away(error.to_string()))?;
		let locator = self.scorer.0.locator.clone();
		Ok(Sealed { root: Hash::from(*name.as_bytes()), locator })
	}

	/// Runs slow work on a separate thread, unless nobody waits for it any more.
	async fn blocking<T: Send + 'static>(
		&self,
		work: impl FnOnce() -> T + Send + 'static,
	) -> Result<T, Step> {
		let (memory, cancelled) = (self.memory.clone(), self.cancelled.clone());
		let done = blocking(move || {
			let done = (!cancelled.0.load(Ordering::Relaxed)).then(work);
			drop(memory);
			done
		});
		done.await?.ok_or_else(|| Step::Unable("nobody waits for it any more".into()))
	}
}

/// Those to whom keys can be wrapped: one member with an invalid key must not keep the copy from
/// the others.
fn members(request: &PanelRequest) -> Vec<Recipient> {
	let mut seen = BTreeSet::new();
	let members = request.panel.iter().filter(|member| seen.insert(member.who.clone()));
	let recipients = members.map(|member| Recipient {
		account: member.who.clone(),
		suite: member.suite,
		key: member.key.to_vec(),
	});
	let usable = |it: &Recipient| match wrap(it.suite, &it.key, &[], &[0; 32]) {
		Ok(_) => true,
		Err(error) => {
			tracing::warn!(member = %it.account, %error, "a member of the panel gets no copy");
			false
		}
	};
	recipients.filter(usable).collect()
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Step> {
	let done = tokio::task::spawn_blocking(work).await;
	done.map_err(|error| Step::Unable(format!("the work was interrupted: {error}")))
}

/// The most memory that a task takes at a time, in MiB: a file twice, a volume of bytes twice, a
/// bit for each reading and voxel, and what distances need.
fn mebibytes(brief: &Brief, readings: usize) -> u32 {
	let voxels = brief.geometry.scoring_grid().voxels();
	let readings = u64::try_from(readings).unwrap_or(u64::MAX).saturating_add(4);
	let bits = voxels.saturating_mul(readings).div_ceil(8);
	let file = Kind::Reading.limit().saturating_mul(2);
	let bytes = file.saturating_add(voxels.saturating_mul(10)).saturating_add(bits);
	u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(u32::MAX)
}
