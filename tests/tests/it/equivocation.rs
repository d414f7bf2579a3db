// SPDX-License-Identifier: Apache-2.0

//! A hospital starts a second machine with the keys of its validator.

use contour_e2e::{Chain, Network, NodeBuilder, Person, program, wait_for};
use contour_primitives::{
	AccountId, DAY, Hash, InstitutionId, KeySuite, Moment, Role, Specialties,
};
use contour_runtime::{Runtime, RuntimeCall, RuntimeEvent};
use frame_system::Phase;
use pallet_authorities::{Event, SuspensionCause, Validator, ValidatorStatus, Validators};
use pallet_credentials::{Call, InstitutionOf, InstitutionStatus, Institutions};
use sp_consensus_aura::sr25519::AuthorityId;
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::{process::Command, time::SystemTime};

/// Dave's hospital.
const WEST: InstitutionId = InstitutionId(3);
/// Name of an offence.
type Kind = [u8; 16];
/// Two blocks in one slot, see `pallet_authorities`.
const AURA: Kind = *b"aura:equivocatio";
/// Two votes in one round, see `pallet_grandpa`.
const GRANDPA: Kind = *b"grandpa:equivoca";
/// Two sessions pass until the suspended have left.
const SESSION: u32 = 4;
/// How many seconds anything may take.
const PATIENCE: u64 = 240;

fn account(pair: &sr25519::Pair) -> AccountId {
	pair.public().into()
}

/// Waits until the validator is suspended for an equivocation. Nobody does anything: the nodes of
/// the others find the evidence and report it.
async fn await_suspension(chain: &Chain) {
	let suspended = ValidatorStatus::Suspended { cause: SuspensionCause::Equivocation };
	wait_for("the validator to be suspended", PATIENCE, async || {
		Ok((validator_status(chain).await == suspended).then_some(()))
	})
	.await
	.expect("it is proven to have equivocated");
}

async fn validator_status(chain: &Chain) -> ValidatorStatus {
	let key = Validators::<Runtime>::hashed_key_for(WEST);
	let validator: Option<Validator<AccountId>> =
		chain.storage(key, None).await.expect("it decodes");
	validator.expect("the hospital has a validator").status
}

/// What the chain has recorded up to a block, which has to become final: kinds of the offences, and
/// in what part of a block the validator was suspended for one.
async fn record(chain: &Chain, until: u32) -> (Vec<Kind>, Vec<Phase>) {
	chain.await_finalized(until).await.expect("the rest go on finalizing");
	let (mut offences, mut suspensions) = (Vec::new(), Vec::new());
	for number in 1..=until {
		let hash = chain.block_hash(number).await.expect("the node answers").expect("it is there");
		for record in chain.events(hash).await.expect("the block has events") {
			match record.event {
				RuntimeEvent::Offences(pallet_offences::Event::Offence { kind, .. }) => {
					offences.push(kind);
				}
				RuntimeEvent::Authorities(Event::ValidatorSuspended {
					institution: WEST,
					cause: SuspensionCause::Equivocation,
				}) => suspensions.push(record.phase),
				_ => {}
			}
		}
	}
	(offences, suspensions)
}

