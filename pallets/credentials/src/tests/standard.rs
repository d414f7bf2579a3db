// SPDX-License-Identifier: Apache-2.0

//! What the council requires for an action.

use crate::{Error, Event, Standards, mock::*};
use contour_primitives::{
	Action, InstitutionId, Modality, Refusal, Role, Roles, Specialties, Specialty, Standard,
	Standing,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;

fn set(modality: Option<Modality>, standard: Option<Standard>) -> DispatchResult {
	Credentials::set_standard(council(), Action::SubmitReading, modality, standard)
}

fn verdict(modality: Modality) -> Result<InstitutionId, Refusal> {
	Credentials::may(&RADIOLOGIST, Action::SubmitReading, modality)
}

#[test]
fn should_require_the_standard_when_set() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		events();
		assert_eq!(verdict(Modality::Mr), Err(Refusal::NoStandard));

		assert_ok!(set(Some(Modality::Mr), Some(reading_standard())));

		assert_eq!(
			events(),
			[Event::StandardSet {
				action: Action::SubmitReading,
				modality: Some(Modality::Mr),
				standard: Some(reading_standard()),
			}]
		);
		assert_eq!(
			Standards::<Test>::get((Action::SubmitReading, Some(Modality::Mr))),
			Some(reading_standard())
		);
		assert_eq!(verdict(Modality::Mr), Ok(NORTH));
		assert_eq!(verdict(Modality::Ct), Err(Refusal::NoStandard));
	});
}

#[test]
fn should_fall_back_to_the_general_standard_when_the_modality_has_none() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(set(None, Some(reading_standard())));
		assert_ok!(set(
			Some(Modality::Mg),
			Some(Standard { specialties: Specialty::Breast.into(), ..reading_standard() })
		));

		assert_eq!(verdict(Modality::Mr), Ok(NORTH));
		assert_eq!(verdict(Modality::Mg), Err(Refusal::MissingSpecialty));

		assert_ok!(set(Some(Modality::Mg), None));
		assert_eq!(verdict(Modality::Mg), Ok(NORTH));
	});
}

#[test]
fn should_forbid_the_action_when_the_only_standard_is_withdrawn() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(set(None, Some(reading_standard())));
		events();

		assert_ok!(set(None, None));

		assert_eq!(
			events(),
			[Event::StandardSet { action: Action::SubmitReading, modality: None, standard: None }]
		);
		assert_eq!(Standards::<Test>::get((Action::SubmitReading, None::<Modality>)), None);
		assert_eq!(verdict(Modality::Mr), Err(Refusal::NoStandard));
	});
}

#[test]
fn should_replace_the_standard_when_set_again() {
	ExtBuilder::run(|| {
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_ok!(set(None, Some(reading_standard())));
		assert_ok!(set(
			None,
			Some(Standard { any_of: Role::Oncologist.into(), ..reading_standard() })
		));
		assert_eq!(verdict(Modality::Mr), Err(Refusal::MissingRole));
	});
}

#[test]
fn should_refuse_when_no_role_can_meet_the_standard() {
	ExtBuilder::run(|| {
		let unmeetable = Standard { any_of: Roles::empty(), ..reading_standard() };
		assert_noop!(set(None, Some(unmeetable)), Error::<Test>::UnmeetableStandard);
	});
}

#[test]
fn should_refuse_to_withdraw_when_there_is_no_such_standard() {
	ExtBuilder::run(|| {
		assert_noop!(set(None, None), Error::<Test>::StandardNotFound);
		assert_ok!(set(None, Some(reading_standard())));
		assert_noop!(set(Some(Modality::Mr), None), Error::<Test>::StandardNotFound);
	});
}

#[test]
fn should_need_no_specialty_when_the_standard_names_none() {
	ExtBuilder::run(|| {
		let (roles, none) = (Role::Radiologist.into(), Specialties::empty());
		assert_ok!(Credentials::issue_credential(
			by(NORTH_ADMIN),
			RADIOLOGIST,
			roles,
			none,
			LICENCE,
			NOW + YEAR
		));
		assert_ok!(set(None, Some(reading_standard())));
		assert_eq!(verdict(Modality::Mr), Ok(NORTH));
	});
}

#[test]
fn should_be_met_when_one_role_and_one_specialty_of_several_are_there() {
	ExtBuilder::run(|| {
		assert_ok!(issue(
			NORTH_ADMIN,
			RADIOLOGIST,
			Roles::from(Role::Scorer) | Role::Oncologist.into()
		));
		let specialties = Specialties::from(Specialty::Breast) | Specialty::Neuroradiology.into();
		assert_ok!(set(None, Some(Standard { specialties, ..reading_standard() })));
		assert_eq!(verdict(Modality::Mr), Ok(NORTH));
	});
}
