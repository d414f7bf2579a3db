// SPDX-License-Identifier: Apache-2.0

//! What the calls cost. The runtime's figures are in `runtime/src/weights/`.

#![allow(missing_docs, reason = "one function per call, named like it")]

use frame_support::weights::Weight;

/// Weights of the calls; of settling a task with `r` readers and `p` votes; and of forgetting an
/// account's points, or an era.
pub trait WeightInfo {
	fn fund() -> Weight;
	fn allocate() -> Weight;
	fn reclaim() -> Weight;
	fn set_policy() -> Weight;
	fn claim() -> Weight;
	fn sweep() -> Weight;
	fn settle(r: u32, p: u32) -> Weight;
	fn on_idle_points() -> Weight;
	fn on_idle_era() -> Weight;
}

/// Costs nothing: for mocks.
impl WeightInfo for () {
	fn fund() -> Weight {
		Weight::zero()
	}
	fn allocate() -> Weight {
		Weight::zero()
	}
	fn reclaim() -> Weight {
		Weight::zero()
	}
	fn set_policy() -> Weight {
		Weight::zero()
	}
	fn claim() -> Weight {
		Weight::zero()
	}
	fn sweep() -> Weight {
		Weight::zero()
	}
	fn settle(_: u32, _: u32) -> Weight {
		Weight::zero()
	}
	fn on_idle_points() -> Weight {
		Weight::zero()
	}
	fn on_idle_era() -> Weight {
		Weight::zero()
	}
}
