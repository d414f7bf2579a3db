// SPDX-License-Identifier: Apache-2.0

//! Watching for an authority that seals two blocks in one slot, and reporting it.
//!
//! The SDK's Aura verifier notices such an equivocation and does no more than log it. It could not
//! report it either: it remembers headers after taking their seal off, and without the seals there
//! is no evidence. [`EquivocationWatch`] therefore stands in front of the block import, remembers
//! sealed headers (in the same auxiliary tables, 1000 to 2000 slots of them) and, on the second
//! one of an authority in a slot, hands both to the runtime through
//! [`AuraEquivocationApi`](contour_primitives::runtime_api::AuraEquivocationApi), as BABE and
//! GRANDPA do for theirs.
//!
//! Standing in front of the import rather than of the verifier, it sees the blocks this node
//! authors as well. So it also notices the most likely cause in a hospital, a second machine
//! started with the same session keys: then it logs a warning, does not report itself, and does not
//! let a second seal out.

use crate::client::Client;
use contour_primitives::{
	opaque::{Block, Header},
	runtime_api::{AuraEquivocationApi, AuraEquivocationProof},
};
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult};
use sc_consensus_aura::{
	find_pre_digest,
	standalone::{check_equivocation, fetch_authorities, slot_author},
};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_consensus::{BlockOrigin, Error as ConsensusError};
use sp_consensus_aura::{
	Slot, SlotDuration,
	sr25519::{AuthorityPair, AuthoritySignature},
};
use sp_core::crypto::{ByteArray, key_types::AURA};
use sp_keystore::KeystorePtr;
use sp_runtime::traits::Header as _;
use sp_timestamp::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};

/// Log target of this module: `--log equivocation=debug`.
const LOG_TARGET: &str = "equivocation";

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// This node was about to let out a second block for a slot.
#[derive(Debug, thiserror::Error)]
#[error(
	"block {header_hash:?} withheld: another block for slot {slot} already carries the seal of \
	 this node's aura key. Stop the other machine that runs with these keys, or give it keys of \
	 its own (author_rotateKeysWithOwner)"
)]
struct Withheld {
	slot: Slot,
	header_hash: contour_primitives::Hash,
}

/// A block import that checks each fresh block for an equivocation before passing it on.
#[derive(Clone)]
pub(crate) struct EquivocationWatch<Inner> {
	inner: Inner,
	client: Arc<Client>,
	keystore: KeystorePtr,
	pool: OffchainTransactionPoolFactory<Block>,
	slot_duration: SlotDuration,
	/// Authoring and network import run in different tasks, and what they share, the record of a
	/// slot, is read, changed and written back.
	records: Arc<Mutex<()>>,
}

impl<Inner> EquivocationWatch<Inner> {
	/// Watches what goes into `inner`.
	pub(crate) fn new(
		inner: Inner,
		client: Arc<Client>,
		keystore: KeystorePtr,
		pool: OffchainTransactionPoolFactory<Block>,
		slot_duration: SlotDuration,
	) -> Self {
		Self { inner, client, keystore, pool, slot_duration, records: Arc::default() }
	}

	/// Remembers the block; gives the evidence if its author sealed another one for the same slot.
	///
	/// The seal was checked by the verifier, or made by this node.
	fn check(&self, header: &Header) -> Result<Option<AuraEquivocationProof<Header>>> {
		let slot = find_pre_digest::<Block, AuthoritySignature>(header)?;
		let authorities = fetch_authorities(&*self.client, *header.parent_hash())?;
		let Some(author) = slot_author::<AuthorityPair>(slot, &authorities) else {
			return Ok(None);
		};
		let now = Slot::from_timestamp(Timestamp::current(), self.slot_duration);

		let _guard = self.records.lock().unwrap_or_else(PoisonError::into_inner);
		Ok(check_equivocation(&*self.client, now, slot, header, author)?)
	}

	/// Whether the offender is this node, or another machine with its keys.
	fn is_own(&self, proof: &AuraEquivocationProof<Header>) -> bool {
		self.keystore.has_keys(&[(proof.offender.to_raw_vec(), AURA)])
	}

