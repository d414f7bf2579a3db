// SPDX-License-Identifier: Apache-2.0

//! One lease: its copy, its key, its end.

use super::{
	CopyPlace, LeasingError,
	place::{LEASES, Tag},
};
use contour_chain::{At, Chain, ChainError, LeaseCall, LeaseRecord};
use contour_primitives::{
	AccountId, KeySuite, Moment, StudyId,
	imaging::{Basis, LeaseState},
	locator_text,
};
use contour_seal::{
	envelope::{LeaseInfo, wrap},
	keys::RootSecret,
};
use contour_store::{ObjectName, Store};
use contour_study::{Manifest, Progress, Work, copy_for_lease};
use std::num::NonZeroUsize;
use subxt_signer::sr25519::Keypair;
use tokio::runtime::Handle;

/// Who keeps studies, and leases them.
#[derive(Clone)]
pub struct Custodian {
	chain: Chain,
	signer: Keypair,
	root: RootSecret,
	store: Store,
	/// URL under which grantees reach the store.
	shared: String,
	threads: NonZeroUsize,
}

/// A lease that can be granted: its copy is in the store.
#[derive(Clone, Debug)]
pub struct Grant {
	/// The study.
	pub study: StudyId,
	/// To whom.
	pub grantee: AccountId,
	/// Until when, in milliseconds since the Unix epoch.
	pub expires: Moment,
	/// Where the copy is, as the chain records it.
	pub locator: String,
	/// Whether it is for whoever opened an emergency.
	pub emergency: bool,
	pub(super) place: CopyPlace,
	key: Vec<u8>,
}

impl Grant {
	/// What tells the chain.
	pub fn call(&self) -> LeaseCall {
		let Self { study, expires, .. } = *self;
		let (grantee, key) = (self.grantee.clone(), self.key.clone());
		LeaseCall::Grant { study, grantee, key, expires, locator: self.locator.clone() }
	}
}

/// What waits for a custodian.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Open {
	/// A lease of so many milliseconds is asked for.
	Request { since: Moment, duration: Moment },
	/// A clinician opened an emergency and has no key yet.
	Emergency { since: Moment, expires: Moment },
}

impl Open {
	/// What waits, if anything does.
	pub(super) fn of(lease: &LeaseRecord) -> Option<Self> {
		match lease.status {
			LeaseState::Requested { since, duration } => Some(Self::Request { since, duration }),
			LeaseState::Live { start, expires, basis: Basis::Emergency, locator: None } => {
				Some(Self::Emergency { since: start, expires })
			}
			LeaseState::Live { .. } | LeaseState::Ended { .. } => None,
		}
	}

	fn since(self) -> Moment {
		match self {
			Self::Request { since, .. } | Self::Emergency { since, .. } => since,
		}
	}
}

impl Custodian {
	/// A custodian with the secret `root`, who acts with `signer`. Grantees reach the store at the
	/// URL `shared`. Copies are made on so many `threads`.
	pub fn new(
		chain: Chain,
		signer: Keypair,
		root: RootSecret,
		store: Store,
		shared: String,
		threads: NonZeroUsize,
	) -> Self {
		Self { chain, signer, root, store, shared, threads }
	}

	/// Whether the chain takes locators that begin with the URL of the store.
	///
	/// # Errors
	///
	/// [`LeasingError::LongLocator`].
	pub fn ensure_locators_fit(&self) -> Result<(), LeasingError> {
		// They all have the same length.
		let none = ObjectName::of(&[]);
		let place = CopyPlace::of(self.tag(), StudyId::default(), &self.account(), 0);
		place.locator(&self.shared, &none).map(drop)
	}

	/// The chain on which it acts.
	pub fn chain(&self) -> &Chain {
		&self.chain
	}

	/// The account with which it acts.
	pub fn account(&self) -> AccountId {
		self.chain.acting(&self.signer)
	}

	/// The same over another connection.
	pub(super) fn reconnected(&self, chain: Chain) -> Self {
		let chain = chain.on_behalf_of(self.chain.principal().cloned());
		Self { chain, ..self.clone() }
	}

	/// Makes the copy for what `grantee` waits for, and wraps its key. The lease lasts as long as was
	/// asked for, and no longer than `longest` milliseconds.
	///
	/// Doing it again writes only what is missing.
	///
	/// # Errors
	///
	/// [`LeasingError`]. What was written stays until it is not wanted any more.
	pub async fn prepare(
		&self,
		study: StudyId,
		grantee: &AccountId,
		longest: Option<Moment>,
		progress: impl Fn(Progress) + Send + 'static,
	) -> Result<Grant, LeasingError> {
		let at = self.chain.at().await?;
		let record = at.registered(study).await?;
		let lease = at.lease(study, grantee).await?;
		let open = lease.as_ref().and_then(Open::of);
		let open = open.ok_or_else(|| LeasingError::NotRequested(grantee.clone()))?;
		let (suite, key) = encryption_key(&at, grantee).await?;
		// Copying may take long, and the node need not keep the block for it.
		drop(at);
		let place = self.place(study, grantee, open);
		let manifest = self.copy(study, grantee, record.manifest.0.into(), place, progress).await?;

		// Its time begins when the copy is there. By the chain's clock: another one may be fast.
		let expires = match open {
			Open::Request { duration, .. } => {
				let duration = longest.map_or(duration, |longest| longest.min(duration));
				self.chain.at().await?.now().await?.saturating_add(duration)
			}
			Open::Emergency { expires, .. } => expires,
		};
		Ok(Grant {
			study,
			grantee: grantee.clone(),
			expires,
			locator: place.locator(&self.shared, &manifest)?,
			emergency: matches!(open, Open::Emergency { .. }),
			place,
			key: self.wrap(study, grantee, place, expires, suite, &key)?,
		})
	}

