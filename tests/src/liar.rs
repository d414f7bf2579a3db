// SPDX-License-Identifier: Apache-2.0

//! A scorer that lies: it says of every task that all readers agree, without looking.

use crate::Error;
use codec::{Decode, Encode};
use contour_primitives::{
	Sealed,
	scorer::{Answer, Readings},
};
use contour_scoring::{Grid, Outcome, Ppm, Report};
use http_body_util::{BodyExt as _, Collected, Full};
use hyper::{
	Request, Response, StatusCode,
	body::{Bytes, Incoming},
	server::conn::http1,
	service::service_fn,
};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, net::SocketAddr};
use tokio::{net::TcpListener, task::JoinHandle};

/// The server. It ends with the value.
pub struct Liar {
	address: SocketAddr,
	serving: JoinHandle<()>,
}

impl Liar {
	/// Starts it.
	pub async fn start() -> Result<Self, Error> {
		let listener = TcpListener::bind("127.0.0.1:0").await?;
		let address = listener.local_addr()?;
		let serving = tokio::spawn(async move {
			while let Ok((socket, _)) = listener.accept().await {
				tokio::spawn(async move {
					// A node that goes away in the middle is no failure of the server.
					let connection = http1::Builder::new()
						.serve_connection(TokioIo::new(socket), service_fn(answer));
					drop(connection.await);
				});
			}
		});
		Ok(Self { address, serving })
	}

	/// Where nodes find it.
	pub fn url(&self) -> String {
		format!("http://{}", self.address)
	}
}

impl Drop for Liar {
	fn drop(&mut self) {
		self.serving.abort();
	}
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
	let path = request.uri().path().to_owned();
	let body = request.into_body().collect().await.map(Collected::to_bytes);
	let lie = match (path.as_str(), body) {
		("/score", Ok(body)) => Readings::decode(&mut &body[..])
			.ok()
			.and_then(|request| agreement(&request))
			.map(|report| Answer::Ready(report).encode()),
		("/panel", Ok(_)) => Some(Answer::<Sealed>::Unable.encode()),
		_ => None,
	};
	let mut response = Response::new(Full::from(lie.clone().unwrap_or_default()));
	if lie.is_none() {
		*response.status_mut() = StatusCode::BAD_REQUEST;
	}
	Ok(response)
}

/// That all readings are the same.
fn agreement(request: &Readings) -> Option<Report> {
	let outcome = Outcome::Scored { dice: Ppm::ONE, hd95: Some(0), mask: [1; 32], counted: true };
	Some(Report {
		method: request.method,
		grid: Grid::new([8; 3], [1_000; 3]).ok()?,
		consensus: Some([1; 32]),
		agreement: Some(Ppm::ONE),
		outcomes: vec![outcome; request.readings.len()].try_into().ok()?,
	})
}
