// SPDX-License-Identifier: Apache-2.0

//! Member hospitals, as the pallets ask about them.

use codec::{CompactAs, Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::DispatchResult;

/// Number of a member hospital, assigned at admission and never assigned again.
#[derive(
	Clone,
	CompactAs,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Deserialize,
	Encode,
	Eq,
	Hash,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
pub struct InstitutionId(pub u32);

/// Which institutions are members in good standing.
pub trait Institutions<AccountId> {
	/// Whether `institution` is a member and not suspended.
	fn is_active(institution: InstitutionId) -> bool;

	/// The active institution that `who` administers.
	fn administered_by(who: &AccountId) -> Option<InstitutionId>;

	/// The account from which the institution's fees and deposits are taken.
	fn fee_account_of(institution: InstitutionId) -> AccountId;

	/// Notes that `who` acts for an institution from now on, so that the chain keeps the account's
	/// nonce and other pallets can rely on it.
	fn introduce(who: &AccountId);
}

impl<AccountId: Default> Institutions<AccountId> for () {
	fn is_active(_: InstitutionId) -> bool {
		false
	}
	fn administered_by(_: &AccountId) -> Option<InstitutionId> {
		None
	}
	fn fee_account_of(_: InstitutionId) -> AccountId {
		AccountId::default()
	}
	fn introduce(_: &AccountId) {}
}

/// Accounts that run machines for an institution, such as its validator.
pub trait Operators<AccountId> {
	/// The institution whose validator `who` operates.
	fn operates_for(who: &AccountId) -> Option<InstitutionId>;
}

impl<AccountId> Operators<AccountId> for () {
	fn operates_for(_: &AccountId) -> Option<InstitutionId> {
		None
	}
}

/// What has to happen elsewhere when an institution's membership is interrupted or ends.
///
/// The membership's own state has changed already when `on_*` is called.
pub trait Tenure {
	/// Refuses if the chain cannot do without `institution`.
	fn ensure_dispensable(institution: InstitutionId) -> DispatchResult;
	/// The institution was suspended.
	fn on_suspended(institution: InstitutionId);
	/// The institution is a member in good standing again.
	fn on_reinstated(institution: InstitutionId);
	/// The institution left for good.
	fn on_removed(institution: InstitutionId);
}

impl Tenure for () {
	fn ensure_dispensable(_: InstitutionId) -> DispatchResult {
		Ok(())
	}
	fn on_suspended(_: InstitutionId) {}
	fn on_reinstated(_: InstitutionId) {}
	fn on_removed(_: InstitutionId) {}
}
