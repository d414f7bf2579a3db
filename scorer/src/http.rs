// SPDX-License-Identifier: Apache-2.0

//! The routes, for the node and for people. `/openapi.json` describes them.
//!
//! ```
//! use contour_scorer::{
//!     config::Limits, desk::Desk, http::router, job::Scorer, metrics::Metrics, records::Records,
//!     stores::Stores,
//! };
//! use std::sync::Arc;
//! use tokio::net::TcpListener;
//! # use contour_primitives::AccountId;
//! # use contour_seal::keyfile::{KeyFile, Kind};
//! # use contour_store::Store;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let store = Store::open(&folder.path().join("store").to_string_lossy()).await?;
//! # let (account, keys) = (AccountId::new([7; 32]), KeyFile::generate(Kind::Institution)?);
//! # let stores = Stores::new(store.clone(), Vec::new());
//! # let scorer = Scorer::new(account, keys, stores, store.to_string())?;
//! # let records = Records::open(&folder.path().join("cache"))?;
//! let metrics = Arc::new(Metrics::new());
//! let desk = Desk::new(scorer, records, metrics.clone(), &Limits::default());
//! let routes = router(desk, metrics, Some("0123456789abcdef".into()));
//!
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let url = format!("http://{}", listener.local_addr()?);
//! tokio::spawn(async move { axum::serve(listener, routes).await });
//! assert_eq!(reqwest::get(format!("{url}/health")).await?.status(), 200);
//! assert_eq!(reqwest::get(format!("{url}/tasks")).await?.status(), 401);
//! # Ok(())
//! # }
//! ```

use crate::{
	desk::{Desk, outcome_name},
	metrics::Metrics,
	openapi,
	records::{Product, Record, Request},
};
use aws_lc_rs::{
	constant_time::verify_slices_are_equal,
	digest::{SHA256, digest},
};
use axum::{
	Router,
	body::Bytes,
	extract::{DefaultBodyLimit, Path, Request as HttpRequest, State},
	http::{StatusCode, header},
	middleware::{Next, from_fn, from_fn_with_state},
	response::{IntoResponse, Response},
	routing::{get, post},
};
use codec::{DecodeAll, Encode};
use contour_primitives::scorer::{Answer, PanelRequest, Readings};
use contour_scoring::{Outcome, Ppm, Report};
use contour_seal::keyfile::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Longest body of a request, in bytes: a panel of 255 members with the longest keys fits.
pub const MAX_BODY: usize = 1 << 20;
/// How long a request may take to arrive and to be answered.
const PATIENCE: Duration = Duration::from_secs(30);
/// Number of answers that `/tasks` lists.
const MAX_LISTED: usize = 1000;

/// The routes of a scorer, which asks for `token` where answers are not for everybody.
pub fn router(desk: Desk, metrics: Arc<Metrics>, token: Option<SecretString>) -> Router {
	let guard = Guard { token: token.map(Arc::new), metrics: metrics.clone() };
	let guarded = Router::new()
		.route("/score", post(score))
		.route("/panel", post(panel))
		.route("/tasks", get(tasks))
		.route("/tasks/{task}", get(task))
		.with_state(desk)
		.route_layer(from_fn_with_state(guard, authorize));
	let open = Router::new()
		.route("/health", get(async || json_response(&json!({ "status": "ok" }))))
		.route("/openapi.json", get(async || json_response(&openapi::document())))
		.route("/metrics", get(metrics_text))
		.with_state(metrics);
	guarded.merge(open).layer(DefaultBodyLimit::max(MAX_BODY)).layer(from_fn(in_time))
}

#[derive(Clone)]
struct Guard {
	token: Option<Arc<SecretString>>,
	metrics: Arc<Metrics>,
}

async fn authorize(State(guard): State<Guard>, request: HttpRequest, next: Next) -> Response {
	let Some(token) = &guard.token else { return next.run(request).await };
	let shown = request.headers().get(header::AUTHORIZATION);
	let shown = shown.and_then(|it| it.as_bytes().split_first_chunk::<7>());
	// Hashes have one length, so that nothing is told by how long comparing takes.
	let hash = |bytes: &[u8]| digest(&SHA256, bytes);
	let matches = shown.is_some_and(|(scheme, shown)| {
		scheme.eq_ignore_ascii_case(b"Bearer ")
			&& verify_slices_are_equal(
				hash(shown).as_ref(),
				hash(token.expose_secret().as_bytes()).as_ref(),
			)
			.is_ok()
	});
	if matches {
		return next.run(request).await;
	}
	guard.metrics.refused.inc();
	let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
	let advice = "the scorer's token is missing or wrong: send Authorization: Bearer …\n";
	(StatusCode::UNAUTHORIZED, challenge, advice).into_response()
}

