// SPDX-License-Identifier: Apache-2.0

//! Who pays for a transaction.

use crate::{InstitutionId, Refusal};

/// The institution that pays for a member's transaction.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sponsor<AccountId> {
	/// The institution.
	pub institution: InstitutionId,
	/// Its fee account.
	pub fee_account: AccountId,
}

/// Fees that institutions pay for their members, within a daily allowance.
pub trait Sponsorship<AccountId, Balance> {
	/// The institution that pays `fee` for `who`, if one may.
	fn quote(who: &AccountId, fee: Balance) -> Result<Sponsor<AccountId>, Refusal>;

	/// Counts `fee` against what `who` may spend today.
	fn record(who: &AccountId, institution: InstitutionId, fee: Balance);

	/// Gives back the excess that was counted today.
	fn refund(who: &AccountId, institution: InstitutionId, excess: Balance);
}
