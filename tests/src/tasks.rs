// SPDX-License-Identifier: Apache-2.0

//! What becomes of tasks.

use crate::{Chain, Error, wait_for};
use contour_primitives::{Hash, TaskId};
use contour_runtime::Runtime;
use pallet_annotation::{Copies, PanelCopy, Phase, TaskOf, Tasks};

/// How many seconds a task may take, which waits for blocks, scorers and its own deadlines.
const PATIENCE: u64 = 120;

impl Chain {
	/// Waits until a task is in a phase, and this is final.
	pub async fn await_phase(
		&self,
		task: TaskId,
		wanted: impl Fn(&Phase) -> bool,
	) -> Result<(), Error> {
		let key = Tasks::<Runtime>::hashed_key_for(task);
		wait_for(&format!("another phase of {task:?}"), PATIENCE, || async {
			let finalized: Hash = self.rpc("chain_getFinalizedHead", []).await?;
			let task: Option<TaskOf<Runtime>> = self.storage(&key, Some(finalized)).await?;
			Ok(task.filter(|task| wanted(&task.phase)).map(drop))
		})
		.await
	}

	/// Waits until a scorer has shown the readings of a task to its panel, and this is final.
	pub async fn await_copies(&self, task: TaskId) -> Result<(), Error> {
		let key = Copies::<Runtime>::hashed_key_for(task);
		wait_for("a scorer to show the readings to the panel", PATIENCE, || async {
			let finalized: Hash = self.rpc("chain_getFinalizedHead", []).await?;
			let copies: Option<Vec<PanelCopy>> = self.storage(&key, Some(finalized)).await?;
			Ok(copies.filter(|copies| !copies.is_empty()).map(drop))
		})
		.await
	}
}
