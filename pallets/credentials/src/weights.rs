// SPDX-License-Identifier: Apache-2.0

//! What the calls cost. The runtime's figures are in `runtime/src/weights/`.

#![allow(missing_docs, reason = "one function per call, named like it")]

use frame_support::weights::Weight;

/// Weights of the calls and of [`CheckStanding`](crate::CheckStanding).
pub trait WeightInfo {
	fn admit_institution() -> Weight;
	fn suspend_institution() -> Weight;
	fn reinstate_institution() -> Weight;
	fn remove_institution() -> Weight;
	fn set_administrator() -> Weight;
	fn set_allowance() -> Weight;
	fn set_member_allowance() -> Weight;
	fn top_up() -> Weight;
	fn issue_credential() -> Weight;
	fn renew_credential() -> Weight;
	fn suspend_credential() -> Weight;
	fn reinstate_credential() -> Weight;
	fn revoke_credential() -> Weight;
	fn set_encryption_key() -> Weight;
	fn revoke_encryption_key() -> Weight;
	fn enrol_patient() -> Weight;
	fn discharge_patient() -> Weight;
	fn set_standard() -> Weight;
	fn reclaim() -> Weight;
	fn set_administrator_allowance() -> Weight;
	fn set_daily_limit() -> Weight;
	fn set_daily_cap() -> Weight;
	fn on_idle_forget() -> Weight;
	fn check_standing() -> Weight;
}

/// Costs nothing: for mocks.
impl WeightInfo for () {
	fn admit_institution() -> Weight {
		Weight::zero()
	}
	fn suspend_institution() -> Weight {
		Weight::zero()
	}
	fn reinstate_institution() -> Weight {
		Weight::zero()
	}
	fn remove_institution() -> Weight {
		Weight::zero()
	}
	fn set_administrator() -> Weight {
		Weight::zero()
	}
	fn set_allowance() -> Weight {
		Weight::zero()
	}
	fn set_member_allowance() -> Weight {
		Weight::zero()
	}
	fn top_up() -> Weight {
		Weight::zero()
	}
	fn issue_credential() -> Weight {
		Weight::zero()
	}
	fn renew_credential() -> Weight {
		Weight::zero()
	}
	fn suspend_credential() -> Weight {
		Weight::zero()
	}
	fn reinstate_credential() -> Weight {
		Weight::zero()
	}
	fn revoke_credential() -> Weight {
		Weight::zero()
	}
	fn set_encryption_key() -> Weight {
		Weight::zero()
	}
	fn revoke_encryption_key() -> Weight {
		Weight::zero()
	}
	fn enrol_patient() -> Weight {
		Weight::zero()
	}
	fn discharge_patient() -> Weight {
		Weight::zero()
	}
	fn reclaim() -> Weight {
		Weight::zero()
	}
	fn set_standard() -> Weight {
		Weight::zero()
	}
	fn set_administrator_allowance() -> Weight {
		Weight::zero()
	}
	fn set_daily_limit() -> Weight {
		Weight::zero()
	}
	fn set_daily_cap() -> Weight {
		Weight::zero()
	}
	fn on_idle_forget() -> Weight {
		Weight::zero()
	}
	fn check_standing() -> Weight {
		Weight::zero()
	}
}
