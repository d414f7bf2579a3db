// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! The binary hands over a [`Release`] and calls [`run`].
//!
//! # Where to look
//!
//! | question | file |
//! | --- | --- |
//! | which flags and subcommands are there, with which defaults | `cli.rs` |
//! | what does a subcommand do | `command.rs`, `benchmark.rs` |
//! | which client, database and transaction pool has a node | `client.rs` |
//! | what executes the runtime, and keeps it compiled | `executor.rs` |
//! | what is built before anything runs (client, pool, import queue) | `components.rs` |
//! | what does a running node consist of | `service.rs` |
//! | who authors, who finalizes, with which parameters | `consensus.rs` |
//! | which peers are accepted where the network is for members only | `peers.rs` |
//! | what happens when an authority seals two blocks in one slot | `equivocation.rs` |
//! | what Prometheus reads besides the SDK's metrics | `metrics/` |
//! | how histories that were not indexed are written again | `rebuild.rs` |
//! | which RPC methods are there besides those of every Substrate node | `rpc/` |
//! | which runtime APIs must a runtime have | `runtime_api.rs` |

#![expect(clippy::result_large_err, reason = "the SDK's errors are large, and rare")]

mod cli;
mod client;
mod command;
mod components;
mod consensus;
mod equivocation;
mod executor;
mod metrics;
mod peers;
mod rebuild;
mod rpc;
mod runtime_api;
mod scorer;
mod service;
mod slot;

#[cfg(feature = "runtime-benchmarks")]
mod benchmark;

pub use command::run;
pub use sc_chain_spec::ChainSpec;
pub use sc_cli::Error;

/// What the tests in `tests/` look at, and nobody else. As unit tests they would have all of the
/// service compiled a second time, which takes minutes.
#[doc(hidden)]
pub mod tested {
	pub use crate::{
		cli::{Cli, command},
		command::{advise, ensure_backend},
		equivocation::{is_fresh, is_one_block},
		metrics::{FigureMetrics, turns},
		rpc::membership,
		scorer::{ScorerParams, register_metrics as register_scorer_metrics},
	};
}

/// Name of the program, in the log and to peers.
const NAME: &str = "contour-node";

/// What a binary adds to this library.
#[derive(Clone, Copy, Debug)]
pub struct Release {
	/// Version of the build, as `<semver>-<commit>`: shown by `--version`, in the log, in
	/// `contour_status` and to peers.
	pub version: &'static str,
	/// The values of `--chain` that need no file, for the help text.
	pub chains: &'static [&'static str],
	/// Turns the value of `--chain` into a chain spec.
	///
	/// It gets `dev` for `--dev` and an empty string when neither was given. Its error is shown to
	/// the operator as it is.
	pub load_chain: fn(&str) -> Result<Box<dyn ChainSpec>, String>,
}
