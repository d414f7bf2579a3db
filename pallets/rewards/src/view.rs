// SPDX-License-Identifier: Apache-2.0

//! What clients may ask.

use crate::{Config, HoldReason, Pallet, Pot};
use contour_primitives::InstitutionId;
use frame_support::traits::fungible::{Inspect, InspectHold};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_pot_of(institution: InstitutionId) -> Pot<T::AccountId> {
		let account = Self::pot_account(institution);
		Pot {
			free: T::Currency::balance(&account),
			held: T::Currency::balance_on_hold(&HoldReason::Bounty.into(), &account),
			account,
		}
	}
}
