// SPDX-License-Identifier: Apache-2.0

//! A store of objects, local or far away.

use crate::{
	Action, ObjectName, StoreError,
	buffers::Buffer,
	cloud,
	folder::Folder,
	location::{Cloud, Location},
	name::OBJECTS,
};
use bytes::Bytes;
use futures::{
	StreamExt, TryStreamExt,
	future::ready,
	stream::{self, BoxStream},
};
use object_store::{
	GetResultPayload, ObjectStore, ObjectStoreExt, RetryConfig, aws::AmazonS3Builder,
	local::LocalFileSystem, path::Path, prefix::PrefixStore,
};
use std::{
	fmt,
	fs::File,
	io::{self, Read},
	path::PathBuf,
	sync::Arc,
	time::Duration,
};

/// The most that [`Store::get`] reads, in bytes: an object of a log and some slack.
pub const OBJECT_LIMIT: u64 = crate::OBJECT_SIZE + 64 * 1024;

/// The most that a manifest may have, in bytes, and the most that [`Store::put`] takes.
///
/// A manifest is one object, so that its name says all of it. At 300 bytes for an instance this is
/// enough for 200,000 instances, and one request carries it in every cloud.
pub const MANIFEST_LIMIT: u64 = 64 * 1024 * 1024;

/// How a write is checked before it counts as done.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Verify {
	/// By its length. S3 also compares the SHA-256 of what it received.
	#[default]
	Length,
	/// By reading all of it again, also when an object is there already. Doubles the traffic.
	Content,
}

/// How a store is used.
#[derive(Clone, Debug)]
pub struct StoreOptions {
	/// Whether an endpoint on another machine may be plain http. The objects are sealed, the
	/// credentials' signatures and the objects' names are not. `AWS_ALLOW_HTTP=true` says the same.
	pub allow_http: bool,
	/// How a write is checked.
	pub verify: Verify,
	/// How often and how long a failed request is repeated.
	pub retry: RetryConfig,
	/// How long one request may take. It must suffice for an upload of 16 MiB.
	pub timeout: Duration,
}

impl Default for StoreOptions {
	fn default() -> Self {
		Self {
			allow_http: false,
			verify: Verify::default(),
			retry: RetryConfig::default(),
			// Four objects of 16 MiB at once need this long at 2 Mbit/s.
			timeout: Duration::from_secs(300),
		}
	}
}

/// An object that a store has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Listed {
	/// Its name.
	pub name: ObjectName,
	/// Its size in bytes.
	pub size: u64,
}

/// A file system's size.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Space {
	/// All of it, in bytes.
	pub total: u64,
	/// What is left for this user, in bytes.
	pub available: u64,
}

/// What a store holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Usage {
	/// How many objects.
	pub objects: u64,
	/// How many bytes they have together.
	pub bytes: u64,
	/// The file system it is on, if it is local.
	pub space: Option<Space>,
}

/// A place for sealed objects. Clones share it. `Display` and `Debug` show its URL.
#[derive(Clone)]
pub struct Store(pub(super) Arc<Inner>);

pub(super) struct Inner {
	pub(super) url: String,
	pub(super) verify: Verify,
	/// Reads and lists; writes too, if there is no folder.
	pub(super) backend: Arc<dyn ObjectStore>,
	pub(super) folder: Option<Arc<Folder>>,
}

impl Store {
	/// Opens the store at `url` with the default options.
	///
	/// `url` is a path or `file:///path` (created if missing), `s3://bucket/prefix`,
	/// `gs://bucket/prefix` or `az://container/prefix`. Credentials and endpoints come from the
	/// environment (`AWS_…`, `GOOGLE_…`, `AZURE_…`, instance roles), as crate `object_store` reads
	/// them, or from the file that `CONTOUR_STORE_CREDENTIALS_FILE` names. A cloud is not asked yet: see [`Store::check`].
	///
	/// # Errors
	///
	/// [`StoreError::NotAStore`], [`StoreError::SecretInUrl`], [`StoreError::Insecure`],
	/// [`StoreError::Settings`], [`StoreError::Credentials`], [`StoreError::CredentialsLine`]; for a folder
	/// also [`StoreError::Denied`], [`StoreError::Full`] and [`StoreError::Io`].
	pub async fn open(url: &str) -> Result<Self, StoreError> {
		Self::open_with(url, StoreOptions::default()).await
	}

