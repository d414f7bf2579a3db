// SPDX-License-Identifier: Apache-2.0

//! Who makes blocks.

use crate::{Chain, Error, wait_for};
use codec::Decode;
use contour_primitives::{BlockNumber, Hash};
use sp_consensus_aura::{AURA_ENGINE_ID, Slot, sr25519::AuthorityId};
use std::time::Instant;

/// How many seconds an authority may take to come, go or make a block.
const PATIENCE: u64 = 240;

impl Chain {
	/// The authorities that make blocks.
	pub async fn authorities(&self) -> Result<Vec<AuthorityId>, Error> {
		self.runtime_api("AuraApi_authorities", &[]).await
	}

	/// Waits until the authorities are as wanted.
	pub async fn await_authorities(
		&self,
		wanted: impl Fn(&[AuthorityId]) -> bool,
	) -> Result<(), Error> {
		wait_for("the authorities to be as wanted", PATIENCE, || async {
			Ok(wanted(&self.authorities().await?).then_some(()))
		})
		.await
	}

	/// Waits until an authority has made a block after block `after`, and that block is final.
	pub async fn await_block_by(
		&self,
		author: &AuthorityId,
		after: BlockNumber,
	) -> Result<(), Error> {
		let begun = Instant::now();
		let mut number = after + 1;
		while self.author_of(number).await?.as_ref() != Some(author) {
			if begun.elapsed().as_secs() > PATIENCE {
				let what = format!("a block by {author:?} from {after} to {number}");
				return Err(Error::Timeout { what, seconds: PATIENCE });
			}
			number += 1;
		}
		Ok(())
	}

	/// The authorities that take turns after block `number`, which has to become final.
	pub async fn authorities_after(&self, number: BlockNumber) -> Result<Vec<AuthorityId>, Error> {
		self.await_finalized(number).await?;
		self.authorities_at(self.block_hash(number).await?).await
	}

	/// Who made a block, which has to become final: the authority of the parent's set whose turn the
	/// slot was.
	pub async fn author_of(&self, number: BlockNumber) -> Result<Option<AuthorityId>, Error> {
		self.await_finalized(number).await?;
		let header = self.header(self.block_hash(number).await?).await?;
		let slot = header.digest.logs.iter().find_map(|item| match item.as_pre_runtime() {
			Some((AURA_ENGINE_ID, mut data)) => Slot::decode(&mut data).ok(),
			_ => None,
		});
		let set = self.authorities_at(Some(header.parent_hash)).await?;
		Ok(slot.and_then(|slot| {
			let turn = u64::from(slot).checked_rem(set.len() as u64)?;
			set.into_iter().nth(turn as usize)
		}))
	}

	async fn authorities_at(&self, block: Option<Hash>) -> Result<Vec<AuthorityId>, Error> {
		let key = frame_support::storage::storage_prefix(b"Aura", b"Authorities");
		Ok(self.storage(key, block).await?.unwrap_or_default())
	}
}
