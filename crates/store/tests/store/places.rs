// SPDX-License-Identifier: Apache-2.0

//! Stores within a store.

use crate::common::{Server, bytes};
use contour_store::{Store, StoreError};
use futures::TryStreamExt;

/// What has to hold of any store.
async fn keeps_places_apart(store: &Store) {
	assert_eq!(store.places("leases").await.unwrap(), Vec::<String>::new(), "there is none yet");
	let own = store.put(bytes(1, 100)).await.unwrap();
	let mut inside = Vec::new();
	for place in ["leases/a", "leases/b"] {
		let within = store.within(place).await.unwrap();
		assert!(within.to_string().ends_with(place), "{within}");
		let first = within.put(bytes(2, 100)).await.unwrap();
		within.put(bytes(3, 100)).await.unwrap();
		inside.push((within, first));
	}
	assert_eq!(store.places("leases").await.unwrap(), ["a", "b"]);
	let listed: Vec<_> = store.list("").try_collect().await.unwrap();
	assert_eq!(listed.len(), 1, "what is within is not of the store itself: {listed:?}");

	// One goes, and nothing else; also when it is gone already.
	for _ in 0..2 {
		store.delete_within("leases/a").await.unwrap();
		assert_eq!(store.places("leases").await.unwrap(), ["b"]);
	}
	let [(a, first), (b, same)] = &inside[..] else { panic!("there are two") };
	assert!(matches!(a.get(first).await, Err(StoreError::Missing { .. })));
	assert_eq!(b.get(same).await.unwrap(), bytes(2, 100));
	assert!(store.exists(&own).await.unwrap());

	// And a place can be used again.
	assert_eq!(a.put(bytes(2, 100)).await.unwrap(), *first);
	assert_eq!(store.places("leases").await.unwrap().len(), 2);
}

#[tokio::test]
async fn should_keep_places_apart_when_the_store_is_a_folder() {
	let folder = tempfile::tempdir().unwrap();
	let store = Store::open(folder.path().to_str().unwrap()).await.unwrap();
	keeps_places_apart(&store).await;
	// A place that leads out of the store is none.
	for outside in ["../x", "", "a/../../x", "/"] {
		assert!(
			matches!(store.delete_within(outside).await, Err(StoreError::NotAStore(_))),
			"{outside}"
		);
	}
	assert!(folder.path().is_dir());
}

#[tokio::test]
async fn should_keep_places_apart_when_the_store_is_s3() {
	let server = Server::start().await;
	keeps_places_apart(&server.store()).await;
}
