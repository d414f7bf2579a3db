// SPDX-License-Identifier: Apache-2.0

//! Whether somebody may do something.

use crate::{InstitutionId, Modality, Refusal, Role, Roles, Specialties, word::words};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// An action for which the council sets a [`Standard`].
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	Hash,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub enum Action {
	/// Register studies for an institution.
	#[codec(index = 0)]
	RegisterStudy,
	/// Ask for a lease and hold it.
	#[codec(index = 1)]
	AccessStudy,
	/// Open emergency access.
	#[codec(index = 2)]
	EmergencyAccess,
	/// Open an annotation task.
	#[codec(index = 3)]
	OpenTask,
	/// Hand in a reading.
	#[codec(index = 4)]
	SubmitReading,
	/// Vote on a panel.
	#[codec(index = 5)]
	VoteOnPanel,
	/// Report scores.
	#[codec(index = 6)]
	ReportScores,
	/// Record an analysis result.
	#[codec(index = 7)]
	SubmitResult,
}

words!(Action {
	RegisterStudy => "register-study",
	AccessStudy => "access-study",
	EmergencyAccess => "emergency-access",
	OpenTask => "open-task",
	SubmitReading => "submit-reading",
	VoteOnPanel => "vote-on-panel",
	ReportScores => "report-scores",
	SubmitResult => "submit-result",
});

/// What an action requires of a credential.
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Standard {
	/// One of these roles.
	pub any_of: Roles,
	/// One of these specialties; none is needed when the set is empty.
	#[serde(default)]
	pub specialties: Specialties,
	/// At least this many validated contributions.
	#[serde(default)]
	pub contributions: u32,
	/// At least this reputation, in parts per million.
	#[serde(default)]
	pub reputation: u32,
}

/// Answers whether an account may act, in a number of reads that does not grow with the chain.
pub trait Standing<AccountId> {
	/// The institution that answers for `who` now: the first active one.
	fn voucher(who: &AccountId) -> Result<InstitutionId, Refusal>;

	/// The institution under whose credential `who` may do `action` on data of `modality`, or the
	/// requirement that fails.
	fn may(who: &AccountId, action: Action, modality: Modality) -> Result<InstitutionId, Refusal>;

	/// Whether `who` may do `action` on data of `modality` under the credential of `institution`, or
	/// the requirement that fails.
	fn may_at(
		who: &AccountId,
		institution: InstitutionId,
		action: Action,
		modality: Modality,
	) -> Result<(), Refusal>;

	/// Whether `who` holds `role` at `institution` now.
	fn holds(who: &AccountId, institution: InstitutionId, role: Role) -> Result<(), Refusal>;
}

impl<AccountId> Standing<AccountId> for () {
	fn voucher(_: &AccountId) -> Result<InstitutionId, Refusal> {
		Err(Refusal::NotVouchedFor)
	}
	fn may(_: &AccountId, _: Action, _: Modality) -> Result<InstitutionId, Refusal> {
		Err(Refusal::NotVouchedFor)
	}
	fn may_at(_: &AccountId, _: InstitutionId, _: Action, _: Modality) -> Result<(), Refusal> {
		Err(Refusal::NotVouchedFor)
	}
	fn holds(_: &AccountId, _: InstitutionId, _: Role) -> Result<(), Refusal> {
		Err(Refusal::NotVouchedFor)
	}
}

/// Whether somebody's conduct is beyond doubt.
pub trait Conduct<AccountId> {
	/// Refuses if a misuse by `who` was reported and the council has not dismissed the report.
	fn ensure_clean(who: &AccountId) -> Result<(), Refusal>;
}

impl<AccountId> Conduct<AccountId> for () {
	fn ensure_clean(_: &AccountId) -> Result<(), Refusal> {
		Ok(())
	}
}

/// What somebody has earned through validated work.
pub trait Merit<AccountId> {
	/// Number of validated contributions on data of `modality`.
	fn contributions(who: &AccountId, modality: Modality) -> u32;
	/// Reputation on data of `modality` now, in parts per million.
	fn reputation(who: &AccountId, modality: Modality) -> u32;
	/// How much more than its allowance an institution pays for `who` each day, in parts per million
	/// of the allowance.
	fn privilege(who: &AccountId) -> u32;
}

impl<AccountId> Merit<AccountId> for () {
	fn contributions(_: &AccountId, _: Modality) -> u32 {
		0
	}
	fn reputation(_: &AccountId, _: Modality) -> u32 {
		0
	}
	fn privilege(_: &AccountId) -> u32 {
		0
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_keep_the_index_of_every_action_when_encoded() {
		for (index, action) in (0u8..).zip(Action::ALL) {
			assert_eq!(action.encode(), [index]);
		}
	}
}
