// SPDX-License-Identifier: Apache-2.0

//! The original files of a study, by a lease or as its custodian.
//!
//! The use of a lease is recorded on the chain before anything of the copy is fetched or opened; so
//! is the attempt to use one that has ended. Only the lease's key is unwrapped before: with the wrong
//! key file nothing can be opened, and nothing is recorded.
//!
//! ```no_run
//! use contour_chain::Chain;
//! use contour_gateway::fetching::{FetchingError, Wanted};
//! use contour_primitives::StudyId;
//! use contour_seal::{keyfile::KeyFile, signer::account_of};
//! use contour_study::Work;
//! use std::{num::NonZeroUsize, path::Path};
//! use subxt_signer::sr25519::Keypair;
//! use tokio::{runtime::Handle, task::block_in_place};
//!
//! async fn fetch(
//!     (chain, signer, keys): (&Chain, &Keypair, &KeyFile),
//!     (study, folder): (StudyId, &Path),
//! ) -> Result<usize, FetchingError> {
//!     let wanted = Wanted::find(&chain.at().await?, study, &account_of(signer)).await?;
//!     let originals = wanted.by_lease(chain, signer, keys).await?;
//!     let runtime = Handle::current();
//!     let work = Work { runtime: &runtime, threads: NonZeroUsize::MIN, progress: &|_| () };
//!     block_in_place(|| originals.write(folder, work))?;
//!     Ok(originals.files())
//! }
//! ```

use super::leasing::{LeasingError, parse_locator};
use contour_chain::{At, Chain, ChainError, Done, LeaseRecord, StudyRecord};
use contour_primitives::{
	AccountId, Hash, KeySuite, Locator, Moment, StudyId,
	audit::AccessKind,
	imaging::{EndCause, LeaseState},
	locator_text,
};
use contour_seal::{
	envelope::{self, EnvelopeError, LeaseInfo},
	keyfile::KeyFile,
	keys::{RootSecret, StudySecret},
	signer::account_of,
};
use contour_store::{ObjectName, Store, StoreError};
use contour_study::{Expected, Manifest, StudyError, Work, unpack};
use std::path::Path;
use subxt_signer::sr25519::Keypair;

/// Why a study's files are not there.
#[derive(Debug, thiserror::Error)]
pub enum FetchingError {
	/// The chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The store.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// What was fetched is not what was registered.
	#[error(transparent)]
	Study(#[from] StudyError),
	/// The lease's key does not open.
	#[error(transparent)]
	Envelope(#[from] EnvelopeError),
	/// The lease's copy is nowhere.
	#[error(transparent)]
	Leasing(#[from] LeasingError),
	/// Nobody asked for one.
	#[error("you have no lease on this study; ask for one with `contour access request {:?}`", .0.0)]
	NoLease(StudyId),
	/// The lease is only requested.
	#[error("the custodian has not answered your request yet; try again later")]
	NotGranted,
	/// The lease is over.
	#[error(
		"your lease has ended ({cause}), and this attempt was written to the study's history; ask \
		 for a new lease with `contour access request`"
	)]
	LeaseEnded {
		/// Why.
		cause: EndCause,
	},
	/// It is an emergency, and the custodian is still at work.
	#[error("the custodian has not given the key for this lease yet; try again later")]
	NoWrappedKey,
}

/// A study whose files somebody wants.
pub struct Wanted {
	study: StudyId,
	record: StudyRecord,
	lease: Option<LeaseRecord>,
	/// While the lease is live.
	wrapped_key: Option<Vec<u8>>,
}

/// What the attempt to use a lease comes to.
enum Attempt {
	/// The copy can be opened.
	Opens {
		/// Until when.
		expires: Moment,
		/// Where it is.
		locator: Locator,
		/// Its wrapped key.
		wrapped: Vec<u8>,
	},
	/// The lease has ended.
	TooLate(EndCause),
}

/// The originals of a study: sealed in a store, with the secret that opens them.
pub struct Originals {
	store: Store,
	manifest: Manifest,
	secret: StudySecret,
	expected: Expected,
}

impl Wanted {
	/// What the chain knows about a study and about the lease that an account has on it.
	///
	/// # Errors
	///
	/// [`ChainError::NoStudy`], and those of reading.
	pub async fn find(at: &At, study: StudyId, account: &AccountId) -> Result<Self, FetchingError> {
		let record = at.registered(study).await?;
		let lease = at.lease(study, account).await?;
		let wrapped_key = match lease {
			Some(_) => at.wrapped_key(study, account).await?,
			None => None,
		};
		Ok(Self { study, record, lease, wrapped_key })
	}

