// SPDX-License-Identifier: Apache-2.0

//! How the chain starts.

use crate::{
	Administrators, GenesisConfig, GenesisInstitution, GenesisStandard, Institution,
	InstitutionStatus, Institutions, NextInstitution, Pallet, Standards, mock::*,
};
use contour_primitives::{Action, InstitutionId, Modality, Roles, Standard};
use frame_support::traits::{BuildGenesisConfig, GetStorageVersion, StorageVersion};
use sp_runtime::BuildStorage;

fn institution(name: &str, administrator: AccountId) -> GenesisInstitution<AccountId, Balance> {
	GenesisInstitution { name: name.into(), administrator, allowance: ALLOWANCE }
}

fn start(
	institutions: Vec<GenesisInstitution<AccountId, Balance>>,
	standards: Vec<GenesisStandard>,
) {
	sp_io::TestExternalities::new(Default::default()).execute_with(|| {
		GenesisConfig::<Test> { institutions, standards }.build();
		Credentials::do_try_state().expect("the invariants hold from the start");
	});
}

#[test]
fn should_number_the_institutions_in_order_when_started() {
	ExtBuilder::run(|| {
		for (id, name, administrator) in [
			(NORTH, "North", NORTH_ADMIN),
			(SOUTH, "South", SOUTH_ADMIN),
			(EAST, "East", EAST_ADMIN),
		] {
			assert_eq!(
				Institutions::<Test>::get(id),
				Some(Institution {
					name: crate::mock::name(name.as_bytes()),
					administrator,
					allowance: ALLOWANCE,
					status: InstitutionStatus::Active,
				})
			);
			assert_eq!(Administrators::<Test>::get(administrator), Some(id));
		}
		assert_eq!(NextInstitution::<Test>::get(), WEST);
		assert_eq!(Council::members(), [NORTH_ADMIN, SOUTH_ADMIN, EAST_ADMIN]);
		assert_eq!(
			Standards::<Test>::get((Action::AccessStudy, None::<Modality>)),
			Some(reading_standard())
		);
		assert_eq!(Pallet::<Test>::on_chain_storage_version(), StorageVersion::new(1));
	});
}

#[test]
fn should_start_empty_when_nothing_is_given() {
	let mut ext = sp_io::TestExternalities::new(
		GenesisConfig::<Test>::default().build_storage().expect("nothing contradicts itself"),
	);
	ext.execute_with(|| {
		assert_eq!(NextInstitution::<Test>::get(), InstitutionId(0));
		Credentials::do_try_state().expect("the invariants hold from the start");
	});
}

#[test]
fn should_order_the_seats_when_the_administrators_are_not_in_order() {
	start(vec![institution("South", SOUTH_ADMIN), institution("North", NORTH_ADMIN)], vec![]);
	assert_eq!(Council::members(), [NORTH_ADMIN, SOUTH_ADMIN]);
}

#[test]
#[should_panic(expected = "an account administers one institution")]
fn should_not_start_when_an_account_administers_two_institutions() {
	start(vec![institution("North", NORTH_ADMIN), institution("South", NORTH_ADMIN)], vec![]);
}

#[test]
#[should_panic(expected = "at most 64 bytes")]
fn should_not_start_when_a_name_is_too_long() {
	start(vec![institution(&"N".repeat(65), NORTH_ADMIN)], vec![]);
}

#[test]
#[should_panic(expected = "has a name")]
fn should_not_start_when_a_name_is_missing() {
	start(vec![institution("", NORTH_ADMIN)], vec![]);
}

#[test]
#[should_panic(expected = "at most MaxInstitutions")]
fn should_not_start_when_there_are_too_many_institutions() {
	let institutions = (0..=MAX_INSTITUTIONS)
		.map(|number| institution("Many", AccountId::repeat_byte(number)))
		.collect();
	start(institutions, vec![]);
}

#[test]
#[should_panic(expected = "names a role")]
fn should_not_start_when_a_standard_is_unmeetable() {
	let standard = Standard { any_of: Roles::empty(), ..reading_standard() };
	start(vec![], vec![GenesisStandard { action: Action::OpenTask, modality: None, standard }]);
}
