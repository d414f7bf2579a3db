// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! | module | what it is |
//! | --- | --- |
//! | [`config`] | the settings from the command line |
//! | [`stores`] | stores from which readings are fetched, and those from which they never are |
//! | [`job`] | one request: fetch, open, check, score and seal the results |
//! | [`desk`] | which requests are at work, and how many at once |
//! | [`records`] | what was answered, on disk, so that it is computed once |
//! | [`metrics`] | what Prometheus reads |
//! | [`http`] | the routes, for the node and for people |
//!
//! The computing itself is [`contour_scoring`]; the formats are [`contour_annotation`].

pub mod config;
pub mod desk;
pub mod http;
pub mod job;
pub mod metrics;
mod openapi;
pub mod records;
pub mod stores;

use config::{Config, StartError};
use desk::Desk;
use job::Scorer;
use metrics::Metrics;
use records::Records;
use std::{net::SocketAddr, sync::Arc};
use stores::Stores;
use tokio::net::TcpListener;

/// Serves until `stop` is ready; then finishes the answers that are being written.
///
/// # Errors
/// [`StartError`].
pub async fn serve(
	config: Config,
	stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
	config.check()?;
	let metrics = Arc::new(Metrics::new());
	let records = Records::open(&config.cache)
		.map_err(|source| StartError::Cache { path: config.cache.clone(), source })?;
	let own = contour_store::Store::open(&config.store).await?;
	let public = config.public_store.clone().unwrap_or_else(|| own.to_string());
	let stores = Stores::new(own, config.allow_store.clone());
	let scorer = Scorer::new(config.account.clone(), config.keys.clone(), stores, public)?;
	let desk = Desk::new(scorer, records, metrics.clone(), &config.limits);
	let app = http::router(desk, metrics, config.token.clone());

	let failed = |source| StartError::Listen { address: config.listen, source };
	let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
	let address: SocketAddr = listener.local_addr().map_err(failed)?;
	tracing::info!(%address, account = %config.account, "listening");
	axum::serve(listener, app).with_graceful_shutdown(stop).await.map_err(failed)
}
