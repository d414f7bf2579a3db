// SPDX-License-Identifier: Apache-2.0

//! A chain of one process: makes blocks, signs and applies transactions.

use codec::Encode;
use contour_primitives::{DAY, InstitutionId, Moment, Role};
use contour_runtime::{
	AccountId, Balance, Balances, Credentials, Executive, Header, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeGenesisConfig, SignedPayload, System, TxExtension, UncheckedExtrinsic,
	configs::votes_for, genesis,
};
use pallet_collective::Instance1;
use serde_json::Value;
use sp_consensus_aura::AURA_ENGINE_ID;
use sp_core::{Pair as _, sr25519};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	ApplyExtrinsicResult, BuildStorage, Digest, DigestItem, DispatchError,
	generic::Era,
	traits::{Dispatchable, Header as _},
	transaction_validity::{TransactionSource, TransactionValidity},
};

pub(crate) use Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie, One, Two};

pub(crate) const NORTH: InstitutionId = InstitutionId(0);
pub(crate) const SOUTH: InstitutionId = InstitutionId(1);
pub(crate) const EAST: InstitutionId = InstitutionId(2);
pub(crate) const FIFTH: InstitutionId = InstitutionId(4);

/// A midnight, as Unix time in milliseconds, at which the chain starts.
pub(crate) const MIDNIGHT: Moment = 20_000 * DAY;

/// Runs a test inside the first block of the `consortium` preset, the clock showing midnight.
pub(crate) fn run(test: impl FnOnce()) {
	run_on(Value::Null, test);
}

/// The same, on the preset with a patch of its own.
pub(crate) fn run_on(change: Value, test: impl FnOnce()) {
	let patch = genesis::preset(&"consortium".into()).expect("it is one of our presets");
	let mut config =
		serde_json::to_value(RuntimeGenesisConfig::default()).expect("a genesis is JSON");
	merge(&mut config, serde_json::from_slice(&patch).expect("a preset is JSON"));
	if !change.is_null() {
		merge(&mut config, change);
	}
	let storage = serde_json::from_value::<RuntimeGenesisConfig>(config)
		.expect("the preset is a genesis")
		.build_storage()
		.expect("the genesis is consistent");
	let mut ext = sp_io::TestExternalities::new(storage);
	ext.register_extension(sp_keystore::KeystoreExt::new(
		sp_keystore::testing::MemoryKeystore::new(),
	));
	ext.execute_with(|| {
		begin_block(MIDNIGHT);
		test();
		System::note_finished_extrinsics();
	});
}

/// JSON merge patch (RFC 7396), as chain specs apply presets.
fn merge(target: &mut Value, patch: Value) {
	match (target, patch) {
		(Value::Object(target), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(target.entry(key).or_insert(Value::Null), value);
			}
		}
		(target, patch) => *target = patch,
	}
}

/// Begins the next block at `now`, which has to lie in a slot of its own.
pub(crate) fn begin_block(now: Moment) {
	let slot = sp_consensus_slots::Slot::from(now / contour_runtime::Aura::slot_duration());
	let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
	Executive::initialize_block(&Header::new(
		System::block_number() + 1,
		Default::default(),
		Default::default(),
		System::parent_hash(),
		digest,
	));
	let inherent = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
	Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(inherent))
		.expect("the inherent is valid")
		.expect("the clock goes forward");
}

/// Ends this block and begins the next one at `now`.
pub(crate) fn next_block_at(now: Moment) {
	Executive::finalize_block();
	begin_block(now);
}

/// Ends this block and begins the next one, made by an authority that is not disabled.
pub(crate) fn next_block() {
	let slot = contour_runtime::Aura::slot_duration();
	let mut now = pallet_timestamp::Now::<Runtime>::get() + slot;
	let authorities = contour_runtime::Aura::authorities_len() as Moment;
	let disabled = contour_runtime::Session::disabled_validators();
	while disabled.contains(&((now / slot % authorities) as u32)) {
		now += slot;
	}
	next_block_at(now);
}

/// A transaction as a client signs it.
pub(crate) fn sign(signer: Sr25519Keyring, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
	let nonce = System::account_nonce(signer.to_account_id());
	sign_with(signer, call.into(), nonce)
}

/// The same by anybody.
pub(crate) fn sign_as(signer: &sr25519::Pair, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
	let nonce = System::account_nonce(AccountId::from(signer.public()));
	sign_paying(signer, call.into(), nonce, 0)
}

/// The same with a tip.
pub(crate) fn sign_with_tip(
	signer: Sr25519Keyring,
	call: impl Into<RuntimeCall>,
	tip: Balance,
) -> UncheckedExtrinsic {
	let nonce = System::account_nonce(signer.to_account_id());
	sign_paying(&signer.pair(), call.into(), nonce, tip)
}

pub(crate) fn sign_with(
	signer: Sr25519Keyring,
	call: RuntimeCall,
	nonce: u32,
) -> UncheckedExtrinsic {
	sign_paying(&signer.pair(), call, nonce, 0)
}

