// SPDX-License-Identifier: Apache-2.0

//! What somebody may sign for somebody else.

use crate::word::words;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What a proxy may do for the account that named it.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub enum ProxyType {
	/// Everything.
	#[default]
	#[codec(index = 0)]
	Any,
	/// Propose, vote on and close motions of the council.
	#[codec(index = 1)]
	Council,
	/// Vouch for people: credentials, enrolments, allowances.
	#[codec(index = 2)]
	Vouching,
	/// Look after the validator, its session keys and its nodes.
	#[codec(index = 3)]
	Validator,
	/// Answer requests for leases: grant, decline, renew and revoke. For the gateway's daemon.
	#[codec(index = 4)]
	Leases,
	/// Record that a study was opened. For a reader's tools: a reading is signed by its reader.
	#[codec(index = 5)]
	Reading,
}

words!(ProxyType {
	Any => "any",
	Council => "council",
	Vouching => "vouching",
	Validator => "validator",
	Leases => "leases",
	Reading => "reading",
});

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_keep_the_index_of_every_proxy_type_when_encoded() {
		for (index, proxy_type) in (0u8..).zip(ProxyType::ALL) {
			assert_eq!(proxy_type.encode(), [index]);
		}
	}
}
