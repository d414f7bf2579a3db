// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! An **object** is immutable, is named by the SHA-256 of its bytes ([`ObjectName`]) and lies at
//! `objects/ab/abcdef…` below the store's root. All the instances of a study are one **log**: their
//! sealed streams one after the other, cut into objects of 16 MiB ([`LogWriter`], [`LogReader`]). The
//! **manifest** that says where each of them is in the log is one object, of at most
//! [`MANIFEST_LIMIT`] bytes. A store may have others **within** it ([`Store::within`]).
//!
//! ```
//! use contour_store::{ObjectName, Store};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let store = Store::open(&folder.path().to_string_lossy()).await?;
//! let name = store.put("sealed bytes".into()).await?;
//! assert_eq!(name, ObjectName::of(b"sealed bytes"));
//! assert_eq!(store.get(&name).await?, "sealed bytes");
//! # Ok(())
//! # }
//! ```
//!
//! ## What holds
//!
//! - When [`Store::put`] or [`LogWriter::finish`] returns, the bytes survive a power cut.
//! - An object that can be seen is whole; [`Store::get`] gives out only what has the right hash.
//! - Writing the same bytes again writes only what is missing: that is how an upload resumes.
//!
//! ## What does not
//!
//! A local object whose length is right but whose bytes rotted is not written again by a resumed
//! upload unless [`Verify::Content`] is set; reading it is an error in any case. Deleting an object
//! while somebody writes the same one may leave it deleted: the caller has to keep count of what is
//! needed.
//!
//! ## Credentials
//!
//! They come from the environment, or from the file that `CONTOUR_STORE_CREDENTIALS_FILE` names, and
//! never from a URL. They need to be allowed to list, read, write
//! and delete below the prefix: without the right to list, S3 says "forbidden" for what is missing.

mod buffers;
mod cloud;
mod credentials;
mod error;
mod folder;
mod location;
mod log;
mod name;
mod objects;
mod places;

pub use error::{Action, StoreError};
pub use log::{BlockingLogWriter, Log, LogReader, LogWriter, OBJECT_SIZE};
pub use name::{NotAName, ObjectName};
pub use object_store::{BackoffConfig, RetryConfig, aws::AmazonS3Builder};
pub use objects::{
	Listed, MANIFEST_LIMIT, OBJECT_LIMIT, Space, Store, StoreOptions, Usage, Verify,
};