	/// Submits the evidence to this node's transaction pool.
	fn report(&self, proof: AuraEquivocationProof<Header>) -> Result<()> {
		let best = self.client.chain_info().best_hash;
		let has_api = self.client.runtime_api().has_api::<dyn AuraEquivocationApi<Block>>(best)?;
		if !has_api {
			tracing::debug!(target: LOG_TARGET, "the runtime accepts no reports of Aura \
			 equivocations");
			return Ok(());
		}

		// The parent is in the session of the offence, unless the offence is in a session's first
		// block: then the best block is.
		let parent = *proof.second_header.parent_hash();
		let prove = |at| {
			self.client.runtime_api().generate_key_ownership_proof(
				at,
				proof.slot,
				proof.offender.clone(),
			)
		};
		let ownership = match prove(parent)? {
			Some(ownership) => Some(ownership),
			None => prove(best)?,
		};
		let Some(ownership) = ownership else {
			tracing::debug!(target: LOG_TARGET, offender = ?proof.offender, "not an authority any more");
			return Ok(());
		};

		let mut api = self.client.runtime_api();
		api.register_extension(self.pool.offchain_transaction_pool(best));
		let accepted =
			api.submit_report_equivocation_unsigned_extrinsic(best, proof, ownership)?.is_some();
		if accepted {
			// Whether the pool kept it does not show: it says so, too, when it has refused.
			tracing::info!(target: LOG_TARGET, "📣 report handed to the pool");
		} else {
			tracing::debug!(target: LOG_TARGET, "report refused: most likely it is known already");
		}
		Ok(())
	}
}

#[async_trait::async_trait]
impl<Inner> BlockImport<Block> for EquivocationWatch<Inner>
where
	Inner: BlockImport<Block, Error = ConsensusError> + Send + Sync,
{
	type Error = ConsensusError;

	async fn check_block(
		&self,
		block: BlockCheckParams<Block>,
	) -> std::result::Result<ImportResult, ConsensusError> {
		self.inner.check_block(block).await
	}

	async fn import_block(
		&self,
		block: BlockImportParams<Block>,
	) -> std::result::Result<ImportResult, ConsensusError> {
		if is_fresh(block.origin) && !block.with_state() {
			// A failure to watch must not stop the chain.
			match self.check(&block.post_header()) {
				Ok(None) => {}
				Ok(Some(proof)) => {
					tracing::warn!(
						target: LOG_TARGET,
						slot = %proof.slot,
						offender = ?proof.offender,
						first = ?proof.first_header.hash(),
						second = ?proof.second_header.hash(),
						"🚨 an authority sealed two blocks in one slot",
					);
					if self.is_own(&proof) {
						let withheld =
							Withheld { slot: proof.slot, header_hash: proof.second_header.hash() };
						if block.origin == BlockOrigin::Own {
							return Err(ConsensusError::Other(withheld.into()));
						}
						tracing::error!(
							target: LOG_TARGET,
							"another machine authors with this node's aura key: stop it, or give \
							 it its own keys (author_rotateKeysWithOwner); the other authorities \
							 report this",
						);
					} else if is_one_block(&proof) {
						tracing::warn!(
							target: LOG_TARGET,
							"this is one block with two seals, for which the chain accepts no \
							 report: two machines run with the same aura key, and their clocks \
							 agree",
						);
					} else if let Err(error) = self.report(proof) {
						tracing::warn!(target: LOG_TARGET, %error, "cannot report the \
						 equivocation");
					}
				}
				Err(error) => tracing::warn!(
					target: LOG_TARGET,
					%error,
					block = ?block.post_hash(),
					"cannot check a block for an equivocation",
				),
			}
		}
		self.inner.import_block(block).await
	}
}

/// Whether a block can still be news: history that is being synchronised is too old to report.
pub fn is_fresh(origin: BlockOrigin) -> bool {
	matches!(
		origin,
		BlockOrigin::NetworkBroadcast | BlockOrigin::ConsensusBroadcast | BlockOrigin::Own
	)
}

/// Whether the two headers are one block, sealed twice. Seals are randomised, so two machines with
/// one key make the same block under two hashes when their clocks agree to the millisecond. To the
/// runtime that is no equivocation (`pallet_authorities::is_equivocation`).
pub fn is_one_block(proof: &AuraEquivocationProof<Header>) -> bool {
	let unsealed = |header: &Header| {
		let mut header = header.clone();
		header.digest_mut().pop();
		header
	};
	unsealed(&proof.first_header) == unsealed(&proof.second_header)
}
