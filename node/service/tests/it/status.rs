// SPDX-License-Identifier: Apache-2.0

//! What `contour_status` reports.

use contour_primitives::rpc::Member;
use contour_service::tested::membership;
use sp_core::{
	Bytes,
	crypto::{ByteArray as _, key_types},
};
use sp_keystore::{Keystore as _, KeystorePtr, testing::MemoryKeystore};
use std::sync::Arc;

#[test]
fn should_name_the_key_of_the_set_when_the_keystore_holds_it() {
	let keystore = MemoryKeystore::new();
	let own = keystore
		.sr25519_generate_new(key_types::AURA, None)
		.expect("a keystore in memory")
		.to_raw_vec();
	let keystore: KeystorePtr = Arc::new(keystore);
	let set = vec![vec![7; 32], own.clone()];

	assert_eq!(
		membership(&keystore, key_types::AURA, set.clone()),
		Member { set_size: 2, key: Some(Bytes(own)) },
	);
	assert_eq!(membership(&keystore, key_types::GRANDPA, set), Member { set_size: 2, key: None });
}
