// SPDX-License-Identifier: Apache-2.0

//! What the calls cost. The runtime's figures are in `runtime/src/weights/`.

#![allow(missing_docs, reason = "one function per call, named like it")]

use frame_support::weights::Weight;

/// Weights of the calls; `n` is a number of studies.
pub trait WeightInfo {
	fn appoint_scorer() -> Weight;
	fn dismiss_scorer() -> Weight;
	fn enlist() -> Weight;
	fn retire() -> Weight;
	fn open() -> Weight;
	fn cancel() -> Weight;
	fn claim() -> Weight;
	fn leave() -> Weight;
	fn submit() -> Weight;
	fn report() -> Weight;
	fn authorize_report() -> Weight;
	fn reveal_seed() -> Weight;
	fn authorize_seed() -> Weight;
	fn provide_copies() -> Weight;
	fn authorize_copies() -> Weight;
	fn commit() -> Weight;
	fn reveal() -> Weight;
	fn appeal() -> Weight;
	fn publish() -> Weight;
	fn submit_result(n: u32) -> Weight;
	fn attend_close() -> Weight;
	fn attend_draw() -> Weight;
	fn attend_settle() -> Weight;
	fn attend_forget() -> Weight;
}

/// Costs nothing: for mocks.
impl WeightInfo for () {
	fn appoint_scorer() -> Weight {
		Weight::zero()
	}
	fn dismiss_scorer() -> Weight {
		Weight::zero()
	}
	fn enlist() -> Weight {
		Weight::zero()
	}
	fn retire() -> Weight {
		Weight::zero()
	}
	fn open() -> Weight {
		Weight::zero()
	}
	fn cancel() -> Weight {
		Weight::zero()
	}
	fn claim() -> Weight {
		Weight::zero()
	}
	fn leave() -> Weight {
		Weight::zero()
	}
	fn submit() -> Weight {
		Weight::zero()
	}
	fn report() -> Weight {
		Weight::zero()
	}
	fn authorize_report() -> Weight {
		Weight::zero()
	}
	fn reveal_seed() -> Weight {
		Weight::zero()
	}
	fn authorize_seed() -> Weight {
		Weight::zero()
	}
	fn provide_copies() -> Weight {
		Weight::zero()
	}
	fn authorize_copies() -> Weight {
		Weight::zero()
	}
	fn commit() -> Weight {
		Weight::zero()
	}
	fn reveal() -> Weight {
		Weight::zero()
	}
	fn appeal() -> Weight {
		Weight::zero()
	}
	fn publish() -> Weight {
		Weight::zero()
	}
	fn submit_result(_: u32) -> Weight {
		Weight::zero()
	}
	fn attend_close() -> Weight {
		Weight::zero()
	}
	fn attend_draw() -> Weight {
		Weight::zero()
	}
	fn attend_settle() -> Weight {
		Weight::zero()
	}
	fn attend_forget() -> Weight {
		Weight::zero()
	}
}
