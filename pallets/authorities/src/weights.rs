// SPDX-License-Identifier: Apache-2.0

//! What the calls cost. The runtime's figures are in `runtime/src/weights/`.

#![allow(missing_docs, reason = "one function per call, named like it")]

use frame_support::weights::Weight;

/// Weights of the calls.
pub trait WeightInfo {
	fn designate_validator() -> Weight;
	fn admit_validator() -> Weight;
	fn suspend_validator() -> Weight;
	fn reinstate_validator() -> Weight;
	fn retire_validator() -> Weight;
	fn set_minimum() -> Weight;
	fn register_node() -> Weight;
	fn remove_node() -> Weight;
	fn set_members_only() -> Weight;
	fn note_stalled() -> Weight;
	fn withdraw_stall() -> Weight;
	fn report_equivocation() -> Weight;
	fn authorize_report() -> Weight;
}

/// Costs nothing: for mocks.
impl WeightInfo for () {
	fn designate_validator() -> Weight {
		Weight::zero()
	}
	fn admit_validator() -> Weight {
		Weight::zero()
	}
	fn suspend_validator() -> Weight {
		Weight::zero()
	}
	fn reinstate_validator() -> Weight {
		Weight::zero()
	}
	fn retire_validator() -> Weight {
		Weight::zero()
	}
	fn set_minimum() -> Weight {
		Weight::zero()
	}
	fn register_node() -> Weight {
		Weight::zero()
	}
	fn remove_node() -> Weight {
		Weight::zero()
	}
	fn set_members_only() -> Weight {
		Weight::zero()
	}
	fn note_stalled() -> Weight {
		Weight::zero()
	}
	fn withdraw_stall() -> Weight {
		Weight::zero()
	}
	fn report_equivocation() -> Weight {
		Weight::zero()
	}
	fn authorize_report() -> Weight {
		Weight::zero()
	}
}
