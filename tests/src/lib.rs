// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! There are real `contour-node` processes ([`Node`]), a client over WebSocket ([`Chain`]), four hospitals
//! ([`Network`]) and their [`council`], and people who use `contour` ([`Person`], [`hospitals`]).
//!
//! Everything binds to 127.0.0.1 on free ports, lives in a temporary folder and ends with the value
//! that stands for it. Chains have slots of half a second ([`SLOT_MILLIS`]), where a test is not about
//! those that hospitals have.

mod authors;
mod chain;
pub mod command;
pub mod council;
pub mod hospitals;
mod liar;
mod network;
mod node;
mod object_store;
mod person;
mod prometheus;
mod scorer;
mod spec;
mod tasks;

pub use chain::{Chain, Included, sign, wait_for};
pub use liar::Liar;
pub use network::Network;
pub use node::{Node, NodeBuilder, node_key, program, program_named, rpc_ports};
pub use object_store::ObjectStore;
pub use person::{Person, together};
pub use prometheus::{Prometheus, Series, metric_names};
pub use scorer::Scorer;
pub use spec::{SLOT_MILLIS, chain_spec, development_spec, raw_chain_spec};

use contour_primitives::Refusal;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// The node's program is not there.
	#[error("there is no {0}: build it with `cargo build --workspace`")]
	NoProgram(std::path::PathBuf),
	/// A process did not start or ended.
	#[error("{what}; the end of its log:\n{log}")]
	Process {
		/// What happened.
		what: String,
		/// Last lines of the log.
		log: String,
	},
	/// Something did not happen in time.
	#[error("waited {seconds} s for {what}")]
	Timeout {
		/// What was waited for.
		what: String,
		/// How long.
		seconds: u64,
	},
	/// The pool refused a transaction.
	#[error("refused in the pool: {message}")]
	Refused {
		/// Code of the chain's own refusals, see [`Refusal`].
		code: Option<u8>,
		/// What the node said.
		message: String,
	},
	/// `contour` said no.
	#[error("contour {command}: {message}")]
	Contour {
		/// What it was told.
		command: String,
		/// What it said.
		message: String,
	},
	/// A call failed in its block.
	#[error("the call failed in its block: {0:?}")]
	Call(sp_runtime::DispatchError),
	/// The node answered something unexpected.
	#[error("unexpected answer: {0}")]
	Answer(String),
	/// The connection failed.
	#[error(transparent)]
	Rpc(#[from] jsonrpsee::core::ClientError),
	/// Prometheus, or who is asked as it asks.
	#[error(transparent)]
	Http(#[from] reqwest::Error),
	/// Files or processes.
	#[error(transparent)]
	Io(#[from] std::io::Error),
}

impl Error {
	/// Whether the pool refused for this reason.
	pub fn is(&self, refusal: Refusal) -> bool {
		matches!(self, Self::Refused { code: Some(code), .. } if *code == refusal.code())
	}
}
