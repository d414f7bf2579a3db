// SPDX-License-Identifier: Apache-2.0

//! What can go wrong, and what to do about it.

use crate::ObjectName;
use std::{
	io,
	path::{Path, PathBuf},
};

/// Why a store did not do what was asked of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
	/// The text is not the URL of a store.
	#[error(
		"this is not the URL of a store: {0}; pass a folder, file:///folder, s3://bucket/prefix, \
		 gs://bucket/prefix or az://container/prefix"
	)]
	NotAStore(&'static str),
	/// The URL has something in it that may be a secret. The URL is not repeated here.
	#[error(
		"the URL of a store must have no user name, password, query or fragment: pass credentials \
		 in the environment (AWS_…, GOOGLE_…, AZURE_…), or in the file that \
		 CONTOUR_STORE_CREDENTIALS_FILE names"
	)]
	SecretInUrl,
	/// The endpoint is not encrypted and not on this machine.
	#[error(
		"the endpoint {host} is plain http and not on this machine: use https, or allow http if \
		 you trust the network in between"
	)]
	Insecure {
		/// The endpoint's host.
		host: String,
	},
	/// The settings for a cloud store are incomplete or contradict each other.
	#[error("the settings of {store} do not work: check the environment variables: {source}")]
	Settings {
		/// The store's URL.
		store: String,
		/// What is wrong with them.
		source: object_store::Error,
	},
	/// The file with credentials cannot be read, or others can read it.
	#[error(
		"cannot use the credentials in {path}: {source}; CONTOUR_STORE_CREDENTIALS_FILE has to \
		 name a file that only its owner can read", path = .path.display()
	)]
	Credentials {
		/// The file.
		path: PathBuf,
		/// What is wrong.
		source: io::Error,
	},
	/// A line of the file with credentials is not a setting. It is not repeated here.
	#[error(
		"line {line} of {path} is not a setting: write NAME=VALUE, with the name that the variable \
		 has in the environment (AWS_…, GOOGLE_…, AZURE_…)", path = .path.display()
	)]
	CredentialsLine {
		/// The file.
		path: PathBuf,
		/// Which line, from 1.
		line: u32,
	},
	/// There is no object of that name.
	#[error("object {name} is not in {store}: upload it again, or ask who deleted it")]
	Missing {
		/// The object.
		name: ObjectName,
		/// The store's URL.
		store: String,
	},
	/// The object's content does not match its name.
	#[error(
		"object {name} is corrupt: its bytes have the hash {found}; delete it and upload it again, \
		 or take it from a backup"
	)]
	Corrupt {
		/// The object.
		name: ObjectName,
		/// What its bytes hash to. The name of another object, if two were swapped.
		found: ObjectName,
	},
	/// The object is larger than the reader permits; it was not read.
	#[error(
		"object {name} has {size} bytes, but {limit} are permitted: it was not written by Contour; \
		 check which object it is"
	)]
	TooLarge {
		/// The object.
		name: ObjectName,
		/// Its size in bytes.
		size: u64,
		/// The most that was permitted, in bytes.
		limit: u64,
	},
	/// The store holds a different number of bytes than was written, or fewer than it announced.
	#[error("object {name} has {found} bytes in the store instead of {expected}: write it again")]
	WrongLength {
		/// The object.
		name: ObjectName,
		/// How many bytes it should have.
		expected: u64,
		/// How many it has.
		found: u64,
	},
	/// The disk was full, or the quota used up, while an object was written. Nothing of it is left.
	#[error(
		"no space is left for {path}: free some space and run the upload again, which resumes it",
		path = .path.display()
	)]
	Full {
		/// What was written.
		path: PathBuf,
	},
	/// There is less space than a write that has not begun needs.
	#[error(
		"{store} needs {needed} bytes but has {available}: free some space or use another disk"
	)]
	NotEnoughSpace {
		/// The store's URL.
		store: String,
		/// How many bytes would be written.
		needed: u64,
		/// How many are free for this user.
		available: u64,
	},
	/// The store's owner does not permit it.
	#[error(
		"not permitted to {action} in {store}: check the folder's owner and mode, or that the \
		 credentials may list, read, write and delete there"
	)]
	Denied {
		/// What was tried.
		action: Action,
		/// The store's URL.
		store: String,
		/// The error that said so.
		source: Box<dyn std::error::Error + Send + Sync>,
	},
	/// There is no such bucket or container.
	#[error("{store} does not exist: create the bucket or container, or correct the URL")]
	NoBucket {
		/// The store's URL.
		store: String,
		/// The server's error.
		source: object_store::Error,
	},
	/// The server could not be reached or kept failing, after all retries.
	#[error("{store} cannot be reached to {action}: check the network and try again: {source}")]
	Unreachable {
		/// What was tried.
		action: Action,
		/// The store's URL.
		store: String,
		/// The last failure.
		source: object_store::Error,
	},
	/// The local file system failed.
	#[error("cannot {action} {path}: {source}", path = .path.display())]
	Io {
		/// What was tried.
		action: Action,
		/// With which file or folder.
		path: PathBuf,
		/// The system's error.
		source: io::Error,
	},
	/// A log whose length does not fit its objects.
	#[error(
		"a log of {length} bytes has {expected} objects, not {found}: the manifest is wrong; get \
		 it again"
	)]
	NotALog {
		/// The log's length in bytes.
		length: u64,
		/// How many objects a log of that length has.
		expected: u64,
		/// How many were named.
		found: u64,
	},
	/// A range that is not in the log.
	#[error(
		"bytes {start} to {end} are not in a log of {length} bytes: the manifest belongs to \
		 another log; get it again"
	)]
	OutOfLog {
		/// The first byte.
		start: u64,
		/// The byte after the last.
		end: u64,
		/// The log's length in bytes.
		length: u64,
	},
	/// An earlier write to the log failed, so it cannot be continued.
	#[error("writing the log failed before: begin again; objects that are in the store are kept")]
	LogFailed,
	/// The runtime is shutting down, or a task panicked.
	#[error("the write was interrupted: run it again, which resumes it")]
	Interrupted,
}

