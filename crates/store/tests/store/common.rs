// SPDX-License-Identifier: Apache-2.0

//! What the tests share: bytes, and an S3 server on the loopback interface.

use bytes::Bytes;
use contour_store::{AmazonS3Builder, BackoffConfig, ObjectName, RetryConfig, Store, StoreOptions};
use hyper::{
	Method, Response, StatusCode, server::conn::http1, service::Service, service::service_fn,
};
use hyper_util::rt::TokioIo;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use std::{
	net::SocketAddr,
	path::PathBuf,
	sync::{
		Arc,
		atomic::{AtomicUsize, Ordering::SeqCst},
	},
	time::Duration,
};
use tempfile::TempDir;

pub(crate) const MIB: usize = 1024 * 1024;
pub(crate) const BUCKET: &str = "images";
pub(crate) const ACCESS_KEY: &str = "AKIAEXAMPLE";
pub(crate) const SECRET_KEY: &str = "correct-horse-battery-staple";

/// Bytes that look random and are the same for the same seed (SplitMix64).
pub(crate) fn bytes(seed: u64, length: usize) -> Bytes {
	let mut state = seed.wrapping_mul(0x2545_F491_4F6C_DD1D).wrapping_add(1);
	let mut out = Vec::with_capacity(length + 8);
	while out.len() < length {
		state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
		let mut word = state;
		word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
		word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
		out.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
	}
	out.truncate(length);
	out.into()
}

/// Says why a test did nothing.
#[expect(clippy::print_stderr, reason = "a skipped test says why")]
pub(crate) fn skip(why: &str) {
	eprintln!("skipped: {why}");
}

/// Retries soon, so that tests are short.
pub(crate) fn impatient() -> StoreOptions {
	StoreOptions {
		retry: RetryConfig {
			backoff: BackoffConfig {
				init_backoff: Duration::from_millis(5),
				max_backoff: Duration::from_millis(20),
				base: 2.0,
			},
			max_retries: 4,
			retry_timeout: Duration::from_secs(10),
		},
		..StoreOptions::default()
	}
}

/// What the server saw.
#[derive(Default)]
pub(crate) struct Seen {
	pub(crate) puts: AtomicUsize,
	pub(crate) gets: AtomicUsize,
	pub(crate) writing: AtomicUsize,
	pub(crate) most_writing: AtomicUsize,
	/// So many of the next requests fail with "503 Slow Down".
	pub(crate) fail_next: AtomicUsize,
}

/// An S3 server with one bucket, over a real socket.
pub(crate) struct Server {
	pub(crate) address: SocketAddr,
	pub(crate) seen: Arc<Seen>,
	folder: TempDir,
}

impl Server {
	pub(crate) async fn start() -> Self {
		let folder = tempfile::tempdir().unwrap();
		std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
		let files = s3s_fs::FileSystem::new(folder.path()).unwrap();
		let mut builder = S3ServiceBuilder::new(files);
		builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
		let s3 = builder.build().into_shared();
		let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		let seen = Arc::<Seen>::default();
		let seen_inside = seen.clone();
		tokio::spawn(async move {
			loop {
				let (socket, _) = listener.accept().await.unwrap();
				let (s3, seen) = (s3.clone(), seen_inside.clone());
				let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
					let (s3, seen) = (s3.clone(), seen.clone());
					async move {
						let fails = seen
							.fail_next
							.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1))
							.is_ok();
						if fails {
							let mut slow =
								Response::new(s3s::Body::from(Bytes::from_static(b"slow down")));
							*slow.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
							return Ok(slow);
						}
						// s3s-fs would create the bucket.
						if request.uri().path().starts_with("/elsewhere") {
							let body = "<Error><Code>NoSuchBucket</Code></Error>".to_owned();
							let mut none = Response::new(s3s::Body::from(body));
							*none.status_mut() = StatusCode::NOT_FOUND;
							return Ok(none);
						}
						let method = request.method().clone();
						match method {
							Method::PUT => {
								seen.puts.fetch_add(1, SeqCst);
								let now = seen.writing.fetch_add(1, SeqCst) + 1;
								seen.most_writing.fetch_max(now, SeqCst);
							}
							Method::GET => {
								seen.gets.fetch_add(1, SeqCst);
							}
							_ => {}
						}
						let response = Service::call(&s3, request).await;
						if method == Method::PUT {
							seen.writing.fetch_sub(1, SeqCst);
						}
						response
					}
				});
				tokio::spawn(async move {
					// A client that was killed in the middle is no failure of the server.
					let _ =
						http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
				});
			}
		});
		Self { address, seen, folder }
	}

	pub(crate) fn builder(&self) -> AmazonS3Builder {
		AmazonS3Builder::new()
			.with_endpoint(format!("http://{}", self.address))
			.with_region("eu-central-1")
			.with_access_key_id(ACCESS_KEY)
			.with_secret_access_key(SECRET_KEY)
	}

	pub(crate) fn store(&self) -> Store {
		self.store_with(impatient())
	}

	pub(crate) fn store_with(&self, options: StoreOptions) -> Store {
		Store::open_s3(&format!("s3://{BUCKET}/study"), self.builder(), options).unwrap()
	}

	pub(crate) fn puts(&self) -> usize {
		self.seen.puts.swap(0, SeqCst)
	}

	pub(crate) fn gets(&self) -> usize {
		self.seen.gets.swap(0, SeqCst)
	}

	/// The file in which the server keeps an object.
	pub(crate) fn file(&self, name: &ObjectName) -> PathBuf {
		object_file(&self.folder.path().join(BUCKET).join("study"), name)
	}
}

/// Where the object is below the store's root.
pub(crate) fn object_file(root: &std::path::Path, name: &ObjectName) -> PathBuf {
	let name = name.to_string();
	root.join("objects").join(&name[..2]).join(name)
}
