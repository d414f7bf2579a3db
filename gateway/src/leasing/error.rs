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
	/// There is nothing to grant.
	#[error("{0} has not asked for this study; `contour access list` shows who has")]
	NotRequested(AccountId),
	/// There is no lease to renew.
	#[error(
		"{0} has no live lease on this study that could be renewed; if it has ended, it has to be \
		 requested and granted again, and emergency access cannot be renewed"
	)]
	NotLive(AccountId),
	/// There is no key to which the lease could be wrapped.
	#[error("{0} has no encryption key and has to register one with `contour keys register`")]
	NoEncryptionKey(AccountId),
	/// The chain does not accept such a long locator.
	#[error(
		"the store's URL is {0} characters too long for the chain: use a shorter one, or pass a \
		 shorter one for grantees with --share"
	)]
	LongLocator(usize),
	/// The locator on the chain is not one that this program writes.
	#[error("the lease's locator cannot be used: {0}; ask the custodian where the copy is")]
	Locator(String),
	/// The copy was made with another key file.
	#[error(
		"the leased copy was not made with this key file: use the key file of the custodian who \
		 granted the lease"
	)]
	OtherKey,
	/// The node does not report anything any more.
	#[error(
		"the node has reported no new finalized block for {0} seconds; check that it is running"
	)]
	Silent(u64),
	/// The work was interrupted.
	#[error("the work was interrupted; try again")]
	Interrupted,
}
