// SPDX-License-Identifier: Apache-2.0

//! Lifecycles of institutions and of credentials.

use crate::Moment;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Whether an institution is in good standing. Times are Unix time in milliseconds.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum InstitutionStatus {
	/// A member in good standing.
	#[codec(index = 0)]
	Active,
	/// Suspended by the council, and with it everybody it vouches for.
	#[codec(index = 1)]
	Suspended {
		/// When it was suspended.
		since: Moment,
	},
	/// No member any more.
	#[codec(index = 2)]
	Removed {
		/// When it was removed.
		since: Moment,
	},
}

/// Whether an institution stands by a credential. Times are Unix time in milliseconds.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum CredentialStatus {
	/// It does, until the credential expires.
	#[codec(index = 0)]
	Active,
	/// It does not for the time being.
	#[codec(index = 1)]
	Suspended {
		/// When it was suspended.
		since: Moment,
	},
	/// It does not any more.
	#[codec(index = 2)]
	Revoked {
		/// When it was revoked.
		since: Moment,
	},
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_keep_the_index_of_every_status_when_encoded() {
		assert_eq!(InstitutionStatus::Active.encode(), [0]);
		assert_eq!(InstitutionStatus::Suspended { since: 0 }.encode()[0], 1);
		assert_eq!(InstitutionStatus::Removed { since: 0 }.encode()[0], 2);
		assert_eq!(CredentialStatus::Active.encode(), [0]);
		assert_eq!(CredentialStatus::Suspended { since: 0 }.encode()[0], 1);
		assert_eq!(CredentialStatus::Revoked { since: 0 }.encode()[0], 2);
	}

	#[test]
	fn should_keep_the_form_of_every_status_when_written_as_json() {
		use serde_json::json;
		assert_eq!(json!(InstitutionStatus::Active), json!({ "state": "active" }));
		let suspended = json!({ "state": "suspended", "since": 1 });
		assert_eq!(json!(InstitutionStatus::Suspended { since: 1 }), suspended);
		assert_eq!(json!(CredentialStatus::Suspended { since: 1 }), suspended);
		let removed = json!({ "state": "removed", "since": 1 });
		assert_eq!(json!(InstitutionStatus::Removed { since: 1 }), removed);
		assert_eq!(json!(CredentialStatus::Active), json!({ "state": "active" }));
		let revoked = json!({ "state": "revoked", "since": 1 });
		assert_eq!(json!(CredentialStatus::Revoked { since: 1 }), revoked);
	}
}