fn sign_paying(
	signer: &sr25519::Pair,
	call: RuntimeCall,
	nonce: u32,
	tip: Balance,
) -> UncheckedExtrinsic {
	let extension: TxExtension = (
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		pallet_credentials::CheckStanding::new(),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(tip),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	);
	let payload = SignedPayload::new(call, extension).expect("its implicit data is there");
	let signature = payload.using_encoded(|payload| signer.sign(payload));
	let (call, extension, _) = payload.deconstruct();
	let account = AccountId::from(signer.public());
	UncheckedExtrinsic::new_signed(call, account.into(), signature.into(), extension)
}

/// What the pool says of a transaction.
pub(crate) fn validate(transaction: UncheckedExtrinsic) -> TransactionValidity {
	Executive::validate_transaction(TransactionSource::External, transaction, System::block_hash(0))
}

/// Puts a transaction into this block.
pub(crate) fn apply(transaction: UncheckedExtrinsic) -> ApplyExtrinsicResult {
	Executive::apply_extrinsic(transaction)
}

/// Signs a call and puts it into this block; it has to succeed.
pub(crate) fn send(signer: Sr25519Keyring, call: impl Into<RuntimeCall>) {
	apply(sign(signer, call)).expect("the transaction is valid").expect("the call succeeds");
}

/// Signs a call and puts it into this block; it has to fail there.
pub(crate) fn send_failing(signer: Sr25519Keyring, call: impl Into<RuntimeCall>) -> DispatchError {
	apply(sign(signer, call)).expect("the transaction is valid").expect_err("the call fails")
}

/// Passes a motion with the votes of `seats`, which have to be enough; the result is that of the call.
pub(crate) fn pass(
	seats: &[Sr25519Keyring],
	call: impl Into<RuntimeCall>,
) -> Result<(), DispatchError> {
	let proposal = Box::new(call.into());
	let hash = <Runtime as frame_system::Config>::Hashing::hash_of(&proposal);
	let length = proposal.encoded_size() as u32;
	let weight =
		frame_support::dispatch::GetDispatchInfo::get_dispatch_info(&*proposal).call_weight;
	let index = pallet_collective::ProposalCount::<Runtime, Instance1>::get();
	let threshold = votes_for(&proposal, council_seats());
	let (proposer, voters) = seats.split_first().expect("somebody proposes");
	send(
		*proposer,
		RuntimeCall::Council(pallet_collective::Call::propose {
			threshold,
			proposal,
			length_bound: length,
		}),
	);
	if threshold > 1 {
		for seat in [proposer].into_iter().chain(voters) {
			send(
				*seat,
				RuntimeCall::Council(pallet_collective::Call::vote {
					proposal: hash,
					index,
					approve: true,
				}),
			);
		}
		send(
			*proposer,
			RuntimeCall::Council(pallet_collective::Call::close {
				proposal_hash: hash,
				index,
				proposal_weight_bound: weight,
				length_bound: length,
			}),
		);
	}
	System::events()
		.into_iter()
		.rev()
		.find_map(|record| match record.event {
			RuntimeEvent::Council(pallet_collective::Event::Executed { result, .. }) => {
				Some(result)
			}
			_ => None,
		})
		.expect("the motion was executed")
}

/// Seats of the council.
pub(crate) fn council_seats() -> u32 {
	pallet_collective::Members::<Runtime, Instance1>::get().len() as u32
}

/// Three of four seats.
pub(crate) const TWO_THIRDS: &[Sr25519Keyring] = &[Alice, Bob, Charlie];

/// The call with which an administrator vouches for somebody for a year.
pub(crate) fn credential(holder: &AccountId, role: Role) -> RuntimeCall {
	RuntimeCall::Credentials(pallet_credentials::Call::issue_credential {
		holder: holder.clone(),
		roles: role.into(),
		specialties: contour_primitives::Specialties::empty(),
		licence_hash: Default::default(),
		expires: pallet_timestamp::Now::<Runtime>::get() + 365 * DAY,
	})
}

/// A harmless call that anybody with standing may make.
pub(crate) fn remark() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: b"hello".to_vec() })
}

/// Money in an institution's fee account.
pub(crate) fn fees_of(institution: InstitutionId) -> Balance {
	Balances::free_balance(Credentials::fee_account_of(institution))
}

/// Money in the purse.
pub(crate) fn purse() -> Balance {
	Balances::free_balance(Credentials::purse_account())
}

/// Dispatches a call without a transaction, as an account would.
pub(crate) fn dispatch(
	signer: &AccountId,
	call: impl Into<RuntimeCall>,
) -> Result<(), DispatchError> {
	call.into()
		.dispatch(contour_runtime::RuntimeOrigin::signed(signer.clone()))
		.map(|_| ())
		.map_err(|failed| failed.error)
}

use sp_runtime::traits::Hash as _;