	/// Opens the store at `url`.
	///
	/// # Errors
	///
	/// Those of [`Store::open`].
	pub async fn open_with(url: &str, options: StoreOptions) -> Result<Self, StoreError> {
		match url.parse()? {
			Location::Folder(path) => Self::folder(path, options.verify).await,
			location @ Location::Cloud(..) => {
				Self::cloud(&location, &options, |cloud, bucket, url| {
					cloud::from_env(cloud, bucket, url, &options)
				})
			}
		}
	}

	pub(super) async fn folder(path: PathBuf, verify: Verify) -> Result<Self, StoreError> {
		let (folder, backend) = blocking(move || {
			let folder = Folder::open(&path)?;
			let backend = LocalFileSystem::new_with_prefix(folder.root()).map_err(|source| {
				StoreError::Settings { store: path.display().to_string(), source }
			})?;
			Ok((folder, backend))
		})
		.await?;
		let url = Location::Folder(folder.root().to_owned()).to_string();
		let (folder, backend) = (Some(Arc::new(folder)), Arc::new(backend));
		Ok(Self(Arc::new(Inner { url, verify, backend, folder })))
	}

	/// Opens `s3://bucket/prefix` with an endpoint and credentials that are not in the environment.
	///
	/// # Errors
	///
	/// Those of [`Store::open`]; [`StoreError::NotAStore`] for another URL than one of S3.
	pub fn open_s3(
		url: &str,
		builder: AmazonS3Builder,
		options: StoreOptions,
	) -> Result<Self, StoreError> {
		Self::cloud(&url.parse()?, &options, |cloud, bucket, url| match cloud {
			Cloud::S3 => cloud::s3(builder.with_bucket_name(bucket), url, &options),
			_ => Err(StoreError::NotAStore("s3: is needed here")),
		})
	}

	fn cloud(
		location: &Location,
		options: &StoreOptions,
		client: impl FnOnce(Cloud, &str, &str) -> Result<Arc<dyn ObjectStore>, StoreError>,
	) -> Result<Self, StoreError> {
		let Location::Cloud(cloud, bucket, prefix) = location else {
			return Err(StoreError::NotAStore("s3: is needed here"));
		};
		let url = location.to_string();
		let backend = Arc::new(PrefixStore::new(client(*cloud, bucket, &url)?, prefix.clone()));
		Ok(Self(Arc::new(Inner { url, verify: options.verify, backend, folder: None })))
	}

	/// Asks the store for one entry of its list: whether it is there and lets us in.
	///
	/// # Errors
	///
	/// [`StoreError::Denied`], [`StoreError::NoBucket`], [`StoreError::Unreachable`],
	/// [`StoreError::Io`].
	pub async fn check(&self) -> Result<(), StoreError> {
		self.list("").next().await.transpose().map(drop)
	}

	/// Writes an object and returns its name when it is durable and verified.
	///
	/// An object that is there already with the right length is not written again, one with another
	/// length is replaced. Nobody ever sees a part of an object. What a write that failed or was
	/// killed leaves behind is never visible as an object.
	///
	/// # Errors
	///
	/// [`StoreError::TooLarge`] above [`MANIFEST_LIMIT`], [`StoreError::Full`],
	/// [`StoreError::Denied`], [`StoreError::NoBucket`], [`StoreError::Unreachable`],
	/// [`StoreError::Io`]; [`StoreError::WrongLength`] and [`StoreError::Corrupt`] if the store did
	/// not keep what it was given.
	pub async fn put(&self, bytes: Bytes) -> Result<ObjectName, StoreError> {
		let content = bytes.clone();
		let name = blocking(move || Ok(ObjectName::of(&content))).await?;
		let size = length(&bytes);
		if size > MANIFEST_LIMIT {
			return Err(StoreError::TooLarge { name, size, limit: MANIFEST_LIMIT });
		}
		match self.0.folder.clone() {
			Some(folder) => {
				let verify = self.0.verify;
				blocking(move || folder.put(&name, &bytes, verify)).await?;
			}
			None => self.upload(&name, bytes).await?,
		}
		Ok(name)
	}

