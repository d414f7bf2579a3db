// SPDX-License-Identifier: Apache-2.0

//! The brake of the chain, and the time that stands still while it is on.

use super::{At, ChainError, api};
use contour_primitives::Moment;
use serde::Serialize;

/// The brake, while it is on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BrakeRecord {
	/// Since when.
	pub since: Moment,
	/// When it is released by itself; nothing if only the council releases it.
	pub until: Option<Moment>,
}

impl At {
	/// The brake, if it is on.
	pub async fn brake(&self) -> Result<Option<BrakeRecord>, ChainError> {
		let pulled = self.view(api::view_functions().governance().brake()).await?;
		Ok(pulled.map(|it| BrakeRecord { since: it.since, until: it.until }))
	}

	/// Milliseconds by which wall time is ahead of the time in which deadlines of tasks are counted.
	pub(super) async fn working_time_offset(&self) -> Result<Moment, ChainError> {
		self.view(api::view_functions().governance().working_time_offset()).await
	}
}
