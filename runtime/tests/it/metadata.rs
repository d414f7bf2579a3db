// SPDX-License-Identifier: Apache-2.0

//! The metadata for which clients are compiled.

use crate::chain::run;
use contour_runtime::Runtime;
use sp_core::OpaqueMetadata;
use std::{env, fs, path::Path};

/// Set by `scripts/metadata`.
const WRITE: &str = "CONTOUR_WRITE_METADATA";

/// The metadata, of a chain with slots of two seconds: constants that are counted in blocks come from
/// them.
pub(crate) fn metadata() -> OpaqueMetadata {
	let mut metadata = None;
	run(|| metadata = Runtime::metadata_at_version(16));
	metadata.expect("version 16 has view functions")
}

#[test]
fn should_be_the_metadata_that_the_gateway_was_compiled_for() {
	let metadata = metadata();
	let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/chain/metadata.scale");
	if env::var_os(WRITE).is_some() {
		fs::write(&file, &*metadata).expect("the folder is writable");
	}
	let committed = fs::read(&file).unwrap_or_default();
	assert!(
		committed == *metadata,
		"the runtime changed: run scripts/metadata and commit its result"
	);
}