	async fn upload(&self, name: &ObjectName, bytes: Bytes) -> Result<(), StoreError> {
		let expected = length(&bytes);
		if self.size(name).await? == Some(expected) {
			match self.verified(name, expected).await {
				Err(StoreError::Corrupt { found, .. }) => {
					tracing::warn!(object = %name, %found, "replacing a corrupt object");
				}
				whole => return whole,
			}
		}
		self.0
			.backend
			.put(&name.path(), bytes.into())
			.await
			.map_err(|source| self.failed(Action::Write, Some(name), source))?;
		match self.size(name).await? {
			Some(found) if found == expected => self.verified(name, expected).await,
			found => {
				let found = found.unwrap_or(0);
				Err(StoreError::WrongLength { name: *name, expected, found })
			}
		}
	}

	/// Reads the object again, if that was asked for.
	async fn verified(&self, name: &ObjectName, size: u64) -> Result<(), StoreError> {
		match self.0.verify {
			Verify::Length => Ok(()),
			Verify::Content => self.get_within(name, size).await.map(drop),
		}
	}

	/// Reads an object of at most [`OBJECT_LIMIT`] bytes.
	///
	/// # Errors
	///
	/// Those of [`Store::get_within`].
	pub async fn get(&self, name: &ObjectName) -> Result<Bytes, StoreError> {
		self.get_within(name, OBJECT_LIMIT).await
	}

	/// Reads an object of at most `limit` bytes, [`MANIFEST_LIMIT`] for a manifest, and verifies its
	/// hash.
	///
	/// # Errors
	///
	/// [`StoreError::Missing`], [`StoreError::Corrupt`]; [`StoreError::TooLarge`] before anything is
	/// read; [`StoreError::WrongLength`] if it ends early; [`StoreError::Denied`],
	/// [`StoreError::NoBucket`], [`StoreError::Unreachable`], [`StoreError::Io`].
	pub async fn get_within(&self, name: &ObjectName, limit: u64) -> Result<Bytes, StoreError> {
		let failed = |source| self.failed(Action::Read, Some(name), source);
		let object = self.0.backend.get(&name.path()).await.map_err(failed)?;
		let size = object.meta.size;
		if size > limit {
			return Err(StoreError::TooLarge { name: *name, size, limit });
		}
		let wrong = |found| StoreError::WrongLength { name: *name, expected: size, found };
		let bytes = match object.payload {
			GetResultPayload::File(file, path) => {
				blocking(move || {
					read(file, size).map_err(|source| StoreError::io(Action::Read, path, source))
				})
				.await?
			}
			GetResultPayload::Stream(mut chunks) => {
				let mut bytes = Buffer::of(size);
				while let Some(chunk) = chunks.try_next().await.map_err(failed)? {
					bytes.extend_from_slice(&chunk);
					if length(&bytes) > size {
						return Err(wrong(length(&bytes)));
					}
				}
				bytes
			}
		};
		if length(&bytes) != size {
			return Err(wrong(length(&bytes)));
		}
		let bytes = bytes.into_bytes();
		let content = bytes.clone();
		let found = blocking(move || Ok(ObjectName::of(&content))).await?;
		if found != *name {
			return Err(StoreError::Corrupt { name: *name, found });
		}
		Ok(bytes)
	}

	/// Deletes an object. It may be missing.
	///
	/// # Errors
	///
	/// [`StoreError::Denied`], [`StoreError::NoBucket`], [`StoreError::Unreachable`],
	/// [`StoreError::Io`].
	pub async fn delete(&self, name: &ObjectName) -> Result<(), StoreError> {
		let name = *name;
		if let Some(folder) = self.0.folder.clone() {
			return blocking(move || folder.delete(&name)).await;
		}
		let deleted = self.0.backend.delete(&name.path()).await;
		match deleted.map_err(|source| self.failed(Action::Delete, Some(&name), source)) {
			Err(StoreError::Missing { .. }) => Ok(()),
			result => result,
		}
	}

	/// Whether there is an object of that name. Its content is not looked at.
	///
	/// # Errors
	///
	/// [`StoreError::Denied`], [`StoreError::NoBucket`], [`StoreError::Unreachable`],
	/// [`StoreError::Io`].
	pub async fn exists(&self, name: &ObjectName) -> Result<bool, StoreError> {
		Ok(self.size(name).await?.is_some())
	}