#[tokio::test(flavor = "multi_thread")]
async fn should_suspend_the_validator_only_when_a_second_machine_has_a_copy_of_its_keys() {
	let network = Network::start(SESSION).await.expect("they start");
	let chain = network.nodes[0].client().await.expect("the node answers");
	assert_eq!(validator_status(&chain).await, ValidatorStatus::Admitted, "one machine is fine");
	let second = NodeBuilder::validator(&network.spec, Some("--dave")).boot_node(&network.boot);
	let _second = second.start().await.expect("it starts");
	await_suspension(&chain).await;

	// The machine is at fault, not the hospital: its people work on, at its expense.
	let key = Institutions::<Runtime>::hashed_key_for(WEST);
	let hospital: Option<InstitutionOf<Runtime>> =
		chain.storage(key, None).await.expect("it decodes");
	assert_eq!(hospital.expect("it is a member").status, InstitutionStatus::Active);
	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
	let doctor = sr25519::Pair::generate().0;
	let vouch = Call::issue_credential {
		holder: account(&doctor),
		roles: Role::Radiologist.into(),
		specialties: Specialties::empty(),
		licence_hash: Hash::repeat_byte(1),
		expires: now.as_millis() as Moment + DAY,
	};
	let administrator = Sr25519Keyring::Dave.pair();
	chain.send(&administrator, RuntimeCall::Credentials(vouch)).await.expect("Dave vouches");
	let bytes = vec![7; KeySuite::X25519.public_key_bytes() as usize];
	let key = Call::set_encryption_key {
		suite: KeySuite::X25519,
		bytes: bytes.try_into().expect("it is short"),
	};
	chain.send(&doctor, RuntimeCall::Credentials(key)).await.expect("the doctor has standing");

	// The others finalize without it, on one chain.
	let daves: AuthorityId = Sr25519Keyring::Dave.public().into();
	wait_for("the suspended to leave", PATIENCE, async || {
		let set: Vec<AuthorityId> = chain.runtime_api("AuraApi_authorities", &[]).await?;
		Ok((set.len() == 3 && !set.contains(&daves)).then_some(()))
	})
	.await
	.expect("it leaves");
	let last = chain.header(None).await.expect("the node answers").number + 1;
	for node in &network.nodes {
		let client = node.client().await.expect("the node answers");
		client.await_finalized(last).await.expect("the rest go on finalizing");
		assert_eq!(
			client.block_hash(last).await.expect("it is there"),
			chain.block_hash(last).await.expect("it is there"),
			"all nodes are on one chain"
		);
	}

	// Two blocks in a slot or two votes in a round, whichever came first; however many nodes
	// reported it, the chain suspended once, in a transaction of theirs.
	let (offences, suspensions) = record(&chain, last).await;
	assert!(offences.iter().all(|kind| [AURA, GRANDPA].contains(kind)), "{offences:?}");
	assert!(matches!(suspensions[..], [Phase::ApplyExtrinsic(_)]), "{suspensions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_prove_two_blocks_in_one_slot_when_a_second_machine_has_the_aura_key() {
	let network = Network::start(SESSION).await.expect("they start");
	let chain = network.nodes[0].client().await.expect("the node answers");

	// Without the key for votes, so that nothing else can be proven.
	let folder = tempfile::tempdir().expect("a temporary folder");
	let inserted = Command::new(program().expect("it is built"))
		.args(["key", "insert", "--scheme", "sr25519", "--key-type", "aura", "--suri", "//Dave"])
		.arg("--chain")
		.arg(&network.spec)
		.arg("--base-path")
		.arg(folder.path())
		.status();
	assert!(inserted.expect("it runs").success());
	let second = NodeBuilder::validator(&network.spec, None).boot_node(&network.boot);
	let _second = second.base_path(folder.path()).start().await.expect("it starts");
	// In some slots both make the same block, as they run on one clock: that proves nothing.
	await_suspension(&chain).await;

	let last = chain.header(None).await.expect("the node answers").number;
	let (offences, suspensions) = record(&chain, last).await;
	assert!(!offences.is_empty() && offences.iter().all(|kind| *kind == AURA), "{offences:?}");
	assert!(matches!(suspensions[..], [Phase::ApplyExtrinsic(_)]), "{suspensions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_suspend_the_validator_when_an_old_machine_goes_on_after_its_keys_were_rotated() {
	// Half a minute at least until the new keys are in force.
	let network = Network::start(60).await.expect("they start");
	let chain = network.nodes[0].client().await.expect("the node answers");
	let folder = tempfile::tempdir().expect("a temporary folder");
	let url = network.nodes[3].url();
	let operator = Person::with_account(folder.path(), "operator", url, "//Dave//stash");
	operator.succeed(&["validator", "rotate-keys"]);
	let old = NodeBuilder::validator(&network.spec, Some("--dave")).boot_node(&network.boot);
	let _old = old.start().await.expect("it starts");
	await_suspension(&chain).await;

	let daves: AuthorityId = Sr25519Keyring::Dave.public().into();
	let set: Vec<AuthorityId> =
		chain.runtime_api("AuraApi_authorities", &[]).await.expect("the node answers");
	assert!(set.contains(&daves), "it was proven while the old keys were in force");
}
