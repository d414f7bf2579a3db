// SPDX-License-Identifier: Apache-2.0

//! What the calls cost. The runtime's figures are in `runtime/src/weights/`.

#![allow(missing_docs, reason = "one function per call, named like it")]

use frame_support::weights::Weight;

/// Weights of the calls; `n` is a number of studies or of leases.
pub trait WeightInfo {
	fn register(n: u32) -> Weight;
	fn set_locator() -> Weight;
	fn withdraw(n: u32) -> Weight;
	fn set_consent(n: u32) -> Weight;
	fn record_consent(n: u32) -> Weight;
	fn set_research_pool() -> Weight;
	fn set_consent_defaults() -> Weight;
	fn request_access() -> Weight;
	fn grant_access() -> Weight;
	fn decline_access() -> Weight;
	fn renew_access() -> Weight;
	fn revoke_access() -> Weight;
	fn end_access() -> Weight;
	fn record_access() -> Weight;
	fn report_misuse() -> Weight;
	fn settle_misuse() -> Weight;
	fn open_emergency() -> Weight;
	fn review_emergency() -> Weight;
	fn offer_custody() -> Weight;
	fn accept_custody(n: u32) -> Weight;
	fn on_idle_end() -> Weight;
	fn on_idle_lapse() -> Weight;
}

/// Costs nothing: for mocks.
impl WeightInfo for () {
	fn register(_: u32) -> Weight {
		Weight::zero()
	}
	fn set_locator() -> Weight {
		Weight::zero()
	}
	fn withdraw(_: u32) -> Weight {
		Weight::zero()
	}
	fn set_consent(_: u32) -> Weight {
		Weight::zero()
	}
	fn record_consent(_: u32) -> Weight {
		Weight::zero()
	}
	fn set_research_pool() -> Weight {
		Weight::zero()
	}
	fn set_consent_defaults() -> Weight {
		Weight::zero()
	}
	fn request_access() -> Weight {
		Weight::zero()
	}
	fn grant_access() -> Weight {
		Weight::zero()
	}
	fn decline_access() -> Weight {
		Weight::zero()
	}
	fn renew_access() -> Weight {
		Weight::zero()
	}
	fn revoke_access() -> Weight {
		Weight::zero()
	}
	fn end_access() -> Weight {
		Weight::zero()
	}
	fn record_access() -> Weight {
		Weight::zero()
	}
	fn report_misuse() -> Weight {
		Weight::zero()
	}
	fn settle_misuse() -> Weight {
		Weight::zero()
	}
	fn open_emergency() -> Weight {
		Weight::zero()
	}
	fn review_emergency() -> Weight {
		Weight::zero()
	}
	fn offer_custody() -> Weight {
		Weight::zero()
	}
	fn accept_custody(_: u32) -> Weight {
		Weight::zero()
	}
	fn on_idle_end() -> Weight {
		Weight::zero()
	}
	fn on_idle_lapse() -> Weight {
		Weight::zero()
	}
}
