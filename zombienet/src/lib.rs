// SPDX-License-Identifier: Apache-2.0

//! Networks of real `contour-node` processes, described by the TOML files of this folder, driven by
//! zombienet with its native provider.
//!
//! Nothing waits for a while and hopes: [`until`] asks until it is so, with a limit. `scripts/zombienet`
//! runs the tests; it names the program and the folder for logs by `PATH` and `TMPDIR`.

mod council;
mod hospitals;

pub use council::{Council, person, send};
pub use hospitals::{Hospitals, Node, agree};

use anyhow::{Result, anyhow};
use std::time::{Duration, Instant};

/// How long anything may take that is awaited. A machine with few cores runs five nodes.
const PATIENCE: Duration = Duration::from_secs(240);
/// How long an answer may take. A node that is paused never answers.
const ANSWER: Duration = Duration::from_secs(10);

/// Asks until the answer is something, and fails with the last reason why it was not.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
	let begun = Instant::now();
	loop {
		let answer = tokio::time::timeout(ANSWER, ask()).await;
		let reason = match answer {
			Ok(Ok(Some(answer))) => return Ok(answer),
			Ok(Ok(None)) => "not yet".into(),
			Ok(Err(error)) => format!("{error:#}"),
			Err(_) => "no answer".into(),
		};
		if begun.elapsed() > PATIENCE {
			return Err(anyhow!("{what}: {reason}, after {} s", PATIENCE.as_secs()));
		}
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
}
