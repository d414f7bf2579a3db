// SPDX-License-Identifier: Apache-2.0

//! An S3 server, as hospitals have one.

use crate::Error;
use hyper_util::rt::TokioIo;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use std::net::SocketAddr;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

const BUCKET: &str = "images";
const ACCESS_KEY: &str = "AKIAEXAMPLE";
const SECRET_KEY: &str = "correct-horse-battery-staple";

/// An S3 server with one bucket. It ends with the value, and its files with it.
pub struct ObjectStore {
	address: SocketAddr,
	folder: TempDir,
	serving: JoinHandle<()>,
}

impl ObjectStore {
	/// Starts it.
	pub async fn start() -> Result<Self, Error> {
		let folder = tempfile::tempdir()?;
		std::fs::create_dir(folder.path().join(BUCKET))?;
		let files = s3s_fs::FileSystem::new(folder.path())
			.map_err(|error| Error::Answer(format!("the S3 server: {error:?}")))?;
		let mut builder = S3ServiceBuilder::new(files);
		builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
		let s3 = builder.build().into_shared();
		let listener = TcpListener::bind("127.0.0.1:0").await?;
		let address = listener.local_addr()?;
		let serving = tokio::spawn(async move {
			while let Ok((socket, _)) = listener.accept().await {
				let s3 = s3.clone();
				tokio::spawn(async move {
					// A client that was killed in the middle is no failure of the server.
					let connection = hyper::server::conn::http1::Builder::new()
						.serve_connection(TokioIo::new(socket), s3);
					drop(connection.await);
				});
			}
		});
		Ok(Self { address, folder, serving })
	}

	/// A URL for a hospital's objects.
	pub fn url(&self, prefix: &str) -> String {
		format!("s3://{BUCKET}/{prefix}")
	}

	/// The environment by which a program finds it and may use it.
	pub fn environment(&self) -> Vec<(String, String)> {
		[
			("AWS_ENDPOINT", format!("http://{}", self.address).as_str()),
			("AWS_REGION", "eu-central-1"),
			("AWS_ACCESS_KEY_ID", ACCESS_KEY),
			("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
		]
		.map(|(name, value)| (name.to_owned(), value.to_owned()))
		.to_vec()
	}

	/// The folder in which it keeps what is at a prefix.
	pub fn folder(&self, prefix: &str) -> std::path::PathBuf {
		self.folder.path().join(BUCKET).join(prefix)
	}
}

impl Drop for ObjectStore {
	fn drop(&mut self) {
		self.serving.abort();
	}
}