	/// The lease, if the account requested, has or had one.
	pub fn lease(&self) -> Option<&LeaseRecord> {
		self.lease.as_ref()
	}

	/// Opens the study by the lease of `signer`, which is the account that wants it. Records the use
	/// before anything of the copy is fetched; only the lease's key is unwrapped before.
	///
	/// # Errors
	///
	/// [`FetchingError::NoLease`], [`FetchingError::NotGranted`], [`FetchingError::NoWrappedKey`] and
	/// [`FetchingError::Envelope`], of which nothing is recorded; [`FetchingError::LeaseEnded`], which
	/// is recorded, too; those of the chain and of the store.
	pub async fn by_lease(
		self,
		chain: &Chain,
		signer: &Keypair,
		keys: &KeyFile,
	) -> Result<Originals, FetchingError> {
		let recorded = chain.record_access(signer, self.study, AccessKind::Download);
		self.open_leased(chain.genesis(), &account_of(signer), keys, recorded).await
	}

	/// The same for `grantee`; the use is recorded when `recorded` is awaited.
	async fn open_leased(
		self,
		genesis: [u8; 32],
		grantee: &AccountId,
		keys: &KeyFile,
		recorded: impl Future<Output = Result<Done, ChainError>>,
	) -> Result<Originals, FetchingError> {
		let Self { study, record, lease, wrapped_key } = self;
		let lease = lease.ok_or(FetchingError::NoLease(study))?;
		let (expires, locator, wrapped) = match Attempt::of(lease.status, wrapped_key)? {
			Attempt::Opens { expires, locator, wrapped } => (expires, locator, wrapped),
			Attempt::TooLate(cause) => {
				recorded.await?;
				return Err(FetchingError::LeaseEnded { cause });
			}
		};
		let info = LeaseInfo { genesis, study: study.0.0, grantee: *grantee.as_ref(), expires };
		let suite = match wrapped.len() {
			length if length == KeySuite::X25519.wrapped_key_bytes() as usize => KeySuite::X25519,
			_ => KeySuite::XWing,
		};
		// Before the use is recorded: with the wrong key file there is none.
		let key = envelope::unwrap(keys.private_key(suite), &info.to_bytes(), &wrapped)?;
		recorded.await?;

		let (url, manifest) = parse_locator(&locator_text(&locator))?;
		let (store, secret) = (Store::open(&url).await?, StudySecret::from_bytes(*key));
		// A leased copy is sealed anew.
		Originals::open(study, &record, store, (&manifest, secret), None).await
	}

	/// Opens the study as its custodian, from the custodian's own store.
	///
	/// # Errors
	///
	/// Those of the store, and [`StudyError`] when the root secret is another one.
	pub async fn by_custody(
		self,
		root: &RootSecret,
		store: Store,
	) -> Result<Originals, FetchingError> {
		let Self { study, record, .. } = self;
		let manifest = ObjectName::from(record.manifest.0);
		let secret = root.study_secret(&study.0.0);
		let content_root = Some(record.content_root);
		Originals::open(study, &record, store, (&manifest, secret), content_root).await
	}
}

impl Attempt {
	fn of(status: LeaseState, wrapped_key: Option<Vec<u8>>) -> Result<Self, FetchingError> {
		match status {
			LeaseState::Requested { .. } => Err(FetchingError::NotGranted),
			LeaseState::Live { locator: None, .. } => Err(FetchingError::NoWrappedKey),
			LeaseState::Live { expires, locator: Some(locator), .. } => Ok(match wrapped_key {
				Some(wrapped) => Self::Opens { expires, locator, wrapped },
				// Its time is over, and nobody has attended to it yet.
				None => Self::TooLate(EndCause::Expired),
			}),
			LeaseState::Ended { cause, .. } => Ok(Self::TooLate(cause)),
		}
	}
}

impl Originals {
	async fn open(
		study: StudyId,
		record: &StudyRecord,
		store: Store,
		(manifest, secret): (&ObjectName, StudySecret),
		content_root: Option<Hash>,
	) -> Result<Self, FetchingError> {
		let manifest = Manifest::fetch(&store, manifest, study, &secret).await?;
		let expected = Expected { study, commitment: record.commitment, content_root };
		Ok(Self { store, manifest, secret, expected })
	}

