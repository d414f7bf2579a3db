// SPDX-License-Identifier: Apache-2.0

//! The types that everything in a node names: its client, its database, its transaction pool.

use crate::runtime_api::RuntimeApi;
use contour_primitives::opaque::Block;
use sc_executor::WasmExecutor;
use sc_service::{TFullBackend, TFullClient};
use sc_transaction_pool::TransactionPoolHandle;

/// Functions of the node that the runtime may call.
#[cfg(not(feature = "runtime-benchmarks"))]
type HostFunctions = sp_io::SubstrateHostFunctions;
/// Functions of the node that the runtime may call, with those of a benchmarked runtime.
#[cfg(feature = "runtime-benchmarks")]
type HostFunctions =
	(sp_io::SubstrateHostFunctions, frame_benchmarking::benchmarking::HostFunctions);

pub(crate) type Executor = WasmExecutor<HostFunctions>;
pub(crate) type Client = TFullClient<Block, RuntimeApi, Executor>;
pub(crate) type Backend = TFullBackend<Block>;
pub(crate) type Pool = TransactionPoolHandle<Block, Client>;
