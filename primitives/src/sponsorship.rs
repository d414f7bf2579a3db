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
	/// Whether it counts against what the institution pays for all its members on one day: the
	/// administrator has a limit apart.
	pub capped: bool,
}

/// Fees that institutions pay for their members, within daily limits, and what costs nothing, within a
/// daily limit, too.
pub trait Sponsorship<AccountId, Balance> {
	/// The institution that pays `fee` for `who`, if one may.
	fn quote(who: &AccountId, fee: Balance) -> Result<Sponsor<AccountId>, Refusal>;

	/// Counts `fee` against what may be spent today.
	fn record(who: &AccountId, sponsor: &Sponsor<AccountId>, fee: Balance);

	/// Gives back the excess that was counted today.
	fn refund(who: &AccountId, sponsor: &Sponsor<AccountId>, excess: Balance);

	/// Whether `who` may still do today, for nothing, what would cost `fee`.
	fn quote_free(who: &AccountId, fee: Balance) -> Result<(), Refusal>;

	/// Counts what was done for nothing.
	fn record_free(who: &AccountId, fee: Balance);

	/// Gives back the excess that was counted today.
	fn refund_free(who: &AccountId, excess: Balance);
}