	async fn size(&self, name: &ObjectName) -> Result<Option<u64>, StoreError> {
		let head = self.0.backend.head(&name.path()).await;
		match head.map_err(|source| self.failed(Action::Read, Some(name), source)) {
			Ok(meta) => Ok(Some(meta.size)),
			Err(StoreError::Missing { .. }) => Ok(None),
			Err(error) => Err(error),
		}
	}

	/// The objects whose names begin with `prefix` (hexadecimal digits in lower case, or nothing for
	/// all), in no order. Files that are not objects are passed over.
	///
	/// # Errors
	///
	/// In the stream: [`StoreError::Denied`], [`StoreError::NoBucket`],
	/// [`StoreError::Unreachable`], [`StoreError::Io`].
	pub fn list(&self, prefix: &str) -> BoxStream<'static, Result<Listed, StoreError>> {
		if !prefix.bytes().all(|digit| digit.is_ascii_hexdigit()) {
			return stream::empty().boxed();
		}
		let folder = std::iter::once(OBJECTS).chain(prefix.get(..2)).collect::<Path>();
		let prefix = prefix.to_owned();
		let store = self.clone();
		self.0
			.backend
			.list(Some(&folder))
			.map_err(move |source| store.failed(Action::List, None, source))
			.try_filter_map(move |meta| {
				let name = ObjectName::from_path(&meta.location)
					.filter(|name| name.to_string().starts_with(&prefix));
				ready(Ok(name.map(|name| Listed { name, size: meta.size })))
			})
			.boxed()
	}

	/// Counts what the store holds. Lists all of it, which takes its time in a cloud.
	///
	/// # Errors
	///
	/// Those of [`Store::list`] and [`Store::space`].
	pub async fn usage(&self) -> Result<Usage, StoreError> {
		let none = Usage { objects: 0, bytes: 0, space: self.space().await? };
		self.list("")
			.try_fold(none, |usage, object| {
				ready(Ok(Usage {
					objects: usage.objects.saturating_add(1),
					bytes: usage.bytes.saturating_add(object.size),
					..usage
				}))
			})
			.await
	}

	/// The file system that a local store is on; nothing for a cloud, which has no bound.
	///
	/// # Errors
	///
	/// [`StoreError::Io`].
	pub async fn space(&self) -> Result<Option<Space>, StoreError> {
		match self.0.folder.clone() {
			Some(folder) => blocking(move || folder.space()).await.map(Some),
			None => Ok(None),
		}
	}

	/// Asks for `needed` bytes before a long write begins. Nothing is reserved.
	///
	/// # Errors
	///
	/// [`StoreError::NotEnoughSpace`], [`StoreError::Io`].
	pub async fn ensure_space(&self, needed: u64) -> Result<(), StoreError> {
		match self.space().await? {
			Some(Space { available, .. }) if available < needed => {
				Err(StoreError::NotEnoughSpace { store: self.to_string(), needed, available })
			}
			_ => Ok(()),
		}
	}

	pub(super) fn failed(
		&self,
		action: Action,
		name: Option<&ObjectName>,
		source: object_store::Error,
	) -> StoreError {
		let folder = self.0.folder.as_ref().map(|folder| folder.root());
		StoreError::backend(action, &self.0.url, folder, name, source)
	}
}

impl fmt::Display for Store {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0.url)
	}
}

impl fmt::Debug for Store {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_tuple("Store").field(&self.0.url).finish()
	}
}

/// Runs what waits for a disk or a processor where it may.
pub(crate) async fn blocking<T: Send + 'static>(
	work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
	match tokio::task::spawn_blocking(work).await {
		Ok(result) => result,
		Err(error) => match error.try_into_panic() {
			Ok(panic) => std::panic::resume_unwind(panic),
			Err(_) => Err(StoreError::Interrupted),
		},
	}
}

pub(crate) fn length(bytes: &[u8]) -> u64 {
	bytes.len().try_into().unwrap_or(u64::MAX)
}

/// Reads a file of `size` bytes, and at most one more if it has grown.
fn read(file: File, size: u64) -> io::Result<Buffer> {
	let mut bytes = Buffer::of(size);
	file.take(size.saturating_add(1)).read_to_end(&mut bytes)?;
	Ok(bytes)
}
