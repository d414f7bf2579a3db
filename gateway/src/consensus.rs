// SPDX-License-Identifier: Apache-2.0

//! The consensus of a task, in the store of a scorer.
//!
//! ```
//! use contour_annotation::{Binding, consensus::{Consensus, folder}};
//! use contour_gateway::consensus::find;
//! use contour_primitives::{AccountId, Hash, StudyId, TaskId};
//! use contour_scoring::Mask;
//! use contour_store::Store;
//! # use contour_annotation::geometry::Geometry;
//! # use contour_primitives::{Code, KeySuite};
//! # use contour_seal::{keyfile::{KeyFile, Kind}, object::Recipient};
//! # use contour_segmentation::Grid;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let place = tempfile::tempdir()?;
//! # let axial = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
//! # let grid = Grid::new([8, 8, 10], [0.5, 0.5, 3.0], axial, [0.0; 3])?;
//! # let geometry = Geometry::new(grid, "2.25.1".into())?;
//! # let structure: Code = "SCT:108369006".parse()?;
//! # let (genesis, study) = (Hash::repeat_byte(1), StudyId(Hash::repeat_byte(2)));
//! # let (opener, keys) = (AccountId::new([4; 32]), KeyFile::generate(Kind::Person)?);
//! # let key = keys.public_keys().of(KeySuite::XWing).to_vec();
//! # let own = Recipient { account: opener.clone(), suite: KeySuite::XWing, key };
//! // A scorer has kept what it made, sealed to the account that opened the task.
//! let binding = Binding { genesis, task: TaskId(3), study };
//! let mask = Mask::from_runs(geometry.scoring_grid(), [(10, 4), (74, 4), (138, 4)])?;
//! let made = Consensus::new(&binding, &structure, &geometry, &mask)?;
//! let sealed = made.seal(&binding, AccountId::new([5; 32]), &[own])?;
//! let store = Store::open(&place.path().to_string_lossy()).await?;
//! store.within(&folder(genesis, binding.task)).await?.put(sealed.into()).await?;
//!
//! // The chain has the hash of the mask.
//! let found = find(&store, &binding, &mask.hash(), &opener, &keys).await?;
//! assert_eq!(found, Some(made));
//! assert_eq!(find(&store, &binding, &[0; 32], &opener, &keys).await?, None);
//! # Ok(())
//! # }
//! ```

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
