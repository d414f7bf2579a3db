// SPDX-License-Identifier: Apache-2.0

//! Members and standards at genesis.

use crate::{
	Administrators, Config, GenesisConfig, Institution, InstitutionStatus, Institutions, Name,
	NextInstitution, Pallet, Seats, Standards,
};
use alloc::{string::String, vec::Vec};
use contour_primitives::{Action, InstitutionId, Modality, Standard};
use frame_support::{pallet_prelude::*, traits::InitializeMembers};
use serde::{Deserialize, Serialize};

/// An institution at genesis.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisInstitution<AccountId, Balance> {
	/// Name of the hospital.
	pub name: String,
	/// Account that acts for it.
	pub administrator: AccountId,
	/// What it pays per member and day.
	pub allowance: Balance,
}

/// A standard at genesis.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisStandard {
	/// The action.
	pub action: Action,
	/// The modality; none means all without a standard of their own.
	#[serde(default)]
	pub modality: Option<Modality>,
	/// What the action requires.
	pub standard: Standard,
}

impl<T: Config> GenesisConfig<T> {
	/// Writes the records. Panics when they contradict each other: a chain must not start so.
	#[expect(clippy::expect_used, reason = "a chain must not start from a bad genesis")]
	pub(crate) fn do_build(&self) {
		for (number, genesis) in (0u32..).zip(&self.institutions) {
			let institution = InstitutionId(number);
			let name = Name::try_from(genesis.name.as_bytes().to_vec())
				.expect("an institution's name at genesis has at most 64 bytes");
			assert!(!name.is_empty(), "an institution has a name at genesis");
			assert!(
				!Administrators::<T>::contains_key(&genesis.administrator),
				"an account administers one institution at genesis"
			);
			Administrators::<T>::insert(&genesis.administrator, institution);
			Institutions::<T>::insert(
				institution,
				Institution {
					name,
					administrator: genesis.administrator.clone(),
					allowance: genesis.allowance,
					status: InstitutionStatus::Active,
				},
			);
			NextInstitution::<T>::put(InstitutionId(number.saturating_add(1)));
			Pallet::<T>::keep_nonce(&genesis.administrator);
		}

		let mut seats: Vec<_> =
			self.institutions.iter().map(|genesis| genesis.administrator.clone()).collect();
		seats.sort();
		T::Council::initialize_members(&seats);
		Seats::<T>::put(
			BoundedVec::try_from(seats).expect("genesis has at most MaxInstitutions institutions"),
		);

		for genesis in &self.standards {
			assert!(!genesis.standard.any_of.is_empty(), "a standard at genesis names a role");
			Standards::<T>::insert((genesis.action, genesis.modality), genesis.standard);
		}
	}
}
