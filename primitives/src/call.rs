// SPDX-License-Identifier: Apache-2.0

//! What a transaction is for, as far as its admission and its price depend on it.

/// What a call is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CallKind {
	/// Anything that is none of the others.
	Ordinary,
	/// A seat's part in a motion of the council. It costs nothing, so that whoever may vote can vote.
	Council,
	/// Only takes access away, and only from the caller's own studies. It costs nothing and needs nobody
	/// who vouches.
	Withdrawal,
	/// Opens an emergency access. It costs nothing as long as there are few.
	Emergency,
}

/// What is known of a runtime's calls.
pub trait Calls<AccountId, Call> {
	/// What `who` does with `call`.
	fn kind(who: &AccountId, call: &Call) -> CallKind;

	/// Whether `call` may be longer than others, such as one that carries a runtime.
	fn may_be_long(call: &Call) -> bool;
}

impl<AccountId, Call> Calls<AccountId, Call> for () {
	fn kind(_: &AccountId, _: &Call) -> CallKind {
		CallKind::Ordinary
	}

	fn may_be_long(_: &Call) -> bool {
		false
	}
}
