// SPDX-License-Identifier: Apache-2.0

//! The consensus of a task, in the store of a scorer.

use contour_annotation::{
	Binding,
	consensus::{Consensus, folder},
};
use contour_primitives::AccountId;
use contour_scoring::MaskHash;
use contour_seal::keyfile::KeyFile;
use contour_store::{MANIFEST_LIMIT, Store, StoreError};
use futures::TryStreamExt;

/// Looks for the consensus with a hash in the store of a scorer; nothing when it has none that
/// opens.
///
/// # Errors
/// Those of [`Store::list`] and [`Store::get_within`].
pub async fn find(
	scorer: &Store,
	binding: &Binding,
	hash: &MaskHash,
	recipient: &AccountId,
	keys: &KeyFile,
) -> Result<Option<Consensus>, StoreError> {
	let store = scorer.within(&folder(binding.genesis, binding.task)).await?;
	let objects: Vec<_> = store.list("").try_collect().await?;
	for object in objects {
		let bytes = match store.get_within(&object.name, MANIFEST_LIMIT).await {
			Err(StoreError::Missing { .. } | StoreError::Corrupt { .. }) => continue,
			bytes => bytes?,
		};
		let opened = Consensus::open(&bytes, binding, recipient, keys);
		if let Ok((consensus, _)) = opened
			&& consensus.drawing.hash == *hash
			&& consensus.mask().is_ok()
		{
			return Ok(Some(consensus));
		}
	}
	Ok(None)
}
