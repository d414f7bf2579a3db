// SPDX-License-Identifier: Apache-2.0

//! Clients of S3, Google Cloud Storage and Azure.
//!
//! All of them get the same patience, and the same rule for endpoints: plain http only to this
//! machine, or when it was allowed.

use crate::{StoreError, StoreOptions, credentials::Credentials, location::Cloud};
use object_store::{
	ClientConfigKey, ObjectStore,
	aws::{AmazonS3Builder, AmazonS3ConfigKey, Checksum},
	azure::{AzureConfigKey, MicrosoftAzureBuilder},
	gcp::{GoogleCloudStorageBuilder, GoogleConfigKey},
};
use std::sync::Arc;
use url::{Host, Url};

/// The client for `bucket`, with credentials from the environment as crate `object_store` reads them,
/// and from the file that the environment names; what the file says wins.
pub(crate) fn from_env(
	cloud: Cloud,
	bucket: &str,
	store: &str,
	options: &StoreOptions,
) -> Result<Arc<dyn ObjectStore>, StoreError> {
	let credentials = Credentials::from_env()?;
	macro_rules! told {
		($builder:expr) => {{
			let mut builder = $builder;
			if let Some(credentials) = credentials {
				credentials.apply(cloud, |name, value| match name.parse() {
					Ok(key) => {
						builder = std::mem::take(&mut builder).with_config(key, value);
						true
					}
					Err(_) => false,
				})?;
			}
			builder
		}};
	}
	match cloud {
		Cloud::S3 => {
			s3(told!(AmazonS3Builder::from_env()).with_bucket_name(bucket), store, options)
		}
		Cloud::Google => {
			let builder = told!(GoogleCloudStorageBuilder::from_env());
			google(builder.with_bucket_name(bucket), store, options)
		}
		Cloud::Azure => {
			let builder = told!(MicrosoftAzureBuilder::from_env());
			azure(builder.with_container_name(bucket), store, options)
		}
	}
}

/// The client that `builder` describes, with our settings.
pub(crate) fn s3(
	builder: AmazonS3Builder,
	store: &str,
	options: &StoreOptions,
) -> Result<Arc<dyn ObjectStore>, StoreError> {
	use AmazonS3ConfigKey::{Client, Endpoint, S3Endpoint};
	let told = builder.get_config_value(&Client(ClientConfigKey::AllowHttp));
	// The second takes precedence in the client: both must be good.
	let endpoints = [Endpoint, S3Endpoint].map(|key| builder.get_config_value(&key));
	let http = plain_http(endpoints.into_iter().flatten(), told, options)?;
	let builder = builder
		.with_config(Client(ClientConfigKey::Timeout), patience(options))
		.with_allow_http(http)
		// The server compares it with what arrived, and keeps it.
		.with_checksum_algorithm(Checksum::SHA256)
		.with_retry(options.retry.clone());
	build(builder.build(), store)
}

fn google(
	builder: GoogleCloudStorageBuilder,
	store: &str,
	options: &StoreOptions,
) -> Result<Arc<dyn ObjectStore>, StoreError> {
	use GoogleConfigKey::Client;
	let told = builder.get_config_value(&Client(ClientConfigKey::AllowHttp));
	let http = plain_http(builder.get_config_value(&GoogleConfigKey::BaseUrl), told, options)?;
	let builder = builder
		.with_config(Client(ClientConfigKey::Timeout), patience(options))
		.with_config(Client(ClientConfigKey::AllowHttp), http.to_string())
		.with_retry(options.retry.clone());
	build(builder.build(), store)
}

fn azure(
	builder: MicrosoftAzureBuilder,
	store: &str,
	options: &StoreOptions,
) -> Result<Arc<dyn ObjectStore>, StoreError> {
	use AzureConfigKey::Client;
	let told = builder.get_config_value(&Client(ClientConfigKey::AllowHttp));
	let http = plain_http(builder.get_config_value(&AzureConfigKey::Endpoint), told, options)?;
	let builder = builder
		.with_config(Client(ClientConfigKey::Timeout), patience(options))
		.with_allow_http(http)
		.with_retry(options.retry.clone());
	build(builder.build(), store)
}

fn build<S: ObjectStore>(
	built: object_store::Result<S>,
	store: &str,
) -> Result<Arc<dyn ObjectStore>, StoreError> {
	let client =
		built.map_err(|source| StoreError::Settings { store: store.to_owned(), source })?;
	Ok(Arc::new(client))
}

/// The client's form of a duration.
fn patience(options: &StoreOptions) -> String {
	format!("{}ms", options.timeout.as_millis())
}

/// Whether the client may speak plain http. An endpoint elsewhere for which that was not allowed is
/// refused here, with a better reason than the client's.
fn plain_http(
	endpoints: impl IntoIterator<Item = String>,
	told: Option<String>,
	options: &StoreOptions,
) -> Result<bool, StoreError> {
	let allowed =
		options.allow_http || matches!(told.as_deref(), Some("true" | "1" | "on" | "yes" | "y"));
	let mut plain = false;
	for endpoint in endpoints {
		let url = Url::parse(&endpoint)
			.map_err(|_| StoreError::NotAStore("the endpoint in the environment is no URL"))?;
		if !url.username().is_empty() || url.password().is_some() {
			return Err(StoreError::SecretInUrl);
		}
		if url.scheme() == "http" {
			plain = true;
			let here = match url.host() {
				Some(Host::Domain(name)) => name == "localhost",
				Some(Host::Ipv4(address)) => address.is_loopback(),
				Some(Host::Ipv6(address)) => address.is_loopback(),
				None => false,
			};
			if !here && !allowed {
				let host = url.host_str().unwrap_or_default().to_owned();
				return Err(StoreError::Insecure { host });
			}
		}
	}
	Ok(plain || allowed)
}
