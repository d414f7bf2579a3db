// SPDX-License-Identifier: Apache-2.0

//! Stores within a store: each leased copy has one of its own, which goes when the lease has ended.

use super::{
	Action, Store, StoreError,
	folder::Folder,
	objects::{Inner, blocking},
};
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, path::Path, prefix::PrefixStore};
use std::{collections::BTreeSet, io, sync::Arc};

/// Objects that are deleted at the same time.
const DELETING: usize = 16;

impl Store {
	/// The store at `place` below this one: names of folders, separated by `/`.
	///
	/// # Errors
	///
	/// Those of [`Store::open`].
	pub async fn within(&self, place: &str) -> Result<Self, StoreError> {
		let prefix = Path::parse(place).map_err(|_| {
			StoreError::NotAStore("the place within it has characters that no key may have")
		})?;
		if let Some(folder) = &self.0.folder {
			return Self::folder(folder.root().join(prefix.as_ref()), self.0.verify).await;
		}
		let url = format!("{}/{prefix}", self.0.url.trim_end_matches('/'));
		let backend = Arc::new(PrefixStore::new(self.0.backend.clone(), prefix));
		Ok(Self(Arc::new(Inner { url, verify: self.0.verify, backend, folder: None })))
	}

	/// Names of what lies directly below `place`, in their order.
	///
	/// # Errors
	///
	/// [`StoreError::Denied`], [`StoreError::NoBucket`], [`StoreError::Unreachable`],
	/// [`StoreError::Io`].
	pub async fn places(&self, place: &str) -> Result<Vec<String>, StoreError> {
		let place = Path::from(place);
		let list = self.0.backend.list_with_delimiter(Some(&place)).await;
		let list = list.map_err(|source| self.failed(Action::List, None, source))?;
		// A server that knows no delimiters lists everything.
		let objects = list.objects.iter().map(|object| &object.location);
		let names: BTreeSet<_> = list
			.common_prefixes
			.iter()
			.chain(objects)
			.filter_map(|path| Some(path.prefix_match(&place)?.next()?.as_ref().to_owned()))
			.collect();
		Ok(names.into_iter().collect())
	}

	/// Deletes the store at `place` below this one, with everything in it. It may be missing.
	///
	/// # Errors
	///
	/// [`StoreError::NotAStore`] for a place that is none; [`StoreError::Denied`],
	/// [`StoreError::NoBucket`], [`StoreError::Unreachable`], [`StoreError::Io`]. Some of it may be
	/// deleted; deleting it again deletes the rest.
	pub async fn delete_within(&self, place: &str) -> Result<(), StoreError> {
		let prefix = Path::parse(place).ok().filter(|it| !it.as_ref().is_empty());
		let prefix = prefix.ok_or(StoreError::NotAStore("no place within it is named"))?;
		if let Some(folder) = self.0.folder.clone() {
			return blocking(move || folder.delete_within(prefix.as_ref())).await;
		}
		let failed = |source| self.failed(Action::Delete, None, source);
		self.0
			.backend
			.list(Some(&prefix))
			.map_err(failed)
			.try_for_each_concurrent(DELETING, |object| async move {
				match self.0.backend.delete(&object.location).await {
					Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
					Err(error) => Err(failed(error)),
				}
			})
			.await
	}
}

impl Folder {
	/// Deletes a folder below the root, durably.
	fn delete_within(&self, place: &str) -> Result<(), StoreError> {
		let path = self.root().join(place);
		match std::fs::remove_dir_all(&path).and_then(|()| super::folder::sync_parent(&path)) {
			Err(error) if error.kind() != io::ErrorKind::NotFound => {
				Err(StoreError::io(Action::Delete, path, error))
			}
			_ => Ok(()),
		}
	}
}
