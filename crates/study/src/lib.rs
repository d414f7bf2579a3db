// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! | step | file |
//! | --- | --- |
//! | files are split, sealed and put into a log; a manifest says where each is | `pack.rs` |
//! | what is on the chain commits to all of it | `manifest.rs`, [`merkle`] |
//! | the log is read, opened, joined and compared with what was committed to | `unpack.rs` |
//! | a copy is sealed anew under a key of its own, for one grantee | `lease.rs` |
//!
//! Everything is derived from the custodian's root secret and the study's identifier, and sealing is
//! deterministic: what was interrupted is done again, and only what is missing is written.

mod error;
mod lease;
mod manifest;
pub mod merkle;
mod ordered;
mod pack;
mod sealing;
mod unpack;

pub use error::StudyError;
pub use lease::copy_for_lease;
pub use manifest::{Instance, Manifest, commitment};
pub use pack::{Packed, Plan, pack, plan};
pub use unpack::{Expected, unpack};

use std::num::NonZeroUsize;
use tokio::runtime::Handle;

/// With what a long work is done. It blocks: it is to be called outside of the threads of `runtime`.
#[derive(Clone, Copy)]
pub struct Work<'a> {
	/// Stores and fetches.
	pub runtime: &'a Handle,
	/// Threads that seal and open.
	pub threads: NonZeroUsize,
	/// Is told after each file.
	pub progress: &'a dyn Fn(Progress),
}

/// How far a long work is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
	/// Files done.
	pub done: usize,
	/// Files in all.
	pub total: usize,
}
