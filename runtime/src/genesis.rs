// SPDX-License-Identifier: Apache-2.0

//! What a chain starts from.
//!
//! - `development`: one hospital, run by Alice, with the only authority.
//! - `consortium`: four hospitals, run by Alice, Bob, Charlie and Dave, each with an authority.
//!
//! A hospital's validator account is its administrator's `//stash`. Both presets are for trials:
//! everybody knows their keys. A real chain starts from its own specification (docs, "For
//! operators").

use crate::{AccountId, Balance, Credentials, RuntimeGenesisConfig, SessionKeys, UNIT};
use alloc::{string::ToString, vec, vec::Vec};
use contour_primitives::{
	Action, InstitutionId, Role, Roles, SLOT_DURATION, Specialties, Standard,
};
use frame_support::build_struct_json_patch;
use pallet_credentials::{GenesisInstitution, GenesisStandard};
use serde_json::Value;
use sp_genesis_builder::{DEV_RUNTIME_PRESET, PresetId};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// Name of the preset with four hospitals.
pub const CONSORTIUM_PRESET: &str = "consortium";

/// The most that an institution pays per member and day, unless it decides otherwise.
const ALLOWANCE: Balance = 10 * UNIT;
/// The amount that an institution's fee account starts with.
const FEES: Balance = 10_000 * UNIT;
/// The amount that the common purse starts with.
const PURSE: Balance = 1_000_000 * UNIT;

/// A hospital of a preset: its name, its administrator, its validator's account and keys.
struct Hospital {
	name: &'static str,
	administrator: Sr25519Keyring,
	validator: Sr25519Keyring,
	aura: Sr25519Keyring,
	grandpa: Ed25519Keyring,
}

const NORTH: Hospital = Hospital {
	name: "North University Hospital",
	administrator: Sr25519Keyring::Alice,
	validator: Sr25519Keyring::AliceStash,
	aura: Sr25519Keyring::Alice,
	grandpa: Ed25519Keyring::Alice,
};
const SOUTH: Hospital = Hospital {
	name: "South General Hospital",
	administrator: Sr25519Keyring::Bob,
	validator: Sr25519Keyring::BobStash,
	aura: Sr25519Keyring::Bob,
	grandpa: Ed25519Keyring::Bob,
};
const EAST: Hospital = Hospital {
	name: "East Cancer Centre",
	administrator: Sr25519Keyring::Charlie,
	validator: Sr25519Keyring::CharlieStash,
	aura: Sr25519Keyring::Charlie,
	grandpa: Ed25519Keyring::Charlie,
};
const WEST: Hospital = Hospital {
	name: "West Children's Hospital",
	administrator: Sr25519Keyring::Dave,
	validator: Sr25519Keyring::DaveStash,
	aura: Sr25519Keyring::Dave,
	grandpa: Ed25519Keyring::Dave,
};

/// Names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEV_RUNTIME_PRESET), PresetId::from(CONSORTIUM_PRESET)]
}

/// A preset, as JSON.
pub fn preset(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEV_RUNTIME_PRESET => chain_of(&[NORTH], 1),
		CONSORTIUM_PRESET => chain_of(&[NORTH, SOUTH, EAST, WEST], 3),
		_ => return None,
	};
	Some(patch.to_string().into_bytes())
}

/// A chain that starts with these hospitals, each with an authority, of which at least `minimum`
/// have to stay.
fn chain_of(hospitals: &[Hospital], minimum: u32) -> Value {
	let numbered = || (0u32..).map(InstitutionId).zip(hospitals);
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: numbered()
				.map(|(institution, _)| (Credentials::fee_account_of(institution), FEES))
				.chain([(Credentials::purse_account(), PURSE)])
				.collect::<Vec<_>>(),
		},
		credentials: pallet_credentials::GenesisConfig {
			institutions: hospitals
				.iter()
				.map(|hospital| GenesisInstitution {
					name: hospital.name.into(),
					administrator: hospital.administrator.to_account_id(),
					allowance: ALLOWANCE,
				})
				.collect::<Vec<_>>(),
			standards: standards(),
		},
		authorities: pallet_authorities::GenesisConfig {
			validators: numbered()
				.map(|(institution, hospital)| (institution, hospital.validator.to_account_id()))
				.collect::<Vec<(InstitutionId, AccountId)>>(),
			minimum,
			slot_duration: SLOT_DURATION,
			session_length: None,
			nodes: Vec::new(),
			members_only: false,
		},
		session: pallet_session::GenesisConfig {
			keys: hospitals
				.iter()
				.map(|hospital| {
					let account = hospital.validator.to_account_id();
					let keys = SessionKeys {
						aura: hospital.aura.public().into(),
						grandpa: hospital.grandpa.public().into(),
					};
					(account.clone(), account, keys)
				})
				.collect::<Vec<_>>(),
		},
	})
}

/// What actions require, on data of all modalities, until the council decides otherwise.
fn standards() -> Vec<GenesisStandard> {
	let readers = || Roles::from(Role::Radiologist) | Role::Oncologist.into();
	let requires = |action, any_of| GenesisStandard {
		action,
		modality: None,
		standard: Standard {
			any_of,
			specialties: Specialties::empty(),
			contributions: 0,
			reputation: 0,
		},
	};
	vec![
		requires(Action::RegisterStudy, Role::Custodian.into()),
		requires(
			Action::AccessStudy,
			readers() | Role::Clinician.into() | Role::DataScientist.into(),
		),
		requires(Action::EmergencyAccess, Roles::from(Role::Clinician) | Role::Oncologist.into()),
		requires(Action::OpenTask, readers() | Role::Custodian.into()),
		requires(Action::SubmitReading, readers()),
		requires(Action::VoteOnPanel, readers()),
		requires(Action::ReportScores, Role::Scorer.into()),
		requires(Action::SubmitResult, Role::DataScientist.into()),
	]
}
