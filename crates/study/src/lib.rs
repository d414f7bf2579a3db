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
//!
//! ```
//! use contour_dicom::survey;
//! use contour_seal::keys::RootSecret;
//! use contour_store::Store;
//! use contour_study::{Expected, Manifest, Work, pack, plan, unpack};
//! use std::{fs, num::NonZeroUsize};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let (images, out) = (home.path().join("images"), home.path().join("out"));
//! # let mut options = contour_phantom::Options::default();
//! # (options.slices, options.rows, options.columns, options.readers) = (16, 64, 64, 1);
//! # contour_phantom::phantom(&images, &options, &|_| {})?;
//! let runtime = tokio::runtime::Runtime::new()?;
//! let store = home.path().join("store");
//! let store = runtime.block_on(Store::open(&store.to_string_lossy()))?;
//! let work = Work { runtime: runtime.handle(), threads: NonZeroUsize::MIN, progress: &|_| {} };
//!
//! // The custodian seals the study, and registers what `packed` commits to.
//! let root = RootSecret::generate()?;
//! let found = survey(&images, None, &|_| {})?;
//! let packed = pack(&plan(&images, &found.studies[0], &root)?, &root, &store, work)?;
//!
//! // Whoever has the study's secret opens it, and compares it with the chain.
//! let (study, secret) = (packed.study, root.study_secret(&packed.study.0.0));
//! let manifest = Manifest::fetch(&store, &packed.manifest, study, &secret);
//! let manifest = runtime.block_on(manifest)?;
//! let (commitment, content_root) = (packed.commitment, Some(packed.content_root));
//! unpack((&store, &manifest, &secret), &Expected { study, commitment, content_root }, &out, work)?;
//! assert_eq!(fs::read(out.join("mr/0001.dcm"))?, fs::read(images.join("mr/0001.dcm"))?);
//! # Ok(())
//! # }
//! ```

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
