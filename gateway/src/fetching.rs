// SPDX-License-Identifier: Apache-2.0

//! The original files of a study, by a lease or as its custodian.
//!
//! The use of a lease is recorded on the chain before anything opens; so is the attempt to use one
//! that has ended.
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
use contour_chain::{At, Chain, ChainError, LeaseRecord, StudyRecord};
use contour_primitives::{
	AccountId, Hash, KeySuite, StudyId,
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
	/// before anything can be read.
	///
	/// # Errors
	///
	/// [`FetchingError::NoLease`], [`FetchingError::NotGranted`], [`FetchingError::NoWrappedKey`];
	/// [`FetchingError::LeaseEnded`], which is recorded, too; those of the chain and of the store.
	pub async fn by_lease(
		self,
		chain: &Chain,
		signer: &Keypair,
		keys: &KeyFile,
	) -> Result<Originals, FetchingError> {
		let Self { study, record, lease, wrapped_key } = self;
		let lease = lease.ok_or(FetchingError::NoLease(study))?;
		let (expires, locator) = match lease.status {
			LeaseState::Requested { .. } => return Err(FetchingError::NotGranted),
			LeaseState::Live { expires, locator, .. } => {
				(expires, locator.ok_or(FetchingError::NoWrappedKey)?)
			}
			LeaseState::Ended { cause, .. } => {
				chain.record_access(signer, study, AccessKind::Download).await?;
				return Err(FetchingError::LeaseEnded { cause });
			}
		};
		let Some(wrapped) = wrapped_key else {
			// Its time is over, and nobody has attended to it yet.
			chain.record_access(signer, study, AccessKind::Download).await?;
			return Err(FetchingError::LeaseEnded { cause: EndCause::Expired });
		};
		let info = LeaseInfo {
			genesis: chain.genesis(),
			study: study.0.0,
			grantee: *account_of(signer).as_ref(),
			expires,
		};
		let suite = match wrapped.len() {
			length if length == KeySuite::X25519.wrapped_key_bytes() as usize => KeySuite::X25519,
			_ => KeySuite::XWing,
		};
		let key = envelope::unwrap(keys.private_key(suite), &info.to_bytes(), &wrapped)?;
		chain.record_access(signer, study, AccessKind::Download).await?;

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
