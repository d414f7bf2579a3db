// SPDX-License-Identifier: Apache-2.0

//! The way from a node to the scorer beside it, as tests script it.

use parking_lot::Mutex;
use sp_core::{
	OpaquePeerId,
	offchain::{
		Externalities, HttpError, HttpRequestId, HttpRequestStatus, OpaqueNetworkState, Timestamp,
	},
};
use std::sync::Arc;

/// A request that was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
	pub(super) method: String,
	pub(super) uri: String,
	pub(super) headers: Vec<(String, String)>,
	pub(super) body: Vec<u8>,
}

/// What becomes of a request.
pub(super) enum Answer {
	/// Nobody listens.
	Absent,
	/// Nothing comes in time.
	Slow,
	/// The connection breaks before an answer.
	Broken,
	/// The connection breaks in the middle of an answer.
	Torn(Vec<u8>),
	Status(u16, Vec<u8>),
}

/// What the scorer answers to what it is asked.
pub(super) type Scripted = Box<dyn Fn(&Asked) -> Answer + Send>;

/// The way from the node to its scorer: it says what it was told to, or fails as networks do.
pub(super) struct Wire {
	asked: Arc<Mutex<Vec<Asked>>>,
	answer: Scripted,
	rest: Vec<u8>,
	torn: bool,
}

impl Wire {
	/// A scorer that answers so, and what it is asked.
	pub(super) fn new(
		answer: impl Fn(&Asked) -> Answer + Send + 'static,
	) -> (Self, Arc<Mutex<Vec<Asked>>>) {
		let asked = Arc::<Mutex<Vec<Asked>>>::default();
		let answer = Box::new(answer);
		(Self { asked: asked.clone(), answer, rest: vec![], torn: false }, asked)
	}
}

impl Externalities for Wire {
	fn is_validator(&self) -> bool {
		true
	}

	fn network_state(&self) -> Result<OpaqueNetworkState, ()> {
		Err(())
	}

	fn timestamp(&mut self) -> Timestamp {
		Timestamp::from_unix_millis(1)
	}

	fn sleep_until(&mut self, _: Timestamp) {}

	fn random_seed(&mut self) -> [u8; 32] {
		[0; 32]
	}

	fn http_request_start(
		&mut self,
		method: &str,
		uri: &str,
		_: &[u8],
	) -> Result<HttpRequestId, ()> {
		let asked = Asked { method: method.into(), uri: uri.into(), ..Default::default() };
		if matches!((self.answer)(&asked), Answer::Absent) {
			return Err(());
		}
		self.asked.lock().push(asked);
		Ok(HttpRequestId(0))
	}

	fn http_request_add_header(
		&mut self,
		_: HttpRequestId,
		name: &str,
		value: &str,
	) -> Result<(), ()> {
		let mut asked = self.asked.lock();
		asked.last_mut().ok_or(())?.headers.push((name.into(), value.into()));
		Ok(())
	}

	fn http_request_write_body(
		&mut self,
		_: HttpRequestId,
		chunk: &[u8],
		deadline: Option<Timestamp>,
	) -> Result<(), HttpError> {
		assert!(deadline.is_some(), "nothing is waited for without an end");
		let mut asked = self.asked.lock();
		asked.last_mut().ok_or(HttpError::Invalid)?.body.extend_from_slice(chunk);
		Ok(())
	}

	fn http_response_wait(
		&mut self,
		_: &[HttpRequestId],
		deadline: Option<Timestamp>,
	) -> Vec<HttpRequestStatus> {
		assert!(deadline.is_some(), "nothing is waited for without an end");
		let asked = self.asked.lock().last().cloned().expect("something was asked");
		self.torn = false;
		vec![match (self.answer)(&asked) {
			Answer::Absent | Answer::Broken => HttpRequestStatus::IoError,
			Answer::Slow => HttpRequestStatus::DeadlineReached,
			Answer::Torn(body) => {
				self.torn = true;
				self.rest = body;
				HttpRequestStatus::Finished(200)
			}
			Answer::Status(status, body) => {
				self.rest = body;
				HttpRequestStatus::Finished(status)
			}
		}]
	}

	fn http_response_headers(&mut self, _: HttpRequestId) -> Vec<(Vec<u8>, Vec<u8>)> {
		vec![]
	}

	fn http_response_read_body(
		&mut self,
		_: HttpRequestId,
		buffer: &mut [u8],
		deadline: Option<Timestamp>,
	) -> Result<usize, HttpError> {
		assert!(deadline.is_some(), "nothing is waited for without an end");
		let count = self.rest.len().min(buffer.len());
		if count == 0 && self.torn {
			return Err(HttpError::IoError);
		}
		let rest = self.rest.split_off(count);
		buffer[..count].copy_from_slice(&self.rest);
		self.rest = rest;
		Ok(count)
	}

	fn set_authorized_nodes(&mut self, _: Vec<OpaquePeerId>, _: bool) {}
}
