// SPDX-License-Identifier: Apache-2.0

//! Why somebody may not do something.

use crate::word::words;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::PalletError;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

/// The first requirement that failed.
///
/// In the transaction pool a refusal appears as `InvalidTransaction::Custom(code)` with the
/// variant's index as the code ("Custom error: 1" in Polkadot.js). The order is that of the checks:
/// of two refusals, the greater one came closer to acceptance, and is the one that is shown. Its
/// word is the variant's name, under which the metadata has it.
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
	Ord,
	PalletError,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
// Clients show these words.
#[scale_info(capture_docs = "always")]
#[repr(u8)]
pub enum Refusal {
	/// No institution vouches for this account.
	#[codec(index = 1)]
	NotVouchedFor = 1,
	/// Every institution that vouches for this account is suspended or has left.
	#[codec(index = 2)]
	InstitutionNotActive = 2,
	/// The credential was revoked; the institution can issue a new one.
	#[codec(index = 3)]
	CredentialRevoked = 3,
	/// The credential is suspended.
	#[codec(index = 4)]
	CredentialSuspended = 4,
	/// The credential has expired; the institution can renew it.
	#[codec(index = 5)]
	CredentialExpired = 5,
	/// The council has set no standard for this action, so nobody may do it.
	#[codec(index = 6)]
	NoStandard = 6,
	/// The action needs a role that the credential does not name.
	#[codec(index = 7)]
	MissingRole = 7,
	/// The action needs a specialty that the credential does not name.
	#[codec(index = 8)]
	MissingSpecialty = 8,
	/// The action needs more validated contributions.
	#[codec(index = 9)]
	TooFewContributions = 9,
	/// The action needs a higher reputation.
	#[codec(index = 10)]
	TooLowReputation = 10,
	/// The fee exceeds what is left of the member's daily allowance; a new day begins at midnight
	/// UTC.
	#[codec(index = 11)]
	AllowanceExhausted = 11,
	/// The institution's fee account cannot pay the fee; the council can top it up.
	#[codec(index = 12)]
	FeeAccountEmpty = 12,
	/// A misuse of a study by this account was reported, and the council has not dismissed the
	/// report.
	#[codec(index = 13)]
	MisuseReported = 13,
	/// The transaction is longer than a member's may be.
	#[codec(index = 14)]
	TransactionTooLong = 14,
	/// The transaction offers a tip: nobody takes one.
	#[codec(index = 15)]
	TipRefused = 15,
	/// The institution has paid for its members what it pays on one day; a new day begins at midnight UTC.
	#[codec(index = 16)]
	InstitutionSpent = 16,
	/// The council has pulled the brake: this is possible again when it is released.
	#[codec(index = 17)]
	Paused = 17,
}

words!(Refusal {
	NotVouchedFor => "NotVouchedFor",
	InstitutionNotActive => "InstitutionNotActive",
	CredentialRevoked => "CredentialRevoked",
	CredentialSuspended => "CredentialSuspended",
	CredentialExpired => "CredentialExpired",
	NoStandard => "NoStandard",
	MissingRole => "MissingRole",
	MissingSpecialty => "MissingSpecialty",
	TooFewContributions => "TooFewContributions",
	TooLowReputation => "TooLowReputation",
	AllowanceExhausted => "AllowanceExhausted",
	FeeAccountEmpty => "FeeAccountEmpty",
	MisuseReported => "MisuseReported",
	TransactionTooLong => "TransactionTooLong",
	TipRefused => "TipRefused",
	InstitutionSpent => "InstitutionSpent",
	Paused => "Paused",
});

impl Refusal {
	/// Code that the transaction pool reports.
	#[expect(clippy::as_conversions, reason = "the discriminants are bytes by declaration")]
	pub const fn code(self) -> u8 {
		self as u8
	}
}

impl From<Refusal> for TransactionValidityError {
	fn from(refusal: Refusal) -> Self {
		InvalidTransaction::Custom(refusal.code()).into()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_keep_every_code_when_the_list_grows() {
		for (code, refusal) in (1u8..).zip(Refusal::ALL) {
			assert_eq!(refusal.code(), code);
			assert_eq!(refusal.encode(), [code]);
		}
	}
}