	/// Tells the chain of grants, and of requests that are declined; says of each whether the chain
	/// did it.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`]; none of them was done then.
	pub async fn answer(
		&self,
		answers: &[LeaseCall],
	) -> Result<Vec<Result<(), ChainError>>, ChainError> {
		self.chain.answer_requests(&self.signer, answers).await
	}

	/// Prolongs a live lease, so that it ends in `duration` milliseconds; returns when that is.
	///
	/// # Errors
	///
	/// [`LeasingError::NotLive`], [`LeasingError::OtherKey`], [`LeasingError::NoEncryptionKey`], and
	/// those of the chain.
	pub async fn renew(
		&self,
		study: StudyId,
		grantee: &AccountId,
		duration: Moment,
	) -> Result<Moment, LeasingError> {
		let at = self.chain.at().await?;
		let lease = at.lease(study, grantee).await?;
		let Some(LeaseState::Live { basis: Basis::Grant, locator: Some(locator), .. }) =
			lease.map(|lease| lease.status)
		else {
			return Err(LeasingError::NotLive(grantee.clone()));
		};
		let place = CopyPlace::of_locator(self.tag(), &locator_text(&locator));
		let place = place.ok_or(LeasingError::OtherKey)?;
		let (suite, key) = encryption_key(&at, grantee).await?;
		let expires = at.now().await?.saturating_add(duration);
		let key = self.wrap(study, grantee, place, expires, suite, &key)?;
		self.chain.renew_access(&self.signer, study, grantee, key, expires).await?;
		Ok(expires)
	}

	/// Where the copy of a lease is, or is to be.
	pub(super) fn place_of(
		&self,
		study: StudyId,
		grantee: &AccountId,
		lease: &LeaseRecord,
	) -> Option<CopyPlace> {
		match (&lease.status, Open::of(lease)) {
			(_, Some(open)) => Some(self.place(study, grantee, open)),
			(LeaseState::Live { locator: Some(locator), .. }, None) => {
				CopyPlace::of_locator(self.tag(), &locator_text(locator))
			}
			_ => None,
		}
	}

	/// All copies that there are in the store.
	pub(super) async fn places(&self) -> Result<Vec<CopyPlace>, LeasingError> {
		let tag = self.tag();
		let names = self.store.places(LEASES).await?;
		Ok(names.iter().filter_map(|name| CopyPlace::parse(tag, name)).collect())
	}

	/// Deletes a copy.
	pub(super) async fn delete(&self, place: CopyPlace) -> Result<(), LeasingError> {
		Ok(self.store.delete_within(&place.path()).await?)
	}

	fn tag(&self) -> Tag {
		Tag::of(&self.root.name_key(), &self.chain.genesis())
	}

	fn place(&self, study: StudyId, grantee: &AccountId, open: Open) -> CopyPlace {
		CopyPlace::of(self.tag(), study, grantee, open.since())
	}

	fn wrap(
		&self,
		study: StudyId,
		grantee: &AccountId,
		place: CopyPlace,
		expires: Moment,
		suite: KeySuite,
		key: &[u8],
	) -> Result<Vec<u8>, LeasingError> {
		let info = LeaseInfo {
			genesis: self.chain.genesis(),
			study: study.0.0,
			grantee: *grantee.as_ref(),
			expires,
		};
		let secret = place.secret(&self.root, study, grantee);
		Ok(wrap(suite, key, &info.to_bytes(), secret.expose())?)
	}

	async fn copy(
		&self,
		study: StudyId,
		grantee: &AccountId,
		name: ObjectName,
		place: CopyPlace,
		progress: impl Fn(Progress) + Send + 'static,
	) -> Result<ObjectName, LeasingError> {
		let store = self.store.clone();
		let secret = self.root.study_secret(&study.0.0);
		let copy_secret = place.secret(&self.root, study, grantee);
		let manifest = Manifest::fetch(&store, &name, study, &secret).await?;
		let copies = store.within(&place.path()).await?;
		copies.ensure_space(manifest.log.length()).await?;
		let (runtime, threads) = (Handle::current(), self.threads);
		let copied = tokio::task::spawn_blocking(move || {
			let work = Work { runtime: &runtime, threads, progress: &progress };
			copy_for_lease((&store, &manifest, &secret), (&copies, &copy_secret), study, work)
		});
		match copied.await {
			Ok(manifest) => Ok(manifest?),
			Err(error) => match error.try_into_panic() {
				Ok(panic) => std::panic::resume_unwind(panic),
				Err(_) => Err(LeasingError::Interrupted),
			},
		}
	}
}

/// The public key of a grantee, to which the key of a copy is wrapped.
async fn encryption_key(at: &At, grantee: &AccountId) -> Result<(KeySuite, Vec<u8>), LeasingError> {
	let key = at.encryption_key(grantee).await?;
	key.ok_or_else(|| LeasingError::NoEncryptionKey(grantee.clone()))
}
