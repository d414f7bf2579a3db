// SPDX-License-Identifier: Apache-2.0

//! Builds the runtime's WASM with the hash of its metadata in it, which `CheckMetadataHash` needs.

#[cfg(feature = "std")]
fn main() {
	substrate_wasm_builder::WasmBuilder::init_with_defaults()
		.enable_metadata_hash("CTR", 12)
		.build();
}

#[cfg(not(feature = "std"))]
fn main() {}
