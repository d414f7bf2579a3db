// SPDX-License-Identifier: Apache-2.0

//! What the calls cost. The runtime's figures are in `runtime/src/weights/`.

#![allow(missing_docs, reason = "one function per call, named like it")]

use frame_support::weights::Weight;

/// Weights of the calls; of `apply_upgrade` without what `system.apply_authorized_upgrade` costs; and
/// of the beginning of a block in which the time of `m` motions and of the brake is over.
pub trait WeightInfo {
	fn authorize_upgrade() -> Weight;
	fn cancel_upgrade() -> Weight;
	fn apply_upgrade() -> Weight;
	fn pull_brake() -> Weight;
	fn pull_brake_briefly() -> Weight;
	fn release_brake() -> Weight;
	fn on_initialize(m: u32) -> Weight;
}

/// Costs nothing: for mocks.
impl WeightInfo for () {
	fn authorize_upgrade() -> Weight {
		Weight::zero()
	}
	fn cancel_upgrade() -> Weight {
		Weight::zero()
	}
	fn apply_upgrade() -> Weight {
		Weight::zero()
	}
	fn pull_brake() -> Weight {
		Weight::zero()
	}
	fn pull_brake_briefly() -> Weight {
		Weight::zero()
	}
	fn release_brake() -> Weight {
		Weight::zero()
	}
	fn on_initialize(_: u32) -> Weight {
		Weight::zero()
	}
}
