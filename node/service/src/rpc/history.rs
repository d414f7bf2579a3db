// SPDX-License-Identifier: Apache-2.0

//! `contour_history` and `contour_verifyHistory`: what happened to a study, to a task or to a
//! patient's consent.
//!
//! The entries are in this node's off-chain index, their head in the chain's state at the last
//! finalized block. Each entry that is served has been checked against the link by which the next
//! one, or the head, names it.

use super::status::internal;
use crate::client::{Backend, Client};
use codec::DecodeAll as _;
use contour_primitives::{
	AccountId,
	audit::{Break, Entry, Head, Subject, Walk, head_key, index_key},
	rpc::{BlockRef, History, Linked, Verification},
};
use jsonrpsee::core::RpcResult;
use sc_client_api::{Backend as _, StorageProvider as _};
use sp_core::{
	offchain::{OffchainStorage as _, STORAGE_PREFIX},
	storage::StorageKey,
};
use std::sync::Arc;

/// Number of entries on a page, if the caller does not choose one.
const DEFAULT_LIMIT: u32 = 100;
/// Maximum number of entries on a page.
const MAX_LIMIT: u32 = 1_000;

/// Reads histories.
#[derive(Clone)]
pub(crate) struct Histories {
	client: Arc<Client>,
	backend: Arc<Backend>,
}

impl Histories {
	pub(crate) fn new(client: Arc<Client>, backend: Arc<Backend>) -> Self {
		Self { client, backend }
	}

	/// At most `limit` entries of a history: back from its head, or from where the previous page
	/// ended.
	pub(crate) fn read(
		&self,
		subject: &Subject<AccountId>,
		from: Option<Head>,
		limit: Option<u32>,
	) -> RpcResult<History> {
		let (at, head) = self.head(subject)?;
		let limit = limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
		let from = from.unwrap_or(head);

		let mut history = History { at, head, entries: Vec::new(), broken: None, next: None };
		let mut link = from.link;
		for entry in self.walk(subject, from).take(usize::try_from(limit).unwrap_or(usize::MAX)) {
			match entry {
				Ok(entry) => {
					let previous = Head { count: entry.index, link: entry.previous };
					history.entries.push(Linked { link, entry });
					link = previous.link;
					history.next = (previous.count > 0).then_some(previous);
				}
				Err(broken) => {
					history.broken = Some(broken);
					history.next = None;
				}
			}
		}
		Ok(history)
	}

	/// Looks at every entry of a history.
	pub(crate) fn verify(&self, subject: &Subject<AccountId>) -> RpcResult<Verification> {
		let (at, head) = self.head(subject)?;
		let mut verification = Verification { at, head, intact: 0, broken: None };
		for entry in self.walk(subject, head) {
			match entry {
				Ok(_) => verification.intact = verification.intact.saturating_add(1),
				Err(broken) => verification.broken = Some(broken),
			}
		}
		Ok(verification)
	}

	fn head(&self, subject: &Subject<AccountId>) -> RpcResult<(BlockRef, Head)> {
		let info = self.client.chain_info();
		let at = BlockRef { number: info.finalized_number, hash: info.finalized_hash };
		let stored = self
			.client
			.storage(at.hash, &StorageKey(head_key(subject)))
			.map_err(|error| internal("cannot read the head of the history", error))?;
		let head = stored
			.map_or(Ok(Head::default()), |head| Head::decode_all(&mut &head.0[..]))
			.map_err(|error| internal("the head of the history has another version", error))?;
		Ok((at, head))
	}

	fn walk<'a>(
		&self,
		subject: &'a Subject<AccountId>,
		from: Head,
	) -> impl Iterator<Item = Result<Entry<AccountId>, Break>> + use<'a> {
		let index = self.backend.offchain_storage();
		Walk::new(subject, from, move |link| {
			index.as_ref().and_then(|index| index.get(STORAGE_PREFIX, &index_key(link)))
		})
	}
}
