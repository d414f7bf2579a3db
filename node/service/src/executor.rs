// SPDX-License-Identifier: Apache-2.0

//! What executes the runtime.

use crate::client::Executor;
use sc_executor::{DEFAULT_HEAP_ALLOC_STRATEGY, HeapAllocStrategy};
use sc_service::config::ExecutorConfiguration;
use std::{env, path::PathBuf};

/// The variable that names a folder for compiled runtimes.
const CACHE: &str = "CONTOUR_RUNTIME_CACHE";

/// An executor as [`sc_service::new_wasm_executor`] makes it, which also keeps what it compiles if
/// [`CACHE`] names a folder: a node then starts without compiling its runtime again.
pub(crate) fn executor(config: &ExecutorConfiguration) -> Executor {
	let pages = config.default_heap_pages.and_then(|pages| u32::try_from(pages).ok());
	let heap = pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |extra_pages| HeapAllocStrategy::Static {
		extra_pages,
	});
	let builder = Executor::builder()
		.with_execution_method(config.wasm_method)
		.with_onchain_heap_alloc_strategy(heap)
		.with_offchain_heap_alloc_strategy(heap)
		.with_max_runtime_instances(config.max_runtime_instances)
		.with_runtime_cache_size(config.runtime_cache_size);
	match env::var_os(CACHE).filter(|folder| !folder.is_empty()) {
		Some(folder) => builder.with_cache_path(PathBuf::from(folder)).build(),
		None => builder.build(),
	}
}