	/// How many files there are.
	pub fn files(&self) -> usize {
		self.manifest.instances.len()
	}

	/// Bytes of all files together.
	pub fn bytes(&self) -> u64 {
		self.manifest.bytes()
	}

	/// Writes the files to a folder that does not exist, and compares them with what was registered. It
	/// blocks, as [`Work`] says.
	///
	/// # Errors
	///
	/// [`StudyError`]; the folder is not there then.
	pub fn write(&self, folder: &Path, work: Work<'_>) -> Result<(), FetchingError> {
		Ok(unpack((&self.store, &self.manifest, &self.secret), &self.expected, folder, work)?)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::sample::{self, keys};
	use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
	use contour_dicom::survey;
	use contour_primitives::{InstitutionId, Modality, Purpose, imaging::Basis};
	use contour_study::{pack, plan};
	use std::{cell::Cell, fs, num::NonZeroUsize};

	const GENESIS: [u8; 32] = [9; 32];
	const EXPIRES: Moment = 1_800_000;

	fn grantee() -> AccountId {
		AccountId::new([7; 32])
	}

	/// A study on which the grantee has a lease that stands like this.
	fn wanted(status: LeaseState, wrapped_key: Option<Vec<u8>>) -> Wanted {
		let record = StudyRecord {
			custodian: InstitutionId(0),
			patient: None,
			modality: Modality::Mr,
			content_root: Hash::zero(),
			manifest: Hash::zero(),
			commitment: Hash::zero(),
			instances: 1,
			bytes: 1,
		};
		let (institution, purpose) = (InstitutionId(1), Purpose::ClinicalCare);
		let lease = Some(LeaseRecord { institution, purpose, status });
		Wanted { study: StudyId::default(), record, lease, wrapped_key }
	}

	fn live(locator: Option<String>) -> LeaseState {
		let locator = locator.map(|it| Locator::try_from(it.into_bytes()).expect("it is short"));
		LeaseState::Live { start: 0, expires: EXPIRES, basis: Basis::Grant, locator }
	}

	fn locator(store: &str, manifest: &ObjectName) -> String {
		format!("{store}#{}", URL_SAFE_NO_PAD.encode(manifest.as_bytes()))
	}

	/// The key of a lease on the study, wrapped for whoever has the keys.
	fn wrapped(study: StudyId, key: &[u8; 32], keys: &KeyFile) -> Vec<u8> {
		let info = LeaseInfo {
			genesis: GENESIS,
			study: study.0.0,
			grantee: *grantee().as_ref(),
			expires: EXPIRES,
		};
		let (suite, public) = (KeySuite::XWing, keys.public_keys());
		let wrapped = envelope::wrap(suite, public.of(suite), &info.to_bytes(), key);
		wrapped.expect("the public key is one")
	}

	/// What comes of it, and whether the use was recorded.
	async fn opened(wanted: Wanted, keys: &KeyFile) -> (Result<Originals, FetchingError>, bool) {
		let used = Cell::new(false);
		let recorded = async {
			used.set(true);
			Ok(Done { transaction: Hash::zero() })
		};
		let opened = wanted.open_leased(GENESIS, &grantee(), keys, recorded).await;
		(opened, used.get())
	}

	#[tokio::test]
	async fn should_record_nothing_when_nothing_could_be_opened() {
		let own = keys();
		let mut strange = wanted(live(None), None);
		strange.lease = None;
		let (result, used) = opened(strange, &own).await;
		assert!(matches!(result, Err(FetchingError::NoLease(_))) && !used);
		let requested = LeaseState::Requested { since: 0, duration: 1 };
		let (result, used) = opened(wanted(requested, None), &own).await;
		assert!(matches!(result, Err(FetchingError::NotGranted)) && !used);
		let (result, used) = opened(wanted(live(None), None), &own).await;
		assert!(matches!(result, Err(FetchingError::NoWrappedKey)) && !used);
		let key = wrapped(StudyId::default(), &[1; 32], &keys());
		let granted = live(Some(locator("/nowhere", &ObjectName::of(b"a manifest"))));
		let (result, used) = opened(wanted(granted, Some(key)), &own).await;
		assert!(matches!(result, Err(FetchingError::Envelope(_))) && !used);
	}

	#[tokio::test]
	async fn should_record_the_attempt_when_the_lease_has_ended() {
		let revoked = LeaseState::Ended { since: 0, cause: EndCause::Revoked };
		let over = live(Some(locator("/nowhere", &ObjectName::of(b"a manifest"))));
		for (status, expected) in [(revoked, EndCause::Revoked), (over, EndCause::Expired)] {
			let (opened, used) = opened(wanted(status, None), &keys()).await;
			let Err(FetchingError::LeaseEnded { cause }) = opened else {
				panic!("it opened, or for another reason did not");
			};
			assert_eq!((cause, used), (expected, true));
		}
	}

	#[tokio::test]
	async fn should_touch_no_copy_when_the_use_is_not_recorded() {
		let home = tempfile::tempdir().expect("there is room");
		// Opening the store would make its folder.
		let copy = home.path().join("copy");
		let place = locator(&copy.to_string_lossy(), &ObjectName::of(b"a manifest"));
		let keys = keys();
		let key = wrapped(StudyId::default(), &[1; 32], &keys);
		let wanted = wanted(live(Some(place)), Some(key));
		let recorded = async { Err(ChainError::Answer("nobody is there".into())) };
		let opened = wanted.open_leased(GENESIS, &grantee(), &keys, recorded).await;
		assert!(matches!(opened, Err(FetchingError::Chain(ChainError::Answer(_)))));
		assert!(!copy.exists());
	}

	#[test]
	fn should_write_the_originals_when_the_use_is_recorded() {
		let home = tempfile::tempdir().expect("there is room");
		let [images, store, out] = ["images", "store", "out"].map(|name| home.path().join(name));
		sample::images(&images, 1);
		let runtime = tokio::runtime::Runtime::new().expect("there are threads");
		let store = runtime.block_on(Store::open(&store.to_string_lossy())).expect("it is new");
		let work =
			Work { runtime: runtime.handle(), threads: NonZeroUsize::MIN, progress: &|_| () };
		let root = RootSecret::from_bytes([7; 32]);
		let found = survey(&images, None, &|_| ()).expect("it can be read");
		let plan = plan(&images, &found.studies[0], &root).expect("the names are Unicode");
		let packed = pack(&plan, &root, &store, work).expect("there is room");

		let keys = keys();
		// As good as a copy that is sealed anew: it has a secret that opens it.
		let secret = root.study_secret(&packed.study.0.0);
		let key = wrapped(packed.study, secret.expose(), &keys);
		let place = locator(&store.to_string(), &packed.manifest);
		let mut wanted = wanted(live(Some(place)), Some(key));
		(wanted.study, wanted.record.commitment) = (packed.study, packed.commitment);
		let (opened, used) = runtime.block_on(opened(wanted, &keys));
		assert!(used);
		let originals = opened.expect("it is all there");
		assert_eq!(originals.files(), plan.files);
		originals.write(&out, work).expect("there is room");
		let read = |folder: &Path| fs::read(folder.join("mr/0001.dcm")).expect("it is there");
		assert_eq!(read(&out), read(&images));
	}
}
