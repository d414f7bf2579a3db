// SPDX-License-Identifier: Apache-2.0

//! A chain without a network: the state of the preset `development`, with people and studies.

use contour_primitives::{
	AccountId, DAY, Hash, InstitutionId, KeySuite, Modality, Moment, Role, Roles, Specialties,
	StudyId, UNIT,
};
use contour_runtime::{Balances, Credentials, Runtime, RuntimeCall, RuntimeOrigin, wasm_binary};
use frame_support::traits::fungible::Mutate as _;
use pallet_imaging::NewStudy;
use sc_chain_spec::GenesisConfigBuilderRuntimeCaller;
use sp_core::{Pair, sr25519};
use sp_io::SubstrateHostFunctions;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::{BlakeTwo256, Dispatchable, Hash as _};
use sp_state_machine::TestExternalities;

/// The one hospital of the preset.
pub(crate) const HOSPITAL: InstitutionId = InstitutionId(0);
/// What the clock shows.
pub(crate) const NOW: Moment = 20_000 * DAY;

/// The chain's code.
pub(crate) fn code() -> &'static [u8] {
	wasm_binary().expect("the program was built with the runtime's WASM")
}

/// The state of a chain that just began, and whose hospital is rich.
pub(crate) fn genesis() -> TestExternalities<BlakeTwo256> {
	let preset = String::from("development");
	let storage = GenesisConfigBuilderRuntimeCaller::<SubstrateHostFunctions>::new(code())
		.get_storage_for_named_preset(Some(&preset))
		.expect("it is one of our presets");
	let mut world = TestExternalities::new_with_code(code(), storage);
	world.execute_with(|| {
		pallet_timestamp::Now::<Runtime>::put(NOW);
		let account = Credentials::fee_account_of(HOSPITAL);
		Balances::mint_into(&account, 10_000_000 * UNIT).expect("there is no limit");
	});
	commit(&mut world);
	world
}

/// Makes what was done since the last time part of the state.
pub(crate) fn commit(world: &mut TestExternalities<BlakeTwo256>) {
	world.persist_offchain_overlay();
	world.commit_all().expect("no storage transaction is open");
	// What was overwritten would go on taking memory.
	world.backend.backend_storage_mut().purge();
}

/// The key pair number `index` of a kind of people.
pub(crate) fn person(kind: &str, index: u32) -> sr25519::Pair {
	let seed = BlakeTwo256::hash(format!("{kind} {index}").as_bytes());
	sr25519::Pair::from_seed(&seed.0)
}

pub(crate) fn account(pair: &sr25519::Pair) -> AccountId {
	pair.public().into()
}

/// Does a call in somebody's name; it has to succeed.
pub(crate) fn act(who: &AccountId, call: impl Into<RuntimeCall>) {
	let done = call.into().dispatch(RuntimeOrigin::signed(who.clone()));
	done.expect("the call succeeds");
}

/// The hospital vouches for somebody.
pub(crate) fn vouch(holder: &AccountId, role: Role) {
	let credential = pallet_credentials::Call::issue_credential {
		holder: holder.clone(),
		roles: Roles::from(role),
		specialties: Specialties::empty(),
		licence_hash: Hash::repeat_byte(1),
		expires: NOW + 365 * DAY,
	};
	act(&Sr25519Keyring::Alice.to_account_id(), credential);
}

/// Somebody can be granted leases.
pub(crate) fn register_key(holder: &AccountId) {
	let bytes = vec![7; 1_216].try_into().expect("it is short");
	let key = pallet_credentials::Call::set_encryption_key { suite: KeySuite::XWing, bytes };
	act(holder, key);
}

/// Identifier of study number `index`.
pub(crate) fn study_id(index: u32) -> StudyId {
	StudyId(BlakeTwo256::hash(&index.to_le_bytes()))
}

/// A study such as a gateway registers.
pub(crate) fn new_study(index: u32, patient: AccountId) -> NewStudy<AccountId> {
	let hash = |what: &str| BlakeTwo256::hash(format!("{what} {index}").as_bytes());
	NewStudy {
		id: study_id(index),
		patient: Some(patient),
		modality: Modality::Ct,
		content_root: hash("content"),
		metadata_hash: hash("metadata"),
		commitment: hash("commitment"),
		instances: 200,
		bytes: 105_000_000,
		locator: hash("locator").as_bytes().to_vec().try_into().expect("it is short"),
	}
}