/// What was being done when it failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
	/// Creating the store's folder.
	Create,
	/// Writing an object.
	Write,
	/// Making an object durable.
	Sync,
	/// Reading an object.
	Read,
	/// Deleting an object.
	Delete,
	/// Listing objects.
	List,
	/// Asking how much space is left.
	Measure,
}

impl std::fmt::Display for Action {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str(match self {
			Self::Create => "create",
			Self::Write => "write",
			Self::Sync => "sync",
			Self::Read => "read",
			Self::Delete => "delete",
			Self::List => "list",
			Self::Measure => "measure",
		})
	}
}

impl StoreError {
	/// Names a failure of the local file system.
	pub(crate) fn io(action: Action, path: impl Into<PathBuf>, source: io::Error) -> Self {
		let path = path.into();
		match source.kind() {
			io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
			io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
				Self::Denied { action, store: path.display().to_string(), source: Box::new(source) }
			}
			_ => Self::Io { action, path, source },
		}
	}

	/// Names a failure of crate `object_store` in the store with the URL `store`, which is `folder`
	/// if it is a local one. `name` is the object that was asked for, if it was one.
	pub(crate) fn backend(
		action: Action,
		store: &str,
		folder: Option<&Path>,
		name: Option<&ObjectName>,
		source: object_store::Error,
	) -> Self {
		use object_store::Error;
		let store = store.to_owned();
		match (source, name) {
			(source @ (Error::PermissionDenied { .. } | Error::Unauthenticated { .. }), _) => {
				Self::Denied { action, store, source: Box::new(source) }
			}
			(source @ Error::NotFound { .. }, Some(name))
				if action != Action::Write && !is_no_bucket(&source) =>
			{
				Self::Missing { name: *name, store }
			}
			(source @ Error::NotFound { .. }, _) => Self::NoBucket { store, source },
			(source, name) => match folder {
				Some(folder) => {
					let path = name.map_or(folder.to_owned(), |name| name.file(folder));
					let kind = io_kind(&source).unwrap_or(io::ErrorKind::Other);
					Self::io(action, path, io::Error::new(kind, source))
				}
				None => match refusal(&source) {
					Some(401 | 403) => Self::Denied { action, store, source: Box::new(source) },
					Some(404) => Self::NoBucket { store, source },
					_ => Self::Unreachable { action, store, source },
				},
			},
		}
	}
}

/// S3 and Azure answer 404 for a missing object and a missing bucket alike; the body tells which.
fn is_no_bucket(error: &object_store::Error) -> bool {
	let text = error.to_string();
	["NoSuchBucket", "ContainerNotFound", "The specified bucket does not exist"]
		.iter()
		.any(|code| text.contains(code))
}

/// The HTTP status (RFC 9110) that a request failed with. For lists, crate `object_store` has it in
/// the text only: its type for it is private.
fn refusal(error: &object_store::Error) -> Option<u16> {
	error.to_string().split_once("non-2xx status code: ")?.1.get(..3)?.parse().ok()
}

/// The kind of the system's error below `error`, if it came from there.
fn io_kind(error: &object_store::Error) -> Option<io::ErrorKind> {
	std::iter::successors(std::error::Error::source(error), |error| error.source())
		.find_map(|error| error.downcast_ref::<io::Error>())
		.map(io::Error::kind)
}

impl From<StoreError> for io::Error {
	/// Keeps the error: `error.get_ref()` downcasts to [`StoreError`].
	fn from(error: StoreError) -> Self {
		let kind = match &error {
			StoreError::Missing { .. } | StoreError::NoBucket { .. } => io::ErrorKind::NotFound,
			StoreError::Corrupt { .. }
			| StoreError::TooLarge { .. }
			| StoreError::WrongLength { .. }
			| StoreError::NotALog { .. } => io::ErrorKind::InvalidData,
			StoreError::OutOfLog { .. } => io::ErrorKind::InvalidInput,
			StoreError::Full { .. } | StoreError::NotEnoughSpace { .. } => {
				io::ErrorKind::StorageFull
			}
			StoreError::Denied { .. } => io::ErrorKind::PermissionDenied,
			StoreError::Io { source, .. } => source.kind(),
			_ => io::ErrorKind::Other,
		};
		Self::new(kind, error)
	}
}
