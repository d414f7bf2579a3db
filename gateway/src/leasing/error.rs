// SPDX-License-Identifier: Apache-2.0

//! What can go wrong with leases.

use contour_chain::ChainError;
use contour_primitives::AccountId;
use contour_seal::envelope::EnvelopeError;
use contour_store::StoreError;
use contour_study::StudyError;

/// What went wrong with a lease.
#[derive(Debug, thiserror::Error)]
pub enum LeasingError {
	/// The chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The store.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The study could not be copied.
	#[error(transparent)]
	Study(#[from] StudyError),
	/// The key could not be wrapped.
	#[error(transparent)]
	Envelope(#[from] EnvelopeError),
	/// There is nothing to be granted.
	#[error("{0} has not asked for this study; `contour access list` shows who has")]
	NotRequested(AccountId),
	/// There is no lease to be renewed.
	#[error(
		"{0} has no live lease on this study that could be renewed; one that has ended is asked for \
		 and granted anew, and an emergency access is not renewed"
	)]
	NotLive(AccountId),
	/// There is no key to which the lease could be wrapped.
	#[error("{0} has registered no encryption key; `contour keys register` does it")]
	NoEncryptionKey(AccountId),
	/// The chain does not take so long a locator.
	#[error(
		"the store's URL is too long for the chain, by {0} characters: use a shorter one, or give grantees \
		 a shorter one with --share"
	)]
	LongLocator(usize),
	/// The locator on the chain is not one of ours.
	#[error("the lease does not say where its copy is: {0}; ask the custodian")]
	Locator(String),
	/// The copy was made with another key file.
	#[error(
		"the leased copy was not made with this key file; use that of the custodian who granted the \
		 lease"
	)]
	OtherKey,
	/// The node does not say anything any more.
	#[error("the node has reported no new finalized block for {0} seconds; check whether it runs")]
	Silent(u64),
	/// The work was interrupted.
	#[error("the work was interrupted; try again")]
	Interrupted,
}
