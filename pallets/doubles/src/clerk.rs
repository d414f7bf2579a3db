// SPDX-License-Identifier: Apache-2.0

//! What stands for the pallet of the histories.

use codec::FullCodec;
use contour_primitives::audit::{Deed, Subject, Trail};
use frame_support::{pallet_prelude::ValueQuery, storage_alias};

/// A line of a history.
pub type Line<AccountId> = (Subject<AccountId>, Option<AccountId>, Deed<AccountId>);

#[storage_alias(verbatim)]
type History<AccountId> = StorageValue<Clerk, Vec<Line<AccountId>>, ValueQuery>;

/// Writes histories down, for the tests to read.
pub struct Clerk;

impl<AccountId: FullCodec + 'static> Trail<AccountId> for Clerk {
	fn append(subject: Subject<AccountId>, who: Option<AccountId>, what: Deed<AccountId>) {
		History::<AccountId>::append((subject, who, what));
	}
}

/// What was written down since the last time.
pub fn history<AccountId: FullCodec + 'static>() -> Vec<Line<AccountId>> {
	History::<AccountId>::take()
}