async fn in_time(request: HttpRequest, next: Next) -> Response {
	match tokio::time::timeout(PATIENCE, next.run(request)).await {
		Ok(response) => response,
		Err(_) => (StatusCode::REQUEST_TIMEOUT, "the request took too long: send it again\n")
			.into_response(),
	}
}

async fn score(State(desk): State<Desk>, body: Bytes) -> Response {
	match Readings::decode_all(&mut body.as_ref()) {
		Ok(request) => scale(desk.ask(Request::Score(request))),
		Err(_) => not_scale("Readings"),
	}
}

async fn panel(State(desk): State<Desk>, body: Bytes) -> Response {
	match PanelRequest::decode_all(&mut body.as_ref()) {
		Ok(request) => scale(desk.ask(Request::Panel(request))),
		Err(_) => not_scale("a PanelRequest"),
	}
}

fn scale(answer: Answer<Product>) -> Response {
	let bytes = match answer {
		Answer::Ready(Product::Report(report)) => Answer::Ready(report).encode(),
		Answer::Ready(Product::Copies(copies)) => Answer::Ready(copies).encode(),
		Answer::Pending => Answer::<()>::Pending.encode(),
		Answer::Unable => Answer::<()>::Unable.encode(),
	};
	([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response()
}

fn not_scale(what: &str) -> Response {
	let advice =
		format!("the body is not {what} in SCALE: use a node and a scorer of the same version\n");
	(StatusCode::BAD_REQUEST, advice).into_response()
}

async fn tasks(State(desk): State<Desk>) -> Response {
	let records = desk.records().latest();
	let list: Vec<Value> = records.iter().take(MAX_LISTED).map(|it| described(it)).collect();
	json_response(&Value::Array(list))
}

async fn task(State(desk): State<Desk>, Path(task): Path<String>) -> Response {
	let Ok(number) = task.parse::<u32>() else {
		return (StatusCode::BAD_REQUEST, "this is not the number of a task: see /tasks\n")
			.into_response();
	};
	let records = desk.records().latest();
	let records = records.iter().filter(|record| record.task.0 == number);
	let list: Vec<Value> = records.map(|record| described(record)).collect();
	if list.is_empty() {
		let advice = "there is no answer about this task yet: the node asks when it is time\n";
		return (StatusCode::NOT_FOUND, advice).into_response();
	}
	json_response(&Value::Array(list))
}

async fn metrics_text(State(metrics): State<Arc<Metrics>>) -> Response {
	([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.text()).into_response()
}

fn json_response(value: &Value) -> Response {
	([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// An answer as people read it. It does not reveal which number belongs to which reader: panels
/// vote blind.
fn described(record: &Record) -> Value {
	let mut value = json!({
		"genesis": hexadecimal(record.genesis),
		"task": record.task.0,
		"study": hexadecimal(record.study.0),
		"at": record.at,
	});
	let (name, told) = match &record.product {
		Product::Report(report) => ("report", described_report(record, report)),
		Product::Copies(copies) => {
			let store = String::from_utf8_lossy(&copies.locator).into_owned();
			("panel", json!({ "object": hex::encode(copies.root), "store": store }))
		}
	};
	if let Some(fields) = value.as_object_mut() {
		fields.insert(name.into(), told);
	}
	value
}

fn described_report(record: &Record, report: &Report) -> Value {
	let readings = record.readers.iter().zip(&report.outcomes).map(|(reader, outcome)| {
		let mut value = json!({ "reader": reader.to_string(), "outcome": outcome_name(outcome) });
		if let (Outcome::Scored { dice, hd95, mask, counted }, Some(fields)) =
			(outcome, value.as_object_mut())
		{
			fields.insert("dicePpm".into(), dice.parts().into());
			fields.insert("hd95Micrometres".into(), json!(hd95));
			fields.insert("mask".into(), hexadecimal(mask).into());
			fields.insert("counted".into(), (*counted).into());
		}
		value
	});
	json!({
		"hash": hexadecimal(report.hash()),
		"method": report.method,
		"size": report.grid.size(),
		"spacingMicrometres": report.grid.spacing(),
		"consensus": report.consensus.map(hexadecimal),
		"agreementPpm": report.agreement.map(Ppm::parts),
		"readings": readings.collect::<Vec<_>>(),
	})
}
